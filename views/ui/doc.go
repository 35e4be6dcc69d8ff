// Package ui is how Musharaka looks and feels: the frame of every page and the
// components that pages are made of, as typed templates. It imports nothing of
// ours, so that every page can use it and a story can show it alone.
//
// # Building a page
//
// A page is a struct beside its template, in views/<module>view. It embeds
// Page, which carries the frame and speaks to the reader (p.T, p.N, p.Date,
// p.URL …), and holds words and numbers that are ready to be shown: the module
// decides, the view only says.
//
//	type ShowPage struct {
//		ui.Page
//		Title   string
//		Body    string
//		Counted ui.ProgressSpec
//		SignURL string // "" where the reader cannot sign
//	}
//
//	templ (p ShowPage) Content() {
//		@ui.Layout(p.Page) {
//			@ui.Heading(ui.HeadingSpec{Title: p.Title})
//			@ui.Columns(p.aside(), false) {
//				@ui.Paragraphs(p.Body)
//			}
//		}
//	}
//
// Components that say words of their own take the Page first. What has one or
// two values takes them as parameters, the rest a …Spec or …Field struct whose
// zero value is sensible. An address is complete, with its language: p.URL makes
// it from a path.
//
// # Rules that hold everywhere
//
//   - One h1 a page: Heading, Hero, Panel, or a field with Heading set. Below it
//     come h2 and h3, none skipped.
//   - Layout shows Page.Errors on top and the fields show theirs by name; nothing
//     else is needed to answer 422 with everything that was typed.
//   - A page's own sentences are translated where they stand, as literals:
//     p.T("Sign this petition").
//   - People's own words go through Paragraphs, Bidi or an element with
//     dir="auto"; references and telephone numbers through Ltr.
//   - Nothing inline: no style, no script, no on… attribute. A page needs no
//     stylesheet of its own; if a component is missing, it belongs here. What
//     only some pages need has a sheet of its own, which they name in
//     Page.Sheets: "chart.css" for Chart.
//   - A page that everybody sees alike has no Person and reads no session. The
//     script replaces the link "My space" by the answer of /{lang}/me/menu, which
//     is PersonMenu, or 204 for somebody who is not signed in.
//
// The width is a reading column; Wide is for lists and pages with an aside, Bare
// for home pages of full-width bands (Hero, Band). The optional script finds its
// work by data attributes that the components set. The stories in the tests show
// every component in all three languages; TestStoriesCanBeLookedAt writes them
// to a folder.
package ui
