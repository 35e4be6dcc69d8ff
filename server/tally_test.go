package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const smallElection = `META
key;value
budget;100.50
vote_type;approval
PROJECTS
project_id;cost
A;70
B;60.25
C;30
D;0.25
VOTES
voter_id;vote
1;A
2;A
3;A
4;B
5;B
6;C
`

func runTally(t *testing.T, election string, args ...string) (code int, out, errs string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "small.pb")
	if err := os.WriteFile(file, []byte(election), 0o600); err != nil {
		t.Fatal(err)
	}
	var o, e bytes.Buffer
	code = run(context.Background(), append(append([]string{"tally"}, args...), file), func(string) (string, bool) { return "", false }, &o, &e)
	return code, o.String(), e.String()
}

func TestTallyPrintsWinnersInTheOrderOfSelection(t *testing.T) {
	code, out, errs := runTally(t, smallElection, "--rule", "greedy", "--supported-only")
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	if got := strings.Fields(out); strings.Join(got, " ") != "1 A 70 2 C 30 cost 100, remaining 0.5 of 100.5" {
		t.Errorf("printed %q", out)
	}
}

func TestTallyAnswersInJSON(t *testing.T) {
	code, out, errs := runTally(t, smallElection, "--rule", "greedy", "--json")
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	var got struct {
		Rule         string
		Budget, Cost json.Number
		Winners      []string
		Seconds      *float64
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if got.Rule != "greedy" || got.Budget != "100.5" || got.Cost != "100.25" || strings.Join(got.Winners, " ") != "A C D" || got.Seconds == nil {
		t.Errorf("answered %s", out)
	}
}

func TestTallyNamesTheLineOfAMalformedFile(t *testing.T) {
	broken := strings.Replace(smallElection, "4;B", "4;E", 1)
	code, out, errs := runTally(t, broken, "--rule", "greedy")
	if code != exitUnusable || out != "" || !strings.Contains(errs, `small.pb: line 16: there is no project "E" to vote for`) {
		t.Errorf("exit code %d, %q, %q", code, out, errs)
	}
}

func TestAStepMayBeFinerThanTheAmountsOfTheFile(t *testing.T) {
	for _, step := range []string{"1", "0.01", "0.001"} { // the file's amounts have two decimals
		code, out, errs := runTally(t, smallElection, "--rule", "mes_cost_add1u", "--supported-only", "--step", step)
		if code != exitOK || !strings.HasSuffix(strings.TrimSpace(out), "cost 100, remaining 0.5 of 100.5") {
			t.Errorf("--step %s: %d, %q, %q", step, code, out, errs)
		}
	}
}

func TestTallyRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, args := range [][]string{
		{"--rule", "dictator"}, {}, {"--rule", "greedy", "--tie", "beauty"}, {"--rule", "mes_cost_add1", "--step", "0"},
		{"--rule", "mes_cost_add1", "--step", "-1"}, {"--rule", "mes_cost_add1", "--step", "0.00000000000001"},
	} {
		if code, _, errs := runTally(t, smallElection, args...); code != exitUnusable || errs == "" {
			t.Errorf("%v: exit code %d, %q", args, code, errs)
		}
	}
}
