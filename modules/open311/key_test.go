package open311

import (
	"fmt"
	"strings"
	"testing"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

var storeAll = store.Query{Limit: 100}

// sound fails when check finds anything.
func (w *world) sound() {
	w.t.Helper()
	found, err := w.Check(w.ctx, false)
	w.must(err)
	for _, f := range found {
		w.t.Errorf("check: %s", f)
	}
}

// TestWhoMayDoWhatWithAKey decides every state, act and role.
func TestWhoMayDoWhatWithAKey(t *testing.T) {
	table := map[Act]string{ActCreateKey: ":keeper>active", ActRevokeKey: "active:keeper>revoked"}
	for act, want := range table {
		var got []string
		for _, state := range append([]State{""}, KeyStates...) {
			for _, as := range []Role{AsKeeper, AsSystem} {
				if to, err := next(keyMoves, state, act, as); err == nil {
					got = append(got, fmt.Sprintf("%s:%s>%s", state, as, to))
				}
			}
		}
		if found := strings.Join(got, " "); found != want {
			t.Errorf("%s: %q, want %q", act, found, want)
		}
	}
	w := newWorld(t)
	w.key("k1")
	for name, who := range map[string]auth.Actor{"stranger": stranger, "president": president, "nobody": {}} {
		if _, _, err := w.CreateKey(w.ctx, who, town, "x", KeyInput{"a", "b"}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s makes one: %v", name, err)
		}
		if _, err := w.RevokeKey(w.ctx, who, "k1"); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s revokes one: %v", name, err)
		}
		if _, err := w.Key(w.ctx, who, "k1"); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s reads one: %v", name, err)
		}
		if _, err := w.Keys(w.ctx, who, town); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s lists them: %v", name, err)
		}
	}
}

func TestAKeyIsShownOnceAndKeptAsItsHash(t *testing.T) {
	w := newWorld(t)
	shown := w.key("k1")
	if _, again, err := w.CreateKey(w.ctx, officer, town, "k1", KeyInput{"An app", "Salma"}); err != nil || again != "" {
		t.Errorf("a second click shows %q, %v", again, err)
	}
	raw, err := w.DB.Get(w.ctx, "open311_keys", "k1")
	w.must(err)
	if strings.Contains(raw.String(), shown[len(shown)-20:]) {
		t.Error("the store holds the key")
	}
	if !strings.HasPrefix(shown, "o311_k1_") || len(shown) < 50 {
		t.Errorf("the key is %q", shown)
	}
}

func TestARevokedKeyOpensNothing(t *testing.T) {
	w := newWorld(t)
	key := w.key("k1")
	if g := w.post("/open311/v2/requests.json", good(key)); g.status != 200 {
		t.Fatalf("%d %s", g.status, g.body)
	}
	_, err := w.RevokeKey(w.ctx, officer, "k1")
	w.must(err)
	w.wrong(t, 403, func(format string) got { return w.post("/open311/v2/requests."+format, good(key)) })
	if _, err := w.RevokeKey(w.ctx, officer, "k1"); !fault.Is(err, fault.Conflict) {
		t.Errorf("revoked twice: %v", err)
	}
	if k, err := w.Key(w.ctx, officer, "k1"); err != nil || len(k.History) != 2 || k.History[1].Act != "open311.key_revoke" || ActName(k.History[1].Act) == "" {
		t.Errorf("%+v %v", k.History, err)
	}
	w.sound()
}

func TestAKeyThatSendsTooOftenIsHeldBack(t *testing.T) {
	w := newWorld(t)
	key := w.key("k1")
	last := 0
	for range oftenSent.Burst + 1 {
		last = w.post("/open311/v2/requests.json", good(key)).status
	}
	if last != 429 {
		t.Errorf("the last one was answered %d", last)
	}
	w.wrong(t, 429, func(format string) got { return w.post("/open311/v2/requests."+format, good(key)) })
}

func TestAnAccountThatGoesLeavesItsKeys(t *testing.T) {
	w := newWorld(t)
	w.key("k1")
	if data, err := w.Export(w.ctx, "officer"); err != nil || data == nil {
		t.Errorf("%v %v", data, err)
	}
	w.must(w.OnJoined(w.ctx, "kept", "officer"))
	w.must(w.Erase(w.ctx, "kept"))
	if k, err := w.Key(w.ctx, officer, "k1"); err != nil || k.Owner != "" || k.State != Active {
		t.Errorf("%+v %v", k, err)
	}
}
