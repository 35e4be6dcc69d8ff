package account

import (
	"slices"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
)

// allowed is who may give what where, written out: role held, role given. Each
// pair that does not stand here must be refused.
var allowed = map[auth.Role][]auth.Role{
	auth.Officer:       {auth.Officer, auth.FrontDesk, auth.Department, auth.Facilitator},
	auth.President:     {auth.Officer, auth.Councillor, auth.FrontDesk, auth.Department, auth.Facilitator},
	auth.Delegate:      {auth.Delegate},
	auth.Coordinator:   {auth.Coordinator, auth.Observer},
	auth.Administrator: auth.Roles,
}

func TestEveryRoleGivesExactlyWhatItMayInItsOwnOrganisation(t *testing.T) {
	for _, held := range auth.Roles {
		for _, given := range auth.Roles {
			for kind, roles := range rolesOf {
				org := "here"
				if kind == auth.Platform {
					org = auth.PlatformID
				}
				actor := auth.Actor{PersonID: "giver", Memberships: []auth.Membership{{Kind: kind, OrgID: org, Role: held}}}
				if held == auth.Administrator {
					actor.Memberships = []auth.Membership{{Kind: auth.Platform, OrgID: auth.PlatformID, Role: held}}
				}
				possible := slices.Contains(roles, given)
				want := possible && slices.Contains(allowed[held], given)
				if got := slices.Contains(Grantable(actor, kind, org), given); got != want {
					t.Errorf("%s giving %s in %s: %v, want %v", held, given, kind, got, want)
				}
				if held != auth.Administrator && slices.Contains(Grantable(actor, kind, "elsewhere"), given) {
					t.Errorf("%s gives %s in an organisation of others", held, given)
				}
				if slices.Contains(Grantable(auth.Actor{PersonID: "nobody"}, kind, org), given) {
					t.Errorf("somebody without a role gives %s", given)
				}
			}
		}
	}
}

func TestARoleIsHeldFromItsBeginningToItsEnd(t *testing.T) {
	w := still(t)
	president, salma := w.holding("President", auth.President, "siliana"), w.person("Salma")
	until := noon.AddDate(1, 0, 0)
	g := must[Grant](t)(w.GrantRole(w.ctx, president, salma.PersonID, auth.Membership{Kind: auth.Authority, OrgID: "siliana", Role: auth.FrontDesk, Until: until}))
	if !w.actor(salma.PersonID).Holds("siliana", auth.FrontDesk) || g.GrantedBy != president.PersonID {
		t.Error("the role is not held")
	}
	_, err := w.GrantRole(w.ctx, president, salma.PersonID, auth.Membership{Kind: auth.Authority, OrgID: "siliana", Role: auth.FrontDesk, Until: until})
	wantKind(t, err, fault.Conflict)
	w.clock.Set(until.Add(-time.Millisecond))
	if !w.actor(salma.PersonID).Holds("siliana", auth.FrontDesk) {
		t.Error("the role ended too early")
	}
	w.clock.Set(until)
	if w.actor(salma.PersonID).Holds("siliana", auth.FrontDesk) {
		t.Error("the role did not end")
	}
}

func TestRolesAreGivenForATimeAndNeverToOneself(t *testing.T) {
	w := still(t)
	president, salma := w.holding("President", auth.President, "siliana"), w.person("Salma")
	for name, until := range map[string]time.Time{"no end": {}, "the past": noon.Add(-time.Hour), "now": noon, "too far": noon.AddDate(11, 0, 0)} {
		_, err := w.GrantRole(w.ctx, president, salma.PersonID, auth.Membership{Kind: auth.Authority, OrgID: "siliana", Role: auth.FrontDesk, Until: until})
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	next := noon.AddDate(1, 0, 0)
	_, err := w.GrantRole(w.ctx, president, president.PersonID, auth.Membership{Kind: auth.Authority, OrgID: "siliana", Role: auth.Officer, Until: next})
	wantKind(t, err, fault.Forbidden)
	_, err = w.GrantRole(w.ctx, president, salma.PersonID, auth.Membership{Kind: auth.Authority, OrgID: "larache", Role: auth.Officer, Until: next})
	wantKind(t, err, fault.Forbidden)
	_, err = w.GrantRole(w.ctx, president, salma.PersonID, auth.Membership{Kind: auth.Platform, OrgID: auth.PlatformID, Role: auth.Administrator, Until: next})
	wantKind(t, err, fault.Forbidden)
	_, err = w.GrantRole(w.ctx, president, "nobody", auth.Membership{Kind: auth.Authority, OrgID: "siliana", Role: auth.Officer, Until: next})
	wantKind(t, err, fault.NotFound)
}

func TestARoleTakenBackStaysOnRecord(t *testing.T) {
	w := still(t)
	president, salma := w.holding("President", auth.President, "siliana"), w.person("Salma")
	g := must[Grant](t)(w.GrantRole(w.ctx, president, salma.PersonID, auth.Membership{Kind: auth.Authority, OrgID: "siliana", Role: auth.Officer, Until: noon.AddDate(1, 0, 0)}))
	w.clock.Advance(time.Hour)
	wantKind(t, w.RevokeRole(w.ctx, w.person("Badr"), salma.PersonID, g.ID), fault.Forbidden)
	if err := w.RevokeRole(w.ctx, president, salma.PersonID, g.ID); err != nil {
		t.Fatal(err)
	}
	wantKind(t, w.RevokeRole(w.ctx, president, salma.PersonID, g.ID), fault.NotFound)
	if len(w.actor(salma.PersonID).Memberships) != 0 {
		t.Error("the role is still held")
	}
	holders := must[[]Holder](t)(w.Holders(w.ctx, "siliana"))
	if len(holders) != 2 || holders[0].Role != auth.President || holders[1].RevokedBy != president.PersonID || !holders[1].RevokedAt.Equal(noon.Add(time.Hour)) {
		t.Errorf("%+v", holders)
	}
	p := w.get(salma.PersonID)
	last := p.History[len(p.History)-1]
	if last.Act != "account.revoke_role" || last.Authority != "siliana" || last.ActorRole != "president" || last.From != "officer" {
		t.Errorf("the audit says %+v", last)
	}
}

func TestTheLastAdministratorStays(t *testing.T) {
	w := still(t)
	admin := w.holding("Admin", auth.Administrator, auth.PlatformID)
	g := w.get(admin.PersonID).Grants[0]
	wantKind(t, w.RevokeRole(w.ctx, admin, admin.PersonID, g.ID), fault.Conflict)
	wantKind(t, w.Delete(w.ctx, admin, admin.PersonID), fault.Conflict)
	w.holding("Second", auth.Administrator, auth.PlatformID)
	if err := w.RevokeRole(w.ctx, admin, admin.PersonID, g.ID); err != nil {
		t.Errorf("laying down one's own role: %v", err)
	}
}

func TestRolesHaveNames(t *testing.T) {
	for _, r := range auth.Roles {
		if RoleNames[r] == "" {
			t.Errorf("%s has no name", r)
		}
		if !slices.ContainsFunc([]auth.OrgKind{auth.Authority, auth.Association, auth.Federation, auth.Platform}, func(k auth.OrgKind) bool { return slices.Contains(rolesOf[k], r) }) {
			t.Errorf("%s belongs to no kind of organisation", r)
		}
	}
}
