package petition

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// counting is this process's part in the tallies: the batcher, its lease as a
// writer, and one gate for each petition that is being signed here.
type counting struct {
	s       *Service
	batcher *store.Batcher[Signature, *Signature]

	beating    sync.Mutex // held while the lease is renewed by a signature
	recounting sync.Mutex // held while a petition is recounted: one at a time

	mu     sync.Mutex
	id     string // of the writer; another one after the lease was lost
	seen   time.Time
	gates  map[string]*gate
	halt   chan struct{}
	ended  sync.WaitGroup
	closed bool
}

// gate is what a signature passes on its way to the batcher. All fields are
// guarded by counting.mu.
type gate struct {
	marked    bool          // this writer's mark is in the tally
	inside    int           // signatures between entering and being counted
	busy      chan struct{} // not nil while somebody changes the mark or counts; closed afterwards
	empty     chan struct{} // not nil while somebody waits for inside to become 0
	yield     bool          // another writer asks us to rest
	dirty     bool          // something durable may not be counted: recount
	stale     bool          // the card shows an older count
	cardAt    time.Time
	milestone bool      // the count passed one that is to be announced
	last      time.Time // of leaving
	open      bool      // whether milestones are looked for
	half      bool      // the half was announced
	threshold Threshold
}

func newCounting(s *Service) *counting {
	c := &counting{s: s, id: s.Ident.ID(), gates: map[string]*gate{}, halt: make(chan struct{})}
	c.batcher = store.NewBatcher(s.signatures, store.BatcherOptions[Signature]{AfterBatch: c.count})
	return c
}

func (c *counting) writer() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.id
}

// Start registers this process as a writer, repairs what dead ones left, and
// begins to renew the lease.
func (s *Service) Start(ctx context.Context) error {
	if err := s.counting.beat(ctx); err != nil {
		return fault.Wrap("petition.Start", err)
	}
	if err := s.recoverTallies(ctx); err != nil {
		s.Log.Error("tallies could not be repaired at the start; it is tried again", "err", err)
	}
	c := s.counting
	c.every(beatEvery, func(ctx context.Context) { // apart from tend, whose recounts can take longer than the lease
		if err := c.beat(ctx); err != nil {
			s.Log.Error("the lease for counting could not be renewed", "err", err)
		}
	})
	c.every(tendEvery, c.tend)
	return nil
}

// Stop finishes the signatures that wait, takes all marks away and gives up
// the lease. Whoever comes later gets Unavailable. Call it after the last
// request and before the store is closed.
func (s *Service) Stop(ctx context.Context) error {
	c := s.counting
	c.mu.Lock()
	if !c.closed {
		c.closed = true
		close(c.halt)
	}
	c.mu.Unlock()
	err := c.batcher.Close(ctx)
	c.ended.Wait()
	for _, id := range c.dirty() {
		if bad := s.recount(ctx, id); bad != nil {
			s.Log.Error("a petition is left for others to recount", "petition", id, "err", bad)
		}
	}
	for _, id := range c.all() {
		c.refreshCard(ctx, id)
		if bad := c.handOver(ctx, id); bad != nil && err == nil {
			err = bad
		}
	}
	if err != nil { // the lease runs out by itself, and others recount
		return fault.Wrap("petition.Stop", err)
	}
	if err := s.writers.Delete(ctx, c.writer()); !isNotFound(err) {
		return fault.Wrap("petition.Stop", err)
	}
	return nil
}

// all returns the petitions that have a gate.
func (c *counting) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Collect(maps.Keys(c.gates))
}

// every calls do until the service is stopped, which also ends do's context.
func (c *counting) every(interval time.Duration, do func(context.Context)) {
	ctx, cancel := context.WithCancel(context.Background())
	c.ended.Add(2)
	go func() {
		defer c.ended.Done()
		defer cancel()
		<-c.halt
	}()
	go func() {
		defer c.ended.Done()
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				do(ctx)
			}
		}
	}()
}

