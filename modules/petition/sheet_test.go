package petition

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// testNumbers knows numbers of six letters and digits or more. A number's shadow
// is "shadow-" and the number; give and take move it between people as the
// account module does.
type testNumbers struct {
	mu     sync.Mutex
	behind map[string]string
	proven map[string]bool
	asked  func() // called by Behind, outside the lock
}

func shadowOf(number string) string { return "shadow-" + strings.ToLower(number) }

func (n *testNumbers) Shadow(_ context.Context, _, number string, _ time.Time) (Shadow, error) {
	if len(number) < 6 {
		return Shadow{}, fault.New(fault.Invalid, "This is not an identity card number. It looks like {example}.", "example", "AB123456")
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.behind[shadowOf(number)] == "" {
		n.behind[shadowOf(number)] = shadowOf(number)
	}
	return Shadow{ID: shadowOf(number), Last2: number[len(number)-2:], Normal: number}, nil
}

func (n *testNumbers) Behind(_ context.Context, shadow string) (string, bool, error) {
	n.mu.Lock()
	person, proven, asked := n.behind[shadow], n.proven[shadow], n.asked
	n.mu.Unlock()
	if asked != nil {
		asked()
	}
	if person == "" {
		return "", false, fault.New(fault.NotFound, "")
	}
	return person, proven, nil
}

// give makes a number somebody's, and tells the petitions as the account module would.
func (w *world) give(number, person string, proven bool) {
	w.t.Helper()
	w.paper.mu.Lock()
	shadow := shadowOf(number)
	from := w.paper.behind[shadow]
	w.paper.behind[shadow], w.paper.proven[shadow] = person, proven
	w.paper.mu.Unlock()
	if proven {
		w.level(person, 2)
	}
	switch {
	case from == "" || from == person:
	case from == shadow:
		w.must(w.OnJoined(w.ctx, person, from))
	default:
		w.must(w.OnNumberMoved(w.ctx, person, from, shadow))
	}
}

func (w *world) level(person string, level int) {
	p, err := w.folk.Person(w.ctx, person)
	w.must(err)
	p.Level = level
	w.folk.mu.Lock()
	w.folk.changed[person] = p
	w.folk.mu.Unlock()
}

// testSealer writes backwards.
type testSealer struct{}

func (testSealer) Seals(_ context.Context, authority string) (bool, error) {
	return authority == "region", nil
}

func (testSealer) Seal(_ context.Context, _, _, _, number string) ([]byte, error) {
	b := []byte(number)
	slices.Reverse(b)
	return b, nil
}

// second is another front-desk agent of the town.
var second = auth.Actor{PersonID: "second", Name: "Name of second", Memberships: []auth.Membership{{Kind: auth.Authority, OrgID: "town", Role: auth.FrontDesk}}}

// line is a line as typed from paper.
func line(n int, number string) LineInput {
	return LineInput{N: n, Name: fmt.Sprint("Signer ", number), Number: number, Place: "town", Born: "1980"}
}

// sheet prints and returns a sheet.
func (w *world) sheet(p Petition) Sheet {
	w.t.Helper()
	made, err := w.PrintSheets(w.ctx, salma, p.ID, 1, "fr", "1")
	w.must(err)
	x, err := w.ReturnSheet(w.ctx, clerk, made[0].ID)
	w.must(err)
	return x
}

// enter enters numbers, one a line; confirm accepts all of them.
func (w *world) enter(p Petition, numbers ...string) Sheet {
	w.t.Helper()
	x := w.sheet(p)
	var lines []LineInput
	for i, number := range numbers {
		lines = append(lines, line(i+1, number))
	}
	x, err := w.EnterSheet(w.ctx, clerk, x.ID, lines, true)
	w.must(err)
	return x
}

func accept(x Sheet) []LineDecision {
	var all []LineDecision
	for _, l := range x.Lines {
		all = append(all, LineDecision{N: l.N, Accept: true})
	}
	return all
}

func (w *world) confirm(x Sheet) Sheet {
	w.t.Helper()
	x, err := w.ConfirmSheet(w.ctx, second, x.ID, accept(x))
	w.must(err)
	return x
}

func (w *world) onPaper(p Petition, numbers ...string) Sheet {
	return w.confirm(w.enter(p, numbers...))
}

// wantPaper compares what came on paper and was invalidated, and that nothing
// is left to repair.
func (w *world) wantPaper(id string, paper, void int64) {
	w.t.Helper()
	t, err := w.tallyNow(w.ctx, id)
	w.must(err)
	if t.Paper != paper || t.Void != void {
		w.t.Errorf("%d came on paper and %d are invalidated; want %d and %d", t.Paper, t.Void, paper, void)
	}
	w.wantSound()
}

func (w *world) wantSound() {
	w.t.Helper()
	found, err := w.Check(w.ctx, false)
	w.must(err)
	for _, f := range found {
		w.t.Error(f)
	}
}

func outcomes(x Sheet) []LineOutcome {
	var all []LineOutcome
	for _, l := range x.Lines {
		all = append(all, l.Outcome)
	}
	return all
}

// TestEverySheetActInEveryStateByEveryRole enumerates the table.
func TestEverySheetActInEveryStateByEveryRole(t *testing.T) {
	allowed := map[string]SheetState{
		"printed return front_desk": SheetReturned, "printed return officer": SheetReturned,
		"returned save front_desk": SheetReturned, "returned save officer": SheetReturned,
		"returned enter front_desk": SheetEntered, "returned enter officer": SheetEntered,
		"entered reopen front_desk": SheetReturned, "entered reopen officer": SheetReturned,
		"entered confirm front_desk": SheetConfirmed, "entered confirm officer": SheetConfirmed,
		"printed void agent": SheetVoid, "printed void officer": SheetVoid, "printed void system": SheetVoid,
		"returned void officer": SheetVoid, "returned void system": SheetVoid,
		"entered void officer": SheetVoid, "entered void system": SheetVoid,
		"confirmed count system": SheetConfirmed,
	}
	met := 0
	for _, from := range SheetStates {
		for _, act := range SheetActs {
			for _, role := range SheetRoles {
				to, as, err := NextOfSheet(from, act, role)
				want := allowed[fmt.Sprintf("%s %s %s", from, act, role)]
				if to != want || (err == nil) != (want != "") || err == nil && as != role {
					t.Errorf("%s %s by %s leads to %q (%v), want %q", from, act, role, to, err, want)
				}
				if want != "" {
					met++
				}
			}
		}
	}
	if met != len(allowed) {
		t.Errorf("%d of %d moves were met", met, len(allowed))
	}
}

func TestASheetGoesThroughFourHandsAndCounts(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	made, err := w.PrintSheets(w.ctx, salma, p.ID, 3, "fr", "1")
	w.must(err)
	if len(made) != 3 || made[2].Number != 3 || made[0].Check == made[1].Check || len(made[0].Check) != 8 {
		t.Fatalf("printed %+v", made)
	}
	if _, err = w.PrintSheets(w.ctx, karim, p.ID, 1, "fr", "1"); !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Forbidden) {
		t.Errorf("a stranger prints: %v", err)
	}
	id := made[0].ID
	if _, err = w.ReturnSheet(w.ctx, stranger, id); !fault.Is(err, fault.NotFound) {
		t.Errorf("another authority's officer takes the sheet: %v", err)
	}
	_, err = w.ReturnSheet(w.ctx, clerk, id)
	w.must(err)
	lines := []LineInput{line(1, "AB111111"), line(2, "AB222222"), line(4, "AB444444")}
	lines[1].Place, lines[2].Born = elsewherePlace, ""
	x, err := w.EnterSheet(w.ctx, clerk, id, lines, true)
	w.must(err)
	w.wantTally(p.ID, 0, 0)
	if _, err = w.ConfirmSheet(w.ctx, clerk, id, accept(x)); !fault.Is(err, fault.Forbidden) {
		t.Errorf("who entered the sheet confirms it: %v", err)
	}
	decisions := accept(x)
	decisions[2] = LineDecision{N: 4, Reason: "no_signature"}
	x, err = w.ConfirmSheet(w.ctx, second, id, decisions)
	w.must(err)
	w.wantTally(p.ID, 2, 1)
	w.wantPaper(p.ID, 2, 0)
	if !x.Counted || x.holding() != 0 || !slices.Equal(outcomes(x), []LineOutcome{LineCounted, LineCounted, LinePending}) || x.Lines[2].Reason != "no_signature" {
		t.Errorf("after counting the sheet says %+v", x.Lines)
	}
	again, err := w.CountSheet(w.ctx, id)
	w.must(err)
	if again.Version != x.Version {
		t.Error("counting again changes the sheet")
	}
	sig, err := w.signatures.Get(w.ctx, SignatureID(p.ID, shadowOf("AB111111")))
	w.must(err)
	if sig.Paper == nil || sig.Sealed != nil || sig.Name != "Signer AB111111" || sig.Age != "45_59" || sig.Area != "town" {
		t.Errorf("the signature is %+v", sig)
	}
}

