package petition

import (
	"context"
	"fmt"
	"slices"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

var ageLabels = map[string]string{
	"under_18": i18n.Msg("Under 18"), "18_24": i18n.Msg("18 to 24"), "25_34": i18n.Msg("25 to 34"), "35_44": i18n.Msg("35 to 44"),
	"45_59": i18n.Msg("45 to 59"), "60_more": i18n.Msg("60 and over"), unknownKey: i18n.Msg("Not said"),
}

var sexLabels = map[string]string{"female": i18n.Msg("Signed by women"), "male": i18n.Msg("Signed by men"), unknownKey: i18n.Msg("Not said")}

// showFigures is the public page of a petition's figures, rendered once per
// change and language.
func (h *Pages) showFigures(c *web.Ctx) error {
	id := c.Params("id")
	return c.Cached(web.Source{
		Key: "petition/" + id + "/figures",
		Stamp: func(ctx context.Context) (string, error) {
			stamp, err := h.service.Stamp(ctx, id)
			if err != nil {
				return "", err
			}
			_, f, err := h.service.FiguresOf(ctx, id)
			return fmt.Sprintf("%s.%d%s", stamp, f.Version, c.Now().Format("|2006-01-02")), err
		},
		Render: func(c *web.Ctx) (templ.Component, error) {
			v, err := h.figuresPage(c, id)
			return petitionview.Figures(v), err
		},
	})
}

func (h *Pages) figuresPage(c *web.Ctx, id string) (petitionview.FiguresPage, error) {
	var v petitionview.FiguresPage
	p, f, err := h.service.FiguresOf(c.Std(), id)
	if err != nil {
		return v, err
	}
	t, err := h.service.Tally(c.Std(), id)
	if err != nil {
		return v, err
	}
	c.UseCountry(p.Country)
	c.SetCurrent("petitions")
	v = petitionview.FiguresPage{Page: c.Page(c.T("The figures of this petition")), Object: p.Text(c.Locale.Lang()).Object, Href: c.URL("/petitions/" + id)}
	v.Page.Sheets = append(v.Page.Sheets, "chart.css")
	number := c.Locale.Number
	v.Stats = []ui.Stat{{Value: number(t.Supporters), Label: c.T("Supporters")}, {Value: number(t.Valid), Label: c.T("Valid signatures")},
		{Value: number(t.Paper), Label: c.T("On paper")}, {Value: number(t.Void), Label: c.T("Invalidated")}}
	places, err := h.placesChart(c, p, f)
	if err != nil {
		return v, err
	}
	ages := h.cellsChart(c, c.T("Signatures by age"), c.T("Age"), AgeBands, ageLabels, f.Step.Ages)
	sexes := h.cellsChart(c, c.T("Signatures by sex"), c.T("Sex"), Sexes, sexLabels, f.Step.Sexes)
	v.Charts = []ui.ChartSpec{daysChart(c, p, f), places, ages, sexes}
	v.Step = stepText(c, f)
	v.Kept = c.T("Numbers below {n} are not shown, nor others from which they could be worked out. Residence, age and sex are counted as people gave them, and only if they did; the age is that of the year of signing.", "n", LeastShown)
	v.Batches, err = h.voidBatches(c, id)
	return v, err
}

// stepText says of which moment the figures by place, age and sex are, and when
// they are brought up to date.
func stepText(c *web.Ctx, f Figures) string {
	if f.Step.At.IsZero() {
		return c.N("Residence, age and sex are shown once {n} person has signed.", "Residence, age and sex are shown once {n} people have signed.", LeastShown)
	}
	return c.N("Residence, age and sex are those of {n} signature, as counted on {date}.", "Residence, age and sex are those of {n} signatures, as counted on {date}.", int(f.Step.N), "date", f.Step.At) + " " +
		c.T("So that no single signature can be told from a change, they are counted anew once the number has changed by {n} or more.", "n", f.StepAfter())
}

// longestDays is from how many days on the history is drawn by week.
const longestDays = 62

// daysChart is how many signed on each day since the publication; by week when
// the time is long.
func daysChart(c *web.Ctx, p Petition, f Figures) ui.ChartSpec {
	chart := ui.ChartSpec{Kind: ui.ChartColumns, Title: c.T("Signatures by day"), Label: c.T("Day"), Series: []string{c.T("Signatures")}, Empty: c.T("Nobody has signed yet.")}
	zone := clock.Zone(p.Country)
	first, last := clock.StartOfDay(p.PublishedAt, zone).In(zone), clock.StartOfDay(c.Now(), zone)
	if p.ClosesAt.Before(last) {
		last = clock.StartOfDay(p.ClosesAt, zone)
	}
	step := 1
	if daysBetween(first, last, zone) > longestDays {
		step, chart.Title, chart.Label = 7, c.T("Signatures by week"), c.T("Week from")
	}
	var sum int64
	for _, n := range f.Days {
		sum += n
	}
	if sum == 0 {
		return chart
	}
	for day := first; !day.After(last); day = day.AddDate(0, 0, step) {
		var n int64
		for i := range step {
			n += f.Days[day.AddDate(0, 0, i).Format("20060102")]
		}
		chart.Points = append(chart.Points, ui.ChartPoint{Label: c.Locale.Date(day.Add(12 * time.Hour)), Value: n})
	}
	return chart
}

// placesChart is where those who signed live; places with few are one row.
func (h *Pages) placesChart(c *web.Ctx, p Petition, f Figures) (ui.ChartSpec, error) {
	chart := ui.ChartSpec{Title: c.T("Signatures by place of residence"), Label: c.T("Place"), Series: []string{c.T("Signatures")}, Empty: c.T("Not enough people have signed yet.")}
	shown, rest := placeCells(f.Step.Places)
	for _, cell := range shown {
		name, err := h.placeName(c, cell.Key)
		if err != nil {
			return chart, err
		}
		chart.Points = append(chart.Points, ui.ChartPoint{Label: name, Value: cell.N})
	}
	switch {
	case rest >= LeastShown:
		chart.Points = append(chart.Points, ui.ChartPoint{Label: c.T("Other places, or not said"), Value: rest})
	case rest > 0: // all there are
		chart.Points = append(chart.Points, ui.ChartPoint{Label: c.T("Other places, or not said"), Text: c.T("not shown")})
	}
	return chart, nil
}

func (h *Pages) placeName(c *web.Ctx, key string) (string, error) {
	switch key {
	case unknownKey:
		return c.T("Not said"), nil
	case elsewherePlace:
		return c.T("Elsewhere"), nil
	}
	a, err := h.places.Authority(c.Std(), key)
	if isNotFound(err) {
		return key, nil
	}
	return a.Name(c.Locale.Lang()), err
}

// cellsChart is a chart of fixed rows, of which some may be kept back.
func (h *Pages) cellsChart(c *web.Ctx, title, label string, keys []string, labels map[string]string, counts map[string]int64) ui.ChartSpec {
	chart := ui.ChartSpec{Title: title, Label: label, Series: []string{c.T("Signatures")}, Empty: c.T("Not enough people have signed yet.")}
	cells := cellsOf(keys, counts)
	if !slices.ContainsFunc(cells, func(x Cell) bool { return x.N > 0 }) {
		return chart
	}
	for _, cell := range cells {
		point := ui.ChartPoint{Label: c.T(labels[cell.Key]), Value: cell.N}
		if cell.Kept {
			point.Value, point.Text = 0, c.T("not shown")
		}
		chart.Points = append(chart.Points, point)
	}
	return chart
}

func (h *Pages) voidBatches(c *web.Ctx, id string) ([]petitionview.VoidBatch, error) {
	all, err := h.service.PublicBatches(c.Std(), id)
	var shown []petitionview.VoidBatch
	for _, b := range all {
		shown = append(shown, petitionview.VoidBatch{
			Title:  c.N("{n} signature, on {date}", "{n} signatures, on {date}", int(b.Changed), "date", b.At),
			Reason: b.Reason, Undone: b.Undone,
		})
	}
	return shown, err
}
