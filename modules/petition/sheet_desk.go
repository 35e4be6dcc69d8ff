package petition

import (
	"strconv"
	"strings"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"
)

// takesSheets reports whether an actor works with an authority's sheets.
func takesSheets(who auth.Actor, org string) bool {
	return org != auth.PlatformID && who.Holds(org, auth.FrontDesk, auth.Officer) || org == auth.PlatformID && who.Holds(org, auth.Administrator)
}

var tabSheets = DeskTab{"/desk/sheets", i18n.Msg("Paper sheets"), takesSheets}

// sheetDesks are the organisations whose sheets the actor works with.
func sheetDesks(who auth.Actor) []string {
	orgs := who.OrgsWith(auth.FrontDesk, auth.Officer)
	if who.Holds(auth.PlatformID, auth.Administrator) {
		orgs = append(orgs, auth.PlatformID)
	}
	return orgs
}

// sheetQueue is what waits at one desk, and finds a sheet by its number.
func (x *Sheets) sheetQueue(c *web.Ctx) error {
	org, nav, err := x.at(c, tabSheets, sheetDesks(c.Actor))
	if err != nil {
		return err
	}
	v := petitionview.SheetQueuePage{Page: c.Page(c.T(tabSheets.Label)), Nav: nav, Action: c.URL("/desk/sheets"), Org: org, Sought: c.Query("q")}
	v.Wide = true
	if v.Sought != "" {
		found, err := x.findSheet(c, org, v.Sought)
		if err == nil {
			return c.SeeOther("/desk/sheets/" + found)
		}
		if !isNotFound(err) {
			return err
		}
		v.NotFound = true
	}
	for _, part := range []struct {
		title   string
		confirm bool
	}{{c.T("To be confirmed"), true}, {c.T("To be entered"), false}} {
		page, err := x.service.SheetsWaiting(c.Std(), org, part.confirm, "", 50)
		if err != nil {
			return err
		}
		table, err := x.waitingTable(c, page.Items, part.title)
		if err != nil {
			return err
		}
		v.Sections = append(v.Sections, petitionview.DeskSection{Title: part.title, Table: table})
	}
	return c.Show(petitionview.SheetQueue(v))
}

// findSheet finds a sheet of an authority by the number printed on it.
func (x *Sheets) findSheet(c *web.Ctx, org, typed string) (string, error) {
	name := strings.ToUpper(strings.Join(strings.Fields(form.Digits(typed)), ""))
	i := strings.LastIndexByte(name, '-')
	if i < 0 {
		return "", errNoSheet
	}
	p, err := x.service.ByReference(c.Std(), c.Actor, name[:i])
	if err != nil {
		return "", err
	}
	s, p, err := x.service.SheetFor(c.Std(), c.Actor, SheetID(p.ID, atoi(name[i+1:])))
	if err == nil && deskOf(p.Authority, p.Unserved) != org {
		err = errNoSheet
	}
	return s.ID, err
}

func (x *Sheets) waitingTable(c *web.Ctx, all []Sheet, caption string) (ui.TableSpec, error) {
	t := ui.TableSpec{Caption: caption, HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("Sheet")}, {Label: c.T("Petition")}, {Label: c.T("Lines"), Number: true}, {Label: c.T("Handed in")}, {Label: c.T("Must count before")}}}
	seen := map[string]Petition{}
	for _, s := range all {
		p, ok := seen[s.Petition]
		if !ok {
			var err error
			if p, err = x.service.petitions.Get(c.Std(), s.Petition); err != nil {
				return t, err
			}
			seen[s.Petition] = p
		}
		t.Rows = append(t.Rows, []ui.Cell{
			{Text: sheetName(p, s), Href: c.URL("/desk/sheets/" + s.ID), Ltr: true}, {Body: ui.Bidi(titleOf(c, p))}, {Text: c.Locale.Number(int64(len(s.Lines)))},
			{Text: c.Locale.Date(s.ReturnedAt)}, {Text: c.Locale.Date(p.ClosesAt)},
		})
	}
	return t, nil
}

