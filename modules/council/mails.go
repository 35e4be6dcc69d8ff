package council

import (
	"context"
	"fmt"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/mail"
	"musharaka/modules/kit/store"
	"musharaka/views/mailview"
)

// What readers stop with the link in a mail.
const (
	newsKind = "council.news" // followers of a question
	deskKind = "council.desk" // those who serve an authority
)

// The kinds of job.
const (
	jobSpread = "council.spread" // whom to tell of an act
	jobLetter = "council.letter" // one mail
)

// tells are the acts that somebody is told of by mail.
var tells = map[Act]bool{ActRegister: true, ActRefuseEntry: true, ActAnswer: true, ActOpenCall: true, ActRefuseCall: true, ActReach: true, ActAccept: true, ActDecline: true}

// spreadJob is an act that people are told of; Turn is its place in the history.
type spreadJob struct {
	Kind string `bson:"kind"`
	ID   string `bson:"id"`
	Act  Act    `bson:"act"`
	Turn int    `bson:"turn"`
}

// letterJob is one mail.
type letterJob struct {
	Told   spreadJob `bson:"told"`
	Person string    `bson:"person"`
	As     Role      `bson:"as"` // AsOwner, AsReader (a follower), AsOfficer
}

func (s *Service) registerJobs() {
	job.Register(s.Queue, jobSpread, s.spread, job.Options{})
	job.Register(s.Queue, jobLetter, s.letter, job.Options{})
}

// Start begins the periodic work.
func (s *Service) Start() {
	s.Queue.Every("council.settle", settleEvery, s.Settle)
	s.Queue.Every("council.calls", time.Hour, s.EndCalls)
}

