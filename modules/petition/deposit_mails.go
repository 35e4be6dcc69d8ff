package petition

import (
	"musharaka/modules/kit/clock"
	"musharaka/views/mailview"
)

// deposited tells those who serve an authority that a petition was deposited.
func (w writer) deposited() (string, []mailview.Block) {
	p := w.Petition
	return w.plain().T("A petition was deposited"), []mailview.Block{
		w.object(), mailview.Paragraph(w.T("The period of the law runs. The conditions are checked, and the agent is told by {date} at the latest.", "date", p.AnswerDueAt)),
		w.facts(mailview.Fact{Name: w.T("Number of the receipt"), Value: p.Legal.Receipt}, mailview.Fact{Name: w.T("Day of the receipt"), Value: w.Date(p.Legal.DepositedAt.In(clock.Zone(p.Country)))}),
		mailview.Button{Label: w.T("Check the conditions"), URL: w.home + procedurePath(p)},
	}
}

// ruling tells the agent what the bureau decided.
func (w writer) ruling() (string, []mailview.Block) {
	p, r := w.Petition, w.Petition.Legal.Ruling
	name := w.Authority.Name(w.Lang())
	if r.Admit {
		blocks := []mailview.Block{w.object(), mailview.Paragraph(w.T("{authority} found the petition admissible. It is put on the agenda of a session.", "authority", name))}
		facts := []mailview.Fact{{Name: w.T("Day of the decision"), Value: w.Date(r.ApprovedAt)}}
		if !p.Legal.SessionAt.IsZero() {
			facts = append(facts, mailview.Fact{Name: w.T("Session"), Value: w.Date(p.Legal.SessionAt)})
		}
		if r.Reasons != "" {
			blocks = append(blocks, mailview.Quote{Text: r.Reasons, By: name})
		}
		return w.plain().T("Your petition was found admissible"), append(blocks, w.facts(facts...), w.procedure())
	}
	return w.plain().T("Your petition was found inadmissible"), []mailview.Block{
		w.object(), mailview.Paragraph(w.T(RefusalLabel(r.Code))), mailview.Quote{Text: r.Reasons, By: name},
		mailview.Paragraph(w.T("What you can do against this decision, and within what time, stands on the page of the procedure.")),
		w.facts(mailview.Fact{Name: w.T("Day of the decision"), Value: w.Date(r.ApprovedAt)}), w.procedure(),
	}
}

func (w writer) procedure() mailview.Block {
	return mailview.Button{Label: w.T("See the procedure"), URL: w.url + "/procedure"}
}

// stepDone tells those who asked for news what the authority has done.
func (w writer) stepDone() (string, []mailview.Block) {
	x, _ := w.Petition.step(w.Milestone.stepOf())
	blocks := []mailview.Block{w.object(), mailview.Paragraph(w.T("{authority} says that this is done:", "authority", w.Authority.Name(w.Lang()))), mailview.Quote{Text: x.Title, By: x.Service}}
	if x.Evidence != "" {
		blocks = append(blocks, mailview.Paragraph(x.Evidence))
	}
	if w.As == asSigner {
		blocks = append(blocks, mailview.Paragraph(w.T("You signed: say whether you are satisfied with what came of it.")))
	}
	return w.plain().T("A step was done for the petition"), append(blocks, mailview.Button{Label: w.T("See the follow-up"), URL: w.url + "/follow-up"})
}
