package petition

import (
	"context"
	"strings"

	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/mail"
	"musharaka/views/mailview"
)

// What readers stop with the link in a mail: news as followers and signers,
// notices as people who serve an authority. What an agent is told belongs to
// the procedure and cannot be stopped.
const (
	newsKind = "petition.news"
	deskKind = "petition.desk"
)

// letterAbout is what a mail is about and to whom.
type letterAbout struct {
	Petition  Petition
	Authority Authority
	Tally     Tally
	Person    Person
	As        string    // asAgent, asFollower, asSigner, asStaff
	Milestone Milestone // one of these two
	Notice    string
}

// writer composes one letter in the reader's language.
type writer struct {
	letterAbout
	*i18n.Locale
	home string // of the site in the reader's language
	url  string // of the petition
}

// render writes a letter in its reader's language, as the country speaks it.
func (s *Service) render(ctx context.Context, key string, l letterAbout) (mail.Message, error) {
	house := mail.House{PublicURL: s.PublicURL, Demo: s.Demo, Unsubscribe: s.Post.UnsubscribeURL}
	w := writer{letterAbout: l, Locale: s.Words.Locale(l.Person.Lang, l.Petition.Country)}
	w.home = house.Home(w.Locale)
	w.url = w.home + "/petitions/" + l.Petition.ID
	letter := mail.Letter{Key: key, To: l.Person.Email, Preview: l.Petition.Text(w.Lang()).Object, Why: w.why(), Stop: w.T("Stop mails about petitions")}
	letter.Subject, letter.Blocks = w.compose()
	switch l.As {
	case asAgent: // learns of it whatever else was stopped
	case asStaff:
		letter.Kind = deskKind
	default:
		letter.Kind = newsKind
	}
	return house.Write(ctx, w.Locale, letter)
}

// why says why the reader gets the mail.
func (w writer) why() string {
	switch w.As {
	case asAgent:
		return w.T("You get this mail because you are the agent of this petition.")
	case asSigner:
		return w.T("You get this mail because you signed this petition and asked to learn of the answer.")
	case asStaff:
		return w.T("You get this mail because you look after petitions for an authority.")
	}
	return w.T("You get this mail because you follow this petition.")
}

// compose returns the subject and the blocks.
func (w writer) compose() (subject string, blocks []mailview.Block) {
	switch {
	case w.Milestone == Published:
		return w.published()
	case w.Milestone == HalfWay:
		return w.half()
	case w.Milestone == Reached:
		return w.reached()
	case w.Milestone == Replied:
		return w.replied()
	case w.Milestone.stepOf() > 0:
		return w.stepDone()
	case strings.HasPrefix(w.Notice, noticeDeposited):
		return w.deposited()
	case strings.HasPrefix(w.Notice, noticeRuled) && w.Petition.ruled():
		return w.ruling()
	case strings.HasPrefix(w.Notice, noticeSubmitted):
		return w.waiting(w.plain().T("A petition waits for moderation"), w.T("Read it and decide whether it can be published."))
	case strings.HasPrefix(w.Notice, noticeReached):
		return w.waiting(w.plain().T("A petition waits for an answer"), w.T("It has the signatures it needs. A reply is expected by {date}.", "date", w.Date(w.Petition.AnswerDueAt)))
	case strings.HasPrefix(w.Notice, noticeRejected) && w.Petition.Rejection != nil:
		return w.rejected()
	}
	return w.changes()
}

// waiting tells those who serve an authority what waits for them.
func (w writer) waiting(subject, what string) (string, []mailview.Block) {
	return subject, []mailview.Block{
		w.object(), mailview.Paragraph(what), w.facts(), mailview.Button{Label: w.T("See the petition"), URL: w.home + reviewPath(w.Petition)},
	}
}

// plain is the locale for a subject, where isolates may show as boxes.
func (w writer) plain() *i18n.Locale { return w.Locale.Plain() }

func (w writer) object() mailview.Block {
	return mailview.Quote{Text: w.Petition.Text(w.Lang()).Object}
}

func (w writer) see() mailview.Block {
	return mailview.Button{Label: w.T("See the petition"), URL: w.url}
}

// facts are the reference and, once there is a threshold, the count.
func (w writer) facts(more ...mailview.Fact) mailview.Block {
	all := mailview.Facts{{Name: w.T("Reference"), Value: w.Petition.Reference}, {Name: w.T("Addressed to"), Value: w.Authority.Name(w.Lang())}}
	return append(all, more...)
}

