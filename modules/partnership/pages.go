package partnership

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/table"
	"musharaka/modules/kit/web"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// Names offers places and associations to choose from.
type Names interface {
	// Taking returns the places that take part.
	Taking(ctx context.Context, lang string) ([]ui.Option, error)
	// Keeping returns the authorities whose registers an actor keeps.
	Keeping(ctx context.Context, who auth.Actor, lang string) ([]ui.Option, error)
	// Registered returns the associations of the register of an authority.
	Registered(ctx context.Context, place, lang string) ([]ui.Option, error)
}

// Pages are the pages of both registers.
type Pages struct {
	service *Service
	names   Names
}

// NewPages returns the pages over the service.
func NewPages(s *Service, n Names) *Pages { return &Pages{service: s, names: n} }

// keepers are those who may keep a register somewhere; the act itself decides where.
var keepers = web.Roles(auth.Officer, auth.Administrator)

// oftenHashed limits how often one address may have a file compared.
var oftenHashed = web.Limit{Burst: 10, Every: time.Minute}

// Routes declares the pages, from public to officer.
func (h *Pages) Routes(s *web.Site) {
	s.Get("/agreements", web.Anyone, h.agreements)
	s.Get("/agreements.csv", web.Public, h.agreementsCSV)
	s.Get("/agreements/:agreement", web.Anyone, h.agreement)
	s.Post("/agreements/:agreement/compare", web.Anyone, web.Limited(oftenHashed, h.compare))
	s.Get("/joint-projects", web.Anyone, h.projects)
	s.Get("/joint-projects.csv", web.Public, h.projectsCSV)
	s.Get("/joint-projects/:project", web.Anyone, h.project)
	s.Post("/joint-projects/:project/log", web.SignedIn, h.log)

	s.Get("/desk/agreements/new", keepers, h.showDraft)
	s.Post("/desk/agreements/new", keepers, h.draft)
	s.Get("/desk/agreements/:agreement/edit", keepers, h.showChange)
	s.Post("/desk/agreements/:agreement/edit", keepers, h.change)
	s.Post("/desk/agreements/:agreement/document", keepers, h.attach)
	s.Post("/desk/agreements/:agreement/publish", keepers, h.enact)
	s.Get("/desk/agreements/:agreement/end", keepers, h.showEnd)
	s.Post("/desk/agreements/:agreement/end", keepers, h.end)
	s.Get("/desk/joint-projects/new", keepers, h.showPlan)
	s.Post("/desk/joint-projects/new", keepers, h.plan)
	s.Get("/desk/joint-projects/:project/edit", keepers, h.showRevise)
	s.Post("/desk/joint-projects/:project/edit", keepers, h.revise)
	s.Get("/desk/joint-projects/:project/move", keepers, h.showMove)
	s.Post("/desk/joint-projects/:project/move", keepers, h.move)
}

var tones = map[State]ui.Tone{Draft: ui.Neutral, InForce: ui.Success, Terminated: ui.Warning, Planned: ui.Accent, Running: ui.Success, Stopped: ui.Warning}

func toneOf(s State) ui.Tone {
	if t, ok := tones[s]; ok {
		return t
	}
	return ui.Info
}

// speak uses the words of an authority's country.
func (h *Pages) speak(c *web.Ctx, authority string) error {
	country, err := h.service.Places.Country(c.Std(), authority)
	if country != "" {
		c.UseCountry(country)
	}
	return err
}

func (h *Pages) partyName(c *web.Ctx, p Party) (string, error) {
	if p.Association == "" {
		return p.Name, nil
	}
	name, err := h.service.Associations.Name(c.Std(), p.Association, c.Locale.Lang())
	if isNotFound(err) {
		return p.Association, nil
	}
	return name, err
}

