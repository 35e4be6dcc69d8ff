package main

import (
	"context"

	"musharaka/modules/citizenspace"
	"musharaka/modules/council"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/opendata"
	"musharaka/modules/petition"
)

// The standards that data sets follow.
const (
	standardAtom    = "https://www.rfc-editor.org/rfc/rfc4287"
	standardCal     = "https://www.rfc-editor.org/rfc/rfc5545"
	standardCSV     = "https://www.rfc-editor.org/rfc/rfc4180"
	standardOpen311 = "http://wiki.open311.org/GeoReport_v2"
	standardPopolo  = "https://www.popoloproject.com/"
)

// datasets are what the modules publish, in the order in which the catalogue
// shows them.
func (a *app) datasets() []opendata.Dataset {
	return append(a.wholeDatasets(), a.localDatasets()...)
}

func (a *app) wholeDatasets() []opendata.Dataset {
	return []opendata.Dataset{
		{Key: "petitions", Title: i18n.Msg("Petitions"), Text: i18n.Msg("Every public petition: what it asks for, of whom, its state and its signatures counted; nobody's name but the agent's, where the agent made it public."),
			Keywords: []string{i18n.Msg("Petitions"), i18n.Msg("Citizen participation")}, Frequency: opendata.Continuous, Span: a.petitionSpan,
			Files: []opendata.File{{Format: "CSV", Path: "/petitions.csv", Standard: standardCSV}, {Format: "JSON", Path: "/petitions.json"}, {Format: "Atom", Path: "/{lang}/petitions.atom", Standard: standardAtom},
				{Format: "JSON", Path: "/petitions/{id}.json", One: true}, {Format: "JSON", Path: "/petitions/{id}/count.json", One: true}}},
		{Key: "budgets", Title: i18n.Msg("Participatory budgets"), Text: i18n.Msg("Of each edition: its rules, the public log of the vote with its proofs, the count that anyone can repeat, and the works that follow."),
			Keywords: []string{i18n.Msg("Participatory budget"), i18n.Msg("Citizen participation")}, Frequency: opendata.Continuous,
			Files: []opendata.File{{Format: "JSON", Path: "/{lang}/budgets/{id}/rules.json", One: true}, {Format: "JSON", Path: "/{lang}/budgets/{id}/result.json", One: true}, {Format: "CSV", Path: "/{lang}/budgets/{id}/result.csv", One: true},
				{Format: "CSV", Path: "/{lang}/budgets/{id}/works.csv", One: true}, {Format: "JSON", Path: "/budgets/{id}/log.json", One: true}, {Format: "JSON", Path: "/budgets/{id}/log/proof.json", One: true},
				{Format: "JSON", Path: "/budgets/{id}/log/consistency.json", One: true}, {Format: "Text", Path: "/budgets/{id}/log/head.txt", One: true}, {Format: "Atom", Path: "/{lang}/budgets/{id}/log.atom", Standard: standardAtom, One: true}}},
		{Key: "associations", Title: i18n.Msg("Register of associations"), Text: i18n.Msg("The associations that municipalities entered in their registers: name, seat, field of activity and state; no person."),
			Keywords: []string{i18n.Msg("Associations"), i18n.Msg("Civil society")}, Frequency: opendata.Continuous,
			Files: []opendata.File{{Format: "CSV", Path: "/{lang}/associations.csv", Standard: standardCSV}}},
		{Key: "agreements", Title: i18n.Msg("Partnership agreements"), Text: i18n.Msg("Agreements between authorities and associations: parties, subject, dates and state."),
			Keywords: []string{i18n.Msg("Associations"), i18n.Msg("Civil society")}, Frequency: opendata.Continuous,
			Files: []opendata.File{{Format: "CSV", Path: "/{lang}/agreements.csv", Standard: standardCSV}}},
		{Key: "joint-projects", Title: i18n.Msg("Joint projects"), Text: i18n.Msg("Projects that associations carry out together, with what became of them."),
			Keywords: []string{i18n.Msg("Associations"), i18n.Msg("Civil society")}, Frequency: opendata.Continuous,
			Files: []opendata.File{{Format: "CSV", Path: "/{lang}/joint-projects.csv", Standard: standardCSV}}},
		a.networkDataset(),
	}
}

