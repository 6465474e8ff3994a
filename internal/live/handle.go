package live

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Handle is one viewer's hold on an execution. Its methods may be called concurrently.
type Handle struct {
	views *Views
	asked string
	own   hold // of the id that was asked for
	hint  hold // of the trace the viewer believes to be this execution's; no entry if there is no hint
	hexID string
}

// hold is a counted reference to an entry; it follows the entry when that becomes part of another.
type hold struct{ entry *entry }

// Open starts to watch the execution that id stands for. See Source.
func (v *Views) Open(ctx context.Context, id string, hint tracestore.TraceID) (*Handle, error) {
	res, err := v.store.Resolve(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("look up execution %q: %w", id, err)
	}
	h := &Handle{views: v, asked: id}
	h.own.entry = v.acquire(res.Execution)
	if !hint.IsEmpty() && !res.Known {
		h.hexID = hint.String()
		h.hint.entry = v.acquire(h.hexID)
	}
	return h, nil
}

// acquire counts a handle on the entry of an id and has its view loaded before it returns.
func (v *Views) acquire(id string) *entry {
	v.mu.Lock()
	e := v.entryOf(id)
	e.resolve = true // whoever opens it must not be shown what is evicted already
	e.handles++
	e.viewed = true
	if e.handles == 1 {
		v.watch(e)
	}
	v.mu.Unlock()
	_ = v.refresh(e) // its error was reported
	return e
}

func (v *Views) release(e *entry) {
	v.mu.Lock()
	defer v.mu.Unlock()
	e = follow(e)
	e.handles--
	if e.handles > 0 {
		return
	}
	v.unwatch(e)
	e.idle = v.cfg.Now()
	v.enqueue(e)
}

// follow returns the entry that e has become part of. Views.mu is held.
func follow(e *entry) *entry {
	for e.moved != nil {
		e = e.moved
	}
	return e
}

// Close ends the hold. Streams of the handle must not be used afterwards.
func (h *Handle) Close() {
	h.views.release(h.own.entry)
	if h.hint.entry != nil {
		h.views.release(h.hint.entry)
	}
}

// current returns the entry that the viewer sees now: the one of the id that was asked for as soon as anything is bound to
// it, else the hinted trace's as long as nothing else has named that trace.
func (h *Handle) current() (e *entry, hinted bool) {
	v := h.views
	v.mu.Lock()
	defer v.mu.Unlock()
	own := follow(h.own.entry)
	if h.hint.entry == nil || own.traces.len() > 0 {
		return own, false
	}
	hint := follow(h.hint.entry)
	if hint != own && hint.id == h.hexID {
		return hint, true
	}
	return own, false
}

// lock returns the current entry with its mu held and its view loaded; the view is nil where the execution was evicted.
// While the store cannot be reached it waits.
func (h *Handle) lock() (e *entry, hinted bool) {
	for {
		e, hinted = h.current()
		e.mu.Lock()
		if now, _ := h.current(); now == e && (e.shows() || e.tombstone != nil) {
			return e, hinted
		}
		e.mu.Unlock()
		if err := h.views.refresh(e); err != nil && !h.views.pause(err) {
			return h.emptyEntry(), hinted
		}
	}
}

// retryRead is how often a reader tries to reach a store that fails.
const retryRead = 200 * time.Millisecond

// pause waits until it is worth trying again after an error of the store; false: it never will be.
func (v *Views) pause(err error) bool {
	if errors.Is(err, tracestore.ErrClosed) {
		return false
	}
	wait := time.NewTimer(retryRead)
	defer wait.Stop()
	select {
	case <-wait.C:
		return true
	case <-v.done:
		return false
	}
}

// emptyEntry stands in, locked, for an entry whose view cannot be loaded any more because the views are closed.
func (h *Handle) emptyEntry() *entry {
	e := newEntry(h.views, h.asked)
	e.view = execution.New(h.asked, h.views.cfg.Rules)
	e.mu.Lock()
	return e
}

// overview is the execution as the viewer sees it. e.mu is held.
func (h *Handle) overview(e *entry, hinted bool) execution.Overview {
	if e.tombstone != nil {
		s := e.tombstone.Summary
		s.Complete, s.CompleteReason = true, tracestore.CompleteEvicted
		o := execution.Overview{Summary: s, Known: true}
		if !s.PrimaryTrace.IsEmpty() {
			o.Traces, o.TraceCount = []tracestore.TraceID{s.PrimaryTrace}, 1
		}
		o.Totals.Counted = tracestore.Usage{
			Input: s.InputTokens, Output: s.OutputTokens, CostUSD: s.CostUSD, CostKnown: s.CostKnown,
		}
		return o
	}
	o := e.view.Overview()
	if hinted {
		o.Execution = h.asked
	}
	return o
}

// Overview is the execution as a whole, as it stands now.
func (h *Handle) Overview() execution.Overview {
	e, hinted := h.lock()
	defer e.mu.Unlock()
	return h.overview(e, hinted)
}

// Span returns one span, or ErrUnknownSpan.
func (h *Handle) Span(key execution.SpanKey) (SpanView, error) {
	e, _ := h.lock()
	defer e.mu.Unlock()
	if e.view == nil {
		return SpanView{}, ErrUnknownSpan
	}
	n := e.view.Node(key)
	if n == nil {
		return SpanView{}, ErrUnknownSpan
	}
	return viewOf(n), nil
}

// Spans returns every span, root first.
func (h *Handle) Spans() []SpanView {
	e, _ := h.lock()
	defer e.mu.Unlock()
	if e.view == nil {
		return nil
	}
	nodes := e.view.Ordered()
	spans := make([]SpanView, len(nodes))
	for i, n := range nodes {
		spans[i] = viewOf(n)
	}
	return spans
}

func viewOf(n *execution.Node) SpanView {
	return SpanView{Key: n.Key, Record: n.Record, Tail: n.Tail, PlaceholderName: n.PlaceholderName}
}
