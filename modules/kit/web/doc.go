// Package web is the floor that every page stands on: routes with an audience,
// the language in the path, the actor of the request, one place where faults
// become pages, safe headers, and the cache of public pages.
//
// # How a module shows a page
//
//	func (h handlers) Routes(s *web.Site) {
//		s.Get("/petitions/:id", web.Public, h.show)          // served as /ar/petitions/…, /fr/…, /en/…
//		s.Get("/petitions/:id/sign", web.SignedIn, h.showSign)
//		s.Post("/petitions/:id/sign", web.SignedIn, h.sign)
//		s.Get("/desk/petitions", web.Roles(auth.Officer), h.queue)
//	}
//
//	func (h handlers) showSign(c *web.Ctx) error {
//		petition, err := h.service.Get(c.Std(), c.Params("id"))
//		if err != nil {
//			return err                                        // web.Fail makes the page
//		}
//		c.UseCountry("TN")                                    // words of the country: بلدية, not جماعة
//		return c.Show(petitionview.Sign(petitionview.SignPage{Page: c.Page(c.T("Sign this petition")), …}))
//	}
//
// Rules:
//
//   - A route declares its audience. Public means: the answer depends on nothing
//     personal and no session is read, so it may be cached. Anyone means: everybody
//     may come, and the page may greet who is signed in. Programs means: other programs
//     come with a key that the act judges. A test walks all routes.
//   - Handlers return faults; they write no status themselves. A form that cannot
//     be accepted is shown again with c.Invalid(component) (422) and what was typed.
//   - An act that worked answers with c.SeeOther(path) (303); c.Flash(msgid) before
//     it leaves one sentence for the next private page.
//   - Paths in code carry no language: c.URL("/petitions/x") adds it.
//   - Posts from other sites are refused app-wide (http.CrossOriginProtection), so
//     forms carry no token and public pages stay the same for everybody.
//   - A page whose content grows with a crowd is served by c.Cached: rendered once
//     per change and language, checked for change at most once a second.
package web
