package main

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"time"

	"musharaka/modules/budget"
	"musharaka/modules/kit/clock"
)

// budgeted is what has happened in participatory budgets: editions in several
// phases, proposals in every state, forums.
type budgeted struct {
	draft, proposing, costing, voting, delegates, finished, cancelled string            // editions
	doomed, doomedDraft                                               string            // editions that tests move on
	proposals                                                         map[string]string // by what was done to them
	planned, held, closed, ranking, doomedForum                       string            // forums
	idea                                                              string            // of held
}

// budgetsBefore begins, long ago, the edition that the clock brings to its end.
func (w *world) budgetsBefore() {
	w.budgeted.proposals = map[string]string{}
	now, zone := w.clock.Now(), clock.Zone("MA")
	day := func(n int) time.Time { return clock.StartOfDay(now.AddDate(0, 0, n), zone) }
	e := w.edition(budget.SingleBallot, town, "ميزانية الأحياء", func(e *budget.Edition) {
		e.Calendar = nil
		for i, p := range budget.CalendarPhases {
			e.Calendar = append(e.Calendar, budget.Stage{Phase: p, From: day(2 * i), To: day(2*i + 2)})
		}
		e.Calendar[len(e.Calendar)-1].To = day(400)
	})
	w.budgeted.finished = e.ID
	w.announce(e)
	w.next(e, budget.Informing)
	p := w.proposal(e, "author", "تبليط زقاق الحدادين", "published")
	w.feasible(p, 40_000_00)
}

// edition sets an edition up; change is the last word on its calendar.
func (w *world) edition(t budget.Template, place, title string, change func(*budget.Edition)) budget.Edition {
	ctx, officer := w.t.Context(), w.actor("officer")
	e, err := w.budgets.Begin(ctx, officer, place, t, "")
	w.must(err)
	set := func(step budget.Setup, put func(*budget.Edition)) {
		_, err := w.budgets.SetUpStep(ctx, officer, e.ID, step, put)
		w.must(err)
	}
	set(budget.SetAbout, func(e *budget.Edition) {
		e.Texts = map[string]budget.EditionText{"ar": {Title: title, Intro: "اقترحوا ما تحتاجه أحياؤكم، ثم اختاروا."}, "fr": {Title: "Budget des quartiers", Intro: "Proposez, puis choisissez."}}
	})
	set(budget.SetMoney, func(e *budget.Edition) {
		e.Rules.Envelope, e.Rules.Earmarks = 1_000_000_00, []budget.Earmark{{Need: "women", Share: 20}}
	})
	set(budget.SetAreas, func(e *budget.Edition) {
		e.Rules.Areas = []budget.Area{
			{Key: "old", Kind: budget.Zone, Names: map[string]string{"ar": "المدينة العتيقة", "fr": "Médina"}, Envelope: 600_000_00},
			{Key: "new", Kind: budget.Zone, Names: map[string]string{"ar": "الحي الجديد", "fr": "Ville nouvelle"}, Envelope: 400_000_00}}
	})
	if change != nil {
		set(budget.SetCalendar, change)
	}
	e, err = w.budgets.Edition(ctx, officer, e.ID)
	w.must(err)
	return e
}

func (w *world) announce(e budget.Edition) {
	_, err := w.budgets.Announce(w.t.Context(), w.actor("officer"), e.ID)
	w.must(err)
}

// next moves an edition on by hand.
func (w *world) next(e budget.Edition, from budget.Phase) {
	_, err := w.budgets.Enter(w.t.Context(), w.actor("officer"), e.ID, from, "اكتملت أعمال هذه المرحلة قبل موعدها.")
	w.must(err)
}

func budgetInput(title string) budget.Input {
	return budget.Input{Langs: []string{"ar"}, Texts: map[string]budget.Text{"ar": {Title: title, Body: "أرضية الزقاق متآكلة، وهو ممر تلاميذ المدرسة. نقترح تبليطه وإنارته."}}, Area: "old",
		Spot: budget.Spot{Words: "قرب باب البحر", Point: true, Lat: 35.1932, Lng: -6.1557}, Heading: "roads", Needs: []string{"women"}, Source: budget.FromCitizen, Name: "سعاد", Public: true}
}