func TestTheNumberIsNowhereInTheStore(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town") // its law wants no numbers, so that nothing is sealed
	made, err := w.PrintSheets(w.ctx, salma, p.ID, 1, "fr", "1")
	w.must(err)
	_, err = w.ReturnSheet(w.ctx, officer, made[0].ID)
	w.must(err)
	x, err := w.EnterSheet(w.ctx, officer, made[0].ID, []LineInput{{N: 1, Name: "Somebody", Number: "ZZ987654", Place: "town"}}, true)
	w.must(err)
	for _, schema := range Schemas {
		docs, _, err := w.db.Find(w.ctx, schema, store.Query{Limit: 1000})
		w.must(err)
		for _, raw := range docs {
			text := strings.ReplaceAll(strings.ToLower(raw.String()), shadowOf("ZZ987654"), "")
			if strings.Contains(text, "zz987654") {
				t.Errorf("%s holds the number: %s", schema.Name, raw)
			}
		}
	}
	if x.Lines[0].Sealed != nil {
		t.Error("a number is sealed that nobody wants")
	}
}

func TestANumberIsSealedWhereTheLawWantsItInTheList(t *testing.T) {
	w := newWorld(t)
	p := w.opened("region")
	made, err := w.PrintSheets(w.ctx, salma, p.ID, 1, "fr", "1")
	w.must(err)
	_, err = w.ReturnSheet(w.ctx, officer, made[0].ID)
	w.must(err)
	x, err := w.EnterSheet(w.ctx, officer, made[0].ID, []LineInput{line(1, "AB123456")}, true)
	w.must(err)
	other := officer
	other.PersonID = "other"
	_, err = w.ConfirmSheet(w.ctx, other, x.ID, accept(x))
	w.must(err)
	bound := SignatureID(p.ID, shadowOf("AB123456"))
	w.sign(p, "karim")
	for _, step := range []func(){func() {}, func() { w.give("AB123456", "karim", false) }, func() { w.give("AB123456", "leila", true) }} {
		step()
		who := w.paper.behind[shadowOf("AB123456")]
		sig, err := w.signatures.Get(w.ctx, SignatureID(p.ID, who))
		w.must(err)
		if string(sig.Sealed) != "654321BA" || sig.SealedAs != bound || sig.Tail != "56" {
			t.Errorf("under %s the record is %q, bound to %s", who, sig.Sealed, sig.SealedAs)
		}
	}
	left, err := w.signatures.Get(w.ctx, SignatureID(p.ID, "karim"))
	w.must(err)
	if left.Sealed != nil || left.Paper != nil {
		t.Errorf("karim keeps the number of leila: %+v", left)
	}
	w.wantTally(p.ID, 2, 2)
}

