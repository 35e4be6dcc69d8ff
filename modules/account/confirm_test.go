package account

import (
	"testing"
	"time"

	"musharaka/modules/kit/fault"
)

func TestANumberIsConfirmedOnlyByItsOwner(t *testing.T) {
	w := still(t)
	salma, other := w.person("Salma"), w.person("Other")
	_, err := w.ConfirmNumber(w.ctx, salma.PersonID, "01234567")
	wantKind(t, err, fault.Invalid)
	for who, number := range map[string]string{salma.PersonID: "01234567", other.PersonID: "07654321"} {
		a := salma
		if who == other.PersonID {
			a = other
		}
		if err := w.DeclareNumber(w.ctx, a, "TN", number); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 * triesADay { // the right number is no try
		if got := must[string](t)(w.ConfirmNumber(w.ctx, salma.PersonID, "0123-4567")); got != "01234567" {
			t.Fatalf("normal form %q", got)
		}
	}
	for range triesADay {
		_, err = w.ConfirmNumber(w.ctx, salma.PersonID, "07654321")
		if !fault.Is(err, fault.Invalid) {
			break // declaring it was a try too
		}
	}
	_, err = w.ConfirmNumber(w.ctx, salma.PersonID, "07654321")
	wantKind(t, err, fault.TooMany)
	_, err = w.ConfirmNumber(w.ctx, salma.PersonID, "01234567") // or the last guess would be free
	wantKind(t, err, fault.TooMany)
	w.clock.Advance(25 * time.Hour)
	if _, err = w.ConfirmNumber(w.ctx, salma.PersonID, "01234567"); err != nil {
		t.Error(err)
	}
}
