package live

import (
	"context"
	"slices"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// resolveEntry asks the store what the entry's id stands for now, and follows: it loads the view if there is none, adds
// traces that joined, renames the entry when its execution got a name, or makes it part of the entry that has that name.
// moved means that e is no longer anybody's entry. e.mu is held.
func (v *Views) resolveEntry(ctx context.Context, e *entry, w *work) (moved bool, err error) {
	res, err := v.store.Resolve(ctx, w.id)
	if err != nil {
		return false, err
	}
	if e.tombstone = res.Tombstone; e.tombstone != nil {
		return false, nil
	}
	if res.Execution != w.id && v.rename(e, res.Execution) {
		return true, nil
	}
	if e.view == nil {
		v.begin(e, res.Execution, w.viewed)
		if res.Summary != nil {
			e.view.Latch(*res.Summary)
			e.summary = listedOf(res.Summary)
		}
		w.reread = true
	}
	e.view.SetID(res.Execution)
	if v.leaveToNameless(ctx, e, res) {
		return false, nil
	}
	return !v.joinTraces(e, w, res.Traces), nil
}

// begin gives an entry the empty view of an execution. e.mu is held.
func (v *Views) begin(e *entry, id string, kept bool) {
	e.view, e.memory = v.emptyView(id, kept)
	e.incarnation, e.told, e.copied = newIncarnation(), 0, 0
}

// leaveToNameless is for an entry that somebody waits at, and whose first trace has an entry of its own already, because it
// is being watched by its id or by a hint: that one is about to get this one's name, and its viewers their places kept.
func (v *Views) leaveToNameless(ctx context.Context, e *entry, res tracestore.Resolution) bool {
	o := v.namelessOf(e, res.Traces)
	if o == nil {
		return false
	}
	now, err := v.store.Resolve(ctx, o.trace.String())
	if err != nil || now.Execution != res.Execution {
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if o.entry.gone || o.entry.moved != nil {
		return false
	}
	o.entry.resolve = true
	o.entry.reread = true // it may be behind: nobody re-reads what nobody watches
	e.heir = o.entry
	v.arm(e, heirDelay)
	return true
}

// heirDelay is after what time an entry looks again, should what it was left to not have taken it over.
const heirDelay = 100 * time.Millisecond

// unnamed is an entry that goes by its trace's id.
type unnamed struct {
	entry *entry
	trace tracestore.TraceID
}

// namelessOf finds another entry that goes by the id of one of the traces, if e has no traces yet.
func (v *Views) namelessOf(e *entry, refs []tracestore.TraceRef) *unnamed {
	v.mu.Lock()
	defer v.mu.Unlock()
	if e.traces.len() > 0 {
		return nil
	}
	for _, ref := range refs {
		if o := v.nameless(ref.Trace); o != nil && o != e {
			return &unnamed{o, ref.Trace}
		}
	}
	return nil
}

// emptyView is the view of an execution before anything was folded. One that is to be kept, be it for those who stood in a view
// of the run before, has records of its own.
func (v *Views) emptyView(id string, kept bool) (*execution.View, *tracestore.Memory) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, awaited := v.places[id]; kept || awaited {
		return execution.New(id, v.cfg.Rules), nil
	}
	if last := len(v.scratch) - 1; last >= 0 {
		s := v.scratch[last]
		v.scratch = v.scratch[:last]
		s.view.Reset(id, v.cfg.Rules)
		return s.view, s.memory
	}
	return execution.New(id, v.cfg.Rules), &tracestore.Memory{}
}

// joinTraces makes the entry's traces those that the store names. It is false where the entry became part of another one
// meanwhile.
func (v *Views) joinTraces(e *entry, w *work, refs []tracestore.TraceRef) bool {
	left, ok := v.exchange(e, w, refs)
	if !ok {
		return false
	}
	ids := make([]tracestore.TraceID, len(refs))
	for i, ref := range refs {
		ids[i] = ref.Trace
	}
	e.view.AddTraces(ids...)
	for _, t := range left {
		e.view.Forget(t)
	}
	return true
}

// exchange takes the traces of refs into the entry, and the others out of it.
func (v *Views) exchange(e *entry, w *work, refs []tracestore.TraceRef) (left []tracestore.TraceID, ok bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if e.moved != nil {
		return nil, false
	}
	for _, ref := range refs {
		if !e.traces.has(ref.Trace) {
			v.join(e, ref.Trace)
			w.dirty.add(ref.Trace)
		}
	}
	if e.traces.len() == len(refs) {
		return nil, true
	}
	now := make(map[tracestore.TraceID]struct{}, len(refs))
	for _, ref := range refs {
		now[ref.Trace] = struct{}{}
	}
	for t := range e.traces.all {
		if _, still := now[t]; !still {
			v.leave(e, t)
			left = append(left, t)
		}
	}
	return left, true
}

// join makes a trace the entry's. Views.mu is held.
func (v *Views) join(e *entry, t tracestore.TraceID) {
	e.traces.add(t)
	o := v.byTrace[t]
	if o.first == nil {
		o.first = e
	} else {
		o.others = append(o.others, e)
	}
	v.byTrace[t] = o
	if e.handles > 0 {
		v.hold(tracestore.Key{Trace: t})
	}
}

// leave undoes join. Views.mu is held.
func (v *Views) leave(e *entry, t tracestore.TraceID) {
	e.traces.remove(t)
	o := v.byTrace[t]
	if o.first == e {
		o.first = nil
	}
	o.others = slices.DeleteFunc(o.others, func(o *entry) bool { return o == e })
	if o.first == nil && len(o.others) > 0 {
		o.first, o.others = o.others[0], slices.Delete(o.others, 0, 1)
	}
	if o.first == nil {
		delete(v.byTrace, t)
	} else {
		v.byTrace[t] = o
	}
	if e.handles > 0 {
		v.letGo(tracestore.Key{Trace: t})
	}
}

// rename gives the entry the canonical id that its execution got. The usual case is that viewers watched a trace that nobody
// had named, and now its root has: then everything stays as it is but for the name. Where an entry of that name has spans of
// its own, e becomes part of it, which is what true means. e.mu is held.
func (v *Views) rename(e *entry, id string) (merged bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if e.moved != nil {
		return true
	}
	other := v.entries[id]
	if v.entries[e.id] == e {
		delete(v.entries, e.id)
	}
	switch {
	case other == nil || other == e:
		v.rekey(e, id)
	case other.traces.len() == 0 && e.traces.len() > 0:
		// Somebody waits under that name and has seen nothing yet: they get this entry.
		v.rekey(e, id)
		v.mergeInto(other, e)
	default:
		v.mergeInto(e, other)
		return true
	}
	return false
}

func (v *Views) rekey(e *entry, id string) {
	if e.handles > 0 {
		v.hold(tracestore.Key{Execution: id})
		v.letGo(tracestore.Key{Execution: e.id})
	}
	e.id = id
	v.entries[id] = e
}

// mergeInto moves the viewers of one entry to another. Views.mu is held; the lock of from need not be, for its view is
// only ever read again through from.moved.
func (v *Views) mergeInto(from, to *entry) {
	if from.handles > 0 {
		if to.handles == 0 {
			v.watch(to)
		}
		to.handles += from.handles
		to.viewed = true
	}
	for t := range from.traces.all {
		to.dirty.add(t)
		v.leave(from, t)
	}
	if from.handles > 0 {
		v.unwatch(from)
		from.handles = 0
	}
	from.moved = to
	v.disarm(from)
	v.unlist(from)
	to.resolve = true

	from.subsMu.Lock()
	subs := from.subs
	from.subs = nil
	from.subsMu.Unlock()
	for s := range subs {
		to.subscribe(s)
		s.poke()
	}
	v.enqueue(to)
}
