package guide

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/web"
	"musharaka/views/guideview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// countryTitles are the headings of the countries whose name takes another
// particle in each language; another country is named after a colon.
var countryTitles = map[string]string{
	"TN": m("How petitions work in Tunisia"),
	"MA": m("How petitions work in Morocco"),
}

// procedures say how a petition goes in a country, beside its numbers.
var procedures = map[string][]part{
	"MA": {
		{text: m("The sites of the ministry and of the councils describe this way:")},
		{steps: []step{
			{m("The petition is prepared and signed"), m("Citizens name an agent, who follows the petition. For an association its legal representative acts."), nil},
			{m("It is deposited with the president of the council"), m("with the papers that are asked for, against a receipt that is given at once. Keep the receipt: the time for the reply runs from its date."), nil},
			{m("The bureau of the council checks the conditions"), m("If they are met, the petition is put on the agenda of the next ordinary session. The standing committees in charge study it before."), nil},
			{m("If it is refused"), m("the agent is told within the period below, with the reasons."), nil},
		}},
		{text: m("Here you write the petition, collect signatures and follow the reply. The deposit itself is made at the office of the council, unless the council takes part here and says otherwise.")},
	},
	"TN": {
		{text: m("A petition here is an open, documented way of asking a municipality for something. What the law says about it stands further down.")},
		{steps: []step{
			{m("The petition is written, read and published"), m("The municipality, if it takes part here, reads it before publication and may refuse it only for the reasons on the public list."), nil},
			{m("Signatures show how many people want it"), m("The number below is a mark that the platform proposes. A municipality may set its own."), nil},
			{m("Whoever decides for the municipality is told"), m("Since the municipal councils were dissolved this is not a council. The page of each municipality says who it is."), nil},
			{m("The reply is published"), m("or the page says that none came in time. The petition can also be handed to the municipality for its register of opinions and questions."), nil},
		}},
	},
}

// countries returns the countries that have rules of their own, in the order of the packs.
func (h Pages) countries() []string {
	var codes []string
	seen := map[string]bool{}
	for _, pack := range h.Packs.All() {
		if pack.Country != "" && !seen[pack.Country] {
			seen[pack.Country] = true
			codes = append(codes, pack.Country)
		}
	}
	return codes
}

// countryTitle is the heading of a country's page.
func (h Pages) countryTitle(c *web.Ctx, code string) string {
	if id := countryTitles[code]; id != "" {
		return c.T(id)
	}
	name := code
	if country, ok := h.Packs.Country(code); ok {
		name = country.Title.In(c.Locale.Lang())
	}
	return c.T("How petitions work: {country}", "country", name)
}

func countryPath(code string) string { return "/guides/law/" + strings.ToLower(code) }

// countryLinks leads to the pages of all countries.
func countryLinks(h Pages, c *web.Ctx) templ.Component {
	var list []ui.NavItem
	for _, code := range h.countries() {
		list = append(list, ui.NavItem{Label: h.countryTitle(c, code), Href: c.URL(countryPath(code))})
	}
	return guideview.Links(list)
}

// country shows how petitions work in one country, with the numbers of its packs.
func (h Pages) country(c *web.Ctx) error {
	code := strings.ToUpper(c.Params("country"))
	var packs []*law.Pack
	for _, pack := range h.Packs.All() {
		if pack.Country == code && code != "" {
			packs = append(packs, pack)
		}
	}
	if len(packs) == 0 {
		return fault.New(fault.NotFound, "There are no rules of this name.")
	}
	return h.keep(c, countryPath(code), func(c *web.Ctx) (templ.Component, error) {
		c.UseCountry(code)
		c.SetCurrent("guides")
		return guideview.Guide(h.countryPage(c, code, packs)), nil
	})
}

