package open311

import (
	"context"
	"net/url"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/open311view"
	"musharaka/views/ui"
)

const pathPeer = pathDesk + "/back-office"

func (h *Pages) peerRoutes(s *web.Site) {
	s.Get(pathPeer, keepers, h.showPeer)
	s.Get(pathPeer+"/edit", keepers, h.editPeer)
	s.Post(pathPeer+"/edit", keepers, h.setPeer)
	s.Post(pathPeer+"/test", keepers, h.peerAct(h.service.TestPeer, i18n.Msg("The back office was tried: see what came of it.")))
	s.Post(pathPeer+"/start", keepers, h.peerAct(h.service.StartPeer, i18n.Msg("From now on new requests go to the back office.")))
	s.Post(pathPeer+"/pause", keepers, h.peerAct(h.service.PausePeer, i18n.Msg("New requests stay here.")))
	s.Get(pathPeer+"/end", keepers, h.askEndPeer)
	s.Post(pathPeer+"/end", keepers, h.peerAct(h.service.EndPeer, i18n.Msg("The back office is taken away, and its key with it.")))
	s.Post(pathPeer+"/resend", keepers, h.resend)
}

var peerLabels = map[State]string{Paused: i18n.Msg("Nothing goes there"), Active: i18n.Msg("Requests go there"), Ended: i18n.Msg("Taken away")}
var peerTones = map[State]ui.Tone{Paused: ui.Warning, Active: ui.Success, Ended: ui.Neutral}

var handoverLabels = map[HandoverState]string{HandoverWaiting: i18n.Msg("On its way"), HandoverSent: i18n.Msg("Arrived there"), HandoverClosed: i18n.Msg("Closed there"), HandoverFailed: i18n.Msg("Did not arrive")}
var handoverTones = map[HandoverState]ui.Tone{HandoverWaiting: ui.Info, HandoverSent: ui.Info, HandoverClosed: ui.Success, HandoverFailed: ui.Danger}

func (h *Pages) showPeer(c *web.Ctx) error {
	org, tabs, err := h.at(c)
	if err != nil {
		return err
	}
	p, err := h.service.Peer(c.Std(), c.Actor, org)
	if err != nil && !isNotFound(err) {
		return err
	}
	at := atAuthority(org)
	v := open311view.PeerPage{Page: page(c, c.T("Own back office")), Place: h.places.PlaceName(org, c.Locale.Lang()), Authorities: tabs, Back: c.URL(pathDesk) + at, Edit: c.URL(pathPeer+"/edit") + at, Is: err == nil && p.State != Ended}
	v.Wide = true
	if !v.Is {
		return c.Show(open311view.Peer(v))
	}
	v.State, v.Tone = c.T(peerLabels[p.State]), peerTones[p.State]
	v.Facts = []ui.SummaryRow{{Key: c.T("Address of the service"), Body: ui.Ltr(p.Endpoint)}, {Key: "jurisdiction_id", Body: ui.Ltr(orDash(p.Jurisdiction))}, {Key: c.T("Services that go there"), Value: c.Locale.Number(int64(len(p.Codes)))},
		{Key: c.T("Last trial"), Value: h.came(c, p.TestedAt.IsZero(), c.Locale.DateTime(p.TestedAt), p.TestError)}, {Key: c.T("News asked for"), Value: h.came(c, p.PulledAt.IsZero(), c.Locale.DateTime(p.PulledAt), p.PullError)}}
	for act, to := range map[Act]*string{ActTestPeer: &v.Test, ActStartPeer: &v.Start, ActPausePeer: &v.Pause, ActEndPeer: &v.End} {
		if _, err := next(peerMoves, p.State, act, AsKeeper); err == nil {
			*to = c.URL(pathPeer+"/"+map[Act]string{ActTestPeer: "test", ActStartPeer: "start", ActPausePeer: "pause", ActEndPeer: "end"}[act]) + at
		}
	}
	if p.TestedAt.IsZero() || p.TestError != "" {
		v.Start = ""
	}
	return h.withHandovers(c, org, v)
}

// came says when something was done last, and what came of it.
func (h *Pages) came(c *web.Ctx, never bool, when, why string) string {
	switch {
	case never:
		return c.T("Never")
	case why != "":
		return when + " · " + c.T(why)
	}
	return when + " · " + c.T("It went well")
}

func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

func (h *Pages) withHandovers(c *web.Ctx, org string, v open311view.PeerPage) error {
	found, err := h.service.Handovers(c.Std(), c.Actor, org, c.Query("after"), 30)
	if err != nil {
		return err
	}
	v.Handovers = ui.TableSpec{Caption: c.T("Requests that went there"), HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("When")}, {Label: c.T("State")}, {Label: c.T("Number there")}, {Label: c.T("What happened")}, {Label: c.T("What you can do")}}}
	for _, x := range found.Items {
		act := ui.Cell{Text: "–"}
		if x.State == HandoverFailed {
			act = ui.Cell{Body: open311view.Resend(v.Page, c.URL(pathPeer+"/resend")+atAuthority(org), x.Request)}
		}
		why := "–"
		if x.Error != "" {
			why = c.T(x.Error)
		}
		v.Handovers.Rows = append(v.Handovers.Rows, []ui.Cell{{Text: c.Locale.DateTime(x.At)}, {Body: ui.Tag(c.T(handoverLabels[x.State]), handoverTones[x.State])}, {Text: orDash(x.Remote), Ltr: true}, {Text: why}, act})
	}
	if c.Query("after") != "" {
		v.Pages.First = c.URL(pathPeer) + atAuthority(org)
	}
	if found.Next != "" {
		v.Pages.Next = c.URL(pathPeer) + atAuthority(org) + "&after=" + url.QueryEscape(found.Next)
	}
	return c.Show(open311view.Peer(v))
}

