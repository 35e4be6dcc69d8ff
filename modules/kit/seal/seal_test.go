package seal

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store/sqlitestore"
)

func pair(t testing.TB, seed uint64) Private {
	t.Helper()
	p, err := Generate(ident.NewFake(seed))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func wantFault(t testing.TB, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("fault %v, want kind %s", err, kind)
	}
}

func TestWhatWasSealedIsOpenedByItsOwnerAlone(t *testing.T) {
	mine, other := pair(t, 1), pair(t, 2)
	for _, text := range []string{"", "01234567", "AB123456", "بطاقة 12", strings.Repeat("9", MaxText)} {
		record, err := mine.Public().Seal(text, "petition", "signature")
		if err != nil {
			t.Fatal(err)
		}
		if len(record) != 1+tagLen+32+padding+16 {
			t.Errorf("a record of %d bytes for %q: its length tells of the text", len(record), text)
		}
		if bytes.Contains(record, []byte("0123")) {
			t.Error("the text shows")
		}
		if got, err := mine.Open(record, "petition", "signature"); err != nil || got != text {
			t.Errorf("opened %q, %v", got, err)
		}
		_, err = other.Open(record, "petition", "signature")
		wantFault(t, err, fault.Invalid)
	}
	_, err := mine.Public().Seal(strings.Repeat("9", MaxText+1))
	wantFault(t, err, fault.Invalid)
}

func TestARecordCannotBeMovedOrChanged(t *testing.T) {
	mine := pair(t, 1)
	record, err := mine.Public().Seal("01234567", "p1", "s1")
	if err != nil {
		t.Fatal(err)
	}
	for _, parts := range [][]string{{"p2", "s1"}, {"p1", "s2"}, {"p1"}, {"p1s1"}, {"p1", "s1", ""}, {"s1", "p1"}, nil} {
		_, err := mine.Open(record, parts...)
		wantFault(t, err, fault.Invalid)
	}
	for i := range record {
		changed := bytes.Clone(record)
		changed[i] ^= 1
		if _, err := mine.Open(changed, "p1", "s1"); !fault.Is(err, fault.Invalid) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
		if _, err := mine.Open(record[:i], "p1", "s1"); !fault.Is(err, fault.Invalid) {
			t.Fatalf("cut at %d: %v", i, err)
		}
	}
}

func TestThePrivateFileOpensWithItsPassphraseAlone(t *testing.T) {
	mine := pair(t, 1)
	_, err := mine.Write("too short", "", ident.NewFake(3))
	wantFault(t, err, fault.Invalid)
	file, err := mine.Write("un mot de passe long", "Tanger\n: key <script>", ident.NewFake(3))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(file), "un mot") || !strings.HasPrefix(string(file), "-----BEGIN MUSHARAKA PRIVATE KEY-----") {
		t.Errorf("the file is %s", file)
	}
	back, err := Read(file, "un mot de passe long")
	if err != nil || back.Public().Fingerprint() != mine.Public().Fingerprint() {
		t.Fatal(err)
	}
	for name, bad := range map[string][]byte{
		"nothing": nil, "text": []byte("hello"), "rounds": bytes.Replace(file, []byte("600000"), []byte("999999999999"), 1),
		"cut": file[:len(file)/2], "other": bytes.Replace(file, []byte("PRIVATE"), []byte("PUBLIC"), 2),
	} {
		if _, err := Read(bad, "un mot de passe long"); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = Read(file, "un mot de passe court")
	wantFault(t, err, fault.Invalid)
}

var (
	officer = auth.Actor{PersonID: "officer", Memberships: []auth.Membership{{Kind: auth.Authority, OrgID: "town", Role: auth.Officer}}}
	foreign = auth.Actor{PersonID: "foreign", Memberships: []auth.Membership{{Kind: auth.Authority, OrgID: "village", Role: auth.President}}}
	reader  = auth.Actor{PersonID: "reader", Memberships: []auth.Membership{{Kind: auth.Authority, OrgID: "town", Role: auth.FrontDesk}}}
)

