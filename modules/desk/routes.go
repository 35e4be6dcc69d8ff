package desk

import (
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/web"
)

// Routes declares the pages. Which authority's desk it is, and what may be done
// there, is decided by each page and once more by each act.
func (h *Pages) Routes(s *web.Site) {
	// For everybody.
	s.Get("/places/:id/answering", web.Public, h.answering)
	s.Plain("GET", "/places/:id/answering.json", web.Public, h.answeringJSON)

	// The queue.
	s.Get(pathQueue, web.Roles(deskRoles...), h.queue)
	work := web.Roles(workers...)
	s.Get("/desk/print", work, h.print)
	s.Get("/desk/queue.csv", work, h.csv)
	s.Get("/desk/keys", work, h.keys)
	s.Get("/desk/bulk", work, h.showBulk)
	s.Post("/desk/bulk", work, h.bulk)
	s.Get("/desk/batches/:id", work, h.batch)
	s.Post("/desk/batches/:id/undo", work, h.undo)

	// One item.
	s.Get("/desk/items/:id", work, h.show)
	s.Post("/desk/items/:id/take", work, h.take)
	s.Post("/desk/items/:id/release", work, h.release)
	s.Post("/desk/items/:id/assign", work, h.assign)
	s.Post("/desk/items/:id/snooze", work, h.snooze)
	s.Post("/desk/items/:id/wake", work, h.wake)
	s.Post("/desk/items/:id/note", work, h.note)
	s.Post("/desk/items/:id/note/delete", work, h.dropNote)
	s.Get("/desk/items/:id/escalate", work, h.showEscalate)
	s.Post("/desk/items/:id/escalate", work, h.escalate)

	// What an authority arranges.
	council := web.Roles(auth.Officer, auth.Councillor, auth.President)
	lead := web.Roles(auth.Officer, auth.President)
	s.Get(pathTemplates, council, h.templates)
	s.Get(pathTemplates+"/new", lead, h.newTemplate)
	s.Post(pathTemplates+"/new", lead, h.addTemplate)
	s.Get(pathTemplates+"/:id", council, h.showTemplate)
	s.Post(pathTemplates+"/:id", lead, h.saveTemplate)
	s.Get(pathTemplates+"/:id/delete", lead, h.askDeleteTemplate)
	s.Post(pathTemplates+"/:id/delete", lead, h.deleteTemplate)
	s.Get(pathSettings, web.Roles(auth.Officer, auth.President, auth.Administrator), h.showSettings)
	s.Post(pathSettings, web.Roles(auth.Officer, auth.President, auth.Administrator), h.saveSettings)
}