type peerForm struct {
	Endpoint     string `form:"endpoint"`
	Jurisdiction string `form:"jurisdiction"`
	Key          string `form:"api_key"`
}

// codePrefix begins the name of the field in which a service is named as it is
// called there.
const codePrefix = "code_"

func (h *Pages) peerFormPage(c *web.Ctx, org string, f peerForm, codes map[string]string, has bool) (open311view.PeerFormPage, error) {
	v := open311view.PeerFormPage{Page: page(c, c.T("Set the back office up")), Action: c.URL(pathPeer+"/edit") + atAuthority(org), Back: c.URL(pathPeer) + atAuthority(org),
		Endpoint: f.Endpoint, Jurisdiction: f.Jurisdiction, HasKey: has}
	all, err := h.service.Desk.Services(c.Std(), org, c.Locale.Lang())
	for _, o := range all {
		v.Codes = append(v.Codes, ui.TextField{Name: codePrefix + o.Code, Label: o.Name, Value: codes[o.Code], Max: MaxName, Optional: true})
	}
	return v, err
}

func (h *Pages) editPeer(c *web.Ctx) error {
	org, _, err := h.at(c)
	if err != nil {
		return err
	}
	p, err := h.service.Peer(c.Std(), c.Actor, org)
	if err != nil && !isNotFound(err) {
		return err
	}
	v, err := h.peerFormPage(c, org, peerForm{Endpoint: p.Endpoint, Jurisdiction: p.Jurisdiction}, p.Codes, len(p.Sealed) > 0)
	if err != nil {
		return err
	}
	return c.Show(open311view.PeerForm(v))
}

func (h *Pages) setPeer(c *web.Ctx) error {
	org, _, err := h.at(c)
	if err != nil {
		return err
	}
	var f peerForm
	if _, err := form.Read(c.Ctx, &f); err != nil {
		return err
	}
	all, err := h.service.Desk.Services(c.Std(), org, c.Locale.Lang())
	if err != nil {
		return err
	}
	codes := map[string]string{}
	for _, o := range all {
		codes[o.Code] = form.Clean(c.FormValue(codePrefix+o.Code), false)
	}
	_, err = h.service.SetPeer(c.Std(), c.Actor, org, PeerInput{f.Endpoint, f.Jurisdiction, f.Key, codes})
	if errs, wrong := wrongIn(c, err); wrong {
		if errs[0].Field == "codes" && len(all) > 0 {
			errs[0].Field = codePrefix + all[0].Code
		}
		c.Wrong(errs)
		v, err := h.peerFormPage(c, org, f, codes, false)
		if err != nil {
			return err
		}
		return c.Invalid(open311view.PeerForm(v))
	}
	if err != nil {
		return err
	}
	c.Flash(flashPeerSet)
	return c.SeeOther(pathPeer + atAuthority(org))
}

var (
	flashPeerSet = i18n.Msg("The back office is set up. Try it before you let requests go there.")
	flashResent  = i18n.Msg("The request is sent again.")
)

// peerAct does one act and comes back to the page of the back office.
func (h *Pages) peerAct(act func(context.Context, auth.Actor, string) (Peer, error), said string) web.Handler {
	return func(c *web.Ctx) error {
		org, _, err := h.at(c)
		if err != nil {
			return err
		}
		if _, err := act(c.Std(), c.Actor, org); err != nil {
			return err
		}
		c.Flash(said)
		return c.SeeOther(pathPeer + atAuthority(org))
	}
}

func (h *Pages) askEndPeer(c *web.Ctx) error {
	org, _, err := h.at(c)
	if err != nil {
		return err
	}
	p, err := h.service.Peer(c.Std(), c.Actor, org)
	if err == nil {
		_, err = next(peerMoves, p.State, ActEndPeer, AsKeeper)
	}
	if err != nil {
		return err
	}
	title := c.T("Take the back office away?")
	return c.Show(open311view.Ask(page(c, title), ui.ConfirmSpec{Title: title, Text: c.T("Nothing goes there any more, its news is not asked for, and its key is deleted here. What is there stays there."),
		Action: c.URL(pathPeer+"/end") + atAuthority(org), Button: c.T("Take it away"), Danger: true, Cancel: c.URL(pathPeer) + atAuthority(org)}))
}

func (h *Pages) resend(c *web.Ctx) error {
	org, _, err := h.at(c)
	if err != nil {
		return err
	}
	var f struct {
		Request string `form:"request"`
	}
	if _, err := form.Read(c.Ctx, &f); err != nil {
		return err
	}
	if err := h.service.Resend(c.Std(), c.Actor, org, f.Request); err != nil {
		return err
	}
	c.Flash(flashResent)
	return c.SeeOther(pathPeer + atAuthority(org))
}
