// Package tracestore holds what was observed: the records of spans per trace, in which order they changed, which
// execution a trace belongs to, and for how long all that is kept.
//
// A store is not a message queue but a compacted change index: per trace it keeps the latest record of each span and the
// position of its last change. Reading from a position returns each span that changed after it exactly once, in its latest
// state. A snapshot is a read from the zero position; a slow reader is a cursor that lags behind, and coalesces by itself.
//
// The layers above are execution (a view of one execution's records) and canvaswire (the JSON of it).
package tracestore

import (
	"context"
	"errors"
	"time"
)

// Position is a place in the history of ONE trace. The zero Position is before everything.
type Position struct {
	// Epoch changes when the trace's history was really lost, so that positions of before mean nothing any more.
	Epoch string
	// Seq grows with every change: max(previous+1, now in Unix microseconds), below 2^53 so that JavaScript holds it exactly.
	Seq uint64
}

// IsZero says whether p is before everything.
func (p Position) IsZero() bool { return p == Position{} }

// TraceBatch is what one export request says about one trace.
type TraceBatch struct {
	Trace  TraceID
	Sender string // the service; with the workflow that spans name, whom fairness counts the execution to
	Spans  []*Span
}

// AppendResult tells what became of a batch. The counts add up to the spans that were given.
type AppendResult struct {
	Trace     TraceID
	Stored    int // new spans
	Updated   int // a higher observation of a known span
	Duplicate int // an observation that the store has, or has a higher one of
	Skeleton  int // over the execution's bound: only ids, times and status kept
	Dropped   int // over the bound and its reserve: counted only
	Evicted   int // the trace was evicted before; counted at its tombstone only
	Refused   int // no observation of a span: nil, or without a trace id or span id
	Position  Position
	Received  int64 // Unix nanoseconds: when the batch came, by the store's clock
	// Sharing are the ids of the executions that have the trace, where several do (one nested in another); nil else.
	Sharing []string
	// New is the id of the execution that has the trace, where a span named it, neither has another one, and nobody has put a
	// summary of it; "" else. Then there is nothing more to ask of it.
	New string
	// Whole says that the store had nothing of the trace before, so that the batch is all that there is to know of it.
	Whole bool
}

// Conclusion says of an execution with one trace that nothing more is expected of it.
type Conclusion struct {
	Execution string // canonical id
	Trace     TraceID
	At        Position // of the trace, when its row was made
	Reason    CompleteReason
}

// ReadLimit bounds one Read; zero fields mean no bound. At least one record is returned if there is any.
type ReadLimit struct {
	Records int
	Bytes   int // of sources and bodies
	// Memory is where the page is made, if a store makes records for pages; nil: each page has memory of its own.
	Memory *Memory
}

// Memory is room for records that are needed for a moment only. They may be used until Reset, and the list of a page until the
// next one is read. It is for one reader at a time.
type Memory struct {
	list  []*Record
	cells []Cell
}

// Cell is room for one record and all that its span points to but for texts and bytes.
type Cell struct {
	Record
	Of    Span
	Usage Usage
}

// maxMemory is how many records a Memory keeps the room for.
const maxMemory = 256

// Reset ends the use of what was read.
func (m *Memory) Reset() {
	clear(m.list[:cap(m.list)])
	clear(m.cells)
	m.cells = m.cells[:0]
	if cap(m.cells) > maxMemory || cap(m.list) > maxMemory {
		*m = Memory{}
	}
}

// List is an empty list of n records at most, in the place of the one before. A nil Memory makes a new one.
func (m *Memory) List(n int) []*Record {
	if m == nil {
		return make([]*Record, 0, n)
	}
	if cap(m.list) < n {
		m.list = make([]*Record, 0, n)
	}
	return m.list[:0]
}

// Cells is room for up to n more records, one at least: a slice without length. A nil Memory makes it anew.
func (m *Memory) Cells(n int) []Cell {
	if m == nil {
		return make([]Cell, 0, n)
	}
	if len(m.cells) == cap(m.cells) {
		m.cells = make([]Cell, 0, max(n, 8))
	}
	n = min(n, cap(m.cells)-len(m.cells))
	at := len(m.cells)
	m.cells = m.cells[:at+n]
	return m.cells[at : at : at+n]
}

// TraceInfo is what a store knows of a trace as a whole.
type TraceInfo struct {
	Trace         TraceID
	Epoch         string
	LastSeq       uint64
	Spans         int // records held, skeletons included
	Dropped       int // spans that are counted but not held
	Bytes         int64
	FirstReceived int64 // Unix nanoseconds, server clock
	LastReceived  int64
}

// Page is the answer to a Read.
type Page struct {
	Info    TraceInfo
	Records []*Record // changed after the asked position, in Seq order, each span once
	Next    Position  // read from here to go on; equals the asked position where there is nothing new
	More    bool      // there is more after Next
	Copied  int64     // about how many bytes the records take that were made for this page; the store does not hold them
	Reset   bool      // the asked epoch is gone: the page starts from the beginning
}

// TraceRef is one trace of an execution.
type TraceRef struct {
	Trace TraceID
	Bound time.Time
}

