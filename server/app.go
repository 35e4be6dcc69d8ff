package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"time"

	"musharaka/config"
	lawfiles "musharaka/config/law"
	"musharaka/config/locales"
	placefiles "musharaka/config/places"
	"musharaka/modules/account"
	"musharaka/modules/association"
	"musharaka/modules/budget"
	"musharaka/modules/citizenspace"
	"musharaka/modules/council"
	"musharaka/modules/desk"
	"musharaka/modules/federation"
	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/ledger"
	"musharaka/modules/kit/mail"
	"musharaka/modules/kit/seal"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/mongostore"
	"musharaka/modules/kit/store/sqlitestore"
	"musharaka/modules/kit/web"
	"musharaka/modules/message"
	"musharaka/modules/network"
	"musharaka/modules/open311"
	"musharaka/modules/partnership"
	"musharaka/modules/petition"
	"musharaka/modules/place"
	"musharaka/modules/queue"
	"musharaka/modules/spacedata"
	"musharaka/modules/webhook"
)

// app is the platform put together: every module, in the order in which they
// lean on each other. Commands and tests build the same app.
type app struct {
	settings config.Settings
	log      *slog.Logger
	clock    clock.Clock
	ident    ident.Maker

	db           *recorder
	words        *i18n.Catalogues
	audit        *audit.Log
	ledger       *ledger.Ledger
	queue        *job.Queue
	sessions     *auth.Sessions
	suppressions *mail.Suppressions
	outbox       *mail.Outbox
	inbox        *mail.Inbox // the demo's; nil otherwise
	demoKeys     *store.Collection[demoKey, *demoKey]
	packs        *law.Packs
	places       *place.Service
	accounts     *account.Service
	associations *association.Service
	messages     *message.Service
	councils     *council.Service
	partnerships *partnership.Service
	networks     *network.Service
	federations  *federation.Service
	files        *file.Service
	keys         *seal.Keyring
	demo         *account.DemoProvider // nil outside the demo
	petitions    *petition.Service
	desk         *desk.Service
	webhooks     *webhook.Service
	open311      *open311.Service
	spaceData    *spacedata.Service
	budgets      *budget.Service
	spaces       *citizenspace.Service
	queues       *queue.Service

	site   *web.Site
	health *health
}

// sources are where the world comes from; tests give their own.
type sources struct {
	clock clock.Clock
	ident ident.Maker
	log   *slog.Logger
}

func systemSources() sources {
	return sources{clock: clock.System(), ident: ident.New(), log: slog.Default()}
}

// openStore opens the store that the settings name: MongoDB, or the embedded
// one in the data folder.
func openStore(ctx context.Context, s config.Settings) (store.DB, error) {
	if s.MongoURI != "" {
		return mongostore.Open(ctx, s.MongoURI, s.MongoDatabase)
	}
	return sqlitestore.Open(ctx, filepath.Join(s.Data, "musharaka.db"))
}

