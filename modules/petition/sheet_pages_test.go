package petition

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"musharaka/modules/kit/auth"

	"github.com/PuerkitoBio/goquery"
)

// numbered is a form of lines; each field is named after its line.
func numbered(pairs ...string) url.Values { return fields(pairs...) }

func TestAgentDeskAndColleagueBringASheetToCount(t *testing.T) {
	v := newVisit(t)
	p := v.opened("town")
	own, desk := "/petitions/"+p.ID+"/sheets", "/desk/sheets/"+SheetID(p.ID, 1)
	v.play(
		scene{who: karim, path: own, status: 404},
		scene{who: salma, path: "/me/petitions", status: 200, see: []string{"Signatures sur papier"}},
		scene{who: salma, path: own, status: 200, see: []string{"Aucune feuille"}},
		scene{who: salma, path: own, form: fields("n", "0", "lang", "fr"), status: 422, see: []string{"entre 1 et 50"}},
		scene{who: salma, path: own, form: fields("n", "2", "lang", "xx"), status: 422, see: []string{"Choisissez une langue"}},
		scene{who: salma, path: own, form: fields("n", "2", "lang", "fr"), status: 303, to: own},
		scene{who: salma, path: own + "?from=1&to=2", status: 200, see: []string{"Ouvrir 2 feuilles", "Imprimée"}},
		scene{who: clerk, path: "/desk/sheets?q=pet-2026-0001-0001", status: 303, to: desk},
		scene{who: clerk, path: "/desk/sheets?q=PET-2026-0001-0009", status: 200, see: []string{"Aucune feuille de cette collectivité"}},
		scene{who: stranger, path: desk, status: 404},
		scene{who: clerk, path: desk, status: 200, see: []string{"en main"}},
		scene{who: clerk, path: desk + "/return", form: fields(), status: 303, to: desk + "/enter"},
		scene{who: clerk, path: desk + "/enter", form: numbered("name1", "Rachida <script>alert(1)</script>", "number1", "1", "place1", "town", "born1", "1980", "all", "yes"), status: 422,
			see: []string{"Ligne 1 : Ceci n’est pas un numéro"}},
		scene{who: clerk, path: desk + "/enter", form: numbered("name1", "Rachida", "number1", "AB123456", "place1", "moon", "all", "no"), status: 303, to: desk},
		scene{who: clerk, path: desk + "/enter", status: 200, see: []string{"••••••56"}, not: []string{"AB123456"}},
		scene{who: clerk, path: desk + "/enter", form: numbered("name1", "Rachida", "place1", "town", "born1", "١٩٨٠", "name3", "Hamid", "number3", "CD123456", "all", "yes"), status: 303, to: "/desk/sheets"},
		scene{who: clerk, path: desk + "/confirm", status: 403},
		scene{who: clerk, path: desk, status: 200, see: []string{"une autre personne doit la confirmer"}},
		scene{who: second, path: "/desk/sheets", status: 200, see: []string{"PET-2026-0001-0001", "À confirmer"}},
		scene{who: second, path: desk + "/confirm", status: 200, see: []string{"Rachida", "1980", "••••••56"}, not: []string{"AB123456", "CD123456"}},
		scene{who: second, path: desk + "/confirm", form: numbered("decision1", "accept", "name3", "Hamid B."), status: 422, see: []string{"Ligne 3", "acceptez-la"}},
		scene{who: second, path: desk + "/confirm", form: numbered("decision1", "accept", "decision3", "accept", "name3", "Hamid B."), status: 303, to: desk},
		scene{who: second, path: desk, status: 200, see: []string{"Comptée", "n’est plus conservé ici"}, not: []string{"Rachida", "Hamid"}},
		scene{who: nobody, path: "/petitions/" + p.ID, status: 200, see: []string{"2 signatures sont venues sur papier."}, not: []string{"Rachida"}},
		scene{who: salma, path: own, status: 200, see: []string{"Comptée"}, not: []string{"Rachida"}},
		scene{who: salma, path: own + "/2/void", form: fields("reason", ""), status: 422},
		scene{who: salma, path: own + "/2/void", form: fields("reason", "Perdue."), status: 303, to: own},
		scene{who: salma, path: own + "/1/void", form: fields("reason", "Perdue."), status: 409},
	)
	v.wantTally(p.ID, 2, 1) // Hamid's residence is not written
	v.wantSound()
	if log := v.ask(officer, "/fr/desk/audit?authority=town", nil).text(t); !strings.Contains(log, "Feuille de signatures confirmée") || strings.Contains(log, "Rachida") {
		t.Errorf("the audit says %.800s", log)
	}
}

func TestTheCodeOfASheetTellsWhetherItIsGenuine(t *testing.T) {
	v := newVisit(t)
	p := v.opened("town")
	made, err := v.PrintSheets(v.ctx, salma, p.ID, 1, "ar", "1")
	v.must(err)
	base := "/sheets/" + made[0].ID + "/"
	v.play(
		scene{who: nobody, path: base + made[0].Check, status: 200, see: []string{"a été imprimée ici", goodText.Object, "Who keeps the paper"}, not: []string{"L’ouvrir au guichet"}},
		scene{who: nobody, path: base + strings.ToLower(made[0].Check), status: 200, see: []string{"a été imprimée ici"}},
		scene{who: nobody, path: base + "AAAAAAAA", status: 200, see: []string{"n’existe pas"}, not: []string{goodText.Object}},
		scene{who: nobody, path: "/sheets/nothing/AAAAAAAA", status: 200, see: []string{"n’existe pas"}},
		scene{who: clerk, path: base + made[0].Check, status: 200, see: []string{"L’ouvrir au guichet"}},
	)
}

