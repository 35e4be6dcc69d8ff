package association

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/table"
	"musharaka/modules/kit/web"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// Names says what places are called. Server adapts the place module.
type Names interface {
	PlaceName(id, lang string) string
	// SeatsFor returns the municipalities in which an officer may enter associations.
	SeatsFor(ctx context.Context, who auth.Actor, lang string) ([]ui.Option, error)
	// Taking returns the places that take part, where an association may ask to be entered.
	Taking(ctx context.Context, lang string) ([]ui.Option, error)
}

// Pages are the pages of the register and of what associations do.
type Pages struct {
	service *Service
	names   Names
	drawn   *web.Drawings // posters and pictures to share
}

// drawnLimit bounds the memory of posters and pictures, in bytes.
const drawnLimit = 16 << 20

// NewPages returns the pages over the service.
func NewPages(s *Service, n Names) *Pages {
	return &Pages{service: s, names: n, drawn: web.NewDrawings(drawnLimit)}
}

// keepers are those who may keep entries somewhere; the act itself decides where.
var keepers = web.Roles(auth.Officer, auth.Administrator)

// How often one person may do what leaves something behind.
var (
	oftenAsked   = web.Limit{Burst: 20, Every: time.Minute}
	oftenInvited = web.Limit{Burst: 10, Every: 5 * time.Minute}
)

// Routes declares the pages, from public to officer.
func (h *Pages) Routes(s *web.Site) {
	s.Get("/associations", web.Anyone, h.list)
	s.Get("/associations.csv", web.Public, h.csv)
	s.Get("/associations/new", web.SignedIn, h.showBegin)
	s.Get("/associations/:id", web.Anyone, h.show)
	h.supportRoutes(s)
	h.campaignRoutes(s)

	s.Get("/me/associations", web.SignedIn, h.mine)
	s.Post("/associations/new", web.SignedIn, web.Limited(oftenAsked, h.begin))
	s.Get("/associations/:id/request", web.SignedIn, h.showRequest)
	s.Get("/associations/:id/request/edit", web.SignedIn, h.showWrite)
	s.Post("/associations/:id/request/edit", web.SignedIn, h.write)
	s.Post("/associations/:id/request/submit", web.SignedIn, h.submit)
	s.Post("/associations/:id/request/retract", web.SignedIn, h.retract)
	s.Get("/associations/:id/request/delete", web.SignedIn, h.showDelete)
	s.Post("/associations/:id/request/delete", web.SignedIn, h.deleteRequest)
	s.Get("/associations/:id/documents", web.SignedIn, h.showDocuments)
	s.Post("/associations/:id/documents", web.SignedIn, web.Limited(oftenAsked, h.attach))
	s.Post("/associations/:id/documents/remove", web.SignedIn, h.detach)
	h.mandateRoutes(s)
	h.correctionRoutes(s)

	s.Get("/desk/associations", keepers, h.queue)
	s.Get("/desk/associations/new", keepers, h.showNew)
	s.Post("/desk/associations/new", keepers, h.register)
	s.Get("/desk/associations/:id/examine", keepers, h.showExamine)
	s.Post("/desk/associations/:id/examine", keepers, h.examine)
	s.Get("/desk/associations/:id/edit", keepers, h.showEdit)
	s.Post("/desk/associations/:id/edit", keepers, h.correct)
	s.Get("/desk/associations/:id/strike", keepers, h.showStrike)
	s.Post("/desk/associations/:id/strike", keepers, h.strike)
}

// tones colours the states; the words say the same.
var tones = map[State]ui.Tone{Submitted: ui.Accent, Returned: ui.Warning, Registered: ui.Success, Refused: ui.Warning, Struck: ui.Danger}

func toneOf(s State) ui.Tone {
	if t, ok := tones[s]; ok {
		return t
	}
	return ui.Neutral
}

// isAdmin reports whether the reader looks after the platform.
func isAdmin(c *web.Ctx) bool { return c.Actor.Holds(auth.PlatformID, auth.Administrator) }

