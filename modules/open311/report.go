package open311

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// ReportState is where a report stands.
type ReportState string

// The states of a report.
const (
	Waiting  ReportState = "waiting"
	Accepted ReportState = "accepted"
	Refused  ReportState = "refused" // it can never become a request
)

// Report is what a program sent. Its id is the token of the standard.
type Report struct {
	store.Meta `bson:",inline"`
	Org        string      `bson:"org"`
	Key        string      `bson:"key"`
	State      ReportState `bson:"state"`
	In         *Input      `bson:"in,omitempty"` // until its request exists
	Request    string      `bson:"request,omitempty"`
	Notice     string      `bson:"notice,omitempty"`
	Why        string      `bson:"why,omitempty"` // a message id: why it was refused
	At         time.Time   `bson:"at"`
}

// keepReports is how long a token leads somewhere.
const keepReports = 90 * 24 * time.Hour

const jobOpen = "open311.open"

type reportJob struct {
	Report string `bson:"report"`
}

// retryOpening is when a report that was not finished at once is looked at again.
const retryOpening = time.Minute

// tokenOf is the token of what a program sends: a fresh one, or for a repeated
// post (Idempotency-Key) always the same.
func (s *Service) tokenOf(k Key, repeat string) string {
	if repeat == "" {
		return s.Ident.ID()
	}
	sum := sha256.Sum256([]byte(k.Hash + "\x00" + repeat))
	return strings.ToLower(base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding).EncodeToString(sum[:15]))
}

// Take takes what a program sends. The report is durable before anything is
// made of it: a program that heard a token or an id was heard. The report comes
// back accepted when its request exists, waiting when it needs more time.
// Faults: Forbidden (no such key), NotFound (no such service), Invalid.
func (s *Service) Take(ctx context.Context, apiKey, repeat string, in Input) (Report, error) {
	k, err := s.keyOf(ctx, apiKey, in.Jurisdiction)
	if err != nil {
		return Report{}, err
	}
	d, err := s.Desk.Definition(ctx, in.Jurisdiction, in.Service, in.Lang)
	if err != nil {
		return Report{}, noService(err)
	}
	if err := in.judge(d); err != nil {
		return Report{}, err
	}
	r := Report{Meta: store.Meta{ID: s.tokenOf(k, repeat)}, Org: in.Jurisdiction, Key: k.ID, State: Waiting, In: &in, At: s.Clock.Now()}
	if err := s.reports.Insert(ctx, r); isConflict(err) {
		return s.Report(ctx, in.Jurisdiction, r.ID)
	} else if err != nil {
		return r, fault.Wrap("open311.Take", err)
	}
	s.used(ctx, k)
	later := s.Clock.Now().Add(retryOpening)
	if d.Type == Batch {
		later = s.Clock.Now()
	}
	if err := job.Enqueue(ctx, s.Queue, jobOpen, r.ID, reportJob{r.ID}, later); err != nil {
		s.Log.Error("a report waits for the next check", "report", r.ID, "err", err)
	}
	if d.Type == Batch {
		return r, nil
	}
	opened, err := s.open(ctx, r)
	if err != nil && !fault.Is(err, fault.Invalid) {
		s.Log.Error("a report becomes a request later", "report", r.ID, "err", err)
		return r, nil
	}
	return opened, err
}

// open makes the request of a report. An Invalid fault refuses the report.
func (s *Service) open(ctx context.Context, r Report) (Report, error) {
	if r.State != Waiting || r.In == nil {
		return r, nil
	}
	opened, err := s.Desk.Open(ctx, "open311:"+r.ID, *r.In)
	if err != nil && !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.NotFound) {
		return r, err
	}
	now, kept := s.reports.Update(ctx, r.ID, func(r *Report) error {
		if r.State != Waiting {
			return store.ErrUnchanged
		}
		r.In = nil
		if err != nil {
			if r.Why, _ = fault.Shown(err); r.Why == "" {
				r.Why = msgRefused
			}
			r.State = Refused
			return nil
		}
		r.State, r.Request, r.Notice = Accepted, opened.ID, opened.Notice
		return nil
	})
	if kept != nil {
		return r, kept
	}
	return now, err
}

var msgRefused = i18n.Msg("It could not become a request.")

// openLater is the job of reports that were not finished at once.
func (s *Service) openLater(ctx context.Context, j reportJob) error {
	r, err := s.reports.Get(ctx, j.Report)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err = s.open(ctx, r); fault.Is(err, fault.Invalid) || isNotFound(err) {
		return nil // it is refused, which its token says
	}
	return err
}

var errNoToken = fault.New(fault.NotFound, "There is no such token.")

// Report returns what became of a token; NotFound for those of others.
func (s *Service) Report(ctx context.Context, jurisdiction, token string) (Report, error) {
	r, err := s.reports.Get(ctx, token)
	if isNotFound(err) || fault.Is(err, fault.Invalid) || err == nil && r.Org != jurisdiction {
		return Report{}, errNoToken
	}
	return r, fault.Wrap("open311.Report", err)
}

// sweepReports forgets old tokens.
func (s *Service) sweepReports(ctx context.Context) error {
	return s.reports.Each(ctx, store.Query{Index: "at", To: s.Clock.Now().Add(-keepReports), Limit: 500}, func(r Report) error {
		if err := s.reports.Delete(ctx, r.ID); err != nil && !isNotFound(err) {
			return err
		}
		return ctx.Err()
	})
}