func TestASheetIsPrintedOnOnePageWithAllThatTheLawAsks(t *testing.T) {
	v := newVisit(t)
	p := v.opened("town")
	for _, lang := range []string{"fr", "ar"} {
		made, err := v.PrintSheets(v.ctx, salma, p.ID, 2, lang, "1")
		v.must(err)
		path := fmt.Sprintf("/fr/petitions/%s/sheets/print.pdf?from=%d&to=%d", p.ID, made[0].Number, made[1].Number)
		a := v.ask(salma, path, nil)
		if a.status != 200 || a.header.Get("Content-Type") != "application/pdf" || a.header.Get("Cache-Control") != "private, no-store" {
			t.Fatalf("%d %v", a.status, a.header)
		}
		if n := strings.Count(a.body, "/Type/Page/"); n > 2 {
			t.Errorf("two sheets in %s take %d pages", lang, n)
		}
		said := words(t, a.body)
		for _, want := range []string{made[0].Check, made[1].Check, sheetName(p, made[1]), goodText.Object, "Who keeps the paper and how long."} {
			if !strings.Contains(said, want) {
				t.Errorf("the sheet in %s lacks %q: %s", lang, want, said)
			}
		}
		for _, who := range []auth.Actor{karim, officer, clerk} {
			if got := v.ask(who, path, nil); got.status != 404 {
				t.Errorf("%s gets the sheets: %d", who.PersonID, got.status)
			}
		}
	}
}

func TestWhoeverIsInvalidatedIsToldInTheirSpace(t *testing.T) {
	v := newVisit(t)
	v.law.need = 100
	p := v.opened("town")
	v.sign(p, "karim", "leila")
	v.clock.Advance(120e9)
	from, to := start.Format("2006-01-02"), v.clock.Now()
	form := fields("fromday", from, "fromhour", "10:00", "today", from, "tohour", "10:05", "reason", "Une machine a signé.")
	desk := "/desk/petitions/" + p.ID + "/batches"
	if to.IsZero() {
		t.Fatal("the clock stands")
	}
	v.play(
		scene{who: clerk, path: desk, status: 403},
		scene{who: stranger, path: desk, status: 404},
		scene{who: officer, path: "/desk/petitions/" + p.ID, status: 200, see: []string{"Signatures invalidées"}},
		scene{who: officer, path: desk + "/new", form: fields("fromday", "x"), status: 422, see: []string{"Indiquez le début"}},
		scene{who: officer, path: desk + "/new", form: fields("fromday", from, "fromhour", "10:00", "today", from, "tohour", "09:00", "reason", "x"), status: 422, see: []string{"après le début"}},
		scene{who: officer, path: desk + "/new", form: form, status: 303},
	)
	v.jobs()
	page, err := v.BatchesOf(v.ctx, p.ID, "", 1)
	v.must(err)
	batch := "/desk/invalidations/" + page.Items[0].ID
	v.play(
		scene{who: officer, path: batch, status: 200, see: []string{"2 signatures ne compteraient plus", "Invalider 2 signatures"}},
		scene{who: nobody, path: "/petitions/" + p.ID + "/figures", status: 200, not: []string{"Une machine a signé."}},
		scene{who: stranger, path: batch + "/run", form: fields(), status: 404},
		scene{who: officer, path: batch + "/run", form: fields(), status: 303, to: batch},
	)
	v.jobs()
	v.play(
		scene{who: nobody, path: "/petitions/" + p.ID, status: 200, see: []string{"2 signatures ont été invalidées."}},
		scene{who: nobody, path: "/petitions/" + p.ID + "/figures", status: 200, see: []string{"Une machine a signé.", "2 signatures, le"}},
		scene{who: karim, path: "/petitions/" + p.ID + "/signed", status: 200, see: []string{"a été invalidée", "Une machine a signé.", "guichet"}},
		scene{who: officer, path: batch + "/restore", form: fields("reason", ""), status: 422},
		scene{who: officer, path: batch + "/restore", form: fields("reason", "Ils ont montré leur carte."), status: 303},
	)
	v.jobs()
	v.play(
		scene{who: karim, path: "/petitions/" + p.ID + "/signed", status: 200, not: []string{"a été invalidée"}},
		scene{who: nobody, path: "/petitions/" + p.ID + "/figures", status: 200, see: []string{"Ils ont montré leur carte."}},
	)
	v.wantTally(p.ID, 2, 2)
}

func TestAFormOfLinesKeepsWhatWasTyped(t *testing.T) {
	v := newVisit(t)
	p := v.opened("town")
	x := v.sheet(p)
	a := v.ask(clerk, "/fr/desk/sheets/"+x.ID+"/enter", fields("name1", `Rachida "<script>alert(1)</script>`, "number1", "1", "place1", "town", "born1", "19x0", "name2", "\u202eH\x00amid", "all", "yes"))
	if a.status != 422 || strings.Contains(a.body, "<script>alert") {
		t.Fatalf("%d, and the page has a script", a.status)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	v.must(err)
	for name, want := range map[string]string{"name1": `Rachida "<script>alert(1)</script>`, "number1": "1", "born1": "19x0"} {
		if got := doc.Find("input[name="+name+"]").AttrOr("value", ""); got != want {
			t.Errorf("%s keeps %q, not %q", name, got, want)
		}
	}
	if got := doc.Find("select[name=place1] option[selected]").AttrOr("value", ""); got != "town" {
		t.Errorf("the residence keeps %q", got)
	}
	if kept, err := v.sheets.Get(v.ctx, x.ID); err != nil || len(kept.Lines) != 0 {
		t.Errorf("a form with mistakes was saved: %+v (%v)", kept.Lines, err)
	}
}
