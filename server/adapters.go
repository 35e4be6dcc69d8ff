package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"musharaka/modules/account"
	"musharaka/modules/association"
	"musharaka/modules/budget"
	"musharaka/modules/citizenspace"
	"musharaka/modules/council"
	"musharaka/modules/desk"
	"musharaka/modules/federation"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/seal"
	"musharaka/modules/kit/web"
	"musharaka/modules/message"
	"musharaka/modules/network"
	"musharaka/modules/open311"
	"musharaka/modules/partnership"
	"musharaka/modules/petition"
	"musharaka/modules/place"
	"musharaka/modules/queue"
	"musharaka/modules/spacedata"
	"musharaka/modules/upkeep"
	"musharaka/modules/webhook"
	"musharaka/views/ui"
)

// This file lets modules ask each other: each declares the small interface it
// needs, and here stands who answers.

// petitionAuthorities tells petitions of places.
type petitionAuthorities struct{ places *place.Service }

func (p petitionAuthorities) Authority(ctx context.Context, id string) (petition.Authority, error) {
	a, err := p.places.Get(ctx, id)
	if err != nil {
		return petition.Authority{}, err
	}
	table, chain := p.places.Table(), p.places.Table().Chain(id)
	authority := petition.Authority{
		ID: id, Country: a.Place.Country, Level: string(a.Place.Level), Ancestors: chain[1:], Active: a.IsActive(),
		Names:      map[string]string{"ar": a.Place.Name("ar"), "fr": a.Place.Name("fr"), "en": a.Place.Name("en")},
		Population: a.Place.Population, Arrondissements: a.Place.Arrondissements,
	}
	if a.Place.Level == place.Region {
		for _, province := range table.Provinces(id) {
			authority.Subunits = append(authority.Subunits, province.ID)
		}
	}
	return authority, nil
}

// petitionPeople tells petitions of persons.
type petitionPeople struct{ *app }

func (p petitionPeople) Person(ctx context.Context, id string) (petition.Person, error) {
	a, err := p.accounts.Get(ctx, id)
	if err != nil {
		return petition.Person{}, err
	}
	table := p.places.Table()
	person := petition.Person{ID: a.ID, Name: a.Name, Lang: a.Lang, BirthYear: a.BirthYear, Level: a.Level, Sex: string(a.Sex), Since: a.CreatedAt}
	if a.EmailKey != "" { // an address that nobody verified may be somebody else's
		person.Email = a.Email
	}
	if a.Residence != "" {
		person.Residence = table.Chain(a.Residence)
	}
	for _, works := range a.WorksIn {
		person.Works = append(person.Works, table.Chain(works))
	}
	for _, m := range a.Memberships(p.clock.Now()) {
		if m.Role == auth.Delegate && m.Kind == auth.Association {
			person.Delegates = append(person.Delegates, m.OrgID)
		}
	}
	return person, nil
}

// petitionListener tells petitions what happens to accounts.
type petitionListener struct{ petitions *petition.Service }

func (l petitionListener) OnJoined(ctx context.Context, kept, gone string) error {
	return l.petitions.OnJoined(ctx, kept, gone)
}

func (l petitionListener) OnProfileChanged(ctx context.Context, personID string) error {
	return l.petitions.Changed(ctx, personID)
}

func (l petitionListener) OnNumberMoved(ctx context.Context, to, from, shadow string) error {
	return l.petitions.OnNumberMoved(ctx, to, from, shadow)
}

// petitionNumbers keeps identity numbers on paper apart.
type petitionNumbers struct{ accounts *account.Service }

func (n petitionNumbers) Shadow(ctx context.Context, country, number string, until time.Time) (petition.Shadow, error) {
	shadow, err := n.accounts.Shadow(ctx, country, number, until)
	return petition.Shadow(shadow), err
}

func (n petitionNumbers) Behind(ctx context.Context, shadow string) (string, bool, error) {
	return n.accounts.Behind(ctx, shadow)
}

// petitionHomes lists where those who sign a petition can live.
type petitionHomes struct{ places *place.Service }