func (h *Pages) partyNames(c *web.Ctx, all []Party) ([]string, error) {
	var names []string
	for _, p := range all {
		name, err := h.partyName(c, p)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

// partyItems are parties with a way to their entry in the register.
func (h *Pages) partyItems(c *web.Ctx, all []Party) ([]recordview.Item, error) {
	var items []recordview.Item
	for _, p := range all {
		name, err := h.partyName(c, p)
		if err != nil {
			return nil, err
		}
		item := recordview.Item{Title: name}
		if p.Association != "" {
			item.Href = c.URL("/associations/" + p.Association)
		}
		items = append(items, item)
	}
	return items, nil
}

// register is the frame of both lists.
func (h *Pages) register(c *web.Ctx, v *recordview.ListPage, path, create string) (place string, err error) {
	place = c.Query("place")
	places, err := h.names.Taking(c.Std(), c.Locale.Lang())
	if err != nil {
		return place, err
	}
	v.Action, v.Find = c.URL(path), c.T("Show")
	v.Selects = []ui.SelectField{{Name: "place", Label: c.T("Authority"), Value: place, Options: places, Empty: c.T("Any authority"), Optional: true}}
	v.Export, v.ExportLabel = c.URL(path+".csv"), c.T("Download this register as a table (CSV)")
	if place != "" {
		v.Export += "?place=" + url.QueryEscape(place)
	}
	if c.Actor.HoldsAny(auth.Officer) || c.Actor.Holds(auth.PlatformID, auth.Administrator) {
		v.Links = append(v.Links, recordview.Link{Href: c.URL("/desk" + path + "/new"), Label: create, Primary: true})
	}
	v.Description = v.Lead
	return place, nil
}

func next(c *web.Ctx, path, place, cursor string) string {
	if cursor == "" {
		return ""
	}
	q := url.Values{"after": {cursor}}
	if place != "" {
		q.Set("place", place)
	}
	return c.URL(path) + "?" + q.Encode()
}

func (h *Pages) agreements(c *web.Ctx) error {
	v := recordview.ListPage{
		Page: c.Page(c.T("Register of partnership agreements")), Empty: c.T("No agreement is in the register"), EmptyText: c.T("Agreements between an authority and associations or others stand here once they are signed."),
		Lead: c.T("What authorities have agreed with associations and others: the parties, the day of signing, the object, the document with its hash, and where it stands."),
	}
	place, err := h.register(c, &v, "/agreements", c.T("Enter an agreement"))
	if err != nil {
		return err
	}
	var all []Agreement
	if place != "" && c.Query("after") == "" {
		if all, err = h.service.Drafts(c.Std(), c.Actor, place); err != nil {
			return err
		}
	}
	page, err := h.service.Agreements(c.Std(), place, c.Query("after"), 30)
	if err != nil {
		return err
	}
	for _, a := range append(all, page.Items...) {
		names, err := h.partyNames(c, a.Parties)
		if err != nil {
			return err
		}
		v.Cards = append(v.Cards, ui.CardSpec{
			Title: a.Object, Href: c.URL("/agreements/" + a.ID), Eyebrow: h.service.Places.PlaceName(a.Authority, c.Locale.Lang()), Text: c.Locale.List(names),
			TagText: c.T(StateNames[a.State]), TagTone: toneOf(a.State), Meta: []string{c.T("Signed on {date}", "date", a.SignedOn)},
		})
	}
	v.Pages.Next = next(c, "/agreements", place, page.Next)
	return c.Show(recordview.List(v))
}

func csv(c *web.Ctx, name string, out *bytes.Buffer) error {
	c.Attachment(name)
	c.Set("Content-Type", "text/csv; charset=utf-8")
	c.Set("Cache-Control", "public, max-age=60")
	return c.Send(out.Bytes())
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func (h *Pages) agreementsCSV(c *web.Ctx) error {
	var out bytes.Buffer
	w := table.NewWriter(&out, c.T("Authority"), c.T("Parties"), c.T("Object"), c.T("Signed"), c.T("Until"), c.T("State"), c.T("SHA-256 of the document"), c.T("Address"))
	err := h.service.EachAgreement(c.Std(), c.Query("place"), func(a Agreement) error {
		names, err := h.partyNames(c, a.Parties)
		w.Row(h.service.Places.PlaceName(a.Authority, c.Locale.Lang()), c.Locale.List(names), a.Object, day(a.SignedOn), day(a.EndsOn), c.T(StateNames[a.State]), a.SHA256, c.AbsURL("/agreements/"+a.ID))
		return err
	})
	if err = errors.Join(err, w.Close()); err != nil {
		return err
	}
	return csv(c, "agreements.csv", &out)
}

func (h *Pages) agreement(c *web.Ctx) error {
	v, err := h.agreementPage(c, nil)
	if err != nil {
		return err
	}
	return c.Show(recordview.Show(v))
}

// agreementPage is one agreement; verdict, if any, is what came of comparing a file.
func (h *Pages) agreementPage(c *web.Ctx, verdict *recordview.Notice) (recordview.ShowPage, error) {
	a, err := h.service.Agreement(c.Std(), c.Actor, c.Params("agreement"))
	if err != nil {
		return recordview.ShowPage{}, err
	}
	if err := h.speak(c, a.Authority); err != nil {
		return recordview.ShowPage{}, err
	}
	parties, err := h.partyItems(c, a.Parties)
	if err != nil {
		return recordview.ShowPage{}, err
	}
	v := recordview.ShowPage{
		Page: c.Page(a.Object), Caption: c.T("Partnership agreement"), TagText: c.T(StateNames[a.State]), TagTone: toneOf(a.State),
		Crumbs: []ui.Crumb{{Label: c.T("Register of partnership agreements"), Href: c.URL("/agreements")}, {Label: a.Object}},
		Rows: []ui.SummaryRow{
			{Key: c.T("Authority"), Value: h.service.Places.PlaceName(a.Authority, c.Locale.Lang()), Href: c.URL("/places/" + a.Authority), Action: c.T("See the authority")},
			{Key: c.T("Other parties"), Body: recordview.Items(parties)},
			{Key: c.T("Signed"), Value: c.Locale.Date(a.SignedOn)},
		},
	}
	if !a.EndsOn.IsZero() {
		v.Rows = append(v.Rows, ui.SummaryRow{Key: c.T("Until"), Value: c.Locale.Date(a.EndsOn)})
	}
	if verdict != nil {
		v.Notices = append(v.Notices, *verdict)
	}
	if a.State == Terminated {
		v.Notices = append(v.Notices, recordview.Notice{Tone: ui.Warning, Title: c.T("This agreement was terminated before its time"), Text: LastReason(a.History)})
	}
	if a.Details != "" {
		v.Sections = append(v.Sections, recordview.Section{ID: "details", Title: c.T("What was agreed"), Body: ui.Paragraphs(a.Details)})
	}
	if err := h.document(c, a, &v); err != nil {
		return v, err
	}
	h.agreementTools(c, a, &v)
	return v, nil
}

// document shows the document of an agreement with its hash, and lets anybody
// compare a file with it.
func (h *Pages) document(c *web.Ctx, a Agreement, v *recordview.ShowPage) error {
	if a.File == "" {
		return nil
	}
	f, err := h.service.Files.Get(c.Std(), a.File)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	v.Sections = append(v.Sections, recordview.Section{ID: "document", Title: c.T("Document"), Body: recordview.All([]templ.Component{
		recordview.Files([]recordview.File{{Name: f.Name, Href: f.Path, Facts: fmt.Sprintf("%s · %d KB", strings.ToUpper(f.Type[strings.LastIndexByte(f.Type, '/')+1:]), max(1, f.Size>>10))}}),
		recordview.Words(c.T("SHA-256 of the document")), recordview.Reference(a.SHA256),
	})})
	if a.State.listed() {
		v.Sections = append(v.Sections, recordview.Section{ID: "compare", Title: c.T("Is my copy the same?"), Body: recordview.All([]templ.Component{
			recordview.Line(c.T("Choose the file you have. It is compared with the document of the register and not kept.")),
			recordview.Small(recordview.SmallForm{Action: c.URL("/agreements/" + a.ID + "/compare"), Label: c.T("Is my copy the same?"), Files: true, Button: c.T("Compare"), Secondary: true,
				Fields: []templ.Component{ui.File(v.Page, ui.FileField{Name: "copy", Label: c.T("My copy"), Accept: "application/pdf,image/jpeg,image/png", Limit: "10 MB"})}}),
		})})
	}
	return nil
}

// compareLimit is the largest file that is compared: the largest that is taken in.
const compareLimit = 10 << 20

func (h *Pages) compare(c *web.Ctx) error {
	a, err := h.service.Agreement(c.Std(), c.Actor, c.Params("agreement"))
	if err != nil {
		return err
	}
	header, err := c.FormFile("copy")
	if err != nil || header.Size == 0 {
		c.Wrong([]ui.FieldError{{Field: "copy", Message: c.T("Choose a file first")}})
		v, err := h.agreementPage(c, nil)
		if err != nil {
			return err
		}
		return c.Invalid(recordview.Show(v))
	}
	body, err := header.Open()
	if err != nil {
		return fault.Wrap("partnership.compare", err)
	}
	defer body.Close()
	sum, err := Hash(body, compareLimit)
	if err != nil {
		return err
	}
	verdict := recordview.Notice{Tone: ui.Success, Title: c.T("Your copy is the same as the document of the register"), Text: "SHA-256 " + sum}
	if sum != a.SHA256 {
		verdict = recordview.Notice{Tone: ui.Warning, Title: c.T("Your copy is not the same as the document of the register"), Text: "SHA-256 " + sum + "\n" + c.T("A scan or a copy saved again differs although it says the same: compare with the file downloaded here.")}
	}
	v, err := h.agreementPage(c, &verdict)
	if err != nil {
		return err
	}
	return c.Show(recordview.Show(v))
}

// agreementTools are what the authority's officers may do with an agreement.
func (h *Pages) agreementTools(c *web.Ctx, a Agreement, v *recordview.ShowPage) {
	if !Keeps(c.Actor, a.Authority) {
		return
	}
	base := "/desk/agreements/" + a.ID
	switch a.State {
	case Draft:
		v.Links = []recordview.Link{{Href: c.URL(base + "/edit"), Label: c.T("Change the draft")}}
		v.Sections = append(v.Sections,
			recordview.Section{ID: "attach", Title: c.T("The signed document"), Body: recordview.Small(recordview.SmallForm{Action: c.URL(base + "/document"), Label: c.T("The signed document"), Files: true, Button: c.T("Attach the document"), Secondary: true,
				Fields: []templ.Component{ui.File(v.Page, ui.FileField{Name: "file", Label: c.T("File"), Hint: c.T("One that was attached before is replaced."), Accept: "application/pdf,image/jpeg,image/png", Limit: "10 MB"})}})},
			recordview.Section{ID: "publish", Title: c.T("Enter it in the register"), Body: recordview.All([]templ.Component{
				recordview.Line(c.T("Everybody can then read the agreement and its document, and neither can be changed any more.")),
				recordview.Small(recordview.SmallForm{Action: c.URL(base + "/publish"), Label: c.T("Enter it in the register"), Button: c.T("Enter it in the register")}),
			})})
	case InForce:
		v.Links = []recordview.Link{{Href: c.URL(base + "/end"), Label: c.T("Say that it has ended")}}
	}
}

// asInput finds the field that a fault is about.
func asInput(err error) (*InputError, bool) {
	var input *InputError
	ok := errors.As(err, &input)
	return input, ok
}

var flashSaved = i18n.Msg("The entry is saved.")
