package petition

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"musharaka/modules/kit/fault"
)

func TestSigningTwiceCountsOnce(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	first, err := w.Sign(w.ctx, karim, p.ID, SignInput{Consent: "1"})
	w.must(err)
	second, err := w.Sign(w.ctx, karim, p.ID, SignInput{Consent: "1", NamePublic: true})
	w.must(err)
	if first.Already || !second.Already || second.Signature.NamePublic {
		t.Errorf("first %+v, second %+v", first, second)
	}
	w.wantTally(p.ID, 1, 1)
}

func TestAThousandAttemptsOfOnePersonCountOnce(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	var fresh atomic.Int64
	var all sync.WaitGroup
	for range 1000 {
		all.Go(func() {
			out, err := w.Sign(w.ctx, karim, p.ID, SignInput{Consent: "1"})
			if err != nil {
				t.Error(err)
			} else if !out.Already {
				fresh.Add(1)
			}
		})
	}
	all.Wait()
	if fresh.Load() != 1 {
		t.Errorf("%d of 1,000 attempts signed", fresh.Load())
	}
	w.wantTally(p.ID, 1, 1)
}

func TestSupportersAreCountedAndOnlySomeAreValid(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.sign(p, "karim", "far1", "far2")
	w.wantTally(p.ID, 3, 1)
	sig, ok, err := w.SignatureOf(w.ctx, citizen("far1"), p.ID)
	w.must(err)
	if !ok || sig.Valid || len(sig.Reasons) != 1 || sig.Reasons[0] != "not_from_here" {
		t.Errorf("the signature from afar is %+v", sig)
	}
	verdict, err := w.Judge(w.ctx, citizen("far3"), p.ID)
	w.must(err)
	if verdict.Valid {
		t.Error("somebody from afar is told that the signature would count")
	}
}

func TestWhoCannotSign(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	hidden := w.submitted("town")
	for name, c := range map[string]struct {
		petition string
		in       SignInput
		as       string
		kind     fault.Kind
	}{
		"nobody signed in":   {p.ID, SignInput{Consent: "1"}, "", fault.SignIn},
		"without consent":    {p.ID, SignInput{}, "karim", fault.Invalid},
		"a comment too long": {p.ID, SignInput{Consent: "1", Comment: fmt.Sprintf("%0501d", 1)}, "karim", fault.Invalid},
		"no such petition":   {"nowhere", SignInput{Consent: "1"}, "karim", fault.NotFound},
		"in moderation":      {hidden.ID, SignInput{Consent: "1"}, "karim", fault.NotFound},
		"its author, early":  {hidden.ID, SignInput{Consent: "1"}, "salma", fault.Conflict},
	} {
		_, err := w.Sign(w.ctx, citizen(c.as), c.petition, c.in)
		if !fault.Is(err, c.kind) {
			t.Errorf("%s: %v, want %s", name, err, c.kind)
		}
	}
	w.wantTally(p.ID, 0, 0)
}

func TestSigningEndsAtTheClosingMoment(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.clock.Set(p.ClosesAt)
	w.sign(p, "karim")
	w.clock.Advance(time.Millisecond)
	_, err := w.Sign(w.ctx, leila, p.ID, SignInput{Consent: "1"})
	wantFault(t, err, fault.Conflict)
	wantFault(t, w.Unsign(w.ctx, karim, p.ID), fault.Conflict)
	w.wantTally(p.ID, 1, 1)
}

func TestASignatureIsWithdrawnAndGivenAgain(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	_, err := w.Sign(w.ctx, karim, p.ID, SignInput{Consent: "1", NamePublic: true, Comment: "Il fait noir.", News: true})
	w.must(err)
	w.must(w.Unsign(w.ctx, karim, p.ID))
	w.must(w.Unsign(w.ctx, karim, p.ID))
	w.wantTally(p.ID, 0, 0)
	kept, err := w.signatures.Get(w.ctx, SignatureID(p.ID, "karim"))
	w.must(err)
	if kept.Name != "" || kept.Comment != "" || kept.NamePublic || kept.News {
		t.Errorf("a withdrawn signature keeps %+v", kept)
	}
	out, err := w.Sign(w.ctx, karim, p.ID, SignInput{Consent: "2"})
	w.must(err)
	if out.Already || out.Signature.Consent != "2" {
		t.Errorf("given again: %+v", out)
	}
	w.wantTally(p.ID, 1, 1)
	w.must(w.Unsign(w.ctx, leila, p.ID)) // there was none
	w.wantTally(p.ID, 1, 1)
}

