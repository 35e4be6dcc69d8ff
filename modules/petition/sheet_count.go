package petition

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// This file turns confirmed lines into signatures, and keeps one signature for
// one person whether they signed on paper, online, or both, in whatever order.
//
// A line's number has a shadow. Under whose id a shadow's signatures stand is
// the account module's to say (Numbers.Behind): the account that has the number,
// or the shadow itself. A line is put under that id, where the store refuses a
// second signature; then Behind is asked once more. Did the number move in
// between, the line moves after it. Whoever moves a number tells us afterwards
// (OnJoined, OnNumberMoved), so that one of the two always sees the other.

// CountSheet makes signatures of the accepted lines of a confirmed sheet, notes
// what each came to, and forgets what the lines said. It may be repeated.
func (s *Service) CountSheet(ctx context.Context, id string) (Sheet, error) {
	sheet, err := s.sheets.Get(ctx, id)
	if err != nil || sheet.State != SheetConfirmed || sheet.Counted {
		return sheet, err
	}
	p, err := s.petitions.Get(ctx, sheet.Petition)
	if err != nil {
		return sheet, fault.Wrap("petition.CountSheet", err)
	}
	outcomes := map[int]LineOutcome{}
	for _, l := range sheet.Lines {
		if l.State != LineAccepted {
			continue
		}
		if outcomes[l.N], err = s.countLine(ctx, p, sheet, l); err != nil {
			return sheet, fault.Wrap("petition.CountSheet", err)
		}
	}
	counted, err := s.onSheet(ctx, auth.System, id, SheetCount, "", func(_ Petition, x *Sheet) error {
		if x.Counted {
			return store.ErrUnchanged
		}
		for i := range x.Lines {
			x.Lines[i].Outcome = outcomes[x.Lines[i].N]
			x.Lines[i].wipe()
		}
		x.Counted = true
		return nil
	})
	if err == nil {
		s.changed(p.ID)
	}
	return counted, err
}

// countLine puts one accepted line under whoever its number stands for.
func (s *Service) countLine(ctx context.Context, p Petition, sheet Sheet, l Line) (LineOutcome, error) {
	proof, err := s.proofOf(ctx, p, sheet, l)
	if err != nil {
		return "", err
	}
	person, proven, err := s.behind(ctx, l.Shadow)
	if err != nil {
		return "", err
	}
	if proven {
		sig, err := s.signatures.Get(ctx, SignatureID(p.ID, person))
		if err != nil && !isNotFound(err) {
			return "", err
		}
		if err == nil && sig.State == SignatureWithdrawn {
			return LineTakenBack, nil
		}
	}
	signed, err := s.put(ctx, p, proof.signature(p, person))
	if err != nil {
		return "", err
	}
	if err := s.chase(ctx, p.ID, l.Shadow, person); err != nil {
		return "", err
	}
	return outcomeOf(signed.Signature, proof), nil
}

// outcomeOf says what a line came to, from the signature it was put into.
func outcomeOf(sig Signature, proof PaperProof) LineOutcome {
	switch {
	case sig.Paper == nil, sig.Channel == Online && sig.Paper.Sheet == proof.Sheet && sig.Paper.Line == proof.Line:
		return LineOnline
	case sig.Paper.Sheet != proof.Sheet || sig.Paper.Line != proof.Line:
		return LineTwice
	}
	return LineCounted
}

// behind is Numbers.Behind; a shadow whose hash is no longer kept stands for itself.
func (s *Service) behind(ctx context.Context, shadow string) (string, bool, error) {
	person, proven, err := s.Numbers.Behind(ctx, shadow)
	if isNotFound(err) {
		return shadow, false, nil
	}
	return person, proven, err
}

// chase moves a line after its number until the number stays where the line is.
func (s *Service) chase(ctx context.Context, petitionID, shadow, person string) error {
	for range 16 {
		now, _, err := s.behind(ctx, shadow)
		if err != nil || now == person {
			return err
		}
		sig, err := s.signatures.Get(ctx, SignatureID(petitionID, person))
		if err == nil {
			err = s.movePaper(ctx, sig, now, shadow)
		}
		if err != nil && !isNotFound(err) {
			return err
		}
		person = now
	}
	return errors.New("petition: a number moves faster than its paper")
}

