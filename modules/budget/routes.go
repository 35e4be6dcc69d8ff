package budget

import (
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/web"
)

// How often one person may do what leaves something behind.
var (
	oftenBegun    = web.Limit{Burst: 20, Every: time.Minute}
	oftenUploaded = web.Limit{Burst: 30, Every: time.Minute}
	oftenSaved    = web.Limit{Burst: 120, Every: 2 * time.Second}
	oftenSaid     = web.Limit{Burst: 30, Every: 20 * time.Second}
)

// publicRoutes are the pages for everybody.
func (h *Pages) publicRoutes(s *web.Site) {
	s.Get("/budgets", web.Public, h.list)
	s.Get("/budgets/:id", web.Public, h.show)
	s.Get("/budgets/:id/rules", web.Public, h.rules)
	s.Get("/budgets/:id/rules.json", web.Public, h.rulesJSON)
	s.Get("/budgets/:id/proposals", web.Public, h.proposals)
	s.Get("/proposals/:id", web.Public, h.proposal)
}

// writingRoutes are the pages of people who propose, support, follow, comment.
func (h *Pages) writingRoutes(s *web.Site) {
	s.Get("/budgets/:id/propose", web.Anyone, h.showPropose)
	s.Post("/budgets/:id/propose", web.SignedIn, web.Limited(oftenBegun, h.propose))
	s.Get("/me/proposals", web.SignedIn, h.mine)
	s.Get("/proposals/:id/write/check", web.SignedIn, h.showCheck)
	s.Get("/proposals/:id/write/:step", web.SignedIn, h.showStep)
	s.Post("/proposals/:id/write/photos", web.SignedIn, web.Limited(oftenUploaded, h.savePhotos))
	s.Post("/proposals/:id/write/:step", web.SignedIn, web.Limited(oftenSaved, h.saveStep))
	s.Post("/proposals/:id/submit", web.SignedIn, web.Limited(oftenBegun, h.submit))
	s.Get("/proposals/:id/delete", web.SignedIn, h.showDelete)
	s.Post("/proposals/:id/delete", web.SignedIn, h.deleteDraft)

	s.Get("/proposals/:id/take-part", web.SignedIn, h.takePart)
	s.Post("/proposals/:id/support", web.SignedIn, web.Limited(oftenSaid, h.support))
	s.Post("/proposals/:id/follow", web.SignedIn, web.Limited(oftenSaid, h.follow))
	s.Post("/proposals/:id/comment", web.SignedIn, web.Limited(oftenSaid, h.comment))
	s.Get("/proposals/:id/withdraw", web.SignedIn, h.showWithdraw)
	s.Post("/proposals/:id/withdraw", web.SignedIn, h.withdraw)
	s.Get("/proposals/:id/merge", web.SignedIn, h.showMerge)
	s.Post("/proposals/:id/merge", web.SignedIn, h.merge)
	s.Get("/proposals/:id/second-opinion", web.SignedIn, h.showSecond)
	s.Post("/proposals/:id/second-opinion", web.SignedIn, h.second)
}

