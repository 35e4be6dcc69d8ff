package budget

import (
	"context"
	"slices"
	"strconv"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/mail"
	"musharaka/modules/kit/store"
	"musharaka/views/mailview"
)

// The notices: what the people whom a proposal concerns are told.
const (
	NoticeSubmitted    = "submitted" // to officers
	NoticePublished    = "published"
	NoticeReturned     = "returned"
	NoticeRejected     = "rejected"
	NoticeMergeOffered = "merge_offered"
	NoticeMerged       = "merged"
	NoticeAssigned     = "assigned"
	NoticeFeasible     = "feasible"
	NoticeUnfeasible   = "unfeasible"
	NoticeSecond       = "second_opinion"
	NoticeListed       = "listed" // on the ballot, or before the delegates
	NoticeFunded       = "funded"
	NoticeNotFunded    = "not_funded"
)

// toFollowers are the notices that followers get too, and their sentences.
var noticeWords = map[string]struct {
	subject   string
	followers bool
}{
	NoticeSubmitted:    {i18n.Msg("A proposal waits to be read"), false},
	NoticePublished:    {i18n.Msg("Your proposal is published"), false},
	NoticeReturned:     {i18n.Msg("Your proposal needs changes before it is published"), false},
	NoticeRejected:     {i18n.Msg("Your proposal was not accepted"), false},
	NoticeMergeOffered: {i18n.Msg("May your proposal be merged with another?"), false},
	NoticeMerged:       {i18n.Msg("The proposal was merged with another"), true},
	NoticeAssigned:     {i18n.Msg("The feasibility of the proposal is being studied"), true},
	NoticeFeasible:     {i18n.Msg("The proposal is feasible"), true},
	NoticeUnfeasible:   {i18n.Msg("The proposal is not feasible"), true},
	NoticeSecond:       {i18n.Msg("A second opinion on the proposal was asked for"), true},
	NoticeListed:       {i18n.Msg("The project is in the vote"), true},
	NoticeFunded:       {i18n.Msg("The project is funded"), true},
	NoticeNotFunded:    {i18n.Msg("The project is not funded"), true},
	NoticeProcured:     {i18n.Msg("The call for tenders has begun"), true},
	NoticeBegun:        {i18n.Msg("The works have begun"), true},
	NoticeDelivered:    {i18n.Msg("The project is finished"), true},
	NoticeDropped:      {i18n.Msg("The project was given up"), true},
	NoticeDelayed:      {i18n.Msg("The project will be finished later than planned"), true},
}

// The jobs of the notices.
const (
	jobTell = "budget.tell"
	jobMail = "budget.mail"
)

// The kinds of mails that can be stopped. What an author is told belongs to the
// procedure and cannot be stopped.
const (
	newsKind = "budget.news"
	deskKind = "budget.desk"
)

// notice tells those whom a proposal concerns of what happened to it, page by
// page.
type notice struct {
	Proposal string `bson:"proposal"`
	Notice   string `bson:"notice"`
	After    string `bson:"after,omitempty"`
}

// What the reader of a mail is to the proposal.
const (
	toAuthor   = "author"
	toFollower = "follower"
	toStaff    = "staff"
)

type personalMail struct {
	Proposal string `bson:"proposal"`
	Notice   string `bson:"notice"`
	Version  int64  `bson:"version"` // of the history: tells two notices of one kind apart
	Person   string `bson:"person"`
	As       string `bson:"as"`
}

// tell enqueues one mail for each person. It is safe to repeat.
func (s *Service) tell(ctx context.Context, n notice) error {
	p, err := s.proposals.Get(ctx, n.Proposal)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if n.Notice == NoticeSubmitted {
		if s.Staff == nil {
			return nil
		}
		officers, err := s.Staff.HoldersOf(ctx, p.Authority, auth.Officer)
		if err != nil {
			return err
		}
		return s.enqueueMails(ctx, p, n, officers, toStaff)
	}
	if n.After == "" && p.Author.PersonID != "" {
		if err := s.enqueueMails(ctx, p, n, []string{p.Author.PersonID}, toAuthor); err != nil {
			return err
		}
	}
	if !noticeWords[n.Notice].followers {
		return nil
	}
	page, err := s.followers.Find(ctx, store.Query{Index: "proposal", Equal: []any{p.ID}, After: n.After, Limit: 500})
	if err != nil {
		return err
	}
	var people []string
	for _, f := range page.Items {
		if f.Person != p.Author.PersonID {
			people = append(people, f.Person)
		}
	}
	if err := s.enqueueMails(ctx, p, n, people, toFollower); err != nil || page.Next == "" {
		return err
	}
	n.After = page.Next
	return job.Enqueue(ctx, s.Queue, jobTell, p.ID+":"+n.Notice+":"+n.After, n, s.Clock.Now())
}

