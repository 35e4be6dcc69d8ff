package petition

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/mail"
	"musharaka/modules/kit/store"
)

// The kinds of job of this module.
const (
	jobAnnounce   = "petition.announce"
	jobMail       = "petition.mail"
	jobTell       = "petition.tell_agent"
	jobStaff      = "petition.tell_staff"
	jobReevaluate = "petition.reevaluate"
	jobForget     = "petition.forget"
	jobBatch      = "petition.batch"
	jobComments   = "petition.comments"
)

// The notices to an agent, and to those who serve the authority; a key goes on
// after a colon where a notice can come more than once.
const (
	noticeChanges   = "changes"
	noticeRejected  = "rejected"
	noticeSubmitted = "submitted"
	noticeReached   = "reached"
)

// stampOf tells two notices of one kind apart.
func stampOf(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 36) }

// announcement tells the followers of a petition of a milestone, page by page:
// each job takes a bounded number of them and leaves the rest to the next.
type announcement struct {
	Petition  string    `bson:"petition"`
	Milestone Milestone `bson:"milestone"`
	List      string    `bson:"list"` // "" begins: the agent and then listFollowers; listNews after them
	After     string    `bson:"after"`
	Part      int       `bson:"part"`
}

// personalMail is one mail to one person.
type personalMail struct {
	Petition  string    `bson:"petition"`
	Milestone Milestone `bson:"milestone,omitempty"` // one of these two
	Notice    string    `bson:"notice,omitempty"`
	Person    string    `bson:"person"`
	As        string    `bson:"as"` // asAgent, asFollower, asSigner, asStaff
}

// about names what a mail tells, in keys.
func (m personalMail) about() string { return cmp.Or(string(m.Milestone), "staff_"+m.Notice) }

// What the reader of a mail is to the petition.
const (
	asAgent    = "agent"
	asFollower = "follower"
	asSigner   = "signer"
	asStaff    = "staff"
)

// notice tells the agent alone.
type notice struct {
	Petition string `bson:"petition"`
	Notice   string `bson:"notice"`
}

type personJob struct {
	Person string `bson:"person"`
}

const (
	listFollowers = "followers"
	announcePage  = 500
	announcePages = 10 // in one job
)

func (s *Service) registerJobs() {
	job.Register(s.Queue, jobAnnounce, s.tellFollowers, job.Options{Timeout: 5 * time.Minute})
	job.Register(s.Queue, jobMail, s.mailPerson, job.Options{})
	job.Register(s.Queue, jobTell, s.tellAgent, job.Options{})
	job.Register(s.Queue, jobStaff, s.tellStaff, job.Options{})
	job.Register(s.Queue, jobReevaluate, func(ctx context.Context, j personJob) error { return s.Reevaluate(ctx, j.Person) }, job.Options{Again: true, Timeout: 5 * time.Minute})
	job.Register(s.Queue, jobForget, s.forget, job.Options{Again: true, Timeout: 10 * time.Minute})
	job.Register(s.Queue, jobBatch, s.workBatch, job.Options{Again: true, Timeout: 5 * time.Minute})
	job.Register(s.Queue, jobComments, s.tellOfComments, job.Options{Again: true})
	s.Queue.Every("petition.sheets", 5*time.Minute, s.sweepSheets)
	s.Queue.Every("petition.batches", 5*time.Minute, s.sweepBatches)
	s.Queue.Every("petition.watch", 10*time.Minute, s.SeekBursts)
	s.registerDepositJobs()
	s.Queue.Every("petition.retention", 24*time.Hour, s.sweepRetention)
	s.Queue.Every("petition.clock", time.Minute, s.tick)
	s.Queue.Every("petition.tasks", 30*time.Second, s.sweepTasks)
	s.Queue.Every("petition.tallies", time.Minute, s.recoverTallies)
}

// tellFollowers enqueues one mail for each person who is to learn of a
// milestone. It is safe to repeat: a mail's key is petition, milestone and person.
func (s *Service) tellFollowers(ctx context.Context, a announcement) error {
	p, err := s.petitions.Get(ctx, a.Petition)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if a.List == "" {
		a.List = listFollowers
		if p.Agent.PersonID != "" {
			if err := s.enqueueMails(ctx, a, []string{p.Agent.PersonID}, asAgent); err != nil {
				return err
			}
		}
	}
	for range announcePages {
		people, as, next, err := s.recipients(ctx, a)
		if err != nil {
			return err
		}
		if err := s.enqueueMails(ctx, a, people, as); err != nil {
			return err
		}
		switch {
		case next != "":
			a.After = next
		case a.List == listFollowers && (a.Milestone == Replied || a.Milestone.stepOf() > 0):
			a.List, a.After = listNews, ""
		default:
			return nil
		}
	}
	a.Part++
	key := fmt.Sprintf("%s:%s:%d", a.Petition, a.Milestone, a.Part)
	return job.Enqueue(ctx, s.Queue, jobAnnounce, key, a, s.Clock.Now())
}