func (h *Pages) list(c *web.Ctx) error {
	words, place := c.Query("q"), c.Query("place")
	v := recordview.ListPage{
		Page: c.Page(c.T("Register of associations")), Action: c.URL("/associations"), Find: c.T("Search the register"),
		Search: &ui.SearchField{Name: "q", Label: c.T("Name of the association"), Value: words},
		Empty:  c.T("No association is found"), EmptyText: c.T("Check the spelling, or try the name in the other script."),
		ExportLabel: c.T("Download this register as a table (CSV)"), Export: c.URL("/associations.csv"),
	}
	v.Lead = c.T("Associations that are entered with a municipality or region at their own request, and may petition through their legal representative.")
	v.Description = v.Lead
	places, err := h.names.Taking(c.Std(), c.Locale.Lang())
	if err != nil {
		return err
	}
	v.Selects = []ui.SelectField{{Name: "place", Label: c.T("Register of"), Value: place, Options: places, Empty: c.T("The whole platform"), Optional: true}}
	found, next, err := h.find(c, words, place)
	if err != nil {
		return err
	}
	for _, a := range found {
		v.Cards = append(v.Cards, h.card(c, a))
	}
	keep := ""
	if place != "" {
		keep = "place=" + url.QueryEscape(place)
		v.Export += "?" + keep
	}
	if next != "" {
		v.Pages.Next = c.URL("/associations") + "?" + strings.Trim(keep+"&after="+url.QueryEscape(next), "&")
	}
	v.Links = []recordview.Link{{Href: c.URL("/associations/new"), Label: c.T("Ask for an association to be entered"), Primary: true}}
	if c.Actor.HoldsAny(auth.Officer) || isAdmin(c) {
		v.Links = append(v.Links, recordview.Link{Href: c.URL("/desk/associations"), Label: c.T("Requests to examine")},
			recordview.Link{Href: c.URL("/desk/associations/new"), Label: c.T("Enter an association")})
	}
	return c.Show(recordview.List(v))
}

func (h *Pages) card(c *web.Ctx, a Association) ui.CardSpec {
	lang := c.Locale.Lang()
	return ui.CardSpec{
		Title: a.Name(lang), Href: c.URL("/associations/" + a.ID), Text: a.Activity,
		Meta: []string{h.names.PlaceName(a.Seat, lang), c.T("Founded on {date}", "date", a.FoundedAt)},
	}
}

func (h *Pages) find(c *web.Ctx, words, place string) ([]Association, string, error) {
	if strings.TrimSpace(words) != "" {
		found, err := h.service.Find(c.Std(), words, 40)
		if place == "" {
			return found, "", err
		}
		var here []Association
		for _, a := range found {
			for _, id := range a.Places() {
				if id == place {
					here = append(here, a)
					break
				}
			}
		}
		return here, "", err
	}
	page, err := h.service.List(c.Std(), place, c.Query("after"), 30)
	return page.Items, page.Next, err
}

// csv is the register as a table for a spreadsheet, whole.
func (h *Pages) csv(c *web.Ctx) error {
	lang, place := c.Locale.Lang(), c.Query("place")
	var out bytes.Buffer
	w := table.NewWriter(&out, c.T("Name in Arabic"), c.T("Name in French"), c.T("Founded"), c.T("Seat"), c.T("Branches"), c.T("Legal representative"), c.T("What the association does"), c.T("Address"))
	err := h.service.EachRegistered(c.Std(), place, func(a Association) error {
		w.Row(a.NameAR, a.NameFR, a.FoundedAt.Format(time.DateOnly), h.names.PlaceName(a.Seat, lang), c.Locale.List(h.branches(a, lang)),
			a.RepresentativeShown(), a.Activity, c.AbsURL("/associations/"+a.ID))
		return nil
	})
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return err
	}
	c.Attachment("associations.csv")
	c.Set("Content-Type", "text/csv; charset=utf-8")
	c.Set("Cache-Control", "public, max-age=60")
	return c.Send(out.Bytes())
}

func (h *Pages) branches(a Association, lang string) []string {
	var names []string
	for _, id := range a.Branches {
		names = append(names, h.names.PlaceName(id, lang))
	}
	return names
}

