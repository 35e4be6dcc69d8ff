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
	"musharaka/modules/kit/law"
)

// Met says what was found of a condition.
type Met string

// What is found. The bureau finds one of the first three; of the evidence that
// the platform has, "" means that it cannot know.
const (
	IsMet   Met = "met"
	IsUnmet Met = "unmet"
	NoneOf  Met = "not_applicable"
	Unknown Met = ""
)

// Mets are what the bureau chooses from.
var Mets = []Met{IsMet, IsUnmet, NoneOf}

// BureauFind is what an officer found of one condition.
type BureauFind struct {
	Met  Met       `bson:"met" json:"met"`
	Note string    `bson:"note,omitempty" json:"note,omitempty"` // public with the decision
	By   string    `bson:"by" json:"-"`
	At   time.Time `bson:"at" json:"at"`
}

// CheckEvidence is what the platform itself knows of a condition.
type CheckEvidence struct {
	Met     Met
	Message string // message id
	Args    []any
}

// Check is one condition that the bureau goes through.
type Check struct {
	Code     string
	Text     law.Text // of a condition of the pack
	Message  string   // message id, where Text is zero
	Source   Source
	Evidence CheckEvidence
}

// The checks that stand in every list beside the pack's conditions.
const (
	checkThreshold    = "threshold"
	checkDistribution = "distribution"
	checkAgent        = "agent"
	checkAge          = "association_age"
	checkObject       = "object"
)

var noEvidence = CheckEvidence{Message: i18n.Msg("The platform cannot know this: the bureau checks it.")}

