package desk

import (
	"context"
	"slices"
	"strings"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/mail"
	"musharaka/views/mailview"
)

// mailKind is what readers stop with the link in a mail.
const mailKind = "desk.reminders"

// The notices of the desk; a key goes on after a colon.
const (
	noticeReminder  = "reminder"  // :days:deadline
	noticeEscalated = "escalated" // :day
)

// notice asks for the mails of one notice about an item.
type notice struct {
	Item   string `bson:"item"`
	Notice string `bson:"notice"`
}

// mail writes to whoever has to know: a reminder to who has the item, or to
// everybody who works on such things while nobody has it; an escalation to the
// president. Each mail has a key, so that a repeat sends none twice.
func (s *Service) mail(ctx context.Context, n notice) error {
	it, err := s.items.Get(ctx, n.Item)
	if isNotFound(err) || err == nil && it.State == Done {
		return nil // dealt with meanwhile
	}
	if err != nil {
		return err
	}
	people, err := s.readers(ctx, it, n)
	if err != nil {
		return err
	}
	for _, id := range people {
		if err := s.send(ctx, it, n, id); err != nil {
			return err
		}
	}
	return nil
}

// readers are the ids of who gets the mails of a notice.
func (s *Service) readers(ctx context.Context, it Item, n notice) ([]string, error) {
	roles := it.Roles
	switch {
	case strings.HasPrefix(n.Notice, noticeEscalated):
		roles = []auth.Role{auth.President}
	case it.Assignee != "":
		if able, err := s.able(ctx, it.Authority, it.Roles); err != nil || slices.ContainsFunc(able, func(c Colleague) bool { return c.ID == it.Assignee }) {
			return []string{it.Assignee}, err
		} // else whoever had it works here no more
	}
	able, err := s.able(ctx, it.Authority, roles)
	ids := make([]string, len(able))
	for i, c := range able {
		ids[i] = c.ID
	}
	return ids, err
}

func (s *Service) send(ctx context.Context, it Item, n notice, personID string) error {
	person, err := s.People.Person(ctx, personID)
	if isNotFound(err) || err == nil && person.Email == "" {
		return nil
	}
	if err != nil {
		return err
	}
	m, err := s.letter(ctx, it, n, person)
	if err != nil {
		return err
	}
	err = s.Post.Queue(ctx, m)
	if fault.Is(err, fault.Invalid) {
		return job.Permanent(err) // a bad address stays bad
	}
	return err
}

// letter renders a notice for one reader, as the authority's country speaks.
func (s *Service) letter(ctx context.Context, it Item, n notice, reader Person) (mail.Message, error) {
	tr, house := s.Words.Locale(reader.Lang, it.Country), mail.House{PublicURL: s.PublicURL, Demo: s.Demo, Unsubscribe: s.Post.UnsubscribeURL}
	letter := mail.Letter{Key: "desk." + n.Notice + ":" + it.ID + ":" + reader.ID, To: reader.Email, Preview: it.Title(tr.Lang()),
		Why: tr.T("You get this mail because you work on such things for an authority."), Kind: mailKind, Stop: tr.T("Stop mails about deadlines")}
	letter.Subject, letter.Blocks = s.compose(tr, it, n, house.Home(tr))
	return house.Write(ctx, tr, letter)
}

func (s *Service) compose(tr *i18n.Locale, it Item, n notice, home string) (string, []mailview.Block) {
	now, plain := s.Clock.Now(), tr.Plain()
	facts := mailview.Facts{}
	if it.Reference != "" {
		facts = append(facts, mailview.Fact{Name: tr.T("Reference"), Value: it.Reference})
	}
	if kind, ok := s.kind(it.Kind); ok {
		facts = append(facts, mailview.Fact{Name: tr.T("What is to be done"), Value: tr.T(kind.Task)})
	}
	if !it.Due.IsZero() {
		facts = append(facts, mailview.Fact{Name: tr.T("Deadline"), Value: tr.Date(it.Due.In(clock.Zone(it.Country)))})
	}
	blocks := []mailview.Block{mailview.Quote{Text: it.Title(tr.Lang())}}
	subject := ""
	if strings.HasPrefix(n.Notice, noticeEscalated) && it.Escalated != nil {
		subject = plain.T("This was brought before you")
		if it.Escalated.By == "" {
			days := -DaysLeft(now, it.Due, it.Zone())
			blocks = append(blocks, mailview.Paragraph(tr.N("Its deadline passed {n} day ago, and it still waits.", "Its deadline passed {n} days ago, and it still waits.", days)))
		} else {
			blocks = append(blocks, mailview.Paragraph(tr.T("A colleague asks you to look at it, for this reason:")), mailview.Quote{Text: it.Escalated.Reason})
		}
	} else {
		subject = deadlineSubject(plain, DaysLeft(now, it.Due, it.Zone()))
		blocks = append(blocks, mailview.Paragraph(tr.T("It still waits at your desk.")))
	}
	return subject, append(blocks, facts, mailview.Button{Label: tr.T("Open it at the desk"), URL: home + "/desk/items/" + it.ID})
}

// deadlineSubject says how near a deadline is.
func deadlineSubject(tr *i18n.Locale, days int) string {
	switch {
	case days < 0:
		return tr.N("A deadline passed {n} day ago", "A deadline passed {n} days ago", -days)
	case days == 0:
		return tr.T("A deadline ends today")
	}
	return tr.N("A deadline ends in {n} day", "A deadline ends in {n} days", days)
}
