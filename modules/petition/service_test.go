package petition

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
)

func (w *world) wantClean() {
	w.t.Helper()
	findings, err := w.Check(w.ctx, false)
	w.must(err)
	for _, f := range findings {
		w.t.Error(f)
	}
}

func replying(summary string) AnswerInput {
	return AnswerInput{Texts: map[string]AnswerText{"fr": {Summary: summary, Body: "Le conseil a délibéré."}}, Decision: "accepted"}
}

// answered brings a ready petition to its answer.
func (w *world) answered(id string) Petition {
	w.t.Helper()
	p, err := w.DraftAnswer(w.ctx, councillor, id, replying("Oui"))
	w.must(err)
	v, _ := p.Answer.Working()
	_, err = w.ApproveAnswer(w.ctx, president, id, v.Stamp())
	w.must(err)
	p, err = w.PublishAnswer(w.ctx, officer, id, v.Stamp())
	w.must(err)
	return p
}

func TestAPetitionIsWrittenModeratedSignedAndAnswered(t *testing.T) {
	w := newWorld(t)
	p := w.submitted("town")
	if p.Reference != "PET-2026-0001" || p.State != Moderation {
		t.Errorf("submitted as %s, %s", p.Reference, p.State)
	}
	queue, err := w.ModerationQueue(w.ctx, officer, "town", "", 10)
	w.must(err)
	if len(queue.Items) != 1 {
		t.Errorf("%d wait for moderation", len(queue.Items))
	}
	p, err = w.Publish(w.ctx, officer, p.ID)
	w.must(err)
	if p.Threshold.Signatures != 4 || p.Threshold.Source.Article != "1" || !p.ClosesAt.Equal(monthsOn(start, 3, "MA")) {
		t.Errorf("published with %+v, closing %s", p.Threshold, p.ClosesAt)
	}
	w.sign(p, many("person", 5)...)
	p = w.now(p.ID)
	if p.State != Ready || !p.AnswerDueAt.Equal(monthsOn(start, 2, "MA")) {
		t.Errorf("after signing: %s, due %s", p.State, p.AnswerDueAt)
	}
	answers, err := w.AnswerQueue(w.ctx, councillor, "town", "", 10)
	w.must(err)
	if len(answers.Items) != 1 {
		t.Errorf("%d wait for an answer", len(answers.Items))
	}
	p = w.answered(p.ID)
	if shown, ok := p.Answer.Shown(); p.State != Answered || !ok || shown.DraftedBy != "councillor" || shown.ApprovedBy != "president" {
		t.Errorf("answered: %s %+v", p.State, shown)
	}
	var public []string
	for _, e := range p.Timeline() {
		public = append(public, e.Act)
	}
	if want := []string{"petition.publish", "petition.reach", "petition.publish_answer"}; !slices.Equal(public, want) {
		t.Errorf("the public timeline is %v, want %v", public, want)
	}
	w.tend()
	w.wantClean()
}

// tend does what the counting does once a second.
func (w *world) tend() {
	w.clock.Advance(cardEvery)
	w.counting.tend(w.ctx)
}

