package budget

import (
	"strconv"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/feed"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/ballotview"
	"musharaka/views/budgetview"
	"musharaka/views/ui"
)

// checkReceipt looks up the code of a receipt for anybody.
func (h *Pages) checkReceipt(c *web.Ctx) error {
	e, err := h.Service.seesVote(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return err
	}
	v := ballotview.CheckPage{
		Page: h.voteFrame(c, e, c.T("Check a receipt")), Caption: e.Title(c.Locale.Lang()), Back: c.URL("/budgets/" + e.ID),
		Action: c.URL("/budgets/" + e.ID + "/receipt"), Code: strings.TrimSpace(c.Query("code")), LogURL: c.URL("/budgets/" + e.ID + "/log"),
	}
	v.NoIndex = true
	if v.Code == "" {
		return c.Show(ballotview.Check(v))
	}
	p, err := h.Service.Inclusion(c.Std(), e.ID, v.Code)
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Invalid) {
		said, args := fault.Shown(err)
		v.Errors = []ui.FieldError{{Field: "code", Message: c.T(said, args...)}}
		return c.Invalid(ballotview.Check(v))
	}
	if err != nil {
		return err
	}
	head, err := p.Check(h.Service.Ledger.KeyOf(ballotLog(e.ID), p.Head)) // what is shown was checked the way others check it
	if err != nil {
		return err
	}
	v.Found, v.Proof = true, "/budgets/"+e.ID+"/log/proof.json?leaf="+hexOf(p.Leaf)
	v.Facts = []ui.SummaryRow{
		{Key: c.T("Entry"), Value: c.T("{n} of {total}", "n", p.Index+1, "total", head.Size)},
		{Key: c.T("Code of the entry"), Body: ui.Ltr(hexOf(p.Leaf))},
	}
	v.Says = []string{c.T("Its place was computed from the signed head of the log a moment ago, as your own program can do.")}
	if e.Rules.Ballot.MayChange {
		v.Says = append(v.Says, c.T("In this vote ballots can be changed: of several ballots of one voter the last is counted. Nobody can see here which that is, so that nobody can be made to show it."))
	} else {
		v.Says = append(v.Says, c.T("Every ballot of the log is counted, once."))
	}
	return c.Show(ballotview.Check(v))
}

// showLog is the public log of a vote.
func (h *Pages) showLog(c *web.Ctx) error {
	e, l, err := h.publicLog(c)
	if err != nil {
		return err
	}
	base := "/budgets/" + e.ID
	v := ballotview.LogPage{
		Page: h.voteFrame(c, e, c.T("The public log of the vote")), Caption: e.Title(c.Locale.Lang()), Back: c.URL(base), Head: l.Head.Signed, Key: l.Key,
		CheckURL: c.URL(base + "/receipt"), FeedURL: c.URL(base + "/log.atom"), HeadURL: base + "/log/head.txt",
		State: c.T("The vote runs: the log grows."), Pages: c.Pager(base+"/log", pairs(), c.Query("after"), l.Published.Next),
	}
	if !l.ClosedAt.IsZero() {
		v.State = c.T("The vote is over. The log was closed on {date}, and the secret that connected ballots with voters was destroyed.", "date", c.Locale.DateTime(l.ClosedAt.In(e.Zone())))
	}
	if !l.ClosedAt.IsZero() {
		v.Minutes = c.URL(base + "/vote.pdf")
	}
	ballots := l.Head.Sums["ballots"]
	v.Facts = []ui.SummaryRow{
		{Key: c.T("Entries"), Value: c.Locale.Number(l.Head.Size)},
		{Key: c.T("Of these, ballots that stand"), Value: c.Locale.Number(ballots)},
		{Key: c.T("Of these, ballots that their voters replaced"), Value: c.Locale.Number(l.Head.Size - ballots)},
		{Key: c.T("Rules of the vote (SHA-256)"), Body: ui.Ltr(e.Frozen.Hash)},
	}
	v.Verify = []string{
		c.T("Keep the signed heads that you see. Each later one must continue each earlier one; the address {path} gives the proof.", "path", base+"/log/consistency.json?from=N"),
		c.T("The number of entries must be the number of voters in the turnout, plus the ballots that were replaced, minus the paper ballots not yet copied."),
		c.T("The format is that of the checksum database of the Go language (signed notes, RFC 6962): every program that reads it can check this log."),
		c.T("When the vote is over the observers compare every ballot with its entry: the command is “server verify --edition {id}”.", "id", e.ID),
		c.T("Whoever gathers receipts can have them all looked up at once: “server verify --edition {id} --receipts FILE”, with one code on each line.", "id", e.ID),
	}
	v.Table = ui.TableSpec{Caption: c.T("Heads that were published"), RowHead: true, Head: []ui.Th{{Label: c.T("Published")}, {Label: c.T("Entries"), Number: true}, {Label: c.T("Root")}}}
	for _, p := range l.Published.Items {
		v.Table.Rows = append(v.Table.Rows, []ui.Cell{{Text: c.Locale.DateTime(p.At.In(e.Zone()))}, {Text: c.Locale.Number(p.Size)}, {Text: rootOf(p.Signed), Ltr: true}})
	}
	c.Set("Cache-Control", "public, max-age=5")
	return c.Show(ballotview.Log(v))
}

