package council

import (
	"strconv"
	"strings"

	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/councilview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// deskPoints are the items of the agenda with what may be done to each.
func (h *Pages) deskPoints(c *web.Ctx, x Session) ([]councilview.Point, error) {
	points := h.points(c, x)
	for i, item := range x.Agenda {
		p := &points[i]
		path := deskSessionPath(x) + "/items/" + item.ID
		if item.Outcome != "" && p.Outcome == "" {
			h.outcome(c, x, item, p)
		}
		if May(c.Actor, x.Base, "", ActAgenda) {
			p.Posts = append(p.Posts, councilview.Post{Label: c.T("Take item {n} off", "n", i+1), Action: c.URL(path + "/remove"), Kind: ui.Quiet})
		}
		if May(c.Actor, x.Base, "", ActVote) {
			p.Links = append(p.Links, councilview.Link{Label: c.T("Record the result of item {n}", "n", i+1), Href: c.URL(path + "/result"), Kind: ui.Secondary})
		}
		if err := h.subjectSteps(c, x, item, path, p); err != nil {
			return nil, err
		}
	}
	return points, nil
}

// subjectSteps offers to move on what an item is about.
func (h *Pages) subjectSteps(c *web.Ctx, x Session, item Item, path string, p *councilview.Point) error {
	decided := item.Outcome.Voted() && x.State != SessionOpen
	if item.Subject.None() || !x.Public() || !Keeps(c.Actor, x.Authority) || x.State == SessionCancelled {
		return nil
	}
	steps, err := h.service.Subjects.Steps(c.Std(), c.Actor, item.Subject, decided)
	for _, s := range steps {
		p.Posts = append(p.Posts, councilview.Post{Label: c.T(s.Label), Action: c.URL(path + "/step/" + s.Key), Kind: ui.Secondary})
	}
	return err
}

// step moves on what an item is about.
func (h *Pages) step(c *web.Ctx) error {
	_, x, err := h.sessionAtDesk(c)
	if err != nil {
		return err
	}
	item, ok := x.Item(c.Params("item"))
	if !ok || item.Subject.None() || !x.Public() || !Keeps(c.Actor, x.Authority) {
		return errNoItem
	}
	in := Progress{SessionAt: x.StartsAt, Decision: h.decisionText(c, x, *item)}
	return c.Done(h.service.Subjects.Advance(c.Std(), c.Actor, item.Subject, c.Params("step"), in), flashDone, deskSessionPath(x))
}

// decisionText is what a petition records of a decision.
func (h *Pages) decisionText(c *web.Ctx, x Session, item Item) string {
	if item.Number == 0 {
		return ""
	}
	parts := []string{c.Locale.Plain().T("Decision no. {number}: {outcome}", "number", decisionLabel(x, item), "outcome", c.T(outcomeLabels[item.Outcome]))}
	if item.Decision != "" {
		parts = append(parts, excerpt(item.Decision))
	}
	return strings.Join(parts, "\n")
}

// itemForm is an item of an agenda as it is entered.
type itemForm struct {
	Once    string `form:"once"`
	Subject string `form:"subject" validate:"max=300"`
	Title   string `form:"title" validate:"max=200"`
	Text    string `form:"text,text" validate:"max=6000"`
}

func (h *Pages) itemPage(c *web.Ctx, a Authority, x Session, f itemForm) councilview.FormPage {
	p := h.deskFrame(c, a, c.T("Add an item"))
	v := h.deskForm(c, a, p.Title, deskSessionPath(x)+"/items/new", deskSessionPath(x), c.T("Add an item"),
		subjectField(c, p, f.Subject),
		ui.Text(p, ui.TextField{Name: "title", Label: c.T("Title"), Hint: c.T("Empty: the title of the petition."), Value: f.Title, Max: MaxTitle, AutoDir: true, Optional: true}),
		ui.Textarea(p, ui.TextareaField{Name: "text", Label: c.T("Explanation"), Value: f.Text, Max: MaxText, Rows: 4, Optional: true}))
	v.Once = onceOr(c, f.Once)
	return v
}

func (h *Pages) showAddItem(c *web.Ctx) error {
	a, x, err := h.sessionActed(c, ActAgenda)
	if err != nil {
		return err
	}
	return c.Show(councilview.Form(h.itemPage(c, a, x, itemForm{})))
}

func (h *Pages) addItem(c *web.Ctx) error {
	a, x, err := h.sessionActed(c, ActAgenda)
	if err != nil {
		return err
	}
	var f itemForm
	return submit(c, &f, "title", func() (string, error) {
		_, err := h.service.AddItem(c.Std(), c.Actor, x.ID, onceOr(c, f.Once), f.Subject, Item{Title: f.Title, Text: f.Text})
		return deskSessionPath(x), err
	}, func() (councilview.FormPage, error) { return h.itemPage(c, a, x, f), nil })
}

func (h *Pages) removeItem(c *web.Ctx) error {
	_, x, err := h.sessionActed(c, ActAgenda)
	if err != nil {
		return err
	}
	_, err = h.service.RemoveItem(c.Std(), c.Actor, x.ID, c.Params("item"))
	return c.Done(err, flashDone, deskSessionPath(x))
}

// resultForm is what became of an item.
type resultForm struct {
	Outcome  string `form:"outcome" validate:"required"`
	For      string `form:"for,digits" validate:"omitempty,digits,max=3"`
	Against  string `form:"against,digits" validate:"omitempty,digits,max=3"`
	Abstain  string `form:"abstain,digits" validate:"omitempty,digits,max=3"`
	Number   string `form:"number,digits" validate:"omitempty,digits,max=5"`
	Decision string `form:"decision,text" validate:"max=6000"`
}

// Messages are the form's own sentences.
func (resultForm) Messages() map[string]string {
	return map[string]string{"outcome.required": i18n.Msg("Choose what became of the item")}
}

func (h *Pages) resultPage(c *web.Ctx, a Authority, x Session, item Item, f resultForm) councilview.FormPage {
	p := h.deskFrame(c, a, c.T("Record the result"))
	outcomes := ui.RadiosField{Name: "outcome", Label: c.T("What became of the item"), Value: f.Outcome}
	for _, o := range Outcomes {
		outcomes.Options = append(outcomes.Options, ui.Option{Value: string(o), Label: c.T(outcomeLabels[o])})
	}
	count := func(name, label, value string) templ.Component {
		return ui.Text(p, ui.TextField{Name: name, Label: label, Value: value, Numeric: true, Size: 3, Max: 3})
	}
	v := h.deskForm(c, a, p.Title, deskSessionPath(x)+"/items/"+item.ID+"/result", deskSessionPath(x), c.T("Save"),
		ui.Radios(p, outcomes), count("for", c.T("For"), f.For), count("against", c.T("Against"), f.Against), count("abstain", c.T("Abstained"), f.Abstain),
		ui.Text(p, ui.TextField{Name: "number", Label: c.T("Number of the decision"), Hint: c.T("Within the year. Empty: the next one."), Value: f.Number, Numeric: true, Size: 5, Max: 5, Optional: true}),
		ui.Textarea(p, ui.TextareaField{Name: "decision", Label: c.T("What was decided"), Value: f.Decision, Max: MaxText, Rows: 6, Optional: true}))
	v.Before = []councilview.Section{{Strong: item.Title, Note: c.T("{present} of {members} in office", "present", len(x.Present), "members", x.Members)}}
	if !x.QuorumMet() {
		v.Notices = []councilview.Notice{{Tone: ui.Warning, Title: c.T("The quorum was not reached"), Text: c.T("Nothing is put to the vote; an item can only be postponed or noted.")}}
	}
	return v
}

func (h *Pages) itemActed(c *web.Ctx) (Authority, Session, Item, error) {
	a, x, err := h.sessionActed(c, ActVote)
	if err != nil {
		return a, x, Item{}, err
	}
	item, ok := x.Item(c.Params("item"))
	if !ok {
		return a, x, Item{}, errNoItem
	}
	return a, x, *item, nil
}

func (h *Pages) showResult(c *web.Ctx) error {
	a, x, item, err := h.itemActed(c)
	if err != nil {
		return err
	}
	f := resultForm{Outcome: string(item.Outcome), Decision: item.Decision}
	if item.Outcome.Voted() {
		f.For, f.Against, f.Abstain, f.Number = strconv.Itoa(item.For), strconv.Itoa(item.Against), strconv.Itoa(item.Abstain), strconv.Itoa(item.Number)
	}
	return c.Show(councilview.Form(h.resultPage(c, a, x, item, f)))
}

func (h *Pages) result(c *web.Ctx) error {
	a, x, item, err := h.itemActed(c)
	if err != nil {
		return err
	}
	var f resultForm
	return submit(c, &f, "outcome", func() (string, error) {
		v := Vote{Outcome: Outcome(f.Outcome), For: number(f.For), Against: number(f.Against), Abstain: number(f.Abstain), Number: number(f.Number), Decision: f.Decision}
		_, err := h.service.Record(c.Std(), c.Actor, x.ID, item.ID, v)
		return deskSessionPath(x), err
	}, func() (councilview.FormPage, error) { return h.resultPage(c, a, x, item, f), nil })
}
