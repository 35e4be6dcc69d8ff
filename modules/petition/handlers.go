package petition

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// facts says what kind of file it is and how large, the same in every language.
func facts(d Document) string {
	kind := strings.ToUpper(d.Type[strings.LastIndexByte(d.Type, '/')+1:])
	if d.Size < 1<<20 {
		return fmt.Sprintf("%s · %d KB", kind, max(1, d.Size>>10))
	}
	return fmt.Sprintf("%s · %.1f MB", kind, float64(d.Size)/(1<<20))
}

// show is the public page: rendered once per change and language.
func (h *Pages) show(c *web.Ctx) error {
	id := c.Params("id")
	return c.Cached(web.Source{
		Key: "petition/" + id,
		Stamp: func(ctx context.Context) (string, error) {
			stamp, err := h.stamp(ctx, id)
			return stamp + c.Now().Format("|2006-01-02T15"), err // "days left" changes at midnight in the authority's country
		},
		Render: func(c *web.Ctx) (templ.Component, error) {
			page, err := h.showPage(c, id)
			return petitionview.Show(page), err
		},
	})
}

func (h *Pages) showPage(c *web.Ctx, id string) (petitionview.ShowPage, error) {
	var v petitionview.ShowPage
	p, err := h.service.Get(c.Std(), auth.Actor{}, id) // nobody: what everybody may see
	if err != nil {
		return v, err
	}
	authority, err := h.places.Authority(c.Std(), p.Authority)
	if err != nil {
		return v, err
	}
	c.UseCountry(p.Country)
	c.SetCurrent("petitions")
	text := p.Text(c.Locale.Lang())
	v = petitionview.ShowPage{
		Page: c.Page(text.Object), Reference: p.Reference, Object: text.Object,
		StateText: c.T(StateLabel(p.State)), StateTone: toneOf(p.State), Theme: c.T(ThemeLabel(p.Theme)),
		Authority: authority.Name(c.Locale.Lang()), AuthorityHref: c.URL("/places/" + p.Authority),
		StartedBy: startedBy(c, p), Sections: sections(c, text), Hidden: p.TextHidden(),
		Share: share(c, p), FollowHref: c.URL("/petitions/" + id + "/follow"), PrintHref: c.URL("/petitions/" + id + "/petition.pdf"), DataHref: c.URL("/petitions/" + id + "/data"),
		Rejection: rejection(c, p), Timeline: h.timeline(c, p), Procedure: procedureBox(c, p),
	}
	v.ArabicText, v.Wide = p.Lang(c.Locale.Lang()) == "ar", true
	h.describe(c, p, &v)
	for _, tag := range p.Tags {
		v.Tags = append(v.Tags, c.T(TagLabel(tag)))
	}
	if v.Attachments, err = h.documents(c, p.Attachments); err != nil {
		return v, err
	}
	if v.Answer, err = h.answer(c, p, authority); err != nil {
		return v, err
	}
	if v.Count, err = h.count(c, p); err != nil {
		return v, err
	}
	if v.Panels, err = h.panelsOf(c, p); err != nil {
		return v, err
	}
	return v, h.voices(c, p, &v)
}

// describe fills in what search engines, link previews and readers of other
// languages are told.
func (h *Pages) describe(c *web.Ctx, p Petition, v *petitionview.ShowPage) {
	if p.TextHidden() {
		v.Title, v.NoIndex = c.T("The text of this petition is not shown"), true
		return
	}
	v.Description = shorten(p.Text(c.Locale.Lang()).Ask, 160)
	v.OG = ui.OG{Type: "article", Image: c.URL("/petitions/" + p.ID + "/card.png"), ImageAlt: v.Object, Width: 1200, Height: 630}
	shown := p.Lang(c.Locale.Lang())
	v.Schema = map[string]any{ // schema.org has no petition
		"@type": "CreativeWork", "genre": "petition", "name": v.Object, "inLanguage": shown, "url": c.AbsURL("/petitions/" + p.ID),
		"datePublished": p.PublishedAt.UTC().Format(time.DateOnly), "audience": map[string]any{"@type": "GovernmentOrganization", "name": v.Authority},
	}
	if shown != c.Locale.Lang() {
		v.TextLang = shown
	}
	for _, lang := range p.Langs {
		if lang != shown {
			v.Versions = append(v.Versions, petitionview.Version{Lang: lang, Name: langNames[lang], Href: "/" + lang + "/petitions/" + p.ID})
		}
	}
}

// langNames are the languages of petitions in their own words.
var langNames = map[string]string{"ar": "العربية", "fr": "Français"}

func startedBy(c *web.Ctx, p Petition) string {
	at := p.PublishedAt
	if at.IsZero() {
		at = p.SubmittedAt
	}
	switch {
	case p.Kind == Association && p.OrgName != "":
		return c.T("Started by the association {name} on {date}", "name", p.OrgName, "date", at)
	case p.AgentName() != "":
		return c.T("Started by {name} on {date}", "name", p.AgentName(), "date", at)
	}
	return c.T("Started by residents on {date}", "date", at)
}

