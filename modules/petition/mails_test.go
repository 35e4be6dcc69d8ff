package petition

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"musharaka/modules/kit/golden"
)

func TestEverybodyLearnsWhatTheyAskedFor(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.jobs()
	w.must(w.Follow(w.ctx, leila, p.ID))
	w.must(w.Follow(w.ctx, salma, p.ID)) // the agent, who is told anyway, once
	for i, id := range many("person", 5) {
		_, err := w.Sign(w.ctx, citizen(id), p.ID, SignInput{Consent: "1", News: i < 2})
		w.must(err)
	}
	w.jobs()
	w.answered(p.ID)
	w.jobs()
	want := []string{}
	for milestone, people := range map[string][]string{
		"published": {"salma"}, "half": {"salma", "leila"}, "reached": {"salma", "leila"}, "answered": {"salma", "leila", "person0", "person1"},
	} {
		for _, id := range people {
			want = append(want, "petition."+milestone+":"+p.ID+":"+id)
		}
	}
	submitted := "petition.staff_" + noticeSubmitted + ":" + stampOf(p.SubmittedAt) + ":" + p.ID + ":officer"
	want = append(want, submitted, "petition.staff_reached:"+p.ID+":officer", "petition.staff_reached:"+p.ID+":president")
	slices.Sort(want)
	if got := w.post.keys(); !slices.Equal(got, want) {
		t.Errorf("mails:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, m := range w.post.sent {
		w.must(m.Check())
		if agent := m.To == "salma@example.org"; agent != (m.UnsubscribeURL == "") {
			t.Errorf("%s can be stopped: %t", m.Key, m.UnsubscribeURL != "")
		}
	}
}

func TestWhoStoppedHearingHearsNothing(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	_, err := w.Sign(w.ctx, karim, p.ID, SignInput{Consent: "1", News: true})
	w.must(err)
	w.must(w.Follow(w.ctx, karim, p.ID))
	for range 2 {
		w.must(w.StopNews(w.ctx, "karim", p.ID))
	}
	w.sign(p, many("person", 4)...)
	w.folk.gone["salma"] = true
	w.answered(p.ID)
	w.jobs()
	for _, m := range w.post.sent {
		if m.Kind != deskKind {
			t.Errorf("%s was sent", m.Key)
		}
	}
	w.wantTally(p.ID, 5, 5)
}

func TestFollowersAreToldPageByPage(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	n := announcePage*announcePages + 7
	for i := range n {
		w.must(w.follows(w.ctx, p.ID, fmt.Sprintf("follower%d", i), start))
	}
	w.must(w.tellFollowers(w.ctx, announcement{Petition: p.ID, Milestone: HalfWay}))
	count := func() (jobs int64) {
		for _, s := range must(w.Queue.Stats(w.ctx)) {
			if s.Kind == jobMail {
				jobs = int64(s.Open)
			}
		}
		return jobs
	}
	if got := count(); got != int64(n-7+1) { // and the agent
		t.Errorf("the first job leaves %d mails, want %d", got, n-7+1)
	}
	w.must(w.tellFollowers(w.ctx, announcement{Petition: p.ID, Milestone: HalfWay})) // as after a crash
	if got := count(); got != int64(n-7+1) {
		t.Errorf("a repeat leaves %d mails", got)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// letters are all mails of this module, in each language.
func letters() map[string]letterAbout {
	p := complete()
	p.ID, p.Reference, p.Country, p.Authority, p.State = "p1", "PET-2026-0042", "MA", "town", Open
	p.Langs = []string{"ar", "fr"}
	p.Texts["ar"] = Text{Object: "إنارة شارع المدرسة الابتدائية"}
	p.PublishedAt, p.ClosesAt, p.AnswerDueAt = start, monthsOn(start, 3, "MA"), monthsOn(start, 2, "MA")
	p.Threshold = Threshold{Signatures: 200}
	a := Authority{ID: "town", Country: "MA", Names: map[string]string{"fr": "Commune de test", "ar": "جماعة تجريبية"}}
	about := func(m Milestone, notice, as string, valid int64, change func(*Petition)) letterAbout {
		q := p
		if change != nil {
			change(&q)
		}
		return letterAbout{Petition: q, Authority: a, Tally: Tally{Supporters: valid + 11, Valid: valid}, As: as, Milestone: m, Notice: notice}
	}
	answered := func(q *Petition) {
		q.Answer.Versions = []AnswerVersion{{Number: 1, State: AnswerPublished, Decision: "accepted", Texts: map[string]AnswerText{
			"fr": {Summary: "L'éclairage sera installé en mars.", Body: "…"}, "ar": {Summary: "ستركب الإنارة في شهر مارس.", Body: "…"}}}}
	}
	ruled := func(admit bool) func(*Petition) {
		return func(q *Petition) {
			q.Legal.Ruling = &Ruling{Number: 1, State: RulingIssued, Admit: admit, ApprovedAt: start, SessionAt: start.AddDate(0, 3, 0)}
			if !admit {
				q.Legal.Ruling = &Ruling{Number: 1, State: RulingIssued, Code: "outside_powers", Reasons: "Cela relève de l'État.", ApprovedAt: start}
			}
		}
	}
	return map[string]letterAbout{
		"deposited": about("", noticeDeposited, asStaff, 200, func(q *Petition) { q.Legal.Receipt, q.Legal.DepositedAt = "77/2026", start }),
		"admitted":  about("", noticeRuled+":1", asAgent, 200, ruled(true)),
		"refused":   about("", noticeRuled+":1", asAgent, 200, ruled(false)),
		"step_done": about(stepMilestone(1), "", asSigner, 200, func(q *Petition) {
			q.Steps = []FollowStep{{Number: 1, State: StepDone, Title: "Poser huit lampadaires", Service: "Voirie", Evidence: "Posés le 3 décembre."}}
		}),
		"published": about(Published, "", asAgent, 0, nil),
		"half":      about(HalfWay, "", asFollower, 103, nil),
		"reached":   about(Reached, "", asFollower, 200, nil),
		"unserved":  about(Reached, "", asAgent, 200, func(q *Petition) { q.Unserved = true }),
		"submitted": about("", noticeSubmitted, asStaff, 0, nil),
		"waiting":   about("", noticeReached, asStaff, 200, nil),
		"answered":  about(Replied, "", asSigner, 211, answered),
		"changes":   about("", noticeChanges, asAgent, 0, func(q *Petition) { q.Changes = "Précisez de quelle rue il s'agit." }),
		"rejected": about("", noticeRejected, asAgent, 0, func(q *Petition) {
			q.Rejection = &Rejection{Code: Individual, Reasons: "Il s'agit de votre dossier."}
		}),
		"taken_down": about("", noticeRejected, asAgent, 0, func(q *Petition) {
			q.Rejection = &Rejection{Code: Offensive, Reasons: "Propos injurieux.", Hidden: true, TakeDown: true}
		}),
	}
}

func TestMailsSayWhatTheySaid(t *testing.T) {
	w := newWorld(t)
	for name, about := range letters() {
		for _, lang := range []string{"ar", "fr", "en"} {
			about.Person = Person{ID: "reader", Email: "reader@example.org", Lang: lang}
			m, err := w.render(w.ctx, "key", about)
			w.must(err)
			golden.Mail(t, "mails/"+name+"."+lang+".txt", m)
		}
	}
}