func TestEveryActCanBeRepeated(t *testing.T) {
	w := newWorld(t)
	twice := func(name string, act func() (Petition, error)) Petition {
		t.Helper()
		first, err := act()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		second, err := act()
		if err != nil {
			t.Fatalf("%s again: %v", name, err)
		}
		if len(first.History) != len(second.History) || first.State != second.State {
			t.Errorf("%s again: %s with %d entries became %s with %d", name, first.State, len(first.History), second.State, len(second.History))
		}
		return second
	}
	start := twice("start", func() (Petition, error) { return w.StartDraft(w.ctx, leila, "town", "form-1") })
	if other, _ := w.StartDraft(w.ctx, karim, "town", "form-1"); other.ID == start.ID {
		t.Error("two people with one token share a draft")
	}
	for range 2 {
		w.must(w.DeleteDraft(w.ctx, leila, start.ID))
	}
	id := w.draft("town").ID
	twice("submit", func() (Petition, error) { return w.Submit(w.ctx, salma, id) })
	twice("request changes", func() (Petition, error) { return w.RequestChanges(w.ctx, officer, id, "Précisez la rue.") })
	if p := w.now(id); p.State != Draft || p.Changes == "" {
		t.Errorf("returned as %s with %q", p.State, p.Changes)
	}
	twice("submit anew", func() (Petition, error) { return w.Submit(w.ctx, salma, id) })
	twice("publish", func() (Petition, error) { return w.Publish(w.ctx, officer, id) })
	closes := w.clock.Now().AddDate(0, 5, 0)
	twice("closing", func() (Petition, error) { return w.ChangeClosing(w.ctx, officer, id, closes, "Vacances") })
	w.sign(w.now(id), many("person", 4)...)
	p := twice("draft answer", func() (Petition, error) { return w.DraftAnswer(w.ctx, councillor, id, replying("Oui")) })
	v, _ := p.Answer.Working()
	twice("return answer", func() (Petition, error) { return w.ReturnAnswer(w.ctx, president, id, v.Stamp(), "Plus clair") })
	w.clock.Advance(time.Second)
	p = twice("draft answer anew", func() (Petition, error) { return w.DraftAnswer(w.ctx, councillor, id, replying("Oui, en mars")) })
	v, _ = p.Answer.Working()
	twice("approve", func() (Petition, error) { return w.ApproveAnswer(w.ctx, president, id, v.Stamp()) })
	twice("publish answer", func() (Petition, error) { return w.PublishAnswer(w.ctx, officer, id, v.Stamp()) })
	rejected := w.submitted("town")
	twice("reject", func() (Petition, error) { return w.Reject(w.ctx, officer, rejected.ID, Unclear, "Que demandez-vous ?") })
	withdrawn := w.opened("town")
	twice("withdraw", func() (Petition, error) { return w.Withdraw(w.ctx, salma, withdrawn.ID, "") })
	legal := w.opened("town")
	w.sign(legal, many("person", 4)...)
	for _, act := range []struct {
		act Act
		in  LegalStep
	}{
		{ActDeposit, LegalStep{Receipt: "12/2026"}}, {ActReview, LegalStep{}}, {ActAdmit, LegalStep{}},
		{ActAssign, LegalStep{Committee: "Travaux"}}, {ActSchedule, LegalStep{}}, {ActDeliberate, LegalStep{Decision: "Adopté"}},
		{ActFollowUp, LegalStep{}}, {ActClose, LegalStep{}},
	} {
		if act.act == ActAdmit {
			w.checked(legal.ID, "")
			in := RulingInput{Admit: true, SessionAt: w.clock.Now().AddDate(0, 3, 0)}
			drafted := twice("draft ruling", func() (Petition, error) { return w.DraftRuling(w.ctx, officer, legal.ID, in) })
			twice("admit", func() (Petition, error) {
				return w.IssueRuling(w.ctx, president, legal.ID, drafted.Legal.Ruling.Stamp())
			})
			continue
		}
		twice(string(act.act), func() (Petition, error) { return w.Advance(w.ctx, officer, legal.ID, act.act, act.in) })
	}
	w.wantState(legal.ID, Closed)
	w.tend()
	w.wantClean()
}

