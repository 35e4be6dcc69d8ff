package budget

import (
	"strings"
	"testing"
	"time"

	"musharaka/modules/budget/tally"
	"musharaka/modules/kit/fault"
)

const pastElection = "META\nkey;value\ndescription;x\nunit;Sfax\ninstance;2019\nbudget;100\nvote_type;approval\nrule;greedy\ncurrency;TND\n" +
	"PROJECTS\nproject_id;cost;name\n1;60;حديقة\n2;50;Éclairage\n3;40;=cmd()\nVOTES\nvoter_id;vote;sex\n1;1,3;F\n2;1;F\n3;2;M\n4;2,3;F\n5;2;F\n"

func TestAFileIsCountedInTheBackgroundAndKeptForAWeek(t *testing.T) {
	w := newWorld(t)
	id := must[string](w)(w.Try(w.ctx, []byte(pastElection), "", ""))
	if r := must[Result](w)(w.Trial(w.ctx, id)); r.State != ResultWaiting || r.Title != "Sfax · 2019" {
		t.Errorf("%s, %q", r.State, r.Title)
	}
	w.runJobs()
	r := must[Result](w)(w.Trial(w.ctx, id))
	doc := must[ResultDocument](w)(r.Parsed())
	if r.State != ResultDone || r.Hash != hashOf(r.Document) || doc.Rules.Rule != tally.Greedy || doc.Rules.Beside != tally.MESCostAdd1U {
		t.Fatalf("%s, %+v", r.State, doc.Rules)
	}
	p := doc.Parts[0]
	if p.Cost != 90 || !p.Projects[1].Won() || !p.Projects[2].Won() || p.Projects[0].Missing != 50 {
		t.Errorf("cost %d: %+v", p.Cost, p.Projects)
	}
	if got := string(must[[]byte](w)(w.TrialFile(w.ctx, id))); got != pastElection {
		t.Errorf("the file came back as %q", got)
	}
	w.sound()
	w.clock.Advance(trialKept)
	_, err := w.Trial(w.ctx, id)
	w.refuses(err, fault.NotFound, "after a week")
	w.must(w.forgetTrials(w.ctx))
	if _, err := w.papers.Get(w.ctx, trialFile(id)); !isNotFound(err) {
		t.Errorf("the file is still there: %v", err)
	}
	if _, err := w.counts.Get(w.ctx, id); !isNotFound(err) {
		t.Errorf("the result is still there: %v", err)
	}
}

func TestTheAskedRuleIsTheOneCounted(t *testing.T) {
	w := newWorld(t)
	id := must[string](w)(w.Try(w.ctx, []byte(pastElection), tally.Phragmen, "nonsense"))
	w.runJobs()
	doc := must[ResultDocument](w)(must[Result](w)(w.Trial(w.ctx, id)).Parsed())
	if doc.Rules.Rule != tally.Phragmen || doc.Rules.Beside != tally.MESCostAdd1U {
		t.Errorf("%+v", doc.Rules)
	}
}

func TestAFileThatIsNoElectionIsRefusedWithItsLine(t *testing.T) {
	w := newWorld(t)
	for _, data := range []string{"", "\x00\x00", "<script>", strings.Replace(pastElection, "1;60", "1;sixty", 1), strings.Replace(pastElection, "4;2,3", "4;9", 1)} {
		if _, err := w.Try(w.ctx, []byte(data), "", ""); problem(err) != "file" {
			t.Errorf("%.20q: %v", data, err)
		}
	}
	if _, err := w.Try(w.ctx, make([]byte, TrialBytes+1), "", ""); problem(err) != "file" {
		t.Errorf("a large file: %v", err)
	}
}

func TestACountThatTakesTooLongIsGivenUp(t *testing.T) {
	w := newWorld(t)
	id := must[string](w)(w.Try(w.ctx, []byte(pastElection), tally.MESCostAdd1, ""))
	w.must(w.giveUp(w.ctx, id, fault.New(fault.Unavailable, "The count took too long and was given up.")))
	w.runJobs()
	if r := must[Result](w)(w.Trial(w.ctx, id)); r.State != ResultFailed || r.Problem == "" {
		t.Errorf("%s, %q", r.State, r.Problem)
	}
}

func TestTheReasonsSayWhatTheCountKnows(t *testing.T) {
	w := newWorld(t)
	tr := w.Words.Locale("fr", "TN")
	for rule, want := range map[tally.Rule][]string{
		tally.Greedy:       {"50,000", "60,000"}, // when its turn came
		tally.MESCostAdd1U: {"2"},                // supporters
		tally.Phragmen:     {},                   //
		tally.MESCost:      {"20,000"},
	} {
		id := must[string](w)(w.Try(w.ctx, []byte(pastElection), rule, ""))
		w.runJobs()
		doc := must[ResultDocument](w)(must[Result](w)(w.Trial(w.ctx, id)).Parsed())
		p := doc.Parts[0]
		var all []string
		for i := range p.Projects {
			text := why(tr, p, rule, i)
			if text == "" || strings.Contains(text, "{") {
				t.Errorf("%s: project %d: %q", rule, i, text)
			}
			all = append(all, text)
		}
		found := len(want) == 0
		for _, part := range want {
			found = found || strings.Contains(strings.Join(all, "\n"), part)
		}
		if !found {
			t.Errorf("%s: none of %v in %q", rule, want, all)
		}
		w.clock.Advance(time.Minute)
	}
}
