package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/petition"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestACitizenWritesAPetitionByKeyboardAlone signs in through the demo's
// provider, by the real protocol, and never touches the mouse afterwards.
func TestACitizenWritesAPetitionByKeyboardAlone(t *testing.T) {
	w := theWorld(t)
	b := w.tab(t)
	b.open("/fr/petitions/new?authority=" + town)
	b.click(`main form[action="/fr/petitions/new"] button`) // asks to sign in first
	b.click(`main a[href^="/fr/sign-in?return="]`)
	b.click(`form[action^="/fr/sign-in/demo"] button`)
	b.shows("Amina El Idrissi")
	b.click(`form:has(input[value="story-800"]) button`)
	if b.path() != "/fr/petitions/new?authority="+town {
		t.Fatalf("signing in leads to %s: %s", b.path(), b.text())
	}
	b.enter(`main form[action="/fr/petitions/new"] button`)
	if strings.HasSuffix(b.path(), "/authority") {
		b.enter("main form:has([name=authority]) button:not([name])")
	}
	save := "main form[data-unsaved] button:not([name])"
	b.reach("input[name=langs][value=fr]")
	if chosen := checked(b, "input[name=langs][value=fr]"); !chosen {
		b.do("the space key", chromedp.KeyEvent(" "))
	}
	b.enter(save)
	b.types("[name=object_fr]", "Des bancs à l’ombre sur la corniche")
	b.enter(save)
	b.types("[name=ask_fr]", "Nous demandons au conseil de poser vingt bancs à l’ombre le long de la corniche.")
	b.enter(save)
	b.types("[name=reasons_fr]", "Les personnes âgées ne peuvent pas s’y promener l’été, faute d’un endroit où s’asseoir.")
	b.enter(save)
	b.types("[name=aims_fr]", "Une promenade pour tous les âges.")
	b.enter(save)
	b.reach("select[name=theme]")
	b.do("the arrow key", chromedp.KeyEvent(kb.ArrowDown))
	b.enter(save)
	b.types("[name=agent]", "Amina El Idrissi")
	b.types("[name=committee]", "Hind Berrada")
	b.enter(save)
	b.enter(save) // no documents
	b.shows("Des bancs à l’ombre sur la corniche")
	b.enter(`main form[action$="/submit"] button`)
	if !strings.HasSuffix(b.path(), "/submitted") {
		t.Fatalf("submitting ends at %s: %s", b.path(), b.text())
	}
	b.shows("PET-")
	b.picture("submitted-by-keyboard")
}

func checked(b *tab, selector string) bool {
	yes, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("document.querySelector("+quoted(selector)+").checked"))
	return err == nil && yes
}

// TestAnOfficerPublishesWithAMouse goes from the desk to the published page.
func TestAnOfficerPublishesWithAMouse(t *testing.T) {
	w := theWorld(t)
	id := w.submitted(town)
	b := w.tab(t).is("officer")
	b.open("/ar/desk")
	b.click(`main a[href*="/ar/desk/petitions?authority=` + town + `"], main a[href$="/ar/desk/petitions"]`)
	b.click(`main a[href="/ar/desk/petitions/` + id + `"]`)
	b.shows("هدى بنسعيد")
	b.click(`main a[href="/ar/desk/petitions/` + id + `/publish"]`)
	b.do("confirming", chromedp.Click("input[name=checked]"))
	b.click("main form[data-unsaved] button:not([name])")
	if state := w.state(id); state != petition.Open {
		t.Fatalf("the petition is %s: %s", state, b.text())
	}
	b.open("/ar/petitions/" + id)
	b.shows(arabicText.Object)
}

