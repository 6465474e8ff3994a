package live

import (
	"sync/atomic"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// tailBytes is what a span's tail is taken to add to its body, where a batch is measured.
const tailBytes = 192

// Stream is a cursor into one execution's changes. It is one client's: its methods must not be called concurrently, but for
// Changed.
type Stream struct {
	handle *Handle
	signal chan struct{}
	wake   func()
	place  place
	resets map[tracestore.TraceID]struct{} // traces that the client must clear before what comes next; nil: none
	until  uint64                          // batches up to this revision belong to the snapshot
	cursor string                          // of place; "" where it has not been written since place changed
	held   *entry                          // whose mu the caller holds, see makeLeg; nil otherwise

	rang     atomic.Bool // the signal was given for this stream
	begun    bool        // a batch was handed out
	buried   bool        // the client was told that the execution is evicted
	borrowed bool        // the map in place is shared with other streams
}

// Stream starts at a c. cursor, or at the beginning for the empty one. It returns ErrCursor for a malformed cursor; one that
// means nothing any more gives everything, in the snapshot phase.
func (h *Handle) Stream(cursor string) (*Stream, error) { return h.StreamFrom(Start{Cursor: cursor}) }

func (h *Handle) subscribe(s *Stream) {
	v := h.views
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, hold := range []hold{h.own, h.hint} {
		if hold.entry == nil {
			continue
		}
		follow(hold.entry).subscribe(s)
	}
}

// Close ends the stream; the handle stays open.
func (s *Stream) Close() {
	v := s.handle.views
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, hold := range []hold{s.handle.own, s.handle.hint} {
		if hold.entry == nil {
			continue
		}
		follow(hold.entry).unsubscribe(s)
	}
}

func (s *Stream) poke() {
	s.rang.Store(true)
	if s.wake != nil {
		s.wake()
		return
	}
	select {
	case s.signal <- struct{}{}:
	default:
	}
}

// Changed receives whenever there may be something to flush. One receipt may stand for many changes. It is nil where Start
// said whom to wake instead.
func (s *Stream) Changed() <-chan struct{} { return s.signal }

// Signal is the channel of Changed, for another stream of the same reader. See Start.
func (s *Stream) Signal() chan struct{} { return s.signal }

// Rang says whether the signal was given for this stream since it was asked last, for those that share one.
func (s *Stream) Rang() bool { return s.rang.Swap(false) }

// Cursor resumes after what was flushed so far.
func (s *Stream) Cursor() string {
	if s.cursor == "" {
		s.cursor = s.place.changesCursor()
	}
	return s.cursor
}

// lock returns the entry that the client sees, locked until unlock is called.
func (s *Stream) lock() (e *entry, hinted bool, unlock func()) {
	if s.held != nil {
		return s.held, false, func() {}
	}
	e, hinted = s.handle.lock()
	return e, hinted, e.mu.Unlock
}

// own makes the stream's place its own, so that it can be moved.
func (s *Stream) own() {
	s.cursor = ""
	if s.borrowed {
		s.place, s.borrowed = s.place.clone(), false
	}
}

// pending is what one flush has to send: nodes in the order of their revisions, as they were when the flush began.
type pending struct {
	incarnation uint64
	rev         uint64 // of the view when it was collected
	nodes       []pendingNode
	positions   map[tracestore.TraceID]tracestore.Position
}

type pendingNode struct {
	node *execution.Node
	rev  uint64
	// left is the lowest position of the trace's nodes that come after this one; 0: none comes.
	left uint64
}

// Flush hands out everything that is pending now, in batches whose bodies hold at most maxBytes (but one span at least). The
// first flush always gives one batch, even without spans. A yield that returns false ends it, and what was not taken stays
// pending. No lock is held during a yield, however long it takes. Streams that stand at the same place are handed the same
// batches: what is in them must not be changed.
func (s *Stream) Flush(maxBytes int, yield func(*Batch) bool) {
	if !s.FlushShared(maxBytes, yield) {
		s.flush(maxBytes, yield)
	}
}

// FlushShared is Flush where what is pending is made once for several streams, and so costs little. Where it is not, nothing
// happens, and the answer is false.
func (s *Stream) FlushShared(maxBytes int, yield func(*Batch) bool) bool {
	l := s.leg(maxBytes)
	if l != nil {
		s.walk(l, yield)
	}
	return l != nil
}

// flush is Flush for this stream alone.
func (s *Stream) flush(maxBytes int, yield func(*Batch) bool) {
	s.own()
	p, overview, ok := s.collect()
	if !ok {
		if !s.buried {
			s.begun, s.buried = true, true
			yield(s.bare(overview))
		}
		return
	}
	unseen := s.place.rev != p.rev || !s.begun
	for start := 0; start < len(p.nodes); {
		b, next, ok := s.batch(&p, start, maxBytes, len(p.nodes))
		if !ok {
			s.poke() // the view was exchanged meanwhile: begin anew
			return
		}
		if start = next; len(b.Spans) == 0 {
			continue
		}
		s.begun, unseen = true, !b.Last
		if !yield(&b) {
			s.poke()
			return
		}
	}
	if unseen {
		s.begun = true
		s.place.rev, s.cursor = p.rev, ""
		if !yield(s.bare(overview)) {
			return
		}
	}
	s.clearLeft(overview, yield)
}

// reset has the client clear a trace before what comes next of it.
func (s *Stream) reset(t tracestore.TraceID) {
	if s.resets == nil {
		s.resets = map[tracestore.TraceID]struct{}{}
	}
	s.resets[t] = struct{}{}
}

// clearLeft tells the client to forget traces of which nothing is left.
func (s *Stream) clearLeft(o execution.Overview, yield func(*Batch) bool) {
	for t := range s.resets {
		delete(s.resets, t)
		delete(s.place.traces, t)
		s.cursor = ""
		b := s.bare(o)
		b.Trace, b.Epoch, b.Seq, b.PrevSeq, b.Reset = t, "", 0, 0, true
		if !yield(b) {
			return
		}
	}
}

// bare is a batch without spans, which tells that only the execution as a whole changed.
func (s *Stream) bare(o execution.Overview) *Batch {
	b := &Batch{Trace: o.PrimaryTrace, Cursor: s.Cursor(), Phase: s.phaseOf(s.place.rev), Last: true, Overview: o}
	pos := s.place.traces[b.Trace]
	b.Epoch, b.Seq, b.PrevSeq = pos.Epoch, pos.Seq, pos.Seq
	return b
}

// collect takes stock of what the client lacks. ok is false where the execution was evicted.
func (s *Stream) collect() (p pending, o execution.Overview, ok bool) {
	e, hinted, unlock := s.lock()
	defer unlock()
	o = s.handle.overview(e, hinted)
	if e.view == nil {
		return p, o, false
	}
	s.buried = false
	s.follow(e)
	p = pending{incarnation: e.incarnation, rev: e.view.Rev(), positions: map[tracestore.TraceID]tracestore.Position{}}
	s.noteResets(e.view)
	p.take(e.view, func(yield func(*execution.Node) bool) { e.view.Changed(s.place.rev, yield) })
	s.recall(e.view, &p)
	p.measure()
	return p, o, true
}

// follow starts over where the view is another one than the client knows: folded anew, or of another entry.
func (s *Stream) follow(e *entry) {
	if s.place.incarnation == e.incarnation {
		return
	}
	for t := range s.place.traces {
		s.reset(t)
	}
	if s.place.partial {
		for t := range e.view.Traces {
			s.reset(t) // it may have something of any of them
		}
	}
	s.place.incarnation, s.place.rev, s.place.partial, s.cursor = e.incarnation, 0, false, ""
	s.until = e.view.Rev()
}

// take makes nodes pending.
func (p *pending) take(view *execution.View, nodes func(func(*execution.Node) bool)) {
	p.nodes = p.nodes[:0]
	for n := range nodes {
		p.nodes = append(p.nodes, pendingNode{node: n, rev: n.Rev})
		if t := n.Key.Trace; p.positions[t].IsZero() {
			p.positions[t] = view.Position(t)
		}
	}
}

// recall makes the whole of a trace pending that changed and that the client's cursor had no room for: how far the client is
// in it is not known, so it must clear it.
func (s *Stream) recall(view *execution.View, p *pending) {
	if !s.place.partial {
		return
	}
	again := false
	for t := range p.positions {
		if _, told := s.place.traces[t]; !told {
			s.reset(t)
			again = true
		}
	}
	if !again {
		return
	}
	p.take(view, func(yield func(*execution.Node) bool) {
		view.Changed(0, func(n *execution.Node) bool {
			if _, reset := s.resets[n.Key.Trace]; n.Rev <= s.place.rev && !reset {
				return true
			}
			return yield(n)
		})
	})
}

// noteResets finds the traces of which the client has something that no longer exists. What is left of them is pending.
func (s *Stream) noteResets(view *execution.View) {
	for t := range s.place.traces {
		if s.place.rev > 0 && view.ResetRev(t) > s.place.rev {
			s.reset(t)
		}
	}
}

// measure finds, for each node, how far the client may be told to be in the trace once it has this node and all before it.
func (p *pending) measure() {
	lowest := map[tracestore.TraceID]uint64{}
	for i := len(p.nodes) - 1; i >= 0; i-- {
		n := &p.nodes[i]
		n.left = lowest[n.node.Key.Trace]
		if r := n.node.Record; r != nil && (n.left == 0 || r.Seq < n.left) {
			lowest[n.node.Key.Trace] = r.Seq
		}
	}
}

// batch renders the nodes from start on into one batch, as long as they are of one trace and fit. Nodes that changed since
// they were collected are left out: they are pending again. ok is false where the view was exchanged.
func (s *Stream) batch(p *pending, start, maxBytes, maxSpans int) (b Batch, next int, ok bool) {
	e, hinted, unlock := s.lock()
	defer unlock()
	if e.view == nil || e.incarnation != p.incarnation {
		return b, start, false
	}
	b.Trace = p.nodes[start].node.Key.Trace
	size := 0
	i := start
	for ; i < len(p.nodes); i++ {
		n := p.nodes[i].node
		if n.Key.Trace != b.Trace {
			break
		}
		if n.Rev != p.nodes[i].rev {
			continue
		}
		span := viewOf(n)
		cost := tailBytes
		if span.Record != nil {
			cost += len(span.Record.Body)
		}
		if len(b.Spans) == maxSpans || (len(b.Spans) > 0 && size+cost > maxBytes) {
			break
		}
		size += cost
		b.Spans = append(b.Spans, span)
	}
	if len(b.Spans) == 0 {
		return b, i, true
	}
	b.Phase = s.phaseOf(p.nodes[start].rev)
	b.Last = i == len(p.nodes)
	s.advance(&b, p, i)
	b.Overview = s.handle.overview(e, hinted)
	return b, i, true
}

func (s *Stream) phaseOf(rev uint64) Phase {
	if rev <= s.until {
		return PhaseSnapshot
	}
	return PhaseLive
}

// advance moves the client to where it is with this batch, which ends before the node at next.
func (s *Stream) advance(b *Batch, p *pending, next int) {
	if b.Last {
		s.place.rev = p.rev
	} else {
		s.place.rev = min(p.nodes[next-1].rev, p.nodes[next].rev-1)
	}
	pos := p.positions[b.Trace]
	before, known := s.place.traces[b.Trace]
	if _, b.Reset = s.resets[b.Trace]; b.Reset {
		delete(s.resets, b.Trace)
		before = tracestore.Position{}
	} else if known && before.Epoch != pos.Epoch {
		b.Reset, before = true, tracestore.Position{}
	}
	reached := pos.Seq
	if left := p.nodes[next-1].left; left > 0 && !b.Last {
		reached = min(reached, left-1)
	}
	b.Epoch, b.PrevSeq, b.Seq = pos.Epoch, before.Seq, max(before.Seq, reached)
	s.place.traces[b.Trace] = tracestore.Position{Epoch: b.Epoch, Seq: b.Seq}
	s.cursor = ""
	b.Cursor = s.Cursor()
}
