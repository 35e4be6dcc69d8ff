package council

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/golden"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/pdf/pdftest"
)

// TestNoticeIsCountedInDaysOfTheCalendar: ten days by the day, wherever the
// hours lie, over the end of months and the change of the clock in Ramadan.
func TestNoticeIsCountedInDaysOfTheCalendar(t *testing.T) {
	at := func(s string) time.Time {
		x, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	for _, c := range []struct {
		country, notice, session string
		days                     int
	}{
		{"MA", "2026-01-05T23:30:00+01:00", "2026-01-15T00:30:00+01:00", 10},
		{"MA", "2026-01-06T00:30:00+01:00", "2026-01-15T23:30:00+01:00", 9},
		{"MA", "2026-01-31T10:00:00+01:00", "2026-02-10T10:00:00+01:00", 10},
		{"MA", "2026-02-10T10:00:00+01:00", "2026-02-20T10:00:00+00:00", 10}, // the clock goes back on 15 February
		{"MA", "2026-03-15T10:00:00+00:00", "2026-03-25T10:00:00+01:00", 10}, // and forward on 22 March
		{"TN", "2028-02-25T12:00:00+01:00", "2028-03-06T12:00:00+01:00", 10}, // a leap year
		{"TN", "2026-05-05T12:00:00+01:00", "2026-05-05T13:00:00+01:00", 0},
		{"TN", "2026-05-06T12:00:00+01:00", "2026-05-05T13:00:00+01:00", -1},
	} {
		x := Session{Country: c.country, StartsAt: at(c.session)}
		if got := x.NoticeDays(at(c.notice)); got != c.days {
			t.Errorf("%s: from %s to %s: %d days, not %d", c.country, c.notice, c.session, got, c.days)
		}
	}
}

func TestAnOrdinarySessionIsNotConvenedTooLate(t *testing.T) {
	w := newWorld(t)
	x := w.prepared(Ordinary)
	w.clock.Set(x.StartsAt.AddDate(0, 0, -9))
	_, err := w.Convene(w.ctx, officer, x.ID, w.clock.Now(), "urgent")
	input(t, err, "notice")
	x, err = w.Convene(w.ctx, officer, x.ID, w.clock.Now().AddDate(0, 0, -1), "") // told yesterday
	if err != nil || x.State != SessionConvened || x.WasLate() || x.Notice.Value != 10 || !x.Notice.Verified {
		t.Fatalf("convened with ten days: %+v, %v", x, err)
	}
	if _, err := w.Convene(w.ctx, officer, x.ID, w.clock.Now(), ""); err != nil {
		t.Errorf("convened twice: %v", err)
	}
}

func TestAnExtraordinarySessionMayBeLateWithAReason(t *testing.T) {
	w := newWorld(t)
	x := w.prepared(Extraordinary)
	w.clock.Set(x.StartsAt.AddDate(0, 0, -3))
	_, err := w.Convene(w.ctx, officer, x.ID, w.clock.Now(), "  ")
	input(t, err, "reason")
	x, err = w.Convene(w.ctx, officer, x.ID, w.clock.Now(), "فيضانات")
	if err != nil || !x.WasLate() || x.LateReason != "فيضانات" {
		t.Fatalf("%+v, %v", x, err)
	}
	waits, err := w.Waits(w.ctx, town, 10)
	if err != nil || len(waits) != 1 || waits[0].Kind != WaitsLateNotice {
		t.Errorf("waits: %+v, %v", waits, err)
	}
}

func TestOnlyASessionThatWasConvenedIsPublic(t *testing.T) {
	w := newWorld(t)
	x := w.prepared(Ordinary)
	for name, who := range map[string]bool{"nobody": false, "officer": true} {
		actor := nobody
		if name == "officer" {
			actor = officer
		}
		if _, err := w.Session(w.ctx, actor, x.ID); (err == nil) != who {
			t.Errorf("%s sees a draft: %v", name, err)
		}
	}
	if _, err := w.Session(w.ctx, stranger, x.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("an officer elsewhere sees a draft: %v", err)
	}
	empty, err := w.Prepare(w.ctx, officer, town, "other", Plan{Kind: Ordinary, StartsAt: w.clock.Now().AddDate(0, 1, 0), Place: "x"})
	w.must(err)
	if _, err := w.Convene(w.ctx, officer, empty.ID, w.clock.Now(), ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("an empty agenda is convened: %v", err)
	}
	// Given up before anybody was told: it stays unknown.
	_, err = w.Cancel(w.ctx, officer, empty.ID, "not needed")
	w.must(err)
	if _, err := w.Session(w.ctx, nobody, empty.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("a session nobody was told of is public: %v", err)
	}
	_, err = w.Convene(w.ctx, officer, x.ID, w.clock.Now(), "")
	w.must(err)
	x, err = w.Cancel(w.ctx, officer, x.ID, "لم تكتمل الوثائق")
	if err != nil || !x.Public() || x.State != SessionCancelled {
		t.Errorf("cancelled: %+v, %v", x, err)
	}
	if _, err := w.Cancel(w.ctx, officer, x.ID, " "); !fault.Is(err, fault.Invalid) {
		t.Errorf("cancelled without a reason: %v", err)
	}
}

// TestQuorumIsMoreThanHalfOfThoseInOffice holds the number to the article the
// pack cites.
func TestQuorumIsMoreThanHalfOfThoseInOffice(t *testing.T) {
	half := Rule{Value: 50, Unit: law.Percent}
	for _, c := range []struct{ members, call, need int }{{1, 1, 1}, {2, 1, 2}, {31, 1, 16}, {32, 1, 17}, {32, 2, 17}, {32, 3, 0}, {0, 1, 1}} {
		x := Session{Members: c.members, Quorum: half, Call: c.call}
		if got := x.Needed(); got != c.need {
			t.Errorf("of %d at call %d: %d are needed, not %d", c.members, c.call, got, c.need)
		}
	}
	if (Session{Members: 30, Call: 1}).Needed() != 0 {
		t.Error("a number is made up where the rules give none")
	}
}

func TestAVoteFitsThosePresent(t *testing.T) {
	quorum := Rule{Value: 50, Unit: law.Percent}
	x := Session{Members: 5, Present: []string{"a", "b", "c"}, Quorum: quorum, Call: 1}
	few := x
	few.Present = []string{"a", "b"}
	for name, c := range map[string]struct {
		in    Session
		v     Vote
		field string // "" when it is right, "conflict" without a quorum
	}{
		"adopted":                 {x, Vote{Outcome: Adopted, For: 2, Against: 1}, ""},
		"adopted, some abstain":   {x, Vote{Outcome: Adopted, For: 1, Abstain: 2}, ""},
		"some take no part":       {x, Vote{Outcome: Adopted, For: 1}, ""},
		"a tie the chair decides": {x, Vote{Outcome: Adopted, For: 1, Against: 1, Abstain: 1}, ""},
		"rejected":                {x, Vote{Outcome: Rejected, For: 1, Against: 2}, ""},
		"more than present":       {x, Vote{Outcome: Adopted, For: 3, Against: 1}, "for"},
		"nobody":                  {x, Vote{Outcome: Adopted}, "for"},
		"only abstentions":        {x, Vote{Outcome: Adopted, Abstain: 3}, "outcome"},
		"adopted by the fewer":    {x, Vote{Outcome: Adopted, For: 1, Against: 2}, "outcome"},
		"rejected by the fewer":   {x, Vote{Outcome: Rejected, For: 2, Against: 1}, "outcome"},
		"negative":                {x, Vote{Outcome: Adopted, For: 4, Against: -1}, "for"},
		"unknown":                 {x, Vote{Outcome: "perhaps", For: 1}, "outcome"},
		"postponed":               {x, Vote{Outcome: Postponed}, ""},
		"postponed with votes":    {x, Vote{Outcome: Postponed, For: 1}, "for"},
		"without a quorum":        {few, Vote{Outcome: Adopted, For: 2}, "conflict"},
		"noted without a quorum":  {few, Vote{Outcome: Noted}, ""},
	} {
		err := c.v.check(c.in)
		switch {
		case c.field == "" && err != nil, c.field == "conflict" && !fault.Is(err, fault.Conflict):
			t.Errorf("%s: %v", name, err)
		case c.field != "" && c.field != "conflict":
			input(t, err, c.field)
		}
	}
}

func TestASessionFromTheFirstWordToTheMinutes(t *testing.T) {
	w := newWorld(t)
	x := w.sat(5)
	if x.Members != 5 || x.Needed() != 3 || len(x.Present) != 5 || x.Agenda[0].Number != 1 {
		t.Fatalf("%+v", x)
	}
	d, err := w.Decision(w.ctx, town, 2026, 1)
	if err != nil || d.For != 4 || d.Subject.ID != "p1" || d.Session != x.ID || d.State != DecisionTaken || d.Direct() {
		t.Fatalf("the register: %+v, %v", d, err)
	}
	about, err := w.DecisionsOn(w.ctx, Subject{Kind: "petition", ID: "p1"}, 5)
	if err != nil || len(about) != 1 {
		t.Errorf("decisions about the petition: %v, %v", about, err)
	}
	if _, _, err := w.Minutes(w.ctx, x); !fault.Is(err, fault.NotFound) {
		t.Errorf("minutes before they are public: %v", err)
	}
	x, err = w.PublishMinutes(w.ctx, president, x.ID)
	if err != nil || x.State != SessionPublished || len(x.MinutesSum) != 64 {
		t.Fatalf("%+v, %v", x, err)
	}
	again, err := w.PublishMinutes(w.ctx, president, x.ID)
	if err != nil || again.Minutes != x.Minutes || again.MinutesSum != x.MinutesSum {
		t.Errorf("minutes published twice are others: %v", err)
	}
	w.sound()
}

// TestTheMinutesSayWhatHappened reads the paper in both languages.
func TestTheMinutesSayWhatHappened(t *testing.T) {
	w := newWorld(t)
	x := w.sat(5)
	for _, lang := range []string{"ar", "fr"} {
		_, err := w.SetSettings(w.ctx, officer, town, Settings{Lang: lang})
		w.must(err)
		body, err := w.DrawMinutes(w.ctx, x)
		w.must(err)
		same, err := w.DrawMinutes(w.ctx, x)
		w.must(err)
		if string(body) != string(same) {
			t.Error("the same session gives other bytes")
		}
		golden.Text(t, "minutes."+lang+".txt", strings.Join(pdftest.Text(t, body), "\n\f\n")+"\n")
	}
}

// TestANumberIsGivenOnceInAYear lets many record at the same moment.
func TestANumberIsGivenOnceInAYear(t *testing.T) {
	w := newWorld(t)
	members := w.members(3)
	x := w.prepared(Ordinary)
	for i := range 9 {
		var err error
		x, err = w.AddItem(w.ctx, officer, x.ID, fmt.Sprint("item", i), "", Item{Title: fmt.Sprint("نقطة ", i)})
		w.must(err)
	}
	_, err := w.Convene(w.ctx, officer, x.ID, w.clock.Now(), "")
	w.must(err)
	w.clock.Set(x.StartsAt)
	x, err = w.Open(w.ctx, officer, x.ID, "", []string{members[0].ID, members[1].ID, "nobody", members[0].ID})
	if err != nil || len(x.Present) != 2 {
		t.Fatalf("present: %v, %v", x.Present, err)
	}
	var wait sync.WaitGroup
	for _, item := range x.Agenda {
		wait.Go(func() {
			if _, err := w.Record(w.ctx, officer, x.ID, item.ID, Vote{Outcome: Adopted, For: 2}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	x, err = w.Session(w.ctx, officer, x.ID)
	w.must(err)
	seen := map[int]bool{}
	for _, i := range x.Agenda {
		if i.Number == 0 || seen[i.Number] {
			t.Errorf("number %d stands twice, or is none", i.Number)
		}
		seen[i.Number] = true
	}
	_, err = w.Record(w.ctx, officer, x.ID, x.Agenda[0].ID, Vote{Outcome: Adopted, For: 2, Number: x.Agenda[1].Number})
	input(t, err, "number")
	// A number that an item gives up is free again.
	freed := x.Agenda[0].Number
	_, err = w.Record(w.ctx, officer, x.ID, x.Agenda[0].ID, Vote{Outcome: Postponed})
	w.must(err)
	x, err = w.Record(w.ctx, officer, x.ID, x.Agenda[0].ID, Vote{Outcome: Adopted, For: 2, Number: freed})
	if err != nil || x.Agenda[0].Number != freed {
		t.Errorf("the number is not given again: %v", err)
	}
	if _, err := w.Decision(w.ctx, town, 2026, freed); !fault.Is(err, fault.NotFound) {
		t.Errorf("a decision is public before its session is closed: %v", err)
	}
	w.sound()
}

func TestACrashBetweenNumberAndVoteIsRepaired(t *testing.T) {
	w := newWorld(t)
	x := w.opened(w.members(3))
	n, err := w.claim(w.ctx, x, "gone", 0, 0) // an act that ended here
	w.must(err)
	found, err := w.Check(w.ctx, true)
	if err != nil || len(found) != 1 {
		t.Fatalf("check finds %v, %v", found, err)
	}
	w.sound()
	x, err = w.Record(w.ctx, officer, x.ID, x.Agenda[0].ID, Vote{Outcome: Adopted, For: 2, Number: n})
	if err != nil || x.Agenda[0].Number != n {
		t.Errorf("the number is lost: %v", err)
	}
	// A session whose decisions were not mirrored is settled by the sweep.
	_, err = w.sessions.Update(w.ctx, x.ID, func(x *Session) error {
		x.State, x.ClosedAt, x.Unsettled = SessionClosed, w.clock.Now(), true
		return nil
	})
	w.must(err)
	w.must(w.Settle(w.ctx))
	if d, err := w.Decision(w.ctx, town, 2026, n); err != nil || d.Title != "إصلاح الإنارة" {
		t.Errorf("the sweep did not write the register: %+v, %v", d, err)
	}
}

func TestNothingIsPutToTheVoteWithoutAQuorum(t *testing.T) {
	w := newWorld(t)
	members := w.members(4)
	x := w.opened(members[:2])
	if x.QuorumMet() {
		t.Fatal("two of four are more than half")
	}
	if _, err := w.Record(w.ctx, officer, x.ID, x.Agenda[0].ID, Vote{Outcome: Adopted, For: 2}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a vote without a quorum: %v", err)
	}
	if _, err := w.Attend(w.ctx, officer, x.ID, "", []string{members[0].ID, members[1].ID, members[2].ID}); err != nil {
		t.Fatal(err)
	}
	x, err := w.Record(w.ctx, officer, x.ID, x.Agenda[0].ID, Vote{Outcome: Adopted, For: 3})
	w.must(err)
	_, err = w.Attend(w.ctx, officer, x.ID, "", []string{members[0].ID})
	input(t, err, "present")
}

func TestWhoeverIsAMemberThatDayIsCounted(t *testing.T) {
	w := newWorld(t)
	members := w.members(3)
	_, err := w.EndMandate(w.ctx, officer, members[2].ID, w.clock.Now().AddDate(0, 0, -1), "استقالة")
	w.must(err)
	x := w.opened(members)
	if x.Members != 2 || len(x.Present) != 2 {
		t.Errorf("members %d, present %d", x.Members, len(x.Present))
	}
	if _, err := w.EndMandate(w.ctx, officer, members[0].ID, w.clock.Now(), " "); !fault.Is(err, fault.Invalid) {
		t.Errorf("a mandate ends without a reason: %v", err)
	}
	_, err = w.EndMandate(w.ctx, officer, members[0].ID, w.clock.Now().AddDate(0, 0, 1), "x")
	input(t, err, "until")
}

// TestABodyThatDoesNotSitDecidesAlone: a municipality run by the officer in
// charge of the general secretariat.
func TestABodyThatDoesNotSitDecidesAlone(t *testing.T) {
	w := newWorld(t)
	if _, err := w.Prepare(w.ctx, officer, tunisian, "x", Plan{Kind: Ordinary, StartsAt: w.clock.Now().AddDate(0, 1, 0), Place: "x"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("one person sits: %v", err)
	}
	in := Decision{Title: "إصلاح الإنارة", Text: "تقرر إصلاح الإنارة.", On: w.clock.Now().AddDate(0, 0, -1), Outcome: Adopted}
	d, err := w.RecordDecision(w.ctx, president, tunisian, "once", "PET-2026-0001", in)
	if err != nil || d.Label() != "1/2026" || d.Body != law.ActingSecretaryGeneral || !d.Direct() || d.Unsettled {
		t.Fatalf("%+v, %v", d, err)
	}
	again, err := w.RecordDecision(w.ctx, president, tunisian, "once", "PET-2026-0001", in)
	if err != nil || again.ID != d.ID {
		t.Errorf("a form sent twice made two decisions: %v, %v", again.ID, err)
	}
	second, err := w.RecordDecision(w.ctx, president, tunisian, "two", "", in)
	if err != nil || second.Number != 2 {
		t.Errorf("%+v, %v", second, err)
	}
	in.Number = 1
	_, err = w.RecordDecision(w.ctx, president, tunisian, "three", "", in)
	input(t, err, "number")
	if _, err := w.RecordDecision(w.ctx, president, town, "four", "", Decision{}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a council decides without a session: %v", err)
	}
	annulled, err := w.Annul(w.ctx, president, d.ID, "حكم قضائي")
	if err != nil || annulled.State != DecisionAnnulled {
		t.Errorf("%+v, %v", annulled, err)
	}
	w.sound()
}

func TestTheRegisterIsNarrowedAndSearched(t *testing.T) {
	w := newWorld(t)
	w.clock.Set(start.AddDate(2, 0, 0))
	for i, on := range []time.Time{start, start.AddDate(1, 0, 0), start.AddDate(1, 1, 0)} {
		words, title := "", "تهيئة الحديقة العمومية"
		if i == 2 {
			words, title = "PET-2026-0001", "Éclairage de l’avenue"
		}
		_, err := w.RecordDecision(w.ctx, officer, tunisian, fmt.Sprint(i), words, Decision{Title: title, Text: "نص", On: on, Outcome: Adopted})
		w.must(err)
	}
	for name, c := range map[string]struct {
		f    DecisionFilter
		want int
	}{
		"all": {DecisionFilter{}, 3}, "a year": {DecisionFilter{Year: 2027}, 2}, "another": {DecisionFilter{Year: 2025}, 0},
		"about petitions": {DecisionFilter{About: "petition"}, 1}, "about others in a year": {DecisionFilter{About: "none", Year: 2027}, 1},
		"a body": {DecisionFilter{Body: law.ActingSecretaryGeneral}, 3}, "another body": {DecisionFilter{Body: law.Council}, 0},
		"words": {DecisionFilter{Words: "الحديقه"}, 2}, "words without accents": {DecisionFilter{Words: "eclairage"}, 1},
		"words in a year": {DecisionFilter{Words: "حديقة", Year: 2026}, 1}, "a reference": {DecisionFilter{Words: "PET-2026-0001"}, 1}, "nothing": {DecisionFilter{Words: "zzz"}, 0},
	} {
		page, err := w.Decisions(w.ctx, tunisian, c.f)
		if err != nil || len(page.Items) != c.want {
			t.Errorf("%s: %d, not %d: %v", name, len(page.Items), c.want, err)
		}
	}
	years, err := w.Years(w.ctx, tunisian)
	if err != nil || fmt.Sprint(years) != "[2027 2026]" {
		t.Errorf("years %v, %v", years, err)
	}
	if page, _ := w.Decisions(w.ctx, town, DecisionFilter{Words: "حديقة"}); len(page.Items) != 0 {
		t.Error("another authority's decisions are found")
	}
	first, err := w.Decisions(w.ctx, tunisian, DecisionFilter{Limit: 2})
	w.must(err)
	rest, err := w.Decisions(w.ctx, tunisian, DecisionFilter{Limit: 2, After: first.Next})
	if err != nil || len(rest.Items) != 1 || rest.Next != "" {
		t.Errorf("the second page: %v, %v", rest, err)
	}
}

func TestASearchOfDecisionsReachesTheOldest(t *testing.T) {
	w := newWorld(t)
	var all []Decision
	for i := range searched + 40 {
		d := Decision{Meta: storeID(decisionID(tunisian, 2026, i+1)), Year: 2026, Number: i + 1, On: start.AddDate(0, 0, -i), Title: "تهيئة الحديقة العمومية"}
		d.Authority, d.Country, d.State = tunisian, "TN", DecisionTaken
		if i == searched+30 {
			d.Text = "إصلاح المسبح"
		}
		d.derive()
		all = append(all, d)
	}
	_, err := w.decisions.InsertMany(w.ctx, all)
	w.must(err)
	f, found := DecisionFilter{Words: "الحديقة المسبح", Limit: 20}, 0
	for pages := 1; ; pages++ {
		page, err := w.Decisions(w.ctx, tunisian, f)
		w.must(err)
		found += len(page.Items)
		if f.After = page.Next; f.After == "" {
			break
		}
		if pages > 3 {
			t.Fatal("the search does not end")
		}
	}
	if found != 1 {
		t.Errorf("%d decisions hold both words, not 1", found)
	}
	seen := map[string]bool{}
	for f = (DecisionFilter{Words: "حديقة", Limit: 20}); ; {
		page, err := w.Decisions(w.ctx, tunisian, f)
		w.must(err)
		for _, d := range page.Items {
			seen[d.ID] = true
		}
		if f.After = page.Next; f.After == "" {
			break
		}
	}
	if len(seen) != len(all) {
		t.Errorf("%d of %d decisions are found", len(seen), len(all))
	}
}