// deskRoutes are the pages of those who serve an authority. Which authority it
// is, and what may be done there, is decided by each page and once more by each
// act.
func (h *Pages) deskRoutes(s *web.Site) {
	everyone := web.Roles(auth.Officer, auth.President, auth.Councillor, auth.Department, auth.Facilitator, auth.FrontDesk)
	officers := web.Roles(auth.Officer)
	council := web.Roles(auth.Officer, auth.President)
	services := web.Roles(auth.Officer, auth.Department)
	s.Get("/desk/budgets", everyone, h.desk)
	s.Get("/desk/budgets/new", officers, h.showBegin)
	s.Post("/desk/budgets/new", officers, h.begin)
	s.Get("/desk/budgets/:id", everyone, h.deskEdition)
	s.Get("/desk/budgets/:id/set-up/:step", officers, h.showSetup)
	s.Post("/desk/budgets/:id/set-up/:step", officers, h.saveSetup)
	s.Get("/desk/budgets/:id/announce", officers, h.showAnnounce)
	s.Post("/desk/budgets/:id/announce", officers, h.announce)
	s.Get("/desk/budgets/:id/next", officers, h.showNext)
	s.Post("/desk/budgets/:id/next", officers, h.next)
	s.Get("/desk/budgets/:id/calendar", officers, h.showCalendar)
	s.Post("/desk/budgets/:id/calendar", officers, h.reschedule)
	s.Get("/desk/budgets/:id/cancel", council, h.showCancel)
	s.Post("/desk/budgets/:id/cancel", council, h.cancel)
	s.Get("/desk/budgets/:id/close", council, h.showClose)
	s.Post("/desk/budgets/:id/close", council, h.close)
	s.Get("/desk/budgets/:id/discard", officers, h.showDiscard)
	s.Post("/desk/budgets/:id/discard", officers, h.discard)
	s.Get("/desk/budgets/:id/register", web.Roles(auth.Officer, auth.FrontDesk), h.showRegister)
	s.Post("/desk/budgets/:id/register", web.Roles(auth.Officer, auth.FrontDesk), web.Limited(oftenSaved, h.register))

	s.Get("/desk/proposals", services, h.queue)
	s.Get("/desk/proposals/:id", everyone, h.review)
	s.Post("/desk/proposals/:id/publish", officers, h.publish)
	s.Get("/desk/proposals/:id/return", officers, h.showReturn)
	s.Post("/desk/proposals/:id/return", officers, h.sendBack)
	s.Get("/desk/proposals/:id/reject", officers, h.showReject)
	s.Post("/desk/proposals/:id/reject", officers, h.reject)
	s.Get("/desk/proposals/:id/merge", officers, h.showOffer)
	s.Post("/desk/proposals/:id/merge", officers, h.offer)
	s.Get("/desk/proposals/:id/assign", officers, h.showAssign)
	s.Post("/desk/proposals/:id/assign", officers, h.assign)
	s.Get("/desk/proposals/:id/study", services, h.showStudy)
	s.Post("/desk/proposals/:id/study", services, h.saveStudy)
	s.Get("/desk/proposals/:id/verdict", services, h.showVerdict)
	s.Post("/desk/proposals/:id/verdict", services, h.verdict)
	s.Get("/desk/proposal-comments", officers, h.commentQueue)
	s.Post("/desk/proposal-comments", officers, h.decideComment)
}

// forumRoutes are the pages of forums, for everybody and for facilitators.
func (h *Pages) forumRoutes(s *web.Site) {
	keepers := web.Roles(auth.Officer, auth.Facilitator)
	s.Get("/budgets/:id/forums", web.Public, h.forums)
	s.Get("/forums/:id", web.Public, h.forum)
	s.Get("/forums/:id/minutes.pdf", web.Public, h.minutes)
	s.Get("/desk/budgets/:id/forums", keepers, h.deskForums)
	s.Get("/desk/budgets/:id/forums/new", keepers, h.showPlan)
	s.Post("/desk/budgets/:id/forums/new", keepers, h.plan)
	s.Get("/desk/forums/:id", keepers, h.showRecord)
	s.Post("/desk/forums/:id", keepers, web.Limited(oftenSaved, h.record))
	s.Get("/desk/forums/:id/sheets.pdf", keepers, h.sheets)
	s.Get("/desk/forums/:id/close", keepers, h.showCloseForum)
	s.Post("/desk/forums/:id/close", keepers, h.closeForum)
	s.Get("/desk/forums/:id/call-off", keepers, h.showCallOff)
	s.Post("/desk/forums/:id/call-off", keepers, h.callOff)
	s.Get("/desk/forums/:id/ideas/:idea", keepers, h.showSendOn)
	s.Post("/desk/forums/:id/ideas/:idea", keepers, h.sendOn)
}
