package council

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/pdf"
	"musharaka/modules/kit/typeset"
)

// keepMinutes draws the minutes of a session and keeps them; it returns the
// file and the SHA-256 of its bytes.
func (s *Service) keepMinutes(ctx context.Context, x Session) (id, sum string, err error) {
	body, err := s.DrawMinutes(ctx, x)
	if err != nil {
		return "", "", err
	}
	kept, err := s.Files.Accept(ctx, file.Upload{
		Subject: "council_session:" + x.ID, Name: "minutes-" + x.StartsAt.Format(time.DateOnly) + ".pdf", Body: bytes.NewReader(body),
		Limits: file.Documents, Public: true,
	})
	return kept.ID, kept.SHA256, fault.Wrap("council.keepMinutes", err)
}

// Minutes opens the kept minutes of a session; NotFound before they are public.
func (s *Service) Minutes(ctx context.Context, x Session) (io.ReadCloser, file.File, error) {
	return s.kept(ctx, x.Minutes)
}

// kept opens a file of this module's own; NotFound for none.
func (s *Service) kept(ctx context.Context, id string) (io.ReadCloser, file.File, error) {
	if id == "" {
		return nil, file.File{}, errNone
	}
	f, err := s.Files.Get(ctx, id)
	if err != nil {
		return nil, f, err
	}
	body, err := s.Files.Read(ctx, f, file.Full)
	return body, f, err
}

// minutes draws the minutes of one session.
type minutes struct {
	*i18n.Locale
	doc       *pdf.Document
	session   Session
	authority Authority
	present   []Mandate
	address   string
}

// DrawMinutes draws the minutes of a session in the authority's language. The
// same session gives the same bytes.
func (s *Service) DrawMinutes(ctx context.Context, x Session) ([]byte, error) {
	a, err := s.authority(ctx, x.Authority)
	if err != nil {
		return nil, err
	}
	settings, err := s.SettingsOf(ctx, x.Authority)
	if err != nil {
		return nil, err
	}
	present, err := s.present(ctx, x)
	if err != nil {
		return nil, err
	}
	l := s.Words.Locale(settings.Lang, a.Country).Plain()
	m := minutes{Locale: l, session: x, authority: a, present: present, address: s.PublicURL + "/" + l.Lang() + sessionPath(x)}
	return m.draw()
}

func (m minutes) draw() ([]byte, error) {
	x, name := m.session, m.authority.Name(m.Lang())
	title := m.T("Minutes of the {session}", "session", sessionName(m.Locale, x))
	m.doc = pdf.New(pdf.Options{
		Lang: m.Lang(), Title: title, Author: name, Created: x.ClosedAt.In(clock.Zone(x.Country)), Running: title, Footer: name,
		PageLabel: func(page, pages int) string { return m.T("Page {n} of {total}", "n", page, "total", pages) },
	})
	m.doc.Letterhead(pdf.Letterhead{Over: name + " · " + m.T(x.Body.Name(x.Country)), Title: title, Under: m.DateTime(x.StartsAt), Code: m.address})
	m.facts()
	m.attendance()
	m.doc.Heading(1, m.T("Agenda and decisions"))
	for i, item := range x.Agenda {
		m.item(i+1, item)
	}
	if x.Remarks != "" {
		m.doc.Heading(1, m.T("Remarks"))
		m.doc.Paragraph(x.Remarks)
	}
	m.doc.Space(16)
	m.doc.Sign(m.T("President of the session"), m.T("Rapporteur"))
	var out bytes.Buffer
	_, err := m.doc.WriteTo(&out)
	return out.Bytes(), err
}

func (m minutes) facts() {
	x := m.session
	facts := []pdf.Fact{
		{Label: m.T("Kind"), Value: m.T(kindLabels[x.Kind])}, {Label: m.T("Where"), Value: x.Place},
		{Label: m.T("Members told on"), Value: m.Date(x.NoticeAt)},
	}
	if x.Notice.Known() {
		facts = append(facts, pdf.Fact{Label: m.T("Notice by the rules"), Value: ruleText(m.Locale, x.Notice)})
	}
	if x.LateReason != "" {
		facts = append(facts, pdf.Fact{Label: m.T("Reason for the short notice"), Value: x.LateReason})
	}
	if x.Chair != "" {
		facts = append(facts, pdf.Fact{Label: m.T("In the chair"), Value: x.Chair})
	}
	facts = append(facts, pdf.Fact{Label: m.T("Members present"), Value: m.T("{present} of {members} in office", "present", len(x.Present), "members", x.Members)})
	facts = append(facts, pdf.Fact{Label: m.T("Quorum"), Value: quorumText(m.Locale, x)})
	m.doc.Facts(facts...)
}

