package budget

import (
	"slices"
	"strconv"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/web"
	"musharaka/views/ballotview"
	"musharaka/views/ui"
)

// tickForm is what ticking off a voter sends.
type tickForm struct {
	Channel string `form:"channel"`
	Number  string `form:"number,digits" validate:"required"`
	Area    string `form:"area"`
	Birth   string `form:"birth,digits" validate:"omitempty,year"`
	Sex     string `form:"sex" validate:"omitempty,oneof=f m"`
}

// Messages are the form's own sentences.
func (tickForm) Messages() map[string]string {
	return map[string]string{"number.required": i18n.Msg("Write the number of the identity card")}
}

// batchForm is what copying a batch sends.
type batchForm struct {
	Once    string `form:"once"`
	Channel string `form:"channel"`
	Area    string `form:"area"`
	Place   string `form:"place" validate:"max=80"`
	Typed   string `form:"typed,text" validate:"required"`
}

// Messages are the form's own sentences.
func (batchForm) Messages() map[string]string {
	return map[string]string{"typed.required": i18n.Msg("Copy at least one ballot")}
}

type returnForm struct {
	Note string `form:"note,text" validate:"required,max=500"`
}

// Messages are the form's own sentences.
func (returnForm) Messages() map[string]string {
	return map[string]string{"note.required": i18n.Msg("Say which line does not agree")}
}

var batchLabels = map[BatchState]string{
	BatchEntered: i18n.Msg("Waits for a second pair of eyes"), BatchReturned: i18n.Msg("Returned"), BatchConfirmed: i18n.Msg("In the urn"),
}

var batchTones = map[BatchState]ui.Tone{BatchEntered: ui.Info, BatchReturned: ui.Warning, BatchConfirmed: ui.Success}

func deskPath(id, rest string) string { return "/desk/budgets/" + id + "/poll" + rest }

// showPoll is the desk of the paper vote.
func (h *Pages) showPoll(c *web.Ctx) error {
	v, err := h.pollPage(c, tickForm{})
	if err != nil {
		return err
	}
	return c.Show(ballotview.Poll(v))
}

func (h *Pages) pollPage(c *web.Ctx, f tickForm) (v ballotview.PollPage, err error) {
	e, err := h.Service.Edition(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return v, err
	}
	batches, err := h.Service.Batches(c.Std(), c.Actor, e.ID, c.Query("after"))
	if err != nil {
		return v, err
	}
	t, err := h.Service.Turnout(c.Std(), e.ID)
	if err != nil {
		return v, err
	}
	v = ballotview.PollPage{
		Page: h.voteFrame(c, e, c.T("Paper vote")), Caption: e.Title(c.Locale.Lang()), Back: c.URL("/desk/budgets/" + e.ID), Open: e.Open(Voting, c.Now()),
		Action: c.URL(deskPath(e.ID, "/tick")), Entry: c.URL(deskPath(e.ID, "/batches/new")),
		PrintAR: "/ar/budgets/" + e.ID + "/ballot.pdf", PrintFR: "/fr/budgets/" + e.ID + "/ballot.pdf",
		Number: ui.TextField{Name: "number", Label: c.T("Number of the identity card"), Hint: c.T("It is compared and not kept."), Value: f.Number, Ltr: true, Max: 20, Size: 14},
		Birth:  ui.TextField{Name: "birth", Label: c.T("Year of birth, from the card"), Value: f.Birth, Numeric: true, Size: 6, Max: 4, Optional: true},
		Sex:    ui.RadiosField{Name: "sex", Label: c.T("Sex, from the card"), Value: f.Sex, Inline: true, Optional: true, Options: []ui.Option{{Value: "f", Label: c.T("Woman")}, {Value: "m", Label: c.T("Man")}}},
	}
	v.Channel = channelField(c, e, f.Channel)
	v.Area = areaField(c, e, f.Area)
	for _, ch := range []Channel{Paper, Counter} {
		if e.Takes(ch) {
			v.Facts = append(v.Facts, ui.Stat{Value: c.Locale.Number(t.ByChannel[ch]), Label: c.T("{way}: ticked off", "way", c.T(ChannelLabel(ch)))})
		}
	}
	v.Facts = append(v.Facts, ui.Stat{Value: c.Locale.Number(t.People), Label: c.T("people vote, all ways together")})
	v.Batches = ui.TableSpec{Caption: c.T("Batches"), Head: []ui.Th{{Label: c.T("Batch")}, {Label: c.T("Place")}, {Label: c.T("Ballots"), Number: true}, {Label: c.T("State")}}}
	for _, b := range batches.Items {
		v.Batches.Rows = append(v.Batches.Rows, []ui.Cell{
			{Text: c.Locale.DateTime(b.EnteredAt.In(e.Zone())), Href: c.URL(deskPath(e.ID, "/batches/"+b.ID))}, {Text: b.Place},
			{Text: c.Locale.Number(int64(len(b.Ballots)))}, {Body: ui.Tag(c.T(batchLabels[b.State]), batchTones[b.State])},
		})
	}
	v.Pages = c.Pager(deskPath(e.ID, ""), pairs(), c.Query("after"), batches.Next)
	return v, nil
}

