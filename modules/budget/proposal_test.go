package budget

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// whoMay is the test's own account of the proposals' table: for each act, the
// states, the roles and the phases (nil: all) in which it may be done.
var whoMay = map[Act]struct {
	states []State
	roles  []Role
	phases []Phase
	to     State
}{
	ActSave:       {[]State{Draft}, []Role{AsAuthor}, []Phase{Proposing, Moderating}, Draft},
	ActDelete:     {[]State{Draft}, []Role{AsAuthor}, nil, Draft},
	ActSubmit:     {[]State{Draft}, []Role{AsAuthor}, []Phase{Proposing, Moderating}, Submitted},
	ActReturn:     {[]State{Submitted}, []Role{AsOfficer}, []Phase{Proposing, Moderating, Assessing}, Draft},
	ActPublish:    {[]State{Submitted}, []Role{AsOfficer}, []Phase{Proposing, Moderating, Assessing}, Published},
	ActReject:     {[]State{Submitted}, []Role{AsOfficer}, nil, Rejected},
	ActHide:       {[]State{Submitted, Published, UnderStudy, Feasible, Unfeasible, Rejected}, []Role{AsOfficer}, nil, Hidden},
	ActWithdraw:   {[]State{Submitted, Published, UnderStudy, Feasible}, []Role{AsAuthor}, []Phase{Informing, Proposing, Moderating, Assessing, Costing}, Withdrawn},
	ActOffer:      {[]State{Published, UnderStudy}, []Role{AsOfficer}, []Phase{Proposing, Moderating, Assessing, Costing}, ""},
	ActDecline:    {[]State{Published, UnderStudy}, []Role{AsAuthor}, []Phase{Proposing, Moderating, Assessing, Costing}, ""},
	ActMerge:      {[]State{Published, UnderStudy}, []Role{AsAuthor}, []Phase{Proposing, Moderating, Assessing, Costing}, Merged},
	ActAbsorb:     {ListedStates, []Role{AsSystem}, nil, ""},
	ActAssign:     {[]State{Published, UnderStudy, Feasible, Unfeasible}, []Role{AsOfficer}, []Phase{Proposing, Moderating, Assessing, Costing}, UnderStudy},
	ActStudy:      {[]State{UnderStudy}, []Role{AsDepartment, AsOfficer}, []Phase{Proposing, Moderating, Assessing, Costing}, UnderStudy},
	ActConclude:   {[]State{UnderStudy}, []Role{AsDepartment, AsOfficer}, []Phase{Proposing, Moderating, Assessing, Costing}, Feasible},
	ActTurnDown:   {[]State{UnderStudy}, []Role{AsDepartment, AsOfficer}, []Phase{Proposing, Moderating, Assessing, Costing}, Unfeasible},
	ActSecond:     {[]State{Feasible, Unfeasible}, []Role{AsAuthor, AsOfficer}, []Phase{Proposing, Moderating, Assessing, Costing}, UnderStudy},
	ActList:       {[]State{Feasible}, []Role{AsSystem}, nil, OnBallot},
	ActFund:       {[]State{OnBallot}, []Role{AsSystem}, []Phase{Counting, Deliberating, Executing, Accounting, Closed}, Funded},
	ActPassOver:   {[]State{OnBallot}, []Role{AsSystem}, []Phase{Counting, Deliberating, Executing, Accounting, Closed}, NotFunded},
	ActProcure:    {[]State{Funded}, []Role{AsOfficer, AsDepartment}, []Phase{Deliberating, Executing, Accounting}, Procurement},
	ActBuild:      {[]State{Funded, Procurement}, []Role{AsOfficer, AsDepartment}, []Phase{Deliberating, Executing, Accounting}, Works},
	ActDeliver:    {[]State{Works}, []Role{AsOfficer, AsDepartment}, []Phase{Deliberating, Executing, Accounting}, Delivered},
	ActDrop:       {[]State{Funded, Procurement, Works}, []Role{AsOfficer}, []Phase{Deliberating, Executing, Accounting}, Dropped},
	ActReport:     {ExecutionStates, []Role{AsOfficer, AsDepartment}, []Phase{Deliberating, Executing, Accounting, Closed}, ""},
	ActForgetOne:  {States, []Role{AsSystem}, nil, ""},
	ActDropPhotos: {[]State{Rejected, Hidden, Withdrawn}, []Role{AsSystem}, nil, ""},
}

