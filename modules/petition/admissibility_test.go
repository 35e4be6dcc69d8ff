package petition

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/mail"
)

// checked records what was found of every condition: all met but the one named.
func (w *world) checked(id, unmet string) {
	w.t.Helper()
	checks, err := w.Checklist(w.ctx, w.now(id))
	w.must(err)
	found := map[string]BureauFind{}
	for _, c := range checks {
		found[c.Code] = BureauFind{Met: IsMet}
		if c.Code == unmet {
			found[c.Code] = BureauFind{Met: IsUnmet, Note: "Hors attributions."}
		}
	}
	_, err = w.Find(w.ctx, officer, id, found)
	w.must(err)
}

// deposited is a petition to the town that was deposited.
func (w *world) deposited() Petition {
	w.t.Helper()
	p := w.opened("town")
	w.sign(p, many("person", 4)...)
	p, err := w.Advance(w.ctx, salma, p.ID, ActDeposit, LegalStep{Receipt: "77"})
	w.must(err)
	return p
}

// refused lets the bureau refuse a deposited petition.
func (w *world) refused(id string) Petition {
	w.t.Helper()
	w.checked(id, "within_powers")
	p, err := w.DraftRuling(w.ctx, officer, id, RulingInput{Code: "outside_powers", Reasons: "Cela relève de l'État."})
	w.must(err)
	p, err = w.IssueRuling(w.ctx, president, id, p.Legal.Ruling.Stamp())
	w.must(err)
	return p
}

func TestTheChecklistHasTheEvidenceThatThereIs(t *testing.T) {
	w := newWorld(t)
	p := w.deposited()
	checks, err := w.Checklist(w.ctx, p.Public()) // as everybody sees it, with the same evidence
	w.must(err)
	got := map[string]Met{}
	for _, c := range checks {
		got[c.Code] = c.Evidence.Met
		if c.Message == "" && c.Text.IsZero() {
			t.Errorf("%s says nothing", c.Code)
		}
	}
	for code, want := range map[string]Met{checkAgent: IsMet, checkThreshold: IsMet, "residence_or_activity": IsMet, "within_powers": Unknown} {
		if met, ok := got[code]; !ok || met != want {
			t.Errorf("%s is found %q, %t", code, met, ok)
		}
	}
	if _, ok := got["seat_or_branch"]; ok {
		t.Error("citizens are asked for an association's seat")
	}
}

func TestADecisionNeedsEveryConditionChecked(t *testing.T) {
	w := newWorld(t)
	p := w.deposited()
	_, err := w.DraftRuling(w.ctx, officer, p.ID, RulingInput{Admit: true})
	wantFault(t, err, fault.Conflict)
	w.checked(p.ID, "within_powers")
	_, err = w.DraftRuling(w.ctx, officer, p.ID, RulingInput{Admit: true})
	wantFault(t, err, fault.Invalid) // one is not met
	for _, in := range []RulingInput{{Code: "outside_powers"}, {Code: "nonsense", Reasons: "x"}, {Reasons: "x"}} {
		_, err = w.DraftRuling(w.ctx, officer, p.ID, in)
		wantFault(t, err, fault.Invalid)
	}
	w.checked(p.ID, "")
	_, err = w.DraftRuling(w.ctx, officer, p.ID, RulingInput{Code: "outside_powers", Reasons: "x"})
	wantFault(t, err, fault.Invalid) // all are met
	_, err = w.Find(w.ctx, officer, p.ID, map[string]BureauFind{"nonsense": {Met: IsMet}})
	wantFault(t, err, fault.Invalid)
	_, err = w.Find(w.ctx, officer, p.ID, map[string]BureauFind{checkThreshold: {Met: IsUnmet}})
	wantFault(t, err, fault.Invalid) // without saying why
	for _, who := range []string{"salma", "karim", "stranger"} {
		_, err = w.Find(w.ctx, citizen(who), p.ID, map[string]BureauFind{checkThreshold: {Met: IsMet}})
		wantFault(t, err, fault.Forbidden)
	}
}

func TestTwoPeopleDecideOnAdmissibility(t *testing.T) {
	w := newWorld(t)
	p := w.deposited()
	w.checked(p.ID, "")
	p, err := w.DraftRuling(w.ctx, president, p.ID, RulingInput{Admit: true})
	w.must(err)
	old := p.Legal.Ruling.Stamp()
	_, err = w.IssueRuling(w.ctx, president, p.ID, old)
	wantFault(t, err, fault.Forbidden) // one's own
	_, err = w.IssueRuling(w.ctx, officer, p.ID, old)
	wantFault(t, err, fault.Forbidden) // not the head
	_, err = w.ReturnRuling(w.ctx, president, p.ID, old, "Précisez la session.")
	w.must(err)
	_, err = w.IssueRuling(w.ctx, president, p.ID, old)
	wantFault(t, err, fault.Forbidden)
	p, err = w.DraftRuling(w.ctx, officer, p.ID, RulingInput{Admit: true, Reasons: "Complet."})
	w.must(err)
	_, err = w.IssueRuling(w.ctx, president, p.ID, old)
	wantFault(t, err, fault.Conflict) // another text than the one that was read
	seen, err := w.Get(w.ctx, karim, p.ID)
	w.must(err)
	if seen.Legal.Ruling != nil || seen.Legal.Findings != nil {
		t.Error("everybody sees a decision that is not issued")
	}
	p, err = w.IssueRuling(w.ctx, president, p.ID, p.Legal.Ruling.Stamp())
	w.must(err)
	if p.State != Admitted || len(p.Legal.Notices) != 1 {
		t.Errorf("%s, %+v", p.State, p.Legal.Notices)
	}
	if seen, _ = w.Get(w.ctx, karim, p.ID); seen.Legal.Ruling == nil || seen.Legal.Notices != nil {
		t.Error("the decision is not shown, or its notices are")
	}
}

