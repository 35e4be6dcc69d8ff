package council

import (
	"net/url"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/councilview"
	"musharaka/views/ui"
)

// Pages are the pages of councils, public and of the desk.
type Pages struct {
	service *Service
}

// NewPages returns the pages over a service.
func NewPages(s *Service) *Pages { return &Pages{service: s} }

// Routes declares the pages, from public to those who serve an authority.
func (h *Pages) Routes(s *web.Site) {
	// For everybody.
	s.Get("/councils/:place", web.Public, h.council)
	s.Get("/councils/:place/members", web.Public, h.members)
	s.Get("/councils/:place/sessions", web.Public, h.sessions)
	s.Get("/councils/:place/calendar.ics", web.Public, h.calendar)
	s.Plain("GET", "/councils/:place/popolo.json", web.Public, h.popolo)
	s.Get("/councils/:place/sessions/:session", web.Public, h.session)
	s.Get("/councils/:place/sessions/:session/minutes.pdf", web.Public, h.minutes)
	s.Get("/councils/:place/decisions", web.Public, h.decisions)
	s.Get("/councils/:place/decisions.csv", web.Public, h.decisionsCSV)
	s.Get("/councils/:place/decisions.atom", web.Public, h.decisionsAtom)
	s.Get("/councils/:place/decisions/:decision", web.Public, h.decision)
	s.Get("/councils/:place/bodies/:kind", web.Public, h.body)
	s.Get("/councils/:place/opinions/:opinion", web.Public, h.opinion)
	s.Get("/councils/:place/opinions/:opinion/opinion.pdf", web.Public, h.opinionFile)
	s.Get("/councils/:place/questions", web.Public, h.questions)
	s.Get("/councils/:place/questions.csv", web.Public, h.questionsCSV)
	s.Get("/councils/:place/calls", web.Public, h.calls)

	// For somebody who is signed in.
	s.Get("/councils/:place/questions/new", web.SignedIn, h.showAsk)
	s.Post("/councils/:place/questions/new", web.SignedIn, web.Limited(asking, h.ask))
	s.Get("/councils/:place/questions/:question", web.Anyone, h.question)
	s.Post("/councils/:place/questions/:question/follow", web.SignedIn, h.follow)
	s.Post("/councils/:place/questions/:question/unfollow", web.SignedIn, h.unfollow)
	s.Get("/councils/:place/questions/:question/withdraw", web.SignedIn, h.showTakeBack)
	s.Post("/councils/:place/questions/:question/withdraw", web.SignedIn, h.takeBack)
	s.Get("/councils/:place/calls/new", web.SignedIn, h.showPropose)
	s.Post("/councils/:place/calls/new", web.SignedIn, web.Limited(asking, h.propose))
	s.Get("/councils/:place/calls/:call", web.Anyone, h.call)
	s.Post("/councils/:place/calls/:call/support", web.SignedIn, h.support)
	s.Post("/councils/:place/calls/:call/unsupport", web.SignedIn, h.unsupport)
	s.Get("/councils/:place/calls/:call/withdraw", web.SignedIn, h.showWithdraw)
	s.Post("/councils/:place/calls/:call/withdraw", web.SignedIn, h.withdraw)

	h.deskRoutes(s)
}

// asking is how often one person may write into the registers.
var asking = web.Limit{Burst: 5, Every: 10 * time.Minute}

// shown is how many entries a page of a list has, few how many an overview shows.
const (
	shown = 20
	few   = 3
)

// at returns the authority of the request, and speaks the words of its country
// from there on.
func (h *Pages) at(c *web.Ctx) (Authority, error) {
	a, err := h.service.authority(c.Std(), c.Params("place"))
	if err != nil {
		return a, err
	}
	c.UseCountry(a.Country)
	c.SetCurrent("places")
	return a, nil
}

// kept lets whoever stands between us and the reader keep a page a little while.
func kept(c *web.Ctx) { c.Set("Cache-Control", "public, max-age=10") }

// page is the frame of a page of an authority.
func (h *Pages) page(c *web.Ctx, a Authority, title string) ui.Page {
	p := c.Page(title)
	p.Tenant = h.service.Authorities.Tenant(a, c.Locale)
	p.ArabicText, p.Wide = true, true
	return p
}

func base(a Authority) string { return "/councils/" + a.ID }

