package petition

import (
	"context"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// stepTitles name the questions, for the way through them and for the check page.
var stepTitles = map[Step]string{
	StepAuthority: i18n.Msg("Authority"), StepLanguages: i18n.Msg("Language"), StepObject: i18n.Msg("Object of the petition"),
	StepAsk: i18n.Msg("What you ask"), StepReasons: i18n.Msg("Reasons"), StepAims: i18n.Msg("Aims"), StepTheme: i18n.Msg("Theme"),
	StepPetitioners: i18n.Msg("Petitioners"), StepAttachments: i18n.Msg("Documents"),
}

// showBegin says what writing a petition means, and leads to drafts begun before.
func (h *Pages) showBegin(c *web.Ctx) error {
	c.SetCurrent("petitions")
	v := petitionview.BeginPage{Page: c.Page(c.T("Start a petition")), Once: c.NewID(), PlaceID: c.Query("authority")}
	if v.PlaceID != "" {
		authority, err := h.places.Authority(c.Std(), v.PlaceID)
		if err != nil {
			return err
		}
		v.Authority = authority.Name(c.Locale.Lang())
	}
	if c.Actor.SignedIn() {
		mine, err := h.service.Mine(c.Std(), c.Actor, "", 20)
		if err != nil {
			return err
		}
		for _, p := range mine.Items {
			if p.State == Draft {
				v.Drafts = append(v.Drafts, petitionview.DraftLink{Title: titleOf(c, p), Href: c.URL(stepPath(p, nextStep(p))), Changed: c.Locale.Ago(p.ChangedAt, c.Now())})
			}
		}
	}
	return c.Show(petitionview.Begin(v))
}

// titleOf is the petition's object, or that it has none yet.
func titleOf(c *web.Ctx, p Petition) string {
	if object := p.Text(c.Locale.Lang()).Object; object != "" {
		return object
	}
	return c.T("Petition without an object yet")
}

func (h *Pages) begin(c *web.Ctx) error {
	var typed struct {
		Authority string `form:"authority"`
		Once      string `form:"once"`
	}
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	p, err := h.service.StartDraft(c.Std(), c.Actor, typed.Authority, typed.Once)
	if err != nil {
		return err
	}
	return c.SeeOther(stepPath(p, nextStep(p)))
}

// stepPath is where a question of a petition is asked.
func stepPath(p Petition, step Step) string {
	if step == "" {
		return "/petitions/" + p.ID + "/write/check"
	}
	return "/petitions/" + p.ID + "/write/" + string(step)
}

// nextStep is the first question that was not answered yet, "" when all were.
func nextStep(p Petition) Step {
	for _, step := range Steps {
		if !slices.Contains(p.Saved, step) {
			return step
		}
	}
	return ""
}

// draft returns the petition of the request for its author to go on writing.
func (h *Pages) draft(c *web.Ctx) (Petition, error) {
	p, err := h.service.Get(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return p, err
	}
	if !p.IsAuthor(c.Actor.PersonID) {
		return p, fault.New(fault.NotFound, "")
	}
	if !May(c.Actor, p, ActSave) {
		return p, errNotNow
	}
	c.UseCountry(p.Country)
	c.SetCurrent("petitions")
	return p, nil
}

func (h *Pages) showStep(c *web.Ctx) error {
	p, err := h.draft(c)
	if err != nil {
		return err
	}
	v, err := h.stepPage(c, p, Step(c.Params("step")))
	if err != nil {
		return err
	}
	return c.Show(petitionview.Write(v))
}

// stepPage is the page of one question, filled with what was written before.
func (h *Pages) stepPage(c *web.Ctx, p Petition, step Step) (petitionview.WritePage, error) {
	i := slices.Index(Steps, step)
	if i < 0 {
		return petitionview.WritePage{}, fault.New(fault.NotFound, "")
	}
	v := petitionview.WritePage{
		Page: c.Page(c.T(stepTitles[step])), Number: i + 1, Of: len(Steps), StepTitle: c.T(stepTitles[step]),
		Action: c.URL(stepPath(p, step)), Back: c.URL("/petitions/new"), Changes: p.Changes, Files: step == StepAttachments,
	}
	if i > 0 {
		v.Back = c.URL(stepPath(p, Steps[i-1]))
	}
	if c.Query("back") == "check" {
		v.Back, v.Action = c.URL(stepPath(p, "")), v.Action+"?back=check"
	}
	var err error
	v.Body, err = h.stepBody(c, p, step, &v)
	return v, err
}

func (h *Pages) stepBody(c *web.Ctx, p Petition, step Step, v *petitionview.WritePage) (templ.Component, error) {
	switch step {
	case StepAuthority:
		return h.authorityBody(c, p, v)
	case StepLanguages:
		return petitionview.ChooseLanguages(v.Page, languageChoice(c, p)), nil
	case StepTheme:
		return petitionview.ChooseTheme(v.Page, themeChoice(c, p), tagChoice(c, p)), nil
	case StepPetitioners:
		return h.petitionersBody(c, p, v)
	case StepAttachments:
		return h.filesBody(c, p, v)
	case StepAsk:
		if err := h.offerSimilar(c, p, v); err != nil {
			return nil, err
		}
	}
	return petitionview.AskText(v.Page, textQuestion(c, p, step)), nil
}

// offerSimilar shows petitions that ask for much the same once the object is known.
func (h *Pages) offerSimilar(c *web.Ctx, p Petition, v *petitionview.WritePage) error {
	object := p.Text(c.Locale.Lang()).Object
	if object == "" || p.Authority == "" {
		return nil
	}
	found, err := h.service.Similar(c.Std(), object, p.Authority)
	if err != nil {
		return err
	}
	v.Similar, err = h.cards(c, found[:min(len(found), 3)])
	return err
}

func (h *Pages) authorityBody(c *web.Ctx, p Petition, v *petitionview.WritePage) (templ.Component, error) {
	words := c.Query("q")
	v.Before = petitionview.FindPlace(v.Page, c.URL(stepPath(p, StepAuthority)), words)
	field := ui.RadiosField{Name: "authority", Label: c.T("Authority"), Value: p.Authority}
	var err error
	if words != "" {
		field.Options, err = h.choices.FindPlaces(c.Std(), words, c.Locale)
		field.Hint = c.N("{n} place found", "{n} places found", len(field.Options))
	} else if p.Authority != "" {
		field.Options, err = h.choices.PlaceOption(c.Std(), p.Authority, c.Locale)
	}
	if err != nil {
		return nil, err
	}
	if len(field.Options) == 0 && words == "" {
		return nil, nil
	}
	if len(field.Options) == 0 {
		return ui.EmptyState(c.T("No place has this name"), c.T("Check the spelling, or try the name in the other script.")), nil
	}
	return petitionview.ChoosePlace(v.Page, field), nil
}

func languageChoice(c *web.Ctx, p Petition) ui.RadiosField {
	return ui.RadiosField{
		Name: "langs", Label: c.T("In which language do you write?"), Value: strings.Join(p.Langs, ","),
		Hint: c.T("A petition may be in Arabic, in French, or in both. Readers see which."),
		Options: []ui.Option{
			{Value: "ar", Label: c.T("Arabic")}, {Value: "fr", Label: c.T("French")},
			{Value: "ar,fr", Label: c.T("Arabic, with a French version")}, {Value: "fr,ar", Label: c.T("French, with an Arabic version")},
		},
	}
}

func themeChoice(c *web.Ctx, p Petition) ui.SelectField {
	field := ui.SelectField{Name: "theme", Label: c.T("Theme"), Value: p.Theme, Empty: c.T("Choose a theme")}
	for _, t := range Themes {
		field.Options = append(field.Options, ui.Option{Value: t, Label: c.T(ThemeLabel(t))})
	}
	return field
}

func tagChoice(c *web.Ctx, p Petition) ui.CheckboxesField {
	field := ui.CheckboxesField{Name: "tags", Label: c.T("Whom does it concern in particular?"), Hint: c.N("At most {n}", "At most {n}", MaxTags), Values: p.Tags, Optional: true}
	for _, t := range Tags {
		field.Options = append(field.Options, ui.Option{Value: t, Label: c.T(TagLabel(t))})
	}
	return field
}

func textQuestion(c *web.Ctx, p Petition, step Step) petitionview.TextQuestion {
	q := map[Step]petitionview.TextQuestion{
		StepObject:  {Name: "object", Label: c.T("What is your petition about?"), Hint: c.T("One line that says what you want: it is the title of your petition. For example: Repair the lighting of the coastal road"), Max: MaxObject},
		StepAsk:     {Name: "ask", Label: c.T("What do you ask the authority to do?"), Hint: c.T("One request, as exactly as you can: what, where, by when."), Max: MaxAsk, Rows: 6},
		StepReasons: {Name: "reasons", Label: c.T("Why is it needed?"), Hint: c.T("Facts that others can check persuade best. Name no private person."), Max: MaxReasons, Rows: 10},
		StepAims:    {Name: "aims", Label: c.T("What will be better then?"), Hint: c.T("The aims of the petition, as the official form asks for them. You may leave this empty."), Max: MaxAims, Rows: 6},
	}[step]
	for _, lang := range p.Langs {
		answer := petitionview.TextAnswer{Lang: lang, Value: p.Texts[lang].field(q.Name)}
		if len(p.Langs) > 1 {
			answer.LangName = langNames[lang]
		}
		q.Answers = append(q.Answers, answer)
	}
	return q
}

func (h *Pages) petitionersBody(c *web.Ctx, p Petition, v *petitionview.WritePage) (templ.Component, error) {
	orgs, err := h.choices.Delegations(c.Std(), c.Actor.PersonID)
	if err != nil {
		return nil, err
	}
	f := petitionview.PetitionersForm{Kind: string(p.Kind), Orgs: orgs, Org: p.OrgID, Agent: p.Agent.Name, AgentPublic: p.Agent.Public, Deputy: p.Deputy.Name}
	var members []string
	for _, m := range p.Committee {
		members = append(members, m.Name)
	}
	f.Committee = strings.Join(members, "\n")
	return petitionview.AskPetitioners(v.Page, f), nil
}

func (h *Pages) filesBody(c *web.Ctx, p Petition, v *petitionview.WritePage) (templ.Component, error) {
	var files []petitionview.AttachedFile
	docs, err := h.shelf.Documents(c.Std(), p.Attachments)
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		files = append(files, petitionview.AttachedFile{ID: d.ID, Attachment: petitionview.Attachment{Name: d.Name, Href: d.Path, Facts: facts(d)}})
	}
	return petitionview.AskFiles(v.Page, v.Action, files, len(p.Attachments) >= MaxAttachments, c.T("{n} MB", "n", MaxFileMB)), nil
}