func channelField(c *web.Ctx, e Edition, value string) ui.RadiosField {
	f := ui.RadiosField{Name: "channel", Label: c.T("How does the person vote?"), Value: value, Inline: true}
	for _, ch := range []Channel{Paper, Counter} {
		if e.Takes(ch) {
			f.Options = append(f.Options, ui.Option{Value: string(ch), Label: c.T(ChannelLabel(ch))})
		}
	}
	if f.Value == "" && len(f.Options) > 0 {
		f.Value = f.Options[0].Value
	}
	return f
}

func areaField(c *web.Ctx, e Edition, value string) *ui.SelectField {
	if !e.Rules.Ballot.PerArea {
		return nil
	}
	f := &ui.SelectField{Name: "area", Label: c.T("Area"), Value: value, Empty: c.T("Choose an area")}
	for _, a := range e.AllAreas() {
		f.Options = append(f.Options, ui.Option{Value: a.Key, Label: a.Name(c.Locale.Lang())})
	}
	return f
}

// tick ticks off a voter.
func (h *Pages) tick(c *web.Ctx) error {
	var f tickForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	shown := mistakes.Shown(c.Locale)
	if len(mistakes) == 0 {
		birth, _ := strconv.Atoi(f.Birth)
		err = h.Service.TickOff(c.Std(), c.Actor, c.Params("id"), Mark{Channel: Channel(f.Channel), Number: f.Number, Area: f.Area, Birth: birth, Sex: f.Sex})
		if err == nil {
			c.Flash(flashTicked)
			return c.SeeOther(deskPath(c.Params("id"), ""))
		}
		if !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Conflict) {
			return err
		}
		said, args := fault.Shown(err)
		shown = []ui.FieldError{{Field: "number", Message: c.T(said, args...)}}
	}
	v, err := h.pollPage(c, f)
	if err != nil {
		return err
	}
	v.Errors = shown
	return c.Invalid(ballotview.Poll(v))
}

var (
	flashTicked    = i18n.Msg("Ticked off: hand out the ballot now.")
	flashEntered   = i18n.Msg("The batch waits for somebody else to compare it with the paper.")
	flashPoured    = i18n.Msg("The ballots are in the urn.")
	flashSentBack  = i18n.Msg("The batch is returned to who copied it.")
	wrongInLine    = i18n.Msg("Line {n}: {problem}")
	linesToCorrect = 5 // shown at once
)

// showEntry is a batch to copy.
func (h *Pages) showEntry(c *web.Ctx) error {
	v, err := h.entryPage(c, batchForm{Once: c.NewID()}, Batch{})
	if err != nil {
		return err
	}
	return c.Show(ballotview.Entry(v))
}

func (h *Pages) entryPage(c *web.Ctx, f batchForm, b Batch) (v ballotview.EntryPage, err error) {
	e, err := h.Service.Edition(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return v, err
	}
	if !c.Actor.Holds(e.Authority, agents...) {
		return v, errNotYours
	}
	v = ballotview.EntryPage{
		Page: h.voteFrame(c, e, c.T("Copy a batch of ballots")), Caption: e.Title(c.Locale.Lang()), Back: c.URL(deskPath(e.ID, "")), Once: f.Once, Note: b.Note,
		Action: c.URL(deskPath(e.ID, "/batches/new")), How: typing(c, e),
		Typed: ui.TextareaField{Name: "typed", Label: c.T("The ballots"), Hint: c.T("A line for each ballot, {n} at most.", "n", MaxBatch), Value: f.Typed, Rows: 15},
	}
	if b.ID != "" {
		v.Title, v.Action, v.Once = c.T("Correct a batch of ballots"), c.URL(deskPath(e.ID, "/batches/"+b.ID+"/correct")), ""
	} else {
		channel := channelField(c, e, f.Channel)
		channel.Label = c.T("Where do the ballots come from?")
		v.Channel, v.Area = &channel, areaField(c, e, f.Area)
		v.Place = &ui.TextField{Name: "place", Label: c.T("Polling place"), Value: f.Place, Max: 80, AutoDir: true, Optional: true}
	}
	v.Projects = ui.TableSpec{Caption: c.T("The projects and their numbers"), Head: []ui.Th{{Label: c.T("Number"), Number: true}, {Label: c.T("Project")}}}
	for _, p := range e.OnBallot("") {
		v.Projects.Rows = append(v.Projects.Rows, []ui.Cell{{Text: strconv.FormatInt(p.Number, 10)}, {Body: ui.Bidi(inLang(p.Titles, c.Locale.Lang()))}})
	}
	return v, nil
}