func TestEveryStatePhaseActAndRoleOfAProposalIsDecided(t *testing.T) {
	if len(whoMay) != len(Acts) {
		t.Fatalf("%d of %d acts are decided", len(whoMay), len(Acts))
	}
	for _, act := range Acts {
		may := whoMay[act]
		for _, from := range States {
			for _, phase := range Phases {
				for _, role := range BudgetRoles {
					want := slices.Contains(may.states, from) && slices.Contains(may.roles, role) && (may.phases == nil || slices.Contains(may.phases, phase))
					to, as, err := Next(from, phase, act, role)
					if (err == nil) != want {
						t.Errorf("%s of a proposal %s in %s by %s: %v", act, from, phase, role, err)
					} else if want && (as != role || to != may.to && (may.to != "" || to != from)) {
						t.Errorf("%s of a proposal %s by %s leads to %s as %s", act, from, role, to, as)
					}
				}
			}
		}
	}
}

func TestAProposalIsSavedAsItGoesEvenWithMistakes(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	p := must[Proposal](w)(w.StartDraft(w.ctx, salma, e.ID, "form1"))
	if again := must[Proposal](w)(w.StartDraft(w.ctx, salma, e.ID, "form1")); again.ID != p.ID {
		t.Error("the same form began two drafts")
	}
	in := whole("north")
	in.Texts["ar"] = Text{Title: "  عنوان\x00 \u202eمقلوب  ", Body: "قصير"}
	saved, err := w.SaveStep(w.ctx, salma, p.ID, StepBody, in)
	var broken *Broken
	if !errors.As(err, &broken) || broken.Problems[0].Field != "body_ar" || saved.Texts["ar"].Body != "قصير" {
		t.Errorf("%v, kept %q", err, saved.Texts["ar"].Body)
	}
	saved = must[Proposal](w)(w.SaveStep(w.ctx, salma, p.ID, StepTitle, in))
	if title := saved.Texts["ar"].Title; strings.ContainsAny(title, "\x00\u202e") {
		t.Errorf("the title is %q", title)
	}
	_, err = w.Submit(w.ctx, salma, p.ID)
	if !errors.As(err, &broken) {
		t.Errorf("submitted half-written: %v", err)
	}
	for _, who := range []auth.Actor{{}, karim, stranger, officer, admin} {
		_, err := w.SaveStep(w.ctx, who, p.ID, StepTitle, in)
		w.refuses(err, fault.NotFound, who.PersonID+" writes in somebody's draft")
	}
}

func TestOnlyThoseWhomTheRulesNameMayPropose(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	on := e.Rules.Proposers.AgeOn.Year()
	for name, x := range map[string]struct {
		person Person
		why    Ineligible
	}{
		"sixteen in the year of the date": {Person{Residence: []string{town}, BirthYear: on - 16}, ""},
		"fifteen":                         {Person{Residence: []string{town}, BirthYear: on - 15}, TooYoung},
		"no year":                         {Person{Residence: []string{town}}, AgeUnknown},
		"lives elsewhere":                 {Person{Residence: []string{other}, BirthYear: 1980}, NoTie},
		"works here":                      {Person{Residence: []string{other}, Works: [][]string{{town}}, BirthYear: 1980}, ""},
		"says nothing":                    {Person{BirthYear: 1980}, TieUnknown},
		"a delegate from anywhere":        {Person{Residence: []string{other}, Delegates: []string{"oufok"}}, ""},
	} {
		x.person.ID = "x"
		w.folk.changed["x"] = x.person
		why := must[[]Ineligible](w)(w.MayPropose(w.ctx, citizen("x"), e))
		if x.why == "" && len(why) > 0 || x.why != "" && !slices.Contains(why, x.why) {
			t.Errorf("%s: %v", name, why)
		}
	}
	voters := Eligibility{MinAge: 18, AgeOn: day(2027, 3, 1), Ties: []Tie{Residence}, Level: 1}
	if why := voters.Judge(town, Person{Works: [][]string{{town}}, BirthYear: 2000, Level: 0}); !slices.Equal(why, []Ineligible{NoTie, NotVerified}) {
		t.Errorf("a worker without verification: %v", why)
	}
	w.until(e, Moderating)
	_, err := w.StartDraft(w.ctx, salma, e.ID, "")
	w.refuses(err, fault.Conflict, "after the days are over")
}