// tend rests the idle petitions and recounts the dirty ones.
func (c *counting) tend(ctx context.Context) {
	for _, id := range c.resting(restAfter) {
		c.rest(ctx, id)
	}
	for _, id := range c.stale() {
		c.refreshCard(ctx, id)
	}
	for _, id := range c.dirty() {
		if err := c.s.recount(ctx, id); err != nil && !errors.Is(err, errNotQuiet) {
			c.s.Log.Error("a petition could not be recounted yet", "petition", id, "err", err)
		}
	}
}

// beat renews the lease, or takes it the first time. A lease that others have
// buried is replaced by one under a new name; what was under way is then
// counted anew.
func (c *counting) beat(ctx context.Context) error {
	c.mu.Lock()
	id, first := c.id, c.seen.IsZero()
	c.mu.Unlock()
	now := c.s.Clock.Now()
	_, err := c.s.writers.Update(ctx, id, func(w *writerDoc) error {
		w.Seen = now
		return nil
	})
	if isNotFound(err) {
		if !first {
			id = c.rename()
		}
		err = c.s.writers.Insert(ctx, writerDoc{Meta: store.Meta{ID: id}, Seen: now})
	}
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.seen = now
	c.mu.Unlock()
	return nil
}

// rename gives this writer another name after others took it for dead.
func (c *counting) rename() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.id = c.s.Ident.ID()
	for _, g := range c.gates {
		g.marked = false
		g.dirty = g.dirty || g.inside > 0
	}
	return c.id
}

var errStopped = errors.New("petition: the service was stopped")

// enter lets one signature of a petition in, with the mark set before. Every
// enter that succeeds is followed by one leave.
func (c *counting) enter(ctx context.Context, p Petition) error {
	if err := c.leased(ctx); err != nil {
		return err
	}
	for {
		c.mu.Lock()
		if c.closed {
			c.mu.Unlock()
			return fault.New(fault.Unavailable, "").Because("petition.enter", errStopped)
		}
		g := c.gates[p.ID]
		if g == nil {
			g = &gate{}
			c.gates[p.ID] = g
		}
		g.open, g.half, g.threshold = p.State == Open, !p.HalfAt.IsZero(), p.Threshold
		switch {
		case g.busy != nil:
			if err := c.wait(ctx, g.busy); err != nil {
				return err
			}
		case g.yield && g.inside > 0:
			if g.empty == nil {
				g.empty = make(chan struct{})
			}
			if err := c.wait(ctx, g.empty); err != nil {
				return err
			}
		case g.yield:
			g.busy = make(chan struct{})
			c.mu.Unlock()
			if err := c.unmark(ctx, p.ID, g); err != nil {
				return err
			}
		case g.marked:
			g.inside++
			c.mu.Unlock()
			return nil
		default:
			g.busy = make(chan struct{})
			c.mu.Unlock()
			if err := c.setMark(ctx, p.ID, g); err != nil {
				return err
			}
		}
	}
}

// wait unlocks and waits for a channel.
func (c *counting) wait(ctx context.Context, ch chan struct{}) error {
	c.mu.Unlock()
	select {
	case <-ch:
		return nil
	case <-ctx.Done():
		return fault.New(fault.Unavailable, "").Because("petition.enter", ctx.Err())
	}
}

// leased makes sure that nobody can take this writer for dead.
func (c *counting) leased(ctx context.Context) error {
	c.mu.Lock()
	late := c.late()
	c.mu.Unlock()
	if !late {
		return nil
	}
	c.beating.Lock() // one of a thousand renews it for all
	defer c.beating.Unlock()
	c.mu.Lock()
	late = c.late()
	c.mu.Unlock()
	if !late {
		return nil
	}
	return c.beat(ctx)
}

func (c *counting) late() bool { return c.s.Clock.Now().Sub(c.seen) >= fencedAfter }

// setMark puts this writer's mark into a tally, waiting while another recounts.
func (c *counting) setMark(ctx context.Context, id string, g *gate) error {
	me := c.writer()
	err := c.s.whenNobodyCounts(ctx, id, me, func(d *tallyDoc) error {
		if !d.mark(me) {
			return store.ErrUnchanged
		}
		return nil
	}, func() error { return nil })
	c.free(g, func() { g.marked = err == nil && c.id == me })
	return err
}

