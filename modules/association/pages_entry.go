package association

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// entryForm is what the form of an entry sends.
type entryForm struct {
	NameAR         string    `form:"name_ar" validate:"max=160,csvsafe"`
	NameFR         string    `form:"name_fr" validate:"max=160,csvsafe"`
	Founded        form.Date `form:"founded" validate:"required,date"`
	Seat           string    `form:"seat" validate:"required"`
	Branches       []string  `form:"-"`                     // of the fields branch1, branch2 …: see typedBranches
	Add            string    `form:"add" validate:"max=10"` // another branch is wanted; nothing is kept yet
	Function       string    `form:"function" validate:"required,max=160"`
	Representative string    `form:"representative" validate:"required,max=160,person"`
	NameConsent    bool      `form:"name_consent"`
	Activity       string    `form:"activity,text" validate:"max=1000"`
	Mail           string    `form:"mail" validate:"omitempty,email,max=200"`
}

// Messages are the form's own sentences.
func (entryForm) Messages() map[string]string {
	return map[string]string{
		"founded":                 i18n.Msg("Give the day on which the association was founded"),
		"seat.required":           i18n.Msg("Choose the municipality of its seat"),
		"function.required":       i18n.Msg("Give the function of the legal representative, such as president"),
		"representative.required": i18n.Msg("Give the name of the legal representative"),
	}
}

// formOf is an entry as its form shows it.
func formOf(a Association) entryForm {
	f := entryForm{NameAR: a.NameAR, NameFR: a.NameFR, Seat: a.Seat, Function: a.Function, Representative: a.Representative,
		NameConsent: a.NameConsent, Activity: a.Activity, Mail: a.Mail}
	if !a.FoundedAt.IsZero() {
		f.Founded = form.DateOf(a.FoundedAt)
	}
	f.Branches = slices.Clone(a.Branches)
	return f
}

// branchesShown is how many fields for branches stand in an empty form.
const branchesShown = 3

// typedBranches reads the fields for branches, as many as were sent; empty ones
// stay, so that the form comes back as it was.
func typedBranches(c *web.Ctx) []string {
	var typed []string
	sent := c.Request().PostArgs()
	for i := 1; i <= MaxBranches && sent.Has(branchField(i)); i++ {
		typed = append(typed, form.Clean(c.FormValue(branchField(i)), false))
	}
	return typed
}

func branchField(i int) string { return "branch" + strconv.Itoa(i) }

// over writes a form into an entry.
func (f entryForm) over(a Association) Association {
	a.FoundedAt, _ = f.Founded.In(clock.Zone("")) // a day; judged by the form's rules already
	a.NameAR, a.NameFR, a.Seat, a.Function, a.Representative, a.NameConsent, a.Activity, a.Mail = f.NameAR, f.NameFR, f.Seat, f.Function, f.Representative, f.NameConsent, f.Activity, f.Mail
	a.Branches = nil
	for _, id := range f.Branches {
		if id != "" && !slices.Contains(a.Branches, id) {
			a.Branches = append(a.Branches, id)
		}
	}
	return a
}

// entry is one use of the form of an entry.
type entry struct {
	title, action, back, button string
	lead                        string
	notices                     []recordview.Notice
	seats                       []ui.Option
	keep                        func(context.Context, Association) (Association, error)
	then                        func(Association) string
}

