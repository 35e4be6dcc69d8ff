package fault

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func TestKindAndMessageTravelThroughActs(t *testing.T) {
	shown := New(Conflict, "Somebody was faster than {name}.", "name", "you")
	err := Wrap("petition.Sign", Wrap("store.Insert", shown.Because("sqlite", io.ErrUnexpectedEOF)))
	if !Is(err, Conflict) || KindOf(err) != Conflict {
		t.Errorf("the kind was lost: %v", err)
	}
	message, args := Shown(err)
	if message != shown.Message || len(args) != 2 {
		t.Errorf("the message was lost: %q %v", message, args)
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("the cause was lost")
	}
	for _, part := range []string{"petition.Sign", "store.Insert", "sqlite", "unexpected EOF", "conflict"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the log does not say %q: %v", part, err)
		}
	}
}

func TestForeignErrorsShowNothing(t *testing.T) {
	err := Wrap("op", errors.New("password=secret"))
	if KindOf(err) != Internal {
		t.Errorf("kind %v", KindOf(err))
	}
	if message, _ := Shown(err); message != "" {
		t.Errorf("%q would be shown", message)
	}
	if Wrap("op", nil) != nil || Is(nil, Internal) {
		t.Error("no error became one")
	}
}

func TestEveryKindHasItsName(t *testing.T) {
	seen := map[string]bool{}
	for k := Internal; k <= Method; k++ {
		if seen[k.String()] {
			t.Errorf("%d has the name of another kind", k)
		}
		seen[k.String()] = true
	}
	if Kind(200).String() != "internal" {
		t.Error("an unknown kind must read as our own mistake")
	}
}
