package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"musharaka/modules/account"
	"musharaka/modules/budget"
	"musharaka/modules/council"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/pdf"
)

// demoCouncil is the council life of an authority. Days are counted backwards
// from now; a session may be the last or the next ordinary one instead.
type demoCouncil struct {
	Place     string
	Voters    int
	Members   []demoMember
	Bodies    []demoBody
	Sessions  []demoSession
	Decisions []demoDecision
	Questions []demoQuestion
	Calls     []demoCall
}

type demoMember struct {
	Name, Function, Category string
	Sex                      council.Sex
}

type demoBody struct {
	Kind       string
	Act        string
	Seats      int
	Categories []string
	Members    []demoMember
	Opinions   []struct {
		Key, About, Stance, Text, Title string
		Day                             int
		Followed                        string
		Paper                           bool // as a PDF too
	}
}

type demoSession struct {
	Key    string
	When   string // "last", "next"; else Day
	Day    int
	Hour   int
	Kind   council.SessionKind
	Place  string
	Notice int    // days before the session on which the members were told
	Late   string // reason
	Video  string
	Absent int // members who did not come
	Items  []struct {
		About, Title, Text    string
		Budget                bool // about the participatory budget that is under way
		Outcome               council.Outcome
		For, Against, Abstain int
		Number                int
		Decision              string
	}
	Remarks string
	End     council.State
	Reason  string
}

type demoDecision struct {
	Key, About, Title, Text string
	Day, Number             int
	Outcome                 council.Outcome
}

type demoQuestion struct {
	Key, By, Kind, Title, Text string
	Day, Registered, Answered  int // 0: not
	Public                     bool
	Answer                     string
	Followed                   []string
}

type demoCall struct {
	Key, By, Title, Text string
	Kind                 council.CallKind
	Day, Opened          int
	Supporters           int
	Public               bool
	Accepted, Meets      int // 0: not; the day it was accepted, and that of the meeting
	Where, Note          string
	Held                 int
	Report               string
	Declined             int
	Reasons              string
}

// sitting is the plan of one council.
type sitting struct {
	*seeding
	demoCouncil
	zone          *time.Location
	pack          *law.Pack
	officer, head string // keys
	plan          []event
}

// sit makes the plan of an authority's council life.
func (s *seeding) sit(c demoCouncil) []event {
	place, _ := s.places.Table().Get(c.Place)
	t := &sitting{seeding: s, demoCouncil: c, zone: clock.Zone(place.Country), pack: s.packs.For(place.Country, string(place.Level))}
	t.officer, t.head = s.staff(c.Place)
	t.members()
	for _, x := range c.Sessions {
		t.session(x)
	}
	for _, d := range c.Decisions {
		t.as(t.day(d.Day, 11), "decision "+d.Key, t.head, func(ctx context.Context, who auth.Actor) error {
			words, err := t.petitionOf(ctx, d.About)
			if err != nil {
				return err
			}
			_, err = t.councils.RecordDecision(ctx, who, c.Place, d.Key, words, council.Decision{Title: d.Title, Text: d.Text, Number: d.Number, Outcome: d.Outcome, On: t.day(d.Day, 9)})
			return err
		})
	}
	for _, q := range c.Questions {
		t.question(q)
	}
	for _, x := range c.Calls {
		t.call(x)
	}
	return t.plan
}

// day is an hour of the day that lies n days before now, never after it.
func (t *sitting) day(n, hour int) time.Time {
	at := clock.StartOfDay(t.mark.Now.AddDate(0, 0, -n), t.zone).Add(time.Duration(hour) * time.Hour)
	if latest := t.mark.Now.Add(-20 * time.Minute); n >= 0 && at.After(latest) {
		return latest
	}
	return at
}

// as plans an act of somebody. What was done before an interruption answers
// that it cannot be done again.
func (t *sitting) as(at time.Time, what, key string, do func(context.Context, auth.Actor) error) {
	t.plan = append(t.plan, event{at: at, what: "council " + t.Place + ": " + what, tell: true, do: func(ctx context.Context) error {
		who, err := t.actor(ctx, key)
		if err != nil {
			return err
		}
		if err := do(ctx, who); err != nil && !fault.Is(err, fault.Conflict) {
			return err
		}
		return nil
	}})
}

