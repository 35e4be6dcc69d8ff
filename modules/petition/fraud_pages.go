package petition

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"
)

var tabBursts = DeskTab{"/desk/bursts", i18n.Msg("Unusual bursts"), moderates}

// How often one part of the network, and one kind of device there, may sign. A
// whole quarter can stand behind one range of a mobile operator, so that the
// limits are wide; they are there against machines.
var (
	oftenByRange  = web.Limit{Burst: 600, Every: 200 * time.Millisecond}
	oftenByDevice = web.Limit{Burst: 400, Every: 400 * time.Millisecond}
)

// limited holds signing to limits by person, by range of the network and by kind
// of device there. Whoever is kept waiting keeps what they typed.
func (h *Pages) limited(sign web.Handler) web.Handler {
	byDevice := web.LimitedBy(oftenByDevice, func(c *web.Ctx) string {
		if c.Range() == "" {
			return ""
		}
		return c.Range() + " " + web.DeviceClass(c.Get("User-Agent"))
	}, sign)
	limited := web.Limited(oftenSigned, web.LimitedBy(oftenByRange, (*web.Ctx).Range, byDevice))
	return func(c *web.Ctx) error {
		err := limited(c)
		if fault.Is(err, fault.TooMany) {
			return h.signLater(c, err)
		}
		return err
	}
}

// fraudRoutes declares the pages of bursts and batches.
func (d *Desk) fraudRoutes(s *web.Site) {
	officers := web.Roles(auth.Officer, auth.Administrator)
	s.Get("/desk/bursts", officers, d.burstQueue)
	s.Get("/desk/bursts/:burst", officers, d.showBurst)
	s.Get("/desk/bursts/:burst/dismiss", officers, d.showDismiss)
	s.Post("/desk/bursts/:burst/dismiss", officers, d.dismiss)
	s.Post("/desk/bursts/:burst/reopen", officers, d.reopenBurst)
	s.Get("/desk/petitions/:id/batches", officers, d.batches)
	s.Get("/desk/petitions/:id/batches/new", officers, d.showPropose)
	s.Post("/desk/petitions/:id/batches/new", officers, d.propose)
	s.Get("/desk/invalidations/:lot", officers, d.showBatch)
	s.Post("/desk/invalidations/:lot/run", officers, d.runBatch)
	s.Post("/desk/invalidations/:lot/drop", officers, d.dropBatch)
	s.Get("/desk/invalidations/:lot/restore", officers, d.showRestore)
	s.Post("/desk/invalidations/:lot/restore", officers, d.restore)
}

var (
	burstLabels = map[BurstState]string{BurstOpen: i18n.Msg("To be looked at"), BurstDismissed: i18n.Msg("Nothing wrong"), BurstActed: i18n.Msg("Acted upon")}
	batchLabels = map[BatchState]string{
		BatchCounting: i18n.Msg("Being counted"), BatchProposed: i18n.Msg("Waits for your decision"), BatchRunning: i18n.Msg("Being invalidated"), BatchDone: i18n.Msg("Invalidated"),
		BatchRestoring: i18n.Msg("Being put back"), BatchRestored: i18n.Msg("Put back"), BatchDropped: i18n.Msg("Given up"),
	}
	batchTones = map[BatchState]ui.Tone{BatchProposed: ui.Warning, BatchRunning: ui.Info, BatchDone: ui.Danger, BatchRestoring: ui.Info, BatchCounting: ui.Info}

	flashDismissed = i18n.Msg("The burst is off the list. You can put it back.")
	flashProposed  = i18n.Msg("The signatures are being counted. Nothing has changed yet.")
	flashRunning   = i18n.Msg("The signatures are being taken out of the count.")
	flashDropped   = i18n.Msg("The proposal is given up; nothing was changed.")
	flashRestoring = i18n.Msg("The signatures are being put back.")
)

// workHistory is the history of a sheet, a burst or a batch, for the desk.
func (d *Desk) workHistory(c *web.Ctx, entries []audit.Entry) ([]ui.Event, error) {
	var events []ui.Event
	names := map[string]string{}
	for i, e := range entries {
		by, err := d.doer(c, e, names)
		if err != nil {
			return nil, err
		}
		state := ui.Past
		if i == len(entries)-1 {
			state = ui.Present
		}
		events = append(events, ui.Event{At: e.At.In(clock.Zone(c.Locale.Country())), Title: c.T(sheetActs[e.Act]), Text: e.Reason, By: by, State: state})
	}
	return events, nil
}

