package open311

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/outbound"
)

// backOffice is somebody else's Open311 server, as the standard describes it.
type backOffice struct {
	mu     sync.Mutex
	status int   // answered instead, when not zero
	err    error // nobody answers
	tokens bool  // answers with tokens first
	forms  []url.Values
	heads  []http.Header
	asked  []string
	all    map[string]map[string]any
}

func (b *backOffice) Post(_ context.Context, address string, h http.Header, body []byte) (outbound.Answer, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return outbound.Answer{}, b.err
	}
	if b.status != 0 {
		return outbound.Answer{Status: b.status, Body: []byte(`[{"code":1,"description":"no"}]`)}, nil
	}
	v, err := url.ParseQuery(string(body))
	if err != nil || address != "https://office.example.org/open311/v2/requests.json" || v.Get("api_key") != "their-key" {
		return outbound.Answer{Status: 403}, err
	}
	b.forms, b.heads = append(b.forms, v), append(b.heads, h)
	id := fmt.Sprint(100 + len(b.forms))
	if b.all == nil {
		b.all = map[string]map[string]any{}
	}
	b.all[id] = map[string]any{"service_request_id": id, "status": "open", "status_notes": "", "updated_datetime": "2026-11-22T09:00:00Z"}
	if b.tokens {
		return outbound.Answer{Status: 200, Body: []byte(`[{"token":"t` + id + `"}]`)}, nil
	}
	return outbound.Answer{Status: 201, Body: []byte(`[{"service_request_id":` + id + `,"service_notice":null}]`)}, nil // a number, as many write it
}

func (b *backOffice) Get(_ context.Context, address string, _ http.Header, _ int64) (outbound.Answer, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = append(b.asked, address)
	if b.err != nil {
		return outbound.Answer{}, b.err
	}
	if b.status != 0 {
		return outbound.Answer{Status: b.status}, nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return outbound.Answer{}, err
	}
	answer := []any{}
	switch path := strings.TrimPrefix(u.Path, "/open311/v2"); {
	case path == "/services.json":
		answer = append(answer, map[string]any{"service_code": "L1"})
	case strings.HasPrefix(path, "/tokens/"):
		id := strings.TrimSuffix(strings.TrimPrefix(path, "/tokens/t"), ".json")
		answer = append(answer, map[string]any{"service_request_id": id, "token": "t" + id})
	default:
		for _, id := range strings.Split(u.Query().Get("service_request_id"), ",") {
			if r, ok := b.all[id]; ok {
				answer = append(answer, r)
			}
		}
	}
	body, err := json.Marshal(answer)
	return outbound.Answer{Status: 200, Body: body}, err
}

var office = PeerInput{Endpoint: "https://office.example.org/open311/v2/", Jurisdiction: "theirs", Key: "their-key", Codes: map[string]string{"lighting": "L1", "roads": ""}}

// connected sets a back office up, tries and starts it.
func (w *world) connected() {
	w.t.Helper()
	_, err := w.SetPeer(w.ctx, officer, town, office)
	w.must(err)
	p, err := w.TestPeer(w.ctx, officer, town)
	w.must(err)
	if p.TestError != "" {
		w.t.Fatalf("the trial: %s", p.TestError)
	}
	_, err = w.StartPeer(w.ctx, officer, town)
	w.must(err)
}

func (w *world) arrives(id string) {
	w.t.Helper()
	w.must(w.Arrived(w.ctx, Arrival{Jurisdiction: town, ID: id, Service: "lighting", At: w.clock.Now()}))
}

// handover is what became of a request.
func (w *world) handover(id string) Handover {
	w.t.Helper()
	h, err := w.handed.Get(w.ctx, handoverID(town, id))
	w.must(err)
	return h
}