func TestNamesAndCommentsAppearOnlyWithConsentAndModeration(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	for id, in := range map[string]SignInput{
		"karim": {Consent: "1", NamePublic: true, Comment: "Pour les enfants."},
		"leila": {Consent: "1", Comment: "Sans mon nom."},
		"omar":  {Consent: "1", NamePublic: true},
	} {
		_, err := w.Sign(w.ctx, citizen(id), p.ID, in)
		w.must(err)
	}
	names, err := w.PublicNames(w.ctx, p.ID, "", 10)
	w.must(err)
	if len(names.Items) != 2 {
		t.Errorf("public names: %+v", names.Items)
	}
	shown, err := w.Comments(w.ctx, p.ID, "", 10)
	w.must(err)
	if len(shown.Items) != 0 {
		t.Errorf("comments before moderation: %+v", shown.Items)
	}
	pending, err := w.PendingComments(w.ctx, officer, "town", "", 10)
	w.must(err)
	if len(pending.Items) != 2 {
		t.Fatalf("comments to read: %+v", pending.Items)
	}
	_, err = w.PendingComments(w.ctx, karim, "town", "", 10)
	wantFault(t, err, fault.Forbidden)
	for _, c := range pending.Items {
		wantFault(t, w.ModerateComment(w.ctx, karim, c.ID, true), fault.NotFound)
		w.must(w.ModerateComment(w.ctx, officer, c.ID, true))
		w.must(w.ModerateComment(w.ctx, officer, c.ID, true))
	}
	shown, err = w.Comments(w.ctx, p.ID, "", 10)
	w.must(err)
	if len(shown.Items) != 2 {
		t.Fatalf("approved comments: %+v", shown.Items)
	}
	for _, c := range shown.Items {
		if (c.Text == "Sans mon nom.") != (c.Name == "") {
			t.Errorf("the comment %q bears the name %q", c.Text, c.Name)
		}
	}
	w.must(w.ModerateComment(w.ctx, officer, shown.Items[0].ID, false))
	tally, err := w.Tally(w.ctx, p.ID)
	w.must(err)
	if tally.Comments != 1 {
		t.Errorf("%d comments are counted", tally.Comments)
	}
}

