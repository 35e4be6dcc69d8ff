package petition

import (
	"context"
	"errors"
	"strings"
	"testing"

	"musharaka/modules/kit/web"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// testPanel says something on the page of every petition, or nothing.
type testPanel struct {
	says  string
	fails error
	last  Subject
	shown int
}

func (p *testPanel) Stamp(context.Context, string) (string, error) { return p.says, p.fails }

func (p *testPanel) Show(_ *web.Ctx, s Subject) (templ.Component, error) {
	p.last = s
	p.shown++
	if p.says == "" {
		return nil, nil
	}
	return ui.Paragraphs(p.says), nil
}

// TestPanelsOfOtherModulesShowInTheirOrderAndWhenTheyChange: the page is kept
// in memory, and only the panel's own stamp tells that it is another one now.
func TestPanelsOfOtherModulesShowInTheirOrderAndWhenTheyChange(t *testing.T) {
	v := newVisit(t)
	p := v.opened("town")
	path := "/petitions/" + p.ID
	v.play(scene{who: nobody, path: path, status: 200, not: []string{"the union endorses it"}})
	v.panels[0].says, v.panels[1].says = "the union endorses it", "the council treats it in May"
	v.play(scene{who: nobody, path: path, status: 200, see: []string{"the union endorses it the council treats it in May"}})
	if want := (Subject{ID: p.ID, Reference: p.Reference, Authority: "town", Country: p.Country, State: Open, Signable: true}); v.panels[0].last != want {
		t.Errorf("the panel was asked about %+v, want %+v", v.panels[0].last, want)
	}
	before := v.panels[0].shown
	v.play(scene{who: nobody, path: path, status: 200})
	if v.panels[0].shown != before {
		t.Error("a page that did not change was made anew")
	}
	v.panels[0].says = ""
	v.play(scene{who: nobody, path: path, status: 200, see: []string{"the council treats it in May"}, not: []string{"the union endorses it"}})
	v.panels[1].fails = errors.New("its store is gone")
	v.play(scene{who: nobody, path: path, status: 500})
}

// TestPanelsKeepSilentWhereTheTextIsNotShown: they would say what was hidden.
func TestPanelsKeepSilentWhereTheTextIsNotShown(t *testing.T) {
	v := newVisit(t)
	s := v.everyState()
	v.panels[0].says = "the union endorses it"
	for name, p := range map[string]Petition{"hidden": s.hidden, "rejected": s.rejected} {
		a := v.ask(nobody, "/fr/petitions/"+p.ID, nil)
		if strings.Contains(a.body, "the union endorses it") {
			t.Errorf("%s: the panel shows", name)
		}
	}
}

// TestFollowersAreThoseWhoAskedToHear: who follows and who signed for news, page
// by page, and nobody who took it back.
func TestFollowersAreThoseWhoAskedToHear(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	for _, id := range many("f", 5) {
		w.must(w.Follow(w.ctx, citizen(id), p.ID))
	}
	for _, id := range []string{"f1", "n1", "n2"} {
		_, err := w.Sign(w.ctx, citizen(id), p.ID, SignInput{Consent: "1", News: true})
		w.must(err)
	}
	_, err := w.Sign(w.ctx, citizen("silent"), p.ID, SignInput{Consent: "1"})
	w.must(err)
	w.must(w.StopNews(w.ctx, "n2", p.ID))
	count, after := map[string]int{}, ""
	for range 20 {
		people, next, err := w.Followers(w.ctx, p.ID, after, 2)
		w.must(err)
		for _, id := range people {
			count[id]++
		}
		if after = next; next == "" {
			break
		}
	}
	if after != "" || len(count) != 6 || count["f1"] != 2 || count["n1"] != 1 || count["n2"] != 0 || count["silent"] != 0 {
		t.Errorf("the followers are %v", count)
	}
	for id, want := range map[string]bool{"f0": true, "n1": true, "n2": false, "silent": false, "nobody": false} {
		if hears, err := w.Hears(w.ctx, p.ID, id); err != nil || hears != want {
			t.Errorf("%s hears: %t, %v", id, hears, err)
		}
	}
	if agent, err := w.AgentOf(w.ctx, p.ID); err != nil || agent != "salma" {
		t.Errorf("the agent is %q, %v", agent, err)
	}
}
