package main

import (
	"context"
	"net/http"
	"net/url"

	"musharaka/modules/account"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/outbound"
	"musharaka/modules/petition"
	"musharaka/modules/webhook"
)

// buildWebhooks lets other programs hear of what happens.
func (a *app) buildWebhooks(ctx context.Context) (err error) {
	guard := outbound.Guard{Plain: a.settings.IsDemo()}
	var sender webhook.Sender = guard.Client()
	if a.settings.IsDemo() {
		sender = demoReceiver{sender}
	}
	a.webhooks, err = webhook.New(ctx, webhook.Needs{
		DB: a.db, Audit: a.audit, Queue: a.queue, Sender: sender, Guard: guard, People: webhookPeople{a}, Post: a.outbox, Words: a.words,
		Clock: a.clock, Ident: a.ident, Log: a.log, Key: a.settings.MailKey(), PublicURL: a.settings.PublicURL, Demo: a.settings.IsDemo(),
	})
	if err != nil {
		return err
	}
	a.petitions.Watch(webhookWatcher{a})
	a.accounts.Listen(a.webhooks)
	a.accounts.Contribute(account.Contribution{Key: "webhooks", Title: i18n.Msg("Webhooks"), Contributor: a.webhooks})
	return nil
}

// demoReceiver answers in the place of two programs that do not exist, so that
// the demo shows deliveries that are taken and others that are not. Everything
// else is posted like anywhere.
type demoReceiver struct{ webhook.Sender }

// The hosts that the demo answers for; nobody can own them (RFC 2606).
const (
	demoTakes   = "website.demo.example"
	demoRefuses = "register.demo.example"
)

func (d demoReceiver) Post(ctx context.Context, address string, header http.Header, body []byte) (outbound.Answer, error) {
	u, err := url.Parse(address)
	switch {
	case err == nil && u.Hostname() == demoTakes:
		return outbound.Answer{Status: http.StatusNoContent}, nil
	case err == nil && u.Hostname() == demoRefuses:
		return outbound.Answer{Status: http.StatusServiceUnavailable}, nil
	}
	return d.Sender.Post(ctx, address, header, body)
}

// webhookPeople tells webhooks of persons.
type webhookPeople struct{ *app }

func (p webhookPeople) Person(ctx context.Context, id string) (webhook.Person, error) {
	x, err := deskPeople(p).Person(ctx, id)
	return webhook.Person{ID: x.ID, Lang: x.Lang, Email: x.Email}, err
}

// webhookWatcher tells webhooks what happens to petitions.
type webhookWatcher struct{ *app }

func (w webhookWatcher) PetitionMoved(ctx context.Context, id string) error {
	p, err := w.petitions.Whole(ctx, id)
	if err != nil || !p.IsPublic() {
		return err
	}
	tally, err := w.petitions.Tally(ctx, id)
	if err != nil {
		return err
	}
	return w.webhooks.Publish(ctx, petitionEvents(p.Public(), tally, w.settings.PublicURL)...)
}

// CommentsMoved is nobody's business outside.
func (w webhookWatcher) CommentsMoved(context.Context, string) error { return nil }

// WorkMoved is nobody's business outside either.
func (w webhookWatcher) WorkMoved(context.Context, string) error { return nil }

// eventTypes are the acts that have an event of their own; any other public
// change of state is petition.state_changed.
var eventTypes = map[string]string{
	"petition." + string(petition.ActPublish):       "petition.published",
	"petition." + string(petition.ActReach):         "petition.threshold_reached",
	"petition." + string(petition.ActPublishAnswer): "petition.answered",
}

// petitionEvents are the events of a petition's public timeline. What each
// carries is the petition as everybody may see it now.
func petitionEvents(p petition.Petition, t petition.Tally, publicURL string) []webhook.Event {
	var events []webhook.Event
	for _, e := range p.Timeline() {
		kind := eventTypes[e.Act]
		if kind == "" && e.From != e.To {
			kind = "petition.state_changed"
		}
		if kind == "" {
			continue
		}
		events = append(events, webhook.Event{ID: e.ID, Type: kind, Org: p.Authority, At: e.At, Data: map[string]any{
			"from": e.From, "to": e.To, "petition": publicPetition(p, t, publicURL),
		}})
	}
	return events
}

// hookPetition is a petition as events carry it.
type hookPetition struct {
	ID         string            `json:"id"`
	Reference  string            `json:"reference"`
	URL        string            `json:"url"`
	State      petition.State    `json:"state"`
	Authority  string            `json:"authority"`
	Titles     map[string]string `json:"titles"`
	Theme      string            `json:"theme"`
	Supporters int64             `json:"supporters"`
	Valid      int64             `json:"valid_signatures"`
	Threshold  int64             `json:"threshold"`
	ClosesAt   string            `json:"closes_at,omitempty"`
	AnswerDue  string            `json:"answer_due_at,omitempty"`
	Decision   string            `json:"answer_decision,omitempty"`
}

func publicPetition(p petition.Petition, t petition.Tally, publicURL string) hookPetition {
	out := hookPetition{ID: p.ID, Reference: p.Reference, URL: publicURL + "/ar/petitions/" + p.ID, State: p.State, Authority: p.Authority, Titles: map[string]string{},
		Theme: p.Theme, Supporters: t.Supporters, Valid: t.Valid, Threshold: p.Threshold.Signatures}
	for lang, text := range p.Texts {
		out.Titles[lang] = text.Object
	}
	if !p.ClosesAt.IsZero() {
		out.ClosesAt = p.ClosesAt.UTC().Format("2006-01-02T15:04:05Z")
	}
	if p.ReplyRuns() {
		out.AnswerDue = p.AnswerDueAt.UTC().Format("2006-01-02T15:04:05Z")
	}
	if v, ok := p.Answer.Shown(); ok {
		out.Decision = v.Decision
	}
	return out
}

// webhookTab is the page of webhooks at an authority's desk.
var webhookTab = struct {
	Path, Label string
	In          func(who auth.Actor, org string) bool
}{"/desk/webhooks", i18n.Msg("Webhooks"), webhook.Keeps}
