package partnership

import (
	"context"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// Plan enters a joint project, public from the beginning.
func (s *Service) Plan(ctx context.Context, who auth.Actor, in Project) (Project, error) {
	if !Keeps(who, in.Authority) {
		return in, errMayNot
	}
	if err := s.checkProject(ctx, &in); err != nil {
		return in, err
	}
	in.Meta, in.State, in.Log = store.Meta{ID: s.Ident.ID()}, Planned, nil
	in.History = audit.Append(nil, entry("project:"+in.ID, in.Authority, who, actPlan, "", Planned, "", s.Clock.Now(), true))
	in.settle()
	if err := s.projects.Insert(ctx, in); err != nil {
		return in, fault.Wrap(string(actPlan), err)
	}
	return in, fault.Wrap(string(actPlan), s.Audit.Record(ctx, in.History...))
}

func (s *Service) checkProject(ctx context.Context, p *Project) error {
	if err := p.check(); err != nil {
		return err
	}
	if err := s.known(ctx, p.Authority, append([]Party{{Association: p.Lead}}, p.Partners...)...); err != nil {
		return err
	}
	if p.Agreement == "" {
		return nil
	}
	a, err := s.agreements.Get(ctx, p.Agreement)
	if isNotFound(err) || err == nil && (a.Authority != p.Authority || !a.State.listed()) {
		return &InputError{Field: "agreement", Message: i18n.Msg("Choose an agreement of this authority")}
	}
	return err
}

// rolesOn are what an actor is to a project.
func (s *Service) rolesOn(ctx context.Context, who auth.Actor, p Project) []role {
	if Keeps(who, p.Authority) {
		return []role{keeper}
	}
	for _, x := range append([]Party{{Association: p.Lead}}, p.Partners...) {
		if x.Association != "" && s.Associations.MayLog(ctx, who, x.Association) {
			return []role{delegate}
		}
	}
	return nil
}

func (s *Service) actOnProject(ctx context.Context, who auth.Actor, id string, what act, reason string, change func(*Project, []role) error) (Project, error) {
	before, err := s.projects.Get(ctx, id)
	if isNotFound(err) {
		return before, errNone
	}
	if err != nil {
		return before, fault.Wrap(string(what), err)
	}
	as, reason := s.rolesOn(ctx, who, before), strings.TrimSpace(reason)
	p, err := s.projects.Update(ctx, id, func(p *Project) error {
		m, may, ever := find(p.State, what, as)
		switch {
		case !ever:
			return errMayNot
		case !may:
			return errChanged
		case m.reason && reason == "":
			return fault.New(fault.Invalid, "Give a reason.")
		}
		if change != nil {
			if err := change(p, as); err != nil {
				return err
			}
		}
		from := p.State
		p.State = m.to
		p.settle()
		p.History = audit.Append(p.History, entry("project:"+p.ID, p.Authority, who, what, from, m.to, reason, s.Clock.Now(), what != actRevise && what != actLog))
		return nil
	})
	if err != nil {
		return p, fault.Wrap(string(what), err)
	}
	return p, fault.Wrap(string(what), s.Audit.Record(ctx, p.History...))
}

// Revise replaces what a project says; its log stays.
func (s *Service) Revise(ctx context.Context, who auth.Actor, id string, in Project) (Project, error) {
	return s.actOnProject(ctx, who, id, actRevise, "", func(p *Project, _ []role) error {
		in.Authority = p.Authority
		if err := s.checkProject(ctx, &in); err != nil {
			return err
		}
		p.Title, p.Text, p.Lead, p.Partners, p.Agreement, p.BeginsOn, p.EndsOn = in.Title, in.Text, in.Lead, in.Partners, in.Agreement, in.BeginsOn, in.EndsOn
		return nil
	})
}

// Move starts, finishes or stops a project; stopping needs a reason.
func (s *Service) Move(ctx context.Context, who auth.Actor, id string, to State, reason string) (Project, error) {
	what, ok := map[State]act{Running: actStart, Finished: actFinish, Stopped: actStop}[to]
	if !ok {
		return Project{}, &InputError{Field: "to", Message: i18n.Msg("Choose what becomes of the project")}
	}
	return s.actOnProject(ctx, who, id, what, reason, nil)
}

// AddEntry appends to the coaching log of a project.
func (s *Service) AddEntry(ctx context.Context, who auth.Actor, id string, on time.Time, kind, text string) (Project, error) {
	text = strings.TrimSpace(text)
	return s.actOnProject(ctx, who, id, actLog, "", func(p *Project, as []role) error {
		country, err := s.Places.Country(ctx, p.Authority)
		if err != nil {
			return err
		}
		switch {
		case !slices.Contains(CoachingKinds, kind):
			return &InputError{Field: "kind", Message: i18n.Msg("Choose what was done")}
		case text == "":
			return &InputError{Field: "text", Message: i18n.Msg("Say what was done")}
		case long(MaxEntry, text):
			return &InputError{Field: "text", Message: i18n.Msg("Shorten this text")}
		case on.IsZero() || on.After(clock.EndOfDay(s.Clock.Now(), clock.Zone(country))):
			return &InputError{Field: "on", Message: i18n.Msg("Give the day, which is not in the future")}
		case len(p.Log) >= MaxLog:
			return fault.New(fault.Conflict, "The log of this project is full. Enter what follows as a project of its own.")
		}
		p.Log = append(p.Log, Coaching{On: on, Kind: kind, Text: text, As: string(as[0]), At: s.Clock.Now()})
		return nil
	})
}

// Project returns a project.
func (s *Service) Project(ctx context.Context, id string) (Project, error) {
	p, err := s.projects.Get(ctx, id)
	if isNotFound(err) {
		err = errNone
	}
	return p, err
}

// Projects pages through the projects, newest first; place "" is all.
func (s *Service) Projects(ctx context.Context, place, after string, limit int) (store.Page[Project], error) {
	return s.projects.Find(ctx, store.Query{Index: "lists", Equal: []any{public(place)}, Desc: true, After: after, Limit: limit})
}

// EachProject visits the projects of a place, or all.
func (s *Service) EachProject(ctx context.Context, place string, visit func(Project) error) error {
	return s.projects.Each(ctx, store.Query{Index: "lists", Equal: []any{public(place)}, Limit: 200}, visit)
}

// MayLog reports whether an actor may add to the log of a project.
func (s *Service) MayLog(ctx context.Context, who auth.Actor, p Project) bool {
	_, may, _ := find(p.State, actLog, s.rolesOn(ctx, who, p))
	return may
}

// LastReason is the reason of the last act that had one.
func LastReason(history []audit.Entry) string {
	for _, e := range slices.Backward(history) {
		if e.Reason != "" {
			return e.Reason
		}
	}
	return ""
}