func TestThresholdIsPassedByExactlyOneCaller(t *testing.T) {
	w := newWorld(t)
	w.law.need = 40
	p := w.opened("town")
	var all sync.WaitGroup
	for _, id := range many("person", 100) {
		all.Go(func() {
			if _, err := w.Sign(w.ctx, citizen(id), p.ID, SignInput{Consent: "1"}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for range 20 {
		all.Go(func() { _, _ = w.checkMilestones(w.ctx, p.ID) })
	}
	all.Wait()
	w.wantTally(p.ID, 100, 100)
	got := w.now(p.ID)
	reached := 0
	for _, e := range got.History {
		if e.Act == "petition.reach" {
			reached++
		}
	}
	if got.State != Ready || reached != 1 || got.ThresholdAt.IsZero() || got.HalfAt.IsZero() || got.AnswerDueAt.IsZero() {
		t.Errorf("state %s, reached %d times, %+v", got.State, reached, got)
	}
}

func TestARegionIsReadyOnlyWithEveryProvince(t *testing.T) {
	w := newWorld(t)
	p := w.opened("region")
	w.sign(p, many("north", 6)...)
	w.wantState(p.ID, Open)
	w.sign(p, "south1")
	w.wantState(p.ID, Open)
	w.sign(p, "far1")
	w.wantState(p.ID, Open)
	w.sign(p, "south2")
	w.wantState(p.ID, Ready)
	tally, err := w.Tally(w.ctx, p.ID)
	w.must(err)
	if tally.Subunits["north"] != 6 || tally.Subunits["south"] != 2 || tally.Valid != 8 || tally.Supporters != 9 {
		t.Errorf("tally %+v", tally)
	}
}

func TestAProfileThatChangesIsJudgedAnew(t *testing.T) {
	w := newWorld(t)
	p := w.opened("region")
	w.sign(p, "north1", "far1", "far2")
	w.wantTally(p.ID, 3, 1)
	moved, _ := w.folk.Person(w.ctx, "south1")
	moved.ID = "far1"
	w.folk.changed["far1"] = moved
	w.must(w.Changed(w.ctx, "far1"))
	w.jobs()
	w.wantTally(p.ID, 3, 2)
	tally, _ := w.Tally(w.ctx, p.ID)
	if tally.Subunits["south"] != 1 {
		t.Errorf("by province: %v", tally.Subunits)
	}
	w.folk.changed["north1"] = Person{ID: "north1", Residence: []string{"moon"}}
	w.must(w.Changed(w.ctx, "north1"))
	w.must(w.Changed(w.ctx, "far1"))
	w.jobs()
	w.wantTally(p.ID, 3, 1)
}

func TestADeletedAccountStaysCountedWithoutName(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	other := w.opened("town")
	for _, id := range []string{p.ID, other.ID} {
		_, err := w.Sign(w.ctx, karim, id, SignInput{Consent: "1", NamePublic: true, Comment: "Merci", News: true})
		w.must(err)
	}
	w.must(w.ModerateComment(w.ctx, officer, SignatureID(p.ID, "karim"), true))
	w.must(w.Unsign(w.ctx, karim, other.ID))
	w.must(w.Follow(w.ctx, karim, p.ID))
	w.folk.gone["karim"] = true
	for range 2 {
		w.must(w.Erase(w.ctx, "karim"))
		w.wantTally(p.ID, 1, 1)
		w.wantTally(other.ID, 0, 0)
	}
	kept, err := w.signatures.Get(w.ctx, SignatureID(p.ID, "karim"))
	w.must(err)
	if kept.Person != "" || kept.Name != "" || kept.Comment != "" || kept.State != SignatureAnonymous {
		t.Errorf("what stays: %+v", kept)
	}
	_, err = w.signatures.Get(w.ctx, SignatureID(other.ID, "karim"))
	wantFault(t, err, fault.NotFound)
	data, err := w.Export(w.ctx, "karim")
	w.must(err)
	if len(data.Signatures)+len(data.Petitions)+len(data.Following) != 0 {
		t.Errorf("still known: %+v", data)
	}
	if tally, _ := w.Tally(w.ctx, p.ID); tally.Comments != 0 {
		t.Error("the comment is still counted")
	}
}

func TestErasingAnAuthorLeavesWhatWasPublished(t *testing.T) {
	w := newWorld(t)
	open, waiting, draft := w.opened("town"), w.submitted("town"), w.draft("town")
	for range 2 {
		w.must(w.Erase(w.ctx, "salma"))
	}
	if p := w.now(open.ID); p.State != Open || p.Agent != (Petitioner{}) {
		t.Errorf("the open petition is %s by %+v", p.State, p.Agent)
	}
	if p := w.now(waiting.ID); p.State != Withdrawn || p.IsPublic() {
		t.Errorf("the petition in moderation is %s", p.State)
	}
	_, err := w.petitions.Get(w.ctx, draft.ID)
	wantFault(t, err, fault.NotFound)
}

func TestJoinedAccountsKeepOneSignature(t *testing.T) {
	w := newWorld(t)
	both, one, again, taken := w.opened("town"), w.opened("town"), w.opened("town"), w.opened("town")
	w.sign(taken, "karim2")
	w.must(w.Unsign(w.ctx, citizen("karim2"), taken.ID))
	w.sign(both, "karim", "karim2")
	w.sign(one, "karim2")
	w.sign(again, "karim", "karim2")
	w.must(w.Unsign(w.ctx, karim, again.ID))
	w.must(w.Follow(w.ctx, citizen("karim2"), one.ID))
	for range 2 {
		w.must(w.OnJoined(w.ctx, "karim", "karim2"))
		w.wantTally(both.ID, 1, 1)
		w.wantTally(one.ID, 1, 1)
		w.wantTally(again.ID, 1, 1)
		w.wantTally(taken.ID, 0, 0)
	}
	for _, p := range []Petition{both, one, again} {
		if sig, ok, err := w.SignatureOf(w.ctx, karim, p.ID); err != nil || !ok || sig.Person != "karim" {
			t.Errorf("the signature that stays: %+v %t %v", sig, ok, err)
		}
		_, err := w.signatures.Get(w.ctx, SignatureID(p.ID, "karim2"))
		wantFault(t, err, fault.NotFound)
	}
	if follows, _ := w.Follows(w.ctx, karim, one.ID); !follows {
		t.Error("the follow was lost")
	}
}

func TestAJoinCutOffBetweenTheTwoWritesIsFinishedByARepeat(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.sign(p, "karim2")
	_, err := w.alterSignature(w.ctx, p, SignatureID(p.ID, "karim2"), func(s *Signature) error {
		s.State = SignatureMoved
		return nil
	})
	w.must(err)
	w.wantTally(p.ID, 0, 0)
	w.must(w.OnJoined(w.ctx, "karim", "karim2"))
	w.wantTally(p.ID, 1, 1)
}

func TestAnAskerWhoGivesUpLeavesTheCountRight(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	var all sync.WaitGroup
	for i, id := range many("person", 200) {
		all.Go(func() {
			ctx, cancel := context.WithCancel(w.ctx)
			if i%2 == 0 {
				go cancel()
			}
			_, _ = w.Sign(ctx, citizen(id), p.ID, SignInput{Consent: "1"})
			cancel()
		})
	}
	all.Wait()
	w.must(w.Service.Stop(w.ctx)) // waits for what is under way
	stored, err := w.tallyNow(w.ctx, p.ID)
	w.must(err)
	counted, err := w.countSignatures(w.ctx, p.ID)
	w.must(err)
	if !sameCounts(stored, counted) || stored.Supporters < 100 {
		t.Errorf("stored %+v, counted %+v", stored, counted)
	}
	if d, _ := w.tallies.Get(w.ctx, p.ID); len(d.Marks) != 0 {
		t.Errorf("marks are left: %v", d.Marks)
	}
}
