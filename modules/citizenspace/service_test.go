package citizenspace

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
)

func TestARequestFromTheFirstToTheLastWord(t *testing.T) {
	w := newWorld(t)
	f := w.file(auth.Actor{}, pole("a", 36.085, 9.37))
	r := f.Request
	if r.Reference != "EC-2026-1" || len(f.Code) != codeLetters || r.Status() != "open" || r.Clock.DueAt.IsZero() {
		t.Fatalf("filed as %+v with code %q", r, f.Code)
	}
	holder := Caller{Code: strings.ToUpper(ShownCode(f.Code))}

	again := w.file(auth.Actor{}, pole("a", 36.085, 9.37))
	if again.Request.ID != r.ID || again.Code != f.Code {
		t.Error("the same form made another request, or another code")
	}
	if _, err := w.Follow(w.ctx, "ec 2026-0001", ShownCode(f.Code)); err != nil {
		t.Errorf("who has number and code does not get in: %v", err)
	}
	_, err := w.Follow(w.ctx, r.Reference, "2222-2222-2222")
	w.refuses(err, fault.NotFound, "a wrong code")
	_, missing := w.Follow(w.ctx, "EC-2026-99", f.Code)
	if m1, _ := fault.Shown(err); missing == nil {
		t.Error("a number that does not exist")
	} else if m2, _ := fault.Shown(missing); m1 != m2 {
		t.Error("the answer tells which numbers exist")
	}

	due := r.Clock.DueAt
	_, err = w.Assign(w.ctx, agent, r.ID, "works", "worker", 0)
	w.must(err)
	w.clock.Advance(24 * time.Hour)
	_, err = w.Ask(w.ctx, worker, r.ID, "أي عمود؟", 0)
	w.must(err)
	w.clock.Advance(48 * time.Hour)
	_, err = w.Reply(w.ctx, Caller{Actor: stranger}, r.ID, "أنا", "")
	w.refuses(err, fault.Forbidden, "a stranger's reply")
	r, err = w.Reply(w.ctx, holder, r.ID, "الثالث", "")
	w.must(err)
	if r.State != Assigned || !r.Clock.DueAt.After(due) || len(r.Messages) != 2 {
		t.Errorf("after the reply: %s, due %s (was %s), %d messages", r.State, r.Clock.DueAt, due, len(r.Messages))
	}
	_, err = w.Resolve(w.ctx, worker, r.ID, Solved, "تم تغيير المصباح", 0)
	w.must(err)
	r, err = w.Judge(w.ctx, holder, r.ID, Judgement{Solved: false, Stars: 2, Comment: "ما زال مطفأ"})
	w.must(err)
	if r.State != Resolved || r.After.Solved != "no" {
		t.Errorf("not solved: %s %+v", r.State, r.After)
	}
	r, err = w.Reopen(w.ctx, holder, r.ID, "", 0)
	w.must(err)
	if r.State != Reopened || !r.EndedAt.IsZero() || r.Reopenings != 1 || r.After.Solved != "" {
		t.Errorf("reopened: %s, ended %s, %+v", r.State, r.EndedAt, r.After)
	}
	_, err = w.Resolve(w.ctx, worker, r.ID, Solved, "تم", 0)
	w.must(err)
	r, err = w.Judge(w.ctx, holder, r.ID, Judgement{Solved: true, Stars: 5})
	w.must(err)
	if r.State != Closed || len(r.Tasks) != 0 {
		t.Errorf("at the end it is %s with tasks %v", r.State, r.Tasks)
	}
	w.whole()
}

