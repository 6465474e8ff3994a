package memorystore

import (
	"context"
	"slices"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// PutSummary stores the row of an execution. What is not held (never known, or evicted since) has no row, and that is fine:
// a summary that comes late says nothing new.
func (s *Store) PutSummary(_ context.Context, id string, summary tracestore.Summary) error {
	if err := s.lock(); err != nil {
		return err
	}
	defer s.mu.Unlock()
	if e := s.lookup(id); e != nil {
		now := s.now()
		s.put(e, &summary, now)
		s.makeRoom(e.group, now)
	}
	return nil
}

// Introduce stores the first rows of executions. See tracestore.Store.
func (s *Store) Introduce(_ context.Context, rows []tracestore.Summary) error {
	if err := s.lock(); err != nil {
		return err
	}
	defer s.mu.Unlock()
	now := s.now()
	for i := range rows {
		if e := s.lookup(rows[i].Execution); e != nil && e.summary == nil {
			s.put(e, &rows[i], now)
			s.makeRoom(e.group, now)
		}
	}
	return nil
}

// Conclude makes rows complete. See tracestore.Store.
func (s *Store) Conclude(_ context.Context, of []tracestore.Conclusion) (changed []string, err error) {
	if err := s.lock(); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	now := s.now()
	for i := range of {
		c := &of[i]
		e := s.lookup(c.Execution)
		switch {
		case e == nil || e.complete():
		case e.summary == nil || !e.standsAt(c.Trace, c.At):
			changed = append(changed, e.id())
		default:
			row := e.summary.summary(e.given)
			row.Complete, row.CompleteReason = true, c.Reason
			s.put(e, &row, now)
			s.makeRoom(e.group, now)
		}
	}
	return changed, nil
}

// standsAt says whether this is the one trace that the execution has, and it has not changed since.
func (e *execution) standsAt(id tracestore.TraceID, at tracestore.Position) bool {
	if e.traces.len() != 1 {
		return false
	}
	t := e.traces.all()[0].trace
	return t.id == id && t.epoch == at.Epoch && t.last == at.Seq
}

// put makes a summary the row of an execution. Room for it is still to be made.
func (s *Store) put(e *execution, summary *tracestore.Summary, now int64) {
	before := e.group.complete()
	s.row = appendSummary(s.row[:0], summary)
	e.summary, e.put = stored(s.row), now
	s.settleExecution(e)
	if before != e.group.complete() {
		s.queue.enter(e.group)
	}
	s.ripe.offer(e.group, now)
	e.watched.signal()
}

// Resolve tells what an id stands for. See tracestore.Store.
func (s *Store) Resolve(_ context.Context, id string) (tracestore.Resolution, error) {
	if err := s.rlock(); err != nil {
		return tracestore.Resolution{}, err
	}
	defer s.mu.RUnlock()
	if e := s.lookup(id); e != nil {
		return e.resolution(), nil
	}
	if t := s.graves.find(id); t != nil {
		return t.resolution(), nil
	}
	return tracestore.Resolution{Execution: id}, nil
}

func (e *execution) resolution() tracestore.Resolution {
	res := tracestore.Resolution{Execution: e.id(), Aliases: e.aliases(), Known: true}
	res.Traces = make([]tracestore.TraceRef, e.traces.len())
	for i, r := range e.traces.all() {
		res.Traces[i] = tracestore.TraceRef{Trace: r.trace.id, Bound: time.Unix(0, r.bound)}
	}
	if e.summary != nil {
		s := e.summary.summary(res.Execution)
		res.Summary = &s
	}
	return res
}

func (t *tombstone) resolution() tracestore.Resolution {
	res := tracestore.Resolution{Execution: t.text[0], Known: true, Tombstone: t.public()}
	for _, id := range t.traces {
		if hex := id.String(); hex != res.Execution {
			res.Aliases = append(res.Aliases, hex)
		}
	}
	slices.Sort(res.Aliases)
	return res
}