// TestWhoMayDoWhatWithABackOffice decides every state, act and role.
func TestWhoMayDoWhatWithABackOffice(t *testing.T) {
	table := map[Act]string{
		ActSetPeer: ":keeper>paused paused:keeper>paused active:keeper>active ended:keeper>paused", ActTestPeer: "paused:keeper>paused active:keeper>active", ActStartPeer: "paused:keeper>active",
		ActPausePeer: "active:keeper>paused", ActEndPeer: "paused:keeper>ended active:keeper>ended", ActResendPeer: "active:keeper>active",
	}
	for _, act := range PeerActs {
		var got []string
		for _, state := range append([]State{""}, PeerStates...) {
			for _, as := range []Role{AsKeeper, AsSystem} {
				if to, err := next(peerMoves, state, act, as); err == nil {
					got = append(got, fmt.Sprintf("%s:%s>%s", state, as, to))
				}
			}
		}
		if found := strings.Join(got, " "); found != table[act] || ActName("open311."+string(act)) == "" {
			t.Errorf("%s: %q, want %q", act, found, table[act])
		}
	}
	w := newWorld(t)
	w.connected()
	for name, who := range map[string]auth.Actor{"stranger": stranger, "president": president, "nobody": {}} {
		_, a := w.SetPeer(w.ctx, who, town, office)
		_, b := w.TestPeer(w.ctx, who, town)
		_, c := w.PausePeer(w.ctx, who, town)
		_, d := w.EndPeer(w.ctx, who, town)
		_, e := w.Handovers(w.ctx, who, town, "", 10)
		for _, err := range []error{a, b, c, d, e} {
			if !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestABackOfficeIsTriedBeforeAnythingGoesThere(t *testing.T) {
	w := newWorld(t)
	for name, change := range map[string]func(*PeerInput){
		"inside": func(in *PeerInput) { in.Endpoint = "https://10.0.0.1/" }, "plain": func(in *PeerInput) { in.Endpoint = "http://office.example.org" },
		"no key": func(in *PeerInput) { in.Key = "" }, "no service": func(in *PeerInput) { in.Codes = map[string]string{"lighting": " "} },
	} {
		in := office
		change(&in)
		if _, err := w.SetPeer(w.ctx, officer, town, in); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := w.SetPeer(w.ctx, officer, town, office)
	w.must(err)
	if _, err := w.StartPeer(w.ctx, officer, town); !fault.Is(err, fault.Conflict) {
		t.Errorf("started untried: %v", err)
	}
	for status, want := range map[int]string{403: whyKey, 302: whyRedirect, 500: whyBroken, 404: whyRefused} {
		w.there.status = status
		if p, err := w.TestPeer(w.ctx, officer, town); err != nil || p.TestError != want {
			t.Errorf("%d: %q, %v", status, p.TestError, err)
		}
	}
	w.there.status = 0
	w.there.err = fmt.Errorf("dial: %w", outbound.ErrInternal)
	if p, err := w.TestPeer(w.ctx, officer, town); err != nil || p.TestError != whyInternal {
		t.Errorf("%q %v", p.TestError, err)
	}
	w.there.err = nil
	raw, err := w.DB.Get(w.ctx, "open311_peers", town)
	w.must(err)
	if strings.Contains(string(raw), "their-key") {
		t.Error("the store holds the key in the open")
	}
	if sealed, err := w.seal(town, "k"); err != nil {
		t.Error(err)
	} else if _, err := w.unseal(otherTown, sealed); err == nil {
		t.Error("a key that was sealed for one authority opens for another")
	}
}

func TestARequestReachesTheBackOfficeOnceAndItsNewsComeBack(t *testing.T) {
	w := newWorld(t)
	w.arrives("before")
	w.connected()
	w.must(w.Arrived(w.ctx, Arrival{Jurisdiction: town, ID: "roads1", Service: "roads", At: w.clock.Now()}))
	w.must(w.Arrived(w.ctx, Arrival{Jurisdiction: town, ID: "old", Service: "lighting", At: w.clock.Now().Add(-time.Hour)}))
	for range 3 {
		w.arrives("r1")
		w.jobs()
	}
	if len(w.there.forms) != 1 {
		t.Fatalf("%d were sent", len(w.there.forms))
	}
	f, h := w.there.forms[0], w.there.heads[0]
	if f.Get("service_code") != "L1" || f.Get("jurisdiction_id") != "theirs" || f.Get("lat") != "36.5" || fmt.Sprint(f["attribute[seen][]"]) != "[pole cable]" || f.Get("attribute[part]") != "lamp" || h.Get("Idempotency-Key") != town+"|r1" {
		t.Errorf("%v %v", f, h)
	}
	if got := w.handover("r1"); got.State != HandoverSent || got.Remote != "101" || len(w.heard) != 1 || w.heard[0].RemoteID != "101" {
		t.Errorf("%+v %+v", got, w.heard)
	}
	w.clock.Advance(15 * time.Minute)
	w.jobs()
	heard := len(w.heard)
	w.clock.Advance(15 * time.Minute)
	w.jobs()
	if len(w.heard) != heard {
		t.Errorf("the same news is told %d times", len(w.heard)-heard+1)
	}
	w.there.all["101"]["status"], w.there.all["101"]["status_notes"], w.there.all["101"]["updated_datetime"] = "closed", "Réparé", "2026-11-23T08:00:00+01:00"
	w.clock.Advance(15 * time.Minute)
	w.jobs()
	last := w.heard[len(w.heard)-1]
	if !last.Closed || last.Notes != "Réparé" || last.At.Format(time.RFC3339) != "2026-11-23T07:00:00Z" || w.handover("r1").State != HandoverClosed {
		t.Errorf("%+v %+v", last, w.handover("r1"))
	}
	asked := len(w.there.asked)
	w.clock.Advance(time.Hour)
	w.jobs()
	if len(w.there.asked) != asked {
		t.Error("what is closed is asked about")
	}
	w.sound()
}

func TestATokenIsFollowedToItsRequest(t *testing.T) {
	w := newWorld(t)
	w.connected()
	w.there.tokens = true
	w.arrives("r1")
	w.jobs()
	if h := w.handover("r1"); h.Remote != "" || h.Token != "t101" {
		t.Fatalf("%+v", h)
	}
	w.clock.Advance(15 * time.Minute)
	w.jobs()
	if h := w.handover("r1"); h.Remote != "101" {
		t.Errorf("%+v", h)
	}
}

func TestWhatDoesNotArriveIsTriedAgainAndThenLeftToAPerson(t *testing.T) {
	w := newWorld(t)
	w.connected()
	w.there.err = errors.New("connection refused")
	w.arrives("r1")
	for range 40 {
		w.clock.Advance(3 * time.Hour)
		w.jobs()
	}
	h := w.handover("r1")
	if h.State != HandoverFailed || h.Tries != maxTries || h.Error != whySilent {
		t.Fatalf("%+v", h)
	}
	if dead, err := w.Queue.Dead(w.ctx, "", 10); err != nil || len(dead.Items) != 1 {
		t.Errorf("%d dead letters, %v", len(dead.Items), err)
	}
	if p, err := w.Peer(w.ctx, officer, town); err != nil || p.PullError != "" && p.PullError != whySilent {
		t.Errorf("%+v %v", p, err)
	}
	w.there.err = nil
	if err := w.Resend(w.ctx, stranger, town, "r1"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a stranger sends it again: %v", err)
	}
	w.must(w.Resend(w.ctx, officer, town, "r1"))
	w.jobs()
	if h := w.handover("r1"); h.State != HandoverSent || h.Error != "" {
		t.Errorf("%+v", h)
	}
	if err := w.Resend(w.ctx, officer, town, "r1"); !fault.Is(err, fault.Conflict) {
		t.Errorf("sent again though it arrived: %v", err)
	}
	w.there.status = 400 // no repetition mends this
	w.arrives("r2")
	w.jobs()
	if h := w.handover("r2"); h.State != HandoverFailed || h.Tries != 1 || h.Error != whyRefused {
		t.Errorf("%+v", h)
	}
	w.sound()
}

func TestWhatWaitsWhenTheBackOfficeIsPausedStaysHere(t *testing.T) {
	w := newWorld(t)
	w.connected()
	w.arrives("r1")
	_, err := w.PausePeer(w.ctx, officer, town)
	w.must(err)
	w.jobs()
	w.arrives("r2")
	w.jobs()
	if h := w.handover("r1"); len(w.there.forms) != 0 || h.State != HandoverFailed || h.Error != whyGone {
		t.Errorf("%d sent, %+v", len(w.there.forms), h)
	}
	if _, err := w.handed.Get(w.ctx, handoverID(town, "r2")); !fault.Is(err, fault.NotFound) {
		t.Errorf("r2: %v", err)
	}
	_, err = w.EndPeer(w.ctx, officer, town)
	w.must(err)
	if p, err := w.Peer(w.ctx, officer, town); err != nil || p.Sealed != nil {
		t.Errorf("the key is kept: %v", err)
	}
	in := office
	in.Key = ""
	if _, err := w.SetPeer(w.ctx, officer, town, in); !fault.Is(err, fault.Invalid) {
		t.Errorf("set up again without a key: %v", err)
	}
	w.sound()
}
