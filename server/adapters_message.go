package main

import (
	"context"

	"musharaka/modules/account"
	"musharaka/modules/association"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/modules/message"
	"musharaka/modules/petition"

	"github.com/a-h/templ"
)

// buildMessages opens the messages to followers.
func (a *app) buildMessages(ctx context.Context) (err error) {
	a.messages, err = message.New(ctx, message.Needs{
		DB: a.db, Audit: a.audit, Queue: a.queue, Petitions: messagePetitions{a}, Campaigns: messageCampaigns{a}, People: messagePeople{a}, Post: a.outbox,
		Words: a.words, Clock: a.clock, Log: a.log, PublicURL: a.settings.PublicURL, Demo: a.settings.IsDemo(),
		Moved: a.tellDesk("message:"),
	})
	if err != nil {
		return err
	}
	a.accounts.Listen(messageListener{a.messages})
	a.accounts.Contribute(account.Contribution{Key: "messages", Title: titleMessages, Contributor: messageData{a.messages}})
	return nil
}

var titleMessages = i18n.Msg("Messages to followers")

// messagePetitions tells messages of petitions and of who follows them.
type messagePetitions struct{ *app }

func (p messagePetitions) Petition(ctx context.Context, id string) (message.Petition, error) {
	x, err := p.petitions.Get(ctx, auth.Actor{}, id)
	if err == nil && (x.TextHidden() || x.PublishedAt.IsZero()) {
		err = fault.New(fault.NotFound, "")
	}
	if err != nil {
		return message.Petition{}, err
	}
	agent, err := p.petitions.AgentOf(ctx, id)
	if err != nil {
		return message.Petition{}, err
	}
	out := message.Petition{ID: x.ID, Reference: x.Reference, Authority: x.Authority, Country: x.Country, Moderator: x.Moderator(), Agent: agent,
		Objects: map[string]string{}, Tellable: x.State == petition.Answered || x.State == petition.Closed || !petition.EndedStates.Has(x.State)}
	for _, lang := range x.Langs {
		out.Objects[lang] = x.Text(lang).Object
	}
	return out, nil
}

func (p messagePetitions) Followers(ctx context.Context, id, after string, limit int) ([]string, string, error) {
	return p.petitions.Followers(ctx, id, after, limit)
}

func (p messagePetitions) Hears(ctx context.Context, id, personID string) (bool, error) {
	return p.petitions.Hears(ctx, id, personID)
}

// messageCampaigns tells messages for which campaigns somebody may write.
type messageCampaigns struct{ *app }

func (m messageCampaigns) For(ctx context.Context, who auth.Actor, petitionID string) ([]message.Campaign, error) {
	if !who.HoldsAny(auth.Delegate) {
		return nil, nil
	}
	all, err := m.associations.CampaignsOf(ctx, petitionID)
	var mine []message.Campaign
	for _, x := range all {
		if x.State != association.Running || !m.associations.MayAct(ctx, who, x.Association, association.ScopeCampaign) {
			continue
		}
		a, err := m.associations.Get(ctx, x.Association)
		if err != nil {
			return nil, err
		}
		mine = append(mine, message.Campaign{ID: x.ID, Petition: petitionID, Titles: map[string]string{"ar": x.Title.In("ar"), "fr": x.Title.In("fr"), "en": x.Title.In("en")}, Association: a.ID, Names: map[string]string{"ar": a.Name("ar"), "fr": a.Name("fr"), "en": a.Name("en")}})
	}
	return mine, err
}

// messagePeople tells messages of their readers.
type messagePeople struct{ *app }

func (p messagePeople) Person(ctx context.Context, id string) (message.Person, error) {
	x, err := petitionPeople(p).Person(ctx, id)
	return message.Person{ID: x.ID, Lang: x.Lang, Email: x.Email}, err
}

// messagePanel shows on a petition's page that its followers are written to.
type messagePanel struct {
	*app
	pages *message.Pages
}

func (p messagePanel) Stamp(ctx context.Context, petitionID string) (string, error) {
	return p.messages.Stamp(ctx, petitionID)
}

func (p messagePanel) Show(c *web.Ctx, s petition.Subject) (templ.Component, error) {
	return p.pages.Panel(c, s.ID)
}

// messageListener tells messages what happens to accounts.
type messageListener struct{ messages *message.Service }

func (l messageListener) OnJoined(ctx context.Context, kept, gone string) error {
	return l.messages.OnJoined(ctx, kept, gone)
}

func (messageListener) OnProfileChanged(context.Context, string) error { return nil }

// messageData gives people what messages keep about them.
type messageData struct{ messages *message.Service }

func (d messageData) Export(ctx context.Context, personID string) (any, error) {
	all, err := d.messages.Export(ctx, personID)
	if len(all) == 0 {
		return nil, err
	}
	return all, err
}

func (d messageData) Erase(ctx context.Context, personID string) error {
	return d.messages.Erase(ctx, personID)
}
