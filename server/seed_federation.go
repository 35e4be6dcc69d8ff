package main

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"time"

	"musharaka/modules/federation"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
)

// demoNetworkID is the network whose work the demo shows.
const demoNetworkID = "citizen-spaces"

// demoRecord is a record of the network and what became of it. Days count back
// from now; In is days ahead.
type demoRecord struct {
	Kind              federation.Kind
	Day               int
	By, Authority     string
	As                federation.Act
	AR, FR            federation.Words
	Sort, Body        string
	From, Until       int // of a mandate
	At, In, Hours     int // of a meeting
	Due               int
	Capacity, Contact string
	Parties           []string
	Cost              int64 // in whole units
	Place             string
	Agenda            []string
	Public            bool
	Site              demoSite
	Photos            int
	Acts              []demoNetworkAct
}

type demoSite struct {
	Address                          string
	Lat, Lng                         float64
	Districts, Services, Others      []string
	Weekdays, Friday, Saturday, Note string
}

type demoNetworkAct struct {
	Act        federation.Act
	Day        int
	By         string
	Text, For  string
	Due        int
	Women, Men int
}

// federationEvents plays the work of the network.
func (s *seeding) federationEvents() []event {
	var all []event
	add := func(day int, what string, do func(context.Context) error) {
		at := clock.StartOfDay(s.mark.Now.AddDate(0, 0, -day), time.UTC).Add(9*time.Hour + time.Duration(len(all))*time.Minute)
		all = append(all, event{at: at, what: "network: " + what, do: do})
	}
	for i, x := range s.data.Federation {
		add(x.Day, "the "+string(x.Kind)+" "+x.AR.Title, func(ctx context.Context) error { return s.enterRecord(ctx, i) })
		for _, y := range x.Acts {
			add(y.Day, string(y.Act)+" of "+x.AR.Title, func(ctx context.Context) error { return s.actOnRecord(ctx, x, y) })
		}
	}
	return all
}

// ofDay is the beginning of a day so many days back, in Tunis.
func (s *seeding) ofDay(back int) time.Time {
	return clock.StartOfDay(s.mark.Now.AddDate(0, 0, -back), clock.Zone("TN"))
}

// networkRecord returns a record of the network by kind, title, member and body; NotFound
// when it was not entered yet.
func (s *seeding) networkRecord(ctx context.Context, x demoRecord) (federation.Record, error) {
	by, err := s.actor(ctx, "sonia")
	if err != nil {
		return federation.Record{}, err
	}
	st, err := s.federations.Standing(ctx, by, demoNetworkID)
	if err != nil {
		return federation.Record{}, err
	}
	page, err := s.federations.List(ctx, st, x.Kind, federation.Filter{}, "", 100)
	if err != nil {
		return federation.Record{}, err
	}
	drafts, err := s.federations.Drafts(ctx, st, 100)
	if err != nil {
		return federation.Record{}, err
	}
	for _, r := range append(page.Items, drafts...) {
		if r.Kind == x.Kind && r.Title("ar") == x.AR.Title && r.Authority == x.Authority && r.Body == x.Body {
			return r, nil
		}
	}
	return federation.Record{}, fault.New(fault.NotFound, "")
}

