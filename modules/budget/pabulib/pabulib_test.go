package pabulib

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"musharaka/modules/budget/tally"
	"musharaka/modules/kit/fault"
)

func example(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func mustRead(tb testing.TB, data []byte) *File {
	tb.Helper()
	f, err := Read(data)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

func TestAFileIsReadAsItStands(t *testing.T) {
	f := mustRead(t, example(t, "approval.pb"))
	want := &tally.Election{
		Budget: 12000050, Unit: 100, Threshold: 2,
		Projects: []tally.Project{{ID: "01", Cost: 4500025}, {ID: "1", Cost: 6000000, Lot: 1}, {ID: "B/4", Cost: 3000000, Lot: 2}, {ID: "Z", Cost: 1200000, Lot: 3}},
		Ballots: []tally.Ballot{
			{Votes: []tally.Vote{{Project: 0, Points: 1}, {Project: 1, Points: 1}}},
			{Votes: []tally.Vote{{Project: 0, Points: 1}, {Project: 2, Points: 1}}},
			{Votes: []tally.Vote{{Project: 2, Points: 1}}},
			{Votes: []tally.Vote{{Project: 2, Points: 1}, {Project: 1, Points: 1}, {Project: 2, Points: 1}}},
			{},
			{Votes: []tally.Vote{{Project: 0, Points: 1}, {Project: 2, Points: 1}}},
		},
	}
	if !reflect.DeepEqual(f.Election, want) {
		t.Errorf("read %+v", f.Election)
	}
	name := f.Projects.Column("name")
	for i, want := range []string{`Éclairage "solaire" de la corniche`, "Parc; et jeux", `Le "grand" marché`, "حديقة"} {
		if got := f.Projects.Rows[i][name]; got != want {
			t.Errorf("a name was read as %q, want %q", got, want)
		}
	}
	// One voter names B/4 twice, which is one vote.
	if len(f.Warnings) != 0 {
		t.Errorf("warned of %v", f.Warnings)
	}
	if f.Value("currency") != "TND" || f.Value("nothing") != "" {
		t.Error("META was read wrongly")
	}
}

func TestPointsAndRanksBecomePoints(t *testing.T) {
	points := mustRead(t, example(t, "points.pb")).Election
	if points.Budget != 10000 || points.Unit != 10 || points.Projects[1].Cost != 3505 {
		t.Errorf("money was read as %+v", points)
	}
	if want := []tally.Vote{{Project: 2, Points: 5}, {Project: 0, Points: 0}}; !slices.Equal(points.Ballots[1].Votes, want) {
		t.Errorf("points were read as %v", points.Ballots[1].Votes)
	}
	ranks := mustRead(t, example(t, "ranking.pb")).Election
	if want := []tally.Vote{{Project: 3, Points: 3}, {Project: 1, Points: 2}, {Project: 0, Points: 1}}; !slices.Equal(ranks.Ballots[2].Votes, want) {
		t.Errorf("ranks were read as %v", ranks.Ballots[2].Votes)
	}
}

func TestFractionsOfPointsAreExact(t *testing.T) {
	data := strings.Replace(string(example(t, "points.pb")), "A,B;3,2", "A,B;2.75,2.25", 1)
	f := mustRead(t, []byte(strings.Replace(data, "max_sum_points;5", "min_project_score_threshold;6.255", 1)))
	if got := f.Election.Ballots[0].Votes[0].Points; got != 275 || f.Election.Threshold != 626 {
		t.Errorf("2.75 points are %d hundredths, a threshold of 6.255 is %d", got, f.Election.Threshold)
	}
}

func TestAMalformedFileIsRefusedWithLineAndReason(t *testing.T) {
	good := string(example(t, "ranking.pb"))
	points := string(example(t, "points.pb"))
	for _, c := range []struct {
		name, text string
		line       int
		reason     string
	}{
		{"nothing", "", 1, "no section META"},
		{"another beginning", "hello\n" + good, 1, "must begin with a line META"},
		{"no projects", strings.Replace(good, "PROJECTS", "PROJETS", 1), 18, "no section PROJECTS"},
		{"no votes", good[:strings.Index(good, "VOTES")], 11, "no section VOTES"},
		{"no budget", strings.Replace(good, "budget;100\n", "", 1), 3, "no budget"},
		{"a budget in words", strings.Replace(good, "budget;100", "budget;much", 1), 3, `"much" is not an amount`},
		{"a negative budget", strings.Replace(good, "budget;100", "budget;-1", 1), 3, "not an amount"},
		{"an endless budget", strings.Replace(good, "budget;100", "budget;1000000000000001", 1), 3, "too large"},
		{"no vote type", strings.Replace(good, "vote_type;ordinal\n", "", 1), 3, "no vote_type"},
		{"an unknown vote type", strings.Replace(good, "ordinal", "oral", 1), 4, `no vote type "oral"`},
		{"no cost column", strings.Replace(good, "project_id;cost", "project_id;price", 1), 6, "no column cost"},
		{"an empty section", "META\nkey;value\nbudget;1\nvote_type;approval\nPROJECTS\nVOTES\nvoter_id;vote\n", 1, "PROJECTS is empty"},
		{"a project without id", strings.Replace(good, "B;50", ";50", 1), 8, "no id"},
		{"a project twice", strings.Replace(good, "B;50", "A;50", 1), 8, "a project A already"},
		{"a cost in words", strings.Replace(good, "B;50", "B;5o", 1), 8, `"5o" is not an amount`},
		{"a cost with two points", strings.Replace(good, "B;50", "B;5.0.1", 1), 8, "not an amount"},
		{"too few cells", strings.Replace(good, "B;50", "B", 1), 8, "1 cells where the header has 2"},
		{"too many cells", strings.Replace(good, "4;B,C,D", "4;B,C,D;", 1), 16, "3 cells where the header has 2"},
		{"a voter twice", strings.Replace(good, "4;B,C,D", "3;B,C,D", 1), 16, "a voter 3 already"},
		{"an unknown project", strings.Replace(good, "4;B,C,D", "4;B,E,D", 1), 16, `no project "E"`},
		{"an open quotation", strings.Replace(good, "4;B,C,D", `4;"B,C,D`, 1), 16, "not closed"},
		{"bytes that are no text", strings.Replace(good, "4;B,C,D", "4;B\xff", 1), 16, "UTF-8"},
		{"no points", strings.Replace(points, ";points", ";pts", 1), 12, "no column points"},
		{"too few points", strings.Replace(points, "A,B;3,2", "A,B;3", 1), 13, "1 points for 2 projects"},
		{"points in words", strings.Replace(points, "A,B;3,2", "A,B;3,two", 1), 13, `"two" is not a number`},
		{"negative points", strings.Replace(points, "A,B;3,2", "A,B;3,-2", 1), 13, "not a number"},
		{"endless points", strings.Replace(points, "A,B;3,2", "A,B;3,2000000000", 1), 13, "too large"},
		{"two where one is asked", strings.Replace(good, "ordinal", "choose-1", 1), 13, "more than one project"},
	} {
		_, err := Read([]byte(c.text))
		var at *Error
		switch {
		case !errors.As(err, &at) || !fault.Is(err, fault.Invalid):
			t.Errorf("%s: got %v", c.name, err)
		case at.Line != c.line || !strings.Contains(at.Reason, c.reason):
			t.Errorf("%s: got %v, want line %d: …%s", c.name, at, c.line, c.reason)
		}
	}
}

func TestWhatIsRedundantIsCheckedAndNotTrusted(t *testing.T) {
	data := strings.Replace(string(example(t, "approval.pb")), "45000.250;3", "45000.250;9", 1)
	f := mustRead(t, []byte(strings.Replace(data, "num_votes;6", "num_votes;7", 1)))
	if len(f.Warnings) != 2 || f.Warnings[1].Line != 17 || f.Warnings[1].Reason != "votes is 9, the ballots have 3" {
		t.Errorf("warned of %v", f.Warnings)
	}
}

func TestWhatIsWrittenIsReadBackTheSame(t *testing.T) {
	for _, name := range []string{"approval.pb", "points.pb", "ranking.pb"} {
		roundTrip(t, name, example(t, name))
	}
	public, _ := filepath.Glob("../../../../shared/pb/public/*.pb")
	if len(public) == 0 {
		t.Skip("The real elections are not here: shared/pb/public stands beside the repository where it is checked.")
	}
	for _, name := range public {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		roundTrip(t, name, data)
	}
}

func roundTrip(t *testing.T, name string, data []byte) {
	t.Helper()
	f := mustRead(t, data)
	written, err := f.Write()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	again := mustRead(t, written)
	if !reflect.DeepEqual(f.Election, again.Election) {
		t.Errorf("%s: the election changed", name)
	}
	twice, err := again.Write()
	if err != nil || !bytes.Equal(written, twice) {
		t.Errorf("%s: writing again gives another text (%v)", name, err)
	}
}

func TestColumnsAreWrittenInTheCollectionsOrderAndNames(t *testing.T) {
	written, err := mustRead(t, example(t, "approval.pb")).Write()
	if err != nil {
		t.Fatal(err)
	}
	text := string(written)
	for _, want := range []string{
		"META\nkey;value\ndescription;", "rule;equalshares/add1\nmin_project_score_threshold;2\ncurrency;TND\nPROJECTS\n",
		"project_id;cost;votes;name;beneficiaries\n01;45000.250;3;Éclairage \"solaire\"", "\nvoter_id;vote;age;sex;voting_method\n",
		"1;60000;2;\"Parc; et jeux\";children\n", `;Le "grand" marché;`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestALineBreakInACellIsNotWritten(t *testing.T) {
	f := mustRead(t, example(t, "ranking.pb"))
	f.Meta = append(f.Meta, Entry{"comment", "#1: a\nb"})
	if _, err := f.Write(); !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v", err)
	}
}

func TestMoneyIsWrittenWithAllItsDigits(t *testing.T) {
	for _, c := range []struct {
		amount   int64
		decimals int
		want     string
	}{{0, 3, "0"}, {5, 3, "0.005"}, {1500, 3, "1.5"}, {-25, 2, "-0.25"}, {700, 2, "7"}, {700, 0, "700"}} {
		if got := FormatMoney(c.amount, c.decimals); got != c.want {
			t.Errorf("%d with %d decimals is written %s, want %s", c.amount, c.decimals, got, c.want)
		}
	}
}

// FuzzRead looks for files on which reading fails otherwise than with a line and
// a reason, or which change when they are written and read again.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"approval.pb", "points.pb", "ranking.pb"} {
		f.Add(example(f, name))
	}
	f.Add([]byte("META\nbudget;1,5\nvote_type;approval\nPROJECTS\nproject_id;cost\n\"a\"b;1\nVOTES\nvote;voter_id\n;\"\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Read(data)
		if err != nil {
			var at *Error
			if !errors.As(err, &at) || at.Line < 1 || at.Reason == "" {
				t.Fatalf("got %v", err)
			}
			return
		}
		if _, err := tally.Run(file.Election, tally.Options{Rule: tally.MESCost}); err != nil {
			t.Fatalf("what was read cannot be counted: %v", err)
		}
		written, err := file.Write()
		if err != nil {
			return // a cell holds a line break of another kind
		}
		again, err := Read(written)
		if err != nil || !reflect.DeepEqual(file.Election, again.Election) {
			t.Fatalf("%v: written as %q", err, written)
		}
	})
}

const sound = "META\nkey;value\ndescription;d\ncountry;Tunisia\nunit;u\ninstance;2027\nnum_projects;2\nnum_votes;2\nbudget;100\nvote_type;approval\nrule;greedy\ndate_begin;01.02.2027\ndate_end;2027\nmin_length;1\nmax_length;2\ncurrency;TND\ncomment;#1: x\n" +
	"PROJECTS\nproject_id;cost;votes;name;selected\n1;60;2;a;1\n2;50;1;b;0\nVOTES\nvoter_id;vote;age;sex;voting_method\n1;1,2;18-24;F;internet\n2;1;;;paper\n"

func TestASoundFilePassesAndEveryFaultIsNamed(t *testing.T) {
	if got := Check([]byte(sound)); len(got) > 0 {
		t.Fatalf("a sound file: %v", got)
	}
	for change, want := range map[[2]string]string{
		{"country;Tunisia\n", ""}:                                      "META has no country",
		{"unit;u\n", "unit;u\nplanet;x\n"}:                             "unknown key planet",
		{"currency;TND\ncomment;#1: x", "comment;#1: x\ncurrency;TND"}: "currency stands too late",
		{"comment;#1: x", "comment;x"}:                                 "comment cannot be",
		{"rule;greedy", "rule;lottery"}:                                "rule cannot be",
		{"01.02.2027", "1/2/27"}:                                       "date_begin cannot be",
		{"num_votes;2", "num_votes;3"}:                                 "num_votes is 3",
		{"60;2;a", "60;3;a"}:                                           "votes is 3",
		{"budget;100", "budget;120"}:                                   "everything fits",
		{"budget;100", "budget;55"}:                                    "more than the whole budget",
		{"50;1;b;0", "50;1;b;1"}:                                       "selected projects cost more",
		{"2;50;1", "2;30;1"}:                                           "would still fit",
		{"1;1,2;", "1;1,1,2;"}:                                         "names a project twice",
		{"2;1;;;paper", "2;;;;paper"}:                                  "names 0 projects",
		{"paper", "pigeon"}:                                            "voting method",
		{"18-24", "young"}:                                             "no form that is known",
		{"name;selected", "selected;name"}:                             "name stands too late",
		{"project_id;cost;votes;name", "project_id;cost;votes;target"}: "unknown column target",
		{"VOTES\n", "\nVOTES\n"}:                                       "is empty",
		{"unit;u", "unit; u"}:                                          "white space",
		{"2;50;1;b;0", "2;50;0;b;0"}:                                   "votes is 0",
	} {
		text := strings.Replace(sound, change[0], change[1], 1)
		if got := strings.Join(Check([]byte(text)), "\n"); !strings.Contains(got, want) {
			t.Errorf("%q for %q: found %q, not %q", change[1], change[0], got, want)
		}
	}
}

// What the collection publishes passes but for what its cities did.
func TestRealFilesPassTheChecksAgainWhenTheyAreWritten(t *testing.T) {
	data, err := os.ReadFile("../../../../shared/pb/public/Poland_Warszawa_2024_Rembertow.pb")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("The real elections are not here: shared/pb/public stands beside the repository where it is checked.")
	}
	if err != nil {
		t.Fatal(err)
	}
	f, err := Read(data)
	if err != nil {
		t.Fatal(err)
	}
	out, err := f.Write()
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range Check(out) {
		t.Error(wrong)
	}
}