const phrase = "une phrase de passe"

func keyring(t testing.TB) *Keyring {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	log, err := audit.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	k, err := Open(t.Context(), db, log, clock.NewFake(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)), ident.NewFake(7))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestAKeyIsUsedOnceItsFileWasShown(t *testing.T) {
	k, ctx := keyring(t), context.Background()
	for _, who := range []auth.Actor{foreign, reader, {}} {
		_, _, err := k.Make(ctx, who, "town", phrase, "")
		wantFault(t, err, fault.Forbidden)
		_, err = k.Confirm(ctx, who, "town", nil, phrase)
		wantFault(t, err, fault.Forbidden)
	}
	lost, _, err := k.Make(ctx, officer, "town", phrase, "Town")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := k.Active(ctx, "town"); ok {
		t.Error("a key whose file nobody has shown is in use")
	}
	file, made, err := k.Make(ctx, officer, "town", phrase, "Town")
	if err != nil || made.Version != 2 {
		t.Fatal(made, err)
	}
	_, err = k.Confirm(ctx, officer, "town", lost, phrase)
	wantFault(t, err, fault.Invalid)
	for range 2 {
		if _, err := k.Confirm(ctx, officer, "town", file, phrase); err != nil {
			t.Fatal(err)
		}
	}
	next, _, err := k.Make(ctx, officer, "town", phrase, "Town")
	if err != nil {
		t.Fatal(err)
	}
	if active, _, _ := k.Active(ctx, "town"); active.Fingerprint() != made.Fingerprint {
		t.Error("the old key is not in use until the new one is confirmed")
	}
	if _, err := k.Confirm(ctx, officer, "town", next, phrase); err != nil {
		t.Fatal(err)
	}
	r, _ := k.Of(ctx, "town")
	var states []KeyState
	for _, key := range r.Keys {
		states = append(states, key.State)
	}
	if len(states) != 3 || states[0] != Dropped || states[1] != Retired || states[2] != Active || len(r.History) != 5 {
		t.Errorf("states %v, %d entries", states, len(r.History))
	}
	if found, err := k.Check(ctx); err != nil || len(found) > 0 {
		t.Error(found, err)
	}
}

func TestOfTwoKeysMadeAtOnceOneIsPending(t *testing.T) {
	k, ctx := keyring(t), context.Background()
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			if _, _, err := k.Make(ctx, officer, "town", phrase, ""); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if found, err := k.Check(ctx); err != nil || len(found) > 0 {
		t.Error(found, err)
	}
	if r, _ := k.Of(ctx, "town"); len(r.Keys) != 4 {
		t.Errorf("%d keys", len(r.Keys))
	}
}

// TestKeyStatesMoveByTheTable goes through every state and act.
func TestKeyStatesMoveByTheTable(t *testing.T) {
	for _, from := range []KeyState{Pending, Active, Retired, Dropped} {
		for _, how := range []string{"confirm", "supersede", "delete"} {
			key := Key{State: from}
			want := map[string]KeyState{"confirm pending": Active, "supersede pending": Dropped, "supersede active": Retired}[how+" "+string(from)]
			if moved := key.move(how, time.Unix(0, 0)); moved != (want != "") || moved && key.State != want || !moved && key.State != from {
				t.Errorf("%s of a %s key leads to %s", how, from, key.State)
			}
		}
	}
}

func BenchmarkSeal(b *testing.B) {
	public := pair(b, 1).Public()
	for b.Loop() {
		if _, err := public.Seal("AB123456", "petition", "signature"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	p := pair(b, 1)
	record, err := p.Public().Seal("AB123456", "petition", "signature")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := p.Open(record, "petition", "signature"); err != nil {
			b.Fatal(err)
		}
	}
}