// proofOf judges a line by the rule pack as online: the residence and the year
// of birth on the sheet, and the number as one that was declared.
func (s *Service) proofOf(ctx context.Context, p Petition, sheet Sheet, l Line) (PaperProof, error) {
	now := s.Clock.Now()
	proof := PaperProof{Shadow: l.Shadow, Sheet: sheet.ID, Line: l.N, Name: l.Name, Place: l.Place, Age: ageBand(l.Born, now),
		At: sheet.ConfirmedAt, Day: dayOf(sheet.ConfirmedAt, p.Country), Consent: sheet.Consent, Sealed: l.Sealed, Tail: l.Last2}
	a, err := s.authority(ctx, p.Authority)
	if err != nil {
		return proof, err
	}
	person := Person{BirthYear: l.Born, Level: 1}
	if l.Place != "" {
		person.Residence = []string{l.Place}
		if home, err := s.Authorities.Authority(ctx, l.Place); err == nil {
			person.Residence = append(person.Residence, home.Ancestors...)
		} else if !isNotFound(err) {
			return proof, err
		}
	}
	verdict, err := s.Law.Counts(ctx, a, person, sheet.ConfirmedAt)
	if !slices.Contains(p.Threshold.Subunits, verdict.Subunit) {
		verdict.Subunit = ""
	}
	proof.Valid, proof.Reasons, proof.Subunit, proof.Area = verdict.Valid, verdict.Reasons, verdict.Subunit, areaOf(a, person)
	return proof, err
}

// OnNumberMoved is told that an identity number went from one person to another:
// what was signed on paper with it follows. It may be told more than once.
func (s *Service) OnNumberMoved(ctx context.Context, to, from, shadow string) error {
	if to == from || to == "" || from == "" || shadow == "" {
		return nil
	}
	return fault.Wrap("petition.OnNumberMoved", s.eachSignature(ctx, from, func(sig Signature) error {
		if sig.Paper == nil || sig.Paper.Shadow != shadow {
			return nil
		}
		return s.movePaper(ctx, sig, to, shadow)
	}))
}

// movePaper moves the line of paper in a signature to whoever has its number
// now. What the person before gave online stays theirs. The line is first taken
// out of the count and then put under the other id: a petition never counts it
// twice, and what a crash leaves in between a repeat finds.
func (s *Service) movePaper(ctx context.Context, sig Signature, to, shadow string) error {
	p, err := s.petitions.Get(ctx, sig.Petition)
	if err != nil || sig.Paper == nil || sig.Paper.Shadow != shadow || sig.State != SignatureActive && sig.State != SignatureMoved {
		return err
	}
	proof, void := *sig.Paper, sig.Void
	moved := proof.signature(p, to)
	moved.Void = void
	if sig.Channel == ByPaper {
		_, err = s.alterSignature(ctx, p, sig.ID, func(now *Signature) error {
			if now.State != SignatureActive {
				return store.ErrUnchanged
			}
			now.State = SignatureMoved
			return nil
		})
		if err == nil {
			_, err = s.put(ctx, p, moved)
		}
		if err == nil {
			err = s.deleteSignature(ctx, sig.ID)
		}
		return err
	}
	if _, err = s.put(ctx, p, moved); err != nil { // the person before keeps the online signature: these are two people
		return err
	}
	person, verdict, err := s.verdictOn(ctx, p, sig.Person)
	known := err == nil
	if err != nil && !isNotFound(err) {
		return err
	}
	_, err = s.alterSignature(ctx, p, sig.ID, func(now *Signature) error {
		if now.Paper == nil || now.Paper.Shadow != shadow {
			return store.ErrUnchanged
		}
		now.offPaper()
		if known && now.State == SignatureActive {
			now.verdict(person, verdict)
		}
		return nil
	})
	return err
}

// ownsPaper reports whether a person may see and take back what was signed on
// paper with their number: whose identity was checked. A declared number proves
// nothing, and would otherwise tell what a neighbour signed.
func (s *Service) ownsPaper(ctx context.Context, personID string) (bool, error) {
	person, err := s.People.Person(ctx, personID)
	if isNotFound(err) {
		return false, nil
	}
	return person.Level >= checkedLevel, err
}

// Before says what is known of a line's number: whether the person has signed
// the petition already. It is for the desk's eyes.
type Before struct {
	Outcome LineOutcome // what the line would come to
	At      time.Time
	Sheet   int // the number of the other sheet, 0 when it is not paper
	Line    int
}

