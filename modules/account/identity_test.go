package account

import (
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

func TestADeclaredNumberMakesLevelOneOnceTheProfileIsComplete(t *testing.T) {
	w := still(t)
	salma := w.person("Salma")
	if err := w.DeclareNumber(w.ctx, salma, "TN", "0123 4567"); err != nil {
		t.Fatal(err)
	}
	if p := w.get(salma.PersonID); p.Level != LevelAccount {
		t.Errorf("level %d before the profile is complete", p.Level)
	}
	w.complete(salma)
	p := w.get(salma.PersonID)
	if p.Level != LevelDeclared || p.Identity.Last2 != "67" || p.Country != "TN" {
		t.Errorf("%+v", p)
	}
	if strings.Contains(p.Identity.Key, "0123") || !strings.HasPrefix(p.Identity.Key, "1:") || len(p.Identity.Key) != 2+64 {
		t.Errorf("the key is %s", p.Identity.Key)
	}
	if len(w.heard.changed) == 0 || w.heard.changed[0] != salma.PersonID {
		t.Errorf("listeners heard %v", w.heard.changed)
	}
	must[Person](t)(w.SaveProfile(w.ctx, salma, salma.PersonID, Profile{Name: "Salma", Lang: "ar", BirthYear: 1990}))
	if p := w.get(salma.PersonID); p.Level != LevelAccount {
		t.Errorf("level %d without a municipality", p.Level)
	}
}

func TestOneNumberInAllItsSpellingsBelongsToOnePerson(t *testing.T) {
	w := still(t)
	salma, badr := w.person("Salma"), w.person("Badr")
	if err := w.DeclareNumber(w.ctx, salma, "MA", "LA 12.34-56"); err != nil {
		t.Fatal(err)
	}
	for _, typed := range []string{"LA123456", "la 123456", "LA١٢٣٤٥٦", " L A 1 2 3 4 5 6 "} {
		wantKind(t, w.DeclareNumber(w.ctx, badr, "MA", typed), fault.Conflict)
	}
	if err := w.DeclareNumber(w.ctx, salma, "MA", "la ١٢٣٤٥٦"); err != nil {
		t.Errorf("her own number again: %v", err)
	}
}

func TestNumbersOfNoShapeAreExplained(t *testing.T) {
	w := still(t)
	salma := w.person("Salma")
	for _, c := range []struct{ country, typed string }{
		{"TN", ""}, {"TN", "1234567"}, {"TN", "123456789"}, {"TN", "LA123456"}, {"MA", "12345678"}, {"MA", "LA"}, {"FR", "01234567"}, {"TN", "0123456؟"},
	} {
		err := w.DeclareNumber(w.ctx, salma, c.country, c.typed)
		wantKind(t, err, fault.Invalid)
		if message, _ := fault.Shown(err); message == "" || c.typed != "" && strings.Contains(err.Error(), c.typed) {
			t.Errorf("%q is explained by %q (%v)", c.typed, message, err)
		}
	}
}

func TestTwoHundredClaimsOfOneNumberMakeOneOwner(t *testing.T) {
	w := still(t)
	const n = 200
	people := make([]auth.Actor, n)
	for i := range people {
		people[i] = w.person(string(rune('A'+i%26)) + strings.Repeat("x", i/26))
	}
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range people {
		all.Go(func() { errs[i] = w.DeclareNumber(w.ctx, people[i], "TN", "01234567") })
	}
	all.Wait()
	owners := 0
	for i, err := range errs {
		switch {
		case err == nil:
			owners++
			if p := w.get(people[i].PersonID); p.Identity.Key == "" {
				t.Error("the owner's account does not know the number")
			}
		case !fault.Is(err, fault.Conflict):
			t.Error(err)
		case w.get(people[i].PersonID).Identity.Key != "":
			t.Error("somebody was refused and has it all the same")
		}
	}
	if owners != 1 {
		t.Errorf("%d people own the number", owners)
	}
	if count := must[int64](t)(w.all.identities.Count(w.ctx, store.Query{})); count != 1 {
		t.Errorf("%d entries", count)
	}
}

func TestACrowdOfProofsOfOneNumberMakesOnePerson(t *testing.T) {
	w := still(t)
	const n = 40
	number := w.settings.Peppers.number("TN", "01234567")
	ids := make([]string, n)
	for i := range ids {
		ids[i] = w.person("P" + strings.Repeat("y", i)).PersonID
	}
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() {
			_, errs[i] = w.claim(w.ctx, ids[i], number, proof{how: HowEID, by: "test", actor: auth.Actor{PersonID: ids[i]}})
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil && !fault.Is(err, fault.Conflict) { // in such a crowd somebody may lose every round
			t.Error(err)
		}
	}
	if err := w.FinishInterrupted(w.ctx); err != nil {
		t.Fatal(err)
	}
	owner := must[identityDoc](t)(w.all.identities.Get(w.ctx, number.Keys[0]))
	proven := map[string]bool{}
	for i, id := range ids {
		p, err := w.canonical(w.ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if errs[i] == nil && p.ID != owner.PersonID {
			t.Errorf("an account that proved the number is %s, not its owner", p.ID)
		}
		if p.Identity.Proven {
			proven[p.ID] = true
		}
	}
	if len(proven) != 1 || !proven[owner.PersonID] {
		t.Errorf("%d people have proven the number", len(proven))
	}
}

func TestAProvenNumberIsTakenFromWhoOnlyDeclaredIt(t *testing.T) {
	w := still(t)
	squatter, owner := w.person("Squatter"), w.person("Owner")
	w.complete(squatter)
	if err := w.DeclareNumber(w.ctx, squatter, "TN", "01234567"); err != nil {
		t.Fatal(err)
	}
	p, err := w.check(owner, "01234567")
	if err != nil {
		t.Fatal(err)
	}
	if p.ID != owner.PersonID || p.Level != LevelChecked {
		t.Errorf("checked: %+v", p)
	}
	lost := w.get(squatter.PersonID)
	if lost.Level != LevelAccount || lost.Identity.Key != "" || !lost.Checks[len(lost.Checks)-1].Withdraw {
		t.Errorf("who only declared it: %+v", lost)
	}
	wantKind(t, w.DeclareNumber(w.ctx, squatter, "TN", "01234567"), fault.Conflict)
	if len(w.heard.joined) != 0 {
		t.Errorf("accounts were joined: %v", w.heard.joined)
	}
}

func TestACheckedNumberIsChangedAtACounterOnly(t *testing.T) {
	w := still(t)
	salma := w.person("Salma")
	if _, err := w.check(salma, "01234567"); err != nil {
		t.Fatal(err)
	}
	wantKind(t, w.DeclareNumber(w.ctx, salma, "TN", "07654321"), fault.Conflict)
	if _, err := w.check(salma, "07654321"); err != nil {
		t.Fatal(err)
	}
	badr := w.person("Badr")
	if err := w.DeclareNumber(w.ctx, badr, "TN", "01234567"); err != nil {
		t.Errorf("the number that was corrected is still taken: %v", err)
	}
}

func TestNumbersAreTriedAFewTimesADayOnly(t *testing.T) {
	w := still(t)
	owner, curious := w.person("Owner"), w.person("Curious")
	if err := w.DeclareNumber(w.ctx, owner, "TN", "01234567"); err != nil {
		t.Fatal(err)
	}
	for range triesADay {
		wantKind(t, w.DeclareNumber(w.ctx, curious, "TN", "01234567"), fault.Conflict)
	}
	wantKind(t, w.DeclareNumber(w.ctx, curious, "TN", "01234567"), fault.TooMany)
	w.clock.Advance(25 * time.Hour)
	wantKind(t, w.DeclareNumber(w.ctx, curious, "TN", "01234567"), fault.Conflict)
}

func TestANewPepperFindsOldNumbersAndRewritesThem(t *testing.T) {
	w := still(t)
	salma, badr := w.person("Salma"), w.person("Badr")
	if err := w.DeclareNumber(w.ctx, salma, "TN", "01234567"); err != nil {
		t.Fatal(err)
	}
	settings := w.settings
	settings.Peppers = Peppers{Keys: map[string][]byte{"1": pepper('a'), "2": pepper('b')}, Current: "2"}
	later := openWorld(t, w.db, w.clock, settings)
	wantKind(t, later.DeclareNumber(later.ctx, badr, "TN", "01234567"), fault.Conflict)
	if err := later.DeclareNumber(later.ctx, salma, "TN", "01234567"); err != nil {
		t.Fatal(err)
	}
	if key := later.get(salma.PersonID).Identity.Key; !strings.HasPrefix(key, "2:") {
		t.Errorf("her number is still kept as %s", key)
	}
	if n := must[int64](t)(later.all.identities.Count(later.ctx, store.Query{})); n != 1 {
		t.Errorf("%d entries", n)
	}
	wantKind(t, later.DeclareNumber(later.ctx, badr, "TN", "01234567"), fault.Conflict)
}

func TestPeppersThatAreTooShortAreRefused(t *testing.T) {
	for name, p := range map[string]Peppers{
		"none":            {},
		"short":           {Keys: map[string][]byte{"1": []byte("short")}, Current: "1"},
		"no current":      {Keys: map[string][]byte{"1": pepper('a')}, Current: "2"},
		"an old one weak": {Keys: map[string][]byte{"1": pepper('a'), "0": {1}}, Current: "1"},
		"a colon":         {Keys: map[string][]byte{"1:": pepper('a')}, Current: "1:"},
	} {
		if p.check() == nil {
			t.Error(name)
		}
	}
}

func TestTheCounterChecksWhoShowsACode(t *testing.T) {
	w := still(t)
	agent, salma := w.holding("Agent", auth.FrontDesk, "siliana"), w.person("Salma")
	code, until, err := w.NewCode(w.ctx, salma.PersonID)
	if err != nil || len(code) != 9 || !until.Equal(noon.Add(15*time.Minute)) {
		t.Fatalf("%q until %s, %v", code, until, err)
	}
	if p := must[Person](t)(w.ByCode(w.ctx, strings.ToLower(strings.ReplaceAll(code, " ", "-")))); p.ID != salma.PersonID {
		t.Errorf("the code is %s's", p.ID)
	}
	for name, c := range map[string]struct {
		actor  auth.Actor
		place  string
		code   string
		number string
		want   fault.Kind
	}{
		"no role":             {salma, "siliana", code, "01234567", fault.Forbidden},
		"another authority":   {agent, "larache", code, "01234567", fault.Forbidden},
		"an officer":          {w.holding("Officer", auth.Officer, "siliana"), "siliana", code, "01234567", fault.Forbidden},
		"another code":        {agent, "siliana", "2222 2222", "01234567", fault.Invalid},
		"a number of no form": {agent, "siliana", code, "0123", fault.Invalid},
	} {
		_, err := w.CheckAtCounter(w.ctx, c.actor, c.place, c.code, c.number)
		if !fault.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	own, _, err := w.NewCode(w.ctx, agent.PersonID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.CheckAtCounter(w.ctx, agent, "siliana", own, "07654321")
	wantKind(t, err, fault.Forbidden)

	p := must[Person](t)(w.CheckAtCounter(w.ctx, agent, "siliana", code, "01234567"))
	last := p.Checks[len(p.Checks)-1]
	if p.Level != LevelChecked || last.By != agent.PersonID || last.Place != "siliana" || last.How != HowCounter || !last.At.Equal(noon) {
		t.Errorf("%+v", p)
	}
	entry := p.History[len(p.History)-1]
	if entry.Act != "account.number_counter" || entry.Authority != "siliana" || entry.ActorID != agent.PersonID || entry.ActorRole != "front_desk" {
		t.Errorf("the audit says %+v", entry)
	}
	_, err = w.CheckAtCounter(w.ctx, agent, "siliana", code, "01234567")
	wantKind(t, err, fault.Invalid) // the code was for one use
}

func TestACodeRunsOutAndANewOneReplacesIt(t *testing.T) {
	w := still(t)
	salma := w.person("Salma")
	first, _, err := w.NewCode(w.ctx, salma.PersonID)
	if err != nil {
		t.Fatal(err)
	}
	second, _, err := w.NewCode(w.ctx, salma.PersonID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.ByCode(w.ctx, first)
	wantKind(t, err, fault.Invalid)
	must[Person](t)(w.ByCode(w.ctx, second))
	w.clock.Advance(15 * time.Minute)
	_, err = w.ByCode(w.ctx, second)
	wantKind(t, err, fault.Invalid)
	if err := w.FinishInterrupted(w.ctx); err != nil {
		t.Fatal(err)
	}
	if n := must[int64](t)(w.all.codes.Count(w.ctx, store.Query{})); n != 0 {
		t.Errorf("%d codes were not swept away", n)
	}
}