// proposal writes a proposal up to a state: "draft", "submitted", "published".
func (w *world) proposal(e budget.Edition, author, title, state string) string {
	ctx, who := w.t.Context(), w.actor(author)
	p, err := w.budgets.StartDraft(ctx, who, e.ID, "")
	w.must(err)
	for _, step := range budget.Steps {
		_, err := w.budgets.SaveStep(ctx, who, p.ID, step, budgetInput(title))
		w.must(err)
	}
	if state == "draft" {
		return p.ID
	}
	_, err = w.budgets.Submit(ctx, who, p.ID)
	w.must(err)
	if state == "published" {
		_, err = w.budgets.PublishProposal(ctx, w.actor("officer"), p.ID)
		w.must(err)
	}
	return p.ID
}

func (w *world) study(id string, in budget.StudyInput) {
	ctx, officer := w.t.Context(), w.actor("officer")
	_, err := w.budgets.Assign(ctx, officer, id, "technical")
	w.must(err)
	_, err = w.budgets.SaveStudy(ctx, officer, id, in)
	w.must(err)
}

func (w *world) feasible(id string, cost int64) {
	in := budget.StudyInput{Lines: []budget.Line{{Label: "تبليط", Quantity: 1, Unit: cost}}, Running: 1_000_00, VisitOn: w.clock.Now().Add(-time.Hour), VisitNote: "المكان ملائم."}
	for _, key := range budget.Checks {
		in.Checks = append(in.Checks, budget.Check{Key: key, Answer: "yes"})
	}
	w.study(id, in)
	_, err := w.budgets.Conclude(w.t.Context(), w.actor("officer"), id, budget.IsFeasible)
	w.must(err)
}

// inBudgets lets happen in participatory budgets what can happen.
func (w *world) inBudgets() {
	ctx, officer, b := w.t.Context(), w.actor("officer"), &w.budgeted
	w.must(w.budgets.Tick(ctx)) // the edition of long ago comes to its last phase
	b.draft, b.doomedDraft = w.edition(budget.FourWorkshops, town, "ميزانية الورشات", nil).ID, w.edition(budget.SingleBallot, town, "مسودة", nil).ID
	for _, id := range []*string{&b.cancelled, &b.doomed} {
		e := w.edition(budget.SingleBallot, town, "ميزانية أخرى", nil)
		w.announce(e)
		*id = e.ID
	}
	_, err := w.budgets.Cancel(ctx, officer, b.cancelled, "لم يصادق المجلس على الاعتماد.")
	w.must(err)
	e := w.edition(budget.SingleBallot, town, "ميزانية التلاميذ", nil)
	b.proposing = e.ID
	w.announce(e)
	w.next(e, budget.Informing)
	w.inEveryState(e)
	w.forums(e)
	for _, x := range []struct {
		id       *string
		template budget.Template
	}{{&b.costing, budget.SingleBallot}, {&b.voting, budget.SingleBallot}, {&b.delegates, budget.ZoneForums}} {
		e := w.edition(x.template, town, "ميزانية الشواطئ", nil)
		*x.id = e.ID
		w.announce(e)
		w.next(e, budget.Informing)
		p := w.proposal(e, "author", "مظلات على الشاطئ", "published")
		w.feasible(p, 100_000_00)
		b.proposals["feasible in "+string(x.template)] = p
		from := budget.Proposing
		for _, to := range []budget.Phase{budget.Moderating, budget.Assessing, budget.Costing, budget.Voting} {
			if _, ok := e.Calendar.Stage(to); !ok || to == budget.Voting && x.id == &b.costing {
				continue
			}
			w.next(e, from)
			from = to
		}
	}
	f, err := w.budgets.Plan(ctx, officer, b.delegates, budget.Forum{Kind: budget.DelegatesForum, On: w.clock.Now(), Venue: "قصر البلدية"}, "")
	w.must(err)
	b.ranking = f.ID
	_, err = w.budgets.RecordForum(ctx, officer, f.ID, func(f *budget.Forum, e budget.Edition) {
		f.Attendance = []budget.Heads{{Sex: "f", Band: "25-34", Count: 9}}
		f.Scores = []budget.Score{{Proposal: e.Frozen.Projects[0].ID, Criterion: e.Rules.Criteria[0].Key, Points: 7}}
	})
	w.must(err)
}

