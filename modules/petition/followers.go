package petition

import (
	"context"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Followers pages through the people who want to hear of a petition: those who
// follow it, then those who signed and asked for news. Somebody who did both
// comes twice. after "" begins; next "" ends. At most limit at once.
func (s *Service) Followers(ctx context.Context, id, after string, limit int) (people []string, next string, err error) {
	const follow, news = "f", "n"
	list, cursor, _ := strings.Cut(after, ":")
	if list == "" {
		list = follow
	}
	if list == news {
		page, err := s.signatures.Find(ctx, store.Query{Index: "lists", Equal: []any{listNews + "|" + id}, After: cursor, Limit: limit})
		for _, sig := range page.Items {
			people = append(people, sig.Person)
		}
		if page.Next != "" {
			next = news + ":" + page.Next
		}
		return people, next, fault.Wrap("petition.Followers", err)
	}
	page, err := s.followers.Find(ctx, store.Query{Index: "petition", Equal: []any{id}, After: cursor, Limit: limit})
	for _, f := range page.Items {
		people = append(people, f.Person)
	}
	next = news + ":"
	if page.Next != "" {
		next = follow + ":" + page.Next
	}
	return people, next, fault.Wrap("petition.Followers", err)
}

// Hears reports whether a person wants to hear of a petition now: what was asked
// for when a mailing began may have been taken back since.
func (s *Service) Hears(ctx context.Context, id, personID string) (bool, error) {
	key := SignatureID(id, personID)
	if _, err := s.followers.Get(ctx, key); err == nil || !isNotFound(err) {
		return err == nil, fault.Wrap("petition.Hears", err)
	}
	sig, err := s.signatures.Get(ctx, key)
	if isNotFound(err) {
		return false, nil
	}
	return sig.State == SignatureActive && sig.News, fault.Wrap("petition.Hears", err)
}

// AgentOf returns the account of a petition's agent, "" when it was deleted: to
// ask whether somebody is the agent, never to show it.
func (s *Service) AgentOf(ctx context.Context, id string) (string, error) {
	p, err := s.petitions.Get(ctx, id)
	return p.Agent.PersonID, fault.Wrap("petition.AgentOf", err)
}
