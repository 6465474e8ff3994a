package memorystore

import (
	"bytes"
	"encoding/hex"
	"slices"
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// execution is what an id in a list stands for. One without a name is there for a single trace, and goes by its hex id.
type execution struct {
	given   string // its name
	named   bool
	born    bool // as part of a family
	group   *group
	traces  few[ref]
	summary summaryData
	put     int64  // Unix nanoseconds, of the last PutSummary
	stamp   uint64 // its place in the order of activity, 0: not listed, no span came
	active  int64  // Unix nanoseconds, of the last change
	watched anchor
	charged int64 // what the account has of this execution
}

// ref is a trace of an execution, and since when.
type ref struct {
	trace *trace
	bound int64 // Unix nanoseconds
}

// maxNames is how many executions one trace can belong to. Nested executions are a handful; a sender that makes up an id
// for each span must not fill the list.
const maxNames = 16

// How much may be connected: a group is evicted as one, under the store's lock. A session with thousands of traces is one; a
// sender that names one execution in every trace, or chains executions through their traces, must not make one of all.
const (
	maxTraces    = 4096
	maxConnected = 1024 // executions
)

var executionSize = pointersSize(unsafe.Sizeof(execution{})) +
	heapSize(8)*2 // its places in the group and in its trace

// size is what the execution takes by itself.
func (e *execution) size() int64 {
	n := textSize(e.given) + e.summary.bytes()
	if !e.born {
		n += executionSize
	}
	return n + e.traces.bytes()
}

// id is the name, or what the execution goes by without one.
func (e *execution) id() string {
	if e.named {
		return e.given
	}
	return e.traces.all()[0].trace.id.String()
}

// is says whether the execution has this id.
func (e *execution) is(id string) bool {
	if e.named {
		return e.given == id
	}
	var digits [2 * len(tracestore.TraceID{})]byte
	if len(id) != len(digits) {
		return false
	}
	hex.Encode(digits[:], e.traces.all()[0].trace.id[:])
	return id == string(digits[:])
}

func (e *execution) has(t *trace) bool {
	return slices.ContainsFunc(e.traces.all(), func(r ref) bool { return r.trace == t })
}

// maxAliases is how many aliases are told.
const maxAliases = 64

// aliases are the other ids that lead here: the hex ids of the traces that named this execution first, of those the first
// maxAliases. Sorted.
func (e *execution) aliases() []string {
	if !e.named {
		return nil // it goes by the id of the one trace that it is there for
	}
	var list []string
	for _, r := range e.traces.all() {
		if len(list) == maxAliases {
			break
		}
		if r.trace.canonical() != e {
			continue
		}
		if hex := r.trace.id.String(); hex != e.given {
			list = append(list, hex)
		}
	}
	slices.Sort(list)
	return list
}

// hasAliasWith says whether the id of a trace that leads here contains a text in lower case.
func (e *execution) hasAliasWith(text string) bool {
	if len(text) > 2*len(tracestore.TraceID{}) {
		return false
	}
	var digits [2 * len(tracestore.TraceID{})]byte
	for _, r := range e.traces.all() {
		hex.Encode(digits[:], r.trace.id[:])
		if r.trace.canonical() == e && bytes.Contains(digits[:], []byte(text)) {
			return true
		}
	}
	return false
}

func (e *execution) complete() bool { return e.summary.complete() }

// row is what a list shows: the summary that was put, or what the store itself can tell until then.
func (e *execution) row() (s tracestore.Summary) {
	e.readRow(&s)
	s.Execution = e.id()
	return s
}

// readRow fills s, but for the id. The memory of its lists is used again.
func (e *execution) readRow(s *tracestore.Summary) {
	if e.summary != nil {
		e.summary.read(s)
	} else {
		*s = e.guess()
	}
	s.LastActivity = max(s.LastActivity, e.active)
}

func (e *execution) guess() tracestore.Summary {
	s := tracestore.Summary{Status: tracestore.StatusRunning}
	for _, r := range e.traces.all() {
		t := r.trace
		s.Spans += t.spans()
		s.Dropped += int(t.dropped)
		if t.started > 0 && (s.Started == 0 || t.started < s.Started) {
			s.Started = t.started
		}
		if s.PrimaryTrace.IsEmpty() && t.seen() {
			s.PrimaryTrace = t.id
		}
	}
	return s
}

// group is a set of executions that are connected through their traces. It is the unit of bounds and of eviction: a nested
// execution shares its spans with the outer one, so neither can be held, or let go, alone.
type group struct {
	execs  few[*execution]
	traces few[*trace]
	sender *sender // whom it is charged to

	bytes     int64
	saved     int64  // bytes more that it takes with nothing compressed
	records   uint32 // in full
	skeletons uint32
	watchers  uint32
	number    uint32 // in the register
	roots     roots
	active    int64 // Unix nanoseconds, of the last change
	ripeSince int64 // Unix nanoseconds
	queued    place
	born      bool // as part of a family
}

var groupSize = pointersSize(unsafe.Sizeof(group{}))

// size is what the group takes by itself.
func (g *group) size() int64 {
	if g.born {
		return 0
	}
	return groupSize
}

// weight is what the group takes with nothing compressed. Its bounds are about that, so that they also hold when a late span
// makes its records full again.
func (g *group) weight() int64 { return g.bytes + g.saved }

// connectable says whether two groups may become one.
func (g *group) connectable(o *group) bool {
	return g == o || g.traces.len()+o.traces.len() <= maxTraces && g.execs.len()+o.execs.len() <= maxConnected
}

// spans counts the records of the group, skeletons included.
func (g *group) spans() int { return int(g.records) + int(g.skeletons) }

func (g *group) complete() bool {
	for _, e := range g.execs.all() {
		if !e.complete() {
			return false
		}
	}
	return true
}

// roots remembers which spans are kept in full whatever else is not: the first without a parent, and the first that is a
// workflow's.
type roots struct {
	parentless, workflow rootKey
}

type rootKey struct {
	trace tracestore.TraceID
	span  tracestore.SpanID
}

// claim says whether the span is one of the two, and remembers it where the place is free.
func (r *roots) claim(t tracestore.TraceID, s *tracestore.Span) bool {
	if s.Facts.Workflow && r.workflow.span.IsEmpty() {
		r.workflow.trace, r.workflow.span = t, s.ID
	}
	if s.Parent.IsEmpty() && r.parentless.span.IsEmpty() {
		r.parentless.trace, r.parentless.span = t, s.ID
	}
	return r.workflow.is(t, s.ID) || r.parentless.is(t, s.ID)
}

func (k *rootKey) is(t tracestore.TraceID, s tracestore.SpanID) bool {
	return k.span == s && k.trace == t
}

func (r *roots) merge(o roots) {
	if r.workflow == (rootKey{}) {
		r.workflow = o.workflow
	}
	if r.parentless == (rootKey{}) {
		r.parentless = o.parentless
	}
}