// crumbs lead from the place to the page named last.
func crumbs(c *web.Ctx, a Authority, last string, between ...ui.Crumb) []ui.Crumb {
	all := []ui.Crumb{{Label: a.Name(c.Locale.Lang()), Href: c.URL("/places/" + a.ID)}}
	if last != "" {
		all = append(all, ui.Crumb{Label: bodyName(c.Locale, a.Body), Href: c.URL(base(a))})
		return append(append(all, between...), ui.Crumb{Label: last})
	}
	return append(all, ui.Crumb{Label: bodyName(c.Locale, a.Body)})
}

// tabs lead through the public pages of an authority.
func (h *Pages) tabs(c *web.Ctx, a Authority, current string) []ui.Tab {
	all := []ui.Tab{{Label: c.T("Overview"), Href: ""}, {Label: c.T("Sessions"), Href: "/sessions"}, {Label: c.T("Decisions"), Href: "/decisions"},
		{Label: c.T("Opinions and questions"), Href: "/questions"}}
	if h.hasCalls(a) {
		all = append(all, ui.Tab{Label: c.T("Requests of inhabitants"), Href: "/calls"})
	}
	for i, t := range all {
		all[i].Current, all[i].Href = t.Href == current, c.URL(base(a)+t.Href)
	}
	return all
}

// hasCalls reports whether the rules know a call here.
func (h *Pages) hasCalls(a Authority) bool {
	for _, kind := range CallKinds {
		if h.service.CallRule(a, kind).Known() {
			return true
		}
	}
	return false
}

// source is where a rule stands, as pages show it. A rule of the platform is
// not marked as unchecked: there is no journal to check it against.
func source(c *web.Ctx, r Rule) *ui.SourceSpec {
	return &ui.SourceSpec{Text: sourceText(c.Locale, r), URL: r.URL, Verified: r.Verified || r.Platform}
}

// more is the way to the next page of a list.
func more(c *web.Ctx, path string, query url.Values, next string) ui.Pages {
	var p ui.Pages
	if c.Query("after") != "" {
		p.First = c.URL(path) + encoded(query)
	}
	if next != "" {
		if query == nil {
			query = url.Values{}
		}
		query.Set("after", next)
		p.Next = c.URL(path) + encoded(query)
	}
	return p
}

