package council

import (
	"net/url"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/web"
	"musharaka/views/councilview"
	"musharaka/views/ui"
)

func (h *Pages) sessionCard(c *web.Ctx, x Session, level int) ui.CardSpec {
	card := ui.CardSpec{Title: c.T("{kind} of {date}", "kind", c.T(kindLabels[x.Kind]), "date", x.StartsAt), Href: c.URL(sessionPath(x)),
		TagText: c.T(sessionLabels[x.State]), TagTone: toneOf(sessionTones, x.State), Level: level}
	card.Meta = []string{c.Locale.DateTime(x.StartsAt), x.Place, c.N("{n} item on the agenda", "{n} items on the agenda", len(x.Agenda))}
	return card
}

func toneOf(tones map[State]ui.Tone, s State) ui.Tone {
	if t, ok := tones[s]; ok {
		return t
	}
	return ui.Neutral
}

// sessions lists the sessions that were convened, the latest first.
func (h *Pages) sessions(c *web.Ctx) error {
	a, err := h.at(c)
	if err != nil {
		return err
	}
	page, err := h.service.Sessions(c.Std(), a.ID, false, c.Query("after"), shown)
	if err != nil {
		return err
	}
	v := councilview.ListPage{Page: h.page(c, a, c.T("Sessions")), Crumbs: crumbs(c, a, c.T("Sessions")), Tabs: h.tabs(c, a, "/sessions"), TabsOf: c.T("Pages of the council")}
	v.Description = c.T("Sessions of {body} of {place}: agenda, votes, minutes.", "body", bodyName(c.Locale, a.Body), "place", a.Name(c.Locale.Lang()))
	v.Heading = ui.HeadingSpec{Title: v.Title, Caption: bodyName(c.Locale, a.Body)}
	v.EmptyTitle, v.EmptyText = c.T("No session is convened"), c.T("It is shown here as soon as the members are told.")
	if !Collegial(a.Body) {
		v.EmptyTitle, v.EmptyText = c.T("The body that decides here does not sit"), c.T("Its decisions are in the register of decisions.")
	}
	for _, x := range page.Items {
		v.Cards = append(v.Cards, h.sessionCard(c, x, 2))
	}
	v.Pages = more(c, base(a)+"/sessions", nil, page.Next)
	v.Foot = []councilview.Link{{Label: c.T("Calendar of sessions (iCalendar)"), Href: c.URL(base(a) + "/calendar.ics"), Kind: ui.Quiet}}
	kept(c)
	return c.Show(councilview.List(v))
}

// sessionOf returns the session of the request, which must be of its place.
func (h *Pages) sessionOf(c *web.Ctx, who auth.Actor) (Authority, Session, error) {
	a, err := h.at(c)
	if err != nil {
		return a, Session{}, err
	}
	x, err := h.service.Session(c.Std(), who, c.Params("session"))
	if err == nil && x.Authority != a.ID {
		err = errNone
	}
	return a, x, err
}

// session is the public page of a session.
func (h *Pages) session(c *web.Ctx) error {
	a, x, err := h.sessionOf(c, auth.Actor{})
	if err != nil {
		return err
	}
	title := c.T("{kind} of {date}", "kind", c.T(kindLabels[x.Kind]), "date", x.StartsAt)
	v := councilview.SheetPage{Page: h.page(c, a, title), Crumbs: crumbs(c, a, title, ui.Crumb{Label: c.T("Sessions"), Href: c.URL(base(a) + "/sessions")})}
	v.Heading = ui.HeadingSpec{Title: title, Caption: bodyName(c.Locale, x.Body), TagText: c.T(sessionLabels[x.State]), TagTone: toneOf(sessionTones, x.State)}
	v.Description = c.T("Sessions of {body} of {place}: agenda, votes, minutes.", "body", bodyName(c.Locale, x.Body), "place", a.Name(c.Locale.Lang()))
	v.Notices = h.sessionNotices(c, x)
	v.Main = []councilview.Section{{ID: "agenda", Title: c.T("Agenda"), Body: councilview.Points(v.Page, h.points(c, x))}}
	if x.Remarks != "" && x.Minutes != "" {
		v.Main = append(v.Main, councilview.Section{Title: c.T("Remarks"), Text: x.Remarks})
	}
	v.Aside = h.sessionFacts(c, x)
	v.Events = events(c, x.Base)
	if len(x.Agenda) == 0 {
		v.Main = nil
	}
	kept(c)
	return c.Show(councilview.Sheet(v))
}

