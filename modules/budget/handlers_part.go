package budget

import (
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/budgetview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

var (
	flashSupported   = i18n.Msg("Your support is noted. It is counted within seconds.")
	flashUnsupported = i18n.Msg("Your support is taken back.")
	flashFollowed    = i18n.Msg("You are told by mail of what happens to this proposal.")
	flashUnfollowed  = i18n.Msg("You no longer follow this proposal.")
	flashSaid        = i18n.Msg("Your comment is noted. An officer reads it before it is shown.")
	flashMerged      = i18n.Msg("Your proposal is merged with the other one.")
	flashDeclined    = i18n.Msg("Your proposal stays as it is.")
	flashSecond      = i18n.Msg("A second opinion is asked for.")
)

// takePart is where a person supports, follows and comments a proposal, and an
// author decides about it.
func (h *Pages) takePart(c *web.Ctx) error {
	view, err := h.partPage(c, "")
	if err != nil {
		return err
	}
	return c.Show(view)
}

func (h *Pages) partPage(c *web.Ctx, typed string) (templ.Component, error) {
	p, e, err := h.file(c, c.Actor)
	if err != nil {
		return nil, err
	}
	supports, follows, err := h.Service.Supports(c.Std(), c.Actor, p.ID)
	if err != nil {
		return nil, err
	}
	title := titleOf(c, p)
	base := c.URL("/proposals/" + p.ID)
	v := budgetview.FormPage{Page: h.frame(c, c.T("Take part")), Caption: title, Back: base}
	var parts []templ.Component
	if SupportableStates.Has(p.State) && BeforeVotePhases.Has(e.Phase) {
		text, err := h.purpose(c, e.Authority)
		if err != nil {
			return nil, err
		}
		parts = append(parts, budgetview.Heading2(c.T("Support")), budgetview.Prose(c.T("One support for each person. It is not a vote: the vote comes later.")))
		if supports {
			parts = append(parts, budgetview.Small(base+"/support", c.T("Take my support back"), ui.Secondary, "take_back", "on"))
		} else {
			parts = append(parts, budgetview.Small(base+"/support", c.T("Support this proposal"), ui.Primary))
		}
		parts = append(parts, budgetview.Prose(text))
	}
	parts = append(parts, budgetview.Heading2(c.T("Follow")))
	if follows {
		parts = append(parts, budgetview.Small(base+"/follow", c.T("No longer follow"), ui.Secondary, "stop", "on"))
	} else {
		parts = append(parts, budgetview.Small(base+"/follow", c.T("Follow by mail"), ui.Secondary))
	}
	parts = append(parts, h.authorParts(c, e, p)...)
	v.Before = parts
	if SpokenOfStates.Has(p.State) {
		v.Before = append(v.Before, budgetview.Heading2(c.T("Comment")))
		v.Action, v.Button = base+"/comment", c.T("Send the comment")
		v.Fields = []templ.Component{ui.Hidden("once", c.NewID()),
			ui.Textarea(v.Page, ui.TextareaField{Name: "text", Label: c.T("Your comment"), Value: typed, Max: MaxComment, Hint: c.T("An officer reads it before it is shown. Name no private person.")}),
			ui.Checkbox(v.Page, ui.CheckboxField{Name: "public", Label: c.T("Show my name beside it")})}
	}
	return budgetview.Form(v), nil
}

// authorParts are the ways that are open to the author alone.
func (h *Pages) authorParts(c *web.Ctx, e Edition, p Proposal) []templ.Component {
	if !p.IsAuthor(c.Actor.PersonID) {
		return nil
	}
	var parts []templ.Component
	base := c.URL("/proposals/" + p.ID)
	if p.Merge != nil && !p.Merge.Refused && May(c.Actor, e, p, ActMerge) {
		parts = append(parts, budgetview.Link(base+"/merge", c.T("Say whether it may be merged")))
	}
	if May(c.Actor, e, p, ActSecond) && len(p.Study.Earlier) == 0 {
		parts = append(parts, budgetview.Link(base+"/second-opinion", c.T("Ask for a second opinion")))
	}
	if May(c.Actor, e, p, ActWithdraw) {
		parts = append(parts, budgetview.Link(base+"/withdraw", c.T("Withdraw my proposal")))
	}
	if len(parts) > 0 {
		parts = append([]templ.Component{budgetview.Heading2(c.T("As its author"))}, parts...)
	}
	return parts
}

func (h *Pages) support(c *web.Ctx) error {
	var typed struct {
		TakeBack bool `form:"take_back"`
	}
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	id := c.Params("id")
	if typed.TakeBack {
		if err := h.Service.Unsupport(c.Std(), c.Actor, id); err != nil {
			return err
		}
		c.Flash(flashUnsupported)
		return c.SeeOther("/proposals/" + id + "/take-part")
	}
	if err := h.Service.SupportProposal(c.Std(), c.Actor, id); err != nil {
		return err
	}
	c.Flash(flashSupported)
	return c.SeeOther("/proposals/" + id + "/take-part")
}

func (h *Pages) follow(c *web.Ctx) error {
	var typed struct {
		Stop bool `form:"stop"`
	}
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	if err := h.Service.FollowProposal(c.Std(), c.Actor, c.Params("id"), !typed.Stop); err != nil {
		return err
	}
	if typed.Stop {
		c.Flash(flashUnfollowed)
	} else {
		c.Flash(flashFollowed)
	}
	return c.SeeOther("/proposals/" + c.Params("id") + "/take-part")
}

func (h *Pages) comment(c *web.Ctx) error {
	var typed struct {
		Text   string `form:"text,text"`
		Public bool   `form:"public"`
		Once   string `form:"once"`
	}
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	if _, err := h.Service.Say(c.Std(), c.Actor, c.Params("id"), typed.Text, typed.Public, typed.Once); err != nil {
		return again(c, err, func() (templ.Component, error) { return h.partPage(c, typed.Text) })
	}
	c.Flash(flashSaid)
	return c.SeeOther("/proposals/" + c.Params("id") + "/take-part")
}

// own returns the proposal of the request for an act that its author alone may do.
func (h *Pages) own(c *web.Ctx, act Act) (Proposal, Edition, error) {
	p, e, err := h.file(c, c.Actor)
	if err != nil {
		return p, e, err
	}
	_, _, err = Next(p.State, e.Phase, act, RolesOf(c.Actor, p)...)
	return p, e, err
}

func (h *Pages) showWithdraw(c *web.Ctx) error {
	p, _, err := h.own(c, ActWithdraw)
	if err != nil {
		return err
	}
	return c.Show(budgetview.Form(budgetview.FormPage{Page: h.frame(c, c.T("Withdraw my proposal")), Caption: titleOf(c, p),
		Lead: c.T("It is no longer examined and cannot be chosen. What was published stays visible as withdrawn."), Action: c.URL("/proposals/" + p.ID + "/withdraw"),
		Button: c.T("Withdraw my proposal"), Danger: true, Cancel: c.URL("/me/proposals")}))
}

func (h *Pages) withdraw(c *web.Ctx) error {
	if _, err := h.Service.Withdraw(c.Std(), c.Actor, c.Params("id")); err != nil {
		return err
	}
	c.Flash(flashWithdrawn)
	return c.SeeOther("/me/proposals")
}

func (h *Pages) showMerge(c *web.Ctx) error {
	p, _, err := h.own(c, ActMerge)
	if err != nil {
		return err
	}
	if p.Merge == nil || p.Merge.Refused {
		return errNotNow
	}
	other, err := h.Service.Proposal(c.Std(), auth.Actor{}, p.Merge.Into)
	if err != nil {
		return err
	}
	text := other.Text(c.Locale.Lang())
	base := c.URL("/proposals/" + p.ID + "/merge")
	v := budgetview.FormPage{Page: h.frame(c, c.T("May your proposal be merged with another?")), Caption: titleOf(c, p), Back: c.URL("/proposals/" + p.ID + "/take-part"),
		Lead: c.T("After a yes your proposal ends and leads to the other one; whoever supports or follows it supports and follows the other, each person once. This cannot be undone. After a no nothing changes.")}
	v.Before = []templ.Component{budgetview.Words(text.Title, text.Body), budgetview.Link(c.URL("/proposals/"+other.ID), c.T("See the other proposal"))}
	if p.Merge.Note != "" {
		v.Tone, v.NoticeHead, v.Notice = ui.Info, c.T("The officer writes"), p.Merge.Note
	}
	v.After = []templ.Component{budgetview.Small(base, c.T("Yes, merge them"), ui.Primary, "agree", "yes"), budgetview.Small(base, c.T("No, keep mine"), ui.Secondary, "agree", "no")}
	return c.Show(budgetview.Form(v))
}

func (h *Pages) merge(c *web.Ctx) error {
	var typed struct {
		Agree string `form:"agree"`
	}
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	p, err := h.Service.DecideMerge(c.Std(), c.Actor, c.Params("id"), typed.Agree == "yes")
	if err != nil {
		return err
	}
	c.Flash(flashDeclined)
	if p.State == Merged {
		c.Flash(flashMerged)
	}
	return c.SeeOther("/me/proposals")
}

func (h *Pages) showSecond(c *web.Ctx) error {
	view, err := h.secondPage(c, "", "")
	if err != nil {
		return err
	}
	return c.Show(view)
}

func (h *Pages) secondPage(c *web.Ctx, department, reason string) (templ.Component, error) {
	p, e, err := h.own(c, ActSecond)
	if err != nil {
		return nil, err
	}
	v := budgetview.FormPage{Page: h.frame(c, c.T("Ask for a second opinion")), Caption: titleOf(c, p), Back: c.URL("/proposals/" + p.ID),
		Lead: c.T("The first opinion stays public beside the second. Your reason is public too."), Action: c.URL("/proposals/" + p.ID + "/second-opinion"), Button: c.T("Ask for a second opinion")}
	v.Fields = []templ.Component{ui.Select(v.Page, departmentSelect(c, e, department)),
		ui.Textarea(v.Page, ui.TextareaField{Name: "reason", Label: c.T("What should be looked at again, and why?"), Value: reason, Max: MaxReason})}
	return budgetview.Form(v), nil
}

func departmentSelect(c *web.Ctx, e Edition, chosen string) ui.SelectField {
	f := ui.SelectField{Name: "department", Label: c.T("Service"), Value: chosen, Empty: c.T("Choose a service")}
	for _, d := range e.Departments {
		f.Options = append(f.Options, ui.Option{Value: d.Key, Label: inLang(d.Names, c.Locale.Lang())})
	}
	return f
}

func (h *Pages) second(c *web.Ctx) error {
	var typed struct {
		Department string `form:"department"`
		Reason     string `form:"reason,text"`
	}
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	if _, err := h.Service.SecondOpinion(c.Std(), c.Actor, c.Params("id"), typed.Department, typed.Reason); err != nil {
		return again(c, err, func() (templ.Component, error) { return h.secondPage(c, typed.Department, typed.Reason) })
	}
	c.Flash(flashSecond)
	return c.SeeOther("/me/proposals")
}
