package petition

import (
	"context"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// Follow makes the actor hear of a petition; twice is once.
func (s *Service) Follow(ctx context.Context, who auth.Actor, id string) error {
	if !who.SignedIn() {
		return errSignIn
	}
	p, err := s.Get(ctx, who, id)
	if err != nil {
		return err
	}
	return fault.Wrap("petition.Follow", s.follows(ctx, p.ID, who.PersonID, s.Clock.Now()))
}

func (s *Service) follows(ctx context.Context, id, personID string, at time.Time) error {
	err := s.followers.Insert(ctx, Follower{Meta: store.Meta{ID: SignatureID(id, personID)}, Petition: id, Person: personID, At: at})
	if isConflict(err) {
		return nil
	}
	return err
}

// Unfollow ends it; no fault if there was nothing.
func (s *Service) Unfollow(ctx context.Context, who auth.Actor, id string) error {
	if !who.SignedIn() {
		return errSignIn
	}
	return fault.Wrap("petition.Unfollow", s.StopNews(ctx, who.PersonID, id))
}

// StopNews ends all mails about a petition to a person: what the one-click
// link in a mail does. No fault if there was nothing.
func (s *Service) StopNews(ctx context.Context, personID, id string) error {
	key := SignatureID(id, personID)
	if err := s.followers.Delete(ctx, key); err != nil && !isNotFound(err) {
		return err
	}
	err := s.changeSignature(ctx, id, key, func(sig *Signature) error {
		if !sig.News {
			return store.ErrUnchanged
		}
		sig.News = false
		return nil
	})
	if isNotFound(err) {
		return nil
	}
	return err
}

// Follows reports whether the actor follows.
func (s *Service) Follows(ctx context.Context, who auth.Actor, id string) (bool, error) {
	if !who.SignedIn() {
		return false, nil
	}
	_, err := s.followers.Get(ctx, SignatureID(id, who.PersonID))
	if isNotFound(err) {
		return false, nil
	}
	return err == nil, fault.Wrap("petition.Follows", err)
}

// PersonalData is all that petitions keep of one person.
type PersonalData struct {
	Petitions  []Written   `json:"petitions"`
	Signatures []Signature `json:"signatures"`
	Following  []Following `json:"following"`
	Ratings    []Rating    `json:"satisfaction"`
}

// Written is a petition with what its agent wrote into it for the authority
// alone, and what its officers asked to change.
type Written struct {
	Petition
	Deputy    Petitioner   `json:"deputy"`
	Committee []Petitioner `json:"committee,omitempty"`
	Changes   string       `json:"changes_asked,omitempty"`
}

// Following is a petition that is followed, since when.
type Following struct {
	Petition string    `json:"petition"`
	Since    time.Time `json:"since"`
}

// Export returns all that petitions keep of a person.
func (s *Service) Export(ctx context.Context, personID string) (PersonalData, error) {
	var data PersonalData
	err := s.petitions.Each(ctx, store.Query{Index: "author", Equal: []any{personID}}, func(p Petition) error {
		data.Petitions = append(data.Petitions, Written{p, p.Deputy, p.Committee, p.Changes})
		return nil
	})
	if err == nil {
		err = s.signatures.Each(ctx, store.Query{Index: "lists", Equal: []any{listPerson + "|" + personID}}, func(sig Signature) error {
			data.Signatures = append(data.Signatures, sig)
			return nil
		})
	}
	if err == nil {
		err = s.followers.Each(ctx, store.Query{Index: "person", Equal: []any{personID}}, func(f Follower) error {
			data.Following = append(data.Following, Following{f.Petition, f.At})
			return nil
		})
	}
	if err == nil {
		err = s.eachRating(ctx, personID, func(r Rating) error {
			data.Ratings = append(data.Ratings, r)
			return nil
		})
	}
	return data, fault.Wrap("petition.Export", err)
}

// Erase forgets a deleted person: signatures lose person, name and comment and
// stay counted; withdrawn ones, follows and drafts are deleted; what waits for
// moderation is withdrawn; published petitions stay, without the agent's name.
// Safe to repeat.
func (s *Service) Erase(ctx context.Context, personID string) error {
	err := s.eachSignature(ctx, personID, func(sig Signature) error {
		if sig.State != SignatureActive {
			return s.deleteSignature(ctx, sig.ID)
		}
		err := s.changeSignature(ctx, sig.Petition, sig.ID, func(sig *Signature) error {
			if sig.State != SignatureActive {
				return store.ErrUnchanged
			}
			sig.anonymise()
			return nil
		})
		s.changed(sig.Petition)
		return err
	})
	if err == nil {
		err = s.eachFollow(ctx, personID, func(f Follower) error { return s.followers.Delete(ctx, f.ID) })
	}
	if err == nil {
		err = s.eachRating(ctx, personID, func(r Rating) error { return s.forgetRating(ctx, r.ID) })
	}
	if err == nil {
		err = s.petitions.Each(ctx, store.Query{Index: "author", Equal: []any{personID}, Limit: 50}, func(p Petition) error {
			return s.eraseAuthor(ctx, p, personID)
		})
	}
	return fault.Wrap("petition.Erase", err)
}

func (s *Service) eraseAuthor(ctx context.Context, p Petition, personID string) error {
	author := auth.Actor{PersonID: personID}
	switch p.State {
	case Draft:
		return s.deleteDraft(ctx, p, personID, s.Clock.Now())
	case Moderation:
		if _, err := s.Withdraw(ctx, author, p.ID, ""); err != nil {
			return err
		}
	}
	after, err := s.petitions.Update(ctx, p.ID, func(p *Petition) error {
		if !p.IsAuthor(personID) {
			return store.ErrUnchanged
		}
		p.Agent = Petitioner{}
		p.addTask(Task{Kind: taskMirror})
		p.settle()
		return nil
	})
	if err == nil {
		s.follow(ctx, after)
	}
	return err
}

func (s *Service) eachSignature(ctx context.Context, personID string, visit func(Signature) error) error {
	return s.signatures.Each(ctx, store.Query{Index: "lists", Equal: []any{listPerson + "|" + personID}, Limit: 100}, visit)
}

func (s *Service) eachFollow(ctx context.Context, personID string, visit func(Follower) error) error {
	return s.followers.Each(ctx, store.Query{Index: "person", Equal: []any{personID}, Limit: 100}, func(f Follower) error {
		if err := visit(f); !isNotFound(err) {
			return err
		}
		return nil
	})
}

func (s *Service) deleteSignature(ctx context.Context, id string) error {
	if err := s.signatures.Delete(ctx, id); !isNotFound(err) {
		return err
	}
	return nil
}

// OnJoined gives what was the account gone's to the account kept. Where both
// signed, one signature stays. A signature is first taken out of the count
// under the old account and then put under the new one, so that a petition
// never counts a person twice; what a crash leaves in between, a repeat finds.
func (s *Service) OnJoined(ctx context.Context, kept, gone string) error {
	if kept == gone || kept == "" || gone == "" {
		return nil
	}
	err := s.eachSignature(ctx, gone, func(sig Signature) error { return s.moveSignature(ctx, sig, kept) })
	if err == nil {
		err = s.eachRating(ctx, gone, func(r Rating) error { return s.moveRating(ctx, r, kept) })
	}
	if err == nil {
		err = s.giveBack(ctx, kept, gone)
	}
	if err == nil {
		err = s.eachFollow(ctx, gone, func(f Follower) error {
			if err := s.follows(ctx, f.Petition, kept, f.At); err != nil {
				return err
			}
			return s.followers.Delete(ctx, f.ID)
		})
	}
	if err == nil {
		err = s.petitions.Each(ctx, store.Query{Index: "author", Equal: []any{gone}, Limit: 50}, func(p Petition) error {
			_, err := s.petitions.Update(ctx, p.ID, func(p *Petition) error {
				if !p.IsAuthor(gone) {
					return store.ErrUnchanged
				}
				p.Agent.PersonID = kept
				return nil
			})
			return err
		})
	}
	return fault.Wrap("petition.OnJoined", err)
}

func (s *Service) moveSignature(ctx context.Context, sig Signature, kept string) error {
	if sig.State == SignatureWithdrawn {
		return s.deleteSignature(ctx, sig.ID)
	}
	p, err := s.petitions.Get(ctx, sig.Petition)
	if err != nil {
		return err
	}
	_, err = s.alterSignature(ctx, p, sig.ID, func(sig *Signature) error {
		if sig.State != SignatureActive {
			return store.ErrUnchanged
		}
		sig.State = SignatureMoved
		return nil
	})
	if err != nil {
		return err
	}
	moved := sig
	moved.Meta = store.Meta{ID: SignatureID(sig.Petition, kept)}
	moved.Person, moved.State = kept, SignatureActive
	moved.settle()
	if _, err := s.put(ctx, p, moved); err != nil {
		return err
	}
	return s.deleteSignature(ctx, sig.ID)
}

// Changed says that a person's profile changed: the signatures are judged anew
// by a job.
func (s *Service) Changed(ctx context.Context, personID string) error {
	return job.Enqueue(ctx, s.Queue, jobReevaluate, personID, personJob{Person: personID}, s.Clock.Now())
}

// Reevaluate judges a person's signatures anew, of petitions that still
// collect: what was counted when a collection ended stays as it was.
func (s *Service) Reevaluate(ctx context.Context, personID string) error {
	err := s.eachSignature(ctx, personID, func(sig Signature) error {
		p, err := s.petitions.Get(ctx, sig.Petition)
		if err != nil || !p.Signable(s.Clock.Now()) || sig.State != SignatureActive {
			return err
		}
		person, verdict, err := s.verdictOn(ctx, p, personID)
		if isNotFound(err) { // deleted: Erase deals with it
			return nil
		}
		if err != nil {
			return err
		}
		_, err = s.alterSignature(ctx, p, sig.ID, func(sig *Signature) error {
			if sig.State != SignatureActive {
				return store.ErrUnchanged
			}
			sig.rejudge(person, verdict)
			return nil
		})
		return err
	})
	return fault.Wrap("petition.Reevaluate", err)
}
