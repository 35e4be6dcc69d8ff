package budget

import (
	"time"

	"musharaka/modules/budget/tally"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
)

// span is a phase of a template and how many days it takes.
type span struct {
	phase Phase
	days  int
}

// spans are the calendars of the templates, as editions of the two countries ran
// (domain facts 2.9 and 3.2). An officer sets the days that apply.
var spans = map[Template][]span{
	ZoneForums:    {{Informing, 30}, {Proposing, 45}, {Assessing, 45}, {Costing, 14}, {Voting, 14}, {Deliberating, 45}, {Executing, 365}, {Accounting, 30}},
	FourWorkshops: {{Informing, 28}, {Proposing, 21}, {Assessing, 28}, {Costing, 14}, {Voting, 3}, {Counting, 7}, {Deliberating, 30}, {Executing, 365}, {Accounting, 14}},
	SingleBallot:  {{Informing, 21}, {Proposing, 42}, {Moderating, 14}, {Assessing, 60}, {Costing, 14}, {Voting, 21}, {Counting, 7}, {Deliberating, 30}, {Executing, 365}, {Accounting, 30}},
}

// currencies of the countries.
var currencies = map[string]string{"TN": "TND", "MA": "MAD"}

// criterionNames are the criteria of equity that a delegates' forum begins with.
var criterionNames = []struct {
	key, name string
	weight    int
}{
	{"people", i18n.Msg("How many inhabitants it serves"), 30},
	{"lack", i18n.Msg("How much the zone lacks such equipment"), 30},
	{"vulnerable", i18n.Msg("What it changes for people with the least means"), 20},
	{"inclusion", i18n.Msg("What it changes for women, young people and people with disabilities"), 20},
}

// serviceNames are the services an edition begins with.
var serviceNames = []struct{ key, name string }{
	{"technical", i18n.Msg("Technical service")},
	{"finance", i18n.Msg("Financial service")},
	{"green", i18n.Msg("Service of cleanliness and green spaces")},
}

// begin returns a draft edition from a template, whose first phase begins on
// the first day of the month after now.
func begin(t Template, a Authority, now time.Time, words *i18n.Catalogues) Edition {
	zone := clock.Zone(a.Country)
	local := now.In(zone)
	start := time.Date(local.Year(), local.Month()+1, 1, 0, 0, 0, 0, zone)
	e := Edition{
		Authority: a.ID, Country: a.Country, Template: t, Phase: Drafting, CreatedAt: now, ChangedAt: now, Texts: map[string]EditionText{},
		Rules: Rules{
			Currency: currencies[a.Country], Selection: ByBallot, Channels: []Channel{Online, Paper, Counter},
			Ballot: BallotRules{Kind: Approval, Min: 1, Max: 5, PointsTotal: 10, PointsEach: 5, MayBlank: true},
			Tally:  TallyRules{Rule: tally.MESCostAdd1Overspend, Tie: "cost,score,lot", Beside: tally.Greedy},
		},
	}
	at := start
	for _, s := range spans[t] {
		to := time.Date(at.Year(), at.Month(), at.Day()+s.days, 0, 0, 0, 0, zone)
		e.Calendar = append(e.Calendar, Stage{s.phase, at.UTC(), to.UTC()})
		at = to
	}
	voting, _ := e.Calendar.Stage(Voting)
	proposing, _ := e.Calendar.Stage(Proposing)
	e.Year = voting.From.In(zone).Year()
	e.Rules.Proposers = Eligibility{MinAge: 16, AgeOn: proposing.From, Ties: []Tie{Residence, Activity}}
	e.Rules.Voters = Eligibility{MinAge: 16, AgeOn: voting.From, Ties: []Tie{Residence}, Level: 1}
	switch t {
	case ZoneForums:
		e.Rules.Selection, e.Rules.Channels = ByDelegates, nil
	case FourWorkshops:
		e.Rules.Channels, e.Rules.Ballot.Max, e.Rules.Tally.Rule, e.Rules.Tally.Beside = []Channel{Paper}, 3, tally.Greedy, tally.MESCostAdd1Overspend
	}
	for _, c := range criterionNames {
		e.Rules.Criteria = append(e.Rules.Criteria, Criterion{Key: c.key, Names: inAll(words, a.Country, c.name), Weight: c.weight})
	}
	for _, d := range serviceNames {
		e.Departments = append(e.Departments, Department{Key: d.key, Names: inAll(words, a.Country, d.name)})
	}
	return e
}

// inAll writes a sentence in every language, as an officer would.
func inAll(words *i18n.Catalogues, country, id string) map[string]string {
	all := map[string]string{}
	for _, lang := range []string{"ar", "fr", "en"} {
		all[lang] = words.Locale(lang, country).T(id)
	}
	return all
}
