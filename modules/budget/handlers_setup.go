package budget

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/budget/tally"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/web"
	"musharaka/views/budgetview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// setupForm is what the steps of the set-up send; each sends some of it. The
// days of the calendar are read apart (calendarOf): their fields depend on the phases.
type setupForm struct {
	Year           string    `form:"year,digits"`
	TitleAR        string    `form:"title_ar"`
	TitleFR        string    `form:"title_fr"`
	IntroAR        string    `form:"intro_ar,text"`
	IntroFR        string    `form:"intro_fr,text"`
	Envelope       string    `form:"envelope"`
	Headings       []string  `form:"headings"`
	EarmarkYouth   string    `form:"earmark_youth,digits"`
	EarmarkWomen   string    `form:"earmark_women,digits"`
	EarmarkVuln    string    `form:"earmark_vulnerable,digits"`
	Areas          string    `form:"areas,text"`
	AreaKind       string    `form:"area_kind"`
	ProposersAge   string    `form:"proposers_age,digits"`
	ProposersOn    form.Date `form:"proposers_on"`
	ProposersTies  []string  `form:"proposers_ties"`
	ProposersLevel string    `form:"proposers_level,digits"`
	VotersAge      string    `form:"voters_age,digits"`
	VotersOn       form.Date `form:"voters_on"`
	VotersTies     []string  `form:"voters_ties"`
	VotersLevel    string    `form:"voters_level,digits"`
	Channels       []string  `form:"channels"`
	Selection      string    `form:"selection"`
	Kind           string    `form:"kind"`
	Max            string    `form:"max,digits"`
	Min            string    `form:"min,digits"`
	PointsTotal    string    `form:"points_total,digits"`
	PointsEach     string    `form:"points_each,digits"`
	PerArea        bool      `form:"per_area"`
	MayChange      bool      `form:"may_change"`
	MayBlank       bool      `form:"may_blank"`
	Rule           string    `form:"rule"`
	Tie            string    `form:"tie"`
	Step           string    `form:"step"`
	Compare        bool      `form:"compare"`
	Beside         string    `form:"beside"`
	Services       string    `form:"services,text"`
	Criteria       string    `form:"criteria,text"`
}

// put writes the fields of one step into an edition. What is no number becomes
// one that the rules refuse.
func (f setupForm) put(step Setup, e *Edition) {
	switch step {
	case SetAbout:
		e.Year = count(f.Year)
		e.Texts = map[string]EditionText{}
		for lang, t := range map[string]EditionText{"ar": {Title: f.TitleAR, Intro: f.IntroAR}, "fr": {Title: f.TitleFR, Intro: f.IntroFR}} {
			if t != (EditionText{}) {
				e.Texts[lang] = t
			}
		}
	case SetMoney:
		e.Rules.Envelope, e.Rules.Headings, e.Rules.Earmarks = amount(f.Envelope, e.Rules.Currency), nil, nil
		for _, x := range Headings {
			if slices.Contains(f.Headings, x) && len(f.Headings) < len(Headings) {
				e.Rules.Headings = append(e.Rules.Headings, x)
			}
		}
		for need, typed := range map[string]string{"youth": f.EarmarkYouth, "women": f.EarmarkWomen, "vulnerable": f.EarmarkVuln} {
			if typed != "" && typed != "0" {
				e.Rules.Earmarks = append(e.Rules.Earmarks, Earmark{need, count(typed)})
			}
		}
		slices.SortFunc(e.Rules.Earmarks, func(a, b Earmark) int { return cmp.Compare(a.Need, b.Need) })
	case SetAreas:
		e.Rules.Areas = f.areas(*e)
	case SetPeople:
		e.Rules.Proposers = eligibility(f.ProposersAge, f.ProposersOn, f.ProposersTies, f.ProposersLevel, e.Zone())
		e.Rules.Voters = eligibility(f.VotersAge, f.VotersOn, f.VotersTies, f.VotersLevel, e.Zone())
		e.Rules.Channels = nil
		for _, x := range Channels {
			if slices.Contains(f.Channels, string(x)) {
				e.Rules.Channels = append(e.Rules.Channels, x)
			}
		}
	case SetBallot:
		f.putBallot(e)
	case SetTally:
		e.Rules.Tally = TallyRules{Rule: tally.Rule(f.Rule), Tie: f.Tie, Step: amount(f.Step, e.Rules.Currency), Compare: f.Compare, Beside: tally.Rule(f.Beside)}
	case SetServices:
		e.Departments, e.Rules.Criteria = f.services(*e), f.criteria(*e)
	}
}

