package petition

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Tally is what is counted of a petition's signatures.
type Tally struct {
	Supporters int64            `json:"supporters"`
	Valid      int64            `json:"valid"`
	Comments   int64            `json:"comments"`    // approved
	Subunits   map[string]int64 `json:"subunits"`    // valid, by province
	Paper      int64            `json:"paper"`       // of the supporters, those who signed on paper alone
	Void       int64            `json:"invalidated"` // taken out of the count
	Campaigns  map[string]int64 `json:"-"`           // supporters attributed, by campaign
	version    int64
}

// Count returns what the threshold is compared with.
func (t Tally) Count() Count { return Count{Valid: t.Valid, Subunits: t.Subunits} }

// tallyDoc is the stored tally of one petition.
//
// Marks names the writers that may have made signatures durable without having
// added them here yet. A writer sets its mark before its first batch and takes
// it away when the petition rests. The numbers are therefore exact when there
// is no mark, and when a marked writer has died they may be short: its mark is
// what makes others recount.
//
// A recount counts along the index and writes with compare-and-set on the
// version. It counts only while no other live writer has a mark; whoever sets
// one meanwhile changes the version and makes the recount begin anew. That
// alone makes it right. Recount only asks the others to rest soon.
type tallyDoc struct {
	store.Meta `bson:",inline"` // the petition
	Supporters int64            `bson:"supporters"`
	Valid      int64            `bson:"valid"`
	Comments   int64            `bson:"comments"`
	Subunits   map[string]int64 `bson:"subunits,omitempty"`
	Paper      int64            `bson:"paper"`
	Void       int64            `bson:"void"`
	Campaigns  map[string]int64 `bson:"campaigns,omitempty"`
	Marks      []string         `bson:"marks,omitempty"`
	Recount    string           `bson:"recount,omitempty"` // the writer that asks the others to rest
	RecountAt  time.Time        `bson:"recount_at,omitempty"`
}

func (d tallyDoc) tally() Tally {
	return Tally{Supporters: d.Supporters, Valid: d.Valid, Comments: d.Comments, Subunits: maps.Clone(d.Subunits), Paper: d.Paper, Void: d.Void,
		Campaigns: maps.Clone(d.Campaigns), version: d.Version}
}

// writerDoc is the lease of one running service.
type writerDoc struct {
	store.Meta `bson:",inline"` // the writer's id
	Seen       time.Time        `bson:"seen"`
}

// The times of the marks. A writer that could not renew its lease for
// fencedAfter takes no signature before it has: it may be taken for dead.
const (
	beatEvery    = 5 * time.Second
	tendEvery    = time.Second
	fencedAfter  = 15 * time.Second
	deadAfter    = 45 * time.Second
	restAfter    = 3 * time.Second  // without a signature, before the mark is taken away
	askFor       = 30 * time.Second // how long a request to rest is heeded
	cardEvery    = time.Minute
	waitForOther = 20 * time.Millisecond
	quietTries   = 300   // times waitForOther: longer than restAfter
	waitTries    = 2_000 // times waitForOther: longer than askFor
)

// ensureTally makes the tally of a petition if there is none.
func (s *Service) ensureTally(ctx context.Context, id string) error {
	err := s.tallies.Insert(ctx, tallyDoc{Meta: store.Meta{ID: id}})
	if err != nil && !isConflict(err) {
		return err
	}
	return s.ensureFigures(ctx, id)
}

// Tally returns the counts of a petition from memory, at most a second old;
// what this process acknowledged is in it at once. A petition that was never
// published has none: the zero Tally.
func (s *Service) Tally(ctx context.Context, id string) (Tally, error) {
	now := s.Clock.Now()
	if t, ok := s.recent.tally(id, now); ok {
		return t, nil
	}
	doc, err := s.tallies.Get(ctx, id)
	if err != nil && !isNotFound(err) {
		return Tally{}, fault.Wrap("petition.Tally", err)
	}
	return s.recent.keep(id, doc.tally(), now), nil
}

// delta returns what the change of a signature adds to the tally.
func delta(before, after Signature) map[string]int64 {
	by := map[string]int64{}
	add := func(field string, was, is bool) {
		if was != is {
			by[field] += map[bool]int64{true: 1, false: -1}[is]
		}
		if by[field] == 0 {
			delete(by, field)
		}
	}
	add("supporters", before.Counted, after.Counted)
	add("valid", before.Counted && before.Valid, after.Counted && after.Valid)
	add("comments", before.commented(), after.commented())
	add("paper", before.Counted && before.Channel == ByPaper, after.Counted && after.Channel == ByPaper)
	add("void", before.voided(), after.voided())
	if before.Subunit != "" {
		add("subunits."+before.Subunit, before.Counted && before.Valid, after.Counted && after.Valid && after.Subunit == before.Subunit)
	}
	if after.Subunit != "" && after.Subunit != before.Subunit {
		add("subunits."+after.Subunit, false, after.Counted && after.Valid)
	}
	if before.Campaign != "" {
		add("campaigns."+before.Campaign, before.Counted, after.Counted && after.Campaign == before.Campaign)
	}
	if after.Campaign != "" && after.Campaign != before.Campaign {
		add("campaigns."+after.Campaign, false, after.Counted)
	}
	return by
}