// Resolution is what an id (of an execution, or an alias of one, or a trace in hex) stands for.
type Resolution struct {
	// Execution is the canonical id: the first execution any span of the trace named, or the trace id in hex while none has.
	Execution string
	Aliases   []string // other ids that lead here, sorted; at most 64, those of the traces that joined first
	Traces    []TraceRef
	Summary   *Summary   // the last one that was put, nil if none
	Tombstone *Tombstone // set where the execution was evicted; Traces is empty then
	Known     bool       // something was observed, bound or evicted under this id
}

// Tombstone is what is left of an evicted execution.
type Tombstone struct {
	Summary Summary
	Evicted time.Time
	Late    int // spans that came after the eviction
}

// Key names what a Watcher waits for: a trace, or an execution id (or alias) whose traces or summary change.
type Key struct {
	Trace     TraceID // the zero id: watch Execution
	Execution string
}

// Watcher gets hints that something under its keys may have changed. Hints are level-triggered, coalesced and may be lost:
// a reader also re-reads from time to time.
type Watcher interface {
	Add(keys ...Key)
	Remove(keys ...Key)
	// C receives at most one pending signal; call Changed after it.
	C() <-chan struct{}
	// Changed returns and clears the keys that changed since the last call.
	Changed() []Key
	Close()
}

// SweepResult tells what a Sweep did.
type SweepResult struct {
	Marked       int              // records that time changed
	Evicted      map[EvictWhy]int // executions
	EvictedIDs   []string         // canonical ids of all executions evicted since the previous Sweep, by whatever
	MarkedTraces []TraceID        // the traces of the marked records
	Tombstones   int              // tombstones held afterwards
	NextSweepBy  time.Time        // the earliest time at which there may be something to do; zero: nothing known
}

// EvictWhy says why an execution was evicted.
type EvictWhy string

// The reasons for an eviction.
const (
	EvictTTL     EvictWhy = "ttl"
	EvictBudget  EvictWhy = "budget"
	EvictRequest EvictWhy = "request"
)

// Stats is a store's account of itself.
type Stats struct {
	Traces, Executions, Records, Skeletons, Tombstones int
	Bytes, BudgetBytes                                 int64 // what is held and what may be held
	CompressedRecords                                  int   // of Records, kept in compressed blocks
	CompressedBytes                                    int64 // of Bytes, in such blocks
}

// ErrUnbindable is returned by Bind where the trace already belongs to another execution, or an id is not valid.
var ErrUnbindable = errors.New("trace belongs to another execution")

// ErrClosed is returned by every method of a closed store.
var ErrClosed = errors.New("trace store is closed")

// Store keeps records. All methods may be called concurrently. Whatever a reader does, Append does not wait for it longer
// than one Read of one trace takes.
type Store interface {
	// Append takes observations in; it is atomic per trace and idempotent by Rank. A span that names an execution
	// (Facts.Execution) binds its trace to it. The store copies what it keeps: the spans, what they point to and the slices that
	// list them stay the caller's, who uses that memory for the next ones. The error is for a store that cannot be reached; what
	// bounds did to the spans is in the results, one per batch, in order.
	Append(ctx context.Context, batches []TraceBatch) ([]AppendResult, error)
	// Read returns what changed in a trace after from. An unknown trace gives an empty page, not an error.
	Read(ctx context.Context, t TraceID, from Position, limit ReadLimit) (Page, error)
	// Bind says that a trace belongs to an execution, before a span says so. The trace need not be known yet.
	// It returns ErrUnbindable if another execution has that trace.
	Bind(ctx context.Context, execution string, t TraceID) error
	// Resolve tells what an id stands for; an unknown id gives a Resolution with Known false and Execution = id.
	Resolve(ctx context.Context, id string) (Resolution, error)
	// PutSummary stores the row that lists show for an execution; the last one wins. It wakes watchers of the execution.
	PutSummary(ctx context.Context, execution string, s Summary) error
	// Introduce stores the first rows of executions, as PutSummary does for one. Those that have a row keep it.
	Introduce(ctx context.Context, rows []Summary) error
	// Conclude makes rows complete whose traces have not changed since. It returns the executions whose traces have: the caller
	// is to look at them again. Those that are complete, or not held any more, are left alone.
	Conclude(ctx context.Context, of []Conclusion) (changed []string, err error)
	// Executions lists rows, newest activity first. It may stop with the error of ctx when that ends.
	Executions(ctx context.Context, q Query) (ExecutionPage, error)
	// Mark writes a fact that time brought onto open records and moves their position; records that are not open, not held
	// or already carry the mark are left alone.
	Mark(ctx context.Context, t TraceID, m Mark, spans ...SpanID) error
	// Watch returns a watcher for keys. Executions with a watcher on one of their keys are evicted last.
	Watch(ctx context.Context, keys ...Key) (Watcher, error)
	// Evict removes a whole execution (every trace connected with it) and leaves a tombstone.
	Evict(ctx context.Context, execution string, why EvictWhy) error
	// Sweep does what time demands: leases, TTL, budget, old tombstones.
	Sweep(ctx context.Context, now time.Time) (SweepResult, error)
	Stats() Stats
	Close() error
	Snapshotter
}