func encoded(q url.Values) string {
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// council is the front page of who decides for an authority.
func (h *Pages) council(c *web.Ctx) error {
	a, err := h.at(c)
	if err != nil {
		return err
	}
	name := a.Name(c.Locale.Lang())
	v := councilview.SheetPage{Page: h.page(c, a, c.T("Who decides in {place}", "place", name)), Crumbs: crumbs(c, a, ""), Tabs: h.tabs(c, a, ""), TabsOf: c.T("Pages of the council")}
	v.Description = c.T("{body} of {place}: members, sessions, decisions, questions of inhabitants.", "body", bodyName(c.Locale, a.Body), "place", name)
	v.Heading = ui.HeadingSpec{Title: v.Title, Caption: bodyName(c.Locale, a.Body)}
	if !a.Active {
		v.Notices = []councilview.Notice{{Tone: ui.Info, Title: c.T("This authority does not take part on the platform yet."), Text: c.T("Nothing is entered here in its name.")}}
	}
	if err := h.decides(c, a, &v); err != nil {
		return err
	}
	if err := h.upcoming(c, a, &v); err != nil {
		return err
	}
	if err := h.latest(c, a, &v); err != nil {
		return err
	}
	if err := h.advisory(c, a, &v); err != nil {
		return err
	}
	v.Aside = append(v.Aside, councilview.Section{Title: c.T("Data for other programs"), Lead: c.T("Subscribe to the sessions in your calendar, or reuse the data."), Links: []councilview.Link{
		{Label: c.T("Calendar of sessions (iCalendar)"), Href: c.URL(base(a) + "/calendar.ics"), Kind: ui.Quiet},
		{Label: c.T("Decisions as a feed (Atom)"), Href: c.URL(base(a) + "/decisions.atom"), Kind: ui.Quiet},
		{Label: c.T("Members, sessions and votes (Popolo JSON)"), Href: base(a) + "/popolo.json", Kind: ui.Quiet},
	}})
	kept(c)
	return c.Show(councilview.Sheet(v))
}

// decides says who the body is, and lists its members.
func (h *Pages) decides(c *web.Ctx, a Authority, v *councilview.SheetPage) error {
	who := councilview.Section{Title: c.T("Who decides"), Strong: bodyName(c.Locale, a.Body), Text: a.BodyNotes[c.Locale.Lang()]}
	if !a.BodySince.IsZero() {
		who.Note = c.T("Since {date}", "date", a.BodySince)
	}
	if rule := h.service.pack(a).Bodies.Citation; rule != nil && a.Body == h.service.pack(a).Bodies.Usual {
		who.Source = source(c, Rule{Law: rule.Law, Article: rule.Article, Source: rule.Source, URL: rule.URL, Verified: rule.Verified, Platform: rule.Platform})
	}
	if !Collegial(a.Body) {
		who.Lead = c.T("The body that decides here does not sit: one person decides, and the decisions are published in the register.")
	}
	v.Aside = append(v.Aside, who)
	members, err := h.service.MembersAt(c.Std(), a.ID, Deciding, c.Now())
	if err != nil || len(members) == 0 {
		return err
	}
	section := councilview.Section{ID: "members", Title: c.T("Members"), Links: []councilview.Link{{Label: c.N("{n} member, with their mandates", "All {n} members, with their mandates", len(members)), Href: c.URL(base(a) + "/members"), Kind: ui.Quiet}}}
	for _, m := range members[:min(len(members), 6)] {
		section.Rows = append(section.Rows, ui.SummaryRow{Key: c.T(functionLabels[m.Function]), Body: ui.Bidi(m.Name)})
	}
	v.Aside = append(v.Aside, section)
	return nil
}

// upcoming shows the next session.
func (h *Pages) upcoming(c *web.Ctx, a Authority, v *councilview.SheetPage) error {
	if !Collegial(a.Body) {
		return nil
	}
	section := councilview.Section{ID: "next", Title: c.T("Next session"), EmptyTitle: c.T("No session is convened"), EmptyText: c.T("It is shown here as soon as the members are told."),
		Links: []councilview.Link{{Label: c.T("All sessions"), Href: c.URL(base(a) + "/sessions"), Kind: ui.Quiet}}}
	x, err := h.service.NextSession(c.Std(), a.ID)
	switch {
	case err == nil:
		section.Cards = []ui.CardSpec{h.sessionCard(c, x, 3)}
	case fault.Is(err, fault.NotFound):
		if at, ok := h.service.pack(a).NextSession(c.Now()); ok && a.Active {
			section.EmptyText = c.T("By the rules the next ordinary session falls in {month}.", "month", c.Locale.Month(at))
		}
	default:
		return err
	}
	v.Main = append(v.Main, section)
	return nil
}

// latest shows the last decisions and questions.
func (h *Pages) latest(c *web.Ctx, a Authority, v *councilview.SheetPage) error {
	decisions, err := h.service.Decisions(c.Std(), a.ID, DecisionFilter{Limit: few})
	if err != nil {
		return err
	}
	section := councilview.Section{ID: "decisions", Title: c.T("Latest decisions"), EmptyTitle: c.T("No decision is in the register yet"), EmptyText: c.T("Decisions are published here with their votes."),
		Links: []councilview.Link{{Label: c.T("Register of decisions"), Href: c.URL(base(a) + "/decisions"), Kind: ui.Quiet}}}
	for _, d := range decisions.Items {
		section.Cards = append(section.Cards, h.decisionCard(c, d, 3))
	}
	v.Main = append(v.Main, section)
	questions, err := h.service.Questions(c.Std(), a.ID, QuestionFilter{Limit: few})
	if err != nil {
		return err
	}
	section = councilview.Section{ID: "questions", Title: c.T("Opinions and questions of inhabitants"), EmptyTitle: c.T("Nobody has asked anything yet"), EmptyText: c.T("Whoever lives or works here can ask, or give an opinion; the answers are public."),
		Links: []councilview.Link{{Label: c.T("The whole register"), Href: c.URL(base(a) + "/questions"), Kind: ui.Quiet}}}
	if a.Active {
		section.Links = append([]councilview.Link{{Label: c.T("Ask a question or give an opinion"), Href: c.URL(base(a) + "/questions/new"), Kind: ui.Secondary}}, section.Links...)
	}
	for _, q := range questions.Items {
		section.Cards = append(section.Cards, h.questionCard(c, q, 3))
	}
	v.Main = append(v.Main, section)
	return nil
}

// advisory lists the advisory bodies.
func (h *Pages) advisory(c *web.Ctx, a Authority, v *councilview.SheetPage) error {
	bodies, err := h.service.Bodies(c.Std(), a.ID)
	if err != nil || len(bodies) == 0 {
		return err
	}
	section := councilview.Section{ID: "bodies", Title: c.T("Advisory bodies")}
	for _, b := range bodies {
		tile := ui.TileSpec{Icon: "people", Title: c.T(AdvisoryLabel(b.Kind)), Href: c.URL(bodyPath(a.ID, b.Kind)), Text: c.T("Members, composition, opinions")}
		if b.State == Dissolved {
			tile.Text = c.T("Dissolved")
		}
		section.Tiles = append(section.Tiles, tile)
	}
	v.Main = append(v.Main, section)
	return nil
}

// members shows the mandates of the deciding body, past ones too.
func (h *Pages) members(c *web.Ctx) error {
	a, err := h.at(c)
	if err != nil {
		return err
	}
	page, err := h.service.Mandates(c.Std(), a.ID, Deciding, c.Query("after"), 100)
	if err != nil {
		return err
	}
	v := councilview.ListPage{Page: h.page(c, a, c.T("Members and mandates")), Crumbs: crumbs(c, a, c.T("Members and mandates"))}
	v.Description = c.T("Who sits in {body} of {place}, and from when to when.", "body", bodyName(c.Locale, a.Body), "place", a.Name(c.Locale.Lang()))
	v.Heading = ui.HeadingSpec{Title: v.Title, Caption: bodyName(c.Locale, a.Body), Lead: c.T("Members are named because they hold a public office. No party and no private data are kept.")}
	v.EmptyTitle, v.EmptyText = c.T("No member is entered"), c.T("The authority has not entered its members yet.")
	v.Table = mandateTable(c, page.Items, c.T("Members and mandates"), false)
	v.Pages = more(c, base(a)+"/members", nil, page.Next)
	kept(c)
	return c.Show(councilview.List(v))
}

// mandateTable lists mandates; nil for none.
func mandateTable(c *web.Ctx, all []Mandate, caption string, categories bool) *ui.TableSpec {
	if len(all) == 0 {
		return nil
	}
	t := &ui.TableSpec{Caption: caption, HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("Name")}, {Label: c.T("Function")}}}
	if categories {
		t.Head = append(t.Head, ui.Th{Label: c.T("Stands for")})
	}
	t.Head = append(t.Head, ui.Th{Label: c.T("Mandate")})
	for _, m := range all {
		row := []ui.Cell{{Body: ui.Bidi(m.Name)}, {Text: c.T(functionLabels[m.Function])}}
		if categories {
			row = append(row, ui.Cell{Body: ui.Bidi(m.Category)})
		}
		t.Rows = append(t.Rows, append(row, ui.Cell{Text: mandateText(c, m)}))
	}
	return t
}