func TestWhatEverybodySeesOfARequest(t *testing.T) {
	w := newWorld(t)
	in := pole("a", 36.085, 9.37)
	in.Description = "اتصلوا بي على 98 123 456 أو amal@example.org، بطاقتي 01234567"
	in.Citizen = Citizen{Name: "أمل بن صالح", Email: "amal@example.org", Phone: "98123456", By: "mail"}
	public := w.file(citizen, in)
	private := w.file(citizen, Input{Authority: town, Offer: "permit", Channel: Online, Once: "p",
		Citizen: Citizen{Name: "أمل", Phone: "98123456"}, Answers: []Answer{{"area", []string{"120.5"}}}})
	_, err := w.Message(w.ctx, worker, public.Request.ID, "سر بيننا")
	w.must(err)
	_, err = w.Note(w.ctx, worker, public.Request.ID, "ملاحظة داخلية")
	w.must(err)

	r, err := w.Request(w.ctx, Caller{}, public.Request.Reference)
	w.must(err)
	card, err := w.CardOf(w.ctx, r.Reference)
	w.must(err)
	for _, secret := range []string{"98 123", "98123456", "amal@", "01234567", "بن صالح", "سر", "ملاحظة"} {
		if seen := fmt.Sprintf("%+v %+v", r, card); strings.Contains(seen, secret) {
			t.Errorf("everybody can read %q in %s", secret, seen)
		}
	}
	_, err = w.Request(w.ctx, By(stranger), private.Request.ID)
	w.refuses(err, fault.NotFound, "somebody else's permit")
	_, err = w.CardOf(w.ctx, private.Request.Reference)
	w.refuses(err, fault.NotFound, "the card of a permit")
	mine, err := w.Request(w.ctx, By(citizen), public.Request.ID)
	w.must(err)
	if len(mine.Messages) != 1 || mine.Messages[0].PersonID != "" || len(mine.Notes) != 0 {
		t.Errorf("who asked sees %+v and %+v", mine.Messages, mine.Notes)
	}
	_, err = w.Hide(w.ctx, agent, public.Request.ID, "تشهير")
	w.must(err)
	_, err = w.Request(w.ctx, Caller{}, public.Request.ID)
	w.refuses(err, fault.NotFound, "a hidden request")
	w.whole()
}

func TestTwoAgentsNeverOverwriteEachOtherUnseen(t *testing.T) {
	w := newWorld(t)
	r := w.file(auth.Actor{}, pole("a", 36.085, 9.37)).Request
	_, err := w.Transfer(w.ctx, agent, r.ID, "papers", "ليس من مشمولاتنا", r.Acts)
	w.must(err)
	_, err = w.Reject(w.ctx, worker, r.ID, NotActionable, "غير واضح", r.Acts)
	w.refuses(err, fault.Conflict, "an act on what somebody else has changed")

	r, err = w.Request(w.ctx, By(officer), r.ID)
	w.must(err)
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() { _, errs[i] = w.Begin(w.ctx, worker, r.ID, "", r.Acts) })
	}
	wg.Wait()
	if n := slices.IndexFunc(errs, func(e error) bool { return e == nil }); n < 0 {
		t.Error("nobody could act")
	}
	done := 0
	for _, e := range errs {
		if e == nil {
			done++
		}
	}
	if done != 1 {
		t.Errorf("%d of eight agents acted on the same sight", done)
	}
	w.whole()
}

func TestListMapAndSearchShowTheSame(t *testing.T) {
	w := newWorld(t)
	var first Request
	for i := range 9 {
		in := pole(fmt.Sprint(i), 36.08+float64(i)*0.004, 9.36+float64(i)*0.003)
		if i == 4 {
			in.Spot = Spot{Landmark: "market"}
		}
		if f := w.file(auth.Actor{}, in); i == 0 {
			first = f.Request
		}
	}
	w.must(w.recount(w.ctx))
	siliana := Bounds{36, 9.2, 36.3, 9.6}
	for _, c := range []struct {
		name  string
		f     Filter
		total int64
	}{
		{"all", Filter{Authority: town}, 9}, {"open", Filter{Authority: town, Group: OpenRequests}, 9}, {"ended", Filter{Authority: town, Group: EndedRequests}, 0},
		{"a service", Filter{Authority: town, Offer: "lighting"}, 9}, {"another", Filter{Authority: town, Offer: "permit"}, 0}, {"elsewhere", Filter{Authority: otherTown}, 0},
	} {
		page, err := w.List(w.ctx, c.f)
		w.must(err)
		if int64(len(page.Items)) != c.total {
			t.Errorf("%s: the list has %d, want %d", c.name, len(page.Items), c.total)
		}
		for zoom := 3; zoom <= 18; zoom++ {
			b := siliana
			v, err := w.Map(w.ctx, c.f, b, zoom)
			w.must(err)
			if v.Total != c.total {
				t.Errorf("%s: the map at zoom %d has %d, want %d", c.name, zoom, v.Total, c.total)
			}
		}
		found, err := w.Search(w.ctx, "إنارة المدرسة", c.f)
		w.must(err)
		if int64(len(found)) != c.total {
			t.Errorf("%s: search finds %d, want %d", c.name, len(found), c.total)
		}
	}
	_, err := w.End(w.ctx, agent, first.ID, NothingToDo, "لا شيء هناك", 0)
	w.must(err)
	w.must(w.recount(w.ctx))
	v, err := w.Map(w.ctx, Filter{Authority: town, Group: EndedRequests}, siliana, 10)
	w.must(err)
	if v.Total != 1 {
		t.Errorf("after one ended the map has %d ended", v.Total)
	}
	near, err := w.Map(w.ctx, Filter{Authority: town}, Bounds{36.079, 9.359, 36.081, 9.361}, 17)
	w.must(err)
	if len(near.Clusters) != 1 || near.Clusters[0].Card == nil {
		t.Errorf("looked at closely: %+v", near)
	}
	w.whole()
}

