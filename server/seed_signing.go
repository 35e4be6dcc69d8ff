package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"
	"unicode"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/petition"
)

// planned is a signature of the plan.
type planned struct {
	face
	at    time.Time
	input petition.SignInput
}

// shareOf is how many in a hundred of the crowd do something with a signature.
const (
	showName = 38
	wantNews = 4
)

// reached is when the threshold is reached.
func (t *story) reached() time.Time {
	d := dice("reached", t.p.Key)
	return clock.StartOfDay(t.anchor.AddDate(0, 0, -t.p.Reached), t.zone).Add(time.Duration(10*60+d.IntN(600)) * time.Minute)
}

// closing is the last moment at which signatures are taken.
func (t *story) closing() time.Time {
	closes := clock.EndOfDay(clock.AddMonths(t.opened.In(t.zone), t.periods.CollectMonths), t.zone)
	if x := t.p.Extend; x != nil {
		closes = clock.EndOfDay(t.mark.Now.AddDate(0, 0, x.To), t.zone)
	}
	t.ends = closes
	stops := []time.Time{closes, t.mark.Now.Add(-20 * time.Minute)}
	stop := func(day int) { stops = append(stops, clock.StartOfDay(t.anchor.AddDate(0, 0, -day), t.zone)) }
	if len(t.p.Legal) > 0 {
		stop(t.p.Legal[0].Day)
	}
	if a := t.p.Answer; a != nil && a.Published > 0 {
		stop(a.Published)
	}
	if t.p.Withdraw != nil {
		stop(t.p.Withdraw.Day)
	}
	if t.p.Reject != nil {
		stop(t.p.Reject.Day)
	}
	if t.p.End == petition.Lapsed {
		stops = append(stops, t.lapses())
	}
	return earliest(stops...)
}

// sign plans the signatures, the comments with what officers make of them, and
// the people who follow.
func (t *story) sign() error {
	if t.p.Published == 0 {
		return nil
	}
	from, until := t.opened.Add(25*time.Minute), t.closing()
	valid, others, err := t.signers()
	if err != nil {
		return err
	}
	if t.p.Reached == 0 {
		t.crowdIn(append(valid, others...), from, until)
		return nil
	}
	need := int(t.need.Signatures)
	if t.p.Org != "" {
		need = 0
	}
	if len(valid) < need {
		return fmt.Errorf("%d valid signatures do not reach %d", len(valid), need)
	}
	early := len(others) * need / max(1, len(valid))
	reached := t.reached()
	t.latest = reached
	t.crowdIn(slices.Concat(others[:early], valid[:need]), from, reached)
	t.crowdIn(slices.Concat(valid[need:], others[early:]), reached.Add(time.Hour), until)
	return nil
}

// signers chooses who signs: first whose signature counts, then the others.
func (t *story) signers() (valid, others []face, err error) {
	c := choice{story: t, chosen: map[string]bool{}, inProvince: map[string]int{}, age: 18, year: t.opened.Year()}
	if t.authority.Country == "TN" {
		c.age = 16
	}
	wanted := t.scaled(t.p.Valid)
	if need := int(t.need.Signatures); t.p.Reached > 0 && t.p.Org == "" {
		wanted = need + t.scaled(t.p.Valid-need)
	}
	for _, key := range append([]string{""}, t.p.SignedBy...) {
		f, ok := t.author, true
		if key != "" {
			if f, ok = t.known(key); !ok {
				return nil, nil, fmt.Errorf("nobody has the key %q", key)
			}
		}
		c.take(f)
	}
	faces := slices.Clone(t.faces)
	t.dice.Shuffle(len(faces), func(i, j int) { faces[i], faces[j] = faces[j], faces[i] })
	if len(t.need.Subunits) > 0 {
		faces = t.byTurns(faces)
	}
	for _, f := range faces {
		if len(c.valid) < wanted && c.counts(f) && c.provinceLacks(f) {
			c.take(f)
		}
	}
	if len(c.valid) < wanted {
		return nil, nil, fmt.Errorf("only %d of the crowd count, %d are wanted", len(c.valid), wanted)
	}
	rest := t.scaled(t.p.Supporters - t.p.Valid)
	for _, near := range []bool{true, false} { // neighbours whose signature does not count, then people from elsewhere
		most := rest
		if near {
			most -= min(14, rest/6)
		}
		for _, f := range faces {
			if len(c.others) < most && f.Country == t.authority.Country && !c.counts(f) && slices.Contains(f.home, t.p.To) == near {
				c.take(f)
			}
		}
	}
	t.dice.Shuffle(len(c.valid), func(i, j int) { c.valid[i], c.valid[j] = c.valid[j], c.valid[i] })
	return c.valid, c.others, nil
}

