package federation

import (
	"bytes"
	"errors"
	"strconv"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/feed"
	"musharaka/modules/kit/ical"
	"musharaka/modules/kit/table"
	"musharaka/modules/kit/web"
)

// oftenDrawn limits how often one address may have the guide drawn.
var oftenDrawn = web.Limit{Burst: 60, Every: 2 * time.Second}

func (h *Pages) calendar(c *web.Ctx) error {
	st, err := h.standing(c)
	if err != nil {
		return err
	}
	text, err := h.Calendar(c.Std(), st.Network, c.Locale)
	if err != nil {
		return err
	}
	c.Set("Content-Type", ical.Type)
	c.Set("Cache-Control", "public, max-age=300")
	return c.SendString(text)
}

// guide is the guide of practices as a paper, in the language of the address.
func (h *Pages) guide(c *web.Ctx) error {
	st, err := h.standing(c)
	if err != nil {
		return err
	}
	body, err := h.Guide(c.Std(), st.Network, c.Locale)
	if err != nil {
		return err
	}
	c.Attachment("guide-" + st.Network.ID + "-" + c.Locale.Lang() + ".pdf")
	c.Set("Content-Type", "application/pdf")
	c.Set("Cache-Control", "public, max-age=300")
	return c.Send(body)
}

// news is what became public lately, as a feed.
func (h *Pages) news(c *web.Ctx) error {
	st, err := h.standing(c)
	if err != nil {
		return err
	}
	n, lang := st.Network, c.Locale.Lang()
	st.Keeps, st.Seats = false, nil // a feed is the same for everybody
	page, err := h.Archive(c.Std(), st, "", pageLength)
	if err != nil {
		return err
	}
	f := feed.Feed{ID: c.AbsURL(base(n)), Title: n.Name(lang), Lang: c.Locale.Tag(), Self: c.AbsURL(base(n) + "/news.atom"), Page: c.AbsURL(base(n) + "/archive"), Author: n.Name(lang), Updated: c.Now()}
	for _, r := range page.Items {
		w, in := r.In(lang)
		f.Entries = append(f.Entries, feed.Entry{ID: c.AbsURL(recordPath(r)), Page: c.AbsURL(recordPath(r)), Title: c.T(kindNames[r.Kind].one) + " · " + w.Title, Lang: in, Summary: w.Text,
			Categories: []string{string(r.Kind)}, Published: r.CreatedAt, Updated: r.ChangedAt})
	}
	if len(page.Items) > 0 {
		f.Updated = page.Items[0].ChangedAt
		for _, r := range page.Items {
			if r.ChangedAt.After(f.Updated) {
				f.Updated = r.ChangedAt
			}
		}
	}
	body, err := f.Atom()
	if err != nil {
		return err
	}
	c.Set("Content-Type", feed.Type)
	c.Set("Cache-Control", "public, max-age=300")
	return c.Send(body)
}

func dayIn(t time.Time, country string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(clock.Zone(country)).Format(time.DateOnly)
}

// csv is the public records of a kind as a table.
func (h *Pages) csv(k Kind) web.Handler {
	return func(c *web.Ctx) error {
		st, err := h.standing(c)
		if err != nil {
			return err
		}
		var out bytes.Buffer
		w := table.NewWriter(&out, c.T("Title"), c.T("Member"), c.T("State"), c.T("Kind"), c.T("Body"), c.T("Day"), c.T("Until"), c.T("Due"), c.T("Address"), c.T("Latitude"), c.T("Longitude"),
			c.T("Districts served"), c.T("Services"), c.T("Adopted by"), c.T("Web address"))
		err = h.EachPublic(c.Std(), st.Network.ID, k, func(r Record) error {
			w.Row(h.row(c, st.Network, r)...)
			return nil
		})
		if err = errors.Join(err, w.Close()); err != nil {
			return err
		}
		c.Attachment(kindNames[k].path + ".csv")
		c.Set("Content-Type", "text/csv; charset=utf-8")
		c.Set("Cache-Control", "public, max-age=60")
		return c.Send(out.Bytes())
	}
}

func (h *Pages) row(c *web.Ctx, n Network, r Record) []string {
	state, _ := tag(c, r)
	kind := c.T(kindNames[r.Kind].one)
	if r.Kind == Meeting {
		kind = c.T(MeetingNames[r.Sort])
	}
	body, lat, lng := "", "", ""
	if r.Body != "" {
		body = c.T(BodyNames[r.Body])
	}
	if r.Site.HasPoint {
		lat, lng = degrees(r.Site.Lat), degrees(r.Site.Lng)
	}
	var adopted []string
	for _, a := range r.Adopted {
		adopted = append(adopted, h.placeName(c, a.Authority))
	}
	return []string{r.Title(c.Locale.Lang()), h.placeName(c, r.Authority), state, kind, body, dayIn(r.At, n.Country), dayIn(r.Until, n.Country), dayIn(r.Due, n.Country), r.Site.Address, lat, lng,
		c.Locale.List(r.Site.Districts), c.Locale.List(h.services(c, r)), c.Locale.List(adopted), c.AbsURL(recordPath(r))}
}

// open is a record as programs read it: nothing that is not public.
type open struct {
	Record
	Site       *Site    `json:"space,omitempty"`
	Sitting    *Sitting `json:"meeting,omitempty"`
	Attendance *counted `json:"attendance,omitempty"`
	Country    string   `json:"country,omitempty"`
	Photos     []string `json:"photos,omitempty"` // addresses
}

// counted is a meeting's attendance; the numbers by sex are null where they are
// kept back.
type counted struct {
	All    int  `json:"all"`
	Women  *int `json:"women"`
	Men    *int `json:"men"`
	Unsaid *int `json:"not_said"`
}

func openOf(n Network, r Record) open {
	o := open{Record: r, Country: n.Country}
	switch r.Kind {
	case Space:
		o.Site = &r.Site
	case Meeting:
		sitting := r.Sitting
		if r.State != Published {
			sitting.Minutes = ""
			o.Sitting = &sitting
			return o
		}
		o.Sitting = &sitting
		a := r.AttendanceFor(false)
		o.Attendance = &counted{All: a.All}
		if a.BySex {
			o.Attendance.Women, o.Attendance.Men, o.Attendance.Unsaid = &a.Women, &a.Men, &a.Unsaid
		}
	}
	return o
}

// json is the public records of a kind for programs, a page at a time.
func (h *Pages) json(k Kind) web.Handler {
	return func(c *web.Ctx) error {
		n, err := h.Networks.Network(c.Std(), c.Params("id"))
		if err != nil {
			return err
		}
		limit := 100
		if typed, err := strconv.Atoi(c.Query("limit")); err == nil && typed > 0 && typed < limit {
			limit = typed
		}
		page, err := h.Public(c.Std(), n.ID, k, c.Query("after"), limit)
		if err != nil {
			return err
		}
		out := struct {
			Network string            `json:"network"`
			Names   map[string]string `json:"names"`
			Records []open            `json:"records"`
			Next    string            `json:"next"`
		}{Network: n.ID, Names: n.Names, Records: []open{}, Next: page.Next}
		for _, r := range page.Items {
			o := openOf(n, r)
			for _, id := range r.Site.Photos {
				f, err := h.Files.Get(c.Std(), id)
				if isNotFound(err) {
					continue
				}
				if err != nil {
					return err
				}
				o.Photos = append(o.Photos, h.PublicURL+f.Path)
			}
			out.Records = append(out.Records, o)
		}
		c.Set("Cache-Control", "public, max-age=60")
		return c.JSON(out)
	}
}