// speak uses the words of the country where an association has its seat.
func (h *Pages) speak(c *web.Ctx, a Association) {
	country, _ := h.service.Places.Kind(a.Seat)
	c.UseCountry(country)
}

// rows are what an entry says, as far as the reader may see it.
func (h *Pages) rows(c *web.Ctx, a Association) []ui.SummaryRow {
	lang := c.Locale.Lang()
	var rows []ui.SummaryRow
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, ui.SummaryRow{Key: key, Value: value})
		}
	}
	add(c.T("Name in Arabic"), a.NameAR)
	add(c.T("Name in French"), a.NameFR)
	add(c.T("Founded"), c.Locale.Date(a.FoundedAt))
	add(c.T("Seat"), h.names.PlaceName(a.Seat, lang))
	add(c.T("Branches"), c.Locale.List(h.branches(a, lang)))
	add(c.T("Legal representative"), a.RepresentativeShown())
	if a.Representative != "" && !a.NameConsent {
		add(c.T("Name of the legal representative, not public"), a.Representative)
	}
	add(c.T("What the association does"), a.Activity)
	add(c.T("Mail address"), a.Mail)
	return rows
}

func (h *Pages) show(c *web.Ctx) error {
	a, err := h.service.Seen(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return err
	}
	if !a.State.IsPublic() {
		return c.SeeOther("/associations/" + a.ID + "/request")
	}
	h.speak(c, a)
	lang := c.Locale.Lang()
	v := recordview.ShowPage{
		Page: c.Page(a.Name(lang)), Caption: c.T("Register of associations"), TagText: c.T(StateNames[a.State]), TagTone: toneOf(a.State), Rows: h.rows(c, a),
		Crumbs: []ui.Crumb{{Label: c.T("Register of associations"), Href: c.URL("/associations")}, {Label: a.Name(lang)}},
	}
	if a.State == Struck {
		v.Notices = append(v.Notices, recordview.Notice{Tone: ui.Warning, Title: c.T("This association no longer acts on the platform"), Text: a.LastReason()})
	}
	for _, part := range []func(*web.Ctx, Association, ui.Page) (recordview.Section, error){h.findings, h.papers, h.activity, h.mandated} {
		section, err := part(c, a, v.Page)
		if err != nil {
			return err
		}
		if section.Body != nil {
			v.Sections = append(v.Sections, section)
		}
	}
	v.Links = h.tools(c, a)
	return c.Show(recordview.Show(v))
}

// tools are the links for those who may do something with an entry.
func (h *Pages) tools(c *web.Ctx, a Association) []recordview.Link {
	var links []recordview.Link
	add := func(path, label string) { links = append(links, recordview.Link{Href: c.URL(path), Label: label}) }
	if h.service.MayManage(c.Std(), c.Actor, a) && a.State == Registered {
		add("/associations/"+a.ID+"/mandates", c.T("Delegates and mandates"))
		add("/associations/"+a.ID+"/documents", c.T("Documents"))
	}
	if h.service.MayAct(c.Std(), c.Actor, a.ID, ScopeManage) {
		add("/associations/"+a.ID+"/correction", c.T("Ask for a correction"))
	}
	if MayKeep(c.Actor, a.Places()) {
		if a.Correction != nil {
			add("/desk/associations/"+a.ID+"/correction", c.T("Correction asked for"))
		}
		if a.State == Registered {
			add("/desk/associations/"+a.ID+"/examine", c.T("Examine the conditions"))
			add("/desk/associations/"+a.ID+"/edit", c.T("Correct the entry"))
			add("/desk/associations/"+a.ID+"/strike", c.T("Strike off the register"))
		} else {
			add("/desk/associations/"+a.ID+"/strike", c.T("Restore the entry"))
		}
	}
	return links
}

