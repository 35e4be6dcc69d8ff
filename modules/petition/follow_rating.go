package petition

import (
	"context"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// Ratings are what somebody who signed says of what came of the petition, in
// the order offered.
var Ratings = []string{"yes", "partly", "no"}

// RatingLeast is from how many answers on the figures are shown: fewer could
// tell who said what.
const RatingLeast = 5

// MaxRatingComment bounds the comment of an answer, in letters.
const MaxRatingComment = 500

// RatedStates: those who signed are asked whether they are satisfied.
var RatedStates = StateSet{Answered, Deliberated, FollowUp, Closed}

// Rating is one signatory's answer. Its comment is for the authority alone.
type Rating struct {
	store.Meta `bson:",inline"` // SignatureID(petition, person)
	Petition   string           `bson:"petition" json:"petition"`
	Person     string           `bson:"person" json:"-"` // "" once its owner is forgotten
	Said       string           `bson:"said" json:"said"`
	Comment    string           `bson:"comment,omitempty" json:"comment,omitempty"`
	At         time.Time        `bson:"at" json:"at"`
	From       string           `bson:"from,omitempty" json:"-"` // the id it had before its owner's accounts were joined
}

// opinionDoc counts the answers of a petition's signatories.
type opinionDoc struct {
	store.Meta `bson:",inline"` // the petition
	Yes        int64            `bson:"yes"`
	Partly     int64            `bson:"partly"`
	No         int64            `bson:"no"`
}

// Opinion is what the signatories of a petition say.
type Opinion struct{ Yes, Partly, No int64 }

// All is how many answered.
func (o Opinion) All() int64 { return o.Yes + o.Partly + o.No }

// Shown reports whether enough answered to show the figures.
func (o Opinion) Shown() bool { return o.All() >= RatingLeast }

// Opinion returns the counts of a petition, as far as they may be shown: zero
// below RatingLeast.
func (s *Service) Opinion(ctx context.Context, petitionID string) (Opinion, error) {
	d, err := s.opinions.Get(ctx, petitionID)
	if err != nil && !isNotFound(err) {
		return Opinion{}, fault.Wrap("petition.Opinion", err)
	}
	o := Opinion{d.Yes, d.Partly, d.No}
	if !o.Shown() {
		return Opinion{}, nil
	}
	return o, nil
}

var errNotSigner = fault.New(fault.Forbidden, "Only those who signed are asked.")

// MayRate reports whether an actor is asked: they signed, and there is an
// outcome. It returns what they said before, if they did.
func (s *Service) MayRate(ctx context.Context, who auth.Actor, p Petition) (Rating, bool, error) {
	if !RatedStates.Has(p.State) {
		return Rating{}, false, nil
	}
	_, signed, err := s.SignatureOf(ctx, who, p.ID)
	if err != nil || !signed {
		return Rating{}, false, err
	}
	r, err := s.ratings.Get(ctx, SignatureID(p.ID, who.PersonID))
	if isNotFound(err) {
		err = nil
	}
	return r, err == nil, fault.Wrap("petition.MayRate", err)
}

// Rate records what a signatory says; saying something else later replaces it.
// Faults: SignIn, NotFound, Forbidden (did not sign), Conflict (no outcome
// yet), Invalid.
func (s *Service) Rate(ctx context.Context, who auth.Actor, id, said, comment string) error {
	if !who.SignedIn() {
		return errSignIn
	}
	if !slices.Contains(Ratings, said) {
		return &InputError{Field: "said", Message: i18n.Msg("Choose an answer")}
	}
	comment = tidy(comment, MaxRatingComment, true)
	if len([]rune(comment)) > MaxRatingComment {
		return &InputError{Field: "comment", Message: tooLong, Args: []any{"limit", MaxRatingComment}}
	}
	p, err := s.Get(ctx, who, id)
	if err != nil {
		return err
	}
	if !RatedStates.Has(p.State) {
		return errNotNow
	}
	if _, may, err := s.MayRate(ctx, who, p); err != nil || !may {
		return errOr(err, errNotSigner)
	}
	r := Rating{Meta: store.Meta{ID: SignatureID(id, who.PersonID)}, Petition: id, Person: who.PersonID, Said: said, Comment: comment, At: s.Clock.Now()}
	return fault.Wrap("petition.Rate", s.putRating(ctx, r))
}

// putRating writes an answer and counts the difference. A crash between the two
// is found by Check.
func (s *Service) putRating(ctx context.Context, r Rating) error {
	before := ""
	err := s.ratings.Insert(ctx, r)
	if isConflict(err) {
		_, err = s.ratings.Update(ctx, r.ID, func(old *Rating) error {
			before = old.Said
			if old.Said == r.Said && old.Comment == r.Comment {
				return store.ErrUnchanged
			}
			old.Said, old.Comment, old.At, old.Person = r.Said, r.Comment, r.At, r.Person
			return nil
		})
	}
	if err != nil || before == r.Said {
		return err
	}
	by := map[string]int64{r.Said: 1}
	if before != "" {
		by[before] = -1
	}
	return s.countRating(context.WithoutCancel(ctx), r.Petition, by)
}

func (s *Service) countRating(ctx context.Context, petitionID string, by map[string]int64) error {
	_, err := s.opinions.Increment(ctx, petitionID, by)
	if isNotFound(err) {
		err = s.opinions.Insert(ctx, opinionDoc{Meta: store.Meta{ID: petitionID}})
		if err != nil && !isConflict(err) { // somebody else began it this moment
			return err
		}
		_, err = s.opinions.Increment(ctx, petitionID, by)
	}
	if err == nil {
		s.changed(petitionID)
	}
	return err
}

// RatingComments pages through the comments of the answers, newest first
// within what was said, for those who answer for the authority.
func (s *Service) RatingComments(ctx context.Context, who auth.Actor, p Petition, after string, limit int) (Page[Rating], error) {
	if !answers(who, p.Authority) {
		return Page[Rating]{}, errNone
	}
	page, err := s.ratings.Find(ctx, store.Query{Index: "petition", Equal: []any{p.ID}, After: after, Limit: limit})
	for i := range page.Items {
		page.Items[i].Person = ""
	}
	return page, fault.Wrap("petition.RatingComments", err)
}

// eachRating visits the answers of a person.
func (s *Service) eachRating(ctx context.Context, personID string, visit func(Rating) error) error {
	return s.ratings.Each(ctx, store.Query{Index: "person", Equal: []any{personID}, Limit: 100}, visit)
}

// forgetRating takes away whose an answer is and its comment; it stays counted.
func (s *Service) forgetRating(ctx context.Context, id string) error {
	_, err := s.ratings.Update(ctx, id, func(r *Rating) error {
		if r.Person == "" && r.Comment == "" {
			return store.ErrUnchanged
		}
		r.Person, r.Comment = "", ""
		return nil
	})
	return err
}

// moveRating gives an answer to the account kept. Where both answered, that of
// the account kept stays.
func (s *Service) moveRating(ctx context.Context, r Rating, kept string) error {
	moved := r
	moved.Meta, moved.Person, moved.From = store.Meta{ID: SignatureID(r.Petition, kept)}, kept, r.ID
	err := s.ratings.Insert(ctx, moved)
	if err != nil && !isConflict(err) {
		return err
	}
	if isConflict(err) { // both: one of them is no longer counted
		if now, err := s.ratings.Get(ctx, moved.ID); err != nil || now.From == r.ID { // moved before a crash
			return errOr(err, s.dropRating(ctx, r, false))
		}
		return s.dropRating(ctx, r, true)
	}
	return s.dropRating(ctx, r, false)
}

// dropRating deletes an answer, and takes it out of the count where it was
// counted twice.
func (s *Service) dropRating(ctx context.Context, r Rating, counted bool) error {
	err := s.ratings.Delete(ctx, r.ID)
	if isNotFound(err) {
		return nil
	}
	if err == nil && counted {
		err = s.countRating(ctx, r.Petition, map[string]int64{r.Said: -1})
	}
	return err
}

// forgetRatings forgets who answered for a petition.
func (s *Service) forgetRatings(ctx context.Context, petitionID string) error {
	return s.ratings.Each(ctx, store.Query{Index: "petition", Equal: []any{petitionID}, Limit: 200}, func(r Rating) error {
		return s.forgetRating(ctx, r.ID)
	})
}

// opinionCount counts the answers of a petition along the index.
func (s *Service) opinionCount(ctx context.Context, petitionID string) (opinionDoc, error) {
	d := opinionDoc{Meta: store.Meta{ID: petitionID}}
	for _, x := range []struct {
		said string
		n    *int64
	}{{"yes", &d.Yes}, {"partly", &d.Partly}, {"no", &d.No}} {
		var err error
		if *x.n, err = s.ratings.Count(ctx, store.Query{Index: "petition", Equal: []any{petitionID, x.said}}); err != nil {
			return d, err
		}
	}
	return d, nil
}