// enterRecord enters a record, once.
func (s *seeding) enterRecord(ctx context.Context, i int) error {
	x := s.data.Federation[i]
	if _, err := s.networkRecord(ctx, x); !fault.Is(err, fault.NotFound) {
		return err
	}
	by, err := s.actor(ctx, x.By)
	if err != nil {
		return err
	}
	r := federation.Record{Network: demoNetworkID, Kind: x.Kind, Authority: x.Authority, Texts: map[string]federation.Words{"ar": x.AR, "fr": x.FR}, Sort: x.Sort, Body: x.Body,
		Capacity: x.Capacity, Contact: x.Contact, Parties: x.Parties, Cost: 1000 * x.Cost, Sitting: federation.Sitting{Place: x.Place, Agenda: x.Agenda, Open: x.Public}, Site: x.Site.site()}
	switch x.Kind {
	case federation.Mandate:
		r.At = s.ofDay(x.From)
		if x.Until != 0 {
			r.Until = s.ofDay(x.Until)
		}
	case federation.Meeting:
		r.At = s.ofDay(x.At - x.In).Add(9 * time.Hour)
		r.Until = r.At.Add(time.Duration(x.Hours) * time.Hour)
	case federation.Output:
		r.Due = clock.EndOfDay(s.ofDay(x.Due), clock.Zone("TN"))
	}
	as := x.As
	if as == "" {
		as = federation.Enter
	}
	r, err = s.federations.Enter(ctx, by, r, as)
	for n := 0; n < x.Photos && err == nil; n++ {
		var body bytes.Buffer
		if err = png.Encode(&body, facade(x.AR.Title, n)); err == nil {
			_, err = s.federations.Attach(ctx, by, r.ID, federation.Photo, "facade.png", &body, "")
		}
	}
	return err
}

func (x demoSite) site() federation.Site {
	out := federation.Site{Address: x.Address, HasPoint: x.Lat != 0, Lat: x.Lat, Lng: x.Lng, Districts: x.Districts, Services: x.Services, Others: x.Others, HoursNote: x.Note}
	for i := range 4 {
		out.Hours[i] = x.Weekdays
	}
	out.Hours[4], out.Hours[5] = x.Friday, x.Saturday
	return out
}

// actOnRecord does one act of the plan; what was done before an interruption
// answers with a conflict, which the player of the plan knows.
func (s *seeding) actOnRecord(ctx context.Context, x demoRecord, y demoNetworkAct) error {
	r, err := s.networkRecord(ctx, x)
	if err != nil {
		return err
	}
	by, err := s.actor(ctx, y.By)
	if err != nil {
		return err
	}
	switch y.Act {
	case federation.Hold:
		_, err = s.federations.EnterMinutes(ctx, by, r.ID, federation.Minutes{Text: y.Text, Women: y.Women, Men: y.Men})
	case federation.Deliver:
		paper, bad := s.sheet(x.AR.Title, x.AR.Text)
		if bad != nil {
			return bad
		}
		_, err = s.federations.Attach(ctx, by, r.ID, y.Act, x.AR.Title+".pdf", paper, y.Text)
	default:
		in := federation.Input{Text: y.Text, For: y.For}
		if y.Act == federation.Take || y.Act == federation.Grant {
			in.Due = clock.EndOfDay(s.ofDay(y.Due), clock.Zone("TN"))
		}
		_, err = s.federations.Do(ctx, by, r.ID, y.Act, in)
	}
	return err
}

var (
	skyInk    = color.RGBA{0xcf, 0xe3, 0xf2, 0xff}
	wallInk   = color.RGBA{0xfa, 0xf6, 0xec, 0xff}
	doorInk   = color.RGBA{0x2f, 0x6f, 0x9f, 0xff}
	groundInk = color.RGBA{0xd9, 0xcd, 0xb6, 0xff}
)

// facade draws a town hall: no photograph of a real building is in the demo.
func facade(title string, n int) image.Image {
	const w, h = 900, 600
	d := dice("facade", title, string(rune('a'+n)))
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	fill := func(x0, y0, x1, y1 int, c color.Color) {
		draw.Draw(img, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(0, 0, w, h, skyInk)
	fill(0, 470, w, h, groundInk)
	left, right, top := 90+d.IntN(80), w-90-d.IntN(80), 170+d.IntN(60)
	fill(left, top, right, 480, wallInk)
	fill(left-12, top-18, right+12, top, doorInk)
	floors := []int{top + 36, top + 126}
	for x := left + 40; x < right-70; x += 90 + d.IntN(20) {
		for _, y := range floors {
			fill(x, y, x+44, y+62, doorInk)
		}
	}
	middle := (left + right) / 2
	fill(middle-44, 400, middle+44, 480, doorInk)
	if n == 1 { // a tree
		fill(left-60, 380, left-40, 480, houseInk)
		fill(left-90, 300, left-10, 390, greenInk)
	}
	return img
}
