package petition

import (
	"context"
	"encoding/csv"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"

	"github.com/PuerkitoBio/goquery"
)

func TestAPreparedTextFillsTheBoxesThatAreEmpty(t *testing.T) {
	v := newVisit(t)
	s := v.everyState()
	draft := "/desk/petitions/" + s.ready.ID + "/answer/draft"
	body := func(query string) (summary, letter string) {
		page, err := goquery.NewDocumentFromReader(strings.NewReader(v.ask(officer, "/fr"+draft+query, nil).body))
		v.must(err)
		return page.Find("[name=summary_fr]").AttrOr("value", ""), page.Find("[name=body_fr]").Text()
	}
	v.play(
		scene{who: officer, path: draft, status: 200, see: []string{"Modèle d’accueil"}},
		scene{who: officer, path: draft + "?template=other", status: 404},
	)
	if summary, letter := body(""); summary+letter != "" {
		t.Errorf("without a choice there stands %q, %q", summary, letter)
	}
	if summary, letter := body("?template=t1"); summary != "Résumé préparé" || letter != "Lettre sur "+s.ready.Reference {
		t.Errorf("the template gives %q, %q", summary, letter)
	}
	_, err := v.DraftAnswer(v.ctx, officer, s.ready.ID, goodAnswer)
	v.must(err)
	if summary, letter := body("?template=t1"); summary != goodAnswer.Texts["fr"].Summary || letter != goodAnswer.Texts["fr"].Body {
		t.Errorf("what was written is overwritten: %q, %q", summary, letter)
	}
}

// testWatcher hears what happens to petitions, and may fail.
type testWatcher struct {
	fail  bool
	moved []string
	orgs  []string
	work  []string
}

func (w *testWatcher) PetitionMoved(_ context.Context, id string) error {
	if w.fail {
		return fault.New(fault.Unavailable, "")
	}
	w.moved = append(w.moved, id)
	return nil
}

func (w *testWatcher) CommentsMoved(_ context.Context, org string) error {
	w.orgs = append(w.orgs, org)
	return nil
}

func (w *testWatcher) WorkMoved(_ context.Context, subject string) error {
	w.work = append(w.work, subject)
	return nil
}

func TestWhatAWatcherMissedIsToldAgain(t *testing.T) {
	w := newWorld(t)
	heard := &testWatcher{}
	w.Watch(heard)
	w.draft("town")
	if len(heard.moved) != 0 {
		t.Error("a draft that nobody submitted was told of")
	}
	heard.fail = true
	p := w.submitted("town")
	if len(heard.moved) != 0 || len(w.now(p.ID).Tasks) == 0 {
		t.Fatalf("told %v, tasks %v", heard.moved, w.now(p.ID).Tasks)
	}
	heard.fail = false
	w.must(w.sweepTasks(w.ctx))
	if !slices.Equal(heard.moved, []string{p.ID}) || len(w.now(p.ID).Tasks) != 0 {
		t.Errorf("told %v, tasks %v", heard.moved, w.now(p.ID).Tasks)
	}
	ids, next, err := w.WaitingAt(w.ctx, "town", "", 10)
	w.must(err)
	if !slices.Equal(ids, []string{p.ID}) || next != "answer|" {
		t.Errorf("waiting at the town: %v, %q", ids, next)
	}
	if ids, next, err = w.WaitingAt(w.ctx, "town", next, 10); err != nil || len(ids) != 0 || next != "" {
		t.Errorf("waiting for an answer: %v, %q, %v", ids, next, err)
	}
	if ids, _, err := w.EachSubmitted(w.ctx, "", 10); err != nil || !slices.Equal(ids, []string{p.ID}) {
		t.Errorf("all that were submitted: %v, %v", ids, err)
	}
}

func TestWatchersHearOfCommentsAtOnce(t *testing.T) {
	w := newWorld(t)
	heard := &testWatcher{}
	w.Watch(heard)
	p := w.opened("town")
	w.sign(p, "silent")
	w.jobs()
	if len(heard.orgs) != 0 {
		t.Errorf("a signature without a comment is told of: %v", heard.orgs)
	}
	signed, err := w.Sign(w.ctx, karim, p.ID, SignInput{Consent: "1", Comment: "Pour nos enfants."})
	w.must(err)
	_, err = w.Sign(w.ctx, citizen("second"), p.ID, SignInput{Consent: "1", Comment: "Moi aussi."})
	w.must(err)
	w.jobs()
	if !slices.Equal(heard.orgs, []string{"town"}) {
		t.Errorf("two comments at once are told as %v", heard.orgs)
	}
	w.must(w.Unsign(w.ctx, citizen("second"), p.ID))
	w.jobs()
	if !slices.Equal(heard.orgs, []string{"town", "town"}) {
		t.Errorf("after a comment was taken back: %v", heard.orgs)
	}
	heard.orgs = nil
	if n, oldest, err := w.CommentsWaiting(w.ctx, "town"); err != nil || n != 1 || oldest.Text != "Pour nos enfants." {
		t.Errorf("%d wait, %q: %v", n, oldest.Text, err)
	}
	w.must(w.ModerateComment(w.ctx, officer, signed.Signature.ID, true))
	if n, _, err := w.CommentsWaiting(w.ctx, "town"); err != nil || n != 0 || !slices.Equal(heard.orgs, []string{"town"}) {
		t.Errorf("%d wait, told %v: %v", n, heard.orgs, err)
	}
}

