package place

import (
	"net/url"
	"strings"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/web"
	"musharaka/views/placeview"
	"musharaka/views/ui"
)

// found is how many places a search shows: who wants more writes more letters.
const found = 30

// cacheFor lets whoever stands between us and the reader keep a page that
// changes a few times a year, for a little while.
const cacheFor = "public, max-age=10"

// find is the page for finding one's municipality: by name, or by region.
func (h *Pages) find(c *web.Ctx) error {
	c.SetCurrent("places")
	v := placeview.FindPage{Page: c.Page(c.T("Find my municipality")), Query: shorten(c.Query("q"), 100)}
	v.Description = c.T("Municipalities, provinces and regions of Tunisia and Morocco: who decides, what a petition needs, how to reach them.")
	v.Canonical, v.Wide = "/places", true
	if strings.TrimSpace(v.Query) != "" {
		active, err := h.activeSet(c)
		if err != nil {
			return err
		}
		v.Asked, v.NoIndex = true, true
		v.Rows = h.rows(c, h.table.Search(v.Query, "", found), active)
		v.Found = c.N("{n} place found for “{words}”", "{n} places found for “{words}”", len(v.Rows), "words", v.Query)
	}
	if len(v.Rows) == 0 {
		v.Groups = []placeview.Group{h.group(c, "TN"), h.group(c, "MA")}
	}
	c.Set("Cache-Control", cacheFor)
	return c.Show(placeview.Find(v))
}

// shorten cuts what was typed to a length that a name can have.
func shorten(s string, letters int) string {
	if r := []rune(s); len(r) > letters {
		return string(r[:letters])
	}
	return s
}

func (h *Pages) group(c *web.Ctx, country string) placeview.Group {
	g := placeview.Group{Title: h.countryName(c, country)}
	for _, p := range h.table.Top(country) {
		parts := len(h.table.Children(p.ID))
		text := c.N("{n} municipality", "{n} municipalities", parts)
		if p.Level == Region {
			text = c.N("{n} prefecture or province", "{n} prefectures and provinces", parts)
		}
		g.Tiles = append(g.Tiles, ui.TileSpec{Title: p.Name(c.Locale.Lang()), Text: text, Href: c.URL("/places/" + p.ID)})
	}
	return g
}

// show is the page of a place: of an authority; of a governorate, the list of
// its municipalities; an arrondissement leads to its commune.
func (h *Pages) show(c *web.Ctx) error {
	p, ok := h.table.Get(c.Params("id"))
	if !ok {
		return fault.New(fault.NotFound, "There is no such authority.")
	}
	c.UseCountry(p.Country)
	c.SetCurrent("places")
	if p.Level == Arrondissement {
		return c.SeeOther("/places/" + p.ParentID)
	}
	c.Set("Cache-Control", cacheFor)
	if !p.IsAuthority() {
		return h.territory(c, p)
	}
	a, err := h.service.Get(c.Std(), p.ID)
	if err != nil {
		return err
	}
	v, err := h.authorityPage(c, a)
	if err != nil {
		return err
	}
	return c.Show(placeview.Authority(v))
}

func (h *Pages) crumbs(c *web.Ctx, p Place) []ui.Crumb {
	crumbs := []ui.Crumb{{Label: c.T("Find my municipality"), Href: c.URL("/places")}}
	up := h.table.Ancestors(p.ID)
	for i := len(up) - 1; i >= 0; i-- {
		name := up[i].Name(c.Locale.Lang())
		if name == p.Name(c.Locale.Lang()) { // as the province and the commune of Larache
			name = c.T("{place} ({level})", "place", name, "level", c.T(LevelName(up[i].Level)))
		}
		crumbs = append(crumbs, ui.Crumb{Label: name, Href: c.URL("/places/" + up[i].ID)})
	}
	return append(crumbs, ui.Crumb{Label: p.Name(c.Locale.Lang())})
}