// petitionOf is the id of a petition of the data; "" for none.
func (t *sitting) petitionOf(ctx context.Context, key string) (string, error) {
	if key == "" {
		return "", nil
	}
	if id, ok := t.petitions[key]; ok {
		return id, nil
	}
	i := slices.IndexFunc(t.data.Petitions, func(p demoPetition) bool { return p.Key == key })
	if i < 0 {
		return "", fmt.Errorf("no petition has the key %q", key)
	}
	told := &story{seeding: t.seeding, p: t.data.Petitions[i], dice: dice("petition", key)}
	var err error
	if told.author, err = told.chooseAuthor(); err != nil {
		return "", err
	}
	return told.id(ctx)
}

// budgetOf is the address of the authority's newest budget.
func (t *sitting) budgetOf(ctx context.Context) (string, error) {
	found, err := t.budgets.Editions(ctx, budget.EditionFilter{Authority: t.Place, Limit: 1})
	if err != nil || len(found.Items) == 0 {
		return "", errors.Join(err, fmt.Errorf("%s has no budget", t.Place))
	}
	return "/budgets/" + found.Items[0].ID, nil
}

func (t *sitting) members() {
	begun := t.mark.Now.Add(-seedWindow + 48*time.Hour)
	add := func(body string, m demoMember) {
		t.as(begun, "member "+m.Name, t.officer, func(ctx context.Context, who auth.Actor) error {
			in := council.Mandate{Body: body, Name: m.Name, Function: m.Function, Sex: m.Sex, Category: m.Category, From: begun.AddDate(-2, 0, 0)}
			_, err := t.councils.AddMember(ctx, who, t.Place, body+m.Name, in)
			return err
		})
	}
	t.as(begun, "settings", t.officer, func(ctx context.Context, who auth.Actor) error {
		_, err := t.councils.SetSettings(ctx, who, t.Place, council.Settings{Voters: t.Voters, VotersOn: begun.AddDate(0, -1, 0), VotersSource: "عدد تجريبي لغرض العرض · nombre fictif", Lang: "ar"})
		return err
	})
	for _, m := range t.Members {
		add(council.Deciding, m)
	}
	for _, b := range t.Bodies {
		t.as(begun, "body "+b.Kind, t.officer, func(ctx context.Context, who auth.Actor) error {
			_, err := t.councils.SetBody(ctx, who, t.Place, b.Kind, council.AdvisoryBody{Act: b.Act, Seats: b.Seats, Categories: b.Categories, FoundedOn: begun.AddDate(-1, 0, 0)})
			return err
		})
		for _, m := range b.Members {
			add(b.Kind, m)
		}
		for _, o := range b.Opinions {
			t.as(t.day(o.Day, 14), "opinion "+o.Key, t.officer, func(ctx context.Context, who auth.Actor) error {
				words, err := t.petitionOf(ctx, o.About)
				if err != nil {
					return err
				}
				in := council.Opinion{Title: o.Title, Stance: o.Stance, Text: o.Text, GivenOn: t.day(o.Day+3, 10)}
				if o.Paper {
					if in.File, err = t.opinionPaper(ctx, b.Act, t.objectOf(o.About), in); err != nil {
						return err
					}
				}
				kept, err := t.councils.PublishOpinion(ctx, who, t.Place, b.Kind, o.Key, words, in)
				if err == nil && o.Followed != "" {
					_, err = t.councils.FollowOpinion(ctx, who, kept.ID, o.Followed)
				}
				return err
			})
		}
	}
}