func (s *Service) enqueueMails(ctx context.Context, p Proposal, n notice, people []string, as string) error {
	now, version := s.Clock.Now(), int64(len(p.History))
	items := make([]job.Item[personalMail], len(people))
	for i, person := range people {
		m := personalMail{Proposal: p.ID, Notice: n.Notice, Version: version, Person: person, As: as}
		items[i] = job.Item[personalMail]{Key: m.key(), Payload: m, At: now}
	}
	_, err := job.EnqueueMany(ctx, s.Queue, jobMail, items)
	return err
}

func (m personalMail) key() string {
	return m.Proposal + ":" + m.Notice + ":" + strconv.FormatInt(m.Version, 10) + ":" + m.Person
}

// mailPerson writes one person's mail. A letter that can never be sent (a bad
// address) is no reason to try again.
func (s *Service) mailPerson(ctx context.Context, m personalMail) error {
	p, err := s.proposals.Get(ctx, m.Proposal)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	e, err := s.editions.Get(ctx, p.Edition)
	if err != nil {
		return err
	}
	person, err := s.People.Person(ctx, m.Person)
	if isNotFound(err) || err == nil && person.Email == "" {
		return nil
	}
	if err != nil {
		return err
	}
	letter, err := s.render(ctx, m, p, e, person)
	if err != nil {
		return err
	}
	err = s.Post.Queue(ctx, letter)
	if fault.Is(err, fault.Invalid) {
		return job.Permanent(err)
	}
	return err
}

// writer composes one letter in the reader's language.
type writer struct {
	*i18n.Locale
	p    Proposal
	e    Edition
	m    personalMail
	home string
}

// render writes a letter in its reader's language, as the country speaks it.
func (s *Service) render(ctx context.Context, m personalMail, p Proposal, e Edition, person Person) (mail.Message, error) {
	lang := person.Lang
	if !slices.Contains([]string{"ar", "fr", "en"}, lang) {
		lang = "ar"
	}
	w := writer{Locale: s.Words.Locale(lang, p.Country), p: p, e: e, m: m, home: s.PublicURL + "/" + lang}
	subject := w.Plain().T(noticeWords[m.Notice].subject)
	out := mail.Message{Key: "budget." + m.key(), To: person.Email, Lang: lang, Subject: subject}
	letter := mailview.Letter{
		Frame:  mailview.Frame{Lang: lang, Title: subject, Preview: p.Text(lang).Title, Sender: w.T("Musharaka"), HomeURL: w.home, Why: w.why()},
		Blocks: w.blocks(),
	}
	if s.Demo {
		letter.Demo = w.T("This is a demonstration. Nothing here is real.")
	}
	if m.As != toAuthor {
		out.Kind = newsKind
		if m.As == toStaff {
			out.Kind = deskKind
		}
		out.UnsubscribeURL = s.Post.UnsubscribeURL(person.Email, out.Kind)
		letter.StopLabel, letter.StopURL = w.T("Stop mails about participatory budgets"), out.UnsubscribeURL
	}
	var err error
	out.HTML, out.Text, err = letter.Render(ctx)
	return out, err
}

func (w writer) why() string {
	switch w.m.As {
	case toAuthor:
		return w.T("You get this mail because you wrote this proposal.")
	case toStaff:
		return w.T("You get this mail because you look after the participatory budget of an authority.")
	}
	return w.T("You get this mail because you follow this proposal.")
}