func (h *Pages) entryPage(c *web.Ctx, e entry, f entryForm) (templ.Component, error) {
	p := c.Page(e.title)
	places, err := h.names.Taking(c.Std(), c.Locale.Lang())
	if err != nil {
		return nil, err
	}
	seats := e.seats
	if seats == nil {
		seats = places
	}
	fields := []templ.Component{
		ui.Text(p, ui.TextField{Name: "name_ar", Label: c.T("Name in Arabic"), Value: f.NameAR, Max: MaxName, AutoDir: true, Optional: true}),
		ui.Text(p, ui.TextField{Name: "name_fr", Label: c.T("Name in French"), Value: f.NameFR, Max: MaxName, AutoDir: true, Optional: true}),
		ui.DateParts(p, ui.DateField{Name: "founded", Label: c.T("Founded"), Day: f.Founded.Day, Month: f.Founded.Month, Year: f.Founded.Year}),
		ui.Select(p, ui.SelectField{Name: "seat", Label: c.T("Seat"), Value: f.Seat, Options: seats, Empty: c.T("Choose a municipality")}),
	}
	fields = append(append(fields, branchFields(c, p, f.Branches, places)...),
		ui.Text(p, ui.TextField{Name: "function", Label: c.T("Function of the legal representative"), Hint: c.T("Public: president, secretary general …"), Value: f.Function, Max: MaxName, AutoDir: true}),
		ui.Text(p, ui.TextField{Name: "representative", Label: c.T("Name of the legal representative"), Hint: c.T("The person who acts for the association by its statutes. Officers use it to check the proof of power; it is public only with that person’s agreement."), Value: f.Representative, Max: MaxName, AutoDir: true}),
		ui.Checkbox(p, ui.CheckboxField{Name: "name_consent", Label: c.T("The legal representative agrees that the name is shown in the public register"), Checked: f.NameConsent}),
		ui.Textarea(p, ui.TextareaField{Name: "activity", Label: c.T("What the association does"), Value: f.Activity, Max: MaxActivity, Rows: 4, Optional: true}),
		ui.Text(p, ui.TextField{Name: "mail", Label: c.T("Mail address"), Hint: c.T("Seen by officers only."), Value: f.Mail, Type: "email", Max: 200, Ltr: true, Optional: true}))
	return recordview.Form(recordview.FormPage{
		Page: p, Back: c.URL(e.back), Lead: e.lead, Notices: e.notices, Action: c.URL(e.action), Button: e.button, Unsaved: true,
		Fields: fields,
	}), nil
}

// branchFields are a field for each branch, at least those of an empty form, and
// a button for one more.
func branchFields(c *web.Ctx, p ui.Page, typed []string, places []ui.Option) []templ.Component {
	var fields []templ.Component
	n := min(max(len(typed), branchesShown), MaxBranches)
	for i := 1; i <= n; i++ {
		value := ""
		if i <= len(typed) {
			value = typed[i-1]
		}
		fields = append(fields, ui.Select(p, ui.SelectField{Name: branchField(i), Label: c.T("Branch {n}", "n", i), Value: value, Options: places, Empty: c.T("None"), Optional: true}))
	}
	if n < MaxBranches {
		fields = append(fields, ui.Button(ui.ButtonSpec{Label: c.T("Add another branch"), Kind: ui.Secondary, Name: "add", Value: "branch"}))
	}
	return fields
}

// saveEntry reads the form over an entry, and keeps it or shows what is wrong.
func (h *Pages) saveEntry(c *web.Ctx, e entry, a Association) error {
	var f entryForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	f.Branches = typedBranches(c)
	if f.Add != "" { // one more field, and all that was typed; nothing is judged yet
		for len(f.Branches) < branchesShown {
			f.Branches = append(f.Branches, "")
		}
		f.Branches = append(f.Branches, "")
		page, err := h.entryPage(c, e, f)
		if err != nil {
			return err
		}
		return c.Show(page)
	}
	if len(mistakes) == 0 {
		kept, err := e.keep(c.Std(), f.over(a))
		if err == nil {
			c.Flash(flashSaved)
			return c.SeeOther(e.then(kept))
		}
		if !wrong(mistakes.Add, "name_ar", err) {
			return err
		}
	}
	c.Wrong(mistakes.Shown(c.Locale))
	page, err := h.entryPage(c, e, f)
	if err != nil {
		return err
	}
	return c.Invalid(page)
}

func (h *Pages) showEntry(c *web.Ctx, e entry, a Association) error {
	page, err := h.entryPage(c, e, formOf(a))
	if err != nil {
		return err
	}
	return c.Show(page)
}

// An officer enters an association that asked on paper.

func (h *Pages) newEntry(c *web.Ctx) (entry, error) {
	seats, err := h.names.SeatsFor(c.Std(), c.Actor, c.Locale.Lang())
	if seats == nil {
		seats = []ui.Option{}
	}
	return entry{
		title: c.T("Enter an association"), action: "/desk/associations/new", back: "/associations", button: c.T("Save"), seats: seats,
		lead: c.T("An association is entered at its own request. The register is public, except for the mail address."),
		keep: func(ctx context.Context, a Association) (Association, error) {
			return h.service.Register(ctx, c.Actor, a)
		},
		then: func(a Association) string { return "/associations/" + a.ID },
	}, err
}

func (h *Pages) showNew(c *web.Ctx) error {
	e, err := h.newEntry(c)
	if err != nil {
		return err
	}
	return h.showEntry(c, e, Association{})
}

