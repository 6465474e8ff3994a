package memorystore

import "time"

// charge puts bytes on the account of a group, its sender and the store.
func (s *Store) charge(g *group, bytes int64) {
	g.bytes += bytes
	s.queue.charge(g, bytes)
	s.held += bytes
	if g.watchers > 0 {
		s.watchedHeld += bytes
	}
}

// settle brings the account of a trace up to date.
func (s *Store) settle(t *trace) {
	if now := t.size(); now != t.charged {
		s.charge(t.group, now-t.charged)
		t.charged = now
	}
}

func (s *Store) settleExecution(e *execution) {
	if now := e.size(); now != e.charged {
		s.charge(e.group, now-e.charged)
		e.charged = now
	}
}

// touch says that a trace changed: its executions become the newest in the list, and the last to be evicted.
func (s *Store) touch(t *trace, now int64) {
	s.lastTick = max(s.lastTick, now)
	t.group.active = s.lastTick
	s.ages.touch(t.group)
	s.queue.enter(t.group)
	if !t.seen() {
		return
	}
	for _, e := range t.execs.all() {
		s.list(e, s.lastTick)
	}
}

// list makes an execution the newest in the list.
func (s *Store) list(e *execution, now int64) {
	if e.stamp != 0 {
		s.activity.remove(e.stamp)
	}
	s.stamp = max(s.stamp+1, uint64(max(now, 0)/int64(time.Microsecond)))
	e.stamp = s.stamp
	e.active = max(e.active, now)
	s.activity.push(e.stamp, e)
}

// signal wakes whoever watches a trace or an execution that has it.
func (s *Store) signal(t *trace) {
	t.watched.signal()
	for _, e := range t.execs.all() {
		e.watched.signal()
	}
}
