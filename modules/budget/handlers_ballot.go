package budget

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rsc.io/qr"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/ballotview"
	"musharaka/views/ui"
)

// votePath is where an edition's vote is below.
func votePath(id, rest string) string { return "/budgets/" + id + "/vote" + rest }

// voteFrame is a page of the vote.
func (h *Pages) voteFrame(c *web.Ctx, e Edition, title string) ui.Page {
	c.UseCountry(e.Country)
	c.SetCurrent("budgets")
	p := c.Page(title)
	p.Sheets = append(p.Sheets, "ballot.css")
	return p
}

// ballotForm is what the ballot sends.
type ballotForm struct {
	Area  string   `form:"area"`
	Picks []string `form:"pick"`
	Blank bool     `form:"blank"`
	Act   string   `form:"act"`
}

// choice reads what was ticked: a project's id, or id=n.
func (f ballotForm) choice() Choice {
	c := Choice{Area: f.Area, Blank: f.Blank}
	for _, p := range f.Picks {
		id, n, given := strings.Cut(p, "=")
		pick := Pick{Project: id, N: 1}
		if given {
			pick.N, _ = strconv.ParseInt(n, 10, 32) // 0 is no choice
		}
		c.Picks = append(c.Picks, pick)
	}
	return c
}

// showBallot is the ballot, or why there is none for the reader.
func (h *Pages) showBallot(c *web.Ctx) error {
	st, err := h.Service.Standing(c.Std(), c.Actor, c.Params("id"))
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound) {
		return h.noBallot(c, err)
	}
	if err != nil {
		return err
	}
	if closed, ok := h.closedTo(c, st); ok {
		return c.Show(ballotview.Closed(closed))
	}
	choice := Choice{Area: c.Query("area")}
	switch {
	case st.Draft != nil && (choice.Area == "" || choice.Area == st.Draft.Area):
		choice = *st.Draft
	case st.Ballot != nil && (choice.Area == "" || choice.Area == st.Ballot.Area):
		choice = *st.Ballot
	}
	return c.Show(ballotview.Ballot(h.ballotPage(c, st, choice)))
}

// noBallot says that the vote has not begun or is over, with the way to what is
// public of it.
func (h *Pages) noBallot(c *web.Ctx, why error) error {
	e, err := h.Service.Edition(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return err
	}
	v := ballotview.ClosedPage{Page: h.voteFrame(c, e, c.T("Vote")), Caption: e.Title(c.Locale.Lang()), Back: c.URL("/budgets/" + e.ID), Tone: ui.Info}
	message, args := fault.Shown(why)
	v.Heading = c.T(message, args...)
	if stage, ok := e.Calendar.Stage(Voting); ok && e.Ballots() {
		v.Reasons = append(v.Reasons, c.T("The vote runs from {from} to {to}.", "from", c.Locale.Date(stage.From.In(e.Zone())), "to", c.Locale.Date(stage.To.In(e.Zone()).AddDate(0, 0, -1))))
	}
	if e.Frozen != nil {
		v.Links = []ui.Tab{{Label: c.T("Turnout"), Href: c.URL("/budgets/" + e.ID + "/turnout")}, {Label: c.T("Check a receipt"), Href: c.URL("/budgets/" + e.ID + "/receipt")}}
	}
	return c.Show(ballotview.Closed(v))
}

// reasonWords say why somebody may not vote, and what can be done.
var reasonWords = map[Ineligible]string{
	TooYoung:    i18n.Msg("You are too young: one votes here from {age} years on, in the year of {date}."),
	AgeUnknown:  i18n.Msg("Your year of birth is not in your profile. One votes here from {age} years on."),
	NoTie:       i18n.Msg("Your profile does not connect you with {place} in the way this vote asks for."),
	TieUnknown:  i18n.Msg("Your profile does not say where you live or work. This vote is for people of {place}."),
	NotVerified: i18n.Msg("Your identity is not verified far enough for this vote: level {level} is needed, you have {have}."),
}