func (h *Pages) register(c *web.Ctx) error {
	e, err := h.newEntry(c)
	if err != nil {
		return err
	}
	return h.saveEntry(c, e, Association{})
}

// kept returns the entry of the request to somebody who may keep it.
func (h *Pages) kept(c *web.Ctx) (Association, error) {
	a, err := h.service.Get(c.Std(), c.Params("id"))
	if isNotFound(err) || err == nil && a.State == Draft {
		return a, errNone
	}
	if err == nil && !MayKeep(c.Actor, a.Places()) {
		err = errNotHere
	}
	if err == nil {
		h.speak(c, a)
	}
	return a, err
}

func (h *Pages) editEntry(c *web.Ctx) (entry, Association, error) {
	a, err := h.kept(c)
	if err != nil {
		return entry{}, a, err
	}
	e, err := h.newEntry(c)
	e.title, e.action, e.back = c.T("Correct the entry"), "/desk/associations/"+a.ID+"/edit", "/associations/"+a.ID
	if !hasOption(e.seats, a.Seat) { // the officer of a branch does not move the seat
		e.seats = append(e.seats, ui.Option{Value: a.Seat, Label: h.names.PlaceName(a.Seat, c.Locale.Lang())})
	}
	if a.Correction != nil {
		e.notices = append(e.notices, recordview.Notice{Tone: ui.Info, Title: c.T("Asked for on {date}", "date", a.Correction.At), Text: a.Correction.Text})
	}
	e.keep = func(ctx context.Context, in Association) (Association, error) {
		return h.service.Correct(ctx, c.Actor, a.ID, in)
	}
	return e, a, err
}

func hasOption(all []ui.Option, value string) bool {
	for _, o := range all {
		if o.Value == value {
			return true
		}
	}
	return false
}

func (h *Pages) showEdit(c *web.Ctx) error {
	e, a, err := h.editEntry(c)
	if err != nil {
		return err
	}
	return h.showEntry(c, e, a)
}

func (h *Pages) correct(c *web.Ctx) error {
	e, a, err := h.editEntry(c)
	if err != nil {
		return err
	}
	return h.saveEntry(c, e, a)
}

// A reason is asked for before an entry is struck off or restored.

func (h *Pages) reasonPage(c *web.Ctx, a Association, typed string) templ.Component {
	title := c.T("Strike off the register")
	if a.State == Struck {
		title = c.T("Restore the entry")
	}
	p := c.Page(title)
	return recordview.Form(recordview.FormPage{
		Page: p, Back: c.URL("/associations/" + a.ID), Caption: a.Name(c.Locale.Lang()), Action: c.URL("/desk/associations/" + a.ID + "/strike"),
		Button: title, Danger: a.State != Struck, Cancel: c.T("Cancel"),
		Fields: []templ.Component{ui.Textarea(p, ui.TextareaField{Name: "reason", Label: c.T("Reason"), Hint: c.T("Shown on the association's page."), Value: typed, Max: 500, Rows: 3})},
	})
}

type reasonForm struct {
	Reason string `form:"reason,text" validate:"required,max=500"`
}

// Messages are the form's own sentences.
func (reasonForm) Messages() map[string]string {
	return map[string]string{"reason.required": i18n.Msg("Give a reason.")}
}

// readReason reads a reason that must be given. Without one the page is answered
// again with what was typed, and ok is false.
func readReason(c *web.Ctx, again func(typed string) templ.Component) (reason string, ok bool, err error) {
	var f reasonForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err == nil && len(mistakes) > 0 {
		c.Wrong(mistakes.Shown(c.Locale))
		return "", false, c.Invalid(again(f.Reason))
	}
	return strings.TrimSpace(f.Reason), err == nil, err
}

func (h *Pages) showStrike(c *web.Ctx) error {
	a, err := h.kept(c)
	if err != nil {
		return err
	}
	return c.Show(h.reasonPage(c, a, ""))
}

func (h *Pages) strike(c *web.Ctx) error {
	a, err := h.kept(c)
	if err != nil {
		return err
	}
	reason, ok, err := readReason(c, func(typed string) templ.Component { return h.reasonPage(c, a, typed) })
	if !ok {
		return err
	}
	act, said := h.service.Strike, flashStruck
	if a.State == Struck {
		act, said = h.service.Restore, flashRestored
	}
	_, err = act(c.Std(), c.Actor, a.ID, reason)
	return c.Done(err, said, "/associations/"+a.ID)
}
