package account

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// mover remembers which numbers went from whom to whom.
type mover struct {
	mu    sync.Mutex
	moved []string
}

func (m *mover) OnNumberMoved(_ context.Context, to, from, shadow string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.moved = append(m.moved, from+">"+to+" "+shadow)
	return nil
}

func TestANumberOnPaperHasOneShadowThatNothingTakesAway(t *testing.T) {
	w := still(t)
	ctx, until := t.Context(), w.clock.Now().AddDate(1, 0, 0)
	heard := &mover{}
	w.Listen(heard)
	shadow := must[Shadow](t)(w.Shadow(ctx, "TN", "01 234 567", until))
	again := must[Shadow](t)(w.Shadow(ctx, "TN", "01-234567", until))
	if shadow.ID == "" || again != shadow || shadow.Last2 != "67" {
		t.Fatalf("the shadow is %+v, then %+v", shadow, again)
	}
	behind := func(want string, proven bool) {
		t.Helper()
		who, sure, err := w.Behind(ctx, shadow.ID)
		if err != nil || who != want || sure != proven {
			t.Errorf("behind the shadow is %q, proven %v (%v); want %q, %v", who, sure, err, want, proven)
		}
	}
	behind(shadow.ID, false)

	amal, leila := w.person("amal"), w.person("leila")
	w.complete(amal)
	if err := w.DeclareNumber(ctx, amal, "TN", "01234567"); err != nil {
		t.Fatal(err)
	}
	behind(amal.PersonID, false)
	if !slices.ContainsFunc(w.heard.joined, func(j [2]string) bool { return j == [2]string{amal.PersonID, shadow.ID} }) {
		t.Errorf("who keeps signatures was not told that the shadow is amal: %v", w.heard.joined)
	}
	must[Person](t)(w.check(leila, "01234567"))
	behind(leila.PersonID, true)
	if err := w.DeclareNumber(ctx, amal, "TN", "07654321"); err != nil {
		t.Fatal(err)
	}
	if want := []string{amal.PersonID + ">" + leila.PersonID + " " + shadow.ID}; !slices.Equal(heard.moved, want) {
		t.Errorf("moved %v, want %v", heard.moved, want)
	}

	// A number that is let go goes back to its shadow, and is not forgotten.
	other := must[Shadow](t)(w.Shadow(ctx, "TN", "07654321", until))
	if err := w.DeclareNumber(ctx, amal, "TN", "05111222"); err != nil {
		t.Fatal(err)
	}
	if who, _, err := w.Behind(ctx, other.ID); err != nil || who != other.ID {
		t.Errorf("behind a number that was let go is %q (%v)", who, err)
	}
	if found, err := w.Check(ctx, false); err != nil || len(found) > 0 {
		t.Errorf("check finds %v (%v)", found, err)
	}
}

func TestAShadowIsForgottenWhenPapersNoLongerNeedIt(t *testing.T) {
	w := still(t)
	ctx := t.Context()
	shadow := must[Shadow](t)(w.Shadow(ctx, "TN", "01234567", w.clock.Now().Add(time.Hour)))
	must[Shadow](t)(w.Shadow(ctx, "TN", "01234567", w.clock.Now().Add(3*time.Hour))) // another paper needs it longer
	w.clock.Advance(2 * time.Hour)
	if err := w.FinishInterrupted(ctx); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Behind(ctx, shadow.ID); err != nil {
		t.Errorf("forgotten too early: %v", err)
	}
	w.clock.Advance(2 * time.Hour)
	if err := w.FinishInterrupted(ctx); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Behind(ctx, shadow.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("still there: %v", err)
	}
}

func TestADeletedAccountLeavesItsShadow(t *testing.T) {
	w := still(t)
	ctx := t.Context()
	amal := w.person("amal")
	w.complete(amal)
	if err := w.DeclareNumber(ctx, amal, "MA", "AB123456"); err != nil {
		t.Fatal(err)
	}
	shadow := must[Shadow](t)(w.Shadow(ctx, "MA", "AB123456", w.clock.Now().AddDate(1, 0, 0)))
	if err := w.Delete(ctx, amal, amal.PersonID); err != nil {
		t.Fatal(err)
	}
	if who, proven, err := w.Behind(ctx, shadow.ID); err != nil || who != amal.PersonID || proven {
		t.Errorf("behind the shadow is %q, proven %v (%v)", who, proven, err)
	}
	if again := must[Shadow](t)(w.Shadow(ctx, "MA", "AB123456", w.clock.Now())); again != shadow {
		t.Errorf("another shadow: %+v", again)
	}
}

func TestManyPapersWithOneNumberAtOnceHaveOneShadow(t *testing.T) {
	w := still(t)
	var wait sync.WaitGroup
	var mu sync.Mutex
	seen := map[string]bool{}
	for range 12 {
		wait.Go(func() {
			s, err := w.Shadow(t.Context(), "MA", "AB123456", w.clock.Now().AddDate(1, 0, 0))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			seen[s.ID] = true
		})
	}
	wait.Wait()
	if len(seen) != 1 {
		t.Errorf("%d shadows", len(seen))
	}
	page, err := w.all.identities.Find(t.Context(), store.Query{Limit: 10})
	if err != nil || len(page.Items) != 1 {
		t.Errorf("%d entries are kept (%v)", len(page.Items), err)
	}
}