func TestOnlyThoseWhoServeAnAuthorityComeToItsDesk(t *testing.T) {
	v := newVisit(t)
	s := v.everyState()
	review := "/desk/petitions/" + s.waiting.ID
	v.play(
		scene{who: officer, path: "/desk/petitions", status: 200, see: []string{"PET-2026-", goodText.Object}},
		scene{who: officer, path: "/desk/petitions?authority=region", status: 200, see: []string{"Rien n’attend la modération"}},
		scene{who: officer, path: "/desk/petitions?authority=elsewhere", status: 403},
		scene{who: stranger, path: "/desk/petitions?authority=town", status: 403},
		scene{who: stranger, path: "/desk/comments?authority=town", status: 403},
		scene{who: stranger, path: "/desk/answers?authority=town", status: 403},
		scene{who: stranger, path: "/desk/audit?authority=town", status: 403},
		scene{who: stranger, path: review, status: 404, not: []string{goodText.Object}},
		scene{who: stranger, path: "/desk/petitions/" + s.open.ID, status: 404}, // public, but not theirs
		scene{who: salma, path: review, status: 403},
		scene{who: admin, path: review, status: 404},
		scene{who: president, path: review, status: 200, see: []string{"Salma B.", "rien à faire"}, not: []string{"Ne pas publier"}},
		scene{who: councillor, path: "/desk/petitions", status: 403},
		scene{who: councillor, path: review + "/publish", status: 403},
		scene{who: officer, path: "/desk/petitions/" + s.draft.ID, status: 404, not: []string{goodText.Object}},
		scene{who: officer, path: review, status: 200, see: []string{goodText.Ask, "Salma B.", "Ce nom est public.", "Karim C.", "Publier", "Demander des modifications", "Ne pas publier", "Avant de décider", "quelque chose de semblable", "Soumise à la modération", "non montré au public"}},
		scene{who: officer, path: "/desk/published", status: 200, see: []string{"Recueille des signatures", "Seuil atteint", "4 sur 4"}},
	)
}

func TestAnOfficerPublishesAfterReading(t *testing.T) {
	v := newVisit(t)
	p := v.submitted("town")
	review := "/desk/petitions/" + p.ID
	v.play(
		scene{who: officer, path: review + "/publish", status: 200, see: []string{"4 signatures valables", "Test code", "22 février 2027", "3 mois", "précis"}, not: []string{"journal officiel"}},
		scene{who: officer, path: review + "/publish", form: fields(), status: 422, see: []string{"cochez"}},
		scene{who: president, path: review + "/publish", form: fields("checked", "on"), status: 403},
		scene{who: stranger, path: review + "/publish", form: fields("checked", "on"), status: 404},
	)
	v.wantState(p.ID, Moderation)
	v.play(
		scene{who: officer, path: review + "/publish", form: fields("checked", "on"), status: 303, to: "/desk/petitions"},
		scene{who: officer, path: review + "/publish", form: fields("checked", "on"), status: 303}, // a second click
		scene{who: officer, path: review + "/publish", status: 409},
		scene{who: officer, path: review + "/changes", form: fields("note", "Too late"), status: 409},
		scene{who: officer, path: review, status: 200, see: []string{"Modifier le dernier jour", "Masquer le texte", "La page publique", "Name of officer, Agent de la collectivité"}, not: []string{"Ne pas publier"}},
	)
	v.wantState(p.ID, Open)
}

func TestAnUnverifiedNumberIsMarkedBeforeItIsFrozen(t *testing.T) {
	v := newVisit(t)
	v.Law = doubtfulLaw{v.law}
	p := v.submitted("region")
	v.play(scene{who: officer, path: "/desk/petitions/" + p.ID + "/publish", status: 200, see: []string{"journal officiel", "Au moins 2 d’entre elles dans chacune des 2"}})
}

func TestARuleOfThePlatformIsNotCalledUnchecked(t *testing.T) {
	v := newVisit(t)
	v.Law = ownRule{v.law}
	p := v.opened("town")
	v.play(
		scene{who: officer, path: "/desk/petitions/" + v.submitted("town").ID + "/publish", status: 200, see: []string{"Aucune loi ne fixe ce nombre", "Test code"}, not: []string{"officiel"}},
		scene{who: nobody, path: "/petitions/" + p.ID, status: 200, see: []string{"Test code"}, not: []string{"officiel"}},
	)
}

// ownRule gives numbers that no law sets.
type ownRule struct{ *testLaw }

