package federation

import (
	"cmp"
	"context"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/fold"
	"musharaka/modules/kit/store"
)

// Get returns a record to somebody who may read it; NotFound to all others.
func (s *Service) Get(ctx context.Context, who auth.Actor, id string) (Record, error) {
	r, err := s.records.Get(ctx, id)
	if isNotFound(err) {
		return Record{}, errNone
	}
	if err != nil {
		return Record{}, fault.Wrap("federation.Get", err)
	}
	st, err := s.Standing(ctx, who, r.Network)
	if err != nil {
		return Record{}, err
	}
	if !st.Sees(r) {
		return Record{}, errNone
	}
	return r, nil
}

// Filter narrows a list to one of a state, an authority, a body or a sort.
type Filter struct {
	State     State
	Authority string
	Body      string
	Sort      string
}

// list is the name of the list that somebody of a standing reads.
func (s Standing) list(k Kind, of reach, f Filter) string {
	name := string(of) + "|" + s.Network.ID + "|" + string(k)
	switch {
	case f.Body != "":
		return name + "|||" + f.Body
	case f.Authority != "":
		return name + "||" + f.Authority
	case f.Sort != "":
		return name + "||||" + f.Sort
	case f.State != "":
		return name + "|" + string(f.State)
	}
	return name
}

// List pages through the records of a kind that somebody may read, the latest
// first. Of disputes and of drafts it shows a member those of one seat: see Seat.
func (s *Service) List(ctx context.Context, st Standing, k Kind, f Filter, after string, limit int) (store.Page[Record], error) {
	of := public
	switch {
	case k == Dispute && st.Keeps:
		of = parties
	case k == Dispute:
		if len(st.Seats) == 0 {
			return store.Page[Record]{}, errNone
		}
		if !slices.Contains(st.Seats, f.Authority) {
			f = Filter{Authority: st.Seats[0]}
		}
		of = parties
	case st.Inside():
		of = inside
	case k == Obstacle || k == Request:
		return store.Page[Record]{}, errNone
	}
	return s.records.Find(ctx, store.Query{Index: "lists", Equal: []any{st.list(k, of, f)}, Desc: true, After: after, Limit: limit})
}

// LastConference returns the latest periodic conference that was convened or
// held, as somebody of a standing may know; NotFound when there is none.
func (s *Service) LastConference(ctx context.Context, st Standing) (Record, error) {
	page, err := s.List(ctx, st, Meeting, Filter{Sort: "conference"}, "", 20)
	if err != nil {
		return Record{}, err
	}
	for _, r := range page.Items {
		if r.State == Convened || r.State == Held || r.State == Published {
			return r, nil
		}
	}
	return Record{}, errNone
}

// Drafts returns the newest practice sheets that are still written, or were
// withdrawn: those of all members to the keeper, else those of one's own.
func (s *Service) Drafts(ctx context.Context, st Standing, limit int) ([]Record, error) {
	names := []string{st.list(Practice, drafts, Filter{})}
	if !st.Keeps {
		names = nil
		for _, seat := range st.Seats {
			names = append(names, st.list(Practice, drafts, Filter{Authority: seat}))
		}
	}
	var all []Record
	for _, name := range names {
		page, err := s.records.Find(ctx, store.Query{Index: "lists", Equal: []any{name}, Desc: true, Limit: limit})
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
	}
	return all[:min(len(all), limit)], nil
}

// EachPublic visits the public records of a kind, the latest first.
func (s *Service) EachPublic(ctx context.Context, network string, k Kind, visit func(Record) error) error {
	return s.records.Each(ctx, store.Query{Index: "lists", Equal: []any{string(public) + "|" + network + "|" + string(k)}, Desc: true, Limit: 200}, visit)
}

// Public pages through the public records of a kind, the latest first.
func (s *Service) Public(ctx context.Context, network string, k Kind, after string, limit int) (store.Page[Record], error) {
	return s.records.Find(ctx, store.Query{Index: "lists", Equal: []any{string(public) + "|" + network + "|" + string(k)}, Desc: true, After: after, Limit: limit})
}

// Due pages through what is due by a day, the most urgent first.
func (s *Service) Due(ctx context.Context, network string, k Kind, before time.Time, limit int) ([]Record, error) {
	page, err := s.records.Find(ctx, store.Query{Index: "open", Equal: []any{network + "|" + string(k)}, To: before, Limit: limit})
	return page.Items, err
}

// Waiting pages through the ids of what is due from anybody.
func (s *Service) Waiting(ctx context.Context, after string, limit int) (ids []string, next string, err error) {
	page, err := s.records.Find(ctx, store.Query{Index: "lists", Equal: []any{"due"}, After: after, Limit: limit})
	for _, r := range page.Items {
		ids = append(ids, r.ID)
	}
	return ids, page.Next, err
}

// All pages through the ids of all records, for checks.
func (s *Service) All(ctx context.Context, after string, limit int) (ids []string, next string, err error) {
	page, err := s.records.Find(ctx, store.Query{After: after, Limit: limit})
	for _, r := range page.Items {
		ids = append(ids, r.ID)
	}
	return ids, page.Next, err
}

// How much a search reads at most.
const (
	searchedWords = 8
	perWord       = 200
)