func (h petitionHomes) HomesIn(_ context.Context, authority, lang string) ([]ui.Option, error) {
	table := h.places.Table()
	var options []ui.Option
	var within func(id string)
	within = func(id string) {
		p, ok := table.Get(id)
		if ok && (p.Level == place.Commune || p.Level == place.Municipality) {
			options = append(options, ui.Option{Value: id, Label: p.Name(lang)})
			return
		}
		for _, child := range table.Children(id) {
			within(child.ID)
		}
	}
	within(authority)
	slices.SortFunc(options, func(a, b ui.Option) int { return strings.Compare(a.Label, b.Label) })
	return options, nil
}

// petitionData gives people what petitions keep about them.
type petitionData struct{ petitions *petition.Service }

func (d petitionData) Export(ctx context.Context, personID string) (any, error) {
	return d.petitions.Export(ctx, personID)
}

func (d petitionData) RetainUntil(ctx context.Context, personID string) (time.Time, error) {
	return d.petitions.RetainUntil(ctx, personID)
}

func (d petitionData) Erase(ctx context.Context, personID string) error {
	return d.petitions.Erase(ctx, personID)
}

// packWords explains the rule packs' reasons.
type packWords struct{ packs *law.Packs }

func (w packWords) Why(tr ui.Translator, a petition.Authority, code string, at time.Time) string {
	message, args := w.packs.For(a.Country, a.Level).Explain(law.Reason(code), at)
	return tr.T(message, args...)
}

// pageEvents drops the cached pages of what changed.
type pageEvents struct{ *app }

func (e pageEvents) PetitionChanged(id string) {
	if e.site != nil { // commands other than serve have no pages
		e.site.Pages.Drop("petition/" + id)
	}
}

// petitionChoices offers places and associations to choose from.
type petitionChoices struct{ *app }

func (c petitionChoices) ActivePlaces(ctx context.Context, lang string) ([]ui.Option, error) {
	active, err := c.places.Active(ctx)
	if err != nil {
		return nil, err
	}
	options := make([]ui.Option, 0, len(active))
	for _, a := range active {
		options = append(options, ui.Option{Value: a.ID, Label: a.Place.Name(lang)})
	}
	return options, nil
}

func (c petitionChoices) FindPlaces(ctx context.Context, words string, tr ui.Translator) ([]ui.Option, error) {
	var options []ui.Option
	for _, found := range c.places.Table().Search(words, "", 12) {
		if !found.IsAuthority() {
			continue
		}
		option, err := c.PlaceOption(ctx, found.ID, tr)
		if err != nil {
			return nil, err
		}
		options = append(options, option...)
	}
	return options, nil
}

func (c petitionChoices) PlaceOption(ctx context.Context, id string, tr ui.Translator) ([]ui.Option, error) {
	a, err := c.places.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	hint := tr.T(place.LevelName(a.Place.Level)) + within(c.places.Table(), id, tr.Lang())
	if !a.IsActive() {
		hint += " — " + tr.T("does not take petitions here yet")
	}
	return []ui.Option{{Value: id, Label: a.Place.Name(tr.Lang()), Hint: hint}}, nil
}

// within names what a place lies in, to tell namesakes apart.
func within(table *place.Table, id, lang string) string {
	var names []string
	for _, ancestor := range table.Ancestors(id) {
		names = append(names, ancestor.Name(lang))
	}
	if len(names) == 0 {
		return ""
	}
	return " · " + strings.Join(names, " · ")
}

// accountPlaces offers municipalities to live and work in.
type accountPlaces struct{ places *place.Service }

func (p accountPlaces) FindPlaces(_ context.Context, query, lang string) ([]account.Place, error) {
	var found []account.Place
	for _, x := range p.places.Table().Search(query, "", 12) {
		if x.Level == place.Commune || x.Level == place.Municipality || x.Level == place.Arrondissement {
			found = append(found, p.of(x, lang))
		}
	}
	return found, nil
}

func (p accountPlaces) Place(_ context.Context, id, lang string) (account.Place, error) {
	x, ok := p.places.Table().Get(id)
	if !ok {
		return account.Place{}, fault.New(fault.NotFound, "There is no such authority.")
	}
	return p.of(x, lang), nil
}

