package petition

import (
	"errors"
	"slices"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"
)

// What the pages of moderation send.
type (
	publishForm struct {
		Checked bool `form:"checked" validate:"required"`
	}
	rejectForm struct {
		Code    string `form:"code"`
		Reasons string `form:"reasons,text"`
	}
	closingForm struct {
		Closes form.Date `form:"closes"`
		Reason string    `form:"reason,text"`
	}
	reasonForm struct {
		Reason string `form:"reason,text"`
	}
)

// Messages are the form's own sentences.
func (publishForm) Messages() map[string]string {
	return map[string]string{"checked": i18n.Msg("Go through the points and tick that you did")}
}

var (
	flashPublished = i18n.Msg("The petition is published.")
	flashReturned  = i18n.Msg("The petition went back to its author with your note.")
	flashRejected  = i18n.Msg("The petition is not published, and its author is told why.")
	flashHidden    = i18n.Msg("The text is out of sight, and the author is told why.")
	flashClosing   = i18n.Msg("The closing day is changed, and the reason stands in the petition's timeline.")
	flashWithdrawn = i18n.Msg("Your petition is withdrawn.")
)

// wrongIn returns what an act found wrong in a form, for its page.
func wrongIn(c *web.Ctx, err error) ([]ui.FieldError, bool) {
	var in *InputError
	if !errors.As(err, &in) {
		return nil, false
	}
	return []ui.FieldError{{Field: in.Field, Message: c.T(in.Message, in.Args...)}}, true
}

// actPage is the frame of the page of one act.
func (d *Desk) actPage(c *web.Ctx, p Petition, title, path string) petitionview.DeskActPage {
	return petitionview.DeskActPage{
		Page: c.Page(title), Caption: titleOf(c, p), Back: c.URL(reviewPath(p)), Action: c.URL(reviewPath(p) + path),
	}
}

func (d *Desk) showPublish(c *web.Ctx) error {
	p, _, err := d.actOn(c, ActPublish)
	if err != nil {
		return err
	}
	v, err := d.publishPage(c, p)
	if err != nil {
		return err
	}
	return c.Show(petitionview.DeskActForm(v))
}

// publishPage shows what publication freezes, and where each number is from.
func (d *Desk) publishPage(c *web.Ctx, p Petition) (petitionview.DeskActPage, error) {
	terms, err := d.service.TermsOf(c.Std(), p)
	v := d.actPage(c, p, c.T("Publish this petition"), "/publish")
	if err != nil {
		return v, err
	}
	box := petitionview.PublishTerms{
		Threshold: c.T("No number of signatures is asked for: the authority is told at once."),
		Closing:   c.Locale.Date(terms.ClosesAt), ClosingOf: c.N("({n} month from today)", "({n} months from today)", terms.Months),
	}
	if t := terms.Threshold; t.Signatures > 0 {
		box.Threshold = c.N("{n} valid signature is needed", "{n} valid signatures are needed", int(t.Signatures))
		source := shownSource(c, t.Source)
		box.Source = &source
		switch {
		case t.Source.Platform:
			box.Unchecked = c.T("No law sets this number: it is a rule of this platform, and the page says so.")
		case !t.Source.Verified:
			box.Unchecked = c.T("This number has not been checked against the official journal. If you know that another one holds, tell the operator before you publish: afterwards it stays as it is.")
		}
		if len(t.Subunits) > 0 {
			box.Spread = c.T("At least {n} of them in each of the {total} prefectures and provinces.", "n", t.PerSubunit, "total", len(t.Subunits))
		}
	}
	v.Intro = c.T("The text and these terms can no longer be changed afterwards.")
	v.Before = petitionview.Together(petitionview.PublishBox(v.Page, box), petitionview.Checklist(v.Page, c.T("Points to go through"), checkLines(c)))
	v.Fields = ui.Checkbox(v.Page, ui.CheckboxField{Name: "checked", Label: c.T("I have read the whole text and gone through these points")})
	v.Button = c.T("Publish now")
	return v, nil
}

func (d *Desk) publish(c *web.Ctx) error {
	p, _, err := d.file(c)
	if err != nil {
		return err
	}
	var typed publishForm
	mistakes, err := form.Read(c.Ctx, &typed)
	if err != nil {
		return err
	}
	if len(mistakes) > 0 && May(c.Actor, p, ActPublish) {
		c.Wrong(mistakes.Shown(c.Locale))
		v, err := d.publishPage(c, p)
		if err != nil {
			return err
		}
		return c.Invalid(petitionview.DeskActForm(v))
	}
	if _, err := d.service.Publish(c.Std(), c.Actor, p.ID); err != nil {
		return err
	}
	c.Flash(flashPublished)
	return d.backToQueue(c, p)
}