func (s Signature) commented() bool {
	return s.State == SignatureActive && s.Void == "" && s.Comment != "" && s.CommentState == CommentApproved
}

// owed is the mark of a writer that rested for another's recount although it
// may owe the tally something. It is nobody's, so it counts as a dead writer's.
const owed = "owed"

// errNotQuiet ends a recount because others are at work; it is tried again later.
var errNotQuiet = errors.New("petition: others are signing")

// recount counts a petition's signatures along the index and corrects the
// tally, removing the marks of the dead. This process's batches wait meanwhile.
func (s *Service) recount(ctx context.Context, id string) error {
	s.counting.recounting.Lock()
	defer s.counting.recounting.Unlock()
	me := s.counting.writer()
	if err := s.askForRest(ctx, id, me); err != nil {
		return fault.Wrap("petition.recount", err)
	}
	doc, err := s.recountPaused(ctx, id, me)
	if err != nil {
		s.endRequest(ctx, id, me)
		return fault.Wrap("petition.recount", err)
	}
	s.recent.keep(id, doc.tally(), s.Clock.Now())
	if err := s.putCard(ctx, id); err != nil {
		return fault.Wrap("petition.recount", err)
	}
	_, err = s.checkMilestones(ctx, id)
	return fault.Wrap("petition.recount", err)
}

// askForRest makes this writer the one that recounts a petition. While another
// does, it rests here like everybody else, leaving behind that it may owe the
// tally something.
func (s *Service) askForRest(ctx context.Context, id, me string) error {
	return s.whenNobodyCounts(ctx, id, me, func(d *tallyDoc) error {
		d.Recount, d.RecountAt = me, s.Clock.Now()
		return nil
	}, func() error { return s.counting.handOver(ctx, id) })
}

// whenNobodyCounts changes a tally, making it if there is none, once no other
// live writer is recounting it; meanwhile is called each time before it waits.
func (s *Service) whenNobodyCounts(ctx context.Context, id, me string, change func(*tallyDoc) error, meanwhile func() error) error {
	dead := ""
	for range waitTries {
		holder := ""
		_, err := s.tallies.Update(ctx, id, func(d *tallyDoc) error {
			holder = ""
			if d.Recount != "" && d.Recount != me && d.Recount != dead && s.Clock.Now().Sub(d.RecountAt) < askFor {
				holder = d.Recount
				return store.ErrUnchanged
			}
			return change(d)
		})
		if isNotFound(err) {
			if err = s.ensureTally(ctx, id); err == nil {
				continue
			}
		}
		if err != nil || holder == "" {
			return err
		}
		alive, err := s.alive(ctx, holder)
		if err != nil {
			return err
		}
		if !alive {
			dead = holder
			continue
		}
		if err := meanwhile(); err != nil {
			return err
		}
		if err := pauseFor(ctx, waitForOther); err != nil {
			return err
		}
	}
	return fault.New(fault.Unavailable, "").Because("petition.tally", errNotQuiet)
}

// endRequest lets the others go on after a recount that failed. They would
// anyway, askFor later.
func (s *Service) endRequest(ctx context.Context, id, me string) {
	_, err := s.tallies.Update(context.WithoutCancel(ctx), id, func(d *tallyDoc) error {
		if d.Recount != me {
			return store.ErrUnchanged
		}
		d.Recount, d.RecountAt = "", time.Time{}
		return nil
	})
	if err != nil {
		s.Log.Error("a request to rest could not be taken back", "petition", id, "err", err)
	}
}

func (s *Service) recountPaused(ctx context.Context, id, me string) (tallyDoc, error) {
	release, err := s.counting.pause(ctx, id)
	if err != nil {
		return tallyDoc{}, err
	}
	doc, err := s.recountMarked(ctx, id, me)
	release(err == nil)
	return doc, err
}

// recountMarked waits for the others to rest, counts, and writes if nobody
// began to sign meanwhile.
func (s *Service) recountMarked(ctx context.Context, id, me string) (tallyDoc, error) {
	quiet, err := s.othersRest(ctx, id, me)
	if err != nil {
		return quiet, err
	}
	counted, err := s.countSignatures(ctx, id)
	if err != nil {
		return quiet, err
	}
	if err := s.recountFigures(ctx, id); err != nil {
		return quiet, err
	}
	return s.tallies.Update(ctx, id, func(d *tallyDoc) error {
		if d.Version != quiet.Version {
			return errNotQuiet
		}
		d.Supporters, d.Valid, d.Comments, d.Subunits = counted.Supporters, counted.Valid, counted.Comments, counted.Subunits
		d.Paper, d.Void = counted.Paper, counted.Void
		d.Campaigns = counted.Campaigns
		d.Marks, d.Recount, d.RecountAt = nil, "", time.Time{}
		return nil
	})
}

