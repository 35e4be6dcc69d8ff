package citizenspace

import (
	"slices"
	"strings"
	"testing"

	"musharaka/modules/kit/fault"
)

// allowed says for each act from which states which roles may do it and where it
// leads, "=" for staying: written apart from the table, in the words of the
// people concerned. c citizen, d front desk, w department, s supervisor, y system.
var allowed = map[Act]map[string]string{
	ActAcknowledge: {"received reopened": "dwsy triaged"},
	ActAssign:      {"received triaged assigned transferred reopened": "dws assigned", "in_progress scheduled waiting_citizen": "dws ="},
	ActTransfer:    {"received triaged assigned transferred in_progress scheduled waiting_citizen reopened": "dws transferred"},
	ActBegin:       {"received triaged assigned transferred scheduled reopened": "dwsy in_progress"},
	ActSchedule:    {"received triaged assigned transferred in_progress scheduled reopened": "dwsy scheduled"},
	ActAsk:         {"received triaged assigned transferred in_progress scheduled reopened": "dwsy waiting_citizen"},
	ActReply:       {"waiting_citizen": "c assigned"},
	ActResume:      {"waiting_citizen": "dwsy assigned"},
	ActResolve:     {open: "dwsy resolved"},
	ActEnd:         {open: "dwsy closed", "resolved": "dws closed"},
	ActConfirm:     {"resolved": "c closed"},
	ActSettle:      {"resolved": "y closed"},
	ActSendOn:      {open: "dws outside_powers"},
	ActReject:      {open: "ws rejected"},
	ActMerge:       {open: "dws duplicate"},
	ActAbsorb:      {every: "dwsy ="},
	ActSplit:       {open: "dwsy ="},
	ActReopen:      {"resolved closed": "cdwsy reopened", "outside_powers duplicate rejected": "dwsy reopened"},
	ActWithdraw:    {open: "c closed"},
	ActMessage:     {every: "dwsy ="},
	ActWrite:       {"received triaged assigned transferred in_progress scheduled reopened resolved": "c ="},
	ActNote:        {every: "dws ="},
	ActReclassify:  {open: "dws ="},
	ActCorrect:     {open: "dws ="},
	ActHide:        {every: "dws ="},
	ActShow:        {every: "s ="},
	ActInquire:     {"resolved closed": "y ="},
	ActJudge:       {"resolved closed": "c ="},
	ActForward:     {every: "y ="},
	ActCode:        {every: "ds ="},
	ActForget:      {every: "y ="},
}

const (
	open  = "received triaged assigned transferred in_progress scheduled waiting_citizen reopened"
	every = open + " resolved closed outside_powers duplicate rejected"
)

var letterOf = map[Role]string{AsCitizen: "c", AsDesk: "d", AsDepartment: "w", AsSupervisor: "s", AsSystem: "y", AsReader: "r"}

func TestWhoMayDoWhatInWhichState(t *testing.T) {
	if len(allowed) != len(Acts) {
		t.Fatalf("%d acts are decided, there are %d", len(allowed), len(Acts))
	}
	for _, act := range Acts {
		for _, from := range States {
			who, want := "", ""
			for states, rule := range allowed[act] {
				if slices.Contains(strings.Fields(states), string(from)) {
					who, want, _ = strings.Cut(rule, " ")
				}
			}
			if want == "=" {
				want = string(from)
			}
			for _, role := range SpaceRoles {
				to, as, err := Next(from, Assigned, act, role)
				switch {
				case strings.Contains(who, letterOf[role]) && (err != nil || string(to) != want || as != role):
					t.Errorf("%s by %s from %s leads to %q (%v), not to %q", act, role, from, to, err, want)
				case !strings.Contains(who, letterOf[role]) && err == nil:
					t.Errorf("%s by %s from %s leads to %q, and must not", act, role, from, to)
				case who == "" && err != nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Forbidden):
					t.Errorf("%s by %s from %s: %v", act, role, from, err)
				}
			}
		}
	}
}

func TestEveryStateIsOpenOrAtAnEnd(t *testing.T) {
	for _, s := range States {
		if OpenStates.Has(s) == EndStates.Has(s) {
			t.Errorf("%s is both or neither", s)
		}
		if s.IsOpen() != (s == Waiting || working.Has(s)) {
			t.Errorf("%s: the clock neither runs nor is paused", s)
		}
	}
}

func TestOnlyOfficersKeepTheCatalogue(t *testing.T) {
	want := map[OfferAct]map[OfferState]OfferState{
		ActChange:  {Preparing: Preparing, Offered: Offered, Withdrawn: Withdrawn},
		ActPublish: {Preparing: Offered, Offered: Offered, Withdrawn: Offered},
		ActDrop:    {Offered: Offered, Withdrawn: Withdrawn},
		ActRetire:  {Offered: Withdrawn},
		ActRestore: {Withdrawn: Offered},
	}
	for _, act := range OfferActs {
		for _, from := range OfferStates {
			for _, role := range SpaceRoles {
				to, _, err := NextOffer(from, act, role)
				may := role == AsSupervisor || role == AsSystem
				if goal, ok := want[act][from]; (ok && may) != (err == nil) || err == nil && to != goal {
					t.Errorf("%s by %s from %s: %q, %v", act, role, from, to, err)
				}
			}
		}
	}
}
