// Package resolver finds out which trace an execution has before any span says so, by asking the Orcheo backend, which
// knows the trace id from the start of a run.
//
// It works only while somebody waits: a question is asked when a viewer opens an execution nobody has named yet, one at a
// time per execution, and again from time to time until there is an answer or nobody waits any more.
package resolver

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Result says what a question gave.
type Result string

// The results.
const (
	Bound        Result = "bound"        // the trace is bound to the execution
	Pending      Result = "pending"      // the execution exists and has no trace id yet
	HistoryOnly  Result = "history_only" // the id is the backend's own, of a run that was never exported
	Unknown      Result = "unknown"      // the backend does not know the execution (yet)
	Unauthorized Result = "unauthorized" // the backend refused our token
	Malformed    Result = "malformed"    // the answer was not understood
	TooLarge     Result = "too_large"    // the answer was larger than we read
	Failed       Result = "failed"       // no answer
	Conflict     Result = "conflict"     // the trace belongs to another execution
	Overflow     Result = "overflow"     // not asked: too many executions are waited for
)

// Backend is asked for the trace of an execution. A Result of Bound means that there is one.
type Backend interface {
	Lookup(ctx context.Context, execution string) (tracestore.TraceID, Result)
}

// Binder is told what was found.
type Binder interface {
	// Known says whether the execution needs no resolving any more.
	Known(ctx context.Context, execution string) bool
	Bind(ctx context.Context, execution string, t tracestore.TraceID) error
}

// Config bounds the work. All fields must be positive.
type Config struct {
	Timeout       time.Duration // of one question
	RetryInterval time.Duration // between two questions about one execution; longer while the backend fails
	CacheTTL      time.Duration // how long an answer is remembered
	MaxEntries    int           // executions remembered or waited for
	Parallel      int           // questions at once
}

// backoffMax is how many times the retry interval doubles while the backend fails.
const backoffMax = 4

// Resolver asks and remembers. Close ends it.
type Resolver struct {
	config  Config
	backend Backend
	binder  Binder
	report  func(Result)

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	turns  chan struct{} // one per question at once

	mu      sync.Mutex
	closed  bool
	entries map[string]*entry
}

// entry is one execution. Its fields are guarded by Resolver.mu.
type entry struct {
	id       string
	waiting  int           // watches
	running  bool          // a goroutine asks for it
	done     chan struct{} // closed when there is nothing more to ask
	final    bool          // done is closed
	next     time.Time     // not asked again before
	failures int
	used     time.Time
	nudge    chan struct{} // tells the goroutine that waiting may have become zero
}

// New returns a resolver; report is called with the result of each question.
func New(c Config, backend Backend, binder Binder, report func(Result)) *Resolver {
	ctx, cancel := context.WithCancel(context.Background())
	return &Resolver{
		config: c, backend: backend, binder: binder, report: report,
		ctx: ctx, cancel: cancel, turns: make(chan struct{}, c.Parallel),
		entries: make(map[string]*entry),
	}
}

// Close ends all asking and waits for it.
func (r *Resolver) Close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.cancel()
	r.wg.Wait()
}

// Watch is a viewer's interest in an execution.
type Watch struct {
	done    <-chan struct{}
	release func()
}

// Done is closed when the execution is bound, or cannot be.
func (w *Watch) Done() <-chan struct{} { return w.done }

// Release ends the interest. A question that is being asked still gets its answer; no other follows.
func (w *Watch) Release() { w.release() }

// Watch has the trace of an execution looked for as long as the watch is held.
func (r *Resolver) Watch(id string) *Watch {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.entry(id, time.Now())
	if e == nil {
		r.report(Overflow)
		return &Watch{release: func() {}}
	}
	e.waiting++
	if !e.final && !e.running && !r.closed {
		e.running = true
		r.wg.Go(func() { r.pursue(e) })
	}
	return &Watch{done: e.done, release: sync.OnceFunc(func() { r.release(e) })}
}

func (r *Resolver) release(e *entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e.waiting--
	select {
	case e.nudge <- struct{}{}:
	default:
	}
}

// entry returns the entry of an id, nil where there is no room. r.mu is held.
func (r *Resolver) entry(id string, now time.Time) *entry {
	e := r.entries[id]
	if e != nil && e.final && e.waiting == 0 && now.Sub(e.used) > r.config.CacheTTL {
		e = nil // a restarted store may have lost what was bound
	}
	if e == nil {
		if _, replaces := r.entries[id]; !replaces && len(r.entries) >= r.config.MaxEntries && !r.forget(now) {
			return nil
		}
		e = &entry{id: id, done: make(chan struct{}), nudge: make(chan struct{}, 1)}
		r.entries[id] = e
	}
	e.used = now
	return e
}

// forget drops what is out of date, or else what was used longest ago and nobody waits for. r.mu is held.
func (r *Resolver) forget(now time.Time) (room bool) {
	var oldest *entry
	for id, e := range r.entries {
		switch {
		case e.waiting > 0 || e.running:
		case now.Sub(e.used) > r.config.CacheTTL:
			delete(r.entries, id)
			room = true
		case oldest == nil || e.used.Before(oldest.used):
			oldest = e
		}
	}
	if !room && oldest != nil {
		delete(r.entries, oldest.id)
		room = true
	}
	return room
}

// pursue asks until there is an answer or nobody waits.
func (r *Resolver) pursue(e *entry) {
	for r.wait(e) {
		if r.binder.Known(r.ctx, e.id) {
			r.settle(e, true, false)
			continue
		}
		result := r.ask(e.id)
		if r.ctx.Err() == nil {
			r.report(result)
		}
		r.settle(e, result == Bound || result == Conflict, result.failed())
	}
}

// wait holds until the entry is due; false means that pursuing it ends.
func (r *Resolver) wait(e *entry) bool {
	for {
		r.mu.Lock()
		pause := time.Until(e.next)
		if e.final || e.waiting == 0 || r.ctx.Err() != nil {
			e.running = false
			r.mu.Unlock()
			return false
		}
		r.mu.Unlock()
		if pause <= 0 {
			return true
		}
		due := time.NewTimer(pause)
		select {
		case <-due.C:
		case <-e.nudge:
		case <-r.ctx.Done():
		}
		due.Stop()
	}
}

func (r *Resolver) ask(id string) Result {
	ctx, cancel := context.WithTimeout(r.ctx, r.config.Timeout)
	defer cancel()
	select {
	case r.turns <- struct{}{}:
		defer func() { <-r.turns }()
	case <-ctx.Done():
		return Failed
	}
	trace, result := r.backend.Lookup(ctx, id)
	if result != Bound {
		return result
	}
	switch err := r.binder.Bind(ctx, id, trace); {
	case errors.Is(err, tracestore.ErrUnbindable):
		return Conflict
	case err != nil:
		return Failed
	}
	return Bound
}

func (r *Resolver) settle(e *entry, final, failed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e.used = time.Now()
	if final {
		e.final = true
		close(e.done)
		return
	}
	pause := r.config.RetryInterval
	if failed {
		pause <<= min(e.failures, backoffMax)
		e.failures++
	} else {
		e.failures = 0
	}
	e.next = e.used.Add(pause)
}

// failed says whether asking again soon would do no good.
func (r Result) failed() bool {
	switch r {
	case Failed, Unauthorized, Malformed, TooLarge:
		return true
	}
	return false
}