// BeforeLine looks up what a line's number has signed already. False when
// nothing is known.
func (s *Service) BeforeLine(ctx context.Context, sheet Sheet, l Line) (Before, bool, error) {
	if l.Shadow == "" {
		return Before{}, false, nil
	}
	person, proven, err := s.behind(ctx, l.Shadow)
	if err != nil {
		return Before{}, false, fault.Wrap("petition.BeforeLine", err)
	}
	sig, err := s.signatures.Get(ctx, SignatureID(sheet.Petition, person))
	switch {
	case isNotFound(err):
		return Before{}, false, nil
	case err != nil:
		return Before{}, false, fault.Wrap("petition.BeforeLine", err)
	case sig.State == SignatureWithdrawn && proven:
		return Before{Outcome: LineTakenBack, At: sig.At}, true, nil
	case !sig.State.counts():
		return Before{}, false, nil
	case sig.Paper != nil && (sig.Paper.Sheet != sheet.ID || sig.Paper.Line != l.N):
		other, err := s.sheets.Get(ctx, sig.Paper.Sheet)
		return Before{Outcome: LineTwice, At: sig.Paper.At, Sheet: other.Number, Line: sig.Paper.Line}, true, err
	}
	return Before{Outcome: LineOnline, At: sig.At}, true, nil
}

// sweepSheets counts the sheets that a crash left confirmed and not counted.
func (s *Service) sweepSheets(ctx context.Context) error {
	return s.sheets.Each(ctx, store.Query{Index: "lists", Equal: []any{listSheetsToCount}, Limit: 50}, func(x Sheet) error {
		_, err := s.CountSheet(ctx, x.ID)
		return err
	})
}

// endSheets makes the sheets void that never came to be confirmed, when it is
// forgotten who signed.
func (s *Service) endSheets(ctx context.Context, petitionID string) error {
	return s.sheets.Each(ctx, store.Query{Index: "petition", Equal: []any{petitionID}, Limit: 100}, func(x Sheet) error {
		if _, _, err := NextOfSheet(x.State, SheetCancel, AsSystem); err != nil {
			return nil
		}
		_, err := s.CancelSheet(ctx, auth.System, x.ID, sheetsEnded)
		return err
	})
}

// sheetsEnded stands in the history of sheets that nobody handed in.
var sheetsEnded = i18n.Msg("The petition has ended.")

// sheets compares sheets with petitions, lists, and what they may still hold.
func (c *checker) sheets(ctx context.Context) error {
	return c.s.sheets.Each(ctx, store.Query{Limit: 200}, func(x Sheet) error {
		subject := "sheet:" + x.ID
		if !c.known[x.Petition] || x.ID != SheetID(x.Petition, x.Number) {
			return c.report(subject, "its petition does not exist, or its id is not that of its number", nil)
		}
		settled := x
		settled.settle()
		if !slices.Equal(settled.Lists, x.Lists) || !settled.ListAt.Equal(x.ListAt) {
			err := c.report(subject, "it stands in the wrong work lists", func() error {
				_, err := c.s.sheets.Update(ctx, x.ID, func(x *Sheet) error { x.settle(); return nil })
				return err
			})
			if err != nil {
				return err
			}
		}
		if x.State == SheetConfirmed && !x.Counted {
			return c.report(subject, "it is confirmed and its lines are not counted yet", func() error {
				_, err := c.s.CountSheet(ctx, x.ID)
				return err
			})
		}
		if n := x.holding(); n > 0 && (x.Counted || x.State == SheetVoid || x.State == SheetPrinted) {
			return c.report(subject, fmt.Sprintf("%d lines hold more than they need", n), func() error {
				_, err := c.s.sheets.Update(ctx, x.ID, func(x *Sheet) error {
					for i := range x.Lines {
						x.Lines[i].wipe()
					}
					return nil
				})
				return err
			})
		}
		return c.sheetHistory(ctx, x)
	})
}

// holding counts the lines that still say something about a person.
func (s Sheet) holding() int {
	n := 0
	for _, l := range s.Lines {
		if l.Name != "" || l.Shadow != "" || l.Last2 != "" || l.Sealed != nil || l.Place != "" || l.Born != 0 {
			n++
		}
	}
	return n
}

func (c *checker) sheetHistory(ctx context.Context, x Sheet) error {
	d, err := c.s.Audit.Compare(ctx, x.History...)
	if err != nil || len(d.Missing) == 0 {
		return err
	}
	return c.report("sheet:"+x.ID, fmt.Sprintf("%d entries of its history are missing in the audit", len(d.Missing)), func() error {
		return c.s.Audit.Record(ctx, x.History...)
	})
}
