package budget

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"slices"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ledger"
	"musharaka/modules/kit/store"

	"golang.org/x/mod/sumdb/tlog"
)

// Verification is what a look at everything about one vote finds.
type Verification struct {
	Edition  string           `json:"edition"`
	Log      string           `json:"log"`
	Key      string           `json:"verifier_key"`
	Head     string           `json:"head"`     // the signed note
	Sealed   bool             `json:"sealed"`   // the vote is over and the secret destroyed
	Leaves   int64            `json:"leaves"`   // in the log
	Ballots  int64            `json:"ballots"`  // that stand
	Replaced int64            `json:"replaced"` // leaves of ballots that their voters replaced
	Rules    string           `json:"rules_sha256,omitempty"`
	Recount  []AreaRecount    `json:"recount,omitempty"` // once the vote is over
	Problems []string         `json:"problems"`          // none when all is well
	sums     map[string]int64 // recounted
	blank    int64            // ballots, recounted
}

// AreaRecount is the outcome of the edition's own rule in one count.
type AreaRecount struct {
	Area    string   `json:"area"` // "" for the whole town
	Rule    string   `json:"rule"`
	Ballots int      `json:"ballots"`
	Blank   int      `json:"blank"`
	Winners []string `json:"winners"` // proposal ids, in order of selection
	Cost    int64    `json:"cost"`    // minor units
}

func (v *Verification) note(format string, args ...any) {
	v.Problems = append(v.Problems, fmt.Sprintf(format, args...))
}

// VotesWithUrn visits the ids of all editions whose vote has begun.
func (s *Service) VotesWithUrn(ctx context.Context, visit func(edition string) error) error {
	return s.urns.Each(ctx, store.Query{}, func(u urnDoc) error { return visit(u.ID) })
}

// Verify looks at everything about one vote: the log is rebuilt from its leaves
// and compared with every head that was signed and published, every ballot is
// committed to anew and looked for in the log, every leaf must be that of a
// ballot or of one it replaced, the frozen rules must have their published hash,
// and when the vote is over the edition's own rule is run again. While the vote
// runs the contents are checked and nothing of them is told.
func (s *Service) Verify(ctx context.Context, edition string) (Verification, error) {
	v := Verification{Edition: edition, Log: ballotLog(edition), Problems: []string{}, sums: map[string]int64{}}
	e, err := s.Edition(ctx, auth.System, edition)
	if err != nil {
		return v, err
	}
	u, err := s.urns.Get(ctx, edition)
	if isNotFound(err) {
		return v, errNoUrn
	}
	if err != nil {
		return v, fault.Wrap("budget.Verify", err)
	}
	v.Sealed = !u.Open
	if u.Open != (len(u.Secret) > 0) {
		v.note("the urn is open and has no secret, or is closed and still has one")
	}
	if e.Frozen != nil {
		if v.Rules = e.Frozen.Hash; hashOf(e.Frozen.Document) != e.Frozen.Hash {
			v.note("the frozen rules do not have the published hash")
		}
	}
	texts, err := s.Ledger.CheckLog(ctx, v.Log, false)
	if err != nil {
		return v, err
	}
	v.Problems = append(v.Problems, texts...)
	head, err := s.Ledger.Head(ctx, v.Log)
	if err != nil {
		return v, err
	}
	v.Head, v.Key, v.Leaves = head.Signed, s.Ledger.KeyOf(v.Log, head.Signed), head.Size
	if v.Sealed && !head.Sealed {
		v.note("the vote is over and the log is not sealed")
	}
	if err := s.verifyBallots(ctx, &v, head); err != nil {
		return v, err
	}
	if v.Sealed && v.blank != u.Blank {
		v.note("the urn was closed with %d blank ballots, it holds %d", u.Blank, v.blank)
	}
	if v.Sealed && e.Frozen != nil {
		if v.Recount, err = s.Recount(ctx, e); err != nil {
			return v, err
		}
		if err := s.compareResult(ctx, &v, e); err != nil {
			return v, err
		}
	}
	return v, nil
}

// verifyBallots compares ballots and leaves, one to one.
func (s *Service) verifyBallots(ctx context.Context, v *Verification, head ledger.Head) error {
	leaves := map[tlog.Hash]bool{}
	if err := s.Ledger.Each(ctx, v.Log, func(e ledger.Entry) error {
		leaves[e.Hash()] = true
		return nil
	}); err != nil {
		return err
	}
	take := func(leaf []byte, what, id string) {
		h := tlog.RecordHash(leaf)
		if !leaves[h] {
			v.note("%s %s has no leaf of its own in the log", what, id)
		}
		delete(leaves, h)
	}
	err := s.ballots.Each(ctx, store.Query{Index: "area", Equal: []any{v.Edition}}, func(b Ballot) error {
		want, err := b.commitment()
		if err != nil {
			return err
		}
		if !bytes.Equal(want, b.Leaf) {
			v.note("ballot %s is not the one that was logged", hex.EncodeToString(b.Leaf[:min(6, len(b.Leaf))]))
		}
		take(b.Leaf, "a ballot", hex.EncodeToString(b.Leaf[:min(6, len(b.Leaf))]))
		v.Replaced += int64(len(b.Former))
		for _, f := range b.Former {
			take(f, "a replaced ballot", hex.EncodeToString(f[:min(6, len(f))]))
		}
		if b.Void {
			v.Replaced++
			return nil
		}
		v.Ballots++
		if b.Blank {
			v.blank++
		}
		v.sums["ballots"]++
		v.sums[sumName("channel", string(b.Channel))]++
		if b.Channel == Online {
			b.addGroups(v.sums, 1)
		}
		return nil
	})
	if err != nil {
		return fault.Wrap("budget.Verify", err)
	}
	if len(leaves) > 0 {
		v.note("%d leaves of the log belong to no ballot", len(leaves))
	}
	if len(v.Problems) == 0 {
		v.compareSums(head.Sums)
	}
	return nil
}