func (p accountPlaces) of(x place.Place, lang string) account.Place {
	return account.Place{ID: x.ID, Name: x.Name(lang), Within: strings.TrimPrefix(within(p.places.Table(), x.ID, lang), " · "), Country: x.Country}
}

// controllers tells who is answerable for the data that a place collects.
type controllers struct{ *app }

func (c controllers) Controller(ctx context.Context, placeID, lang string) (account.Controller, error) {
	if placeID == "" {
		tr := c.words.Locale(lang, "")
		return account.Controller{Name: tr.T("The operator of this platform"), Contact: c.settings.Contact}, nil
	}
	a, err := c.places.Get(ctx, placeID)
	if fault.Is(err, fault.NotFound) { // a district: its data are its municipality's
		if whole, ok := c.places.Table().AuthorityOf(placeID); ok {
			a, err = c.places.Get(ctx, whole.ID)
		}
	}
	if err != nil {
		return account.Controller{}, err
	}
	controller := account.Controller{Name: a.Place.Name(lang), Contact: a.Contact.Mail, Receipt: a.Privacy.Receipt, AsksNumber: true}
	if controller.Contact == "" {
		controller.Contact = c.settings.Contact
	}
	if country, ok := c.packs.Country(a.Place.Country); ok {
		controller.Regulator = country.Regulator.Acronym
	}
	return controller, nil
}

// consentVersion changes whenever the sentences of consents do.
const consentVersion = "2026-11-3"

// consents is what a person agrees to when signing.
type consents struct{ *app }

func (c consents) Consent(ctx context.Context, authority string, tr ui.Translator) (string, []string, error) {
	return c.say(ctx, authority, tr, []string{
		tr.T("Purpose: to count and check the signatures of this petition, to hand them to the authority with your name and place of residence, and to tell you of the answer if you ask for it."),
		tr.T("The agent of the petition receives the list of names and places of residence, to deposit it. Nobody but the authority receives your identity number in full."),
		tr.T("Age band, sex and place of residence, where you gave them, are counted in figures that show no number below 5."),
		tr.T("Against fraud, the kind of device and a code for the part of the network are kept with a signature given online; after a day nobody can turn the code back into an address."),
	}, tr.T("You may see, correct and delete your data in your space at any time. Deleting your account makes your signatures anonymous; they stay counted."))
}

func (c consents) PaperConsent(ctx context.Context, authority string, tr ui.Translator) (string, []string, error) {
	return c.say(ctx, authority, tr, []string{
		tr.T("Purpose: to count and check the signatures of this petition, and to hand them to the authority with your name and place of residence."),
		tr.T("The agent of the petition receives the list of names and places of residence, to deposit it. Nobody but the authority receives your identity number in full."),
		tr.T("The identity number serves to count each person once; when the sheet is entered, only a coded form of it is kept, or one that the authority alone can read. Age band and residence are counted in figures that show no number below 5."),
	}, tr.T("You may ask the authority to see, correct or delete what is kept of your signature."))
}

// say puts the sentences of a consent in order: who is answerable, what for,
// how long, and what one may ask.
func (c consents) say(ctx context.Context, authority string, tr ui.Translator, purposes []string, rights string) (string, []string, error) {
	who, err := controllers(c).Controller(ctx, authority, tr.Lang())
	if err != nil {
		return "", nil, err
	}
	a, err := c.places.Get(ctx, authority)
	if err != nil {
		return "", nil, err
	}
	sentences := append([]string{tr.T("Controller: {name}, reached at {contact}.", "name", who.Name, "contact", who.Contact)}, purposes...)
	sentences = append(sentences, retention(c.places.Pack(a), a, c.clock.Now(), tr))
	if who.Receipt != "" {
		sentences = append(sentences, tr.T("{regulator} receipt number: {receipt}.", "regulator", who.Regulator, "receipt", who.Receipt))
	} else if who.Regulator != "" {
		sentences = append(sentences, tr.T("The authority has not yet given its {regulator} receipt number.", "regulator", who.Regulator))
	}
	return consentVersion, append(sentences, rights), nil
}

