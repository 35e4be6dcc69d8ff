package petition

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"
)

// Homes lists the places where signatories of an authority can live. The place
// module does.
type Homes interface {
	// HomesIn returns the municipalities of an authority, by name; the authority
	// itself when it is one.
	HomesIn(ctx context.Context, authority string, lang string) ([]ui.Option, error)
}

// Sheets are the pages of signatures on paper: the agent prints, the desk enters
// and confirms, everybody may check that a sheet is genuine.
type Sheets struct {
	*Desk
	homes  Homes
	speaks func(lang, country string) *i18n.Locale
	url    func(path string) string
}

// NewSheets returns them; site gives languages and addresses for what is printed.
func NewSheets(d *Desk, homes Homes, site *web.Site) *Sheets {
	return &Sheets{Desk: d, homes: homes, speaks: site.Locale, url: site.URL}
}

// address is the whole address of a page.
func (x *Sheets) address(path string) string { return x.url(path) }

// Routes declares them.
func (x *Sheets) Routes(s *web.Site) {
	s.Get("/sheets/:sheet/:check", web.Anyone, x.genuine)

	s.Get("/petitions/:id/sheets", web.SignedIn, x.mySheets)
	s.Post("/petitions/:id/sheets", web.SignedIn, web.Limited(oftenBegun, x.print))
	s.Get("/petitions/:id/sheets/print.pdf", web.SignedIn, x.printed)
	s.Get("/petitions/:id/sheets/:number/void", web.SignedIn, x.showSpoil)
	s.Post("/petitions/:id/sheets/:number/void", web.SignedIn, x.spoil)

	desk := web.Roles(auth.FrontDesk, auth.Officer, auth.Administrator)
	s.Get("/desk/sheets", desk, x.sheetQueue)
	s.Get("/desk/sheets/:sheet", desk, x.showSheet)
	s.Post("/desk/sheets/:sheet/return", desk, x.takeBack)
	s.Get("/desk/sheets/:sheet/enter", desk, x.showEnter)
	s.Post("/desk/sheets/:sheet/enter", desk, x.enter)
	s.Get("/desk/sheets/:sheet/confirm", desk, x.showConfirm)
	s.Post("/desk/sheets/:sheet/confirm", desk, x.confirm)
	s.Get("/desk/sheets/:sheet/reopen", desk, x.showReopen)
	s.Post("/desk/sheets/:sheet/reopen", desk, x.reopen)
	s.Get("/desk/sheets/:sheet/void", desk, x.showVoid)
	s.Post("/desk/sheets/:sheet/void", desk, x.void)
}

var sheetStateLabels = map[SheetState]string{
	SheetPrinted: i18n.Msg("Printed"), SheetReturned: i18n.Msg("To be entered"), SheetEntered: i18n.Msg("To be confirmed"),
	SheetConfirmed: i18n.Msg("Counted"), SheetVoid: i18n.Msg("Void"),
}

var sheetTones = map[SheetState]ui.Tone{SheetReturned: ui.Warning, SheetEntered: ui.Warning, SheetConfirmed: ui.Success, SheetVoid: ui.Neutral, SheetPrinted: ui.Info}

var strikeLabels = map[string]string{
	"unreadable": i18n.Msg("It cannot be read"), "no_signature": i18n.Msg("The signature is missing"), "no_number": i18n.Msg("The identity number is missing"),
	"other_person": i18n.Msg("Somebody signed for another person"), "not_meant": i18n.Msg("It was struck out on the paper"),
}

var outcomeLabels = map[LineOutcome]string{
	LineCounted: i18n.Msg("Counted"), LineOnline: i18n.Msg("Has signed online: counted once"), LineTwice: i18n.Msg("Stands on another line or sheet: counted once"),
	LineTakenBack: i18n.Msg("Took the signature back online: not counted"),
}

