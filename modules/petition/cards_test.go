package petition

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// publishedText publishes a petition with this object and ask.
func (w *world) publishedText(authority, object, ask, theme string) Petition {
	w.t.Helper()
	p := w.draft(authority)
	lang := "fr"
	if []rune(object)[0] > 0x600 {
		lang = "ar"
	}
	text := goodText
	text.Object, text.Ask = object, ask
	if ask == "" {
		text.Ask = object + " – " + object
	}
	in := Input{Langs: []string{lang}, Texts: map[string]Text{lang: text}, Theme: theme, Tags: []string{"youth"}}
	for _, step := range []Step{StepLanguages, StepObject, StepAsk, StepReasons, StepAims, StepTheme} {
		_, err := w.SaveStep(w.ctx, salma, p.ID, step, in)
		w.must(err)
	}
	p, err := w.Submit(w.ctx, salma, p.ID)
	w.must(err)
	p, err = w.Publish(w.ctx, officer, p.ID)
	w.must(err)
	w.clock.Advance(time.Minute)
	return p
}

func ids(cards []Card) []string {
	var out []string
	for _, c := range cards {
		out = append(out, c.ID)
	}
	return out
}

func TestListsFindByPlaceThemeAndState(t *testing.T) {
	w := newWorld(t)
	lit := w.publishedText("town", "Éclairer la rue de l'école", "", "lighting")
	road := w.publishedText("town", "Refaire la chaussée du marché", "", "roads")
	region := w.publishedText("region", "Une ligne de bus entre les villages", "", "transport")
	w.sign(road, many("person", 4)...)
	refused := w.submitted("town")
	_, err := w.Reject(w.ctx, officer, refused.ID, Unclear, "Que demandez-vous ?")
	w.must(err)
	hidden := w.submitted("town")
	_, err = w.Reject(w.ctx, officer, hidden.ID, Offensive, "Injures.")
	w.must(err)
	w.draft("town")
	w.tend()
	for name, c := range map[string]struct {
		f    Filter
		want []string
	}{
		"all, newest first":        {Filter{}, []string{region.ID, road.ID, lit.ID}},
		"of the town":              {Filter{Place: "town"}, []string{road.ID, lit.ID}},
		"of the region and in it":  {Filter{Place: "region"}, []string{region.ID, road.ID, lit.ID}},
		"of the country":           {Filter{Place: "MA"}, []string{region.ID, road.ID, lit.ID}},
		"of nowhere":               {Filter{Place: "nowhere"}, nil},
		"of a theme":               {Filter{Theme: "roads"}, []string{road.ID}},
		"of a tag":                 {Filter{Theme: "#youth", Place: "town"}, []string{road.ID, lit.ID}},
		"collecting":               {Filter{Group: Collecting}, []string{region.ID, lit.ID}},
		"waiting for an answer":    {Filter{Group: Waiting}, []string{road.ID}},
		"not accepted":             {Filter{Group: WasRejected}, []string{refused.ID}},
		"most signed":              {Filter{Order: MostSigned, Limit: 1}, []string{road.ID}},
		"closing soon in the town": {Filter{Order: ClosingSoon, Place: "town"}, []string{lit.ID}},
		"place, theme and state":   {Filter{Place: "north", Theme: "lighting", Group: Collecting}, []string{lit.ID}},
		"the same, another state":  {Filter{Place: "north", Theme: "lighting", Group: WasAnswered}, nil},
	} {
		page, err := w.List(w.ctx, c.f)
		w.must(err)
		if got := ids(page.Items); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if c.f.Limit == 0 && c.f.Order == "" {
			if n, err := w.CountListed(w.ctx, c.f); err != nil || n != int64(len(c.want)) {
				t.Errorf("%s: counted %d, want %d (%v)", name, n, len(c.want), err)
			}
		}
	}
}

func TestAListIsPagedWithoutGapsWhilePetitionsArrive(t *testing.T) {
	w := newWorld(t)
	want := map[string]bool{}
	for i := range 7 {
		want[w.publishedText("town", fmt.Sprintf("Demande numéro %d pour la ville", i), "", "other").ID] = true
	}
	after := ""
	for page := 0; ; page++ {
		got, err := w.List(w.ctx, Filter{Limit: 3, After: after})
		w.must(err)
		for _, c := range got.Items {
			if !want[c.ID] {
				t.Errorf("%s came twice, or is new", c.ID)
			}
			delete(want, c.ID)
		}
		if page == 0 {
			w.publishedText("town", "Une demande qui arrive entretemps", "", "other")
		}
		if after = got.Next; after == "" {
			break
		}
	}
	if len(want) != 0 {
		t.Errorf("never shown: %v", want)
	}
}

