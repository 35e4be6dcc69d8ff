package account

import (
	"errors"
	"slices"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

func TestTwoAccountsThatProveOneNumberBecomeTheOlderOne(t *testing.T) {
	w := still(t)
	older := w.person("Older")
	w.clock.Advance(time.Hour)
	newer := w.holding("Newer", auth.Councillor, "siliana")
	if _, err := w.sessions.Start(w.ctx, newer.PersonID, "test", "phone"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.check(newer, "01234567"); err != nil {
		t.Fatal(err)
	}
	p, err := w.check(older, "01234567")
	if err != nil {
		t.Fatal(err)
	}
	if p.ID != older.PersonID || p.Level != LevelChecked || len(p.Logins) != 2 || !w.actor(p.ID).Holds("siliana", auth.Councillor) {
		t.Errorf("kept: %+v", p)
	}
	if !slices.Equal(w.heard.joined, [][2]string{{older.PersonID, newer.PersonID}}) {
		t.Errorf("listeners heard %v", w.heard.joined)
	}
	_, err = w.Actor(w.ctx, newer.PersonID)
	wantKind(t, err, fault.NotFound)
	if list := must[sessionList](t)(w.sessions.List(w.ctx, newer.PersonID)); len(list) != 0 {
		t.Errorf("%d sessions are left", len(list))
	}
	gone := must[Person](t)(w.all.people.Get(w.ctx, newer.PersonID))
	if gone.Name != "" || gone.MergedInto != older.PersonID || gone.Unfinished != "" {
		t.Errorf("gone: %+v", gone)
	}
	again := must[string](t)(w.enter(w.ctx, assertion{Provider: "test", Issuer: "test", Subject: "Newer", Name: "Newer"}, "unused", "ar", nil))
	if again != older.PersonID {
		t.Errorf("signing in with the moved login leads to %s", again)
	}
}

func TestTheNewerIsMergedWhicheverProvesLast(t *testing.T) {
	w := still(t)
	older := w.person("Older")
	w.clock.Advance(time.Hour)
	newer := w.person("Newer")
	if _, err := w.check(older, "01234567"); err != nil {
		t.Fatal(err)
	}
	p, err := w.check(newer, "01234567")
	if err != nil || p.ID != older.PersonID {
		t.Errorf("%s is kept, %v", p.ID, err)
	}
}

func TestTwoPeopleWhoProvedTwoNumbersAreNotJoined(t *testing.T) {
	w := still(t)
	one, two := w.person("One"), w.person("Two")
	if _, err := w.check(one, "01234567"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.check(two, "07654321"); err != nil {
		t.Fatal(err)
	}
	_, err := w.check(two, "01234567")
	wantKind(t, err, fault.Conflict)
	_, err = w.join(w.ctx, one.PersonID, two.PersonID, one)
	wantKind(t, err, fault.Conflict)
}

func TestANumberIsNotKeptWithAnAccountThatHasJustBeenJoined(t *testing.T) {
	w := still(t)
	older := w.person("Older")
	w.clock.Advance(time.Hour)
	newer := w.person("Newer")
	must[string](t)(w.join(w.ctx, newer.PersonID, older.PersonID, newer))
	n := w.settings.Peppers.number("TN", "01234567")
	by := proof{how: HowEID, by: "test", actor: newer}
	if err := w.keepNumber(w.ctx, newer.PersonID, n, by); !errors.Is(err, errGone) {
		t.Errorf("kept with the account that is gone: %v", err)
	}
	if kept := must[string](t)(w.claim(w.ctx, newer.PersonID, n, by)); kept != older.PersonID || w.get(older.PersonID).Identity.Key != n.Keys[0] {
		t.Errorf("claimed for %s", kept)
	}
}

func TestJoiningIsCompletedAfterACrash(t *testing.T) {
	w := still(t)
	older := w.person("Older")
	w.clock.Advance(time.Hour)
	newer := w.person("Newer")
	w.heard.fail = errCrash
	if _, err := w.join(w.ctx, newer.PersonID, older.PersonID, newer); err == nil {
		t.Fatal("the listener's failure was swallowed")
	}
	w.heard.fail = nil
	if err := w.FinishInterrupted(w.ctx); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(w.heard.joined, [2]string{older.PersonID, newer.PersonID}) {
		t.Errorf("listeners heard %v", w.heard.joined)
	}
	if gone := must[Person](t)(w.all.people.Get(w.ctx, newer.PersonID)); gone.Unfinished != "" || len(w.get(older.PersonID).Logins) != 2 {
		t.Errorf("not completed: %+v", gone)
	}
}

// asserted is what a provider says in these tests.
func asserted(provider, subject, email string, verified bool) assertion {
	return assertion{Provider: provider, Issuer: "https://" + provider, Subject: subject, Name: "Amina", Email: email, EmailVerified: verified}
}

func (w *world) arrives(a assertion, purpose string, who auth.Actor) Outcome {
	w.t.Helper()
	f := signin{Purpose: purpose, Provider: a.Provider, Browser: sha(browserToken), Return: "/ar/me", Lang: "ar", PersonID: who.PersonID}
	if purpose == toAdd {
		return must[Outcome](w.t)(w.finishAdd(w.ctx, f, a, nil))
	}
	return must[Outcome](w.t)(w.finishSignIn(w.ctx, f, a, nil))
}

func TestAVerifiedAddressIsAskedAboutAndNeverJoinedSilently(t *testing.T) {
	w := still(t)
	first := w.arrives(asserted("google", "1", "amina@example.org", true), toSignIn, auth.Actor{})
	out := w.arrives(asserted("other", "2", "Amina@Example.org", true), toSignIn, auth.Actor{})
	if out.PersonID != "" || out.Question == "" {
		t.Fatalf("signed in without being asked: %+v", out)
	}
	if q := must[Question](t)(w.Ask(w.ctx, out.Question, browserToken)); q.Join || q.Prove || q.Email != "Amina@Example.org" {
		t.Errorf("asked %+v", q)
	}
	_, err := w.Ask(w.ctx, out.Question, "another browser's token, forty-three long..")
	wantKind(t, err, fault.Invalid)
	answer := must[Outcome](t)(w.Answer(w.ctx, out.Question, browserToken, true, auth.Actor{}))
	if answer.PersonID != first.PersonID || len(w.get(first.PersonID).Logins) != 2 {
		t.Errorf("answered yes: %+v", answer)
	}
	_, err = w.Answer(w.ctx, out.Question, browserToken, true, auth.Actor{})
	wantKind(t, err, fault.Invalid) // once
}

func TestAnsweringNoOpensAnAccountOfItsOwn(t *testing.T) {
	w := still(t)
	first := w.arrives(asserted("google", "1", "amina@example.org", true), toSignIn, auth.Actor{})
	out := w.arrives(asserted("other", "2", "amina@example.org", true), toSignIn, auth.Actor{})
	answer := must[Outcome](t)(w.Answer(w.ctx, out.Question, browserToken, false, auth.Actor{}))
	if answer.PersonID == first.PersonID || answer.PersonID == "" {
		t.Errorf("answered no: %+v", answer)
	}
}

func TestAnUnverifiedAddressIsNobodys(t *testing.T) {
	w := still(t)
	first := w.arrives(asserted("google", "1", "amina@example.org", true), toSignIn, auth.Actor{})
	second := w.arrives(asserted("facebook", "2", "amina@example.org", false), toSignIn, auth.Actor{})
	if second.Question != "" || second.PersonID == first.PersonID {
		t.Errorf("%+v", second)
	}
	third := w.arrives(asserted("other", "3", "amina@example.org", true), toSignIn, auth.Actor{})
	if q := must[Question](t)(w.Ask(w.ctx, third.Question, browserToken)); q.Email == "" {
		t.Errorf("%+v", q)
	}
}

func TestAnAddressDoesNotOpenTheAccountOfAnOfficer(t *testing.T) {
	w := still(t)
	first := w.arrives(asserted("google", "1", "amina@example.org", true), toSignIn, auth.Actor{})
	must[Grant](t)(w.GrantRole(w.ctx, auth.System, first.PersonID, auth.Membership{Kind: auth.Authority, OrgID: "siliana", Role: auth.Officer}))
	out := w.arrives(asserted("other", "2", "amina@example.org", true), toSignIn, auth.Actor{})
	if q := must[Question](t)(w.Ask(w.ctx, out.Question, browserToken)); !q.Prove {
		t.Errorf("asked %+v", q)
	}
	_, err := w.Answer(w.ctx, out.Question, browserToken, true, auth.Actor{})
	wantKind(t, err, fault.Forbidden)
}

func TestAddingALoginOfAnotherAccountJoinsTheTwoAfterAsking(t *testing.T) {
	w := still(t)
	first := w.arrives(asserted("google", "1", "a@example.org", true), toSignIn, auth.Actor{})
	w.clock.Advance(time.Minute)
	second := w.arrives(asserted("other", "2", "b@example.org", true), toSignIn, auth.Actor{})
	me := w.actor(second.PersonID)
	out := w.arrives(asserted("google", "1", "a@example.org", true), toAdd, me)
	if out.Question == "" || len(w.heard.joined) != 0 {
		t.Fatalf("%+v", out)
	}
	_, err := w.Answer(w.ctx, out.Question, browserToken, true, auth.Actor{PersonID: "somebody"})
	wantKind(t, err, fault.Invalid)

	out = w.arrives(asserted("google", "1", "a@example.org", true), toAdd, me)
	if no := must[Outcome](t)(w.Answer(w.ctx, out.Question, browserToken, false, me)); no.PersonID != me.PersonID || len(w.heard.joined) != 0 {
		t.Errorf("answered no: %+v", no)
	}
	out = w.arrives(asserted("google", "1", "a@example.org", true), toAdd, me)
	yes := must[Outcome](t)(w.Answer(w.ctx, out.Question, browserToken, true, me))
	if yes.PersonID != first.PersonID || len(w.heard.joined) != 1 || len(w.get(first.PersonID).Logins) != 2 {
		t.Errorf("answered yes: %+v", yes)
	}
}

func TestAddingANewLoginNeedsNoQuestionAndTheLastOneStays(t *testing.T) {
	w := still(t)
	first := w.arrives(asserted("google", "1", "a@example.org", true), toSignIn, auth.Actor{})
	out := w.arrives(asserted("other", "2", "", false), toAdd, w.actor(first.PersonID))
	if !out.Added || out.PersonID != first.PersonID {
		t.Fatalf("%+v", out)
	}
	p := w.get(first.PersonID)
	if err := w.RemoveLogin(w.ctx, p.ID, p.Logins[0].Key); err != nil {
		t.Fatal(err)
	}
	wantKind(t, w.RemoveLogin(w.ctx, p.ID, p.Logins[1].Key), fault.Conflict)
	if again := w.arrives(asserted("google", "1", "", false), toSignIn, auth.Actor{}); again.PersonID == p.ID {
		t.Error("the login that was removed still opens the account")
	}
}

func TestManyFirstSignInsAtTheSameMomentMakeOnePerson(t *testing.T) {
	w := still(t)
	ids := make(chan string, 50)
	for range cap(ids) {
		go func() {
			id, err := w.enter(w.ctx, asserted("google", "1", "a@example.org", true), w.ident.ID(), "ar", nil)
			if err != nil {
				t.Error(err)
			}
			ids <- id
		}()
	}
	seen := map[string]bool{}
	for range cap(ids) {
		seen[<-ids] = true
	}
	if n := must[int64](t)(w.all.people.Count(w.ctx, store.Query{})); len(seen) != 1 || n != 1 {
		t.Errorf("%d answers, %d people", len(seen), n)
	}
}

func TestDeletingErasesThePersonAndLeavesTheHashWhileSignaturesNeedIt(t *testing.T) {
	for name, keep := range map[string]time.Duration{"signatures remain": 48 * time.Hour, "nothing remains": 0} {
		t.Run(name, func(t *testing.T) {
			w := still(t)
			salma := w.person("Salma")
			if _, err := w.check(salma, "01234567"); err != nil {
				t.Fatal(err)
			}
			if _, err := w.sessions.Start(w.ctx, salma.PersonID, "test", "phone"); err != nil {
				t.Fatal(err)
			}
			if keep > 0 {
				w.heard.keep = noon.Add(keep)
			}
			if err := w.Delete(w.ctx, salma, salma.PersonID); err != nil {
				t.Fatal(err)
			}
			_, err := w.all.people.Get(w.ctx, salma.PersonID)
			wantKind(t, err, fault.NotFound)
			if n := must[int64](t)(w.all.logins.Count(w.ctx, store.Query{})); n != 1 { // the agent's
				t.Errorf("%d logins", n)
			}
			if list := must[sessionList](t)(w.sessions.List(w.ctx, salma.PersonID)); len(list) != 0 {
				t.Errorf("%d sessions", len(list))
			}
			if !slices.Contains(w.heard.erased, salma.PersonID) {
				t.Error("other modules were not told")
			}
			back := w.person("Salma")
			if _, err := w.check(back, "01234567"); err != nil {
				t.Fatal(err)
			}
			if told := slices.Contains(w.heard.joined, [2]string{back.PersonID, salma.PersonID}); told != (keep > 0) {
				t.Errorf("that she came back was told: %v", told)
			}
		})
	}
}

func TestTheHashGoesWhenTheLawNoLongerNeedsIt(t *testing.T) {
	w := still(t)
	salma := w.person("Salma")
	if err := w.DeclareNumber(w.ctx, salma, "TN", "01234567"); err != nil {
		t.Fatal(err)
	}
	w.heard.keep = noon.Add(time.Hour)
	if err := w.Delete(w.ctx, salma, salma.PersonID); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int64{1, 0} {
		if err := w.FinishInterrupted(w.ctx); err != nil {
			t.Fatal(err)
		}
		if n := must[int64](t)(w.all.identities.Count(w.ctx, store.Query{})); n != want {
			t.Errorf("round %d: %d entries, want %d", i, n, want)
		}
		w.clock.Advance(2 * time.Hour)
	}
}

func TestDeletingIsCompletedAfterACrash(t *testing.T) {
	w := still(t)
	salma := w.person("Salma")
	w.heard.fail = errCrash
	if err := w.Delete(w.ctx, salma, salma.PersonID); err == nil {
		t.Fatal("the failure was swallowed")
	}
	_, err := w.Actor(w.ctx, salma.PersonID)
	wantKind(t, err, fault.NotFound) // decided is decided
	w.heard.fail = nil
	if err := w.FinishInterrupted(w.ctx); err != nil {
		t.Fatal(err)
	}
	_, err = w.all.people.Get(w.ctx, salma.PersonID)
	wantKind(t, err, fault.NotFound)
}

func TestNobodyDeletesSomebodyElse(t *testing.T) {
	w := still(t)
	wantKind(t, w.Delete(w.ctx, w.holding("Admin", auth.Administrator, auth.PlatformID), w.person("Salma").PersonID), fault.Forbidden)
}

func TestTheExportHasEverythingButWhatCouldOpenAnything(t *testing.T) {
	w := still(t)
	salma := w.holding("Salma", auth.Councillor, "siliana")
	w.complete(salma)
	if _, err := w.sessions.Start(w.ctx, salma.PersonID, "test", "phone"); err != nil {
		t.Fatal(err)
	}
	e := must[Export](t)(w.Export(w.ctx, salma.PersonID))
	if e.Profile.Name != "Salma" || len(e.Logins) != 1 || len(e.Sessions) != 1 || len(e.Roles) != 1 || len(e.History) < 3 || e.Others["petitions"] == nil {
		t.Errorf("%+v", e)
	}
}