func (h *Pages) territory(c *web.Ctx, p Place) error {
	active, err := h.activeSet(c)
	if err != nil {
		return err
	}
	source := h.table.Source(p.Country)
	v := placeview.TerritoryPage{
		Page: c.Page(p.Name(c.Locale.Lang())), Crumbs: h.crumbs(c, p), Kind: c.T(LevelName(p.Level)),
		Population: inhabitants(c, p, source.Census), PopulationSource: source.Population[c.Locale.Lang()],
		ListTitle: c.T("Municipalities"), Rows: h.rows(c, h.table.Children(p.ID), active),
	}
	v.Other, v.OtherLang = otherScript(p, c.Locale.Lang())
	v.ArabicText = true
	return c.Show(placeview.Territory(v))
}

// petitionsShown is how many petitions an authority's page shows.
const petitionsShown = 6

func (h *Pages) authorityPage(c *web.Ctx, a Authority) (placeview.AuthorityPage, error) {
	p, lang, pack := a.Place, c.Locale.Lang(), h.service.Pack(a)
	source := h.table.Source(p.Country)
	v := placeview.AuthorityPage{
		Page: c.Page(p.Name(lang)), Crumbs: h.crumbs(c, p), Kind: c.T(LevelName(p.Level)),
		Active: a.IsActive(), InactiveMeaning: c.T(InactiveMeaning),
		Population: inhabitants(c, p, source.Census), PopulationSource: source.Population[lang], NamesSource: source.Names[lang],
		Contact: contactRows(c, a.Contact), NoContact: a.Contact.IsZero(), Privacy: privacyRows(c, a.Privacy),
		BodyHref:  c.URL("/councils/" + a.ID),
		RulesHref: c.URL("/rules/" + pack.Name),
		ListHref:  c.URL("/petitions") + "?place=" + url.QueryEscape(a.ID),
		StartHref: c.URL("/petitions/new") + "?place=" + url.QueryEscape(a.ID),
	}
	v.Other, v.OtherLang = otherScript(p, lang)
	v.ArabicText, v.Wide = true, true
	if v.Active {
		v.AnsweringHref = c.URL("/places/" + a.ID + "/answering")
		here := "?place=" + url.QueryEscape(a.ID)
		v.Civil = []placeview.Link{
			{Label: c.T("Associations in the register"), Href: c.URL("/associations") + here},
			{Label: c.T("Partnership agreements"), Href: c.URL("/agreements") + here},
			{Label: c.T("Joint projects"), Href: c.URL("/joint-projects") + here},
		}
	}
	v.Feed = c.URL("/petitions.atom") + "?place=" + url.QueryEscape(a.ID)
	v.Schema = map[string]any{"@type": "GovernmentOrganization", "name": p.Name(lang), "alternateName": v.Other, "url": c.AbsURL("/places/" + a.ID), "areaServed": p.Name(lang)}
	v.Description = c.T("Petitions to {place}: who decides, what a petition needs, how to reach them.", "place", p.Name(lang))
	h.bodyFacts(c, a, pack, &v)
	h.ruleFacts(c, a, pack, &v)
	err := h.parts(c, p, &v)
	if err == nil {
		v.Tenant, err = h.tenant(c, a)
	}
	if err != nil || h.petitions == nil {
		return v, err
	}
	v.Cards, err = h.petitions.OfAuthority(c, a.ID, petitionsShown)
	return v, err
}

// tenant is in whose name the page speaks: an authority that takes part.
func (h *Pages) tenant(c *web.Ctx, a Authority) (*ui.Tenant, error) {
	if !a.IsActive() {
		return nil, nil
	}
	logo, err := h.logo(c, a)
	t := &ui.Tenant{Name: a.Place.Name(c.Locale.Lang()), Href: c.URL("/places/" + a.ID), LogoURL: logo}
	if a.Look.Accent != "" {
		t.Stylesheet = "/places/" + a.ID + "/accent.css?" + url.QueryEscape(strings.TrimPrefix(a.Look.Accent, "#"))
	}
	return t, err
}