// publicLog returns the log of the request's edition.
func (h *Pages) publicLog(c *web.Ctx) (Edition, LogState, error) {
	e, err := h.Service.seesVote(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return e, LogState{}, err
	}
	l, err := h.Service.PublicLog(c.Std(), e.ID, c.Query("after"))
	return e, l, err
}

// rootOf is the root in a signed note: its third line.
func rootOf(signed string) string {
	lines := strings.SplitN(signed, "\n", 4)
	if len(lines) < 4 {
		return ""
	}
	return lines[2]
}

// logHead is the signed head alone.
func (h *Pages) logHead(c *web.Ctx) error {
	_, l, err := h.publicLog(c)
	if err != nil {
		return err
	}
	c.Set("Cache-Control", "public, max-age=5")
	c.Type("txt", "utf-8")
	return c.SendString(l.Head.Signed)
}

// logJSON is the state of the log for programs.
func (h *Pages) logJSON(c *web.Ctx) error {
	e, l, err := h.publicLog(c)
	if err != nil {
		return err
	}
	c.Set("Cache-Control", "public, max-age=5")
	return c.JSON(map[string]any{"edition": e.ID, "verifier_key": l.Key, "head": l.Head.Signed, "size": l.Head.Size, "sealed": l.Head.Sealed,
		"ballots": l.Head.Sums["ballots"], "rules_sha256": e.Frozen.Hash})
}

// proofJSON proves that a leaf is in the log.
func (h *Pages) proofJSON(c *web.Ctx) error {
	e, err := h.Service.seesVote(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return err
	}
	p, err := h.Service.Inclusion(c.Std(), e.ID, c.Query("leaf"))
	if err != nil {
		return err
	}
	c.Set("Cache-Control", "public, max-age=5")
	return c.JSON(p)
}

// consistencyJSON proves that the log continues an earlier one.
func (h *Pages) consistencyJSON(c *web.Ctx) error {
	e, err := h.Service.seesVote(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return err
	}
	from, err := strconv.ParseInt(c.Query("from"), 10, 64)
	if err != nil {
		from = 0 // which no proof can begin at: the answer says what can
	}
	p, err := h.Service.Consistency(c.Std(), e.ID, from)
	if err != nil {
		return err
	}
	c.Set("Cache-Control", "public, max-age=5")
	return c.JSON(p)
}

// logFeed is the published heads for feed readers.
func (h *Pages) logFeed(c *web.Ctx) error {
	e, l, err := h.publicLog(c)
	if err != nil {
		return err
	}
	page := c.AbsURL("/budgets/" + e.ID + "/log")
	news := feed.Feed{ID: page, Title: c.T("The public log of the vote") + " – " + e.Title(c.Locale.Lang()), Lang: c.Locale.Tag(), Self: page + ".atom", Page: page,
		Author: c.T("Musharaka"), Updated: l.OpenedAt}
	for i, p := range l.Published.Items {
		if i == 0 {
			news.Updated = p.At
		}
		news.Entries = append(news.Entries, feed.Entry{ID: page + "#" + strconv.FormatInt(p.Size, 10), Title: c.N("{n} entry", "{n} entries", int(p.Size)),
			Page: page, Content: p.Signed, Updated: p.At})
	}
	text, err := news.Atom()
	if err != nil {
		return fault.Wrap("budget.logFeed", err)
	}
	c.Set("Cache-Control", "public, max-age=60")
	c.Set("Content-Type", feed.Type)
	return c.Send(text)
}

// channelLabels are the words (message ids) for the channels.
var channelLabels = map[Channel]string{
	Online: i18n.Msg("Online"), Paper: i18n.Msg("On paper"), Counter: i18n.Msg("At the counter"),
}

// ChannelLabel is the word (message id) for a channel.
func ChannelLabel(c Channel) string { return channelLabels[c] }

var sexLabels = map[string]string{"f": i18n.Msg("Women"), "m": i18n.Msg("Men")}