// WhyNot says in sentences why a person may not vote.
func (h *Pages) WhyNot(c *web.Ctx, e Edition, reasons []Ineligible) ([]string, error) {
	a, err := h.Places.Authority(c.Std(), e.Authority)
	if err != nil {
		return nil, err
	}
	r := e.Rules.Voters
	var all []string
	for _, reason := range reasons {
		switch reason {
		case TooYoung:
			all = append(all, c.T(reasonWords[reason], "age", r.MinAge, "date", c.Locale.Date(r.AgeOn.In(e.Zone()))))
		case AgeUnknown:
			all = append(all, c.T(reasonWords[reason], "age", r.MinAge))
		case NoTie, TieUnknown:
			all = append(all, c.T(reasonWords[reason], "place", a.Name(c.Locale.Lang())))
		case NotVerified:
			all = append(all, c.T(reasonWords[reason], "level", r.Level, "have", c.Actor.Level))
		}
	}
	return all, nil
}

// closedTo is the page for somebody who cannot vote here, or has done so for good.
func (h *Pages) closedTo(c *web.Ctx, st Standing) (v ballotview.ClosedPage, closed bool) {
	e := st.Edition
	v = ballotview.ClosedPage{Page: h.voteFrame(c, e, c.T("Vote")), Caption: e.Title(c.Locale.Lang()), Back: c.URL("/budgets/" + e.ID), Tone: ui.Warning}
	receipt := ui.Tab{Label: c.T("My receipt"), Href: c.URL(votePath(e.ID, "/receipt"))}
	switch {
	case st.Channel != "" && st.Channel != Online:
		v.Tone, v.Heading = ui.Info, c.T("You vote on paper")
		v.Reasons = []string{c.T(message(errOnPaper))}
	case len(st.Reasons) > 0:
		v.Heading = c.T("You cannot vote here as your profile stands")
		var err error
		if v.Reasons, err = h.WhyNot(c, e, st.Reasons); err != nil {
			v.Reasons = nil
		}
		v.Links = []ui.Tab{{Label: c.T("Complete my profile"), Href: c.URL("/me/profile") + "?return=" + url.QueryEscape(c.URL(votePath(e.ID, "")))}}
	case st.Ballot != nil && !st.MayChange:
		v.Tone, v.Heading, v.Links = ui.Success, c.T("You have voted"), []ui.Tab{receipt}
		v.Reasons = []string{c.T(message(errFinal))}
	case !e.Takes(Online):
		v.Heading, v.Reasons = c.T("One votes on paper here"), []string{c.T("Go to a polling place or to the Citizen Space with your identity card.")}
		v.Links = []ui.Tab{{Label: c.T("The ballot to print (PDF)"), Href: c.URL("/budgets/" + e.ID + "/ballot.pdf")}}
	default:
		return v, false
	}
	return v, true
}

func message(err error) string {
	m, _ := fault.Shown(err)
	return m
}

// ballotPage is the ballot with a choice on it.
func (h *Pages) ballotPage(c *web.Ctx, st Standing, choice Choice) ballotview.BallotPage {
	e := st.Edition
	v := ballotview.BallotPage{
		Page: h.voteFrame(c, e, c.T("Your ballot")), Caption: e.Title(c.Locale.Lang()), Back: c.URL("/budgets/" + e.ID), Action: c.URL(votePath(e.ID, "")),
		Lead: c.T("The vote ends on {date}.", "date", c.Locale.DateTime(lastMoment(e))), Kind: formKind(e.Rules.Ballot.Kind),
		Blank: e.Rules.Ballot.MayBlank, IsBlank: choice.Blank, Begun: st.Draft != nil, Print: c.URL("/budgets/" + e.ID + "/ballot.pdf"),
	}
	v.Scripts = append(v.Scripts, "ballot.js")
	if st.Ballot != nil {
		v.Voted = c.T("Your ballot is in the urn. You can vote anew until the vote ends; the last ballot that you confirm counts.")
	}
	area, known := e.BallotArea(choice.Area)
	if e.Rules.Ballot.PerArea {
		for _, a := range e.AllAreas() {
			v.Areas = append(v.Areas, ui.Tab{Label: a.Name(c.Locale.Lang()), Href: c.URL(votePath(e.ID, "")) + "?area=" + url.QueryEscape(a.Key), Current: known && a.Key == area})
		}
		if !known {
			return v
		}
	}
	v.Area = area
	v.How, v.Rows, v.Sum = how(c, e, area), h.rows(c, e, area, choice), sum(c, e, choice)
	return v
}