// inEveryState brings proposals of an edition into the states before the vote.
func (w *world) inEveryState(e budget.Edition) {
	ctx, officer, author, p := w.t.Context(), w.actor("officer"), w.actor("author"), w.budgeted.proposals
	for _, state := range []string{"draft", "submitted", "published"} {
		p[state] = w.proposal(e, "author", "إنارة ساحة المدرسة", state)
	}
	p["doomed draft"] = w.proposal(e, "author", "مسودة تُحذف", "draft")
	for _, name := range []string{"offered", "other", "assigned", "unfeasible", "feasible", "spare"} {
		p[name] = w.proposal(e, map[bool]string{true: "reader", false: "author"}[name == "other"], "حديقة للأطفال", "published")
	}
	for _, name := range []string{"returned", "rejected", "hidden", "doomed"} {
		p[name] = w.proposal(e, "author", "سوق أسبوعي", "submitted")
	}
	_, err := w.budgets.ReturnProposal(ctx, officer, p["returned"], "أين بالضبط؟")
	w.must(err)
	_, err = w.budgets.RejectProposal(ctx, officer, p["rejected"], budget.OutsidePowers, "هذا من اختصاص الدولة.")
	w.must(err)
	_, err = w.budgets.RejectProposal(ctx, officer, p["hidden"], budget.Offensive, "عبارات مسيئة.")
	w.must(err)
	_, err = w.budgets.OfferMerge(ctx, officer, p["offered"], p["other"], "متشابهان.")
	w.must(err)
	w.study(p["assigned"], budget.StudyInput{})
	w.feasible(p["feasible"], 200_000_00)
	w.study(p["unfeasible"], budget.StudyInput{Explanations: map[string]string{"ar": "الأرض ملك خاص.", "fr": "Le terrain est privé."}})
	_, err = w.budgets.Conclude(ctx, officer, p["unfeasible"], budget.NotFeasible)
	w.must(err)
	w.must(w.budgets.SupportProposal(ctx, w.actor("reader"), p["published"]))
	for range 2 {
		c, err := w.budgets.Say(ctx, w.actor("reader"), p["published"], "فكرة جيدة <b>جدًا</b> http://x.example", true, "")
		w.must(err)
		w.must(w.budgets.DecideComment(ctx, officer, c.ID, true))
	}
	_, err = w.budgets.Say(ctx, w.actor("reader"), p["published"], "أنا معها.", false, "")
	w.must(err)
	var picture bytes.Buffer
	w.must(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 48))))
	kept, err := budgetFiles{w.app}.TakePhoto(ctx, author.PersonID, p["draft"], "الساحة.png", &picture)
	w.must(err)
	_, err = w.budgets.AddPhotos(ctx, author, p["draft"], []string{kept})
	w.must(err)
}

// forums plans, holds and closes forums of an edition.
func (w *world) forums(e budget.Edition) {
	ctx, officer, b := w.t.Context(), w.actor("officer"), &w.budgeted
	for _, id := range []*string{&b.planned, &b.held, &b.closed, &b.doomedForum} {
		f, err := w.budgets.Plan(ctx, officer, e.ID, budget.Forum{Kind: budget.ZoneForum, Area: "old", On: w.clock.Now(), Venue: "دار الشباب، الأحد على الساعة 10"}, "")
		w.must(err)
		*id = f.ID
	}
	for _, id := range []string{b.held, b.closed} {
		f, err := w.budgets.RecordForum(ctx, officer, id, func(f *budget.Forum, _ budget.Edition) {
			f.Attendance = []budget.Heads{{Sex: "f", Band: "16-24", Count: 14}, {Sex: "m", Band: "50-64", Count: 11}}
			f.Ideas = []budget.Idea{{Title: "ساحة للعب", Hands: 15}, {Title: "نافورة", Hands: 4}}
			f.Candidates = []budget.Candidate{{Name: "هاجر", Sex: "f", Band: "25-34", Hands: 12, Public: true}, {Name: "سمير", Sex: "m", Band: "35-49", Hands: 3}}
			f.Notes = "جرى المنتدى في جو من النقاش الهادئ."
		})
		w.must(err)
		b.idea = f.Ideas[0].ID
		if id == b.held {
			w.budgeted.proposals["idea"] = f.Ideas[0].ID
		}
	}
	_, err := w.budgets.CloseForum(ctx, officer, b.closed)
	w.must(err)
}