// typing says how a ballot is copied.
func typing(c *web.Ctx, e Edition) []string {
	all := []string{c.T("Write the numbers of the projects with a space between, and 0 for a blank ballot.")}
	switch e.Rules.Ballot.Kind {
	case Points:
		all = []string{c.T("Write each project with its points, such as {example}, with a space between, and 0 for a blank ballot.", "example", "3=5")}
	case Ranking:
		all = append(all, c.T("Keep the order of the voter: the first number is the first place."))
	}
	return append(all, c.T("A ballot that is not valid (too many projects, unreadable) is not copied: keep it with the others and note the number in the minutes."))
}

// enter takes a batch that was copied.
func (h *Pages) enter(c *web.Ctx) error {
	var f batchForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	id := c.Params("id")
	b := Batch{Meta: store.Meta{ID: onceID("batch", c.Actor.PersonID, id+f.Once)}, Channel: Channel(f.Channel), Area: f.Area, Place: f.Place, Typed: f.Typed}
	shown := mistakes.Shown(c.Locale)
	if len(mistakes) == 0 {
		if b, err = h.Service.EnterBatch(c.Std(), c.Actor, id, b); err == nil {
			c.Flash(flashEntered)
			return c.SeeOther(deskPath(id, "/batches/"+b.ID))
		}
		if shown, err = h.linesWrong(c, id, f.Area, f.Typed, err); err != nil {
			return err
		}
	}
	v, err := h.entryPage(c, f, Batch{})
	if err != nil {
		return err
	}
	v.Errors = shown
	return c.Invalid(ballotview.Entry(v))
}

// linesWrong says what is wrong with the lines of a batch, or gives back a fault
// that is about something else.
func (h *Pages) linesWrong(c *web.Ctx, id, area, typed string, cause error) ([]ui.FieldError, error) {
	if !fault.Is(cause, fault.Invalid) {
		return nil, cause
	}
	e, err := h.Service.Edition(c.Std(), c.Actor, id)
	if err != nil {
		return nil, err
	}
	said, args := fault.Shown(cause)
	shown := []ui.FieldError{{Field: "typed", Message: c.T(said, args...)}}
	_, wrong := e.ReadBallots(area, typed)
	var lines []int
	for n := range wrong {
		lines = append(lines, n)
	}
	slices.Sort(lines)
	for i, n := range lines {
		if i == linesToCorrect {
			break
		}
		shown = append(shown, ui.FieldError{Field: "typed", Message: c.T(wrongInLine, "n", n, "problem", c.T(wrong[n].Message, wrong[n].Args...))})
	}
	return shown, nil
}

// showBatch is one batch, to be compared with the paper.
func (h *Pages) showBatch(c *web.Ctx) error {
	v, err := h.batchPage(c)
	if err != nil {
		return err
	}
	return c.Show(ballotview.Batch(v))
}

func (h *Pages) batchPage(c *web.Ctx) (v ballotview.BatchPage, err error) {
	b, e, err := h.batch(c)
	if err != nil {
		return v, err
	}
	at := c.URL(deskPath(e.ID, "/batches/"+b.ID))
	v = ballotview.BatchPage{
		Page: h.voteFrame(c, e, c.T("Batch of ballots")), Caption: e.Title(c.Locale.Lang()), Back: c.URL(deskPath(e.ID, "")),
		State: c.T(batchLabels[b.State]), Tone: batchTones[b.State], Own: b.EnteredBy == c.Actor.PersonID,
		Reason: ui.TextareaField{Name: "note", Label: c.T("Which line does not agree?"), Rows: 3, Max: 500},
		Facts: []ui.SummaryRow{{Key: c.T("Way of voting"), Value: c.T(ChannelLabel(b.Channel))}, {Key: c.T("Polling place"), Value: b.Place},
			{Key: c.T("Ballots"), Value: c.Locale.Number(int64(len(b.Ballots)))}, {Key: c.T("Copied"), Value: c.Locale.DateTime(b.EnteredAt.In(e.Zone()))}},
	}
	if a, ok := e.Area(b.Area); ok && b.Area != "" {
		v.Facts = append(v.Facts, ui.SummaryRow{Key: c.T("Area"), Value: a.Name(c.Locale.Lang())})
	}
	if _, err := b.NextBatch(BatchConfirm, c.Actor); err == nil {
		v.Confirm, v.Return = at+"/confirm", at+"/return"
	}
	if _, err := b.NextBatch(BatchCorrect, c.Actor); err == nil {
		v.Correct = at + "/correct"
	}
	v.Ballots = ui.TableSpec{Caption: c.T("The ballots as they were copied"), Head: []ui.Th{{Label: c.T("Line"), Number: true}, {Label: c.T("Projects")}}}
	for i, choice := range b.Ballots {
		v.Ballots.Rows = append(v.Ballots.Rows, []ui.Cell{{Text: strconv.Itoa(i + 1)}, {Text: inNumbers(c, e, choice)}})
	}
	return v, nil
}

