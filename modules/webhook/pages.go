package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/ui"
	"musharaka/views/webhookview"
)

// Places says what authorities are called.
type Places interface {
	PlaceName(id, lang string) string
}

// Pages are the pages of webhooks.
type Pages struct {
	service *Service
	places  Places
}

// NewPages returns the pages over a service.
func NewPages(s *Service, p Places) *Pages { return &Pages{service: s, places: p} }

// keepers are those who may keep hooks somewhere; each page decides where.
var keepers = web.Roles(auth.Officer, auth.Administrator)

const pathHooks = "/desk/webhooks"

// Routes declares the pages.
func (h *Pages) Routes(s *web.Site) {
	s.Get(pathHooks, keepers, h.list)
	s.Get(pathHooks+"/new", keepers, h.showNew)
	s.Post(pathHooks+"/new", keepers, h.create)
	s.Get(pathHooks+"/:id", keepers, h.show)
	s.Get(pathHooks+"/:id/edit", keepers, h.showEdit)
	s.Post(pathHooks+"/:id/edit", keepers, h.change)
	s.Get(pathHooks+"/:id/renew", keepers, h.askRenew)
	s.Post(pathHooks+"/:id/renew", keepers, h.renew)
	s.Get(pathHooks+"/:id/end", keepers, h.askEnd)
	s.Post(pathHooks+"/:id/end", keepers, h.end)
	s.Post(pathHooks+"/:id/pause", keepers, h.pause)
	s.Post(pathHooks+"/:id/resume", keepers, h.resume)
	s.Post(pathHooks+"/:id/test", keepers, h.test)
	s.Get(pathHooks+"/:id/deliveries/:delivery", keepers, h.delivery)
	s.Post(pathHooks+"/:id/deliveries/:delivery/replay", keepers, h.replay)
}

// Keeps reports whether an actor keeps the webhooks of an organisation: the
// server offers them the page.
func Keeps(who auth.Actor, org string) bool { return keeps(who, org) }

func page(c *web.Ctx, title string) ui.Page {
	c.SetCurrent("desk")
	p := c.Page(title)
	p.Sheets, p.NoIndex, p.ArabicText = []string{"desk.css"}, true, true
	return p
}

func (h *Pages) name(c *web.Ctx, org string) string {
	if org == auth.PlatformID {
		return c.T("All authorities")
	}
	return h.places.PlaceName(org, c.Locale.Lang())
}

// at is the organisation whose hooks are looked at.
func (h *Pages) at(c *web.Ctx) (string, []ui.Tab, error) {
	orgs := slices.DeleteFunc(c.Actor.OrgsWith(auth.Officer, auth.Administrator), func(org string) bool { return !keeps(c.Actor, org) })
	org := c.Query("authority")
	if org == "" && len(orgs) > 0 {
		org = orgs[0]
	}
	if !slices.Contains(orgs, org) {
		return "", nil, errNotYours
	}
	var tabs []ui.Tab
	for _, o := range orgs {
		tabs = append(tabs, ui.Tab{Label: h.name(c, o), Href: c.URL(pathHooks) + "?authority=" + url.QueryEscape(o), Current: o == org})
	}
	return org, tabs, nil
}

var stateLabels = map[State]string{Active: i18n.Msg("Active"), Paused: i18n.Msg("Paused"), Ended: i18n.Msg("Ended")}
var stateTones = map[State]ui.Tone{Active: ui.Success, Paused: ui.Warning, Ended: ui.Neutral}

var deliveryLabels = map[DeliveryState]string{Waiting: i18n.Msg("Waits"), Delivered: i18n.Msg("Taken"), Failed: i18n.Msg("Not taken")}
var deliveryTones = map[DeliveryState]ui.Tone{Waiting: ui.Info, Delivered: ui.Success, Failed: ui.Danger}

func eventLabel(c *web.Ctx, kind string) string {
	for _, e := range EventTypes {
		if e.Type == kind {
			return c.T(e.Label)
		}
	}
	return c.T("Trial")
}

func (h *Pages) list(c *web.Ctx) error {
	org, tabs, err := h.at(c)
	if err != nil {
		return err
	}
	all, err := h.service.List(c.Std(), c.Actor, org)
	if err != nil {
		return err
	}
	v := webhookview.ListPage{Page: page(c, c.T("Webhooks")), Place: h.name(c, org), Authorities: tabs, New: c.URL(pathHooks+"/new") + "?authority=" + url.QueryEscape(org)}
	v.Wide = true
	v.Table = ui.TableSpec{Caption: c.T("Webhooks"), HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("Name of the webhook")}, {Label: c.T("Address")}, {Label: c.T("State")}}}
	for _, x := range all {
		v.Table.Rows = append(v.Table.Rows, []ui.Cell{{Text: x.Name, Href: c.URL(pathHooks + "/" + x.ID)}, {Text: hostOf(x.URL), Ltr: true}, {Body: ui.Tag(c.T(stateLabels[x.State]), stateTones[x.State])}})
	}
	return c.Show(webhookview.List(v))
}

