package citizenspace

import (
	"context"
	"slices"
	"time"

	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/mail"
	"musharaka/views/mailview"
)

// jobWorkLetter is the mail of one message of the authority to who asked.
const jobWorkLetter = "space.message_letter"

// workLetter names a message.
type workLetter struct {
	Request string `bson:"request"`
	Message string `bson:"message"`
}

// letterFresh is how old a message may be to be mailed: a request that changes
// long after does not send its thread again.
const letterFresh = 24 * time.Hour

// WriteLetters mails what the authority writes to a citizen, once. Call it before
// the jobs start.
func (s *Service) WriteLetters() {
	job.Register(s.Queue, jobWorkLetter, s.writeLetter, job.Options{})
	s.Watch(func(ctx context.Context, r Request) error {
		for _, m := range r.Messages {
			if !m.Staff || s.Clock.Now().Sub(m.At) > letterFresh {
				continue
			}
			if err := job.Enqueue(ctx, s.Queue, jobWorkLetter, r.ID+":"+m.ID, workLetter{r.ID, m.ID}, s.Clock.Now()); err != nil {
				return err
			}
		}
		return nil
	})
}

// mailOf is where who asked reads mail, and in which language; "" for nowhere: no
// address, or one that nobody wants mail at.
func (s *Service) mailOf(ctx context.Context, r Request) (to, lang string, err error) {
	if r.Citizen.By != "mail" {
		return "", "", nil
	}
	to, lang = r.Citizen.Email, r.Citizen.Lang
	if to == "" && r.Citizen.PersonID != "" {
		p, err := s.People.Person(ctx, r.Citizen.PersonID)
		if err != nil {
			return "", lang, ignoreNotFound(err)
		}
		to, lang = p.Email, p.Lang
	}
	if !slices.Contains(i18n.Languages, lang) {
		lang = "ar"
	}
	return to, lang, nil
}

// writeLetter mails one message. An answer to it goes into the thread, where a
// domain takes mail in.
func (s *Service) writeLetter(ctx context.Context, j workLetter) error {
	r, err := s.requests.Get(ctx, j.Request)
	if err != nil {
		return ignoreNotFound(err)
	}
	i := slices.IndexFunc(r.Messages, func(m Message) bool { return m.ID == j.Message })
	to, lang, err := s.mailOf(ctx, r)
	if err != nil || to == "" || i < 0 {
		return err
	}
	a, err := s.Authorities.Authority(ctx, r.Authority)
	if err != nil {
		return err
	}
	w := s.Words.Locale(lang, r.Country)
	m := mail.Message{Key: "space.message:" + r.ID + ":" + j.Message, To: to, Lang: lang, ReplyTo: s.ReplyAddress(r, s.ReplyDomain),
		Subject: w.Plain().T("Your request {reference}: a message", "reference", r.Reference)}
	letter := mailview.Letter{
		Frame:  mailview.Frame{Lang: lang, Title: m.Subject, Sender: w.T("Musharaka"), HomeURL: s.PublicURL + "/" + lang, Why: w.T("You get this mail because you made this request and asked to be told by mail.")},
		Blocks: []mailview.Block{mailview.Quote{Text: r.Messages[i].Body, By: a.Name(lang)}},
	}
	if r.State == Waiting {
		letter.Blocks = append(letter.Blocks, mailview.Paragraph(w.T("The work goes on when your answer has come.")))
	}
	if m.ReplyTo != "" {
		letter.Blocks = append(letter.Blocks, mailview.Paragraph(w.T("You can answer this mail: your answer reaches those who work on your request.")))
	}
	letter.Blocks = append(letter.Blocks, mailview.Facts{{Name: w.T("Reference"), Value: r.Reference}})
	if s.Demo {
		letter.Demo = w.T("This is a demonstration. Nothing here is real.")
	}
	if m.HTML, m.Text, err = letter.Render(ctx); err != nil {
		return err
	}
	return s.Post.Queue(ctx, m)
}
