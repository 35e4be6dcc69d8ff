package budget

import (
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/golden"
	"musharaka/modules/kit/mail"
)

// goldenLetter is what a golden mail is about.
type goldenLetter struct {
	as     string
	change func(*Proposal)
}

// goldenLetters are one mail of each kind, with people's words that could do harm.
func goldenLetters() map[string]goldenLetter {
	studied := func(v Verdict) func(*Proposal) {
		return func(p *Proposal) {
			p.Study.Opinion = Opinion{Department: "technical", Verdict: v, Explanations: map[string]string{"ar": "الأرض ملك خاص.", "fr": "Le terrain est privé."}}
			if v == IsFeasible {
				p.Cost = 180_500_250
			}
		}
	}
	return map[string]goldenLetter{
		NoticeSubmitted: {toStaff, nil},
		NoticePublished: {toAuthor, nil},
		NoticeReturned:  {toAuthor, func(p *Proposal) { p.Changes = "أين بالضبط؟ <script>alert(1)</script>" }},
		NoticeRejected: {toAuthor, func(p *Proposal) {
			p.Refusal = &Rejection{Code: OutsidePowers, Reasons: "هذا من اختصاص الدولة."}
		}},
		NoticeMergeOffered: {toAuthor, func(p *Proposal) { p.Merge = &Merge{Into: "other", Note: "المقترحان متشابهان."} }},
		NoticeMerged:       {toFollower, nil},
		NoticeAssigned:     {toFollower, func(p *Proposal) { p.Study.Department = "technical" }},
		NoticeFeasible:     {toAuthor, studied(IsFeasible)},
		NoticeUnfeasible:   {toFollower, studied(NotFeasible)},
		NoticeSecond:       {toAuthor, func(p *Proposal) { p.Study.Second = "الكلفة مرتفعة." }},
		NoticeListed:       {toAuthor, studied(IsFeasible)},
		NoticeFunded:       {toFollower, studied(IsFeasible)},
		NoticeNotFunded:    {toAuthor, studied(IsFeasible)},
		NoticeProcured:     {toFollower, studied(IsFeasible)},
		NoticeBegun:        {toFollower, studied(IsFeasible)},
		NoticeDelivered:    {toFollower, studied(IsFeasible)},
		NoticeDropped:      {toFollower, func(p *Proposal) { p.Work.Dropped = "البناية مهددة بالانهيار." }},
		NoticeDelayed: {toFollower, func(p *Proposal) {
			p.Work.Delays, p.Work.DueAt = []Delay{{Reason: "تأخر المزوّد.", Until: day(2027, 5, 31)}}, day(2027, 5, 31)
		}},
	}
}

// goldenMail compares a mail with its golden file, and sees that nobody's markup is left.
func goldenMail(t *testing.T, name string, m mail.Message) {
	t.Helper()
	golden.Mail(t, "mails/"+name+".txt", m)
	if strings.Contains(m.HTML, "<script>") {
		t.Errorf("%s: somebody's markup is left", name)
	}
}

func TestEveryMailSaysWhatItSaid(t *testing.T) {
	w := newWorld(t)
	e := Edition{Country: "TN", Texts: map[string]EditionText{"ar": {Title: "ميزانيتنا"}, "fr": {Title: "Notre budget"}}, Rules: Rules{Currency: "TND", Selection: ByBallot},
		Departments: []Department{{Key: "technical", Names: map[string]string{"ar": "المصلحة التقنية", "fr": "Service technique"}}},
		Calendar:    Calendar{{Phase: Voting, From: day(2027, 3, 1), To: day(2027, 3, 22)}}, Phase: Voting}
	e.ID = "edition"
	for notice := range noticeWords {
		if _, ok := goldenLetters()[notice]; !ok {
			t.Errorf("no golden mail of %s", notice)
		}
	}
	for notice, x := range goldenLetters() {
		p := Proposal{Country: "TN", Number: 12, Langs: []string{"ar", "fr"}, PublishedAt: start.Add(-time.Hour),
			Texts: map[string]Text{"ar": {Title: "إنارة الطريق الساحلية (Corniche)"}, "fr": {Title: "Éclairer la corniche"}}}
		p.ID = "proposal"
		if x.change != nil {
			x.change(&p)
		}
		for _, lang := range []string{"ar", "fr"} {
			person := Person{ID: "reader", Email: "reader@example.org", Lang: lang}
			m, err := w.render(w.ctx, personalMail{Proposal: p.ID, Notice: notice, Person: person.ID, As: x.as}, p, e, person)
			w.must(err)
			goldenMail(t, notice+"."+lang, m)
		}
	}
	for _, lang := range []string{"ar", "fr"} {
		m, err := w.reminderMail(w.ctx, "key", e, Person{Email: "reader@example.org", Lang: lang})
		w.must(err)
		goldenMail(t, "unconfirmed."+lang, m)
	}
}
