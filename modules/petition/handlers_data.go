package petition

import (
	"bytes"
	"context"
	"html"
	"net/url"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/feed"
	"musharaka/modules/kit/table"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
)

// dataRoutes declares what machines read: for everybody, without a key.
func (h *Pages) dataRoutes(s *web.Site) {
	s.Plain("GET", "/petitions.json", web.Public, web.Limited(oftenRead, h.listJSON))
	s.Plain("GET", "/petitions.csv", web.Public, web.Limited(oftenCopied, h.listCSV))
	s.Plain("GET", "/petitions/:id.json", web.Public, web.Limited(oftenRead, h.oneJSON))
	s.Plain("GET", "/petitions/:id/count.json", web.Public, h.countJSON)
	s.Get("/petitions.atom", web.Public, web.Limited(oftenRead, h.listAtom))
	s.Get("/petitions/:id/embed", web.Public, h.embed)
	s.Get("/petitions/:id/data", web.Public, h.dataPage)
}

// How often one address may ask for what costs more than a page from memory.
var (
	oftenRead   = web.Limit{Burst: 120, Every: time.Second}
	oftenCopied = web.Limit{Burst: 60, Every: 5 * time.Second}
)

const (
	dataLimit  = 50    // petitions on a page of JSON
	feedLimit  = 50    // entries of a feed
	csvLimit   = 5_000 // rows of one CSV file; the header Link leads on
	csvPage    = 200
	dataFresh  = "public, max-age=30"
	embedLives = "public, max-age=60"
)

// pieceOf reads one petition with its tally as everybody may see it.
func (h *Pages) pieceOf(ctx context.Context, id string) (Petition, Tally, error) {
	p, err := h.service.Get(ctx, auth.Actor{}, id)
	if err != nil {
		return p, Tally{}, err
	}
	t, err := h.service.Tally(ctx, id)
	return p, t, err
}

// dataOf is a petition as open data.
func (h *Pages) dataOf(c *web.Ctx, id string) (DataPetition, error) {
	p, t, err := h.pieceOf(c.Std(), id)
	if err != nil {
		return DataPetition{}, err
	}
	lang := p.Lang("")
	if len(p.Langs) > 0 {
		lang = p.Langs[0]
	}
	names := map[string]string{}
	for _, place := range append([]string{p.Authority}, p.Threshold.Subunits...) {
		a, err := h.places.Authority(c.Std(), place)
		if err != nil {
			return DataPetition{}, err
		}
		names[place] = a.Name(lang)
	}
	return p.data(t, func(place string) string { return names[place] }, h.absolute, c.Now()), nil
}

// absolute is the whole address of a path without a language.
func (h *Pages) absolute(path string) string { return h.service.PublicURL + path }

// listJSON answers a page of the public petitions.
func (h *Pages) listJSON(c *web.Ctx) error {
	f := filterOf(c)
	f.Limit = dataLimit
	if n, err := strconv.Atoi(c.Query("limit")); err == nil && n > 0 && n < dataLimit {
		f.Limit = n
	}
	page, err := h.service.List(c.Std(), f)
	if err != nil {
		return err
	}
	address := func(after string) string {
		q := f.query("")
		if f.Limit != dataLimit {
			q.Set("limit", strconv.Itoa(f.Limit))
		}
		if after != "" {
			q.Set("after", after)
		}
		if len(q) == 0 {
			return h.absolute("/petitions.json")
		}
		return h.absolute("/petitions.json?" + q.Encode())
	}
	list := DataList{Links: DataLinks{Self: address(f.After), First: optional(address(""))}, Data: []DataPetition{}}
	if page.Next != "" {
		list.Links.Next = optional(address(page.Next))
	}
	for _, card := range page.Items {
		one, err := h.dataOf(c, card.ID)
		if isNotFound(err) {
			continue // taken out of sight this moment
		}
		if err != nil {
			return err
		}
		one.Links = &DataSelf{Self: h.absolute("/petitions/" + card.ID + ".json")}
		list.Data = append(list.Data, one)
	}
	return sendData(c, list)
}

// oneJSON answers one public petition.
func (h *Pages) oneJSON(c *web.Ctx) error {
	var one DataOne
	var err error
	if one.Data, err = h.dataOf(c, c.Params("id")); err != nil {
		return err
	}
	one.Links.Self = h.absolute("/petitions/" + one.Data.ID + ".json")
	return sendData(c, one)
}

// sendData answers a program; anybody's page may read it.
func sendData(c *web.Ctx, data any) error {
	c.Set("Cache-Control", dataFresh)
	c.Set("Access-Control-Allow-Origin", "*")
	return c.JSON(data)
}

