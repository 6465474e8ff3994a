package live

import (
	"cmp"
	"container/list"
	"context"
	"encoding/hex"
	"sync"
	"sync/atomic"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Config says how views are kept. The zero value of a field means its default.
type Config struct {
	Rules execution.Rules
	// ViewBytes bounds the memory of views, which comes on top of the store's budget. Above it the views of executions
	// that nobody watches are dropped and folded anew when they are needed. Default 64 MiB.
	ViewBytes int64
	// SummaryInterval is the least time between two summaries of one execution. Default 1 s.
	SummaryInterval time.Duration
	// Repoll is how often a watched execution is read again without being asked, which heals a lost wake-up. Default 5 s.
	Repoll time.Duration
	// Linger is how long the view of a complete execution is kept after its last viewer left. Default 30 s.
	Linger time.Duration
	// SweepInterval is how often the store is told the time. Default 1 s.
	SweepInterval time.Duration
	// Restored says that the store was taken over from a run before, and Places where its views stood (see Views.Places; nil:
	// that is not known, and clients are sent everything anew). Silence before the start means nothing then.
	Restored bool
	Places   []byte
	// Now is the clock of the views, the one that the store has. Default: time.Now.
	Now func() time.Time
	// Render gives records of a trace that were made for a view the bodies that viewers are shown, and returns how many bytes
	// that took. It is called concurrently; nil: records have their bodies.
	Render func(tracestore.TraceID, []*tracestore.Record) (int64, error)
	// OnSweep is called with what each sweep did; nil: nobody wants to know.
	OnSweep func(tracestore.SweepResult)
	// OnError is called with errors of the store, which are otherwise healed by trying again; nil: nobody wants to know.
	OnError func(error)
}

func (c Config) withDefaults() Config {
	c.ViewBytes = cmp.Or(c.ViewBytes, 64<<20)
	c.SummaryInterval = cmp.Or(c.SummaryInterval, time.Second)
	c.Repoll = cmp.Or(c.Repoll, 5*time.Second)
	c.Linger = cmp.Or(c.Linger, 30*time.Second)
	c.SweepInterval = cmp.Or(c.SweepInterval, time.Second)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Render == nil {
		c.Render = func(tracestore.TraceID, []*tracestore.Record) (int64, error) { return 0, nil }
	}
	if c.OnSweep == nil {
		c.OnSweep = func(tracestore.SweepResult) {}
	}
	if c.OnError == nil {
		c.OnError = func(error) {}
	}
	return c
}

// workers fold views. Two of them, so that the first look at a huge execution does not hold up all others.
const workers = 2

// Views keeps one view per execution that is active or watched. It is created running; Close ends it.
//
// Locks, in the order in which they are taken: entry.mu, Views.mu, entry.subsMu. Append takes Views.mu only, and only to mark
// what changed. Entries that nobody watches are folded a little later, all that came meanwhile at once, and their views are not
// kept: what stays is the summary, and when the execution will be complete if nothing more comes.
type Views struct {
	store   tracestore.Store
	cfg     Config
	watcher tracestore.Watcher
	done    chan struct{}
	wg      sync.WaitGroup

	mu        sync.Mutex
	closed    bool
	entries   map[string]*entry // by canonical execution id, or by an id that nobody has named yet
	byTrace   map[tracestore.TraceID]owners
	unknown   map[tracestore.TraceID]struct{} // changed traces that no entry has
	unasked   map[tracestore.TraceID]struct{} // … of which the store could not be asked; tried again with the next re-poll
	strangers []tracestore.TraceID            // of them, those that the store will be asked for later
	viewed    map[*entry]struct{}             // entries with handles
	held      map[tracestore.Key]int          // what is watched, and for how many entries
	queue     []*entry
	queued    *sync.Cond
	alarms    alarms
	born      time.Time
	scratch   []scratch // of executions that nobody watches, to be used again
	peaks     peaks
	listened  time.Time  // when listen last looked around, by the clock on the wall
	excused   time.Time  // until then nobody listened; zero: always somebody did
	loaded    *list.List // of *entry with a view, least recently folded first
	viewBytes int64
	places    map[string]savedView // of the run before, until a view counts on from it

	legBytes atomic.Int64 // of the legs of all entries
	catching turns
}

// New starts to keep views over a store. The store stays the caller's: close it after the views.
func New(store tracestore.Store, cfg Config) (*Views, error) {
	w, err := store.Watch(context.Background())
	if err != nil {
		return nil, err
	}
	v := &Views{
		store: store, cfg: cfg.withDefaults(), watcher: w, done: make(chan struct{}),
		entries: map[string]*entry{}, byTrace: map[tracestore.TraceID]owners{}, born: time.Now(),
		unknown: map[tracestore.TraceID]struct{}{}, unasked: map[tracestore.TraceID]struct{}{},
		viewed: map[*entry]struct{}{}, held: map[tracestore.Key]int{}, loaded: list.New(),
	}
	v.queued = sync.NewCond(&v.mu)
	v.listened = v.cfg.Now().Round(0)
	if v.cfg.Restored {
		v.excused, v.places = v.listened, takePlaces(v.cfg.Places)
		v.cfg.Places = nil
	}
	for range workers {
		v.wg.Go(v.work)
	}
	v.wg.Go(v.listen)
	if v.cfg.Restored {
		v.wg.Go(v.revive)
	}
	return v, nil
}

// Close folds what is still queued and then ends all folding. What was folded can still be read, and streams get a last
// signal.
func (v *Views) Close() {
	v.mu.Lock()
	if v.closed {
		v.mu.Unlock()
		return
	}
	v.closed = true
	close(v.done)
	v.queued.Broadcast()
	if v.alarms.timer != nil {
		v.alarms.timer.Stop()
	}
	v.mu.Unlock()
	v.wg.Wait()
	v.catchUp()
	for v.workOnce() {
	}
	v.watcher.Close()
}

// Append hands observations to the store and has the views that they concern folded soon. It never waits for a viewer.
// The error is the store's: it could not be reached.
func (v *Views) Append(ctx context.Context, batches []tracestore.TraceBatch) ([]tracestore.AppendResult, error) {
	results, err := v.store.Append(ctx, batches)
	if err != nil {
		return results, err
	}
	news, next := v.foldNewcomers(ctx, batches, results), 0
	defer news.release()
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := range results {
		r := &results[i]
		if r.Stored+r.Updated+r.Skeleton+r.Dropped == 0 {
			continue
		}
		if n := news.of(i, &next); n != nil && v.welcome(news, n, r) {
			continue
		}
		if r.New != "" && v.greet(batches[i].Spans, r) {
			continue
		}
		named := v.touchNamed(batches[i].Spans, r.Trace)
		v.touchShared(r)
		if of := v.byTrace[r.Trace]; !named || of.first != nil {
			v.touchTrace(r.Trace, of)
		}
	}
	return results, nil
}

// touchTrace queues the entries of a trace. Where there is none, the store is asked whose it is. Views.mu is held.
func (v *Views) touchTrace(t tracestore.TraceID, of owners) {
	for e := range of.all {
		v.touch(e, t)
	}
	switch {
	case of.first != nil:
	case v.awaited(t):
		v.unknown[t] = struct{}{}
		v.queued.Signal()
	default:
		v.meet(t)
	}
}

// awaited says whether somebody watches a trace by its id. Views.mu is held.
func (v *Views) awaited(t tracestore.TraceID) bool {
	if len(v.viewed) == 0 {
		return false
	}
	var digits [2 * len(t)]byte
	hex.Encode(digits[:], t[:])
	e := v.entries[string(digits[:])]
	return e != nil && e.handles > 0
}

// scratch is a view that is not kept, with the memory of its records.
type scratch struct {
	view   *execution.View
	memory *tracestore.Memory
}

// owners are the entries of a trace: several where executions are nested in it.
type owners struct {
	first  *entry // nil: there are none
	others []*entry
}

func (o owners) all(yield func(*entry) bool) {
	if o.first == nil || !yield(o.first) {
		return
	}
	for _, e := range o.others {
		if !yield(e) {
			return
		}
	}
}

// touchShared queues the entries of the executions that share a trace and do not have it, because they were forgotten when
// they were complete. Views.mu is held.
func (v *Views) touchShared(r *tracestore.AppendResult) {
	for _, id := range r.Sharing {
		if e := v.entryOf(id); !e.traces.has(r.Trace) {
			e.resolve = true
			v.touch(e, r.Trace)
		}
	}
}

// touchNamed queues the entries of the executions that these spans name, and has them ask the store whether the trace is
// new to them. It tells whether there are any: they see to it that the trace is taken up (see refuse). Views.mu is held.
func (v *Views) touchNamed(spans []*tracestore.Span, t tracestore.TraceID) (named bool) {
	last := ""
	for _, s := range spans {
		id := s.Facts.Execution
		if id == "" || id == last {
			continue
		}
		last, named = id, true
		if e := v.nameless(t); e != nil {
			e.resolve = true // it gets the name, and its viewers keep their places
			v.touch(e, t)
			continue
		}
		if e := v.entryOf(id); !e.traces.has(t) {
			e.resolve = true
			v.touch(e, t)
		}
	}
	return named
}

// greet makes the entry of an execution that is new to everybody, with the one trace that it has: the store need not be asked.
// It is false where there is an entry already, or the spans name others. Views.mu is held.
func (v *Views) greet(spans []*tracestore.Span, r *tracestore.AppendResult) bool {
	id := r.New
	if !nameOnly(spans, id) || v.byTrace[r.Trace].first != nil || v.entries[id] != nil {
		return false
	}
	e := newEntry(v, id)
	v.entries[id] = e
	e.resolve, e.fresh = false, true
	v.join(e, r.Trace)
	v.touch(e, r.Trace)
	return true
}

// nameless returns the entry of a trace that goes by the trace's own id, because nothing has named it when it was last
// resolved. Views.mu is held.
func (v *Views) nameless(t tracestore.TraceID) *entry {
	for e := range v.byTrace[t].all {
		if len(e.id) == 2*len(t) && e.id == t.String() {
			return e
		}
	}
	return nil
}

// touch marks a trace of an entry as changed and queues the entry, at once where somebody watches it. Views.mu is held.
func (v *Views) touch(e *entry, t tracestore.TraceID) {
	e.dirty.add(t)
	if e.handles > 0 {
		v.enqueue(e)
	} else {
		v.putOff(e)
	}
}

func (v *Views) enqueue(e *entry) {
	if e.queued || e.gone {
		return
	}
	e.queued = true
	v.queue = append(v.queue, e)
	v.queued.Signal()
}

// entryOf returns the entry of a canonical id, made if need be. Views.mu is held.
func (v *Views) entryOf(id string) *entry {
	e := v.entries[id]
	if e == nil {
		e = newEntry(v, id)
		v.entries[id] = e
	}
	return e
}

// Executions lists executions from their summaries, which are brought up to date before: once for all who ask meanwhile.
func (v *Views) Executions(ctx context.Context, q tracestore.Query) (tracestore.ExecutionPage, error) {
	v.catching.share(v.catchUp)
	return v.store.Executions(ctx, q)
}

// Resolve tells what an id stands for.
func (v *Views) Resolve(ctx context.Context, id string) (tracestore.Resolution, error) {
	return v.store.Resolve(ctx, id)
}

// Stats is the store's account of itself.
func (v *Views) Stats() tracestore.Stats { return v.store.Stats() }

// ViewBytes is the memory that views take now, on top of the store, and what is known of executions without one.
func (v *Views) ViewBytes() int64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.viewBytes + int64(len(v.entries))*entryBytes + v.alarms.prospects.bytes()
}

// Bind says that a trace belongs to an execution. The error is the store's: tracestore.ErrUnbindable where another one has it.
func (v *Views) Bind(ctx context.Context, id string, t tracestore.TraceID) error {
	if err := v.store.Bind(ctx, id, t); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, e := range append([]*entry{v.entries[id], v.entries[t.String()], v.byTrace[t].first}, v.byTrace[t].others...) {
		if e != nil {
			e.resolve = true
			e.dirty.add(t)
			v.enqueue(e)
		}
	}
	v.touchTrace(t, v.byTrace[t])
	return nil
}
