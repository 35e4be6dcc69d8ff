package petition

import (
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/web"
)

// Routes declares the pages of the desk, and the agent's way out. Which
// authority's desk it is, and what may be done there, is decided by each page
// and once more by each act.
func (d *Desk) Routes(s *web.Site) {
	d.fraudRoutes(s)

	// Moderation: officers, and administrators for authorities that take no part.
	moderators := web.Roles(auth.Officer, auth.Administrator)
	s.Get("/desk/petitions", moderators, d.queue)
	s.Get("/desk/petitions/:id/publish", moderators, d.showPublish)
	s.Post("/desk/petitions/:id/publish", moderators, d.publish)
	s.Get("/desk/petitions/:id/changes", moderators, d.showChanges)
	s.Post("/desk/petitions/:id/changes", moderators, d.changes)
	s.Get("/desk/petitions/:id/reject", moderators, d.showReject)
	s.Post("/desk/petitions/:id/reject", moderators, d.reject)
	s.Get("/desk/petitions/:id/hide", moderators, d.showHide)
	s.Post("/desk/petitions/:id/hide", moderators, d.hide)
	s.Get("/desk/petitions/:id/closing", moderators, d.showClosing)
	s.Post("/desk/petitions/:id/closing", moderators, d.closing)
	s.Get("/desk/published", web.Roles(auth.Officer), d.published)
	s.Get("/desk/comments", moderators, d.showComments)
	s.Post("/desk/comments", moderators, d.decideComments)

	// Reading a petition, and answering it.
	s.Get("/desk/petitions/:id", web.Roles(auth.Officer, auth.Councillor, auth.President, auth.Administrator), d.review)
	council := web.Roles(auth.Officer, auth.Councillor, auth.President)
	s.Get("/desk/answers", council, d.answerQueue)
	s.Get("/desk/petitions/:id/answer", council, d.showAnswer)
	s.Get("/desk/petitions/:id/answer/draft", council, d.showDraft)
	s.Post("/desk/petitions/:id/answer/draft", council, d.saveDraft)
	s.Get("/desk/petitions/:id/answer/approve", web.Roles(auth.President), d.showApprove)
	s.Post("/desk/petitions/:id/answer/approve", web.Roles(auth.President), d.approve)
	s.Get("/desk/petitions/:id/answer/return", web.Roles(auth.President), d.showReturn)
	s.Post("/desk/petitions/:id/answer/return", web.Roles(auth.President), d.returnAnswer)
	s.Get("/desk/petitions/:id/answer/publish", web.Roles(auth.Officer, auth.President), d.showPublishAnswer)
	s.Post("/desk/petitions/:id/answer/publish", web.Roles(auth.Officer, auth.President), d.publishAnswer)

	// The audit.
	s.Get("/desk/audit", web.Roles(auditRoles...), d.showAudit)
	s.Get("/desk/audit.csv", web.Roles(auditRoles...), d.auditCSV)

	// The agent takes the petition back.
	s.Get("/petitions/:id/withdraw", web.SignedIn, d.showWithdraw)
	s.Post("/petitions/:id/withdraw", web.SignedIn, d.withdraw)
}
