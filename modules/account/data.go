package account

import (
	"context"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
)

// Contributor is a module that keeps something about people.
type Contributor interface {
	// Export returns all that the module keeps about a person, as JSON shows it;
	// nil when there is nothing.
	Export(ctx context.Context, personID string) (any, error)
	// Erase deletes it, or makes anonymous what the law wants counted. It may be
	// repeated, and for a person who is not known does nothing.
	Erase(ctx context.Context, personID string) error
}

// Retainer is a Contributor whose anonymous remains must be kept from counting
// twice until a time: the latest day on which a signature of this person can
// still matter. The zero time means that nothing remains.
type Retainer interface {
	RetainUntil(ctx context.Context, personID string) (time.Time, error)
}

// Contribution is a contributor with its heading on the page of one's data.
type Contribution struct {
	Key         string // in the exported document
	Title       string // message id
	Contributor Contributor
}

// Contribute adds a module to what people see, export and delete. Call it while
// the program is put together.
func (s *Service) Contribute(c Contribution) { s.contributors = append(s.contributors, c) }

// Export is all that is kept about a person.
type Export struct {
	At       time.Time         `json:"exportedAt"`
	Profile  ExportedProfile   `json:"profile"`
	Logins   []Login           `json:"logins"`
	Sessions []ExportedSession `json:"sessions"`
	Roles    []ExportedRole    `json:"roles"`
	Checks   []Check           `json:"identityChecks"`
	History  []audit.Entry     `json:"history"`
	Others   map[string]any    `json:"other"`
}

// ExportedProfile is the profile as its owner sees it. Of the identity number
// there is no more to show than this.
type ExportedProfile struct {
	ID            string    `json:"id"`
	Name          string    `json:"name"`
	Email         string    `json:"email"`
	EmailVerified bool      `json:"emailVerified"`
	Lang          string    `json:"language"`
	Residence     string    `json:"residence"`
	WorksIn       []string  `json:"worksIn"`
	Country       string    `json:"country,omitempty"`
	BirthYear     int       `json:"birthYear,omitempty"`
	Sex           Sex       `json:"sex,omitempty"`
	Level         int       `json:"verificationLevel"`
	NumberCountry string    `json:"identityNumberCountry,omitempty"`
	NumberEnd     string    `json:"identityNumberLastTwo,omitempty"`
	NumberHash    string    `json:"identityNumberKeyedHash,omitempty"`
	CreatedAt     time.Time `json:"createdAt"`
	JoinedFrom    []string  `json:"joinedAccounts,omitempty"`
	NumberTries   int       `json:"identityNumberTries,omitempty"` // in the day that began with the first
}

// ExportedSession is a session without anything that could open it.
type ExportedSession struct {
	Device    string    `json:"device"`
	Provider  string    `json:"provider"`
	CreatedAt time.Time `json:"createdAt"`
	SeenAt    time.Time `json:"lastSeen"`
}

// ExportedRole is a role with its time.
type ExportedRole struct {
	auth.Membership
	GrantedAt time.Time `json:"grantedAt"`
	RevokedAt time.Time `json:"revokedAt,omitzero"`
}

// Export collects all that is kept about a person, from all modules.
func (s *Service) Export(ctx context.Context, personID string) (Export, error) {
	p, err := s.Get(ctx, personID)
	if err != nil {
		return Export{}, err
	}
	e := Export{
		At: s.clock.Now(), Logins: p.Logins, Checks: p.Checks, History: p.History, Others: map[string]any{},
		Profile: ExportedProfile{
			ID: p.ID, Name: p.Name, Email: p.Email, EmailVerified: p.EmailKey != "", Lang: p.Lang, Residence: p.Residence,
			WorksIn: p.WorksIn, Country: p.Country, BirthYear: p.BirthYear, Sex: p.Sex, Level: p.Level, NumberCountry: p.Identity.Country,
			NumberEnd: p.Identity.Last2, NumberHash: p.Identity.Key, CreatedAt: p.CreatedAt, JoinedFrom: p.Merged, NumberTries: p.Tries.N,
		},
	}
	sessions, err := s.sessions.List(ctx, personID)
	if err != nil {
		return Export{}, err
	}
	for _, x := range sessions {
		e.Sessions = append(e.Sessions, ExportedSession{Device: x.Device, Provider: x.Provider, CreatedAt: x.CreatedAt, SeenAt: x.SeenAt})
	}
	for _, g := range p.Grants {
		e.Roles = append(e.Roles, ExportedRole{Membership: g.Membership, GrantedAt: g.GrantedAt, RevokedAt: g.RevokedAt})
	}
	for _, c := range s.contributors {
		if e.Others[c.Key], err = c.Contributor.Export(ctx, personID); err != nil {
			return Export{}, fault.Wrap("account.Export "+c.Key, err)
		}
	}
	return e, nil
}

