package opendata

import (
	"context"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
)

// dcatContext are the vocabularies of the catalogue (W3C DCAT 3, DCAT-AP 3).
var dcatContext = map[string]any{
	"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/", "vcard": "http://www.w3.org/2006/vcard/ns#", "xsd": "http://www.w3.org/2001/XMLSchema#",
}

const euTable = "http://publications.europa.eu/resource/authority/"

// node is a thing of a graph.
type node = map[string]any

func ref(id string) node { return node{"@id": id} }

// words is a text in every language of the site.
func (h *Pages) words(id string, args ...any) []node {
	var all []node
	for _, lang := range web.Langs {
		all = append(all, node{"@value": h.locale(lang).Plain().T(id, args...), "@language": lang})
	}
	return all
}

// named is a name in the languages that it has.
func named(names map[string]string) []node {
	var all []node
	for _, lang := range web.Langs {
		if n := names[lang]; n != "" {
			all = append(all, node{"@value": n, "@language": lang})
		}
	}
	return all
}

func day(t time.Time) node {
	return node{"@value": t.UTC().Format(time.RFC3339), "@type": "xsd:dateTime"}
}

var (
	msgCatalogue  = i18n.Msg("Open data of {name}")
	msgAboutWhole = i18n.Msg("Everything public on this platform as data, for everybody to use again: petitions, participatory budgets, councils, associations, requests.")
)

// catalogue is the catalogue of a publisher in DCAT: of the whole platform, or
// of one authority.
func (h *Pages) catalogue(ctx context.Context, of Publisher, others []Publisher) (node, error) {
	address := h.url("/data.jsonld")
	if of.ID != "" {
		address = h.url("/data/" + of.ID + ".jsonld")
	}
	publisher := node{"@type": "foaf:Agent", "@id": h.url("/") + "#" + orPlatform(of.ID), "foaf:name": named(of.Names)}
	out := node{"@context": dcatContext, "@id": address, "@type": "dcat:Catalog", "dct:description": h.words(msgAboutWhole), "dct:publisher": publisher,
		"dct:license": ref(licence), "foaf:homepage": ref(h.pageOf("ar", of.ID)), "dct:language": languages()}
	var titles []node
	for _, lang := range web.Langs {
		titles = append(titles, node{"@value": h.locale(lang).Plain().T(msgCatalogue, "name", nameIn(of.Names, lang)), "@language": lang})
	}
	out["dct:title"] = titles
	var sets []node
	mine, err := h.of(ctx, of)
	if err != nil {
		return nil, err
	}
	for _, d := range mine {
		n, err := h.dataset(ctx, d, of, ref(h.url("/")+"#"+orPlatform(of.ID)))
		if err != nil {
			return nil, err
		}
		sets = append(sets, n)
	}
	out["dcat:dataset"] = sets
	if of.ID == "" {
		var parts []node
		for _, p := range others {
			parts = append(parts, ref(h.url("/data/"+p.ID+".jsonld")))
		}
		out["dcat:catalog"] = parts
		out["dcat:service"] = []node{{"@type": "dcat:DataService", "@id": h.url("/openapi.json"), "dct:title": h.words(i18n.Msg("Open data for programs")),
			"dcat:endpointURL": ref(h.url("/")), "dcat:endpointDescription": ref(h.url("/openapi.json")), "dct:license": ref(licence)}}
	}
	return out, nil
}

func orPlatform(id string) string {
	if id == "" {
		return "platform"
	}
	return id
}

// pageOf is the page for people.
func (h *Pages) pageOf(lang, place string) string {
	if place == "" {
		return h.url("/" + lang + "/data")
	}
	return h.url("/" + lang + "/data?place=" + place)
}

func languages() []node {
	return []node{ref(euTable + "language/ARA"), ref(euTable + "language/FRA"), ref(euTable + "language/ENG")}
}

// dataset is one data set in DCAT.
func (h *Pages) dataset(ctx context.Context, d Dataset, of Publisher, publisher node) (node, error) {
	page := h.pageOf("ar", of.ID) + "#" + d.Key
	n := node{"@type": "dcat:Dataset", "@id": page, "dct:identifier": strings.TrimSuffix(d.Key+"/"+of.ID, "/"), "dct:title": h.words(d.Title), "dct:description": h.words(d.Text),
		"dct:publisher": publisher, "dct:license": ref(licence), "dct:accrualPeriodicity": ref(euTable + "frequency/" + string(d.Frequency)),
		"dcat:theme": ref(euTable + "data-theme/GOVE"), "dcat:landingPage": ref(page), "dct:language": languages(),
		"dcat:contactPoint": node{"@type": "vcard:Kind", "vcard:hasURL": ref(h.url("/ar/contact"))}}
	var keywords []node
	for _, k := range d.Keywords {
		keywords = append(keywords, h.words(k)...)
	}
	if keywords != nil {
		n["dcat:keyword"] = keywords
	}
	if of.ID != "" {
		n["dct:spatial"] = node{"@type": "dct:Location", "foaf:name": named(of.Names)}
	}
	var standards []node
	for _, s := range d.Standards {
		standards = append(standards, ref(s))
	}
	if standards != nil {
		n["dct:conformsTo"] = standards
	}
	span, err := d.span(ctx, of.ID)
	if err != nil {
		return nil, err
	}
	if !span.From.IsZero() {
		n["dct:issued"] = day(span.From)
		n["dct:temporal"] = node{"@type": "dct:PeriodOfTime", "dcat:startDate": day(span.From)}
	}
	if !span.Latest.IsZero() {
		n["dct:modified"] = day(span.Latest)
	}
	n["dcat:distribution"] = h.distributions(d, of.ID)
	return n, nil
}

// span is since when there is data and when something last changed.
func (d Dataset) span(ctx context.Context, place string) (Span, error) {
	if d.Span == nil {
		return Span{}, nil
	}
	return d.Span(ctx, place)
}

// distributions are the forms in which a data set can be had, one for each
// language where the words in them differ.
func (h *Pages) distributions(d Dataset, place string) []node {
	var all []node
	for _, f := range d.Files {
		if f.One {
			continue
		}
		langs := web.Langs
		if !strings.Contains(f.Path, "{lang}") {
			langs = langs[:1]
		}
		for _, lang := range langs {
			address := h.url(f.at(lang, place))
			n := node{"@type": "dcat:Distribution", "@id": address, "dcat:accessURL": ref(address), "dcat:downloadURL": ref(address), "dct:license": ref(licence),
				"dcat:mediaType": ref("https://www.iana.org/assignments/media-types/" + f.mediaType()), "dct:title": f.Format}
			if len(langs) > 1 {
				n["dct:language"] = languages()[slices.Index(web.Langs, lang)]
			}
			if f.Standard != "" {
				n["dct:conformsTo"] = ref(f.Standard)
			}
			all = append(all, n)
		}
	}
	return all
}

func nameIn(names map[string]string, lang string) string {
	for _, l := range []string{lang, "ar", "fr"} {
		if n := names[l]; n != "" {
			return n
		}
	}
	return ""
}