// recipients returns one page of the people on the announcement's list.
func (s *Service) recipients(ctx context.Context, a announcement) (people []string, as, next string, err error) {
	if a.List == listNews {
		page, err := s.signatures.Find(ctx, store.Query{Index: "lists", Equal: []any{listNews + "|" + a.Petition}, After: a.After, Limit: announcePage})
		for _, sig := range page.Items {
			people = append(people, sig.Person)
		}
		return people, asSigner, page.Next, err
	}
	page, err := s.followers.Find(ctx, store.Query{Index: "petition", Equal: []any{a.Petition}, After: a.After, Limit: announcePage})
	for _, f := range page.Items {
		people = append(people, f.Person)
	}
	return people, asFollower, page.Next, err
}

func (s *Service) enqueueMails(ctx context.Context, a announcement, people []string, as string) error {
	mails := make([]personalMail, len(people))
	for i, person := range people {
		mails[i] = personalMail{Petition: a.Petition, Milestone: a.Milestone, Person: person, As: as}
	}
	return s.enqueue(ctx, mails)
}

func (s *Service) enqueue(ctx context.Context, mails []personalMail) error {
	now := s.Clock.Now()
	items := make([]job.Item[personalMail], len(mails))
	for i, m := range mails {
		items[i] = job.Item[personalMail]{Key: m.Petition + ":" + m.about() + ":" + m.Person, Payload: m, At: now}
	}
	_, err := job.EnqueueMany(ctx, s.Queue, jobMail, items)
	return err
}

// tellStaff tells those who serve the authority that a petition waits for
// them: its officers for moderation, its officers and president for a reply.
func (s *Service) tellStaff(ctx context.Context, n notice) error {
	p, err := s.petitions.Get(ctx, n.Petition)
	if isNotFound(err) || s.Staff == nil {
		return nil
	}
	if err != nil {
		return err
	}
	org, roles := p.Authority, []auth.Role{auth.Officer, auth.President}
	if strings.HasPrefix(n.Notice, noticeSubmitted) {
		org, roles = p.Moderator(), []auth.Role{auth.Officer}
		if p.Unserved {
			roles = []auth.Role{auth.Administrator}
		}
	} else if p.Unserved { // its people are not here to be told
		return nil
	}
	people, err := s.Staff.HoldersOf(ctx, org, roles...)
	if err != nil {
		return err
	}
	mails := make([]personalMail, len(people))
	for i, person := range people {
		mails[i] = personalMail{Petition: p.ID, Notice: n.Notice, Person: person, As: asStaff}
	}
	return s.enqueue(ctx, mails)
}

// mailPerson writes one person's mail.
func (s *Service) mailPerson(ctx context.Context, m personalMail) error {
	p, person, ok, err := s.reader(ctx, m.Petition, m.Person)
	if err != nil || !ok {
		return err
	}
	t, err := s.tallyNow(ctx, p.ID)
	if err != nil {
		return err
	}
	a, err := s.authority(ctx, p.Authority)
	if err != nil {
		return err
	}
	letter := letterAbout{Petition: p, Authority: a, Tally: t, Person: person, As: m.As, Milestone: m.Milestone, Notice: m.Notice}
	return s.send(ctx, "petition."+m.about()+":"+p.ID+":"+person.ID, letter)
}

// tellAgent writes to the agent about what an officer decided.
func (s *Service) tellAgent(ctx context.Context, n notice) error {
	p, err := s.petitions.Get(ctx, n.Petition)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	p, person, ok, err := s.reader(ctx, p.ID, p.Agent.PersonID)
	if err != nil || !ok {
		return err
	}
	a, err := s.authority(ctx, p.Authority)
	if err != nil {
		return err
	}
	return s.send(ctx, "petition."+n.Notice+":"+p.ID, letterAbout{Petition: p, Authority: a, Person: person, As: asAgent, Notice: n.Notice})
}

// reader returns the petition and the person of a mail; false when there is
// nobody to write to.
func (s *Service) reader(ctx context.Context, petitionID, personID string) (Petition, Person, bool, error) {
	p, err := s.petitions.Get(ctx, petitionID)
	if isNotFound(err) || err == nil && personID == "" {
		return p, Person{}, false, nil
	}
	if err != nil {
		return p, Person{}, false, err
	}
	person, err := s.People.Person(ctx, personID)
	if isNotFound(err) {
		return p, person, false, nil
	}
	return p, person, err == nil && person.Email != "", err
}

// send renders a letter and queues it. A letter that can never be sent (a bad
// address) is no reason to try again.
func (s *Service) send(ctx context.Context, key string, l letterAbout) error {
	m, err := s.render(ctx, key, l)
	if err != nil {
		return err
	}
	err = s.Post.Queue(ctx, m)
	if fault.Is(err, fault.Invalid) {
		return job.Permanent(err)
	}
	return err
}

// Post sends mails: the outbox of kit/mail.
type Post interface {
	Queue(ctx context.Context, m mail.Message) error
	UnsubscribeURL(to, kind string) string
}
