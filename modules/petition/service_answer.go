package petition

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
)

// AnswerInput is what a drafter writes.
type AnswerInput struct {
	Texts       map[string]AnswerText // by language; at least one
	Decision    string                // one of AnswerDecisions
	Attachments []string
}

// check tidies the input and says what is wrong with it.
func (in *AnswerInput) check() error {
	texts := map[string]AnswerText{}
	for _, lang := range TextLangs {
		t := AnswerText{Summary: tidy(in.Texts[lang].Summary, MaxSummary, false), Body: tidy(in.Texts[lang].Body, MaxAnswer, true)}
		if t == (AnswerText{}) {
			continue
		}
		if err := required("summary_"+lang, t.Summary, i18n.Msg("Sum the answer up in one sentence"), MaxSummary); err != nil {
			return err
		}
		if err := required("body_"+lang, t.Body, i18n.Msg("Write the answer"), MaxAnswer); err != nil {
			return err
		}
		texts[lang] = t
	}
	switch {
	case len(texts) == 0:
		return &InputError{Field: "body_" + TextLangs[0], Message: i18n.Msg("Write the answer")}
	case !slices.Contains(AnswerDecisions, in.Decision):
		return &InputError{Field: "decision", Message: i18n.Msg("Say in a word what the answer is")}
	case len(in.Attachments) > MaxAttachments:
		return &InputError{Field: "attachments", Message: i18n.Msg("Attach at most {limit} files"), Args: []any{"limit", MaxAttachments}}
	}
	in.Texts = texts
	return nil
}

// DraftAnswer writes the version of the answer that is being worked on, or
// begins the next one. A version that was approved is drafted anew, and needs
// approval again.
func (s *Service) DraftAnswer(ctx context.Context, who auth.Actor, id string, in AnswerInput) (Petition, error) {
	if err := in.check(); err != nil {
		return Petition{}, err
	}
	now := s.Clock.Now()
	again := func(p Petition) bool {
		v, ok := p.Answer.Working()
		return ok && v.State == AnswerDrafted && v.DraftedBy == who.PersonID && maps.Equal(v.Texts, in.Texts) &&
			v.Decision == in.Decision && slices.Equal(v.Attachments, in.Attachments)
	}
	return s.act(ctx, who, id, done{act: ActDraftAnswer, private: true}, again, func(p *Petition) error {
		number := len(p.Answer.Versions) + 1
		if v, ok := p.Answer.Working(); ok {
			number = v.Number
			p.Answer.Versions = p.Answer.Versions[:len(p.Answer.Versions)-1]
		}
		p.Answer.Versions = append(p.Answer.Versions, AnswerVersion{
			Number: number, State: AnswerDrafted, Texts: maps.Clone(in.Texts), Decision: in.Decision,
			Attachments: slices.Clone(in.Attachments), DraftedBy: who.PersonID, DraftedAt: now,
		})
		return nil
	})
}

// errOtherVersion is what a decision on an answer meets when somebody wrote
// another one meanwhile: nobody approves a text they have not read.
var errOtherVersion = fault.New(fault.Conflict, "The answer was changed meanwhile. Read it again before you decide.")

// working returns the version being worked on for a decision on it.
func (p *Petition) working(draftedBy string, states ...AnswerState) (*AnswerVersion, error) {
	n := len(p.Answer.Versions)
	if n == 0 {
		return nil, errNotNow
	}
	v := &p.Answer.Versions[n-1]
	if stamp := v.Stamp(); stamp != draftedBy {
		return nil, errOtherVersion
	}
	if !slices.Contains(states, v.State) {
		return nil, errNotNow
	}
	return v, nil
}

// Stamp names the text of a version: a decision is about the text that was read.
func (v AnswerVersion) Stamp() string {
	return strconv.Itoa(v.Number) + "." + strconv.FormatInt(v.DraftedAt.UnixMilli(), 36)
}

// ApproveAnswer approves the drafted version that the stamp names. Forbidden
// for the person who drafted it: two people answer for an answer.
func (s *Service) ApproveAnswer(ctx context.Context, who auth.Actor, id, stamp string) (Petition, error) {
	again := func(p Petition) bool {
		v, ok := p.Answer.Working()
		return ok && v.Stamp() == stamp && v.State == AnswerApproved && v.ApprovedBy == who.PersonID
	}
	return s.act(ctx, who, id, done{act: ActApproveAnswer, private: true}, again, func(p *Petition) error {
		v, err := p.working(stamp, AnswerDrafted)
		if err != nil {
			return err
		}
		if v.DraftedBy == who.PersonID {
			return fault.New(fault.Forbidden, "An answer is approved by somebody else than the person who drafted it.")
		}
		v.State, v.ApprovedBy, v.ApprovedAt = AnswerApproved, who.PersonID, s.Clock.Now()
		return nil
	})
}

// ReturnAnswer sends the version that the stamp names back to its drafter with a note.
func (s *Service) ReturnAnswer(ctx context.Context, who auth.Actor, id, stamp, note string) (Petition, error) {
	note = tidy(note, MaxNote, true)
	if err := required("note", note, i18n.Msg("Say what is to be changed"), MaxNote); err != nil {
		return Petition{}, err
	}
	again := func(p Petition) bool {
		v, ok := p.Answer.Working()
		return ok && v.Stamp() == stamp && v.State == AnswerReturned && v.Note == note
	}
	return s.act(ctx, who, id, done{act: ActReturnAnswer, reason: note, private: true}, again, func(p *Petition) error {
		v, err := p.working(stamp, AnswerDrafted, AnswerApproved)
		if err != nil {
			return err
		}
		v.State, v.Note, v.ApprovedBy = AnswerReturned, note, ""
		return nil
	})
}

// PublishAnswer publishes the approved version that the stamp names. The
// petition is then answered, and everybody who asked for it is told once; a
// corrected version replaces the one that is shown and tells nobody again.
func (s *Service) PublishAnswer(ctx context.Context, who auth.Actor, id, stamp string) (Petition, error) {
	now := s.Clock.Now()
	again := func(p Petition) bool {
		v, ok := p.Answer.Shown()
		return ok && v.Stamp() == stamp && p.State == Answered
	}
	return s.act(ctx, who, id, done{act: ActPublishAnswer}, again, func(p *Petition) error {
		v, err := p.working(stamp, AnswerApproved)
		if err != nil {
			return err
		}
		v.State, v.PublishedBy, v.PublishedAt = AnswerPublished, who.PersonID, now
		if p.AnsweredAt.IsZero() {
			p.AnsweredAt = now
			p.addTask(Task{taskAnnounce, string(Replied)})
		}
		return nil
	})
}
