package main

import (
	"context"
	"fmt"
	"time"

	"musharaka/modules/desk"
	"musharaka/modules/kit/clock"
	"musharaka/modules/webhook"
)

// demoDesk is how the people of the demo work at the desk.
type demoDesk struct {
	Work      []demoWork
	Templates []demoTemplate
	Webhooks  []demoWebhook
}

// demoWork is one act on what waits of a petition.
type demoWork struct {
	Petition, Slot string
	Day            int // before now
	By, Act        string
	To             string // assign: key of a colleague
	Text           string // note, escalate
	Days           int    // snooze
}

type demoTemplate struct {
	Key, Authority, By string
	Day                int
	Name               string
	AR, FR             desk.TemplateText
}

type demoWebhook struct {
	Key, Authority, By string
	Day                int
	Name, URL          string
	Events             []string
}

// deskEvents plans the work at the desk: late in the morning of each day, after
// what happened to the petitions themselves.
func (s *seeding) deskEvents() []event {
	var all []event
	add := func(day int, what string, do func(context.Context) error) {
		at := clock.StartOfDay(s.mark.Now.AddDate(0, 0, -day), time.UTC).Add(17*time.Hour + time.Duration(len(all))*time.Minute)
		if latest := s.mark.Now.Add(-10 * time.Minute); at.After(latest) {
			at = latest.Add(time.Duration(len(all)) * time.Second)
		}
		all = append(all, event{at: at, what: "desk: " + what, do: do, tell: true})
	}
	for _, t := range s.data.Desk.Templates {
		add(t.Day, "template "+t.Key, func(ctx context.Context) error { return s.prepare(ctx, t) })
	}
	for _, h := range s.data.Desk.Webhooks {
		add(h.Day, "webhook "+h.Key, func(ctx context.Context) error { return s.hook(ctx, h) })
	}
	for i, w := range s.data.Desk.Work {
		add(w.Day, fmt.Sprintf("%s %s of %s", w.Act, w.Slot, w.Petition), func(ctx context.Context) error { return s.work(ctx, i, w) })
	}
	return all
}

// texts are a template's by language.
func (t demoTemplate) texts() map[string]desk.TemplateText {
	texts := map[string]desk.TemplateText{"ar": t.AR, "fr": t.FR}
	for lang, x := range texts {
		if x == (desk.TemplateText{}) {
			delete(texts, lang)
		}
	}
	return texts
}

func (s *seeding) prepare(ctx context.Context, t demoTemplate) error {
	who, err := s.actor(ctx, t.By)
	if err != nil {
		return err
	}
	_, err = s.desk.SaveTemplate(ctx, who, inventedID("template "+t.Key), desk.Template{Authority: t.Authority, Name: t.Name, Texts: t.texts()})
	return err
}

// hook makes a webhook and sends a trial.
func (s *seeding) hook(ctx context.Context, h demoWebhook) error {
	who, err := s.actor(ctx, h.By)
	if err != nil {
		return err
	}
	made, _, err := s.webhooks.Create(ctx, who, h.Authority, inventedID("webhook "+h.Key), webhook.Input{Name: h.Name, URL: h.URL, Events: h.Events})
	if err != nil {
		return err
	}
	return s.webhooks.Test(ctx, who, made.ID, "first")
}

// work does one act on what waits of a petition.
func (s *seeding) work(ctx context.Context, n int, w demoWork) error {
	who, err := s.actor(ctx, w.By)
	if err != nil {
		return err
	}
	id, err := s.petitionID(ctx, w.Petition)
	if err != nil {
		return err
	}
	item := "petition:" + id + "." + w.Slot
	switch w.Act {
	case "take":
		_, err = s.desk.Take(ctx, who, item)
	case "assign":
		_, err = s.desk.Assign(ctx, who, item, inventedID(w.To))
	case "note":
		_, err = s.desk.Note(ctx, who, item, fmt.Sprint("demo", n), w.Text)
	case "snooze":
		_, err = s.desk.Snooze(ctx, who, item, w.Days)
	case "escalate":
		_, err = s.desk.Escalate(ctx, who, item, w.Text)
	default:
		err = fmt.Errorf("no act %q in the files of the demo", w.Act)
	}
	return err
}

// petitionID is the id of a petition of the demo that was begun.
func (s *seeding) petitionID(ctx context.Context, key string) (string, error) {
	story := s.stories[key]
	if story == nil {
		return "", fmt.Errorf("no petition %q in the files of the demo", key)
	}
	return story.id(ctx)
}