// networkDataset is what networks publish of their work, each kind in two formats.
func (a *app) networkDataset() opendata.Dataset {
	files := []opendata.File{{Format: "iCalendar", Path: "/{lang}/networks/{id}/calendar.ics", Standard: standardCal, One: true}, {Format: "Atom", Path: "/{lang}/networks/{id}/news.atom", Standard: standardAtom, One: true}}
	for _, kind := range []string{"spaces", "bodies", "meetings", "practices", "outputs"} {
		files = append(files, opendata.File{Format: "CSV", Path: "/{lang}/networks/{id}/" + kind + ".csv", Standard: standardCSV, One: true}, opendata.File{Format: "JSON", Path: "/networks/{id}/" + kind + ".json", One: true})
	}
	return opendata.Dataset{Key: "networks", Title: i18n.Msg("Work of the networks"), Text: i18n.Msg("Of each network of authorities: its Citizen Spaces, bodies, meetings, practice sheets and outputs; names only of those who sit in a body."),
		Keywords: []string{i18n.Msg("Citizen Space"), i18n.Msg("Transparency")}, Frequency: opendata.Continuous, Files: files}
}

func (a *app) localDatasets() []opendata.Dataset {
	return []opendata.Dataset{
		{Key: "requests", Local: true, Title: i18n.Msg("Requests to the Citizen Space"), Text: i18n.Msg("Every public request: what it is about, where, its state and dates; nothing of who asked."),
			Keywords: []string{i18n.Msg("Citizen Space"), i18n.Msg("Citizen participation")}, Frequency: opendata.Continuous, Standards: []string{standardOpen311}, Span: a.requestSpan,
			Files: []opendata.File{{Format: "CSV", Path: "/{lang}/figures/{place}/requests.csv", Standard: standardCSV}, {Format: "JSON", Path: "/{lang}/figures/{place}/requests.json"},
				{Format: "GeoJSON", Path: "/{lang}/figures/{place}/requests.geojson", Standard: "https://www.rfc-editor.org/rfc/rfc7946"}, {Format: "Atom", Path: "/{lang}/figures/{place}/requests.atom", Standard: standardAtom}}, Has: a.hasSpace},
		{Key: "services", Local: true, Title: i18n.Msg("Services of the Citizen Space"), Text: i18n.Msg("The catalogue of services: who may ask, which documents are needed, what it costs and how long it takes."),
			Keywords: []string{i18n.Msg("Citizen Space")}, Frequency: opendata.Continuous, Has: a.hasSpace,
			Files: []opendata.File{{Format: "CSV", Path: "/{lang}/figures/{place}/services.csv", Standard: standardCSV}, {Format: "JSON", Path: "/{lang}/figures/{place}/services.json"}}},
		{Key: "daily-figures", Local: true, Title: i18n.Msg("Requests day by day"), Text: i18n.Msg("How many requests came and ended on each day, private ones counted too."),
			Keywords: []string{i18n.Msg("Citizen Space"), i18n.Msg("Transparency")}, Frequency: opendata.Daily, Has: a.hasSpace,
			Files: []opendata.File{{Format: "CSV", Path: "/{lang}/figures/{place}/daily.csv", Standard: standardCSV}, {Format: "JSON", Path: "/{lang}/figures/{place}/daily.json"}}},
		{Key: "council", Local: true, Title: i18n.Msg("Council: bodies, members, sessions and votes"), Text: i18n.Msg("Bodies and members of the deciding body, its sessions, motions and votes, in the words of the Popolo project."),
			Keywords: []string{i18n.Msg("Council"), i18n.Msg("Transparency")}, Frequency: opendata.Continuous, Standards: []string{standardPopolo}, Span: a.decisionSpan,
			Files: []opendata.File{{Format: "JSON", Path: "/councils/{place}/popolo.json", Standard: standardPopolo}, {Format: "iCalendar", Path: "/{lang}/councils/{place}/calendar.ics", Standard: standardCal}}},
		{Key: "decisions", Local: true, Title: i18n.Msg("Register of decisions"), Text: i18n.Msg("What the council decided, with the votes for and against."),
			Keywords: []string{i18n.Msg("Council"), i18n.Msg("Transparency")}, Frequency: opendata.Continuous, Span: a.decisionSpan,
			Files: []opendata.File{{Format: "CSV", Path: "/{lang}/councils/{place}/decisions.csv", Standard: standardCSV}, {Format: "Atom", Path: "/{lang}/councils/{place}/decisions.atom", Standard: standardAtom}}},
		{Key: "questions", Local: true, Title: i18n.Msg("Opinions and questions of inhabitants"), Text: i18n.Msg("The public register of what inhabitants asked and what was answered; names stand only where their owner made them public."),
			Keywords: []string{i18n.Msg("Citizen participation"), i18n.Msg("Transparency")}, Frequency: opendata.Continuous,
			Files: []opendata.File{{Format: "CSV", Path: "/{lang}/councils/{place}/questions.csv", Standard: standardCSV}}},
		{Key: "answering", Local: true, Title: i18n.Msg("How the authority answers petitions"), Text: i18n.Msg("How many petitions were answered, how fast, and how many periods were kept."),
			Keywords: []string{i18n.Msg("Petitions"), i18n.Msg("Transparency")}, Frequency: opendata.Continuous,
			Files: []opendata.File{{Format: "JSON", Path: "/places/{place}/answering.json"}}},
	}
}

