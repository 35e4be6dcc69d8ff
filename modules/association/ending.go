package association

import (
	"context"
	"strconv"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/web"
	"musharaka/views/mailview"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// warnings are how many days before a mandate ends its delegate is told, once
// for each: rule of the platform.
var warnings = []int{30, 7}

// warn tells the delegates whose mandates end soon. What was told stands in the
// mandate; the mail's key keeps a crash in between from sending it twice.
func (s *Service) warn(ctx context.Context) error {
	now := s.Clock.Now()
	q := store.Query{Index: "until", Equal: []any{string(Active)}, From: now, To: now.AddDate(0, 0, warnings[0]+1), Limit: 100}
	return s.mandates.Each(ctx, q, func(m Mandate) error {
		days := m.dueWarning(now)
		if days == 0 {
			return nil
		}
		if err := s.tellEnding(ctx, m, days); err != nil {
			return err
		}
		_, err := s.mandates.Update(ctx, m.ID, func(m *Mandate) error {
			if m.State != Active || m.Warned != 0 && m.Warned <= days {
				return store.ErrUnchanged
			}
			m.Warned = days
			return nil
		})
		return err
	})
}

// dueWarning is the warning to give now, 0 for none. A mandate that was given
// for a shorter time than a warning runs ahead has none: its delegate has just
// read the last day.
func (m Mandate) dueWarning(now time.Time) int {
	due := 0
	for _, days := range warnings {
		begins := m.Until.AddDate(0, 0, -days)
		if m.HoldsAt(now) && !now.Before(begins) && m.GrantedAt.Before(begins) && (m.Warned == 0 || m.Warned > days) {
			due = days
		}
	}
	return due
}

// tellEnding writes to a delegate that the mandate ends.
func (s *Service) tellEnding(ctx context.Context, m Mandate, days int) error {
	a, err := s.all.Get(ctx, m.Association)
	if isNotFound(err) || err == nil && a.State != Registered {
		return nil
	}
	if err != nil {
		return err
	}
	person, err := s.People.Person(ctx, m.Person)
	if isNotFound(err) || err == nil && person.Email == "" {
		return nil
	}
	if err != nil {
		return err
	}
	l := s.locale(person.Lang, a.Seat)
	country, _ := s.Places.Kind(a.Seat)
	last := m.Until.Add(-time.Second).In(clock.Zone(country))
	scopes := mailview.List{}
	for _, x := range m.Scopes {
		scopes = append(scopes, l.T(ScopeNames[x]))
	}
	err = s.letter(ctx, "association.ending:"+m.ID+":"+strconv.Itoa(days), person.Email, l, l.Plain().T("Your mandate for an association ends soon"),
		l.T("You get this mail because you are a delegate of this association on the platform."),
		mailview.Quote{Text: a.Name(l.Lang())}, mailview.Paragraph(l.T("The last day of your mandate is {date}. Until then you may do this for the association:", "date", last)), scopes,
		mailview.Paragraph(l.T("Who may name delegates can give you a new mandate once this one has ended, or take it back and give another today.")),
		mailview.Button{Label: l.T("See the association"), URL: s.PublicURL + "/" + l.Lang() + "/associations/" + a.ID})
	if fault.Is(err, fault.Invalid) {
		return nil
	}
	return err
}

// Holding returns the mandates of an association that hold now, the newest first.
func (s *Service) Holding(ctx context.Context, associationID string) ([]Mandate, error) {
	now := s.Clock.Now()
	page, err := s.mandates.Find(ctx, store.Query{Index: "association", Equal: []any{associationID}, From: now.AddDate(-maxMandate-1, 0, 0), Desc: true, Limit: 2 * maxMandates})
	var holding []Mandate
	for _, m := range page.Items {
		if m.HoldsAt(now) {
			holding = append(holding, m)
		}
	}
	return holding, fault.Wrap("association.Holding", err)
}

// mandated says on an association's page how many act for it and until when.
// Their names are nobody's business but of those who manage the association.
func (h *Pages) mandated(c *web.Ctx, a Association, _ ui.Page) (recordview.Section, error) {
	if a.State != Registered {
		return recordview.Section{}, nil
	}
	holding, err := h.service.Holding(c.Std(), a.ID)
	if err != nil {
		return recordview.Section{}, err
	}
	section := recordview.Section{ID: "delegates", Title: c.T("Delegates"), Body: recordview.Line(c.T("Nobody acts for this association on the platform now."))}
	if len(holding) == 0 {
		return section, nil
	}
	lines := []templ.Component{recordview.Line(c.N("{n} delegate acts for this association on the platform.", "{n} delegates act for this association on the platform.", len(holding)))}
	first, last := holding[0].Until, holding[0].Until
	for _, m := range holding {
		first = minTime(first, m.Until)
		if m.Until.After(last) {
			last = m.Until
		}
		if c.Actor.SignedIn() && m.Person == c.Actor.PersonID {
			lines = append(lines, recordview.Line(c.T("Your own mandate ends on {date}.", "date", h.lastDay(a, m.Until))))
		}
	}
	switch next, end := h.lastDay(a, first), h.lastDay(a, last); {
	case len(holding) == 1 && len(lines) == 2: // the reader’s own, said above
	case len(holding) == 1:
		lines = append(lines, recordview.Words(c.T("The mandate ends on {date}.", "date", next)))
	case next.Equal(end):
		lines = append(lines, recordview.Words(c.T("The mandates end on {date}.", "date", next)))
	default:
		lines = append(lines, recordview.Words(c.T("The first mandate ends on {first}, the last one on {last}.", "first", next, "last", end)))
	}
	section.Body = recordview.All(lines)
	return section, nil
}

// lastDay is the last day of a mandate, where the association has its seat.
func (h *Pages) lastDay(a Association, until time.Time) time.Time {
	country, _ := h.service.Places.Kind(a.Seat)
	return until.Add(-time.Second).In(clock.Zone(country))
}