func (h Pages) countryPage(c *web.Ctx, code string, packs []*law.Pack) guideview.GuidePage {
	lang := c.Locale.Lang()
	v := h.page(c, guide{path: countryPath(code), lead: m("Short and plain, with the numbers and sources of the rules that this platform applies. It is no legal advice: the text of the law decides."), sections: []section{
		{"way", m("The way of a petition"), procedures[code]},
	}})
	v.Title = h.countryTitle(c, code)
	if procedures[code] == nil {
		v.Sections = nil
	}
	for _, pack := range packs {
		parts := []templ.Component{guideview.Text(pack.Summary.In(lang))}
		if !pack.PetitionRight {
			parts = append(parts, guideview.Note(v.Page, ui.Warning, c.T("No law sets these numbers"),
				c.T("The numbers below marked as rules of the platform bind nobody in law. They are a common starting point that each authority may change.")))
		}
		parts = append(parts,
			guideview.Titled(c.T("Signatures required")), guideview.Rules(v.Page, thresholds(c, pack)),
			guideview.Titled(c.T("Periods, and who decides")), guideview.Rules(v.Page, periods(c, pack)),
			guideview.Links([]ui.NavItem{{Label: c.T("All conditions, with their sources"), Href: c.URL("/rules/" + pack.Name)}}))
		v.Sections = append(v.Sections, guideview.Section{ID: strings.ReplaceAll(pack.Name, "_", "-"), Title: pack.Title.In(lang), Parts: parts})
	}
	v.Marks = true
	h.frame(c, &v, countryPath(code))
	return v
}

// plainFigures are the figures that a reader asks for first. The others stand
// on the page of the rules.
var plainFigures = []law.FigureName{
	law.SubunitPercent, law.CollectionPeriod, law.RefusalPeriod, law.AssociationAge, law.SessionNotice, law.SessionQuorum, law.QuestionReply, law.PublicMeetingShare, law.ReferendumShare,
}

// thresholds are how many signatures a pack asks for, each with its source.
func thresholds(c *web.Ctx, pack *law.Pack) []guideview.Rule {
	var rules []guideview.Rule
	for _, t := range pack.Thresholds(c.Now()) {
		rules = append(rules, figure(c, t.Whom(c.Locale), t.Figure))
	}
	return rules
}

// periods are the other numbers of a pack that matter first, and who decides.
func periods(c *web.Ctx, pack *law.Pack) []guideview.Rule {
	var rules []guideview.Rule
	for _, name := range plainFigures {
		if f, ok := pack.Figure(name, c.Now()); ok {
			rules = append(rules, figure(c, c.T(name.Label()), f))
		}
	}
	if len(pack.Sessions.Months) > 0 {
		rules = append(rules, cited(c, c.T("Ordinary sessions"), law.MonthNames(c.Locale, pack.Sessions.Months), pack.Sessions.Citation))
	}
	who := guideview.Rule{Label: c.T("Who decides"), Value: c.T(pack.Bodies.Usual.Name(pack.Country))}
	if pack.Bodies.Citation != nil {
		who = cited(c, who.Label, who.Value, *pack.Bodies.Citation)
	}
	return append(rules, who)
}

func figure(c *web.Ctx, label string, f law.Figure) guideview.Rule {
	return cited(c, label, f.Words(c.Locale), f.Citation)
}

// cited is a rule with what it rests on.
func cited(c *web.Ctx, label, value string, r law.Citation) guideview.Rule {
	lang := c.Locale.Lang()
	out := guideview.Rule{Label: label, Value: value, Note: sentence(r.Note.In(lang)), Platform: r.Platform, URL: r.URL, Verified: r.Verified}
	text := r.Law.In(lang)
	if r.Article != "" {
		text = c.T("article {number}, {law}", "number", r.Article, "law", text)
	}
	for _, s := range []string{text, r.Source.In(lang)} {
		if s != "" {
			out.Source = append(out.Source, s)
		}
	}
	for _, d := range r.Disputed {
		out.Disputes = append(out.Disputes, guideview.Dispute{Says: d.Says.In(lang), Source: d.Source.In(lang), URL: d.URL})
	}
	return out
}

// sentence begins a note, which the packs write small, with a capital.
func sentence(note string) string {
	r, size := utf8.DecodeRuneInString(note)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + note[size:]
}

func ruleLink(c *web.Ctx, pack *law.Pack) *ui.NavItem {
	return &ui.NavItem{Label: c.T("All conditions, with their sources"), Href: c.URL("/rules/" + pack.Name)}
}
