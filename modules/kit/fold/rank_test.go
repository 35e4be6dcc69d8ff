package fold

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestStemsAreDifferentAndBounded(t *testing.T) {
	if got := Stems("إصلاح الطرقات لإصلاح طريق وإنارة", 2); len(got) != 2 || got[0] == got[1] {
		t.Errorf("the stems are %v", got)
	}
	if got := Stems(strings.Repeat("ق", 200)+" route", 5); len(got) != 1 {
		t.Errorf("a word of 200 letters is looked up: %v", got)
	}
}

func TestWhatHoldsMoreAndRarerWordsComesFirst(t *testing.T) {
	holding := map[string][]string{"often": {"a", "b", "c", "d"}, "rare": {"d", "e"}}
	of := func(w string) ([]string, error) { return holding[w], nil }
	same := func(s string) string { return s }
	all, err := Rank([]string{"often", "rare", "none"}, 4, of, same, func(a, b string) int { return strings.Compare(b, a) })
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, r := range all {
		order = append(order, r.Item)
	}
	if !slices.Equal(order, []string{"d", "e", "c", "b", "a"}) { // both words, the rare one, then as the caller says
		t.Errorf("the order is %v", order)
	}
	if all[0].Score >= 1 || all[0].Score <= all[1].Score || all[4].Score <= 0 {
		t.Errorf("the scores are %v", all)
	}
	if all, _ := Rank([]string{"rare"}, 4, of, same, strings.Compare); all[0].Score != 1 {
		t.Errorf("what holds every word scores %v", all[0].Score)
	}
	broken := errors.New("broken")
	if _, err := Rank([]string{"x"}, 4, func(string) ([]string, error) { return nil, broken }, same, strings.Compare); !errors.Is(err, broken) {
		t.Errorf("a fault became %v", err)
	}
}
