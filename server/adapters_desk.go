package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"musharaka/modules/account"
	"musharaka/modules/association"
	"musharaka/modules/desk"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/message"
	"musharaka/modules/petition"
	"musharaka/views/ui"
)

// deskKinds are the sorts of waits that modules bring to the desk, in the order
// in which the queue offers them.
var deskKinds = []desk.Kind{
	{Key: "petition.moderation", Label: i18n.Msg("Read before publication"), Task: i18n.Msg("Read the petition and decide whether it can be published."), Roles: []auth.Role{auth.Officer}},
	{Key: "petition.comments", Label: i18n.Msg("Comments to read"), Task: i18n.Msg("Read the comments of people who signed and decide which are shown."), Roles: []auth.Role{auth.Officer}},
	{Key: "petition.sheet_enter", Label: i18n.Msg("Paper sheet to enter"), Task: i18n.Msg("Type the lines of the sheet that came back, then hand it to a colleague for confirmation."), Roles: []auth.Role{auth.FrontDesk, auth.Officer}},
	{Key: "petition.sheet_confirm", Label: i18n.Msg("Paper sheet to confirm"), Task: i18n.Msg("Somebody other than who typed the lines compares them with the paper."), Roles: []auth.Role{auth.FrontDesk, auth.Officer}},
	{Key: "petition.burst", Label: i18n.Msg("Burst of signatures"), Task: i18n.Msg("Unusually many people signed within an hour. Look at the evidence."), Roles: []auth.Role{auth.Officer}},
	{Key: "petition.batch", Label: i18n.Msg("Signatures to take out"), Task: i18n.Msg("The signatures that fit the rule are counted. Carry it out or give it up."), Roles: []auth.Role{auth.Officer}},
	{Key: "message.read", Label: i18n.Msg("Message to followers"), Task: i18n.Msg("Read the message to the followers of a petition and decide whether it is sent."), Roles: []auth.Role{auth.Officer}},
	{Key: "association.request", Label: i18n.Msg("Association to examine"), Task: i18n.Msg("Check the papers of the association and decide about its request."), Roles: []auth.Role{auth.Officer}},
	{Key: "association.correction", Label: i18n.Msg("Correction of an association’s entry"), Task: i18n.Msg("Correct the entry as its delegates ask, or refuse with a reason."), Roles: []auth.Role{auth.Officer}},
	{Key: "petition.answer", Label: i18n.Msg("Answer owed"), Task: i18n.Msg("The petition has the signatures it needs. Draft the answer."), Roles: []auth.Role{auth.Officer, auth.Councillor, auth.President}},
	{Key: "petition.approval", Label: i18n.Msg("Answer to approve"), Task: i18n.Msg("The draft waits for the head of the deciding body, who approves it or returns it with a note."), Roles: []auth.Role{auth.President, auth.Officer}},
	{Key: "petition.publication", Label: i18n.Msg("Answer to publish"), Task: i18n.Msg("The answer is approved. Publish it."), Roles: []auth.Role{auth.Officer, auth.President}},
	{Key: "petition.returned", Label: i18n.Msg("Answer returned"), Task: i18n.Msg("The draft came back with a note. Change it."), Roles: []auth.Role{auth.Officer, auth.Councillor, auth.President}},
	{Key: "petition.admissibility", Label: i18n.Msg("Admissibility to decide"), Task: i18n.Msg("The petition was deposited. Check the conditions of the law and decide."), Roles: []auth.Role{auth.Officer, auth.President}},
	{Key: "petition.session", Label: i18n.Msg("Goes to a session"), Task: i18n.Msg("The petition is admitted. Bring it before the session."), Roles: []auth.Role{auth.Officer, auth.President}},
	{Key: "petition.follow_up", Label: i18n.Msg("Decision to carry out"), Task: i18n.Msg("The decision is taken. Say what is being done, until it is done."), Roles: []auth.Role{auth.Officer, auth.President}},
}