// DataCount is what count.json answers, as fresh as the page: at most a second old.
type DataCount struct {
	SignatureCount int64     `json:"signature_count"` // everybody who supports it, as the UK's count.json
	Count          int64     `json:"count"`           // valid for the threshold
	Supporters     int64     `json:"supporters"`
	At             time.Time `json:"at"`
}

// countJSON answers the counts alone: it is what pages that stay open ask for.
func (h *Pages) countJSON(c *web.Ctx) error {
	p, err := h.service.lately(c.Std(), c.Params("id"))
	if isNotFound(err) || err == nil && !p.IsPublic() {
		return errNone
	}
	if err != nil {
		return err
	}
	t, err := h.service.Tally(c.Std(), p.ID)
	if err != nil {
		return err
	}
	c.Set("Cache-Control", "public, max-age=1")
	c.Set("Access-Control-Allow-Origin", "*")
	return c.JSON(DataCount{SignatureCount: t.Supporters, Count: t.Valid, Supporters: t.Supporters, At: c.Now().UTC().Truncate(time.Second)})
}

// csvColumns are the columns of petitions.csv, in English: they are names for programs.
var csvColumns = []string{"id", "reference", "status", "authority", "country", "kind", "language", "object", "theme", "tags",
	"published", "closes", "answered", "supporters", "valid", "threshold", "url"}