func TestOnlyWhoMayKnowSeesAPetition(t *testing.T) {
	w := newWorld(t)
	draft, waiting, open := w.draft("town"), w.submitted("town"), w.opened("town")
	hidden := w.opened("town")
	_, err := w.Reject(w.ctx, officer, hidden.ID, Offensive, "Propos injurieux.")
	w.must(err)
	for _, c := range []struct {
		name string
		who  auth.Actor
		p    Petition
		sees string // "all", "public" or ""
	}{
		{"the author her draft", salma, draft, "all"}, {"an officer a draft", officer, draft, ""}, {"a citizen a draft", karim, draft, ""},
		{"the author", salma, waiting, "all"}, {"the officer", officer, waiting, "all"}, {"a citizen one in moderation", karim, waiting, ""},
		{"nobody one in moderation", auth.Actor{}, waiting, ""}, {"an administrator one in moderation", admin, waiting, ""},
		{"nobody an open one", auth.Actor{}, open, "public"}, {"a citizen an open one", karim, open, "public"},
		{"a citizen a hidden one", karim, hidden, "public"}, {"the officer a hidden one", officer, hidden, "all"},
	} {
		got, err := w.Get(w.ctx, c.who, c.p.ID)
		if c.sees == "" {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		w.must(err)
		if all := got.Deputy.Name != ""; all != (c.sees == "all") {
			t.Errorf("%s: sees all %t", c.name, all)
		}
	}
	if p, err := w.ByReference(w.ctx, karim, " "+"pet-2026-0002 "); err != nil || p.ID == "" {
		t.Errorf("by reference: %v", err)
	}
	_, err = w.ByReference(w.ctx, karim, "")
	wantFault(t, err, fault.NotFound)
}

func TestADraftKeepsWhatIsWrong(t *testing.T) {
	w := newWorld(t)
	p, err := w.StartDraft(w.ctx, salma, "", "")
	w.must(err)
	_, err = w.SaveStep(w.ctx, salma, p.ID, StepObject, Input{Texts: map[string]Text{"fr": {Object: "Court"}}})
	var b *Broken
	if !errors.As(err, &b) || b.First() != StepObject {
		t.Fatalf("a short object: %v", err)
	}
	if got := w.now(p.ID).Texts["fr"].Object; got != "Court" {
		t.Errorf("kept %q", got)
	}
	_, err = w.Submit(w.ctx, salma, p.ID)
	if !errors.As(err, &b) || b.First() != StepAuthority {
		t.Errorf("submitted: %v", err)
	}
	_, err = w.SaveStep(w.ctx, karim, p.ID, StepObject, Input{})
	wantFault(t, err, fault.NotFound)
	_, err = w.SaveStep(w.ctx, salma, p.ID, StepAuthority, Input{Authority: "nowhere"})
	wantFault(t, err, fault.Invalid)
}

func TestASecondLanguageThatIsGivenUpComesBack(t *testing.T) {
	w := newWorld(t)
	p := w.draft("town")
	arabic := Text{Object: "إنارة شارع المدرسة الابتدائية", Ask: "نطلب من المجلس تركيب الإنارة العمومية في شارع المدرسة.", Reasons: "التلاميذ يعودون مساء في الظلام والأرصفة مهترئة."}
	both := Input{Langs: []string{"fr", "ar"}, Texts: map[string]Text{"fr": goodText, "ar": arabic}}
	_, _ = w.SaveStep(w.ctx, salma, p.ID, StepLanguages, both)
	for _, step := range []Step{StepObject, StepAsk, StepReasons} {
		_, err := w.SaveStep(w.ctx, salma, p.ID, step, both)
		w.must(err)
	}
	_, err := w.SaveStep(w.ctx, salma, p.ID, StepLanguages, Input{Langs: []string{"fr"}})
	w.must(err)
	p, err = w.SaveStep(w.ctx, salma, p.ID, StepLanguages, both)
	w.must(err)
	if p.Texts["ar"] != arabic {
		t.Errorf("the Arabic text is now %+v", p.Texts["ar"])
	}
	_, err = w.SaveStep(w.ctx, salma, p.ID, StepLanguages, Input{Langs: []string{"fr"}})
	w.must(err)
	p, err = w.Submit(w.ctx, salma, p.ID)
	w.must(err)
	if _, there := p.Texts["ar"]; there {
		t.Error("a text in a language given up was submitted")
	}
}

func TestNobodyHasMoreDraftsThanAllowed(t *testing.T) {
	w := newWorld(t)
	for range MaxDrafts {
		_, err := w.StartDraft(w.ctx, karim, "town", "")
		w.must(err)
	}
	_, err := w.StartDraft(w.ctx, karim, "town", "")
	wantFault(t, err, fault.TooMany)
}

func TestAnAssociationPetitionsWithoutSignatures(t *testing.T) {
	w := newWorld(t)
	p := w.draft("town")
	_, err := w.SaveStep(w.ctx, salma, p.ID, StepPetitioners, Input{Kind: Association, OrgID: "newclub", AgentName: "Salma B."})
	w.must(err)
	_, err = w.Submit(w.ctx, salma, p.ID)
	wantFault(t, err, fault.Invalid) // she does not act for it
	_, err = w.SaveStep(w.ctx, salma, p.ID, StepPetitioners, Input{Kind: Association, OrgID: "club", AgentName: "Salma B."})
	w.must(err)
	p, err = w.Submit(w.ctx, salma, p.ID)
	w.must(err)
	if p.OrgName != "Association club" {
		t.Errorf("it is named %q", p.OrgName)
	}
	p, err = w.Publish(w.ctx, officer, p.ID)
	w.must(err)
	if p.State != Ready {
		t.Errorf("it is %s", p.State)
	}
	w.wantClean()
}

func TestRejectionHidesOnlyWhatMustBeHidden(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		code RejectionCode
		open bool // already published
		want State
	}{
		{Unclear, false, Rejected}, {Offensive, false, Hidden}, {Defamatory, true, Hidden},
	} {
		p := w.submitted("town")
		if c.open {
			var err error
			p, err = w.Publish(w.ctx, officer, p.ID)
			w.must(err)
		}
		p, err := w.Reject(w.ctx, officer, p.ID, c.code, "Raisons")
		w.must(err)
		if p.State != c.want || p.Rejection.TakeDown != c.open {
			t.Errorf("%s: %s, %+v", c.code, p.State, p.Rejection)
		}
	}
	open := w.opened("town")
	_, err := w.Reject(w.ctx, officer, open.ID, Unclear, "Raisons")
	wantFault(t, err, fault.Conflict) // published is published, unless it does harm
	_, err = w.Reject(w.ctx, officer, open.ID, "no_such_code", "Raisons")
	wantFault(t, err, fault.Invalid)
	_, err = w.Reject(w.ctx, officer, open.ID, Offensive, " ")
	wantFault(t, err, fault.Invalid)
	_, err = w.Reject(w.ctx, president, open.ID, Offensive, "Raisons")
	wantFault(t, err, fault.Forbidden)
}