// MaxFileMB is how large an attachment may be, in mebibytes.
const MaxFileMB = 10

// saveStep keeps what was written, also when something is wrong with it, and
// leads on when nothing is.
func (h *Pages) saveStep(c *web.Ctx) error {
	p, err := h.draft(c)
	if err != nil {
		return err
	}
	step := Step(c.Params("step"))
	var typed writeForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	saved, err := h.service.SaveStep(c.Std(), c.Actor, p.ID, step, typed.input())
	var broken *Broken
	if errors.As(err, &broken) {
		return h.askAgain(c, saved, step, pageErrors(c, broken.Problems))
	}
	if err != nil {
		return err
	}
	return c.SeeOther(h.after(c, saved, step))
}

// after is where a saved step leads: on to the next question, or back to the
// check page the person came from.
func (h *Pages) after(c *web.Ctx, p Petition, step Step) string {
	i := slices.Index(Steps, step)
	if c.Query("back") == "check" || i == len(Steps)-1 {
		return stepPath(p, "")
	}
	return stepPath(p, Steps[i+1])
}

func (h *Pages) askAgain(c *web.Ctx, p Petition, step Step, errs []ui.FieldError) error {
	// The mistakes must be on the page before its fields are made.
	c.Wrong(errs)
	v, err := h.stepPage(c, p, step)
	if err != nil {
		return err
	}
	return c.Invalid(petitionview.Write(v))
}

