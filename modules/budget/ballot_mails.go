package budget

import (
	"context"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/mail"
	"musharaka/views/mailview"
)

func (s *Service) enqueueReminder(ctx context.Context, key string, j reminderJob) error {
	return job.Enqueue(ctx, s.Queue, jobRemind, key, j, s.Clock.Now())
}

// remind tells one person that their ballot is not confirmed. It does not say
// what they filled in. Whoever has confirmed meanwhile is told nothing.
func (s *Service) remind(ctx context.Context, j reminderJob) error {
	e, err := s.Edition(ctx, auth.System, j.Edition)
	if isNotFound(err) || err == nil && !e.Open(Voting, s.Clock.Now()) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := s.reminders.Get(ctx, reminderID(j.Edition, j.Person)); isNotFound(err) {
		return nil
	} else if err != nil {
		return err
	}
	p, err := s.People.Person(ctx, j.Person)
	if isNotFound(err) || err == nil && p.Email == "" {
		return nil
	}
	if err != nil {
		return err
	}
	key := "budget.unconfirmed:" + j.Edition + ":" + j.Person
	if j.Last {
		key += ":last"
	}
	m, err := s.reminderMail(ctx, key, e, p)
	if err != nil {
		return job.Permanent(err)
	}
	return s.Post.Queue(ctx, m)
}

func (s *Service) reminderMail(ctx context.Context, key string, e Edition, p Person) (mail.Message, error) {
	w, house := s.Words.Locale(p.Lang, e.Country), mail.House{PublicURL: s.PublicURL, Demo: s.Demo}
	title := e.Title(w.Lang())
	return house.Write(ctx, w, mail.Letter{
		Key: key, To: p.Email, Subject: w.Plain().T("Your ballot is not counted yet"), Preview: title,
		Why: w.T("You get this mail because you began to vote and did not confirm your ballot."),
		Blocks: []mailview.Block{
			mailview.Paragraph(w.T("You filled in a ballot for “{title}” and did not confirm it. A ballot that is not confirmed is not counted.", "title", title)),
			mailview.Paragraph(w.T("You can confirm or change it until {date}.", "date", w.DateTime(lastMoment(e)))),
			mailview.Button{Label: w.T("Look at my ballot and confirm it"), URL: house.Home(w) + "/budgets/" + e.ID + "/vote/confirm"},
		},
	})
}