// pauseFor waits for another process.
func pauseFor(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return fault.New(fault.Unavailable, "").Because("petition", ctx.Err())
	}
}

// free ends the business of a gate.
func (c *counting) free(g *gate, change func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change()
	close(g.busy)
	g.busy = nil
}

// unmark takes this writer's mark out of a tally; the gate is busy and empty.
// If something may be durable and not counted, a mark stays that says so.
func (c *counting) unmark(ctx context.Context, id string, g *gate) error {
	c.mu.Lock()
	me, dirty := c.id, g.dirty
	c.mu.Unlock()
	_, err := c.s.tallies.Update(ctx, id, func(d *tallyDoc) error {
		marked := slices.Contains(d.Marks, me)
		if !marked && !dirty {
			return store.ErrUnchanged
		}
		d.Marks = slices.DeleteFunc(d.Marks, func(w string) bool { return w == me })
		if dirty {
			d.mark(owed)
		}
		return nil
	})
	if isNotFound(err) {
		err = nil
	}
	c.free(g, func() {
		g.yield = false
		if err == nil {
			g.marked, g.dirty = false, false
		}
	})
	return err
}

// handOver rests a petition, in whatever state, for another writer's recount.
func (c *counting) handOver(ctx context.Context, id string) error {
	c.mu.Lock()
	g := c.gates[id]
	idle := g == nil || !g.marked && !g.dirty
	c.mu.Unlock()
	if idle {
		return nil
	}
	g, err := c.seize(ctx, id)
	if err != nil {
		return err
	}
	return c.unmark(ctx, id, g)
}

// leave ends the way of a signature. dirty says that it may be durable without
// being counted.
func (c *counting) leave(id string, dirty bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := c.gates[id]
	g.inside--
	g.last = c.s.Clock.Now()
	g.dirty = g.dirty || dirty
	if g.inside == 0 && g.empty != nil {
		close(g.empty)
		g.empty = nil
	}
}

// resting returns the petitions that have been idle for some time, and those
// that another writer wants to count.
func (c *counting) resting(idle time.Duration) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.s.Clock.Now()
	var ids []string
	for id, g := range c.gates {
		if g.inside == 0 && g.busy == nil && !g.dirty && (g.yield || now.Sub(g.last) >= idle) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (c *counting) dirty() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var ids []string
	for id, g := range c.gates {
		if g.dirty {
			ids = append(ids, id)
		}
	}
	return ids
}

// stale returns the petitions whose card shows an old count: each once a
// minute, however many sign.
func (c *counting) stale() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.s.Clock.Now()
	var ids []string
	for id, g := range c.gates {
		if g.stale && now.Sub(g.cardAt) >= cardEvery {
			ids = append(ids, id)
		}
	}
	return ids
}

// refreshCard writes the count of a petition into its card.
func (c *counting) refreshCard(ctx context.Context, id string) {
	c.mu.Lock()
	g := c.gates[id]
	if g == nil || !g.stale {
		c.mu.Unlock()
		return
	}
	g.stale, g.cardAt = false, c.s.Clock.Now()
	c.mu.Unlock()
	if err := c.s.putCard(ctx, id); err != nil {
		c.s.Log.Error("the card of a petition could not be renewed", "petition", id, "err", err)
		c.mu.Lock()
		g.stale = true
		c.mu.Unlock()
	}
}