// showCheck shows the whole petition before it is submitted.
func (h *Pages) showCheck(c *web.Ctx) error {
	p, err := h.draft(c)
	if err != nil {
		return err
	}
	return h.checkPage(c, p, nil)
}

func (h *Pages) checkPage(c *web.Ctx, p Petition, problems []Problem) error {
	v := petitionview.CheckPage{
		Page: c.Page(c.T("Check your petition")), Changes: p.Changes, Back: c.URL(stepPath(p, Steps[len(Steps)-1])),
		Submit: c.URL("/petitions/" + p.ID + "/submit"), Discard: c.URL("/petitions/" + p.ID + "/delete"),
		Declares: c.T("By submitting I declare that what I wrote is true as far as I know, and that the people I named agreed to it."),
	}
	for _, x := range problems { // each leads to the question where it is put right
		v.Errors = append(v.Errors, ui.FieldError{Field: "", Message: c.T(stepTitles[x.Step]) + " – " + c.T(x.Message, x.Args...)})
	}
	rows, err := h.checkRows(c, p)
	if err != nil {
		return err
	}
	v.Rows = rows
	if len(problems) > 0 {
		return c.Invalid(petitionview.Check(v))
	}
	return c.Show(petitionview.Check(v))
}

func (h *Pages) checkRows(c *web.Ctx, p Petition) ([]ui.SummaryRow, error) {
	var rows []ui.SummaryRow
	add := func(step Step, key, value string) {
		rows = append(rows, ui.SummaryRow{Key: key, Value: value, Href: c.URL(stepPath(p, step)) + "?back=check"})
	}
	name := ""
	if p.Authority != "" {
		authority, err := h.places.Authority(c.Std(), p.Authority)
		if err != nil {
			return nil, err
		}
		name = authority.Name(c.Locale.Lang())
	}
	add(StepAuthority, c.T("Authority"), name)
	var langs []string
	for _, lang := range p.Langs {
		langs = append(langs, langNames[lang])
	}
	add(StepLanguages, c.T("Language"), c.Locale.List(langs))
	for _, step := range []Step{StepObject, StepAsk, StepReasons, StepAims} {
		for _, answer := range textQuestion(c, p, step).Answers {
			key := c.T(stepTitles[step])
			if answer.LangName != "" {
				key += " (" + answer.LangName + ")"
			}
			add(step, key, answer.Value)
		}
	}
	var tags []string
	for _, tag := range p.Tags {
		tags = append(tags, c.T(TagLabel(tag)))
	}
	theme := ""
	if p.Theme != "" {
		theme = c.T(ThemeLabel(p.Theme))
	}
	add(StepTheme, c.T("Theme"), strings.TrimSpace(theme+"\n"+c.Locale.List(tags)))
	add(StepPetitioners, c.T("Agent of the petition"), p.Agent.Name)
	if p.OrgName != "" { // known from the first submission on
		add(StepPetitioners, c.T("Association"), p.OrgName)
	}
	if p.Deputy.Name != "" {
		add(StepPetitioners, c.T("Deputy agent"), p.Deputy.Name)
	}
	if len(p.Committee) > 0 {
		add(StepPetitioners, c.T("Petitioners' committee"), memberNames(p))
	}
	docs, err := h.shelf.Documents(c.Std(), p.Attachments)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, d := range docs {
		files = append(files, d.Name)
	}
	add(StepAttachments, c.T("Documents"), strings.Join(files, "\n"))
	return rows, nil
}