func (h *Pages) sessionNotices(c *web.Ctx, x Session) []councilview.Notice {
	var all []councilview.Notice
	if x.State == SessionCancelled {
		all = append(all, councilview.Notice{Tone: ui.Warning, Title: c.T("This session does not take place"), People: lastReason(x.Base)})
	}
	if x.WasLate() {
		all = append(all, councilview.Notice{Tone: ui.Warning, Title: c.T("The members were told later than the rules say"),
			Text:   c.T("{given} days before instead of {days}. The reason given:", "given", x.NoticeDays(x.NoticeAt), "days", x.Notice.Value),
			People: x.LateReason})
	}
	if !x.OpenedAt.IsZero() && !x.QuorumMet() {
		all = append(all, councilview.Notice{Tone: ui.Warning, Title: c.T("The quorum was not reached"), Text: c.T("Nothing was put to the vote.")})
	}
	return all
}

// sessionFacts are when, where, who was told, who was there.
func (h *Pages) sessionFacts(c *web.Ctx, x Session) []councilview.Section {
	when := councilview.Section{Title: c.T("When and where"), Rows: []ui.SummaryRow{{Key: c.T("When"), Value: c.Locale.DateTime(x.StartsAt)}, {Key: c.T("Where"), Value: x.Place}}}
	if x.Chair != "" {
		when.Rows = append(when.Rows, ui.SummaryRow{Key: c.T("In the chair"), Value: x.Chair})
	}
	if x.Call > 1 {
		when.Rows = append(when.Rows, ui.SummaryRow{Key: c.T("Call"), Value: c.Locale.Number(int64(x.Call)) + " – " + c.T("after a session without quorum")})
	}
	if x.Video != "" {
		when.Links = append(when.Links, councilview.Link{Label: c.T("Watch the session"), Href: x.Video, Kind: ui.Secondary})
	}
	if x.Minutes != "" {
		when.Links = append(when.Links, councilview.Link{Label: c.T("Minutes (PDF)"), Href: c.URL(sessionPath(x) + "/minutes.pdf"), Kind: ui.Primary})
	}
	all := []councilview.Section{when, h.noticeFacts(c, x)}
	if !x.OpenedAt.IsZero() {
		all = append(all, h.quorumFacts(c, x))
	}
	if x.MinutesSum != "" {
		all = append(all, councilview.Section{Title: c.T("Is this paper unchanged?"), Lead: c.T("The minutes are kept as they were published. Their SHA-256:"), Body: ui.Ltr(grouped(x.MinutesSum))})
	}
	return all
}

// grouped sets a checksum in groups, so that it can break on a narrow screen.
func grouped(sum string) string {
	var out []byte
	for i := range len(sum) {
		if i > 0 && i%8 == 0 {
			out = append(out, ' ')
		}
		out = append(out, sum[i])
	}
	return string(out)
}

func (h *Pages) noticeFacts(c *web.Ctx, x Session) councilview.Section {
	s := councilview.Section{Title: c.T("Notice"), Rows: []ui.SummaryRow{{Key: c.T("Members told on"), Value: c.Locale.Date(x.NoticeAt)}}}
	switch {
	case x.Call > 1:
		s.Note = c.T("A session called again has periods of its own, which the platform does not check.")
	case !x.Notice.Known():
		s.Note = c.T("The rules that apply here give no number")
	default:
		s.Strong = c.N("{n} day before; at least {days} are asked for", "{n} days before; at least {days} are asked for", x.NoticeDays(x.NoticeAt), "days", x.Notice.Value)
		s.Source = source(c, x.Notice)
	}
	return s
}