func (l ownRule) Threshold(ctx context.Context, a Authority, kind Kind, on time.Time) (Threshold, error) {
	t, err := l.testLaw.Threshold(ctx, a, kind, on)
	t.Source.Verified, t.Source.Platform = false, true
	return t, err
}

func TestAPetitionWithoutAThresholdSaysSo(t *testing.T) {
	v := newVisit(t)
	p := v.draft("town")
	_, err := v.SaveStep(v.ctx, salma, p.ID, StepPetitioners, Input{Kind: Association, OrgID: "club", AgentName: "Salma B."})
	v.must(err)
	p, err = v.Submit(v.ctx, salma, p.ID)
	v.must(err)
	v.play(
		scene{who: officer, path: "/desk/petitions/" + p.ID, status: 200, see: []string{"Association club", "Représentant légal"}, not: []string{"Ce nom est public."}},
		scene{who: officer, path: "/desk/petitions/" + p.ID + "/publish", status: 200, see: []string{"Aucun nombre de signatures"}},
	)
}

// doubtfulLaw gives numbers nobody has checked.
type doubtfulLaw struct{ *testLaw }

func (l doubtfulLaw) Threshold(ctx context.Context, a Authority, kind Kind, on time.Time) (Threshold, error) {
	t, err := l.testLaw.Threshold(ctx, a, kind, on)
	t.Source.Verified = false
	return t, err
}

func TestAnOfficerSendsBackRejectsAndHides(t *testing.T) {
	v := newVisit(t)
	p := v.submitted("town")
	review := "/desk/petitions/" + p.ID
	v.play(
		scene{who: officer, path: review + "/changes", status: 200, see: []string{"Elle ne devient jamais publique"}},
		scene{who: officer, path: review + "/changes", form: fields("note", " "), status: 422, see: []string{"Dites ce que l’auteur doit modifier"}},
		scene{who: officer, path: review + "/changes", form: fields("note", "Ne nommez pas le voisin."), status: 303, to: "/desk/petitions"},
		scene{who: officer, path: review, status: 404},
		scene{who: salma, path: "/petitions/" + p.ID + "/write/object", status: 200, see: []string{"Ne nommez pas le voisin."}},
		scene{who: salma, path: "/petitions/" + p.ID + "/submit", form: fields(), status: 303},
		scene{who: officer, path: review, status: 200, see: []string{"En attente de modération"}},
		scene{who: officer, path: review + "/reject", status: 200, see: []string{"La question ne relève pas", "Le texte est injurieux", "Le texte ne sera pas montré."}},
		scene{who: officer, path: review + "/reject", form: fields("code", "nonsense", "reasons", "Kept words"), status: 422, see: []string{"Choisissez un motif", "Kept words"}},
		scene{who: officer, path: review + "/reject", form: fields("code", "outside_powers"), status: 422, see: []string{"Expliquez la décision"}},
		scene{who: officer, path: review + "/hide", status: 303, to: review + "/reject"},
		scene{who: officer, path: review + "/reject", form: fields("code", "outside_powers", "reasons", "La région décide."), status: 303},
		scene{who: nobody, path: "/petitions/" + p.ID, status: 200, see: []string{"La région décide.", goodText.Ask}, not: []string{"Ne nommez pas"}},
		scene{who: officer, path: review + "/hide", status: 200, see: []string{"Le texte est injurieux"}, not: []string{"La question ne relève pas"}},
		scene{who: officer, path: review + "/hide", form: fields("code", "offensive", "reasons", "Injures."), status: 303, to: review},
		scene{who: officer, path: review, status: 200, see: []string{goodText.Ask, "Injures."}},
		scene{who: nobody, path: "/petitions/" + p.ID, status: 200, not: []string{goodText.Ask}},
	)
	v.wantState(p.ID, Hidden)
}

func TestTheClosingDayMovesWithAReason(t *testing.T) {
	v := newVisit(t)
	p := v.opened("town")
	path := "/desk/petitions/" + p.ID + "/closing"
	day := func(d, m, y, reason string) url.Values {
		return fields("closes-day", d, "closes-month", m, "closes-year", y, "reason", reason)
	}
	v.play(
		scene{who: officer, path: path, status: 200, see: []string{"22 février 2027", "22 mai 2027"}},
		scene{who: officer, path: path, form: day("30", "2", "2027", "Ramadan"), status: 422, see: []string{"Erreur"}},
		scene{who: officer, path: path, form: day("22", "11", "2026", "Ramadan"), status: 422, see: []string{"postérieur"}},
		scene{who: officer, path: path, form: day("1", "9", "2027", "Ramadan"), status: 422, see: []string{"6 mois"}},
		scene{who: officer, path: path, form: day("1", "4", "2027", ""), status: 422, see: []string{"Dites pourquoi"}},
		scene{who: president, path: path, form: day("1", "4", "2027", "Ramadan"), status: 403},
		scene{who: officer, path: path, form: day("1", "4", "2027", "Ramadan"), status: 303, to: "/desk/petitions/" + p.ID},
		scene{who: nobody, path: "/petitions/" + p.ID, status: 200, see: []string{"Ramadan", "1er avril 2027"}},
	)
}