func TestAnAnswerNeedsTwoPeople(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	_, err := w.DraftAnswer(w.ctx, councillor, p.ID, replying("Oui"))
	wantFault(t, err, fault.Conflict) // the threshold is not reached
	w.sign(p, many("person", 4)...)
	p, err = w.DraftAnswer(w.ctx, president, p.ID, replying("Oui"))
	w.must(err)
	v, _ := p.Answer.Working()
	_, err = w.ApproveAnswer(w.ctx, president, p.ID, v.Stamp())
	wantFault(t, err, fault.Forbidden)
	_, err = w.ApproveAnswer(w.ctx, officer, p.ID, v.Stamp())
	wantFault(t, err, fault.Forbidden)
	_, err = w.PublishAnswer(w.ctx, officer, p.ID, v.Stamp())
	wantFault(t, err, fault.Conflict) // not approved
	w.clock.Advance(time.Second)
	_, err = w.DraftAnswer(w.ctx, officer, p.ID, replying("Non"))
	w.must(err)
	_, err = w.ApproveAnswer(w.ctx, president, p.ID, v.Stamp())
	wantFault(t, err, fault.Conflict) // it is another text than the one that was read
	if seen, err := w.Get(w.ctx, karim, p.ID); err != nil || len(seen.Answer.Versions) != 0 {
		t.Errorf("the public sees a draft of the answer: %+v", seen.Answer)
	}
}

func TestACorrectedAnswerReplacesTheFirstAndTellsNobodyAgain(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.sign(p, many("person", 4)...)
	p = w.answered(p.ID)
	first := p.AnsweredAt
	w.clock.Advance(time.Hour)
	p, err := w.DraftAnswer(w.ctx, councillor, p.ID, replying("Oui, corrigé"))
	w.must(err)
	if shown, _ := p.Answer.Shown(); shown.Number != 1 {
		t.Errorf("version %d is shown while the second is written", shown.Number)
	}
	v, _ := p.Answer.Working()
	_, err = w.ApproveAnswer(w.ctx, president, p.ID, v.Stamp())
	w.must(err)
	p, err = w.PublishAnswer(w.ctx, officer, p.ID, v.Stamp())
	w.must(err)
	if shown, _ := p.Answer.Shown(); shown.Number != 2 || !p.AnsweredAt.Equal(first) {
		t.Errorf("version %d is shown, answered at %s", shown.Number, p.AnsweredAt)
	}
}

