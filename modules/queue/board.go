package queue

import (
	"context"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Board is what a hall shows: who waits, who is called where. It is read at most
// once a second for all who look, and at once after an act here.
type Board struct {
	Hall    Hall
	Day     Day      // today's; without an id when the hall was not opened yet
	Waiting []Ticket // by their place
	Seated  []Ticket // called or being served, the last called first
	Posts   []Post   // the open counters, by number
	Pace    map[string]time.Duration
	at      time.Time
}

// boardFor is how long a board is shown before it is read again.
const boardFor = time.Second

// changed makes the board of a hall be read again.
func (s *Service) changed(authority string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.boards, authority)
}

// Board returns what a hall shows now. It must not be changed.
func (s *Service) Board(ctx context.Context, authority string) (*Board, error) {
	s.mu.Lock()
	b, now := s.boards[authority], s.Clock.Now()
	s.mu.Unlock()
	if b != nil && now.Sub(b.at) < boardFor && now.Sub(b.at) >= 0 && b.Day.ID == s.today(b.Hall) {
		return b, nil
	}
	b, err := s.readBoard(ctx, authority)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.boards[authority] = b
	s.mu.Unlock()
	return b, nil
}

func (s *Service) readBoard(ctx context.Context, authority string) (*Board, error) {
	b := &Board{at: s.Clock.Now()}
	var err error
	if b.Hall, err = s.Hall(ctx, authority); err != nil {
		return nil, err
	}
	today := s.today(b.Hall)
	if b.Day, err = s.days.Get(ctx, today); err != nil && !fault.Is(err, fault.NotFound) {
		return nil, fault.Wrap("queue.Board", err)
	}
	if b.Day.ID != "" {
		waiting, err := s.tickets.Find(ctx, store.Query{Index: "lists", Equal: []any{listOf(listWaiting, today, "")}, Limit: 1000})
		if err != nil {
			return nil, fault.Wrap("queue.Board", err)
		}
		seated, err := s.tickets.Find(ctx, store.Query{Index: "lists", Equal: []any{listOf(listSeated, today, "")}, Limit: 100})
		if err != nil {
			return nil, fault.Wrap("queue.Board", err)
		}
		b.Waiting, b.Seated = waiting.Items, seated.Items
		slices.SortFunc(b.Seated, func(x, y Ticket) int { return y.CalledAt.Compare(x.CalledAt) })
	}
	posts, err := s.posts.Find(ctx, store.Query{Index: "state", Equal: []any{authority, string(CounterOpen)}, Limit: 100})
	if err != nil {
		return nil, fault.Wrap("queue.Board", err)
	}
	b.Posts = posts.Items
	b.Pace, err = s.paces(ctx, b.Hall)
	return b, err
}

// paces is how long one person of each group takes: as on the last day that is
// over, or as the hall says.
func (s *Service) paces(ctx context.Context, h Hall) (map[string]time.Duration, error) {
	last, err := s.figures.First(ctx, store.Query{Index: "day", Equal: []any{h.ID}, Desc: true})
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, fault.Wrap("queue.paces", err)
	}
	paces := map[string]time.Duration{}
	for _, g := range h.Groups {
		paces[g.Letter] = time.Duration(g.Minutes) * time.Minute
		if r, ok := last.Row(ofGroup + g.Letter); ok && r.Served >= 5 { // fewer say little
			paces[g.Letter] = time.Duration(max(30, r.MedianServed)) * time.Second
		}
	}
	return paces, nil
}

// Open reports whether tickets are given.
func (b *Board) Open() bool { return b.Day.State == DayOpen }

// Queue is how many wait for a group.
func (b *Board) Queue(letter string) int {
	n := 0
	for _, t := range b.Waiting {
		if t.Group == letter {
			n++
		}
	}
	return n
}

// Ahead is how many wait before a ticket in its group.
func (b *Board) Ahead(t Ticket) int {
	n := 0
	for _, x := range b.Waiting {
		if x.Group == t.Group && x.Order < t.Order {
			n++
		}
	}
	return n
}

// serving are the open counters that receive a group.
func (b *Board) serving(letter string) []Counter {
	var all []Counter
	for _, p := range b.Posts {
		if c, ok := b.Hall.Counter(p.Number); ok && c.Serves(letter) {
			all = append(all, c)
		}
	}
	return all
}

// Wait is about how long a ticket waits from now: what all who are before it at
// the counters of its group usually take, shared by these counters. known is
// false while no counter receives its group. order is the place from which one
// waits; "~" is after everybody.
func (b *Board) Wait(letter, order string) (wait time.Duration, known bool) {
	counters := b.serving(letter)
	if len(counters) == 0 {
		return 0, false
	}
	var work time.Duration
	for _, x := range b.Waiting {
		if x.Order >= order {
			continue
		}
		if slices.ContainsFunc(counters, func(c Counter) bool { return c.Serves(x.Group) }) {
			work += b.Pace[x.Group]
		}
	}
	if free := len(counters) - b.busy(counters); free == 0 {
		work += b.Pace[letter] / 2 * time.Duration(len(counters)) // on average half of what is being done is still to do
	}
	return work / time.Duration(len(counters)), true
}

func (b *Board) busy(counters []Counter) int {
	n := 0
	for _, t := range b.Seated {
		if slices.ContainsFunc(counters, func(c Counter) bool { return c.Number == t.Counter }) {
			n++
		}
	}
	return n
}

// last is the place after everybody who waits.
const last = "~"

// Absent returns those who were called in vain today, the last first.
func (s *Service) Absent(ctx context.Context, b *Board) ([]Ticket, error) {
	if b.Day.ID == "" {
		return nil, nil
	}
	page, err := s.tickets.Find(ctx, store.Query{Index: "lists", Equal: []any{listOf(listAbsent, b.Day.ID, "")}, Desc: true, Limit: 20})
	return page.Items, fault.Wrap("queue.Absent", err)
}

// dateOf is the day of an id, at noon where the hall lies.
func dateOf(date, country string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, date, clock.Zone(country))
	if err != nil {
		return time.Time{}
	}
	return t.Add(12 * time.Hour)
}

// dayPart is the date in a day's id.
func dayPart(day string) string { return day[strings.LastIndexByte(day, '.')+1:] }
