package petition

import (
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
)

// wantCampaigns compares the campaigns' counts in memory, in the store and as
// the signatures themselves say.
func (w *world) wantCampaigns(id string, want map[string]int64) {
	w.t.Helper()
	for from, read := range map[string]func() (Tally, error){
		"memory": func() (Tally, error) { return w.Tally(w.ctx, id) },
		"store":  func() (Tally, error) { return w.tallyNow(w.ctx, id) },
		"index":  func() (Tally, error) { return w.countSignatures(w.ctx, id) },
	} {
		t, err := read()
		w.must(err)
		maps.DeleteFunc(t.Campaigns, func(_ string, n int64) bool { return n == 0 })
		if !maps.Equal(t.Campaigns, want) {
			w.t.Errorf("by %s: %v, want %v", from, t.Campaigns, want)
		}
	}
}

// TestASignatureIsAttributedToTheCampaignWhoseLinkLedToIt, and to none when the
// code is no running campaign's; nobody is counted twice for it.
func TestASignatureIsAttributedToTheCampaignWhoseLinkLedToIt(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	for person, code := range map[string]string{"a": "spring", "b": "spring", "c": "winter", "d": "", "e": "<script>"} {
		_, err := w.Sign(w.ctx, citizen(person), p.ID, SignInput{Consent: "1", Campaign: code})
		w.must(err)
	}
	w.wantCampaigns(p.ID, map[string]int64{"spring": 2})
	w.wantTally(p.ID, 5, 5)
	_, err := w.Sign(w.ctx, citizen("d"), p.ID, SignInput{Consent: "1", Campaign: "spring"})
	w.must(err)
	w.wantCampaigns(p.ID, map[string]int64{"spring": 2}) // d had signed before

	w.must(w.Unsign(w.ctx, citizen("a"), p.ID))
	w.wantCampaigns(p.ID, map[string]int64{"spring": 1})
	_, err = w.Sign(w.ctx, citizen("a"), p.ID, SignInput{Consent: "1"})
	w.must(err)
	w.wantCampaigns(p.ID, map[string]int64{"spring": 1}) // came back by another way
	w.must(w.Erase(w.ctx, "b"))
	w.wantCampaigns(p.ID, map[string]int64{"spring": 1}) // anonymous, and still counted
	w.must(w.OnJoined(w.ctx, "a2", "a"))
	w.wantTally(p.ID, 5, 5)
	w.wantCampaigns(p.ID, map[string]int64{"spring": 1})
	w.wantClean()
}

func TestACampaignIsCountedExactlyInACrowd(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	var crowd sync.WaitGroup
	for i := range 60 {
		crowd.Go(func() {
			code := []string{"spring", ""}[i%2]
			if _, err := w.Sign(w.ctx, citizen(fmt.Sprintf("x%d", i/2*2+i%2)), p.ID, SignInput{Consent: "1", Campaign: code}); err != nil {
				t.Error(err)
			}
		})
	}
	crowd.Wait()
	w.wantCampaigns(p.ID, map[string]int64{"spring": 30})
}

// TestACampaignsCountThatACrashLostIsFoundByCheck.
func TestACampaignsCountThatACrashLostIsFoundByCheck(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	_, err := w.Sign(w.ctx, karim, p.ID, SignInput{Consent: "1", Campaign: "spring"})
	w.must(err)
	_, err = w.tallies.Update(w.ctx, p.ID, func(d *tallyDoc) error { d.Campaigns = map[string]int64{"spring": 9}; return nil })
	w.must(err)
	found, err := w.Check(w.ctx, true)
	w.must(err)
	if len(found) != 1 || !found[0].Repaired {
		t.Errorf("check finds %v", found)
	}
	w.wantCampaigns(p.ID, map[string]int64{"spring": 1})
}

func TestTheCodeOfACampaignTravelsThroughThePageOfSigning(t *testing.T) {
	v := newVisit(t)
	p := v.opened("town")
	page := v.ask(karim, "/fr/petitions/"+p.ID+"/sign?via=spring", nil)
	if !strings.Contains(page.body, `name="via" value="spring"`) {
		t.Fatal("the form forgets the campaign")
	}
	v.play(scene{who: karim, path: "/petitions/" + p.ID + "/sign", form: fields("via", "spring", "consent", "on"), status: 303})
	v.wantCampaigns(p.ID, map[string]int64{"spring": 1})
}
