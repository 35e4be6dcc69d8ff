package main

import "context"

// finding is something that check found wrong.
type finding struct {
	text     string
	repaired bool
}

// check compares every stored counter, index and reference with what it
// counts or points to, part by part.
func (a *app) check(ctx context.Context, repair bool) ([]finding, error) {
	var all []finding
	add := func(part string, texts []string, err error) error {
		for _, t := range texts {
			all = append(all, finding{text: part + ": " + t, repaired: repair})
		}
		return err
	}
	for _, schema := range a.db.schemas() {
		texts, err := a.db.Verify(ctx, schema, repair)
		if err := add("index of "+schema.Name, texts, err); err != nil {
			return all, err
		}
	}
	for _, part := range []struct {
		name  string
		check func(context.Context, bool) ([]string, error)
	}{
		{"places", a.places.Check}, {"accounts", a.accounts.Check}, {"public logs", a.ledger.Check}, {"associations", a.associations.Check},
		{"messages", a.messages.Check}, {"partnerships", a.partnerships.Check}, {"networks", a.networks.Check}, {"work of networks", a.federations.Check}, {"councils", a.councils.Check}, {"walk-in counters", a.queues.Check},
	} {
		texts, err := part.check(ctx, repair)
		if err := add(part.name, texts, err); err != nil {
			return all, err
		}
	}
	texts, err := a.keys.Check(ctx)
	for _, t := range texts { // a key cannot be made again
		all = append(all, finding{text: t})
	}
	if err != nil {
		return all, err
	}
	if texts, err = a.files.Verify(ctx); err != nil {
		return all, err
	}
	for _, t := range texts { // lost bytes cannot be made again
		all = append(all, finding{text: "files: " + t})
	}
	inBudgets, err := a.budgets.Check(ctx, repair)
	for _, f := range inBudgets {
		all = append(all, finding{text: f.Subject + ": " + f.Problem, repaired: f.Repaired})
	}
	if err != nil {
		return all, err
	}
	inSpaces, err := a.spaces.Check(ctx, repair)
	for _, f := range inSpaces {
		all = append(all, finding{text: f.Subject + ": " + f.Problem, repaired: f.Repaired})
	}
	if err != nil {
		return all, err
	}
	found, err := a.petitions.Check(ctx, repair)
	for _, f := range found {
		all = append(all, finding{text: f.Subject + ": " + f.Problem, repaired: f.Repaired})
	}
	if err != nil {
		return all, err
	}
	if texts, err = a.open311.Check(ctx, repair); add("open311", texts, err) != nil {
		return all, err
	}
	if texts, err = a.spaceData.Check(ctx, repair); add("figures of requests", texts, err) != nil {
		return all, err
	}
	texts, err = a.webhooks.Check(ctx, repair)
	if err := add("webhooks", texts, err); err != nil {
		return all, err
	}
	waiting, err := a.desk.Check(ctx, repair)
	for _, f := range waiting {
		all = append(all, finding{text: f.Subject + ": " + f.Problem, repaired: f.Repaired})
	}
	return all, err
}