// hostOf is as much of an address as a list needs.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}

type hookForm struct {
	Key    string   `form:"key"`
	Name   string   `form:"name"`
	URL    string   `form:"url"`
	Events []string `form:"events"`
}

func formPage(c *web.Ctx, title, action, back, button string, f hookForm) webhookview.FormPage {
	v := webhookview.FormPage{Page: page(c, title), Action: action, Back: back, Button: button, Key: f.Key, Name: f.Name, URL: f.URL, MaxName: MaxName}
	v.Events = ui.CheckboxesField{Name: "events", Label: c.T("Events that are posted"), Values: f.Events}
	for _, e := range EventTypes {
		v.Events.Options = append(v.Events.Options, ui.Option{Value: e.Type, Label: c.T(e.Label), Hint: e.Type})
	}
	return v
}

func (h *Pages) newPage(c *web.Ctx, org string, f hookForm) webhookview.FormPage {
	at := "?authority=" + url.QueryEscape(org)
	return formPage(c, c.T("Make a webhook"), c.URL(pathHooks+"/new")+at, c.URL(pathHooks)+at, c.T("Make it and show the secret"), f)
}

func (h *Pages) showNew(c *web.Ctx) error {
	org, _, err := h.at(c)
	if err != nil {
		return err
	}
	return c.Show(webhookview.Form(h.newPage(c, org, hookForm{Key: c.NewID()})))
}

// wrongIn returns what a refused form shows beside its fields.
func wrongIn(c *web.Ctx, err error) ([]ui.FieldError, bool) {
	var wrong *InputError
	if !errors.As(err, &wrong) {
		return nil, false
	}
	return []ui.FieldError{{Field: wrong.Field, Message: c.T(wrong.Message, wrong.Args...)}}, true
}

// create makes a hook. It answers with the page of the secret instead of a
// redirect: the secret stands in no address and in no store, and a second post
// of the same form leads to the hook without it.
func (h *Pages) create(c *web.Ctx) error {
	org, _, err := h.at(c)
	if err != nil {
		return err
	}
	var f hookForm
	if _, err := form.Read(c.Ctx, &f); err != nil {
		return err
	}
	if f.Key == "" {
		f.Key = c.NewID()
	}
	made, secret, err := h.service.Create(c.Std(), c.Actor, org, f.Key, Input{f.Name, f.URL, f.Events})
	if errs, wrong := wrongIn(c, err); wrong {
		c.Wrong(errs)
		return c.Invalid(webhookview.Form(h.newPage(c, org, f)))
	}
	if err != nil {
		return err
	}
	return h.showSecret(c, made, secret)
}

func (h *Pages) showSecret(c *web.Ctx, x Hook, secret string) error {
	if secret == "" {
		return c.SeeOther(pathHooks + "/" + x.ID)
	}
	return c.Show(webhookview.Secret(webhookview.SecretPage{Page: page(c, c.T("The secret of the webhook")), Name: x.Name, Secret: secret, Next: c.URL(pathHooks + "/" + x.ID)}))
}

// hook is the hook of the request.
func (h *Pages) hook(c *web.Ctx) (Hook, error) {
	return h.service.Get(c.Std(), c.Actor, c.Params("id"))
}