// spaceTiles are the tiles that other modules have in a person's space.
func (a *app) spaceTiles(c *web.Ctx) ([]ui.TileSpec, error) {
	tiles, err := a.voteTiles(c)
	if err != nil {
		return nil, err
	}
	tiles = append(tiles,
		ui.TileSpec{Icon: "petition", Title: c.T("My petitions"), Text: c.T("Written, signed and followed by me"), Href: c.URL("/me/petitions")},
		ui.TileSpec{Icon: "council", Title: c.T("My proposals"), Text: c.T("What I proposed in participatory budgets"), Href: c.URL("/me/proposals")},
		ui.TileSpec{Icon: "file", Title: c.T("My requests"), Text: c.T("What I asked of Citizen Spaces"), Href: c.URL("/me/requests")})
	if c.Actor.HoldsAny(auth.Delegate) {
		tiles = append(tiles, ui.TileSpec{Icon: "people", Title: c.T("My associations"), Text: c.T("Mandates, endorsements and campaigns"), Href: c.URL("/me/associations")})
	}
	if c.Actor.HoldsAny(auth.Officer, auth.Councillor, auth.President, auth.FrontDesk, auth.Department, auth.Facilitator, auth.Observer) {
		tiles = append(tiles, ui.TileSpec{Icon: "council", Title: c.T("Desk"), Text: c.T("What waits for my authority"), Href: c.URL("/desk")})
	}
	for _, id := range c.Actor.OrgsWith(auth.Coordinator) {
		n, err := a.networks.Get(c.Std(), id)
		if err != nil {
			return nil, err
		}
		tiles = append(tiles, ui.TileSpec{Icon: "people", Title: n.Name(c.Locale.Lang()), Text: c.T("The network you coordinate"), Href: c.URL("/networks/" + id)})
	}
	if c.Actor.Holds(auth.PlatformID, auth.Administrator) {
		tiles = append(tiles, ui.TileSpec{Icon: "lock", Title: c.T("Administration"), Text: c.T("Authorities, people, work beside the requests"), Href: c.URL("/admin")})
	}
	return tiles, nil
}

var titlePetitions = i18n.Msg("Petitions")

// mailKinds are the sorts of mails that can be stopped, in words.
var mailKinds = map[string]string{
	"petition.news":     i18n.Msg("News of the petitions you signed or follow"),
	"space.news":        i18n.Msg("News of your requests to a Citizen Space"),
	"budget.news":       i18n.Msg("News of the proposals you follow"),
	"budget.desk":       i18n.Msg("What waits at the desk of a participatory budget"),
	"desk.reminders":    i18n.Msg("Reminders of deadlines at your desk"),
	"petition.messages": i18n.Msg("Messages of agents and campaigns of petitions you follow"),
	"webhook.paused":    i18n.Msg("Webhooks that were paused"),
	"council.news":      i18n.Msg("Answers to the questions you follow"),
	"council.desk":      i18n.Msg("What waits at the council’s desk"),
}

