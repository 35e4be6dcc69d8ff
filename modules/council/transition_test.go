package council

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/golden"
)

// statesOf are the states of each kind of document, by the prefix of its acts.
var statesOf = map[string][]State{
	"settings": {notYet, SettingsKept}, "mandate": {notYet, InOffice, MandateEnded}, "body": {notYet, Standing, Dissolved},
	"opinion": {notYet, OpinionPublished, OpinionRecalled}, "session": append([]State{notYet}, SessionStates...),
	"decision": {notYet, DecisionClaimed, DecisionTaken, DecisionAnnulled}, "question": append([]State{notYet}, QuestionStates...), "call": append([]State{notYet}, CallStates...),
}

// TestWhoMayDoWhat enumerates every state, act and role: a new one shows in
// the table and must be decided.
func TestWhoMayDoWhat(t *testing.T) {
	var table strings.Builder
	for _, m := range moves {
		kind, _, _ := strings.Cut(string(m.Act), ".")
		states, known := statesOf[kind]
		if !known || actNames[m.Act] == "" {
			t.Errorf("%s has no states or no words", m.Act)
		}
		for _, from := range m.From {
			if !slices.Contains(states, from) {
				t.Errorf("%s starts from %q, which is no state of a %s", m.Act, from, kind)
			}
		}
		for _, state := range states {
			fmt.Fprintf(&table, "%-24s %-10s", m.Act, state)
			for _, role := range Roles {
				to, as, err := permit(state, m.Act, []Role{role})
				word := string(to)
				switch {
				case fault.Is(err, fault.Conflict):
					word = "not now"
				case fault.Is(err, fault.SignIn):
					word = "sign in"
				case err != nil:
					word = "-"
				case as != role:
					t.Errorf("%s as %s is recorded as %s", m.Act, role, as)
				}
				if role == AsNobody && err == nil {
					t.Errorf("%s needs nobody", m.Act)
				}
				fmt.Fprintf(&table, " %-10s", word)
			}
			table.WriteString("\n")
		}
	}
	lines := strings.Split(table.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	head := fmt.Sprintf("%-35s", "")
	for _, role := range Roles {
		head += fmt.Sprintf(" %-10s", role)
	}
	golden.Text(t, "who.txt", strings.TrimRight(head, " ")+"\n"+strings.Join(lines, "\n"))
	for _, kind := range slices.Sorted(maps.Keys(statesOf)) {
		for _, state := range statesOf[kind] {
			if state != notYet && !slices.ContainsFunc(moves, func(m move) bool {
				return strings.HasPrefix(string(m.Act), kind) && (m.To == state || slices.Contains(m.From, state))
			}) && state != DecisionClaimed {
				t.Errorf("nothing leads to the state %s of a %s", state, kind)
			}
		}
	}
}

// TestNobodyActsForAnotherAuthority tries acts of each kind as an officer of
// another authority, as a citizen, as an administrator, and as nobody.
func TestNobodyActsForAnotherAuthority(t *testing.T) {
	w := newWorld(t)
	x, q := w.prepared(Ordinary), w.asked(salma)
	administrator := auth.Actor{PersonID: "admin", Memberships: []auth.Membership{{Kind: auth.Platform, OrgID: auth.PlatformID, Role: auth.Administrator}}}
	m := w.members(1)[0]
	for name, who := range map[string]auth.Actor{"elsewhere": stranger, "citizen": karim, "administrator": administrator, "nobody": nobody} {
		for what, do := range map[string]func() error{
			"prepare": func() error {
				_, err := w.Prepare(w.ctx, who, town, "no", Plan{Kind: Ordinary, StartsAt: x.StartsAt, Place: "x"})
				return err
			},
			"convene": func() error { _, err := w.Convene(w.ctx, who, x.ID, w.clock.Now(), ""); return err },
			"agenda":  func() error { _, err := w.AddItem(w.ctx, who, x.ID, "n", "", Item{Title: "x"}); return err },
			"cancel":  func() error { _, err := w.Cancel(w.ctx, who, x.ID, "x"); return err },
			"member": func() error {
				_, err := w.AddMember(w.ctx, who, town, "n", Mandate{Body: Deciding, Name: "xx", Function: "member", From: start})
				return err
			},
			"end":      func() error { _, err := w.EndMandate(w.ctx, who, m.ID, w.clock.Now(), "x"); return err },
			"body":     func() error { _, err := w.SetBody(w.ctx, who, town, "youth", AdvisoryBody{}); return err },
			"settings": func() error { _, err := w.SetSettings(w.ctx, who, town, Settings{Lang: "fr"}); return err },
			"decide": func() error {
				_, err := w.RecordDecision(w.ctx, who, tunisian, "n", "", Decision{Title: "x", Text: "x", On: start, Outcome: Adopted})
				return err
			},
			"register": func() error { _, err := w.Register(w.ctx, who, q.ID); return err },
			"refuse":   func() error { _, err := w.Refuse(w.ctx, who, q.ID, "x"); return err },
			"answer":   func() error { _, err := w.Answer(w.ctx, who, q.ID, "x"); return err },
		} {
			if err := do(); !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.SignIn) {
				t.Errorf("%s: %s: %v", name, what, err)
			}
		}
	}
	if _, err := w.Convene(w.ctx, councillor, x.ID, w.clock.Now(), ""); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a councillor convenes: %v", err)
	}
	w.sound()
}