func (f setupForm) putBallot(e *Edition) {
	if f.Selection == string(ByDelegates) {
		e.Rules.Selection = ByDelegates
		return
	}
	e.Rules.Selection = ByBallot
	weights := e.Rules.Ballot.Weights
	e.Rules.Ballot = BallotRules{Kind: BallotKind(f.Kind), Min: count(f.Min), Max: count(f.Max), PointsTotal: count(f.PointsTotal), PointsEach: count(f.PointsEach),
		Weights: weights, PerArea: f.PerArea, MayChange: f.MayChange, MayBlank: f.MayBlank}
}

func eligibility(age string, on form.Date, ties []string, level string, zone *time.Location) Eligibility {
	r := Eligibility{MinAge: count(age), Level: count(level)}
	r.AgeOn, _ = on.In(zone)
	for _, t := range []Tie{Residence, Activity} {
		if slices.Contains(ties, string(t)) {
			r.Ties = append(r.Ties, t)
		}
	}
	return r
}

// rows reads lines of "a | b | c"; missing parts are "".
func rows(text string) (all [][3]string) {
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		var row [3]string
		for i, part := range strings.SplitN(line, "|", 3) {
			row[i] = strings.TrimSpace(part)
		}
		all = append(all, row)
	}
	return all
}

// named are the names of a row in both languages.
func named(row [3]string) map[string]string {
	names := map[string]string{"ar": row[0]}
	if row[1] != "" {
		names["fr"] = row[1]
	}
	return names
}

// freshKey is a key that no other has: known ones stay with their names.
func freshKey(prefix string, taken []string) string {
	for n := 1; ; n++ {
		if key := prefix + strconv.Itoa(n); !slices.Contains(taken, key) {
			return key
		}
	}
}

func (f setupForm) areas(e Edition) (all []Area) {
	kind := Zone
	if f.AreaKind == string(Theme) {
		kind = Theme
	}
	var taken []string
	for _, a := range e.Rules.Areas {
		taken = append(taken, a.Key)
	}
	for _, row := range rows(f.Areas) {
		a := Area{Kind: kind, Names: named(row), Envelope: amount(row[2], e.Rules.Currency)}
		for _, old := range e.Rules.Areas {
			if old.Names["ar"] == row[0] {
				a.Key, a.PlaceID = old.Key, old.PlaceID
			}
		}
		if a.Key == "" {
			a.Key = freshKey("a", taken)
			taken = append(taken, a.Key)
		}
		all = append(all, a)
	}
	return all
}

func (f setupForm) services(e Edition) (all []Department) {
	var taken []string
	for _, d := range e.Departments {
		taken = append(taken, d.Key)
	}
	for _, row := range rows(f.Services) {
		d := Department{Names: named(row)}
		for _, old := range e.Departments {
			if old.Names["ar"] == row[0] {
				d.Key = old.Key
			}
		}
		if d.Key == "" {
			d.Key = freshKey("s", taken)
			taken = append(taken, d.Key)
		}
		all = append(all, d)
	}
	return all
}

func (f setupForm) criteria(e Edition) (all []Criterion) {
	var taken []string
	for _, x := range e.Rules.Criteria {
		taken = append(taken, x.Key)
	}
	for _, row := range rows(f.Criteria) {
		x := Criterion{Names: named(row), Weight: count(row[2])}
		for _, old := range e.Rules.Criteria {
			if old.Names["ar"] == row[0] {
				x.Key = old.Key
			}
		}
		if x.Key == "" {
			x.Key = freshKey("c", taken)
			taken = append(taken, x.Key)
		}
		all = append(all, x)
	}
	return all
}

