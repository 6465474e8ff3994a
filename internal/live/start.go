package live

import "github.com/orcheo/otelcol-canvas/internal/tracestore"

// Start says where a stream begins, and whom it wakes. The zero Start is the beginning.
type Start struct {
	// Cursor is a c. cursor to go on from.
	Cursor string
	// After is how far the client is in the one trace that the execution has; it is used where there is no Cursor. It means
	// less than a cursor, so more may be sent again than has changed, and everything where the execution has other traces.
	After tracestore.Position
	// Signal is what Changed returns. Streams of one reader may share one, and tell by Rang which of them it was. It must
	// have room for one; nil: the stream makes its own, unless there is a Wake.
	Signal chan struct{}
	// Wake is called instead of giving the signal, by whoever changed the view: it must not wait for anything that reads a
	// stream. nil: the signal is given.
	Wake func()
}

// StreamFrom starts a stream. See Stream.
func (h *Handle) StreamFrom(from Start) (*Stream, error) {
	s := &Stream{handle: h, signal: from.Signal, wake: from.Wake}
	if s.signal == nil && s.wake == nil {
		s.signal = make(chan struct{}, 1)
	}
	switch {
	case from.Cursor != "":
		p, err := parseChanges(from.Cursor)
		if err != nil {
			return nil, err
		}
		s.place = p
	case !from.After.IsZero():
		s.place = h.placeAfter(from.After)
	}
	if s.place.traces == nil {
		s.place.traces = map[tracestore.TraceID]tracestore.Position{}
	}
	h.subscribe(s)
	return s, nil
}

// placeAfter is where a client stands that has everything of the one trace up to a position. Which revision of the view it
// has seen is not known; but it has every span whose last change is not after the position, and so has seen the view at a
// revision that is not before any of them was made.
func (h *Handle) placeAfter(pos tracestore.Position) place {
	e, _ := h.lock()
	defer e.mu.Unlock()
	lost := place{partial: true}
	if e.view == nil {
		return lost
	}
	p := place{incarnation: e.incarnation, traces: map[tracestore.TraceID]tracestore.Position{}}
	for t := range e.view.Traces {
		if now := e.view.Position(t); now.Epoch != pos.Epoch || now.Seq < pos.Seq {
			return lost
		}
		p.traces[t] = pos
	}
	if len(p.traces) != 1 {
		return lost
	}
	for _, n := range e.view.Ordered() {
		if n.Record != nil && n.Record.Seq <= pos.Seq {
			p.rev = max(p.rev, n.CreatedRev)
		}
	}
	for t := range p.traces {
		if p.rev < e.view.ResetRev(t) {
			return lost
		}
	}
	return p
}

// Resumes says whether the place that the stream was started from still means something, so that what follows is added to
// what the client has.
func (s *Stream) Resumes() bool {
	e, _ := s.handle.lock()
	defer e.mu.Unlock()
	return e.view != nil && s.place.incarnation == e.incarnation
}

// startOver forgets what the client has.
func (s *Stream) startOver() {
	s.place, s.cursor, s.borrowed = place{traces: map[tracestore.TraceID]tracestore.Position{}}, "", false
	clear(s.resets)
}