// deskSheet is the sheet of the request for the desk of its authority. The agent
// of the petition has pages of their own.
func (x *Sheets) deskSheet(c *web.Ctx) (Sheet, Petition, error) {
	s, p, err := x.service.SheetFor(c.Std(), c.Actor, c.Params("sheet"))
	if err == nil && !takesSheets(c.Actor, deskOf(p.Authority, p.Unserved)) && !takesSheets(c.Actor, p.Authority) {
		err = errNoSheet
	}
	if err != nil {
		return s, p, err
	}
	c.UseCountry(p.Country)
	c.SetCurrent("desk")
	return s, p, nil
}

// sheetFor is deskSheet for the page of one act: it answers as the act would.
func (x *Sheets) sheetFor(c *web.Ctx, act SheetAct) (Sheet, Petition, error) {
	s, p, err := x.deskSheet(c)
	if err != nil {
		return s, p, err
	}
	if _, _, err = NextOfSheet(s.State, act, rolesOnSheet(c.Actor, p)...); err == nil && act == SheetConfirm && !MaySheet(c.Actor, p, s, act) {
		err = errSameEyes
	}
	return s, p, err
}

func (x *Sheets) showSheet(c *web.Ctx) error {
	s, p, err := x.deskSheet(c)
	if err != nil {
		return err
	}
	base := "/desk/sheets/" + s.ID
	v := petitionview.WorkPage{
		Page: c.Page(sheetName(p, s)), Back: deskURL(c, tabSheets.Path, deskOf(p.Authority, p.Unserved)), Caption: titleOf(c, p),
		StateText: c.T(sheetStateLabels[s.State]), StateTone: sheetTones[s.State],
	}
	v.Sheets = append(v.Sheets, "sheet.css")
	if v.Title == "" {
		v.Title = c.T("Sheet of signatures")
	}
	v.Facts = []ui.SummaryRow{{Key: c.T("Checksum"), Body: ui.Ltr(s.Check)}, {Key: c.T("Printed"), Value: c.Locale.DateTime(s.PrintedAt)}}
	if !s.ReturnedAt.IsZero() {
		v.Facts = append(v.Facts, ui.SummaryRow{Key: c.T("Handed in"), Value: c.Locale.DateTime(s.ReturnedAt)})
	}
	v.Facts = append(v.Facts, ui.SummaryRow{Key: c.T("Must count before"), Value: c.Locale.Date(p.ClosesAt)})
	if s.State == SheetEntered && !MaySheet(c.Actor, p, s, SheetConfirm) {
		v.Notices = append(v.Notices, petitionview.WorkNotice{Tone: ui.Info, Text: c.T("You entered lines of this sheet: somebody else must confirm it.")})
	}
	if s.Note != "" {
		v.Quotes = append(v.Quotes, petitionview.WorkQuote{Title: c.T("Look at it once more"), Text: s.Note})
	}
	if MaySheet(c.Actor, p, s, SheetReturn) {
		v.Buttons = append(v.Buttons, petitionview.WorkButton{Action: c.URL(base + "/return"), Label: c.T("I have this sheet in my hands")})
	}
	for _, a := range []struct {
		act         SheetAct
		label, path string
		kind        ui.Kind
	}{
		{SheetEnter, i18n.Msg("Enter the lines"), "/enter", ui.Primary}, {SheetConfirm, i18n.Msg("Confirm the lines"), "/confirm", ui.Primary},
		{SheetReopen, i18n.Msg("Send it back to be entered anew"), "/reopen", ui.Secondary}, {SheetCancel, i18n.Msg("Make void"), "/void", ui.Dangerous},
	} {
		if MaySheet(c.Actor, p, s, a.act) {
			v.Acts = append(v.Acts, petitionview.DeskAct{Label: c.T(a.label), Href: c.URL(base + a.path), Kind: a.kind})
		}
	}
	if len(s.Lines) > 0 {
		v.Sections = append(v.Sections, petitionview.DeskSection{Title: c.T("Lines"), Table: x.linesTable(c, s)})
	}
	v.History, err = x.workHistory(c, s.History)
	if err != nil {
		return err
	}
	return c.Show(petitionview.Work(v))
}