// lastMoment is the last minute of the vote: a vote that ends with a day ends at
// 23:59 of it for readers, not at midnight of the next.
func lastMoment(e Edition) time.Time { return e.EndsAt().Add(-time.Minute).In(e.Zone()) }

// formKind is how projects are chosen on the page.
func formKind(k BallotKind) string {
	switch k {
	case Single:
		return "one"
	case Points:
		return "points"
	case Ranking:
		return "places"
	}
	return "tick"
}

// how says how one votes, a sentence each.
func how(c *web.Ctx, e Edition, area string) []string {
	r := e.Rules.Ballot
	var all []string
	switch most := e.MaxPicks(area); r.Kind {
	case Single:
		all = append(all, c.T("Choose one project."))
	case Knapsack:
		all = append(all, c.T("The envelope is {amount}: choose projects that cost no more together.", "amount", c.Locale.Money(e.BallotEnvelope(area), e.Rules.Currency)))
	case Points:
		all = append(all, c.N("You have {n} point.", "You have {n} points.", r.PointsTotal), c.N("Give one project {n} point at most.", "Give one project {n} points at most.", r.PointsEach))
	case Ranking:
		all = append(all, c.N("Choose {n} project.", "Choose up to {n} projects and give the one you want most the first place.", most))
	default:
		all = append(all, c.N("Choose {n} project at most.", "Choose {n} projects at most.", most))
	}
	if r.Min > 1 {
		all = append(all, c.N("Choose at least {n} project.", "Choose at least {n} projects.", r.Min))
	}
	if r.MayChange {
		return append(all, c.T("You can change your ballot until the vote ends."))
	}
	return append(all, c.T("A confirmed ballot is final."))
}

// rows are the projects in the reader's own order.
func (h *Pages) rows(c *web.Ctx, e Edition, area string, choice Choice) []ballotview.Row {
	given := map[string]int64{}
	for _, p := range choice.Picks {
		given[p.Project] = p.N
	}
	var rows []ballotview.Row
	for _, p := range drawn(e.OnBallot(area), e.ID+"|"+c.Actor.PersonID) {
		r := row(c, e, p)
		r.Value, r.Chosen = given[p.ID], given[p.ID] != 0
		if area != "" || len(e.Rules.Areas) == 0 {
			r.Area = ""
		}
		switch e.Rules.Ballot.Kind {
		case Points:
			for n := 1; n <= e.Rules.Ballot.PointsEach; n++ {
				r.Options = append(r.Options, c.N("{n} point", "{n} points", n))
			}
		case Ranking:
			for n := 1; n <= e.MaxPicks(area); n++ {
				r.Options = append(r.Options, c.T("place {n}", "n", n))
			}
		}
		rows = append(rows, r)
	}
	return rows
}

func row(c *web.Ctx, e Edition, p Project) ballotview.Row {
	r := ballotview.Row{ID: p.ID, Number: strconv.FormatInt(p.Number, 10), Title: inLang(p.Titles, c.Locale.Lang()), Minor: p.Cost,
		Cost: c.Locale.Money(p.Cost, e.Rules.Currency), Href: c.URL("/proposals/" + p.ID)}
	if a, ok := e.Area(p.Area); ok {
		r.Area = a.Name(c.Locale.Lang())
	}
	return r
}

// sum is the running total of a choice.
func sum(c *web.Ctx, e Edition, choice Choice) ballotview.Sum {
	r, n := e.Rules.Ballot, 0
	for _, p := range choice.Picks {
		if p.N != 0 {
			n++
		}
	}
	s := ballotview.Sum{Most: e.MaxPicks(choice.Area), Unit: unitOf(e.Rules.Currency)}
	cost := e.Cost(choice)
	line := func(key, label, value string) {
		s.Lines = append(s.Lines, ballotview.SumLine{Key: key, Label: label, Value: value})
	}
	line("chosen", c.T("Chosen"), c.Locale.Number(int64(n)))
	switch r.Kind {
	case Knapsack:
		s.Money = e.BallotEnvelope(choice.Area)
		line("money", c.T("Left of the envelope"), c.Locale.Money(s.Money-cost, e.Rules.Currency))
	case Points:
		s.Points = r.PointsTotal
		line("points", c.T("Points left"), c.Locale.Number(int64(r.PointsTotal)-choice.PointsOf()))
	default:
		line("left", c.T("You can still choose"), c.Locale.Number(max(0, int64(s.Most-n))))
	}
	line("cost", c.T("Cost together"), c.Locale.Money(cost, e.Rules.Currency))
	s.Says = explain(c, e, choice)
	if _, wrong := e.Settle(choice); wrong != nil && n > 0 {
		s.Over = c.T(wrong.Message, wrong.Args...)
	}
	return s
}