func TestWhatIsTypedWrongIsSaidLineByLine(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	x := w.sheet(p)
	bad := []LineInput{{N: 1, Number: "AB111111"}, {N: 2, Name: "A"}, {N: 3, Name: "B", Number: "1"}, line(4, "AB444444"), line(5, "AB444444"), line(6, "AB666666")}
	bad[5].Born = "85"
	_, err := w.EnterSheet(w.ctx, clerk, x.ID, bad, true)
	var wrong LineErrors
	if !errors.As(err, &wrong) || !fault.Is(err, fault.Invalid) {
		t.Fatalf("wrong lines: %v", err)
	}
	var fields []string
	for _, e := range wrong {
		fields = append(fields, e.Field)
	}
	if want := []string{"name1", "number2", "number3", "number5", "born6"}; !slices.Equal(fields, want) {
		t.Errorf("said of %v, want %v", fields, want)
	}
	_, err = w.EnterSheet(w.ctx, clerk, x.ID, nil, true)
	wantFault(t, err, fault.Invalid)
	// Saved in two goes; a number that was entered stays when the field is empty.
	_, err = w.EnterSheet(w.ctx, clerk, x.ID, []LineInput{line(1, "AB111111")}, false)
	w.must(err)
	kept := line(1, "")
	kept.Name = "Corrected"
	x, err = w.EnterSheet(w.ctx, clerk, x.ID, []LineInput{kept, line(2, "AB222222")}, true)
	w.must(err)
	if x.Lines[0].Shadow != shadowOf("AB111111") || x.Lines[0].Name != "Corrected" || len(x.Lines) != 2 {
		t.Errorf("the lines are %+v", x.Lines)
	}
	_, err = w.ReopenSheet(w.ctx, second, x.ID, "Line 2 reads otherwise.")
	w.must(err)
	x, err = w.EnterSheet(w.ctx, clerk, x.ID, []LineInput{kept, line(2, "AB333333")}, true)
	w.must(err)
	_, err = w.ConfirmSheet(w.ctx, second, x.ID, []LineDecision{{N: 1, Accept: true}})
	wantFault(t, err, fault.Invalid)
	_, err = w.ConfirmSheet(w.ctx, second, x.ID, []LineDecision{{N: 1, Accept: true, Fix: LineInput{Number: "AB777777"}}, {N: 2, Reason: "nonsense"}})
	wantFault(t, err, fault.Invalid)
	x, err = w.ConfirmSheet(w.ctx, second, x.ID, []LineDecision{{N: 1, Accept: true, Fix: LineInput{Number: "AB777777"}}, {N: 2, Reason: "unreadable"}})
	w.must(err)
	if !x.Lines[0].Corrected || x.Lines[0].Outcome != LineCounted {
		t.Errorf("the corrected line is %+v", x.Lines[0])
	}
	if _, err := w.signatures.Get(w.ctx, SignatureID(p.ID, shadowOf("AB777777"))); err != nil {
		t.Errorf("the corrected number did not sign: %v", err)
	}
	w.wantPaper(p.ID, 1, 0)
}

