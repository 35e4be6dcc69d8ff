package budget

import (
	"slices"
	"strings"
	"unicode"

	"musharaka/modules/budget/outcome"
	"musharaka/modules/budget/tally"
	"musharaka/modules/kit/i18n"
	"musharaka/views/ui"
)

// tallyLabels are the names (message ids) of the rules by which ballots are counted.
var tallyLabels = map[tally.Rule]string{
	tally.Greedy:               i18n.Msg("Most votes first"),
	tally.GreedyNoSkip:         i18n.Msg("Most votes first, until one does not fit"),
	tally.GreedyThreshold:      i18n.Msg("Most votes first, with a least number of votes"),
	tally.MESCost:              i18n.Msg("Equal shares, without completion"),
	tally.MESCard:              i18n.Msg("Equal shares by number of projects, without completion"),
	tally.MESPoints:            i18n.Msg("Equal shares by points, without completion"),
	tally.MESPointsCost:        i18n.Msg("Equal shares by points and cost, without completion"),
	tally.MESCostU:             i18n.Msg("Equal shares, then most votes first"),
	tally.MESCostAdd1:          i18n.Msg("Equal shares, raised until nothing more fits"),
	tally.MESCardAdd1:          i18n.Msg("Equal shares by number of projects, raised until nothing more fits"),
	tally.MESPointsAdd1:        i18n.Msg("Equal shares by points, raised until nothing more fits"),
	tally.MESCostAdd1U:         i18n.Msg("Equal shares, raised, then most votes first"),
	tally.MESCardAdd1U:         i18n.Msg("Equal shares by number of projects, raised, then most votes first"),
	tally.MESPointsAdd1U:       i18n.Msg("Equal shares by points, raised, then most points first"),
	tally.MESCostAdd1Overspend: i18n.Msg("Equal shares, raised as far as the envelope allows"),
	tally.MESCostAdd1UInt:      i18n.Msg("Equal shares from a whole amount, raised, then most votes first"),
	tally.Phragmen:             i18n.Msg("Phragmén's method: the load of the costs spread evenly"),
}

// TallyLabel is the name (message id) of a rule by which ballots are counted.
func TallyLabel(r tally.Rule) string { return tallyLabels[r] }

// ruleFamily is what a reader must know to read the rounds of a rule.
type ruleFamily int

const (
	familyMost ruleFamily = iota
	familyShares
	familyLoads
)

func familyOf(r tally.Rule) ruleFamily {
	switch {
	case r == tally.Phragmen:
		return familyLoads
	case slices.Contains([]tally.Rule{tally.Greedy, tally.GreedyNoSkip, tally.GreedyThreshold}, r):
		return familyMost
	}
	return familyShares
}

// roundsIntro are the sentences (message ids) that say how to read the rounds.
var roundsIntro = map[ruleFamily]string{
	familyMost:   i18n.Msg("The projects are taken in the order of their votes, each that still fits into the money that is left."),
	familyShares: i18n.Msg("Every voter has an equal share of the money. In each round the project is funded whose supporters must pay the least for what they get; they pay in equal parts, and who has less left gives that."),
	familyLoads:  i18n.Msg("The cost of each funded project is a load that its supporters carry together. In each round the project is funded that leaves its supporters with the least load."),
}

// money writes an amount of a count, whose smallest unit need not be the currency's.
func money(tr ui.Translator, p outcome.Part, amount int64) string {
	decimals := 2
	if p.Currency == "TND" {
		decimals = 3
	}
	for d := p.Decimals; d < decimals; d++ {
		amount *= 10
	}
	for d := p.Decimals; d > decimals; d-- {
		amount /= 10
	}
	return strings.TrimFunc(tr.Money(amount, p.Currency), unicode.IsSpace) // a file need not name its currency
}

// why says in a sentence, with figures, why a project won or lost. It is made
// from what the count noted alone.
func why(tr ui.Translator, p outcome.Part, rule tally.Rule, at int) string {
	l := p.Projects[at]
	if l.Won() {
		return whyWon(tr, p, rule, at)
	}
	cash := func(n int64) string { return money(tr, p, n) }
	switch l.Outcome {
	case tally.LostUnsupported:
		return tr.T("Nobody voted for it.")
	case tally.LostThreshold:
		return tr.N("It has {n} point, fewer than the rules ask for.", "It has {n} points, fewer than the rules ask for.", int(l.Score))
	case tally.LostMoney:
		return tr.T("When its turn came {left} were left, and it costs {cost}: {missing} were missing.", "left", cash(l.Could), "cost", cash(l.Cost), "missing", cash(l.Missing))
	case tally.LostTooDear:
		return tr.T("It costs more than the whole envelope: {missing} too much.", "missing", cash(l.Missing))
	case tally.LostSupporters:
		return tr.N("{n} supporter could have paid {each}; {missing} were missing.", "{n} supporters could each have paid {each}; {missing} were missing.", int(l.Votes), "each", cash(l.Each()), "missing", cash(l.Missing))
	}
	return tr.T("The count had ended before its turn came.")
}

func whyWon(tr ui.Translator, p outcome.Part, rule tally.Rule, at int) string {
	l, r := p.Projects[at], p.Rounds[p.Projects[at].Place-1]
	cash := func(n int64) string { return money(tr, p, n) }
	switch {
	case l.Outcome == tally.WonByCompletion:
		return tr.T("The shares left money over, and of all that still fitted it has the most votes: {votes}.", "votes", tr.Number(l.Votes))
	case p.Chosen != nil && p.Chosen.Greedy || familyOf(rule) == familyMost:
		return tr.N("It has {n} vote; when its turn came it still fitted, and {left} remained after it.", "It has {n} votes; when its turn came it still fitted, and {left} remained after it.", int(l.Votes), "left", cash(r.Remaining))
	case familyOf(rule) == familyLoads:
		return tr.N("{n} supporter carries a load of {load} after it, the least that was possible.", "{n} supporters carry a load of {load} each after it, the least that was possible.", int(l.Votes), "load", cash(r.Load))
	}
	paid := tr.N("{n} supporter paid for it with {each}.", "{n} supporters paid for it with {each} each.", int(r.Full), "each", cash(r.Payment))
	if r.Less > 0 {
		paid += " " + tr.N("{n} more gave what was left of the share.", "{n} more gave what was left of their shares.", int(r.Less))
	}
	return paid
}

// groupTitles are the titles (message ids) of what voters are grouped by.
var groupTitles = map[string]string{
	outcome.Everybody: i18n.Msg("All voters"), outcome.ByZone: i18n.Msg("By zone"), outcome.ByAge: i18n.Msg("By age"), outcome.BySex: i18n.Msg("By sex"),
}

var groupSexes = map[string]string{"f": i18n.Msg("Women"), "m": i18n.Msg("Men"), "o": i18n.Msg("Other")}

// earmarkTitles are the titles (message ids) of the shares that are kept for needs.
var earmarkTitles = map[string]string{
	"youth": i18n.Msg("The share kept for the needs of young people"), "women": i18n.Msg("The share kept for the needs of women"),
	"vulnerable": i18n.Msg("The share kept for the needs of vulnerable groups"),
}
