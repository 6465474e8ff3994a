package memorystore

import (
	"math"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// restore takes a group in that is younger than all that are there. It returns those of its executions that are listed.
func (s *Store) restore(saved *restoredGroup) (listed []*execution) {
	g := &group{active: saved.Active, roots: roots{
		parentless: rootKey{saved.Parentless.Trace, saved.Parentless.Span},
		workflow:   rootKey{saved.Workflows.Trace, saved.Workflows.Span},
	}}
	s.lastTick = max(s.lastTick, saved.Active)
	s.register.add(g)
	s.queue.assign(g, senderName{saved.Service, saved.Workflow})
	s.charge(g, g.size())
	for i := range saved.Executions {
		if e := s.restoreExecution(g, &saved.Executions[i]); e.stamp != 0 {
			listed = append(listed, e)
		}
	}
	for i := range saved.Traces {
		s.restoreTrace(g, &saved.Traces[i], &saved.traces[i])
	}
	for i := range saved.Executions {
		e := g.execs.all()[i]
		for _, r := range saved.Executions[i].Traces {
			e.traces.add(ref{g.traces.all()[r.Trace], r.Bound})
		}
		s.settleExecution(e)
	}
	for _, t := range g.traces.all() {
		s.settle(t)
	}
	s.ages.touch(g)
	s.queue.enter(g)
	s.ripe.offer(g, saved.Active)
	return listed
}

func (s *Store) restoreExecution(g *group, saved *savedExecution) *execution {
	e := &execution{group: g, put: saved.Put, stamp: saved.Stamp, active: saved.Active}
	if saved.Summary != nil {
		e.summary = stored(appendSummary(nil, saved.Summary))
	}
	g.execs.add(e)
	s.executions++
	if saved.Named {
		s.giveName(e, saved.ID)
	}
	return e
}

func (s *Store) restoreTrace(g *group, saved *savedTrace, data *restoredTrace) {
	t := &trace{
		id: saved.ID, epoch: saved.Epoch, group: g, last: saved.Last, started: saved.Started,
		firstReceived: saved.FirstReceived, lastReceived: saved.LastReceived, dropped: uint32(min(max(saved.Dropped, 0), math.MaxUint32)),
	}
	for _, e := range saved.Executions {
		t.execs.add(g.execs.all()[e])
	}
	g.traces.add(t)
	s.traces.put(t)
	switch {
	case data.expanded != nil:
		t.full = data.expanded.full
		t.contexts.take(&s.contexts, &data.expanded.contexts)
		for i := range t.full.list {
			r := &t.full.list[i]
			t.follow(r.id, r.mortal(t.full.openSpan(r).lease))
		}
	case data.compressed.records > 0:
		t.compressed = data.compressed
		g.saved += t.compressed.saved
		s.compressedRecords += t.compressed.records
		s.compressedBytes += t.compressed.bytes()
	}
	for _, r := range data.skeletons {
		k := newSkeleton(r.Span, *r)
		t.keepSkeleton(k, 0)
		t.follow(k.id, k.mortal())
	}
	n := len(data.skeletons)
	g.skeletons += uint32(n)
	s.skeletons += n
	g.records += uint32(data.compressed.records)
	s.records += data.compressed.records
	s.leased.update(t)
	s.adopt(tracestore.Key{Trace: t.id}, t)
	s.adopt(tracestore.Key{Execution: t.id.String()}, t.canonical())
}
