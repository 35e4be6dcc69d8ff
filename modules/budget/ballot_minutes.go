package budget

import (
	"bytes"
	"context"
	"io"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/pdf"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/typeset"
	"musharaka/modules/kit/web"

	"golang.org/x/mod/sumdb/note"
)

// voteMinutes draws the minutes of one vote: what closed it, how many voted, and
// the signed head that no later log can contradict. It says nothing of who was
// voted for; that is the result's.
type voteMinutes struct {
	*i18n.Locale
	doc       *pdf.Document
	edition   Edition
	turnout   Turnout
	log       LogState
	authority string
	address   string // of the public log
}

// countBlank counts the blank ballots that stand.
func (s *Service) countBlank(ctx context.Context, edition string) (n int64, err error) {
	err = s.ballots.Each(ctx, store.Query{Index: "area", Equal: []any{edition}}, func(b Ballot) error {
		if b.Blank && !b.Void {
			n++
		}
		return nil
	})
	return n, err
}

// VoteMinutes writes the minutes of a vote that is over in a language, under the
// authority's name in it: the same bytes whenever it is asked. Conflict before the
// urn is closed, NotFound where there was no vote.
func (s *Service) VoteMinutes(ctx context.Context, e Edition, lang, authority string, out io.Writer) error {
	l, err := s.PublicLog(ctx, e.ID, "")
	if err != nil {
		return err
	}
	if l.ClosedAt.IsZero() {
		return errUrnOpen
	}
	m := voteMinutes{Locale: s.Words.Locale(lang, e.Country).Plain(), edition: e, log: l, authority: authority, address: s.PublicURL + "/" + lang + "/budgets/" + e.ID + "/log"}
	if m.turnout, err = s.Turnout(ctx, e.ID); err != nil {
		return err
	}
	title, footer := m.T("Minutes of the vote"), e.Title(lang)
	if s.Demo {
		footer = m.T("This is a demonstration. Nothing here is real.")
	}
	m.doc = pdf.New(pdf.Options{Lang: lang, Title: title + " – " + e.Title(lang), Author: authority, Created: l.ClosedAt.In(e.Zone()), Running: title, Footer: footer,
		PageLabel: func(page, pages int) string { return m.T("Page {n} of {total}", "n", page, "total", pages) }})
	m.doc.Letterhead(pdf.Letterhead{Over: authority, Title: title, Under: e.Title(lang), Code: m.address})
	m.closing()
	m.people()
	m.head()
	m.doc.Space(16)
	m.doc.Sign(m.T("For the authority"), m.T("First scrutineer"), m.T("Second scrutineer"))
	_, err = m.doc.WriteTo(out)
	return fault.Wrap("budget.VoteMinutes", err)
}

// closing says when the vote ran, and what ended it.
func (m voteMinutes) closing() {
	e, zone := m.edition, m.edition.Zone()
	facts := []pdf.Fact{
		{Label: m.T("Kind of ballot"), Value: m.T(BallotLabel(e.Rules.Ballot.Kind))}, {Label: m.T("Projects on the ballot"), Value: m.Number(int64(len(e.Frozen.Projects)))},
		{Label: m.T("Envelope"), Value: m.Money(e.Rules.Envelope, e.Rules.Currency)},
	}
	if stage, ok := e.Calendar.Stage(Voting); ok {
		facts = append(facts, pdf.Fact{Label: m.T("The vote began"), Value: m.DateTime(stage.From.In(zone))}, pdf.Fact{Label: m.T("The vote ended"), Value: m.DateTime(stage.To.Add(-time.Minute).In(zone))})
	}
	facts = append(facts, pdf.Fact{Label: m.T("The urn was closed"), Value: m.DateTime(m.log.ClosedAt.In(zone))}, pdf.Fact{Label: m.T("Closed by"), Value: m.closer()},
		pdf.Fact{Label: m.T("Rules published"), Value: m.DateTime(e.Frozen.At.In(zone))})
	m.doc.Facts(facts...)
	m.code(m.T("Rules of the vote (SHA-256)"), e.Frozen.Hash)
	m.doc.Paragraph(m.T("When the urn was closed, the secret that connected ballots with voters was destroyed: nobody can tell any more whose a ballot is. The destruction stands in the audit."))
	if e.Phase == Cancelled {
		m.doc.Box(func() {
			m.doc.Paragraph(m.T("The budget was cancelled: {reason}", "reason", e.Cancelled), pdf.Strong())
		})
	}
}