// Checklist returns the conditions of the law for a petition, each with what
// the platform knows of it. It names nobody, so that it may be shown with the
// decision. What the platform knows is of the petition as it is kept, however
// little of it the asker was shown.
func (s *Service) Checklist(ctx context.Context, seen Petition) ([]Check, error) {
	p, err := s.petitions.Get(ctx, seen.ID)
	if err != nil {
		return nil, fault.Wrap("petition.Checklist", err)
	}
	a, err := s.authority(ctx, p.Authority)
	if err != nil {
		return nil, err
	}
	book, err := s.Law.Book(ctx, a, p.PublishedAt)
	if err != nil {
		return nil, fault.Wrap("petition.Checklist", err)
	}
	t, err := s.tallyNow(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	all := []Check{{Code: checkAgent, Message: i18n.Msg("An agent is named, or the association's legal representative"), Source: book.Reply, Evidence: agentEvidence(p)}}
	if p.Kind == Association {
		more, err := s.associationChecks(ctx, a, book, p)
		return append(append(all, more...), objectChecks(book)...), err
	}
	enough := IsUnmet
	if t.Valid >= p.Threshold.Signatures {
		enough = IsMet
	}
	all = append(all, Check{Code: checkThreshold, Message: i18n.Msg("The petition has the signatures it needs"), Source: p.Threshold.Source,
		Evidence: CheckEvidence{enough, i18n.Msg("{valid} valid signatures, {needed} are needed"), []any{"valid", t.Valid, "needed", p.Threshold.Signatures}}})
	if p.Threshold.PerSubunit > 0 {
		all = append(all, spreadCheck(p, t))
	}
	for _, c := range book.Conditions {
		if c.Of == law.OfSignatory {
			x := Check{Code: c.Code, Text: c.Text, Source: c.Source, Evidence: noEvidence}
			if c.Code == "residence_or_activity" {
				x.Evidence = CheckEvidence{enough, i18n.Msg("{valid} of {all} supporters live or work here by their profile, and meet what else the platform can check"), []any{"valid", t.Valid, "all", t.Supporters}}
			}
			all = append(all, x)
		}
	}
	return append(all, objectChecks(book)...), nil
}

func agentEvidence(p Petition) CheckEvidence {
	if p.Agent.PersonID == "" && p.OrgID == "" {
		return CheckEvidence{IsUnmet, i18n.Msg("The agent's account was deleted"), nil}
	}
	return CheckEvidence{IsMet, i18n.Msg("The agent is named in the file, and followed every step from an account of their own"), nil}
}

func spreadCheck(p Petition, t Tally) Check {
	missing := 0
	for _, sub := range p.Threshold.Subunits {
		if t.Subunits[sub] < p.Threshold.PerSubunit {
			missing++
		}
	}
	met := IsMet
	if missing > 0 {
		met = IsUnmet
	}
	return Check{Code: checkDistribution, Message: i18n.Msg("The signatures are spread over the provinces"), Source: p.Threshold.Source,
		Evidence: CheckEvidence{met, i18n.Msg("{reached} of {all} provinces have {least} valid signatures or more"),
			[]any{"reached", len(p.Threshold.Subunits) - missing, "all", len(p.Threshold.Subunits), "least", p.Threshold.PerSubunit}}}
}

// associationChecks are the conditions for the association that petitions.
func (s *Service) associationChecks(ctx context.Context, a Authority, book Book, p Petition) ([]Check, error) {
	if s.Organisations == nil {
		return nil, nil
	}
	o, err := s.Organisations.Organisation(ctx, p.OrgID)
	if err != nil && !isNotFound(err) {
		return nil, err
	}
	known := err == nil
	var all []Check
	if book.AssociationYears > 0 {
		x := Check{Code: checkAge, Message: i18n.Msg("The association is old enough"), Source: book.Association, Evidence: noEvidence}
		if known && !o.FoundedAt.IsZero() {
			x.Evidence = CheckEvidence{IsMet, i18n.Msg("Founded on {date}; the law asks for {years} years"), []any{"date", o.FoundedAt, "years", book.AssociationYears}}
			if clock.AddMonths(o.FoundedAt.In(clock.Zone(a.Country)), 12*book.AssociationYears).After(p.Legal.DepositedAt) {
				x.Evidence.Met = IsUnmet
			}
		}
		all = append(all, x)
	}
	for _, c := range book.Conditions {
		if c.Of != law.OfAssociation {
			continue
		}
		x := Check{Code: c.Code, Text: c.Text, Source: c.Source, Evidence: noEvidence}
		if c.Code == "seat_or_branch" && known {
			x.Evidence = CheckEvidence{IsUnmet, i18n.Msg("No seat or branch in the territory stands in the register"), nil}
			if slices.Contains(o.Seats, a.ID) {
				x.Evidence = CheckEvidence{IsMet, i18n.Msg("A seat or branch in the territory stands in the register"), nil}
			}
		}
		all = append(all, x)
	}
	return all, nil
}

// objectChecks are the conditions for what is asked; a pack that has none is
// asked whether the matter is within the authority's powers.
func objectChecks(book Book) []Check {
	var all []Check
	for _, c := range book.Conditions {
		if c.Of == law.OfObject {
			all = append(all, Check{Code: c.Code, Text: c.Text, Source: c.Source, Evidence: noEvidence})
		}
	}
	if len(all) == 0 {
		all = append(all, Check{Code: checkObject, Message: i18n.Msg("What is asked lies within the powers of the authority"), Source: book.Reply, Evidence: noEvidence})
	}
	return all
}

// Find records what the bureau found of conditions, by their code; what is not
// named stays as it is. Invalid for an unknown condition or finding.
func (s *Service) Find(ctx context.Context, who auth.Actor, id string, found map[string]BureauFind) (Petition, error) {
	p, err := s.Get(ctx, who, id)
	if err != nil {
		return p, err
	}
	checks, err := s.Checklist(ctx, p)
	if err != nil {
		return p, err
	}
	tidied := map[string]BureauFind{}
	for code, f := range found {
		f.Note = tidy(f.Note, MaxNote, true)
		known := slices.ContainsFunc(checks, func(c Check) bool { return c.Code == code })
		switch {
		case !known || !slices.Contains(Mets, f.Met):
			return p, &InputError{Field: "met_" + code, Message: i18n.Msg("Choose what was found")}
		case f.Met == IsUnmet && f.Note == "":
			return p, &InputError{Field: "note_" + code, Message: i18n.Msg("Say why the condition is not met")}
		case len([]rune(f.Note)) > MaxNote:
			return p, &InputError{Field: "note_" + code, Message: tooLong, Args: []any{"limit", MaxNote}}
		}
		tidied[code] = BureauFind{Met: f.Met, Note: f.Note, By: who.PersonID, At: s.Clock.Now()}
	}
	same := func(p Petition) bool {
		for code, f := range tidied {
			if was := p.Legal.Findings[code]; was.Met != f.Met || was.Note != f.Note {
				return false
			}
		}
		return RulingStates.Has(p.State)
	}
	d := done{act: ActFind, private: true, details: map[string]string{"conditions": strconv.Itoa(len(tidied))}}
	return s.act(ctx, who, id, d, same, func(p *Petition) error {
		findings := map[string]BureauFind{}
		for code, f := range p.Legal.Findings {
			findings[code] = f
		}
		for code, f := range tidied {
			if was := findings[code]; was.Met != f.Met || was.Note != f.Note { // who found the others stays
				findings[code] = f
			}
		}
		p.Legal.Findings = findings
		return nil
	})
}

// ruled reports whether the bureau's decision has been issued.
func (p Petition) ruled() bool { return p.Legal.Ruling != nil && p.Legal.Ruling.State == RulingIssued }

// errNotChecked is what a decision meets before every condition was checked.
var errNotChecked = fault.New(fault.Conflict, "Record what was found of every condition before you decide.")

// mayRule says what stands against a decision by what was found.
func mayRule(p Petition, checks []Check, admit bool) error {
	unmet := 0
	for _, c := range checks {
		f, ok := p.Legal.Findings[c.Code]
		if !ok {
			return errNotChecked
		}
		if f.Met == IsUnmet {
			unmet++
		}
	}
	switch {
	case admit && unmet > 0:
		return &InputError{Field: "admit", Message: i18n.Msg("A condition was found not to be met: a petition is admitted when all are")}
	case !admit && unmet == 0:
		return &InputError{Field: "admit", Message: i18n.Msg("Every condition was found to be met: a refusal names one that is not")}
	}
	return nil
}
