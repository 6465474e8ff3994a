package memorystore

import (
	"context"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// tally is what was evicted since the last Sweep.
type tally struct {
	why   map[tracestore.EvictWhy]int
	ids   []string
	texts int64 // bytes of the ids
}

// tallyShare is the part of the budget that the ids may take which wait for a Sweep, should nobody sweep. The counts stay exact.
const tallyShare = 64

// add counts an eviction, and keeps its id unless the ids take so many bytes then.
func (t *tally) add(why tracestore.EvictWhy, id string, most int64) {
	if t.why == nil {
		t.why = map[tracestore.EvictWhy]int{}
	}
	t.why[why]++
	if t.bytes()+textSize(id) < most {
		t.ids = append(t.ids, id)
		t.texts += textSize(id)
	}
}

// bytes is what the ids take.
func (t *tally) bytes() int64 {
	return t.texts + pointersSize(uintptr(cap(t.ids))*stringHeader)
}

// Evict removes an execution with all that is connected with it. An unknown or evicted one is left as it is.
func (s *Store) Evict(_ context.Context, id string, why tracestore.EvictWhy) error {
	if err := s.lock(); err != nil {
		return err
	}
	defer s.mu.Unlock()
	if e := s.lookup(id); e != nil {
		s.evict(e.group, why, s.now())
	}
	return nil
}

// makeRoom evicts until the store is within its budget. keep, which may be nil, is the group that something just came for:
// it is not evicted for that. What evictions cannot give, tombstones do: the bounds of a single group leave room for it.
func (s *Store) makeRoom(keep *group, now int64) {
	if s.bytes() <= s.cfg.BudgetBytes {
		return
	}
	s.ages.grown(now-int64(s.cfg.IdleAfter), s.queue.enter)
	if keep != nil {
		s.queue.step(keep)
		defer s.queue.enter(keep)
	}
	for s.bytes() > s.cfg.BudgetBytes {
		g := s.queue.front(s.watchedHeld > s.cfg.watchedBytes())
		if g == nil {
			break
		}
		s.evict(g, tracestore.EvictBudget, now)
	}
	for s.bytes() > s.cfg.BudgetBytes && s.graves.dropOldest() {
	}
}

// evict removes a group and leaves a tombstone for each of its executions that had spans.
func (s *Store) evict(g *group, why tracestore.EvictWhy, now int64) {
	if g.watchers > 0 {
		s.watchedHeld -= g.bytes
	}
	s.queue.leave(g)
	s.ages.remove(g)
	s.ripe.remove(g)
	s.register.drop(g)
	s.held -= g.bytes
	s.records -= int(g.records)
	s.skeletons -= int(g.skeletons)
	for _, e := range g.execs.all() {
		s.bury(e, why, now)
		e.watched.signal()
	}
	for _, t := range g.traces.all() {
		s.traces.delete(t.id)
		s.forgetCompressed(t)
		t.contexts.clear(&s.contexts)
		t.giveUp()
		s.leased.update(t)
		t.watched.signal()
	}
	for _, e := range g.execs.all() {
		s.watch.release(&e.watched)
	}
	for _, t := range g.traces.all() {
		s.watch.release(&t.watched)
	}
	s.graves.fit(s.cfg.TombstoneBytes)
}

// bury forgets an execution, and remembers that it did if there was anything.
func (s *Store) bury(e *execution, why tracestore.EvictWhy, now int64) {
	if e.named {
		s.dropName(e)
	}
	s.executions--
	if e.stamp == 0 {
		return
	}
	s.activity.remove(e.stamp)
	s.evictions.add(why, e.id(), s.cfg.BudgetBytes/tallyShare)
	s.graves.add(e, now)
}