func (h *Pages) submit(c *web.Ctx) error {
	p, err := h.service.Submit(c.Std(), c.Actor, c.Params("id"))
	var broken *Broken
	if errors.As(err, &broken) {
		c.UseCountry(p.Country)
		return h.checkPage(c, p, broken.Problems)
	}
	if err != nil {
		return err
	}
	return c.SeeOther("/petitions/" + p.ID + "/submitted")
}

func (h *Pages) submitted(c *web.Ctx) error {
	p, err := h.service.Get(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return err
	}
	if !p.IsAuthor(c.Actor.PersonID) || p.Reference == "" {
		return fault.New(fault.NotFound, "")
	}
	c.UseCountry(p.Country)
	return c.Show(petitionview.Submitted(petitionview.SubmittedPage{
		Page: c.Page(c.T("Your petition is submitted")), Reference: p.Reference, Object: titleOf(c, p), Href: c.URL("/me/petitions"),
	}))
}

func (h *Pages) showDelete(c *web.Ctx) error {
	p, err := h.draft(c)
	if err != nil {
		return err
	}
	return c.Show(petitionview.Confirm(petitionview.ConfirmPage{
		Page: c.Page(c.T("Delete this draft")), Caption: titleOf(c, p), Text: c.T("What you wrote is deleted for good."),
		Action: c.URL("/petitions/" + p.ID + "/delete"), Back: c.URL(stepPath(p, "")), Button: c.T("Delete this draft"), Danger: true,
	}))
}