// sheetActs says in words what was done to sheets, bursts and batches, for the audit.
var sheetActs = map[string]string{
	"sheet.print": i18n.Msg("Sheet of signatures printed"), "sheet.return": i18n.Msg("Sheet of signatures handed in"), "sheet.save": i18n.Msg("Lines of a sheet saved"),
	"sheet.enter": i18n.Msg("Sheet of signatures entered"), "sheet.reopen": i18n.Msg("Sheet sent back to be entered anew"), "sheet.confirm": i18n.Msg("Sheet of signatures confirmed"),
	"sheet.void": i18n.Msg("Sheet of signatures made void"), "sheet.count": i18n.Msg("Lines of a sheet counted"),
	"burst.flag": i18n.Msg("Unusual burst of signatures flagged"), "burst.dismiss": i18n.Msg("Nothing wrong found with a burst"), "burst.reopen": i18n.Msg("Burst put before the officers again"),
	"burst.act": i18n.Msg("Batch proposed because of a burst"), "batch.propose": i18n.Msg("Invalidation of signatures proposed"), "batch.counted": i18n.Msg("Signatures of a proposal counted"),
	"batch.drop": i18n.Msg("Proposal given up"), "batch.run": i18n.Msg("Signatures are being invalidated"), "batch.finish": i18n.Msg("Signatures invalidated"),
	"batch.restore": i18n.Msg("Signatures are being put back"), "batch.returned": i18n.Msg("Signatures put back"),
}

// genuine tells whoever scans the code of a sheet whether it was printed here.
// It names nobody.
func (x *Sheets) genuine(c *web.Ctx) error {
	v := petitionview.GenuinePage{Page: c.Page(c.T("Sheet of signatures"))}
	v.NoIndex = true
	sheet, err := x.service.sheets.Get(c.Std(), c.Params("sheet"))
	if err != nil && !isNotFound(err) {
		return err
	}
	if err != nil || !strings.EqualFold(sheet.Check, c.Params("check")) {
		return c.Show(petitionview.Genuine(v))
	}
	p, err := x.service.Get(c.Std(), auth.Actor{}, sheet.Petition)
	if err != nil {
		return err
	}
	c.UseCountry(p.Country)
	c.SetCurrent("petitions")
	a, err := x.places.Authority(c.Std(), p.Authority)
	if err != nil {
		return err
	}
	v.Page = c.Page(c.T("Sheet of signatures"))
	v.NoIndex, v.Genuine, v.Authority, v.Object, v.Href = true, true, a.Name(c.Locale.Lang()), shownObject(c, p), c.URL("/petitions/"+p.ID)
	v.StateText = c.T("State of the sheet: {state}", "state", c.T(sheetStateLabels[sheet.State]))
	v.Facts = []ui.SummaryRow{{Key: c.T("Sheet"), Body: ui.Ltr(sheetName(p, sheet))}, {Key: c.T("Checksum"), Body: ui.Ltr(sheet.Check)}, {Key: c.T("Printed"), Value: c.Locale.Date(sheet.PrintedAt)}}
	if _, v.Rights, err = x.consents.PaperConsent(c.Std(), p.Authority, c.Locale); err != nil {
		return err
	}
	v.Rights = append(v.Rights, c.T("If you sign in here later and give the same identity number, and it is checked at a counter, your signature on paper becomes yours online too."))
	if _, _, err := x.service.SheetFor(c.Std(), c.Actor, sheet.ID); err == nil && !p.IsAuthor(c.Actor.PersonID) {
		v.DeskHref = c.URL("/desk/sheets/" + sheet.ID)
	}
	return c.Show(petitionview.Genuine(v))
}

type printForm struct {
	N    string `form:"n,digits"`
	Lang string `form:"lang"`
}

// ownPetition is the petition of the request for its agent; NotFound to others.
func (x *Sheets) ownPetition(c *web.Ctx) (Petition, Authority, error) {
	p, err := x.service.Get(c.Std(), c.Actor, c.Params("id"))
	if err == nil && (!p.IsAuthor(c.Actor.PersonID) || p.PublishedAt.IsZero()) {
		err = errNone
	}
	if err != nil {
		return p, Authority{}, err
	}
	c.UseCountry(p.Country)
	c.SetCurrent("petitions")
	a, err := x.places.Authority(c.Std(), p.Authority)
	return p, a, err
}

func (x *Sheets) mySheets(c *web.Ctx) error {
	p, _, err := x.ownPetition(c)
	if err != nil {
		return err
	}
	v, err := x.sheetsPage(c, p, printForm{N: "5", Lang: p.Lang(c.Locale.Lang())})
	if err != nil {
		return err
	}
	return c.Show(petitionview.Sheets(v))
}