// showSetup asks one step of the set-up.
func (h *Pages) showSetup(c *web.Ctx) error {
	e, err := h.editionFor(c, ActSetUp)
	if err != nil {
		return err
	}
	view, err := h.setupPage(c, e, Setup(c.Params("step")))
	if err != nil {
		return err
	}
	return c.Show(view)
}

// editionFor returns the edition of the request for an act that the actor may do now.
func (h *Pages) editionFor(c *web.Ctx, act EditionAct) (Edition, error) {
	e, err := h.edition(c, c.Actor)
	if err != nil {
		return e, err
	}
	_, _, err = e.Next(act, RolesIn(c.Actor, e.Authority)...)
	return e, err
}

func (h *Pages) setupPage(c *web.Ctx, e Edition, step Setup) (templ.Component, error) {
	i := slices.Index(Setups, step)
	if i < 0 {
		return nil, errNoEdition
	}
	v := budgetview.FormPage{Page: h.deskFrame(c, c.T(SetupLabel(step))), Step: i + 1, Of: len(Setups), Action: c.URL("/desk/budgets/" + e.ID + "/set-up/" + string(step)), Button: c.T("Save and continue"), Unsaved: true}
	v.Back = c.URL("/desk/budgets/" + e.ID)
	if e.Phase != Drafting {
		v.Tone, v.NoticeHead, v.Notice = ui.Warning, c.T("This budget is announced"), c.T("What you change here is public at once, and the change stands in its history. When voting opens, the rules are frozen.")
	}
	switch step {
	case SetAbout:
		v.Fields = aboutFields(v.Page, c, e)
	case SetMoney:
		v.Fields = moneyFields(v.Page, c, e)
	case SetAreas:
		v.Fields = areasFields(v.Page, c, e)
	case SetCalendar:
		if e.Phase != Drafting {
			return nil, errNotNow
		}
		v.Lead = c.T("Days count in the authority’s own time, from midnight to midnight. A phase without days is left out.")
		v.Fields = calendarFields(v.Page, c, e)
	case SetPeople:
		v.Fields = peopleFields(v.Page, c, e)
	case SetBallot:
		v.Fields = ballotFields(v.Page, c, e)
	case SetTally:
		v.Fields = tallyFields(v.Page, c, e)
	case SetServices:
		v.Fields = servicesFields(v.Page, c, e)
	}
	return budgetview.Form(v), nil
}

func aboutFields(p ui.Page, c *web.Ctx, e Edition) []templ.Component {
	return []templ.Component{
		ui.Text(p, ui.TextField{Name: "year", Label: c.T("Budget year"), Hint: c.T("The year whose budget pays"), Value: positive(e.Year), Numeric: true, Size: 6}),
		ui.Text(p, ui.TextField{Name: "title_ar", Label: c.T("Title in Arabic"), Value: e.Texts["ar"].Title, Max: MaxTitle, AutoDir: true}),
		ui.Text(p, ui.TextField{Name: "title_fr", Label: c.T("Title in French"), Value: e.Texts["fr"].Title, Max: MaxTitle, AutoDir: true, Optional: true}),
		ui.Textarea(p, ui.TextareaField{Name: "intro_ar", Label: c.T("Introduction in Arabic"), Value: e.Texts["ar"].Intro, Max: MaxIntro, Optional: true}),
		ui.Textarea(p, ui.TextareaField{Name: "intro_fr", Label: c.T("Introduction in French"), Value: e.Texts["fr"].Intro, Max: MaxIntro, Optional: true}),
	}
}

