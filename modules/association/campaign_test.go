package association

import (
	"context"
	"slices"
	"strings"
	"testing"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
)

// TestAnEndorsementIsGivenUnderAMandateAndOnce.
func TestAnEndorsementIsGivenUnderAMandateAndOnce(t *testing.T) {
	w := newWorld(t)
	a, salma := w.registered()
	for name, who := range map[string]auth.Actor{"anybody": karim, "the officer": officer, "nobody": {}} {
		_, err := w.Endorse(w.ctx, who, "p", a.ID, "")
		if !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.SignIn) {
			t.Errorf("%s endorses: %v", name, err)
		}
	}
	for range 3 {
		_, err := w.Endorse(w.ctx, salma, "p", a.ID, "\u202ebecause <script>")
		w.must(err)
	}
	if s, _ := w.SupportOf(w.ctx, "p"); s.Endorsements != 1 {
		t.Errorf("one association counts %d times", s.Endorsements)
	}
	before, err := w.Stamp(w.ctx, "p")
	w.must(err)
	_, err = w.Strike(w.ctx, officer, a.ID, "dissolved")
	w.must(err)
	if after, _ := w.Stamp(w.ctx, "p"); after == before {
		t.Error("the petition's page would go on naming an association that was struck off")
	}
	_, err = w.Restore(w.ctx, officer, a.ID, "an error")
	w.must(err)
	w.must(w.Withdraw(w.ctx, salma, "p", a.ID))
	w.must(w.Withdraw(w.ctx, salma, "p", a.ID))
	if e, given, _ := w.Endorsement(w.ctx, "p", a.ID); given || e.Statement != "" {
		t.Errorf("withdrawn, it still says %q", e.Statement)
	}
	_, err = w.Endorse(w.ctx, salma, "hidden", a.ID, "")
	wantFault(t, "a hidden petition", err, fault.NotFound)
	w.petitions.signable = false
	_, err = w.Endorse(w.ctx, salma, "p", a.ID, "")
	wantFault(t, "after the collection", err, fault.Conflict)
	w.wantClean()
}

func goals(n ...int64) CampaignInput {
	in := CampaignInput{Title: Text{FR: "La rue éclairée"}, Appeal: Text{FR: "Pour nos enfants."}}
	for _, x := range n {
		in.Goals = append(in.Goals, Goal{Signatures: x})
	}
	return in
}

// TestWhoMayDoWhatToACampaign walks every act in every state for every role.
func TestWhoMayDoWhatToACampaign(t *testing.T) {
	w := newWorld(t)
	a, salma := w.registered()
	acts := map[act]func(context.Context, auth.Actor, string) (Campaign, error){
		actRework: func(ctx context.Context, who auth.Actor, id string) (Campaign, error) {
			return w.Rework(ctx, who, id, goals(5))
		},
		actEnd: func(ctx context.Context, who auth.Actor, id string) (Campaign, error) { return w.End(ctx, who, id) },
		actHide: func(ctx context.Context, who auth.Actor, id string) (Campaign, error) {
			return w.HideCampaign(ctx, who, id, "insults")
		},
		actShow: func(ctx context.Context, who auth.Actor, id string) (Campaign, error) {
			return w.ShowCampaign(ctx, who, id)
		},
	}
	n := 0
	for _, state := range []CampaignState{Running, Ended, Unseen} {
		for what, do := range acts {
			for name, who := range map[string]auth.Actor{"delegate": salma, "officer": officer, "other": other, "admin": admin, "stranger": karim, "nobody": {}, "system": auth.System} {
				n++
				x, err := w.Launch(w.ctx, salma, "p"+string(state)+string(what)+name, a.ID, goals(10))
				w.must(err)
				x, err = w.campaigns.Update(w.ctx, x.ID, func(c *Campaign) error { c.State = state; return nil })
				w.must(err)
				as, may, to := w.campaignRoles(w.ctx, who, x), false, CampaignState("")
				for _, m := range campaignMoves {
					if m.from == state && m.act == what && slices.ContainsFunc(m.by, func(r role) bool { return slices.Contains(as, r) }) {
						may, to = true, m.to
					}
				}
				after, err := do(w.ctx, who, x.ID)
				switch {
				case may && (err != nil || after.State != to):
					t.Errorf("%s %s in %s leads to %q: %v", name, what, state, after.State, err)
				case !may && !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.Conflict):
					t.Errorf("%s %s in %s: %v", name, what, state, err)
				}
			}
		}
	}
	if n != 3*4*7 {
		t.Errorf("%d cases", n)
	}
}

