package petition

import (
	"context"
	"slices"
	"strconv"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
)

// StepState is where a step of the follow-up stands.
type StepState string

// The states of a step.
const (
	StepPlanned  StepState = "planned"
	StepUnderWay StepState = "under_way"
	StepDone     StepState = "done"
	StepDropped  StepState = "dropped" // with a reason
)

// StepStates are all states of a step.
var StepStates = []StepState{StepPlanned, StepUnderWay, StepDone, StepDropped}

// stepMoves is the table of a step: in which states an act may be done, and
// where it leads ("" stays). Who may do it stands in the table of the petition.
var stepMoves = []struct {
	Act  Act
	From []StepState
	To   StepState
}{
	{ActStepPlan, []StepState{StepPlanned, StepUnderWay}, ""}, // changing what is planned
	{ActStepBegin, []StepState{StepPlanned}, StepUnderWay},
	{ActStepDone, []StepState{StepPlanned, StepUnderWay}, StepDone},
	{ActStepDrop, []StepState{StepPlanned, StepUnderWay}, StepDropped},
}

// stepAfter returns the state to which an act leads a step; Conflict when it
// cannot be done there.
func stepAfter(from StepState, act Act) (StepState, error) {
	for _, m := range stepMoves {
		if m.Act == act && slices.Contains(m.From, from) {
			if m.To == "" {
				return from, nil
			}
			return m.To, nil
		}
	}
	return "", fault.New(fault.Conflict, "This step is closed.")
}

// FollowStep is something the authority does after its answer or decision.
type FollowStep struct {
	Number   int       `bson:"number" json:"number"` // from 1
	State    StepState `bson:"state" json:"state"`
	Title    string    `bson:"title" json:"title"`
	Service  string    `bson:"service" json:"service"`                   // who is responsible
	Due      time.Time `bson:"due" json:"due"`                           // the end of that day
	NoBudget bool      `bson:"no_budget,omitempty" json:"no_budget"`     // there is none, said plainly
	Budget   string    `bson:"budget,omitempty" json:"budget,omitempty"` // its line, unless NoBudget
	Evidence string    `bson:"evidence,omitempty" json:"evidence,omitempty"`
	Files    []string  `bson:"files,omitempty" json:"files,omitempty"`
	Reason   string    `bson:"reason,omitempty" json:"reason,omitempty"` // why it was dropped
	ClosedAt time.Time `bson:"closed,omitempty" json:"closed_at,omitzero"`
}

// Late reports whether the step should have been done.
func (s FollowStep) Late(t time.Time) bool {
	return (s.State == StepPlanned || s.State == StepUnderWay) && t.After(s.Due)
}

// MaxSteps is how many steps a petition has at most: what is public of them
// comes with the petition.
const MaxSteps = 40

// The limits of a step's words, in letters.
const (
	MaxStepTitle = 200
	MaxEvidence  = 1500
)

// StepInput is what an officer writes of a step.
type StepInput struct {
	Title    string
	Service  string
	Due      time.Time // a day
	NoBudget bool
	Budget   string
}

func (in *StepInput) check(zone *time.Location) error {
	in.Title, in.Service, in.Budget = tidy(in.Title, MaxStepTitle, false), tidy(in.Service, MaxName, false), tidy(in.Budget, MaxStepTitle, false)
	if err := required("title", in.Title, i18n.Msg("Say what will be done"), MaxStepTitle); err != nil {
		return err
	}
	if err := required("service", in.Service, i18n.Msg("Name the service that is responsible"), MaxName); err != nil {
		return err
	}
	if in.Due.IsZero() {
		return &InputError{Field: "due", Message: i18n.Msg("Enter the day by which it will be done")}
	}
	in.Due = clock.EndOfDay(in.Due, zone).UTC()
	if in.NoBudget {
		in.Budget = ""
		return nil
	}
	return required("budget", in.Budget, i18n.Msg("Name the budget line, or say that there is none"), MaxStepTitle)
}

// step returns a step by its number.
func (p Petition) step(number int) (FollowStep, bool) {
	if number < 1 || number > len(p.Steps) {
		return FollowStep{}, false
	}
	return p.Steps[number-1], true
}

var errNoStep = fault.New(fault.NotFound, "There is no such step.")

