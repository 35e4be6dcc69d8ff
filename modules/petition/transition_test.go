package petition

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"musharaka/modules/kit/fault"
)

// allowed is the whole table once more, written by hand from domain.md 2.3 and
// 9: state, act, roles, next state. What is not here must be refused.
const allowed = `
draft        save            agent                          draft
draft        delete          agent                          draft
draft        submit          agent                          moderation
moderation   request_changes officer                        draft
moderation   publish         officer                        open
moderation   reject          officer                        rejected
moderation   hide            officer                        hidden
moderation   withdraw        agent                          withdrawn
open         hide            officer                        hidden
open         change_closing  officer                        open
open         reach           system                         ready
open         expire          system                         expired
open         withdraw        agent                          withdrawn
ready        hide            officer                        hidden
ready        lapse           system                         lapsed
ready        withdraw        agent                          withdrawn
ready        deposit         agent,officer                  deposited
ready        draft_answer    officer,councillor,president   ready
ready        approve_answer  president                      ready
ready        return_answer   president                      ready
ready        publish_answer  officer,president              answered
deposited    lapse           system                         lapsed
deposited    withdraw        agent                          withdrawn
deposited    review          officer,president              review
deposited    admit           president                      admitted
deposited    refuse          president                      refused
deposited    draft_answer    officer,councillor,president   deposited
deposited    approve_answer  president                      deposited
deposited    return_answer   president                      deposited
deposited    publish_answer  officer,president              answered
review       lapse           system                         lapsed
review       withdraw        agent                          withdrawn
review       admit           president                      admitted
review       refuse          president                      refused
review       draft_answer    officer,councillor,president   review
review       approve_answer  president                      review
review       return_answer   president                      review
review       publish_answer  officer,president              answered
admitted     withdraw        agent                          withdrawn
admitted     assign          officer,president              committee
admitted     schedule        officer,president              agenda
admitted     draft_answer    officer,councillor,president   admitted
admitted     approve_answer  president                      admitted
admitted     return_answer   president                      admitted
admitted     publish_answer  officer,president              answered
committee    withdraw        agent                          withdrawn
committee    schedule        officer,president              agenda
committee    draft_answer    officer,councillor,president   committee
committee    approve_answer  president                      committee
committee    return_answer   president                      committee
committee    publish_answer  officer,president              answered
agenda       withdraw        agent                          withdrawn
agenda       deliberate      officer,president              deliberated
agenda       draft_answer    officer,councillor,president   agenda
agenda       approve_answer  president                      agenda
agenda       return_answer   president                      agenda
agenda       publish_answer  officer,president              answered
deliberated  follow_up       officer,president              follow_up
deliberated  close           officer,president              closed
deliberated  draft_answer    officer,councillor,president   deliberated
deliberated  approve_answer  president                      deliberated
deliberated  return_answer   president                      deliberated
deliberated  publish_answer  officer,president              answered
follow_up    close           officer,president              closed
follow_up    draft_answer    officer,councillor,president   follow_up
follow_up    approve_answer  president                      follow_up
follow_up    return_answer   president                      follow_up
follow_up    publish_answer  officer,president              answered
answered     draft_answer    officer,councillor,president   answered
answered     approve_answer  president                      answered
answered     return_answer   president                      answered
answered     publish_answer  officer,president              answered
answered     follow_up       officer,president              follow_up
answered     close           officer,president              closed
lapsed       withdraw        agent                          withdrawn
lapsed       deposit         agent,officer                  deposited
lapsed       admit           president                      admitted
lapsed       draft_answer    officer,councillor,president   lapsed
lapsed       approve_answer  president                      lapsed
lapsed       return_answer   president                      lapsed
lapsed       publish_answer  officer,president              answered
rejected     hide            officer                        hidden
refused      forget          system                         refused
closed       forget          system                         closed
answered     forget          system                         answered
withdrawn    forget          system                         withdrawn
rejected     forget          system                         rejected
hidden       forget          system                         hidden
expired      forget          system                         expired
ready        make_file       agent,officer,president        ready
ready        open_numbers    officer,president              ready
deposited    make_file       agent,officer,president        deposited
deposited    open_numbers    officer,president              deposited
review       make_file       agent,officer,president        review
review       open_numbers    officer,president              review
admitted     make_file       agent,officer,president        admitted
admitted     open_numbers    officer,president              admitted
committee    make_file       agent,officer,president        committee
committee    open_numbers    officer,president              committee
agenda       make_file       agent,officer,president        agenda
agenda       open_numbers    officer,president              agenda
lapsed       make_file       agent,officer,president        lapsed
lapsed       open_numbers    officer,president              lapsed
deposited    correct_deposit officer                        deposited
review       correct_deposit officer                        review
deposited    find            officer,president              deposited
deposited    draft_ruling    officer,president              deposited
deposited    return_ruling   president                      deposited
review       find            officer,president              review
review       draft_ruling    officer,president              review
review       return_ruling   president                      review
lapsed       find            officer,president              lapsed
lapsed       draft_ruling    officer,president              lapsed
lapsed       return_ruling   president                      lapsed
admitted     notify          officer,president              admitted
refused      notify          officer,president              refused
committee    notify          officer,president              committee
agenda       notify          officer,president              agenda
answered     step_plan       officer,president              answered
answered     step_begin      officer,president              answered
answered     step_done       officer,president              answered
answered     step_drop       officer,president              answered
deliberated  step_plan       officer,president              deliberated
deliberated  step_begin      officer,president              deliberated
deliberated  step_done       officer,president              deliberated
deliberated  step_drop       officer,president              deliberated
follow_up    step_plan       officer,president              follow_up
follow_up    step_begin      officer,president              follow_up
follow_up    step_done       officer,president              follow_up
follow_up    step_drop       officer,president              follow_up
`