// fillIn keeps what was ticked as a draft and leads to the confirmation; "add
// up again" leads back to the ballot.
func (h *Pages) fillIn(c *web.Ctx) error {
	var f ballotForm
	if _, err := form.Read(c.Ctx, &f); err != nil {
		return err
	}
	id := c.Params("id")
	choice, wrong, err := h.Service.FillIn(c.Std(), c.Actor, id, f.choice())
	if err != nil {
		return err
	}
	back := votePath(id, "")
	if choice.Area != "" {
		back += "?area=" + url.QueryEscape(choice.Area)
	}
	switch {
	case f.Act == "recount":
		return c.SeeOther(back)
	case wrong == nil:
		return c.SeeOther(votePath(id, "/confirm"))
	}
	st, err := h.Service.Standing(c.Std(), c.Actor, id)
	if err != nil {
		return err
	}
	v := h.ballotPage(c, st, choice)
	v.Begun, v.Sum.Over = false, ""
	v.Errors = []ui.FieldError{{Field: wrong.Field, Message: c.T(wrong.Message, wrong.Args...)}}
	return c.Invalid(ballotview.Ballot(v))
}

// showConfirm shows the ballot as it will be counted, and asks to confirm it.
func (h *Pages) showConfirm(c *web.Ctx) error {
	st, err := h.Service.Standing(c.Std(), c.Actor, c.Params("id"))
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound) {
		return h.noBallot(c, err)
	}
	if err != nil {
		return err
	}
	e := st.Edition
	switch {
	case st.Draft == nil && st.Ballot != nil:
		return c.SeeOther(votePath(e.ID, "/receipt"))
	case st.Draft == nil:
		return c.SeeOther(votePath(e.ID, ""))
	}
	choice, wrong := e.Settle(*st.Draft)
	if wrong != nil {
		return c.SeeOther(votePath(e.ID, ""))
	}
	v := ballotview.ConfirmPage{
		Page: h.voteFrame(c, e, c.T("Confirm your ballot")), Caption: e.Title(c.Locale.Lang()), Action: c.URL(votePath(e.ID, "/confirm")),
		Change: c.URL(votePath(e.ID, "")), Blank: choice.Blank, Replaces: st.Ballot != nil, Final: !e.Rules.Ballot.MayChange, Secrecy: secrecy(c, e),
	}
	if a, ok := e.Area(choice.Area); ok && choice.Area != "" {
		v.Area = a.Name(c.Locale.Lang())
	}
	v.Rows = chosen(c, e, choice)
	if !choice.Blank {
		v.Lines = sum(c, e, choice).Lines
	}
	return c.Show(ballotview.Confirm(v))
}

// chosen are the projects of a choice, as it says them.
func chosen(c *web.Ctx, e Edition, choice Choice) []ballotview.Row {
	var rows []ballotview.Row
	for _, pick := range choice.Picks {
		p, _ := e.project(pick.Project)
		r := row(c, e, p)
		switch e.Rules.Ballot.Kind {
		case Points:
			r.Options = []string{c.N("{n} point", "{n} points", int(pick.N))}
		case Ranking:
			r.Options = []string{c.T("place {n}", "n", pick.N)}
		}
		rows = append(rows, r)
	}
	if e.Rules.Ballot.Kind != Ranking {
		slices.SortFunc(rows, func(a, b ballotview.Row) int {
			return cmp.Or(len(a.Number)-len(b.Number), strings.Compare(a.Number, b.Number))
		})
	}
	return rows
}

