package desk

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
)

// TestWhoMayDoWhatWithAnItem decides every state, act and role.
func TestWhoMayDoWhatWithAnItem(t *testing.T) {
	table := map[Act]string{ // state:role>to
		ActChange: "open:system>open snoozed:system>snoozed", ActSettle: "open:system>done snoozed:system>done", ActReopen: "done:system>open",
		ActRemind:  "open:system>open snoozed:system>snoozed",
		ActTake:    "open:worker>open snoozed:worker>snoozed",
		ActRelease: "open:worker>open snoozed:worker>snoozed", ActAssign: "open:lead>open snoozed:lead>snoozed",
		ActNote:     "open:worker>open snoozed:worker>snoozed done:worker>done",
		ActDropNote: "open:worker>open snoozed:worker>snoozed done:worker>done",
		ActSnooze:   "open:worker>snoozed snoozed:worker>snoozed", ActWake: "snoozed:worker>open snoozed:system>open",
		ActEscalate: "open:worker>open open:system>open snoozed:worker>open snoozed:system>open",
	}
	for _, act := range Acts {
		var got []string
		for _, state := range States {
			for _, role := range ItemRoles {
				if to, err := Next(state, act, role); err == nil {
					got = append(got, fmt.Sprintf("%s:%s>%s", state, role, to))
				}
			}
		}
		if found := strings.Join(got, " "); found != table[act] {
			t.Errorf("%s: %q, want %q", act, found, table[act])
		}
	}
	if len(table) != len(Acts) {
		t.Errorf("%d acts are decided, there are %d", len(table), len(Acts))
	}
}

func TestWhatAModuleNamesIsAtTheDeskAndNothingElse(t *testing.T) {
	w := newWorld(t)
	due := start.AddDate(0, 0, 20)
	w.tell("a", 1, answer(due), read("one"))
	w.tell("b", 1, read("two"))
	if got := w.ids(officer, Filter{}); got != "a.reply a.one b.two" {
		t.Errorf("the officer sees %q", got)
	}
	w.tell("a", 2, answer(due.AddDate(0, 0, 5))) // one is done, the other has another day
	if got := w.ids(officer, Filter{}); got != "a.reply b.two" || !w.item("a.reply").Due.Equal(due.AddDate(0, 0, 5)) {
		t.Errorf("the officer sees %q", got)
	}
	if got := w.ids(officer, Filter{View: Finished}); got != "a.one" {
		t.Errorf("done: %q", got)
	}
	before := w.item("a.reply").Version
	w.tell("a", 2, answer(due.AddDate(0, 0, 5)))                                                 // again
	w.must(w.Tell(w.ctx, "test:a", Standing{Stamp: 1, Waits: []Wait{answer(due), read("one")}})) // late
	w.must(w.Tell(w.ctx, "test:a", Standing{Stamp: 1}))
	if got := w.ids(officer, Filter{}); got != "a.reply b.two" || w.item("a.reply").Version != before {
		t.Errorf("after a repeat and two late standings: %q at version %d, was %d", got, w.item("a.reply").Version, before)
	}
	w.tell("a", 3, read("one")) // waits again
	if got := w.ids(officer, Filter{}); got != "a.one b.two" || w.item("a.one").State != Open {
		t.Errorf("after it came back: %q", got)
	}
	w.sound()
}

func TestEveryoneSeesWhatTheirRoleWorksOn(t *testing.T) {
	w := newWorld(t)
	w.tell("a", 1, answer(start.AddDate(0, 0, 20)), read("one"), Wait{Slot: "desk", Kind: "test.counter", Authority: "town", Country: "MA", Since: start, Path: "/desk"})
	w.tell("p", 1, Wait{Slot: "x", Kind: "test.read", Authority: auth.PlatformID, Since: start, Path: "/desk"})
	both := auth.Actor{PersonID: "both", Memberships: append(slices.Clone(councillor.Memberships), counter.Memberships...)}
	for name, c := range map[string]struct {
		who  auth.Actor
		want string
	}{
		"officer": {officer, "a.reply a.one"}, "councillor": {councillor, "a.reply"}, "president": {president, "a.reply"}, "front desk": {counter, "a.desk"},
		"two roles": {both, "a.reply a.desk"}, "stranger": {stranger, "forbidden"}, "citizen": {citizen, "forbidden"}, "administrator": {admin, "forbidden"},
	} {
		if got := w.ids(c.who, Filter{}); got != c.want {
			t.Errorf("%s sees %q, want %q", name, got, c.want)
		}
		_, err := w.Get(w.ctx, c.who, "test:a.one")
		if sees := strings.Contains(c.want, "a.one"); (err == nil) != sees || err != nil && !fault.Is(err, fault.NotFound) {
			t.Errorf("%s opens a.one: %v", name, err)
		}
	}
	page, err := w.List(w.ctx, admin, auth.PlatformID, Filter{}, "", 10)
	if err != nil || len(page.Items) != 1 {
		t.Errorf("the administrator sees %d: %v", len(page.Items), err)
	}
	counts, err := w.Counts(w.ctx, councillor, "town", "")
	if w.must(err); counts[All] != 1 || counts[Unassigned] != 1 || counts[Late] != 0 {
		t.Errorf("the councillor is told of %v", counts)
	}
}

