package petition

import (
	"bytes"
	"fmt"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/pdf"
	"musharaka/modules/kit/typeset"
	"musharaka/modules/kit/web"
)

// receipt is the receipt of the deposit as a PDF: what everybody may know of it.
func (x *Procedure) receipt(c *web.Ctx) error {
	p, a, err := x.Desk.open(c)
	if err != nil {
		return err
	}
	if p.Legal.DepositedAt.IsZero() {
		return fault.New(fault.NotFound, "This petition has not been deposited.")
	}
	book, err := x.service.Law.Book(c.Std(), a, p.PublishedAt)
	if err != nil {
		return err
	}
	doc := receiptPaper(c, p, a, book, c.AbsURL("/petitions/"+p.ID+"/procedure"))
	return sendPDF(c, doc, fmt.Sprintf("%s-receipt.pdf", p.Reference), "public, no-cache")
}

// receiptPaper sets the receipt; address is where the procedure is shown.
func receiptPaper(c *web.Ctx, p Petition, a Authority, book Book, address string) *pdf.Document {
	zone := clock.Zone(p.Country)
	doc := pdf.New(pdf.Options{
		Lang: c.Locale.Lang(), Title: c.T("Receipt of a petition"), Author: a.Name(c.Locale.Lang()), Created: p.Legal.DepositedAt.In(zone),
		Footer:    c.T("Receipt {receipt} of petition {reference}", "receipt", p.Legal.Receipt, "reference", p.Reference),
		PageLabel: func(page, pages int) string { return c.T("Page {n} of {total}", "n", page, "total", pages) },
	})
	doc.Letterhead(pdf.Letterhead{Over: a.Name(c.Locale.Lang()), Title: c.T("Receipt of a petition"), Under: typeset.LTR(p.Legal.Receipt), Code: address})
	doc.Facts(
		pdf.Fact{Label: c.T("Number of the receipt"), Value: p.Legal.Receipt},
		pdf.Fact{Label: c.T("Day of the receipt"), Value: c.Locale.Date(p.Legal.DepositedAt.In(zone))},
		pdf.Fact{Label: c.T("Petition"), Value: shownObject(c, p)},
		pdf.Fact{Label: c.T("Reference"), Value: typeset.LTR(p.Reference)},
		pdf.Fact{Label: c.T("Petitioners"), Value: startedBy(c, p)},
		pdf.Fact{Label: c.T("Last day for the authority to reply"), Value: c.Locale.Date(p.AnswerDueAt.In(zone))},
		pdf.Fact{Label: c.T("Counted as"), Value: c.N("{n} month of the calendar from the day of the receipt, to the end of the last day", "{n} months of the calendar from the day of the receipt, to the end of the last day", book.ReplyIn)},
		pdf.Fact{Label: c.T("Source"), Value: sourceIn(c.Locale, book.Reply)},
	)
	if !book.Reply.Verified {
		doc.Paragraph("✎ "+c.T("Not yet checked against the official journal."), pdf.Small(), pdf.Muted())
	}
	doc.Space(16)
	doc.Sign(c.T("For the authority"), c.T("For the petitioners"))
	doc.Space(8)
	doc.Paragraph(c.T("The state of the procedure, for everybody:"), pdf.Small(), pdf.Muted())
	doc.Link(typeset.LTR(address), address)
	return doc
}

// sendPDF answers with a document.
func sendPDF(c *web.Ctx, doc *pdf.Document, name, cache string) error {
	var out bytes.Buffer
	if _, err := doc.WriteTo(&out); err != nil {
		return err
	}
	c.Set("Content-Type", "application/pdf")
	c.Set("Content-Disposition", `inline; filename="`+name+`"`)
	c.Set("Cache-Control", cache)
	return c.Send(out.Bytes())
}

// letter is the bureau's decision as a letter to the agent, to be printed,
// signed and sent.
func (x *Procedure) letter(c *web.Ctx) error {
	p, a, err := x.answerFile(c)
	if err != nil {
		return err
	}
	if !p.ruled() {
		return errNotNow
	}
	book, err := x.service.Law.Book(c.Std(), a, p.PublishedAt)
	if err != nil {
		return err
	}
	doc := letterPaper(c, p, a, book, c.AbsURL("/petitions/"+p.ID+"/procedure"))
	return sendPDF(c, doc, fmt.Sprintf("%s-notification.pdf", p.Reference), "private, no-store")
}

// letterPaper sets the letter about a ruling that was issued; address is where
// the procedure is shown.
func letterPaper(c *web.Ctx, p Petition, a Authority, book Book, address string) *pdf.Document {
	r, zone := p.Legal.Ruling, clock.Zone(p.Country)
	title := c.T("Notification: the petition is inadmissible")
	if r.Admit {
		title = c.T("Notification: the petition is admissible")
	}
	doc := pdf.New(pdf.Options{Lang: c.Locale.Lang(), Title: title, Author: a.Name(c.Locale.Lang()), Created: r.ApprovedAt.In(zone),
		PageLabel: func(page, pages int) string { return c.T("Page {n} of {total}", "n", page, "total", pages) }})
	doc.Letterhead(pdf.Letterhead{Over: a.Name(c.Locale.Lang()), Title: title, Under: c.Locale.Date(r.ApprovedAt.In(zone)), Code: address})
	doc.Facts(
		pdf.Fact{Label: c.T("To"), Value: p.Agent.Name}, pdf.Fact{Label: c.T("Petition"), Value: titleOf(c, p)},
		pdf.Fact{Label: c.T("Reference"), Value: typeset.LTR(p.Reference)},
		pdf.Fact{Label: c.T("Receipt"), Value: p.Legal.Receipt + " · " + c.Locale.Date(p.Legal.DepositedAt.In(zone))},
	)
	doc.Heading(1, c.T("Decision"))
	if r.Admit {
		doc.Paragraph(c.T("The petition meets the conditions of the law. It is put on the agenda of a session."), pdf.Strong())
		if !r.SessionAt.IsZero() {
			doc.Paragraph(c.T("Session of {date}", "date", c.Locale.Date(r.SessionAt.In(zone))))
		}
	} else {
		doc.Paragraph(c.T(RefusalLabel(r.Code)), pdf.Strong())
	}
	if r.Reasons != "" {
		doc.Paragraph(r.Reasons)
	}
	if text := appealText(c, book, true); !r.Admit && text != "" {
		doc.Heading(1, c.T("Against this decision"))
		doc.Paragraph(text)
		doc.Paragraph(sourceIn(c.Locale, book.Appeal), pdf.Small(), pdf.Muted())
		if !book.Appeal.Verified {
			doc.Paragraph("✎ "+c.T("Not yet checked against the official journal."), pdf.Small(), pdf.Muted())
		}
	}
	doc.Space(20)
	doc.Sign(c.T("Date"), c.T("Signature and stamp"), c.T("Received by, on"))
	return doc
}

// appealText says where petitioners may turn, and within what time; "" where
// the rule pack does not say. Told is whether there is a decision that somebody
// is told of: after a silence the time runs from the end of the period.
func appealText(c *web.Ctx, b Book, told bool) string {
	if b.AppealTo.IsZero() {
		return ""
	}
	text := b.AppealTo.In(c.Locale.Lang())
	switch {
	case b.AppealDays == 0:
	case !told:
		text += "\n" + c.N("Within {n} day of the end of the period in which no reply came.", "Within {n} days of the end of the period in which no reply came.", b.AppealDays)
	default:
		text += "\n" + c.N("Within {n} day of being told.", "Within {n} days of being told.", b.AppealDays)
	}
	return text
}
