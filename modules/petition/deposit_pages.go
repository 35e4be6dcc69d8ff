package petition

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/seal"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

var (
	flashFileMade   = i18n.Msg("The file is made.")
	flashFileMaking = i18n.Msg("The file is being made. This page shows how far it is.")
	flashDeposited  = i18n.Msg("The deposit is recorded, and the authority is told.")
	flashNumber     = i18n.Msg("Your number is sealed for the authority.")
)

// depositForm is what the page of a receipt sends.
type depositForm struct {
	Receipt string    `form:"receipt"`
	On      form.Date `form:"on"`
	Reasons string    `form:"reasons,text"`
}

// procedurePath is the bureau's page of a petition.
func procedurePath(p Petition) string { return reviewPath(p) + "/procedure" }

// depositPath is where the file is made and the deposit recorded.
func depositPath(p Petition) string { return "/petitions/" + p.ID + "/deposit" }

// handled returns the petition of the request for those who handle its file,
// with the words of its country. NotFound to everybody else.
func (x *Procedure) handled(c *web.Ctx) (Petition, Authority, error) {
	p, err := x.service.Get(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return p, Authority{}, err
	}
	if !handlesFile(c.Actor, p) || p.PublishedAt.IsZero() {
		return Petition{}, Authority{}, errNone
	}
	c.UseCountry(p.Country)
	c.SetCurrent("petitions")
	a, err := x.places.Authority(c.Std(), p.Authority)
	return p, a, err
}

// finish answers a form: 422 with what is wrong, or on to the next page.
func (x *Procedure) finish(c *web.Ctx, err error, page func() (petitionview.DeskActPage, error), said, to string) error {
	if errs, wrong := wrongIn(c, err); wrong {
		c.Wrong(errs)
		v, err := page()
		if err != nil {
			return err
		}
		return c.Invalid(petitionview.DeskActForm(v))
	}
	if err != nil {
		return err
	}
	c.Flash(said)
	return c.SeeOther(to)
}

// typedDay reads a day that was typed; zero when nothing was.
func typedDay(d form.Date, country, field string) (time.Time, error) {
	if d.Empty() {
		return time.Time{}, nil
	}
	day, exists := d.In(clock.Zone(country))
	if !exists {
		return day, &InputError{Field: field, Message: i18n.Msg("Enter a day that exists, such as 31 12 2026.")}
	}
	return day, nil
}

// showDeposit is the page of the file and the receipt.
func (x *Procedure) showDeposit(c *web.Ctx) error {
	p, a, err := x.handled(c)
	if err != nil {
		return err
	}
	files, err := x.service.FilesOf(c.Std(), c.Actor, p)
	if err != nil {
		return err
	}
	v := petitionview.DossierPage{
		Page: c.Page(c.T("File for the deposit")), Back: c.URL("/petitions/" + p.ID), Caption: a.Name(c.Locale.Lang()), Lead: titleOf(c, p),
		TagText: c.T(StateLabel(p.State)), TagTone: toneOf(p.State), ActsHead: c.T("What you can do"),
	}
	v.Wide = true
	if serves(c.Actor, p) {
		v.Back = c.URL(procedurePath(p))
	}
	if May(c.Actor, p, ActDeposit) {
		v.Acts = append(v.Acts, petitionview.DeskAct{Label: c.T("Record the deposit"), Href: c.URL(depositPath(p) + "/record"), Kind: ui.Primary,
			Text: c.T("When the office has given the receipt: its number and its day. The period for the reply begins with it.")})
	}
	if !p.Legal.DepositedAt.IsZero() {
		v.Links = append(v.Links, ui.NavItem{Label: c.T("Receipt (PDF)"), Href: c.URL("/petitions/" + p.ID + "/receipt.pdf")})
	}
	v.Links = append(v.Links, ui.NavItem{Label: c.T("The procedure, as everybody sees it"), Href: c.URL("/petitions/" + p.ID + "/procedure")})
	if May(c.Actor, p, ActMakeFile) {
		make := petitionview.DossierPart{Title: c.T("Make a file"), Text: c.T("The petition as the council is served with it: the text, the petitioners, the legal basis and the list of valid signatures, as they are at this moment. Print it, sign it and hand it in.")}
		make.Body = petitionview.Together(x.makeButtons(c, p)...)
		v.Parts = append(v.Parts, make)
	}
	list := petitionview.DossierPart{ID: "files", Title: c.T("Files made so far")}
	opens, err := x.opens(c, p)
	if err != nil {
		return err
	}
	making := false
	for _, f := range files {
		list.Rows = append(list.Rows, x.fileRow(c, p, f, opens))
		making = making || f.State == FileMaking
	}
	if len(files) == 0 {
		list.Empty = c.T("No file has been made yet.")
	} else {
		list.Note = c.T("The list holds names and residences that are not public. Hand it to the authority alone.")
		if !opens && May(c.Actor, p, ActOpenNumbers) {
			list.Note += " " + c.T("No identity number is sealed in it, so none can be opened.")
		}
	}
	v.Parts = append(v.Parts, list)
	if making {
		c.Set("Refresh", "10")
	}
	return c.Show(petitionview.Dossier(v))
}