func (h *Pages) show(c *web.Ctx) error {
	x, err := h.hook(c)
	if err != nil {
		return err
	}
	path := pathHooks + "/" + x.ID
	v := webhookview.ShowPage{Page: page(c, x.Name), Back: c.URL(pathHooks) + "?authority=" + url.QueryEscape(x.Org), Name: x.Name, State: c.T(stateLabels[x.State]), Tone: stateTones[x.State], Key: c.NewID()}
	v.Wide = true
	if !x.FailingSince.IsZero() {
		v.Failing = c.T("Nothing was taken since {date}. After three days the webhook is paused.", "date", c.Locale.DateTime(x.FailingSince))
	}
	var events []string
	for _, e := range x.Events {
		events = append(events, eventLabel(c, e))
	}
	v.Facts = []ui.SummaryRow{{Key: c.T("Address"), Body: ui.Ltr(x.URL)}, {Key: c.T("Events that are posted"), Value: c.Locale.List(events)},
		{Key: c.T("Whose events"), Value: h.name(c, x.Org)}, {Key: c.T("Made on"), Value: c.Locale.Date(x.CreatedAt)}}
	for _, a := range []struct {
		act  Act
		path string
		to   *string
	}{{ActChange, "/edit", &v.Edit}, {ActRenew, "/renew", &v.Renew}, {ActEnd, "/end", &v.End}, {ActPause, "/pause", &v.Pause}, {ActResume, "/resume", &v.Resume}, {ActTest, "/test", &v.Test}} {
		if _, err := Next(x.State, a.act, AsKeeper); err == nil {
			*a.to = c.URL(path + a.path)
		}
	}
	if err := h.deliveries(c, x, &v); err != nil {
		return err
	}
	return c.Show(webhookview.Show(v))
}

func (h *Pages) deliveries(c *web.Ctx, x Hook, v *webhookview.ShowPage) error {
	after := c.Query("after")
	found, err := h.service.Deliveries(c.Std(), c.Actor, x.ID, after, 30)
	if err != nil {
		return err
	}
	v.Deliveries = ui.TableSpec{Caption: c.T("Deliveries"), HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("Event")}, {Label: c.T("When")}, {Label: c.T("State")}, {Label: c.T("Answer")}, {Label: c.T("Attempts"), Number: true}}}
	for _, d := range found.Items {
		answer := "–"
		if n := len(d.Attempts); n > 0 {
			answer = attemptText(c, d.Attempts[n-1])
		}
		v.Deliveries.Rows = append(v.Deliveries.Rows, []ui.Cell{{Text: eventLabel(c, d.Event), Href: c.URL(deliveryPath(d))}, {Text: c.Locale.DateTime(d.At)},
			{Body: ui.Tag(c.T(deliveryLabels[d.State]), deliveryTones[d.State])}, {Text: answer}, {Text: strconv.Itoa(len(d.Attempts))}})
	}
	path := c.URL(pathHooks + "/" + x.ID)
	if after != "" {
		v.Pages.First = path
	}
	if found.Next != "" {
		v.Pages.Next = path + "?after=" + url.QueryEscape(found.Next)
	}
	return nil
}

// attemptText says what came of an attempt.
func attemptText(c *web.Ctx, a Attempt) string {
	if a.Error != "" {
		return c.T(a.Error)
	}
	return c.T("Status {n}", "n", strconv.Itoa(a.Status))
}

func deliveryPath(d Delivery) string {
	return pathHooks + "/" + d.Hook + "/deliveries/" + url.PathEscape(d.ID)
}

func (h *Pages) showEdit(c *web.Ctx) error {
	x, err := h.hook(c)
	if err != nil {
		return err
	}
	return c.Show(webhookview.Form(h.editPage(c, x, hookForm{Name: x.Name, URL: x.URL, Events: x.Events})))
}

func (h *Pages) editPage(c *web.Ctx, x Hook, f hookForm) webhookview.FormPage {
	path := c.URL(pathHooks + "/" + x.ID)
	return formPage(c, c.T("Change the webhook"), path+"/edit", path, c.T("Save"), f)
}

func (h *Pages) change(c *web.Ctx) error {
	x, err := h.hook(c)
	if err != nil {
		return err
	}
	var f hookForm
	if _, err := form.Read(c.Ctx, &f); err != nil {
		return err
	}
	_, err = h.service.Change(c.Std(), c.Actor, x.ID, Input{f.Name, f.URL, f.Events})
	if errs, wrong := wrongIn(c, err); wrong {
		c.Wrong(errs)
		f.Key = ""
		return c.Invalid(webhookview.Form(h.editPage(c, x, f)))
	}
	if err != nil {
		return err
	}
	c.Flash(flashChanged)
	return c.SeeOther(pathHooks + "/" + x.ID)
}

// What is said after an act.
var (
	flashChanged = i18n.Msg("The webhook is changed.")
	flashPaused  = i18n.Msg("The webhook is paused.")
	flashResumed = i18n.Msg("The webhook is active again.")
	flashTested  = i18n.Msg("A trial is on its way.")
	flashEnded   = i18n.Msg("The webhook has ended.")
	flashReplay  = i18n.Msg("The event is sent again.")
)

