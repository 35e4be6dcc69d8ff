package association

import (
	"context"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
)

// Correction is what an association asks to be corrected in its entry. It waits
// for an officer, who corrects the entry or refuses with a reason; either takes
// it away. Who asked stands in the history.
type Correction struct {
	Text string    `bson:"text" json:"text"`
	At   time.Time `bson:"at" json:"at"`
}

// MaxCorrection is the length of what is asked, in letters.
const MaxCorrection = 1000

// AskCorrection asks the officers to correct an association's entry, in words. A
// request that waits already is replaced by this one.
func (s *Service) AskCorrection(ctx context.Context, who auth.Actor, id, text string) (Association, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return Association{}, &InputError{Field: "text", Message: i18n.Msg("Say what is to be corrected, and how")}
	case tooLong(MaxCorrection, text):
		return Association{}, &InputError{Field: "text", Message: i18n.Msg("Shorten this text")}
	}
	return s.act(ctx, who, id, actAskCorrection, "", func(a *Association) error {
		a.Correction = &Correction{Text: text, At: s.Clock.Now()}
		return nil
	})
}

// RefuseCorrection leaves the entry as it is, with a reason, and tells who asked.
func (s *Service) RefuseCorrection(ctx context.Context, who auth.Actor, id, reason string) (Association, error) {
	a, err := s.act(ctx, who, id, actRefuseCorrection, reason, func(a *Association) error {
		if a.Correction == nil {
			return errChanged
		}
		a.Correction = nil
		return nil
	})
	if err == nil {
		err = s.tellCorrection(ctx, a, "correction_refused")
	}
	return a, err
}

// tellCorrection tells the delegate who asked for the last correction.
func (s *Service) tellCorrection(ctx context.Context, a Association, what string) error {
	for _, e := range slices.Backward(a.History) {
		if e.Act == string(actAskCorrection) {
			return s.tellPerson(ctx, e.ActorID, a, what)
		}
	}
	return nil
}

// corrected takes the request away that an officer fulfils by correcting.
func corrected(a *Association) (had bool) {
	had = a.Correction != nil
	a.Correction = nil
	return had
}

var errNoCorrection = fault.New(fault.NotFound, "No correction of this entry is asked for.")