// budgetPath fills in what the routes of budgets are tried with: forms are sent
// to what may be moved on, pages are looked at where they can be seen.
func (w *world) budgetPath(method, path string) string {
	b, p, post := w.budgeted, w.budgeted.proposals, method == "POST"
	pick := func(looked, sent string) string {
		if post {
			return sent
		}
		return looked
	}
	edition, proposal, forum := b.voting, pick(p["published"], p["spare"]), pick(b.closed, b.doomedForum)
	switch {
	case votesAt(path):
		edition = w.vote.town
	case strings.Contains(path, "/set-up/"), strings.HasSuffix(path, "/announce"), strings.HasSuffix(path, "/discard"):
		edition = pick(b.draft, b.doomedDraft)
	case strings.HasSuffix(path, "/propose"), strings.HasSuffix(path, "/register"), strings.HasSuffix(path, "/forums/new"), strings.HasSuffix(path, "/forums"):
		edition = b.proposing
	case strings.HasSuffix(path, "/next"), strings.HasSuffix(path, "/calendar"), strings.HasSuffix(path, "/cancel"):
		edition = pick(b.costing, b.doomed)
	case strings.HasSuffix(path, "/close"):
		edition, forum = pick(b.finished, b.voting), pick(b.held, b.doomedForum)
	}
	switch {
	case strings.Contains(path, "/write/"), strings.HasPrefix(path, "/proposals/") && (strings.HasSuffix(path, "/delete") || strings.HasSuffix(path, "/submit")):
		proposal = pick(p["draft"], p["doomed draft"])
	case strings.HasPrefix(path, "/proposals/") && strings.HasSuffix(path, "/merge"):
		proposal = pick(p["offered"], p["spare"])
	case strings.HasSuffix(path, "/second-opinion"):
		proposal = p["unfeasible"]
	case strings.HasSuffix(path, "/publish"), strings.HasSuffix(path, "/return"), strings.HasSuffix(path, "/reject"):
		proposal = pick(p["submitted"], p["doomed"])
	case strings.HasSuffix(path, "/study"), strings.HasSuffix(path, "/verdict"):
		proposal = p["assigned"]
	}
	switch {
	case path == "/desk/forums/:id":
		forum = pick(b.held, b.doomedForum)
	case strings.Contains(path, "/ideas/"), strings.HasSuffix(path, "/sheets.pdf"):
		forum = b.held
	case strings.HasSuffix(path, "/call-off"):
		forum = pick(b.planned, b.doomedForum)
	}
	for _, fill := range []struct{ in, name, value string }{
		{"/forums/", ":idea", p["idea"]}, {"/budgets/", ":id", edition}, {"/proposals/", ":id", proposal}, {"/forums/", ":id", forum},
		{"/set-up/", ":step", "about"}, {"/proposals/", ":step", "title"},
	} {
		if strings.Contains(path, fill.in) {
			path = strings.ReplaceAll(path, fill.name, fill.value)
		}
	}
	if path == "/desk/proposals" || path == "/desk/proposal-comments" {
		path += "?authority=" + town
	}
	return path
}

// budgetViews are the pages of participatory budgets.
func (w *world) budgetViews(see, wrong func(as string, paths ...string)) {
	b, p := w.budgeted, w.budgeted.proposals
	see("nobody", "/budgets", "/budgets?group=over", "/budgets?place="+tunisian)
	for _, id := range []string{b.proposing, b.costing, b.voting, b.delegates, b.finished, b.cancelled} {
		see("nobody", "/budgets/"+id, "/budgets/"+id+"/proposals")
	}
	see("nobody", "/budgets/"+b.voting+"/rules", "/budgets/"+b.proposing+"/proposals?q=zzzz", "/budgets/"+b.proposing+"/proposals?area=new&order=newest", "/budgets/"+b.proposing+"/forums",
		"/budgets/"+b.delegates+"/rules", "/budgets/"+b.voting+"/forums", "/forums/"+b.planned, "/forums/"+b.closed, "/budgets/"+b.proposing+"/propose", "/budgets/"+b.voting+"/propose")
	for _, state := range []string{"published", "offered", "assigned", "unfeasible", "feasible", "rejected", "hidden"} {
		see("nobody", "/proposals/"+p[state])
	}
	see("author", "/budgets/"+b.proposing+"/propose", "/me/proposals", "/proposals/"+p["draft"]+"/delete", "/proposals/"+p["published"]+"/take-part", "/proposals/"+p["offered"]+"/take-part",
		"/proposals/"+p["offered"]+"/merge", "/proposals/"+p["unfeasible"]+"/second-opinion", "/proposals/"+p["submitted"]+"/withdraw")
	for _, draft := range []string{p["draft"], p["returned"]} {
		for _, step := range append([]string{"check"}, "language", "title", "body", "where", "why", "photos", "who") {
			see("author", "/proposals/"+draft+"/write/"+step)
		}
	}
	see("reader", "/proposals/"+p["published"]+"/take-part")
	see("citizen", "/me/proposals", "/budgets/"+b.proposing+"/propose")
	wrong("author", "/proposals/"+p["returned"]+"/write/title", "/proposals/"+p["returned"]+"/write/where", "/proposals/"+p["returned"]+"/write/why", "/proposals/"+p["unfeasible"]+"/second-opinion", "/proposals/"+p["published"]+"/comment")
	w.budgetDesk(see, wrong)
}

