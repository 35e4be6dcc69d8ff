package association

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
)

func bodyOf(s string) io.Reader { return strings.NewReader(s) }

// inState makes an entry in a state, asked for by salma.
func (w *world) inState(s State) Association {
	w.t.Helper()
	var a Association
	var err error
	switch s {
	case Draft:
		return w.draft()
	case Submitted:
		return w.submitted()
	case Returned:
		a, err = w.Return(w.ctx, officer, w.submitted().ID, Decision{Reason: "the receipt is missing"})
	case Refused:
		a, err = w.Refuse(w.ctx, officer, w.submitted().ID, Decision{Reason: "it is no association"})
	case Registered, Struck:
		a, _ = w.registered()
		if s == Struck {
			a, err = w.Strike(w.ctx, officer, a.ID, "dissolved")
		}
	}
	w.must(err)
	return a
}

// TestWhoMayDoWhatToAnEntry walks every act in every state for every role and
// holds it to the table.
func TestWhoMayDoWhatToAnEntry(t *testing.T) {
	w := newWorld(t)
	acts := map[act]func(context.Context, auth.Actor, Association) (Association, error){
		actWrite: func(ctx context.Context, who auth.Actor, a Association) (Association, error) {
			return w.Write(ctx, who, a.ID, good)
		},
		actSubmit: func(ctx context.Context, who auth.Actor, a Association) (Association, error) {
			return w.Submit(ctx, who, a.ID)
		},
		actRetract: func(ctx context.Context, who auth.Actor, a Association) (Association, error) {
			return w.Retract(ctx, who, a.ID)
		},
		actReturn: func(ctx context.Context, who auth.Actor, a Association) (Association, error) {
			return w.Return(ctx, who, a.ID, Decision{Reason: "incomplete"})
		},
		actAccept: func(ctx context.Context, who auth.Actor, a Association) (Association, error) {
			return w.Accept(ctx, who, a.ID, Decision{Findings: w.findings(a)})
		},
		actRefuse: func(ctx context.Context, who auth.Actor, a Association) (Association, error) {
			return w.Refuse(ctx, who, a.ID, Decision{Reason: "no association"})
		},
		actCorrect: func(ctx context.Context, who auth.Actor, a Association) (Association, error) {
			return w.Correct(ctx, who, a.ID, good)
		},
		actExamine: func(ctx context.Context, who auth.Actor, a Association) (Association, error) {
			return w.Examine(ctx, who, a.ID, w.findings(a))
		},
		actDocuments: func(ctx context.Context, who auth.Actor, a Association) (Association, error) {
			return w.Attach(ctx, who, a.ID, OtherPaper, true, "paper", bodyOf("x"))
		},
		actAskCorrection: func(ctx context.Context, who auth.Actor, a Association) (Association, error) {
			return w.AskCorrection(ctx, who, a.ID, "the seat has moved")
		},
		actRefuseCorrection: func(ctx context.Context, who auth.Actor, a Association) (Association, error) {
			if _, err := w.all.Update(ctx, a.ID, func(a *Association) error { a.Correction = &Correction{Text: "x"}; a.settle(); return nil }); err != nil {
				return a, err
			}
			return w.RefuseCorrection(ctx, who, a.ID, "no proof")
		},
		actStrike: func(ctx context.Context, who auth.Actor, a Association) (Association, error) {
			return w.Strike(ctx, who, a.ID, "dissolved")
		},
		actRestore: func(ctx context.Context, who auth.Actor, a Association) (Association, error) {
			return w.Restore(ctx, who, a.ID, "an error")
		},
	}
	for _, state := range States {
		for what, do := range acts {
			for name := range map[string]bool{"asker": true, "officer": true, "other": true, "admin": true, "delegate": true, "stranger": true, "nobody": true} {
				a := w.inState(state)
				if state == Draft || state == Returned {
					_, err := w.Attach(w.ctx, salma, a.ID, Statutes, false, "statutes", bodyOf("x"))
					w.must(err)
				}
				who := map[string]auth.Actor{"asker": salma, "officer": officer, "other": other, "admin": admin, "delegate": w.delegateOf("salma", a.ID), "stranger": karim, "nobody": {}}[name]
				as := rolesOf(who, a, name == "delegate" && state == Registered)
				want, _, may := moveOf(state, what, as)
				after, err := do(w.ctx, who, a)
				switch {
				case may && (err != nil || after.State != want.to):
					t.Errorf("%s %s in %s leads to %q: %v", name, what, state, after.State, err)
				case !may && !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.NotFound):
					t.Errorf("%s %s in %s: %v", name, what, state, err)
				}
				w.must(w.clearAsked())
			}
		}
	}
	w.wantClean()
}

