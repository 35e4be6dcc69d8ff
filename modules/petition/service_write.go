package petition

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

var errSignIn = fault.New(fault.SignIn, "Sign in to go on.")

// StartDraft creates a draft addressed to an authority ("" to be chosen
// later). once is a token of the form ("" for none): a repeat of the post with
// the same token returns the draft of the first. TooMany beyond MaxDrafts.
func (s *Service) StartDraft(ctx context.Context, who auth.Actor, authority, once string) (Petition, error) {
	if !who.SignedIn() {
		return Petition{}, errSignIn
	}
	id := s.Ident.ID()
	if once != "" {
		id = draftID(who.PersonID, once)
		if p, err := s.petitions.Get(ctx, id); err == nil && p.IsAuthor(who.PersonID) {
			return p, nil
		}
	}
	if err := s.roomForDraft(ctx, who.PersonID); err != nil {
		return Petition{}, err
	}
	now := s.Clock.Now()
	p := Petition{
		Meta: store.Meta{ID: id}, State: Draft, Kind: Citizens,
		Agent: Petitioner{PersonID: who.PersonID, Name: tidy(who.Name, MaxName, false)},
		Langs: []string{textLang(who.Lang)}, Texts: map[string]Text{}, CreatedAt: now, ChangedAt: now,
	}
	if authority != "" {
		if err := s.putAuthority(ctx, &p, authority); err != nil {
			return Petition{}, err
		}
	}
	p.History = audit.Append(nil, audit.Entry{Subject: subject(id), Authority: p.Authority, Act: "petition." + string(ActStart),
		To: string(Draft), ActorID: who.PersonID, ActorRole: string(AsAuthor), At: now})
	p.settle()
	err := s.petitions.Insert(ctx, p)
	if isConflict(err) { // the same post, a moment earlier
		return s.Get(ctx, who, id)
	}
	if err != nil {
		return Petition{}, fault.Wrap("petition.StartDraft", err)
	}
	return s.petitions.Get(ctx, id)
}

// draftID makes the id of a draft from the token of the form that began it.
func draftID(personID, once string) string {
	sum := sha256.Sum256([]byte("draft\x00" + personID + "\x00" + once))
	return hex.EncodeToString(sum[:8])
}

func textLang(lang string) string {
	if slices.Contains(TextLangs, lang) {
		return lang
	}
	return TextLangs[0]
}

func (s *Service) roomForDraft(ctx context.Context, personID string) error {
	page, err := s.petitions.Find(ctx, store.Query{Index: "author", Equal: []any{personID}, Desc: true, Limit: 100})
	if err != nil {
		return fault.Wrap("petition.StartDraft", err)
	}
	drafts := 0
	for _, p := range page.Items {
		if p.State == Draft {
			drafts++
		}
	}
	if drafts >= MaxDrafts {
		return fault.New(fault.TooMany, "You have {limit} drafts already. Submit or delete one first.", "limit", MaxDrafts)
	}
	return nil
}

// putAuthority addresses a petition to an authority.
func (s *Service) putAuthority(ctx context.Context, p *Petition, id string) error {
	a, err := s.authority(ctx, id)
	if err != nil {
		return err
	}
	p.Authority, p.Country, p.Ancestors = a.ID, a.Country, slices.Clone(a.Ancestors)
	if !slices.Contains(p.Saved, StepAuthority) {
		p.Saved = append(p.Saved, StepAuthority)
	}
	return nil
}

// SaveStep saves one step of the writing as it goes. What was written is kept
// even when something is wrong with it; the error is then a *Broken and the
// petition is returned with it.
func (s *Service) SaveStep(ctx context.Context, who auth.Actor, id string, step Step, in Input) (Petition, error) {
	if !slices.Contains(Steps, step) {
		return Petition{}, errNone
	}
	addressed := Petition{}
	if step == StepAuthority && in.Authority != "" {
		if err := s.putAuthority(ctx, &addressed, in.Authority); err != nil {
			return Petition{}, err
		}
	}
	return s.write(ctx, who, id, step, func(p *Petition) {
		if step == StepAuthority {
			p.Authority, p.Country, p.Ancestors = addressed.Authority, addressed.Country, addressed.Ancestors
		}
		p.put(step, in)
	})
}