// rest takes the mark of an idle petition away and forgets its gate.
func (c *counting) rest(ctx context.Context, id string) {
	c.mu.Lock()
	g := c.gates[id]
	if g == nil || g.inside > 0 || g.busy != nil || g.dirty {
		c.mu.Unlock()
		return
	}
	g.busy = make(chan struct{})
	marked := g.marked
	c.mu.Unlock()
	c.refreshCard(ctx, id) // while the mark stands: after a crash here others recount and do it
	if marked {
		if err := c.unmark(ctx, id, g); err != nil {
			c.s.Log.Error("the mark of a resting petition could not be taken away yet", "petition", id, "err", err)
		}
	} else {
		c.free(g, func() { g.yield = false })
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if g := c.gates[id]; g != nil && !g.marked && g.inside == 0 && g.busy == nil && !g.dirty && !g.stale && g.empty == nil {
		delete(c.gates, id)
	}
}

// seize makes a gate busy and waits until it is empty.
func (c *counting) seize(ctx context.Context, id string) (*gate, error) {
	for {
		c.mu.Lock()
		g := c.gates[id]
		if g == nil {
			g = &gate{}
			c.gates[id] = g
		}
		if g.busy != nil {
			if err := c.wait(ctx, g.busy); err != nil {
				return nil, err
			}
			continue
		}
		g.busy = make(chan struct{})
		if g.inside == 0 {
			c.mu.Unlock()
			return g, nil
		}
		if g.empty == nil {
			g.empty = make(chan struct{})
		}
		if err := c.wait(ctx, g.empty); err != nil {
			c.free(g, func() {})
			return nil, err
		}
		return g, nil
	}
}

// pause keeps this process's signatures of a petition out until release is
// called. release(true) says that the tally is right and bears no mark.
func (c *counting) pause(ctx context.Context, id string) (release func(recounted bool), err error) {
	g, err := c.seize(ctx, id)
	if err != nil {
		return nil, err
	}
	return func(recounted bool) {
		c.free(g, func() {
			if recounted {
				g.marked, g.dirty, g.yield = false, false, false
			}
		})
	}, nil
}

// count adds a batch to the tallies, once per petition. It runs in the
// batcher, after the batch is durable and before its askers are answered.
func (c *counting) count(ctx context.Context, batch []Signature) {
	sums, figures := map[string]map[string]int64{}, map[string]map[string]int64{}
	sum := func(of map[string]map[string]int64, id string, by map[string]int64) {
		if of[id] == nil {
			of[id] = map[string]int64{}
		}
		for field, n := range by {
			of[id][field] += n
		}
	}
	for _, sig := range batch {
		sum(sums, sig.Petition, delta(Signature{}, sig))
		sum(figures, sig.Petition, figuresDelta(Signature{}, sig))
	}
	for id, by := range sums {
		c.add(ctx, id, by, figures[id])
	}
}

// add raises a tally, and the figures beside it. When that fails the petition
// is dirty: what is durable will be found by a recount.
func (c *counting) add(ctx context.Context, id string, by, figures map[string]int64) {
	if len(by) == 0 && len(figures) == 0 {
		return
	}
	if err := c.s.addFigures(ctx, id, figures); err != nil {
		c.soil(id)
		c.s.Log.Error("the figures of a petition are behind until it is recounted", "petition", id, "err", err)
	}
	if len(by) == 0 {
		return
	}
	doc, err := c.s.tallies.Increment(ctx, id, by)
	if err == nil {
		c.s.recent.keep(id, doc.tally(), c.s.Clock.Now())
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	g := c.gates[id]
	if g == nil { // cannot be: whoever adds is inside
		return
	}
	if err != nil {
		g.dirty = true
		c.s.Log.Error("signatures are durable and could not be counted yet", "petition", id, "err", err)
		return
	}
	if !slices.Contains(doc.Marks, c.id) { // others took us for dead, and may have counted too early
		g.dirty, g.marked = true, false
	}
	if doc.Recount != "" && doc.Recount != c.id {
		g.yield = true
	}
	g.stale = true
	count := doc.tally().Count()
	if g.open && (g.threshold.Reached(count) || !g.half && g.threshold.Half(count)) {
		g.milestone = true
	}
}

// soil marks a petition for a recount.
func (c *counting) soil(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if g := c.gates[id]; g != nil {
		g.dirty = true
	}
}

// announces reports, once, that the count of a petition passed a milestone.
func (c *counting) announces(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := c.gates[id]
	if g == nil || !g.milestone {
		return false
	}
	g.milestone = false
	return true
}