// findings are the conditions one by one, with what was found.
func (h *Pages) findings(c *web.Ctx, a Association, p ui.Page) (recordview.Section, error) {
	if a.Examination == nil || !a.State.IsPublic() && a.State != Submitted {
		return recordview.Section{}, nil
	}
	_, conditions := h.service.Conditions(a, a.Examination.At)
	t := ui.TableSpec{
		Caption: c.T("Conditions of the law, as examined on {date}", "date", a.Examination.At), HideCaption: true, RowHead: true,
		Head: []ui.Th{{Label: c.T("Condition")}, {Label: c.T("Found")}, {Label: c.T("Evidence")}},
	}
	for _, x := range conditions {
		for _, f := range a.Examination.Findings {
			if f.Code == x.Code {
				t.Rows = append(t.Rows, []ui.Cell{{Text: conditionText(c, x)}, {Body: ui.Tag(c.T(VerdictNames[f.Verdict]), verdictTone(f.Verdict))}, {Body: ui.Bidi(f.Evidence)}})
			}
		}
	}
	body := []templ.Component{
		recordview.Words(c.T("An officer examined them on {date}. Whether the association may petition is decided again at each petition.", "date", a.Examination.At)), ui.Table(p, t),
	}
	return recordview.Section{ID: "conditions", Title: c.T("Conditions, one by one"), Body: recordview.All(body)}, nil
}

func verdictTone(v Verdict) ui.Tone {
	switch v {
	case Met:
		return ui.Success
	case Unmet:
		return ui.Warning
	}
	return ui.Neutral
}

// conditionText is a condition in words.
func conditionText(c *web.Ctx, x Condition) string {
	if x.Code == codeAge {
		return c.N("to be at least {n} year old", "to be at least {n} years old", x.Years)
	}
	return x.Text.In(c.Locale.Lang())
}

// cited names where a condition comes from.
func cited(c *web.Ctx, x law.Citation) ui.SourceSpec {
	name := x.Law
	if name.IsZero() {
		name = x.Source
	}
	text := name.In(c.Locale.Lang())
	if x.Platform {
		text = c.T("Rule of the platform")
	} else if x.Article != "" && text != "" {
		text = c.T("{law}, article {article}", "law", text, "article", x.Article)
	}
	return ui.SourceSpec{Text: text, URL: x.URL, Verified: x.Verified || x.Platform}
}

// papers are the documents the reader may fetch.
func (h *Pages) papers(c *web.Ctx, a Association, _ ui.Page) (recordview.Section, error) {
	files, err := h.files(c, a)
	if err != nil || len(files) == 0 {
		return recordview.Section{}, err
	}
	return recordview.Section{ID: "documents", Title: c.T("Documents"), Body: recordview.Files(files)}, nil
}

func (h *Pages) files(c *web.Ctx, a Association) ([]recordview.File, error) {
	var ids []string
	for _, d := range a.Documents {
		ids = append(ids, d.File)
	}
	kept, err := h.service.Files.Documents(c.Std(), ids)
	var shown []recordview.File
	for _, f := range kept {
		for _, d := range a.Documents {
			if d.File == f.ID {
				note := c.T(DocumentNames[d.Kind])
				if !d.Public {
					note += " · " + c.T("not public")
				}
				shown = append(shown, recordview.File{ID: f.ID, Name: f.Name, Href: f.Path, Note: note, Facts: facts(f)})
			}
		}
	}
	return shown, err
}

// facts says what kind of file it is and how large, the same in every language.
func facts(f File) string {
	kind := strings.ToUpper(f.Type[strings.LastIndexByte(f.Type, '/')+1:])
	if f.Size < 1<<20 {
		return fmt.Sprintf("%s · %d KB", kind, max(1, f.Size>>10))
	}
	return fmt.Sprintf("%s · %.1f MB", kind, float64(f.Size)/(1<<20))
}

// wrong adds a fault that may be shown to the mistakes of a form; false for one
// that is none of the person's.
func wrong(add func(field, message string, pairs ...any), fallback string, err error) bool {
	message, args := fault.Shown(err)
	if message == "" || !(fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) || fault.Is(err, fault.TooLarge)) {
		return false
	}
	if input, ok := asInput(err); ok {
		fallback = input.Field
	}
	add(fallback, message, args...)
	return true
}

var (
	flashSaved    = i18n.Msg("The entry is saved.")
	flashStruck   = i18n.Msg("The association is struck off the register.")
	flashRestored = i18n.Msg("The association is restored to the register.")
)
