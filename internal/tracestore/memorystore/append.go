package memorystore

import (
	"context"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Append takes observations in, one batch at a time. See tracestore.Store.
func (s *Store) Append(_ context.Context, batches []tracestore.TraceBatch) ([]tracestore.AppendResult, error) {
	results, now := make([]tracestore.AppendResult, len(batches)), s.now()
	for i := range batches {
		if err := s.appendBatch(&batches[i], &results[i], now); err != nil {
			return results, err
		}
	}
	return results, nil
}

// appendBatch takes the spans of one trace in, which came now, under one lock.
func (s *Store) appendBatch(b *tracestore.TraceBatch, res *tracestore.AppendResult, now int64) error {
	res.Trace = b.Trace
	names := survey(b, res)
	t, err := s.lockFull(b.Trace)
	if err != nil {
		return err
	}
	defer s.mu.Unlock()
	if res.Refused == len(b.Spans) {
		return nil
	}
	if res.Received = now; t == nil {
		if grave := s.graveOf(b.Trace, names.execution); grave != nil {
			res.Evicted = len(b.Spans) - res.Refused
			s.graves.late(grave, b.Trace, res.Evicted)
			s.graves.fit(s.cfg.TombstoneBytes)
			s.makeRoom(nil, now)
			return nil
		}
		t = s.newTrace(b.Trace, senderName{b.Sender, names.workflow}, now)
	}
	res.Whole = t.last == 0
	s.queue.assign(t.group, names.senderOf(t.group, b.Sender))
	a := admission{store: s, trace: t, now: now, res: res, most: len(b.Spans), open: s.open[:0]}
	for _, span := range b.Spans {
		if isSpan(span) {
			s.heard.note(span.Facts.Process, now)
			a.observe(span)
		}
	}
	a.settle()
	s.leased.update(t)
	if a.changed {
		s.touch(t, now)
		s.signal(t)
	}
	s.ripe.offer(t.group, now)
	s.makeRoom(t.group, now)
	res.Position = tracestore.Position{Epoch: t.epoch, Seq: t.last}
	res.Sharing, res.New = t.sharing(), t.isNew()
	return nil
}

// isNew is the id of the trace's execution, where nothing but the trace is known of it.
func (t *trace) isNew() string {
	if e := t.canonical(); t.execs.len() == 1 && e.traces.len() == 1 && e.named && e.summary == nil {
		return e.given
	}
	return ""
}

// sharing are the executions that have the trace, where several do.
func (t *trace) sharing() []string {
	if t.execs.len() == 1 {
		return nil
	}
	ids := make([]string, t.execs.len())
	for i, e := range t.execs.all() {
		ids[i] = e.id()
	}
	return ids
}

// names are the first ones of their kind that a batch gives.
type names struct{ execution, workflow string }

// survey counts what is no span, and finds what the batch names.
func survey(b *tracestore.TraceBatch, res *tracestore.AppendResult) (n names) {
	if b.Trace.IsEmpty() {
		res.Refused = len(b.Spans)
		return n
	}
	for _, span := range b.Spans {
		if !isSpan(span) {
			res.Refused++
			continue
		}
		if n.execution == "" && tracestore.ValidExecution(span.Facts.Execution) {
			n.execution = span.Facts.Execution
		}
		if n.workflow == "" {
			n.workflow = span.Facts.WorkflowID
		}
	}
	return n
}

// senderOf is whom a group is charged to after a batch: the service of its first span, and the first workflow it names.
func (n names) senderOf(g *group, service string) senderName {
	of := g.sender.name
	if g.spans() == 0 {
		of.service = service
	}
	if of.workflow == "" {
		of.workflow = n.workflow
	}
	return of
}

func isSpan(s *tracestore.Span) bool { return s != nil && !s.ID.IsEmpty() }

// graveOf finds the tombstone for a trace that the store does not have: its own, or that of the execution it names first.
func (s *Store) graveOf(trace tracestore.TraceID, name string) *tombstone {
	if s.graves.count == 0 {
		return nil
	}
	if t := s.graves.byTrace.get(trace); t != nil {
		return t
	}
	return s.graves.byName.get(name)
}

// admission takes the spans of one batch in.
type admission struct {
	store   *Store
	trace   *trace
	now     int64
	res     *tracestore.AppendResult
	named   string // the last name that was taken up
	most    int    // how many records the batch can bring
	open    []byte // the data of the chunk that is open
	changed bool
}

// settle closes the open chunk and brings the account up to date.
func (a *admission) settle() {
	a.trace.seal(a.open)
	a.store.settle(a.trace)
	a.store.reuse(a.open)
}

// reuse keeps the memory of an open chunk for the next one.
func (s *Store) reuse(open []byte) {
	if s.open = open[:0]; cap(open) > 2*chunkBytes {
		s.open = nil
	}
}

// observe takes one observation in: it names its execution, and replaces what is known of its span if it ranks higher.
func (a *admission) observe(span *tracestore.Span) {
	news := a.takeName(span.Facts.Execution)
	t := a.trace
	if at := t.full.find(span.ID); at >= 0 {
		var c tracestore.Cell
		r := &t.full.list[at]
		readSpan(&c, r, t.full.data(r, a.open), nil)
		a.update(span, c.Of.Rank, history{true, r.seq, 0, c.FirstSeq, c.FirstReceived})
		return
	}
	if k := t.compact.get(span.ID); k != nil {
		a.update(span, k.rank(), history{true, 0, k.seq, k.firstSeq, k.firstReceived})
		return
	}
	a.changed = true
	switch a.admit(span, news) {
	case inFull:
		a.keep(span, history{})
		a.res.Stored++
	case asSkeleton:
		a.abridge(span, history{})
		a.res.Skeleton++
	case asCount:
		t.dropped = max(t.dropped+1, t.dropped) // it stays at the highest number
		t.lastReceived = a.now
		a.res.Dropped++
	}
}

// takeName binds the trace to an execution that a span names. It tells whether that is news.
func (a *admission) takeName(name string) bool {
	if name == "" || name == a.named || !tracestore.ValidExecution(name) {
		return false
	}
	a.named = name // for as long as the batch is there
	t := a.trace
	for _, e := range t.execs.all() {
		if e.is(name) {
			return false
		}
	}
	first, had := t.canonical(), t.execs.len()
	named := first.named
	a.store.settle(t) // what the batch has brought so far counts where two groups become one
	ok := a.store.name(t, name, a.now)
	if !ok || first == t.canonical() && named == first.named && had == t.execs.len() {
		return false
	}
	a.changed = true
	return true
}

// update replaces a known observation by a higher one.
func (a *admission) update(span *tracestore.Span, known tracestore.Rank, h history) {
	if span.Rank.Compare(known) <= 0 {
		a.res.Duplicate++
		return
	}
	a.changed = true
	a.res.Updated++
	full := a.improves(span, h)
	a.forget(span.ID, h, full)
	if full {
		a.keep(span, h)
	} else {
		a.abridge(span, h)
	}
}

// forget takes the record that is about to be replaced out, but for a skeleton that another one takes the place of.
func (a *admission) forget(id tracestore.SpanID, h history, full bool) {
	t, g := a.trace, a.trace.group
	if h.full != 0 {
		r := t.full.take(t.full.find(id))
		t.full.drop(&r)
		t.contexts.release(&a.store.contexts, r.context)
		g.records--
		a.store.records--
		return
	}
	g.skeletons--
	a.store.skeletons--
	if full {
		t.compact.drop(id, h.compact)
	}
}

func (a *admission) keep(span *tracestore.Span, h history) {
	a.trace.full.reserve(a.most, &a.store.rows)
	a.open = a.trace.keep(&a.store.contexts, span, h, a.now, a.open)
	if len(a.open) >= chunkBytes {
		a.trace.full.seal(a.open)
		a.open = a.open[:0]
	}
	a.trace.group.records++
	a.store.records++
}

func (a *admission) abridge(span *tracestore.Span, h history) {
	a.trace.abridge(span, h, a.now)
	a.trace.group.skeletons++
	a.store.skeletons++
}
