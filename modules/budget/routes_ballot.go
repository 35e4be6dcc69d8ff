package budget

import (
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/web"
)

// How often one person may do what leaves something behind.
var (
	oftenVoted  = web.Limit{Burst: 60, Every: 5 * time.Second}
	oftenTicked = web.Limit{Burst: 300, Every: time.Second} // a queue before a table
)

// atTheUrn are those who handle paper ballots.
var atTheUrn = web.Roles(auth.Officer, auth.FrontDesk, auth.Facilitator)

// ballotRoutes are the pages of the vote, from the public log to the desk.
func (h *Pages) ballotRoutes(s *web.Site) {
	s.Get("/budgets/:id/turnout", web.Public, h.showTurnout)
	s.Get("/budgets/:id/receipt", web.Public, h.checkReceipt)
	s.Get("/budgets/:id/ballot.pdf", web.Public, h.ballotPDF)
	s.Get("/budgets/:id/vote.pdf", web.Public, h.voteMinutes)
	s.Get("/budgets/:id/log", web.Public, h.showLog)
	s.Get("/budgets/:id/log.atom", web.Public, h.logFeed)
	s.Plain("GET", "/budgets/:id/log.json", web.Public, h.logJSON)
	s.Plain("GET", "/budgets/:id/log/head.txt", web.Public, h.logHead)
	s.Plain("GET", "/budgets/:id/log/proof.json", web.Public, h.proofJSON)
	s.Plain("GET", "/budgets/:id/log/consistency.json", web.Public, h.consistencyJSON)

	s.Get("/budgets/:id/vote", web.SignedIn, h.showBallot)
	s.Post("/budgets/:id/vote", web.SignedIn, web.Limited(oftenVoted, h.fillIn))
	s.Get("/budgets/:id/vote/confirm", web.SignedIn, h.showConfirm)
	s.Post("/budgets/:id/vote/confirm", web.SignedIn, web.Limited(oftenVoted, h.confirm))
	s.Get("/budgets/:id/vote/receipt", web.SignedIn, h.receipt)

	s.Get("/desk/budgets/:id/poll", atTheUrn, h.showPoll)
	s.Post("/desk/budgets/:id/poll/tick", atTheUrn, web.Limited(oftenTicked, h.tick))
	s.Get("/desk/budgets/:id/poll/batches/new", atTheUrn, h.showEntry)
	s.Post("/desk/budgets/:id/poll/batches/new", atTheUrn, web.Limited(oftenVoted, h.enter))
	s.Get("/desk/budgets/:id/poll/batches/:batch", atTheUrn, h.showBatch)
	s.Get("/desk/budgets/:id/poll/batches/:batch/correct", atTheUrn, h.showCorrect)
	s.Post("/desk/budgets/:id/poll/batches/:batch/correct", atTheUrn, web.Limited(oftenVoted, h.correct))
	s.Post("/desk/budgets/:id/poll/batches/:batch/confirm", atTheUrn, web.Limited(oftenVoted, h.confirmBatch))
	s.Post("/desk/budgets/:id/poll/batches/:batch/return", atTheUrn, web.Limited(oftenVoted, h.returnBatch))
}