func TestTheClockEndsCollectionsAndNoticesSilence(t *testing.T) {
	w := newWorld(t)
	few, enough, moved := w.opened("town"), w.opened("town"), w.opened("town")
	w.sign(few, "karim")
	w.sign(enough, many("person", 4)...)
	_, err := w.ChangeClosing(w.ctx, officer, moved.ID, few.ClosesAt.AddDate(0, 1, 0), "Vacances")
	w.must(err)
	w.clock.Set(w.now(enough.ID).AnswerDueAt)
	w.must(w.tick(w.ctx))
	w.wantState(enough.ID, Ready)
	w.clock.Advance(time.Millisecond)
	for range 2 {
		w.must(w.tick(w.ctx))
		w.wantState(enough.ID, Lapsed)
	}
	w.clock.Set(few.ClosesAt.Add(time.Millisecond))
	w.must(w.tick(w.ctx))
	w.wantState(few.ID, Expired)
	w.wantState(moved.ID, Open)
	if p := w.answered(enough.ID); p.State != Answered { // late, and welcome
		t.Errorf("after silence: %s", p.State)
	}
	w.clock.Set(moved.ClosesAt)
	w.wantClean()
}

func TestACountThatReachedTheThresholdIsNotExpired(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.must(w.counting.enter(w.ctx, p))
	_, err := w.signatures.InsertMany(w.ctx, w.prefilled(p, 0, 4))
	w.must(err)
	w.counting.leave(p.ID, true) // durable and not counted: the program died here
	w.must(w.recount(w.ctx, p.ID))
	w.wantState(p.ID, Ready)
	late := w.opened("town")
	_, err = w.tallies.Increment(w.ctx, late.ID, map[string]int64{"valid": 4, "supporters": 4})
	w.must(err)
	w.clock.Set(late.ClosesAt.Add(time.Second))
	w.must(w.tick(w.ctx))
	w.wantState(late.ID, Ready)
}

func TestAClosingDayKeepsTheLaw(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	zone := clock.Zone("MA")
	for name, c := range map[string]struct {
		day  time.Time
		kind fault.Kind
		ok   bool
	}{
		"today":              {start, fault.Invalid, false},
		"tomorrow":           {start.AddDate(0, 0, 1), 0, true},
		"the last day":       {clock.AddMonths(start.In(zone), 6), 0, true},
		"a day past the law": {clock.AddMonths(start.In(zone), 6).AddDate(0, 0, 1), fault.Invalid, false},
	} {
		_, err := w.ChangeClosing(w.ctx, officer, p.ID, c.day, "Raison")
		if c.ok != (err == nil) || !c.ok && !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := w.ChangeClosing(w.ctx, salma, p.ID, start.AddDate(0, 1, 0), "Raison")
	wantFault(t, err, fault.Forbidden)
}

func TestWhereTheAuthorityTakesNoPartThePlatformModerates(t *testing.T) {
	w := newWorld(t)
	p := w.submitted("elsewhere")
	if !p.Unserved {
		t.Fatal("it is not marked")
	}
	_, err := w.Publish(w.ctx, officer, p.ID)
	wantFault(t, err, fault.NotFound)
	queue, err := w.ModerationQueue(w.ctx, admin, auth.PlatformID, "", 10)
	w.must(err)
	if len(queue.Items) != 1 {
		t.Errorf("%d wait with the platform", len(queue.Items))
	}
	p, err = w.Publish(w.ctx, admin, p.ID)
	w.must(err)
	w.sign(p, "a", "b")
	w.folk.changed["c"] = Person{ID: "c", Name: "C", Residence: []string{"elsewhere"}}
	if got := w.now(p.ID); !got.AnswerDueAt.IsZero() {
		t.Error("an authority that was told nothing has a deadline")
	}
	served := w.opened("town")
	_, err = w.Reject(w.ctx, admin, served.ID, Offensive, "Raisons")
	wantFault(t, err, fault.Forbidden) // an administrator is no officer of an authority that takes part
}

func TestADepositStartsThePeriodAnew(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.sign(p, many("person", 4)...)
	w.clock.Set(time.Date(2026, 12, 31, 12, 0, 0, 0, time.UTC))
	p, err := w.Advance(w.ctx, salma, p.ID, ActDeposit, LegalStep{Receipt: "77"})
	w.must(err)
	if want := time.Date(2027, 2, 28, 23, 59, 59, 999e6, time.UTC); !p.AnswerDueAt.Equal(want) || p.Legal.Receipt != "77" {
		t.Errorf("due %s, want %s; %+v", p.AnswerDueAt, want, p.Legal)
	}
	_, err = w.Advance(w.ctx, officer, p.ID, ActPublish, LegalStep{})
	wantFault(t, err, fault.NotFound)
	_, err = w.Advance(w.ctx, president, p.ID, ActRefuse, LegalStep{Reasons: "Une affaire est en cours."})
	wantFault(t, err, fault.NotFound) // two people decide it: IssueRuling
	p = w.refused(p.ID)
	if p.State != Refused || p.Texts == nil || p.TextHidden() {
		t.Errorf("refused as %s", p.State)
	}
}

func TestReferencesAreGivenOnceEach(t *testing.T) {
	w := newWorld(t)
	var mu sync.Mutex
	seen := map[string]bool{}
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			ref, err := w.number(context.Background(), "2027")
			mu.Lock()
			defer mu.Unlock()
			if err != nil || seen[ref] {
				t.Errorf("%s: %v, given before %t", ref, err, seen[ref])
			}
			seen[ref] = true
		})
	}
	all.Wait()
	if !seen["PET-2027-0001"] || !seen["PET-2027-0050"] {
		t.Error("the numbers do not run from 1 to 50")
	}
}