// compareSums compares the log's sums with the ballots.
func (v *Verification) compareSums(sums map[string]int64) {
	for name := range sums {
		if v.sums[name] != sums[name] {
			v.note("the log's sum of %s is %d, the ballots make %d", name, sums[name], v.sums[name])
		}
	}
	for name, n := range v.sums {
		if _, ok := sums[name]; !ok && n != 0 {
			v.note("the log has no sum of %s, the ballots make %d", name, n)
		}
	}
}

// Recount counts the ballots of a closed urn by the edition's own rules, as
// CountVotes does: one count for each area, or one for the whole town.
func (s *Service) Recount(ctx context.Context, e Edition) ([]AreaRecount, error) {
	counts, err := s.elections(ctx, e)
	if err != nil {
		return nil, err
	}
	rules := e.countRules()
	rules.Beside = ""
	var all []AreaRecount
	for _, election := range counts {
		parts, _, err := e.countArea(election, rules, func() bool { return ctx.Err() != nil })
		if err != nil {
			return nil, err
		}
		r := AreaRecount{Area: election.Key, Rule: string(rules.Rule), Ballots: len(election.Ballots) + int(election.Blank), Blank: int(election.Blank)}
		if len(e.Rules.Areas) == 0 {
			r.Area = ""
		}
		for _, p := range parts {
			r.Cost += p.Cost
		}
		r.Winners = e.winners(ResultDocument{Parts: parts})
		all = append(all, r)
	}
	return all, nil
}

// compareResult notes where the published result has other winners than a recount.
func (s *Service) compareResult(ctx context.Context, v *Verification, e Edition) error {
	r, err := s.Result(ctx, e.ID)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	d, err := r.Parsed()
	if err != nil {
		return err
	}
	var recounted []string
	for _, area := range v.Recount {
		recounted = append(recounted, area.Winners...)
	}
	if published := e.winners(d); !slices.Equal(published, recounted) {
		v.note("the published result funds %v, the recount %v", published, recounted)
	}
	if hashOf(r.Document) != r.Hash {
		v.note("the published result does not have its hash")
	}
	return nil
}

// unitOf returns the minor units in one unit of a currency.
func unitOf(currency string) int64 {
	if currency == "TND" {
		return 1000
	}
	return 100
}

// Weight returns how many points a pick gives its project, on a ballot of so
// many picks where so many projects stand.
func (r BallotRules) Weight(p Pick, picks, projects int) int64 {
	switch r.Kind {
	case Points:
		return p.N
	case Ranking:
		if len(r.Weights) > 0 {
			if int(p.N) <= len(r.Weights) {
				return int64(r.Weights[p.N-1])
			}
			return 0
		}
		most := r.Max
		if most == 0 {
			most = projects
		}
		return int64(most) - p.N + 1
	}
	return 1
}

// checkBallots is what `server check` asks of the votes.
func (s *Service) checkBallots(ctx context.Context, c *checker) error {
	return s.urns.Each(ctx, store.Query{}, func(u urnDoc) error {
		subject := "budget:" + u.ID
		if c.repair && u.Open {
			if e, err := s.Edition(ctx, auth.System, u.ID); err != nil {
				return err
			} else if err := s.logBallots(ctx, e, ""); err != nil {
				return err
			}
		}
		v, err := s.Verify(ctx, u.ID)
		if err != nil {
			return err
		}
		for _, p := range v.Problems {
			if err := c.report(subject, p, nil); err != nil {
				return err
			}
		}
		if err := s.checkMarks(ctx, c, u); err != nil {
			return err
		}
		differences, err := s.Audit.Compare(ctx, u.History...)
		if err != nil || len(differences.Missing) == 0 {
			return err
		}
		return c.report(subject, "what happened to its urn is not in the audit", func() error { return s.Audit.Record(ctx, u.History...) })
	})
}

func (s *Service) checkMarks(ctx context.Context, c *checker, u urnDoc) error {
	counted, err := s.countMarks(ctx, u.ID)
	if err != nil {
		return err
	}
	for name := range u.Marks {
		counted[name] += 0
	}
	names := make([]string, 0, len(counted))
	for name, n := range counted {
		if u.Marks[name] != n {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	return c.report("budget:"+u.ID, fmt.Sprintf("the people ticked off are not as many as the urn says: %v", names), func() error { return s.recountMarks(ctx, u.ID) })
}