func (d *Desk) burstQueue(c *web.Ctx) error {
	org, nav, err := d.at(c, tabBursts, moderatorDesks(c.Actor))
	if err != nil {
		return err
	}
	page, err := d.service.BurstsAt(c.Std(), org, c.Query("after"), 30)
	if err != nil {
		return err
	}
	v := petitionview.DeskQueuePage{Page: c.Page(c.T(tabBursts.Label)), Nav: nav, Lead: c.T("Hours in which unusually many people signed, and what makes them unusual. Many are honest: a poster, a broadcast, a market day."),
		EmptyTitle: c.T("Nothing unusual"), EmptyText: c.T("Signatures are looked through every few minutes.")}
	v.Wide = true
	if page.Next != "" {
		v.Pages.Next = deskURL(c, tabBursts.Path, org) + "&after=" + page.Next
	}
	t := ui.TableSpec{Caption: v.Title, HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("Hour")}, {Label: c.T("Petition")}, {Label: c.T("Signatures"), Number: true}, {Label: c.T("Usual in an hour"), Number: true}, {Label: c.T("From one part of the network"), Number: true}, {Label: c.T("New accounts"), Number: true}}}
	for _, b := range page.Items {
		p, err := d.service.petitions.Get(c.Std(), b.Petition)
		if err != nil {
			return err
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: c.Locale.DateTime(b.From.In(clock.Zone(p.Country))), Href: c.URL("/desk/bursts/" + b.ID)}, {Body: ui.Bidi(titleOf(c, p))},
			{Text: c.Locale.Number(b.Count)}, {Text: usualText(c, b)}, {Text: shareText(c, b.RangeN, b.Count)}, {Text: shareText(c, b.Fresh, b.Count)}})
	}
	if len(t.Rows) > 0 {
		v.Sections = []petitionview.DeskSection{{Table: t}}
	}
	return c.Show(petitionview.DeskQueue(v))
}

// moderatorDesks are the organisations whose petitions the actor moderates.
func moderatorDesks(who auth.Actor) []string {
	return slices.DeleteFunc(desks(who), func(org string) bool { return !moderates(who, org) })
}

func shareText(c *web.Ctx, n, of int64) string {
	return c.Locale.Percent(float64(n) / float64(max(of, 1)))
}

// usualText is the usual rate, with one decimal where it is low.
func usualText(c *web.Ctx, b Burst) string {
	if b.Usual >= 1000 || b.Usual%100 == 0 {
		return c.Locale.Number((b.Usual + 50) / 100)
	}
	return c.T("about {n} in 100 hours", "n", c.Locale.Number(b.Usual))
}

// burst is the burst of the request.
func (d *Desk) burst(c *web.Ctx) (Burst, Petition, error) {
	b, p, err := d.service.BurstFor(c.Std(), c.Actor, c.Params("burst"))
	if err == nil {
		c.UseCountry(p.Country)
		c.SetCurrent("desk")
	}
	return b, p, err
}