// secrecy says what is kept of a vote.
func secrecy(c *web.Ctx, e Edition) []string {
	return []string{
		c.T("That you vote is kept until the end, so that nobody votes twice. What you vote is kept apart from it, under a key that is not your name."),
		c.T("With the ballot are kept the day, the way you vote, your area, your age band and your sex if your profile has them; no time of day and no address."),
		c.T("As long as the vote runs, the server can find your ballot with a secret made for this vote alone. When the vote ends the secret is destroyed, and nobody can tell any more whose a ballot is."),
		c.T("Nobody sees a result before the vote has ended, the authority's people included."),
		c.T("What the platform cannot guard you from: somebody who looks over your shoulder or makes you vote in front of them, a telephone or computer with a malicious program, and those who run the server while the vote runs."),
	}
}

// confirm puts the ballot in the urn; it answers once all is durable.
func (h *Pages) confirm(c *web.Ctx) error {
	if _, err := h.Service.Confirm(c.Std(), c.Actor, c.Params("id")); err != nil {
		return err
	}
	return c.SeeOther(votePath(c.Params("id"), "/receipt"))
}

// receipt thanks, and hands out the receipt while the vote runs.
func (h *Pages) receipt(c *web.Ctx) error {
	id := c.Params("id")
	st, err := h.Service.Standing(c.Std(), c.Actor, id)
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound) {
		return h.noBallot(c, err)
	}
	if err != nil {
		return err
	}
	if st.Ballot == nil {
		return c.SeeOther(votePath(id, ""))
	}
	e := st.Edition
	check := "/budgets/" + id + "/receipt?code=" + st.Receipt.Code
	v := ballotview.ReceiptPage{
		Page: h.voteFrame(c, e, c.T("Thank you, you have voted")), Caption: e.Title(c.Locale.Lang()), Back: c.URL("/budgets/" + id), Code: st.Receipt.Code,
		CheckURL: c.URL("/budgets/"+id+"/receipt") + "?code=" + st.Receipt.Code, LogURL: c.URL("/budgets/" + id + "/log"),
		Says: proves(c, e), SaysNot: provesNot(c),
	}
	if st.MayChange {
		v.Change, v.Until = c.URL(votePath(id, "")), c.T("You can change your ballot until {date}.", "date", c.Locale.DateTime(lastMoment(e)))
	}
	if v.QR, v.QRSize, err = qrPath(h.Service.PublicURL + "/" + c.Locale.Lang() + check); err != nil {
		return fault.Wrap("budget.receipt", err)
	}
	p, err := h.Service.Inclusion(c.Std(), id, st.Receipt.Code)
	if err != nil {
		return err
	}
	v.Place = c.T("Entry {n} of the log", "n", p.Index+1)
	return c.Show(ballotview.Receipt(v))
}

func proves(c *web.Ctx, e Edition) []string {
	all := []string{c.T("That a ballot with this code is in the log of this vote, at a place that can never change.")}
	if e.Rules.Ballot.MayChange {
		return append(all, c.T("While the vote runs this page shows the code of your last ballot: that one is counted. If it is not the one you noted, tell the authority at once."))
	}
	return append(all, c.T("Every ballot of the log is counted, once."))
}

func provesNot(c *web.Ctx) []string {
	return []string{
		c.T("It does not say what you voted, to you or to anybody: nobody can make you prove it."),
		c.T("It does not guard against somebody who watches you vote, or against a telephone that shows you something else than it sends."),
		c.T("It does not make the operator of the server harmless: who runs it during the vote could read ballots together with the roll. What nobody can do is take a ballot out of the log or add one unnoticed by those who compare the log with the turnout."),
	}
}

// qrPath draws a QR code as one SVG path over a square of size modules, with the
// quiet zone that readers want.
func qrPath(text string) (path string, size int, err error) {
	const quiet = 4
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", 0, err
	}
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			if !code.Black(x, y) {
				continue
			}
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			b.WriteString("M" + strconv.Itoa(from+quiet) + " " + strconv.Itoa(y+quiet) + "h" + strconv.Itoa(x-from) + "v1h-" + strconv.Itoa(x-from) + "z")
		}
	}
	return b.String(), code.Size + 2*quiet, nil
}