func TestEveryStateActAndRoleIsDecided(t *testing.T) {
	want := map[string]State{}
	for _, line := range strings.Split(strings.TrimSpace(allowed), "\n") {
		f := strings.Fields(line)
		for _, role := range strings.Split(f[2], ",") {
			want[f[0]+" "+f[1]+" "+role] = State(f[3])
		}
	}
	seen := 0
	for _, state := range States {
		for _, act := range Acts {
			for _, role := range PetitionRoles {
				key := fmt.Sprintf("%s %s %s", state, act, role)
				to, err := Next(state, act, role)
				expected, ok := want[key]
				switch {
				case ok && (err != nil || to != expected):
					t.Errorf("%s: to %q (%v), want %q", key, to, err, expected)
				case !ok && err == nil:
					t.Errorf("%s: leads to %q, and should be refused", key, to)
				case !ok && !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.Conflict):
					t.Errorf("%s: fault %v", key, err)
				}
				if ok {
					seen++
				}
			}
		}
	}
	if seen != len(want) {
		t.Errorf("%d of %d lines of the table name a state, act or role that is not listed", len(want)-seen, len(want))
	}
}

func TestEveryStateIsReachedAndNamed(t *testing.T) {
	for _, state := range States {
		reached := state == Draft || slices.ContainsFunc(moves, func(m move) bool { return m.To == state })
		if !reached {
			t.Errorf("no act leads to %s", state)
		}
		if StateLabel(state) == "" {
			t.Errorf("%s has no words", state)
		}
	}
	for _, m := range moves {
		if !slices.Contains(Acts, m.Act) {
			t.Errorf("%s is not among Acts", m.Act)
		}
	}
}

func TestEndedStatesTakeNoSignatureAndOweNoReply(t *testing.T) {
	for _, s := range EndedStates {
		if SignableStates.Has(s) || WaitingStates.Has(s) || PrivateStates.Has(s) {
			t.Errorf("%s is ended and more", s)
		}
	}
	for _, s := range States {
		if n := boolInt(EndedStates.Has(s)) + boolInt(WaitingStates.Has(s)) + boolInt(PrivateStates.Has(s)) + boolInt(s == Open); n != 1 {
			t.Errorf("%s is private, open, waiting or ended: %d of them", s, n)
		}
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestRefusalSaysWhetherTheStateOrThePersonIsWrong(t *testing.T) {
	for _, c := range []struct {
		state State
		act   Act
		role  Role
		kind  fault.Kind
	}{
		{Draft, ActPublish, AsOfficer, fault.Conflict},
		{Moderation, ActPublish, AsAuthor, fault.Forbidden},
		{Open, ActPublish, AsReader, fault.Forbidden},
		{Answered, ActWithdraw, AsAuthor, fault.Conflict},
		{Ready, ActApproveAnswer, AsCouncillor, fault.Forbidden},
	} {
		_, err := Next(c.state, c.act, c.role)
		if !fault.Is(err, c.kind) {
			t.Errorf("%s %s %s: %v, want %s", c.state, c.act, c.role, err, c.kind)
		}
	}
}
