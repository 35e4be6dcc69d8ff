package petition

import "testing"

// TestWhoComesBackAfterDeletingTheAccountIsCountedOnce covers the three orders:
// not signed again, signed again before it is known who they are, and cut off
// in between.
func TestWhoComesBackAfterDeletingTheAccountIsCountedOnce(t *testing.T) {
	w := newWorld(t)
	untouched, again, cut, over := w.opened("town"), w.opened("town"), w.opened("town"), w.opened("town")
	for _, p := range []Petition{untouched, again, cut, over} {
		w.sign(p, "karim2", "someone")
	}
	w.must(w.Erase(w.ctx, "karim2"))
	w.sign(again, "karim")
	w.wantTally(again.ID, 3, 3) // nobody can know yet
	_, err := w.alterSignature(w.ctx, cut, SignatureID(cut.ID, "karim2"), func(s *Signature) error {
		s.State = SignatureMoved
		return nil
	})
	w.must(err)
	if _, err := w.Withdraw(w.ctx, salma, over.ID, "enough"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		w.must(w.OnJoined(w.ctx, "karim", "karim2"))
		for _, p := range []Petition{untouched, again, cut, over} {
			w.wantTally(p.ID, 2, 2)
		}
	}
	if sig, ok, err := w.SignatureOf(w.ctx, karim, untouched.ID); err != nil || !ok || sig.Name == "" || sig.Person != "karim" {
		t.Errorf("what was given back: %+v %t %v", sig, ok, err)
	}
	if found, err := w.Check(w.ctx, false); err != nil || len(found) != 0 {
		t.Errorf("check finds %v, %v", found, err)
	}
}

func TestADeletedNumberIsKeptWhileItsSignaturesCouldBeGivenTwice(t *testing.T) {
	w := newWorld(t)
	if until, err := w.RetainUntil(w.ctx, "karim"); err != nil || !until.IsZero() {
		t.Errorf("nothing signed: %v %v", until, err)
	}
	p := w.opened("town")
	w.sign(p, "karim")
	last, err := w.LastClosing(w.ctx, p)
	w.must(err)
	if until, err := w.RetainUntil(w.ctx, "karim"); err != nil || !until.Equal(last) || until.Before(p.ClosesAt) {
		t.Errorf("kept until %v, not until the last possible closing %v: %v", until, last, err)
	}
	if _, err := w.Withdraw(w.ctx, salma, p.ID, "enough"); err != nil {
		t.Fatal(err)
	}
	if until, err := w.RetainUntil(w.ctx, "karim"); err != nil || !until.IsZero() {
		t.Errorf("the petition is over: %v %v", until, err)
	}
}