func (h *Pages) ask(c *web.Ctx, title, text, path, button string, act Act) error {
	x, err := h.hook(c)
	if err == nil {
		_, err = Next(x.State, act, AsKeeper)
	}
	if err != nil {
		return err
	}
	at := c.URL(pathHooks + "/" + x.ID)
	return c.Show(webhookview.Ask(page(c, title), ui.ConfirmSpec{Title: title, Text: text, Action: at + path, Button: button, Danger: true, Cancel: at}))
}

func (h *Pages) askRenew(c *web.Ctx) error {
	return h.ask(c, c.T("Have a new secret?"), c.T("The old secret is worth nothing at once: until your program has the new one, it refuses our deliveries."), "/renew", c.T("Make a new secret"), ActRenew)
}

func (h *Pages) renew(c *web.Ctx) error {
	x, secret, err := h.service.Renew(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return err
	}
	return h.showSecret(c, x, secret)
}

func (h *Pages) askEnd(c *web.Ctx) error {
	return h.ask(c, c.T("End this webhook?"), c.T("Nothing is sent there any more, and it cannot be brought back."), "/end", c.T("End the webhook"), ActEnd)
}

// do does one act and comes back to the page of the hook.
func (h *Pages) do(c *web.Ctx, said, to string, err error) error {
	if err != nil {
		return err
	}
	c.Flash(said)
	return c.SeeOther(to)
}

func (h *Pages) end(c *web.Ctx) error {
	x, err := h.service.End(c.Std(), c.Actor, c.Params("id"))
	return h.do(c, flashEnded, pathHooks+"?authority="+url.QueryEscape(x.Org), err)
}

func (h *Pages) pause(c *web.Ctx) error {
	x, err := h.service.Pause(c.Std(), c.Actor, c.Params("id"))
	return h.do(c, flashPaused, pathHooks+"/"+x.ID, err)
}

func (h *Pages) resume(c *web.Ctx) error {
	x, err := h.service.Resume(c.Std(), c.Actor, c.Params("id"))
	return h.do(c, flashResumed, pathHooks+"/"+x.ID, err)
}

func (h *Pages) test(c *web.Ctx) error {
	var f hookForm
	if _, err := form.Read(c.Ctx, &f); err != nil {
		return err
	}
	if f.Key == "" {
		f.Key = c.NewID()
	}
	id := c.Params("id")
	return h.do(c, flashTested, pathHooks+"/"+id, h.service.Test(c.Std(), c.Actor, id, f.Key))
}

// deliveryID is the delivery of the request.
func deliveryID(c *web.Ctx) string {
	id, err := url.PathUnescape(c.Params("delivery"))
	if err != nil {
		return ""
	}
	return id
}

func (h *Pages) delivery(c *web.Ctx) error {
	x, d, err := h.service.Delivery(c.Std(), c.Actor, c.Params("id"), deliveryID(c))
	if err != nil {
		return err
	}
	v := webhookview.DeliveryPage{Page: page(c, c.T("Delivery: {event}", "event", eventLabel(c, d.Event))), Back: c.URL(pathHooks + "/" + x.ID), State: c.T(deliveryLabels[d.State]), Tone: deliveryTones[d.State], Body: indented(d.Body)}
	v.Wide = true
	v.Facts = []ui.SummaryRow{{Key: c.T("Webhook"), Value: x.Name}, {Key: c.T("When"), Value: c.Locale.DateTime(d.At)}, {Key: c.T("Id of the delivery"), Body: ui.Ltr(d.ID)}}
	if d.ReplayOf != "" {
		v.Facts = append(v.Facts, ui.SummaryRow{Key: c.T("Sent again after"), Body: ui.Ltr(d.ReplayOf)})
	}
	if _, err := Next(x.State, ActReplay, AsKeeper); err == nil && d.State != Waiting {
		v.Replay = c.URL(deliveryPath(d) + "/replay")
	}
	v.Attempts = ui.TableSpec{Caption: c.T("Attempts"), HideCaption: true, Head: []ui.Th{{Label: c.T("When")}, {Label: c.T("Answer")}}}
	for _, a := range d.Attempts {
		v.Attempts.Rows = append(v.Attempts.Rows, []ui.Cell{{Text: c.Locale.DateTime(a.At)}, {Text: attemptText(c, a)}})
	}
	return c.Show(webhookview.Delivery(v))
}

// indented is a body as people read it.
func indented(body string) string {
	var out bytes.Buffer
	if json.Indent(&out, []byte(body), "", "  ") != nil {
		return body
	}
	return out.String()
}

func (h *Pages) replay(c *web.Ctx) error {
	d, err := h.service.Replay(c.Std(), c.Actor, c.Params("id"), deliveryID(c))
	return h.do(c, flashReplay, pathHooks+"/"+d.Hook, err)
}