func (d *Desk) showBurst(c *web.Ctx) error {
	b, p, err := d.burst(c)
	if err != nil {
		return err
	}
	zone, base := clock.Zone(p.Country), c.URL("/desk/bursts/"+b.ID)
	v := petitionview.WorkPage{
		Page: c.Page(c.T("Unusual burst of signatures")), Back: deskURL(c, tabBursts.Path, deskOf(p.Authority, p.Unserved)), Caption: titleOf(c, p), StateText: c.T(burstLabels[b.State]),
		Lead: c.N("{n} signature came in one hour.", "{n} signatures came in one hour.", int(b.Count)),
		Facts: []ui.SummaryRow{
			{Key: c.T("From"), Value: c.Locale.DateTime(b.From.In(zone))}, {Key: c.T("Until"), Value: c.Locale.DateTime(b.To.In(zone))},
			{Key: c.T("Usual in an hour"), Value: usualText(c, b)},
			{Key: c.T("By accounts less than a day old"), Value: countShare(c, b.Fresh, b.Count)},
			{Key: c.T("From the part of the network that most came from"), Value: countShare(c, b.RangeN, b.Count)},
			{Key: c.T("From the kind of device that most used"), Value: strings.TrimSpace(countShare(c, b.DeviceN, b.Count) + "\n" + b.Device)},
		},
	}
	v.Sheets = append(v.Sheets, "sheet.css")
	v.Notices = []petitionview.WorkNotice{{Tone: ui.Info, Text: c.T("A whole quarter can share one part of the network behind a mobile operator, and a poster can bring many new people at once. Where the signatures came from is kept as a code that cannot be turned back into an address.")}}
	if b.Reason != "" {
		v.Quotes = append(v.Quotes, petitionview.WorkQuote{Title: c.T("Why nothing is wrong"), Text: b.Reason})
	}
	switch b.State {
	case BurstOpen:
		v.Acts = []petitionview.DeskAct{
			{Label: c.T("Propose to invalidate"), Href: c.URL("/desk/petitions/"+p.ID+"/batches/new") + "?burst=" + b.ID, Text: c.T("First it is counted how many it would be. Nothing changes before you say so.")},
			{Label: c.T("Nothing is wrong"), Href: base + "/dismiss", Kind: ui.Secondary},
		}
	case BurstDismissed:
		v.Buttons = []petitionview.WorkButton{{Action: base + "/reopen", Label: c.T("Put it back on the list"), Kind: ui.Secondary}}
	case BurstActed:
		v.Acts = []petitionview.DeskAct{{Label: c.T("See what was done"), Href: c.URL("/desk/invalidations/" + b.Batch), Kind: ui.Secondary}}
	}
	if v.History, err = d.workHistory(c, b.History); err != nil {
		return err
	}
	return c.Show(petitionview.Work(v))
}

func countShare(c *web.Ctx, n, of int64) string {
	return c.T("{n} of {total} ({share})", "n", c.Locale.Number(n), "total", c.Locale.Number(of), "share", shareText(c, n, of))
}

func (d *Desk) dismissPage(c *web.Ctx, p Petition, b Burst, reason string) petitionview.ConfirmPage {
	base := c.URL("/desk/bursts/" + b.ID)
	return petitionview.ConfirmPage{Page: c.Page(c.T("Nothing is wrong")), Caption: titleOf(c, p), Action: base + "/dismiss", Back: base, Button: c.T("Take it off the list"),
		Text: c.T("The burst leaves the list of your desk. Your reason stays with it."), Reason: &ui.TextareaField{Name: "reason", Label: c.T("Why nothing is wrong"), Value: reason, Rows: 2}}
}

func (d *Desk) showDismiss(c *web.Ctx) error {
	b, p, err := d.burst(c)
	if err != nil {
		return err
	}
	return c.Show(petitionview.Confirm(d.dismissPage(c, p, b, "")))
}

func (d *Desk) dismiss(c *web.Ctx) error {
	b, p, err := d.burst(c)
	if err != nil {
		return err
	}
	var typed reasonForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	_, err = d.service.DismissBurst(c.Std(), c.Actor, b.ID, typed.Reason)
	if wrong, ok := wrongIn(c, err); ok {
		c.Wrong(wrong)
		return c.Invalid(petitionview.Confirm(d.dismissPage(c, p, b, typed.Reason)))
	}
	if err != nil {
		return err
	}
	c.Flash(flashDismissed)
	return c.SeeOther("/desk/bursts/" + b.ID)
}

func (d *Desk) reopenBurst(c *web.Ctx) error {
	b, _, err := d.burst(c)
	if err != nil {
		return err
	}
	if _, err := d.service.ReopenBurst(c.Std(), c.Actor, b.ID); err != nil {
		return err
	}
	return c.SeeOther("/desk/bursts/" + b.ID)
}

// officersPetition is the petition of the request for its officers.
func (d *Desk) officersPetition(c *web.Ctx) (Petition, error) {
	p, _, err := d.file(c)
	if err == nil && !slices.Contains(RolesOf(c.Actor, p), AsOfficer) {
		err = errNone
	}
	return p, err
}

