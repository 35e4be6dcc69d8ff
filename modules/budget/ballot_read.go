package budget

import (
	"context"
	"encoding/hex"
	"maps"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ledger"
	"musharaka/modules/kit/ledger/proof"
	"musharaka/modules/kit/store"

	"golang.org/x/mod/sumdb/tlog"
)

// CastBallot is a ballot of a vote that is over, as it is counted and published:
// without anything by which it could be told from another of the same content.
type CastBallot struct {
	Choice
	Channel Channel
	Voter   VoterGroup
}

// CastBallots pages through the ballots of a closed urn, of one area or ("") of
// all, in an order that says nothing about who voted when. Ballots that are not
// in the log are none. The cursor is for the caller alone: it holds a key.
// Conflict while the vote runs: nobody is told anything then.
func (s *Service) CastBallots(ctx context.Context, edition, area, after string, limit int) (List[CastBallot], error) {
	if closed, err := s.UrnClosed(ctx, edition); err != nil {
		return List[CastBallot]{}, err
	} else if !closed {
		return List[CastBallot]{}, errUrnOpen
	}
	q := store.Query{Index: "area", Equal: []any{edition}, After: after, Limit: limit}
	if area != "" {
		q.Equal = append(q.Equal, area)
	}
	page, err := s.ballots.Find(ctx, q)
	if err != nil {
		return List[CastBallot]{}, fault.Wrap("budget.CastBallots", err)
	}
	hashes := make([]tlog.Hash, len(page.Items))
	for i, b := range page.Items {
		hashes[i] = tlog.RecordHash(b.Leaf)
	}
	missing, err := s.Ledger.Missing(ctx, ballotLog(edition), hashes)
	if err != nil {
		return List[CastBallot]{}, err
	}
	lost := map[tlog.Hash]bool{}
	for _, h := range missing {
		lost[h] = true
	}
	out := List[CastBallot]{Next: page.Next}
	for i, b := range page.Items {
		if !lost[hashes[i]] && !b.Void {
			out.Items = append(out.Items, CastBallot{Choice: b.Choice, Channel: b.Channel, Voter: b.Voter})
		}
	}
	return out, nil
}

// EachCastBallot visits all ballots of a closed urn; see CastBallots.
func (s *Service) EachCastBallot(ctx context.Context, edition, area string, visit func(CastBallot) error) error {
	for after := ""; ; {
		page, err := s.CastBallots(ctx, edition, area, after, 500)
		if err != nil {
			return err
		}
		for _, b := range page.Items {
			if err := visit(b); err != nil {
				return err
			}
		}
		if after = page.Next; after == "" {
			return nil
		}
	}
}

// Turnout is how many people vote, by all channels together: those whose ballot
// is in the log, and those who were ticked off on paper or at a counter. It says
// nothing of what they voted.
type Turnout struct {
	People    int64
	ByChannel map[Channel]int64
	ByArea    map[string]int64 // by area key; of those who vote in one
	ByAge     map[string]int64 // by age band
	BySex     map[string]int64
	Log       int64 // leaves in the log: ballots, and those that were replaced
	Ballots   int64 // that stand, copied paper ballots included
}

// LeastShown is the least number of people of a group that is shown.
const LeastShown = 5

// Turnout returns the turnout of an edition; zero before its vote.
func (s *Service) Turnout(ctx context.Context, edition string) (Turnout, error) {
	t := Turnout{ByChannel: map[Channel]int64{}, ByArea: map[string]int64{}, ByAge: map[string]int64{}, BySex: map[string]int64{}}
	u, err := s.urns.Get(ctx, edition)
	if isNotFound(err) {
		return t, nil
	}
	if err != nil {
		return t, fault.Wrap("budget.Turnout", err)
	}
	head, err := s.Ledger.Head(ctx, ballotLog(edition))
	if err != nil {
		return t, err
	}
	t.Log, t.Ballots = head.Size, head.Sums["ballots"]
	sums := maps.Clone(head.Sums)
	for _, c := range []Channel{Paper, Counter} {
		delete(sums, sumName("channel", string(c))) // those are on the roll: who was ticked off
	}
	for _, counted := range []map[string]int64{sums, u.Marks} {
		for name, n := range counted {
			what, of, _ := strings.Cut(name, ":")
			switch what {
			case "channel":
				t.ByChannel[Channel(of)] += n
				t.People += n
			case "area":
				t.ByArea[of] += n
			case "age":
				t.ByAge[of] += n
			case "sex":
				t.BySex[of] += n
			}
		}
	}
	return t, nil
}

