package main

import (
	"context"

	"musharaka/modules/account"
	"musharaka/modules/association"
	"musharaka/modules/budget"
	"musharaka/modules/citizenspace"
	"musharaka/modules/council"
	"musharaka/modules/desk"
	"musharaka/modules/federation"
	"musharaka/modules/guide"
	"musharaka/modules/kit/web"
	"musharaka/modules/message"
	"musharaka/modules/network"
	"musharaka/modules/partnership"
	"musharaka/modules/petition"
	"musharaka/modules/place"
	"musharaka/modules/post"
	"musharaka/modules/queue"
	"musharaka/modules/upkeep"
	"musharaka/modules/webhook"
)

// buildSite puts the pages together: the site map, from public to administrator.
// Each module declares its own routes with their audiences.
func (a *app) buildSite(context.Context) (err error) {
	mails := ""
	if a.inbox != nil {
		mails = "/demo/mails"
	}
	a.site = web.New(web.Options{
		PublicURL: a.settings.PublicURL, Production: !a.settings.IsDemo(), Demo: a.settings.IsDemo(), DemoMails: mails, TileOrigin: a.settings.TileOrigin(),
	}, web.Parts{Words: a.words, Sessions: a.sessions, People: a.accounts, Clock: a.clock, Ident: a.ident, Log: a.log})
	s := a.site

	// For tools: is it alive, is it ready, how is it doing.
	a.health = &health{db: a.db, token: a.settings.MetricsToken}
	a.health.routes(s)
	a.countMetrics()

	// For everybody, then for people signed in, then for those with a role:
	// inside each module in this order.
	councils := council.NewPages(a.councils)
	associations := association.NewPages(a.associations, associationPlaces{a})
	messages := message.NewPages(a.messages, associationPlaces{a})
	petitions := petition.NewPages(petition.PagesParts{
		Service: a.petitions, Places: petitionAuthorities{a.places}, Choices: petitionChoices{a}, People: petitionPeople{a},
		Law: packWords{a.packs}, Shelf: petitionFiles{a}, Consents: consents{a},
		Panels: []petition.Panel{associationPanel{a, associations}, messagePanel{a, messages}, councilPanel{councils}},
	})
	petitions.Routes(s)
	petition.NewPapers(petitions).Routes(s)
	petitionDesk := petition.NewDesk(petition.DeskParts{Pages: petitions, Before: around(desk.FirstTabs), After: around(append([]desk.Tab{desk.Tab(webhookTab), desk.Tab(open311Tab), desk.Tab(figuresTab)}, desk.LastTabs...)), Templates: deskTemplates{a}, Acts: auditActs})
	petitionDesk.Routes(s)
	petition.NewSheets(petitionDesk, petitionHomes{a.places}, s).Routes(s)
	petition.NewProcedure(petition.ProcedureParts{Desk: petitionDesk, Keys: a.keys, Sessions: petitionSessions{a}, DemoKeys: a.keysOfDemo()}).Routes(s)
	webhook.NewPages(a.webhooks, associationPlaces{a}).Routes(s)
	a.open311Pages(s)
	a.spaceDataPages(s)
	desk.NewPages(desk.PagesParts{Service: a.desk, Tabs: deskTabs(), Tiles: deskTiles}).Routes(s)
	budget.NewPages(budget.PagesParts{Service: a.budgets, Places: budgetAuthorities{a.places, a.clock}, Choices: budgetChoices{a}, People: budgetPeople{a}, Shelf: budgetFiles{a},
		Tiles: budget.Tiles{URL: a.settings.TilesURL, Attribution: a.settings.TilesAttribution}}).Routes(s)
	citizenspace.NewPages(citizenspace.PagesParts{Service: a.spaces, Shelf: spaceFiles{a}, Secure: a.secureCookies(),
		Tiles: citizenspace.Tiles{URL: a.settings.TilesURL, Attribution: a.settings.TilesAttribution}}).Routes(s)
	citizenspace.NewWork(citizenspace.WorkParts{Service: a.spaces, Colleagues: spaceWork{a}, Templates: spaceWork{a}, Photos: spaceWork{a}, Places: spaceWork{a}, InboundKey: []byte(a.settings.InboundKey), Tiles: a.settings.TilesURL, TilesWho: a.settings.TilesAttribution}).Routes(s)
	place.NewPages(a.places, placePetitions{petitions}, a.files).Routes(s)
	councils.Routes(s)
	queue.NewPages(a.queues, queueAuthorities{a}).Routes(s)
	federations := federation.NewPages(a.federations, federation.Tiles{URL: a.settings.TilesURL, Attribution: a.settings.TilesAttribution})
	federations.Routes(s)
	network.NewPages(a.networks, networkPlaces{a}, federations).Routes(s)
	associations.Routes(s)
	messages.Routes(s)
	partnership.NewPages(a.partnerships, partnershipPlaces{a}).Routes(s)
	guide.Pages{Contact: a.settings.Contact, Packs: a.packs, Refusals: guideRefusals()}.Routes(s)
	data, err := a.openData()
	if err != nil {
		return err
	}
	data.Routes(s)
	s.Plain("GET", "/files/:id/:tag/:name", web.Anyone, a.serveFile)
	post.Pages{Suppressions: a.suppressions, Inbox: a.inbox, Kinds: mailKinds}.Routes(s)
	account.NewHandlers(a.accounts, a.settings.IsDemo(), a.spaceTiles).Routes(s)
	upkeep.Pages{Queue: a.queue, Log: a.audit, Tiles: adminTiles}.Routes(s)
	if a.demo != nil {
		a.demo.Routes(s)
	}
	s.Finish()
	return nil
}

// countMetrics publishes the figures that tell how the platform is doing.
func (a *app) countMetrics() {
	a.site.Metrics.Gauge("musharaka_page_cache_hits_total", "Public pages shown from memory.", func() float64 {
		hits, _ := a.site.Pages.Counts()
		return float64(hits)
	})
	a.site.Metrics.Gauge("musharaka_page_cache_misses_total", "Public pages rendered.", func() float64 {
		_, misses := a.site.Pages.Counts()
		return float64(misses)
	})
}
