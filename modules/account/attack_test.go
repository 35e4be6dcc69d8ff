package account

import (
	"crypto/hmac"
	"crypto/sha256"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
)

// today is a clock that stands still at the real time: goth holds what a token
// says against the machine's own clock.
func today() *clock.Fake { return clock.NewFake(clock.System().Now()) }

// testWorld signs in with the lying provider.
func testWorld(t *testing.T) (*world, *op) {
	o := newOP(t)
	return newWorld(t, today(), "https://musharaka.example", o.settings()), o
}

func TestAnHonestTokenSignsIn(t *testing.T) {
	w, o := testWorld(t)
	f := o.begin(w)
	if got := f.query.Get("redirect_uri"); got != "https://musharaka.example/auth/test/callback" {
		t.Errorf("the provider is told to come back to %s", got)
	}
	if f.query.Get("code_challenge_method") != "S256" || f.query.Get("nonce") == "" || len(f.query.Get("state")) != 43 {
		t.Errorf("the flow begins with %v", f.query)
	}
	out := must[Outcome](t)(f.finish(f.code(issue{})))
	if p := w.get(out.PersonID); p.Name != "Amina" || out.Return != "/ar/me" || p.Level != LevelAccount {
		t.Errorf("%+v signed in to %s", p, out.Return)
	}
}