// buildDesk puts the desk over the modules whose work waits there.
func (a *app) buildDesk(ctx context.Context) (err error) {
	a.desk, err = desk.New(ctx, desk.Needs{
		DB: a.db, Audit: a.audit, Queue: a.queue, People: deskPeople{a}, Authorities: deskAuthorities{a}, Post: a.outbox, Words: a.words,
		Events: pageEvents{a}, Clock: a.clock, Ident: a.ident, Log: a.log, PublicURL: a.settings.PublicURL, Demo: a.settings.IsDemo(), Kinds: slices.Concat(deskKinds, councilKinds, budgetKinds, federationKinds, spaceKinds),
	})
	if err != nil {
		return err
	}
	a.desk.Join(deskPetitions{a})
	a.desk.Join(deskComments{a})
	a.desk.Join(deskMessages{a})
	a.desk.Join(deskAssociations{a})
	a.desk.Join(deskCouncils{a})
	a.desk.Join(deskFederations{a})
	a.councils.Watch(deskWatcher{a})
	a.joinPaper()
	a.petitions.Watch(deskWatcher{a})
	a.accounts.Listen(a.desk)
	a.accounts.Contribute(account.Contribution{Key: "desk", Title: i18n.Msg("Work at the desk of an authority"), Contributor: a.desk})
	return nil
}

// deskPeople tells the desk of persons.
type deskPeople struct{ *app }

func (p deskPeople) Person(ctx context.Context, id string) (desk.Person, error) {
	a, err := p.accounts.Get(ctx, id)
	if err != nil {
		return desk.Person{}, err
	}
	person := desk.Person{ID: a.ID, Name: a.Name, Lang: a.Lang}
	if a.EmailKey != "" { // an address that nobody verified may be somebody else's
		person.Email = a.Email
	}
	return person, nil
}

func (p deskPeople) Colleagues(ctx context.Context, org string) ([]desk.Colleague, error) {
	holders, err := p.accounts.Holders(ctx, org)
	var all []desk.Colleague
	for _, h := range holders {
		if !h.ActiveAt(p.clock.Now()) {
			continue
		}
		i := slices.IndexFunc(all, func(c desk.Colleague) bool { return c.ID == h.PersonID })
		if i < 0 {
			all = append(all, desk.Colleague{ID: h.PersonID, Name: h.Name})
			i = len(all) - 1
		}
		all[i].Roles = append(all[i].Roles, h.Role)
	}
	return all, err
}

// deskAuthorities tells the desk of places.
type deskAuthorities struct{ *app }

func (p deskAuthorities) Authority(ctx context.Context, id string) (string, map[string]string, error) {
	a, err := petitionAuthorities{p.places}.Authority(ctx, id)
	return a.Country, a.Names, err
}

// FiguresChanged drops the kept page of how long an authority takes to answer.
func (e pageEvents) FiguresChanged(authority string) {
	if e.site != nil {
		e.site.Pages.Drop("answering/" + authority)
	}
}

// deskWatcher tells the desk what happens to petitions.
type deskWatcher struct{ *app }

func (w deskWatcher) PetitionMoved(ctx context.Context, id string) error {
	return w.desk.Refresh(ctx, "petition:"+id)
}

func (w deskWatcher) CommentsMoved(ctx context.Context, org string) error {
	return w.desk.Refresh(ctx, "comments:"+org)
}

func (w deskWatcher) WorkMoved(ctx context.Context, subject string) error {
	return w.desk.Refresh(ctx, subject)
}

// deskOrgs are the organisations whose work waits at the desk: the authorities
// that take part, and the platform for all others.
func (a *app) deskOrgs(ctx context.Context) ([]string, error) {
	active, err := a.places.Active(ctx)
	orgs := []string{auth.PlatformID}
	for _, x := range active {
		orgs = append(orgs, x.ID)
	}
	return orgs, err
}

// deskPetitions brings petitions to the desk.
type deskPetitions struct{ *app }

func (p deskPetitions) Name() string { return "petition" }

// sourcePage is how many subjects are compared at a time.
const sourcePage = 100

// orgByOrg goes through the organisations one after the other; the cursor names
// the organisation and the place in its list.
func (a *app) orgByOrg(ctx context.Context, after string, list func(org, after string) ([]string, string, error)) ([]string, string, error) {
	orgs, err := a.deskOrgs(ctx)
	if err != nil {
		return nil, "", err
	}
	org, cursor, _ := strings.Cut(after, "|")
	i := max(0, slices.Index(orgs, org)) // one that takes no part any more: begin anew, which is safe
	ids, next, err := list(orgs[i], cursor)
	switch {
	case next != "":
		next = orgs[i] + "|" + next
	case i+1 < len(orgs):
		next = orgs[i+1] + "|"
	}
	return ids, next, err
}

