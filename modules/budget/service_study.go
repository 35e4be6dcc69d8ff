package budget

import (
	"context"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
)

// The bounds of a study.
const (
	MaxLines       = 40
	MaxOpinions    = 3
	MaxVisitPhotos = 8
	MaxExplanation = 4000
	maxQuantity    = int64(1_000_000)
)

// StudyInput is what a department writes down.
type StudyInput struct {
	Checks       []Check
	VisitOn      time.Time // zero: no visit yet
	VisitNote    string
	VisitPhotos  []string // files to add: uploads of who writes
	Lines        []Line
	Running      int64
	Explanations map[string]string
}

// SaveStudy keeps what a department has found so far. A *Broken says what is
// wrong with it; it is then not kept.
func (s *Service) SaveStudy(ctx context.Context, who auth.Actor, id string, in StudyInput) (Proposal, error) {
	if err := broken(in.problems(s.Clock.Now())); err != nil {
		return Proposal{}, err
	}
	own, err := s.Files.Uploaded(ctx, who.PersonID, in.VisitPhotos)
	if err != nil {
		return Proposal{}, fault.Wrap("proposal.study", err)
	}
	if !own {
		return Proposal{}, errNotYours
	}
	return s.actOnProposal(ctx, who, id, ActStudy, done{private: true}, nil, func(p *Proposal, _ Edition) error {
		o := in.opinion(*p)
		switch photos := o.photos(); {
		case o.Visit == nil && len(in.VisitPhotos)+len(p.Study.Opinion.photos()) > 0:
			return wrong("visit", i18n.Msg("Photos of the site need the day of the visit"))
		case len(photos) > MaxVisitPhotos:
			return wrong("visit_photos", i18n.Msg("Add {limit} photos at most"), "limit", MaxVisitPhotos)
		}
		p.Study.Opinion = o
		return nil
	})
}

// RemoveVisitPhoto takes a photo of the visit off a study that has no verdict
// yet, and deletes it.
func (s *Service) RemoveVisitPhoto(ctx context.Context, who auth.Actor, id, file string) (Proposal, error) {
	had := false
	p, err := s.actOnProposal(ctx, who, id, ActStudy, done{private: true}, func(p Proposal) bool { return !slices.Contains(p.Study.Opinion.photos(), file) }, func(p *Proposal, _ Edition) error {
		had = true
		visit := *p.Study.Opinion.Visit
		visit.Photos = slices.DeleteFunc(slices.Clone(visit.Photos), func(f string) bool { return f == file })
		p.Study.Opinion.Visit = &visit
		return nil
	})
	if err != nil || !had {
		return p, err
	}
	return p, s.Files.Discard(ctx, []string{file})
}

// opinion is the input as the present opinion of a proposal.
func (in StudyInput) opinion(p Proposal) Opinion {
	o := Opinion{Department: p.Study.Department, Running: in.Running, Explanations: map[string]string{}}
	for _, c := range in.Checks {
		if c.Answer != "" {
			o.Checks = append(o.Checks, Check{Key: c.Key, Answer: c.Answer, Note: tidy(c.Note, false)})
		}
	}
	if !in.VisitOn.IsZero() {
		o.Visit = &Visit{On: in.VisitOn, Note: tidy(in.VisitNote, true), Photos: slices.Concat(p.Study.Opinion.photos(), in.VisitPhotos)}
	}
	for _, l := range in.Lines {
		l.Label = tidy(l.Label, false)
		o.Lines = append(o.Lines, l)
	}
	for lang, text := range in.Explanations {
		if text = tidy(text, true); text != "" {
			o.Explanations[lang] = text
		}
	}
	return o
}

func (in StudyInput) problems(now time.Time) (found []Problem) {
	for _, c := range in.Checks {
		if !slices.Contains(Checks, c.Key) || !slices.Contains([]string{"", "yes", "no", "na"}, c.Answer) {
			found = append(found, Problem{Field: "check_" + c.Key, Message: i18n.Msg("Choose one")})
		}
		found = append(found, atMost("note_"+c.Key, c.Note, MaxTitle)...)
	}
	if in.VisitOn.After(now) {
		found = append(found, Problem{Field: "visit", Message: i18n.Msg("A visit has a day that is past")})
	}
	found = append(found, atMost("visit_note", in.VisitNote, MaxReason)...)
	if len(in.Lines) > MaxLines {
		found = append(found, Problem{"lines", i18n.Msg("There can be {limit} lines at most"), []any{"limit", MaxLines}})
	}
	for _, l := range in.Lines {
		if tidy(l.Label, false) == "" || letters(l.Label) > MaxTitle || l.Quantity < 1 || l.Quantity > maxQuantity || l.Unit < 0 || l.Unit > MaxEnvelope/maxQuantity {
			found = append(found, Problem{Field: "lines", Message: i18n.Msg("Each line has a name, a quantity and a price: “Paving | 120 | 45.500”")})
			break
		}
	}
	if in.Running < 0 || in.Running > MaxEnvelope {
		found = append(found, Problem{Field: "running", Message: i18n.Msg("Give an amount, or nothing where there are no running costs")})
	}
	for _, lang := range TextLangs {
		found = append(found, atMost("explanation_"+lang, in.Explanations[lang], MaxExplanation)...)
	}
	return found
}