func TestSearchMatchesWhatPeopleMean(t *testing.T) {
	w := newWorld(t)
	light := w.publishedText("town", "Éclairage public dans la rue des écoles", "", "lighting")
	arabic := w.publishedText("town", "إصلاح الطرقات في حي السعادة", "", "roads")
	bus := w.publishedText("region", "Une ligne de bus pour les lycéens", "", "transport")
	for query, want := range map[string]string{
		"eclairages publics":    light.ID,
		"l'ECLAIRAGE":           light.ID,
		"اصلاح الطرقات":         arabic.ID,
		"طرقات":                 arabic.ID,
		"lycéen":                bus.ID,
		"les bus et les lignes": bus.ID,
		" pet-2026-0003":        bus.ID,
	} {
		got, err := w.Search(w.ctx, query, Filter{}, 10)
		w.must(err)
		if len(got) == 0 || got[0].ID != want {
			t.Errorf("%q finds %v, want %s", query, ids(got), want)
		}
	}
	for _, nothing := range []string{"", "   ", "les de la", "hippopotame", "PET-2026-9999"} {
		if got, err := w.Search(w.ctx, nothing, Filter{}, 10); err != nil || len(got) != 0 {
			t.Errorf("%q finds %v (%v)", nothing, ids(got), err)
		}
	}
	if got, _ := w.Search(w.ctx, "ligne de bus", Filter{Place: "town"}, 10); len(got) != 0 {
		t.Errorf("in the town: %v", ids(got))
	}
}

func TestSimilarOpenPetitionsOfTheSameAuthorityAreOffered(t *testing.T) {
	w := newWorld(t)
	open := w.publishedText("town", "Installer des bancs dans le parc central", "", "environment")
	w.publishedText("region", "Installer des bancs dans le parc régional", "", "environment")
	gone := w.publishedText("town", "Installer des bancs dans le parc du nord", "", "environment")
	_, err := w.Withdraw(w.ctx, salma, gone.ID, "")
	w.must(err)
	got, err := w.Similar(w.ctx, "Des bancs pour le parc", "town")
	w.must(err)
	if !slices.Equal(ids(got), []string{open.ID}) {
		t.Errorf("similar: %v, want %s", ids(got), open.ID)
	}
	if got, _ := w.Similar(w.ctx, "Une piscine municipale couverte", "town"); len(got) != 0 {
		t.Errorf("similar to something else: %v", ids(got))
	}
}

func TestCardsFollowTheCountOncePerMinute(t *testing.T) {
	w := newWorld(t)
	w.law.need = 1000
	p := w.opened("town")
	card := func() int64 {
		c, err := w.cards.Get(w.ctx, p.ID)
		w.must(err)
		return c.Supporters
	}
	w.sign(p, many("a", 3)...)
	w.counting.tend(w.ctx)
	if card() != 3 {
		t.Errorf("the first count is %d", card())
	}
	w.sign(p, many("b", 3)...)
	w.clock.Advance(time.Second)
	w.counting.tend(w.ctx)
	if card() != 3 {
		t.Errorf("within the minute it became %d", card())
	}
	w.clock.Advance(cardEvery)
	w.counting.tend(w.ctx)
	if card() != 6 {
		t.Errorf("after a minute it is %d", card())
	}
}

func TestMineSignedAndFollowed(t *testing.T) {
	w := newWorld(t)
	a, b := w.opened("town"), w.opened("town")
	draft := w.draft("town")
	w.sign(a, "karim")
	w.clock.Advance(time.Second)
	w.sign(b, "karim")
	w.must(w.Unsign(w.ctx, karim, a.ID))
	for range 2 {
		w.must(w.Follow(w.ctx, karim, a.ID))
	}
	mine, err := w.Mine(w.ctx, salma, "", 10)
	w.must(err)
	if len(mine.Items) != 3 {
		t.Errorf("salma wrote %d", len(mine.Items))
	}
	signed, err := w.SignedBy(w.ctx, karim, "", 10)
	w.must(err)
	if len(signed.Items) != 1 || signed.Items[0].Card.ID != b.ID {
		t.Errorf("karim signed %+v", signed.Items)
	}
	followed, err := w.FollowedBy(w.ctx, karim, "", 10)
	w.must(err)
	if !slices.Equal(ids(followed.Items), []string{a.ID}) {
		t.Errorf("karim follows %v", ids(followed.Items))
	}
	for range 2 {
		w.must(w.Unfollow(w.ctx, karim, a.ID))
	}
	if follows, _ := w.Follows(w.ctx, karim, a.ID); follows {
		t.Error("karim still follows")
	}
	wantFault(t, w.Follow(w.ctx, karim, draft.ID), errNone.Kind)
}
