package petition

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

var (
	errNoSheet     = fault.New(fault.NotFound, "There is no such sheet, or it is not yours to see.")
	errSheetNotNow = fault.New(fault.Conflict, "This cannot be done in the state the sheet is in now.")
	errSameEyes    = fault.New(fault.Forbidden, "You entered lines of this sheet: somebody else must confirm it.")
	errSheetLate   = fault.New(fault.Conflict, "The collection of signatures has ended: this sheet can no longer count.")
)

// PrintSheets makes n further numbered sheets for the agent of an open petition,
// in a language of its text, and returns them. Faults: NotFound, Forbidden,
// Conflict (not collecting), Invalid.
func (s *Service) PrintSheets(ctx context.Context, who auth.Actor, petitionID string, n int, lang, consent string) ([]Sheet, error) {
	p, err := s.petitions.Get(ctx, petitionID)
	if isNotFound(err) || err == nil && !seesAll(who, p) {
		return nil, errNone
	}
	switch {
	case err != nil:
		return nil, fault.Wrap("petition.PrintSheets", err)
	case !p.IsAuthor(who.PersonID):
		return nil, errNotYours
	case !p.Signable(s.Clock.Now()):
		return nil, errNotCollecting
	case n < 1 || n > maxPrinted:
		return nil, &InputError{Field: "n", Message: i18n.Msg("Print between 1 and {limit} sheets at a time"), Args: []any{"limit", maxPrinted}}
	case lang != "ar" && lang != "fr":
		return nil, &InputError{Field: "lang", Message: i18n.Msg("Choose a language")}
	}
	next, err := s.lastSheet(ctx, p.ID)
	if err != nil {
		return nil, fault.Wrap("petition.PrintSheets", err)
	}
	var made []Sheet
	for len(made) < n {
		next++
		if next > MaxSheets {
			return made, fault.New(fault.Conflict, "This petition has as many sheets as it may have.")
		}
		sheet := s.newSheet(p, who, next, lang, consent)
		err := s.sheets.Insert(ctx, sheet)
		if isConflict(err) { // the agent pressed the button twice
			continue
		}
		if err != nil {
			return made, fault.Wrap("petition.PrintSheets", err)
		}
		if err := s.Audit.Record(ctx, sheet.History...); err != nil {
			return made, fault.Wrap("petition.PrintSheets", err)
		}
		made = append(made, sheet)
	}
	return made, nil
}

// maxPrinted is how many sheets are printed at a time.
const maxPrinted = 50

func (s *Service) newSheet(p Petition, who auth.Actor, number int, lang, consent string) Sheet {
	now := s.Clock.Now()
	sheet := Sheet{
		Meta: store.Meta{ID: SheetID(p.ID, number)}, Petition: p.ID, Authority: p.Authority, Unserved: p.Unserved, Number: number, Lang: lang,
		Check: checksum(p, number, lang, s.Ident.Bytes(16)), State: SheetPrinted, PrintedAt: now, ChangedAt: now, Consent: consent,
	}
	sheet.note(who, AsAuthor, SheetPrint, "", now, "")
	sheet.settle()
	return sheet
}

// note writes an act into the sheet's history. No line and nobody who signed is
// named in it.
func (s *Sheet) note(who auth.Actor, as Role, act SheetAct, from SheetState, at time.Time, reason string) {
	actor := who.PersonID
	if who.IsSystem() {
		actor = ""
	}
	s.History = audit.Append(s.History, audit.Entry{
		Subject: "sheet:" + s.ID, Authority: s.Authority, Act: "sheet." + string(act), From: string(from), To: string(s.State),
		ActorID: actor, ActorRole: string(as), At: at, Reason: reason, Details: map[string]string{"sheet": strconv.Itoa(s.Number), "petition": s.Petition},
	})
}

// lastSheet returns the highest number of a petition's sheets.
func (s *Service) lastSheet(ctx context.Context, petitionID string) (int, error) {
	last, err := s.sheets.First(ctx, store.Query{Index: "petition", Equal: []any{petitionID}, Desc: true})
	if isNotFound(err) {
		return 0, nil
	}
	return last.Number, err
}