// makeButtons are one button for each language of the petition.
func (x *Procedure) makeButtons(c *web.Ctx, p Petition) []templ.Component {
	var buttons []templ.Component
	for i, lang := range p.Langs {
		kind := ui.Primary
		if i > 0 {
			kind = ui.Secondary
		}
		buttons = append(buttons, petitionview.PostButton(c.URL(depositPath(p)+"/file"), c.T("Make the file in {language}", "language", langNames[lang]), "lang", lang, kind))
	}
	return buttons
}

// opens reports whether identity numbers may be sealed in the lists of a
// petition: people sign it themselves, and the authority has or had a key.
func (x *Procedure) opens(c *web.Ctx, p Petition) (bool, error) {
	if x.keys == nil || p.Kind == Association {
		return false, nil
	}
	ring, err := x.keys.Of(c.Std(), p.Authority)
	return slices.ContainsFunc(ring.Keys, func(k seal.Key) bool { return k.State != seal.Pending }), err
}

// fileRow is one file with its volumes.
func (x *Procedure) fileRow(c *web.Ctx, p Petition, f DepositFile, opens bool) ui.SummaryRow {
	row := ui.SummaryRow{Key: c.T("File {n}, {language}", "n", f.Number, "language", langNames[f.Lang])}
	said := c.T("Made on {date}", "date", c.Locale.DateTime(f.MadeAt))
	if f.State == FileMaking {
		said = c.T("{done} of {all} signatures are written. This page looks again by itself.", "done", c.Locale.Number(f.Done), "all", c.Locale.Number(f.Valid))
	}
	var files []petitionview.Attachment
	for i, v := range f.Volumes {
		if f.State == FileForgotten {
			break
		}
		name := c.T("The file (PDF)")
		if f.VolumeCount() > 1 {
			name = c.T("Volume {n} of {total} (PDF)", "n", i+1, "total", f.VolumeCount())
		}
		files = append(files, petitionview.Attachment{Name: name, Href: c.URL(volumePath(p, f.Number, i+1)), Facts: facts(Document{Type: "application/pdf", Size: v.File.Size})})
	}
	links := []ui.NavItem{{Label: c.T("Check page of this file"), Href: c.URL(filePath(p, f.Number))}}
	if opens && f.State == FileReady && May(c.Actor, p, ActOpenNumbers) {
		links = append(links, ui.NavItem{Label: c.T("Open the identity numbers"), Href: c.URL(reviewPath(p) + "/files/" + strconv.Itoa(f.Number) + "/open")})
	}
	row.Body = petitionview.FileEntry(said, c.N("{n} signature", "{n} signatures", int(f.Valid)), files, links)
	return row
}

func filePath(p Petition, number int) string {
	return fmt.Sprintf("/petitions/%s/files/%d", p.ID, number)
}

func volumePath(p Petition, number, volume int) string {
	return fmt.Sprintf("%s/volumes/%d", filePath(p, number), volume)
}

// makeFile asks for a file.
func (x *Procedure) makeFile(c *web.Ctx) error {
	p, _, err := x.handled(c)
	if err != nil {
		return err
	}
	f, err := x.service.MakeFile(c.Std(), c.Actor, p.ID, c.FormValue("lang"))
	if err != nil {
		return err
	}
	said := flashFileMade
	if f.State == FileMaking {
		said = flashFileMaking
	}
	c.Flash(said)
	return c.SeeOther(depositPath(p))
}