// Attach adds a file to those of a draft, and Detach takes one off. Both change
// the list as it is now, so that two pages open side by side lose nothing; a
// file too many is a *Broken of StepAttachments, and nothing is added.
func (s *Service) Attach(ctx context.Context, who auth.Actor, id, file string) (Petition, error) {
	full := false
	p, err := s.write(ctx, who, id, StepAttachments, func(p *Petition) {
		full = len(p.Attachments) >= MaxAttachments && !slices.Contains(p.Attachments, file)
		if full || slices.Contains(p.Attachments, file) {
			return
		}
		p.put(StepAttachments, Input{Attachments: append(p.Attachments, file)})
	})
	if err == nil && full {
		err = broken(one(StepAttachments, "attachments", i18n.Msg("Attach at most {limit} files"), "limit", MaxAttachments))
	}
	return p, err
}

// Detach takes a file off a draft; see Attach.
func (s *Service) Detach(ctx context.Context, who auth.Actor, id, file string) (Petition, error) {
	return s.write(ctx, who, id, StepAttachments, func(p *Petition) {
		p.put(StepAttachments, Input{Attachments: slices.DeleteFunc(slices.Clone(p.Attachments), func(f string) bool { return f == file })})
	})
}

// write changes one step of a draft, and says what is wrong with it then.
func (s *Service) write(ctx context.Context, who auth.Actor, id string, step Step, change func(*Petition)) (Petition, error) {
	p, err := s.petitions.Update(ctx, id, func(p *Petition) error {
		if !s.mayKnow(who, *p) {
			return errNone
		}
		if _, _, err := permit(p.State, ActSave, RolesOf(who, *p)); err != nil {
			return err
		}
		change(p)
		p.ChangedAt = s.Clock.Now()
		p.settle()
		return nil
	})
	if isNotFound(err) {
		return Petition{}, errNone
	}
	if err != nil {
		return Petition{}, fault.Wrap("petition.write", err)
	}
	return p, broken(p.CheckStep(step))
}

// Submit sends a draft to moderation after all steps were checked again; a
// *Broken names the first broken step. Submitting twice is submitting once.
func (s *Service) Submit(ctx context.Context, who auth.Actor, id string) (Petition, error) {
	p, err := s.Get(ctx, who, id)
	if err != nil {
		return p, err
	}
	if _, _, err := permit(p.State, ActSubmit, RolesOf(who, p)); err != nil {
		if p.IsAuthor(who.PersonID) && p.State == Moderation {
			return p, nil
		}
		return p, err
	}
	problems := p.Check()
	asked, others, err := s.checkWithOthers(ctx, p)
	if err != nil {
		return p, err
	}
	if err := broken(inOrder(append(problems, asked...))); err != nil {
		return p, err
	}
	now := s.Clock.Now()
	ref := p.Reference
	if ref == "" {
		if ref, err = s.number(ctx, now.In(clock.Zone(p.Country)).Format("2006")); err != nil {
			return p, fault.Wrap("petition.Submit", err)
		}
	}
	version := p.Version
	d := done{act: ActSubmit, tasks: []Task{{taskStaff, noticeSubmitted + ":" + stampOf(now)}}}
	return s.act(ctx, who, id, d, in(Moderation), func(p *Petition) error {
		if p.Version != version { // another tab saved something that was not checked
			if again := p.Check(); len(again) > 0 {
				return broken(again)
			}
		}
		if p.Reference == "" {
			p.Reference = ref
		}
		for lang := range p.Texts {
			if !slices.Contains(p.Langs, lang) {
				delete(p.Texts, lang)
			}
		}
		p.OrgName, p.Unserved, p.SubmittedAt, p.Changes = others.orgName, others.unserved, now, ""
		return nil
	})
}

// in returns the question whether a petition is in a state already.
func in(state State) func(Petition) bool { return func(p Petition) bool { return p.State == state } }

