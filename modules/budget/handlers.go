package budget

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/budgetview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// shown are the problems of a *Broken for a page; false for any other error.
func shown(c *web.Ctx, err error) ([]ui.FieldError, bool) {
	var b *Broken
	if !errors.As(err, &b) {
		return nil, false
	}
	errs := make([]ui.FieldError, 0, len(b.Problems))
	for _, p := range b.Problems {
		errs = append(errs, ui.FieldError{Field: p.Field, Message: c.T(p.Message, p.Args...)})
	}
	return errs, true
}

// again shows a form with what is wrong in it, or passes any other fault on.
func again(c *web.Ctx, err error, page func() (templ.Component, error)) error {
	errs, wrong := shown(c, err)
	if !wrong {
		return err
	}
	c.Wrong(errs)
	view, err := page()
	if err != nil {
		return err
	}
	return c.Invalid(view)
}

// value is one field of a form whose fields depend on the data.
func value(c *web.Ctx, name string, lines bool) string {
	return strings.TrimSpace(form.Clean(c.FormValue(name), lines))
}

// count reads a whole number; nothing is 0, and what is none is -1.
func count(s string) int {
	if s = form.Digits(strings.TrimSpace(s)); s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n > 1_000_000 {
		return -1
	}
	return n
}

// minorUnits are the digits after the point of a currency.
func minorUnits(currency string) int {
	if currency == "TND" {
		return 3
	}
	return 2
}