func mandateText(c *web.Ctx, m Mandate) string {
	if m.Until.IsZero() {
		return c.T("since {date}", "date", m.From)
	}
	return c.T("from {from} to {until}", "from", m.From, "until", m.Until.AddDate(0, 0, -1))
}

// body is the page of an advisory body.
func (h *Pages) body(c *web.Ctx) error {
	a, err := h.at(c)
	if err != nil {
		return err
	}
	b, err := h.service.Body(c.Std(), a.ID, c.Params("kind"))
	if err != nil {
		return err
	}
	members, err := h.service.MembersAt(c.Std(), a.ID, b.Kind, c.Now())
	if err != nil {
		return err
	}
	opinions, err := h.service.OpinionsOf(c.Std(), a.ID, b.Kind, c.Query("after"), shown)
	if err != nil {
		return err
	}
	name := c.T(AdvisoryLabel(b.Kind))
	v := councilview.SheetPage{Page: h.page(c, a, name), Crumbs: crumbs(c, a, name), Heading: ui.HeadingSpec{Title: name, Caption: a.Name(c.Locale.Lang())}}
	v.Description = c.T("Composition, members and opinions of an advisory body of {place}.", "place", a.Name(c.Locale.Lang()))
	if b.State == Dissolved {
		v.Notices = []councilview.Notice{{Tone: ui.Warning, Title: c.T("This body was dissolved"), People: lastReason(b.Base)}}
	}
	section := councilview.Section{ID: "opinions", Title: c.T("Opinions"), EmptyTitle: c.T("No opinion has been published yet"), EmptyText: c.T("Opinions on petitions and other matters appear here.")}
	for _, o := range opinions.Items {
		section.Cards = append(section.Cards, h.opinionCard(c, o))
	}
	if opinions.Next != "" {
		section.Links = []councilview.Link{{Label: c.T("Older ones"), Href: c.URL(bodyPath(a.ID, b.Kind)) + "?after=" + url.QueryEscape(opinions.Next), Kind: ui.Quiet}}
	}
	v.Main = append(v.Main, councilview.Section{ID: "members", Title: c.T("Members"), EmptyTitle: c.T("No member is entered"), EmptyText: c.T("The authority has not entered its members yet."),
		Table: mandateTable(c, members, c.T("Members"), true)}, section)
	v.Aside = h.composition(c, b, members)
	kept(c)
	return c.Show(councilview.Sheet(v))
}