// spread queues a letter for everybody who is told of an act.
func (s *Service) spread(ctx context.Context, j spreadJob) error {
	var items []job.Item[letterJob]
	add := func(person string, as Role) {
		if person == "" || slices.ContainsFunc(items, func(i job.Item[letterJob]) bool { return i.Payload.Person == person }) {
			return
		}
		items = append(items, job.Item[letterJob]{Key: fmt.Sprintf("%s:%d:%s", j.ID, j.Turn, person), Payload: letterJob{j, person, as}, At: s.Clock.Now()})
	}
	flush := func() error {
		_, err := job.EnqueueMany(ctx, s.Queue, jobLetter, items)
		items = nil
		return err
	}
	owner, authority, err := s.whose(ctx, j)
	if isGone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	add(owner, AsOwner)
	if j.Act == ActReach {
		staff, err := s.Staff.HoldersOf(ctx, authority, auth.Officer, auth.President)
		if err != nil {
			return err
		}
		for _, id := range staff {
			add(id, AsOfficer)
		}
	}
	if j.Act == ActAnswer {
		err := s.follows.Each(ctx, store.Query{Index: "question", Equal: []any{j.ID}, Limit: 500}, func(f Follow) error {
			add(f.PersonID, AsReader)
			if len(items) >= 500 {
				return flush()
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return flush()
}

// whose returns who owns the document of a job, and its authority.
func (s *Service) whose(ctx context.Context, j spreadJob) (owner, authority string, err error) {
	if j.Kind == "question" {
		q, err := s.questions.Get(ctx, j.ID)
		return q.PersonID, q.Authority, err
	}
	c, err := s.calls.Get(ctx, j.ID)
	return c.PersonID, c.Authority, err
}

func isGone(err error) bool { return fault.Is(err, fault.NotFound) }

// letter renders and queues one mail. Who has no verified address, or is gone,
// gets none.
func (s *Service) letter(ctx context.Context, j letterJob) error {
	p, err := s.People.Person(ctx, j.Person)
	if isGone(err) || err == nil && p.Email == "" {
		return nil
	}
	if err != nil {
		return err
	}
	w, err := s.writerFor(ctx, j, p)
	if isGone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	m, err := w.render(ctx, s)
	if err != nil {
		return err
	}
	return s.Post.Queue(ctx, m)
}

// writer composes one letter in the reader's language.
type writer struct {
	letterJob
	*i18n.Locale
	person    Person
	authority Authority
	question  Question
	call      Call
	home      string
}

func (s *Service) writerFor(ctx context.Context, j letterJob, p Person) (writer, error) {
	w := writer{letterJob: j, person: p}
	var err error
	id := ""
	if j.Told.Kind == "question" {
		w.question, err = s.questions.Get(ctx, j.Told.ID)
		id = w.question.Authority
	} else {
		w.call, err = s.calls.Get(ctx, j.Told.ID)
		id = w.call.Authority
	}
	if err != nil {
		return w, err
	}
	if w.authority, err = s.authority(ctx, id); err != nil {
		return w, err
	}
	w.Locale = s.Words.Locale(p.Lang, w.authority.Country)
	w.home = s.PublicURL + "/" + w.Lang()
	return w, nil
}

func (w writer) render(ctx context.Context, s *Service) (mail.Message, error) {
	subject, title, blocks := w.compose()
	key := fmt.Sprintf("council:%s:%d:%s", w.Told.ID, w.Told.Turn, w.person.ID)
	letter := mail.Letter{Key: key, To: w.person.Email, Subject: subject, Preview: title, Why: w.why(), Stop: w.T("Stop these mails"),
		Blocks: append([]mailview.Block{mailview.Quote{Text: title}}, blocks...)}
	switch w.As {
	case AsOwner: // learns of it whatever else was stopped
	case AsOfficer:
		letter.Kind = deskKind
	default:
		letter.Kind = newsKind
	}
	return mail.House{PublicURL: s.PublicURL, Demo: s.Demo, Unsubscribe: s.Post.UnsubscribeURL}.Write(ctx, w.Locale, letter)
}

func (w writer) why() string {
	switch w.As {
	case AsOwner:
		return w.T("You get this mail because you wrote this.")
	case AsOfficer:
		return w.T("You get this mail because you serve this authority.")
	}
	return w.T("You get this mail because you follow this question.")
}

// compose returns the subject, what it is about, and the blocks.
func (w writer) compose() (subject, title string, blocks []mailview.Block) {
	if w.Told.Kind == "question" {
		subject, blocks = w.aboutQuestion()
		return subject, w.question.Title, blocks
	}
	subject, blocks = w.aboutCall()
	return subject, w.call.Title, blocks
}

func (w writer) aboutQuestion() (string, []mailview.Block) {
	q, plain := w.question, w.Locale.Plain()
	see := mailview.Button{Label: w.T("See it in the register"), URL: w.home + questionPath(q)}
	facts := mailview.Facts{{Name: w.T("Reference"), Value: q.Reference}, {Name: w.T("Addressed to"), Value: w.authority.Name(w.Lang())}}
	switch w.Told.Act {
	case ActRegister:
		blocks := []mailview.Block{mailview.Paragraph(w.T("It is in the public register now."))}
		if !q.DueAt.IsZero() {
			blocks = append(blocks, mailview.Paragraph(w.T("An answer is expected by {date}.", "date", w.Date(q.DueAt))))
		}
		return plain.T("Your entry is in the register"), append(blocks, facts, see)
	case ActRefuseEntry:
		return plain.T("Your entry is not in the register"), []mailview.Block{
			mailview.Paragraph(w.T("An officer has read it and gives this reason:")), mailview.Quote{Text: q.Refusal}, facts}
	}
	return plain.T("{authority} has answered", "authority", w.authority.Name(w.Lang())), []mailview.Block{mailview.Quote{Text: q.Answer, By: w.authority.Name(w.Lang())}, facts, see}
}

func (w writer) aboutCall() (string, []mailview.Block) {
	c, plain := w.call, w.Locale.Plain()
	facts := mailview.Facts{{Name: w.T("Kind"), Value: w.T(callLabels[c.Kind])}, {Name: w.T("Addressed to"), Value: w.authority.Name(w.Lang())}}
	see := mailview.Button{Label: w.T("See what is asked for"), URL: w.home + callPath(c)}
	if w.As == AsOfficer {
		see.URL = w.home + deskPath(c.Authority) + "/calls/" + c.ID
	}
	switch w.Told.Act {
	case ActOpenCall:
		return plain.T("Your request is published"), []mailview.Block{mailview.Paragraph(w.T("It can be supported now, until {date}.", "date", w.Date(c.ClosesAt))), facts, see}
	case ActRefuseCall:
		return plain.T("Your request is not published"), []mailview.Block{mailview.Paragraph(w.T("An officer has read it and gives this reason:")), mailview.Quote{Text: c.Refusal}, facts}
	case ActReach:
		return plain.T("Enough people support the request"), []mailview.Block{mailview.Paragraph(w.T("The authority now sets a date, or says with reasons why not. It checks the supporters against the electoral roll.")), facts, see}
	case ActDecline:
		return plain.T("The request was declined"), []mailview.Block{mailview.Quote{Text: c.Reasons, By: w.authority.Name(w.Lang())}, facts, see}
	}
	return plain.T("A date is set"), []mailview.Block{mailview.Facts{{Name: w.T("When"), Value: w.DateTime(c.MeetsAt)}, {Name: w.T("Where"), Value: c.Place}}, facts, see}
}

func questionPath(q Question) string { return "/councils/" + q.Authority + "/questions/" + q.ID }
func callPath(c Call) string         { return "/councils/" + c.Authority + "/calls/" + c.ID }
func sessionPath(x Session) string   { return "/councils/" + x.Authority + "/sessions/" + x.ID }
func decisionPath(d Decision) string { return "/councils/" + d.Authority + "/decisions/" + d.Slug() }
func opinionPath(o Opinion) string   { return "/councils/" + o.Authority + "/opinions/" + o.ID }
func bodyPath(authority, kind string) string {
	return "/councils/" + authority + "/bodies/" + kind
}