func (d *Desk) showChanges(c *web.Ctx) error {
	p, _, err := d.actOn(c, ActRequestChanges)
	if err != nil {
		return err
	}
	return c.Show(petitionview.DeskActForm(d.changesPage(c, p, noteForm{Note: p.Changes})))
}

func (d *Desk) changesPage(c *web.Ctx, p Petition, typed noteForm) petitionview.DeskActPage {
	v := d.actPage(c, p, c.T("Ask the author for changes"), "/changes")
	v.Tone, v.Notice = ui.Info, c.T("Only the author and the officers see this note. It never becomes public.")
	v.Fields = ui.Textarea(v.Page, ui.TextareaField{Name: "note", Label: c.T("What should be changed, and why?"), Hint: c.T("Be exact: quote the words, and say what would be enough."), Value: typed.Note, Max: MaxNote, Rows: 8})
	v.Button = c.T("Send back to the author")
	return v
}

func (d *Desk) changes(c *web.Ctx) error {
	p, _, err := d.file(c)
	if err != nil {
		return err
	}
	var typed noteForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	_, err = d.service.RequestChanges(c.Std(), c.Actor, p.ID, typed.Note)
	if errs, wrong := wrongIn(c, err); wrong {
		c.Wrong(errs)
		return c.Invalid(petitionview.DeskActForm(d.changesPage(c, p, typed)))
	}
	if err != nil {
		return err
	}
	c.Flash(flashReturned)
	return d.backToQueue(c, p)
}

func (d *Desk) showReject(c *web.Ctx) error {
	p, _, err := d.actOn(c, ActReject)
	if err != nil {
		return err
	}
	return c.Show(petitionview.DeskActForm(d.rejectPage(c, p, rejectForm{})))
}

// rejectPage offers all reasons before publication; afterwards those alone for
// which a text is taken out of sight.
func (d *Desk) rejectPage(c *web.Ctx, p Petition, typed rejectForm) petitionview.DeskActPage {
	v := d.actPage(c, p, c.T("Do not publish this petition"), "/reject")
	v.Intro = c.T("The petition stays in the public list of petitions that were not accepted, with the reason, unless the reason hides its text.")
	v.Button = c.T("Do not publish")
	hides := c.T("The text will not be shown.")
	after := p.State != Moderation
	if after {
		v.Title, v.Action, v.Button = c.T("Take the text out of sight"), c.URL(reviewPath(p)+"/hide"), c.T("Take it out of sight")
		v.Page.Title = v.Title
		v.Intro = c.T("The petition ends, and no more signatures are taken. Those given stay as they are. Disagreement is no reason.")
	}
	reasons := ui.RadiosField{Name: "code", Label: c.T("Reason"), Value: typed.Code, Hint: c.T("Where showing the text would repeat the harm, only that there was a petition is shown, and why its text is hidden.")}
	for _, r := range Rejections {
		if after && !r.Hidden {
			continue
		}
		option := ui.Option{Value: r.Code, Label: c.T(r.Label)}
		if r.Hidden {
			option.Hint = hides
		}
		reasons.Options = append(reasons.Options, option)
	}
	v.Danger = true
	v.Fields = petitionview.Together(
		ui.Radios(v.Page, reasons),
		ui.Textarea(v.Page, ui.TextareaField{Name: "reasons", Label: c.T("Explain the decision in your own words"), Hint: c.T("Everybody can read this, the author first. Name nobody, and do not quote what must not be shown."), Value: typed.Reasons, Max: MaxNote, Rows: 6}),
	)
	return v
}

func (d *Desk) reject(c *web.Ctx) error { return d.refuse(c, flashRejected) }

func (d *Desk) showHide(c *web.Ctx) error {
	p, _, err := d.actOn(c, ActHide)
	if err != nil {
		return err
	}
	if p.State == Moderation {
		return c.SeeOther(reviewPath(p) + "/reject")
	}
	return c.Show(petitionview.DeskActForm(d.rejectPage(c, p, rejectForm{})))
}

func (d *Desk) hide(c *web.Ctx) error { return d.refuse(c, flashHidden) }

func (d *Desk) refuse(c *web.Ctx, said string) error {
	p, _, err := d.file(c)
	if err != nil {
		return err
	}
	var typed rejectForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	_, err = d.service.Reject(c.Std(), c.Actor, p.ID, RejectionCode(typed.Code), typed.Reasons)
	if errs, wrong := wrongIn(c, err); wrong {
		c.Wrong(errs)
		return c.Invalid(petitionview.DeskActForm(d.rejectPage(c, p, typed)))
	}
	if err != nil {
		return err
	}
	c.Flash(said)
	if said == flashHidden {
		return c.SeeOther(reviewPath(p))
	}
	return d.backToQueue(c, p)
}

