package citizenspace

import (
	"bytes"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/pdf"
	"musharaka/modules/kit/typeset"
	"musharaka/modules/kit/web"
	"musharaka/views/spaceworkview"
	"musharaka/views/ui"
)

// one returns the request of the address to somebody who works on it.
func (h *Work) one(c *web.Ctx) (Settings, Request, Version, error) {
	s, err := h.at(c)
	if err != nil {
		return s, Request{}, Version{}, err
	}
	r, err := h.service.Request(c.Std(), By(c.Actor), c.Params("request"))
	if err == nil && r.Authority != s.ID {
		err = errNoRequest
	}
	if err != nil {
		return s, r, Version{}, err
	}
	v, err := h.service.Version(c.Std(), r.Authority, r.Offer, r.OfferNo)
	return s, r, v, err
}

// request is a request as those who work on it see it.
func (h *Work) request(c *web.Ctx) error {
	v, err := h.requestPage(c, "", "")
	if err != nil {
		return err
	}
	return c.Show(spaceworkview.Request(v))
}

// requestPage is the page; message and note are what was typed into its forms.
func (h *Work) requestPage(c *web.Ctx, message, note string) (spaceworkview.RequestPage, error) {
	s, r, version, err := h.one(c)
	if err != nil {
		return spaceworkview.RequestPage{}, err
	}
	name := version.Name.In(c.Locale.Lang())
	v := spaceworkview.RequestPage{Page: h.page(c, s, name+" · "+r.Reference), Crumbs: h.crumbs(c, s, r.Reference), Description: r.Description}
	v.Wide, v.ArabicText = true, true
	v.Heading = ui.HeadingSpec{Title: name, Caption: r.Reference, TagText: c.T(workStates[r.State]), TagTone: workTone(r.State)}
	if r.Overdue(c.Now()) {
		v.Late, _ = h.due(c, r)
	}
	if r.State == Waiting {
		v.Waits = c.T("The citizen was asked for something. The clock is paused until the answer comes.")
	}
	h.acts(c, r, &v)
	v.Answers = answerRows(c, version, r)
	pictures, err := h.Photos.Of(c.Std(), r.Photos)
	if err != nil {
		return v, err
	}
	for i, x := range pictures {
		v.Photos = append(v.Photos, spaceworkview.Photo{Small: x.Small, Full: x.Full, Alt: c.T("Photo {n}", "n", i+1)})
	}
	h.talk(c, r, &v)
	may := func(act Act) bool { return h.service.May(By(c.Actor), r, act) }
	if may(ActMessage) {
		v.Message = &spaceworkview.QuickForm{Name: "body", Action: c.URL(WorkPath(r) + "/message"), Label: c.T("Write to the citizen"), Hint: c.T("The citizen reads it. To pause the clock until the answer comes, use “Ask the citizen”."), Button: c.T("Send"), Value: message}
	}
	if may(ActNote) {
		v.Note = &spaceworkview.QuickForm{Name: "note", Action: c.URL(WorkPath(r) + "/note"), Label: c.T("Write a note"), Hint: c.T("For colleagues alone."), Button: c.T("Keep the note"), Value: note}
	}
	h.facts(c, s, r, &v)
	v.Events = h.events(c, s, r.History)
	return v, nil
}

func (h *Work) acts(c *web.Ctx, r Request, v *spaceworkview.RequestPage) {
	for _, x := range workActs {
		if !h.service.May(By(c.Actor), r, x.act) || x.act == ActShow && !r.Hidden || x.act == ActHide && (r.Hidden || !r.Public) {
			continue
		}
		l := spaceworkview.Link{Label: c.T(x.label), Href: c.URL(WorkPath(r) + "/do/" + string(x.act)), Kind: ui.Secondary}
		if x.first {
			if len(v.Acts) == 0 {
				l.Kind = ui.Primary
			}
			v.Acts = append(v.Acts, l)
		} else {
			v.More = append(v.More, l)
		}
	}
	v.More = append(v.More, spaceworkview.Link{Label: c.T("Work order (PDF)"), Href: c.URL(WorkPath(r) + "/order.pdf"), Kind: ui.Secondary})
}

