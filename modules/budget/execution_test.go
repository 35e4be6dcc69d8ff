package budget

import (
	"errors"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/fault"
)

// executing returns an edition in execution with two funded projects and one
// that is not.
func (w *world) executing() (Edition, []Proposal) {
	w.t.Helper()
	e, projects := w.voting(SingleBallot)
	e = w.until(e, Counting)
	w.must(w.Settle(w.ctx, e.ID, []string{projects[0].ID}))
	e = w.until(e, Executing)
	return e, must[[]Proposal](w)(w.Funded(w.ctx, e.ID))
}

// problem returns the message of an error's first problem.
func problem(err error) string {
	var b *Broken
	if errors.As(err, &b) {
		return b.Problems[0].Field
	}
	return ""
}

func TestAFundedProjectGoesFromTendersToDeliveryAndIsToldOfOnce(t *testing.T) {
	w := newWorld(t)
	_, funded := w.executing()
	id := funded[0].ID
	for _, step := range []struct {
		act Act
		to  State
	}{{ActProcure, Procurement}, {ActBuild, Works}, {ActDeliver, Delivered}} {
		for range 2 { // twice is once
			p := must[Proposal](w)(w.Carry(w.ctx, agent, id, step.act, ""))
			if p.State != step.to {
				t.Fatalf("%s leads to %s", step.act, p.State)
			}
		}
	}
	p := w.get(id)
	if p.Work.Finished.IsZero() || p.EndedAt.IsZero() {
		t.Error("when it was finished is not noted")
	}
	n := 0
	for _, h := range p.History {
		if h.Act == "proposal.deliver" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the delivery stands in the history %d times", n)
	}
	_, err := w.Carry(w.ctx, officer, id, ActDrop, "لم يعد ممكنًا")
	w.refuses(err, fault.Conflict, "giving up what is finished")
	w.runJobs()
	w.sound()
}

func TestGivingUpHasAReasonAndIsForOfficersAlone(t *testing.T) {
	w := newWorld(t)
	_, funded := w.executing()
	_, err := w.Carry(w.ctx, officer, funded[0].ID, ActDrop, " ")
	if problem(err) != "reason" {
		t.Errorf("without a reason: %v", err)
	}
	_, err = w.Carry(w.ctx, agent, funded[0].ID, ActDrop, "سبب")
	w.refuses(err, fault.Forbidden, "a department gives up")
	_, err = w.Carry(w.ctx, stranger, funded[0].ID, ActDrop, "سبب")
	w.refuses(err, fault.Forbidden, "a stranger gives up")
	p := must[Proposal](w)(w.Carry(w.ctx, officer, funded[0].ID, ActDrop, "الأرض ليست ملك البلدية"))
	if p.State != Dropped || p.Public().Work.Dropped == "" {
		t.Errorf("%s, reason %q", p.State, p.Work.Dropped)
	}
}

func TestNobodyIsPaidMoreThanTheContractsSay(t *testing.T) {
	w := newWorld(t)
	_, funded := w.executing()
	id, on := funded[0].ID, w.clock.Now().Add(-24*time.Hour)
	tell := func(r Report) error { _, err := w.Tell(w.ctx, agent, id, r); return err }
	pay := Report{Kind: ReportPayment, Amount: 30_000_000, On: on, Once: "p1"}
	if got := problem(tell(pay)); got != "amount" {
		t.Errorf("a payment without a contract: %q", got)
	}
	w.must(tell(Report{Kind: ReportContract, Text: "شركة الأشغال", Ref: "12/2027", Amount: 50_000_000, On: on, Once: "c1"}))
	w.must(tell(pay))
	w.must(tell(pay)) // the same form again
	pay.Once, pay.Amount = "p2", 20_000_001
	if got := problem(tell(pay)); got != "amount" {
		t.Errorf("a payment above the contract: %q", got)
	}
	p := w.get(id)
	if p.Work.Committed() != 50_000_000 || p.Work.Paid() != 30_000_000 || len(p.Work.Payments) != 1 {
		t.Errorf("committed %d, paid %d in %d payments", p.Work.Committed(), p.Work.Paid(), len(p.Work.Payments))
	}
	strike := Report{Kind: ReportStrike, Of: p.Work.Contracts[0].ID, Text: "خطأ"}
	if problem(tell(strike)) == "" {
		t.Error("a contract that was paid is struck out")
	}
	w.must(tell(Report{Kind: ReportStrike, Of: p.Work.Payments[0].ID, Text: "كُتبت مرتين"}))
	w.must(tell(strike))
	if p = w.get(id); p.Work.Committed() != 0 || p.Work.Paid() != 0 || len(p.Work.Contracts) != 1 {
		t.Errorf("what was struck out counts, or is gone: %+v", p.Work)
	}
}

func TestWhatIsReportedIsChecked(t *testing.T) {
	w := newWorld(t)
	_, funded := w.executing()
	now := w.clock.Now()
	for name, r := range map[string]Report{
		"on":       {Kind: ReportContract, Text: "شركة", Amount: 5, On: now.Add(48 * time.Hour)},
		"amount":   {Kind: ReportContract, Text: "شركة", Amount: -5, On: now},
		"text":     {Kind: ReportContract, Amount: 5, On: now},
		"ref":      {Kind: ReportPlan, Ref: "nobody", On: now},
		"on ":      {Kind: ReportDelay, Text: "سبب"},
		"of":       {Kind: ReportReached, Of: "nothing"},
		"text  ":   {Kind: "gossip", Text: "x"},
		"file":     {Kind: ReportBefore},
		"of ":      {Kind: ReportStrike, Of: "nothing", Text: "سبب"},
		"text    ": {Kind: ReportMilestone, On: now},
	} {
		_, err := w.Tell(w.ctx, agent, funded[0].ID, r)
		if got := problem(err); got != strings.TrimSpace(name) {
			t.Errorf("%+v: %q is wrong, %v", r, got, err)
		}
	}
	_, err := w.Tell(w.ctx, salma, funded[0].ID, Report{Kind: ReportMilestone, Text: "x", On: now})
	w.refuses(err, fault.Forbidden, "a citizen reports")
	if got := w.get(funded[0].ID).Work; len(got.Contracts)+len(got.Delays)+len(got.Milestones) != 0 {
		t.Errorf("something was kept: %+v", got)
	}
}