// voteLinks lead from a budget to what is public of its vote.
func (h *Pages) voteLinks(c *web.Ctx, e Edition) ([]budgetview.LinkTo, error) {
	if !e.Ballots() || e.Frozen == nil {
		return nil, nil
	}
	closed, err := h.Service.UrnClosed(c.Std(), e.ID)
	base := "/budgets/" + e.ID
	links := []budgetview.LinkTo{
		{Text: c.T("Turnout"), Href: c.URL(base + "/turnout")}, {Text: c.T("Check a receipt"), Href: c.URL(base + "/receipt")},
		{Text: c.T("The public log of the vote"), Href: c.URL(base + "/log")}, {Text: c.T("The ballot to print (PDF)"), Href: c.URL(base + "/ballot.pdf")},
	}
	if closed {
		links = append(links, budgetview.LinkTo{Text: c.T("Minutes of the vote (PDF)"), Href: c.URL(base + "/vote.pdf")})
	}
	return links, err
}

// showTurnout says how many people vote, and nothing of what.
func (h *Pages) showTurnout(c *web.Ctx) error {
	e, err := h.Service.seesVote(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return err
	}
	t, err := h.Service.Turnout(c.Std(), e.ID)
	if err != nil {
		return err
	}
	a, err := h.Places.Authority(c.Std(), e.Authority)
	if err != nil {
		return err
	}
	v := ballotview.TurnoutPage{Page: h.voteFrame(c, e, c.T("Turnout")), Caption: e.Title(c.Locale.Lang()), Back: c.URL("/budgets/" + e.ID)}
	v.Sheets = append(v.Sheets, "chart.css")
	v.Stats = []ui.Stat{{Value: c.Locale.Number(t.People), Label: c.T("people vote")}}
	if share := float64(t.People) / float64(max(1, a.Population)); a.Population > 0 && share >= 0.001 {
		v.Stats = append(v.Stats, ui.Stat{Value: c.Locale.Percent(share), Label: c.T("of all inhabitants")})
	}
	if a.Population > 0 {
		v.Note = c.N("{n} inhabitant at the last census, of every age: the register of voters by age is not public.", "{n} inhabitants at the last census, of every age: the register of voters by age is not public.", a.Population)
	}
	v.Charts = turnoutCharts(c, e, t)
	v.Notes = []string{c.T("Groups of fewer than {n} people are not shown.", "n", LeastShown),
		c.T("Age and sex are counted where the profile, or the card at the desk, says them.")}
	c.Set("Cache-Control", "public, max-age=30")
	return c.Show(ballotview.Turnout(v))
}

// turnoutCharts are the turnout by channel, area, age and sex.
func turnoutCharts(c *web.Ctx, e Edition, t Turnout) []ui.ChartSpec {
	people := []string{c.T("People")}
	channels := ui.ChartSpec{Title: c.T("By way of voting"), Label: c.T("Way of voting"), Series: people, Empty: c.T("Nobody has voted yet.")}
	for _, ch := range e.Rules.Channels {
		channels.Points = append(channels.Points, shownPoint(c, c.T(ChannelLabel(ch)), t.ByChannel[ch]))
	}
	charts := []ui.ChartSpec{channels}
	if e.Rules.Ballot.PerArea {
		areas := ui.ChartSpec{Title: c.T("By area"), Label: c.T("Area"), Series: people}
		for _, a := range e.AllAreas() {
			areas.Points = append(areas.Points, shownPoint(c, a.Name(c.Locale.Lang()), t.ByArea[strings.TrimPrefix(sumName("", a.Key), ":")]))
		}
		charts = append(charts, areas)
	}
	ages := ui.ChartSpec{Title: c.T("By age"), Label: c.T("Age"), Series: people}
	for _, band := range AgeBands {
		ages.Points = append(ages.Points, shownPoint(c, band, t.ByAge[band]))
	}
	sexes := ui.ChartSpec{Title: c.T("By sex"), Label: c.T("Sex"), Series: people}
	for _, sex := range []string{"f", "m"} {
		sexes.Points = append(sexes.Points, shownPoint(c, c.T(sexLabels[sex]), t.BySex[sex]))
	}
	return append(charts, ages, sexes)
}

// shownPoint hides the number of a group that is too small.
func shownPoint(c *web.Ctx, label string, n int64) ui.ChartPoint {
	if n > 0 && n < LeastShown {
		return ui.ChartPoint{Label: label, Text: c.T("fewer than {n}", "n", LeastShown)}
	}
	return ui.ChartPoint{Label: label, Value: n}
}