// opinionPaper sets an opinion as the paper that a body hands over.
func (t *sitting) opinionPaper(ctx context.Context, act, about string, o council.Opinion) (string, error) {
	place, _ := t.places.Table().Get(t.Place)
	doc := pdf.New(pdf.Options{Lang: "ar", Title: about, Created: o.GivenOn})
	doc.Letterhead(pdf.Letterhead{Over: place.NameAR, Title: "رأي استشاري", Under: act})
	doc.Heading(1, about)
	for _, p := range strings.Split(strings.TrimSpace(o.Text), "\n\n") {
		doc.Paragraph(p)
	}
	var out bytes.Buffer
	if _, err := doc.WriteTo(&out); err != nil {
		return "", err
	}
	kept, err := t.councils.Files.Accept(ctx, file.Upload{Subject: "council_opinion:" + t.Place, Name: "رأي-الهيئة.pdf", Body: &out, Limits: file.Documents, Public: true})
	return kept.ID, err
}

// objectOf is the title of a petition of the data.
func (t *sitting) objectOf(key string) string {
	for _, p := range t.data.Petitions {
		if p.Key == key && p.AR != nil {
			return p.AR.Object
		}
	}
	return ""
}

// starts is when a session begins.
func (t *sitting) starts(x demoSession) time.Time {
	switch x.When {
	case "last":
		return t.lastSession(t.pack)
	case "next":
		return t.nextSession(t.pack)
	}
	return t.day(x.Day, x.Hour)
}

// session plans one session as far as it came.
func (t *sitting) session(x demoSession) {
	starts, id := t.starts(x), council.SessionID(t.Place, x.Key)
	told := clock.StartOfDay(starts.AddDate(0, 0, -x.Notice), t.zone).Add(10 * time.Hour)
	if latest := t.mark.Now.Add(-time.Hour); told.After(latest) {
		told = latest
	}
	t.as(told.Add(-3*time.Hour), "preparing "+x.Key, t.officer, func(ctx context.Context, who auth.Actor) error {
		if _, err := t.councils.Prepare(ctx, who, t.Place, x.Key, council.Plan{Kind: x.Kind, StartsAt: starts, Place: x.Place, Video: x.Video}); err != nil {
			return err
		}
		for i, item := range x.Items {
			words, err := t.petitionOf(ctx, item.About)
			if item.Budget {
				words, err = t.budgetOf(ctx)
			}
			if err != nil {
				return err
			}
			if _, err := t.councils.AddItem(ctx, who, id, fmt.Sprint(i), words, council.Item{Title: item.Title, Text: item.Text}); err != nil {
				return err
			}
		}
		return nil
	})
	if x.End == council.SessionDraft {
		return
	}
	t.as(told, "convening "+x.Key, t.officer, func(ctx context.Context, who auth.Actor) error {
		_, err := t.councils.Convene(ctx, who, id, told, x.Late)
		return err
	})
	switch x.End {
	case council.SessionCancelled:
		t.as(told.Add(30*time.Hour), "cancelling "+x.Key, t.officer, func(ctx context.Context, who auth.Actor) error {
			_, err := t.councils.Cancel(ctx, who, id, x.Reason)
			return err
		})
	case council.SessionClosed, council.SessionPublished:
		t.decides(x, id, starts)
	}
}

// decides plans the sitting itself.
func (t *sitting) decides(x demoSession, id string, starts time.Time) {
	t.as(starts.Add(5*time.Minute), "opening "+x.Key, t.officer, func(ctx context.Context, who auth.Actor) error {
		members, err := t.councils.MembersAt(ctx, t.Place, council.Deciding, starts)
		if err != nil {
			return err
		}
		var present []string
		for _, m := range members[:len(members)-x.Absent] {
			present = append(present, m.ID)
		}
		_, err = t.councils.Open(ctx, who, id, members[0].Name, present)
		return err
	})
	t.as(starts.Add(2*time.Hour), "deciding "+x.Key, t.officer, func(ctx context.Context, who auth.Actor) error {
		open, err := t.councils.Session(ctx, who, id)
		if err != nil {
			return err
		}
		for i, item := range x.Items {
			v := council.Vote{Outcome: item.Outcome, For: item.For, Against: item.Against, Abstain: item.Abstain, Number: item.Number, Decision: item.Decision}
			if _, err := t.councils.Record(ctx, who, id, open.Agenda[i].ID, v); err != nil {
				return err
			}
		}
		_, err = t.councils.Close(ctx, who, id, x.Remarks)
		return err
	})
	if x.End == council.SessionPublished {
		t.as(starts.AddDate(0, 0, 6), "minutes of "+x.Key, t.officer, func(ctx context.Context, who auth.Actor) error {
			_, err := t.councils.PublishMinutes(ctx, who, id)
			return err
		})
	}
}

