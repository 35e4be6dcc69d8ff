package place

import (
	"strconv"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/web"
	"musharaka/views/placeview"
	"musharaka/views/ui"
)

func cacheSeconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }

// rulesIndex leads to the first pack: each page names the others.
func (h *Pages) rulesIndex(c *web.Ctx) error {
	return c.SeeOther("/rules/" + h.packs.All()[0].Name)
}

// rules is a rule pack with the source of each number.
func (h *Pages) rules(c *web.Ctx) error {
	pack, ok := h.packs.Named(c.Params("pack"))
	if !ok {
		return fault.New(fault.NotFound, "There are no rules of this name.")
	}
	c.UseCountry(pack.Country)
	c.SetCurrent("places")
	lang := c.Locale.Lang()
	v := placeview.RulesPage{
		Page: c.Page(pack.Title.In(lang)), Summary: pack.Summary.In(lang), NoRight: !pack.PetitionRight,
		Crumbs:     []ui.Crumb{{Label: c.T("Find my municipality"), Href: c.URL("/places")}, {Label: c.T("The rules that apply here")}},
		Thresholds: thresholdRows(c, pack), Conditions: conditionGroups(c, pack),
	}
	v.Description = v.Summary
	for _, name := range law.FigureNames {
		if f, ok := pack.Figure(name, c.Now()); ok {
			v.Figures = append(v.Figures, figure(c, name, f))
		}
	}
	v.Figures = append(v.Figures, depositRules(c, pack)...)
	for _, kind := range pack.Bodies.Allowed {
		v.Bodies = append(v.Bodies, c.T(kind.Name(pack.Country)))
	}
	if pack.Bodies.Citation != nil {
		rule := cited(c, "", "", *pack.Bodies.Citation)
		v.BodyRule = &rule
	}
	if len(pack.Sessions.Months) > 0 {
		rule := cited(c, c.T("Ordinary sessions"), law.MonthNames(c.Locale, pack.Sessions.Months), pack.Sessions.Citation)
		v.Sessions = &rule
	}
	h.countryRules(c, pack, &v)
	for _, other := range h.packs.All() {
		if other != pack {
			v.Others = append(v.Others, ui.NavItem{Label: other.Title.In(lang), Href: c.URL("/rules/" + other.Name)})
		}
	}
	c.Set("Cache-Control", cacheFor)
	return c.Show(placeview.Rules(v))
}

func thresholdRows(c *web.Ctx, pack *law.Pack) []placeview.ThresholdRow {
	var rows []placeview.ThresholdRow
	for _, t := range pack.Thresholds(c.Now()) {
		rows = append(rows, placeview.ThresholdRow{For: t.Whom(c.Locale), Rule: cited(c, "", t.Figure.Words(c.Locale), t.Citation)})
	}
	return rows
}

// conditionTitles name the groups of conditions, in their order.
var conditionTitles = []struct{ of, title string }{
	{law.OfSignatory, i18n.Msg("Conditions for those who sign")},
	{law.OfAssociation, i18n.Msg("Conditions for associations that petition")},
	{law.OfObject, i18n.Msg("Conditions for what is asked")},
}

func conditionGroups(c *web.Ctx, pack *law.Pack) []placeview.ConditionGroup {
	var groups []placeview.ConditionGroup
	for _, t := range conditionTitles {
		g := placeview.ConditionGroup{Title: c.T(t.title)}
		for _, condition := range pack.ConditionsOf(t.of) {
			g.Rules = append(g.Rules, cited(c, condition.Text.In(c.Locale.Lang()), "", condition.Citation))
		}
		if len(g.Rules) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

func (h *Pages) countryRules(c *web.Ctx, pack *law.Pack, v *placeview.RulesPage) {
	country, ok := h.packs.Country(pack.Country)
	if !ok {
		return
	}
	lang := c.Locale.Lang()
	regulator := cited(c, country.Regulator.Name.In(lang)+" ("+country.Regulator.Acronym+")", country.Regulator.Requires.In(lang), country.Regulator.Citation)
	identity := cited(c, country.Identity.Name.In(lang), c.T("Numbers look like {example}", "example", country.Identity.Example), country.Identity.Citation)
	v.Regulator, v.Identity = &regulator, &identity
}

// numberWords say what a deposited list shows of an identity number.
var numberWords = map[law.NumberForm]string{
	law.NoNumber: i18n.Msg("Not in the list"), law.MaskedNumber: i18n.Msg("Its last two characters"), law.FullNumber: i18n.Msg("In full, readable for the authority alone"),
}

// depositRules are the rules of the list that is deposited, and of appeals.
func depositRules(c *web.Ctx, pack *law.Pack) []placeview.Cited {
	var rules []placeview.Cited
	if pack.List != nil {
		rules = append(rules, cited(c, c.T("Number of the identity card in the list of signatures"), c.T(numberWords[pack.List.Numbers]), pack.List.Citation))
	}
	if pack.Appeal != nil {
		rules = append(rules, cited(c, c.T("Against a refusal"), pack.Appeal.To.In(c.Locale.Lang()), pack.Appeal.Citation))
	}
	return rules
}