func TestCommentsAreReadBeforeTheyAreShown(t *testing.T) {
	v := newVisit(t)
	p := v.opened("town")
	var ids []string
	for _, who := range []string{"c1", "c2", "c3"} {
		signed, err := v.Sign(v.ctx, citizen(who), p.ID, SignInput{Consent: "1", Comment: "Words of " + who, NamePublic: who == "c1"})
		v.must(err)
		ids = append(ids, signed.Signature.ID)
	}
	page, shown := "/desk/comments?authority=town", "/petitions/"+p.ID+"/comments"
	decisions := url.Values{"ids": ids, "decision0": {"show"}, "decision1": {"hide"}, "decision2": {""}}
	v.play(
		scene{who: officer, path: page, status: 200, see: []string{"Words of c1", "Name of c1", "Un soutien", goodText.Object}, not: []string{"Name of c2"}},
		scene{who: president, path: page, form: decisions, status: 403},
		scene{who: stranger, path: "/desk/comments", form: decisions, status: 303}, // of their own desk: theirs are none of these
		scene{who: nobody, path: shown, status: 200, not: []string{"Words of"}},
		scene{who: officer, path: page, form: decisions, status: 303, to: "/desk/comments"},
		scene{who: nobody, path: shown, status: 200, see: []string{"Words of c1"}, not: []string{"Words of c2", "Words of c3"}},
		scene{who: officer, path: page + "&shown=" + ids[0] + "&hidden=" + ids[1], status: 200, see: []string{"montrés : 1", "Words of c3"}, not: []string{"Words of c1"}},
		scene{who: officer, path: page + "&hidden=" + ids[1], status: 200, see: []string{"1 commentaire est maintenant masqué", "Annuler : montrer plutôt"}},
		scene{who: officer, path: page, form: fields("ids", ids[1], "decision0", petitionview.CommentShow), status: 303}, // what the undo sends
		scene{who: nobody, path: shown, status: 200, see: []string{"Words of c1", "Words of c2"}},
		scene{who: officer, path: page, form: fields("ids", "nothing", "decision0", "show"), status: 303},
		scene{who: officer, path: page, form: fields("ids", ids[2], "decision0", "hide"), status: 303},
		scene{who: officer, path: page, status: 200, see: []string{"Aucun commentaire n’attend"}},
	)
}