// composition is of whom an advisory body is made, and its balance.
func (h *Pages) composition(c *web.Ctx, b AdvisoryBody, members []Mandate) []councilview.Section {
	s := councilview.Section{Title: c.T("Composition"), Lead: c.N("{n} member", "{n} members", len(members))}
	if b.Seats > 0 {
		s.Lead = c.N("{n} member in {seats} seats", "{n} members in {seats} seats", len(members), "seats", b.Seats)
	}
	for _, category := range b.Categories {
		n := 0
		for _, m := range members {
			if m.Category == category {
				n++
			}
		}
		s.Rows = append(s.Rows, ui.SummaryRow{Key: category, Value: c.Locale.Number(int64(n))})
	}
	if balance := balanceOf(members); balance.Women+balance.Men > 0 {
		s.Rows = append(s.Rows, ui.SummaryRow{Key: c.T("Women and men"), Value: c.Locale.List([]string{c.N("{n} woman", "{n} women", balance.Women), c.N("{n} man", "{n} men", balance.Men)})})
	}
	all := []councilview.Section{s}
	if b.Act != "" || !b.FoundedOn.IsZero() {
		founded := councilview.Section{Title: c.T("Set up by"), Text: b.Act}
		if !b.FoundedOn.IsZero() {
			founded.Note = c.Locale.Date(b.FoundedOn)
		}
		all = append(all, founded)
	}
	return all
}

// lastReason is the reason given with the last act.
func lastReason(b Base) string {
	if len(b.History) == 0 {
		return ""
	}
	return b.History[len(b.History)-1].Reason
}

func (h *Pages) opinionCard(c *web.Ctx, o Opinion) ui.CardSpec {
	card := ui.CardSpec{Title: o.Title, Href: c.URL(opinionPath(o)), TagText: c.T(stanceLabels[o.Stance]), TagTone: ui.Info, Text: excerpt(o.Text), Meta: []string{c.Locale.Date(o.GivenOn)}, Level: 3}
	if o.State == OpinionRecalled {
		card.TagText, card.TagTone, card.Text = c.T("Recalled"), ui.Warning, ""
	}
	return card
}

// excerpt is the beginning of a text.
func excerpt(text string) string {
	const letters = 180
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > letters {
		return string(r[:letters]) + "…"
	}
	return text
}

