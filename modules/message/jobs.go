package message

import (
	"context"
	"fmt"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/mail"
	"musharaka/modules/kit/store"
	"musharaka/views/mailview"
)

// The kinds of job of this module, and the kind of mail a reader can stop.
const (
	jobSend = "message.send"
	jobMail = "message.mail"

	MailKind = "petition.messages"
)

// sending hands one page of followers to the post.
type sending struct {
	Message string `bson:"message"`
	Part    int    `bson:"part"`
	After   string `bson:"after"`
}

// personalMail is one mail to one person.
type personalMail struct {
	Message string `bson:"message"`
	Person  string `bson:"person"`
}

const pageSize = 500

func (s *Service) registerJobs() {
	job.Register(s.Queue, jobSend, s.send, job.Options{Timeout: 5 * time.Minute})
	job.Register(s.Queue, jobMail, s.mailPerson, job.Options{})
	s.Queue.Every("message.unsent", 5*time.Minute, s.sweep)
}

func (s *Service) enqueue(ctx context.Context, id string, part int, after string) error {
	return job.Enqueue(ctx, s.Queue, jobSend, fmt.Sprintf("%s:%d", id, part), sending{Message: id, Part: part, After: after}, s.Clock.Now())
}

// send enqueues a mail for each follower on one page and then the next page. The
// count grows with the page, by compare-and-set on the page's number: whoever
// repeats the page adds nothing.
func (s *Service) send(ctx context.Context, j sending) error {
	m, err := s.all.Get(ctx, j.Message)
	if isNotFound(err) || err == nil && (m.State != Sending || m.Part > j.Part) {
		return nil
	}
	if err != nil {
		return err
	}
	people, next, err := s.Petitions.Followers(ctx, m.Petition, j.After, pageSize)
	if err != nil {
		return err
	}
	items := make([]job.Item[personalMail], len(people))
	for i, person := range people {
		items[i] = job.Item[personalMail]{Key: m.ID + ":" + person, Payload: personalMail{Message: m.ID, Person: person}, At: s.Clock.Now()}
	}
	fresh, err := job.EnqueueMany(ctx, s.Queue, jobMail, items)
	if err != nil {
		return err
	}
	if next != "" {
		if err := s.enqueue(ctx, m.ID, j.Part+1, next); err != nil {
			return err
		}
	}
	_, err = s.all.Update(ctx, m.ID, func(m *Message) error {
		if m.Part != j.Part || m.State != Sending {
			return store.ErrUnchanged
		}
		m.Part, m.Handed = j.Part+1, m.Handed+int64(fresh)
		return nil
	})
	if err == nil && next == "" {
		_, err = s.act(ctx, auth.System, m.ID, actFinish, "", nil)
	}
	return err
}

// sweep begins again what a crash kept from being enqueued: a page that is
// enqueued already, or done, is enqueued by nobody twice.
func (s *Service) sweep(ctx context.Context) error {
	return s.all.Each(ctx, store.Query{Index: "lists", Equal: []any{listSending}, Limit: 50}, func(m Message) error {
		if m.Part > 0 { // the page before has enqueued the next
			return nil
		}
		return s.enqueue(ctx, m.ID, 0, "")
	})
}

// mailPerson writes the message to one reader.
func (s *Service) mailPerson(ctx context.Context, j personalMail) error {
	m, err := s.all.Get(ctx, j.Message)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	hears, err := s.Petitions.Hears(ctx, m.Petition, j.Person)
	if err != nil || !hears {
		return err
	}
	person, err := s.People.Person(ctx, j.Person)
	if isNotFound(err) || err == nil && person.Email == "" {
		return nil
	}
	if err != nil {
		return err
	}
	p, err := s.Petitions.Petition(ctx, m.Petition)
	if isNotFound(err) { // taken out of sight meanwhile
		return nil
	}
	if err != nil {
		return err
	}
	letter, err := s.render(ctx, m, p, person)
	if err != nil {
		return err
	}
	if err = s.Post.Queue(ctx, letter); fault.Is(err, fault.Invalid) {
		return job.Permanent(err)
	}
	return err
}

// render writes the frame in the reader's language around the sender's words.
func (s *Service) render(ctx context.Context, m Message, p Petition, person Person) (mail.Message, error) {
	l, house := s.Words.Locale(person.Lang, p.Country), mail.House{PublicURL: s.PublicURL, Demo: s.Demo, Unsubscribe: s.Post.UnsubscribeURL}
	object, by := p.Object(l.Lang()), l.T("The agent of the petition")
	if m.Sender != "" {
		by = m.Sender
	}
	return house.Write(ctx, l, mail.Letter{
		Key: "message:" + m.ID + ":" + person.ID, To: person.Email, Subject: m.Subject, Preview: object, Kind: MailKind, Stop: l.T("Stop messages of agents and campaigns"),
		Why: l.T("You get this mail because you follow this petition or asked for news of it. An officer has read it before it was sent; the words are the sender’s."),
		Blocks: []mailview.Block{
			mailview.Quote{Text: m.Body, By: by}, mailview.Facts{{Name: l.T("Petition"), Value: object}, {Name: l.T("Reference"), Value: p.Reference}},
			mailview.Button{Label: l.T("See the petition"), URL: house.Home(l) + "/petitions/" + p.ID},
		},
	})
}