// choice is who was chosen to sign so far.
type choice struct {
	*story
	age, year     int // whom the law counts, when the petition opens
	chosen        map[string]bool
	inProvince    map[string]int
	valid, others []face
}

func (c *choice) counts(f face) bool { return f.counts(c.p.To, c.age, c.year) }

// take chooses somebody, once.
func (c *choice) take(f face) {
	switch {
	case c.chosen[f.ID]:
		return
	case c.counts(f):
		c.valid = append(c.valid, f)
	default:
		c.others = append(c.others, f)
	}
	c.chosen[f.ID] = true
	c.inProvince[c.province(f)]++
}

// province is the part of a region in which somebody lives; "" elsewhere.
func (t *story) province(f face) string {
	for _, unit := range t.need.Subunits {
		if slices.Contains(f.home, unit) {
			return unit
		}
	}
	return ""
}

// provinceLacks reports whether a province that is to fall short has room left.
func (c *choice) provinceLacks(f face) bool {
	limit, short := c.p.Lacking[c.province(f)]
	return !short || c.inProvince[c.province(f)] < limit
}

// byTurns orders people so that each province has its turn, until those of the
// small ones have all been named.
func (t *story) byTurns(faces []face) []face {
	turn := make(map[string]int, len(faces))
	seen := map[string]int{}
	for _, f := range faces {
		unit := t.province(f)
		seen[unit]++
		turn[f.ID] = seen[unit]
	}
	slices.SortStableFunc(faces, func(a, b face) int { return turn[a.ID] - turn[b.ID] })
	return faces
}

// crowdIn spreads signatures over a time, more of them soon after its beginning,
// and plans them in parties that sign together.
func (t *story) crowdIn(faces []face, from, until time.Time) {
	if len(faces) == 0 {
		return
	}
	signatures, seals := make([]planned, len(faces)), t.seals(t.p.To) && t.p.Org == ""
	span := until.Sub(from)
	for i, f := range faces {
		at := from.Add(time.Duration(float64(span) * math.Pow(t.dice.Float64(), 1.5)))
		signatures[i] = planned{face: f, at: at, input: petition.SignInput{
			Consent: consentVersion, NamePublic: t.dice.IntN(100) < showName, News: t.dice.IntN(100) < wantNews,
		}}
		if f.Subject != "" || f.ID == t.author.ID { // people with a story stand by it, and want to hear the end
			signatures[i].input.NamePublic, signatures[i].input.News = true, true
		}
		if seals {
			signatures[i].input.Number = f.Number
		}
	}
	slices.SortFunc(signatures, func(a, b planned) int { return a.at.Compare(b.at) })
	parties := min(max(len(signatures)/40, 5), 11, 1+len(signatures)/6)
	size := (len(signatures) + parties - 1) / parties
	for party := range slices.Chunk(signatures, size) {
		at := party[len(party)-1].at
		for i := range party {
			party[i].at = at
		}
	}
	t.comment(signatures)
	for party := range slices.Chunk(signatures, size) {
		at := party[0].at
		t.add(at, fmt.Sprintf("%d sign", len(party)), false, func(ctx context.Context) error { return t.signTogether(ctx, party) })
	}
	t.followed(from)
}

