package opendata

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/web"
	"musharaka/views/opendataview"
	"musharaka/views/ui"
)

const pathData = "/data"

var errNoCatalogue = fault.New(fault.NotFound, "There is no such catalogue.")

// platform is the publisher of what belongs to no single authority.
func (h *Pages) platform() Publisher {
	names := map[string]string{}
	for _, lang := range web.Langs {
		names[lang] = h.locale(lang).Plain().T("Musharaka")
	}
	return Publisher{Names: names}
}

// publisher finds whose catalogue is asked for; "" is the platform's.
func (h *Pages) publisher(ctx context.Context, place string) (Publisher, []Publisher, error) {
	all, err := h.publishers.Publishers(ctx)
	if err != nil || place == "" {
		return h.platform(), all, err
	}
	i := slices.IndexFunc(all, func(p Publisher) bool { return p.ID == place })
	if i < 0 {
		return Publisher{}, nil, errNoCatalogue
	}
	return all[i], all, nil
}

// linked answers the catalogue as JSON-LD.
func (h *Pages) linked(c *web.Ctx) error {
	of, others, err := h.publisher(c.Std(), c.Params("place"))
	if err != nil {
		return err
	}
	doc, err := h.catalogue(c.Std(), of, others)
	if err != nil {
		return err
	}
	body, err := JSON(doc)
	if err != nil {
		return err
	}
	c.Set("Content-Type", "application/ld+json; charset=utf-8")
	c.Set("Access-Control-Allow-Origin", "*")
	c.Set("Cache-Control", "public, max-age=300")
	return c.Send(body)
}

// data shows the catalogue to people. What is written in the address chooses
// whose data is shown.
func (h *Pages) data(c *web.Ctx) error {
	of, others, err := h.publisher(c.Std(), c.Query("place"))
	if err != nil {
		return err
	}
	doc, err := h.catalogue(c.Std(), of, others)
	if err != nil {
		return err
	}
	v := opendataview.DataPage{Page: c.Page(c.T("Open data")), Linked: strings.TrimPrefix(doc["@id"].(string), h.address), API: c.URL("/api"), Licence: licence, LicenceName: licenceName, Action: c.URL(pathData)}
	v.Page.Schema, v.Canonical, v.Query = doc, pathData, ""
	v.Description = c.T(msgAboutWhole)
	v.Choice = ui.SelectField{Name: "place", Label: c.T("Whose data"), Value: of.ID, Options: []ui.Option{{Value: "", Label: c.T("The whole platform")}}}
	for _, p := range others {
		v.Choice.Options = append(v.Choice.Options, ui.Option{Value: p.ID, Label: nameIn(p.Names, c.Locale.Lang())})
	}
	if of.ID != "" {
		v.Title, v.Canonical, v.Query = c.T(msgCatalogue, "name", nameIn(of.Names, c.Locale.Lang())), pathData+"?place="+url.QueryEscape(of.ID), "place="+url.QueryEscape(of.ID)
	}
	mine, err := h.of(c.Std(), of)
	if err != nil {
		return err
	}
	for _, d := range mine {
		s, err := h.shown(c, d, of.ID)
		if err != nil {
			return err
		}
		v.Sets = append(v.Sets, s)
	}
	c.Set("Cache-Control", "public, max-age=300")
	return c.Show(opendataview.Data(v))
}

// shown is a data set as people read it.
func (h *Pages) shown(c *web.Ctx, d Dataset, place string) (opendataview.Dataset, error) {
	s := opendataview.Dataset{Key: d.Key, Title: c.T(d.Title), Text: c.T(d.Text)}
	span, err := d.span(c.Std(), place)
	if err != nil {
		return s, err
	}
	s.Facts = []ui.SummaryRow{{Key: c.T("Renewed"), Value: c.T(FrequencyLabels[d.Frequency])}}
	if !span.From.IsZero() {
		s.Facts = append(s.Facts, ui.SummaryRow{Key: c.T("There is data since"), Value: c.Locale.Date(span.From)})
	}
	if !span.Latest.IsZero() {
		s.Facts = append(s.Facts, ui.SummaryRow{Key: c.T("Last change"), Value: c.Locale.DateTime(span.Latest)})
	}
	for _, f := range d.Files {
		one := opendataview.File{Format: f.Format, Path: forPeople.Replace(f.Path)}
		if !f.One {
			one.Href = f.at(c.Locale.Lang(), place)
		}
		s.Files = append(s.Files, one)
	}
	s.Standards = d.Standards
	return s, nil
}
