package budget

import (
	"slices"
	"strings"

	"musharaka/modules/budget/outcome"
	"musharaka/modules/budget/pabulib"
	"musharaka/modules/budget/tally"
	"musharaka/modules/kit/web"
	"musharaka/views/budgetview"
	"musharaka/views/ui"
)

// chartMost is how many projects a chart shows; the list below it shows all.
const chartMost = 40

// resultWriter makes the page of a count. Editions and tried files use it alike.
type resultWriter struct {
	c    *web.Ctx
	doc  ResultDocument
	path func(project string) string // where a project's page is, "" for none
	zone func(key string) string     // the name of a zone
}

// title is a project's name for the reader.
func (w resultWriter) title(l outcome.Line) string {
	name := inLang(l.Names, w.c.Locale.Lang())
	if name == "" {
		name = l.Names[""]
	}
	switch {
	case name == "":
		return w.c.T("Project {id}", "id", l.ID)
	case l.Number > 0:
		return w.c.T("{number}. {title}", "number", l.Number, "title", name)
	}
	return name
}

// parts are the counted areas.
func (w resultWriter) parts() []budgetview.ResultPart {
	var parts []budgetview.ResultPart
	for _, p := range w.doc.Parts {
		parts = append(parts, w.part(p))
	}
	return parts
}

func (w resultWriter) part(p outcome.Part) budgetview.ResultPart {
	c, rule := w.c, w.doc.Rules.Rule
	v := budgetview.ResultPart{
		Title: w.partTitle(p), Intro: c.T("Counted by the rule: {rule}.", "rule", c.T(TallyLabel(rule))) + " " +
			c.T("Of the envelope of {budget}, {cost} go to projects and {left} remain.", "budget", money(c.Locale, p, p.Budget), "cost", money(c.Locale, p, p.Cost), "left", money(c.Locale, p, p.Budget-p.Cost)),
		Stats: []ui.Stat{
			{Value: c.Locale.Number(int64(len(p.Winners))), Label: c.T("projects funded of {n}", "n", c.Locale.Number(int64(len(p.Projects))))},
			{Value: c.Locale.Number(p.Voters), Label: c.T("ballots that name a project")},
			{Value: c.Locale.Percent(shareOf(p.Groups[0].Satisfied, p.Groups[0].Voters)), Label: c.T("of voters see a project of theirs funded")},
		},
		Rounds: w.rounds(p), RoundsIs: w.roundsIntro(p),
	}
	if w.doc.Parts[0].Blank == 0 && len(w.doc.Parts) == 1 && w.doc.Edition == "" {
		v.Stats[1].Label = c.T("ballots")
	}
	if ch := p.Chosen; ch != nil {
		kept := c.T("Equal shares stay the result.")
		if ch.Greedy {
			kept = c.T("Therefore most votes first is the result.")
		}
		v.Intro += " " + c.T("The rules let the voters choose between two outcomes: {own} got more from equal shares, {greedy} from most votes first.", "own", c.Locale.Number(ch.PreferOwn), "greedy", c.Locale.Number(ch.PreferGreedy)) + " " + kept
	}
	order := inOrder(p)
	v.Votes = w.chart(p, order)
	if len(order) > chartMost {
		v.More = c.T("The chart shows the first {n} projects; the list below has all of them.", "n", chartMost)
	}
	for _, i := range order {
		v.Projects = append(v.Projects, w.project(p, i))
	}
	w.beside(p, order, &v)
	v.Groups, v.KeptBack = w.groups(p)
	return v
}

func (w resultWriter) partTitle(p outcome.Part) string {
	name := inLang(p.Names, w.c.Locale.Lang())
	if p.Need != "" {
		return strings.TrimPrefix(name+" · "+w.c.T(earmarkTitles[p.Need]), " · ")
	}
	return name
}

// inOrder lists the winners in the order of selection, then the others by votes.
func inOrder(p outcome.Part) []int {
	order := make([]int, len(p.Projects))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := p.Projects[a], p.Projects[b]
		switch {
		case x.Won() && y.Won():
			return x.Place - y.Place
		case x.Won() != y.Won():
			if x.Won() {
				return -1
			}
			return 1
		case x.Score != y.Score:
			return int(min(max(y.Score-x.Score, -1), 1))
		}
		return a - b
	})
	return order
}