func TestAnEndThatIsSetMovesByADelayAlone(t *testing.T) {
	w := newWorld(t)
	_, funded := w.executing()
	id, end := funded[0].ID, w.clock.Now().Add(30*24*time.Hour)
	must[Proposal](w)(w.Tell(w.ctx, agent, id, Report{Kind: ReportPlan, Ref: "technical", On: end}))
	_, err := w.Tell(w.ctx, agent, id, Report{Kind: ReportPlan, On: end.Add(time.Hour)})
	if problem(err) != "on" {
		t.Errorf("the end moved without a reason: %v", err)
	}
	_, err = w.Tell(w.ctx, agent, id, Report{Kind: ReportDelay, Text: "تأخر المزوّد", On: end.Add(-time.Hour)})
	if problem(err) != "on" {
		t.Errorf("a delay that ends earlier: %v", err)
	}
	p := must[Proposal](w)(w.Tell(w.ctx, agent, id, Report{Kind: ReportDelay, Text: "تأخر المزوّد", On: end.Add(48 * time.Hour)}))
	if !p.Work.DueAt.Equal(end.Add(48*time.Hour)) || len(p.Work.Delays) != 1 || !p.Work.Delays[0].From.Equal(end) {
		t.Errorf("%+v", p.Work)
	}
	if p.Work.Late(p.State, end.Add(time.Hour)) || !p.Work.Late(p.State, end.Add(72*time.Hour)) || p.Work.Late(Delivered, end.Add(72*time.Hour)) {
		t.Error("what is late is judged wrongly")
	}
}

func TestTheCouncilsDecisionIsRecordedAndCanBeCorrected(t *testing.T) {
	w := newWorld(t)
	e, _ := w.executing()
	d := Decision{Session: "الدورة العادية لشهر فيفري 2027", Number: "2027/14", On: w.clock.Now().Add(-24 * time.Hour)}
	for range 2 {
		must[Edition](w)(w.Decide(w.ctx, president, e.ID, d))
	}
	d.Number = "2027/15"
	got := must[Edition](w)(w.Decide(w.ctx, officer, e.ID, d))
	n := 0
	for _, h := range got.History {
		if h.Act == "budget.decide" {
			n++
		}
	}
	if n != 2 || got.Decision.Number != "2027/15" {
		t.Errorf("%d entries, number %s", n, got.Decision.Number)
	}
	d.On = w.clock.Now().Add(48 * time.Hour)
	_, err := w.Decide(w.ctx, officer, e.ID, d)
	if problem(err) != "on" {
		t.Errorf("a decision of tomorrow: %v", err)
	}
	_, err = w.Decide(w.ctx, agent, e.ID, Decision{Session: "x", Number: "1", On: w.clock.Now()})
	w.refuses(err, fault.Forbidden, "a department decides")
}

func TestADecisionCanNameASessionHeldOnThePlatform(t *testing.T) {
	w := newWorld(t)
	e, _ := w.executing()
	got := must[Edition](w)(w.Decide(w.ctx, officer, e.ID, Decision{Sitting: "october", Session: "typed as well", Number: "2026/87", On: w.clock.Now().AddDate(1, 0, 0)}))
	if d := got.Decision; d.Session != "" || d.Path != "/councils/tn-town/sessions/october" || !d.On.Equal(day(2026, 10, 29)) {
		t.Errorf("%+v", d)
	}
	_, err := w.Decide(w.ctx, officer, e.ID, Decision{Sitting: "of another town", Number: "1"})
	if problem(err) != "sitting" {
		t.Errorf("a session that is not the body's: %v", err)
	}
	got = must[Edition](w)(w.Decide(w.ctx, officer, e.ID, Decision{Session: "دورة فيفري", Path: "https://elsewhere.example", Number: "1", On: day(2026, 11, 1)}))
	if d := got.Decision; d.Path != "" || d.Sitting != "" || d.Session != "دورة فيفري" {
		t.Errorf("in words: %+v", d)
	}
}

func TestAmountsAreReadAsPeopleTypeThem(t *testing.T) {
	for typed, want := range map[string]int64{"12500": 12_500_000, "12 500,250": 12_500_250, "12\u202f500.5": 12_500_500, "0,001": 1} {
		if got, ok := minorOf(typed, "TND"); !ok || got != want {
			t.Errorf("%q is %d, want %d", typed, got, want)
		}
	}
	for _, typed := range []string{"", "-5", "1.2.3", "12,3456", "douze", "1e9", "9999999999999"} {
		if got, ok := minorOf(typed, "TND"); ok {
			t.Errorf("%q is taken for %d", typed, got)
		}
	}
	if got, ok := minorOf("12,345", "MAD"); ok {
		t.Errorf("a third decimal of a dirham is %d", got)
	}
	if got := plainMoney(12_500_050, "TND"); got != "12500.050" {
		t.Errorf("written %s", got)
	}
}