func TestAnAnswerNeedsTwoPeopleAndTheTextThatWasRead(t *testing.T) {
	v := newVisit(t)
	p := v.opened("town")
	for _, id := range many("r", 4) {
		_, err := v.Sign(v.ctx, citizen(id), p.ID, SignInput{Consent: "1", News: true})
		v.must(err)
	}
	v.jobs()
	page := "/desk/petitions/" + p.ID + "/answer"
	draft := func(stamp, summary string) url.Values {
		return fields("stamp", stamp, "decision", "accepted", "summary_fr", summary, "body_fr", "Le budget est voté.")
	}
	stamp := func() string {
		x := v.now(p.ID).Answer.Versions
		return x[len(x)-1].Stamp()
	}
	v.play(
		scene{who: councillor, path: "/desk/answers", status: 200, see: []string{goodText.Object, "Dans les délais", "Pas commencée"}, not: []string{"En retard"}},
		scene{who: councillor, path: page, status: 200, see: []string{"Aucune réponse n’a encore été rédigée", "Rédiger la réponse"}},
		scene{who: salma, path: page, status: 403},
		scene{who: stranger, path: page, status: 404},
		scene{who: president, path: page + "/approve", status: 409},
		scene{who: officer, path: page + "/publish", status: 409},
		scene{who: councillor, path: page + "/draft", form: fields("summary_fr", "Kept", "body_fr", "x"), status: 422, see: []string{"Dites en un mot"}},
		scene{who: councillor, path: page + "/draft", form: fields("decision", "accepted"), status: 422, see: []string{"Écrivez la réponse"}},
		scene{who: president, path: page + "/draft", form: draft("", "Par le président"), status: 303, to: page},
		scene{who: president, path: page, status: 200, see: []string{"Modifier le brouillon"}, not: []string{"Approuver"}},
		scene{who: president, path: page + "/approve", status: 403, see: []string{"autre personne"}},
		scene{who: councillor, path: page + "/draft", form: draft("", "Sans avoir vu"), status: 422, see: []string{"entre-temps"}},
	)
	v.play(scene{who: councillor, path: page + "/draft", form: draft(stamp(), "Huit lampadaires."), status: 303})
	if a := v.send(councillor, upload("/fr"+page+"/draft", "devis", "stamp", stamp(), "decision", "accepted", "summary_fr", "Huit lampadaires.", "body_fr", "Le budget est voté.")); a.status != 303 {
		t.Errorf("a draft with a file: %d %s", a.status, a.text(t))
	}
	v.clock.Advance(time.Minute)
	old := stamp()
	v.play(
		scene{who: councillor, path: page + "/draft", form: draft(old, "Neuf lampadaires."), status: 303},
		scene{who: president, path: page + "/approve", form: fields("stamp", old), status: 409, see: []string{"Relisez-la"}},
	)
	v.play(
		scene{who: councillor, path: page + "/approve", form: fields("stamp", stamp()), status: 403},
		scene{who: president, path: page + "/return", form: fields("stamp", stamp()), status: 422, see: []string{"Dites ce qui doit être modifié"}},
		scene{who: president, path: page + "/return", form: fields("stamp", stamp(), "note", "Donnez la date."), status: 303, to: page},
		scene{who: councillor, path: page, status: 200, see: []string{"Renvoyée avec une note", "Donnez la date.", "La rédiger à nouveau"}},
		scene{who: councillor, path: page + "/draft", form: draft(stamp(), "Neuf lampadaires en mai."), status: 303},
	)
	now := fields("stamp", stamp())
	v.play(
		scene{who: president, path: page + "/approve", status: 200, see: []string{"Neuf lampadaires en mai.", "Rédigée par Name of councillor"}},
		scene{who: president, path: page + "/approve", form: now, status: 303, to: page},
		scene{who: councillor, path: page + "/publish", form: now, status: 403},
		scene{who: officer, path: page + "/publish", status: 200, see: []string{"Neuf lampadaires en mai.", "jusqu’à 4 personnes"}},
		scene{who: nobody, path: "/petitions/" + p.ID, status: 200, not: []string{"Neuf lampadaires"}},
		scene{who: officer, path: page + "/publish", form: now, status: 303, to: page},
		scene{who: officer, path: page + "/publish", form: now, status: 303},
		scene{who: nobody, path: "/petitions/" + p.ID, status: 200, see: []string{"Neuf lampadaires en mai."}, not: []string{"Donnez la date."}},
		scene{who: officer, path: page, status: 200, see: []string{"Corriger la réponse", "Publique"}},
		scene{who: officer, path: page + "/draft", form: draft(stamp(), "Dix lampadaires."), status: 303}, // publishing leaves the stamp as it is
		scene{who: nobody, path: "/petitions/" + p.ID, status: 200, see: []string{"Neuf lampadaires en mai."}, not: []string{"Dix"}},
		scene{who: officer, path: page, status: 200, see: []string{"Version 2", "Versions antérieures", "Neuf lampadaires en mai."}},
	)
	v.wantState(p.ID, Answered)
}

func TestOverdueRepliesStandFirst(t *testing.T) {
	v := newVisit(t)
	late := v.opened("town")
	v.sign(late, many("l", 4)...)
	v.clock.Advance(75 * 24 * time.Hour)
	v.must(v.tick(v.ctx))
	fresh := v.opened("town")
	v.sign(fresh, many("f", 4)...)
	v.jobs()
	a := v.ask(officer, "/fr/desk/answers", nil)
	text := a.text(t)
	overdue, inTime := strings.Index(text, "En retard"), strings.Index(text, "Dans les délais")
	if overdue < 0 || inTime < overdue || !strings.Contains(text, "jours de retard") {
		t.Errorf("overdue at %d, in time at %d: %s", overdue, inTime, text)
	}
	first, second := strings.Index(a.body, late.ID), strings.Index(a.body, fresh.ID)
	if first < 0 || second < first {
		t.Errorf("the late one at %d, the fresh one at %d", first, second)
	}
}

func TestTheAgentWithdrawsAfterBeingAsked(t *testing.T) {
	v := newVisit(t)
	p, early := v.opened("town"), v.submitted("town")
	path := "/petitions/" + p.ID + "/withdraw"
	v.play(
		scene{who: nobody, path: path, status: 303, to: "/sign-in"},
		scene{who: karim, path: path, status: 403},
		scene{who: officer, path: path, form: fields(), status: 403},
		scene{who: salma, path: path, status: 200, see: []string{"C’est définitif", "chronologie publique"}},
		scene{who: salma, path: path, form: fields("reason", strings.Repeat("a", MaxNote+1)), status: 422},
		scene{who: salma, path: path, form: fields("reason", "Le conseil a déjà agi."), status: 303, to: "/me/petitions"},
		scene{who: salma, path: path, status: 409},
		scene{who: nobody, path: "/petitions/" + p.ID, status: 200, see: []string{"Le conseil a déjà agi.", "Retirée"}},
		scene{who: karim, path: "/petitions/" + early.ID + "/withdraw", status: 404},
		scene{who: salma, path: "/petitions/" + early.ID + "/withdraw", status: 200, see: []string{"Seuls les agents l’ont vue"}},
	)
}