func (d *Desk) showClosing(c *web.Ctx) error {
	p, _, err := d.actOn(c, ActClosing)
	if err != nil {
		return err
	}
	v, err := d.closingPage(c, p, closingForm{Closes: form.DateOf(p.ClosesAt.In(clock.Zone(p.Country)))})
	if err != nil {
		return err
	}
	return c.Show(petitionview.DeskActForm(v))
}

func (d *Desk) closingPage(c *web.Ctx, p Petition, typed closingForm) (petitionview.DeskActPage, error) {
	v := d.actPage(c, p, c.T("Change the closing day"), "/closing")
	last, err := d.service.LastClosing(c.Std(), p)
	if err != nil {
		return v, err
	}
	v.Intro = c.T("Signatures are taken until {date} now.", "date", c.Locale.Date(p.ClosesAt))
	v.Fields = petitionview.Together(
		ui.DateParts(v.Page, ui.DateField{Name: "closes", Label: c.T("Last day to sign"), Hint: c.T("A day after today, and {date} at the latest.", "date", c.Locale.Date(last)), Day: typed.Closes.Day, Month: typed.Closes.Month, Year: typed.Closes.Year}),
		ui.Textarea(v.Page, ui.TextareaField{Name: "reason", Label: c.T("Why does it change?"), Hint: c.T("Shown in the public timeline of the petition."), Value: typed.Reason, Max: MaxNote, Rows: 4}),
	)
	v.Button = c.T("Change the closing day")
	return v, nil
}

func (d *Desk) closing(c *web.Ctx) error {
	p, _, err := d.file(c)
	if err != nil {
		return err
	}
	var typed closingForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	day, exists := typed.Closes.In(clock.Zone(p.Country))
	if !exists {
		err = &InputError{Field: "closes", Message: i18n.Msg("Enter a day that exists, such as 31 12 2026.")}
	} else {
		_, err = d.service.ChangeClosing(c.Std(), c.Actor, p.ID, day, typed.Reason)
	}
	if errs, wrong := wrongIn(c, err); wrong {
		c.Wrong(errs)
		v, err := d.closingPage(c, p, typed)
		if err != nil {
			return err
		}
		return c.Invalid(petitionview.DeskActForm(v))
	}
	if err != nil {
		return err
	}
	c.Flash(flashClosing)
	return c.SeeOther(reviewPath(p))
}

// showWithdraw asks the agent before the petition is taken back.
func (h *Pages) showWithdraw(c *web.Ctx) error {
	v, err := h.withdrawPage(c, reasonForm{})
	if err != nil {
		return err
	}
	return c.Show(petitionview.Confirm(v))
}

func (h *Pages) withdrawPage(c *web.Ctx, typed reasonForm) (petitionview.ConfirmPage, error) {
	p, err := h.service.Get(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return petitionview.ConfirmPage{}, err
	}
	if _, err := Next(p.State, ActWithdraw, RolesOf(c.Actor, p)...); err != nil {
		return petitionview.ConfirmPage{}, err
	}
	c.UseCountry(p.Country)
	c.SetCurrent("petitions")
	v := petitionview.ConfirmPage{
		Page: c.Page(c.T("Withdraw the petition")), Caption: titleOf(c, p), Action: c.URL("/petitions/" + p.ID + "/withdraw"),
		Back: c.URL("/petitions/" + p.ID), Button: c.T("Withdraw the petition"), Danger: true,
		Text:   c.T("The petition ends: nobody can sign it any more, and the authority need not answer. It stays in the public list as withdrawn, with its signatures. This cannot be undone."),
		Reason: &ui.TextareaField{Name: "reason", Label: c.T("Why do you withdraw it?"), Hint: c.T("Shown in the public timeline. You may leave it empty."), Value: typed.Reason, Max: MaxNote, Rows: 4, Optional: true},
	}
	if p.PublishedAt.IsZero() {
		v.Back = c.URL("/petitions/" + p.ID + "/submitted")
		v.Text = c.T("The petition is taken out of moderation and ends. Nobody has seen it but the officers. This cannot be undone.")
		v.Reason.Hint = c.T("The officers read it. You may leave it empty.")
	}
	return v, nil
}