func TestOfManyWhoDecideAtOnceOneDecides(t *testing.T) {
	w := newWorld(t)
	p := w.deposited()
	w.checked(p.ID, "")
	p, err := w.DraftRuling(w.ctx, officer, p.ID, RulingInput{Admit: true})
	w.must(err)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := w.IssueRuling(w.ctx, president, p.ID, p.Legal.Ruling.Stamp()); err != nil && !fault.Is(err, fault.Conflict) {
				t.Error(err) // Conflict: another draft came between
			}
		})
		all.Go(func() {
			_, err := w.DraftRuling(w.ctx, officer, p.ID, RulingInput{Admit: true, Reasons: "Plus tard."})
			if err != nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Forbidden) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	got := w.now(p.ID)
	admitted := 0
	for _, e := range got.History {
		if e.Act == "petition.admit" {
			admitted++
		}
	}
	if got.State == Admitted && (admitted != 1 || len(got.Legal.Notices) != 1) || got.State != Admitted && admitted != 0 {
		t.Errorf("%s, admitted %d times, %d notices", got.State, admitted, len(got.Legal.Notices))
	}
}

func TestTheProofOfANotificationIsKept(t *testing.T) {
	w := newWorld(t)
	fared := &testDeliveries{}
	w.Deliveries = fared
	p := w.refused(w.deposited().ID)
	w.jobs()
	key := p.Legal.Notices[0].Key
	if !contains(w.post.keys(), key) {
		t.Fatalf("no mail has the key %s: %v", key, w.post.keys())
	}
	i := slices.IndexFunc(w.post.sent, func(m mail.Message) bool { return m.Key == key })
	if text := w.post.sent[i].Text; !strings.Contains(text, "Cela relève de l'État.") {
		t.Errorf("the mail says %s", text)
	}
	fared.state = NoticeSent
	w.clock.Advance(proofAfter)
	w.jobs()
	n := w.now(p.ID).Legal.Notices[0]
	if n.State != NoticeSent || n.MessageID != "id-of-"+key || n.SentAt.IsZero() {
		t.Errorf("the proof is %+v", n)
	}
	_, err := w.Notify(w.ctx, officer, p.ID, NotifyInput{Means: ByPost, On: w.clock.Now(), Note: "RR 123"})
	w.must(err)
	for _, in := range []NotifyInput{{Means: ByMail, On: w.clock.Now(), Note: "x"}, {Means: ByPost, Note: "x"}, {Means: ByPost, On: w.clock.Now()}, {Means: ByPost, On: start.AddDate(0, 0, -5), Note: "x"}} {
		_, err = w.Notify(w.ctx, officer, p.ID, in)
		wantFault(t, err, fault.Invalid)
	}
	if n := len(w.now(p.ID).Legal.Notices); n != 2 {
		t.Errorf("%d notices", n)
	}
}

func TestAnAgentWithoutAnAddressIsToldOtherwise(t *testing.T) {
	w := newWorld(t)
	w.Deliveries = &testDeliveries{}
	w.folk.changed["salma"] = Person{ID: "salma", Name: "Salma", Lang: "fr"}
	p := w.refused(w.deposited().ID)
	w.jobs()
	w.clock.Advance(proofAfter)
	w.jobs()
	if n := w.now(p.ID).Legal.Notices[0]; n.State != NoAddress {
		t.Errorf("the proof is %+v", n)
	}
}

func TestAfterASilenceAPetitionCanOnlyBeAdmitted(t *testing.T) {
	w := newWorld(t)
	p := w.deposited()
	w.clock.Set(p.AnswerDueAt.Add(1e9))
	w.must(w.tick(w.ctx))
	w.wantState(p.ID, Lapsed)
	w.checked(p.ID, "within_powers")
	_, err := w.DraftRuling(w.ctx, officer, p.ID, RulingInput{Code: "outside_powers", Reasons: "x"})
	wantFault(t, err, fault.Invalid)
	w.checked(p.ID, "")
	p, err = w.DraftRuling(w.ctx, officer, p.ID, RulingInput{Admit: true})
	w.must(err)
	_, err = w.IssueRuling(w.ctx, president, p.ID, p.Legal.Ruling.Stamp())
	w.must(err)
	w.wantState(p.ID, Admitted)
}

// TestARulingMovesByItsTable goes through every state and act of a ruling.
func TestARulingMovesByItsTable(t *testing.T) {
	want := map[string]RulingState{"draft_ruling ": RulingDrafted, "draft_ruling drafted": RulingDrafted, "draft_ruling returned": RulingDrafted,
		"return_ruling drafted": RulingReturned, "admit drafted": RulingIssued, "refuse drafted": RulingIssued}
	for _, from := range []RulingState{"", RulingDrafted, RulingReturned, RulingIssued} {
		for _, act := range Acts {
			r := Ruling{State: from}
			to, ok := want[string(act)+" "+string(from)]
			if err := r.move(act); (err == nil) != ok || ok && r.State != to {
				t.Errorf("%s of a ruling that is %q leads to %q", act, from, r.State)
			}
		}
	}
}