func (p deskPetitions) Waiting(ctx context.Context, after string) ([]string, string, error) {
	ids, next, err := p.orgByOrg(ctx, after, func(org, after string) ([]string, string, error) {
		return p.petitions.WaitingAt(ctx, org, after, sourcePage)
	})
	return subjects("petition:", ids), next, err
}

func (p deskPetitions) All(ctx context.Context, after string) ([]string, string, error) {
	ids, next, err := p.petitions.EachSubmitted(ctx, after, sourcePage)
	return subjects("petition:", ids), next, err
}

func subjects(prefix string, ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = prefix + id
	}
	return out
}

func (p deskPetitions) Standing(ctx context.Context, subject string) (desk.Standing, error) {
	x, err := p.petitions.Whole(ctx, strings.TrimPrefix(subject, "petition:"))
	if fault.Is(err, fault.NotFound) {
		return desk.Standing{Stamp: p.clock.Now().UnixMilli()}, nil // later than any version
	}
	return standingOf(x), err
}

// standingOf says what waits of a petition, for whom and until when.
func standingOf(p petition.Petition) desk.Standing {
	st := desk.Standing{Stamp: p.Version, Reply: replyOf(p)}
	titles := map[string]string{}
	for lang, t := range p.Texts {
		titles[lang] = t.Object
	}
	wait := desk.Wait{Authority: p.Authority, Country: p.Country, Titles: titles, Reference: p.Reference}
	add := func(slot, kind, path string, since, due time.Time, to string) {
		w := wait
		w.Slot, w.Kind, w.Path, w.Since, w.Due, w.For = slot, "petition."+kind, "/desk/petitions/"+p.ID+path, since, due, to
		st.Waits = append(st.Waits, w)
	}
	if p.State == petition.Moderation {
		wait.Authority = p.Moderator()
		add("moderation", "moderation", "", p.SubmittedAt, time.Time{}, "")
		return st
	}
	if p.Unserved { // its authority's people are not here
		return st
	}
	due := time.Time{}
	if p.ReplyRuns() {
		due = p.AnswerDueAt
	}
	if kind, day, ok := procedureOf(p, due); ok {
		add("reply", kind, map[bool]string{true: "/answer"}[kind == "answer"], sinceOf(p), day, "")
	}
	if v, ok := p.Answer.Working(); ok && petition.AnswerableStates.Has(p.State) {
		switch v.State {
		case petition.AnswerDrafted:
			add("draft", "approval", "/answer", v.DraftedAt, due, "")
		case petition.AnswerApproved:
			add("draft", "publication", "/answer", v.ApprovedAt, due, "")
		case petition.AnswerReturned:
			add("draft", "returned", "/answer", p.ChangedAt, due, v.DraftedBy)
		}
	}
	return st
}

// procedureOf is what the procedure asks of the authority in a state, and by
// which day. While an answer is under way it is that which waits.
func procedureOf(p petition.Petition, due time.Time) (kind string, day time.Time, ok bool) {
	_, working := p.Answer.Working()
	switch p.State {
	case petition.Ready, petition.Lapsed:
		return "answer", due, !working
	case petition.Deposited, petition.Review:
		return "admissibility", due, true
	case petition.Admitted, petition.Committee, petition.Agenda:
		if !p.Legal.SessionAt.IsZero() {
			due = clock.EndOfDay(p.Legal.SessionAt, clock.Zone(p.Country))
		}
		return "session", due, true
	case petition.Deliberated, petition.FollowUp:
		return "follow_up", time.Time{}, true
	}
	return "", time.Time{}, false
}

// sinceOf is since when the procedure has waited for the authority.
func sinceOf(p petition.Petition) time.Time {
	since := p.ThresholdAt
	if p.State == petition.Ready || p.State == petition.Lapsed {
		return since // silence begins nothing new
	}
	for _, e := range p.History {
		if e.To != e.From && e.To == string(p.State) {
			since = e.At
		}
	}
	if since.IsZero() {
		return p.ChangedAt
	}
	return since
}