func (x *Sheets) sheetsPage(c *web.Ctx, p Petition, typed printForm) (petitionview.SheetsPage, error) {
	base := c.URL("/petitions/" + p.ID + "/sheets")
	v := petitionview.SheetsPage{
		Page: c.Page(c.T("Signatures on paper")), Object: titleOf(c, p), Href: c.URL("/petitions/" + p.ID), Open: p.Signable(c.Now()),
		Count: typed.N, Lang: typed.Lang, Action: base,
		Langs: []ui.Option{{Value: "ar", Label: langNames["ar"]}, {Value: "fr", Label: langNames["fr"]}},
		Steps: []string{
			c.T("Print the sheets. Each has its own number and code; people see by the code that it is genuine."),
			c.T("Let people fill in their line and sign. A line without a name, an identity number and a signature does not count."),
			c.T("Bring the sheets to the authority's front desk before {date}. They are entered there by one person and confirmed by another.", "date", p.ClosesAt),
			c.T("Who has signed online too counts once. Keep sheets safe: they hold other people's identity numbers."),
		},
	}
	page, err := x.service.SheetsOf(c.Std(), p.ID, c.Query("after"), 50)
	if err != nil {
		return v, err
	}
	v.Table = ui.TableSpec{Caption: c.T("Your sheets"), HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("Sheet")}, {Label: c.T("State")}, {Label: c.T("Lines counted"), Number: true}, {Label: c.T("Printed")}, {Label: c.T("What you can do")}}}
	for _, s := range page.Items {
		v.Table.Rows = append(v.Table.Rows, x.mySheetRow(c, p, s, base))
	}
	if page.Next != "" {
		v.Pages.Next = base + "?after=" + page.Next
	}
	if from, to := c.Query("from"), c.Query("to"); from != "" && to != "" {
		if n, m := atoi(from), atoi(to); n > 0 && m >= n && slices.ContainsFunc(page.Items, func(s Sheet) bool { return s.Number >= n && s.Number <= m && s.State == SheetPrinted }) {
			v.Print, v.PrintLabel = fmt.Sprintf("%s/print.pdf?from=%d&to=%d", base, n, m), c.N("Open {n} sheet to print (PDF)", "Open {n} sheets to print (PDF)", m-n+1)
		}
	}
	return v, nil
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func (x *Sheets) mySheetRow(c *web.Ctx, p Petition, s Sheet, base string) []ui.Cell {
	counted := ""
	if s.Counted {
		n := 0
		for _, l := range s.Lines {
			if l.Outcome == LineCounted {
				n++
			}
		}
		counted = c.Locale.Number(int64(n))
	}
	do := ui.Cell{}
	if s.State == SheetPrinted {
		do.Body = petitionview.Links([]petitionview.Link{
			{Label: c.T("Print again"), Href: fmt.Sprintf("%s/print.pdf?from=%d&to=%d", base, s.Number, s.Number)},
			{Label: c.T("Make void"), Href: fmt.Sprintf("%s/%d/void", base, s.Number)},
		})
	}
	return []ui.Cell{{Text: sheetName(p, s), Ltr: true}, {Text: c.T(sheetStateLabels[s.State])}, {Text: counted}, {Text: c.Locale.Date(s.PrintedAt)}, do}
}

func (x *Sheets) print(c *web.Ctx) error {
	p, _, err := x.ownPetition(c)
	if err != nil {
		return err
	}
	var typed printForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	version, _, err := x.consents.PaperConsent(c.Std(), p.Authority, c.Locale)
	if err != nil {
		return err
	}
	made, err := x.service.PrintSheets(c.Std(), c.Actor, p.ID, atoi(typed.N), typed.Lang, version)
	if wrong, ok := wrongIn(c, err); ok {
		c.Wrong(wrong)
		v, err := x.sheetsPage(c, p, typed)
		if err != nil {
			return err
		}
		return c.Invalid(petitionview.Sheets(v))
	}
	if err != nil {
		return err
	}
	return c.SeeOther(fmt.Sprintf("/petitions/%s/sheets?from=%d&to=%d", p.ID, made[0].Number, made[len(made)-1].Number))
}