func (h *Pages) bodyFacts(c *web.Ctx, a Authority, pack *law.Pack, v *placeview.AuthorityPage) {
	v.Body = c.T(a.Body.Kind.Name(a.Place.Country))
	v.BodySince, v.BodyNote = day(c, a.Body.Since), a.Body.Note.In(c.Locale.Lang())
	if pack.Bodies.Citation != nil && a.Body.Kind == pack.Bodies.Usual {
		rule := cited(c, "", "", *pack.Bodies.Citation)
		rule.ValidFrom = "" // the body's own day says it
		v.BodyRule = &rule
	}
}

func (h *Pages) ruleFacts(c *web.Ctx, a Authority, pack *law.Pack, v *placeview.AuthorityPage) {
	now := c.Now()
	threshold := h.service.Threshold(a, now)
	v.Threshold = cited(c, c.T("Signatures required"), threshold.Words(c.Locale), threshold.Citation)
	if least, f, ok := pack.SubunitMinimum(threshold.Value, now); ok {
		rule := figure(c, law.SubunitPercent, f)
		v.Spread = &rule
		v.SpreadMin = c.N("At least {least} from each, in its {n} prefecture or province", "At least {least} from each of its {n} prefectures and provinces", len(h.table.Provinces(a.ID)), "least", least)
	}
	refusal, _ := pack.Figure(law.RefusalPeriod, now)
	v.Refusal = figure(c, law.RefusalPeriod, refusal)
}

// partsTitles name the parts of a place by their level.
var partsTitles = map[Level]string{
	Province:       i18n.Msg("Prefectures and provinces"),
	Commune:        i18n.Msg("Communes"),
	Arrondissement: i18n.Msg("Arrondissements"),
}

func (h *Pages) parts(c *web.Ctx, p Place, v *placeview.AuthorityPage) error {
	children := h.table.Children(p.ID)
	if len(children) == 0 {
		return nil
	}
	active, err := h.activeSet(c)
	if err != nil {
		return err
	}
	v.PartsTitle = c.T(partsTitles[children[0].Level])
	v.Parts = h.rows(c, children, active)
	for i := range v.Parts {
		if children[i].Level == Arrondissement { // its page is the one it would be linked from
			v.Parts[i].Href = ""
		}
	}
	return nil
}

func contactRows(c *web.Ctx, contact Contact) []ui.SummaryRow {
	var rows []ui.SummaryRow
	lang := c.Locale.Lang()
	add := func(key string, row ui.SummaryRow, there bool) {
		if row.Key = key; there {
			rows = append(rows, row)
		}
	}
	add(c.T("Who answers"), ui.SummaryRow{Value: contact.Function.In(lang)}, contact.Function != Text{})
	add(c.T("Postal address"), ui.SummaryRow{Value: contact.Address.In(lang)}, contact.Address != Text{})
	add(c.T("Telephone"), ui.SummaryRow{Body: ui.Ltr(contact.Phone)}, contact.Phone != "")
	add(c.T("E-mail address"), ui.SummaryRow{Body: ui.Ltr(contact.Mail)}, contact.Mail != "")
	add(c.T("Opening hours"), ui.SummaryRow{Value: contact.Hours.In(lang)}, contact.Hours != Text{})
	return rows
}

func privacyRows(c *web.Ctx, privacy Privacy) []ui.SummaryRow {
	var rows []ui.SummaryRow
	if privacy.Receipt != "" {
		rows = append(rows, ui.SummaryRow{Key: c.T("Receipt number of the regulator"), Body: ui.Ltr(privacy.Receipt)})
	}
	if privacy.Retention != (Text{}) {
		rows = append(rows, ui.SummaryRow{Key: c.T("How long the authority keeps what it receives"), Value: privacy.Retention.In(c.Locale.Lang())})
	}
	return rows
}

// accent is an authority's colour as a stylesheet: the content policy allows
// no style within a page.
func (h *Pages) accent(c *web.Ctx) error {
	a, err := h.service.Get(c.Std(), c.Params("id"))
	if err != nil {
		return err
	}
	c.Set("Cache-Control", "public, max-age="+cacheSeconds(24*time.Hour))
	c.Type("css", "utf-8")
	return c.SendString(AccentCSS(a.Look.Accent))
}