// replyOf is the reply that an authority owes, or gave, for the public figures.
func replyOf(p petition.Petition) *desk.Reply {
	from := p.ThresholdAt
	if !p.Legal.DepositedAt.IsZero() {
		from = p.Legal.DepositedAt
	}
	if p.Unserved || from.IsZero() {
		return nil
	}
	r := &desk.Reply{Kind: "petition", Authority: p.Authority, Country: p.Country, From: from, Due: p.AnswerDueAt, Silent: p.State == petition.Lapsed}
	for _, at := range append(decisions(p), p.AnsweredAt) {
		if !at.IsZero() && !at.Before(from) && (r.RepliedAt.IsZero() || at.Before(r.RepliedAt)) {
			r.RepliedAt = at
		}
	}
	if r.RepliedAt.IsZero() && petition.EndedStates.Has(p.State) { // withdrawn: what had passed by then stays passed
		if r.Due.IsZero() || p.EndedAt.IsZero() || !p.EndedAt.After(r.Due) {
			return nil
		}
		r.Silent = true
	}
	return r
}

// decisions are when the bureau admitted or refused a petition.
func decisions(p petition.Petition) []time.Time {
	var at []time.Time
	for _, e := range p.History {
		if e.Act == "petition."+string(petition.ActAdmit) || e.Act == "petition."+string(petition.ActRefuse) {
			at = append(at, e.At)
		}
	}
	return at
}

// deskComments brings the comments that wait to be read, one item for each
// organisation.
type deskComments struct{ *app }

func (p deskComments) Name() string { return "comments" }

func (p deskComments) Waiting(ctx context.Context, _ string) ([]string, string, error) {
	orgs, err := p.deskOrgs(ctx)
	return subjects("comments:", orgs), "", err
}

func (p deskComments) All(ctx context.Context, after string) ([]string, string, error) {
	return p.Waiting(ctx, after)
}

func (p deskComments) Standing(ctx context.Context, subject string) (desk.Standing, error) {
	org := strings.TrimPrefix(subject, "comments:")
	st := desk.Standing{Stamp: p.clock.Now().UnixMilli()}
	n, oldest, err := p.petitions.CommentsWaiting(ctx, org)
	if err != nil || n == 0 {
		return st, err
	}
	country := ""
	if org != auth.PlatformID {
		if country, _, err = deskAuthorities(p).Authority(ctx, org); err != nil {
			return st, err
		}
	}
	titles := map[string]string{}
	for _, lang := range []string{"ar", "fr", "en"} {
		titles[lang] = p.words.Locale(lang, country).N("{n} comment to read", "{n} comments to read", int(n))
	}
	st.Waits = []desk.Wait{{Slot: "pending", Kind: "petition.comments", Authority: org, Country: country, Titles: titles,
		Path: "/desk/comments?authority=" + org, Since: oldest.At}}
	return st, nil
}

// tellDesk returns what a module calls when one of its subjects moved. What
// cannot be told is found by the desk itself within minutes.
func (a *app) tellDesk(prefix string) func(context.Context, string) {
	return func(ctx context.Context, id string) {
		if err := a.desk.Refresh(context.WithoutCancel(ctx), prefix+id); err != nil {
			a.log.Error("the desk could not be told", "subject", prefix+id, "err", err)
		}
	}
}

// deskMessages brings the messages to followers that officers read first.
type deskMessages struct{ *app }

func (p deskMessages) Name() string { return "message" }

func (p deskMessages) Waiting(ctx context.Context, after string) ([]string, string, error) {
	return p.orgByOrg(ctx, after, func(org, after string) ([]string, string, error) {
		page, err := p.messages.Waiting(ctx, org, after, sourcePage)
		var ids []string
		for _, m := range page.Items {
			ids = append(ids, "message:"+m.ID)
		}
		return ids, page.Next, err
	})
}

// All are those that wait: of others nothing is ever at the desk.
func (p deskMessages) All(ctx context.Context, after string) ([]string, string, error) {
	return p.Waiting(ctx, after)
}

func (p deskMessages) Standing(ctx context.Context, subject string) (desk.Standing, error) {
	m, err := p.messages.Get(ctx, auth.System, strings.TrimPrefix(subject, "message:"))
	if fault.Is(err, fault.NotFound) {
		return desk.Standing{Stamp: p.clock.Now().UnixMilli()}, nil
	}
	st := desk.Standing{Stamp: m.Version}
	if err != nil || m.State != message.Waiting {
		return st, err
	}
	country, _, err := deskAuthorities(p).Authority(ctx, m.Authority)
	st.Waits = []desk.Wait{{Slot: "read", Kind: "message.read", Authority: m.Moderator, Country: country, Titles: map[string]string{m.Lang: m.Subject},
		Path: "/desk/messages/" + m.ID, Since: m.SubmittedAt}}
	return st, err
}