// answerRows are the answers to the questions of the version that was asked under.
func answerRows(c *web.Ctx, v Version, r Request) []ui.SummaryRow {
	var rows []ui.SummaryRow
	for _, q := range v.Questions {
		values := r.Answer(q.Code)
		if len(values) == 0 || q.Note || q.Type == File {
			continue
		}
		said := make([]string, len(values))
		for i, value := range values {
			said[i] = value
			for _, choice := range q.Choices {
				if choice.Key == value {
					said[i] = choice.Name.In(c.Locale.Lang())
				}
			}
		}
		rows = append(rows, ui.SummaryRow{Key: q.Label.In(c.Locale.Lang()), Value: strings.Join(said, "\n")})
	}
	return rows
}

// talk shows the thread and the notes.
func (h *Work) talk(c *web.Ctx, r Request, v *spaceworkview.RequestPage) {
	zone := clock.Zone(r.Country)
	for _, m := range r.Messages {
		who := c.T("The citizen")
		if m.Staff {
			who = c.T("The Citizen Space")
			if name := h.Colleagues.PersonName(c.Std(), m.PersonID); name != "" {
				who = name
			}
		} else if m.Way == "mail" {
			who = c.T("The citizen, by mail")
		}
		v.Talk = append(v.Talk, spaceworkview.Talk{Who: who, When: c.Locale.DateTime(m.At.In(zone)), Staff: m.Staff, Text: m.Body})
	}
	for _, n := range r.Notes {
		v.Notes = append(v.Notes, spaceworkview.Talk{Who: h.Colleagues.PersonName(c.Std(), n.PersonID), When: c.Locale.DateTime(n.At.In(zone)), Text: n.Body})
	}
}

func (h *Work) facts(c *web.Ctx, s Settings, r Request, v *spaceworkview.RequestPage) {
	zone := clock.Zone(r.Country)
	row := func(key, value string) {
		if value != "" {
			v.Facts = append(v.Facts, ui.SummaryRow{Key: key, Value: value})
		}
	}
	due, _ := h.due(c, r)
	row(c.T("Promise"), due)
	d, _ := s.Department(r.Department)
	row(c.T("Department"), d.Name.In(c.Locale.Lang()))
	assignee := c.T("nobody in particular")
	if r.Assignee != "" {
		assignee = h.Colleagues.PersonName(c.Std(), r.Assignee)
	}
	row(c.T("With"), assignee)
	row(c.T("Received"), c.Locale.DateTime(r.CreatedAt.In(zone))+" · "+c.T(workChannels[r.Channel]))
	row(c.T("Place"), h.where(c, s, r))
	if !r.PlannedFor.IsZero() && r.State == Scheduled {
		row(c.T("Planned for"), c.Locale.Date(r.PlannedFor.In(zone)))
	}
	if r.Ending != nil {
		row(c.T("How it ended"), strings.TrimSpace(c.T(codeOr(r.Ending.Code))+"\n"+r.Ending.Reasons))
		row(c.T("Who decides it"), r.Ending.Body)
		row(c.T("Sent to"), r.Ending.SentTo)
	}
	shown := c.T("Everybody sees it, without who asked.")
	if !r.IsShown() {
		shown = c.T("Only who asked and the authority’s people see it.")
	}
	row(c.T("Public"), shown)
	for _, x := range []struct{ key, value string }{{c.T("Name"), r.Citizen.Name}, {c.T("E-mail"), r.Citizen.Email}, {c.T("Phone"), r.Citizen.Phone}, {c.T("Language"), langNames[r.Citizen.Lang]}} {
		if x.value != "" {
			v.Citizen = append(v.Citizen, ui.SummaryRow{Key: x.key, Body: ui.Bidi(x.value)})
		}
	}
	if len(v.Citizen) == 0 {
		v.Citizen = []ui.SummaryRow{{Key: c.T("Name"), Value: c.T("not given")}}
	}
	related := func(label, id string) {
		if id != "" {
			v.Related = append(v.Related, spaceworkview.Link{Label: c.T(label), Href: c.URL(workPath(s.ID) + "/of/" + id)})
		}
	}
	related(i18n.Msg("The request it was merged into"), r.DuplicateOf)
	related(i18n.Msg("The request it was cut off from"), r.SplitFrom)
	for _, id := range r.Absorbed {
		related(i18n.Msg("A request merged into this one"), id)
	}
	for _, id := range r.Parts {
		related(i18n.Msg("A matter cut off from this one"), id)
	}
}