// SheetFor returns a sheet with its petition to its agent and to the desk of the
// authority; NotFound to everybody else.
func (s *Service) SheetFor(ctx context.Context, who auth.Actor, id string) (Sheet, Petition, error) {
	sheet, err := s.sheets.Get(ctx, id)
	if isNotFound(err) {
		return Sheet{}, Petition{}, errNoSheet
	}
	if err != nil {
		return Sheet{}, Petition{}, fault.Wrap("petition.SheetFor", err)
	}
	p, err := s.petitions.Get(ctx, sheet.Petition)
	if err != nil {
		return Sheet{}, Petition{}, fault.Wrap("petition.SheetFor", err)
	}
	if len(rolesOnSheet(who, p)) < 2 && !who.IsSystem() {
		return Sheet{}, Petition{}, errNoSheet
	}
	return sheet, p, nil
}

// SheetsOf pages through the sheets of a petition, the newest first.
func (s *Service) SheetsOf(ctx context.Context, petitionID, after string, limit int) (Page[Sheet], error) {
	page, err := s.sheets.Find(ctx, store.Query{Index: "petition", Equal: []any{petitionID}, Desc: true, After: after, Limit: limit})
	return page, fault.Wrap("petition.SheetsOf", err)
}

// SheetRange returns the sheets of a petition from one number to another, at
// most maxPrinted of them.
func (s *Service) SheetRange(ctx context.Context, petitionID string, from, to int) ([]Sheet, error) {
	page, err := s.sheets.Find(ctx, store.Query{Index: "petition", Equal: []any{petitionID}, From: from, To: to + 1, Limit: maxPrinted})
	return page.Items, fault.Wrap("petition.SheetRange", err)
}

// SheetsWaiting pages through the sheets that wait at a desk, the longest
// waiting first: to be entered, or to be confirmed.
func (s *Service) SheetsWaiting(ctx context.Context, org string, confirm bool, after string, limit int) (Page[Sheet], error) {
	list := listSheetsToEnter
	if confirm {
		list = listSheetsToConfirm
	}
	page, err := s.sheets.Find(ctx, store.Query{Index: "lists", Equal: []any{list + "|" + org}, After: after, Limit: limit})
	return page, fault.Wrap("petition.SheetsWaiting", err)
}

// onSheet does one act to a sheet: the table decides who may, change alters it,
// all in one compare-and-set.
func (s *Service) onSheet(ctx context.Context, who auth.Actor, id string, act SheetAct, reason string, change func(Petition, *Sheet) error) (Sheet, error) {
	_, p, err := s.SheetFor(ctx, who, id)
	if err != nil {
		return Sheet{}, err
	}
	sheet, err := s.sheets.Update(ctx, id, func(x *Sheet) error {
		to, as, err := NextOfSheet(x.State, act, rolesOnSheet(who, p)...)
		if err != nil {
			return err
		}
		if err := change(p, x); err != nil {
			return err
		}
		from, now := x.State, s.Clock.Now()
		x.State, x.ChangedAt = to, now
		x.note(who, as, act, from, now, reason)
		x.settle()
		return nil
	})
	if err != nil {
		return Sheet{}, fault.Wrap("petition.sheet."+string(act), err)
	}
	s.workMoved(ctx, sheet.subject())
	return sheet, fault.Wrap("petition.sheet."+string(act), s.Audit.Record(ctx, sheet.History...))
}

// ReturnSheet notes that a sheet came back to the authority's desk. Conflict
// when the collection has ended: what comes later does not count.
func (s *Service) ReturnSheet(ctx context.Context, who auth.Actor, id string) (Sheet, error) {
	return s.onSheet(ctx, who, id, SheetReturn, "", func(p Petition, x *Sheet) error {
		if !p.Signable(s.Clock.Now()) {
			return errSheetLate
		}
		x.ReturnedAt = s.Clock.Now()
		return nil
	})
}

// LineInput is one line as somebody typed it from the sheet.
type LineInput struct {
	N      int // on the sheet, from 1
	Name   string
	Number string // "" keeps the one that was entered before
	Place  string // place id, elsewherePlace or ""
	Born   string // year
}