// Search finds the records of a network that have the words of text, best
// first: in the archive of whoever asks. A word that few records have weighs
// more. What it reads does not grow with the archive.
func (s *Service) Search(ctx context.Context, st Standing, text string, limit int) ([]Record, error) {
	reaches := []reach{public}
	if st.Inside() {
		reaches = []reach{inside}
	}
	if st.Keeps {
		reaches = append(reaches, parties, drafts)
	}
	words := fold.Words(text)
	slices.Sort(words)
	words = slices.Compact(words)
	type hit struct {
		record Record
		score  float64
	}
	hits := map[string]*hit{}
	for _, w := range words[:min(len(words), searchedWords)] {
		var found []Record
		for _, of := range reaches {
			page, err := s.records.Find(ctx, store.Query{Index: "words", Equal: []any{string(of) + "|" + st.Network.ID + "|" + w}, Desc: true, Limit: perWord})
			if err != nil {
				return nil, fault.Wrap("federation.Search", err)
			}
			found = append(found, page.Items...)
		}
		weight := 1 / (1 + float64(len(found))/perWord)
		for _, r := range found {
			if hits[r.ID] == nil {
				hits[r.ID] = &hit{record: r}
			}
			hits[r.ID].score += weight
		}
	}
	var all []hit
	for _, h := range hits {
		if st.Sees(h.record) {
			all = append(all, *h)
		}
	}
	slices.SortFunc(all, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), b.record.ChangedAt.Compare(a.record.ChangedAt), cmp.Compare(a.record.ID, b.record.ID))
	})
	var out []Record
	for _, h := range all[:min(len(all), limit)] {
		out = append(out, h.record)
	}
	return out, nil
}

// Archive pages through everything somebody may read of a network, the latest
// first.
func (s *Service) Archive(ctx context.Context, st Standing, after string, limit int) (store.Page[Record], error) {
	of := public
	if st.Inside() {
		of = inside
	}
	return s.records.Find(ctx, store.Query{Index: "lists", Equal: []any{string(of) + "|" + st.Network.ID}, Desc: true, After: after, Limit: limit})
}

// Export returns what somebody entered, for their data.
func (s *Service) Export(ctx context.Context, personID string) ([]Record, error) {
	var mine []Record
	err := s.eachBy(ctx, personID, func(r Record) error {
		mine = append(mine, r)
		return nil
	})
	return mine, fault.Wrap("federation.Export", err)
}

func (s *Service) eachBy(ctx context.Context, personID string, visit func(Record) error) error {
	if personID == "" {
		return nil
	}
	return s.records.Each(ctx, store.Query{Index: "lists", Equal: []any{"by|" + personID}, Limit: 100}, visit)
}

// Erase forgets who entered records; they stay, as they are the network's. Safe
// to repeat.
func (s *Service) Erase(ctx context.Context, personID string) error {
	return fault.Wrap("federation.Erase", s.eachBy(ctx, personID, func(r Record) error { return s.rename(ctx, r.ID, personID, "") }))
}

// OnJoined gives what the account gone entered to the account kept.
func (s *Service) OnJoined(ctx context.Context, kept, gone string) error {
	if kept == gone || kept == "" || gone == "" {
		return nil
	}
	return fault.Wrap("federation.OnJoined", s.eachBy(ctx, gone, func(r Record) error { return s.rename(ctx, r.ID, gone, kept) }))
}

func (s *Service) rename(ctx context.Context, id, from, to string) error {
	_, err := s.records.Update(ctx, id, func(r *Record) error {
		if r.By != from {
			return store.ErrUnchanged
		}
		r.By = to
		r.settle()
		return nil
	})
	return err
}

// Check reports records that stand in the wrong lists or are found by the wrong
// words, files that are gone, and entries that the audit lacks; repair mends
// lists, words and audit.
func (s *Service) Check(ctx context.Context, repair bool) ([]string, error) {
	var found []string
	err := s.records.Each(ctx, store.Query{Limit: 200}, func(r Record) error {
		settled := r
		settled.settle()
		if !slices.Equal(settled.Lists, r.Lists) || !slices.Equal(settled.Words, r.Words) || settled.Open != r.Open {
			found = append(found, "record "+r.ID+" stands in the wrong lists")
			if repair {
				if _, err := s.records.Update(ctx, r.ID, func(r *Record) error { r.settle(); return nil }); err != nil {
					return err
				}
			}
		}
		for _, id := range append(slices.Clone(r.Site.Photos), r.File) {
			if id == "" {
				continue
			}
			if _, err := s.Files.Get(ctx, id); isNotFound(err) {
				found = append(found, "record "+r.ID+" shows the file "+id+", which is gone")
			} else if err != nil {
				return err
			}
		}
		compare := s.Audit.Compare
		if repair {
			compare = s.Audit.Repair
		}
		d, err := compare(ctx, r.History...)
		for _, id := range append(d.Missing, d.Altered...) {
			found = append(found, "audit entry "+id+" differs between the log and the record")
		}
		return err
	})
	return found, fault.Wrap("federation.Check", err)
}

// Shows reports whether a file is one of those a record shows.
func (r Record) Shows(file string) bool {
	return file != "" && (r.File == file || slices.Contains(r.Site.Photos, file))
}

// IsPublic reports whether everybody may read a record.
func (r Record) IsPublic() bool { return r.reach() == public }
