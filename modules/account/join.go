package account

import (
	"context"
	"slices"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
)

// errTwoNumbers keeps two people apart who proved to be two.
var errTwoNumbers = fault.New(fault.Conflict, "Both accounts have been checked, with two different identity numbers. They belong to two people and cannot be joined.")

// join makes one account of two that are one person: the newer is merged into
// the older, whose id it returns. The decision is one write; what follows can be
// repeated.
func (s *Service) join(ctx context.Context, one, other string, by auth.Actor) (kept string, err error) {
	a, err := s.canonical(ctx, one)
	if err != nil {
		return "", err
	}
	b, err := s.canonical(ctx, other)
	if err != nil {
		return "", err
	}
	if a.ID == b.ID {
		return a.ID, nil
	}
	if a.Identity.Proven && b.Identity.Proven && a.Identity.Key != b.Identity.Key {
		return "", errTwoNumbers
	}
	older, newer := a, b
	if b.CreatedAt.Before(a.CreatedAt) || b.CreatedAt.Equal(a.CreatedAt) && b.ID < a.ID {
		older, newer = b, a
	}
	_, err = s.all.people.Update(ctx, newer.ID, func(p *Person) error {
		if p.gone() {
			return errGone
		}
		p.MergedInto, p.Unfinished = older.ID, "join"
		now := s.clock.Now()
		p.note(audit.Entry{Act: "account.join", ActorID: by.PersonID, ActorRole: by.RoleIn(auth.PlatformID), At: now, Details: map[string]string{"into": older.ID}})
		return nil
	})
	if err != nil {
		return "", err
	}
	return older.ID, s.finishJoin(ctx, newer.ID)
}

var errGone = fault.New(fault.Gone, "This account no longer exists.")

// finishJoin moves everything of a merged account to the one that is kept.
func (s *Service) finishJoin(ctx context.Context, goneID string) error {
	gone, err := s.all.people.Get(ctx, goneID)
	if err != nil || gone.Unfinished != "join" {
		return ignoreGone(err)
	}
	kept, err := s.canonical(ctx, goneID)
	if fault.Is(err, fault.NotFound) {
		return s.eraseInstead(ctx, goneID)
	}
	if err != nil {
		return err
	}
	for _, l := range gone.Logins {
		if err := s.moveLogin(ctx, l.Key, kept.ID); err != nil {
			return err
		}
	}
	if kept, err = s.mergeInto(ctx, kept.ID, gone); err != nil {
		return err
	}
	if err := s.moveNumber(ctx, gone, kept); err != nil {
		return err
	}
	if err := s.sessions.EndAll(ctx, goneID, ""); err != nil {
		return err
	}
	if err := s.tellJoined(ctx, kept.ID, goneID); err != nil {
		return err
	}
	emptied, err := s.all.people.Update(ctx, goneID, func(p *Person) error {
		// Only the way to the kept account and the history stay.
		*p = Person{Meta: p.Meta, MergedInto: p.MergedInto, History: p.History, CreatedAt: p.CreatedAt}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.log.Record(ctx, slices.Concat(emptied.History, kept.History)...); err != nil {
		return err
	}
	return s.tellChanged(ctx, kept)
}

// eraseInstead deletes an account that was to become part of one which its owner
// has deleted meanwhile: that was meant for both.
func (s *Service) eraseInstead(ctx context.Context, goneID string) error {
	_, err := s.all.people.Update(ctx, goneID, func(p *Person) error {
		p.MergedInto, p.Unfinished = "", "erase"
		return nil
	})
	if err != nil {
		return err
	}
	return s.finishErase(ctx, goneID)
}

func (s *Service) moveLogin(ctx context.Context, key, personID string) error {
	_, err := s.all.logins.Update(ctx, key, func(d *loginDoc) error {
		if d.PersonID == personID {
			return errUnchanged
		}
		d.PersonID = personID
		return nil
	})
	return ignoreGone(err)
}

// mergeInto takes over what the kept account lacks.
func (s *Service) mergeInto(ctx context.Context, keptID string, gone Person) (Person, error) {
	now := s.clock.Now()
	return s.all.people.Update(ctx, keptID, func(p *Person) error {
		for _, l := range gone.Logins {
			if !slices.ContainsFunc(p.Logins, func(x Login) bool { return x.Key == l.Key }) {
				p.Logins = append(p.Logins, l)
			}
		}
		for _, g := range gone.Grants {
			if !slices.ContainsFunc(p.Grants, func(x Grant) bool { return x.ID == g.ID }) {
				p.Grants = append(p.Grants, g)
			}
			if !slices.Contains(p.Orgs, g.OrgID) {
				p.Orgs = append(p.Orgs, g.OrgID)
			}
		}
		if p.Email == "" || p.EmailKey == "" && gone.EmailKey != "" {
			p.Email, p.EmailKey = gone.Email, gone.EmailKey
		}
		if p.Residence == "" && len(p.WorksIn) == 0 {
			p.Residence, p.WorksIn, p.Country = gone.Residence, gone.WorksIn, gone.Country
		}
		p.Name = firstOf(p.Name, gone.Name)
		if p.BirthYear == 0 {
			p.BirthYear = gone.BirthYear
		}
		if p.Sex == "" {
			p.Sex = gone.Sex
		}
		if gone.Identity.Key != "" && (p.Identity.Key == "" || gone.Identity.Proven && !p.Identity.Proven) {
			p.Identity = gone.Identity
		}
		if p.level() > p.Level && len(gone.Checks) > 0 {
			p.Checks = append(p.Checks, gone.Checks[len(gone.Checks)-1])
			p.Level = p.level()
		}
		p.settle(HowDeclared, "", "", now)
		if !slices.Contains(p.Merged, gone.ID) {
			p.Merged = append(append(p.Merged, gone.ID), gone.Merged...)
			p.note(audit.Entry{Act: "account.take_in", At: now, Details: map[string]string{"account": gone.ID}})
		}
		p.Untold = true
		return nil
	})
}

// moveNumber gives the kept account the merged one's number if that is now its
// own, and drops it otherwise (two declared numbers: the kept account's stands).
func (s *Service) moveNumber(ctx context.Context, gone, kept Person) error {
	if gone.Identity.Key == "" {
		return nil
	}
	if kept.Identity.Key != gone.Identity.Key {
		return s.letGo(ctx, gone.ID, gone.Identity.Key)
	}
	_, err := s.all.identities.Update(ctx, gone.Identity.Key, func(d *identityDoc) error {
		if d.PersonID != gone.ID && d.PersonID != kept.ID {
			return errUnchanged
		}
		d.PersonID, d.Proven = kept.ID, d.Proven || kept.Identity.Proven
		return nil
	})
	return ignoreGone(err)
}
