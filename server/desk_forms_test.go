package main

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"musharaka/modules/desk"
	"musharaka/modules/kit/auth"
	"musharaka/modules/petition"
)

// posts sends a form of the desk as somebody and follows nothing.
func (w *world) posts(t *testing.T, who, path string, fields url.Values) seen {
	t.Helper()
	return w.ask(t, who, http.MethodPost, "/fr/desk"+path, func(r *http.Request) {
		body := fields.Encode()
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	})
}

// deskStep is one form that somebody posts, or a page somebody opens.
type deskStep struct {
	name, who, path string
	fields          url.Values // nil opens the page
	status          int
	see, not        []string
}

func (w *world) deskSteps(t *testing.T, steps ...deskStep) {
	t.Helper()
	for _, x := range steps {
		var got seen
		if x.fields == nil {
			got = w.ask(t, x.who, http.MethodGet, "/fr/desk"+x.path)
		} else {
			got = w.posts(t, x.who, x.path, x.fields)
		}
		if got.status != x.status {
			t.Errorf("%s: %s answers %d to the %s, want %d", x.name, x.path, got.status, x.who, x.status)
		}
		text := ""
		if got.Document != nil {
			text = got.Find("body").Text()
		}
		for _, s := range x.see {
			if !strings.Contains(text, s) {
				t.Errorf("%s: %s does not say %q", x.name, x.path, s)
			}
		}
		for _, s := range x.not {
			if strings.Contains(text, s) || strings.Contains(got.body, "<script>alert") {
				t.Errorf("%s: %s says %q", x.name, x.path, s)
			}
		}
	}
}

// TestTheFormsOfTheDeskDoWhatTheySay posts each form with data, as those who
// may, those who may not, and from a page that is out of date.
func TestTheFormsOfTheDeskDoWhatTheySay(t *testing.T) {
	w := theWorld(t)
	id := w.submitted(town)
	item := "petition:" + id + ".moderation"
	at := "/items/" + item
	form := func(kv ...string) url.Values {
		v := url.Values{"_": {""}}
		for i := 0; i < len(kv); i += 2 {
			v.Add(kv[i], kv[i+1])
		}
		return v
	}
	w.deskSteps(t,
		deskStep{"the queue shows it", "officer", "?authority=" + town, nil, 200, []string{arabicText.Object}, nil},
		deskStep{"others do not see it", "officer elsewhere", at, nil, 404, nil, []string{arabicText.Object}},
		deskStep{"nor does the front desk", "front desk", at, nil, 404, nil, []string{arabicText.Object}},
		deskStep{"nor can they take it", "officer elsewhere", at + "/take", form(), 404, nil, nil},
		deskStep{"take", "officer", at + "/take", form(), 303, nil, nil},
		deskStep{"it is mine", "officer", "?view=mine&authority=" + town, nil, 200, []string{arabicText.Object}, nil},
		deskStep{"release", "officer", at + "/release", form(), 303, nil, nil},
		deskStep{"assign to nobody who works on it", "officer", at + "/assign", form("colleague", w.people["front desk"]), 422, []string{"Choisissez un collègue"}, nil},
		deskStep{"assign", "officer", at + "/assign", form("colleague", w.people["officer"]), 303, nil, nil},
		deskStep{"an empty note", "officer", at + "/note", form("key", "k1", "text", " "), 422, nil, nil},
		deskStep{"note", "officer", at + "/note", form("key", "k1", "text", "Vu avec le service <script>alert(1)</script> technique"), 303, nil, nil},
		deskStep{"the note stands there", "officer", at, nil, 200, []string{"Vu avec le service <script>"}, []string{"never"}},
		deskStep{"it is nobody else's to read", "officer elsewhere", at, nil, 404, nil, []string{"Vu avec le service"}},
		deskStep{"drop the note", "officer", at + "/note/delete", form("key", "k1"), 303, nil, nil},
		deskStep{"the note is gone", "officer", at, nil, 200, nil, []string{"Vu avec le service"}},
		deskStep{"put off for days nobody offers", "officer", at + "/snooze", form("days", "500"), 422, []string{"combien de jours"}, nil},
		deskStep{"put off", "officer", at + "/snooze", form("days", "3"), 303, nil, nil},
		deskStep{"it is out of sight", "officer", "?authority=" + town + "&kind=petition.moderation&view=mine", nil, 200, nil, []string{item}},
		deskStep{"bring it back", "officer", at + "/wake", form(), 303, nil, nil},
		deskStep{"the president does not see it", "president", at, nil, 404, nil, []string{arabicText.Object}},
		deskStep{"escalate without a reason", "officer", at + "/escalate", form("reason", ""), 422, nil, nil},
		deskStep{"escalate", "officer", at + "/escalate", form("reason", "Urgent"), 303, nil, nil},
		deskStep{"the president sees it now", "president", at, nil, 200, []string{arabicText.Object, "Urgent"}, nil},
	)
	w.deskMany(t, id, item, form)
	_, err := w.app.petitions.Publish(t.Context(), w.actor("officer"), id)
	w.must(err)
	w.deskSteps(t,
		deskStep{"a page that is out of date", "officer", at + "/release", form(), 409, nil, nil},
		deskStep{"and another", "officer", at + "/snooze", form("days", "3"), 409, nil, nil},
	)
	if it, err := w.desk.Get(t.Context(), w.actor("officer"), item); err != nil || it.State != desk.Done || len(it.Notes) != 0 {
		t.Errorf("in the end it is %s with %d notes, %v", it.State, len(it.Notes), err)
	}
}

