package petition

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/pdf"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/typeset"
)

// sheet writes the volumes of a file.
type sheet struct {
	*Service
	*i18n.Locale
	file      DepositFile
	petition  Petition
	authority Authority
	book      Book
	tally     Tally
	places    map[string]string // names of places, as they were asked for

	// number, when not nil, gives the identity number of a signature instead of
	// its masked end: a copy that is opened and not kept.
	number func(Signature) string
	next   string // cursor after the volume that was written; "" at the end
	limit  int64  // rows of a volume

	signaturesOf string // the petition whose signatures are listed
	digest       digest
}

func (s *Service) sheetOf(ctx context.Context, f DepositFile) (*sheet, error) {
	p, err := s.petitions.Get(ctx, f.Petition)
	if err != nil {
		return nil, err
	}
	a, err := s.authority(ctx, p.Authority)
	if err != nil {
		return nil, err
	}
	book, err := s.Law.Book(ctx, a, p.PublishedAt)
	if err != nil {
		return nil, err
	}
	t, err := s.tallyNow(ctx, p.ID)
	return &sheet{Service: s, Locale: s.Words.Locale(f.Lang, p.Country), file: f, petition: p, authority: a, book: book, tally: t, places: map[string]string{}, limit: VolumeRows, signaturesOf: p.ID}, err
}

// address is where everybody can check the file.
func (x *sheet) address() string {
	return fmt.Sprintf("%s/%s/petitions/%s/files/%d", x.PublicURL, x.Lang(), x.petition.ID, x.file.Number)
}

// write writes one volume to w and enters into v what it came to. The first
// begins with the petition itself.
func (x *sheet) write(ctx context.Context, w io.Writer, volume int, v *Volume) error {
	x.digest = newDigest()
	p, of := x.petition, x.file.VolumeCount()
	title := p.Text(x.Lang()).Object
	running := p.Reference + " · " + title
	foot := x.T("File {n} of petition {reference}, made on {date}", "n", x.file.Number, "reference", p.Reference, "date", x.file.AskedAt)
	if of > 1 {
		foot = x.T("Volume {n} of {total}", "n", volume, "total", of) + " · " + foot
	}
	doc := pdf.New(pdf.Options{
		Lang: x.Lang(), Title: title, Author: x.authority.Name(x.Lang()), Created: x.file.AskedAt.In(clock.Zone(p.Country)), Running: running, Footer: foot,
		PageLabel: func(page, pages int) string { return x.T("Page {n} of {total}", "n", page, "total", pages) },
	})
	doc.Letterhead(pdf.Letterhead{Over: x.T("Petition to: {name}", "name", x.authority.Name(x.Lang())), Title: title,
		Under: x.T("File for the deposit"), Code: x.address()})
	x.digest.line("musharaka deposit file", "1", p.Reference, strconv.Itoa(x.file.Number), strconv.Itoa(volume), strconv.Itoa(of), x.Lang())
	if volume == 1 {
		x.writePetition(doc)
	}
	if err := x.writeAnnex(ctx, doc, v); err != nil {
		return err
	}
	x.writeSeal(doc, v)
	v.Digest = x.digest.String()
	v.Pages = doc.Pages()
	_, err := doc.WriteTo(w)
	return err
}

// writePetition writes what is asked, by whom, and on what law it rests.
func (x *sheet) writePetition(doc *pdf.Document) {
	p, text := x.petition, x.petition.Text(x.Lang())
	x.digest.line(p.Authority, text.Object, text.Ask, text.Reasons, text.Aims)
	facts := []pdf.Fact{
		{Label: x.T("Reference"), Value: typeset.LTR(p.Reference)},
		{Label: x.T("Addressed to"), Value: x.authority.Name(x.Lang())},
		{Label: x.T("Theme"), Value: x.T(ThemeLabel(p.Theme))},
		{Label: x.T("Published"), Value: x.Date(p.PublishedAt)},
		{Label: x.T("Valid signatures"), Value: x.Number(x.file.Valid)},
		{Label: x.T("Supporters"), Value: x.Number(x.file.Supporters)},
	}
	if p.Threshold.Signatures > 0 {
		facts = append(facts, pdf.Fact{Label: x.T("Signatures needed"), Value: x.Number(p.Threshold.Signatures)})
	}
	doc.Facts(facts...)
	for _, part := range []struct{ title, text string }{{x.T("What is asked"), text.Ask}, {x.T("Reasons"), text.Reasons}, {x.T("Aims"), text.Aims}} {
		if part.text != "" {
			doc.Heading(1, part.title)
			doc.Paragraph(part.text)
		}
	}
	x.writePeople(doc)
	x.writeLaw(doc)
	x.writeProvinces(doc)
}

