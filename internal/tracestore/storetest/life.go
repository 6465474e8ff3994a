package storetest

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func lifeChecks() []Check {
	return []Check{
		{Name: "a closed store says so, and wakes its watchers a last time", run: closed},
		{Name: "appenders, readers, watchers and a sweeper do not disturb each other", run: crowd},
	}
}

func closed(t *trial) {
	p := t.open(Options{})
	p.append(1, final(1, 0))
	w := p.watch(traceKey(1))
	t.must(p.store.Close())
	t.must(p.store.Close())
	select {
	case <-w.C():
	case <-time.After(patience):
		t.failf("the watcher of a store that was closed heard nothing")
	}
	w.Close()
	calls := map[string]func() error{
		"Append": func() error {
			_, err := p.store.Append(ctx, []tracestore.TraceBatch{{Trace: traceID(1), Spans: many(1, 1)}})
			return err
		},
		"Read": func() error {
			_, err := p.store.Read(ctx, traceID(1), tracestore.Position{}, tracestore.ReadLimit{})
			return err
		},
		"Bind":       func() error { return p.store.Bind(ctx, "run", traceID(1)) },
		"Resolve":    func() error { _, err := p.store.Resolve(ctx, "run"); return err },
		"PutSummary": func() error { return p.store.PutSummary(ctx, "run", tracestore.Summary{}) },
		"Introduce":  func() error { return p.store.Introduce(ctx, []tracestore.Summary{{}}) },
		"Conclude":   func() error { _, err := p.store.Conclude(ctx, []tracestore.Conclusion{{}}); return err },
		"Executions": func() error { _, err := p.store.Executions(ctx, tracestore.Query{}); return err },
		"Mark":       func() error { return p.store.Mark(ctx, traceID(1), tracestore.MarkLost, spanID(1)) },
		"Watch":      func() error { _, err := p.store.Watch(ctx); return err },
		"Evict":      func() error { return p.store.Evict(ctx, "run", tracestore.EvictRequest) },
		"Sweep":      func() error { _, err := p.store.Sweep(ctx, p.clock.Now()); return err },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, tracestore.ErrClosed) {
			t.failf("%s of a closed store: got %v, want %v", name, err, tracestore.ErrClosed)
		}
	}
}

// The crowd: traces that stay, each with one appender, and traces that are evicted again and again.
const (
	crowdTraces = 4
	crowdSpans  = 300
)

// crowd has everybody at work at once, and looks at what is there when they are done. Each goroutine has a trial of its own,
// so that a failure in one is told.
func crowd(t *trial) {
	p := t.open(Options{BudgetBytes: 64 << 20})
	var working, serving sync.WaitGroup
	failures := make(chan error, 64)
	done := make(chan struct{})
	start := func(wg *sync.WaitGroup, work func(p *probe)) {
		wg.Go(func() {
			err := try(t.opener, func(own *trial) { work(&probe{trial: own, store: p.store, clock: p.clock}) })
			if err != nil {
				failures <- err
			}
		})
	}
	readers := make([]*reader, crowdTraces)
	for trace := range crowdTraces {
		start(&working, func(p *probe) { p.feed(trace + 1) })
		r := p.reader(trace + 1)
		readers[trace] = r
		start(&serving, func(own *probe) {
			r.p = own
			r.follow(done)
		})
	}
	start(&working, (*probe).churn)
	start(&serving, func(p *probe) { p.serve(done) })
	working.Wait()
	close(done)
	serving.Wait()
	close(failures)
	for err := range failures {
		t.must(err)
	}
	for trace, r := range readers {
		r.p = p
		r.drain(tracestore.ReadLimit{Records: 7})
		want := p.snapshot(trace + 1)
		is(t, "spans", len(want), crowdSpans)
		p.mustEqual("a reader in the crowd", r.knows, want)
	}
	stats := p.store.Stats()
	is(t, "records", stats.Records, crowdTraces*crowdSpans)
	is(t, "executions", stats.Executions, crowdTraces)
}

// feed appends the spans of a trace, each of them several times.
func (p *probe) feed(trace int) {
	id := fmt.Sprint("run-", trace)
	for n := range crowdSpans {
		p.append(trace, observation(n+1, 1, tracestore.ClassStart, 1, leased(time.Hour)))
		p.append(trace, final(n/2+1, 1), final(n+1, 1, named(id)))
		if n%20 == 0 {
			p.must(p.store.PutSummary(ctx, id, tracestore.Summary{Execution: id, Spans: n}))
		}
	}
}

// churn makes executions and evicts them.
func (p *probe) churn() {
	for n := range crowdSpans {
		trace := 100 + n
		p.append(trace, many(1, 3, named(fmt.Sprint("short-", n)))...)
		p.evict(hexOf(trace))
		is(p.trial, "late spans", p.append(trace, final(9, 1)).Evicted, 1)
	}
}

// follow reads a trace whenever it changes.
func (r *reader) follow(done <-chan struct{}) {
	w := r.p.watch(traceKey(r.trace))
	defer w.Close()
	for {
		r.drain(tracestore.ReadLimit{Records: 5})
		select {
		case <-done:
			return
		case <-w.C():
			w.Changed()
		}
	}
}

// serve sweeps, lists and resolves while the others are at work.
func (p *probe) serve(done <-chan struct{}) {
	for n := 0; ; n++ {
		select {
		case <-done:
			return
		default:
		}
		p.clock.Advance(time.Millisecond)
		p.sweep()
		p.list(tracestore.Query{Text: "run", Limit: 3})
		p.resolve(fmt.Sprint("run-", n%crowdTraces+1))
		w := p.watch(nameKey(fmt.Sprint("run-", n%crowdTraces+1)), nameKey(fmt.Sprint("short-", n)))
		w.Close()
	}
}
