package live

import "github.com/orcheo/otelcol-canvas/internal/tracestore"

// traceSet is a set of traces. Nearly every execution has one, which needs no memory of its own.
type traceSet struct {
	one  tracestore.TraceID // the zero id: none
	more map[tracestore.TraceID]struct{}
}

func (s *traceSet) add(t tracestore.TraceID) {
	switch {
	case s.has(t):
	case s.one.IsEmpty():
		s.one = t
	case s.more == nil:
		s.more = map[tracestore.TraceID]struct{}{t: {}}
	default:
		s.more[t] = struct{}{}
	}
}

func (s *traceSet) remove(t tracestore.TraceID) {
	if s.one == t {
		s.one = tracestore.TraceID{}
		return
	}
	delete(s.more, t)
}

func (s *traceSet) has(t tracestore.TraceID) bool {
	if s.one == t {
		return true
	}
	_, has := s.more[t]
	return has
}

func (s *traceSet) len() int {
	if s.one.IsEmpty() {
		return len(s.more)
	}
	return len(s.more) + 1
}

// all yields every trace once. The set may be changed meanwhile as a map may.
func (s *traceSet) all(yield func(tracestore.TraceID) bool) {
	if !s.one.IsEmpty() && !yield(s.one) {
		return
	}
	for t := range s.more {
		if !yield(t) {
			return
		}
	}
}

// copy is a set of its own.
func (s *traceSet) copy() traceSet {
	c := traceSet{one: s.one}
	for t := range s.more {
		c.add(t)
	}
	return c
}