func (m minutes) attendance() {
	m.doc.Heading(1, m.T("Members present"))
	var rows [][]string
	for i, p := range m.present {
		rows = append(rows, []string{strconv.Itoa(i + 1), p.Name, m.T(functionLabels[p.Function])})
	}
	m.doc.Table(pdf.Table{
		Columns: []pdf.Column{{Title: m.T("No."), Share: 0.3, Align: pdf.End}, {Title: m.T("Name"), Share: 2}, {Title: m.T("Function"), Share: 1.4}},
		Rows:    pdf.Rows(rows), Summary: m.T("Members present"),
	})
}

func (m minutes) item(n int, i Item) {
	m.doc.Heading(2, m.T("{n}. {title}", "n", n, "title", i.Title))
	if i.Subject.Reference != "" {
		m.doc.Paragraph(typeset.LTR(i.Subject.Reference), pdf.Small(), pdf.Muted())
	}
	if i.Text != "" {
		m.doc.Paragraph(i.Text)
	}
	if i.Outcome == "" {
		m.doc.Paragraph(m.T("Not dealt with"), pdf.Muted())
		return
	}
	m.doc.Box(func() {
		line := m.T(outcomeLabels[i.Outcome])
		if i.Number > 0 {
			line = m.T("Decision no. {number}: {outcome}", "number", decisionLabel(m.session, i), "outcome", line)
		}
		m.doc.Paragraph(line, pdf.Strong())
		if i.Outcome.Voted() {
			m.doc.Paragraph(votesText(m.Locale, i.For, i.Against, i.Abstain))
		}
		if i.Decision != "" {
			m.doc.Paragraph(i.Decision)
		}
	})
}

func decisionLabel(x Session, i Item) string {
	return Decision{Year: x.Year(), Number: i.Number}.Label()
}

// ruleText says a rule of the packs with its source, and its mark where nobody
// has verified it.
func ruleText(l *i18n.Locale, r Rule) string {
	text := r.figure().Words(l) + "\n" + sourceText(l, r)
	if r.Platform {
		return text
	}
	if !r.Verified {
		text += "\n✎ " + l.T("Not yet checked against the official journal.")
	}
	return text
}

// sourceText names where a rule stands.
func sourceText(l *i18n.Locale, r Rule) string {
	if r.Platform {
		return l.T("Rule of the platform, not of the law")
	}
	var parts []string
	if !r.Law.IsZero() {
		parts = append(parts, r.Law.In(l.Lang()))
	}
	if r.Article != "" {
		parts = append(parts, l.T("article {article}", "article", r.Article))
	}
	if len(parts) == 0 {
		parts = append(parts, r.Source.In(l.Lang()))
	}
	return strings.Join(parts, l.C("list", ", "))
}

// quorumText says how many must be there, by which rule, and whether they were.
func quorumText(l *i18n.Locale, x Session) string {
	switch {
	case x.Quorum.Known() && x.Call >= 3:
		return l.T("Called for the third time: whatever the number present") + "\n" + sourceText(l, x.Quorum)
	case !x.Quorum.Known():
		return l.T("The rules that apply here give no number")
	}
	met := l.T("Reached: {needed} were needed", "needed", x.Needed())
	if !x.QuorumMet() {
		met = l.T("Not reached: {needed} were needed", "needed", x.Needed())
	}
	return met + "\n" + sourceText(l, x.Quorum)
}

func votesText(l *i18n.Locale, yes, no, none int) string {
	return l.T("For: {yes} · against: {no} · abstained: {none}", "yes", yes, "no", no, "none", none)
}

// sessionName says which session it is: "ordinary session of 14 October 2026".
func sessionName(l *i18n.Locale, x Session) string {
	if x.Kind == Extraordinary {
		return l.T("extraordinary session of {date}", "date", l.Date(x.StartsAt))
	}
	return l.T("ordinary session of {date}", "date", l.Date(x.StartsAt))
}

// bodyName says who decides, in the words of the country.
func bodyName(l *i18n.Locale, kind law.BodyKind) string { return l.T(kind.Name(l.Country())) }