// listCSV answers up to csvLimit public petitions as a table. The header Link
// (RFC 8288) leads to the next part.
func (h *Pages) listCSV(c *web.Ctx) error {
	f := filterOf(c)
	f.Limit = csvPage
	var out bytes.Buffer
	w := table.NewWriter(&out, csvColumns...)
	for rows := 0; rows < csvLimit; {
		page, err := h.service.List(c.Std(), f)
		if err != nil {
			return err
		}
		for _, card := range page.Items {
			w.Row(h.csvRow(card)...)
		}
		rows += len(page.Items)
		if f.After = page.Next; f.After == "" {
			break
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	if f.After != "" {
		q := f.query("")
		q.Set("after", f.After)
		c.Set("Link", "<"+h.absolute("/petitions.csv?"+q.Encode())+`>; rel="next"`)
	}
	c.Set("Content-Type", "text/csv; charset=utf-8")
	c.Set("Content-Disposition", `attachment; filename="petitions.csv"`)
	c.Set("Cache-Control", dataFresh)
	return c.Send(out.Bytes())
}

func (h *Pages) csvRow(card Card) []string {
	lang := card.Lang("")
	if len(card.Langs) > 0 {
		lang = card.Langs[0]
	}
	object := card.Objects[lang]
	if card.State == Hidden {
		object = ""
	}
	day := func(t time.Time) string {
		if d := moment(t); d != nil {
			return d.Format(time.RFC3339)
		}
		return ""
	}
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	return []string{card.ID, card.Reference, string(card.State), card.Authority, card.Country, string(card.Kind), lang, object, card.Theme,
		strings.Join(card.Tags, " "), day(card.PublishedAt), day(card.ClosesAt), day(card.AnsweredAt), number(card.Supporters), number(card.Valid),
		number(card.Threshold), h.absolute("/" + lang + "/petitions/" + card.ID)}
}

// listAtom answers the newest public petitions of a filter as a feed: of an
// authority, a theme, or all.
func (h *Pages) listAtom(c *web.Ctx) error {
	f := filterOf(c)
	f.Order, f.After, f.Limit = Newest, "", feedLimit
	page, err := h.service.List(c.Std(), f)
	if err != nil {
		return err
	}
	title := c.T("Petitions")
	if f.Place != "" {
		if a, err := h.places.Authority(c.Std(), f.Place); err == nil {
			title = c.T("Petitions to {place}", "place", a.Name(c.Locale.Lang()))
		}
	}
	if f.Theme != "" {
		title += " – " + c.T(themeOrTag(f.Theme))
	}
	q := ""
	if set := f.query(""); len(set) > 0 {
		q = "?" + set.Encode()
	}
	news := feed.Feed{ID: c.AbsURL("/petitions.atom") + q, Title: title, Lang: c.Locale.Tag(), Self: c.AbsURL("/petitions.atom") + q,
		Page: c.AbsURL("/petitions") + q, Author: c.T("Musharaka"), Updated: c.Now()}
	for i, card := range page.Items {
		entry := h.feedEntry(c, card)
		if i == 0 || entry.Updated.After(news.Updated) {
			news.Updated = entry.Updated
		}
		news.Entries = append(news.Entries, entry)
	}
	body, err := news.Atom()
	if err != nil {
		return err
	}
	c.Set("Content-Type", feed.Type)
	c.Set("Cache-Control", dataFresh)
	return c.Send(body)
}

func (h *Pages) feedEntry(c *web.Ctx, card Card) feed.Entry {
	lang := shownLang(card.Langs, c.Locale.Lang())
	entry := feed.Entry{
		ID: "urn:musharaka:petition:" + card.ID, Title: card.Objects[lang], Page: c.AbsURL("/petitions/" + card.ID), Lang: lang,
		Summary: card.Asks[lang], Author: card.OrgName, Categories: append([]string{card.Theme}, card.Tags...), Published: card.PublishedAt,
		Updated: card.PublishedAt,
	}
	if card.AnsweredAt.After(entry.Updated) {
		entry.Updated = card.AnsweredAt
	}
	if card.State == Hidden {
		entry.Title, entry.Summary, entry.Author = c.T("The text of this petition is not shown"), "", ""
	}
	return entry
}

// themeOrTag is the label of a filter's theme.
func themeOrTag(theme string) string {
	if tag, ok := strings.CutPrefix(theme, "#"); ok {
		return TagLabel(tag)
	}
	return ThemeLabel(theme)
}

// embed is a small counter for other people's pages. It alone may stand in
// their frames; it has no form, reads no session and leads out of the frame.
func (h *Pages) embed(c *web.Ctx) error {
	p, t, err := h.pieceOf(c.Std(), c.Params("id"))
	if err != nil {
		return err
	}
	c.UseCountry(p.Country)
	authority, err := h.places.Authority(c.Std(), p.Authority)
	if err != nil {
		return err
	}
	v := petitionview.EmbedPage{Page: c.Page(p.Text(c.Locale.Lang()).Object), Object: p.Text(c.Locale.Lang()).Object, Authority: authority.Name(c.Locale.Lang()),
		State: c.T(StateLabel(p.State)), Progress: progress(c, p, t), Href: c.AbsURL("/petitions/" + p.ID), Signable: p.Signable(c.Now())}
	v.Progress.CountURL = "" // the frame runs no script
	v.NoIndex = true
	if p.TextHidden() {
		v.Object = c.T("The text of this petition is not shown")
	}
	c.AllowFrames()
	c.Set("Cache-Control", embedLives)
	return c.Show(petitionview.Embed(v))
}

// dataPage says how to take the petition along: its data and its counter.
func (h *Pages) dataPage(c *web.Ctx) error {
	p, _, err := h.pieceOf(c.Std(), c.Params("id"))
	if err != nil {
		return err
	}
	c.UseCountry(p.Country)
	c.SetCurrent("petitions")
	object := p.Text(c.Locale.Lang()).Object
	if p.TextHidden() {
		object = p.Reference
	}
	place := url.Values{"place": {p.Authority}}.Encode()
	v := petitionview.DataPage{Page: c.Page(c.T("Data and counter to embed")), Object: object, Back: c.URL("/petitions/" + p.ID),
		Frame: c.URL("/petitions/" + p.ID + "/embed"), Snippet: embedSnippet(c.AbsURL("/petitions/"+p.ID+"/embed"), object)}
	v.Links = []petitionview.DataLink{
		{Label: c.T("This petition (JSON)"), Href: h.absolute("/petitions/" + p.ID + ".json")},
		{Label: c.T("Its count alone (JSON)"), Href: h.absolute("/petitions/" + p.ID + "/count.json")},
		{Label: c.T("All petitions to this authority (JSON)"), Href: h.absolute("/petitions.json?" + place)},
		{Label: c.T("All petitions to this authority (table)"), Href: h.absolute("/petitions.csv?" + place)},
		{Label: c.T("News of this authority’s petitions (Atom feed)"), Href: c.AbsURL("/petitions.atom") + "?" + place},
		{Label: c.T("How the data are described (OpenAPI)"), Href: c.AbsURL("/api")},
	}
	v.NoIndex, v.ArabicText, v.Sheets = true, true, []string{"embed.css"}
	return c.Show(petitionview.Data(v))
}

// formats are the addresses under which programs find a list.
func (h *Pages) formats(c *web.Ctx, f Filter) []petitionview.DataLink {
	q := ""
	if set := f.query(""); len(set) > 0 {
		q = "?" + set.Encode()
	}
	return []petitionview.DataLink{{Label: c.T("Atom feed"), Href: c.URL("/petitions.atom") + q}, {Label: "JSON", Href: "/petitions.json" + q}, {Label: "CSV", Href: "/petitions.csv" + q}}
}

// embedSnippet is the piece of HTML that shows the counter elsewhere.
func embedSnippet(address, title string) string {
	return `<iframe src="` + html.EscapeString(address) + `" title="` + html.EscapeString(title) + `" width="320" height="240" loading="lazy"></iframe>`
}