func (h *Pages) withdraw(c *web.Ctx) error {
	var typed reasonForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	_, err := h.service.Withdraw(c.Std(), c.Actor, c.Params("id"), typed.Reason)
	if errs, wrong := wrongIn(c, err); wrong {
		c.Wrong(errs)
		v, err := h.withdrawPage(c, typed)
		if err != nil {
			return err
		}
		return c.Invalid(petitionview.Confirm(v))
	}
	if err != nil {
		return err
	}
	c.Flash(flashWithdrawn)
	return c.SeeOther("/me/petitions")
}

// What the page of comments sends, beside one choice for each of IDs.
type commentsForm struct {
	IDs []string `form:"ids"`
}

// showComments shows the comments that wait to be read, with what was just decided.
func (d *Desk) showComments(c *web.Ctx) error {
	org, nav, err := d.at(c, tabComments, desks(c.Actor))
	if err != nil {
		return err
	}
	page, err := d.service.PendingComments(c.Std(), c.Actor, org, c.Query("after"), perPage)
	if err != nil {
		return err
	}
	base := deskURL(c, tabComments.Path, org)
	v := petitionview.DeskCommentsPage{Page: c.Page(c.T("Comments")), Nav: nav, Action: base, Pages: deskPages(base, c.Query("after"), page.Next), Undo: undo(c)}
	if v.Comments, err = d.waitingComments(c, page.Items); err != nil {
		return err
	}
	return c.Show(petitionview.DeskComments(v))
}

func (d *Desk) waitingComments(c *web.Ctx, all []Comment) ([]petitionview.DeskComment, error) {
	var subjects []string
	for _, x := range all {
		subjects = append(subjects, subject(x.Petition))
	}
	known, err := d.service.Known(c.Std(), c.Actor, subjects)
	if err != nil {
		return nil, err
	}
	var shown []petitionview.DeskComment
	for i, x := range all {
		name := x.Name
		if name == "" {
			name = c.T("A supporter")
		}
		object := known[subject(x.Petition)].title(c)
		shown = append(shown, petitionview.DeskComment{ID: x.ID, Text: x.Text, Name: name, At: x.At, Object: object, Href: c.URL("/desk/petitions/" + x.Petition), Field: petitionview.CommentField(i)})
	}
	return shown, nil
}

// undo offers to do the opposite of what was decided just now. Both ways are
// safe: a comment can be shown and hidden as often as one likes.
func undo(c *web.Ctx) *petitionview.DeskUndo {
	args := c.Request().URI().QueryArgs()
	ids := func(key string) (all []string) {
		for _, id := range args.PeekMulti(key) {
			if len(all) < perPage {
				all = append(all, string(id))
			}
		}
		return all
	}
	shown, hidden := ids("shown"), ids("hidden")
	switch {
	case len(shown) > 0 && len(hidden) > 0:
		return &petitionview.DeskUndo{Text: c.T("Comments shown: {n}, hidden: {m}.", "n", len(shown), "m", len(hidden)), Button: c.N("Hide the one that is shown", "Hide the {n} that are shown", len(shown)), IDs: shown}
	case len(shown) > 0:
		return &petitionview.DeskUndo{Text: c.N("{n} comment is shown now.", "{n} comments are shown now.", len(shown)), Button: c.T("Undo: hide instead"), IDs: shown}
	case len(hidden) > 0:
		return &petitionview.DeskUndo{Text: c.N("{n} comment is hidden now.", "{n} comments are hidden now.", len(hidden)), Button: c.T("Undo: show instead"), Approve: true, IDs: hidden}
	}
	return nil
}

// decideComments does what was chosen for each comment of the page.
func (d *Desk) decideComments(c *web.Ctx) error {
	org, _, err := d.at(c, tabComments, desks(c.Actor))
	if err != nil {
		return err
	}
	var typed commentsForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	done := map[string][]string{}
	for i, id := range typed.IDs[:min(len(typed.IDs), perPage)] {
		choice := c.FormValue(petitionview.CommentField(i))
		if choice != petitionview.CommentShow && choice != petitionview.CommentHide {
			continue
		}
		err := d.service.ModerateComment(c.Std(), c.Actor, id, choice == petitionview.CommentShow)
		if isNotFound(err) { // withdrawn meanwhile, with its signature
			continue
		}
		if err != nil {
			return err
		}
		done[choice] = append(done[choice], id)
	}
	return c.SeeOther(tabComments.Path + "?" + decided(org, done))
}

// decided is the query that tells the page what was done.
func decided(org string, done map[string][]string) string {
	q := "authority=" + org
	for _, x := range []struct{ choice, key string }{{petitionview.CommentShow, "shown"}, {petitionview.CommentHide, "hidden"}} {
		for _, id := range slices.Sorted(slices.Values(done[x.choice])) {
			q += "&" + x.key + "=" + id
		}
	}
	return q
}
