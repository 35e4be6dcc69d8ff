package federation

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// Service keeps the records. Its methods are safe for concurrent use.
type Service struct {
	Needs
	records *store.Collection[Record, *Record]
}

// New opens the collection.
func New(ctx context.Context, n Needs) (*Service, error) {
	s := &Service{Needs: n}
	var err error
	s.records, err = store.Open[Record](ctx, n.DB, store.Schema{Name: "network_records", Indexes: []store.Index{
		{Name: "lists", Fields: []string{"lists", "at"}, Multi: true},
		{Name: "words", Fields: []string{"words", "changed"}, Multi: true},
		{Name: "open", Fields: []string{"open", "due"}},
	}})
	return s, fault.Wrap("federation.New", err)
}

func isNotFound(err error) bool { return fault.Is(err, fault.NotFound) }

// Standing returns what an actor is to a network; NotFound when there is none.
func (s *Service) Standing(ctx context.Context, who auth.Actor, network string) (Standing, error) {
	n, err := s.Networks.Network(ctx, network)
	if err != nil {
		return Standing{}, err
	}
	return StandingOf(who, n), nil
}

// record moves a record and appends to its history.
func (s *Service) record(r *Record, who auth.Actor, what Act, to State, reason string) {
	now, actor, as := s.Clock.Now(), who.PersonID, who.RoleIn(r.Network)
	if who.IsSystem() {
		actor = ""
	}
	if as == "citizen" {
		if r.Authority != "" && who.Holds(r.Authority, auth.Officer, auth.President) {
			as = who.RoleIn(r.Authority)
		} else {
			as = string(Member)
		}
	}
	from := r.State
	r.State, r.ChangedAt = to, now
	if r.CreatedAt.IsZero() {
		r.CreatedAt = now
	}
	r.settle()
	r.History = audit.Append(r.History, audit.Entry{
		Subject: "network_record:" + r.ID, Authority: r.Authority, Act: auditName(r.Kind, what), From: string(from), To: string(to),
		ActorID: actor, ActorRole: as, At: now, Reason: reason, Public: r.reach() == public, Details: map[string]string{"network": r.Network},
	})
}

// follow does what follows from an act: the audit's mirror, and the desk.
func (s *Service) follow(ctx context.Context, r Record, what string) error {
	if err := s.Audit.Record(ctx, r.History...); err != nil {
		return fault.Wrap(what, err)
	}
	if s.Moved != nil {
		s.Moved(ctx, r.ID)
	}
	return nil
}

// Enter enters a record. as says how a space begins: Enter (planned), Build or
// Open; for all other kinds it is Enter. A mandate and a meeting bring their own
// time in At.
func (s *Service) Enter(ctx context.Context, who auth.Actor, in Record, as Act) (Record, error) {
	st, err := s.Standing(ctx, who, in.Network)
	if err != nil {
		return in, err
	}
	if !st.Network.Active {
		return in, errOver
	}
	m, may, ever := find(in.Kind, "", as, st.roles(in))
	switch {
	case !ever && !(in.Authority == "" && st.MayEnter(in.Kind)): // whoever forgot to choose for whom is told so
		return in, errMayNot
	case ever && !may:
		return in, errChanged
	}
	if in.Kind != Mandate && in.Kind != Meeting {
		in.At = s.Clock.Now()
	}
	if err := in.check(st.Network); err != nil {
		return in, err
	}
	if !may {
		return in, errMayNot
	}
	in.Meta, in.State, in.By = store.Meta{ID: s.Ident.ID()}, "", who.PersonID
	in.Notes, in.History, in.Adopted, in.File, in.Site.Photos, in.Sequence = nil, nil, nil, "", nil, 0
	in.Sitting.Minutes, in.Sitting.Women, in.Sitting.Men, in.Sitting.Unsaid = "", 0, 0, 0
	in.CreatedAt = time.Time{}
	s.record(&in, who, as, m.to, "")
	if err := s.records.Insert(ctx, in); err != nil {
		return in, fault.Wrap("federation.Enter", err)
	}
	return in, s.follow(ctx, in, "federation.Enter")
}

// act does one act: it decides by the table, lets change alter the record, moves
// it and writes its history in one compare-and-set; then does what follows.
func (s *Service) act(ctx context.Context, who auth.Actor, id string, what Act, reason string, change func(*Record, Standing) error) (Record, error) {
	before, err := s.Get(ctx, who, id)
	if err != nil {
		return before, err
	}
	st, err := s.Standing(ctx, who, before.Network)
	if err != nil {
		return before, err
	}
	reason = strings.TrimSpace(reason)
	r, err := s.records.Update(ctx, id, func(r *Record) error {
		m, may, ever := find(r.Kind, r.State, what, st.roles(*r))
		switch {
		case !st.Sees(*r):
			return errNone
		case !ever:
			return errMayNot
		case !may:
			return errChanged
		case !st.Network.Active:
			return errOver
		}
		if change != nil {
			if err := change(r, st); err != nil {
				return err
			}
		}
		s.record(r, who, what, m.to, reason)
		return nil
	})
	if err != nil {
		return r, fault.Wrap(string(what), err)
	}
	return r, s.follow(ctx, r, string(what))
}