func TestAdministratorsModerateWhatNobodyElseCould(t *testing.T) {
	v := newVisit(t)
	p := v.submitted("elsewhere")
	review := "/desk/petitions/" + p.ID
	v.play(
		scene{who: admin, path: "/desk/petitions", status: 200, see: []string{goodText.Object}},
		scene{who: admin, path: review, status: 200, see: []string{"Publier"}, not: []string{"Draft"}},
		scene{who: admin, path: review + "/answer", status: 403},
		scene{who: admin, path: review + "/publish", form: fields("checked", "on"), status: 303, to: "/desk/petitions"},
		scene{who: admin, path: "/desk/audit", status: 403},
		scene{who: admin, path: "/desk/answers", status: 403},
	)
	v.wantState(p.ID, Open)
}

func TestTheAuditIsReadByThoseWhoMay(t *testing.T) {
	v := newVisit(t)
	s := v.everyState()
	period := "&from-day=1&from-month=11&from-year=2026&to-day=30&to-month=11&to-year=2026"
	v.play(
		scene{who: councillor, path: "/desk/audit", status: 403},
		scene{who: salma, path: "/desk/audit", status: 403},
		scene{who: officer, path: "/desk/audit", status: 200, see: []string{"Seuil atteint", "It named a neighbour.", goodText.Object, "Agent de la collectivité", "non public"}},
		scene{who: observer, path: "/desk/audit?authority=town" + period, status: 200, see: []string{"Du 1er novembre 2026 au 30 novembre 2026", s.hidden.Reference}},
		scene{who: observer, path: "/desk/audit?authority=region", status: 403},
		scene{who: watcher, path: "/desk/audit?authority=region", status: 200, see: []string{"Rien n’a été fait"}},
		scene{who: watcher, path: "/desk/audit?authority=elsewhere", status: 403},
		scene{who: officer, path: "/desk/audit?authority=town&from-day=31&from-month=2&from-year=2026", status: 422, see: []string{"Erreur"}},
		scene{who: officer, path: "/desk/audit?authority=town&from-day=1&from-month=1&from-year=2027", status: 200, see: []string{"Rien n’a été fait"}},
	)
	a := v.ask(observer, "/fr/desk/audit.csv?authority=town"+period, nil)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff"))).ReadAll()
	if err != nil || a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/csv") || !strings.Contains(a.header.Get("Content-Disposition"), "audit-town-2026-11-01-2026-11-30.csv") {
		t.Fatalf("the export: %d %v %v", a.status, err, a.header)
	}
	acts := map[string]bool{}
	for _, row := range rows[1:] {
		acts[row[3]] = true
	}
	for _, act := range []string{"petition.publish", "petition.reject", "petition.hide", "petition.publish_answer", "petition.reach"} {
		if !acts[act] {
			t.Errorf("the export lacks %s", act)
		}
	}
	if got := v.ask(councillor, "/fr/desk/audit.csv?authority=town", nil); got.status != 403 {
		t.Errorf("a councillor gets the export: %d", got.status)
	}
}

// deskPaths are all pages of the desk for petitions in the states they show.
func (v *visit) deskPaths(s everyState) map[string]auth.Actor {
	p, err := v.DraftAnswer(v.ctx, councillor, s.ready.ID, goodAnswer)
	v.must(err)
	version, _ := p.Answer.Working()
	other := v.opened("town")
	v.sign(other, many("o", 4)...)
	v.jobs()
	o, err := v.DraftAnswer(v.ctx, councillor, other.ID, goodAnswer)
	v.must(err)
	last, _ := o.Answer.Working()
	_, err = v.ApproveAnswer(v.ctx, president, other.ID, last.Stamp())
	v.must(err)
	_ = version
	at := func(p Petition, rest string) string { return "/desk/petitions/" + p.ID + rest }
	return map[string]auth.Actor{
		"/desk/petitions": officer, "/desk/published": officer, "/desk/comments": officer, "/desk/answers": president, "/desk/audit": officer,
		at(s.waiting, ""): officer, at(s.open, ""): officer, at(s.answered, ""): president, at(s.rejected, ""): officer, at(s.hidden, ""): officer,
		at(s.waiting, "/publish"): officer, at(s.waiting, "/changes"): officer, at(s.waiting, "/reject"): officer, at(s.open, "/hide"): officer, at(s.open, "/closing"): officer,
		at(s.ready, "/answer"): officer, at(s.answered, "/answer"): president, at(s.ready, "/answer/draft"): officer, at(s.ready, "/answer/approve"): president,
		at(s.ready, "/answer/return"): president, at(other, "/answer/publish"): president, "/petitions/" + s.open.ID + "/withdraw": salma,
		"/petitions/" + s.open.ID: nobody, "/petitions/" + s.answered.ID: nobody, "/petitions/" + s.hidden.ID: nobody, "/petitions": nobody, "": nobody,
		"/petitions/" + s.draft.ID + "/write/check": salma, "/petitions/" + s.open.ID + "/sign": leila, "/me/petitions": salma,
	}
}