func TestWhatIsReportedNearbyIsOffered(t *testing.T) {
	w := newWorld(t)
	r := w.file(auth.Actor{}, pole("a", 36.085, 9.37)).Request
	o, err := w.Offer(w.ctx, town, "lighting")
	w.must(err)
	for _, c := range []struct {
		name     string
		lat, lng float64
		after    time.Duration
		want     int
	}{
		{"a few steps away", 36.0853, 9.3702, 0, 1}, {"over the line of a cell", 36.0858, 9.37, 0, 1}, {"farther than the service says", 36.0865, 9.37, 0, 0},
		{"longer ago than the service says", 36.085, 9.37, 31 * 24 * time.Hour, 0},
	} {
		w.clock.Advance(c.after)
		near, err := w.Near(w.ctx, *o.Current, Spot{Point: true, Lat: c.lat, Lng: c.lng})
		w.must(err)
		if len(near) != c.want {
			t.Errorf("%s: %d offered, want %d", c.name, len(near), c.want)
		}
	}
	for range 2 {
		_, err = w.MeToo(w.ctx, By(stranger), r.ID, "", "ar")
		w.must(err)
	}
	_, err = w.MeToo(w.ctx, Caller{}, r.ID, "X@example.org", "fr")
	w.must(err)
	_, err = w.MeToo(w.ctx, Caller{}, r.ID, "nobody", "fr")
	w.refuses(err, fault.Invalid, "no address")
	if c, _ := w.CardOf(w.ctx, r.ID); c.Supports != 2 {
		t.Errorf("%d say me too, want 2", c.Supports)
	}
}

func TestMergingAndSplitting(t *testing.T) {
	w := newWorld(t)
	one := w.file(citizen, pole("a", 36.085, 9.37)).Request
	two := w.file(stranger, pole("b", 36.085, 9.37)).Request
	_, err := w.Merge(w.ctx, agent, two.ID, two.ID, 0)
	w.refuses(err, fault.Invalid, "merging into itself")
	two, err = w.Merge(w.ctx, agent, two.ID, one.Reference, two.Acts)
	w.must(err)
	one, err = w.Request(w.ctx, By(officer), one.ID)
	w.must(err)
	if two.State != Duplicate || two.Status() != "closed" || !slices.Equal(one.Absorbed, []string{two.ID}) {
		t.Errorf("merged: %s, the other has %v", two.State, one.Absorbed)
	}
	_, err = w.Merge(w.ctx, agent, one.ID, two.ID, 0)
	w.refuses(err, fault.Invalid, "merging back into what was merged")

	part, err := w.Split(w.ctx, worker, one.ID, "permit", "مسألة أخرى", "s", one.Acts)
	w.must(err)
	again, err := w.Split(w.ctx, worker, one.ID, "permit", "مسألة أخرى", "s", 0)
	w.must(err)
	one, err = w.Request(w.ctx, By(officer), one.ID)
	w.must(err)
	if part.Request.ID != again.Request.ID || !slices.Equal(one.Parts, []string{part.Request.ID}) || part.Request.SplitFrom != one.ID || !part.Request.IsCitizen("amal") {
		t.Errorf("split: %v, from %q", one.Parts, part.Request.SplitFrom)
	}
	w.whole()
}

