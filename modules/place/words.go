package place

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"musharaka/modules/kit/fold"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/web"
	"musharaka/views/placeview"
)

// otherScript returns a name in the script the reader does not read here, with
// its language.
func otherScript(p Place, lang string) (name, nameLang string) {
	if lang == "ar" {
		return p.NameFR, "fr"
	}
	return p.NameAR, "ar"
}

// inhabitants writes a population with its year.
func inhabitants(c *web.Ctx, p Place, census bool) string {
	count := c.N("{n} inhabitant", "{n} inhabitants", p.Population)
	if census {
		return c.T("{count}, census of {year}", "count", count, "year", strconv.Itoa(p.CensusYear))
	}
	return c.T("{count}, estimate of {year}", "count", count, "year", strconv.Itoa(p.CensusYear))
}

// cited puts a rule into words.
func cited(c *web.Ctx, label, value string, r law.Citation) placeview.Cited {
	lang := c.Locale.Lang()
	out := placeview.Cited{Label: label, Value: value, Source: r.Source.In(lang), URL: r.URL, ValidFrom: day(c, r.ValidFrom), Note: sentence(r.Note.In(lang))}
	switch {
	case r.Platform:
		out.Mark = placeview.Platform
	case !r.Verified:
		out.Mark = placeview.Unread
	}
	if out.Law = r.Law.In(lang); r.Article != "" {
		out.Law = c.T("article {number}, {law}", "number", r.Article, "law", out.Law)
	}
	for _, d := range r.Disputed {
		out.Disputes = append(out.Disputes, placeview.Dispute{Says: d.Says.In(lang), Source: d.Source.In(lang), URL: d.URL})
	}
	return out
}

// sentence begins a note, which the packs write small, with a capital.
func sentence(note string) string {
	if note == "" {
		return ""
	}
	r, size := utf8.DecodeRuneInString(note)
	return string(unicode.ToUpper(r)) + note[size:]
}

func figure(c *web.Ctx, name law.FigureName, f law.Figure) placeview.Cited {
	return cited(c, c.T(name.Label()), f.Words(c.Locale), f.Citation)
}

// day writes the day of a rule. Rules are dated by day, at midnight UTC, which
// is the same day in both countries.
func day(c *web.Ctx, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return c.Locale.Date(t)
}

// row is a place in a list, with what it lies in.
func (h *Pages) row(c *web.Ctx, p Place, active map[string]bool) placeview.Row {
	lang := c.Locale.Lang()
	r := placeview.Row{Name: p.Name(lang), Kind: c.T(LevelName(p.Level)), Population: c.Locale.Number(int64(p.Population)), Active: active[p.ID]}
	r.Href = c.URL("/places/" + p.ID)
	r.Other, r.OtherLang = otherScript(p, lang)
	for i, up := range h.table.Ancestors(p.ID) {
		if i > 0 {
			r.Within += " · "
		}
		r.Within += up.Name(lang)
	}
	if r.Within == "" {
		r.Within = h.countryName(c, p.Country)
	}
	return r
}

func (h *Pages) rows(c *web.Ctx, list []Place, active map[string]bool) []placeview.Row {
	out := make([]placeview.Row, len(list))
	for i, p := range list {
		out[i] = h.row(c, p, active)
	}
	return out
}

func (h *Pages) countryName(c *web.Ctx, code string) string {
	if country, ok := h.packs.Country(code); ok {
		return country.Title.In(c.Locale.Lang())
	}
	return code
}

// activeSet returns the ids of the authorities that take part.
func (h *Pages) activeSet(c *web.Ctx) (map[string]bool, error) {
	list, err := h.service.Active(c.Std())
	if err != nil {
		return nil, err
	}
	set := make(map[string]bool, len(list))
	for _, a := range list {
		set[a.ID] = true
	}
	return set, nil
}

// sortByName puts places in the order of the Arabic alphabet, as lists of
// children are.
func sortByName(list []Place) {
	slices.SortFunc(list, func(a, b Place) int {
		return strings.Compare(fold.Bare(a.NameAR)+a.ID, fold.Bare(b.NameAR)+b.ID)
	})
}