// TestOnePersonOneSignatureInEveryOrder lets one person, whose number is known
// or becomes so, sign online and on paper in every order.
func TestOnePersonOneSignatureInEveryOrder(t *testing.T) {
	steps := map[string]func(w *world, p Petition){
		"online": func(w *world, p Petition) { w.sign(p, "karim") },
		"sheet":  func(w *world, p Petition) { w.onPaper(p, "AB123456") },
		"gives":  func(w *world, p Petition) { w.give("AB123456", "karim", false) },
		"proves": func(w *world, p Petition) { w.give("AB123456", "karim", true) },
	}
	names := []string{"online", "sheet", "gives", "proves"}
	var each func(done, left []string)
	each = func(done, left []string) {
		if len(left) == 0 {
			t.Run(strings.Join(done, " "), func(t *testing.T) {
				w := newWorld(t)
				w.law.need = 100
				p := w.opened("town")
				for _, name := range done {
					steps[name](w, p)
				}
				w.onPaper(p, "AB123456", "CD999999")
				w.wantTally(p.ID, 2, 2) // karim, and CD999999
				sig, err := w.signatures.Get(w.ctx, SignatureID(p.ID, "karim"))
				w.must(err)
				if sig.State != SignatureActive || sig.Paper == nil || sig.Channel != Online {
					t.Errorf("karim's signature is %+v", sig)
				}
				w.wantPaper(p.ID, 1, 0)
			})
			return
		}
		for i, name := range left {
			if name == "proves" && slices.Contains(left, "gives") {
				continue
			}
			each(append(slices.Clone(done), name), slices.Delete(slices.Clone(left), i, i+1))
		}
	}
	each(nil, names)
}