// opinion is the page of an opinion.
func (h *Pages) opinion(c *web.Ctx) error {
	a, o, err := h.opinionOf(c)
	if err != nil {
		return err
	}
	body := c.T(AdvisoryLabel(o.Body))
	v := councilview.SheetPage{Page: h.page(c, a, o.Title), Crumbs: crumbs(c, a, o.Title, ui.Crumb{Label: body, Href: c.URL(bodyPath(a.ID, o.Body))}),
		Heading: ui.HeadingSpec{Title: o.Title, Caption: c.T("Advisory opinion"), TagText: c.T(stanceLabels[o.Stance]), TagTone: ui.Info}}
	v.Description = excerpt(o.Text)
	if o.State == OpinionRecalled {
		v.Heading.TagText, v.Heading.TagTone, v.Description = c.T("Recalled"), ui.Warning, ""
		v.Notices = []councilview.Notice{{Tone: ui.Warning, Title: c.T("This opinion was recalled"), People: lastReason(o.Base)}}
	} else {
		v.Main = []councilview.Section{{Title: c.T("What the body says"), Text: o.Text}}
		if o.File != "" {
			v.Main[0].Links = []councilview.Link{{Label: c.T("The signed opinion (PDF)"), Href: c.URL(opinionPath(o) + "/opinion.pdf"), Kind: ui.Secondary}}
		}
		follow := councilview.Section{Title: c.T("What the deciding body did with it"), EmptyTitle: c.T("Nothing is recorded yet"), EmptyText: c.T("The deciding body says here what became of the opinion."), Text: o.FollowUp}
		if o.FollowUp != "" {
			follow.Note = c.Locale.Date(o.FollowedAt)
		}
		v.Main = append(v.Main, follow)
	}
	v.Aside = []councilview.Section{{Title: c.T("About this opinion"), Rows: []ui.SummaryRow{
		{Key: c.T("Given by"), Value: body}, {Key: c.T("Adopted on"), Value: c.Locale.Date(o.GivenOn)},
	}}}
	v.Aside[0].Rows = append(v.Aside[0].Rows, h.aboutRow(c, o.Subject)...)
	kept(c)
	return c.Show(councilview.Sheet(v))
}

// opinionOf returns the opinion of the request, which must be of its place.
func (h *Pages) opinionOf(c *web.Ctx) (Authority, Opinion, error) {
	a, err := h.at(c)
	if err != nil {
		return a, Opinion{}, err
	}
	o, err := h.service.Opinion(c.Std(), c.Params("opinion"))
	if err == nil && o.Authority != a.ID {
		err = errNone
	}
	return a, o, err
}

func (h *Pages) opinionFile(c *web.Ctx) error {
	_, o, err := h.opinionOf(c)
	if err != nil {
		return err
	}
	if o.State != OpinionPublished {
		return errNone
	}
	return h.send(c, o.File)
}

// send answers with a kept PDF.
func (h *Pages) send(c *web.Ctx, id string) error {
	body, f, err := h.service.kept(c.Std(), id)
	if err != nil {
		return err
	}
	for header, value := range f.Headers(file.Full) {
		c.Set(header, value)
	}
	kept(c)
	return c.SendStream(body, int(f.Size))
}

// aboutRow leads to the subject of something.
func (h *Pages) aboutRow(c *web.Ctx, s Subject) []ui.SummaryRow {
	if s.None() {
		return nil
	}
	row := ui.SummaryRow{Key: c.T("About"), Value: h.subjectName(c, s) + "\n\n" + s.Title}
	if path := h.service.Subjects.Path(s); path != "" {
		row.Href, row.Action = c.URL(path), c.T("Open")
	}
	return []ui.SummaryRow{row}
}

// subjectName is "Petition PET-2026-0001".
func (h *Pages) subjectName(c *web.Ctx, s Subject) string {
	return strings.TrimSpace(c.T(h.service.Subjects.Label(s.Kind)) + " " + s.Reference)
}

// events are the public entries of a history, oldest first.
func events(c *web.Ctx, b Base) []ui.Event {
	var all []ui.Event
	for _, e := range b.History {
		if e.Public {
			all = append(all, ui.Event{At: e.At, Title: c.T(ActName(e.Act)), Text: e.Reason, State: ui.Past})
		}
	}
	return all
}

// mistakes shows an InputError beside its field, and any other thing that can
// be said about a form on top; false for what is no mistake of the form.
func mistakes(c *web.Ctx, err error, field string) ([]ui.FieldError, bool) {
	if input, ok := asInput(err); ok {
		return []ui.FieldError{{Field: input.Field, Message: c.T(input.Message, input.Args...)}}, true
	}
	if message, args := fault.Shown(err); fault.Is(err, fault.Invalid) && message != "" {
		return []ui.FieldError{{Field: field, Message: c.T(message, args...)}}, true
	}
	return nil, false
}

// keepsHere refuses those who do not look after the authority's pages.
func keepsHere(who auth.Actor, authority string) error {
	if !Keeps(who, authority) {
		return errNotYours
	}
	return nil
}

var flashDone = i18n.Msg("Saved.")