func sections(c *web.Ctx, t Text) []petitionview.Section {
	all := []petitionview.Section{
		{Title: c.T("What is asked"), Text: t.Ask},
		{Title: c.T("Reasons"), Text: t.Reasons},
		{Title: c.T("Aims"), Text: t.Aims},
	}
	if t.Aims == "" {
		return all[:2]
	}
	return all
}

func rejection(c *web.Ctx, p Petition) *petitionview.Rejection {
	if p.Rejection == nil {
		return nil
	}
	return &petitionview.Rejection{
		Title: c.T("This petition was not accepted for publication"), Reason: c.T(RejectionLabel(p.Rejection.Code)),
		Text:     p.Rejection.Reasons,
		NextStep: c.T("Its author was told why. This decision is about publication on this platform; the right to address the authority on paper is untouched."),
	}
}

func (h *Pages) answer(c *web.Ctx, p Petition, a Authority) (*petitionview.Answer, error) {
	version, ok := p.Answer.Shown()
	if !ok {
		return nil, nil
	}
	text, ok := version.Texts[c.Locale.Lang()]
	for _, lang := range []string{p.Lang(c.Locale.Lang()), "ar", "fr"} {
		if !ok {
			text, ok = version.Texts[lang]
		}
	}
	files, err := h.documents(c, version.Attachments)
	return &petitionview.Answer{
		Title: c.T("Answer of the authority"), Decision: c.T(AnswerDecisionLabel(version.Decision)), Summary: text.Summary, Body: text.Body,
		By: a.Name(c.Locale.Lang()), At: version.PublishedAt, Corrected: version.Number > 1, Attachments: files,
	}, err
}

// count is the box beside the text.
func (h *Pages) count(c *web.Ctx, p Petition) (petitionview.Count, error) {
	tally, err := h.service.Tally(c.Std(), p.ID)
	if err != nil {
		return petitionview.Count{}, err
	}
	box := petitionview.Count{Progress: progress(c, p, tally), None: p.PublishedAt.IsZero()}
	if !box.None && !p.TextHidden() {
		box.Figures, box.Channels = c.URL("/petitions/"+p.ID+"/figures"), channels(c, tally)
	}
	if t := p.Threshold; t.Signatures > 0 {
		box.Headline = c.N("{n} valid signature is needed for the authority to take it up", "{n} valid signatures are needed for the authority to take it up", int(t.Signatures))
		box.Source, box.HasSource = shownSource(c, t.Source), true
		if box.ByPlace, err = h.byPlace(c, t, tally); err != nil {
			return box, err
		}
		box.PlaceTitle = c.T("Signatures by province")
		if n := len(t.Missing(Count{Valid: tally.Valid, Subunits: tally.Subunits})); n > 0 && tally.Valid >= t.Signatures {
			box.Lacking = c.N("The number is reached, but {n} province still lacks signatures.", "The number is reached, but {n} provinces still lack signatures.", n)
		}
		box.PlaceNote = c.N("The law asks for at least {n} valid signature in each of them.", "The law asks for at least {n} valid signatures in each of them.", int(t.PerSubunit))
	}
	switch {
	case p.Signable(c.Now()):
		box.SignHref = c.URL("/petitions/" + p.ID + "/sign")
		box.Closing = daysLeft(c, p.ClosesAt, p.Country) + " · " + c.T("until {date}", "date", p.ClosesAt)
	case !p.PublishedAt.IsZero():
		box.Ended = c.T("Signatures are no longer collected.")
	}
	return box, nil
}

// channels says how many came on paper and how many were invalidated.
func channels(c *web.Ctx, t Tally) string {
	var parts []string
	if t.Paper > 0 {
		parts = append(parts, c.N("{n} signature came on paper.", "{n} signatures came on paper.", int(t.Paper)))
	}
	if t.Void > 0 {
		parts = append(parts, c.N("{n} signature was invalidated.", "{n} signatures were invalidated.", int(t.Void)))
	}
	return strings.Join(parts, " ")
}

// citation names a source as the reader's country cites its laws.
func citation(c *web.Ctx, s Source) string {
	name := s.Text
	if !s.Names.IsZero() {
		name = s.Names.In(c.Locale.Lang())
	}
	switch {
	case s.Article == "" || name == "":
		return name + s.Article
	case strings.ContainsAny(s.Article, "–,-"):
		return c.T("{law}, articles {articles}", "law", name, "articles", s.Article)
	}
	return c.T("{law}, article {article}", "law", name, "article", s.Article)
}

// shownSource is a source as pages show it. A rule of the platform itself is
// not marked as unchecked: there is no journal to check it against, and its
// name says what it is.
func shownSource(c *web.Ctx, s Source) ui.SourceSpec {
	return ui.SourceSpec{Text: citation(c, s), URL: s.URL, Verified: s.Verified || s.Platform}
}