// inNumbers is a ballot as its projects' numbers.
func inNumbers(c *web.Ctx, e Edition, choice Choice) string {
	if choice.Blank {
		return c.T("blank")
	}
	var all []string
	for _, p := range choice.Picks {
		project, _ := e.project(p.Project)
		text := strconv.FormatInt(project.Number, 10)
		if e.Rules.Ballot.Kind == Points {
			text += "=" + strconv.FormatInt(p.N, 10)
		}
		all = append(all, text)
	}
	if e.Rules.Ballot.Kind != Ranking {
		slices.SortFunc(all, func(a, b string) int {
			if len(a) != len(b) {
				return len(a) - len(b)
			}
			return strings.Compare(a, b)
		})
	}
	return strings.Join(all, " · ")
}

// batch returns the batch of the request with its edition.
func (h *Pages) batch(c *web.Ctx) (Batch, Edition, error) {
	b, err := h.Service.Batch(c.Std(), c.Actor, c.Params("batch"))
	if err != nil {
		return b, Edition{}, err
	}
	if b.Edition != c.Params("id") {
		return b, Edition{}, errNoBatch
	}
	e, err := h.Service.Edition(c.Std(), c.Actor, b.Edition)
	return b, e, err
}

// showCorrect offers what was typed to be corrected.
func (h *Pages) showCorrect(c *web.Ctx) error {
	b, _, err := h.batch(c)
	if err != nil {
		return err
	}
	if _, err := b.NextBatch(BatchCorrect, c.Actor); err != nil {
		return err
	}
	v, err := h.entryPage(c, batchForm{Typed: b.Typed}, b)
	if err != nil {
		return err
	}
	return c.Show(ballotview.Entry(v))
}

func (h *Pages) correct(c *web.Ctx) error {
	var f batchForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	b, _, err := h.batch(c)
	if err != nil {
		return err
	}
	shown := mistakes.Shown(c.Locale)
	if len(mistakes) == 0 {
		if _, err = h.Service.CorrectBatch(c.Std(), c.Actor, b.ID, f.Typed); err == nil {
			c.Flash(flashEntered)
			return c.SeeOther(deskPath(b.Edition, "/batches/"+b.ID))
		}
		if shown, err = h.linesWrong(c, b.Edition, b.Area, f.Typed, err); err != nil {
			return err
		}
	}
	v, err := h.entryPage(c, f, b)
	if err != nil {
		return err
	}
	v.Errors = shown
	return c.Invalid(ballotview.Entry(v))
}

func (h *Pages) confirmBatch(c *web.Ctx) error {
	b, _, err := h.batch(c)
	if err != nil {
		return err
	}
	if _, err := h.Service.ConfirmBatch(c.Std(), c.Actor, b.ID); err != nil {
		return err
	}
	c.Flash(flashPoured)
	return c.SeeOther(deskPath(b.Edition, ""))
}

func (h *Pages) returnBatch(c *web.Ctx) error {
	var f returnForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	b, _, err := h.batch(c)
	if err != nil {
		return err
	}
	if len(mistakes) > 0 {
		v, err := h.batchPage(c)
		if err != nil {
			return err
		}
		v.Reason.Value, v.Errors = f.Note, mistakes.Shown(c.Locale)
		return c.Invalid(ballotview.Batch(v))
	}
	if _, err := h.Service.ReturnBatch(c.Std(), c.Actor, b.ID, f.Note); err != nil {
		return err
	}
	c.Flash(flashSentBack)
	return c.SeeOther(deskPath(b.Edition, ""))
}