func (w writer) blocks() []mailview.Block {
	blocks := []mailview.Block{mailview.Quote{Text: w.p.Text(w.Lang()).Title}}
	if text := w.what(); text != "" {
		blocks = append(blocks, mailview.Paragraph(text))
	}
	if quote := w.quote(); quote != "" {
		blocks = append(blocks, mailview.Quote{Text: quote})
	}
	facts := mailview.Facts{{Name: w.T("Number"), Value: w.p.Reference()}, {Name: w.T("Participatory budget"), Value: w.e.Title(w.Lang())}}
	if w.p.Cost > 0 && w.m.As != toStaff {
		facts = append(facts, mailview.Fact{Name: w.T("Cost"), Value: w.Money(w.p.Cost, w.e.Rules.Currency)})
	}
	if due := w.p.Work.DueAt; w.m.Notice == NoticeDelayed && !due.IsZero() {
		facts = append(facts, mailview.Fact{Name: w.T("Planned end"), Value: w.Date(due.In(w.e.Zone()))})
	}
	label, path := w.T("See the proposal"), "/proposals/"+w.p.ID
	switch w.m.Notice {
	case NoticeSubmitted:
		label, path = w.T("Read the proposal"), "/desk/proposals/"+w.p.ID
	case NoticeReturned:
		label, path = w.T("Change the proposal"), "/proposals/"+w.p.ID+"/write/check"
	case NoticeMergeOffered:
		label, path = w.T("Say yes or no"), "/proposals/"+w.p.ID+"/merge"
	}
	return append(blocks, facts, mailview.Button{Label: label, URL: w.home + path})
}

// what says in a sentence what happened and what comes next.
func (w writer) what() string {
	switch w.m.Notice {
	case NoticePublished:
		return w.T("Everybody can read, discuss and support it now. Send the link to your neighbours.")
	case NoticeReturned:
		return w.T("An officer has read the proposal and asks for this:")
	case NoticeRejected:
		if w.p.Refusal != nil {
			return w.T(RejectionLabel(w.p.Refusal.Code))
		}
	case NoticeMergeOffered:
		return w.T("Another proposal wants much the same. Together they may have a better chance. Nothing happens without your yes.")
	case NoticeMerged:
		return w.T("Whoever supported or followed it supports or follows the other proposal now.")
	case NoticeAssigned:
		return w.T("{service} examines it: powers, land, technique, cost.", "service", w.e.DepartmentName(w.p.Study.Department, w.Lang()))
	case NoticeFeasible:
		return w.T("It can be done. The estimate stands on its page, line by line.")
	case NoticeUnfeasible:
		return w.T("It cannot be done as it stands. The reasons are public, and its author may ask once for a second opinion.")
	case NoticeListed:
		if !w.e.Ballots() {
			return w.T("It stands in the frozen list, with its cost. The delegates rank it by the published criteria until {date}.", "date", w.lastDay())
		}
		return w.T("It stands in the frozen list, with its cost. One can vote until {date}.", "date", w.lastDay())
	case NoticeFunded:
		return w.T("It was chosen. Its page shows from now on how it is carried out.")
	case NoticeNotFunded:
		return w.T("It was not chosen this time. The results say why.")
	}
	return ""
}

// lastDay is the last day of the vote, in the authority's zone.
func (w writer) lastDay() string {
	s, _ := w.e.Calendar.Stage(Voting)
	return w.Date(s.To.Add(-time.Minute).In(w.e.Zone()))
}

// quote is what somebody wrote about it.
func (w writer) quote() string {
	switch w.m.Notice {
	case NoticeReturned:
		return w.p.Changes
	case NoticeRejected:
		if w.p.Refusal != nil {
			return w.p.Refusal.Reasons
		}
	case NoticeMergeOffered:
		if w.p.Merge != nil {
			return w.p.Merge.Note
		}
	case NoticeUnfeasible, NoticeFeasible:
		return inLang(w.p.Study.Opinion.Explanations, w.Lang())
	case NoticeSecond:
		return w.p.Study.Second
	case NoticeDropped:
		return w.p.Work.Dropped
	case NoticeDelayed:
		if d := w.p.Work.Delays; len(d) > 0 {
			return d[len(d)-1].Reason
		}
	}
	return ""
}