// Conclude ends a study with a verdict, which makes it public. A feasible
// proposal has a cost within the envelope of its area and an answer to every
// question of the checklist; an unfeasible one has an explanation.
func (s *Service) Conclude(ctx context.Context, who auth.Actor, id string, verdict Verdict) (Proposal, error) {
	act, state, notice := ActConclude, Feasible, NoticeFeasible
	switch verdict {
	case NotFeasible:
		act, state, notice = ActTurnDown, Unfeasible, NoticeUnfeasible
	case IsFeasible:
	default:
		return Proposal{}, wrong("verdict", i18n.Msg("Choose one"))
	}
	d := done{tasks: []Task{{taskTell, notice}}}
	p, err := s.actOnProposal(ctx, who, id, act, d, func(p Proposal) bool { return p.State == state }, func(p *Proposal, e Edition) error {
		if err := broken(p.verdictProblems(e, verdict)); err != nil {
			return err
		}
		p.Study.Opinion.Verdict, p.Study.Opinion.At, p.Study.Opinion.Department = verdict, s.Clock.Now(), p.Study.Department
		p.Cost = 0
		if verdict == IsFeasible {
			p.Cost = p.Study.Opinion.Cost()
		}
		return nil
	})
	if err != nil {
		return p, err
	}
	return p, s.Files.Publish(ctx, p.Study.Opinion.photos(), true)
}

func (p Proposal) verdictProblems(e Edition, verdict Verdict) (found []Problem) {
	o := p.Study.Opinion
	if verdict == NotFeasible {
		if len(o.Explanations) == 0 {
			found = append(found, Problem{Field: "explanation_ar", Message: i18n.Msg("Explain why it is not feasible: everybody reads it")})
		}
		return found
	}
	if len(o.Checks) < len(Checks) {
		found = append(found, Problem{Field: "check_" + Checks[0], Message: i18n.Msg("Answer every question of the checklist")})
	}
	area, _ := e.Area(p.Area)
	switch cost := o.Cost(); {
	case cost <= 0:
		found = append(found, Problem{Field: "lines", Message: i18n.Msg("A feasible proposal has a cost")})
	case cost > area.Envelope:
		found = append(found, Problem{Field: "lines", Message: i18n.Msg("It costs more than the envelope of its area: it is not feasible as it stands")})
	}
	return found
}

// SecondOpinion asks another department to look again, with a reason that is
// public. The opinion so far stays, and stays public. The author may ask once.
func (s *Service) SecondOpinion(ctx context.Context, who auth.Actor, id, department, reason string) (Proposal, error) {
	reason = tidy(reason, true)
	if err := broken(required("reason", reason, needReason, MaxReason)); err != nil {
		return Proposal{}, err
	}
	d := done{reason: reason, details: map[string]string{"department": department}, tasks: []Task{{taskTell, NoticeSecond}}}
	return s.actOnProposal(ctx, who, id, ActSecond, d, nil, func(p *Proposal, e Edition) error {
		if !e.hasDepartment(department) {
			return wrong("department", i18n.Msg("Choose the service"))
		}
		limit := MaxOpinions
		if !slices.Contains(RolesOf(who, *p), AsOfficer) {
			limit = 2
		}
		if len(p.Study.Earlier)+1 >= limit {
			return fault.New(fault.Conflict, "A further opinion has been given already.")
		}
		p.Study.Earlier = append(slices.Clone(p.Study.Earlier), p.Study.Opinion)
		p.Study.Second, p.Study.Department, p.Cost = reason, department, 0
		p.Study.Opinion = Opinion{Department: department, Checks: p.Study.Opinion.Checks, Lines: p.Study.Opinion.Lines, Running: p.Study.Opinion.Running}
		return nil
	})
}
