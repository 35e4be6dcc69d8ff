package association

import (
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
)

func (w *world) terms(scopes ...Scope) Terms {
	return Terms{Scopes: scopes, Until: w.clock.Now().AddDate(1, 0, 0)}
}

// TestADelegateActsOnlyWhileTheMandateHolds, for what it says, for that
// association, and with the role that goes with it.
func TestADelegateActsOnlyWhileTheMandateHolds(t *testing.T) {
	w := newWorld(t)
	a, first := w.registered()
	if !w.MayAct(w.ctx, first, a.ID, ScopeCampaign) {
		t.Fatal("the first delegate may not act")
	}
	m, err := w.Appoint(w.ctx, first, a.ID, "karim", Terms{Scopes: []Scope{ScopeEndorse}, From: noon.AddDate(0, 0, 1), Until: noon.AddDate(0, 0, 10)})
	w.must(err)
	karim := w.delegateOf("karim", a.ID)
	for day, want := range map[int]bool{0: false, 1: true, 9: true, 10: false} {
		w.clock.Set(noon.AddDate(0, 0, day))
		if got := w.MayAct(w.ctx, karim, a.ID, ScopeEndorse); got != want {
			t.Errorf("on day %d: %t", day, got)
		}
	}
	w.clock.Set(noon.AddDate(0, 0, 2))
	if w.MayAct(w.ctx, karim, a.ID, ScopeManage) || w.MayAct(w.ctx, karim, "another", ScopeEndorse) || w.MayAct(w.ctx, auth.Actor{PersonID: "karim"}, a.ID, ScopeEndorse) {
		t.Error("a mandate reaches further than it says, or further than the role")
	}
	w.must(w.RevokeMandate(w.ctx, first, a.ID, m.ID))
	if w.MayAct(w.ctx, karim, a.ID, ScopeEndorse) || w.roles.held["karim|"+a.ID] {
		t.Error("a mandate that was taken back still holds")
	}
	_, err = w.Strike(w.ctx, officer, a.ID, "dissolved")
	w.must(err)
	if w.MayAct(w.ctx, first, a.ID, ScopeCampaign) {
		t.Error("somebody acts for an association that was struck off")
	}
	w.wantClean()
}

