package main

import (
	"context"
	"regexp"
	"strings"
	"time"

	"musharaka/modules/account"
	"musharaka/modules/council"
	"musharaka/modules/desk"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/modules/petition"
	"musharaka/modules/place"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// councilAuthorities tells councils of places.
type councilAuthorities struct{ places *place.Service }

func (p councilAuthorities) Authority(ctx context.Context, id string) (council.Authority, error) {
	a, err := p.places.Get(ctx, id)
	if err != nil {
		return council.Authority{}, err
	}
	return council.Authority{
		ID: id, Country: a.Place.Country, Level: string(a.Place.Level), Active: a.IsActive(),
		Names: map[string]string{"ar": a.Place.Name("ar"), "fr": a.Place.Name("fr"), "en": a.Place.Name("en")},
		Body:  a.Body.Kind, BodySince: a.Body.Since, BodyNotes: map[string]string{"ar": a.Body.Note.In("ar"), "fr": a.Body.Note.In("fr"), "en": a.Body.Note.In("en")}, Accent: a.Look.Accent,
	}, nil
}

func (p councilAuthorities) Tenant(a council.Authority, tr ui.Translator) *ui.Tenant {
	if !a.Active {
		return nil
	}
	t := &ui.Tenant{Name: a.Name(tr.Lang()), Href: "/" + tr.Lang() + "/places/" + a.ID}
	if a.Accent != "" {
		t.Stylesheet = "/places/" + a.ID + "/accent.css?" + strings.TrimPrefix(a.Accent, "#")
	}
	return t
}

// councilPeople tells councils of persons: where they live and work, and how to
// write to them.
type councilPeople struct{ *app }

func (p councilPeople) Person(ctx context.Context, id string) (council.Person, error) {
	known, err := petitionPeople(p).Person(ctx, id)
	person := council.Person{ID: known.ID, Name: known.Name, Lang: known.Lang, Email: known.Email, Lives: known.Residence}
	for _, chain := range known.Works {
		person.Works = append(person.Works, chain...)
	}
	return person, err
}

// councilSubjects lets councils put petitions and participatory budgets on their
// agendas.
type councilSubjects struct{ *app }

// The kinds of subject.
const (
	petitionKind = "petition"
	budgetKind   = "budget"
)

// An id in an address that was pasted.
var (
	petitionAddress = regexp.MustCompile(`/petitions/([0-9a-z]+)`)
	budgetAddress   = regexp.MustCompile(`/budgets/([0-9a-zA-Z_-]+)`)
)

func (s councilSubjects) Find(ctx context.Context, authority, words string) (council.Subject, error) {
	if found := budgetAddress.FindStringSubmatch(words); found != nil {
		return s.budget(ctx, authority, found[1])
	}
	return s.petition(ctx, authority, words)
}

func (s councilSubjects) budget(ctx context.Context, authority, id string) (council.Subject, error) {
	e, err := s.budgets.Edition(ctx, auth.Actor{}, id)
	if err == nil && e.Authority != authority {
		err = fault.New(fault.NotFound, "")
	}
	if err != nil {
		return council.Subject{}, err
	}
	return council.Subject{Kind: budgetKind, ID: e.ID, Title: e.Title("ar")}, nil
}

func (s councilSubjects) petition(ctx context.Context, authority, words string) (council.Subject, error) {
	p, err := s.petitions.ByReference(ctx, auth.Actor{}, words)
	if fault.Is(err, fault.NotFound) {
		id := strings.TrimSpace(words)
		if found := petitionAddress.FindStringSubmatch(words); found != nil {
			id = found[1]
		}
		p, err = s.petitions.Get(ctx, auth.Actor{}, id)
	}
	if fault.Is(err, fault.Invalid) || err == nil && (p.Authority != authority || p.TextHidden()) {
		return council.Subject{}, fault.New(fault.NotFound, "")
	}
	if err != nil {
		return council.Subject{}, err
	}
	return council.Subject{Kind: petitionKind, ID: p.ID, Title: p.Text("ar").Object, Reference: p.Reference}, nil
}

func (councilSubjects) Path(s council.Subject) string {
	switch s.Kind {
	case petitionKind:
		return "/petitions/" + s.ID
	case budgetKind:
		return "/budgets/" + s.ID
	}
	return ""
}

var subjectLabels = map[string]string{petitionKind: i18n.Msg("Petition"), budgetKind: i18n.Msg("Participatory budget")}

func (councilSubjects) Label(kind string) string { return subjectLabels[kind] }

// petitionSteps are the acts that a council's agenda lets a petition do.
var petitionSteps = []struct {
	act     petition.Act
	label   string
	decided bool // only once the item has a result
}{
	{petition.ActSchedule, i18n.Msg("Record on the petition that it is on the agenda"), false},
	{petition.ActDeliberate, i18n.Msg("Record the decision on the petition"), true},
}

func (s councilSubjects) Steps(ctx context.Context, who auth.Actor, about council.Subject, decided bool) ([]council.Step, error) {
	if about.Kind != petitionKind {
		return nil, nil
	}
	p, err := s.petitions.Get(ctx, who, about.ID)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var steps []council.Step
	for _, x := range petitionSteps {
		if (decided || !x.decided) && petition.May(who, p, x.act) {
			steps = append(steps, council.Step{Key: string(x.act), Label: x.label})
		}
	}
	return steps, nil
}

func (s councilSubjects) Advance(ctx context.Context, who auth.Actor, about council.Subject, step string, in council.Progress) error {
	for _, x := range petitionSteps {
		if about.Kind == petitionKind && string(x.act) == step {
			_, err := s.petitions.Advance(ctx, who, about.ID, x.act, petition.LegalStep{SessionAt: in.SessionAt, Decision: in.Decision})
			return err
		}
	}
	return fault.New(fault.NotFound, "")
}

// councilPanel shows on a petition's page what the council and its advisory
// bodies did with it.
type councilPanel struct{ pages *council.Pages }

var _ petition.Panel = councilPanel{}

func (p councilPanel) Stamp(ctx context.Context, petitionID string) (string, error) {
	return p.pages.PanelStamp(ctx, council.Subject{Kind: petitionKind, ID: petitionID})
}

func (p councilPanel) Show(c *web.Ctx, s petition.Subject) (templ.Component, error) {
	return p.pages.Panel(c, council.Subject{Kind: petitionKind, ID: s.ID})
}

// councilListener tells councils what happens to accounts.
type councilListener struct{ councils *council.Service }

func (l councilListener) OnJoined(ctx context.Context, kept, gone string) error {
	return l.councils.OnJoined(ctx, kept, gone)
}

// councilData gives people what councils keep about them.
type councilData struct{ councils *council.Service }

func (d councilData) Export(ctx context.Context, personID string) (any, error) {
	return d.councils.Export(ctx, personID)
}

func (d councilData) RetainUntil(ctx context.Context, personID string) (time.Time, error) {
	return d.councils.RetainUntil(ctx, personID)
}

func (d councilData) Erase(ctx context.Context, personID string) error {
	return d.councils.Erase(ctx, personID)
}

var titleCouncils = i18n.Msg("Questions to councils, requests and supports")

func (a *app) buildCouncils(ctx context.Context) (err error) {
	a.councils, err = council.New(ctx, council.Needs{
		DB: a.db, Audit: a.audit, Queue: a.queue, Authorities: councilAuthorities{a.places}, People: councilPeople{a}, Staff: a.accounts,
		Subjects: councilSubjects{a}, Packs: a.packs, Files: a.files, Post: a.outbox, Words: a.words, Clock: a.clock, Ident: a.ident, Log: a.log,
		PublicURL: a.settings.PublicURL, Demo: a.settings.IsDemo(),
	})
	if err != nil {
		return err
	}
	a.accounts.Listen(councilListener{a.councils})
	a.accounts.Contribute(account.Contribution{Key: "councils", Title: titleCouncils, Contributor: councilData{a.councils}})
	return nil
}

// councilKinds are the sorts of waits that councils bring to the desk.
var councilKinds = []desk.Kind{
	{Key: "council." + council.WaitsToBeRead, Label: i18n.Msg("Question or opinion to read"), Task: i18n.Msg("Read what an inhabitant wrote and decide whether it enters the register."), Roles: []auth.Role{auth.Officer}},
	{Key: "council." + council.WaitsForAnswer, Label: i18n.Msg("Question to answer"), Task: i18n.Msg("Answer the question of an inhabitant. The answer is public."), Roles: []auth.Role{auth.Officer, auth.Councillor, auth.President}},
	{Key: "council." + council.WaitsCallToRead, Label: i18n.Msg("Call of inhabitants to read"), Task: i18n.Msg("Read what inhabitants ask for and decide whether it can be published."), Roles: []auth.Role{auth.Officer}},
	{Key: "council." + council.WaitsCallReached, Label: i18n.Msg("Meeting or referendum to decide on"), Task: i18n.Msg("Enough people support it. Set a date, or give the reasons why not."), Roles: []auth.Role{auth.Officer, auth.President}},
	{Key: "council." + council.WaitsForItsReport, Label: i18n.Msg("Meeting to report on"), Task: i18n.Msg("The meeting is over. Say what came out of it."), Roles: []auth.Role{auth.Officer, auth.President}},
	{Key: "council." + council.WaitsForMinutes, Label: i18n.Msg("Minutes to publish"), Task: i18n.Msg("The session is closed. Publish its minutes."), Roles: []auth.Role{auth.Officer, auth.President}},
	{Key: "council." + council.WaitsToBeOpened, Label: i18n.Msg("Session to open"), Task: i18n.Msg("The hour of the session has come. Open it with those present, or cancel it."), Roles: []auth.Role{auth.Officer, auth.President}},
	{Key: "council." + council.WaitsLateNotice, Label: i18n.Msg("Session convened late"), Task: i18n.Msg("The notice was shorter than the rules say. Be ready to explain it."), Roles: []auth.Role{auth.Officer, auth.President}},
}

// deskCouncils brings what waits of councils to the desk.
type deskCouncils struct{ *app }

const councilPrefix = "council:"

func (deskCouncils) Name() string { return "council" }

func (c deskCouncils) Waiting(ctx context.Context, after string) ([]string, string, error) {
	refs, next, err := c.councils.Refs(ctx, false, after, sourcePage)
	return subjects(councilPrefix, refs), next, err
}

func (c deskCouncils) All(ctx context.Context, after string) ([]string, string, error) {
	refs, next, err := c.councils.Refs(ctx, true, after, sourcePage)
	return subjects(councilPrefix, refs), next, err
}

func (c deskCouncils) Standing(ctx context.Context, subject string) (desk.Standing, error) {
	x, err := c.councils.Owed(ctx, strings.TrimPrefix(subject, councilPrefix))
	if fault.Is(err, fault.NotFound) {
		return desk.Standing{Stamp: c.clock.Now().UnixMilli()}, nil // later than any change
	}
	standing := desk.Standing{Stamp: x.Stamp}
	for _, w := range x.Waits {
		titles := map[string]string{}
		for _, lang := range i18n.Languages {
			if titles[lang] = w.Title; w.Title == "" {
				titles[lang] = c.words.Locale(lang, x.Country).T("Session of {date}", "date", w.SessionAt)
			}
		}
		standing.Waits = append(standing.Waits, desk.Wait{Slot: w.Kind, Kind: "council." + w.Kind, Authority: x.Authority, Country: x.Country,
			Titles: titles, Reference: w.Reference, Path: w.Path, Since: w.Since, Due: w.DueAt})
	}
	return standing, err
}

func (w deskWatcher) CouncilMoved(ctx context.Context, ref string) error {
	return w.desk.Refresh(ctx, councilPrefix+ref)
}