// volume sends a PDF to those who handle the file.
func (x *Procedure) volume(c *web.Ctx) error {
	p, _, err := x.handled(c)
	if err != nil {
		return err
	}
	number, volume := numberIn(c.Params("number")), numberIn(c.Params("volume"))
	v, body, err := x.service.ReadVolume(c.Std(), c.Actor, p, number, volume)
	if err != nil {
		return err
	}
	x.download(c, fmt.Sprintf("%s-%d-%d.pdf", p.Reference, number, volume))
	return c.SendStream(body, int(v.File.Size))
}

// download sets the headers of a PDF that is for its asker alone.
func (x *Procedure) download(c *web.Ctx, name string) {
	c.Set("Content-Type", "application/pdf")
	c.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	c.Set("Cache-Control", "private, no-store")
	c.Set("X-Content-Type-Options", "nosniff")
}

// numberIn reads a number of an address; 0 for what is none.
func numberIn(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// showFile lets everybody check a file that somebody holds.
func (x *Procedure) showFile(c *web.Ctx) error {
	p, a, err := x.Desk.open(c)
	if err != nil {
		return err
	}
	f, err := x.service.FileOf(c.Std(), p, numberIn(c.Params("number")))
	if err != nil {
		return err
	}
	v := petitionview.DossierPage{
		Page: c.Page(c.T("Check a file of this petition")), Back: c.URL("/petitions/" + p.ID), Caption: a.Name(c.Locale.Lang()), Lead: shownObject(c, p),
	}
	v.NoIndex = true
	asked := strings.ToLower(strings.Join(strings.Fields(c.Query("sha")), ""))
	if asked != "" {
		n := petitionview.DossierNotice{Tone: ui.Danger, Title: c.T("This is not a digest of this file"), Text: c.T("Compare what you typed with the paper. If it is the same, the paper does not come from this platform, or was changed.")}
		for i, vol := range f.Volumes {
			if asked == vol.Digest || asked == vol.File.SHA256 {
				n = petitionview.DossierNotice{Tone: ui.Success, Title: c.T("The digest is right"), Text: c.T("It is that of volume {n}, with {rows} signatures on {pages} pages.", "n", i+1, "rows", vol.Rows, "pages", vol.Pages)}
			}
		}
		v.Notices = append(v.Notices, n)
	}
	rows := []ui.SummaryRow{
		{Key: c.T("Reference"), Value: p.Reference}, {Key: c.T("File number"), Value: strconv.Itoa(f.Number)},
		{Key: c.T("Made"), Value: c.Locale.DateTime(f.AskedAt)}, {Key: c.T("Valid signatures listed"), Value: c.Locale.Number(f.Valid)},
	}
	v.Parts = append(v.Parts, petitionview.DossierPart{Rows: rows, Body: petitionview.CheckForm(c.URL(filePath(p, f.Number)), c.Query("sha"), v.Page)})
	for i, vol := range f.Volumes {
		v.Parts = append(v.Parts, petitionview.DossierPart{Title: c.T("Volume {n} of {total}", "n", i+1, "total", f.VolumeCount()), Rows: []ui.SummaryRow{
			{Key: c.T("Signatures"), Value: c.Locale.Number(vol.Rows)}, {Key: c.T("Pages"), Value: strconv.Itoa(vol.Pages)},
			{Key: c.T("SHA-256 of the content, as printed"), Body: petitionview.Digest(grouped(vol.Digest))},
			{Key: c.T("SHA-256 of the PDF"), Body: petitionview.Digest(grouped(vol.File.SHA256))},
		}})
	}
	if f.State == FileMaking {
		v.Notices = append(v.Notices, petitionview.DossierNotice{Tone: ui.Info, Text: c.T("The file is still being made.")})
	}
	return c.Show(petitionview.Dossier(v))
}

// showRecord asks for the receipt.
func (x *Procedure) showRecord(c *web.Ctx) error {
	p, a, err := x.handled(c)
	if err != nil {
		return err
	}
	if _, err := Next(p.State, ActDeposit, RolesOf(c.Actor, p)...); err != nil {
		return err
	}
	return c.Show(petitionview.DeskActForm(x.recordPage(c, p, a, depositForm{On: form.DateOf(c.Now().In(clock.Zone(p.Country)))})))
}

func (x *Procedure) recordPage(c *web.Ctx, p Petition, a Authority, typed depositForm) petitionview.DeskActPage {
	v := petitionview.DeskActPage{
		Page: c.Page(c.T("Record the deposit")), Caption: titleOf(c, p), Back: c.URL(depositPath(p)), Action: c.URL(depositPath(p) + "/record"),
		Intro: c.T("The office of {name} gives a receipt when the file is handed in.", "name", a.Name(c.Locale.Lang())), Button: c.T("Record the deposit"),
		Tone: ui.Info, Notice: c.T("The period within which the authority must reply begins with the day of the receipt. Both are shown to everybody."),
	}
	if months, err := x.service.replyMonths(c.Std(), p); err == nil && months > 0 {
		v.Notice += "\n" + c.N("It lasts {n} month.", "It lasts {n} months.", months)
	}
	v.Fields = x.receiptFields(c, v.Page, typed)
	return v
}

func (x *Procedure) receiptFields(c *web.Ctx, page ui.Page, typed depositForm) templ.Component {
	return petitionview.Together(
		ui.Text(page, ui.TextField{Name: "receipt", Label: c.T("Number of the receipt"), Value: typed.Receipt, Max: MaxName, AutoDir: true}),
		ui.DateParts(page, ui.DateField{Name: "on", Label: c.T("Day of the receipt"), Hint: c.T("For example 31 12 2026"), Day: typed.On.Day, Month: typed.On.Month, Year: typed.On.Year}),
	)
}

func (x *Procedure) record(c *web.Ctx) error {
	p, a, err := x.handled(c)
	if err != nil {
		return err
	}
	if _, err := Next(p.State, ActDeposit, RolesOf(c.Actor, p)...); err != nil {
		return err
	}
	var typed depositForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	in := LegalStep{Receipt: typed.Receipt}
	in.On, err = typedDay(typed.On, p.Country, "on")
	switch {
	case err != nil:
	case strings.TrimSpace(typed.Receipt) == "":
		err = &InputError{Field: "receipt", Message: i18n.Msg("Enter the number of the receipt")}
	default:
		_, err = x.service.Advance(c.Std(), c.Actor, p.ID, ActDeposit, in)
	}
	return x.finish(c, err, func() (petitionview.DeskActPage, error) { return x.recordPage(c, p, a, typed), nil }, flashDeposited, depositPath(p))
}

// showNumber asks somebody who signed for the number of their card.
func (x *Procedure) showNumber(c *web.Ctx) error {
	v, err := x.numberPage(c)
	if err != nil {
		return err
	}
	return c.Show(petitionview.DeskActForm(v))
}

func (x *Procedure) numberPage(c *web.Ctx) (petitionview.DeskActPage, error) {
	p, a, err := x.Desk.open(c)
	if err != nil {
		return petitionview.DeskActPage{}, err
	}
	_, signed, err := x.service.SignatureOf(c.Std(), c.Actor, p.ID)
	if err != nil || !signed {
		return petitionview.DeskActPage{}, errOr(err, errNoSignature)
	}
	asks, err := x.service.AsksNumber(c.Std(), c.Actor, p)
	if err != nil || !asks || !SignableStates.Has(p.State) {
		return petitionview.DeskActPage{}, errOr(err, errNotNow)
	}
	v := petitionview.DeskActPage{
		Page: c.Page(c.T("Number of your identity card")), Caption: p.Text(c.Locale.Lang()).Object, Back: c.URL("/petitions/" + p.ID + "/signed"),
		Action: c.URL("/petitions/" + p.ID + "/number"), Button: c.T("Seal my number"),
	}
	v.Fields = ui.Text(v.Page, numberField(c, a))
	return v, nil
}

// numberField asks for an identity number that is to be sealed. What was typed
// is never shown again.
func numberField(c *web.Ctx, a Authority) ui.TextField {
	return ui.TextField{Name: "number", Label: c.T("Number of your identity card"), Ltr: true, Size: 12, Max: 30, Autocomplete: "off",
		Hint: c.T("The list that is handed to {name} holds the number. It is compared with the one in your profile, sealed so that only the authority can read it, and forgotten here.", "name", a.Name(c.Locale.Lang()))}
}

func (x *Procedure) giveNumber(c *web.Ctx) error {
	page := func() (petitionview.DeskActPage, error) { return x.numberPage(c) }
	err := x.service.GiveNumber(c.Std(), c.Actor, c.Params("id"), c.FormValue("number"))
	return x.finish(c, err, page, flashNumber, "/petitions/"+c.Params("id")+"/signed")
}