// clearAsked lets salma ask anew: one person has few requests under way.
func (w *world) clearAsked() error {
	mine, err := w.AskedBy(w.ctx, "salma", 50)
	for _, a := range mine {
		if err == nil {
			err = w.renameAsker(w.ctx, a.ID, "salma", "")
		}
	}
	return err
}

func TestEveryMoveIsNamedAndLeadsToAKnownState(t *testing.T) {
	for _, m := range moves {
		if actNames[m.act] == "" || !slices.Contains(States, m.to) || len(m.by) == 0 {
			t.Errorf("%+v", m)
		}
	}
}

func TestAnEntryMustSayWhoAndWhere(t *testing.T) {
	w := newWorld(t)
	for name, spoil := range map[string]func(*Association){
		"no name":      func(a *Association) { a.NameAR, a.NameFR = "", " " },
		"no seat":      func(a *Association) { a.Seat = "" },
		"unknown seat": func(a *Association) { a.Seat = "ma-9" },
		"no day":       func(a *Association) { a.FoundedAt = time.Time{} },
		"tomorrow":     func(a *Association) { a.FoundedAt = noon.AddDate(0, 0, 1) },
		"long name":    func(a *Association) { a.NameFR = strings.Repeat("é", MaxName+1) },
	} {
		a := good
		spoil(&a)
		_, err := w.Register(w.ctx, admin, a)
		wantFault(t, name, err, fault.Invalid)
	}
	_, err := w.Register(w.ctx, other, good)
	wantFault(t, "an officer of another commune", err, fault.Forbidden)
}

func TestARequestNeedsItsStatutes(t *testing.T) {
	w := newWorld(t)
	a := w.draft()
	_, err := w.Submit(w.ctx, salma, a.ID)
	wantFault(t, "without statutes", err, fault.Invalid)
	_, err = w.Attach(w.ctx, salma, a.ID, "secret", true, "statutes", bodyOf("x"))
	wantFault(t, "a kind that is none", err, fault.Invalid)
	_, err = w.Attach(w.ctx, karim, a.ID, Statutes, true, "statutes", bodyOf("x"))
	wantFault(t, "somebody else's request", err, fault.NotFound)
	if len(w.files.kept) != 0 {
		t.Error("the bytes of a refused upload were read and kept")
	}
	_, err = w.Attach(w.ctx, salma, a.ID, Statutes, true, "statutes", bodyOf("x"))
	w.must(err)
	_, err = w.Detach(w.ctx, salma, a.ID, "file-statutes")
	w.must(err)
	if !slices.Contains(w.files.gone, "file-statutes") {
		t.Error("a document that was taken off is kept")
	}
	w.must(w.DeleteRequest(w.ctx, salma, a.ID))
	if _, err := w.Get(w.ctx, a.ID); !isNotFound(err) {
		t.Error("a deleted request is still there")
	}
}

// TestEveryConditionIsDecidedOneByOneWithItsEvidence before an association is
// entered; one that is not met is entered and shown as such.
func TestEveryConditionIsDecidedOneByOneWithItsEvidence(t *testing.T) {
	w := newWorld(t)
	a := w.submitted()
	_, conditions := w.Conditions(a, noon)
	codes := []string{}
	for _, c := range conditions {
		codes = append(codes, c.Code)
	}
	if want := []string{"age", "recognised", "good_standing", "seat_or_branch", "related_activity"}; !slices.Equal(codes, want) {
		t.Fatalf("a Moroccan commune asks for %v, want %v", codes, want)
	}
	all := w.findings(a)
	for i := range all {
		_, err := w.Accept(w.ctx, officer, a.ID, Decision{Findings: slices.Delete(slices.Clone(all), i, i+1)})
		wantFault(t, "without "+all[i].Code, err, fault.Invalid)
	}
	blind := slices.Clone(all)
	blind[1].Evidence = " "
	_, err := w.Accept(w.ctx, officer, a.ID, Decision{Findings: blind})
	wantFault(t, "without evidence", err, fault.Invalid)
	all[2].Verdict = Unmet
	a, err = w.Accept(w.ctx, officer, a.ID, Decision{Findings: append(all, Finding{Code: "invented", Verdict: Met, Evidence: "x"})})
	w.must(err)
	if a.State != Registered || len(a.Examination.Findings) != 5 || a.Examination.Findings[2].Verdict != Unmet || a.Examination.Pack != "ma_commune" {
		t.Errorf("kept %+v", a.Examination)
	}
}