// Delete deletes a person's account; the package comment says what stays.
// Conflict for the last administrator.
func (s *Service) Delete(ctx context.Context, by auth.Actor, personID string) error {
	p, err := s.Get(ctx, personID)
	if err != nil {
		return err
	}
	if by.PersonID != personID && !by.IsSystem() {
		return fault.New(fault.Forbidden, "Only the person may delete their account.")
	}
	for _, m := range p.Memberships(s.clock.Now()) {
		if m.Role == auth.Administrator {
			if err := s.anotherAdministrator(ctx, personID); err != nil {
				return err
			}
		}
	}
	now := s.clock.Now()
	p, err = s.all.people.Update(ctx, personID, func(p *Person) error {
		if p.gone() {
			return errGone
		}
		p.Unfinished = "erase"
		p.note(audit.Entry{Act: "account.delete", ActorID: by.PersonID, ActorRole: by.RoleIn(auth.PlatformID), At: now})
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.log.Record(ctx, p.History...); err != nil {
		return err
	}
	return s.finishErase(ctx, personID)
}

// finishErase does what follows from the decision to delete. The person's
// document goes last, so that until then every step can be repeated.
func (s *Service) finishErase(ctx context.Context, personID string) error {
	p, err := s.all.people.Get(ctx, personID)
	if err != nil || p.Unfinished != "erase" {
		return ignoreGone(err)
	}
	if err := s.sessions.EndAll(ctx, personID, ""); err != nil {
		return err
	}
	until, err := s.retainUntil(ctx, personID)
	if err != nil {
		return err
	}
	for _, c := range s.contributors {
		if err := c.Contributor.Erase(ctx, personID); err != nil {
			return fault.Wrap("account.Erase "+c.Key, err)
		}
	}
	for _, l := range p.Logins {
		if err := ignoreGone(s.all.logins.Delete(ctx, l.Key)); err != nil {
			return err
		}
	}
	if err := s.dropCodes(ctx, personID); err != nil {
		return err
	}
	if err := s.leaveNumber(ctx, p, until); err != nil {
		return err
	}
	for _, id := range p.Merged {
		if err := ignoreGone(s.all.people.Delete(ctx, id)); err != nil {
			return err
		}
	}
	return ignoreGone(s.all.people.Delete(ctx, personID))
}

// retainUntil is asked before anything is erased, and again when a crash had it
// repeated: a contributor answers by what remains, which erasing does not change.
func (s *Service) retainUntil(ctx context.Context, personID string) (time.Time, error) {
	var latest time.Time
	for _, c := range s.contributors {
		r, ok := c.Contributor.(Retainer)
		if !ok {
			continue
		}
		until, err := r.RetainUntil(ctx, personID)
		if err != nil {
			return latest, fault.Wrap("account.RetainUntil "+c.Key, err)
		}
		if until.After(latest) {
			latest = until
		}
	}
	return latest, nil
}

// leaveNumber keeps the keyed hash of the number, and nothing beside it, while
// signatures need it; otherwise it goes too.
func (s *Service) leaveNumber(ctx context.Context, p Person, until time.Time) error {
	if p.Identity.Key == "" {
		return nil
	}
	needed := until.After(s.clock.Now())
	_, err := s.all.identities.Update(ctx, p.Identity.Key, func(d *identityDoc) error {
		if d.PersonID != p.ID || !needed && d.Shadow == "" {
			return errUnchanged
		}
		d.Left = true // a number on paper stays until the paper's time is over
		if until.After(d.KeepUntil) {
			d.KeepUntil = until
		}
		return nil
	})
	if err != nil || needed {
		return ignoreGone(err)
	}
	doc, err := s.all.identities.Get(ctx, p.Identity.Key)
	if err != nil || doc.Shadow != "" {
		return ignoreGone(err)
	}
	return s.letGo(ctx, p.ID, p.Identity.Key)
}