// deskTiles are the entries that other modules have on the desk.
var deskTiles = []desk.Tile{
	{Roles: []auth.Role{auth.Officer, auth.President, auth.Councillor, auth.Department, auth.Facilitator, auth.FrontDesk}, Icon: "council", Title: i18n.Msg("Participatory budgets"), Text: i18n.Msg("Set-up, proposals, feasibility, forums"), Path: "/desk/budgets"},
	{Roles: []auth.Role{auth.Observer}, Icon: "check", Title: i18n.Msg("Audit"), Text: i18n.Msg("What was done at each authority, by whom and why"), Path: "/desk/audit"},
	{Roles: []auth.Role{auth.FrontDesk, auth.Officer, auth.President}, Icon: "people", Title: i18n.Msg("Counters"), Text: i18n.Msg("Tickets, who is next, waiting times"), Path: "/desk/counters"},
	{Roles: spaceStaff, Icon: "file", Title: i18n.Msg("Requests of citizens"), Text: i18n.Msg("What was asked for, by deadline; the day at a glance"), Path: "/desk/requests"},
	{Roles: []auth.Role{auth.FrontDesk}, Icon: "file", Title: i18n.Msg("Paper sheets"), Text: i18n.Msg("Enter and confirm signatures that came on paper"), Path: "/desk/sheets"},
	{Roles: []auth.Role{auth.FrontDesk}, Icon: "person", Title: i18n.Msg("Check an identity"), Text: i18n.Msg("At the counter: the person shows a code, you see the card."), Path: "/desk/identity"},
	{Roles: []auth.Role{auth.Officer, auth.President}, Icon: "lock", Title: i18n.Msg("Keys for identity numbers"), Text: i18n.Msg("Who can read the numbers in the lists of signatures"), Path: "/desk/sealing"},
	{Roles: []auth.Role{auth.Officer, auth.President, auth.FrontDesk, auth.Administrator}, Icon: "place", Title: i18n.Msg("Our authority"), Text: i18n.Msg("Contact, deciding body, personal data, look"), Path: "/desk/places"},
	{Roles: []auth.Role{auth.Officer, auth.President, auth.Councillor}, Icon: "council", Title: i18n.Msg("Council"), Text: i18n.Msg("Sessions, decisions, questions of inhabitants"), Path: "/desk/councils"},
	{Roles: []auth.Role{auth.Officer, auth.Administrator}, Icon: "council", Title: i18n.Msg("Associations"), Text: i18n.Msg("The register of those that act here"), Path: "/desk/associations"},
	{Roles: []auth.Role{auth.Officer, auth.Administrator}, Icon: "file", Title: i18n.Msg("Partnership agreements"), Text: i18n.Msg("What was agreed with associations and others"), Path: "/agreements"},
	{Roles: []auth.Role{auth.Officer, auth.Administrator}, Icon: "check", Title: i18n.Msg("Joint projects"), Text: i18n.Msg("Who leads, who takes part, the coaching log"), Path: "/joint-projects"},
	{Roles: []auth.Role{auth.Officer, auth.Administrator}, Icon: "people", Title: i18n.Msg("Messages to followers"), Text: i18n.Msg("Read before they leave"), Path: "/desk/messages"},
	{Roles: []auth.Role{auth.Officer, auth.President}, Icon: "people", Title: i18n.Msg("Networks"), Text: i18n.Msg("What your authority does together with others"), Path: "/networks"},
	{Roles: []auth.Role{auth.Officer, auth.President, auth.Administrator}, Icon: "people", Title: i18n.Msg("Roles"), Text: i18n.Msg("Who works here, and until when"), Path: "/roles"},
}

// auditActs says in words what other modules than petitions did, for the audit
// of an authority; "" for an act nobody knows.
func auditActs(tr ui.Translator, act string) string {
	for _, name := range []func(string) string{account.ActName, place.ActName, association.ActName, message.ActName, partnership.ActName, network.ActName, federation.ActName, budget.ActName, citizenspace.ActName, council.ActName, desk.ActName, queue.ActName, webhook.ActName, open311.ActName, spacedata.ActName, seal.ActName} {
		if id := name(act); id != "" {
			return tr.T(id)
		}
	}
	return ""
}

// adminTiles are what the platform's keepers look after in other modules.
var adminTiles = []upkeep.Tile{
	{Icon: "place", Title: i18n.Msg("Authorities"), Text: i18n.Msg("Who takes part, who decides there, how to reach them"), Path: "/desk/places"},
	{Icon: "people", Title: i18n.Msg("People and roles"), Text: i18n.Msg("Find an account, give and take back roles"), Path: "/admin/people"},
	{Icon: "council", Title: i18n.Msg("Associations"), Text: i18n.Msg("The register of those that act here"), Path: "/associations"},
	{Icon: "people", Title: i18n.Msg("Networks"), Text: i18n.Msg("Networks of authorities, their coordinators and members"), Path: "/networks"},
	{Icon: "file", Title: i18n.Msg("Rules"), Text: i18n.Msg("The rule packs with their sources"), Path: "/rules"},
}
