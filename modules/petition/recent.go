package petition

import (
	"context"
	"sync"
	"time"
)

// What is kept in memory of petitions, and how old it may be shown.
const (
	recentAge       = time.Second
	recentTallies   = 10_000 // beyond, all are forgotten, and those in use are back within a second
	recentPetitions = 500    // a petition has up to some tens of kilobytes
)

// recent remembers the tallies and the petitions that are asked for all the
// time, so that a crowd reads each from the store once a second.
type recent struct {
	mu        sync.Mutex
	tallies   map[string]remembered[Tally]
	petitions map[string]remembered[Petition]
}

type remembered[T any] struct {
	what T
	at   time.Time
}

func (m remembered[T]) fresh(now time.Time) bool { return now.Sub(m.at) < recentAge }

// tally returns a tally that is fresh enough.
func (r *recent) tally(id string, now time.Time) (Tally, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m, ok := r.tallies[id]
	return m.what, ok && m.fresh(now)
}

// keep remembers a tally and returns the newest that is known: reads and
// increments overtake each other, and a count must not be seen to fall back.
func (r *recent) keep(id string, t Tally, now time.Time) Tally {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m, ok := r.tallies[id]; ok && m.what.version > t.version {
		t = m.what
	}
	if r.tallies == nil || len(r.tallies) >= recentTallies {
		r.tallies = map[string]remembered[Tally]{}
	}
	r.tallies[id] = remembered[Tally]{t, now}
	return t
}

// drop forgets a petition that changed.
func (r *recent) drop(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.tallies, id)
	delete(r.petitions, id)
}

// lately returns a petition as it was at most a second ago, for those who sign:
// what another instance does to it meets signatures up to a second later. The
// closing time needs no such patience, as it is a time. Nothing in what it
// returns may be altered.
func (s *Service) lately(ctx context.Context, id string) (Petition, error) {
	now := s.Clock.Now()
	s.recent.mu.Lock()
	m, ok := s.recent.petitions[id]
	s.recent.mu.Unlock()
	if ok && m.fresh(now) {
		return m.what, nil
	}
	p, err := s.petitions.Get(ctx, id)
	if err != nil {
		return p, err
	}
	s.recent.mu.Lock()
	defer s.recent.mu.Unlock()
	if s.recent.petitions == nil || len(s.recent.petitions) >= recentPetitions {
		s.recent.petitions = map[string]remembered[Petition]{}
	}
	s.recent.petitions[id] = remembered[Petition]{p, now}
	return p, nil
}
