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
	texts, err := a.places.Check(ctx, repair)
	if err := add("places", texts, err); err != nil {
		return all, err
	}
	texts, err = a.accounts.Check(ctx, repair)
	if err := add("accounts", texts, err); err != nil {
		return all, err
	}
	texts, err = a.ledger.Check(ctx, repair)
	if err := add("public logs", texts, err); err != nil {
		return all, err
	}
	texts, err = a.associations.Check(ctx, repair)
	if err := add("associations", texts, err); err != nil {
		return all, err
	}
	texts, err = a.messages.Check(ctx, repair)
	if err := add("messages", texts, err); err != nil {
		return all, err
	}
	texts, err = a.partnerships.Check(ctx, repair)
	if err := add("partnerships", texts, err); err != nil {
		return all, err
	}
	texts, err = a.keys.Check(ctx)
	for _, t := range texts { // a key cannot be made again
		all = append(all, finding{text: t})
	}
	if err != nil {
		return all, err
	}
	texts, err = a.networks.Check(ctx, repair)
	if err := add("networks", texts, err); err != nil {
		return all, err
	}
	texts, err = a.councils.Check(ctx, repair)
	if err := add("councils", texts, err); err != nil {
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
	found, err := a.petitions.Check(ctx, repair)
	for _, f := range found {
		all = append(all, finding{text: f.Subject + ": " + f.Problem, repaired: f.Repaired})
	}
	if err != nil {
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