// TestSigningOnASmallPhone signs in Arabic at 360 px, with JavaScript and
// without: the pages and their order are the same.
func TestSigningOnASmallPhone(t *testing.T) {
	w := theWorld(t)
	id := w.petitions["MA open"]
	for name, n := range map[string]int{"with JavaScript": 180, "without JavaScript": 181} {
		t.Run(name, func(t *testing.T) {
			person := w.signers[n]
			shared.life.TB = t
			b := w.tab(t).as(person)
			b.width(360)
			if name == "without JavaScript" {
				b.script(false)
			}
			b.open("/ar/petitions?q=" + arabicWord)
			b.fits()
			b.click(`main a[href="/ar/petitions/` + id + `"]`)
			b.fits()
			b.click(`a[href="/ar/petitions/` + id + `/sign"]`)
			b.fits()
			b.click("main form button:not([name])") // without consent
			b.shows(w.words.Locale("ar", "MA").T("Agree that your signature is given to the authority: without it we cannot count it"))
			b.do("agreeing", chromedp.Click("input[name=consent]"))
			b.do("giving the number", chromedp.SendKeys("input[name=number]", fmt.Sprintf("LA%06d", 1000+n)))
			b.click("main form button:not([name])")
			if !strings.HasSuffix(b.path(), "/signed") {
				t.Fatalf("signing ends at %s: %s", b.path(), b.text())
			}
			b.fits()
			if _, signed, err := w.app.petitions.SignatureOf(t.Context(), auth.Actor{PersonID: person}, id); err != nil || !signed {
				t.Errorf("the signature is not there: %v", err)
			}
			b.picture("signed-" + name)
		})
	}
}

// TestNoPageHasABarrier has axe-core judge the whole gallery, in Arabic and in
// French, as wide as a phone and as a screen. Two browsers share the pages, as the
// waiting is mostly for the browser.
func TestNoPageHasABarrier(t *testing.T) {
	w := theWorld(t)
	browserPath(t)
	file := os.Getenv("AXE_SOURCE")
	if file == "" {
		required(t, "E2E", "AXE_SOURCE names no axe.min.js; get it with (cd .ci/web && npm ci) and set AXE_SOURCE=$PWD/.ci/web/node_modules/axe-core/axe.min.js")
	}
	axe, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	views := w.views(t)
	slices.SortStableFunc(views, func(a, b view) int { return strings.Compare(a.as, b.as) })
	half := (len(views) + 1) / 2
	for name, share := range map[string][]view{"first": views[:half], "second": views[half:]} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w.judge(t, share, string(axe))
		})
	}
}

// judge gives pages to axe-core, in order, so that each person signs in once.
func (w *world) judge(t *testing.T, views []view, axe string) {
	b, as := w.ownTab(t), "nobody"
	b.bring(axe)
	for _, v := range views {
		if v.as != as {
			b.forget()
			b.is(v.as)
			as = v.as
		}
		for _, lang := range []string{"ar", "fr"} {
			b.width(1280)
			if v.post {
				b.send("/"+lang+v.path, v.form)
			} else {
				b.open("/" + lang + strings.TrimSuffix(v.path, "/"))
			}
			b.complains(fmt.Sprintf("%s in %s", v, lang))
			b.judged(fmt.Sprintf("%s in %s at 1280 px", v, lang))
			b.width(360)
			b.judged(fmt.Sprintf("%s in %s at 360 px", v, lang))
			b.fits()
		}
	}
}

// barrier is a rule of axe-core that a page does not keep.
type barrier struct {
	ID, Help string
	Where    []string
}

// bring gives every page from now on a script: sent once,
// not with each page, as axe-core has half a million letters.
func (b *tab) bring(script string) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	})); err != nil {
		b.t.Fatal(err)
	}
}

// judged runs axe-core in the page; what it finds is an error.
func (b *tab) judged(name string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]barrier](`axe.run(document, {resultTypes: ["violations"], rules: {"target-size": {enabled: true}}}).then((r) => r.violations.map((v) => ({
		ID: v.id, Help: v.help, Where: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + " " + (n.any[0] || n.all[0] || n.none[0] || {message: ""}).message)})))`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", name, err)
	}
	for _, f := range found {
		b.t.Errorf("%s: %s (%s): %s", name, f.Help, f.ID, strings.Join(f.Where, " | "))
	}
	b.picture(name)
}

// arabicWord stands in the petition that is looked for.
const arabicWord = "%D8%A7%D9%84%D8%A5%D9%86%D8%A7%D8%B1%D8%A9"

// fits fails when the page is wider than the window.
func (b *tab) fits() {
	b.t.Helper()
	over, err := chromedp.Run(b.ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - window.innerWidth`))
	if err != nil {
		b.t.Fatal(err)
	}
	if over > 0 {
		b.t.Errorf("%s is %d px wider than the window", b.path(), over)
	}
}