// signTogether lets a party sign at the same time, as on a busy evening: their
// signatures share the commits.
func (t *story) signTogether(ctx context.Context, party []planned) error {
	id, err := t.id(ctx)
	if err != nil {
		return err
	}
	campaign, err := t.via(ctx, id)
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	for i, one := range party {
		if i%3 == 0 {
			one.input.Campaign = campaign
		}
		wg.Go(func() {
			_, failed := t.app.petitions.Sign(ctx, auth.Actor{PersonID: one.ID, Name: one.Name, Lang: one.Lang}, id, one.input)
			if failed != nil {
				mu.Lock()
				err = failed
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return err
}

// comment gives some signatures a comment, and plans its reading.
func (t *story) comment(signatures []planned) {
	own := slices.Clone(t.p.Comments)
	t.p.Comments = nil // each is said once
	lists := t.data.Comments[t.authority.Country]
	for _, key := range []string{t.p.Theme, "any"} {
		for _, lang := range []string{"ar", "fr"} {
			texts := slices.Clone(lists[key][lang])
			t.dice.Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
			own = append(own, texts[:min(len(texts), len(signatures)/140)]...)
		}
	}
	hide := map[string]bool{}
	if h := lists["hide"]["ar"]; len(h) > 0 && len(signatures) > 150 {
		text := h[t.dice.IntN(len(h))]
		own, hide[text] = append(own, text), true
	}
	for _, text := range own {
		i := t.dice.IntN(1 + 2*len(signatures)/3) // most of it early enough to be read by now
		for range signatures {
			s := signatures[i]
			if s.input.Comment == "" && (s.Lang == "ar") == isArabic(text) {
				break
			}
			i = (i + 1) % len(signatures)
		}
		if signatures[i].input.Comment != "" {
			continue
		}
		signatures[i].input.Comment = text
	}
	for from := 0; from < len(signatures); { // those of a party are read together
		to := from
		for to < len(signatures) && signatures[to].at.Equal(signatures[from].at) {
			to++
		}
		t.read(signatures[from:to], hide)
		from = to
	}
}

// read plans that an officer reads a party's comments on the next working day.
// Much of what was said in the last days still waits.
func (t *story) read(party []planned, hide map[string]bool) {
	at := party[0].at.Add(time.Duration(14+t.dice.IntN(40)) * time.Hour)
	said := slices.DeleteFunc(slices.Clone(party), func(p planned) bool { return p.input.Comment == "" })
	if len(said) == 0 || !at.Before(t.mark.Now.Add(-30*time.Minute)) || at.After(t.mark.Now.AddDate(0, 0, -9)) && t.dice.IntN(3) > 0 {
		return
	}
	t.as(at, "reading comments", t.officer, func(ctx context.Context, who auth.Actor, id string) error {
		for _, p := range said {
			if err := t.app.petitions.ModerateComment(ctx, who, petition.SignatureID(id, p.ID), !hide[p.input.Comment]); err != nil {
				return err
			}
		}
		return nil
	})
	t.plan[len(t.plan)-1].tell = false
}

func isArabic(text string) bool {
	for _, r := range text {
		if unicode.IsLetter(r) {
			return unicode.Is(unicode.Arabic, r)
		}
	}
	return false
}

// followed plans that some follow without signing.
func (t *story) followed(from time.Time) {
	people := t.p.FollowedBy
	t.p.FollowedBy = nil
	for _, key := range people {
		t.as(from.Add(time.Duration(1+t.dice.IntN(30))*time.Hour), "following", key, func(ctx context.Context, who auth.Actor, id string) error {
			return t.app.petitions.Follow(ctx, who, id)
		})
		t.plan[len(t.plan)-1].tell = false
	}
}