func (w resultWriter) chart(p outcome.Part, order []int) ui.ChartSpec {
	c := w.c
	spec := ui.ChartSpec{Title: c.T("Votes of each project"), Label: c.T("Project"), Series: []string{c.T("Funded")}, Apart: c.T("Not funded")}
	for _, i := range order[:min(len(order), chartMost)] {
		l := p.Projects[i]
		spec.Points = append(spec.Points, ui.ChartPoint{Label: w.title(l), Href: w.path(l.ID), Value: l.Score, Apart: !l.Won()})
	}
	return spec
}

func (w resultWriter) project(p outcome.Part, i int) budgetview.ResultProject {
	c, l := w.c, p.Projects[i]
	r := budgetview.ResultProject{Title: w.title(l), Href: w.path(l.ID), Tag: c.T("Not funded"), Tone: ui.Neutral, Why: why(c.Locale, p, w.doc.Rules.Rule, i)}
	if l.Won() {
		r.Tag, r.Tone = c.T("Funded"), ui.Success
	}
	r.Meta = []string{c.T("Cost: {amount}", "amount", money(c.Locale, p, l.Cost)), c.N("{n} vote", "{n} votes", int(l.Votes))}
	if l.Score != l.Votes {
		r.Meta = append(r.Meta, c.N("{n} point", "{n} points", int(l.Score)))
	}
	if l.Zone != "" {
		r.Meta = append(r.Meta, w.zone(l.Zone))
	}
	return r
}

// beside sets the rule not chosen against the one that was.
func (w resultWriter) beside(p outcome.Part, order []int, v *budgetview.ResultPart) {
	b, c := p.Beside, w.c
	if b == nil {
		return
	}
	own, other := c.T(TallyLabel(w.doc.Rules.Rule)), c.T(TallyLabel(b.Rule))
	only, dropped := 0, 0
	t := ui.TableSpec{Caption: c.T("The two rules side by side"), HideCaption: true, RowHead: true,
		Head: []ui.Th{{Label: c.T("Project")}, {Label: c.T("Cost"), Number: true}, {Label: c.T("Number of votes"), Number: true}, {Label: own}, {Label: other}}}
	for _, i := range order {
		l := p.Projects[i]
		if !l.Won() && !l.Beside {
			continue
		}
		if l.Won() && !l.Beside {
			dropped++
		}
		if !l.Won() {
			only++
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: w.title(l), Href: w.path(l.ID)}, {Text: money(c.Locale, p, l.Cost)}, {Text: c.Locale.Number(l.Votes)}, w.mark(l.Won()), w.mark(l.Beside)})
	}
	all := p.Groups[0]
	t.Rows = append(t.Rows, []ui.Cell{{Text: c.T("In all")}, {Text: "–"}, {Text: "–"}, {Text: money(c.Locale, p, p.Cost)}, {Text: money(c.Locale, p, b.Cost)}},
		[]ui.Cell{{Text: c.T("Voters with at least one project")}, {Text: "–"}, {Text: "–"}, {Text: c.Locale.Percent(shareOf(all.Satisfied, all.Voters))}, {Text: c.Locale.Percent(shareOf(b.Satisfied, all.Voters))}})
	v.Beside = &t
	if only == 0 && dropped == 0 {
		v.Compared = c.T("For comparison, the rule “{rule}” was counted as well. It funds the same projects.", "rule", other)
		return
	}
	v.Compared = c.T("For comparison, the rule “{rule}” was counted as well.", "rule", other) + " " +
		c.N("It would fund {n} project that the result does not fund.", "It would fund {n} projects that the result does not fund.", only) + " " +
		c.N("It would leave out {n} project that the result funds.", "It would leave out {n} projects that the result funds.", dropped)
}

func (w resultWriter) mark(won bool) ui.Cell {
	if won {
		return ui.Cell{Body: ui.Tag(w.c.T("Funded"), ui.Success)}
	}
	return ui.Cell{Text: "–"}
}

// groups are the charts of how many voters got something.
func (w resultWriter) groups(p outcome.Part) (charts []ui.ChartSpec, keptBack string) {
	c := w.c
	for _, kind := range []string{outcome.ByZone, outcome.ByAge, outcome.BySex} {
		spec := ui.ChartSpec{Title: c.T(groupTitles[kind]), Label: c.T("Group"), Series: []string{c.T("Voters with at least one project funded")}, Format: ui.ChartPercent, Whole: 10_000}
		for _, g := range p.Groups {
			if g.Kind != kind {
				continue
			}
			if g.KeptBack {
				keptBack = c.N("Groups of fewer than {n} voter, and those from which they could be found, are not shown.", "Groups of fewer than {n} voters, and those from which they could be found, are not shown.", outcome.Few)
			}
			spec.Points = append(spec.Points, w.gladPoint(g))
		}
		if len(spec.Points) > 0 {
			charts = append(charts, spec)
		}
	}
	return charts, keptBack
}