// positive writes a number, and nothing for 0 and for what was none.
func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func moneyFields(p ui.Page, c *web.Ctx, e Edition) []templ.Component {
	headings := ui.CheckboxesField{Name: "headings", Label: c.T("What can be proposed"), Hint: c.T("Where the council voted one heading of investment, choose that alone. None chosen means all."), Values: e.Rules.Headings, Optional: true}
	for _, x := range Headings {
		headings.Options = append(headings.Options, ui.Option{Value: x, Label: c.T(HeadingLabel(x))})
	}
	fields := []templ.Component{
		ui.Text(p, ui.TextField{Name: "envelope", Label: c.T("Envelope"), Value: typedAmount(e.Rules.Envelope, e.Rules.Currency), Size: 14, Ltr: true, Suffix: c.T(currencyNames[e.Rules.Currency])}),
		ui.Checkboxes(p, headings), budgetview.Heading2(c.T("Earmarks")), budgetview.Prose(c.T("A share of the whole that is kept for projects which answer a need."))}
	for _, need := range NeedKeys {
		share := ""
		for _, m := range e.Rules.Earmarks {
			if m.Need == need {
				share = positive(m.Share)
			}
		}
		fields = append(fields, ui.Text(p, ui.TextField{Name: "earmark_" + need, Label: c.T(NeedLabel(need)), Value: share, Numeric: true, Size: 4, Suffix: "%", Optional: true}))
	}
	return fields
}

func areasFields(p ui.Page, c *web.Ctx, e Edition) []templ.Component {
	var lines []string
	for _, a := range e.Rules.Areas {
		lines = append(lines, a.Names["ar"]+" | "+a.Names["fr"]+" | "+typedAmount(a.Envelope, e.Rules.Currency))
	}
	kind := Zone
	if len(e.Rules.Areas) > 0 {
		kind = e.Rules.Areas[0].Kind
	}
	return []templ.Component{
		ui.Radios(p, ui.RadiosField{Name: "area_kind", Label: c.T("What divides the envelope?"), Value: string(kind), Options: []ui.Option{
			{Value: string(Zone), Label: c.T("Zones: parts of the territory")}, {Value: string(Theme), Label: c.T("Themes: fields of investment")}}}),
		budgetview.Prose(c.T("The envelope: {amount}. The areas’ amounts must add up to it. Without areas the whole territory shares one envelope.", "amount", c.Locale.Money(e.Rules.Envelope, e.Rules.Currency))),
		ui.Textarea(p, ui.TextareaField{Name: "areas", Label: c.T("Zones or themes, one line each"), Hint: c.T("Name in Arabic | name in French | amount"), Value: strings.Join(lines, "\n"), Rows: 8, Optional: true})}
}

// calendarFields ask for the first and the last day of every phase.
func calendarFields(p ui.Page, c *web.Ctx, e Edition) (fields []templ.Component) {
	for _, phase := range CalendarPhases {
		var from, to form.Date
		if s, ok := e.Calendar.Stage(phase); ok && !s.From.IsZero() {
			from = form.DateOf(s.From.In(e.Zone()))
			if !s.To.IsZero() {
				to = form.DateOf(s.To.Add(-time.Millisecond).In(e.Zone()))
			}
		}
		name := c.T(e.PhaseLabelIn(phase))
		fields = append(fields, budgetview.Heading2(name),
			ui.DateParts(p, ui.DateField{Name: "from_" + string(phase), Label: c.T("{phase}: first day", "phase", name), Day: from.Day, Month: from.Month, Year: from.Year}),
			ui.DateParts(p, ui.DateField{Name: "to_" + string(phase), Label: c.T("{phase}: last day", "phase", name), Day: to.Day, Month: to.Month, Year: to.Year}))
	}
	return fields
}

// calendarOf reads the days that were typed. A stage whose day is the one it
// has keeps its exact moment: it may have been begun by hand at noon. What is no
// day becomes one that the rules refuse.
func calendarOf(c *web.Ctx, e Edition) Calendar {
	var all Calendar
	day := func(name string) (form.Date, time.Time) {
		d := form.Date{Day: form.Digits(value(c, name+"-day", false)), Month: form.Digits(value(c, name+"-month", false)), Year: form.Digits(value(c, name+"-year", false))}
		t, _ := d.In(e.Zone())
		return d, t.UTC()
	}
	for _, phase := range CalendarPhases {
		first, from := day("from_" + string(phase))
		last, to := day("to_" + string(phase))
		if first.Empty() && last.Empty() {
			continue
		}
		s := Stage{Phase: phase, From: from}
		if !to.IsZero() {
			local := to.In(e.Zone())
			s.To = time.Date(local.Year(), local.Month(), local.Day()+1, 0, 0, 0, 0, e.Zone()).UTC()
		}
		if old, ok := e.Calendar.Stage(phase); ok {
			if form.DateOf(old.From.In(e.Zone())).String() == first.String() {
				s.From = old.From
			}
			if form.DateOf(old.To.Add(-time.Millisecond).In(e.Zone())).String() == last.String() {
				s.To = old.To
			}
		}
		all = append(all, s)
	}
	return all
}