// Change replaces what a record says. stamp is the version that was shown: what
// somebody else wrote meanwhile is never overwritten unseen; 0 does not compare.
func (s *Service) Change(ctx context.Context, who auth.Actor, id string, stamp int64, in Record) (Record, error) {
	return s.act(ctx, who, id, Change, "", func(r *Record, st Standing) error {
		if stamp != 0 && stamp != r.Version {
			return fault.New(fault.Conflict, "Somebody else changed this meanwhile. Open it again and compare before you save.")
		}
		before := *r
		r.Texts, r.Sort, r.Body, r.Due, r.Capacity, r.Parties, r.Cost, r.Contact = in.Texts, in.Sort, in.Body, in.Due, in.Capacity, in.Parties, in.Cost, in.Contact
		if r.Kind == Mandate || r.Kind == Meeting {
			r.At, r.Until = in.At, in.Until
		}
		photos := r.Site.Photos
		r.Site = in.Site
		r.Site.Photos = photos
		r.Sitting.Place, r.Sitting.Agenda, r.Sitting.Open = in.Sitting.Place, in.Sitting.Agenda, in.Sitting.Open
		if r.Kind == Output {
			r.Authority = in.Authority
		}
		if r.Kind == Meeting && (!r.At.Equal(before.At) || !r.Until.Equal(before.Until) || r.Sitting.Place != before.Sitting.Place) {
			r.Sequence++
		}
		r.Sitting.Minutes = before.Sitting.Minutes
		return r.check(st.Network)
	})
}

// Input is what goes with an act: see acting for which act wants what.
type Input struct {
	Text string
	Due  time.Time
	For  string // authority that adopts
}

// Do does an act that has no form of its own.
func (s *Service) Do(ctx context.Context, who auth.Actor, id string, what Act, in Input) (Record, error) {
	w, ok := acting[what]
	if !ok || w.file && what != Deliver || what == Hold {
		return Record{}, errNone
	}
	in.Text = strings.TrimSpace(in.Text)
	reason := ""
	if w.reason {
		reason = in.Text
	}
	return s.act(ctx, who, id, what, reason, func(r *Record, st Standing) error {
		if err := s.apply(r, st, what, w, in); err != nil {
			return err
		}
		return r.log(what, in.Text, s.speaksFor(*r, st), s.Clock.Now())
	})
}

// speaksFor is the authority for which a note is written, "" for the network.
func (s *Service) speaksFor(r Record, st Standing) string {
	switch {
	case slices.Contains(st.Seats, r.Authority):
		return r.Authority
	case !st.Keeps && len(st.Seats) > 0:
		return st.Seats[0]
	}
	return ""
}

// log appends a note, if there is one.
func (r *Record) log(what Act, text, by string, at time.Time) error {
	switch {
	case text == "":
		return nil
	case long(MaxNote, text):
		return &InputError{"text", i18n.Msg("Shorten this text")}
	case len(r.Notes) >= MaxNotes:
		return fault.New(fault.Conflict, "The log of this record is full.")
	}
	r.Notes = append(r.Notes, Note{Act: what, Text: text, For: by, At: at})
	return nil
}

// apply changes a record as an act wants it.
func (s *Service) apply(r *Record, st Standing, what Act, w wants, in Input) error {
	now := s.Clock.Now()
	if w.must && in.Text == "" {
		return &InputError{"text", i18n.Msg("Say it in a sentence or two")}
	}
	if w.due && !in.Due.IsZero() {
		if in.Due.Before(now) {
			return &InputError{"due", i18n.Msg("Give a day that is still to come")}
		}
		r.Due = in.Due
	}
	switch what {
	case Submit:
		return r.ready()
	case Publish:
		if r.Kind == Practice {
			return r.ready()
		}
		if r.Sitting.Minutes == "" {
			return fault.New(fault.Invalid, "Enter the minutes first.")
		}
	case Deliver:
		if r.File == "" {
			return &InputError{"file", i18n.Msg("Attach what is delivered")}
		}
	case End:
		if r.Until.IsZero() || r.Until.After(now) {
			r.Until = clock.StartOfDay(now, clock.Zone(st.Network.Country))
			if r.Until.Before(r.At) {
				r.Until = r.At
			}
		}
	case Cancel, Convene:
		r.Sequence++
	case Adopt:
		return r.adopt(st, in, now)
	case Unadopt:
		r.Adopted = slices.DeleteFunc(r.Adopted, func(a Adoption) bool {
			return slices.Contains(st.Seats, a.Authority) && (in.For == "" || a.Authority == in.For)
		})
	}
	return nil
}