// TestASignatureIsAttributedToARunningCampaignOfThatPetitionAlone.
func TestASignatureIsAttributedToARunningCampaignOfThatPetitionAlone(t *testing.T) {
	w := newWorld(t)
	a, salma := w.registered()
	x, err := w.Launch(w.ctx, salma, "p", a.ID, goals(10))
	w.must(err)
	attributed := func(petition, code string) string {
		id, err := w.Attributes(w.ctx, petition, code)
		w.must(err)
		return id
	}
	if len(x.ID) != codeLetters || attributed("p", x.ID) != x.ID || attributed("p", strings.ToUpper(x.ID)) != x.ID {
		t.Errorf("the code %q attributes nothing", x.ID)
	}
	for _, code := range []string{"", "zzzzzzz", "<script>", "a\x00b", strings.Repeat("x", 600)} {
		if got := attributed("p", code); got != "" {
			t.Errorf("%q attributes to %q", code, got)
		}
	}
	if attributed("q", x.ID) != "" {
		t.Error("another petition's signature is attributed")
	}
	_, err = w.End(w.ctx, salma, x.ID)
	w.must(err)
	if attributed("p", x.ID) != "" {
		t.Error("an ended campaign is attributed a signature")
	}
}

func TestGoalsRiseAndAreNotedWhenReached(t *testing.T) {
	w := newWorld(t)
	a, salma := w.registered()
	for name, in := range map[string]CampaignInput{
		"no name": {Goals: goals(5).Goals}, "no goal": goals(), "twice the same": goals(5, 5), "below zero": goals(-1), "past": {Title: Text{FR: "x"}, Goals: []Goal{{Signatures: 3, By: noon.AddDate(0, 0, -1)}}},
	} {
		_, err := w.Launch(w.ctx, salma, "p", a.ID, in)
		wantFault(t, name, err, fault.Invalid)
	}
	x, err := w.Launch(w.ctx, salma, "p", a.ID, goals(100, 10, 50))
	w.must(err)
	if x.Goals[0].Signatures != 10 || x.Goals[2].Signatures != 100 {
		t.Errorf("goals %+v do not rise", x.Goals)
	}
	w.petitions.counts[x.ID] = 50
	w.must(w.tick(w.ctx))
	x, err = w.Campaign(w.ctx, auth.Actor{}, x.ID)
	w.must(err)
	if x.Goals[0].ReachedAt.IsZero() || x.Goals[1].ReachedAt.IsZero() || !x.Goals[2].ReachedAt.IsZero() {
		t.Errorf("at 50: %+v", x.Goals)
	}
	if next, ok := x.NextGoal(50); !ok || next.Signatures != 100 {
		t.Errorf("the next goal is %+v", next)
	}
	x, err = w.Rework(w.ctx, salma, x.ID, goals(10, 200))
	w.must(err)
	if x.Goals[0].ReachedAt.IsZero() {
		t.Error("a goal that was reached is forgotten when the campaign is changed")
	}
	w.petitions.signable = false
	w.must(w.tick(w.ctx))
	if x, _ = w.Campaign(w.ctx, auth.Actor{}, x.ID); x.State != Ended {
		t.Errorf("after the collection the campaign is %s", x.State)
	}
	w.wantClean()
}

func TestAnAssociationRunsFewCampaignsAtOnce(t *testing.T) {
	w := newWorld(t)
	a, salma := w.registered()
	for range maxRunning {
		_, err := w.Launch(w.ctx, salma, "p", a.ID, goals(1))
		w.must(err)
	}
	_, err := w.Launch(w.ctx, salma, "p", a.ID, goals(1))
	wantFault(t, "one too many", err, fault.Conflict)
	if s, _ := w.SupportOf(w.ctx, "p"); s.Campaigns != maxRunning {
		t.Errorf("%d campaigns are counted", s.Campaigns)
	}
}

func TestShortTextsFitTheirChannel(t *testing.T) {
	w := newWorld(t)
	long := strings.Repeat("إنارة الشارع الساحلي ", 40)
	x := seenCampaign{Campaign: Campaign{Meta: good.Meta, Appeal: Text{AR: long, FR: long}, EndsAt: noon}, Petition: Petition{Objects: map[string]string{"ar": long, "fr": long}}, Association: good}
	for _, lang := range []string{"ar", "fr"} {
		for _, s := range shareTexts(w.Words.Locale(lang, "MA").Plain(), x, "https://petitions.example/k/abcdefg") {
			n := len([]rune(s.text))
			if s.channel == "X" && n > 280 || strings.HasPrefix(s.channel, "Text message") && n > smsLetters {
				t.Errorf("%s in %s has %d letters", s.channel, lang, n)
			}
			if s.channel != "To be read aloud" && !strings.Contains(s.text, "/k/abcdefg") {
				t.Errorf("%s in %s has no link", s.channel, lang)
			}
		}
	}
}
