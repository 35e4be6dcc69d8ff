package tally_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"musharaka/modules/budget/pabulib"
	"musharaka/modules/budget/tally"
)

// publicFolder holds the real elections and the winners that independent
// implementations computed. It stands beside the repository, not in it.
const publicFolder = "../../../../shared/pb/public"

type reference struct {
	Voters   int64
	Projects int
	Rules    map[tally.Rule]struct {
		Winners []string
		Cost    string
	}
}

func references(tb testing.TB) map[string]reference {
	data, err := os.ReadFile(filepath.Join(publicFolder, "expected.json"))
	if errors.Is(err, fs.ErrNotExist) {
		tb.Skip("The real elections are not here: shared/pb/public stands beside the repository where it is checked.")
	}
	if err != nil {
		tb.Fatal(err)
	}
	var all struct{ Files map[string]reference }
	if err := json.Unmarshal(data, &all); err != nil {
		tb.Fatal(err)
	}
	if len(all.Files) == 0 {
		tb.Fatal("expected.json names no file")
	}
	return all.Files
}

func load(tb testing.TB, name string) *pabulib.File {
	data, err := os.ReadFile(filepath.Join(publicFolder, name))
	if err != nil {
		tb.Fatal(err)
	}
	f, err := pabulib.Read(data)
	if err != nil {
		tb.Fatalf("%s: %v", name, err)
	}
	return f
}

func TestRealElectionsHaveTheWinnersOfTheReferences(t *testing.T) {
	for name, want := range references(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := load(t, name)
			if tally.UnderRace() && len(f.Election.Ballots) > 2000 {
				t.Skip("A large election: counted without the race detector.")
			}
			for rule, expected := range want.Rules {
				res, err := tally.Run(f.Election, tally.Options{Rule: rule, FundUnsupported: true})
				if err != nil {
					t.Fatal(err)
				}
				winners := res.IDs(f.Election)
				slices.Sort(winners)
				if !slices.Equal(winners, expected.Winners) || pabulib.FormatMoney(res.Cost, f.Decimals) != expected.Cost {
					t.Errorf("%s: winners %v at %s, want %v at %s", rule, winners, pabulib.FormatMoney(res.Cost, f.Decimals), expected.Winners, expected.Cost)
				}
				if res.Voters != want.Voters || len(f.Election.Projects) != want.Projects {
					t.Errorf("%s: %d voters and %d projects, want %d and %d", rule, res.Voters, len(f.Election.Projects), want.Voters, want.Projects)
				}
			}
		})
	}
}