func (w writer) count() []mailview.Fact {
	facts := []mailview.Fact{{Name: w.T("Supporters"), Value: w.Number(w.Tally.Supporters)}}
	if t := w.Petition.Threshold; t.Signatures > 0 {
		facts = append(facts, mailview.Fact{Name: w.T("Valid for the threshold"), Value: w.T("{valid} of {needed}", "valid", w.Tally.Valid, "needed", t.Signatures)})
	}
	return facts
}

func (w writer) published() (string, []mailview.Block) {
	closes := mailview.Fact{Name: w.T("Open for signatures until"), Value: w.Date(w.Petition.ClosesAt)}
	blocks := []mailview.Block{w.object()}
	if n := w.Petition.Threshold.Signatures; n > 0 {
		blocks = append(blocks, mailview.Paragraph(w.N("It can be signed now. {n} valid signature is needed.", "It can be signed now. {n} valid signatures are needed.", int(n))))
	}
	if w.As == asAgent {
		blocks = append(blocks, mailview.Paragraph(w.T("Send the link to people who live or work in the territory: their signatures count towards the threshold.")))
	}
	return w.plain().T("The petition is published"), append(blocks, w.facts(closes), w.see())
}

func (w writer) half() (string, []mailview.Block) {
	return w.plain().T("Half of the signatures are collected"), []mailview.Block{
		w.object(), mailview.Paragraph(w.T("The petition has half of the valid signatures it needs.")),
		w.facts(append(w.count(), mailview.Fact{Name: w.T("Open for signatures until"), Value: w.Date(w.Petition.ClosesAt)})...), w.see(),
	}
}

func (w writer) reached() (string, []mailview.Block) {
	blocks := []mailview.Block{w.object()}
	switch {
	case w.Petition.Unserved && w.As == asAgent:
		blocks = append(blocks, mailview.Paragraph(w.T("The authority takes no part in this platform. Deposit the petition at its office and ask for a receipt: the period for its reply begins with the receipt.")))
	case w.Petition.Unserved:
		blocks = append(blocks, mailview.Paragraph(w.T("The authority takes no part in this platform. The agent deposits the petition at its office.")))
	case !w.Petition.AnswerDueAt.IsZero():
		blocks = append(blocks, mailview.Paragraph(w.T("{authority} has been told. Its reply is expected by {date}.", "authority", w.Authority.Name(w.Lang()), "date", w.Date(w.Petition.AnswerDueAt))))
	}
	return w.plain().T("The petition has the signatures it needs"), append(blocks, w.facts(w.count()...), w.see())
}

func (w writer) replied() (string, []mailview.Block) {
	name := w.Authority.Name(w.Lang())
	blocks := []mailview.Block{w.object()}
	if v, ok := w.Petition.Answer.Shown(); ok {
		blocks = append(blocks, mailview.Facts{{Name: w.T("Decision"), Value: w.T(AnswerDecisionLabel(v.Decision))}}, mailview.Quote{Text: v.Text(w.Lang()).Summary, By: name})
	}
	return w.plain().T("{authority} has answered the petition", "authority", name),
		append(blocks, mailview.Button{Label: w.T("Read the answer"), URL: w.url + "#answer"})
}

func (w writer) changes() (string, []mailview.Block) {
	return w.plain().T("Your petition needs changes before it is published"), []mailview.Block{
		w.object(), mailview.Paragraph(w.T("An officer has read it and asks for this:")), mailview.Quote{Text: w.Petition.Changes},
		mailview.Paragraph(w.T("Nothing is lost: change the text and submit it again.")),
		mailview.Button{Label: w.T("Change the petition"), URL: w.url + "/write/check"},
	}
}

func (w writer) rejected() (string, []mailview.Block) {
	r := w.Petition.Rejection
	subject := w.plain().T("Sorry, we cannot publish your petition")
	if r.TakeDown {
		subject = w.plain().T("Your petition is no longer shown")
	}
	blocks := []mailview.Block{w.object(), mailview.Paragraph(w.T(RejectionLabel(r.Code))), mailview.Quote{Text: r.Reasons}}
	if r.Code == Individual {
		blocks = append(blocks, mailview.Paragraph(w.T("The office of the authority takes requests and complaints.")))
	}
	return subject, append(blocks, mailview.Paragraph(w.T("You can write another petition that takes this into account.")), w.facts())
}