// langNames are languages as their speakers call them.
var langNames = map[string]string{"ar": "العربية", "fr": "Français", "en": "English"}

func codeOr(code CloseCode) string {
	if label := workCodes[code]; label != "" {
		return label
	}
	return i18n.Msg("Ended")
}

// events tell a history to the authority's people, the last first.
func (h *Work) events(c *web.Ctx, s Settings, history []audit.Entry) []ui.Event {
	var all []ui.Event
	for i := len(history) - 1; i >= 0; i-- {
		e := history[i]
		x := ui.Event{When: c.Locale.DateTime(e.At.In(clock.Zone(s.Country))), Title: c.T(workDone[Act(actOf(e.Act))]), Text: e.Reason, State: ui.Past}
		switch {
		case e.ActorRole == string(AsCitizen):
			x.By = c.T("The citizen")
		case e.ActorID != "":
			x.By = h.Colleagues.PersonName(c.Std(), e.ActorID)
		}
		if d, ok := s.Department(e.Details["department"]); ok {
			x.Title += " · " + d.Name.In(c.Locale.Lang())
		}
		all = append(all, x)
	}
	return all
}

// order is the work order that is taken along to the place: what is to be done
// where, nothing of who asked, and a code that leads back to the request.
func (h *Work) order(c *web.Ctx) error {
	s, r, version, err := h.one(c)
	if err != nil {
		return err
	}
	lang, zone := c.Locale.Lang(), clock.Zone(r.Country)
	doc := pdf.New(pdf.Options{Lang: lang, Title: c.T("Work order {reference}", "reference", r.Reference), Author: h.Places.PlaceName(s.ID, lang), Created: c.Now().Truncate(time.Minute).In(zone), Footer: r.Reference})
	doc.Letterhead(pdf.Letterhead{Over: h.Places.PlaceName(s.ID, lang), Title: c.T("Work order"), Under: r.Reference})
	doc.Paragraph(version.Name.In(lang), pdf.Strong(), pdf.Sized(15))
	doc.Code(c.AbsURL(WorkPath(r)), 96, c.T("Open the request"))
	line := func(key, value string) {
		if value != "" {
			doc.Paragraph(c.T("{key}: {value}", "key", key, "value", value))
		}
	}
	d, _ := s.Department(r.Department)
	line(c.T("Department"), d.Name.In(lang))
	if r.Assignee != "" {
		line(c.T("With"), h.Colleagues.PersonName(c.Std(), r.Assignee))
	}
	line(c.T("Received"), c.Locale.Date(r.CreatedAt.In(zone)))
	due, _ := h.due(c, r)
	line(c.T("Promise"), due)
	line(c.T("Place"), h.where(c, s, r))
	if r.Spot.Point {
		doc.Paragraph(coordinate(r.Spot.Lat)+", "+coordinate(r.Spot.Lng), pdf.Reading(typeset.LeftToRight))
	}
	if r.Description != "" {
		doc.Heading(2, c.T("What the citizen asked for"))
		doc.Paragraph(withoutContacts(r.Description))
	}
	for _, row := range answerRows(c, version, r) {
		line(row.Key, c.Locale.List(strings.Split(row.Value, "\n")))
	}
	doc.Heading(2, c.T("To be filled in on the spot"))
	for _, blank := range []string{c.T("Done on"), c.T("By"), c.T("Material and hours"), c.T("What is left to do"), c.T("Signature")} {
		doc.Paragraph(c.T("{key}: {value}", "key", blank, "value", strings.Repeat(".", 80)))
	}
	var out bytes.Buffer
	if _, err := doc.WriteTo(&out); err != nil {
		return fault.Wrap("citizenspace.order", err)
	}
	c.Set("Content-Type", "application/pdf")
	c.Set("Content-Disposition", `inline; filename="`+r.Reference+`.pdf"`)
	return c.Send(out.Bytes())
}