// hasSpace reports whether an authority has an open Citizen Space.
func (a *app) hasSpace(ctx context.Context, place string) (bool, error) {
	s, err := a.spaces.Settings(ctx, place)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return s.Open, err
}

// requestSpan knows when the newest public request of an authority came.
func (a *app) requestSpan(ctx context.Context, place string) (s opendata.Span, err error) {
	page, err := a.spaces.List(ctx, citizenspace.Filter{Authority: place, Limit: 1})
	if err == nil && len(page.Items) > 0 {
		s.Latest = page.Items[0].UpdatedAt
	}
	return s, err
}

// petitionSpan is from the first public petition to the last.
func (a *app) petitionSpan(ctx context.Context, _ string) (s opendata.Span, err error) {
	if s.From, err = a.petitions.FirstListed(ctx); err != nil {
		return s, err
	}
	page, err := a.petitions.List(ctx, petition.Filter{Limit: 1})
	if err == nil && len(page.Items) > 0 {
		s.Latest = page.Items[0].PublishedAt
	}
	return s, err
}

// decisionSpan knows when the register of decisions of an authority last changed.
func (a *app) decisionSpan(ctx context.Context, place string) (s opendata.Span, err error) {
	page, err := a.councils.Decisions(ctx, place, council.DecisionFilter{Limit: 1})
	if err == nil && len(page.Items) > 0 {
		s.Latest = page.Items[0].ChangedAt
	}
	return s, err
}

// publishers are the authorities that take part.
type publishers struct{ *app }

func (p publishers) Publishers(ctx context.Context) ([]opendata.Publisher, error) {
	active, err := p.places.Active(ctx)
	var all []opendata.Publisher
	for _, a := range active {
		all = append(all, opendata.Publisher{ID: a.ID, Names: map[string]string{"ar": a.Place.Name("ar"), "fr": a.Place.Name("fr"), "en": a.Place.Name("en")}})
	}
	return all, err
}