func (x *Sheets) linesTable(c *web.Ctx, s Sheet) ui.TableSpec {
	t := ui.TableSpec{Caption: c.T("Lines"), HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("Line")}, {Label: c.T("Name")}, {Label: c.T("What it came to")}}}
	for _, l := range s.Lines {
		name, came := l.Name, c.T("Entered")
		switch {
		case l.State == LineStruck:
			came = c.T("Struck: {reason}", "reason", c.T(strikeLabels[l.Reason]))
		case l.Outcome != LinePending:
			came = c.T(outcomeLabels[l.Outcome])
		case l.State == LineAccepted:
			came = c.T("Accepted")
		}
		if name == "" {
			name = c.T("no longer kept here")
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: strconv.Itoa(l.N)}, {Body: ui.Bidi(name)}, {Text: came}})
	}
	return t
}

func (x *Sheets) takeBack(c *web.Ctx) error {
	s, _, err := x.deskSheet(c)
	if err != nil {
		return err
	}
	_, err = x.service.ReturnSheet(c.Std(), c.Actor, s.ID)
	return c.Done(err, flashReturnedS, "/desk/sheets/"+s.ID+"/enter")
}

// homesOf are the residences to choose from.
func (x *Sheets) homesOf(c *web.Ctx, p Petition) ([]ui.Option, error) {
	homes, err := x.homes.HomesIn(c.Std(), p.Authority, c.Locale.Lang())
	return append(homes, ui.Option{Value: elsewherePlace, Label: c.T("Elsewhere")}), err
}

func masked(last2 string) string {
	if last2 == "" {
		return ""
	}
	return "••••••" + last2
}

func (x *Sheets) showEnter(c *web.Ctx) error {
	s, p, err := x.sheetFor(c, SheetEnter)
	if err != nil {
		return err
	}
	var typed []LineInput
	for _, l := range s.Lines {
		in := LineInput{N: l.N, Name: l.Name, Place: l.Place}
		if l.Born != 0 {
			in.Born = strconv.Itoa(l.Born)
		}
		typed = append(typed, in)
	}
	v, err := x.enterPage(c, p, s, typed)
	if err != nil {
		return err
	}
	return c.Show(petitionview.SheetEnter(v))
}

func (x *Sheets) enterPage(c *web.Ctx, p Petition, s Sheet, typed []LineInput) (petitionview.SheetEnterPage, error) {
	base := c.URL("/desk/sheets/" + s.ID)
	v := petitionview.SheetEnterPage{
		Page: c.Page(c.T("Enter the lines")), Caption: titleOf(c, p) + " · " + sheetName(p, s), Back: base, Action: base + "/enter", Note: s.Note,
		Privacy: c.T("The identity number serves to count each person once. It is turned into a keyed hash at once and shown to nobody, you included, after you save."),
	}
	v.Page.Sheets, v.Wide = append(v.Page.Sheets, "sheet.css"), true
	for n := range SheetLines {
		line := petitionview.SheetLine{N: n + 1, Kept: masked(lineOf(s.Lines, n+1).Last2)}
		for _, in := range typed {
			if in.N == n+1 {
				line.Name, line.Number, line.Place, line.Born = in.Name, in.Number, in.Place, in.Born
			}
		}
		v.Lines = append(v.Lines, line)
	}
	var err error
	v.Places, err = x.homesOf(c, p)
	return v, err
}

// typedLine reads one line of a form.
func typedLine(c *web.Ctx, n int) LineInput {
	value := func(field string) string { return form.Clean(c.FormValue(LineField(field, n)), false) }
	return LineInput{N: n, Name: value("name"), Number: value("number"), Place: value("place"), Born: form.Digits(value("born"))}
}