func peopleFields(p ui.Page, c *web.Ctx, e Edition) []templ.Component {
	group := func(name, legend string, r Eligibility) []templ.Component {
		var on form.Date
		if !r.AgeOn.IsZero() {
			on = form.DateOf(r.AgeOn.In(e.Zone()))
		}
		ties := ui.CheckboxesField{Name: name + "_ties", Label: c.T("{who}: tie to the territory", "who", legend), Hint: c.T("None chosen means that none is asked for."), Optional: true,
			Options: []ui.Option{{Value: string(Residence), Label: c.T("lives in the territory")}, {Value: string(Activity), Label: c.T("works in the territory")}}}
		for _, t := range r.Ties {
			ties.Values = append(ties.Values, string(t))
		}
		return []templ.Component{budgetview.Heading2(legend),
			ui.Text(p, ui.TextField{Name: name + "_age", Label: c.T("{who}: least age", "who", legend), Hint: c.T("16 lets pupils take part; 0 asks for no age"), Value: strconv.Itoa(max(0, r.MinAge)), Numeric: true, Size: 4}),
			ui.DateParts(p, ui.DateField{Name: name + "_on", Label: c.T("{who}: day on which the age is counted", "who", legend), Day: on.Day, Month: on.Month, Year: on.Year}),
			ui.Checkboxes(p, ties),
			ui.Radios(p, ui.RadiosField{Name: name + "_level", Label: c.T("{who}: verification", "who", legend), Value: strconv.Itoa(r.Level), Options: []ui.Option{
				{Value: "0", Label: c.T("any account")}, {Value: "1", Label: c.T("an account with an identity number")}, {Value: "2", Label: c.T("an identity checked at the counter or by the state")}}})}
	}
	fields := append(group("proposers", c.T("Who may propose"), e.Rules.Proposers), group("voters", c.T("Who may vote"), e.Rules.Voters)...)
	channels := ui.CheckboxesField{Name: "channels", Label: c.T("Ways to vote")}
	for _, x := range Channels {
		channels.Options = append(channels.Options, ui.Option{Value: string(x), Label: c.T(ChannelLabel(x))})
	}
	for _, x := range e.Rules.Channels {
		channels.Values = append(channels.Values, string(x))
	}
	return append(fields, ui.Checkboxes(p, channels))
}

func ballotFields(p ui.Page, c *web.Ctx, e Edition) []templ.Component {
	b := e.Rules.Ballot
	kinds := ui.RadiosField{Name: "kind", Label: c.T("What a voter fills in"), Value: string(b.Kind)}
	for _, k := range BallotKinds {
		kinds.Options = append(kinds.Options, ui.Option{Value: string(k), Label: c.T(BallotLabel(k))})
	}
	number := func(name, label string, n int) templ.Component {
		return ui.Text(p, ui.TextField{Name: name, Label: label, Value: positive(n), Numeric: true, Size: 5, Optional: true})
	}
	return []templ.Component{
		ui.Radios(p, ui.RadiosField{Name: "selection", Label: c.T("Who decides"), Value: string(e.Rules.Selection), Options: []ui.Option{
			{Value: string(ByBallot), Label: c.T("The voters, by ballot")}, {Value: string(ByDelegates), Label: c.T("The delegates’ forum, by published criteria")}}}),
		ui.Radios(p, kinds),
		number("max", c.T("Most projects on a ballot"), b.Max), number("min", c.T("Least projects on a ballot that is not blank"), b.Min),
		number("points_total", c.T("Points to share out"), b.PointsTotal), number("points_each", c.T("Most points on one project"), b.PointsEach),
		ui.Checkbox(p, ui.CheckboxField{Name: "per_area", Label: c.T("One votes in one area, which one chooses"), Checked: b.PerArea}),
		ui.Checkbox(p, ui.CheckboxField{Name: "may_change", Label: c.T("The vote can be changed until closing"), Checked: b.MayChange}),
		ui.Checkbox(p, ui.CheckboxField{Name: "may_blank", Label: c.T("A blank vote is possible"), Checked: b.MayBlank}),
	}
}