var flashDeleted = i18n.Msg("The draft is deleted.")

func (h *Pages) deleteDraft(c *web.Ctx) error {
	return c.Done(h.service.DeleteDraft(c.Std(), c.Actor, c.Params("id")), flashDeleted, "/me/petitions")
}

// mine lists the petitions a person wrote, signed or follows.
func (h *Pages) mine(c *web.Ctx) error {
	c.SetCurrent("me")
	which := c.Query("list", "written")
	v := petitionview.MinePage{Page: c.Page(c.T("My petitions"))}
	var next string
	var err error
	switch which {
	case "signed":
		v.Empty = c.T("You have not signed a petition yet.")
		v.Cards, next, err = h.signedCards(c)
	case "followed":
		v.Empty = c.T("You follow no petition without having signed it.")
		v.Cards, next, err = h.followedCards(c)
	default:
		which, v.Empty = "written", c.T("You have not written a petition yet.")
		v.Cards, v.Paper, next, err = h.writtenCards(c)
	}
	if err != nil {
		return err
	}
	for _, tab := range []struct{ key, label string }{{"written", c.T("Written by me")}, {"signed", c.T("Signed by me")}, {"followed", c.T("Followed by me")}} {
		v.Tabs = append(v.Tabs, ui.Tab{Label: tab.label, Href: c.URL("/me/petitions") + "?list=" + tab.key, Current: tab.key == which})
	}
	base := c.URL("/me/petitions") + "?list=" + which
	if c.Query("after") != "" {
		v.Pages.First = base
	}
	if next != "" {
		v.Pages.Next = base + "&after=" + url.QueryEscape(next)
	}
	return c.Show(petitionview.Mine(v))
}

func (h *Pages) writtenCards(c *web.Ctx) ([]ui.CardSpec, []petitionview.Link, string, error) {
	page, err := h.service.Mine(c.Std(), c.Actor, c.Query("after"), 20)
	if err != nil {
		return nil, nil, "", err
	}
	var cards []ui.CardSpec
	var paper []petitionview.Link
	for _, p := range page.Items {
		card := ui.CardSpec{Title: titleOf(c, p), TagText: c.T(StateLabel(p.State)), TagTone: toneOf(p.State), Text: shorten(p.Text(c.Locale.Lang()).Ask, 160), Href: c.URL("/petitions/" + p.ID)}
		switch {
		case p.State == Draft:
			card.Href = c.URL(stepPath(p, nextStep(p)))
			card.Meta = []string{c.Locale.Ago(p.ChangedAt, c.Now())}
		case p.State == Moderation:
			card.Href = c.URL("/petitions/" + p.ID + "/submitted")
			card.Meta = []string{p.Reference}
		default:
			card.Meta = []string{p.Reference}
		}
		cards = append(cards, card)
		if p.Signable(c.Now()) {
			paper = append(paper, petitionview.Link{Label: titleOf(c, p), Href: c.URL("/petitions/" + p.ID + "/sheets")})
		}
	}
	return cards, paper, page.Next, nil
}

func (h *Pages) signedCards(c *web.Ctx) ([]ui.CardSpec, string, error) {
	page, err := h.service.SignedBy(c.Std(), c.Actor, c.Query("after"), 20)
	if err != nil {
		return nil, "", err
	}
	var cards []ui.CardSpec
	for _, s := range page.Items {
		card, err := h.card(c.Std(), c, s.Card)
		if err != nil {
			return nil, "", err
		}
		card.Meta = []string{c.T("Signed on {date}", "date", s.Signature.At)}
		card.Href += "/signed"
		cards = append(cards, card)
	}
	return cards, page.Next, nil
}

func (h *Pages) followedCards(c *web.Ctx) ([]ui.CardSpec, string, error) {
	page, err := h.service.FollowedBy(c.Std(), c.Actor, c.Query("after"), 20)
	if err != nil {
		return nil, "", err
	}
	cards, err := h.cards(c, page.Items)
	return cards, page.Next, err
}

// Uploads takes files in. It is part of Shelf, which also shows them.
type Uploads interface {
	// Take keeps a file that a person attaches to a draft and returns its id.
	// Invalid or TooLarge, with a message, when it cannot be accepted.
	Take(ctx context.Context, personID, petitionID, name string, body io.Reader) (string, error)
}