func (w resultWriter) groupName(g outcome.Group) string {
	switch {
	case g.Key == "":
		return w.c.T("Not given")
	case g.Kind == outcome.BySex:
		return w.c.T(groupSexes[g.Key])
	case g.Kind == outcome.ByZone:
		return w.zone(g.Key)
	}
	if from, open := strings.CutSuffix(g.Key, "+"); open {
		return w.c.T("{from} years and over", "from", from)
	}
	return w.c.T("{band} years", "band", strings.Replace(g.Key, "-", "–", 1))
}

// family is that of the rule whose rounds are shown.
func (w resultWriter) family(p outcome.Part) ruleFamily {
	if p.Chosen != nil && p.Chosen.Greedy {
		return familyMost
	}
	return familyOf(w.doc.Rules.Rule)
}

func (w resultWriter) roundsIntro(p outcome.Part) string {
	text := w.c.T(roundsIntro[w.family(p)])
	if w.family(p) == familyShares && p.Share > 0 {
		text += " " + w.c.T("The share was {share} in the end.", "share", money(w.c.Locale, p, p.Share))
		if p.Steps > 0 {
			text += " " + w.c.N("It had been raised {n} time, because the first share leaves money over.", "It had been raised {n} times, because the first share leaves money over.", int(p.Steps))
		}
	}
	return text
}

// rounds is the table of the rounds, with the columns that the rule knows.
func (w resultWriter) rounds(p outcome.Part) ui.TableSpec {
	c, family := w.c, w.family(p)
	t := ui.TableSpec{Caption: c.T("The count, round by round"), HideCaption: true, Head: []ui.Th{{Label: c.T("Round"), Number: true}, {Label: c.T("Project")}}}
	switch family {
	case familyShares:
		t.Head = append(t.Head, ui.Th{Label: c.T("Paid by each"), Number: true}, ui.Th{Label: c.T("Supporters who paid that"), Number: true}, ui.Th{Label: c.T("Supporters who gave the rest of theirs"), Number: true})
	case familyLoads:
		t.Head = append(t.Head, ui.Th{Label: c.T("Load of each supporter"), Number: true})
	case familyMost:
		t.Head = append(t.Head, ui.Th{Label: c.T("Number of votes"), Number: true})
	}
	t.Head = append(t.Head, ui.Th{Label: c.T("Money left"), Number: true})
	for i, r := range p.Rounds {
		l := p.Projects[r.Project]
		row := []ui.Cell{{Text: c.Locale.Number(int64(i + 1))}, {Text: w.title(l)}}
		switch {
		case family == familyShares && l.Outcome == tally.WonByCompletion:
			row = append(row, ui.Cell{Text: c.T("from what was left")}, ui.Cell{Text: "–"}, ui.Cell{Text: "–"})
		case family == familyShares:
			row = append(row, ui.Cell{Text: money(c.Locale, p, r.Payment)}, ui.Cell{Text: c.Locale.Number(r.Full)}, ui.Cell{Text: c.Locale.Number(r.Less)})
		case family == familyLoads:
			row = append(row, ui.Cell{Text: money(c.Locale, p, r.Load)})
		default:
			row = append(row, ui.Cell{Text: c.Locale.Number(l.Score)})
		}
		t.Rows = append(t.Rows, append(row, ui.Cell{Text: money(c.Locale, p, r.Remaining)}))
	}
	return t
}

// shareOf is n of m as a share of 1; 0 of nothing.
func shareOf(n, m int64) float64 {
	if m == 0 {
		return 0
	}
	return float64(n) / float64(m)
}

// command is how a part's file is recounted with this program.
func (w resultWriter) command(name string) string {
	r := w.doc.Rules
	words := []string{"server tally", "--rule " + string(r.Rule), "--tie " + r.Tie}
	if r.Step > 0 && len(w.doc.Parts) > 0 {
		words = append(words, "--step "+pabulib.FormatMoney(r.Step, w.doc.Parts[0].Decimals))
	}
	if r.Compare {
		words = append(words, "--compare")
	}
	if !r.FundUnsupported {
		words = append(words, "--supported-only")
	}
	return strings.Join(append(words, name), " ")
}