func tallyFields(p ui.Page, c *web.Ctx, e Edition) []templ.Component {
	t := e.Rules.Tally
	rule := ui.SelectField{Name: "rule", Label: c.T("Rule of the count"), Value: string(t.Rule)}
	beside := ui.SelectField{Name: "beside", Label: c.T("Shown beside it for comparison"), Value: string(t.Beside), Empty: c.T("None"), Optional: true}
	for _, r := range tally.Rules() {
		option := ui.Option{Value: string(r), Label: fmt.Sprintf("%s (%s)", c.T(RuleLabel(r)), r)}
		rule.Options, beside.Options = append(rule.Options, option), append(beside.Options, option)
	}
	tie := ui.RadiosField{Name: "tie", Label: c.T("Who goes first among equals"), Value: t.Tie}
	for _, x := range TieOrders {
		tie.Options = append(tie.Options, ui.Option{Value: x, Label: c.T(TieLabel(x))})
	}
	return []templ.Component{ui.Select(p, rule), ui.Radios(p, tie),
		ui.Text(p, ui.TextField{Name: "step", Label: c.T("Step by which shares grow"), Hint: c.T("Nothing means one unit of the currency"), Value: typedAmount(t.Step, e.Rules.Currency), Size: 10, Ltr: true, Suffix: c.T(currencyNames[e.Rules.Currency]), Optional: true}),
		ui.Checkbox(p, ui.CheckboxField{Name: "compare", Label: c.T("If more voters prefer the result by most votes, that one stands"), Checked: t.Compare}),
		ui.Select(p, beside)}
}

func servicesFields(p ui.Page, c *web.Ctx, e Edition) []templ.Component {
	var services, criteria []string
	for _, d := range e.Departments {
		services = append(services, strings.TrimSuffix(d.Names["ar"]+" | "+d.Names["fr"], " | "))
	}
	for _, x := range e.Rules.Criteria {
		criteria = append(criteria, x.Names["ar"]+" | "+x.Names["fr"]+" | "+positive(x.Weight))
	}
	return []templ.Component{
		ui.Textarea(p, ui.TextareaField{Name: "services", Label: c.T("Services that examine proposals, one line each"), Hint: c.T("Name in Arabic | name in French"), Value: strings.Join(services, "\n"), Rows: 5}),
		ui.Textarea(p, ui.TextareaField{Name: "criteria", Label: c.T("Criteria of the delegates’ forum, one line each"), Hint: c.T("Name in Arabic | name in French | weight from 1 to 100"), Value: strings.Join(criteria, "\n"), Rows: 6, Optional: e.Ballots()})}
}

// saveSetup keeps a step, also when something is wrong with it, and leads on
// when nothing is.
func (h *Pages) saveSetup(c *web.Ctx) error {
	e, err := h.editionFor(c, ActSetUp)
	if err != nil {
		return err
	}
	step := Setup(c.Params("step"))
	var typed setupForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	put := func(e *Edition) { typed.put(step, e) }
	if step == SetCalendar {
		calendar := calendarOf(c, e)
		put = func(e *Edition) { e.Calendar = calendar }
	}
	if _, err := h.Service.SetUpStep(c.Std(), c.Actor, e.ID, step, put); err != nil {
		put(&e)
		return again(c, err, func() (templ.Component, error) { return h.setupPage(c, e, step) })
	}
	c.Flash(flashKept)
	i := slices.Index(Setups, step)
	if e.Phase == Drafting && i+1 < len(Setups) {
		return c.SeeOther("/desk/budgets/" + e.ID + "/set-up/" + string(Setups[i+1]))
	}
	return c.SeeOther("/desk/budgets/" + e.ID)
}