// deskAssociations brings the requests of associations, to each authority where
// one has a place; to the administrators where none of them takes part.
type deskAssociations struct{ *app }

func (p deskAssociations) Name() string { return "association" }

func (p deskAssociations) Waiting(ctx context.Context, after string) ([]string, string, error) {
	page, err := p.associations.Waiting(ctx, "", after, sourcePage)
	var ids []string
	for _, x := range page.Items {
		ids = append(ids, "association:"+x.ID)
	}
	return ids, page.Next, err
}

// All are those that wait: of others nothing is ever at the desk.
func (p deskAssociations) All(ctx context.Context, after string) ([]string, string, error) {
	return p.Waiting(ctx, after)
}

func (p deskAssociations) Standing(ctx context.Context, subject string) (desk.Standing, error) {
	x, err := p.associations.Get(ctx, strings.TrimPrefix(subject, "association:"))
	if fault.Is(err, fault.NotFound) {
		return desk.Standing{Stamp: p.clock.Now().UnixMilli()}, nil
	}
	st := desk.Standing{Stamp: x.Version}
	asked := x.State == association.Registered && x.Correction != nil
	if err != nil || x.State != association.Submitted && !asked {
		return st, err
	}
	wait := desk.Wait{Slot: "request", Kind: "association.request", Titles: map[string]string{"ar": x.NameAR, "fr": x.NameFR}, Path: "/desk/associations/" + x.ID + "/examine", Since: x.SubmittedAt}
	if asked {
		wait.Slot, wait.Kind, wait.Path, wait.Since = "correction", "association.correction", "/desk/associations/"+x.ID+"/correction", x.Correction.At
	}
	for _, id := range x.Places() {
		at, err := p.places.Get(ctx, id)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return st, err
		}
		if err == nil && at.IsActive() {
			w := wait
			w.Slot, w.Authority, w.Country = wait.Slot+"-"+id, id, at.Place.Country
			st.Waits = append(st.Waits, w)
		}
	}
	if len(st.Waits) == 0 {
		wait.Authority = auth.PlatformID
		st.Waits = append(st.Waits, wait)
	}
	return st, nil
}

// deskTemplates gives the form of an answer the desk's prepared texts.
type deskTemplates struct{ *app }

func (t deskTemplates) Offered(ctx context.Context, who auth.Actor, authority string) ([]ui.Option, error) {
	all, err := t.desk.Templates(ctx, who, authority)
	options := make([]ui.Option, len(all))
	for i, x := range all {
		options[i] = ui.Option{Value: x.ID, Label: x.Name, AutoDir: true}
	}
	return options, err
}

func (t deskTemplates) Filled(ctx context.Context, who auth.Actor, id string, p petition.Petition) (map[string]petition.AnswerText, error) {
	x, err := t.desk.Template(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if x.Authority != p.Authority {
		return nil, fault.New(fault.NotFound, "There is no such template.")
	}
	a, err := petitionAuthorities{t.places}.Authority(ctx, p.Authority)
	if err != nil {
		return nil, err
	}
	texts := map[string]petition.AnswerText{}
	for lang, text := range x.Texts {
		tr := t.words.Locale(lang, p.Country).Plain()
		values := map[string]string{"title": p.Text(lang).Object, "reference": p.Reference, "date": tr.Date(t.clock.Now().In(clock.Zone(p.Country))), "authority": a.Name(lang)}
		texts[lang] = petition.AnswerText{Summary: desk.Fill(text.Summary, values), Body: desk.Fill(text.Body, values)}
	}
	return texts, nil
}

// deskTabs are the pages of other modules at an authority's desk.
func deskTabs() []desk.Tab {
	tabs := make([]desk.Tab, len(petition.DeskTabs))
	for i, t := range petition.DeskTabs {
		tabs[i] = desk.Tab(t)
	}
	return append(tabs, desk.Tab(webhookTab), desk.Tab(open311Tab), desk.Tab(figuresTab))
}

// around are the desk's own pages, as those of petitions lead to them.
func around(tabs []desk.Tab) []petition.DeskTab {
	out := make([]petition.DeskTab, len(tabs))
	for i, t := range tabs {
		out[i] = petition.DeskTab(t)
	}
	return out
}