// closer says who ended the vote.
func (m voteMinutes) closer() string {
	if m.edition.Phase == Cancelled {
		return m.T("The platform, because the authority cancelled the budget")
	}
	return m.T("The platform, at the end that the rules name; nobody can close it by hand")
}

// people is the turnout of all channels, and what became of the ballots.
func (m voteMinutes) people() {
	m.doc.Heading(1, m.T("Turnout"))
	var rows [][]string
	for _, ch := range m.edition.Rules.Channels {
		rows = append(rows, []string{m.T(ChannelLabel(ch)), m.shown(m.turnout.ByChannel[ch])})
	}
	rows = append(rows, []string{m.T("All together"), m.Number(m.turnout.People)})
	m.table(m.T("By way of voting"), m.T("Way of voting"), rows)
	if m.edition.Rules.Ballot.PerArea {
		rows = nil
		for _, a := range m.edition.AllAreas() {
			rows = append(rows, []string{a.Name(m.Lang()), m.shown(m.turnout.ByArea[a.Key])})
		}
		m.table(m.T("By area"), m.T("Area"), rows)
	}
	m.doc.Heading(1, m.T("Ballots"))
	facts := []pdf.Fact{{Label: m.T("Ballots that are counted"), Value: m.Number(m.turnout.Ballots)}, {Label: m.T("Of these, blank"), Value: m.Number(m.log.Blank)},
		{Label: m.T("Ballots that their voters replaced"), Value: m.Number(m.turnout.Log - m.turnout.Ballots)}, {Label: m.T("Entries of the log"), Value: m.Number(m.turnout.Log)}}
	if left := m.turnout.People - m.turnout.Ballots; left != 0 {
		facts = append(facts, pdf.Fact{Label: m.T("People ticked off whose ballot was not handed in, copied or confirmed"), Value: m.Number(left)})
	}
	m.doc.Facts(facts...)
}

// shown hides the number of a group that is too small.
func (m voteMinutes) shown(n int64) string {
	if n > 0 && n < LeastShown {
		return m.T("fewer than {n}", "n", LeastShown)
	}
	return m.Number(n)
}

func (m voteMinutes) table(summary, of string, rows [][]string) {
	m.doc.Table(pdf.Table{Summary: summary, Rows: pdf.Rows(rows), Columns: []pdf.Column{{Title: of, Share: 3}, {Title: m.T("People"), Share: 1, Align: pdf.End}}})
}

// head is the signed head, line by line, with what checks it.
func (m voteMinutes) head() {
	m.doc.Heading(1, m.T("The signed head"))
	m.doc.Paragraph(m.T("Every ballot of the vote is an entry of this log. Who keeps these lines can prove later that no entry was changed, taken out or added."))
	m.doc.Facts(pdf.Fact{Label: m.T("Entries"), Value: m.Number(m.log.Head.Size)}, pdf.Fact{Label: m.T("Root"), Value: typeset.LTR(rootOf(m.log.Head.Signed))})
	if n, err := note.Open([]byte(m.log.Head.Signed), verifiers(m.log.Key)); err == nil {
		for _, sig := range n.Sigs {
			m.code(m.T("Signature (Ed25519)"), "— "+sig.Name+" "+sig.Base64)
		}
	}
	m.code(m.T("The key with which it is checked:"), m.log.Key)
	m.doc.Paragraph(m.T("The log on the web, with its proofs:"), pdf.Small(), pdf.Muted())
	m.doc.Link(typeset.LTR(m.address), m.address)
}

// code is a long code under its label.
func (m voteMinutes) code(label, code string) {
	m.doc.Paragraph(label, pdf.Small(), pdf.Muted())
	m.doc.Paragraph(code, pdf.Small(), pdf.Reading(typeset.LeftToRight))
}

// verifiers is the list of one key; of none when it cannot be read.
func verifiers(key string) note.Verifiers {
	v, err := note.NewVerifier(key)
	if err != nil {
		return note.VerifierList()
	}
	return note.VerifierList(v)
}

// voteMinutes are the minutes of a vote that is over, for everybody.
func (h *Pages) voteMinutes(c *web.Ctx) error {
	e, err := h.Service.seesVote(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return err
	}
	name, err := h.authorityName(c, e.Authority)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := h.Service.VoteMinutes(c.Std(), e, c.Locale.Lang(), name, &out); err != nil {
		return err
	}
	c.Set("Cache-Control", "public, max-age=300")
	c.Set("Content-Type", "application/pdf")
	c.Set("Content-Disposition", `inline; filename="vote-`+e.ID+"-"+c.Locale.Lang()+`.pdf"`)
	return c.Send(out.Bytes())
}