// budgetDesk are the pages for those who serve an authority.
func (w *world) budgetDesk(see, wrong func(as string, paths ...string)) {
	b, p, at := w.budgeted, w.budgeted.proposals, "/desk/budgets/"
	see("officer", "/desk/budgets", "/desk/budgets/new", "/desk/proposals?authority="+town, "/desk/proposal-comments?authority="+town, at+b.draft+"/announce", at+b.draft+"/discard",
		at+b.costing+"/next", at+b.proposing+"/next", at+b.costing+"/calendar", at+b.costing+"/cancel", at+b.finished+"/close", at+b.proposing+"/register", at+b.proposing+"/forums", at+b.draft+"/forums", at+b.proposing+"/forums/new")
	for _, id := range []string{b.draft, b.proposing, b.costing, b.voting, b.delegates, b.finished, b.cancelled} {
		see("officer", at+id)
	}
	for _, step := range budget.Setups {
		see("officer", at+b.draft+"/set-up/"+string(step))
		if step != budget.SetCalendar {
			see("officer", at+b.proposing+"/set-up/"+string(step))
		}
		if step != budget.SetAreas && step != budget.SetCalendar { // nothing is an answer there
			wrong("officer", at+b.proposing+"/set-up/"+string(step))
		}
	}
	for _, state := range []string{"submitted", "published", "assigned", "unfeasible", "feasible", "rejected", "hidden", "offered"} {
		see("officer", "/desk/proposals/"+p[state])
	}
	see("officer", "/desk/proposals/"+p["submitted"]+"/return", "/desk/proposals/"+p["submitted"]+"/reject", "/desk/proposals/"+p["published"]+"/reject", "/desk/proposals/"+p["published"]+"/merge",
		"/desk/proposals/"+p["published"]+"/assign", "/desk/proposals/"+p["assigned"]+"/study", "/desk/proposals/"+p["assigned"]+"/verdict")
	wrong("officer", "/desk/proposals/"+p["submitted"]+"/return", "/desk/proposals/"+p["submitted"]+"/reject", "/desk/proposals/"+p["published"]+"/merge", "/desk/proposals/"+p["published"]+"/assign",
		"/desk/proposals/"+p["assigned"]+"/verdict", "/desk/proposals/"+p["assigned"]+"/study?lines=x", at+b.costing+"/next", at+b.costing+"/calendar", at+b.costing+"/cancel", at+b.proposing+"/forums/new", at+b.proposing+"/register")
	for _, f := range []string{b.planned, b.held, b.closed, b.ranking} {
		see("officer", "/desk/forums/"+f)
	}
	see("officer", "/desk/forums/"+b.held+"/close", "/desk/forums/"+b.planned+"/call-off", "/desk/forums/"+b.held+"/ideas/"+p["idea"])
	wrong("officer", "/desk/forums/"+b.held+"?ideas=x|9", "/desk/forums/"+b.held+"/ideas/"+p["idea"])
	see("president", at+b.costing+"/cancel", "/desk/budgets")
	see("front desk", "/desk/budgets", at+b.proposing+"/register")
}

func init() {
	notPages = append(notPages, "/budgets/:id/rules.json", "/forums/:id/minutes.pdf", "/desk/forums/:id/sheets.pdf")
}