func TestWhatACrashLeftUndoneIsDoneLater(t *testing.T) {
	w := newWorld(t)
	p := w.submitted("town")
	// As if the program had died after the compare-and-set: the act is written, nothing followed.
	_, err := w.petitions.Update(w.ctx, p.ID, func(p *Petition) error {
		p.PublishedAt, p.ClosesAt, p.Threshold = start, start.AddDate(0, 3, 0), Threshold{Signatures: 4}
		w.record(p, officer, AsOfficer, done{act: ActPublish, tasks: []Task{{taskAnnounce, string(Published)}}}, Open)
		return nil
	})
	w.must(err)
	if list, _ := w.List(w.ctx, Filter{}); len(list.Items) != 0 {
		t.Fatal("it is listed already")
	}
	findings, err := w.Check(w.ctx, false)
	w.must(err)
	if len(findings) == 0 {
		t.Error("check finds nothing")
	}
	w.jobs() // the sweep is one of them
	if list, _ := w.List(w.ctx, Filter{}); len(list.Items) != 1 {
		t.Error("it is not listed")
	}
	if keys := w.post.keys(); len(keys) != 2 || keys[0] != "petition.published:"+p.ID+":salma" { // and the officer, of the submission
		t.Errorf("mails %v", keys)
	}
	if got := w.now(p.ID); len(got.Tasks) != 0 {
		t.Errorf("tasks left: %v", got.Tasks)
	}
	_ = w.ensureTally(w.ctx, p.ID)
	w.wantClean()
}

