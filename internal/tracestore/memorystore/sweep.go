package memorystore

import (
	"container/heap"
	"context"
	"math"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// sweepStep is how many executions, or traces with leases, a Sweep looks at before it lets others to the lock.
const sweepStep = 64

// Sweep does what time demands. It looks only at what is due, so that it costs next to nothing when nothing is. The argument
// is the time of the store's own clock; where it is zero, that clock is asked.
func (s *Store) Sweep(_ context.Context, at time.Time) (tracestore.SweepResult, error) {
	var res tracestore.SweepResult
	if at.IsZero() {
		at = s.cfg.Now()
	}
	now := at.UnixNano()
	if err := s.lock(); err != nil {
		return res, err
	}
	s.noticeJump(now)
	s.mu.Unlock()
	for _, step := range []func(int64, *tracestore.SweepResult) bool{s.sweepHeard, s.sweepLeases, s.sweepAges} {
		for more := true; more; {
			if err := s.lock(); err != nil {
				return res, err
			}
			more = step(now, &res)
			s.mu.Unlock()
		}
	}
	if err := s.lock(); err != nil {
		return res, err
	}
	defer s.mu.Unlock()
	s.makeRoom(nil, now)
	s.sweepGraves(now)
	res.Evicted, res.EvictedIDs = s.evictions.why, s.evictions.ids
	s.evictions = tally{}
	res.Tombstones = s.graves.count
	res.NextSweepBy = s.nextSweep()
	return res, nil
}

// noticeJump grants every open span one more lease when the clock went back, or when this Sweep is so late for a lease that
// the machine was probably suspended: then nothing could arrive.
func (s *Store) noticeJump(now int64) {
	jump := int64(s.cfg.ClockJump)
	back := now < s.lastSweep-jump
	late := len(s.leased) > 0 && s.leased[0].leases.due < now-jump
	if back || late {
		s.grace = now
		for _, t := range s.leased {
			s.reschedule(t, now)
		}
		heap.Init(&s.leased)
	}
	s.lastSweep = now
}

// sweepLeases marks the spans whose heartbeats stopped, and those whose process fell silent. more: not all that is due was
// looked at.
func (s *Store) sweepLeases(now int64, res *tracestore.SweepResult) (more bool) {
	for range sweepStep {
		if len(s.leased) == 0 || s.leased[0].leases.due > now {
			return false
		}
		t := s.leased[0]
		lost, stale := s.reschedule(t, now)
		s.leased.update(t)
		noteMarked(res, t, s.mark(t, tracestore.MarkLost, lost, now)+s.mark(t, tracestore.MarkStale, stale, now))
	}
	return true
}

func noteMarked(res *tracestore.SweepResult, t *trace, marked int) {
	if marked > 0 {
		res.Marked += marked
		res.MarkedTraces = append(res.MarkedTraces, t.id)
	}
}

// reschedule finds out when the next lease of a trace ends, and which ended.
func (s *Store) reschedule(t *trace, now int64) (lost, stale []tracestore.SpanID) {
	t.leases.due = math.MaxInt64
	for id, isStale := range t.leases.of() {
		if isStale {
			continue
		}
		o := t.openSpan(id)
		since := s.leaseStart(o.received, now)
		if o.lease == 0 {
			since = max(since, s.leaseStart(s.heard.last(o.process), now))
		}
		end := leaseEnd(since, leaseOf(o.lease))
		switch {
		case end > now:
			t.leases.due = min(t.leases.due, end)
		case o.lease > 0:
			lost = append(lost, id)
		default:
			stale = append(stale, id)
		}
	}
	return lost, stale
}

// leaseStart is when a lease began to count. Before the last jump of the clock it does not; a time far ahead is from before a
// jump back.
func (s *Store) leaseStart(received, now int64) int64 {
	switch {
	case received < s.grace, s.grace > 0 && received > now+int64(s.cfg.ClockJump):
		return s.grace
	default:
		return min(received, now)
	}
}

func (t *trace) openSpan(id tracestore.SpanID) openSpan {
	if at := t.full.find(id); at >= 0 {
		return t.full.openSpan(&t.full.list[at])
	}
	if k := t.compact.get(id); k != nil {
		return openSpan{k.received, max(k.lease, 0), k.process}
	}
	return openSpan{}
}

// sweepAges evicts what did not change for the TTL. more: not all that is due was looked at.
func (s *Store) sweepAges(now int64, _ *tracestore.SweepResult) (more bool) {
	for range sweepStep {
		g := s.ages.oldest()
		if g == nil || now-g.active < int64(s.cfg.TTL) {
			return false
		}
		s.evict(g, tracestore.EvictTTL, now)
	}
	return true
}

func (s *Store) sweepGraves(now int64) {
	for t := s.graves.oldest(); t != nil && now-t.evicted >= int64(s.cfg.TombstoneTTL); t = s.graves.oldest() {
		s.graves.dropOldest()
	}
}

// nextSweep is the earliest time at which there may be something to do.
func (s *Store) nextSweep() time.Time {
	next := int64(math.MaxInt64)
	if len(s.leased) > 0 {
		next = min(next, s.leased[0].leases.due)
	}
	if g := s.ages.oldest(); g != nil {
		next = min(next, g.active+int64(s.cfg.TTL))
	}
	if t := s.graves.oldest(); t != nil {
		next = min(next, t.evicted+int64(s.cfg.TombstoneTTL))
	}
	if next == math.MaxInt64 {
		return time.Time{}
	}
	return time.Unix(0, next)
}