// LogState is the public log of an edition's ballots.
type LogState struct {
	Head      ledger.Head
	Key       string // the verifier key
	OpenedAt  time.Time
	ClosedAt  time.Time // zero while the vote runs
	Blank     int64     // ballots; 0 while the vote runs
	Published List[ledger.Published]
}

// PublicLog returns the public log of an edition's ballots, with a page of the heads
// that were published. NotFound before the vote.
func (s *Service) PublicLog(ctx context.Context, edition, after string) (LogState, error) {
	u, err := s.urns.Get(ctx, edition)
	if isNotFound(err) {
		return LogState{}, errNoUrn
	}
	if err != nil {
		return LogState{}, fault.Wrap("budget.PublicLog", err)
	}
	l := LogState{OpenedAt: u.OpenedAt, ClosedAt: u.ClosedAt, Blank: u.Blank}
	if l.Head, err = s.Ledger.Head(ctx, ballotLog(edition)); err != nil {
		return l, err
	}
	l.Key = s.Ledger.KeyOf(ballotLog(edition), l.Head.Signed)
	l.Published, err = s.Ledger.Heads(ctx, ballotLog(edition), after, 50)
	return l, err
}

// Inclusion proves that a receipt's leaf is in the log. typed is the receipt's
// code or the leaf's whole hash. Invalid for what is neither, NotFound when it is
// not in the log.
func (s *Service) Inclusion(ctx context.Context, edition, typed string) (proof.Inclusion, error) {
	digits := parseCode(typed)
	if digits == "" {
		return proof.Inclusion{}, fault.New(fault.Invalid, "This is not the code of a receipt. It has five groups of four characters, digits and letters from a to f.")
	}
	e, err := s.Ledger.FindPrefix(ctx, ballotLog(edition), digits)
	if isNotFound(err) {
		return proof.Inclusion{}, fault.New(fault.NotFound, "No ballot with this receipt is in the log of this vote.").Because("budget.Inclusion", err)
	}
	if err != nil {
		return proof.Inclusion{}, err
	}
	return s.Ledger.Inclusion(ctx, ballotLog(edition), e.Hash())
}

// IsReceiptCode reports whether something typed has the form of a receipt's code
// or of a leaf's whole hash.
func IsReceiptCode(typed string) bool { return parseCode(typed) != "" }

// FindReceipt returns the place of a receipt's leaf in the log, counted from 1,
// and how many entries the log has. The place is proven against the signed head.
// Faults as for Inclusion.
func (s *Service) FindReceipt(ctx context.Context, edition, typed string) (entry, of int64, err error) {
	p, err := s.Inclusion(ctx, edition, typed)
	if err != nil {
		return 0, 0, err
	}
	head, err := p.Check(s.Ledger.KeyOf(ballotLog(edition), p.Head))
	if err != nil {
		return 0, 0, fault.Wrap("budget.FindReceipt", err)
	}
	return p.Index + 1, head.Size, nil
}

// Consistency proves that the log continues the one of so many leaves.
func (s *Service) Consistency(ctx context.Context, edition string, from int64) (proof.Consistency, error) {
	return s.Ledger.Consistency(ctx, ballotLog(edition), from)
}

// SealedHead returns the signed head of a closed urn's log, for minutes and
// result pages; "" while the vote runs.
func (s *Service) SealedHead(ctx context.Context, edition string) (string, error) {
	if closed, err := s.UrnClosed(ctx, edition); err != nil || !closed {
		return "", err
	}
	h, err := s.Ledger.Head(ctx, ballotLog(edition))
	return h.Signed, err
}

// seesVote reports whether an edition has a vote that everybody may know of.
func (s *Service) seesVote(ctx context.Context, who auth.Actor, id string) (Edition, error) {
	e, err := s.Edition(ctx, who, id)
	if err != nil {
		return e, err
	}
	if !e.Ballots() || e.Frozen == nil {
		return e, errNoUrn
	}
	return e, nil
}

func hexOf(h tlog.Hash) string { return hex.EncodeToString(h[:]) }
