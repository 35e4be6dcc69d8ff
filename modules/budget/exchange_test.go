package budget

import (
	"strings"
	"testing"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

func TestTheProjectsOfAFileAreTakenOverOnce(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	file := strings.Replace(pastElection, "project_id;cost;name\n1;60;حديقة\n2;50;Éclairage\n3;40;=cmd()", "project_id;cost;name;neighborhood\n1;60;حديقة;الجنوب\n2;50;Éclairage;\n3;40;=cmd();nowhere", 1)
	for range 2 {
		if n := must[int](w)(w.ImportProposals(w.ctx, officer, e.ID, []byte(file))); n != 3 {
			t.Errorf("%d projects", n)
		}
	}
	page := must[store.Page[Proposal]](w)(w.proposals.Find(w.ctx, store.Query{Index: "edition", Equal: []any{e.ID, string(Submitted)}}))
	if len(page.Items) != 3 {
		t.Fatalf("%d proposals", len(page.Items))
	}
	areas := map[string]string{}
	for _, p := range page.Items {
		areas[p.Texts["ar"].Title] = p.Area
		if p.Cost != 0 || p.Author.PersonID != "" || !strings.Contains(p.Texts["ar"].Body, "TND") {
			t.Errorf("%+v", p)
		}
	}
	if areas["حديقة"] != "south" || areas["Éclairage"] != "north" {
		t.Errorf("areas: %v", areas)
	}
	_, err := w.ImportProposals(w.ctx, salma, e.ID, []byte(file))
	w.refuses(err, fault.Forbidden, "a citizen takes a file over")
	_, err = w.ImportProposals(w.ctx, officer, e.ID, []byte("no file"))
	if problem(err) != "file" {
		t.Errorf("no file: %v", err)
	}
	e = w.until(e, Assessing)
	_, err = w.ImportProposals(w.ctx, officer, e.ID, []byte(file))
	w.refuses(err, fault.Conflict, "after the time of proposals")
	w.sound()
}

func TestTheBallotsOfAFileWaitForAnotherAgentAndForPeopleTickedOff(t *testing.T) {
	h := newHall(t)
	e := h.vote(nil)
	first, second := deskOf("first", auth.Officer), deskOf("second", auth.FrontDesk)
	const file = "META\nkey;value\nbudget;1\nvote_type;approval\nPROJECTS\nproject_id;cost\n1;1\n2;1\nVOTES\nvoter_id;vote\na;1,2\nb;2\nc;\n"
	for range 2 {
		n, err := h.ImportBallots(h.ctx, first, e.ID, "", []byte(file))
		h.must(err)
		if n != 1 {
			t.Errorf("%d batches", n)
		}
	}
	page, err := h.Batches(h.ctx, first, e.ID, "")
	h.must(err)
	if len(page.Items) != 1 || len(page.Items[0].Ballots) != 3 || page.Items[0].State != BatchEntered {
		t.Fatalf("%+v", page.Items)
	}
	if _, err := h.ConfirmBatch(h.ctx, first, page.Items[0].ID); !fault.Is(err, fault.Forbidden) {
		t.Errorf("confirmed by who sent it: %v", err)
	}
	if _, err := h.ConfirmBatch(h.ctx, second, page.Items[0].ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("confirmed without people ticked off: %v", err)
	}
	for _, bad := range []string{strings.Replace(file, "a;1,2", "a;1,1,2,2,1", 1), strings.ReplaceAll(file, "2", "9")} {
		if _, err := h.ImportBallots(h.ctx, first, e.ID, "", []byte(bad)); problem(err) != "file" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
