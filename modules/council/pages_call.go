package council

import (
	"net/url"

	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/councilview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

func (h *Pages) callCard(c *web.Ctx, x Call) (ui.CardSpec, error) {
	n, err := h.service.Supporters(c.Std(), x.ID)
	card := ui.CardSpec{Title: x.Title, Href: c.URL(callPath(x)), TagText: c.T(callStateLabels[x.State]), TagTone: toneOf(callTones, x.State), Eyebrow: c.T(callLabels[x.Kind]), Text: excerpt(x.Text)}
	card.Meta = []string{c.N("{n} supporter", "{n} supporters", int(n))}
	if needed := x.Needed(); needed > 0 {
		card.Meta = []string{c.N("{count} of {n} supporter needed", "{count} of {n} supporters needed", int(needed), "count", n)}
	}
	if !x.MeetsAt.IsZero() {
		card.Meta = append(card.Meta, c.Locale.DateTime(x.MeetsAt), x.Place)
	}
	return card, err
}

// calls lists what inhabitants call for, and says what the rules ask.
func (h *Pages) calls(c *web.Ctx) error {
	a, err := h.at(c)
	if err != nil {
		return err
	}
	page, err := h.service.Calls(c.Std(), a.ID, c.Query("after"), shown)
	if err != nil {
		return err
	}
	v := councilview.SheetPage{Page: h.page(c, a, c.T("Requests of inhabitants")), Crumbs: crumbs(c, a, c.T("Requests of inhabitants")), Tabs: h.tabs(c, a, "/calls"), TabsOf: c.T("Pages of the council")}
	v.Description = c.T("Public meetings and referendums that inhabitants of {place} ask for.", "place", a.Name(c.Locale.Lang()))
	v.Heading = ui.HeadingSpec{Title: v.Title, Caption: a.Name(c.Locale.Lang()), Lead: v.Description}
	if a.Active && h.hasCalls(a) {
		v.Links = []councilview.Link{{Label: c.T("Ask for a meeting or a referendum"), Href: c.URL(base(a) + "/calls/new"), Kind: ui.Primary}}
	}
	section := councilview.Section{ID: "calls", Title: c.T("What was asked for"), EmptyTitle: c.T("Nobody has asked for anything yet"), EmptyText: c.T("Whoever lives here can begin.")}
	if !h.hasCalls(a) {
		section.EmptyTitle, section.EmptyText = c.T("The rules that apply here do not know this"), c.T("A petition may do the same.")
	}
	for _, x := range page.Items {
		card, err := h.callCard(c, x)
		if err != nil {
			return err
		}
		card.Level = 3
		section.Cards = append(section.Cards, card)
	}
	if page.Next != "" {
		section.Links = []councilview.Link{{Label: c.T("Older ones"), Href: c.URL(base(a)+"/calls") + "?after=" + url.QueryEscape(page.Next), Kind: ui.Quiet}}
	}
	v.Main = []councilview.Section{section}
	settings, err := h.service.SettingsOf(c.Std(), a.ID)
	if err != nil {
		return err
	}
	v.Aside = h.callRules(c, a, settings)
	kept(c)
	return c.Show(councilview.Sheet(v))
}

// callRules are the shares of the law, and of what number.
func (h *Pages) callRules(c *web.Ctx, a Authority, settings Settings) []councilview.Section {
	var all []councilview.Section
	for _, kind := range CallKinds {
		rule := h.service.CallRule(a, kind)
		if !rule.Known() {
			continue
		}
		s := councilview.Section{Title: c.T(callLabels[kind]), Strong: c.T("{share} of the registered voters", "share", rule.figure().Words(c.Locale)), Note: rule.Note.In(c.Locale.Lang()), Source: source(c, rule)}
		if settings.Voters > 0 {
			s.Lead = c.N("{n} supporter", "{n} supporters", int(Call{Voters: settings.Voters, Share: rule}.Needed()))
		}
		all = append(all, s)
	}
	return append(all, votersSection(c, settings.Voters, settings.VotersSource, settings))
}

func votersSection(c *web.Ctx, voters int, from string, settings Settings) councilview.Section {
	s := councilview.Section{Title: c.T("Registered voters"), Lead: c.T("The authority has not entered this number yet. Nothing can be opened for supports before.")}
	if voters > 0 {
		s.Lead, s.Strong, s.Note = "", c.Locale.Number(int64(voters)), c.T("{source}, {date}", "source", from, "date", settings.VotersOn)
	}
	return s
}

// callOf returns the call of the request as its reader may see it.
func (h *Pages) callOf(c *web.Ctx) (Authority, Call, error) {
	a, err := h.at(c)
	if err != nil {
		return a, Call{}, err
	}
	x, err := h.service.Call(c.Std(), c.Actor, c.Params("call"))
	if err == nil && x.Authority != a.ID {
		err = errNone
	}
	return a, x, err
}

// call is the page of a call.
func (h *Pages) call(c *web.Ctx) error {
	a, x, err := h.callOf(c)
	if err != nil {
		return err
	}
	n, err := h.service.Supporters(c.Std(), x.ID)
	if err != nil {
		return err
	}
	v := councilview.SheetPage{Page: h.page(c, a, x.Title), Crumbs: crumbs(c, a, x.Title, ui.Crumb{Label: c.T("Requests of inhabitants"), Href: c.URL(base(a) + "/calls")})}
	v.Heading = ui.HeadingSpec{Title: x.Title, Caption: c.T(callLabels[x.Kind]), TagText: c.T(callStateLabels[x.State]), TagTone: toneOf(callTones, x.State)}
	v.Description, v.NoIndex = excerpt(x.Text), !x.Public()
	v.Notices = callNotices(c, x)
	v.Main = callAnswer(c, x)
	v.Main = append(v.Main, councilview.Section{Title: c.T("The reasons"), Text: x.Text})
	counted := councilview.Section{Title: c.T("Supporters"), Body: councilview.Supporters(v.Page, councilview.SupportersSpec{Count: n, Needed: x.Needed(),
		Note: c.T("One person, one support. The authority checks the supporters against the electoral roll.")})}
	v.Aside = []councilview.Section{counted}
	if x.Share.Known() {
		v.Aside = append(v.Aside, councilview.Section{Title: c.T("What the rules ask"), Strong: c.T("{share} of the registered voters", "share", x.Share.figure().Words(c.Locale)), Note: x.Share.Note.In(c.Locale.Lang()), Source: source(c, x.Share)},
			votersSection(c, x.Voters, x.VotersSource, Settings{VotersOn: x.VotersOn}))
	}
	facts := councilview.Section{Title: c.T("About this request"), Rows: []ui.SummaryRow{{Key: c.T("From"), Value: publicName(c.Locale, x.Name, x.NamePublic)}, {Key: c.T("Date"), Value: c.Locale.Date(x.CreatedAt)}}}
	if x.Supportable(c.Now()) {
		facts.Rows = append(facts.Rows, ui.SummaryRow{Key: c.T("Supports are taken until"), Value: c.Locale.Date(x.ClosesAt)})
	}
	v.Aside = append(v.Aside, facts)
	if err := h.callActs(c, x, &v); err != nil {
		return err
	}
	v.Events = events(c, x.Base)
	if x.Public() {
		v.Share = &ui.ShareSpec{URL: c.AbsURL(callPath(x)), Text: x.Title}
	}
	return c.Show(councilview.Sheet(v))
}

// callAnswer is what the authority said, and what came of it.
func callAnswer(c *web.Ctx, x Call) []councilview.Section {
	var all []councilview.Section
	if x.Report != "" {
		all = append(all, councilview.Section{Title: c.T("What came out of it"), Featured: true, Text: x.Report})
	}
	if !x.MeetsAt.IsZero() {
		s := councilview.Section{Title: c.T("When and where"), Rows: []ui.SummaryRow{{Key: c.T("When"), Value: c.Locale.DateTime(x.MeetsAt)}, {Key: c.T("Where"), Value: x.Place}}, Text: x.Reasons}
		all = append(all, s)
	} else if x.Reasons != "" {
		all = append(all, councilview.Section{Title: c.T("Why it was declined"), Featured: true, Text: x.Reasons})
	}
	return all
}

func callNotices(c *web.Ctx, x Call) []councilview.Notice {
	switch x.State {
	case CallWaiting:
		return []councilview.Notice{{Tone: ui.Info, Title: c.T("An officer reads it before it is public"), Text: c.T("You get a mail once it is published, or with the reason why not.")}}
	case CallRefused:
		return []councilview.Notice{{Tone: ui.Warning, Title: c.T("This was not published"), People: x.Refusal}}
	case CallReached:
		return []councilview.Notice{{Tone: ui.Success, Title: c.T("Enough people support it"), Text: c.T("The authority now sets a date, or says with reasons why not. It checks the supporters against the electoral roll.")}}
	case CallEnded:
		return []councilview.Notice{{Tone: ui.Info, Title: c.T("The time ran out before enough people supported it")}}
	case CallWithdrawn:
		return []councilview.Notice{{Tone: ui.Info, Title: c.T("Withdrawn by who wrote it")}}
	}
	return nil
}

// callActs are what a reader may do with a call.
func (h *Pages) callActs(c *web.Ctx, x Call, v *councilview.SheetPage) error {
	open := x.Supportable(c.Now())
	if !c.Actor.SignedIn() {
		if open {
			v.Links = []councilview.Link{{Label: c.T("Sign in to support it"), Href: c.URL("/sign-in") + "?return=" + url.QueryEscape(c.URL(callPath(x))), Kind: ui.Primary}}
		}
		return nil
	}
	if May(c.Actor, x.Base, x.PersonID, ActWithdraw) {
		v.Links = append(v.Links, councilview.Link{Label: c.T("Withdraw it"), Href: c.URL(callPath(x) + "/withdraw"), Kind: ui.Secondary})
	}
	if Serves(c.Actor, x.Authority) {
		v.Links = append(v.Links, councilview.Link{Label: c.T("Open at the desk"), Href: c.URL(deskPath(x.Authority) + "/calls/" + x.ID), Kind: ui.Secondary})
	}
	if !open {
		return nil
	}
	mine, err := h.service.Supports(c.Std(), c.Actor.PersonID, x.ID)
	if err != nil {
		return err
	}
	post := councilview.Post{Label: c.T("I support this"), Action: c.URL(callPath(x) + "/support")}
	lead := c.T("For people who live here. Your name is not shown; the authority sees that an inhabitant supports it.")
	if mine {
		post = councilview.Post{Label: c.T("Take my support back"), Action: c.URL(callPath(x) + "/unsupport"), Kind: ui.Secondary}
		lead = c.T("You support this.")
	}
	v.Main = append(v.Main, councilview.Section{ID: "support", Title: c.T("Your support"), Lead: lead, Body: councilview.Posts([]councilview.Post{post})})
	return nil
}

// proposeForm is what the form of a call sends.
type proposeForm struct {
	Once   string `form:"once" validate:"max=40"`
	Kind   string `form:"kind" validate:"required,oneof=meeting referendum"`
	Title  string `form:"title" validate:"required,max=200,plain"`
	Text   string `form:"text,text" validate:"required,max=6000"`
	Public bool   `form:"public"`
}

// Messages are the form's own sentences.
func (proposeForm) Messages() map[string]string {
	return map[string]string{
		"kind": i18n.Msg("Choose what you ask for"), "title.required": i18n.Msg("Say in a few words what it is about"), "text.required": i18n.Msg("Give your reasons"),
	}
}

func (h *Pages) proposePage(c *web.Ctx, a Authority, f proposeForm) councilview.FormPage {
	p := h.page(c, a, c.T("Ask for a meeting or a referendum"))
	p.Wide, p.NoIndex = false, true
	v := councilview.FormPage{Page: p, Back: c.URL(base(a) + "/calls"), Action: c.URL(base(a) + "/calls/new"), Once: f.Once, Button: c.T("Send"),
		Heading: ui.HeadingSpec{Title: p.Title, Caption: a.Name(c.Locale.Lang()), Lead: c.T("For people who live here. An officer reads it; then others can support it.")}}
	kinds := ui.RadiosField{Name: "kind", Label: c.T("What do you ask for?"), Value: f.Kind}
	for _, kind := range CallKinds {
		if rule := h.service.CallRule(a, kind); rule.Known() {
			kinds.Options = append(kinds.Options, ui.Option{Value: string(kind), Label: c.T(callLabels[kind]), Hint: c.T("{share} of the registered voters", "share", rule.figure().Words(c.Locale)) + " · " + sourceText(c.Locale, rule)})
		}
	}
	v.Fields = []templ.Component{
		ui.Radios(p, kinds),
		ui.Text(p, ui.TextField{Name: "title", Label: c.T("In a few words"), Value: f.Title, Max: MaxTitle, AutoDir: true}),
		ui.Textarea(p, ui.TextareaField{Name: "text", Label: c.T("Your reasons"), Hint: c.T("The law asks for reasons. Name no private person: the text is published."), Value: f.Text, Max: MaxText, Rows: 8}),
		ui.Checkbox(p, ui.CheckboxField{Name: "public", Label: c.T("Show my name with it"), Hint: c.T("Otherwise it says “An inhabitant”."), Checked: f.Public}),
	}
	v.Purpose = c.T("Your account is kept with the request so that the authority can reach you. If you delete your account, what is published stays, without your name.")
	return v
}

// callsAt is active for calls, which not all rules know.
func (h *Pages) callsAt(c *web.Ctx) (Authority, error) {
	a, err := h.active(c)
	if err == nil && !h.hasCalls(a) {
		err = errNone
	}
	return a, err
}

func (h *Pages) showPropose(c *web.Ctx) error {
	a, err := h.callsAt(c)
	if err != nil {
		return err
	}
	v := h.proposePage(c, a, proposeForm{Once: c.NewID()})
	if v.Notices, err = h.fromHere(c, a, false); err != nil {
		return err
	}
	return c.Show(councilview.Form(v))
}

func (h *Pages) propose(c *web.Ctx) error {
	a, err := h.callsAt(c)
	if err != nil {
		return err
	}
	var f proposeForm
	errs, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if f.Once == "" {
		f.Once = c.NewID()
	}
	said := errs.Shown(c.Locale)
	if len(errs) == 0 {
		x, err := h.service.Propose(c.Std(), c.Actor, a.ID, f.Once, Call{Kind: CallKind(f.Kind), Title: f.Title, Text: f.Text, NamePublic: f.Public})
		if err == nil {
			c.Flash(i18n.Msg("Thank you. An officer reads it before it is published."))
			return c.SeeOther(callPath(x))
		}
		var ok bool
		if said, ok = mistakes(c, err, "title"); !ok {
			return err
		}
	}
	c.Wrong(said)
	return c.Invalid(councilview.Form(h.proposePage(c, a, f)))
}

func (h *Pages) support(c *web.Ctx) error {
	_, x, err := h.callOf(c)
	if err != nil {
		return err
	}
	return c.Done(h.service.SupportCall(c.Std(), c.Actor, x.ID), i18n.Msg("Your support is counted."), callPath(x))
}

func (h *Pages) unsupport(c *web.Ctx) error {
	_, x, err := h.callOf(c)
	if err != nil {
		return err
	}
	return c.Done(h.service.TakeSupportBack(c.Std(), c.Actor, x.ID), i18n.Msg("Your support is taken back."), callPath(x))
}

func (h *Pages) showWithdraw(c *web.Ctx) error {
	a, x, err := h.callOf(c)
	if err != nil {
		return err
	}
	if _, _, err := permit(x.State, ActWithdraw, RolesOf(c.Actor, x.Authority, x.PersonID)); err != nil {
		return err
	}
	return h.confirm(c, a, ui.ConfirmSpec{Title: c.T("Withdraw it?"), Text: c.T("It takes no supports any more; those given do not count elsewhere."), Action: c.URL(callPath(x) + "/withdraw"),
		Button: c.T("Withdraw it"), Danger: true, Cancel: c.URL(callPath(x))})
}

func (h *Pages) withdraw(c *web.Ctx) error {
	_, x, err := h.callOf(c)
	if err != nil {
		return err
	}
	_, err = h.service.WithdrawCall(c.Std(), c.Actor, x.ID)
	return c.Done(err, i18n.Msg("It is withdrawn."), callPath(x))
}