// adopt adds an authority to those that use a practice.
func (r *Record) adopt(st Standing, in Input, at time.Time) error {
	place := in.For
	if place == "" && len(st.Seats) == 1 {
		place = st.Seats[0]
	}
	switch {
	case !slices.Contains(st.Seats, place):
		return &InputError{"for", i18n.Msg("Choose for which authority you speak")}
	case place == r.Authority:
		return &InputError{"for", i18n.Msg("It is this authority’s own practice")}
	case r.adoptedBy(place):
		return store.ErrUnchanged
	case len(r.Adopted) >= MaxAdopted:
		return fault.New(fault.TooLarge, "")
	}
	r.Adopted = append(r.Adopted, Adoption{Authority: place, Note: in.Text, At: at})
	return nil
}

func (r Record) adoptedBy(place string) bool {
	return slices.ContainsFunc(r.Adopted, func(a Adoption) bool { return a.Authority == place })
}

// Minutes are what is entered after a meeting.
type Minutes struct {
	Text               string
	Women, Men, Unsaid int
}

// EnterMinutes says that a meeting was held: its minutes and how many attended.
// Until they are published they can be entered again.
func (s *Service) EnterMinutes(ctx context.Context, who auth.Actor, id string, in Minutes) (Record, error) {
	return s.act(ctx, who, id, Hold, "", func(r *Record, st Standing) error {
		in.Text = strings.TrimSpace(in.Text)
		switch {
		case r.At.After(s.Clock.Now()):
			return fault.New(fault.Invalid, "The meeting has not begun yet.")
		case in.Text == "":
			return &InputError{"minutes", i18n.Msg("Write down what was said and decided")}
		case long(4*MaxText, in.Text):
			return &InputError{"minutes", i18n.Msg("Shorten this text")}
		case min(in.Women, in.Men, in.Unsaid) < 0 || max(in.Women, in.Men, in.Unsaid) > 100000:
			return &InputError{"women", i18n.Msg("Give whole numbers")}
		}
		r.Sitting.Minutes, r.Sitting.Women, r.Sitting.Men, r.Sitting.Unsaid = in.Text, in.Women, in.Men, in.Unsaid
		return r.check(st.Network)
	})
}

// Attach takes in a photo of a space (Photo) or what is delivered for an output
// (Deliver, with a note).
func (s *Service) Attach(ctx context.Context, who auth.Actor, id string, what Act, name string, body io.Reader, note string) (Record, error) {
	before, err := s.Get(ctx, who, id)
	if err != nil {
		return before, err
	}
	st, err := s.Standing(ctx, who, before.Network)
	if err != nil {
		return before, err
	}
	if !st.May(before, what) {
		return before, errChanged
	}
	f, err := s.Files.Take(ctx, who.PersonID, id, name, what == Deliver, body)
	if err != nil {
		return before, err
	}
	gone := ""
	r, err := s.act(ctx, who, id, what, "", func(r *Record, st Standing) error {
		if what == Deliver {
			gone, r.File = r.File, f.ID
			return r.log(what, strings.TrimSpace(note), s.speaksFor(*r, st), s.Clock.Now())
		}
		if len(r.Site.Photos) >= MaxPhotos {
			return &InputError{"file", i18n.Msg("Eight photos are enough: remove one first")}
		}
		r.Site.Photos = append(r.Site.Photos, f.ID)
		return nil
	})
	if err != nil {
		gone = f.ID
	}
	return r, s.discard(ctx, gone, err)
}

// RemovePhoto takes a photo of a space away; one that it does not show stays
// where it is.
func (s *Service) RemovePhoto(ctx context.Context, who auth.Actor, id, photo string) (Record, error) {
	gone := ""
	r, err := s.act(ctx, who, id, Unphoto, "", func(r *Record, _ Standing) error {
		if gone = ""; !slices.Contains(r.Site.Photos, photo) {
			return store.ErrUnchanged
		}
		gone = photo
		r.Site.Photos = slices.DeleteFunc(r.Site.Photos, func(p string) bool { return p == photo })
		return nil
	})
	if err != nil {
		return r, err
	}
	return r, s.discard(ctx, gone, nil)
}

func (s *Service) discard(ctx context.Context, file string, err error) error {
	if file == "" {
		return err
	}
	if bad := s.Files.Discard(context.WithoutCancel(ctx), []string{file}); bad != nil && err == nil {
		err = bad
	}
	return err
}