// othersRest returns the tally once no live writer but this one, whose batches
// are paused, has its mark in it; errNotQuiet when that takes too long or
// another has taken over.
func (s *Service) othersRest(ctx context.Context, id, me string) (tallyDoc, error) {
	for range quietTries {
		d, err := s.tallies.Get(ctx, id)
		if err != nil {
			return d, err
		}
		if d.Recount != me { // our request was too old to be heeded
			return d, errNotQuiet
		}
		busy := false
		for _, writer := range d.Marks {
			alive := false
			if writer != me {
				if alive, err = s.alive(ctx, writer); err != nil {
					return d, err
				}
			}
			busy = busy || alive
		}
		if !busy {
			return d, nil
		}
		if err := pauseFor(ctx, waitForOther); err != nil {
			return d, err
		}
	}
	return tallyDoc{}, errNotQuiet
}

// alive reports whether a writer renewed its lease lately.
func (s *Service) alive(ctx context.Context, writer string) (bool, error) {
	if s.Alone && writer != s.counting.writer() {
		return false, nil
	}
	doc, err := s.writers.Get(ctx, writer)
	if isNotFound(err) {
		return false, nil
	}
	return err == nil && s.Clock.Now().Sub(doc.Seen) < deadAfter, err
}

// countSignatures counts along the index. Its cost grows with the signatures:
// only recounts and checks call it.
func (s *Service) countSignatures(ctx context.Context, id string) (Tally, error) {
	p, err := s.petitions.Get(ctx, id)
	if err != nil {
		return Tally{}, err
	}
	count := func(index string, equal ...any) int64 {
		if err != nil {
			return 0
		}
		var n int64
		n, err = s.signatures.Count(ctx, store.Query{Index: index, Equal: equal})
		return n
	}
	t := Tally{Subunits: map[string]int64{}, Campaigns: map[string]int64{}}
	t.Supporters = count("count", id, true)
	t.Valid = count("count", id, true, true)
	t.Comments = count("lists", listComments+"|"+id)
	t.Paper, t.Void = count("lists", listPaper+"|"+id), count("lists", listVoid+"|"+id)
	for _, unit := range p.Threshold.Subunits {
		if n := count("count", id, true, true, unit); n != 0 {
			t.Subunits[unit] = n
		}
	}
	if s.Campaigns == nil || err != nil {
		return t, err
	}
	campaigns, err := s.Campaigns.Of(ctx, id)
	for _, c := range campaigns {
		var n int64
		if n, err = s.signatures.Count(ctx, store.Query{Index: "lists", Equal: []any{listCampaign + "|" + id + "|" + c}}); err != nil {
			return t, err
		}
		if n != 0 {
			t.Campaigns[c] = n
		}
	}
	return t, err
}

// sameCounts reports whether two tallies count the same.
func sameCounts(a, b Tally) bool {
	nonZero := func(m map[string]int64) map[string]int64 {
		kept := maps.Clone(m)
		maps.DeleteFunc(kept, func(_ string, n int64) bool { return n == 0 })
		return kept
	}
	return a.Supporters == b.Supporters && a.Valid == b.Valid && a.Comments == b.Comments && a.Paper == b.Paper && a.Void == b.Void &&
		maps.Equal(nonZero(a.Subunits), nonZero(b.Subunits)) && maps.Equal(nonZero(a.Campaigns), nonZero(b.Campaigns))
}

// recoverTallies recounts the petitions that dead writers left marked, and
// buries the writers. It is safe to run anywhere at any time.
func (s *Service) recoverTallies(ctx context.Context) error {
	var firstErr error
	note := func(err error) {
		if err != nil && firstErr == nil && !errors.Is(err, errNotQuiet) {
			firstErr = err
		}
	}
	now := s.Clock.Now()
	err := s.tallies.Each(ctx, store.Query{Index: "marks", Equal: []any{owed}, Limit: 100}, func(d tallyDoc) error {
		note(s.recount(ctx, d.ID))
		return ctx.Err()
	})
	note(err)
	dead := store.Query{Index: "seen", To: now.Add(-deadAfter)}
	if s.Alone {
		dead.To = nil
	}
	err = s.writers.Each(ctx, dead, func(w writerDoc) error {
		if w.ID == s.counting.writer() {
			return nil
		}
		left := false
		err := s.tallies.Each(ctx, store.Query{Index: "marks", Equal: []any{w.ID}, Limit: 100}, func(d tallyDoc) error {
			if err := s.recount(ctx, d.ID); err != nil {
				left = true
				note(err)
			}
			return ctx.Err()
		})
		if err != nil || left {
			return err
		}
		if err := s.writers.Delete(ctx, w.ID); err != nil && !isNotFound(err) {
			return err
		}
		return nil
	})
	note(err)
	return fault.Wrap("petition.recoverTallies", firstErr)
}

// mark adds a writer's mark and reports whether it is new.
func (d *tallyDoc) mark(writer string) bool {
	if slices.Contains(d.Marks, writer) {
		return false
	}
	d.Marks = append(d.Marks, writer)
	return true
}