func TestEveryPageHasOneHeadingLabelsAndNoUntranslatedText(t *testing.T) {
	v := newVisit(t)
	s := v.everyState()
	_, err := v.Sign(v.ctx, karim, s.open.ID, SignInput{Consent: "1", Comment: "Pour nos enfants."})
	v.must(err)
	english := map[string]bool{}
	for path, who := range v.deskPaths(s) {
		for _, lang := range []string{"ar", "fr", "en"} {
			a := v.ask(who, "/"+lang+path, nil)
			if a.status != 200 {
				t.Errorf("%s %s: %d", lang, path, a.status)
				continue
			}
			doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
			v.must(err)
			if n := doc.Find("h1").Length(); n != 1 {
				t.Errorf("%s %s has %d h1", lang, path, n)
			}
			ids := map[string]int{}
			doc.Find("[id]").Each(func(_ int, e *goquery.Selection) { ids[e.AttrOr("id", "")]++ })
			for id, n := range ids {
				if n > 1 {
					t.Errorf("%s %s: %d elements have the id %q", lang, path, n, id)
				}
			}
			doc.Find("main input:not([type=hidden]), main select, main textarea").Each(func(_ int, e *goquery.Selection) {
				if doc.Find(`label[for="`+e.AttrOr("id", "?")+`"]`).Length() == 0 {
					t.Errorf("%s %s: the field %q has no label", lang, path, e.AttrOr("name", ""))
				}
			})
			doc.Find("main h1, main h2, main legend, main label, main .btn").Each(func(_ int, e *goquery.Selection) {
				words := strings.Join(strings.Fields(e.Text()), " ")
				if lang == "en" {
					english[words] = true
				} else if lang == "ar" && english[words] && !strings.ContainsFunc(words, func(r rune) bool { return r > 127 }) && strings.Contains(words, " ") && words != "Commune de test" {
					t.Errorf("%s: %q is not translated", path, words)
				}
			})
		}
	}
}

func TestFormsReadTheFieldsTheirPagesSend(t *testing.T) {
	v := newVisit(t)
	s := v.everyState()
	paths := v.deskPaths(s)
	for rest, want := range map[string]any{
		"/publish": publishForm{}, "/changes": noteForm{}, "/reject": rejectForm{}, "/closing": closingForm{}, "/answer/draft": answerForm{},
		"/answer/approve": stampForm{}, "/answer/return": stampForm{}, "/withdraw": reasonForm{},
	} {
		for path, who := range paths {
			if !strings.HasSuffix(path, rest) || rest == "/publish" && strings.HasSuffix(path, "/answer/publish") {
				continue
			}
			doc, err := goquery.NewDocumentFromReader(strings.NewReader(v.ask(who, "/fr"+path, nil).body))
			v.must(err)
			doc.Find("main form[method=post] [name]").Each(func(_ int, e *goquery.Selection) {
				if name := e.AttrOr("name", ""); name != "file" && !slices.Contains(form.Names(want), name) {
					t.Errorf("%s sends %q, which nobody reads", path, name)
				}
			})
		}
	}
}

func TestAnAnswersFilesAreThoseItHasAndOneMore(t *testing.T) {
	v := newVisit(t)
	p := v.opened("town")
	v.sign(p, many("r", 4)...)
	v.jobs()
	page := "/fr/desk/petitions/" + p.ID + "/answer/draft"
	stamp := func() string {
		x := v.now(p.ID).Answer.Versions
		if len(x) == 0 {
			return ""
		}
		return x[len(x)-1].Stamp()
	}
	words := []string{"decision", "accepted", "summary_fr", "Huit lampadaires.", "body_fr", "Le budget est voté."}
	save := func(file string, status int, more ...string) {
		t.Helper()
		v.clock.Advance(time.Second)
		a := v.send(officer, upload(page, file, append(append([]string{"stamp", stamp()}, words...), more...)...))
		if a.status != status {
			t.Fatalf("saving answers %d: %s", a.status, a.text(t))
		}
	}
	files := func() []string { return v.now(p.ID).Answer.Versions[0].Attachments }
	save("devis", 303)
	save("plan", 303, "keep", "file-devis", "keep", "somebody-elses")
	if got := files(); !slices.Equal(got, []string{"file-devis", "file-plan"}) {
		t.Errorf("attached: %v", got)
	}
	save("virus", 422, "keep", "file-devis", "keep", "file-plan")
	save("", 303, "keep", "file-plan")
	if got := files(); !slices.Equal(got, []string{"file-plan"}) {
		t.Errorf("attached: %v", got)
	}
}

func TestARefusedFileIsNoFaultOfTheProgram(t *testing.T) {
	if _, err := (testShelf{}).Take(t.Context(), "", "", "virus", nil); !fault.Is(err, fault.Invalid) {
		t.Error("the shelf of the tests accepts what the pages are to refuse")
	}
}