// IsEmpty reports whether nothing was typed in the line.
func (l LineInput) IsEmpty() bool {
	return l.Name == "" && l.Number == "" && l.Place == "" && l.Born == ""
}

// LineErrors are what is wrong with the lines of a form, field by field. It is
// a fault of kind Invalid.
type LineErrors []InputError

// Error says what is wrong, for the log.
func (e LineErrors) Error() string {
	return fmt.Sprintf("petition: %d mistakes in the lines of a sheet", len(e))
}

// Unwrap makes it an Invalid fault that may be shown.
func (e LineErrors) Unwrap() error {
	return &fault.Error{Kind: fault.Invalid, Message: i18n.Msg("Some lines are not complete.")}
}

// LineField is the name of a field of the n-th line in forms.
func LineField(field string, n int) string { return field + strconv.Itoa(n) }

// EnterSheet keeps the lines that were typed from a sheet. With all it says that
// these are all lines, and the sheet waits for somebody else to confirm it.
// Faults: NotFound, Forbidden, Conflict, LineErrors.
func (s *Service) EnterSheet(ctx context.Context, who auth.Actor, id string, typed []LineInput, all bool) (Sheet, error) {
	sheet, p, err := s.SheetFor(ctx, who, id)
	if err != nil {
		return Sheet{}, err
	}
	act := SheetSave
	if all {
		act = SheetEnter
	}
	if _, _, err := NextOfSheet(sheet.State, act, rolesOnSheet(who, p)...); err != nil {
		return Sheet{}, err
	}
	lines, err := s.readLines(ctx, p, sheet.Lines, typed)
	if err != nil {
		return Sheet{}, err
	}
	if all && len(lines) == 0 {
		return Sheet{}, LineErrors{{Field: LineField("name", 1), Message: i18n.Msg("Enter at least one line; an unused sheet is made void")}}
	}
	return s.onSheet(ctx, who, id, act, "", func(_ Petition, x *Sheet) error {
		if x.Version != sheet.Version {
			return fault.New(fault.Conflict, "Somebody else changed this sheet meanwhile. Look at it again.")
		}
		x.Lines = lines
		if all {
			x.Note = ""
		}
		if !slices.Contains(x.EnteredBy, who.PersonID) {
			x.EnteredBy = append(x.EnteredBy, who.PersonID)
		}
		return nil
	})
}