func TestLyingTokensSignNobodyIn(t *testing.T) {
	unsigned := func(_ *op, signed string) string { return signed + "." }
	byHand := func(alg string) func(header, claims map[string]any) {
		return func(header, _ map[string]any) { header["alg"] = alg }
	}
	set := func(name string, value any) func(header, claims map[string]any) {
		return func(_, claims map[string]any) { claims[name] = value }
	}
	drop := func(name string) func(header, claims map[string]any) {
		return func(_, claims map[string]any) { delete(claims, name) }
	}
	for name, i := range map[string]issue{
		"no signature, alg none":            {change: byHand("none"), sign: unsigned},
		"no signature, alg NONE":            {change: byHand("NONE"), sign: unsigned},
		"no signature, alg RS256":           {sign: unsigned},
		"another token's signature":         {sign: func(o *op, s string) string { return s + "." + o.sign("x.y") }},
		"signed with the client's secret":   {change: byHand("HS256"), sign: withSecret},
		"a key that is not the provider's":  {change: func(h, _ map[string]any) { h["kid"] = "2" }},
		"another flow's nonce":              {change: set("nonce", "another")},
		"no nonce":                          {change: drop("nonce")},
		"another audience":                  {change: set("aud", "somebody-else")},
		"no audience":                       {change: drop("aud")},
		"another authorised party":          {change: set("azp", "somebody-else")},
		"an authorised party that is none":  {change: set("azp", 7)},
		"two audiences, no party":           {change: set("aud", []string{"client", "somebody-else"})},
		"another issuer":                    {change: set("iss", "https://evil.example")},
		"no issuer":                         {change: drop("iss")},
		"no expiry":                         {change: drop("exp")},
		"an expiry that is no number":       {change: set("exp", "tomorrow")},
		"expired":                           {change: set("exp", today().Now().Add(-time.Minute).Unix())},
		"issued tomorrow":                   {change: set("iat", today().Now().Add(24*time.Hour).Unix())},
		"no time of issue":                  {change: drop("iat")},
		"no subject":                        {change: drop("sub")},
		"an empty subject":                  {change: set("sub", "")},
		"a subject of 300 characters":       {change: set("sub", strings.Repeat("x", 300))},
		"an access token of somebody else":  {change: set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA")},
		"a token that is none":              {sign: func(*op, string) string { return "not.a.token" }},
		"an empty token":                    {sign: func(*op, string) string { return "" }},
		"a user-info of another subject":    {change: set("sub", "43")},
		"an audience that is an odd object": {change: set("aud", map[string]any{"x": 1})},
	} {
		t.Run(name, func(t *testing.T) {
			w, o := testWorld(t)
			f := o.begin(w)
			out, err := f.finish(f.code(i))
			if !isInvalid(err) || out.PersonID != "" {
				t.Errorf("signed in %q with %v", out.PersonID, err)
			}
			if n, err := w.all.people.Count(w.ctx, storeAll); n != 0 || err != nil {
				t.Errorf("%d people were made, %v", n, err)
			}
			if err != nil && (strings.Contains(err.Error(), "somebody-else") || strings.Contains(err.Error(), "evil.example")) {
				t.Errorf("the log would quote the token: %v", err)
			}
		})
	}
}

func withSecret(_ *op, signed string) string {
	mac := hmac.New(sha256.New, []byte("secret"))
	mac.Write([]byte(signed))
	return signed + "." + b64(mac.Sum(nil))
}

func TestAnAnswerWithAnOddIDTokenIsRefusedAndDoesNotPanic(t *testing.T) {
	for _, token := range []any{nil, 7, []string{"x"}, map[string]any{"a": 1}, true} {
		w, o := testWorld(t)
		f := o.begin(w)
		o.token = func(rw http.ResponseWriter) bool {
			answer(rw, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": token})
			return true
		}
		if _, err := f.finish("code"); !isInvalid(err) {
			t.Errorf("%v: %v", token, err)
		}
	}
}

func TestACodeIsUsedOnce(t *testing.T) {
	w, o := testWorld(t)
	first := o.begin(w)
	code := first.code(issue{})
	must[Outcome](t)(first.finish(code))
	second := o.begin(w)
	_, err := second.finish(code)
	wantKind(t, err, fault.Invalid)
}

func TestAStolenCodeIsWorthlessWithoutTheVerifier(t *testing.T) {
	w, o := testWorld(t)
	victim, attacker := o.begin(w), o.begin(w)
	_, err := attacker.finish(victim.code(issue{}))
	wantKind(t, err, fault.Invalid)
}

func TestFlowsAreBoundToBrowserProviderAndTime(t *testing.T) {
	other := strings.Repeat("z", 43)
	for name, change := range map[string]func(w *world, c *Callback){
		"another browser":     func(_ *world, c *Callback) { c.Browser = other },
		"no browser":          func(_ *world, c *Callback) { c.Browser = "" },
		"another state":       func(_ *world, c *Callback) { c.State = other },
		"no state":            func(_ *world, c *Callback) { c.State = "" },
		"another provider":    func(_ *world, c *Callback) { c.Provider = "demo" },
		"an answer's issuer":  func(_ *world, c *Callback) { c.Issuer = "https://evil.example" },
		"no code":             func(_ *world, c *Callback) { c.Code = "" },
		"eleven minutes late": func(w *world, _ *Callback) { w.clock.Advance(11 * time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			w, o := testWorld(t)
			f := o.begin(w)
			c := Callback{Provider: "test", State: f.query.Get("state"), Code: f.code(issue{}), Browser: browserToken}
			change(w, &c)
			_, err := w.FinishSignIn(w.ctx, c)
			wantKind(t, err, fault.Invalid)
		})
	}
}

func TestOneOfManyAtTheSameMomentFinishesAFlow(t *testing.T) {
	w, o := testWorld(t)
	f := o.begin(w)
	code := f.code(issue{})
	done := make(chan error, 20)
	for range cap(done) {
		go func() { _, err := f.finish(code); done <- err }()
	}
	through := 0
	for range cap(done) {
		if err := <-done; err == nil {
			through++
		} else if !isInvalid(err) {
			t.Error(err)
		}
	}
	if through != 1 {
		t.Errorf("%d got through", through)
	}
}

func TestALoginAddedInASpaceCannotBeFinishedBySomebodyElse(t *testing.T) {
	w, o := testWorld(t)
	amina, badr := w.person("Amina"), w.person("Badr")
	address := must[string](t)(w.BeginSignIn(w.ctx, Begin{Provider: "test", Return: "/ar/me", Lang: "ar", Browser: browserToken, PersonID: amina.PersonID}))
	f := flow{w: w, o: o, query: mustURL(address).Query()}
	for _, who := range []auth.Actor{{}, badr} {
		_, err := w.FinishSignIn(w.ctx, Callback{Provider: "test", State: f.query.Get("state"), Code: f.code(issue{}), Browser: browserToken, Actor: who})
		wantKind(t, err, fault.Invalid)
	}
}

func TestASlowProviderIsGivenUpAndAskedAgainLater(t *testing.T) {
	o := newOP(t)
	o.wait = make(chan struct{})
	w := newWorld(t, today(), "https://musharaka.example", o.settings())
	w.providers[0].client.Timeout = 50 * time.Millisecond
	_, err := w.BeginSignIn(w.ctx, Begin{Provider: "test", Browser: browserToken})
	wantKind(t, err, fault.Unavailable)
	close(o.wait)
	w.providers[0].client.Timeout = 5 * time.Second
	_, err = w.BeginSignIn(w.ctx, Begin{Provider: "test", Browser: browserToken})
	wantKind(t, err, fault.Unavailable) // not asked again at once
	w.clock.Advance(failureLasts)
	f := o.begin(w)
	must[Outcome](t)(f.finish(f.code(issue{})))
}

func TestAProviderThatFailsAtTheTokenIsUnavailable(t *testing.T) {
	w, o := testWorld(t)
	f := o.begin(w)
	o.token = func(rw http.ResponseWriter) bool { rw.WriteHeader(http.StatusBadGateway); return true }
	_, err := f.finish("code")
	wantKind(t, err, fault.Unavailable)
}

func TestWhatUserInfoSaysDoesNotOverruleTheToken(t *testing.T) {
	w, o := testWorld(t)
	o.userinfo = map[string]any{"sub": "42", "name": "Somebody Else", "email": "victim@example.org", "email_verified": true, "iss": "x", "nonce": "y"}
	f := o.begin(w)
	out := must[Outcome](t)(f.finish(f.code(issue{change: func(_, claims map[string]any) { claims["email"], claims["email_verified"] = "amina@example.org", false }})))
	if p := w.get(out.PersonID); p.Name != "Amina" || p.Email != "amina@example.org" || p.EmailKey != "" {
		t.Errorf("the account is %+v", p)
	}
}

func TestAssuranceDecidesWhetherANumberIsProven(t *testing.T) {
	for name, c := range map[string]struct {
		claims map[string]any
		want   int
		bad    bool
	}{
		"the right assurance":     {map[string]any{"cin": "01234567", "acr": "high"}, LevelChecked, false},
		"arabic digits":           {map[string]any{"cin": "٠١٢٣٤٥٦٧", "acr": "high"}, LevelChecked, false},
		"too low an assurance":    {map[string]any{"cin": "01234567", "acr": "low"}, LevelAccount, false},
		"no assurance":            {map[string]any{"cin": "01234567"}, LevelAccount, false},
		"no number":               {map[string]any{"acr": "high"}, LevelAccount, false},
		"a number of no shape":    {map[string]any{"cin": "12", "acr": "high"}, 0, true},
		"the number of a card MA": {map[string]any{"cin": "LA123456", "acr": "high"}, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOP(t)
			settings := o.settings()
			settings.IdentityClaim, settings.Country, settings.AssuranceClaim, settings.AssuranceValues = "cin", "TN", "acr", []string{"high"}
			w := newWorld(t, today(), "https://musharaka.example", settings)
			f := o.begin(w)
			out, err := f.finish(f.code(issue{change: func(_, claims map[string]any) { maps.Copy(claims, c.claims) }}))
			if c.bad {
				wantKind(t, err, fault.Invalid)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if p := w.get(out.PersonID); p.Level != c.want {
				t.Errorf("level %d, want %d", p.Level, c.want)
			}
		})
	}
}