// TestTheLeastAgeIsReckonedInWholeYears to the day, in the country's calendar.
func TestTheLeastAgeIsReckonedInWholeYears(t *testing.T) {
	w := newWorld(t)
	for founded, want := range map[time.Time]Verdict{
		time.Date(2023, 11, 22, 0, 0, 0, 0, time.UTC): Met,
		time.Date(2023, 11, 23, 0, 0, 0, 0, time.UTC): Unmet,
		time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC):  Unmet,
	} {
		a := good
		a.FoundedAt = founded
		if _, c := w.Conditions(a, noon); c[0].Code != codeAge || c[0].Proposed != want {
			t.Errorf("founded %s: %s, want %s", founded.Format(time.DateOnly), c[0].Proposed, want)
		}
	}
	tunisian := good
	tunisian.Seat = "tn-1"
	if _, c := w.Conditions(tunisian, noon); len(c) == 0 || c[0].Code == codeAge {
		t.Errorf("in Tunisia, where no age is set, it is examined against %+v", c)
	}
}

// TestTheRepresentativesNameIsPublicOnlyWithConsent, and so is every paper.
func TestTheRepresentativesNameIsPublicOnlyWithConsent(t *testing.T) {
	w := newWorld(t)
	a, delegate := w.registered()
	_, err := w.Attach(w.ctx, delegate, a.ID, OtherPaper, true, "report", bodyOf("x"))
	w.must(err)
	seen, err := w.Seen(w.ctx, auth.Actor{}, a.ID)
	w.must(err)
	if seen.Representative != "" || seen.Mail != "" || seen.RepresentativeShown() != "رئيسة" || len(seen.Documents) != 1 {
		t.Errorf("everybody reads %+v", seen)
	}
	if all, _ := w.Seen(w.ctx, officer, a.ID); all.Representative == "" || len(all.Documents) != 2 {
		t.Errorf("the officer reads %+v", all)
	}
	in := good
	in.NameConsent = true
	_, err = w.Correct(w.ctx, officer, a.ID, in)
	w.must(err)
	if seen, _ = w.Seen(w.ctx, auth.Actor{}, a.ID); seen.RepresentativeShown() != "سلمى بنعلي · رئيسة" {
		t.Errorf("with consent: %q", seen.RepresentativeShown())
	}
	for _, hidden := range []State{Draft, Submitted, Refused} {
		b := w.inState(hidden)
		_, err := w.Seen(w.ctx, karim, b.ID)
		wantFault(t, string(hidden), err, fault.NotFound)
		w.must(w.clearAsked())
	}
}

func TestTheRegisterIsKeptPerAuthorityAndFoundInBothScripts(t *testing.T) {
	w := newWorld(t)
	in := good
	in.Branches = []string{"ma-2"}
	a, err := w.Register(w.ctx, officer, in)
	w.must(err)
	for place, want := range map[string]int{"": 1, "ma-1": 1, "ma-2": 1, "tn-1": 0} {
		if page, err := w.List(w.ctx, place, "", 10); err != nil || len(page.Items) != want {
			t.Errorf("the register of %q has %d: %v", place, len(page.Items), err)
		}
	}
	for words, want := range map[string]int{"اصدقاء البيئه": 1, "amis environnement": 1, "ENVIRONNEMENT": 1, "رياضة": 0, "amis sport": 0, "": 0, "<script>": 0} {
		found, err := w.Find(w.ctx, words, 10)
		if err != nil || len(found) != want {
			t.Errorf("%q finds %d: %v", words, len(found), err)
		}
	}
	_, err = w.Strike(w.ctx, officer, a.ID, "dissolved")
	w.must(err)
	if page, _ := w.List(w.ctx, "", "", 10); len(page.Items) != 0 {
		t.Error("a struck association is still listed")
	}
	w.wantClean()
}

func TestTheAskerIsToldOfTheDecisionOnce(t *testing.T) {
	w := newWorld(t)
	a := w.inState(Returned)
	if n := len(w.post.sent); n != 1 || w.post.sent[0].To != "salma@example.org" || !strings.Contains(w.post.sent[0].Text, "the receipt is missing") {
		t.Fatalf("%d mails: %+v", n, w.post.sent)
	}
	_, err := w.Submit(w.ctx, salma, a.ID)
	w.must(err)
	_, err = w.Return(w.ctx, officer, a.ID, Decision{Reason: "and the proof of power"})
	w.must(err)
	if n := len(w.post.sent); n != 2 {
		t.Errorf("a second return sends %d mails in all", n)
	}
}

func TestAListThatIsWrongIsFoundAndMended(t *testing.T) {
	w := newWorld(t)
	a, _ := w.registered()
	_, err := w.all.Update(w.ctx, a.ID, func(a *Association) error { a.Lists = nil; return nil })
	w.must(err)
	_, err = w.support.Get(w.ctx, "p")
	if !isNotFound(err) {
		t.Fatal("there is support before there is any")
	}
	if found, err := w.Check(w.ctx, true); err != nil || len(found) != 1 {
		t.Errorf("check finds %v, %v", found, err)
	}
	w.wantClean()
}
