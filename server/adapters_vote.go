package main

import (
	"context"
	"time"

	"musharaka/modules/budget"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/ui"
)

// budgetNumbers tells votes who stands behind an identity number.
type budgetNumbers struct{ *app }

func (n budgetNumbers) Elector(ctx context.Context, country, number string, until time.Time) (string, error) {
	shadow, err := n.accounts.Shadow(ctx, country, number, until)
	if err != nil {
		return "", err
	}
	person, _, err := n.accounts.Behind(ctx, shadow.ID)
	return person, err
}

// voteListener tells running votes what happens to accounts.
type voteListener struct{ budgets *budget.Service }

func (l voteListener) OnJoined(ctx context.Context, kept, gone string) error {
	return l.budgets.OnVotersJoined(ctx, kept, gone)
}

func (l voteListener) OnNumberMoved(ctx context.Context, to, from, shadow string) error {
	return l.budgets.OnNumberMoved(ctx, to, from, shadow)
}

// voteData gives people what running votes keep about them.
type voteData struct{ budgets *budget.Service }

func (d voteData) Export(ctx context.Context, personID string) (any, error) {
	return d.budgets.VoteRecords(ctx, personID)
}

func (d voteData) RetainUntil(ctx context.Context, personID string) (time.Time, error) {
	return d.budgets.OnRollUntil(ctx, personID)
}

func (d voteData) Erase(ctx context.Context, personID string) error {
	return d.budgets.ForgetDrafts(ctx, personID)
}

var titleVotes = i18n.Msg("Votes that are running")

// voteTiles remind a person of ballots that they filled in and did not confirm.
func (a *app) voteTiles(c *web.Ctx) (tiles []ui.TileSpec, err error) {
	unconfirmed, err := a.budgets.Unconfirmed(c.Std(), c.Actor.PersonID)
	for _, e := range unconfirmed {
		tiles = append(tiles, ui.TileSpec{Icon: "warning", Title: c.T("Your ballot is not counted yet"), Text: e.Title(c.Locale.Lang()), Href: c.URL("/budgets/" + e.ID + "/vote/confirm")})
	}
	return tiles, err
}