// readLines checks what was typed and turns numbers into shadows.
func (s *Service) readLines(ctx context.Context, p Petition, before []Line, typed []LineInput) ([]Line, error) {
	var lines []Line
	var wrong LineErrors
	at := map[string]int{}
	for _, in := range typed {
		if in.IsEmpty() || in.N < 1 || in.N > SheetLines {
			continue
		}
		line, mistakes, err := s.readLine(ctx, p, lineOf(before, in.N), in)
		if err != nil {
			return nil, err
		}
		if other, there := at[line.Shadow]; there && line.Shadow != "" && len(mistakes) == 0 {
			mistakes = append(mistakes, InputError{Field: LineField("number", in.N), Message: i18n.Msg("Line {n}: the same number stands on line {other}; leave one of them empty"), Args: []any{"n", in.N, "other", other}})
		}
		at[line.Shadow] = in.N
		wrong = append(wrong, mistakes...)
		lines = append(lines, line)
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	return lines, nil
}

func lineOf(lines []Line, n int) Line {
	for _, l := range lines {
		if l.N == n {
			return l
		}
	}
	return Line{N: n}
}

// readLine checks one line. The number goes to Numbers and Sealer and nowhere else.
func (s *Service) readLine(ctx context.Context, p Petition, before Line, in LineInput) (Line, []InputError, error) {
	line := Line{N: in.N, Name: tidy(in.Name, MaxName, false), Shadow: before.Shadow, Last2: before.Last2, Sealed: before.Sealed, Place: in.Place, State: LineEntered}
	var wrong []InputError
	say := func(field, message string, args ...any) {
		wrong = append(wrong, InputError{Field: LineField(field, in.N), Message: message, Args: append([]any{"n", in.N}, args...)})
	}
	switch n := len([]rune(line.Name)); {
	case n == 0:
		say("name", i18n.Msg("Line {n}: write the name"))
	case n > MaxName:
		say("name", i18n.Msg("Line {n}: shorten the name to {limit} letters or fewer"), "limit", MaxName)
	}
	if in.Born != "" {
		year, err := strconv.Atoi(in.Born)
		if now := s.Clock.Now().Year(); err != nil || year < now-120 || year > now-10 {
			say("born", i18n.Msg("Line {n}: write the year of birth with four digits, or leave it empty"))
		} else {
			line.Born = year
		}
	}
	if in.Number == "" {
		if line.Shadow == "" {
			say("number", i18n.Msg("Line {n}: write the identity number; a line without one is left empty"))
		}
		return line, wrong, nil
	}
	return s.readNumber(ctx, p, line, in.Number, wrong)
}

func (s *Service) readNumber(ctx context.Context, p Petition, line Line, number string, wrong []InputError) (Line, []InputError, error) {
	until, err := s.shadowUntil(ctx, p)
	if err != nil {
		return line, nil, err
	}
	shadow, err := s.Numbers.Shadow(ctx, p.Country, number, until)
	if fault.Is(err, fault.Invalid) {
		message, args := fault.Shown(err)
		return line, append(wrong, InputError{Field: LineField("number", line.N), Message: message, Args: args}), nil
	}
	if err != nil {
		return line, nil, fault.Wrap("petition.readNumber", err)
	}
	line.Shadow, line.Last2, line.Sealed = shadow.ID, shadow.Last2, nil
	wanted, err := s.wantsNumbers(ctx, p)
	if err == nil && wanted {
		line.Sealed, err = s.Sealer.Seal(ctx, p.Authority, p.ID, SignatureID(p.ID, shadow.ID), shadow.Normal)
	}
	return line, wrong, fault.Wrap("petition.readNumber", err)
}

// shadowUntil is until when the keyed hash of a number on paper is needed: as
// long as it is kept who signed.
func (s *Service) shadowUntil(ctx context.Context, p Petition) (time.Time, error) {
	a, err := s.authority(ctx, p.Authority)
	if err != nil {
		return time.Time{}, err
	}
	periods, err := s.Law.Periods(ctx, a, s.Clock.Now())
	if err != nil {
		return time.Time{}, err
	}
	last, err := s.LastClosing(ctx, p)
	if last.Before(p.ClosesAt) {
		last = p.ClosesAt
	}
	return monthsOn(last, max(periods.KeepMonths, 1), p.Country), err
}

// mayOnSheet answers as an act would to somebody who may not do it.
func (s *Service) mayOnSheet(ctx context.Context, who auth.Actor, id string, act SheetAct) error {
	sheet, p, err := s.SheetFor(ctx, who, id)
	if err == nil {
		_, _, err = NextOfSheet(sheet.State, act, rolesOnSheet(who, p)...)
	}
	return err
}

// ReopenSheet sends a sheet back to be entered anew, with a note.
func (s *Service) ReopenSheet(ctx context.Context, who auth.Actor, id, note string) (Sheet, error) {
	if err := s.mayOnSheet(ctx, who, id, SheetReopen); err != nil {
		return Sheet{}, err
	}
	note = tidy(note, MaxReasons, true)
	if err := required("reason", note, i18n.Msg("Say what has to be looked at again"), MaxReasons); err != nil {
		return Sheet{}, err
	}
	return s.onSheet(ctx, who, id, SheetReopen, note, func(_ Petition, x *Sheet) error {
		x.Note = note
		return nil
	})
}

// CancelSheet makes a sheet void: lost, spoilt or never used. What was entered
// from it is forgotten.
func (s *Service) CancelSheet(ctx context.Context, who auth.Actor, id, reason string) (Sheet, error) {
	if err := s.mayOnSheet(ctx, who, id, SheetCancel); err != nil {
		return Sheet{}, err
	}
	reason = tidy(reason, MaxReasons, true)
	if err := required("reason", reason, i18n.Msg("Say why the sheet is made void"), MaxReasons); err != nil {
		return Sheet{}, err
	}
	return s.onSheet(ctx, who, id, SheetCancel, reason, func(_ Petition, x *Sheet) error {
		x.Lines = nil
		return nil
	})
}

// LineDecision is what the second person says of a line.
type LineDecision struct {
	N      int
	Accept bool
	Reason string    // StrikeReasons, when it is struck
	Fix    LineInput // what was corrected; empty fields stay
}

// ConfirmSheet decides each line of a sheet that somebody else entered, and
// counts the accepted ones. Faults: NotFound, Forbidden (who entered it),
// Conflict (state, end of the collection), LineErrors.
func (s *Service) ConfirmSheet(ctx context.Context, who auth.Actor, id string, decisions []LineDecision) (Sheet, error) {
	sheet, p, err := s.SheetFor(ctx, who, id)
	if err != nil {
		return Sheet{}, err
	}
	if _, _, err := NextOfSheet(sheet.State, SheetConfirm, rolesOnSheet(who, p)...); err != nil {
		return Sheet{}, err
	}
	if slices.Contains(sheet.EnteredBy, who.PersonID) {
		return Sheet{}, errSameEyes
	}
	lines, err := s.decideLines(ctx, p, sheet, decisions)
	if err != nil {
		return Sheet{}, err
	}
	sheet, err = s.onSheet(ctx, who, id, SheetConfirm, "", func(p Petition, x *Sheet) error {
		if slices.Contains(x.EnteredBy, who.PersonID) {
			return errSameEyes
		}
		if x.Version != sheet.Version {
			return fault.New(fault.Conflict, "Somebody else changed this sheet meanwhile. Look at it again.")
		}
		if !SignableStates.Has(p.State) || x.ReturnedAt.After(p.ClosesAt) {
			return errSheetLate
		}
		x.Lines, x.ConfirmedBy, x.ConfirmedAt = lines, who.PersonID, s.Clock.Now()
		return nil
	})
	if err != nil {
		return Sheet{}, err
	}
	counted, err := s.CountSheet(context.WithoutCancel(ctx), sheet.ID)
	if err != nil { // the sheet is confirmed: the sweep counts it
		s.Log.Error("a confirmed sheet is left to be counted", "sheet", sheet.ID, "err", err)
		return sheet, nil
	}
	return counted, nil
}

func (s *Service) decideLines(ctx context.Context, p Petition, sheet Sheet, decisions []LineDecision) ([]Line, error) {
	var wrong LineErrors
	lines := slices.Clone(sheet.Lines)
	for i, l := range lines {
		k := slices.IndexFunc(decisions, func(d LineDecision) bool { return d.N == l.N })
		if k < 0 {
			wrong = append(wrong, InputError{Field: LineField("decision", l.N), Message: i18n.Msg("Line {n}: accept it, or strike it with a reason"), Args: []any{"n", l.N}})
			continue
		}
		d := decisions[k]
		if !d.Accept {
			if !slices.Contains(StrikeReasons, d.Reason) {
				wrong = append(wrong, InputError{Field: LineField("reason", l.N), Message: i18n.Msg("Line {n}: choose why it is struck"), Args: []any{"n", l.N}})
			}
			lines[i].State, lines[i].Reason = LineStruck, d.Reason
			continue
		}
		fixed, mistakes, err := s.fixLine(ctx, p, l, d.Fix)
		if err != nil {
			return nil, err
		}
		wrong = append(wrong, mistakes...)
		fixed.State, fixed.Reason = LineAccepted, ""
		lines[i] = fixed
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	return lines, nil
}

// fixLine corrects what the second person read otherwise.
func (s *Service) fixLine(ctx context.Context, p Petition, l Line, fix LineInput) (Line, []InputError, error) {
	if fix.IsEmpty() {
		return l, nil, nil
	}
	in := LineInput{N: l.N, Name: fix.Name, Number: fix.Number, Place: fix.Place, Born: fix.Born}
	if in.Name == "" {
		in.Name = l.Name
	}
	if in.Place == "" {
		in.Place = l.Place
	}
	if in.Born == "" && l.Born != 0 {
		in.Born = strconv.Itoa(l.Born)
	}
	fixed, wrong, err := s.readLine(ctx, p, l, in)
	fixed.Corrected = fixed.Name != l.Name || fixed.Place != l.Place || fixed.Born != l.Born || fixed.Shadow != l.Shadow
	return fixed, wrong, err
}
