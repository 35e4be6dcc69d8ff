package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/queue"
)

// demoQueue is a hall with walk-in counters.
type demoQueue struct {
	Place    string
	Services []struct {
		Letter, AR, FR string
		Minutes        int
	}
	Counters []queue.Counter
	Days     []int // that are over, counted backwards
	People   int   // who came on each of them
	Waiting  int   // now
}

// hallPlan is the plan of one hall.
type hallPlan struct {
	*seeding
	demoQueue
	zone    *time.Location
	officer string // keys
	front   string
	plan    []event
}

// receive makes the plan of a hall.
func (s *seeding) receive(q demoQueue) []event {
	place, _ := s.places.Table().Get(q.Place)
	t := &hallPlan{seeding: s, demoQueue: q, zone: clock.Zone(place.Country)}
	t.officer, _ = s.staff(q.Place)
	for _, p := range s.data.People {
		if slices.ContainsFunc(p.Roles, func(r demoRole) bool { return r.Role == auth.FrontDesk && r.Org == q.Place }) {
			t.front = p.Key
		}
	}
	t.setUp()
	for _, day := range q.Days {
		t.day(day)
	}
	t.today()
	return t.plan
}

// as plans an act; one that was done before an interruption conflicts and stays.
func (t *hallPlan) as(at time.Time, what, key string, do func(context.Context, auth.Actor) error) {
	t.plan = append(t.plan, event{at: at, what: "counters of " + t.Place + ": " + what, do: func(ctx context.Context) error {
		who, err := t.actor(ctx, key)
		if err != nil {
			return err
		}
		if err := do(ctx, who); err != nil && !fault.Is(err, fault.Conflict) {
			return err
		}
		return nil
	}})
}

func (t *hallPlan) setUp() {
	at := t.mark.Now.AddDate(0, 0, -20)
	for _, g := range t.Services {
		t.as(at, "service "+g.Letter, t.officer, func(ctx context.Context, who auth.Actor) error {
			_, err := t.queues.SetGroup(ctx, who, t.Place, queue.Group{Letter: g.Letter, Names: queue.Words{AR: g.AR, FR: g.FR}, Minutes: g.Minutes})
			return err
		})
	}
	for _, c := range t.Counters {
		t.as(at.Add(time.Minute), fmt.Sprint("counter ", c.Number), t.officer, func(ctx context.Context, who auth.Actor) error {
			_, err := t.queues.SetCounter(ctx, who, t.Place, c)
			return err
		})
	}
}

// letter of the service that the nth person came for.
func (t *hallPlan) letter(n int) string { return t.Services[(n*n+n/3)%len(t.Services)].Letter }

func (t *hallPlan) open(at time.Time, counters int) {
	t.as(at, "opening", t.front, func(ctx context.Context, who auth.Actor) error {
		if _, err := t.queues.OpenDay(ctx, who, t.Place); err != nil {
			return err
		}
		for _, c := range t.Counters[:counters] {
			if _, err := t.queues.OpenCounter(ctx, who, t.Place, c.Number); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *hallPlan) come(at time.Time, n int) {
	t.as(at, fmt.Sprint("person ", n), t.front, func(ctx context.Context, who auth.Actor) error {
		_, err := t.queues.Take(ctx, who, t.Place, t.letter(n), fmt.Sprint(at.Unix(), "-", n), n%9 == 4)
		return err
	})
}

// serves calls somebody to a counter, if anybody waits for it, and finishes
// after the minutes given; every ninth does not come.
func (t *hallPlan) serves(at time.Time, counter, n, minutes int) {
	t.as(at, fmt.Sprint("calling ", n), t.front, func(ctx context.Context, who auth.Actor) error {
		ticket, err := t.queues.CallNext(ctx, who, t.Place, counter)
		if err == nil && n%9 != 7 {
			_, err = t.queues.Serve(ctx, who, ticket.ID)
		}
		return err
	})
	t.as(at.Add(time.Duration(minutes)*time.Minute), fmt.Sprint("finishing ", n), t.front, func(ctx context.Context, who auth.Actor) error {
		ticket, err := t.queues.AtCounter(ctx, t.Place, counter)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err == nil && ticket.State == queue.Called {
			_, err = t.queues.NoShow(ctx, who, ticket.ID)
		} else if err == nil {
			_, err = t.queues.Finish(ctx, who, ticket.ID)
		}
		return err
	})
}

// day is a whole day that is over.
func (t *hallPlan) day(back int) {
	begin := clock.StartOfDay(t.mark.Now.In(t.zone).AddDate(0, 0, -back), t.zone).Add(8*time.Hour + 30*time.Minute)
	t.open(begin, len(t.Counters))
	for n := range t.People {
		t.come(begin.Add(time.Duration(5+n*7)*time.Minute), n)
		minutes := 4 + (n*5)%8
		t.serves(begin.Add(time.Duration(12+n*8)*time.Minute), t.Counters[n%len(t.Counters)].Number, n, minutes)
	}
	t.as(begin.Add(8*time.Hour), "closing", t.front, func(ctx context.Context, who auth.Actor) error {
		_, err := t.queues.CloseDay(ctx, who, t.Place)
		return err
	})
	t.plan = append(t.plan, event{at: begin.Add(16 * time.Hour), what: "the end of the day at " + t.Place, do: t.queues.EndDays})
}

// today is the hall as it is now, unless the night has only just begun: people
// wait, two are at the counters.
func (t *hallPlan) today() {
	begin := t.mark.Now.Add(-50 * time.Minute)
	if sameDate := begin.In(t.zone).Day() == t.mark.Now.In(t.zone).Day(); !sameDate {
		return
	}
	t.open(begin, 2)
	for n := range t.Waiting + 4 {
		t.come(begin.Add(time.Duration(1+n*4)*time.Minute), n)
	}
	for n := range 2 {
		t.serves(begin.Add(time.Duration(10+n)*time.Minute), t.Counters[n].Number, n, 9)
		t.as(t.mark.Now.Add(time.Duration(n-4)*time.Minute), "calling now", t.front, func(ctx context.Context, who auth.Actor) error {
			_, err := t.queues.CallNext(ctx, who, t.Place, t.Counters[n].Number)
			return err
		})
	}
}