func (d *Desk) batches(c *web.Ctx) error {
	p, err := d.officersPetition(c)
	if err != nil {
		return err
	}
	page, err := d.service.BatchesOf(c.Std(), p.ID, c.Query("after"), 30)
	if err != nil {
		return err
	}
	v := petitionview.WorkPage{Page: c.Page(c.T("Invalidated signatures")), Back: c.URL(reviewPath(p)), Caption: titleOf(c, p), Lead: c.T("Take signatures that were not given honestly out of the count, by a rule and with a public reason. It can be undone.")}
	v.Sheets = append(v.Sheets, "sheet.css")
	if !p.PublishedAt.IsZero() && p.ForgottenAt.IsZero() {
		v.Acts = []petitionview.DeskAct{{Label: c.T("Propose to invalidate signatures"), Href: c.URL(reviewPath(p) + "/batches/new")}}
	}
	t := ui.TableSpec{Caption: c.T("Batches of signatures"), HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("Proposed on")}, {Label: c.T("State")}, {Label: c.T("Signatures"), Number: true}, {Label: c.T("Reason")}}}
	for _, b := range page.Items {
		t.Rows = append(t.Rows, []ui.Cell{{Text: c.Locale.DateTime(b.At.In(clock.Zone(p.Country))), Href: c.URL("/desk/invalidations/" + b.ID)}, {Text: c.T(batchLabels[b.State])},
			{Text: c.Locale.Number(max(b.Fits, b.Changed))}, {Body: ui.Bidi(shorten(b.Reason, 90))}})
	}
	if len(t.Rows) > 0 {
		v.Sections = []petitionview.DeskSection{{Title: c.T("Batches of signatures"), Table: t}}
	} else {
		v.Notices = []petitionview.WorkNotice{{Tone: ui.Info, Text: c.N("{n} signature was invalidated.", "{n} signatures were invalidated.", 0)}}
	}
	return c.Show(petitionview.Work(v))
}

type batchForm struct {
	Burst      string `form:"burst"`
	Range      string `form:"range"`
	Device     string `form:"device"`
	FromDay    string `form:"fromday,digits"`
	FromHour   string `form:"fromhour,digits"`
	ToDay      string `form:"today,digits"`
	ToHour     string `form:"tohour,digits"`
	Only       string `form:"only"`
	Sheet      string `form:"sheet,digits"`
	SameRange  bool   `form:"samerange"`
	SameDevice bool   `form:"samedevice"`
	Fresh      bool   `form:"fresh"`
	NoNumber   bool   `form:"nonumber"`
	Reason     string `form:"reason,text"`
}

// rule reads the rule; a moment is a day and a time in the authority's country.
func (f batchForm) rule(country string) (Rule, *InputError) {
	zone := clock.Zone(country)
	r := Rule{Sheet: atoi(f.Sheet), Fresh: f.Fresh, NoNum: f.NoNumber}
	var err error
	if r.From, err = time.ParseInLocation("2006-01-02 15:04", f.FromDay+" "+f.FromHour, zone); err != nil {
		return r, &InputError{Field: "fromday", Message: i18n.Msg("Write the beginning as a day and a time, such as 2026-11-22 and 14:00")}
	}
	if r.To, err = time.ParseInLocation("2006-01-02 15:04", f.ToDay+" "+f.ToHour, zone); err != nil {
		return r, &InputError{Field: "today", Message: i18n.Msg("Write the end as a day and a time, such as 2026-11-22 and 15:00")}
	}
	if f.Only == OnlyOnline || f.Only == OnlyPaper {
		r.Only = f.Only
	}
	if f.SameRange {
		r.Range = f.Range
	}
	if f.SameDevice {
		r.Device = f.Device
	}
	return r, nil
}

func (d *Desk) proposePage(c *web.Ctx, p Petition, f batchForm) petitionview.DeskActPage {
	v := d.actPage(c, p, c.T("Propose to invalidate signatures"), "/batches/new")
	v.Back = c.URL(reviewPath(p) + "/batches")
	v.Page.Sheets = append(v.Page.Sheets, "sheet.css")
	v.Intro = c.T("Say which signatures. First it is counted how many fit; nothing changes before you say so. People whose identity was checked at a counter are always left alone.")
	v.Fields = petitionview.BatchForm(v.Page, petitionview.BatchFields{
		FromDay: f.FromDay, FromHour: f.FromHour, ToDay: f.ToDay, ToHour: f.ToHour, Only: f.Only, Sheet: f.Sheet, Range: f.Range, Device: f.Device,
		Fresh: f.Fresh, NoNumber: f.NoNumber, Reason: f.Reason, Burst: f.Burst,
	})
	v.Button = c.T("Count them")
	return v
}