func TestTheQueueIsFilteredAndTheOverdueStandOnTop(t *testing.T) {
	w := newWorld(t)
	at := func(subject string, days int) { w.tell(subject, 1, answer(start.AddDate(0, 0, days))) }
	at("late", -3)
	at("near", 2)
	at("edge", 7)
	at("far", 40)
	w.tell("none", 1, read("x"))
	_, err := w.Take(w.ctx, second, "test:near.reply")
	w.must(err)
	_, err = w.Snooze(w.ctx, officer, "test:far.reply", 14)
	w.must(err)
	for f, want := range map[Filter]string{
		{}: "late.reply near.reply edge.reply none.x", {View: Late}: "late.reply", {View: Soon}: "near.reply edge.reply", {View: Mine}: "", {View: Unassigned}: "late.reply edge.reply none.x",
		{Kind: "test.read"}: "none.x", {View: Unassigned, Kind: "test.answer"}: "late.reply edge.reply", {View: PutOff}: "far.reply", {View: Finished}: "",
	} {
		if got := w.ids(officer, f); got != want {
			t.Errorf("%+v: %q, want %q", f, got, want)
		}
	}
	if got := w.ids(second, Filter{View: Mine}); got != "near.reply" {
		t.Errorf("theirs: %q", got)
	}
	var all []string
	for after := ""; ; {
		page, err := w.List(w.ctx, officer, "town", Filter{}, after, 1)
		w.must(err)
		for _, it := range page.Items {
			all = append(all, it.ID)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if len(all) != 4 {
		t.Errorf("page by page: %v", all)
	}
}

// TestOfTwoWhoTakeItOneHasIt lets many take an item at once.
func TestOfTwoWhoTakeItOneHasIt(t *testing.T) {
	w := newWorld(t)
	w.tell("a", 1, answer(start.AddDate(0, 0, 20)))
	var wait sync.WaitGroup
	people := []auth.Actor{officer, second, councillor, president}
	failed := make([]error, len(people))
	for i, who := range people {
		wait.Go(func() { _, failed[i] = w.Take(w.ctx, who, "test:a.reply") })
	}
	wait.Wait()
	won := ""
	for i, err := range failed {
		if err == nil {
			won += people[i].PersonID
		} else if !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: %v", people[i].PersonID, err)
		}
	}
	it := w.item("a.reply")
	if it.Assignee != won || len(it.History) != 2 {
		t.Errorf("won by %q, kept for %q, %d entries", won, it.Assignee, len(it.History))
	}
	w.sound()
}

func TestHandingOverIsForThoseWhoLeadToThoseWhoCan(t *testing.T) {
	w := newWorld(t)
	w.tell("a", 1, answer(start.AddDate(0, 0, 20)), read("one"))
	id, ctx := "test:a.one", w.ctx
	for name, c := range map[string]struct {
		who  auth.Actor
		to   string
		want fault.Kind
	}{
		"to a councillor, who does not see it": {officer, "councillor", fault.Invalid},
		"to nobody":                            {officer, "", fault.Invalid},
		"to somebody elsewhere":                {officer, "stranger", fault.Invalid},
		"by a stranger":                        {stranger, "second", fault.NotFound},
		"by a councillor who does not see it":  {councillor, "second", fault.NotFound},
	} {
		_, err := w.Assign(ctx, c.who, id, c.to)
		wantFault(t, name, err, c.want)
	}
	_, err := w.Assign(ctx, councillor, "test:a.reply", "second")
	wantFault(t, "by a councillor to another", err, fault.Forbidden)
	if it, err := w.Assign(ctx, councillor, "test:a.reply", "councillor"); err != nil || it.Assignee != "councillor" {
		t.Errorf("a councillor to themself: %v", err)
	}
	it, err := w.Assign(ctx, officer, id, "second")
	if w.must(err); it.Assignee != "second" || w.ids(second, Filter{View: Mine}) != "a.one" {
		t.Errorf("handed to %q", it.Assignee)
	}
	version := it.Version
	if it, err = w.Assign(ctx, officer, id, "second"); err != nil || it.Version != version {
		t.Errorf("handing over twice: version %d, was %d: %v", it.Version, version, err)
	}
	if _, err := w.Release(ctx, councillor, "test:a.reply"); err != nil {
		t.Errorf("giving back one's own: %v", err)
	}
	w.tell("a", 2)
	_, err = w.Take(ctx, officer, id)
	wantFault(t, "taking what is done", err, fault.Conflict)
	w.sound()
}

func TestNotesAreOneOnesOwnAndInOnesData(t *testing.T) {
	w := newWorld(t)
	w.tell("a", 1, read("one"))
	id, ctx := "test:a.one", w.ctx
	_, err := w.Note(ctx, officer, id, "n1", "  Appeler le service\x00.  ")
	w.must(err)
	if it, err := w.Note(ctx, officer, id, "n1", "Appeler le service."); err != nil || len(it.Notes) != 1 || it.Notes[0].Text != "Appeler le service." {
		t.Errorf("a second click: %v, %v", it.Notes, err)
	}
	_, err = w.Note(ctx, officer, id, "n2", " \x00")
	wantFault(t, "an empty note", err, fault.Invalid)
	_, err = w.Note(ctx, officer, id, "n2", strings.Repeat("ا", MaxNote+1))
	wantFault(t, "a long note", err, fault.Invalid)
	_, err = w.Note(ctx, councillor, id, "n2", "Moi aussi")
	wantFault(t, "a note by somebody who does not see it", err, fault.NotFound)
	_, err = w.DropNote(ctx, second, id, "n1")
	wantFault(t, "deleting another's", err, fault.Forbidden)
	for _, e := range w.item("a.one").History {
		if strings.Contains(e.Reason+fmt.Sprint(e.Details), "Appeler") {
			t.Error("the audit repeats the note")
		}
	}
	data, err := w.Export(ctx, "officer")
	if w.must(err); len(data.(Exported).Notes) != 1 {
		t.Errorf("exported: %+v", data)
	}
	w.must(w.OnJoined(ctx, "second", "officer"))
	if data, _ := w.Export(ctx, "officer"); data != nil {
		t.Errorf("still exported for the account that is gone: %+v", data)
	}
	_, err = w.Take(ctx, second, id)
	w.must(err)
	w.must(w.Erase(ctx, "second"))
	if it := w.item("a.one"); it.Assignee != "" || it.Notes[0].By != "" || it.Notes[0].Text == "" || len(it.People) != 0 {
		t.Errorf("after the account was deleted: %+v", it)
	}
	w.sound()
}

func TestPuttingOffNeverHidesADeadline(t *testing.T) {
	w := newWorld(t)
	ctx := w.ctx
	w.tell("soon", 1, answer(clock.EndOfDay(start.AddDate(0, 0, 3), clock.Zone("MA"))))
	w.tell("late", 1, answer(start.AddDate(0, 0, -1)))
	w.tell("today", 1, answer(clock.EndOfDay(start, clock.Zone("MA"))))
	w.tell("none", 1, read("x"))
	for _, id := range []string{"late", "today"} {
		_, err := w.Snooze(ctx, officer, "test:"+id+".reply", 3)
		wantFault(t, "putting off what is due "+id, err, fault.Invalid)
	}
	it, err := w.Snooze(ctx, officer, "test:soon.reply", 14)
	if w.must(err); day(it.SnoozedUntil, it.Zone()) != "2026-11-24" {
		t.Errorf("put off until %s, the deadline is %s", it.SnoozedUntil, it.Due)
	}
	_, err = w.Snooze(ctx, officer, "test:none.x", 2)
	wantFault(t, "for two days, which nobody offered", err, fault.Invalid)
	_, err = w.Snooze(ctx, officer, "test:none.x", 7)
	w.must(err)
	w.clock.Set(time.Date(2026, 11, 24, 5, 59, 0, 0, time.UTC)) // a minute before seven in Morocco
	w.jobs()
	if got := w.ids(officer, Filter{View: PutOff}); got != "soon.reply none.x" {
		t.Errorf("before the hour: %q", got)
	}
	w.clock.Advance(2 * time.Minute)
	w.jobs()
	if got := w.ids(officer, Filter{View: PutOff}); got != "none.x" {
		t.Errorf("after it: %q", got)
	}
	w.tell("none", 2, func() Wait { x := read("x"); x.Due = start.AddDate(0, 1, 0); return x }())
	if w.item("none.x").State != Open {
		t.Error("a new deadline does not bring back what was put off")
	}
	w.sound()
}

// TestDaysAreThoseOfTheCalendar counts over the ends of months, a leap day, and
// Morocco's clocks before and after Ramadan.
func TestDaysAreThoseOfTheCalendar(t *testing.T) {
	ma, tn := clock.Zone("MA"), clock.Zone("TN")
	for _, c := range []struct {
		now, due string
		zone     *time.Location
		want     int
	}{
		{"2026-01-31T12:00:00Z", "2026-02-28T22:59:59Z", tn, 28}, {"2028-02-28T12:00:00Z", "2028-03-01T12:00:00Z", tn, 2},
		{"2026-02-14T12:00:00Z", "2026-03-23T12:00:00Z", ma, 37}, {"2026-12-31T22:30:00Z", "2027-01-01T12:00:00Z", tn, 1}, {"2026-12-31T23:30:00Z", "2027-01-01T12:00:00Z", tn, 0},
		{"2026-11-22T09:00:00Z", "2026-11-22T22:59:59Z", ma, 0}, {"2026-11-23T00:30:00Z", "2026-11-22T22:59:59Z", ma, -1}, {"2026-11-22T23:30:00Z", "2026-11-22T22:59:59Z", ma, -1},
	} {
		now, _ := time.Parse(time.RFC3339, c.now)
		due, _ := time.Parse(time.RFC3339, c.due)
		if got := DaysLeft(now, due, c.zone); got != c.want {
			t.Errorf("from %s to %s in %s: %d, want %d", c.now, c.due, c.zone, got, c.want)
		}
	}
	day := time.Date(2026, 3, 1, 22, 59, 59, 0, time.UTC)
	for days, want := range map[int]string{-1: "2026-02-28T06:00:00Z", -14: "2026-02-15T07:00:00Z", 0: "2026-03-01T07:00:00Z", 31: "2026-04-01T06:00:00Z"} {
		zone := ma // UTC from 15 February to 22 March 2026, one hour ahead before and after
		if days == -1 {
			zone = tn
		}
		if got := morningOf(day, days, zone).Format(time.RFC3339); got != want {
			t.Errorf("%d days from 1 March: %s, want %s", days, got, want)
		}
	}
}

func TestAReminderIsSentOnceWhateverTheNumberOfInstances(t *testing.T) {
	w := newWorld(t)
	other := worldOn(t, w.db, 2, w.clock, w.source, w.post)
	w.tell("a", 1, answer(start.AddDate(0, 0, 10))) // the reminder of two weeks before is past
	if got := w.item("a.reply").Reminded; !slices.Equal(got, []int{14}) {
		t.Errorf("reminded at the beginning: %v", got)
	}
	w.jobs()
	if got := w.post.to(); got != "" {
		t.Errorf("mails at once: %q", got)
	}
	w.clock.Advance(3 * 24 * time.Hour)
	both := func() {
		var wait sync.WaitGroup
		for _, x := range []*world{w, other} {
			wait.Go(func() { _ = x.tick(x.ctx) })
		}
		wait.Wait()
		w.jobs()
		other.jobs()
	}
	both()
	if got := w.post.to(); got != "councillor officer president second" {
		t.Errorf("a week before: %q", got)
	}
	both()
	if got := w.post.to(); got != "councillor officer president second" {
		t.Errorf("once more: %q", got)
	}
	_, err := w.Take(w.ctx, officer, "test:a.reply")
	w.must(err)
	w.clock.Advance(6 * 24 * time.Hour)
	both()
	if got := w.post.to(); got != "councillor officer officer president second" {
		t.Errorf("the day before, when somebody has it: %q", got)
	}
	w.tell("a", 2, answer(start.AddDate(0, 2, 0))) // another deadline: all reminders are to come again
	if got := w.item("a.reply").Reminded; len(got) != 0 {
		t.Errorf("reminded of the new deadline: %v", got)
	}
	w.sound()
}

func TestAfterAStandstillOneReminderIsEnough(t *testing.T) {
	w := newWorld(t)
	w.tell("a", 1, answer(start.AddDate(0, 0, 30)))
	_, err := w.Take(w.ctx, officer, "test:a.reply")
	w.must(err)
	w.clock.Advance(28 * 24 * time.Hour)
	w.jobs()
	if got := w.post.to(); got != "officer" || !slices.Equal(w.item("a.reply").Reminded, []int{7, 14}) {
		t.Errorf("mails to %q, reminded %v", got, w.item("a.reply").Reminded)
	}
	w.tell("a", 2)
	w.clock.Advance(2 * 24 * time.Hour)
	w.jobs()
	if got := w.post.to(); got != "officer" {
		t.Errorf("reminded of what is done: %q", got)
	}
}

func TestWhatIsLongOverdueGoesToThePresident(t *testing.T) {
	w := newWorld(t)
	x := read("x")
	x.Due = start.AddDate(0, 0, -1)
	w.tell("a", 1, x)
	w.clock.Advance(5*24*time.Hour + 23*time.Hour)
	w.jobs()
	if w.item("a.x").Escalated == nil {
		w.clock.Advance(24 * time.Hour)
		w.jobs()
	}
	it := w.item("a.x")
	if it.Escalated == nil || it.Escalated.By != "" || w.post.to() != "president" || w.ids(president, Filter{}) != "a.x" {
		t.Fatalf("escalated %+v, mails to %q, the president sees %q", it.Escalated, w.post.to(), w.ids(president, Filter{}))
	}
	if days := DaysLeft(it.Escalated.At, it.Due, it.Zone()); days != -7 {
		t.Errorf("after %d days", -days)
	}
	w.jobs()
	if got := w.post.to(); got != "president" {
		t.Errorf("told twice: %q", got)
	}
	w.tell("a", 2)
	w.tell("a", 3, read("x"))
	if it := w.item("a.x"); it.Escalated != nil || w.ids(president, Filter{}) != "" {
		t.Errorf("what waits anew is still before the president: %+v", it.Escalated)
	}
	w.sound()
}

func TestEscalatingByHandNeedsAReasonAndIsAudited(t *testing.T) {
	w := newWorld(t)
	w.tell("a", 1, read("x"))
	_, err := w.Escalate(w.ctx, officer, "test:a.x", "  ")
	wantFault(t, "without a reason", err, fault.Invalid)
	_, err = w.Escalate(w.ctx, stranger, "test:a.x", "Hm")
	wantFault(t, "by a stranger", err, fault.NotFound)
	_, err = w.Escalate(w.ctx, officer, "test:a.x", "Sans réponse depuis un mois.")
	w.must(err)
	_, err = w.Escalate(w.ctx, second, "test:a.x", "Une autre raison")
	w.must(err) // it stays as it is
	w.jobs()
	it := w.item("a.x")
	e := it.History[len(it.History)-1]
	if it.Escalated.Reason != "Sans réponse depuis un mois." || e.Act != "desk.escalate" || e.Reason == "" || e.ActorID != "officer" || w.post.to() != "president" {
		t.Errorf("%+v, %+v, mails to %q", it.Escalated, e, w.post.to())
	}
	w.sound()
}

func TestSettingsChangeWhatIsToCome(t *testing.T) {
	w := newWorld(t)
	w.tell("a", 1, answer(start.AddDate(0, 0, 10)))
	for name, c := range map[string]struct {
		who      auth.Actor
		remind   []int
		escalate int
		want     fault.Kind
	}{
		"councillor": {councillor, []int{3}, 1, fault.Forbidden}, "stranger": {stranger, []int{3}, 1, fault.Forbidden}, "too many": {officer, []int{1, 2, 3, 4, 5, 6}, 1, fault.Invalid},
		"negative": {officer, []int{-1}, 1, fault.Invalid}, "far": {officer, []int{400}, 1, fault.Invalid}, "late": {officer, nil, 1000, fault.Invalid},
	} {
		_, err := w.SaveSettings(w.ctx, c.who, "town", c.remind, c.escalate)
		wantFault(t, name, err, c.want)
	}
	_, err := w.SaveSettings(w.ctx, officer, "town", []int{2, 5, 5}, 0)
	w.must(err)
	w.jobs()
	w.clock.Advance(5 * 24 * time.Hour)
	w.jobs()
	if got := w.item("a.reply").Reminded; !slices.Contains(got, 5) || len(w.post.sent) != 4 {
		t.Errorf("reminded %v with %d mails", got, len(w.post.sent))
	}
	w.clock.Advance(60 * 24 * time.Hour)
	w.jobs()
	if w.item("a.reply").Escalated != nil {
		t.Error("it went to the president although it should never")
	}
	w.sound()
}

func TestSeveralAtOnceAreChangedAndUndone(t *testing.T) {
	w := newWorld(t)
	for _, s := range []string{"a", "b", "c"} {
		w.tell(s, 1, answer(start.AddDate(0, 0, 20)))
	}
	w.tell("d", 1, answer(start)) // too near to put off
	ids := []string{"test:a.reply", "test:b.reply", "test:b.reply", "test:c.reply", "test:none"}
	_, err := w.Take(w.ctx, president, "test:c.reply")
	w.must(err)
	b, err := w.Many(w.ctx, officer, "town", "k1", ActAssign, ids, "second", 0)
	if w.must(err); b.DoneCount() != 3 || w.ids(second, Filter{View: Mine}) != "a.reply b.reply c.reply" {
		t.Errorf("%d changed, theirs %q", b.DoneCount(), w.ids(second, Filter{View: Mine}))
	}
	if again, err := w.Many(w.ctx, officer, "town", "k1", ActAssign, ids, "second", 0); err != nil || again.DoneCount() != 3 {
		t.Errorf("a second click: %d, %v", again.DoneCount(), err)
	}
	_, err = w.Release(w.ctx, second, "test:b.reply") // somebody goes on with one of them
	w.must(err)
	_, err = w.Undo(w.ctx, second, "k1")
	wantFault(t, "undone by somebody else", err, fault.NotFound)
	b, err = w.Undo(w.ctx, officer, "k1")
	w.must(err)
	if a, bb, c := w.item("a.reply"), w.item("b.reply"), w.item("c.reply"); a.Assignee != "" || bb.Assignee != "" || c.Assignee != "president" || b.Changes[1].Undone {
		t.Errorf("undone: %q %q %q, %+v", a.Assignee, bb.Assignee, c.Assignee, b.Changes)
	}
	b, err = w.Many(w.ctx, officer, "town", "k2", ActSnooze, []string{"test:a.reply", "test:d.reply"}, "", 3)
	if w.must(err); b.DoneCount() != 1 || b.Changes[1].Why == "" {
		t.Errorf("put off: %+v", b.Changes)
	}
	w.clock.Advance(25 * time.Hour)
	_, err = w.Undo(w.ctx, officer, "k2")
	wantFault(t, "undone too late", err, fault.Conflict)
	for name, c := range map[string]error{
		"nothing ticked": func() error { _, err := w.Many(w.ctx, officer, "town", "k3", ActAssign, nil, "second", 0); return err }(),
		"to nobody":      func() error { _, err := w.Many(w.ctx, officer, "town", "k3", ActAssign, ids, "", 0); return err }(),
	} {
		wantFault(t, name, c, fault.Invalid)
	}
	_, err = w.Many(w.ctx, officer, "town", "k3", ActEscalate, ids, "", 0)
	wantFault(t, "an act that decides something", err, fault.Forbidden)
	_, err = w.Many(w.ctx, stranger, "town", "k3", ActAssign, ids, "second", 0)
	wantFault(t, "a stranger", err, fault.Forbidden)
	w.clock.Advance(8 * 24 * time.Hour)
	w.jobs()
	if _, err := w.batches.Get(w.ctx, "k1"); !isNotFound(err) {
		t.Errorf("the batch is still kept: %v", err)
	}
	w.sound()
}

// TestWhatACrashLeftBehindIsFound loses what the desk should have been told.
func TestWhatACrashLeftBehindIsFound(t *testing.T) {
	w := newWorld(t)
	for n := range 5 {
		w.set(fmt.Sprint("new", n), 1, answer(start.AddDate(0, 0, 20+n))) // never told
	}
	w.tell("old", 1, read("x"))
	w.set("old", 2)
	w.tell("moved", 1, answer(start.AddDate(0, 0, 20)))
	w.set("moved", 2, answer(start.AddDate(0, 0, 3)))
	w.clock.Advance(time.Hour)
	if found, err := w.Check(w.ctx, false); err != nil || len(found) != 7 {
		t.Errorf("check finds %v, %v", found, err)
	}
	w.jobs()
	if got := w.ids(officer, Filter{}); got != "moved.reply new0.reply new1.reply new2.reply new3.reply new4.reply" {
		t.Errorf("after the round: %q", got)
	}
	w.sound()

	it := w.item("moved.reply")
	it.Facets, it.Tasks = nil, nil
	w.must(w.items.Delete(w.ctx, it.ID))
	w.must(w.items.Insert(w.ctx, it))
	w.set("new0", 2)
	found, err := w.Check(w.ctx, true)
	if w.must(err); len(found) != 2 || !found[0].Repaired {
		t.Errorf("check repairs %v", found)
	}
	w.sound()
}

func TestAMailThatACrashSwallowedIsSentByTheSweep(t *testing.T) {
	w := newWorld(t)
	w.tell("a", 1, read("x"))
	_, err := w.items.Update(w.ctx, "test:a.x", func(it *Item) error { // the act is written, and the machine stops
		it.Escalated = &Escalation{At: start, By: "officer", Reason: "Hm"}
		w.record(it, officer, done{act: ActEscalate, reason: "Hm", task: &Task{taskMail, noticeEscalated + ":x"}}, Open, standard)
		return nil
	})
	w.must(err)
	if found, err := w.Check(w.ctx, false); err != nil || len(found) != 1 {
		t.Errorf("check finds %v, %v", found, err)
	}
	w.must(w.sweepTasks(w.ctx))
	w.jobs()
	if w.post.to() != "president" {
		t.Errorf("mails to %q", w.post.to())
	}
	w.sound()
}

func TestWhatIsDoneIsDeletedAfterTwoYears(t *testing.T) {
	w := newWorld(t)
	w.tell("a", 1, read("x"))
	w.tell("a", 2)
	w.clock.Set(start.AddDate(2, 0, -1))
	w.must(w.tick(w.ctx))
	w.item("a.x")
	w.clock.Set(start.AddDate(2, 0, 1))
	w.must(w.tick(w.ctx))
	if _, err := w.items.Get(w.ctx, "test:a.x"); !isNotFound(err) {
		t.Errorf("it is still there: %v", err)
	}
}

func TestTemplatesSpeakBothLanguagesAndBelongToOneAuthority(t *testing.T) {
	w := newWorld(t)
	good := Template{Authority: "town", Name: " Accusé de réception ", Texts: map[string]TemplateText{"ar": {Body: "توصلنا بـ[المرجع] [title]"}, "fr": {Summary: "Reçue", Body: "Le [date]: [objet]"}}}
	for name, c := range map[string]struct {
		who  auth.Actor
		in   Template
		want fault.Kind
	}{
		"councillor": {councillor, good, fault.Forbidden}, "stranger": {stranger, good, fault.Forbidden}, "no name": {officer, Template{Authority: "town", Texts: good.Texts}, fault.Invalid},
		"no text": {officer, Template{Authority: "town", Name: "x"}, fault.Invalid}, "summary alone": {officer, Template{Authority: "town", Name: "x", Texts: map[string]TemplateText{"fr": {Summary: "x"}}}, fault.Invalid},
		"platform": {admin, Template{Authority: auth.PlatformID, Name: "x", Texts: good.Texts}, fault.Forbidden},
	} {
		_, err := w.SaveTemplate(w.ctx, c.who, "t1", c.in)
		wantFault(t, name, err, c.want)
	}
	for range 2 {
		kept, err := w.SaveTemplate(w.ctx, officer, "t1", good)
		if w.must(err); kept.Name != "Accusé de réception" || len(kept.History) != 1 {
			t.Errorf("kept %q with %d entries", kept.Name, len(kept.History))
		}
	}
	_, err := w.SaveTemplate(w.ctx, stranger, "t1", Template{Authority: "elsewhere", Name: "Theirs", Texts: good.Texts})
	wantFault(t, "another authority's id", err, fault.NotFound)
	_, err = w.Template(w.ctx, stranger, "t1")
	wantFault(t, "read by a stranger", err, fault.NotFound)
	if all, err := w.Templates(w.ctx, councillor, "town"); err != nil || len(all) != 1 {
		t.Errorf("the councillor may use %d: %v", len(all), err)
	}
	wantFault(t, "deleted by a councillor", w.DeleteTemplate(w.ctx, councillor, "t1"), fault.Forbidden)
	w.must(w.DeleteTemplate(w.ctx, officer, "t1"))
	got := Fill("[المرجع] [title] [objet] [date] [x]", map[string]string{"title": "[date]", "reference": "PET-1", "date": "lundi"})
	if got != "PET-1 [date] [date] lundi [x]" {
		t.Errorf("filled: %q", got)
	}
}

func TestAReplyCountsOnceInItsMonth(t *testing.T) {
	at := func(s string) time.Time { x, _ := time.Parse("2006-01-02 15:04", s); return x }
	w := newWorld(t)
	reply := func(subject string, stamp int64, r *Reply) {
		if r != nil {
			r.Kind, r.Authority, r.Country = "petition", "town", "TN"
		}
		st := Standing{Stamp: stamp, Reply: r}
		w.source.all["test:"+subject] = st
		w.must(w.Tell(w.ctx, "test:"+subject, st))
	}
	reply("quick", 1, &Reply{From: at("2026-09-01 08:00"), Due: at("2026-11-01 22:59"), RepliedAt: at("2026-09-11 08:00")})
	reply("edge", 1, &Reply{From: at("2026-08-31 23:30"), Due: at("2026-10-31 22:59"), RepliedAt: at("2026-10-31 22:59")}) // the first of September there; in time to the minute
	reply("late", 1, &Reply{From: at("2026-06-01 08:00"), Due: at("2026-09-30 22:59"), RepliedAt: at("2026-09-30 23:00")}) // the first of October there
	reply("silent", 1, &Reply{From: at("2026-06-01 08:00"), Due: at("2026-10-05 22:59"), Silent: true})
	reply("owed", 1, &Reply{From: at("2026-11-01 08:00"), Due: at("2027-01-01 22:59")})
	w.jobs()
	a, err := w.Answering(w.ctx, "town", "TN", "petition")
	w.must(err)
	months := map[string]string{}
	for _, m := range a.Months {
		months[m.Month] = fmt.Sprintf("%d answers, median %d, %d in time, %d late", m.Replied, m.Median, m.InTime, m.Late)
	}
	for month, want := range map[string]string{"2026-09": "1 answers, median 10, 1 in time, 1 late", "2026-10": "2 answers, median 60, 1 in time, 1 late", "2026-11": "0 answers, median -1, 0 in time, 0 late"} {
		if months[month] != want {
			t.Errorf("%s: %s, want %s", month, months[month], want)
		}
	}
	if a.Total.Replied != 3 || a.Total.Median != 60 || a.Total.Ninth != 122 || a.Total.InTime != 2 || a.Total.Late != 2 || len(a.Months) != 12 || a.From != "2025-12" {
		t.Errorf("in all %+v from %s", a.Total, a.From)
	}
	stamp, err := w.AnsweringStamp(w.ctx, "town", "TN", "petition")
	w.must(err)
	reply("quick", 2, nil) // it turns out that none was owed
	reply("silent", 2, &Reply{From: at("2026-06-01 08:00"), Due: at("2026-10-05 22:59"), RepliedAt: at("2026-11-20 08:00")})
	reply("silent", 1, nil) // late news
	w.must(w.Tell(w.ctx, "test:silent", Standing{Stamp: 1}))
	w.source.all["test:silent"] = Standing{Stamp: 2, Reply: &Reply{Kind: "petition", Authority: "town", Country: "TN", From: at("2026-06-01 08:00"), Due: at("2026-10-05 22:59"), RepliedAt: at("2026-11-20 08:00")}}
	w.jobs()
	if a, err = w.Answering(w.ctx, "town", "TN", "petition"); err != nil || a.Total.Replied != 3 || a.Total.InTime != 1 || a.Total.Late != 2 {
		t.Errorf("afterwards %+v, %v", a.Total, err)
	}
	if now, err := w.AnsweringStamp(w.ctx, "town", "TN", "petition"); err != nil || now == stamp {
		t.Errorf("the stamp stays %q, %v", now, err)
	}
	w.sound()
	_, err = w.months.Update(w.ctx, "town|petition|2026-10", func(m *Month) error { m.Late = 9; return nil })
	w.must(err)
	if found, err := w.Check(w.ctx, true); err != nil || len(found) != 1 {
		t.Errorf("spoilt figures: %v, %v", found, err)
	}
	w.sound()
}

func TestAQuantileIsATimeThatAReplyTook(t *testing.T) {
	for name, c := range map[string]struct {
		days          map[string]int64
		median, ninth int
	}{
		"none": {nil, -1, -1}, "one": {map[string]int64{"d5": 1}, 5, 5}, "two": {map[string]int64{"d5": 1, "d9": 1}, 5, 9}, "ten": {map[string]int64{"d1": 9, "d100": 1}, 1, 1},
		"eleven": {map[string]int64{"d1": 9, "d100": 2}, 1, 100}, "at once": {map[string]int64{"d0": 3}, 0, 0},
	} {
		if m, n := quantile(c.days, .5), quantile(c.days, .9); m != c.median || n != c.ninth {
			t.Errorf("%s: %d and %d, want %d and %d", name, m, n, c.median, c.ninth)
		}
	}
}
