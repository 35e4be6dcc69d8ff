package main

import (
	"testing"

	"musharaka/modules/council"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
)

func TestACouncilTakesUpAPetitionOrABudgetOfItsOwn(t *testing.T) {
	w := theWorld(t)
	p, err := w.app.petitions.Get(t.Context(), auth.System, w.petitions["MA agenda"])
	if err != nil {
		t.Fatal(err)
	}
	s := councilSubjects{w.app}
	for words, path := range map[string]string{
		p.Reference: "/petitions/" + p.ID,
		"https://petitions.example/fr/petitions/" + p.ID:                              "/petitions/" + p.ID,
		"https://petitions.example/ar/budgets/" + w.budgeted.proposing + "/proposals": "/budgets/" + w.budgeted.proposing,
		"/budgets/" + w.budgeted.draft:                                                "", // nobody knows of it yet
		"/budgets/none":                                                               "",
		"PET-1999-0001":                                                               "",
	} {
		found, err := s.Find(t.Context(), town, words)
		if path == "" && !fault.Is(err, fault.NotFound) || path != "" && (err != nil || s.Path(found) != path || found.Title == "" || s.Label(found.Kind) == "") {
			t.Errorf("%q is %+v, %v", words, found, err)
		}
		if found, err := s.Find(t.Context(), neighbour, words); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q is %+v for another council, %v", words, found, err)
		}
	}
	if path := s.Path(council.Subject{Kind: "other", ID: "x"}); path != "" {
		t.Errorf("what is not known leads to %q", path)
	}
	steps, err := s.Steps(t.Context(), w.actor("officer"), council.Subject{Kind: budgetKind, ID: w.budgeted.proposing}, true)
	if err != nil || len(steps) != 0 {
		t.Errorf("a budget is led on by an agenda: %v, %v", steps, err)
	}
}