func (d *Desk) showPropose(c *web.Ctx) error {
	p, err := d.officersPetition(c)
	if err != nil {
		return err
	}
	var f batchForm
	zone := clock.Zone(p.Country)
	if id := c.Query("burst"); id != "" {
		b, of, err := d.service.BurstFor(c.Std(), c.Actor, id)
		if err != nil || of.ID != p.ID {
			return errNoBurst
		}
		from, to := b.From.In(zone), b.To.In(zone)
		f = batchForm{Burst: b.ID, Range: b.Range, Device: b.Device, Only: OnlyOnline, FromDay: from.Format(time.DateOnly), FromHour: from.Format("15:04"),
			ToDay: to.Format(time.DateOnly), ToHour: to.Format("15:04"), Fresh: 100*b.Fresh >= burstShare*b.Count}
	}
	return c.Show(petitionview.DeskActForm(d.proposePage(c, p, f)))
}

func (d *Desk) propose(c *web.Ctx) error {
	p, err := d.officersPetition(c)
	if err != nil {
		return err
	}
	var f batchForm
	if _, err := form.Read(c.Ctx, &f); err != nil {
		return err
	}
	rule, bad := f.rule(p.Country)
	var b Batch
	if bad != nil {
		err = bad
	} else {
		b, err = d.service.ProposeBatch(c.Std(), c.Actor, p.ID, rule, f.Reason, f.Burst)
	}
	if wrong, ok := wrongIn(c, err); ok {
		c.Wrong(wrong)
		return c.Invalid(petitionview.DeskActForm(d.proposePage(c, p, f)))
	}
	if err != nil {
		return err
	}
	c.Flash(flashProposed)
	return c.SeeOther("/desk/invalidations/" + b.ID)
}

// batch is the batch of the request.
func (d *Desk) batch(c *web.Ctx) (Batch, Petition, error) {
	b, p, err := d.service.BatchFor(c.Std(), c.Actor, c.Params("lot"))
	if err == nil {
		c.UseCountry(p.Country)
		c.SetCurrent("desk")
	}
	return b, p, err
}

func (d *Desk) showBatch(c *web.Ctx) error {
	b, p, err := d.batch(c)
	if err != nil {
		return err
	}
	base := c.URL("/desk/invalidations/" + b.ID)
	v := petitionview.WorkPage{
		Page: c.Page(c.T("Invalidation of signatures")), Back: c.URL(reviewPath(p) + "/batches"), Caption: titleOf(c, p),
		StateText: c.T(batchLabels[b.State]), StateTone: batchTones[b.State], Facts: ruleFacts(c, p, b.Rule),
		Quotes: []petitionview.WorkQuote{{Title: c.T("Why they do not count"), Text: b.Reason}},
	}
	v.Sheets = append(v.Sheets, "sheet.css")
	if b.Undone != "" {
		v.Quotes = append(v.Quotes, petitionview.WorkQuote{Title: c.T("Why they count again"), Text: b.Undone})
	}
	seen := c.N("{n} signature of this time was looked at so far.", "{n} signatures of this time were looked at so far.", int(b.Seen))
	switch b.State {
	case BatchCounting, BatchRunning, BatchRestoring:
		v.Notices = []petitionview.WorkNotice{{Tone: ui.Info, Title: c.T(batchLabels[b.State]), Text: seen}}
		v.Acts = []petitionview.DeskAct{{Label: c.T("Look again"), Href: base, Kind: ui.Secondary}}
	case BatchProposed:
		v.Notices = []petitionview.WorkNotice{{Tone: ui.Warning, Title: c.N("{n} signature would no longer count", "{n} signatures would no longer count", int(b.Fits)),
			Text: c.T("Their number and your reason are shown to everybody. Whoever is concerned is told in their space and counts again once their identity is checked.")}}
		v.Buttons = []petitionview.WorkButton{{Action: base + "/run", Label: c.N("Invalidate {n} signature", "Invalidate {n} signatures", int(b.Fits)), Kind: ui.Dangerous}, {Action: base + "/drop", Label: c.T("Give the proposal up"), Kind: ui.Secondary}}
	case BatchDone:
		v.Notices = []petitionview.WorkNotice{{Tone: ui.Danger, Title: c.N("{n} signature was taken out of the count", "{n} signatures were taken out of the count", int(b.Changed))}}
		v.Acts = []petitionview.DeskAct{{Label: c.T("Put them back"), Href: base + "/restore", Kind: ui.Secondary}}
	}
	if v.History, err = d.workHistory(c, b.History); err != nil {
		return err
	}
	return c.Show(petitionview.Work(v))
}

