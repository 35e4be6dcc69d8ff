package desk

import (
	"context"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/web"
	"musharaka/views/deskview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// petitions is the kind of reply whose figures are public.
const petitions = "petition"

// answering is the public page of how long an authority takes to answer.
func (h *Pages) answering(c *web.Ctx) error {
	id := c.Params("id")
	country, names, err := h.service.Authorities.Authority(c.Std(), id)
	if err != nil {
		return noAuthority(err)
	}
	return c.Cached(web.Source{
		Key: "answering/" + id,
		Stamp: func(ctx context.Context) (string, error) {
			return h.service.AnsweringStamp(ctx, id, country, petitions)
		},
		Render: func(c *web.Ctx) (templ.Component, error) {
			c.UseCountry(country)
			c.SetCurrent("places")
			a, err := h.service.Answering(c.Std(), id, country, petitions)
			if err != nil {
				return nil, err
			}
			name := names[c.Locale.Lang()]
			if name == "" {
				name = names["fr"]
			}
			return deskview.Answering(answeringPage(c, id, name, a)), nil
		},
	})
}

func noAuthority(err error) error {
	if isNotFound(err) {
		return fault.New(fault.NotFound, "There is no such authority.")
	}
	return err
}

// monthText is a month with its year, as a reader says it.
func monthText(c *web.Ctx, month string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return month
	}
	return c.Locale.Month(t)
}

func answeringPage(c *web.Ctx, id, name string, a Answering) deskview.AnsweringPage {
	v := deskview.AnsweringPage{
		Page: c.Page(c.T("How long petitions wait for an answer")), Back: c.URL("/places/" + id), Place: name, JSON: "/places/" + id + "/answering.json",
		Period: c.T("From {first} to {last}, month by month.", "first", monthText(c, a.From), "last", monthText(c, a.To)),
	}
	v.Sheets, v.Wide = []string{"chart.css", "desk.css"}, false
	v.Description = c.T("How long {place} takes to answer petitions, and how many answers came in time.", "place", name)
	share, settled := a.Total.Share()
	v.Empty = a.Total.Replied == 0 && !settled
	if v.Empty {
		return v
	}
	if settled {
		v.Stats = append(v.Stats, ui.Stat{Value: c.Locale.Percent(share), Label: c.N("answered in time, of {n} petition", "answered in time, of {n} petitions", int(a.Total.InTime+a.Total.Late))})
	}
	if a.Total.Replied > 0 {
		v.Stats = append(v.Stats,
			ui.Stat{Value: c.N("{n} day", "{n} days", a.Total.Median), Label: c.N("middle time to answer ({n} answer)", "middle time to answer ({n} answers)", int(a.Total.Replied))},
			ui.Stat{Value: c.N("{n} day", "{n} days", a.Total.Ninth), Label: c.T("within which nine of ten answers came")})
	}
	v.InTime = ui.ChartSpec{Kind: ui.ChartColumns, Title: c.T("Answered in time, and not"), Label: c.T("Month"), Series: []string{c.T("Answered in time"), c.T("Late or without an answer")}}
	v.Days = ui.ChartSpec{Kind: ui.ChartColumns, Title: c.T("Middle time to answer, in days"), Label: c.T("Month"), Series: []string{c.T("Days")}}
	for _, m := range a.Months {
		label := monthText(c, m.Month)
		v.InTime.Points = append(v.InTime.Points, ui.ChartPoint{Label: label, Value: m.InTime, Second: m.Late})
		days := ui.ChartPoint{Label: label, Value: int64(m.Median)}
		if m.Median < 0 {
			days = ui.ChartPoint{Label: label, Text: c.T("No answer")}
		}
		v.Days.Points = append(v.Days.Points, days)
	}
	return v
}

// What programs are told. Days are null where there was no answer, the share
// is null where nothing is settled.
type (
	jsonFigures struct {
		Month    string   `json:"month,omitempty"`
		Answered int64    `json:"answered"`
		Median   *int     `json:"median_days"`
		Ninth    *int     `json:"p90_days"`
		InTime   int64    `json:"in_time"`
		Late     int64    `json:"late_or_silent"`
		Share    *float64 `json:"share_in_time"`
	}
	jsonAnswering struct {
		Authority string            `json:"authority"`
		Names     map[string]string `json:"names"`
		Kind      string            `json:"kind"`
		From      string            `json:"from"`
		To        string            `json:"to"`
		Total     jsonFigures       `json:"total"`
		Months    []jsonFigures     `json:"months"`
	}
)

func figuresJSON(month string, f Figures) jsonFigures {
	j := jsonFigures{Month: month, Answered: f.Replied, InTime: f.InTime, Late: f.Late}
	if f.Replied > 0 {
		j.Median, j.Ninth = &f.Median, &f.Ninth
	}
	if share, ok := f.Share(); ok {
		j.Share = &share
	}
	return j
}

// answeringJSON gives programs the same figures.
func (h *Pages) answeringJSON(c *web.Ctx) error {
	id := c.Params("id")
	country, names, err := h.service.Authorities.Authority(c.Std(), id)
	if err != nil {
		return noAuthority(err)
	}
	a, err := h.service.Answering(c.Std(), id, country, petitions)
	if err != nil {
		return err
	}
	out := jsonAnswering{Authority: id, Names: names, Kind: petitions, From: a.From, To: a.To, Total: figuresJSON("", a.Total)}
	for _, m := range a.Months {
		out.Months = append(out.Months, figuresJSON(m.Month, m.Figures))
	}
	c.Set("Cache-Control", "public, max-age=60")
	c.Set("Access-Control-Allow-Origin", "*") // public figures, for anybody's page
	return c.JSON(out)
}
