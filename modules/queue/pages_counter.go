package queue

import (
	"context"
	"strconv"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/queueview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// seatOf returns the counter of the address to somebody who may sit there, or
// who supervises the hall.
func (h *Pages) seatOf(c *web.Ctx) (Authority, *Board, Counter, error) {
	a, err := h.deskAt(c, Works)
	if err != nil {
		return a, nil, Counter{}, err
	}
	b, err := h.service.Board(c.Std(), a.ID)
	if err != nil {
		return a, b, Counter{}, err
	}
	n, err := strconv.Atoi(c.Params("counter"))
	seat, ok := b.Hall.Counter(n)
	if err != nil || !ok {
		return a, b, seat, errNone
	}
	return a, b, seat, nil
}

func seatPath(a Authority, number int) string {
	return deskPath(a.ID) + "/at/" + strconv.Itoa(number)
}

// counter is an agent's work at one counter.
func (h *Pages) counter(c *web.Ctx) error {
	page, err := h.counterPage(c)
	if err != nil {
		return err
	}
	return c.Show(page)
}

func (h *Pages) counterPage(c *web.Ctx) (templ.Component, error) {
	a, b, seat, err := h.seatOf(c)
	if err != nil {
		return nil, err
	}
	post, err := h.service.Post(c.Std(), a.ID, seat.Number)
	if err != nil {
		return nil, err
	}
	title := c.T("Counter {number}", "number", seat.Number)
	v := queueview.CounterPage{Page: h.page(c, a, title), Crumbs: h.crumbs(c, a, title), Caption: a.Name(c.Locale.Lang()), Lead: h.groupsOf(c, b.Hall, seat), Base: c.URL(seatPath(a, seat.Number)),
		TagText: c.T(stateLabels[post.State]), TagTone: tone(post.State), Mine: post.State == CounterOpen && post.Agent == c.Actor.PersonID, Empty: c.T("Somebody who takes a ticket appears here.")}
	switch {
	case post.State == CounterOpen && !v.Mine:
		v.Elsewhere = c.T("Somebody else has this counter.")
		v.MayClose = Supervises(c.Actor, a.ID)
	case v.Mine:
		v.MayClose = true
	case !b.Open():
		v.Elsewhere = c.T("The hall is closed. Open it first.")
	default:
		v.MayOpen = Receives(c.Actor, a.ID)
	}
	if err := h.before(c, b, seat, &v); err != nil {
		return nil, err
	}
	for _, t := range b.Waiting {
		v.Next = v.Next || seat.Serves(t.Group)
	}
	for _, g := range b.Hall.Offered() {
		if seat.Serves(g.Letter) {
			v.Waiting = append(v.Waiting, ui.Stat{Value: c.Locale.Number(int64(b.Queue(g.Letter))), Label: g.Letter + " · " + g.Names.In(c.Locale.Lang())})
		}
	}
	return queueview.Counter(v), nil
}

// before shows who is at the counter.
func (h *Pages) before(c *web.Ctx, b *Board, seat Counter, v *queueview.CounterPage) error {
	t, err := h.service.AtCounter(c.Std(), b.Hall.ID, seat.Number)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !v.Mine && !Supervises(c.Actor, b.Hall.ID) {
		return nil
	}
	v.MayClose = false
	g, _ := b.Hall.Group(t.Group)
	now := &queueview.Before{ID: t.ID, Number: t.Number, Group: g.Names.In(c.Locale.Lang()), State: c.T(stateLabels[t.State]), Called: t.State == Called}
	now.Facts = append(now.Facts, c.T("Ticket taken {ago}", "ago", c.Locale.Ago(t.TakenAt, c.Now())))
	if t.Calls > 1 {
		now.Facts = append(now.Facts, c.N("Called {n} time", "Called {n} times", t.Calls))
	}
	for _, s := range t.Stages {
		if from, ok := b.Hall.Group(s.Group); ok && s.End == Waiting {
			now.Facts = append(now.Facts, c.T("Sent on from {service}", "service", from.Names.In(c.Locale.Lang())))
		}
	}
	for _, g := range b.Hall.Offered() {
		if g.Letter != t.Group {
			now.Groups = append(now.Groups, ui.Option{Value: g.Letter, Label: g.Letter + " · " + g.Names.In(c.Locale.Lang())})
		}
	}
	v.Now = now
	return nil
}

func (h *Pages) openCounter(c *web.Ctx) error {
	a, _, seat, err := h.seatOf(c)
	if err != nil {
		return err
	}
	if _, err := h.service.OpenCounter(c.Std(), c.Actor, a.ID, seat.Number); err != nil {
		return err
	}
	return c.SeeOther(seatPath(a, seat.Number))
}

func (h *Pages) closeCounter(c *web.Ctx) error {
	a, _, seat, err := h.seatOf(c)
	if err != nil {
		return err
	}
	if _, err := h.service.CloseCounter(c.Std(), c.Actor, a.ID, seat.Number); err != nil {
		return err
	}
	c.Flash(i18n.Msg("The counter is closed."))
	return c.SeeOther(deskPath(a.ID))
}

func (h *Pages) next(c *web.Ctx) error {
	a, _, seat, err := h.seatOf(c)
	if err != nil {
		return err
	}
	return h.callNext(c, a, seat)
}

// callNext calls somebody and goes back to the counter; that nobody waits is
// said there.
func (h *Pages) callNext(c *web.Ctx, a Authority, seat Counter) error {
	_, err := h.service.CallNext(c.Std(), c.Actor, a.ID, seat.Number)
	if fault.Is(err, fault.Conflict) {
		if message, _ := fault.Shown(err); message == errNobody.Message {
			c.Flash(errNobody.Message)
			err = nil
		}
	}
	if err != nil {
		return err
	}
	return c.SeeOther(seatPath(a, seat.Number))
}

// actForm is an act to the ticket at a counter.
type actForm struct {
	Ticket string `form:"ticket" validate:"max=120"`
	Group  string `form:"group" validate:"max=1"`
	Then   string `form:"then" validate:"max=10"`
}

// act does something to the ticket at the counter.
func (h *Pages) act(c *web.Ctx) error {
	a, _, seat, err := h.seatOf(c)
	if err != nil {
		return err
	}
	var f actForm
	errs, err := form.Read(c.Ctx, &f)
	if err != nil || len(errs) > 0 {
		return errNone.Because("queue.act", err)
	}
	do := map[string]func(context.Context) error{
		"recall": func(ctx context.Context) error { _, err := h.service.Recall(ctx, c.Actor, f.Ticket); return err },
		"serve":  func(ctx context.Context) error { _, err := h.service.Serve(ctx, c.Actor, f.Ticket); return err },
		"absent": func(ctx context.Context) error { _, err := h.service.NoShow(ctx, c.Actor, f.Ticket); return err },
		"finish": func(ctx context.Context) error { _, err := h.service.Finish(ctx, c.Actor, f.Ticket); return err },
		"transfer": func(ctx context.Context) error {
			_, err := h.service.Transfer(ctx, c.Actor, f.Ticket, f.Group)
			return err
		},
	}[c.Params("act")]
	if do == nil || f.Ticket == "" {
		return errNone
	}
	if err := do(c.Std()); err != nil {
		if fault.Is(err, fault.Invalid) {
			return h.again(c, nil, err, "group", func() (templ.Component, error) { return h.counterPage(c) })
		}
		return err
	}
	if f.Then == "next" {
		return h.callNext(c, a, seat)
	}
	return c.SeeOther(seatPath(a, seat.Number))
}