// deskMany hands over several at once, undoes it, and arranges the desk.
func (w *world) deskMany(t *testing.T, id, item string, form func(...string) url.Values) {
	t.Helper()
	other := "petition:" + w.submitted(town) + ".moderation"
	w.deskSteps(t,
		deskStep{"several, of which one is nobody's here", "officer elsewhere", "/bulk", form("authority", town, "act", "assign", "key", "bulk0", "colleague", w.people["officer elsewhere"], "item", item), 403, nil, nil},
		deskStep{"several", "officer", "/bulk", form("authority", town, "act", "assign", "key", "bulk1", "colleague", w.people["officer"], "item", item, "item", other), 303, nil, nil},
		deskStep{"what became of them", "officer", "/batches/bulk1", nil, 200, []string{arabicText.Object}, nil},
		deskStep{"not for others", "officer elsewhere", "/batches/bulk1", nil, 404, nil, nil},
		deskStep{"nor to undo", "officer elsewhere", "/batches/bulk1/undo", form(), 404, nil, nil},
	)
	if it, err := w.desk.Get(t.Context(), w.actor("officer"), other); err != nil || it.Assignee != w.people["officer"] {
		t.Errorf("after handing over it is %q's, %v", it.Assignee, err)
	}
	w.deskSteps(t, deskStep{"undo", "officer", "/batches/bulk1/undo", form(), 303, nil, nil})
	if it, err := w.desk.Get(t.Context(), w.actor("officer"), other); err != nil || it.Assignee != "" {
		t.Errorf("after undoing it is %q's, %v", it.Assignee, err)
	}
	w.deskSteps(t,
		deskStep{"a template without a text", "officer", "/templates/new?authority=" + town, form("name", "Vide"), 422, nil, nil},
		deskStep{"a template of others", "officer elsewhere", "/templates/new?authority=" + town, form("name", "Faux", "body_fr", "x"), 403, nil, nil},
		deskStep{"a template", "officer", "/templates/new?authority=" + town, form("name", "Accusé bref", "body_fr", "Nous avons reçu [objet]."), 303, nil, nil},
		deskStep{"it is offered", "officer", "/petitions/" + w.petitions["MA ready"] + "/answer/draft", nil, 200, []string{"Accusé bref"}, nil},
		deskStep{"settings that are none", "officer", "/settings?authority=" + town, form("remind", "many", "escalate", "x"), 422, nil, nil},
		deskStep{"settings of others", "officer elsewhere", "/settings?authority=" + town, form("remind", "5", "escalate", "9"), 403, nil, nil},
		deskStep{"settings", "officer", "/settings?authority=" + town, form("remind", "12, 4", "escalate", "9"), 303, nil, nil},
		deskStep{"they are kept", "officer", "/settings?authority=" + town, nil, 200, []string{"Réglages"}, nil},
	)
}

// TestEveryLineOfTheQueueLeadsToItsWork opens what each item points to, as
// somebody who works on it.
func TestEveryLineOfTheQueueLeadsToItsWork(t *testing.T) {
	w := theWorld(t)
	tried := map[string]bool{}
	for who, orgs := range map[string][]string{"officer": {town, tunisian}, "front desk": {town}, "president": {town}, "councillor": {town}} {
		for _, org := range orgs {
			page, err := w.desk.List(t.Context(), w.actor(who), org, desk.Filter{View: desk.All}, "", 200)
			w.must(err)
			for _, it := range page.Items {
				if tried[who+it.Kind] {
					continue
				}
				tried[who+it.Kind] = true
				if got := w.ask(t, who, http.MethodGet, "/ar"+it.Path); got.status != 200 {
					t.Errorf("%s: %s leads the %s to %s, which answers %d", it.Kind, it.ID, who, it.Path, got.status)
				}
			}
		}
	}
	if len(tried) < 25 {
		t.Errorf("only %d sorts of lines were tried: %v", len(tried), tried)
	}
}

// TestACommentIsAtTheDeskAtOnce signs with a comment and looks at the queue.
func TestACommentIsAtTheDeskAtOnce(t *testing.T) {
	w := theWorld(t)
	id := w.opened(town)
	waits := func() string {
		it, err := w.desk.Get(t.Context(), auth.System, "comments:"+town+".pending")
		w.must(err)
		return it.Title("fr")
	}
	before := waits()
	_, err := w.app.petitions.Sign(t.Context(), w.actor("citizen"), id, petition.SignInput{Consent: consentVersion, Comment: "شكرا"})
	w.must(err)
	if !eventually(t, func() bool { return waits() != before }) {
		t.Errorf("the desk still says %q", before)
	}
}
