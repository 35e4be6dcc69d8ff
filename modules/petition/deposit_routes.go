package petition

import (
	"context"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/seal"
	"musharaka/modules/kit/web"
)

// ProcedureParts are what the pages of the legal procedure are built from.
type ProcedureParts struct {
	Desk     *Desk
	Keys     *seal.Keyring // nil where no identity numbers are sealed
	Sessions Sessions      // nil where no register of sessions is kept
	DemoKeys DemoKeys      // nil in production
}

// Procedure are the pages of the legal life of a petition: the file and its
// deposit, the bureau's desk, what everybody may see of it, and what follows.
type Procedure struct {
	*Desk
	keys     *seal.Keyring
	sessions Sessions
	demoKeys DemoKeys
}

// NewProcedure returns the pages.
func NewProcedure(p ProcedureParts) *Procedure {
	return &Procedure{Desk: p.Desk, keys: p.Keys, sessions: p.Sessions, demoKeys: p.DemoKeys}
}

// How often one person may ask for what costs the machine something.
var (
	oftenMade   = web.Limit{Burst: 10, Every: time.Minute}
	oftenOpened = web.Limit{Burst: 10, Every: 10 * time.Second} // each derives a key from a passphrase
)

// Routes declares the pages, from public to officer.
func (x *Procedure) Routes(s *web.Site) {
	// For everybody.
	s.Get("/petitions/:id/procedure", web.Public, x.public)
	s.Get("/petitions/:id/receipt.pdf", web.Public, x.receipt)
	s.Get("/petitions/:id/files/:number", web.Public, x.showFile)
	s.Get("/petitions/:id/follow-up", web.Public, x.showFollowUp)

	// For those who signed.
	s.Get("/petitions/:id/number", web.SignedIn, x.showNumber)
	s.Post("/petitions/:id/number", web.SignedIn, web.Limited(oftenSigned, x.giveNumber))
	s.Get("/petitions/:id/satisfaction", web.SignedIn, x.showRate)
	s.Post("/petitions/:id/satisfaction", web.SignedIn, web.Limited(oftenSigned, x.rate))

	// For the agent and those who answer for the authority: the file, the receipt.
	s.Get("/petitions/:id/deposit", web.SignedIn, x.showDeposit)
	s.Post("/petitions/:id/deposit/file", web.SignedIn, web.Limited(oftenMade, x.makeFile))
	s.Get("/petitions/:id/files/:number/volumes/:volume", web.SignedIn, x.volume)
	s.Get("/petitions/:id/deposit/record", web.SignedIn, x.showRecord)
	s.Post("/petitions/:id/deposit/record", web.SignedIn, web.Limited(oftenBegun, x.record))

	// The bureau's desk.
	council := web.Roles(auth.Officer, auth.Councillor, auth.President)
	heads := web.Roles(auth.Officer, auth.President)
	president := web.Roles(auth.President)
	s.Get("/desk/petitions/:id/procedure", council, x.bureau)
	s.Get("/desk/petitions/:id/checklist", heads, x.showChecklist)
	s.Post("/desk/petitions/:id/checklist", heads, x.checklist)
	s.Get("/desk/petitions/:id/ruling", heads, x.showRuling)
	s.Post("/desk/petitions/:id/ruling", heads, x.draftRuling)
	s.Get("/desk/petitions/:id/ruling/issue", president, x.showIssue)
	s.Post("/desk/petitions/:id/ruling/issue", president, x.issueRuling)
	s.Get("/desk/petitions/:id/ruling/return", president, x.showReturnRuling)
	s.Post("/desk/petitions/:id/ruling/return", president, x.returnRuling)
	s.Get("/desk/petitions/:id/letter.pdf", council, x.letter)
	s.Get("/desk/petitions/:id/notice", heads, x.showNotice)
	s.Post("/desk/petitions/:id/notice", heads, x.notice)
	s.Get("/desk/petitions/:id/receipt", web.Roles(auth.Officer), x.showCorrect)
	s.Post("/desk/petitions/:id/receipt", web.Roles(auth.Officer), x.correct)
	s.Get("/desk/petitions/:id/procedure/:act", heads, x.showAdvance)
	s.Post("/desk/petitions/:id/procedure/:act", heads, x.advance)
	s.Get("/desk/petitions/:id/steps/new", heads, x.showPlan)
	s.Post("/desk/petitions/:id/steps/new", heads, x.plan)
	s.Get("/desk/petitions/:id/steps/:step", heads, x.showPlan)
	s.Post("/desk/petitions/:id/steps/:step", heads, x.plan)
	s.Get("/desk/petitions/:id/steps/:step/:act", heads, x.showMove)
	s.Post("/desk/petitions/:id/steps/:step/:act", heads, x.move)
	s.Get("/desk/petitions/:id/satisfaction", council, x.showOpinions)

	// The keys for identity numbers.
	s.Get("/desk/petitions/:id/files/:number/open", heads, x.showOpen)
	s.Post("/desk/petitions/:id/files/:number/open", heads, web.Limited(oftenOpened, x.open))
	s.Get("/desk/sealing", heads, x.showKeys)
	s.Post("/desk/sealing", heads, web.Limited(oftenOpened, x.makeKey))
	s.Get("/desk/sealing/confirm", heads, x.showConfirmKey)
	s.Post("/desk/sealing/confirm", heads, web.Limited(oftenOpened, x.confirmKey))
	if x.demoKeys != nil {
		s.Get("/desk/sealing/demo", heads, x.demoFile)
	}
}

// coming are the sessions that may be chosen, none where no register is kept.
func (x *Procedure) coming(ctx context.Context, authority, lang string) ([]Session, error) {
	if x.sessions == nil {
		return nil, nil
	}
	return x.sessions.Coming(ctx, authority, lang)
}