func TestWhoMayNameDelegates(t *testing.T) {
	w := newWorld(t)
	a, first := w.registered()
	_, err := w.Appoint(w.ctx, first, a.ID, "weak", w.terms(ScopeEndorse))
	w.must(err)
	for name, c := range map[string]struct {
		who  auth.Actor
		kind fault.Kind
	}{
		"a delegate without the scope": {w.delegateOf("weak", a.ID), fault.Forbidden}, "an officer elsewhere": {other, fault.Forbidden},
		"anybody": {karim, fault.Forbidden}, "nobody": {auth.Actor{}, fault.Forbidden},
	} {
		_, err := w.Appoint(w.ctx, c.who, a.ID, "new", w.terms(ScopeEndorse))
		wantFault(t, name, err, c.kind)
	}
	for name, who := range map[string]auth.Actor{"first": first, "officer": officer, "admin": admin} {
		if _, err := w.Appoint(w.ctx, who, a.ID, "by-"+name, w.terms(ScopeEndorse)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		code string
		t    Terms
	}{
		"themselves": {"salma", w.terms(ScopeEndorse)}, "no such code": {"none", w.terms(ScopeEndorse)}, "nothing to do": {"z", w.terms()},
		"an invented scope": {"z", w.terms("rule")}, "past": {"z", Terms{Scopes: Scopes, Until: noon.AddDate(0, 0, -1)}},
		"too long": {"z", Terms{Scopes: Scopes, Until: noon.AddDate(6, 0, 0)}},
	} {
		_, err := w.Appoint(w.ctx, first, a.ID, c.code, c.t)
		wantFault(t, name, err, fault.Invalid)
	}
	_, err = w.Appoint(w.ctx, first, a.ID, "by-admin", w.terms(ScopeEndorse))
	wantFault(t, "a second mandate", err, fault.Conflict)
}

// token reads the secret out of the invitation's mail.
func (w *world) token() string {
	w.t.Helper()
	text := w.post.sent[len(w.post.sent)-1].Text
	_, rest, ok := strings.Cut(text, "/association-invitations/")
	if !ok {
		w.t.Fatalf("no link in %q", text)
	}
	return strings.Fields(rest)[0]
}

// TestAnInvitationIsGoodOnceAndForATime: the store keeps no secret and no
// address.
func TestAnInvitationIsGoodOnceAndForATime(t *testing.T) {
	w := newWorld(t)
	a, first := w.registered()
	_, err := w.Invite(w.ctx, first, a.ID, "no address", "fr", w.terms(ScopeEndorse))
	wantFault(t, "no address", err, fault.Invalid)
	m, err := w.Invite(w.ctx, first, a.ID, "leila@example.org", "ar", w.terms(ScopeEndorse))
	w.must(err)
	token := w.token()
	if strings.Contains(m.Token, token) {
		t.Error("the store holds the secret itself")
	}
	_, _, err = w.Invitation(w.ctx, auth.Actor{}, token)
	wantFault(t, "not signed in", err, fault.SignIn)
	_, _, err = w.Invitation(w.ctx, karim, token+"x")
	wantFault(t, "a guess", err, fault.NotFound)

	var takers sync.WaitGroup
	taken := make(chan string, 10)
	for _, who := range []string{"leila", "rival1", "rival2", "rival3"} {
		takers.Go(func() {
			if _, err := w.TakeUp(w.ctx, auth.Actor{PersonID: who}, token); err == nil {
				taken <- who
			}
		})
	}
	takers.Wait()
	if len(taken) != 1 {
		t.Fatalf("%d people took up one invitation", len(taken))
	}
	who := <-taken
	if !w.MayAct(w.ctx, w.delegateOf(who, a.ID), a.ID, ScopeEndorse) {
		t.Error("who took it up may not act")
	}
	for _, x := range []string{"leila", "rival1", "rival2", "rival3"} {
		if x != who && w.MayAct(w.ctx, w.delegateOf(x, a.ID), a.ID, ScopeEndorse) {
			t.Errorf("%s acts without a mandate", x)
		}
	}
	_, err = w.TakeUp(w.ctx, karim, token)
	wantFault(t, "a used one", err, fault.NotFound)

	_, err = w.Invite(w.ctx, first, a.ID, "late@example.org", "fr", w.terms(ScopeEndorse))
	w.must(err)
	w.clock.Advance(invitationLasts)
	_, err = w.TakeUp(w.ctx, karim, w.token())
	wantFault(t, "one that has run out", err, fault.NotFound)
	w.wantClean()
}

func TestMandateMovesAreNamedAndEveryOtherIsRefused(t *testing.T) {
	states := []MandateState{"", Invited, Active, Revoked}
	n := 0
	for _, s := range states {
		for what := range mandateActNames {
			if to, ok := moveMandate(s, what); ok {
				n++
				if to == s {
					t.Errorf("%s in %q leads nowhere", what, s)
				}
			}
		}
	}
	if n != len(mandateMoves) {
		t.Errorf("%d moves are found, the table has %d", n, len(mandateMoves))
	}
}

// TestADeletedAccountLeavesNoNameBehind, and a joined one keeps what it may do.
func TestADeletedAccountLeavesNoNameBehind(t *testing.T) {
	w := newWorld(t)
	a, first := w.registered()
	data, err := w.Export(w.ctx, "salma")
	if err != nil || data == nil || len(data.Mandates) != 1 || len(data.Requests) != 1 {
		t.Fatalf("the export has %+v, %v", data, err)
	}
	w.must(w.OnJoined(w.ctx, "salma2", "salma"))
	w.roles.held["salma2|"+a.ID] = true
	if !w.MayAct(w.ctx, w.delegateOf("salma2", a.ID), a.ID, ScopeManage) || w.MayAct(w.ctx, first, a.ID, ScopeManage) {
		t.Error("the mandate did not go with the account")
	}
	draft, err := w.Begin(w.ctx, auth.Actor{PersonID: "salma2"}, good)
	w.must(err)
	for range 2 { // safe to repeat
		w.must(w.Erase(w.ctx, "salma2"))
	}
	if data, err := w.Export(w.ctx, "salma2"); err != nil || data != nil {
		t.Errorf("after the deletion there is %+v, %v", data, err)
	}
	if _, err := w.Get(w.ctx, draft.ID); !isNotFound(err) {
		t.Error("a draft outlives its author")
	}
	w.wantClean()
}

// TestANewMandateAtTheEndOfAMonth ends with its last day, not a day before.
func TestAMandateOfOneDayHoldsThatDay(t *testing.T) {
	m := Mandate{State: Active, From: noon, Until: noon.Add(24*time.Hour - time.Millisecond)}
	for after, want := range map[time.Duration]bool{-time.Second: false, 0: true, 24*time.Hour - 2*time.Millisecond: true, 24 * time.Hour: false} {
		if got := m.HoldsAt(noon.Add(after)); got != want {
			t.Errorf("after %s: %t", after, got)
		}
	}
}
