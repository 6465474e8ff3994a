package memorystore

import (
	"context"
	"sync"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Store is a tracestore.Store in memory. Make one with New. Contexts are not looked at: no method waits for anything but
// the store's lock.
type Store struct {
	cfg Config

	mu              sync.RWMutex
	closed          bool
	traces          directory[tracestore.TraceID, trace]
	names           directory[string, execution] // named ones; an unnamed one is found through its trace
	namedLikeTraces int                          // of names, those that are the hex id of some trace
	contexts        contextPool
	activity        changes[execution] // listed executions, by when they changed
	stamp           uint64             // the last one given in activity
	lastTick        int64              // the latest time the store worked with, Unix nanoseconds

	register    *register
	queue       queue
	ages        ages
	ripe        ripe
	graves      graveyard
	leased      leaseHeap
	heard       hearing
	grace       int64 // leases count from here at least: when the clock last jumped
	lastSweep   int64
	watch       watchIndex
	evictions   tally
	held        int64 // bytes of groups
	watchedHeld int64 // bytes of those with watchers
	records     int   // in full
	skeletons   int
	executions  int

	open []byte       // memory for the data of one batch
	rows [fewRows]row // … for its rows
	row  []byte       // … and for a summary

	compressedRecords int   // of the records in full
	compressedBytes   int64 // of held
}

var _ tracestore.Store = (*Store)(nil)

// New makes an empty store. The error names everything that is wrong with the configuration.
func New(cfg Config) (*Store, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	s := &Store{
		cfg: cfg.withDefaults(), traces: newTraceDirectory(), names: newNameDirectory(), contexts: newContextPool(),
		graves: newGraveyard(), watch: newWatchIndex(),
	}
	s.clearLists()
	return s, nil
}

// clearLists forgets all groups.
func (s *Store) clearLists() {
	s.register = &register{}
	s.queue, s.ages, s.ripe = newQueue(s.register), ages{register: s.register}, ripe{register: s.register}
}

// lock takes the store for writing. The error is tracestore.ErrClosed; then the lock is not held.
func (s *Store) lock() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return tracestore.ErrClosed
	}
	return nil
}

// rlock takes the store for reading. The error is tracestore.ErrClosed; then the lock is not held.
func (s *Store) rlock() error {
	s.mu.RLock()
	if s.closed {
		s.mu.RUnlock()
		return tracestore.ErrClosed
	}
	return nil
}

// now is the store's time in Unix nanoseconds.
func (s *Store) now() int64 { return s.cfg.Now().UnixNano() }

// bytes is what the store holds by its own account.
func (s *Store) bytes() int64 {
	return s.held + s.traces.bytes() + s.names.bytes() + s.contexts.bytes() + s.graves.bytes() + s.queue.bytes() + s.activity.bytes() +
		s.register.bytes() + s.evictions.bytes() + heapSize(cap(s.leased)*8)
}

// Stats is the store's account of itself. A closed store holds nothing.
func (s *Store) Stats() tracestore.Stats {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return tracestore.Stats{
		Traces: s.traces.count, Executions: s.executions, Records: s.records + s.skeletons, Skeletons: s.skeletons,
		Tombstones: s.graves.count, Bytes: s.bytes(), BudgetBytes: s.cfg.BudgetBytes,
		CompressedRecords: s.compressedRecords, CompressedBytes: s.compressedBytes,
	}
}

// Close lets go of everything and wakes all watchers a last time. Closing twice is fine.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	s.watch.wakeAll()
	s.traces, s.names, s.namedLikeTraces = newTraceDirectory(), newNameDirectory(), 0
	s.activity, s.leased, s.watch, s.evictions = changes[execution]{}, nil, newWatchIndex(), tally{}
	s.graves, s.contexts = newGraveyard(), newContextPool()
	s.clearLists()
	s.held, s.watchedHeld, s.records, s.skeletons, s.executions = 0, 0, 0, 0, 0
	s.compressedRecords, s.compressedBytes, s.open = 0, 0, nil
	return nil
}

// Read returns what changed in a trace after from. See tracestore.Store.
func (s *Store) Read(_ context.Context, id tracestore.TraceID, from tracestore.Position, limit tracestore.ReadLimit) (tracestore.Page, error) {
	if err := s.rlock(); err != nil {
		return tracestore.Page{}, err
	}
	t := s.traces.get(id)
	switch {
	case t == nil:
		s.mu.RUnlock()
		return tracestore.Page{Info: tracestore.TraceInfo{Trace: id}, Next: from}, nil
	case t.compressed != nil:
		f := t.freeze(from)
		s.mu.RUnlock() // nobody waits while blocks are unpacked
		return f.read(limit)
	}
	defer s.mu.RUnlock()
	return t.read(from, limit), nil
}