func TestADuplicateIsShownToTheDesk(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.give("AB123456", "karim", false)
	w.sign(p, "karim")
	w.onPaper(p, "CD111111")
	x := w.enter(p, "AB123456", "CD111111", "EF222222")
	for i, want := range []LineOutcome{LineOnline, LineTwice, ""} {
		b, ok, err := w.BeforeLine(w.ctx, x, x.Lines[i])
		w.must(err)
		if ok != (want != "") || b.Outcome != want || want == LineTwice && (b.Sheet != 1 || b.Line != 1) {
			t.Errorf("of line %d it is known: %+v, want %q", i+1, b, want)
		}
	}
	x = w.confirm(x)
	if got := outcomes(x); !slices.Equal(got, []LineOutcome{LineOnline, LineTwice, LineCounted}) {
		t.Errorf("the lines came to %v", got)
	}
	w.wantTally(p.ID, 3, 3)
}

func TestADeclaredNumberNeitherTellsNorTakesBackWhatANeighbourSigned(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.onPaper(p, "AB123456")
	w.give("AB123456", "karim", false)
	if _, signed, err := w.SignatureOf(w.ctx, karim, p.ID); err != nil || signed {
		t.Errorf("karim is told what the neighbour signed (%v)", err)
	}
	if mine, err := w.SignedBy(w.ctx, karim, "", 10); err != nil || len(mine.Items) != 0 {
		t.Errorf("karim's list has %d petitions (%v)", len(mine.Items), err)
	}
	out, err := w.Sign(w.ctx, karim, p.ID, SignInput{Consent: "1", Comment: "Mine"})
	w.must(err)
	if out.Already {
		t.Error("signing online tells that the number signed on paper")
	}
	w.wantTally(p.ID, 1, 1)
	w.must(w.Unsign(w.ctx, karim, p.ID))
	w.must(w.Unsign(w.ctx, karim, p.ID))
	w.wantTally(p.ID, 1, 1)
	w.wantPaper(p.ID, 1, 0)
	// The neighbour shows the card: the paper follows the number.
	w.sign(p, "karim")
	w.give("AB123456", "leila", true)
	w.wantTally(p.ID, 2, 2)
	sig, signed, err := w.SignatureOf(w.ctx, leila, p.ID)
	if err != nil || !signed || sig.Name != "Signer AB123456" || sig.Comment != "" {
		t.Errorf("leila's signature is %+v (%v)", sig, err)
	}
	w.must(w.Unsign(w.ctx, leila, p.ID))
	w.wantTally(p.ID, 1, 1)
	if x := w.onPaper(p, "AB123456"); x.Lines[0].Outcome != LineTakenBack {
		t.Errorf("a signature that was taken back comes to %q", x.Lines[0].Outcome)
	}
	w.wantTally(p.ID, 1, 1)
	w.wantPaper(p.ID, 0, 0)
}

func TestANumberThatMovesWhileItsLineIsCountedIsFollowed(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	x := w.enter(p, "AB123456")
	moved := 0
	w.paper.asked = func() { // between being asked and the signature, the number changes hands
		if moved++; moved == 1 {
			w.sign(p, "karim")
			w.give("AB123456", "karim", true)
		}
	}
	x = w.confirm(x)
	w.wantTally(p.ID, 1, 1)
	w.wantPaper(p.ID, 0, 0)
	if x.Lines[0].Outcome == LinePending {
		t.Error("the line has no outcome")
	}
}

