package live

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// readLimit is how much one read of the store may take, so that no trace is locked for long.
var readLimit = tracestore.ReadLimit{Records: 512}

// entry is what is known of one execution: its view, as long as that is needed, and who waits for it.
type entry struct {
	views *Views

	mu          sync.Mutex // guards the fields of this block
	view        *execution.View
	copied      int64              // bytes of records that were made for the view alone
	memory      *tracestore.Memory // of those records, if the view may be one that is not kept
	bare        bool               // the view is kept, and its records have no bodies: nobody may be shown it
	incarnation uint64             // of the view: revisions mean something within one incarnation only
	tombstone   *tracestore.Tombstone
	told        uint64    // the view's revision that streams were woken for
	summarized  uint64    // the view's revision in the last summary
	summary     listed    // of the last summary that was written
	summaryAt   time.Time // zero: none yet
	outlook     outlook   // while the view is not kept
	legs        legs      // of streams that stand at the same place
	heir        *entry    // the entry that will become this one as soon as it is refreshed, see leaveToNameless

	// Guarded by Views.mu.
	id      string
	dirty   traceSet
	traces  traceSet
	resolve bool // the store must be asked again what the id stands for
	fresh   bool // the store need not be asked: the entry has all traces that the execution has, and nothing was folded
	reread  bool // every trace must be read
	queued  bool
	moved   *entry // the entry that this one became part of
	gone    bool   // it was forgotten: whoever is interested again makes a new one
	handles int
	viewed  bool          // somebody had a handle: a cursor may stand in its view
	late    int           // its place among those that are put off, from 1; 0: it is not
	alarm   time.Duration // when it is to be looked at, since Views.born
	place   int           // among the alarms, from 1; 0: none is set
	loaded  *list.Element
	bytes   int64
	idle    time.Time // when the last handle was closed

	subsMu sync.Mutex
	subs   map[*Stream]struct{}
}

func newEntry(v *Views, id string) *entry {
	return &entry{views: v, id: id, resolve: true}
}

// shows says whether there is a view whose records have bodies.
func (e *entry) shows() bool { return e.view != nil && !e.bare && e.memory == nil }

// entryBytes is about what an entry takes without its view: itself, its places in the maps and among the alarms.
const entryBytes = 11 << 6

// with is a set with one more element. There are as many entries as executions under way, and most have none in most sets.
func with[K comparable](set map[K]struct{}, k K) map[K]struct{} {
	if set == nil {
		set = make(map[K]struct{}, 1)
	}
	set[k] = struct{}{}
	return set
}

// work is what a refresh has to do, taken from the entry under Views.mu.
type work struct {
	id      string
	resolve bool
	fresh   bool
	reread  bool
	dirty   traceSet
	viewed  bool
	excused time.Time // silence before it does not count
}

// idle says that nothing came.
func (w *work) idle() bool { return !w.resolve && !w.reread && w.dirty.len() == 0 }

func (v *Views) take(e *entry) (work, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.noticeSleep(v.cfg.Now())
	if e.moved != nil || e.gone {
		return work{}, false
	}
	w := work{id: e.id, resolve: e.resolve, fresh: e.fresh, reread: e.reread, dirty: e.dirty, viewed: e.viewed, excused: v.excused}
	e.resolve, e.fresh, e.reread, e.dirty = false, false, false, traceSet{}
	v.takeUp(e)
	return w, true
}

// refresh brings an entry up to date: whose it is, what changed in its traces, and what time did to it. An error is the
// store's; it was reported, and the entry will be refreshed again.
func (v *Views) refresh(e *entry) error {
	e.mu.Lock()
	err := v.refreshLocked(e)
	if e.view != nil && e.told != e.view.Rev() {
		e.told = e.view.Rev()
		e.signal()
	}
	heir := e.heir
	e.heir = nil
	e.mu.Unlock()
	if err != nil {
		v.cfg.OnError(err)
		v.retry(e)
	}
	if heir != nil {
		return errors.Join(err, v.refresh(heir))
	}
	return err
}

func (v *Views) refreshLocked(e *entry) error {
	ctx := context.Background()
	e.forgetLegs(time.Now())
	w, ok := v.take(e)
	if !ok {
		return nil
	}
	if e.view == nil && e.outlook.known && !w.viewed && w.idle() {
		if done, err := v.conclude(ctx, e, &w); done || err != nil {
			return err
		}
	}
	e.outlook = outlook{}
	if e.view != nil && w.viewed && !e.shows() {
		v.abandon(e)
	}
	load := e.view == nil
	switch {
	case load && w.fresh && !w.resolve:
		v.begin(e, w.id, w.viewed)
		e.view.AddTraces(w.dirty.one)
	case w.resolve || load:
		moved, err := v.resolveEntry(ctx, e, &w)
		if moved {
			e.legs.forget()
			v.abandon(e)
			return nil
		}
		if err != nil {
			v.giveBack(e, w)
			return err
		}
		v.refuse(e, &w)
	}
	if e.tombstone != nil {
		v.dropLocked(e)
		e.signal()
		return nil
	}
	read := v.toRead(e, w, load)
	for t := range read.all {
		if err := v.fold(ctx, e, t); err != nil {
			v.giveBack(e, w)
			return err
		}
	}
	if w.fresh && e.view.Len() == 0 {
		v.askAgain(e) // what was new is gone
	}
	now := v.cfg.Now()
	if !w.excused.IsZero() {
		e.view.Excuse(w.excused)
	}
	e.view.Advance(now)
	if load {
		v.countOn(e)
	}
	if err := v.summarize(ctx, e, now, !w.viewed); err != nil {
		v.giveBack(e, work{reread: true})
		return err
	}
	v.settle(e, &w, now)
	return nil
}

