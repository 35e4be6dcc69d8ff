package petition

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// orderLabels are the words for the orders of a list.
var orderLabels = []struct {
	order Order
	label string
}{
	{Newest, i18n.Msg("Newest first")},
	{MostSigned, i18n.Msg("Most signed first")},
	{ClosingSoon, i18n.Msg("Closing soon first")},
}

// Choices offers what a person can choose from and other modules know.
type Choices interface {
	// ActivePlaces returns the authorities that take petitions here, by name.
	ActivePlaces(ctx context.Context, lang string) ([]ui.Option, error)
	// FindPlaces returns the authorities whose name is like words, active or not.
	FindPlaces(ctx context.Context, words string, tr ui.Translator) ([]ui.Option, error)
	// PlaceOption returns one authority as a choice.
	PlaceOption(ctx context.Context, id string, tr ui.Translator) ([]ui.Option, error)
	// Delegations returns the associations a person may act for.
	Delegations(ctx context.Context, personID string) ([]ui.Option, error)
}

// filterOf reads a filter from the query; what it does not know does not narrow.
func filterOf(c *web.Ctx) Filter {
	f := Filter{Place: c.Query("place"), Theme: c.Query("theme"), Group: Group(c.Query("group")), Order: Order(c.Query("order")), After: c.Query("after"), Limit: 20}
	if !slices.Contains(Themes, f.Theme) && !slices.Contains(Tags, strings.TrimPrefix(f.Theme, "#")) {
		f.Theme = ""
	}
	if !slices.Contains(Groups, f.Group) {
		f.Group = All
	}
	if !slices.ContainsFunc(orderLabels, func(o struct {
		order Order
		label string
	}) bool {
		return o.order == f.Order
	}) {
		f.Order = Newest
	}
	if f.Order == ClosingSoon {
		f.Group = Collecting
	}
	return f
}

// query writes the filter as it stands in an address, without the cursor.
func (f Filter) query(words string) url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"q": words, "place": f.Place, "theme": f.Theme, "group": string(f.Group), "order": string(f.Order)} {
		if value != "" && !(name == "order" && f.Order == Newest) {
			q.Set(name, value)
		}
	}
	return q
}

// list is the list of petitions: public, the same for everybody.
func (h *Pages) list(c *web.Ctx) error {
	words := shorten(c.Query("q"), 200)
	f := filterOf(c)
	c.SetCurrent("petitions")
	v := petitionview.ListPage{Page: c.Page(c.T("Petitions")), Words: words}
	v.Description = c.T("What people ask of their municipality, province or region, and what they are answered.")
	v.Canonical, v.Wide = "/petitions", true
	if q := f.query(words); len(q) > 0 {
		v.NoIndex, v.Active = true, len(q)
	}
	found, next, err := h.find(c, words, f)
	if err != nil {
		return err
	}
	if v.Cards, err = h.cards(c, found); err != nil {
		return err
	}
	v.Found = foundText(c, words, len(found), next != "")
	if next != "" {
		q := f.query(words)
		q.Set("after", next)
		v.Pages.Next = c.URL("/petitions") + "?" + q.Encode()
	}
	if f.After != "" {
		v.Pages.First = c.URL("/petitions") + "?" + f.query(words).Encode()
	}
	v.Formats = h.formats(c, f)
	v.Feed = v.Formats[0].Href
	c.Set("Cache-Control", "public, max-age=5")
	return h.showList(c, v, f)
}

func (h *Pages) find(c *web.Ctx, words string, f Filter) ([]Card, string, error) {
	if words != "" {
		found, err := h.service.Search(c.Std(), words, f, 40)
		return found, "", err
	}
	page, err := h.service.List(c.Std(), f)
	return page.Items, page.Next, err
}

func foundText(c *web.Ctx, words string, n int, more bool) string {
	switch {
	case words != "":
		return c.N("{n} petition found for “{words}”", "{n} petitions found for “{words}”", n, "words", words)
	case more:
		return c.N("The first {n} petition", "The first {n} petitions", n)
	}
	return c.N("{n} petition", "{n} petitions", n)
}