func TestAPeriodThatNoLongerRunsIsNotOverdue(t *testing.T) {
	past := start.Add(-time.Hour)
	for state, want := range map[State][2]bool{ // runs, overdue
		Ready: {true, true}, Deposited: {true, true}, Review: {true, true}, Lapsed: {true, true},
		Admitted: {false, false}, Committee: {false, false}, Agenda: {false, false}, Answered: {false, false}, Open: {false, false},
	} {
		p := Petition{State: state, AnswerDueAt: past}
		if got := [2]bool{p.ReplyRuns(), p.Overdue(start)}; got != want {
			t.Errorf("%s: runs, overdue %v, want %v", state, got, want)
		}
	}
	if (Petition{State: Ready, AnswerDueAt: start.Add(time.Hour)}).Overdue(start) || (Petition{State: Ready}).ReplyRuns() {
		t.Error("a period before its end is overdue, or one without an end runs")
	}
}

func TestOtherModulesSayTheirActsInWords(t *testing.T) {
	d := Desk{acts: func(_ ui.Translator, act string) string {
		if act == "place.activate" {
			return "Took part"
		}
		return ""
	}}
	words, err := ourPages()
	if err != nil {
		t.Fatal(err)
	}
	c := &web.Ctx{Locale: words.Locale("fr", "")}
	for act, want := range map[string]string{"place.activate": "Took part", "petition.reach": "Seuil atteint", "nobody.knows": "nobody.knows"} {
		if got := d.actLabel(c, act); got != want {
			t.Errorf("%s is called %q, want %q", act, got, want)
		}
	}
	if got := (&Desk{}).actLabel(c, "place.activate"); got != "place.activate" {
		t.Errorf("without words: %q", got)
	}
}

func TestWatchersHearOfSheetsBurstsAndBatches(t *testing.T) {
	w := newWorld(t)
	heard := &testWatcher{}
	w.Watch(heard)
	p := w.opened("town")
	x := w.enter(p, "AB100001")
	want := func(sort, subject string, kind WorkKind, waits ...string) {
		t.Helper()
		if len(heard.work) == 0 || heard.work[len(heard.work)-1] != subject {
			t.Errorf("told last of %v, want %s", heard.work, subject)
		}
		work, err := w.WorkOf(w.ctx, subject)
		w.must(err)
		if work.Waits != kind || work.Petition.ID != p.ID {
			t.Errorf("%s waits for %q of %s, want %q", subject, work.Waits, work.Petition.ID, kind)
		}
		var all []string
		for after, rounds := "", 0; rounds == 0 || after != ""; rounds++ {
			ids, next, err := w.WorkWaiting(w.ctx, sort, "town", after, 1)
			w.must(err)
			all, after = append(all, ids...), next
		}
		if !slices.Equal(all, waits) {
			t.Errorf("%s: %v wait, want %v", sort, all, waits)
		}
	}
	want("sheet", "sheet:"+x.ID, ConfirmTheSheet, x.ID)
	if work, err := w.WorkOf(w.ctx, "sheet:"+x.ID); err != nil || !work.Due.Equal(p.ClosesAt) || work.Number != x.Number {
		t.Errorf("sheet %d is due %v, %v; the collection ends %v", work.Number, work.Due, err, p.ClosesAt)
	}
	x, err := w.ReopenSheet(w.ctx, officer, x.ID, "Ligne 1")
	w.must(err)
	want("sheet", "sheet:"+x.ID, EnterTheSheet, x.ID)
	if work, err := w.WorkOf(w.ctx, "sheet:"+x.ID); err != nil || work.By != x.EnteredBy[0] {
		t.Errorf("it is %q’s turn, %v", work.By, err)
	}
	other := w.enter(p, "AB100002")
	want("sheet", "sheet:"+other.ID, ConfirmTheSheet, x.ID, other.ID)
	w.must(w.KeepBurst(w.ctx, NewBurst(p, w.clock.Now().Truncate(time.Hour), Evidence{Count: 40})))
	burst := p.ID + "-" + w.clock.Now().UTC().Truncate(time.Hour).Format("2006010215")
	want("burst", "burst:"+burst, LookAtTheBurst, burst)
	_, err = w.DismissBurst(w.ctx, officer, burst, "Jour de marché.")
	w.must(err)
	want("burst", "burst:"+burst, "")
	b, err := w.ProposeBatch(w.ctx, officer, p.ID, Rule{From: w.clock.Now().Add(-time.Hour), To: w.clock.Now()}, "Une seule main.", "")
	w.must(err)
	w.jobs()
	want("batch", "batch:"+b.ID, DecideTheBatch, b.ID)
	_, err = w.DropBatch(w.ctx, officer, b.ID)
	w.must(err)
	want("batch", "batch:"+b.ID, "")
	_, err = w.Withdraw(w.ctx, salma, p.ID, "Réglé.")
	w.must(err)
	if work, err := w.WorkOf(w.ctx, "sheet:"+other.ID); err != nil || work.Waits != "" {
		t.Errorf("a sheet of a withdrawn petition waits for %q, %v", work.Waits, err)
	}
	_, err = w.WorkOf(w.ctx, "sheet:none")
	wantFault(t, err, fault.NotFound)
}