func (x *sheet) writePeople(doc *pdf.Document) {
	p := x.petition
	doc.Heading(1, x.T("Petitioners"))
	agent := x.T("Agent of the petition")
	if p.Kind == Association {
		agent = x.T("Legal representative")
	}
	var facts []pdf.Fact
	if p.OrgName != "" {
		facts = append(facts, pdf.Fact{Label: x.T("Association"), Value: p.OrgName})
	}
	facts = append(facts, pdf.Fact{Label: agent, Value: cmp.Or(p.Agent.Name, "–")})
	if p.Deputy.Name != "" {
		facts = append(facts, pdf.Fact{Label: x.T("Deputy"), Value: p.Deputy.Name})
	}
	if members := memberNames(p); members != "" {
		facts = append(facts, pdf.Fact{Label: x.T("Members of the committee"), Value: members})
	}
	doc.Facts(facts...)
	doc.Space(6)
	doc.Sign(x.T("Date"), x.T("Signature of the agent"))
}

// writeLaw writes what the petition rests on, and marks what nobody has checked.
func (x *sheet) writeLaw(doc *pdf.Document) {
	doc.Heading(1, x.T("Legal basis"))
	if !x.book.Right {
		doc.Paragraph(x.T("No law gives a right to petition this authority: the figures below are the platform's."))
	}
	var rows [][]string
	add := func(what string, s Source) { rows = append(rows, []string{what, sourceIn(x.Locale, s)}) }
	if t := x.petition.Threshold; t.Signatures > 0 {
		add(x.N("{n} valid signature", "{n} valid signatures", int(t.Signatures)), t.Source)
		if t.PerSubunit > 0 {
			add(x.N("at least {n} in each province", "at least {n} in each province", int(t.PerSubunit)), t.Source)
		}
	}
	if x.book.ReplyIn > 0 {
		add(x.N("reply within {n} month of the receipt", "reply within {n} months of the receipt", x.book.ReplyIn), x.book.Reply)
	}
	add(x.T(numberForms[x.book.Numbers]), x.book.List)
	for _, c := range x.book.Conditions {
		if (c.Of == law.OfAssociation) == (x.petition.Kind == Association) || c.Of == law.OfObject {
			add(c.Text.In(x.Lang()), c.Source)
		}
	}
	doc.Table(pdf.Table{Columns: []pdf.Column{{Title: x.T("Rule"), Share: 3}, {Title: x.T("Source"), Share: 2}}, Rows: pdf.Rows(rows), Summary: x.T("Legal basis")})
	doc.Paragraph("✎ "+x.T("Not yet checked against the official journal."), pdf.Small(), pdf.Muted())
}

// numberForms say in words what the list holds of identity numbers.
var numberForms = map[law.NumberForm]string{
	law.NoNumber:     i18n.Msg("the list holds no identity numbers"),
	law.MaskedNumber: i18n.Msg("the list holds the end of identity numbers"),
	law.FullNumber:   i18n.Msg("the list holds identity numbers, which the authority alone can read"),
}

// sourceIn names a source in a reader's language; ✎ stands behind one that
// nobody has checked.
func sourceIn(l *i18n.Locale, s Source) string {
	name := s.Text
	if !s.Names.IsZero() {
		name = s.Names.In(l.Lang())
	}
	switch {
	case s.Platform:
		return l.T("Rule of the platform")
	case name == "":
		return "–"
	case s.Article != "" && strings.ContainsAny(s.Article, "–,-"):
		name = l.T("{law}, articles {articles}", "law", name, "articles", s.Article)
	case s.Article != "":
		name = l.T("{law}, article {article}", "law", name, "article", s.Article)
	}
	if !s.Verified {
		name += " ✎"
	}
	return name
}

// writeProvinces writes the spread that the law asks for.
func (x *sheet) writeProvinces(doc *pdf.Document) {
	t := x.petition.Threshold
	if len(t.Subunits) == 0 {
		return
	}
	var rows [][]string
	for _, sub := range t.Subunits {
		n := x.tally.Subunits[sub]
		ok := "✓"
		if n < t.PerSubunit {
			ok = "–"
		}
		rows = append(rows, []string{x.place(context.Background(), sub), x.Number(n), x.Number(t.PerSubunit), ok})
	}
	doc.Heading(1, x.T("Signatures by province"))
	doc.Table(pdf.Table{
		Columns: []pdf.Column{{Title: x.T("Province or prefecture"), Share: 3}, {Title: x.T("Valid signatures"), Align: pdf.End}, {Title: x.T("Needed"), Align: pdf.End}, {Title: x.T("Reached"), Align: pdf.Centre}},
		Rows:    pdf.Rows(rows), Summary: x.T("Signatures by province"),
	})
}

// place names a place, from memory after the first time.
func (x *sheet) place(ctx context.Context, id string) string {
	if id == "" {
		return "–"
	}
	name, known := x.places[id]
	if !known {
		name = id
		if a, err := x.Authorities.Authority(ctx, id); err == nil {
			name = a.Name(x.Lang())
		}
		x.places[id] = name
	}
	return name
}