func TestManyHandsConfirmingOneSheetCountItOnce(t *testing.T) {
	w := newWorld(t)
	w.law.need = 1000
	p := w.opened("town")
	numbers := many("AB1000", SheetLines)
	x, y := w.enter(p, numbers...), w.enter(p, numbers...)
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			which := []Sheet{x, y}[i%2]
			_, err := w.ConfirmSheet(w.ctx, second, which.ID, accept(which))
			if err != nil && !fault.Is(err, fault.Conflict) {
				t.Error(err)
			}
			_, _ = w.CountSheet(w.ctx, which.ID)
		})
		wait.Go(func() { w.sign(p, fmt.Sprint("person", i)) })
	}
	wait.Wait()
	w.must(w.sweepSheets(w.ctx))
	w.wantTally(p.ID, SheetLines+8, SheetLines+8)
	w.wantPaper(p.ID, SheetLines, 0)
}

func TestWhatIsLateOrVoidDoesNotCount(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	made, err := w.PrintSheets(w.ctx, salma, p.ID, 2, "ar", "1")
	w.must(err)
	_, err = w.CancelSheet(w.ctx, salma, made[0].ID, "")
	wantFault(t, err, fault.Invalid)
	_, err = w.CancelSheet(w.ctx, salma, made[0].ID, "Lost in the rain.")
	w.must(err)
	_, err = w.ReturnSheet(w.ctx, clerk, made[0].ID)
	wantFault(t, err, fault.Conflict)
	late := w.enter(p, "AB123456")
	w.clock.Set(w.now(p.ID).ClosesAt.Add(time.Minute))
	_, err = w.ReturnSheet(w.ctx, clerk, made[1].ID)
	wantFault(t, err, fault.Conflict)
	// It was at the desk in time: it counts although it is confirmed later, as
	// long as the petition is still open.
	w.confirm(late)
	w.wantTally(p.ID, 1, 1)
	w.must(w.tick(w.ctx))
	w.wantState(p.ID, Expired)
	_, err = w.PrintSheets(w.ctx, salma, p.ID, 1, "fr", "1")
	wantFault(t, err, fault.Conflict)
}

func TestForgettingWhoSignedForgetsThePaperToo(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.onPaper(p, "AB123456")
	waiting := w.enter(p, "CD123456")
	w.clock.Set(w.now(p.ID).ClosesAt.Add(time.Minute))
	w.must(w.tick(w.ctx))
	w.clock.Advance(400 * 24 * time.Hour)
	w.must(w.sweepRetention(w.ctx))
	w.jobs()
	x, err := w.sheets.Get(w.ctx, waiting.ID)
	w.must(err)
	if x.State != SheetVoid || x.holding() != 0 {
		t.Errorf("the unfinished sheet is %s and holds %d lines", x.State, x.holding())
	}
	sig, err := w.signatures.Get(w.ctx, SignatureID(p.ID, shadowOf("AB123456")))
	w.must(err)
	if sig.Paper != nil || sig.Name != "" || sig.Person != "" || !sig.Counted {
		t.Errorf("what is left of the signature: %+v", sig)
	}
	w.wantTally(p.ID, 1, 1)
	w.wantPaper(p.ID, 1, 0)
}

func TestADeletedAccountIsNotCountedAgainOnPaper(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.give("AB123456", "karim", false)
	w.sign(p, "karim")
	w.must(w.Erase(w.ctx, "karim"))
	w.folk.gone["karim"] = true
	if x := w.onPaper(p, "AB123456"); x.Lines[0].Outcome != LineOnline {
		t.Errorf("the line came to %q", x.Lines[0].Outcome)
	}
	w.wantTally(p.ID, 1, 1)
	w.wantSound()
}

func TestCheckCountsWhatACrashLeftUncounted(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	x := w.enter(p, "AB123456", "CD123456")
	_, err := w.onSheet(w.ctx, second, x.ID, SheetConfirm, "", func(_ Petition, x *Sheet) error {
		for i := range x.Lines {
			x.Lines[i].State = LineAccepted
		}
		x.ConfirmedAt = w.clock.Now()
		return nil
	})
	w.must(err)
	found, err := w.Check(w.ctx, true)
	w.must(err)
	if len(found) != 1 || !found[0].Repaired || found[0].Subject != "sheet:"+x.ID {
		t.Errorf("found %v", found)
	}
	w.wantTally(p.ID, 2, 2)
	w.wantPaper(p.ID, 2, 0)
}