// inOrder sorts problems by the order of the steps, keeping the order within one.
func inOrder(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return slices.Index(Steps, a.Step) - slices.Index(Steps, b.Step)
	})
	return problems
}

// others is what submission takes over from other modules.
type others struct {
	orgName  string
	unserved bool
}

// checkWithOthers checks what only other modules know: that the association
// may petition and the author act for it, that the files are the author's.
func (s *Service) checkWithOthers(ctx context.Context, p Petition) (problems []Problem, know others, err error) {
	if p.Authority == "" {
		return nil, know, nil // said by CheckStep
	}
	a, err := s.authority(ctx, p.Authority)
	if err != nil {
		return nil, know, err
	}
	know.unserved = !a.Active
	if p.Kind == Association && p.OrgID != "" {
		unmet, name, err := s.checkAssociation(ctx, p, a)
		if err != nil {
			return nil, know, err
		}
		problems, know.orgName = append(problems, unmet...), name
	}
	if len(p.Attachments) > 0 {
		own, err := s.Files.Uploaded(ctx, p.ID, p.Attachments)
		if err != nil {
			return nil, know, fault.Wrap("petition.Submit", err)
		}
		if !own {
			problems = append(problems, one(StepAttachments, "attachments", i18n.Msg("One of the files is no longer there. Attach it again."))...)
		}
	}
	return problems, know, nil
}

func (s *Service) checkAssociation(ctx context.Context, p Petition, a Authority) ([]Problem, string, error) {
	unknown := one(StepPetitioners, "org", i18n.Msg("You are not registered as acting for this association"))
	if s.Organisations == nil {
		return unknown, "", nil
	}
	person, err := s.People.Person(ctx, p.Agent.PersonID)
	if err != nil {
		return nil, "", fault.Wrap("petition.Submit", err)
	}
	org, err := s.Organisations.Organisation(ctx, p.OrgID)
	if isNotFound(err) || err == nil && !slices.Contains(person.Delegates, p.OrgID) {
		return unknown, "", nil
	}
	if err != nil {
		return nil, "", fault.Wrap("petition.Submit", err)
	}
	unmet, err := s.Law.Unmet(ctx, a, org, s.Clock.Now())
	if err != nil {
		return nil, "", fault.Wrap("petition.Submit", err)
	}
	var problems []Problem
	for _, message := range unmet {
		problems = append(problems, one(StepPetitioners, "org", message)...)
	}
	return problems, org.Name, nil
}

// DeleteDraft deletes a draft. No fault if it is gone already.
func (s *Service) DeleteDraft(ctx context.Context, who auth.Actor, id string) error {
	p, err := s.petitions.Get(ctx, id)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return fault.Wrap("petition.DeleteDraft", err)
	}
	if !s.mayKnow(who, p) {
		return errNone
	}
	if _, _, err := permit(p.State, ActDelete, RolesOf(who, p)); err != nil {
		return err
	}
	return s.deleteDraft(ctx, p, who.PersonID, s.Clock.Now())
}

// deleteDraft records the deletion and deletes. The entry comes first: a
// deletion that cannot be recorded does not happen, and one that is repeated
// is recorded once.
func (s *Service) deleteDraft(ctx context.Context, p Petition, by string, now time.Time) error {
	history := audit.Append(p.History, audit.Entry{Subject: subject(p.ID), Authority: p.Authority, Act: "petition." + string(ActDelete),
		From: string(Draft), ActorID: by, ActorRole: string(AsAuthor), At: now})
	if err := s.Audit.Record(ctx, history...); err != nil {
		return fault.Wrap("petition.DeleteDraft", err)
	}
	if err := s.petitions.DB().Delete(ctx, "petitions", p.ID, p.Version); err != nil && !isNotFound(err) {
		return fault.Wrap("petition.DeleteDraft", err)
	}
	if err := s.Files.Discard(ctx, p.Attachments); err != nil {
		return fault.Wrap("petition.DeleteDraft", err)
	}
	s.changed(p.ID)
	return nil
}
