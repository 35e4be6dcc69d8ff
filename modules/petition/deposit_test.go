package petition

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/seal"
)

// testVault keeps files in memory.
type testVault struct {
	mu    sync.Mutex
	files map[string][]byte
	made  int
}

func (v *testVault) Keep(_ context.Context, _, _ string, pdf io.Reader) (KeptFile, error) {
	data, err := io.ReadAll(pdf)
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.files == nil {
		v.files = map[string][]byte{}
	}
	v.made++
	id, sum := fmt.Sprintf("file%d", v.made), sha256.Sum256(data)
	v.files[id] = data
	return KeptFile{ID: id, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(data))}, err
}

func (v *testVault) Read(_ context.Context, id string) (io.ReadCloser, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	data, ok := v.files[id]
	if !ok {
		return nil, fault.New(fault.NotFound, "")
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

// pairSealer seals to one pair, for the region alone.
type pairSealer struct{ pair seal.Private }

func (s pairSealer) Seals(_ context.Context, authority string) (bool, error) {
	return authority == "region", nil
}

func (s pairSealer) Seal(_ context.Context, _, petitionID, signature, number string) ([]byte, error) {
	return s.pair.Public().Seal(number, petitionID, signature)
}

// ownNumbers knows the number of everybody: their id in capitals.
type ownNumbers struct{}

func (ownNumbers) HasNumber(_ context.Context, personID string) (bool, error) {
	return personID != "nameless", nil
}

func (ownNumbers) ConfirmNumber(_ context.Context, personID, typed string) (string, error) {
	if typed != strings.ToUpper(personID) {
		return "", fault.New(fault.Invalid, "This is not the number of the identity card in your profile.")
	}
	return typed, nil
}

// testDeliveries says what it was told of every mail.
type testDeliveries struct {
	mu    sync.Mutex
	state string
}

func (d *testDeliveries) Delivery(_ context.Context, key string) (Delivery, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.state == "" {
		return Delivery{}, fault.New(fault.NotFound, "")
	}
	return Delivery{State: d.state, At: start, MessageID: "id-of-" + key}, nil
}

// sealedWorld is a world whose region seals numbers and keeps files.
func sealedWorld(t testing.TB) (*world, seal.Private) {
	t.Helper()
	w := newWorld(t)
	pair, err := seal.Generate(ident.NewFake(11))
	w.must(err)
	w.Sealer, w.OwnNumbers = pairSealer{pair}, ownNumbers{}
	return w, pair
}

// signSealed lets people sign with their number.
func (w *world) signSealed(p Petition, people ...string) {
	w.t.Helper()
	for _, id := range people {
		_, err := w.Sign(w.ctx, citizen(id), p.ID, SignInput{Consent: "1", Number: strings.ToUpper(id)})
		w.must(err)
	}
}

// ready brings a petition of the region to its threshold.
func (w *world) ready() Petition {
	w.t.Helper()
	p := w.opened("region")
	w.signSealed(p, "ann", "bob", "south1", "south2")
	w.wantState(p.ID, Ready)
	return w.now(p.ID)
}

func TestANumberIsSealedAndForgotten(t *testing.T) {
	w, pair := sealedWorld(t)
	p := w.opened("region")
	_, err := w.Sign(w.ctx, citizen("ann"), p.ID, SignInput{Consent: "1", Number: "BOB"})
	wantFault(t, err, fault.Invalid)
	w.signSealed(p, "ann")
	sig, err := w.signatures.Get(w.ctx, SignatureID(p.ID, "ann"))
	w.must(err)
	if bytes.Contains(sig.Sealed, []byte("ANN")) || sig.Tail != "NN" || sig.SealedAs != sig.ID {
		t.Errorf("kept %+v", sig)
	}
	if got := openNumber(pair, p.ID, sig); got != "ANN" {
		t.Errorf("opened %q", got)
	}
	other, err := seal.Generate(ident.NewFake(12))
	w.must(err)
	moved := sig
	moved.ID = "another"
	for name, c := range map[string]struct {
		key      seal.Private
		petition string
		sig      Signature
		want     string
	}{"another key": {other, p.ID, sig, "!"}, "another petition": {pair, "p2", sig, "!"}, "joined": {pair, p.ID, moved, "ANN *"}, "none": {pair, p.ID, Signature{}, ""}} {
		if got := openNumber(c.key, c.petition, c.sig); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
	w.must(w.Unsign(w.ctx, citizen("ann"), p.ID))
	if sig, _ = w.signatures.Get(w.ctx, sig.ID); len(sig.Sealed) > 0 || sig.Tail != "" {
		t.Error("a signature that was withdrawn keeps its number")
	}
	town := w.opened("town") // whose law asks for no numbers
	w.signSealed(town, "ann")
	if sig, _ = w.signatures.Get(w.ctx, SignatureID(town.ID, "ann")); len(sig.Sealed) > 0 {
		t.Error("a number was kept where no law asks for it")
	}
}

func TestANumberCanBeGivenLater(t *testing.T) {
	w, _ := sealedWorld(t)
	p := w.opened("region")
	w.sign(p, "ann", "nameless")
	wantFault(t, w.GiveNumber(w.ctx, citizen("bob"), p.ID, "BOB"), fault.Conflict)
	wantFault(t, w.GiveNumber(w.ctx, citizen("ann"), p.ID, "BOB"), fault.Invalid)
	wantFault(t, w.GiveNumber(w.ctx, citizen("ann"), p.ID, ""), fault.Invalid)
	wantFault(t, w.GiveNumber(w.ctx, citizen("nameless"), p.ID, "NAMELESS"), fault.Conflict)
	wantFault(t, w.GiveNumber(w.ctx, nobody, p.ID, "ANN"), fault.SignIn)
	w.must(w.GiveNumber(w.ctx, citizen("ann"), p.ID, "ANN"))
	if sig, _ := w.signatures.Get(w.ctx, SignatureID(p.ID, "ann")); len(sig.Sealed) == 0 {
		t.Error("the number was not sealed")
	}
}

func TestTheFileIsMadeForThoseWhoHandleIt(t *testing.T) {
	w, pair := sealedWorld(t)
	vault := &testVault{}
	w.Vault = vault
	p := w.ready()
	for who, kind := range map[string]fault.Kind{"karim": fault.Forbidden, "councillor": fault.Forbidden} {
		a := citizen(who)
		if who == "councillor" {
			a = councillor
		}
		_, err := w.MakeFile(w.ctx, a, p.ID, "fr")
		wantFault(t, err, kind)
	}
	_, err := w.MakeFile(w.ctx, salma, p.ID, "ar")
	wantFault(t, err, fault.Invalid) // it is not written in Arabic
	f, err := w.MakeFile(w.ctx, salma, p.ID, "fr")
	w.must(err)
	if f.State != FileReady || len(f.Volumes) != 1 || f.Done != 4 || len(f.Volumes[0].Digest) != 64 {
		t.Fatalf("the file is %+v", f)
	}
	_, body, err := w.ReadVolume(w.ctx, officer, p, 1, 1)
	w.must(err)
	data, err := io.ReadAll(body)
	w.must(err)
	said := words(t, string(data))
	for _, want := range []string{goodText.Object, goodText.Aims, "Salma B.", "Karim C.", "Name of ann", "••••••NN", "Test code", "2026-11-22", "Page 1 sur", grouped(f.Volumes[0].Digest)[:17]} {
		if !strings.Contains(said, want) {
			t.Errorf("the file lacks %q: %s", want, said)
		}
	}
	if strings.Contains(said, "ANN") {
		t.Error("the file says a whole number")
	}
	for _, who := range []string{"karim", "councillor", "stranger"} {
		if _, _, err := w.ReadVolume(w.ctx, citizen(who), p, 1, 1); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s reads the file: %v", who, err)
		}
	}
	w.wantOpened(p, f, pair)
}

// wantOpened opens a file's numbers as those may who are entitled, and checks
// that nobody else can and nothing is kept.
func (w *world) wantOpened(p Petition, f DepositFile, pair seal.Private) {
	w.t.Helper()
	var out bytes.Buffer
	wantFault(w.t, w.OpenVolume(w.ctx, salma, p.ID, 1, 1, pair, &out), fault.Forbidden)
	wantFault(w.t, w.OpenVolume(w.ctx, officer, p.ID, 1, 2, pair, &out), fault.NotFound)
	if out.Len() > 0 {
		w.t.Error("something was written for who may not")
	}
	w.must(w.OpenVolume(w.ctx, officer, p.ID, 1, 1, pair, &out))
	said := words(w.t.(*testing.T), out.String())
	for _, want := range []string{"ANN", "BOB", "SOUTH1", grouped(f.Volumes[0].Digest)[:17]} {
		if !strings.Contains(said, want) {
			w.t.Errorf("the opened copy lacks %q: %s", want, said)
		}
	}
	last := w.now(p.ID).History
	if e := last[len(last)-1]; e.Act != "petition.open_numbers" || e.ActorID != "officer" || e.Public {
		w.t.Errorf("the history ends with %+v", e)
	}
	w.must(w.Erase(w.ctx, "ann")) // the list is no longer what was deposited
	wantFault(w.t, w.OpenVolume(w.ctx, officer, p.ID, 1, 1, pair, &out), fault.Conflict)
}

func TestALongFileIsMadeInVolumesAndGoesOnAfterACrash(t *testing.T) {
	w, _ := sealedWorld(t)
	w.Vault = &testVault{}
	p := w.ready()
	f := DepositFile{Petition: p.ID, Number: 1, State: FileMaking, Lang: "fr", Valid: 2*VolumeRows + 1, AskedAt: start}
	f.ID = fileID(p.ID, 1)
	if f.VolumeCount() != 3 {
		t.Errorf("%d volumes", f.VolumeCount())
	}
	w.must(w.files.Insert(w.ctx, f))
	for range 2 { // twice: a volume that is there is not made again
		w.must(w.makeVolume(w.ctx, fileJob{Petition: p.ID, Number: 1, Volume: 1}))
	}
	got, err := w.FileOf(w.ctx, p, 1)
	w.must(err)
	if got.State != FileReady || len(got.Volumes) != 1 || got.Done != 4 {
		t.Errorf("the file is %+v", got)
	}
	var all sync.WaitGroup
	other := f
	other.ID, other.Number = fileID(p.ID, 2), 2
	w.must(w.files.Insert(w.ctx, other))
	for range 3 { // at once: one is kept
		all.Go(func() {
			if err := w.makeVolume(w.ctx, fileJob{Petition: p.ID, Number: 2, Volume: 1}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got, _ = w.FileOf(w.ctx, p, 2); len(got.Volumes) != 1 || got.Done != 4 {
		t.Errorf("the file is %+v", got)
	}
}

func TestFilesAreForgottenWithTheSignatories(t *testing.T) {
	w, _ := sealedWorld(t)
	vault := &testVault{}
	w.Vault = vault
	p := w.ready()
	_, err := w.MakeFile(w.ctx, salma, p.ID, "fr")
	w.must(err)
	_, err = w.Withdraw(w.ctx, salma, p.ID, "")
	w.must(err)
	w.clock.Advance(13 * 31 * 24 * time.Hour)
	w.must(w.sweepRetention(w.ctx))
	w.jobs()
	f, err := w.FileOf(w.ctx, p, 1)
	w.must(err)
	if f.State != FileForgotten || f.Volumes[0].Digest == "" {
		t.Errorf("the file is %+v", f)
	}
	_, _, err = w.ReadVolume(w.ctx, officer, p, 1, 1)
	wantFault(t, err, fault.NotFound)
}

func TestTheDeadlineIsCountedInMonthsOfTheCalendar(t *testing.T) {
	for _, c := range []struct{ on, due string }{
		{"2026-12-31", "2027-02-28"}, {"2027-12-31", "2028-02-29"}, {"2027-06-30", "2027-08-30"}, {"2027-07-31", "2027-09-30"}, {"2027-02-07", "2027-04-07"},
	} {
		w := newWorld(t)
		p := w.opened("town")
		w.sign(p, many("person", 4)...)
		on, err := time.ParseInLocation(time.DateOnly, c.on, clock.Zone("MA"))
		w.must(err)
		w.clock.Set(on.Add(15 * time.Hour))
		p, err = w.Advance(w.ctx, salma, p.ID, ActDeposit, LegalStep{Receipt: "1", On: on})
		w.must(err)
		if got := p.AnswerDueAt.In(clock.Zone("MA")).Format("2006-01-02 15:04:05"); got != c.due+" 23:59:59" {
			t.Errorf("deposited on %s, due %s, want %s", c.on, got, c.due)
		}
	}
}

func TestAReceiptIsOfADayThatCanBe(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.clock.Advance(48 * time.Hour)
	w.sign(p, many("person", 4)...)
	for name, on := range map[string]time.Time{"tomorrow": w.clock.Now().Add(24 * time.Hour), "before": w.clock.Now().Add(-24 * time.Hour)} {
		_, err := w.Advance(w.ctx, salma, p.ID, ActDeposit, LegalStep{Receipt: "1", On: on})
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	p, err := w.Advance(w.ctx, salma, p.ID, ActDeposit, LegalStep{Receipt: "1"})
	w.must(err)
	w.jobs()
	if keys := w.post.keys(); !contains(keys, "petition.staff_deposited:"+p.ID+":president") {
		t.Errorf("the president was not told: %v", keys)
	}
	_, err = w.CorrectDeposit(w.ctx, salma, p.ID, LegalStep{Receipt: "2", Reasons: "x"})
	wantFault(t, err, fault.Forbidden)
	_, err = w.CorrectDeposit(w.ctx, officer, p.ID, LegalStep{Receipt: "2"})
	wantFault(t, err, fault.Invalid)
	after, err := w.CorrectDeposit(w.ctx, officer, p.ID, LegalStep{Receipt: "2", Reasons: "Faute de frappe"})
	w.must(err)
	if after.Legal.Receipt != "2" || !after.AnswerDueAt.Equal(p.AnswerDueAt) {
		t.Errorf("%+v", after.Legal)
	}
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}