func (h *Pages) showList(c *web.Ctx, v petitionview.ListPage, f Filter) error {
	places, err := h.choices.ActivePlaces(c.Std(), c.Locale.Lang())
	if err != nil {
		return err
	}
	v.Place = ui.SelectField{Name: "place", Label: c.T("Place"), Value: f.Place, Empty: c.T("All places"), Options: places}
	v.Theme = ui.SelectField{Name: "theme", Label: c.T("Theme"), Value: f.Theme, Empty: c.T("All themes"), Options: themeOptions(c)}
	v.Group = ui.SelectField{Name: "group", Label: c.T("State"), Value: string(f.Group), Options: groupOptions(c)}
	v.Order = ui.SelectField{Name: "order", Label: c.T("Order"), Value: string(f.Order)}
	for _, o := range orderLabels {
		v.Order.Options = append(v.Order.Options, ui.Option{Value: string(o.order), Label: c.T(o.label)})
	}
	return c.Show(petitionview.List(v))
}

func themeOptions(c *web.Ctx) []ui.Option {
	var options []ui.Option
	for _, t := range Themes {
		options = append(options, ui.Option{Value: t, Label: c.T(ThemeLabel(t)), Group: c.T("Themes")})
	}
	for _, t := range Tags {
		options = append(options, ui.Option{Value: "#" + t, Label: c.T(TagLabel(t)), Group: c.T("Concerns")})
	}
	return options
}

func groupOptions(c *web.Ctx) []ui.Option {
	var options []ui.Option
	for _, g := range Groups {
		options = append(options, ui.Option{Value: string(g), Label: c.T(GroupLabel(g))})
	}
	return options
}

// home is the front door, kept in memory like a petition's page.
func (h *Pages) home(c *web.Ctx) error {
	return c.Cached(web.Source{
		Key:   "home",
		Stamp: h.homeStamp,
		Render: func(c *web.Ctx) (templ.Component, error) {
			v, err := h.homePage(c)
			return petitionview.Home(v), err
		},
	})
}

// homeStamp changes when a card on the home page does.
func (h *Pages) homeStamp(ctx context.Context) (string, error) {
	var b strings.Builder
	for _, f := range homeLists {
		page, err := h.service.List(ctx, f)
		if err != nil {
			return "", err
		}
		for _, p := range page.Items {
			b.WriteString(p.ID + string(p.State) + strconv.FormatInt(p.Valid, 10) + "," + strconv.FormatInt(p.Supporters, 10) + " ")
		}
	}
	return b.String(), nil
}

// homeLists are the lists of the home page: most signed now, answered.
var homeLists = []Filter{
	{Group: Collecting, Order: MostSigned, Limit: 6},
	{Group: WasAnswered, Order: Newest, Limit: 3},
}

func (h *Pages) homePage(c *web.Ctx) (petitionview.HomePage, error) {
	v := petitionview.HomePage{Page: c.Page("")}
	v.Bare, v.Description = true, c.T("Petitions to municipalities and regions in Tunisia and Morocco: write, sign, and follow the answer.")
	lists := []*[]ui.CardSpec{&v.Open, &v.Answered}
	for i, f := range homeLists {
		page, err := h.service.List(c.Std(), f)
		if err != nil {
			return v, err
		}
		if *lists[i], err = h.cards(c, page.Items); err != nil {
			return v, err
		}
		for j := range *lists[i] {
			(*lists[i])[j].Level = 3
		}
	}
	for _, s := range []struct {
		group Group
		label string
	}{{Collecting, c.T("petitions collecting signatures")}, {Waiting, c.T("waiting for an answer")}, {WasAnswered, c.T("answered")}} {
		n, err := h.service.CountListed(c.Std(), Filter{Group: s.group})
		if err != nil {
			return v, err
		}
		v.Stats = append(v.Stats, ui.Stat{Value: c.Locale.Number(n), Label: s.label})
	}
	return v, nil
}