func (h *Pages) byPlace(c *web.Ctx, t Threshold, tally Tally) ([]ui.PlaceRow, error) {
	var rows []ui.PlaceRow
	for _, id := range t.Subunits {
		place, err := h.places.Authority(c.Std(), id)
		if err != nil {
			return nil, err
		}
		rows = append(rows, ui.PlaceRow{Name: place.Name(c.Locale.Lang()), Count: tally.Subunits[id], Needed: t.PerSubunit})
	}
	return rows, nil
}

// timeline is the public history, with what is still to come behind it.
func (h *Pages) timeline(c *web.Ctx, p Petition) []ui.Event {
	var events []ui.Event
	for _, e := range p.Timeline() {
		events = append(events, ui.Event{At: e.At, Title: eventTitle(c, e), Text: eventText(c, p, e), State: ui.Past})
	}
	if n := len(events); n > 0 && EndedStates.Has(p.State) {
		return events
	} else if n > 0 {
		events[n-1].State = ui.Present
	}
	if p.State == Open {
		events = append(events, ui.Event{At: p.ClosesAt, Title: c.T("End of the collection of signatures"), State: ui.Future})
	}
	if !p.AnswerDueAt.IsZero() && DeadlineStates.Has(p.State) {
		zone := clock.Zone(p.Country)
		events = append(events, ui.Event{At: p.AnswerDueAt.In(zone), Title: c.T("Last day for the authority to reply"), State: ui.Future})
	}
	return events
}

func eventTitle(c *web.Ctx, e audit.Entry) string {
	if label := actLabels[Act(strings.TrimPrefix(e.Act, "petition."))]; label != "" {
		return c.T(label)
	}
	return c.T(StateLabel(State(e.To)))
}

// voices fills in the newest comments and public names.
func (h *Pages) voices(c *web.Ctx, p Petition, v *petitionview.ShowPage) error {
	if p.TextHidden() || p.PublishedAt.IsZero() {
		return nil
	}
	v.Opened = true
	comments, err := h.service.Comments(c.Std(), p.ID, "", 5)
	if err != nil {
		return err
	}
	v.Comments = shownComments(c, comments.Items)
	if comments.Next != "" {
		v.MoreComments = c.URL("/petitions/" + p.ID + "/comments")
	}
	names, err := h.service.PublicNames(c.Std(), p.ID, "", 12)
	if err != nil {
		return err
	}
	for _, n := range names.Items {
		v.Names = append(v.Names, n.Name)
	}
	if names.Next != "" {
		v.MoreNames = c.URL("/petitions/" + p.ID + "/names")
	}
	return nil
}

func shownComments(c *web.Ctx, all []Comment) []petitionview.Comment {
	var shown []petitionview.Comment
	for _, x := range all {
		name := x.Name
		if name == "" {
			name = c.T("A supporter")
		}
		shown = append(shown, petitionview.Comment{Name: name, Text: x.Text, At: x.At})
	}
	return shown
}

// peoplePage is the frame of the pages of comments and of names.
func (h *Pages) peoplePage(c *web.Ctx, title, intro, path, next string) (petitionview.PeoplePage, error) {
	p, err := h.service.Get(c.Std(), auth.Actor{}, c.Params("id"))
	if err != nil {
		return petitionview.PeoplePage{}, err
	}
	c.UseCountry(p.Country)
	c.SetCurrent("petitions")
	v := petitionview.PeoplePage{Page: c.Page(title), Object: p.Text(c.Locale.Lang()).Object, PetitionHref: c.URL("/petitions/" + p.ID), Intro: intro}
	v.NoIndex = true // a list of names is no page to be found by a name
	base := c.URL("/petitions/" + p.ID + path)
	if c.Query("after") != "" {
		v.Pages.First = base
	}
	if next != "" {
		v.Pages.Next = base + "?after=" + url.QueryEscape(next)
	}
	return v, nil
}

func (h *Pages) comments(c *web.Ctx) error {
	page, err := h.service.Comments(c.Std(), c.Params("id"), c.Query("after"), 30)
	if err != nil {
		return err
	}
	v, err := h.peoplePage(c, c.T("Why people sign"), "", "/comments", page.Next)
	if err != nil {
		return err
	}
	v.Comments, v.Empty = shownComments(c, page.Items), c.T("No comment has been published yet.")
	return c.Show(petitionview.People(v))
}

func (h *Pages) names(c *web.Ctx) error {
	page, err := h.service.PublicNames(c.Std(), c.Params("id"), c.Query("after"), 100)
	if err != nil {
		return err
	}
	v, err := h.peoplePage(c, c.T("Supporters who made their name public"), c.T("Most people sign without showing their name. Only those who chose to are listed, newest first."), "/names", page.Next)
	if err != nil {
		return err
	}
	for _, n := range page.Items {
		v.Names = append(v.Names, n.Name)
	}
	v.Empty = c.T("Nobody has made their name public yet.")
	return c.Show(petitionview.People(v))
}