// amount reads "12500", "12 500,5" or "12500.500" as minor units; -1 for what is
// no amount.
func amount(s, currency string) int64 {
	s = form.Digits(s)
	for _, space := range []string{" ", "\u00a0", "\u202f", "٬", "'"} {
		s = strings.ReplaceAll(s, space, "")
	}
	s = strings.NewReplacer("٫", ".", ",", ".").Replace(s)
	if s == "" {
		return 0
	}
	whole, part, _ := strings.Cut(s, ".")
	digits := minorUnits(currency)
	if len(part) > digits || len(whole) > 13 || strings.ContainsAny(s, "+-") {
		return -1
	}
	n, err := strconv.ParseInt(whole+part+strings.Repeat("0", digits-len(part)), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// typedAmount writes minor units as they are typed.
func typedAmount(minor int64, currency string) string {
	if minor <= 0 {
		return ""
	}
	digits := minorUnits(currency)
	unit := int64(1)
	for range digits {
		unit *= 10
	}
	if minor%unit == 0 {
		return strconv.FormatInt(minor/unit, 10)
	}
	return fmt.Sprintf("%d.%0*d", minor/unit, digits, minor%unit)
}

// currencyName is what stands behind a box for an amount.
var currencyNames = map[string]string{"TND": i18n.Msg("Tunisian dinars"), "MAD": i18n.Msg("Moroccan dirhams")}

// edition returns the edition of the request for an actor, and speaks its
// country's words.
func (h *Pages) edition(c *web.Ctx, who auth.Actor) (Edition, error) {
	e, err := h.Service.Edition(c.Std(), who, c.Params("id"))
	if err != nil {
		return e, err
	}
	c.UseCountry(e.Country)
	return e, nil
}

// file returns the proposal of the request for an actor, with its edition.
func (h *Pages) file(c *web.Ctx, who auth.Actor) (Proposal, Edition, error) {
	p, err := h.Service.Proposal(c.Std(), who, c.Params("id"))
	if err != nil {
		return p, Edition{}, err
	}
	e, err := h.Service.Edition(c.Std(), auth.System, p.Edition)
	if err != nil {
		return p, e, err
	}
	if !seesEdition(who, e) {
		e = e.Public()
	}
	c.UseCountry(p.Country)
	return p, e, nil
}

// authorityName is the name of an authority for the reader.
func (h *Pages) authorityName(c *web.Ctx, id string) (string, error) {
	a, err := h.Places.Authority(c.Std(), id)
	return a.Name(c.Locale.Lang()), err
}

func (e Edition) areaName(c *web.Ctx, key string) string {
	a, _ := e.Area(key)
	if name := a.Name(c.Locale.Lang()); name != "" {
		return name
	}
	return c.T("The whole territory")
}

func crumbs(c *web.Ctx, e Edition, more ...ui.Crumb) []ui.Crumb {
	all := []ui.Crumb{{Label: c.T("Participatory budgets"), Href: c.URL("/budgets")}, {Label: e.Title(c.Locale.Lang()), Href: c.URL("/budgets/" + e.ID)}}
	return append(all, more...)
}

// timeline is a history as the public reads it.
func timeline(c *web.Ctx, entries []audit.Entry) []ui.Event {
	var events []ui.Event
	for _, e := range entries {
		name := ActName(e.Act)
		if name == "" {
			continue
		}
		title := c.T(name)
		if to := PhaseLabel(Phase(e.To)); e.Act == "budget."+string(ActEnter) && to != "" {
			title = c.T("Next phase begun: {phase}", "phase", c.T(to))
		}
		events = append(events, ui.Event{At: e.At, Title: title, Text: e.Reason, State: ui.Past})
	}
	return events
}

// show is the public page of an edition.
func (h *Pages) show(c *web.Ctx) error {
	id := c.Params("id")
	return c.Cached(web.Source{
		Key: "budget/" + id,
		Stamp: func(ctx context.Context) (string, error) {
			e, err := h.Service.Edition(ctx, auth.Actor{}, id)
			return fmt.Sprintf("%d|%s", e.Version, c.Now().Format("2006-01-02T15:04")), err // the proposals on it change without it
		},
		Render: func(c *web.Ctx) (templ.Component, error) {
			v, err := h.editionPage(c)
			return budgetview.Edition(v), err
		},
	})
}

func (h *Pages) editionPage(c *web.Ctx) (budgetview.EditionPage, error) {
	e, err := h.edition(c, auth.Actor{})
	if err != nil {
		return budgetview.EditionPage{}, err
	}
	name, err := h.authorityName(c, e.Authority)
	if err != nil {
		return budgetview.EditionPage{}, err
	}
	lang := c.Locale.Lang()
	v := budgetview.EditionPage{
		Page: h.frame(c, e.Title(lang)), Crumbs: crumbs(c, e)[:1], Authority: name, PhaseText: c.T(e.PhaseLabelIn(e.Phase)), PhaseTone: phaseTone(e.Phase),
		Intro: e.Text(lang).Intro, Cancelled: e.Cancelled, Calendar: e.calendarEvents(c), Areas: e.areaTable(c), People: e.peopleRows(c),
		AllHref: c.URL("/budgets/" + e.ID + "/proposals"), Now: h.now(c, e), Timeline: timeline(c, e.History),
	}
	v.Crumbs = append(v.Crumbs, ui.Crumb{Label: v.Title})
	v.Wide, v.Description = true, shorten(e.Text(lang).Intro, 160)
	total, err := h.Service.CountProposals(c.Std(), ProposalFilter{Edition: e.ID})
	if err != nil {
		return v, err
	}
	v.AllText = c.N("See the {n} proposal", "See all {n} proposals", int(total))
	v.Facts = []ui.Stat{
		{Value: c.Locale.Money(e.Rules.Envelope, e.Rules.Currency), Label: c.T("envelope")},
		{Value: c.Locale.Number(total), Label: c.T("proposals")},
	}
	page, err := h.Service.Proposals(c.Std(), ProposalFilter{Edition: e.ID, Limit: 4})
	if err != nil {
		return v, err
	}
	for _, p := range page.Items {
		card := h.proposalCard(c, e, p)
		card.Level = 3
		v.Proposals = append(v.Proposals, card)
	}
	forums, err := h.Service.Forums(c.Std(), e.ID, "")
	if err != nil {
		return v, err
	}
	for _, t := range editionTabs(c, e, "overview")[1:] {
		v.Links = append(v.Links, budgetview.LinkTo{Text: t.Label, Href: t.Href})
	}
	if len(forums.Items) > 0 {
		v.Links = append(v.Links, budgetview.LinkTo{Text: c.T("Forums and their minutes"), Href: c.URL("/budgets/" + e.ID + "/forums")})
	}
	links, err := h.voteLinks(c, e)
	if err != nil {
		return v, err
	}
	v.Links = append(v.Links, links...)
	if f := e.Frozen; f != nil {
		v.Rules = &budgetview.RulesBox{Hash: f.Hash, At: c.Locale.DateTime(f.At.In(e.Zone())), Href: c.URL("/budgets/" + e.ID + "/rules"), JSON: c.URL("/budgets/" + e.ID + "/rules.json")}
	}
	return v, nil
}

// calendarEvents are the phases with their days.
func (e Edition) calendarEvents(c *web.Ctx) []ui.Event {
	var events []ui.Event
	for _, s := range e.Calendar {
		state := ui.Future
		switch {
		case s.Phase == e.Phase:
			state = ui.Present
		case !RunningPhases.Has(e.Phase) || s.From.Before(c.Now()) && e.Calendar.index(s.Phase) < e.Calendar.index(e.Phase):
			state = ui.Past
		}
		events = append(events, ui.Event{When: days(c, e, s), Title: c.T(e.PhaseLabelIn(s.Phase)), State: state})
	}
	return events
}

// days says from which day to which a stage lasts, as the authority's calendar has them.
func days(c *web.Ctx, e Edition, s Stage) string {
	last := s.To.Add(-time.Millisecond).In(e.Zone())
	return c.T("{from} to {to}", "from", c.Locale.Date(s.From.In(e.Zone())), "to", c.Locale.Date(last))
}

// areaWord is what an area of the edition is called.
func (e Edition) areaWord(c *web.Ctx) string {
	if len(e.Rules.Areas) > 0 && e.Rules.Areas[0].Kind == Theme {
		return c.T("Theme")
	}
	return c.T("Area")
}

func (e Edition) areaTable(c *web.Ctx) ui.TableSpec {
	t := ui.TableSpec{Caption: c.T("The envelope and its areas"), HideCaption: true, RowHead: true, Head: []ui.Th{{Label: e.areaWord(c)}, {Label: c.T("Amount"), Number: true}}}
	for _, a := range e.AllAreas() {
		t.Rows = append(t.Rows, []ui.Cell{{Text: e.areaName(c, a.Key)}, {Text: c.Locale.Money(a.Envelope, e.Rules.Currency)}})
	}
	for _, m := range e.Rules.Earmarks {
		t.Rows = append(t.Rows, []ui.Cell{
			{Text: c.T("Of the whole, kept for projects that answer a need: {group}", "group", c.T(NeedLabel(m.Need)))},
			{Text: c.Locale.Percent(float64(m.Share) / 100)},
		})
	}
	return t
}

// peopleRows say who may take part, and how one votes and counts.
func (e Edition) peopleRows(c *web.Ctx) []ui.SummaryRow {
	rows := []ui.SummaryRow{{Key: c.T("Who may propose"), Value: eligibilityText(c, e, e.Rules.Proposers)}}
	if len(e.Rules.Headings) > 0 {
		var names []string
		for _, x := range e.Rules.Headings {
			names = append(names, c.T(HeadingLabel(x)))
		}
		rows = append(rows, ui.SummaryRow{Key: c.T("What can be proposed"), Value: c.Locale.List(names)})
	}
	if !e.Ballots() {
		var names []string
		for _, x := range e.Rules.Criteria {
			names = append(names, c.T("{criterion} (weight {n})", "criterion", inLang(x.Names, c.Locale.Lang()), "n", x.Weight))
		}
		return append(rows, ui.SummaryRow{Key: c.T("Who decides"), Value: c.T("The delegates whom the zone forums elect rank the feasible projects by these criteria:") + "\n" + strings.Join(names, "\n")})
	}
	var ways []string
	for _, x := range e.Rules.Channels {
		ways = append(ways, c.T(ChannelLabel(x)))
	}
	return append(rows,
		ui.SummaryRow{Key: c.T("Who may vote"), Value: eligibilityText(c, e, e.Rules.Voters)},
		ui.SummaryRow{Key: c.T("How one votes"), Value: ballotText(c, e.Rules.Ballot) + "\n" + c.Locale.List(ways)},
		ui.SummaryRow{Key: c.T("How it is counted"), Value: tallyText(c, e)})
}

func eligibilityText(c *web.Ctx, e Edition, r Eligibility) string {
	var parts []string
	if r.MinAge > 0 {
		parts = append(parts, c.N("{n} year old in the year of {date}", "{n} years old in the year of {date}", r.MinAge, "date", c.Locale.Date(r.AgeOn.In(e.Zone()))))
	}
	switch {
	case len(r.Ties) == 2:
		parts = append(parts, c.T("lives or works in the territory"))
	case len(r.Ties) == 1 && r.Ties[0] == Residence:
		parts = append(parts, c.T("lives in the territory"))
	case len(r.Ties) == 1:
		parts = append(parts, c.T("works in the territory"))
	}
	if r.Level > 0 {
		parts = append(parts, c.T("has a verified account, or comes to the counter"))
	}
	if len(parts) == 0 {
		return c.T("Everybody")
	}
	return c.T("Whoever meets these conditions:") + "\n" + strings.Join(parts, "\n")
}

// now says what one can do at this moment.
func (h *Pages) now(c *web.Ctx, e Edition) budgetview.Now {
	n := budgetview.Now{Title: c.T("What you can do now")}
	until := c.Locale.Date(e.EndsAt().Add(-time.Millisecond).In(e.Zone()))
	proposals := c.URL("/budgets/" + e.ID + "/proposals")
	switch {
	case e.Open(Proposing, c.Now()):
		n.Text, n.Href, n.Button = c.T("Propose until {date}, support and discuss what others propose.", "date", until), c.URL("/budgets/"+e.ID+"/propose"), c.T("Make a proposal")
	case e.Phase == Informing:
		n.Text = c.T("Read the rules, talk with your neighbours, and note the days. Proposals are taken afterwards.")
	case e.Phase == Moderating, e.Phase == Assessing, e.Phase == Proposing:
		n.Text, n.Href, n.Button = c.T("The services read and examine the proposals. Follow those that matter to you."), proposals, c.T("See the proposals")
	case e.Phase == Costing:
		n.Text, n.Href, n.Button = c.T("The feasible projects stand with their costs. Read them before the vote."), proposals+"?group=feasible", c.T("See the feasible projects")
	case e.Phase == Voting && !e.Ballots():
		n.Text, n.Href, n.Button = c.T("The delegates of the zones rank the feasible projects in public."), c.URL("/budgets/"+e.ID+"/forums"), c.T("See the forums")
	case e.Phase == Voting:
		n.Text, n.Href, n.Button = c.T("The vote is open until {date}.", "date", until), c.URL(votePath(e.ID, "")), c.T("Vote now")
	case e.Phase == Counting:
		n.Text = c.T("The vote is over. The ballots are being counted; the result appears here.")
	case e.Phase == Deliberating:
		n.Text, n.Href, n.Button = c.T("The council deliberates on what was chosen."), proposals+"?group=funded", c.T("See the chosen projects")
	case e.Phase == Executing, e.Phase == Accounting, e.Phase == Closed:
		n.Text, n.Href, n.Button = c.T("See how what was chosen is carried out."), proposals+"?group=funded", c.T("See the funded projects")
	case e.Phase == Cancelled:
		n.Text = c.T("Nothing more happens in this budget.")
	}
	return n
}