// ruleFacts is a rule in words.
func ruleFacts(c *web.Ctx, p Petition, r Rule) []ui.SummaryRow {
	zone := clock.Zone(p.Country)
	rows := []ui.SummaryRow{{Key: c.T("Signed from"), Value: c.Locale.DateTime(r.From.In(zone))}, {Key: c.T("Signed before"), Value: c.Locale.DateTime(r.To.In(zone))}}
	var also []string
	add := func(when bool, text string) {
		if when {
			also = append(also, text)
		}
	}
	add(r.Only == OnlyOnline, c.T("Online only"))
	add(r.Only == OnlyPaper, c.T("On paper only"))
	add(r.Sheet != 0, c.T("Sheet {number}", "number", r.Sheet))
	add(r.Range != "", c.T("From one part of the network"))
	add(r.Device != "", c.T("From one kind of device ({device})", "device", r.Device))
	add(r.Fresh, c.T("Only accounts that were less than a day old"))
	add(r.NoNum, c.T("Only people who have given no identity number"))
	if len(also) > 0 {
		rows = append(rows, ui.SummaryRow{Key: c.T("Only"), Value: strings.Join(also, "\n")})
	}
	return rows
}

func (d *Desk) runBatch(c *web.Ctx) error {
	b, _, err := d.batch(c)
	if err == nil {
		_, err = d.service.RunBatch(c.Std(), c.Actor, b.ID)
	}
	if err != nil {
		return err
	}
	c.Flash(flashRunning)
	return c.SeeOther("/desk/invalidations/" + b.ID)
}

func (d *Desk) dropBatch(c *web.Ctx) error {
	b, _, err := d.batch(c)
	if err == nil {
		_, err = d.service.DropBatch(c.Std(), c.Actor, b.ID)
	}
	if err != nil {
		return err
	}
	c.Flash(flashDropped)
	return c.SeeOther(fmt.Sprintf("/desk/petitions/%s/batches", b.Petition))
}

func (d *Desk) restorePage(c *web.Ctx, p Petition, b Batch, reason string) petitionview.ConfirmPage {
	base := c.URL("/desk/invalidations/" + b.ID)
	return petitionview.ConfirmPage{Page: c.Page(c.T("Put the signatures back")), Caption: titleOf(c, p), Action: base + "/restore", Back: base, Button: c.T("Put them back"),
		Text: c.T("All signatures of this batch count again."), Reason: &ui.TextareaField{Name: "reason", Label: c.T("Why they count again"), Hint: c.T("Everybody can read it. Name nobody."), Value: reason, Rows: 2}}
}

func (d *Desk) showRestore(c *web.Ctx) error {
	b, p, err := d.batch(c)
	if err == nil {
		_, _, err = NextOfBatch(b.State, BatchRestore, RolesOf(c.Actor, p)...)
	}
	if err != nil {
		return err
	}
	return c.Show(petitionview.Confirm(d.restorePage(c, p, b, "")))
}

func (d *Desk) restore(c *web.Ctx) error {
	b, p, err := d.batch(c)
	if err != nil {
		return err
	}
	var typed reasonForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	_, err = d.service.RestoreBatch(c.Std(), c.Actor, b.ID, typed.Reason)
	if wrong, ok := wrongIn(c, err); ok {
		c.Wrong(wrong)
		return c.Invalid(petitionview.Confirm(d.restorePage(c, p, b, typed.Reason)))
	}
	if err != nil {
		return err
	}
	c.Flash(flashRestoring)
	return c.SeeOther("/desk/invalidations/" + b.ID)
}