func (h *Pages) quorumFacts(c *web.Ctx, x Session) councilview.Section {
	s := councilview.Section{Title: c.T("Presence and quorum"), Strong: c.T("{present} of {members} in office", "present", len(x.Present), "members", x.Members)}
	switch {
	case !x.Quorum.Known():
		s.Note = c.T("The rules that apply here give no number")
		return s
	case x.Call >= 3:
		s.Note = c.T("Called for the third time: whatever the number present")
	case x.QuorumMet():
		s.Note = c.T("Reached: {needed} were needed", "needed", x.Needed())
	default:
		s.Note = c.T("Not reached: {needed} were needed", "needed", x.Needed())
	}
	s.Source = source(c, x.Quorum)
	return s
}

// points are the items of an agenda as everybody sees them.
func (h *Pages) points(c *web.Ctx, x Session) []councilview.Point {
	done := x.State == SessionClosed || x.State == SessionPublished
	var all []councilview.Point
	for i, item := range x.Agenda {
		p := councilview.Point{ID: "item-" + item.ID, N: i + 1, Title: item.Title, Text: item.Text}
		if !item.Subject.None() {
			p.SubjectName = h.subjectName(c, item.Subject)
			if path := h.service.Subjects.Path(item.Subject); path != "" {
				p.SubjectHref = c.URL(path)
			}
		}
		if done && item.Outcome != "" {
			h.outcome(c, x, item, &p)
			if item.Number > 0 {
				p.NumberHref = c.URL(decisionPath(Decision{Base: Base{Authority: x.Authority}, Year: x.Year(), Number: item.Number}))
			}
		}
		all = append(all, p)
	}
	return all
}

// outcome says what became of an item.
func (h *Pages) outcome(c *web.Ctx, x Session, item Item, p *councilview.Point) {
	p.Outcome, p.Tone, p.Decision = c.T(outcomeLabels[item.Outcome]), outcomeTones[item.Outcome], item.Decision
	if item.Number > 0 {
		p.Number = decisionLabel(x, item)
	}
	if item.Outcome.Voted() {
		p.Votes = votesText(c.Locale, item.For, item.Against, item.Abstain)
		if n := len(x.Present) - item.For - item.Against - item.Abstain; n > 0 {
			p.Missing = c.N("{n} member present did not take part", "{n} members present did not take part", n)
		}
	}
}

func (h *Pages) minutes(c *web.Ctx) error {
	_, x, err := h.sessionOf(c, auth.Actor{})
	if err != nil {
		return err
	}
	return h.send(c, x.Minutes)
}

func (h *Pages) calendar(c *web.Ctx) error {
	a, err := h.at(c)
	if err != nil {
		return err
	}
	feed, err := h.service.Calendar(c.Std(), a, c.Locale)
	if err != nil {
		return err
	}
	c.Set("Cache-Control", "public, max-age=300")
	c.Set("Content-Type", "text/calendar; charset=utf-8")
	c.Set("Content-Disposition", `inline; filename="sessions-`+a.ID+`.ics"`)
	return c.SendString(feed)
}

func (h *Pages) popolo(c *web.Ctx) error {
	a, err := h.at(c)
	if err != nil {
		return err
	}
	doc, next, err := h.service.Popolo(c.Std(), a, c.Locale, c.Query("after"))
	if err != nil {
		return err
	}
	if next != "" {
		doc.Next = h.service.PublicURL + base(a) + "/popolo.json?after=" + url.QueryEscape(next)
	}
	c.Set("Cache-Control", "public, max-age=60")
	c.Set("Access-Control-Allow-Origin", "*")
	return c.JSON(doc)
}
