package storetest

import (
	"slices"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func watchChecks() []Check {
	return []Check{
		{Name: "a change of a watched trace or execution wakes its watcher", run: wakes},
		{Name: "many changes are one signal", run: coalesces},
		{Name: "what nobody asked for wakes nobody", run: unrelated},
		{Name: "a watcher of something unknown hears of it when it comes", run: waits},
		{Name: "an alias leads a watcher to the whole execution", run: watchedAlias},
		{Name: "an eviction wakes the watchers of all its keys", run: wokenByEviction},
		{Name: "a reader that lost a signal heals by reading again", run: heals},
		{Name: "a closed watcher hears nothing and disturbs nobody", run: closedWatcher},
	}
}

// patience is how long a signal may take: a store elsewhere passes it on in its own time.
var patience = 30 * time.Second

func traceKey(n int) tracestore.Key { return tracestore.Key{Trace: traceID(n)} }

func nameKey(id string) tracestore.Key { return tracestore.Key{Execution: id} }

func (p *probe) watch(keys ...tracestore.Key) tracestore.Watcher {
	w, err := p.store.Watch(ctx, keys...)
	p.must(err)
	return w
}

// hears waits until each of the keys was signalled, and fails if another one is.
func (p *probe) hears(what string, w tracestore.Watcher, keys ...tracestore.Key) {
	deadline := time.After(patience)
	var got []tracestore.Key
	for len(got) < len(keys) {
		select {
		case <-w.C():
		case <-deadline:
			p.failf("%s: heard of %v, want %v", what, got, keys)
		}
		for _, k := range w.Changed() {
			if !slices.Contains(keys, k) {
				p.failf("%s: heard of %v, want only %v", what, k, keys)
			}
			if !slices.Contains(got, k) {
				got = append(got, k)
			}
		}
	}
}

// silent fails if a signal is there that nothing caused.
func (p *probe) silent(what string, w tracestore.Watcher) {
	if keys := w.Changed(); len(keys) > 0 {
		p.failf("%s: heard of %v", what, keys)
	}
}

func wakes(t *trial) {
	p := t.open(Options{})
	p.append(1, final(1, 0, named("run-1")))
	w := p.watch(traceKey(1), nameKey("run-1"))
	defer w.Close()
	p.silent("before anything", w)
	p.append(1, final(2, 1))
	p.hears("a new span", w, traceKey(1), nameKey("run-1"))
	t.must(p.store.PutSummary(ctx, "run-1", tracestore.Summary{Execution: "run-1"}))
	p.hears("a summary", w, nameKey("run-1"))
	p.append(1, observation(3, 1, tracestore.ClassStart, 1))
	p.hears("a span that runs", w, traceKey(1), nameKey("run-1"))
	t.must(p.store.Mark(ctx, traceID(1), tracestore.MarkStale, spanID(3)))
	p.hears("a mark", w, traceKey(1), nameKey("run-1"))
	t.must(p.store.Bind(ctx, "run-1", traceID(2)))
	p.hears("another trace", w, nameKey("run-1"))
	p.append(2, final(1, 0))
	p.hears("a span of the other trace", w, nameKey("run-1"))
}

func coalesces(t *trial) {
	p := t.open(Options{})
	w := p.watch(traceKey(1))
	defer w.Close()
	for n := range 100 {
		p.append(1, final(n+1, 0))
	}
	p.hears("a hundred spans", w, traceKey(1))
	if keys := w.Changed(); len(keys) > 1 {
		t.failf("%d keys of one changed", len(keys))
	}
}

func unrelated(t *trial) {
	p := t.open(Options{})
	p.append(1, final(1, 0))
	w := p.watch(traceKey(1), traceKey(3))
	defer w.Close()
	p.append(2, final(1, 0))
	p.append(1, final(1, 0))
	w.Remove(traceKey(3))
	p.append(3, final(1, 0))
	p.append(1, final(2, 0))
	p.hears("the watched trace", w, traceKey(1))
	w.Add(traceKey(2))
	p.append(2, final(2, 0))
	p.hears("a trace that was added", w, traceKey(2))
}

func waits(t *trial) {
	p := t.open(Options{})
	w := p.watch(nameKey("run-1"), traceKey(1), nameKey(hexOf(1)))
	defer w.Close()
	p.append(1, final(2, 1))
	p.hears("the first span", w, traceKey(1), nameKey(hexOf(1)))
	p.append(1, final(1, 0, named("run-1")))
	p.hears("the span with the name", w, nameKey("run-1"), traceKey(1), nameKey(hexOf(1)))
	early := p.watch(nameKey("run-2"))
	defer early.Close()
	t.must(p.store.Bind(ctx, "run-2", traceID(2)))
	p.hears("a binding", early, nameKey("run-2"))
}

func watchedAlias(t *trial) {
	p := t.open(Options{})
	p.append(1, final(1, 0))
	w := p.watch(nameKey(hexOf(1)))
	defer w.Close()
	p.append(2, final(1, 0, named("run-1")))
	p.silent("an execution of another trace", w)
	p.append(1, final(2, 1, named("run-1")))
	p.hears("the name", w, nameKey(hexOf(1)))
	p.append(2, final(2, 1))
	p.hears("the other trace of the execution", w, nameKey(hexOf(1)))
}

func wokenByEviction(t *trial) {
	p := t.open(Options{TTL: time.Hour})
	p.append(1, final(1, 0, named("run-1")))
	p.append(2, final(1, 0, named("run-1")))
	w := p.watch(nameKey("run-1"), traceKey(1), nameKey(hexOf(2)))
	defer w.Close()
	p.evict("run-1")
	p.hears("an eviction", w, nameKey("run-1"), traceKey(1), nameKey(hexOf(2)))
	p.append(3, final(1, 0))
	w.Add(traceKey(3))
	p.clock.Advance(2 * time.Hour)
	p.sweep()
	p.hears("the TTL", w, traceKey(3))
}

func heals(t *trial) {
	p := t.open(Options{})
	r := p.reader(1)
	w := p.watch(traceKey(1))
	defer w.Close()
	for n := range 20 {
		p.append(1, final(n%7+1, 0), observation(n%5+1, 0, tracestore.ClassFinal, int64(2000+n)))
		if n%3 == 0 {
			<-w.C() // the signal is lost: nobody asks what changed
		}
		if n%4 == 0 {
			r.drain(tracestore.ReadLimit{Records: 2})
		}
	}
	r.drain(tracestore.ReadLimit{})
	p.mustEqual("a reader that lost signals", r.knows, p.snapshot(1))
	p.append(1, final(50, 0))
	p.hears("a change after lost signals", w, traceKey(1))
}

func closedWatcher(t *trial) {
	p := t.open(Options{})
	w, other := p.watch(traceKey(1)), p.watch(traceKey(1))
	defer other.Close()
	w.Close()
	w.Close()
	w.Add(traceKey(2))
	p.append(1, final(1, 0))
	p.append(2, final(1, 0))
	p.hears("the other watcher", other, traceKey(1))
	select {
	case <-w.C():
		t.failf("a closed watcher was signalled, or its channel closed")
	default:
	}
	is(t, "changes of a closed watcher", len(w.Changed()), 0)
	w.Remove(traceKey(1))
}
