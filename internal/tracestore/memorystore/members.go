package memorystore

import (
	"slices"
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// newTrace takes a trace in that nobody has named yet: it is an execution of its own, unless an execution has its hex id for
// a name.
func (s *Store) newTrace(id tracestore.TraceID, sender senderName, now int64) *trace {
	var t *trace
	var e *execution
	if s.namedLikeTraces > 0 {
		e = s.names.get(id.String())
	}
	if e == nil {
		t, e = newFamily(now)
		s.register.add(e.group)
		s.queue.assign(e.group, sender)
		s.ages.touch(e.group)
		s.queue.enter(e.group)
		s.executions++
	} else {
		t = &trace{}
	}
	t.id, t.epoch = id, s.cfg.Epoch()
	s.traces.put(t)
	t.group = e.group
	t.group.traces.add(t)
	s.link(e, t, now)
	s.settle(t)
	if s.watch.pending.count > 0 {
		s.adopt(tracestore.Key{Trace: id}, t)
		s.adopt(tracestore.Key{Execution: id.String()}, t.canonical())
	}
	return t
}

// family is a trace with the execution and the group that are there for its sake, as nearly all are: one piece of memory, which
// the trace is charged for. It lives as long as any of them does, and that may be the trace after the others are no more.
type family struct {
	trace     trace
	execution execution
	group     group
}

var familySize = pointersSize(unsafe.Sizeof(family{})) + epochSize

// newFamily makes a trace, and an execution without a name in a group of its own.
func newFamily(now int64) (*trace, *execution) {
	f := &family{}
	t, e, g := &f.trace, &f.execution, &f.group
	t.born = true
	e.born, e.group = true, g
	g.born, g.active = true, now
	g.execs.add(e)
	return t, e
}

// newExecution makes an execution of a group that has others.
func (s *Store) newExecution(g *group, name string) *execution {
	e := &execution{group: g}
	g.execs.add(e)
	s.executions++
	s.giveName(e, name)
	s.settleExecution(e)
	return e
}

// giveName makes an execution one that is found by its name.
func (s *Store) giveName(e *execution, name string) {
	e.given, e.named = name, true
	s.names.put(e)
	if _, like := parseTrace(name); like {
		s.namedLikeTraces++
	}
	if s.watch.pending.count > 0 {
		s.adopt(tracestore.Key{Execution: name}, e)
	}
}

// dropName undoes giveName for an execution that goes.
func (s *Store) dropName(e *execution) {
	s.names.delete(e.given)
	if _, like := parseTrace(e.given); like {
		s.namedLikeTraces--
	}
}

// link adds a trace to an execution of its own group.
func (s *Store) link(e *execution, t *trace, now int64) {
	t.execs.add(e)
	e.traces.add(ref{t, now})
	s.settleExecution(e)
}

// rename gives an execution that went by a trace's hex id its name.
func (s *Store) rename(e *execution, id string) {
	s.giveName(e, id)
	s.settleExecution(e)
}

// dissolve makes an unnamed execution part of another one of its group.
func (s *Store) dissolve(e, into *execution) {
	for _, r := range e.traces.all() {
		execs := r.trace.execs.all()
		at := slices.Index(execs, e)
		if into.has(r.trace) {
			r.trace.execs.set(slices.Delete(execs, at, at+1))
			continue
		}
		execs[at] = into
		into.traces.add(r)
	}
	s.activity.remove(e.stamp)
	s.executions--
	s.charge(e.group, -e.charged)
	e.group.execs.set(slices.DeleteFunc(e.group.execs.all(), func(o *execution) bool { return o == e }))
	e.watched.move(into)
	s.settleExecution(into)
	if e.stamp != 0 {
		s.list(into, e.active)
	}
}

// merge makes one group of two. The members of the smaller one move.
func (s *Store) merge(a, b *group) {
	if a == b {
		return
	}
	to, from := a, b
	if from.execs.len()+from.traces.len() > to.execs.len()+to.traces.len() {
		to, from = from, to
	}
	s.charge(from, -from.size())
	for _, g := range []*group{from, to} {
		if g.watchers > 0 {
			s.watchedHeld -= g.bytes
		}
	}
	name := to.sender.name.or(from.sender.name)
	s.queue.leave(from)
	s.queue.leave(to)
	s.ages.remove(from)
	s.ripe.remove(from)
	s.register.drop(from)
	for _, e := range from.execs.all() {
		e.group = to
	}
	for _, t := range from.traces.all() {
		t.group = to
	}
	to.execs.add(from.execs.all()...)
	to.traces.add(from.traces.all()...)
	to.bytes += from.bytes
	to.saved += from.saved
	to.records += from.records
	to.skeletons += from.skeletons
	to.watchers += from.watchers
	to.active = max(to.active, from.active)
	to.roots.merge(from.roots)
	if to.watchers > 0 {
		s.watchedHeld += to.bytes
	}
	s.queue.assign(to, name)
	s.queue.enter(to)
}