// PlanStep adds a step, or changes what is planned of one that is not closed
// (number > 0). Faults: Invalid, Conflict (closed, or too many), Forbidden.
func (s *Service) PlanStep(ctx context.Context, who auth.Actor, id string, number int, in StepInput) (Petition, error) {
	p, err := s.Get(ctx, who, id)
	if err != nil {
		return p, err
	}
	if err := in.check(clock.Zone(p.Country)); err != nil {
		return p, err
	}
	planned := func(x FollowStep) FollowStep {
		x.Title, x.Service, x.Due, x.NoBudget, x.Budget = in.Title, in.Service, in.Due, in.NoBudget, in.Budget
		return x
	}
	again := func(p Petition) bool {
		if number == 0 { // the same step sent twice
			n := len(p.Steps)
			return n > 0 && p.Steps[n-1].State == StepPlanned && sameStep(p.Steps[n-1], planned(p.Steps[n-1]))
		}
		x, ok := p.step(number)
		return ok && sameStep(x, planned(x))
	}
	d := done{act: ActStepPlan, reason: in.Title}
	return s.act(ctx, who, id, d, again, func(p *Petition) error {
		if number == 0 {
			if len(p.Steps) >= MaxSteps {
				return fault.New(fault.Conflict, "A petition has at most {limit} steps.", "limit", MaxSteps)
			}
			p.Steps = append(slices.Clone(p.Steps), planned(FollowStep{Number: len(p.Steps) + 1, State: StepPlanned}))
			return nil
		}
		return p.changeStep(number, ActStepPlan, func(x *FollowStep) { *x = planned(*x) })
	})
}

func sameStep(a, b FollowStep) bool {
	return a.Title == b.Title && a.Service == b.Service && a.Due.Equal(b.Due) && a.NoBudget == b.NoBudget && a.Budget == b.Budget
}

// changeStep does an act to one step by the table.
func (p *Petition) changeStep(number int, act Act, change func(*FollowStep)) error {
	x, ok := p.step(number)
	if !ok {
		return errNoStep
	}
	to, err := stepAfter(x.State, act)
	if err != nil {
		return err
	}
	x.State = to
	change(&x)
	p.Steps = slices.Clone(p.Steps)
	p.Steps[number-1] = x
	return nil
}

// CloseInput is what is said when a step begins or ends.
type CloseInput struct {
	Evidence string   // ActStepDone: required unless there are files
	Files    []string // ActStepDone
	Reason   string   // ActStepDrop: required
}

// MoveStep begins a step, says with evidence that it is done, or drops it with
// a reason. Signatories who asked for news are told of a step that is done.
// Faults: NotFound, Invalid, Conflict, Forbidden.
func (s *Service) MoveStep(ctx context.Context, who auth.Actor, id string, number int, act Act, in CloseInput) (Petition, error) {
	in.Evidence, in.Reason = tidy(in.Evidence, MaxEvidence, true), tidy(in.Reason, MaxEvidence, true)
	if err := in.check(act); err != nil {
		return Petition{}, err
	}
	now, p := s.Clock.Now(), Petition{}
	p, err := s.Get(ctx, who, id)
	if err != nil {
		return p, err
	}
	x, ok := p.step(number)
	if !ok {
		return p, errNoStep
	}
	to := map[Act]StepState{ActStepBegin: StepUnderWay, ActStepDone: StepDone, ActStepDrop: StepDropped}[act]
	again := func(p Petition) bool {
		x, ok := p.step(number)
		return ok && x.State == to && x.Evidence == in.Evidence && x.Reason == in.Reason
	}
	d := done{act: act, reason: x.Title, details: map[string]string{"step": strconv.Itoa(number)}}
	if act == ActStepDone {
		d.tasks = []Task{{taskAnnounce, string(stepMilestone(number))}}
	}
	return s.act(ctx, who, id, d, again, func(p *Petition) error {
		return p.changeStep(number, act, func(x *FollowStep) {
			x.Evidence, x.Files, x.Reason = in.Evidence, slices.Clone(in.Files), in.Reason
			if act != ActStepBegin {
				x.ClosedAt = now
			}
		})
	})
}

func (in *CloseInput) check(act Act) error {
	switch act {
	case ActStepBegin:
		*in = CloseInput{}
	case ActStepDone:
		in.Reason = ""
		if len(in.Files) > MaxAttachments {
			return &InputError{Field: "file", Message: i18n.Msg("Attach at most {limit} files"), Args: []any{"limit", MaxAttachments}}
		}
		if in.Evidence == "" && len(in.Files) > 0 {
			return nil
		}
		return required("evidence", in.Evidence, i18n.Msg("Say by what it can be seen that it is done, or attach a file"), MaxEvidence)
	case ActStepDrop:
		in.Evidence, in.Files = "", nil
		return required("reason", in.Reason, i18n.Msg("Say why it is dropped"), MaxEvidence)
	default:
		return errNone
	}
	return nil
}

// stepMilestone is what is announced of a step that is done.
func stepMilestone(number int) Milestone { return Milestone(stepPrefix + strconv.Itoa(number)) }

const stepPrefix = "step_"

// stepOf returns the number of the step that a milestone is about; 0 when it is
// about something else.
func (m Milestone) stepOf() int {
	if len(m) <= len(stepPrefix) || string(m[:len(stepPrefix)]) != stepPrefix {
		return 0
	}
	n, _ := strconv.Atoi(string(m[len(stepPrefix):]))
	return n
}