func (x *Sheets) enter(c *web.Ctx) error {
	s, p, err := x.deskSheet(c)
	if err != nil {
		return err
	}
	var typed []LineInput
	for n := range SheetLines {
		typed = append(typed, typedLine(c, n+1))
	}
	all := c.FormValue("all") != "no"
	places, err := x.homesOf(c, p)
	if err != nil {
		return err
	}
	for i := range typed { // a place that was not offered is none
		if !hasOption(places, typed[i].Place) {
			typed[i].Place = ""
		}
	}
	_, err = x.service.EnterSheet(c.Std(), c.Actor, s.ID, typed, all)
	if wrong, ok := wrongLines(c, err); ok {
		c.Wrong(wrong)
		v, err := x.enterPage(c, p, s, typed)
		if err != nil {
			return err
		}
		return c.Invalid(petitionview.SheetEnter(v))
	}
	if err != nil {
		return err
	}
	if all {
		c.Flash(flashEntered)
		return c.SeeOther(tabSheets.Path + "?authority=" + deskOf(p.Authority, p.Unserved))
	}
	c.Flash(flashSaved)
	return c.SeeOther("/desk/sheets/" + s.ID)
}

func hasOption(all []ui.Option, value string) bool {
	for _, o := range all {
		if o.Value == value {
			return true
		}
	}
	return false
}

func (x *Sheets) showConfirm(c *web.Ctx) error {
	s, p, err := x.sheetFor(c, SheetConfirm)
	if err != nil {
		return err
	}
	v, err := x.confirmPage(c, p, s, nil)
	if err != nil {
		return err
	}
	return c.Show(petitionview.SheetConfirm(v))
}

func (x *Sheets) confirmPage(c *web.Ctx, p Petition, s Sheet, typed map[int]petitionview.SheetDecision) (petitionview.SheetConfirmPage, error) {
	base := c.URL("/desk/sheets/" + s.ID)
	v := petitionview.SheetConfirmPage{Page: c.Page(c.T("Confirm the lines")), Caption: titleOf(c, p) + " · " + sheetName(p, s), Back: base, Action: base + "/confirm"}
	v.Page.Sheets = append(v.Page.Sheets, "sheet.css")
	var err error
	if v.Places, err = x.homesOf(c, p); err != nil {
		return v, err
	}
	for _, code := range StrikeReasons {
		v.Reasons = append(v.Reasons, ui.Option{Value: code, Label: c.T(strikeLabels[code])})
	}
	for _, l := range s.Lines {
		line := typed[l.N]
		line.N, line.Name, line.Number, line.Place, line.Born = l.N, l.Name, masked(l.Last2), c.T("Residence not written"), c.T("Year of birth not written")
		for _, o := range v.Places {
			if o.Value == l.Place {
				line.Place = o.Label
			}
		}
		if l.Born != 0 {
			line.Born = strconv.Itoa(l.Born)
		}
		if line.Before, err = x.before(c, p, s, l); err != nil {
			return v, err
		}
		v.Lines = append(v.Lines, line)
	}
	return v, nil
}

// before says what is known of a line's number already.
func (x *Sheets) before(c *web.Ctx, p Petition, s Sheet, l Line) (string, error) {
	b, known, err := x.service.BeforeLine(c.Std(), s, l)
	if err != nil || !known {
		return "", err
	}
	switch b.Outcome {
	case LineTwice:
		other := sheetName(p, Sheet{Number: b.Sheet})
		return c.T("This number stands on sheet {sheet}, line {line}. If you accept the line, the person counts once.", "sheet", other, "line", b.Line), nil
	case LineTakenBack:
		return c.T("The person with this number took the signature back online. If you accept the line, it does not count."), nil
	}
	return c.T("The person with this number signed online on {date}. If you accept the line, the person counts once.", "date", b.At), nil
}

