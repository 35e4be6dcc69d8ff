package main

import (
	"strings"

	"musharaka/modules/citizenspace"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/web"
)

// spaced is what has happened in the Citizen Space of the town: requests in
// several states, all of the citizen.
type spaced struct {
	open, solved, waiting, permit, outside string // references
}

// inSpaces opens a Citizen Space and makes requests of it.
func (w *world) inSpaces() {
	ctx, officer := w.t.Context(), w.actor("officer")
	_, err := w.spaces.SetUp(ctx, officer, town, func(s *citizenspace.Settings) error {
		s.Open = true
		s.Landmarks = []citizenspace.Landmark{{Key: "market", Name: citizenspace.Words{"ar": "السوق المركزي", "fr": "Marché central"}, Lat: 35.1932, Lng: -6.1557}}
		s.Address = citizenspace.Words{"ar": "قصر الجماعة", "fr": "Hôtel de ville"}
		return nil
	})
	w.must(err)
	for _, v := range w.spaces.Templates() {
		_, err := w.spaces.Adopt(ctx, officer, town, v, v.Code)
		w.must(err)
		_, err = w.spaces.Publish(ctx, officer, town, v.Code)
		w.must(err)
	}
	w.space.open = w.lamp("open").Reference
	solved := w.lamp("solved")
	w.actedOn(w.spaces.Resolve(ctx, officer, solved.ID, citizenspace.Solved, "غُير المصباح", 0))
	w.space.solved = solved.Reference
	waiting := w.lamp("waiting")
	w.actedOn(w.spaces.Ask(ctx, officer, waiting.ID, "أي عمود بالضبط؟", 0))
	w.space.waiting = waiting.Reference
	outside := w.lamp("outside")
	w.actedOn(w.spaces.SendOn(ctx, officer, outside.ID, "المكتب الوطني للماء والكهرباء", "وكالة المدينة", "هذا العمود للمكتب.", 0))
	w.space.outside = outside.Reference
	f, err := w.spaces.File(ctx, w.actor("citizen"), citizenspace.Input{Authority: town, Offer: "building_permit", Channel: citizenspace.Online, Once: "world permit",
		Citizen: citizenspace.Citizen{Name: "سعاد", Email: "souad@demo.example"}, Spot: citizenspace.Spot{Landmark: "market"},
		Answers: []citizenspace.Answer{{Code: "works", Values: []string{"new"}}, {Code: "area", Values: []string{"120"}}}})
	w.must(err)
	w.space.permit = f.Request.Reference
}

func (w *world) actedOn(_ citizenspace.Request, err error) { w.must(err) }

// lamp is a report of a broken lamp by the citizen.
func (w *world) lamp(once string) citizenspace.Request {
	f, err := w.spaces.File(w.t.Context(), w.actor("citizen"), citizenspace.Input{
		Authority: town, Offer: "lighting", Channel: citizenspace.Online, Once: "world lamp " + once, Description: "عمود مطفأ أمام السوق <script>alert(1)</script> \u202e",
		Spot: citizenspace.Spot{Landmark: "market", Words: "أمام الباب"}, Answers: []citizenspace.Answer{{Code: "what", Values: []string{"dark"}}},
	})
	w.must(err)
	return f.Request
}

// requestFor is the request for a route: one of its own for what ends it.
func (w *world) requestFor(r web.Route, who string) string {
	switch {
	case strings.HasSuffix(r.Path, "/withdraw") && r.Method == "POST" && who == "citizen":
		return w.lamp("withdraw " + who + w.clock.Now().String()).Reference
	case strings.HasSuffix(r.Path, "/reopen") && r.Method == "POST" && who == "citizen":
		x := w.lamp("reopen " + who + w.clock.Now().String())
		w.actedOn(w.spaces.Resolve(w.t.Context(), auth.System, x.ID, citizenspace.Solved, "تم", 0))
		return x.Reference
	case strings.HasSuffix(r.Path, "/judge"):
		return w.space.solved
	}
	return w.space.open
}

// spaceViews are the pages of Citizen Spaces.
func (w *world) spaceViews(see, wrong func(as string, paths ...string)) {
	s := "/spaces/" + town
	see("nobody", "/spaces", s, s+"/services/lighting", s+"/services/building_permit", s+"/services/certified_copy", s+"/services/lighting/ask", s+"/services/building_permit/ask", s+"/services/hall/ask",
		s+"/requests", s+"/requests?state=closed&service=lighting", s+"/requests?q=zzzz", "/requests/"+w.space.open, "/requests/"+w.space.outside, "/requests/"+w.space.open+"/me-too", "/follow")
	wrong("nobody", s+"/services/lighting/ask?once=0123456789abcdef0123", s+"/services/building_permit/ask?once=0123456789abcdef0123", "/requests/"+w.space.open+"/me-too", "/follow")
	for _, r := range []string{w.space.open, w.space.solved, w.space.waiting, w.space.outside, w.space.permit} {
		see("citizen", "/follow/"+r)
	}
	see("citizen", "/follow/"+w.space.open+"/thanks", "/follow/"+w.space.open+"/withdraw", "/me/requests")
	wrong("citizen", "/follow/"+w.space.open+"/write", "/follow/"+w.space.solved+"/judge")
}