// printed is the PDF of sheets that are still out. It is made for each request
// and kept nowhere.
func (x *Sheets) printed(c *web.Ctx) error {
	p, a, err := x.ownPetition(c)
	if err != nil {
		return err
	}
	all, err := x.service.SheetRange(c.Std(), p.ID, atoi(c.Query("from")), atoi(c.Query("to")))
	if err != nil {
		return err
	}
	var out []Sheet
	for _, s := range all {
		if s.State == SheetPrinted && (len(out) == 0 || s.Lang == out[0].Lang) {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return errNoSheet
	}
	body, err := x.drawSheets(c, p, a, out)
	if err != nil {
		return err
	}
	c.Set("Cache-Control", "private, no-store")
	c.Set("Content-Type", "application/pdf")
	c.Set("Content-Disposition", fmt.Sprintf(`inline; filename="%s-%04d.pdf"`, p.Reference, out[0].Number))
	return c.Send(body)
}

// ownSheet is the sheet of the request for the agent of its petition.
func (x *Sheets) ownSheet(c *web.Ctx) (Petition, Sheet, error) {
	p, _, err := x.ownPetition(c)
	if err != nil {
		return p, Sheet{}, err
	}
	s, _, err := x.service.SheetFor(c.Std(), c.Actor, SheetID(p.ID, atoi(c.Params("number"))))
	return p, s, err
}

func (x *Sheets) showSpoil(c *web.Ctx) error {
	p, s, err := x.ownSheet(c)
	if err != nil {
		return err
	}
	return c.Show(petitionview.Confirm(x.spoilPage(c, p, s, "")))
}

func (x *Sheets) spoilPage(c *web.Ctx, p Petition, s Sheet, reason string) petitionview.ConfirmPage {
	base := c.URL("/petitions/" + p.ID + "/sheets")
	return petitionview.ConfirmPage{
		Page: c.Page(c.T("Make this sheet void")), Caption: sheetName(p, s), Action: fmt.Sprintf("%s/%d/void", base, s.Number), Back: base, Danger: true,
		Text: c.T("What stands on a void sheet never counts. Do it when a sheet is lost, spoilt or not used."), Button: c.T("Make void"),
		Reason: &ui.TextareaField{Name: "reason", Label: c.T("Reason"), Value: reason, Rows: 2},
	}
}

func (x *Sheets) spoil(c *web.Ctx) error {
	p, s, err := x.ownSheet(c)
	if err != nil {
		return err
	}
	var typed reasonForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	_, err = x.service.CancelSheet(c.Std(), c.Actor, s.ID, typed.Reason)
	if wrong, ok := wrongIn(c, err); ok {
		c.Wrong(wrong)
		return c.Invalid(petitionview.Confirm(x.spoilPage(c, p, s, typed.Reason)))
	}
	if err != nil {
		return err
	}
	c.Flash(flashVoid)
	return c.SeeOther("/petitions/" + p.ID + "/sheets")
}

var (
	flashVoid      = i18n.Msg("The sheet is void.")
	flashReturnedS = i18n.Msg("The sheet is at the desk. Enter its lines now, or later.")
	flashSaved     = i18n.Msg("The lines are saved.")
	flashEntered   = i18n.Msg("The sheet waits for somebody else to confirm it.")
	flashReopened  = i18n.Msg("The sheet went back to be entered anew.")
	flashConfirmed = i18n.Msg("The sheet is confirmed and its lines are counted.")
)

// wrongLines returns what was wrong in the lines of a form.
func wrongLines(c *web.Ctx, err error) ([]ui.FieldError, bool) {
	var lines LineErrors
	if !errors.As(err, &lines) {
		return nil, false
	}
	var all []ui.FieldError
	for _, e := range lines {
		message := c.T(e.Message, e.Args...)
		if !slices.Contains(e.Args, any("n")) { // it came from elsewhere and names no line
			message = c.T("Line {n}: {problem}", "n", strings.TrimLeft(e.Field, "abcdefghijklmnopqrstuvwxyz"), "problem", message)
		}
		all = append(all, ui.FieldError{Field: e.Field, Message: message})
	}
	return all, true
}
