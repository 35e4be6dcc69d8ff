package budget

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"time"

	"musharaka/modules/budget/outcome"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// ResultState is where a count stands.
type ResultState string

// The states of a count. A count is asked for once, and done or failed for good.
const (
	ResultWaiting ResultState = "waiting"
	ResultDone    ResultState = "done"
	ResultFailed  ResultState = "failed" // Problem says why
)

// Result is a count: of an edition, by the edition's id, or of a file that
// somebody tries, by an id of its own.
type Result struct {
	store.Meta `bson:",inline"`
	State      ResultState `bson:"state"`
	Trial      bool        `bson:"trial"`
	Title      string      `bson:"title,omitempty"` // of a trial: what the file says of itself
	// Document is the canonical JSON of a ResultDocument, Hash its SHA-256 in hex.
	Document  string         `bson:"document,omitempty"`
	Hash      string         `bson:"hash,omitempty"`
	Rules     *outcome.Rules `bson:"rules,omitempty"` // of a trial
	Problem   string         `bson:"problem,omitempty"`
	Line      int            `bson:"line,omitempty"`
	AskedAt   time.Time      `bson:"asked"`
	DoneAt    time.Time      `bson:"done,omitempty"`
	ExpiresAt time.Time      `bson:"expires,omitempty"` // of a trial
}

// ResultDocument is what is hashed and published of a count: with the ballots'
// files it says all that is needed to make it again.
type ResultDocument struct {
	Edition   string         `json:"edition,omitempty"`
	RulesHash string         `json:"rules_hash,omitempty"`
	Rules     outcome.Rules  `json:"rules"`
	Parts     []outcome.Part `json:"parts"`
	Turnout   *Voted         `json:"turnout,omitempty"`
	// Areas are how many voters of each area have at least one project of theirs
	// among its winners. Only where everybody votes in one area: other ballots do
	// not say where their voters live.
	Areas []outcome.Group `json:"areas,omitempty"`
}

// Voted is who voted. Channels of fewer than outcome.Few people are left out.
type Voted struct {
	People     int64            `json:"people"`  // by all channels
	Ballots    int64            `json:"ballots"` // in the urn, blank ones included
	Blank      int64            `json:"blank"`
	Channels   map[string]int64 `json:"channels"`
	Population int64            `json:"population"` // of the whole territory, as the census has it; 0 when not known
	// Groups are the people by area, age and sex, those of whom it is not known
	// with the key "", small ones kept back.
	Groups []VotedGroup `json:"groups,omitempty"`
}

// VotedGroup is how many people of a group voted.
type VotedGroup struct {
	outcome.Group
	// Census is how many inhabitants of every age the census has of this group;
	// 0 when it has no figure for it.
	Census int64 `json:"census,omitempty"`
}

// Parsed returns what a finished count published.
func (r Result) Parsed() (ResultDocument, error) {
	var d ResultDocument
	err := json.Unmarshal([]byte(r.Document), &d)
	return d, fault.Wrap("budget.Result", err)
}

// keptFile is a file that goes with a result, compressed.
type keptFile struct {
	store.Meta `bson:",inline"`
	Data       []byte    `bson:"data"`
	ExpiresAt  time.Time `bson:"expires,omitempty"`
}

// resultSchemas are the declarations of these collections.
var resultSchemas = []store.Schema{
	{Name: "budget_results", Indexes: []store.Index{{Name: "trial", Fields: []string{"trial", "expires"}}}},
	{Name: "budget_files", Indexes: nil},
}

// results are the collections of counts.
type results struct {
	counts *store.Collection[Result, *Result]
	papers *store.Collection[keptFile, *keptFile]
}

const (
	jobCount = "budget.count"
	jobTry   = "budget.try"
)

// counted names what is to be counted.
type counted struct {
	ID string `bson:"id"`
}

// openResults opens the collections and registers the jobs. One count runs at a
// time in each process: it can take a core for minutes.
func (s *Service) openResults(ctx context.Context) (err error) {
	if s.counts, err = store.Open[Result](ctx, s.DB, resultSchemas[0]); err != nil {
		return err
	}
	if s.papers, err = store.Open[keptFile](ctx, s.DB, resultSchemas[1]); err != nil {
		return err
	}
	job.Register(s.Queue, jobCount, s.countJob, job.Options{Timeout: 30 * time.Minute, Parallel: 1, Backoff: 15 * time.Second, MaxBackoff: 10 * time.Minute, MaxAttempts: 60})
	job.Register(s.Queue, jobTry, s.countTrial, job.Options{Timeout: trialTime + time.Minute, Parallel: 1, MaxAttempts: 3})
	s.Queue.Every("budget.trials", time.Hour, s.forgetTrials)
	return nil
}

var errNoResult = fault.New(fault.NotFound, "There is no result here yet.")

// finish writes what a count came to. A count that is finished stays as it is.
func (s *Service) finish(ctx context.Context, id string, d ResultDocument) (Result, error) {
	document, err := canonical(d)
	if err != nil {
		return Result{}, fault.Wrap("budget.finish", err)
	}
	return s.counts.Update(ctx, id, func(r *Result) error {
		if r.State != ResultWaiting {
			return store.ErrUnchanged
		}
		r.State, r.Document, r.Hash, r.DoneAt = ResultDone, document, hashOf(document), s.Clock.Now()
		return nil
	})
}

// squeeze compresses what is kept.
func squeeze(data []byte) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	err := z.Close()
	return b.Bytes(), err
}

// keep stores a file that goes with a result; the same name again changes nothing.
func (s *Service) keep(ctx context.Context, name string, data []byte, until time.Time) error {
	packed, err := squeeze(data)
	if err != nil {
		return fault.Wrap("budget.keep", err)
	}
	err = s.papers.Insert(ctx, keptFile{Meta: store.Meta{ID: name}, Data: packed, ExpiresAt: until})
	if isConflict(err) {
		return nil
	}
	return fault.Wrap("budget.keep", err)
}

// kept returns a file that goes with a result.
func (s *Service) kept(ctx context.Context, name string) ([]byte, error) {
	f, err := s.papers.Get(ctx, name)
	if isNotFound(err) {
		return nil, errNoResult.Because("budget.kept", err)
	}
	if err != nil {
		return nil, fault.Wrap("budget.kept", err)
	}
	z, err := gzip.NewReader(bytes.NewReader(f.Data))
	if err != nil {
		return nil, fault.Wrap("budget.kept", err)
	}
	data, err := io.ReadAll(z)
	return data, fault.Wrap("budget.kept", err)
}

// checkResults holds published results to their hashes.
func (s *Service) checkResults(ctx context.Context, c *checker) error {
	return s.counts.Each(ctx, store.Query{Limit: 50}, func(r Result) error {
		if r.State == ResultDone && hashOf(r.Document) != r.Hash {
			return c.report("result:"+r.ID, "the result does not have the published hash", nil)
		}
		return nil
	})
}