// newApp builds the platform over an open store. It starts nothing: see start.
func newApp(ctx context.Context, settings config.Settings, db store.DB, from sources) (*app, error) {
	a := &app{settings: settings, db: &recorder{DB: db}, clock: from.clock, ident: from.ident, log: from.log}
	for _, part := range []struct {
		name  string
		build func(context.Context) error
	}{
		{"words", a.buildWords}, {"foundations", a.buildFoundations}, {"mail", a.buildMail}, {"places", a.buildPlaces},
		{"accounts", a.buildAccounts}, {"associations", a.buildAssociations}, {"petitions", a.buildPetitions}, {"messages", a.buildMessages}, {"partnerships", a.buildPartnerships}, {"federations", a.buildFederations}, {"councils", a.buildCouncils}, {"desk", a.buildDesk}, {"webhooks", a.buildWebhooks}, {"citizen spaces", a.buildSpaces}, {"open311", a.buildOpen311}, {"figures of requests", a.buildSpaceData}, {"budgets", a.buildBudgets}, {"walk-in counters", a.buildQueues}, {"work on requests", a.buildSpaceWork}, {"site", a.buildSite},
	} {
		if err := part.build(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return a, nil
}

func (a *app) buildWords(context.Context) (err error) {
	if a.words, err = i18n.Load(locales.FS); err != nil {
		return err
	}
	a.packs, err = law.Load(lawfiles.Files, a.settings.LawDir)
	return err
}

func (a *app) buildFoundations(ctx context.Context) (err error) {
	if a.audit, err = audit.Open(ctx, a.db); err != nil {
		return err
	}
	public, err := url.Parse(a.settings.PublicURL)
	if err != nil {
		return err
	}
	if a.ledger, err = ledger.Open(ctx, a.db, ledger.Settings{Origin: public.Host, Seed: a.settings.LedgerSeed()}, a.clock); err != nil {
		return err
	}
	if a.sessions, err = auth.OpenSessions(ctx, a.db, a.clock, a.ident); err != nil {
		return err
	}
	if a.queue, err = job.New(ctx, a.db, a.clock, a.ident, job.Config{Log: a.log}); err != nil {
		return err
	}
	blobs, err := a.openBlobs()
	if err != nil {
		return err
	}
	if a.files, err = file.Open(ctx, a.db, blobs, a.clock, a.ident); err != nil {
		return err
	}
	if a.keys, err = seal.Open(ctx, a.db, a.audit, a.clock, a.ident); err != nil {
		return err
	}
	if !a.settings.IsDemo() {
		a.keys.Refuse(config.DemoPassphrase)
		return nil
	}
	a.demoKeys, err = store.Open[demoKey](ctx, a.db, store.Schema{Name: "demo_keys"})
	return err
}

// openBlobs opens where the bytes of uploads lie: beside the documents in
// MongoDB, in the data folder otherwise.
func (a *app) openBlobs() (file.Blobs, error) {
	if db, ok := a.db.DB.(*mongostore.DB); ok {
		return file.OpenGridFS(db.Database()), nil
	}
	return file.OpenDisk(filepath.Join(a.settings.Data, "files"))
}

func (a *app) buildMail(ctx context.Context) (err error) {
	if a.suppressions, err = mail.OpenSuppressions(ctx, a.db, a.settings.MailKey(), a.clock); err != nil {
		return err
	}
	sender, err := a.mailSender(ctx)
	if err != nil {
		return err
	}
	a.outbox, err = mail.OpenOutbox(ctx, a.db, a.queue, sender, a.suppressions, a.clock, a.settings.PublicURL+"/unsubscribe/")
	return err
}

// mailSender is the mail server, or in a demo without one the inbox page.
func (a *app) mailSender(ctx context.Context) (mail.Sender, error) {
	if a.settings.SMTPHost == "" {
		var err error
		a.inbox, err = mail.OpenInbox(ctx, a.db, a.clock)
		return a.inbox, err
	}
	security := mail.StartTLS
	if a.settings.SMTPPort == 465 {
		security = mail.ImplicitTLS
	}
	public, err := url.Parse(a.settings.PublicURL)
	if err != nil {
		return nil, err
	}
	return mail.NewSMTP(mail.Settings{
		Host: a.settings.SMTPHost, Port: a.settings.SMTPPort, Security: security, Username: a.settings.SMTPUser,
		Password: a.settings.SMTPPassword, From: a.settings.MailFrom, ReplyTo: a.settings.MailReplyTo, Hello: public.Hostname(),
	}, a.clock)
}

func (a *app) buildPlaces(ctx context.Context) error {
	table, err := place.Load(placefiles.Files)
	if err != nil {
		return err
	}
	if a.places, err = place.Open(ctx, place.Parts{DB: a.db, Table: table, Packs: a.packs, Log: a.audit, Clock: a.clock}); err != nil {
		return err
	}
	if a.networks, err = network.Open(ctx, a.db, table, a.audit, a.clock, a.ident); err != nil {
		return err
	}
	return nil
}

func (a *app) buildAccounts(ctx context.Context) error {
	keys, current, err := a.settings.Peppers()
	if err != nil {
		return err
	}
	providers := a.providers()
	if a.settings.IsDemo() {
		a.demo, err = account.NewDemoProvider(account.DemoSettings{PublicURL: a.settings.PublicURL, Listen: a.settings.Listen, People: demoPeople}, a.ident)
		if err != nil {
			return err
		}
		providers = append(providers, a.demo.Provider())
	}
	a.accounts, err = account.Open(ctx, account.Settings{
		PublicURL: a.settings.PublicURL, Providers: providers, Peppers: account.Peppers{Keys: keys, Current: current},
		FirstAdministrators: a.settings.Administrators(),
	}, account.Parts{
		DB: a.db, Sessions: a.sessions, Log: a.audit, Clock: a.clock, Ident: a.ident, Slog: a.log,
		Places: accountPlaces{a.places}, Organisations: organisations{a}, Controllers: controllers{a}, Law: a.packs,
	})
	return err
}

// providers are the ways to sign in that the settings name.
func (a *app) providers() []account.ProviderSettings {
	var list []account.ProviderSettings
	if a.settings.GoogleID != "" {
		list = append(list, account.ProviderSettings{Key: "google", Kind: account.Google, NameAR: "Google", NameFR: "Google", NameEN: "Google",
			ClientID: a.settings.GoogleID, ClientSecret: a.settings.GoogleSecret})
	}
	if a.settings.FacebookID != "" {
		list = append(list, account.ProviderSettings{Key: "facebook", Kind: account.Facebook, NameAR: "Facebook", NameFR: "Facebook", NameEN: "Facebook",
			ClientID: a.settings.FacebookID, ClientSecret: a.settings.FacebookSecret})
	}
	for _, p := range a.settings.OIDC {
		list = append(list, account.ProviderSettings{Key: p.Key, Kind: account.OIDC, NameAR: p.NameAR, NameFR: p.NameFR, NameEN: p.NameEN,
			Issuer: p.Issuer, ClientID: p.ClientID, ClientSecret: p.ClientSecret, Scopes: p.Scopes, IdentityClaim: p.IdentityClaim, Country: p.Country,
			CountryClaim: p.CountryClaim, AssuranceClaim: p.AssuranceClaim, AssuranceValues: p.AssuranceValues, FormOrigins: p.FormOrigins})
	}
	return list
}

func (a *app) buildPetitions(ctx context.Context) (err error) {
	a.petitions, err = petition.New(ctx, petition.Needs{
		DB: a.db, Audit: a.audit, Queue: a.queue, Authorities: petitionAuthorities{a.places}, People: petitionPeople{a},
		Organisations: petitionOrganisations{a}, Campaigns: petitionCampaigns{a}, Staff: a.accounts, Law: petition.PackLaw{Packs: a.packs}, Files: petitionFiles{a}, Post: a.outbox,
		Sealer: petitionSealer{a.keys}, OwnNumbers: a.accounts, Numbers: petitionNumbers{a.accounts}, Vault: petitionVault{a}, Deliveries: petitionDeliveries{a.outbox},
		Words: a.words, Events: pageEvents{a}, Clock: a.clock, Ident: a.ident, Log: a.log, PublicURL: a.settings.PublicURL, Demo: a.settings.IsDemo(),
		Alone: a.settings.MongoURI == "", // the embedded store is locked by one process
	})
	if err != nil {
		return err
	}
	a.accounts.Listen(petitionListener{a.petitions})
	a.accounts.Contribute(account.Contribution{Key: "petitions", Title: titlePetitions, Contributor: petitionData{a.petitions}})
	return nil
}

func (a *app) buildBudgets(ctx context.Context) (err error) {
	a.budgets, err = budget.New(ctx, budget.Needs{
		DB: a.db, Audit: a.audit, Queue: a.queue, Authorities: budgetAuthorities{a.places, a.clock}, People: budgetPeople{a}, Organisations: budgetOrganisations{a}, Sittings: budgetSittings{a},
		Staff: a.accounts, Files: budgetFiles{a}, Post: a.outbox, Words: a.words, Events: pageEvents{a}, Clock: a.clock, Ident: a.ident, Log: a.log,
		PublicURL: a.settings.PublicURL, Demo: a.settings.IsDemo(), Ledger: a.ledger, BallotKey: a.settings.UrnKey(), Numbers: budgetNumbers{a},
	})
	if err != nil {
		return err
	}
	a.accounts.Listen(budgetListener{a.budgets})
	a.accounts.Contribute(account.Contribution{Key: "budgets", Title: titleBudgets, Contributor: budgetData{a.budgets}})
	a.accounts.Listen(voteListener{a.budgets})
	a.accounts.Contribute(account.Contribution{Key: "votes", Title: titleVotes, Contributor: voteData{a.budgets}})
	a.joinBudgets()
	return nil
}

func (a *app) buildSpaces(ctx context.Context) (err error) {
	a.spaces, err = citizenspace.New(ctx, citizenspace.Needs{
		DB: a.db, Audit: a.audit, Queue: a.queue, Authorities: spaceAuthorities{a.places}, People: spacePeople{a}, Staff: a.accounts, Files: spaceFiles{a}, Post: a.outbox,
		Words: a.words, Events: pageEvents{a}, CodeKey: a.spaceCodeKey(), Clock: a.clock, Ident: a.ident, Log: a.log, PublicURL: a.settings.PublicURL, Demo: a.settings.IsDemo(),
	})
	if err != nil {
		return err
	}
	a.accounts.Listen(spaceListener{a.spaces})
	a.accounts.Contribute(account.Contribution{Key: "requests", Title: titleRequests, Contributor: spaceData{a.spaces}})
	return nil
}

// repairEvery is how often things that a crash may have left half-done are
// looked for.
const repairEvery = 5 * time.Minute

// start begins what runs beside the requests: jobs, the counting of signatures.
func (a *app) start(ctx context.Context) error {
	a.queue.Every("sessions.sweep", time.Hour, func(ctx context.Context) error {
		_, err := a.sessions.Sweep(ctx)
		return err
	})
	a.queue.Every("files.sweep", time.Hour, func(ctx context.Context) error {
		_, err := a.files.Sweep(ctx)
		return err
	})
	a.queue.Every("accounts.finish", repairEvery, a.accounts.FinishInterrupted)
	if err := a.petitions.Start(ctx); err != nil {
		return err
	}
	if err := a.budgets.Start(ctx); err != nil {
		return err
	}
	a.councils.Start()
	a.queues.Start()
	return a.queue.Start(ctx)
}

// stop ends it again: first what requests wait for, then the jobs. Everything
// that was acknowledged is in the store when it returns.
func (a *app) stop(ctx context.Context) error {
	err := a.petitions.Stop(ctx)
	if stopped := a.budgets.Stop(ctx); err == nil {
		err = stopped
	}
	if closed := a.ledger.Close(ctx); err == nil {
		err = closed
	}
	if stopped := a.queue.Stop(ctx); err == nil {
		err = stopped
	}
	return err
}