func TestWhatCannotBeAsked(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		change func(*Input)
		field  string
	}{
		"no answer":        {func(in *Input) { in.Answers = nil }, "q_what"},
		"no such choice":   {func(in *Input) { in.Answers[0].Values = []string{"<script>"} }, "q_what"},
		"two answers":      {func(in *Input) { in.Answers[0].Values = []string{"dark", "day"} }, "q_what"},
		"no such question": {func(in *Input) { in.Answers = append(in.Answers, Answer{"x", []string{"1"}}) }, "q_x"},
		"nowhere":          {func(in *Input) { in.Spot = Spot{} }, "place"},
		"abroad":           {func(in *Input) { in.Spot.Lat = 48 }, "place"},
		"no such landmark": {func(in *Input) { in.Spot = Spot{Landmark: "x"} }, "landmark"},
		"too many photos":  {func(in *Input) { in.Photos = []string{"a", "b", "c", "d"} }, "photos"},
		"too long":         {func(in *Input) { in.Description = strings.Repeat("ا", MaxDescription+1) }, "description"},
		"no address":       {func(in *Input) { in.Citizen.Email = "nobody" }, "email"},
		"no number":        {func(in *Input) { in.Citizen.Phone = "call me" }, "phone"},
		"told by nothing":  {func(in *Input) { in.Citizen.By = "sms" }, "by"},
	} {
		in := pole(name, 36.085, 9.37)
		c.change(&in)
		_, err := w.File(w.ctx, auth.Actor{}, in)
		if p := ProblemsOf(err); !fault.Is(err, fault.Invalid) || len(p) != 1 || p[0].Field != c.field {
			t.Errorf("%s: %v, %+v", name, err, p)
		}
	}
	in := pole("x", 36.085, 9.37)
	in.Channel = AtCounter
	_, err := w.File(w.ctx, citizen, in)
	w.refuses(err, fault.Forbidden, "a citizen behind the counter")
	in.Offer = "nothing"
	_, err = w.File(w.ctx, agent, in)
	w.refuses(err, fault.NotFound, "a service that is not offered")
}

func TestARequestKeepsTheVersionItWasAskedUnder(t *testing.T) {
	w := newWorld(t)
	r := w.file(auth.Actor{}, pole("a", 36.085, 9.37)).Request
	_, err := w.Change(w.ctx, officer, town, "lighting", func(v *Version) error { v.Name = Words{"ar": "الإنارة", "fr": "Lumière"}; return nil })
	w.must(err)
	if o, _ := w.Offer(w.ctx, town, "lighting"); o.Current.Name["fr"] != "Éclairage public" {
		t.Error("a draft changes what is offered")
	}
	_, err = w.Publish(w.ctx, agent, town, "lighting")
	w.refuses(err, fault.Forbidden, "publishing by the front desk")
	o, err := w.Publish(w.ctx, officer, town, "lighting")
	w.must(err)
	_, err = w.Publish(w.ctx, officer, town, "lighting")
	w.refuses(err, fault.Conflict, "publishing twice")
	kept, err := w.Version(w.ctx, town, r.Offer, r.OfferNo)
	w.must(err)
	if o.Current.Number != 2 || kept.Name["fr"] != "Éclairage public" {
		t.Errorf("offered is %d, the request has %q", o.Current.Number, kept.Name["fr"])
	}
	_, err = w.Retire(w.ctx, officer, town, "lighting")
	w.must(err)
	_, err = w.File(w.ctx, auth.Actor{}, pole("b", 36.085, 9.37))
	w.refuses(err, fault.NotFound, "a service that was withdrawn")
	_, err = w.Begin(w.ctx, worker, r.ID, "", 0)
	w.must(err)
	w.whole()
}
