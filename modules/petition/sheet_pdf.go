package petition

import (
	"bytes"
	"fmt"
	"strconv"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/pdf"
	"musharaka/modules/kit/typeset"
	"musharaka/modules/kit/web"
)

// sheetName is how a sheet is called on paper and asked for at the desk:
// "PET-2026-0042-0003".
func sheetName(p Petition, x Sheet) string { return fmt.Sprintf("%s-%04d", p.Reference, x.Number) }

// genuinePath is where the code of a sheet leads.
func genuinePath(x Sheet) string { return "/sheets/" + x.ID + "/" + x.Check }

// sheetText is the petition on a sheet: enough to know what one signs, and
// little enough for ten lines below it.
const sheetText = 420

// drawSheets draws sheets, each beginning a page, in the language they were
// made in.
func (x *Sheets) drawSheets(c *web.Ctx, p Petition, a Authority, all []Sheet) ([]byte, error) {
	lang := all[0].Lang
	tr := x.speaks(lang, p.Country)
	title := p.Text(lang).Object
	doc := pdf.New(pdf.Options{
		Lang: lang, Title: title, Author: a.Name(lang), Created: c.Now().In(clock.Zone(p.Country)),
		Footer:    tr.T("Sheet of signatures for petition {reference}. A copy of a sheet does not count.", "reference", p.Reference),
		PageLabel: func(page, pages int) string { return tr.T("Page {n} of {total}", "n", page, "total", pages) },
	})
	for i, sheet := range all {
		if i > 0 {
			doc.PageBreak()
		}
		if err := x.drawSheet(c, doc, tr, p, a, sheet); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	_, err := doc.WriteTo(&out)
	return out.Bytes(), err
}

func (x *Sheets) drawSheet(c *web.Ctx, doc *pdf.Document, tr *i18n.Locale, p Petition, a Authority, sheet Sheet) error {
	t := p.Text(sheet.Lang)
	doc.Letterhead(pdf.Letterhead{
		Over:  tr.T("Petition to: {name}", "name", a.Name(sheet.Lang)),
		Title: t.Object,
		Under: tr.T("Sheet {number} · checksum {check} · collected until {date}", "number", typeset.LTR(sheetName(p, sheet)), "check", typeset.LTR(sheet.Check), "date", tr.Date(p.ClosesAt)),
		Code:  x.address("/" + sheet.Lang + genuinePath(sheet)),
	})
	doc.Paragraph(shorten(t.Ask, sheetText), pdf.Small())
	_, sentences, err := x.consents.PaperConsent(c.Std(), p.Authority, tr)
	if err != nil {
		return err
	}
	consent := tr.T("Whoever signs agrees:")
	for _, s := range sentences {
		consent += " " + s
	}
	doc.Paragraph(consent, pdf.Small(), pdf.Muted())
	var rows [][]string
	for n := range SheetLines {
		rows = append(rows, []string{strconv.Itoa(n + 1), "", "", "", "", "", ""})
	}
	doc.Table(pdf.Table{
		Columns: []pdf.Column{
			{Title: tr.T("No."), Share: 0.4}, {Title: tr.T("First and family name"), Share: 2}, {Title: tr.T("Identity number"), Share: 1.3},
			{Title: tr.T("Residence"), Share: 1.4}, {Title: tr.T("Year of birth"), Share: 1}, {Title: tr.T("Date"), Share: 0.8}, {Title: tr.T("Signature"), Share: 1.4},
		},
		Rows: pdf.Rows(rows), Grid: true, Size: 8.5, RowHeight: 34, Summary: tr.T("Ten lines to sign on"),
	})
	return nil
}