func (t *sitting) question(q demoQuestion) {
	id := council.QuestionID(inventedID(q.By), q.Key)
	t.as(t.day(q.Day, 19), "question "+q.Key, q.By, func(ctx context.Context, who auth.Actor) error {
		_, err := t.councils.Ask(ctx, who, t.Place, q.Key, council.Question{Kind: q.Kind, Title: q.Title, Text: strings.TrimSpace(q.Text), NamePublic: q.Public})
		return err
	})
	if q.Registered > 0 {
		t.as(t.day(q.Registered, 9), "registering "+q.Key, t.officer, func(ctx context.Context, who auth.Actor) error {
			_, err := t.councils.Register(ctx, who, id)
			return err
		})
	}
	for _, key := range q.Followed {
		t.as(t.day(q.Registered, 15), "following "+q.Key, key, func(ctx context.Context, who auth.Actor) error { return t.councils.FollowQuestion(ctx, who, id) })
	}
	if q.Answered > 0 {
		t.as(t.day(q.Answered, 12), "answering "+q.Key, t.head, func(ctx context.Context, who auth.Actor) error {
			_, err := t.councils.Answer(ctx, who, id, strings.TrimSpace(q.Answer))
			return err
		})
	}
}

func (t *sitting) call(x demoCall) {
	id := council.CallID(inventedID(x.By), x.Key)
	t.as(t.day(x.Day, 20), "call "+x.Key, x.By, func(ctx context.Context, who auth.Actor) error {
		_, err := t.councils.Propose(ctx, who, t.Place, x.Key, council.Call{Kind: x.Kind, Title: x.Title, Text: strings.TrimSpace(x.Text), NamePublic: x.Public})
		return err
	})
	if x.Opened == 0 {
		return
	}
	t.as(t.day(x.Opened, 10), "publishing "+x.Key, t.officer, func(ctx context.Context, who auth.Actor) error {
		_, err := t.councils.PublishCall(ctx, who, id)
		return err
	})
	t.as(t.day(x.Opened-1, 18), "supporting "+x.Key, x.By, func(ctx context.Context, _ auth.Actor) error {
		n := 0
		for _, f := range t.faces {
			if n == x.Supporters {
				break
			}
			if !slices.Contains(f.home, t.Place) || f.Sex == account.Sex("") {
				continue
			}
			n++
			if err := t.councils.SupportCall(ctx, auth.Actor{PersonID: f.ID}, id); err != nil {
				return err
			}
		}
		return nil
	})
	t.answerCall(x, id)
}

// answerCall plans what the authority says to a call that enough people support.
func (t *sitting) answerCall(x demoCall, id string) {
	if x.Declined > 0 {
		t.as(t.day(x.Declined, 12), "declining "+x.Key, t.head, func(ctx context.Context, who auth.Actor) error {
			_, err := t.councils.Decline(ctx, who, id, x.Reasons)
			return err
		})
	}
	if x.Accepted == 0 {
		return
	}
	t.as(t.day(x.Accepted, 12), "accepting "+x.Key, t.head, func(ctx context.Context, who auth.Actor) error {
		_, err := t.councils.Accept(ctx, who, id, t.day(x.Meets, 17), x.Where, x.Note)
		return err
	})
	if x.Held > 0 {
		t.as(t.day(x.Held, 11), "holding "+x.Key, t.officer, func(ctx context.Context, who auth.Actor) error {
			_, err := t.councils.Hold(ctx, who, id, strings.TrimSpace(x.Report))
			return err
		})
	}
}