// askAgain has the store asked what an entry's id stands for.
func (v *Views) askAgain(e *entry) {
	v.mu.Lock()
	defer v.mu.Unlock()
	e.resolve = true
	v.enqueue(e)
}

// refuse sees to the traces of spans that named the execution although the store does not have them with it.
func (v *Views) refuse(e *entry, w *work) {
	if e.heir != nil {
		return // that one has them, or asks for them
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for t := range w.dirty.all {
		if !e.traces.has(t) && v.byTrace[t].first == nil {
			v.unknown[t] = struct{}{}
			v.queued.Signal()
		}
	}
}

// giveBack puts the work of a refresh that failed back, to be done again.
func (v *Views) giveBack(e *entry, w work) {
	v.mu.Lock()
	defer v.mu.Unlock()
	e.resolve = e.resolve || w.resolve || w.fresh
	e.reread = e.reread || w.reread
	for t := range w.dirty.all {
		e.dirty.add(t)
	}
}

// retry queues an entry again after a while, when the store could not be reached.
func (v *Views) retry(e *entry) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.arm(e, time.Second)
}

func (v *Views) toRead(e *entry, w work, load bool) traceSet {
	if !load && !w.reread {
		return w.dirty
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return e.traces.copy()
}

// fold reads what changed in a trace and applies it.
func (v *Views) fold(ctx context.Context, e *entry, t tracestore.TraceID) error {
	for {
		limit := readLimit
		limit.Memory = e.memory
		page, err := v.store.Read(ctx, t, e.view.Position(t), limit)
		if err != nil {
			return err
		}
		if page.Reset {
			e.view.Forget(t)
			e.view.AddTrace(t, page.Info.Epoch)
		}
		if e.memory == nil && !e.bare {
			page.Copied += v.render(t, page.Records)
		}
		e.view.Apply(page.Records, page.Info)
		e.copied += page.Copied
		if !page.More {
			return nil
		}
	}
}

// render gives records the bodies that viewers are shown. One that cannot be read is shown without content, and reported.
func (v *Views) render(t tracestore.TraceID, records []*tracestore.Record) (bytes int64) {
	bytes, err := v.cfg.Render(t, records)
	if err != nil {
		v.cfg.OnError(fmt.Errorf("render spans of trace %s: %w", t, err))
	}
	return bytes
}

// summarize writes the row for lists: what people look for in a list at once, other changes at most once an interval. An
// execution that nobody watches is not folded more often than that anyway.
func (v *Views) summarize(ctx context.Context, e *entry, now time.Time, unwatched bool) error {
	rev := e.view.Rev()
	if rev == e.summarized {
		return nil
	}
	s := e.view.Summary()
	due := unwatched || e.summaryAt.IsZero() || e.summary.urgent(&s) || now.Sub(e.summaryAt) >= v.cfg.SummaryInterval
	if !due || s.Spans == 0 {
		return nil
	}
	if err := v.store.PutSummary(ctx, s.Execution, s); err != nil {
		return err
	}
	e.summarized, e.summaryAt, e.summary = rev, now, listedOf(&s)
	return nil
}

// listed is what of a row is looked for in lists. The texts are hashes, because entries are many, and two texts with the same
// one do no harm: the row is behind for a while.
type listed struct {
	execution, workflow uint64
	status              tracestore.Status
	complete            bool
}

var listedSeed = maphash.MakeSeed()

func listedOf(s *tracestore.Summary) listed {
	return listed{maphash.String(listedSeed, s.Execution), maphash.String(listedSeed, s.WorkflowID), s.Status, s.Complete}
}

// urgent says whether a row would be wrong, and not only behind, without the change.
func (l listed) urgent(is *tracestore.Summary) bool { return l != listedOf(is) }

// newIncarnation tells views apart that were folded from the same records at different times.
func newIncarnation() uint64 { return max(1, rand.Uint64()) }

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// subscribe has a stream woken when the view changed.
func (e *entry) subscribe(s *Stream) {
	e.subsMu.Lock()
	defer e.subsMu.Unlock()
	e.subs = with(e.subs, s)
}

// isShared says whether several streams wait for this entry.
func (e *entry) isShared() bool {
	e.subsMu.Lock()
	defer e.subsMu.Unlock()
	return len(e.subs) > 1
}

// unsubscribe undoes subscribe.
func (e *entry) unsubscribe(s *Stream) {
	e.subsMu.Lock()
	defer e.subsMu.Unlock()
	delete(e.subs, s)
}

// signal wakes the streams that wait for this entry.
func (e *entry) signal() {
	e.subsMu.Lock()
	defer e.subsMu.Unlock()
	for s := range e.subs {
		s.poke()
	}
}