// writeAnnex writes the signatures of one volume, row by row from the store.
func (x *sheet) writeAnnex(ctx context.Context, doc *pdf.Document, v *Volume) error {
	doc.PageBreak()
	doc.Heading(1, x.T("Annex: signatures"))
	doc.Paragraph(x.T("Only signatures that are valid for the threshold are listed. Whoever signed agreed that the name and the residence are given to the authority for this petition."), pdf.Small(), pdf.Muted())
	columns := []pdf.Column{{Title: x.T("No."), Share: 0.9, Align: pdf.End}, {Title: x.T("Name"), Share: 3}}
	if x.book.Numbers != law.NoNumber {
		columns = append(columns, pdf.Column{Title: x.T("Number of the card"), Share: 1.6, Reading: typeset.LeftToRight})
	}
	columns = append(columns, pdf.Column{Title: x.T("Residence"), Share: 2.2}, pdf.Column{Title: x.T("Channel"), Share: 1}, pdf.Column{Title: x.T("Date"), Share: 1.2})
	var failed error
	v.Rows = 0
	doc.Table(pdf.Table{Columns: columns, Summary: x.T("Annex: signatures"), Size: 8.5, Rows: func(yield func([]string) bool) {
		failed = x.rows(ctx, v, yield)
	}})
	if failed == nil && v.Rows == 0 {
		doc.Paragraph(x.T("There are no signatures to list."))
	}
	return failed
}

// rowPage is how many signatures are read at a time.
const rowPage = 500

func (x *sheet) rows(ctx context.Context, v *Volume, yield func([]string) bool) error {
	x.next = v.After
	for v.Rows < x.limit {
		page, err := x.signatures.Find(ctx, store.Query{Index: "count", Equal: []any{x.signaturesOf, true, true}, After: x.next, Limit: int(min(rowPage, x.limit-v.Rows))})
		if err != nil {
			return err
		}
		for _, sig := range page.Items {
			if !yield(x.row(ctx, v.First+v.Rows, sig)) {
				return errRows
			}
			v.Rows++
		}
		if x.next = page.Next; x.next == "" {
			return nil
		}
	}
	return nil
}

func (x *sheet) row(ctx context.Context, n int64, sig Signature) []string {
	name := cmp.Or(sig.Name, "–")
	if sig.State == SignatureAnonymous {
		name = x.T("Account deleted")
	}
	masked := "–"
	if sig.Tail != "" {
		masked = "••••••" + sig.Tail
	}
	residence := x.place(ctx, sig.Place)
	if sig.Subunit != "" && sig.Subunit != sig.Place {
		residence += " · " + x.place(ctx, sig.Subunit)
	}
	channel, day := channelOf(sig), dayIn(sig.At, x.petition.Country)
	x.digest.line(strconv.FormatInt(n, 10), sig.Name, sig.Tail, sig.Place, sig.Subunit, channel, day)
	row := []string{strconv.FormatInt(n, 10), name}
	if x.book.Numbers != law.NoNumber {
		if x.number != nil {
			masked = cmp.Or(x.number(sig), masked)
		}
		row = append(row, masked)
	}
	return append(row, residence, x.T(channelLabels[channel]), typeset.LTR(day))
}

// channelOf is the way a signature came, as the list says it.
func channelOf(s Signature) string {
	if s.Channel == ByPaper {
		return "paper"
	}
	return "online"
}

var channelLabels = map[string]string{"online": i18n.Msg("Signed online"), "paper": i18n.Msg("Signed on paper")}

// writeSeal ends a volume with its digest and where it can be checked.
func (x *sheet) writeSeal(doc *pdf.Document, v *Volume) {
	doc.Space(12)
	doc.Box(func() {
		doc.Paragraph(x.T("How this file can be checked"), pdf.Strong())
		doc.Paragraph(x.N("This volume lists {n} signature.", "This volume lists {n} signatures.", int(v.Rows)))
		doc.Paragraph(x.T("SHA-256 of its content:"))
		doc.Paragraph(typeset.LTR(grouped(x.digest.String())), pdf.Reading(typeset.LeftToRight), pdf.Strong())
		doc.Paragraph(x.T("Everybody can compare it with the one on this page:"))
		doc.Link(typeset.LTR(x.address()), x.address())
		if x.number != nil {
			doc.Paragraph(x.T("In this copy the identity numbers were opened by the authority. It must not be passed on."), pdf.Strong())
			doc.Paragraph(x.T("* sealed under another account of the same person, which was joined with theirs later. ! the record does not belong to this signature."), pdf.Small())
		}
	})
}

// grouped sets a digest in groups of eight, for reading aloud.
func grouped(hex string) string {
	var out bytes.Buffer
	for i, r := range hex {
		if i > 0 && i%8 == 0 {
			out.WriteByte(' ')
		}
		out.WriteRune(r)
	}
	return out.String()
}