func TestAfterTheDaysOfProposingOnlyWhatWasSentBackIsSubmitted(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	first, late := w.submitted(e, salma, "north"), must[Proposal](w)(w.StartDraft(w.ctx, karim, e.ID, ""))
	for _, step := range Steps {
		must[Proposal](w)(w.SaveStep(w.ctx, karim, late.ID, step, whole("south")))
	}
	must[Proposal](w)(w.ReturnProposal(w.ctx, officer, first.ID, "أين بالضبط؟"))
	w.until(e, Moderating)
	_, err := w.Submit(w.ctx, karim, late.ID)
	w.refuses(err, fault.Conflict, "too late")
	again := must[Proposal](w)(w.Submit(w.ctx, salma, first.ID))
	if again.State != Submitted || again.Number != first.Number || again.Changes != "" {
		t.Errorf("it came back as %s number %d", again.State, again.Number)
	}
}

func TestOneHundredSupportsAtOnceOfOnePersonCountOnce(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	p := w.published(e, salma, "north")
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			if err := w.SupportProposal(w.ctx, karim, p.ID); err != nil {
				t.Error(err)
			}
			if i < 30 {
				if err := w.SupportProposal(w.ctx, citizen(fmt.Sprintf("supporter%d", i)), p.ID); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	w.runJobs()
	if n := w.get(p.ID).Supports; n != 31 {
		t.Errorf("%d supports", n)
	}
	w.must(w.Unsupport(w.ctx, karim, p.ID))
	w.must(w.Unsupport(w.ctx, karim, p.ID))
	w.runJobs()
	if n := w.get(p.ID).Supports; n != 30 {
		t.Errorf("%d supports after one was taken back", n)
	}
	w.clock.Advance(time.Minute)
	w.runJobs()
	w.sound()
}

func TestListsAreOrderedBySupportAndNarrowedByAreaNeedAndState(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	a, b, c := w.published(e, salma, "north"), w.published(e, karim, "south"), w.submitted(e, leila, "north")
	w.must(w.SupportProposal(w.ctx, salma, b.ID))
	w.runJobs()
	ids := func(f ProposalFilter) (found []string) {
		f.Edition = e.ID
		for _, p := range must[List[Proposal]](w)(w.Proposals(w.ctx, f)).Items {
			found = append(found, p.ID)
			if p.Author.PersonID != "" || p.Author.Name != "" {
				t.Error("a list names an author")
			}
		}
		return found
	}
	if got := ids(ProposalFilter{}); !slices.Equal(got, []string{b.ID, a.ID}) {
		t.Errorf("all: %v", got)
	}
	if got := ids(ProposalFilter{Area: "north", Need: "women"}); !slices.Equal(got, []string{a.ID}) {
		t.Errorf("in the north: %v", got)
	}
	if got := ids(ProposalFilter{Group: CanBeDone}); len(got) != 0 {
		t.Errorf("feasible: %v", got)
	}
	w.found(a, 1000)
	if got := ids(ProposalFilter{Group: CanBeDone, Order: ByNumber}); !slices.Equal(got, []string{a.ID}) {
		t.Errorf("feasible: %v", got)
	}
	found := must[[]Proposal](w)(w.Search(w.ctx, "فوانيس الشمسية", ProposalFilter{Edition: e.ID, Area: "south"}, 10))
	if len(found) != 1 || found[0].ID != b.ID {
		t.Errorf("search: %v", found)
	}
	if found = must[[]Proposal](w)(w.Search(w.ctx, b.Reference(), ProposalFilter{Edition: e.ID}, 10)); len(found) != 1 || found[0].ID != b.ID {
		t.Errorf("by number: %v", found)
	}
	if found = must[[]Proposal](w)(w.Similar(w.ctx, e.ID, "انارة الطريق الساحليه", a.ID)); len(found) != 1 || found[0].ID != b.ID {
		t.Errorf("similar: %v", found)
	}
	_, err := w.Proposal(w.ctx, auth.Actor{}, c.ID)
	w.refuses(err, fault.NotFound, "a proposal not read yet")
}

func TestAMergeNeedsTheAuthorsYes(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	mine, theirs := w.published(e, salma, "north"), w.published(e, karim, "north")
	w.must(w.FollowProposal(w.ctx, leila, mine.ID, true))
	_, err := w.DecideMerge(w.ctx, salma, mine.ID, true)
	w.refuses(err, fault.Conflict, "a yes that nobody asked for")
	must[Proposal](w)(w.OfferMerge(w.ctx, officer, mine.ID, theirs.ID, "متشابهان"))
	for _, who := range []auth.Actor{karim, officer, stranger, agent, admin} {
		_, err := w.DecideMerge(w.ctx, who, mine.ID, true)
		if err == nil {
			t.Errorf("%s agreed in the author's place", who.PersonID)
		}
	}
	if w.get(mine.ID).State != Published {
		t.Fatal("it was merged without consent")
	}
	must[Proposal](w)(w.DecideMerge(w.ctx, salma, mine.ID, false))
	_, err = w.DecideMerge(w.ctx, salma, mine.ID, true)
	w.refuses(err, fault.Conflict, "a yes after a no")
	must[Proposal](w)(w.OfferMerge(w.ctx, officer, mine.ID, theirs.ID, ""))
	for range 2 {
		must[Proposal](w)(w.DecideMerge(w.ctx, salma, mine.ID, true))
	}
	into := w.get(theirs.ID)
	if w.get(mine.ID).State != Merged || !slices.Equal(into.Absorbed, []string{mine.ID}) {
		t.Errorf("merged: %s, %v", w.get(mine.ID).State, into.Absorbed)
	}
	if _, follows, _ := w.Supports(w.ctx, leila, theirs.ID); !follows {
		t.Error("a follower was lost")
	}
	_, err = w.OfferMerge(w.ctx, officer, theirs.ID, mine.ID, "")
	w.refuses(err, fault.Invalid, "into one that is merged")
	w.sound()
}

func TestAMergeBringsSupportersAlongEachOnce(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	mine, theirs := w.published(e, salma, "north"), w.published(e, karim, "north")
	for person, of := range map[string][]string{"a": {mine.ID}, "b": {mine.ID, theirs.ID}, "c": {theirs.ID}, "gone": {mine.ID}} {
		for _, id := range of {
			w.must(w.SupportProposal(w.ctx, citizen(person), id))
		}
	}
	w.must(w.Erase(w.ctx, "gone"))
	w.runJobs()
	must[Proposal](w)(w.OfferMerge(w.ctx, officer, mine.ID, theirs.ID, ""))
	merged := must[Proposal](w)(w.DecideMerge(w.ctx, salma, mine.ID, true))
	w.must(w.absorb(w.ctx, merged, theirs.ID)) // a task is repeated after a crash
	w.runJobs()
	if n := w.get(theirs.ID).Supports; n != 3 {
		t.Errorf("%d support the other one now, not a, b and c", n)
	}
	if n := w.get(mine.ID).Supports; n != 3 {
		t.Errorf("the merged one had 3 supporters when it ended, and shows %d", n)
	}
	if _, follows, _ := w.Supports(w.ctx, salma, theirs.ID); !follows {
		t.Error("the author of the merged proposal is not told of the other one")
	}
	w.must(w.supports.Insert(w.ctx, Support{Meta: store.Meta{ID: pairID("support", mine.ID, "late")}, Proposal: mine.ID, Person: "late"}))
	w.must(w.carryLate(w.ctx, mine.ID, "late"))
	if supports, _, _ := w.Supports(w.ctx, citizen("late"), theirs.ID); !supports {
		t.Error("a support that came during the merge is lost")
	}
	w.must(w.Unsupport(w.ctx, citizen("a"), theirs.ID))
	w.must(w.recountSoon(w.ctx, mine.ID))
	w.runJobs()
	if supports, _, _ := w.Supports(w.ctx, citizen("a"), theirs.ID); supports {
		t.Error("a support that was taken back came again")
	}
	w.sound()
}

func TestAnUnfeasibleProposalHasAnExplanationAndAFeasibleOneACost(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	p := w.published(e, salma, "south")
	must[Proposal](w)(w.Assign(w.ctx, officer, p.ID, "technical"))
	_, err := w.Conclude(w.ctx, agent, p.ID, NotFeasible)
	w.refuses(err, fault.Invalid, "no explanation")
	_, err = w.Conclude(w.ctx, agent, p.ID, IsFeasible)
	w.refuses(err, fault.Invalid, "no cost")
	must[Proposal](w)(w.SaveStudy(w.ctx, agent, p.ID, StudyInput{Checks: allChecks(), Lines: []Line{{"أشغال", 3, 200_000_000}}}))
	if public := must[Proposal](w)(w.Proposal(w.ctx, auth.Actor{}, p.ID)); len(public.Study.Opinion.Lines) != 0 {
		t.Error("an unfinished estimate is public")
	}
	_, err = w.Conclude(w.ctx, agent, p.ID, IsFeasible)
	w.refuses(err, fault.Invalid, "dearer than its area's envelope")
	must[Proposal](w)(w.SaveStudy(w.ctx, agent, p.ID, StudyInput{Checks: allChecks(), Lines: []Line{{"أشغال", 3, 200_000_000}}, Explanations: map[string]string{"ar": "الكلفة تفوق الغلاف."}}))
	must[Proposal](w)(w.Conclude(w.ctx, agent, p.ID, NotFeasible))
	if public := must[Proposal](w)(w.Proposal(w.ctx, auth.Actor{}, p.ID)); public.Study.Opinion.Explanations["ar"] == "" || len(public.Study.Opinion.Checks) != len(Checks) {
		t.Error("the verdict is not public")
	}
	must[Proposal](w)(w.SecondOpinion(w.ctx, salma, p.ID, "finance", "يمكن إنجازه على مرحلتين"))
	public := must[Proposal](w)(w.Proposal(w.ctx, auth.Actor{}, p.ID))
	if public.State != UnderStudy || len(public.Study.Earlier) != 1 || public.Study.Second == "" {
		t.Errorf("the first opinion is not public any more: %+v", public.Study)
	}
	must[Proposal](w)(w.SaveStudy(w.ctx, agent, p.ID, StudyInput{Checks: allChecks(), Lines: []Line{{"المرحلة الأولى", 1, 400_000_000}}, Running: 5_000_000}))
	p = must[Proposal](w)(w.Conclude(w.ctx, agent, p.ID, IsFeasible))
	if p.Cost != 400_000_000 {
		t.Errorf("it costs %d", p.Cost)
	}
	_, err = w.SecondOpinion(w.ctx, salma, p.ID, "green", "مرة أخرى")
	w.refuses(err, fault.Conflict, "a third opinion for the author")
	for _, who := range []auth.Actor{{}, karim, stranger, admin, facilitator} {
		_, err := w.SaveStudy(w.ctx, who, p.ID, StudyInput{})
		if err == nil {
			t.Errorf("%s studies feasibility", who.PersonID)
		}
	}
}

func TestARefusalHasACodeAndReasonsAndSomeCodesHideTheText(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	shown, hidden := w.submitted(e, salma, "north"), w.submitted(e, karim, "north")
	for _, x := range []struct {
		code    RejectionCode
		reasons string
	}{{"", "why"}, {"whim", "why"}, {Unclear, " "}} {
		_, err := w.RejectProposal(w.ctx, officer, shown.ID, x.code, x.reasons)
		w.refuses(err, fault.Invalid, "refused for "+string(x.code))
	}
	must[Proposal](w)(w.RejectProposal(w.ctx, officer, shown.ID, OutsidePowers, "هذا من اختصاص الوزارة"))
	must[Proposal](w)(w.RejectProposal(w.ctx, officer, hidden.ID, Defamatory, "يذكر أشخاصًا"))
	if p := must[Proposal](w)(w.Proposal(w.ctx, auth.Actor{}, shown.ID)); p.State != Rejected || p.Texts["ar"].Title == "" || p.Refusal.Code != OutsidePowers {
		t.Errorf("refused: %+v", p)
	}
	if p := must[Proposal](w)(w.Proposal(w.ctx, auth.Actor{}, hidden.ID)); p.State != Hidden || len(p.Texts) > 0 {
		t.Errorf("hidden: %+v", p.Texts)
	}
}

func TestAuthorsFollowersAndOfficersAreTold(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	p := w.published(e, salma, "north")
	w.must(w.FollowProposal(w.ctx, leila, p.ID, true))
	w.found(p, 1_000_000)
	w.runJobs()
	w.runJobs()
	subjects := map[string]int{"salma@mail.example": 3, "leila@mail.example": 2, "officer@mail.example": 1} // published, studied, feasible; the last two; submitted
	for address, want := range subjects {
		if got := w.post.to(address); len(got) != want {
			t.Errorf("%s got %v", address, got)
		}
	}
	sent := len(w.post.sent)
	w.clock.Advance(time.Hour)
	w.must(w.sweepTasks(w.ctx))
	w.runJobs()
	if len(w.post.sent) != sent {
		t.Error("somebody was told twice")
	}
}

func TestACommentIsReadBeforeItIsShown(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	p := w.published(e, salma, "north")
	c := must[Comment](w)(w.Say(w.ctx, karim, p.ID, "<script>alert(1)</script> فكرة جيدة", false, "once"))
	if again := must[Comment](w)(w.Say(w.ctx, karim, p.ID, "فكرة جيدة", false, "once")); again.ID != c.ID {
		t.Error("the same form said it twice")
	}
	if page := must[List[Comment]](w)(w.Comments(w.ctx, p.ID, "", 10)); len(page.Items) != 0 {
		t.Error("it is shown already")
	}
	w.refuses(w.DecideComment(w.ctx, stranger, c.ID, true), fault.Forbidden, "another town's officer")
	w.must(w.DecideComment(w.ctx, officer, c.ID, true))
	w.runJobs()
	page := must[List[Comment]](w)(w.Comments(w.ctx, p.ID, "", 10))
	if len(page.Items) != 1 || page.Items[0].Name != "" || w.get(p.ID).Comments != 1 {
		t.Errorf("shown: %+v", page.Items)
	}
	w.sound()
}

func TestWhoDeletesTheAccountIsForgottenAndStaysCounted(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	p, draft := w.published(e, salma, "north"), must[Proposal](w)(w.StartDraft(w.ctx, salma, e.ID, ""))
	w.must(w.SupportProposal(w.ctx, salma, p.ID))
	w.must(w.SupportProposal(w.ctx, karim, p.ID))
	w.must(w.FollowProposal(w.ctx, salma, p.ID, true))
	must[Comment](w)(w.Say(w.ctx, salma, p.ID, "شكرًا", true, ""))
	data := must[PersonalData](w)(w.Export(w.ctx, salma.PersonID))
	if len(data.Proposals) != 2 || len(data.Supports) != 1 || len(data.Following) != 1 || len(data.Comments) != 1 {
		t.Errorf("exported %+v", data)
	}
	for range 2 {
		w.must(w.Erase(w.ctx, salma.PersonID))
	}
	w.runJobs()
	if p := w.get(p.ID); p.Author != (Author{}) || p.Supports != 2 || p.State != Published {
		t.Errorf("left: %+v", p)
	}
	if _, err := w.proposals.Get(w.ctx, draft.ID); !isNotFound(err) {
		t.Errorf("the draft is still there: %v", err)
	}
	if data := must[PersonalData](w)(w.Export(w.ctx, salma.PersonID)); len(data.Proposals)+len(data.Supports)+len(data.Following)+len(data.Comments) != 0 {
		t.Errorf("still kept: %+v", data)
	}
	w.sound()
}

func TestTwoAccountsOfOnePersonSupportOnceWhenTheyAreJoined(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	p := w.published(e, salma, "north")
	w.must(w.SupportProposal(w.ctx, karim, p.ID))
	w.must(w.SupportProposal(w.ctx, leila, p.ID))
	for range 2 {
		w.must(w.OnJoined(w.ctx, karim.PersonID, leila.PersonID))
	}
	w.must(w.OnJoined(w.ctx, karim.PersonID, salma.PersonID))
	w.runJobs()
	if now := w.get(p.ID); now.Supports != 1 || now.Author.PersonID != karim.PersonID {
		t.Errorf("%d supports, by %s", now.Supports, now.Author.PersonID)
	}
	w.sound()
}

func TestTheCounterWritesDownProposalsOfPeopleWithoutAnAccount(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	in := whole("south")
	in.Source, in.Name = FromDesk, "محمد العيادي"
	for _, who := range []auth.Actor{{}, salma, stranger, agent, admin} {
		_, err := w.Register(w.ctx, who, e.ID, in, "", "")
		w.refuses(err, fault.Forbidden, who.PersonID+" writes at the counter")
	}
	p := must[Proposal](w)(w.Register(w.ctx, desk, e.ID, in, "", "form"))
	if again := must[Proposal](w)(w.Register(w.ctx, desk, e.ID, in, "", "form")); again.ID != p.ID || p.State != Submitted || p.Number == 0 || p.Area != "south" {
		t.Errorf("written down: %+v", p)
	}
	if public := must[Proposal](w)(w.PublishProposal(w.ctx, officer, p.ID)).Public(); public.Author.Name != "" {
		t.Error("the name is public without its owner's word")
	}
	_, err := w.ReturnProposal(w.ctx, officer, p.ID, "x")
	w.refuses(err, fault.Conflict, "sent back to nobody")
}