func TestWhoSignedIsForgottenWhenTheLawSaysSo(t *testing.T) {
	w := newWorld(t)
	p, other := w.opened("town"), w.opened("town")
	for i, id := range many("person", forgetPage*forgetPages+5) {
		_, err := w.Sign(w.ctx, citizen(id), p.ID, SignInput{Consent: "1", NamePublic: i%2 == 0, Comment: map[bool]string{true: "Merci"}[i == 0]})
		w.must(err)
	}
	total := int64(forgetPage*forgetPages + 5)
	w.must(w.ModerateComment(w.ctx, officer, SignatureID(p.ID, "person0"), true))
	w.must(w.Unsign(w.ctx, citizen("person1"), p.ID))
	w.must(w.Follow(w.ctx, leila, p.ID))
	w.sign(other, "karim")
	w.answered(p.ID)
	w.jobs()
	ended := w.now(p.ID).ChangedAt
	w.clock.Set(monthsOn(ended, 12, "MA"))
	w.jobs()
	if sig, _, _ := w.SignatureOf(w.ctx, citizen("person0"), p.ID); sig.Name == "" {
		t.Error("forgotten before its time")
	}
	w.clock.Advance(25 * time.Hour)
	w.jobs()
	if got := w.now(p.ID); got.ForgottenAt.IsZero() || got.State != Answered {
		t.Errorf("it is %s, forgotten at %s", got.State, got.ForgottenAt)
	} else if got.Deputy.Name != "" || len(got.Committee) > 0 {
		t.Errorf("the deputy is still named: %v", got.Deputy)
	}
	w.wantTally(p.ID, total-1, total-1)
	for _, id := range []string{"person0", "person1", "person2", "person1000"} {
		if sig, err := w.signatures.Get(w.ctx, SignatureID(p.ID, id)); err == nil && (sig.Person != "" || sig.Name != "" || sig.Comment != "") {
			t.Errorf("it is still known that %s signed", id)
		}
	}
	if names, _ := w.PublicNames(w.ctx, p.ID, "", 10); len(names.Items) != 0 {
		t.Error("names are still shown")
	}
	if follows, _ := w.Follows(w.ctx, leila, p.ID); follows {
		t.Error("it is still known who follows")
	}
	if sig, ok, _ := w.SignatureOf(w.ctx, karim, other.ID); !ok && sig.Person == "" && w.now(other.ID).ForgottenAt.IsZero() {
		t.Error("another petition was touched")
	}
	w.tend()
	w.wantClean()
}

func TestTheTasksOfOneActDoNotTickOffThoseOfTheNext(t *testing.T) {
	w := newWorld(t)
	id := w.opened("town").ID
	act := func(act Act) Petition {
		return must(w.petitions.Update(w.ctx, id, func(p *Petition) error {
			w.record(p, officer, AsOfficer, done{act: act, reason: "Raison"}, p.State)
			return nil
		}))
	}
	first := act(ActClosing)
	act(ActClosing) // before what follows from the first was done
	w.follow(w.ctx, first)
	if p := w.now(id); !slices.Contains(p.Tasks, Task{Kind: taskMirror}) {
		t.Error("nobody will mirror the second act")
	}
	w.must(w.sweepTasks(w.ctx))
	if p := w.now(id); len(p.Tasks) != 0 {
		t.Errorf("left: %v", p.Tasks)
	}
	w.wantClean()
}

func TestFilesAttachedSideBySideAreAllKept(t *testing.T) {
	w := newWorld(t)
	p := w.draft("town")
	var group sync.WaitGroup
	for n := range MaxAttachments {
		group.Go(func() {
			if _, err := w.Attach(w.ctx, salma, p.ID, fmt.Sprint("file", n)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := w.now(p.ID).Attachments; len(got) != MaxAttachments {
		t.Fatalf("kept %v", got)
	}
	if _, err := w.Attach(w.ctx, salma, p.ID, "one too many"); !errors.As(err, new(*Broken)) {
		t.Errorf("a file too many answers %v", err)
	}
	if _, err := w.Attach(w.ctx, salma, p.ID, "file0"); err != nil {
		t.Errorf("attaching again answers %v", err)
	}
	if _, err := w.Attach(w.ctx, citizen("other"), p.ID, "theirs"); !fault.Is(err, fault.NotFound) {
		t.Errorf("somebody else attaches: %v", err)
	}
	after, err := w.Detach(w.ctx, salma, p.ID, "file2")
	if err != nil || len(after.Attachments) != MaxAttachments-1 || slices.Contains(after.Attachments, "file2") {
		t.Errorf("after taking one off: %v %v", after.Attachments, err)
	}
}

func TestAFileThatNoAnswerHasAnyMoreIsNamed(t *testing.T) {
	answer := Answer{Versions: []AnswerVersion{{Attachments: []string{"plan"}}, {Attachments: []string{"cost"}}}}
	if got := answer.without([]string{"plan", "old", "cost"}); !slices.Equal(got, []string{"old"}) {
		t.Errorf("without: %v", got)
	}
}