func (x *Sheets) confirm(c *web.Ctx) error {
	s, p, err := x.deskSheet(c)
	if err != nil {
		return err
	}
	var decisions []LineDecision
	typed := map[int]petitionview.SheetDecision{}
	for _, l := range s.Lines {
		in := typedLine(c, l.N)
		said, reason := c.FormValue(LineField("decision", l.N)), c.FormValue(LineField("reason", l.N))
		typed[l.N] = petitionview.SheetDecision{Decision: said, Reason: reason, FixName: in.Name, FixNumber: in.Number, FixPlace: in.Place, FixBorn: in.Born, Open: !in.IsEmpty()}
		if said != "" {
			decisions = append(decisions, LineDecision{N: l.N, Accept: said == petitionview.LineAccept, Reason: reason, Fix: in})
		}
	}
	_, err = x.service.ConfirmSheet(c.Std(), c.Actor, s.ID, decisions)
	if wrong, ok := wrongLines(c, err); ok {
		c.Wrong(wrong)
		v, err := x.confirmPage(c, p, s, typed)
		if err != nil {
			return err
		}
		return c.Invalid(petitionview.SheetConfirm(v))
	}
	if err != nil {
		return err
	}
	c.Flash(flashConfirmed)
	return c.SeeOther("/desk/sheets/" + s.ID)
}

// reasonPage is the page of an act on a sheet that needs a reason.
func (x *Sheets) reasonPage(c *web.Ctx, p Petition, s Sheet, act SheetAct, reason string) petitionview.ConfirmPage {
	base := c.URL("/desk/sheets/" + s.ID)
	v := petitionview.ConfirmPage{Caption: sheetName(p, s), Back: base}
	if act == SheetReopen {
		v.Page, v.Action, v.Button = c.Page(c.T("Send it back to be entered anew")), base+"/reopen", c.T("Send back")
		v.Text = c.T("Whoever enters sheets sees your note and can change every line.")
		v.Reason = &ui.TextareaField{Name: "reason", Label: c.T("What has to be looked at again"), Value: reason, Rows: 2}
		return v
	}
	v.Page, v.Action, v.Button, v.Danger = c.Page(c.T("Make this sheet void")), base+"/void", c.T("Make void"), true
	v.Text = c.T("What stands on a void sheet never counts, and what was entered from it is forgotten. This cannot be undone.")
	v.Reason = &ui.TextareaField{Name: "reason", Label: c.T("Reason"), Value: reason, Rows: 2}
	return v
}

func (x *Sheets) showReason(c *web.Ctx, act SheetAct) error {
	s, p, err := x.sheetFor(c, act)
	if err != nil {
		return err
	}
	return c.Show(petitionview.Confirm(x.reasonPage(c, p, s, act, "")))
}

func (x *Sheets) withReason(c *web.Ctx, act SheetAct, said string) error {
	s, p, err := x.deskSheet(c)
	if err != nil {
		return err
	}
	var typed reasonForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	if act == SheetReopen {
		_, err = x.service.ReopenSheet(c.Std(), c.Actor, s.ID, typed.Reason)
	} else {
		_, err = x.service.CancelSheet(c.Std(), c.Actor, s.ID, typed.Reason)
	}
	if wrong, ok := wrongIn(c, err); ok {
		c.Wrong(wrong)
		return c.Invalid(petitionview.Confirm(x.reasonPage(c, p, s, act, typed.Reason)))
	}
	if err != nil {
		return err
	}
	c.Flash(said)
	return c.SeeOther("/desk/sheets/" + s.ID)
}

func (x *Sheets) showReopen(c *web.Ctx) error { return x.showReason(c, SheetReopen) }
func (x *Sheets) reopen(c *web.Ctx) error     { return x.withReason(c, SheetReopen, flashReopened) }
func (x *Sheets) showVoid(c *web.Ctx) error   { return x.showReason(c, SheetCancel) }
func (x *Sheets) void(c *web.Ctx) error       { return x.withReason(c, SheetCancel, flashVoid) }
