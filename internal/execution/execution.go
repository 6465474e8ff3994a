// Package execution is the view of one execution: a pure, incremental fold over the records of its traces. It knows the
// tree (with placeholders for parents that nobody has sent), the state of every span, what counts towards the totals, the
// status, and whether the execution is complete. It reads no clock and no store, and does no rendering.
package execution

import (
	"time"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// SpanKey names a span within an execution. A span id alone is not unique: two traces may use the same.
type SpanKey struct {
	Trace tracestore.TraceID
	Span  tracestore.SpanID
}

// State is what a viewer should know of a span's life.
type State string

// The states of a span.
const (
	StateRunning    State = "running"    // started, not ended, and its sender is alive as far as we know
	StateLost       State = "lost"       // its heartbeats stopped
	StateStale      State = "stale"      // only its start was seen, and its whole process is silent
	StateUnfinished State = "unfinished" // the execution is over, this span never ended
	StateEnded      State = "ended"
	StateMissing    State = "missing" // a placeholder: some span names it as parent, nobody has sent it
)

// UsageRole says what the token usage of a span does to the totals.
type UsageRole string

// The roles; the empty one is a span without usage.
const (
	UsageNone      UsageRole = ""
	UsageCounted   UsageRole = "counted"
	UsageAggregate UsageRole = "aggregate" // it is a sum of spans below it, which count themselves
	UsageDuplicate UsageRole = "duplicate" // another span tells of the same call: one below it, or one with its response id
	UsageReplay    UsageRole = "replay"    // a cache of answers served it
)

// Tail is what the view adds to a span's stored body. It is comparable, so that a change of it can be seen.
type Tail struct {
	State          State
	LastSeen       int64 // Unix nanoseconds, server clock, of the last observation; 0 for a placeholder
	EffectiveStart int64 // Unix nanoseconds: when the work really began, as far as it can be known
	Usage          UsageRole
	Skew           Skew
}

// Node is one span or placeholder of the view. Readers must hold whatever lock guards the view.
type Node struct {
	Key        SpanKey
	Record     *tracestore.Record // nil for a placeholder
	Tail       Tail
	Rev        uint64 // the view's revision at which this node last changed in any way; 0: it is not shown any more
	CreatedRev uint64
	// Placeholder fields, used while Record is nil.
	PlaceholderName string
}

// Exclusion is usage that was reported and not counted.
type Exclusion struct {
	Reason        UsageRole // aggregate, duplicate or replay
	Spans         int
	Input, Output int64
	CostUSD       float64
	CostKnown     bool // some of the spans have a cost
}

// Totals is the token account of an execution.
type Totals struct {
	Counted  tracestore.Usage // the sum over counted spans; CostKnown: at least one counted span has a cost
	Reported tracestore.Usage // the sum over all spans that report usage
	Excluded []Exclusion      // by reason, in a fixed order; empty ones left out
	Unpriced int              // counted spans whose cost is unknown
}

// Overview is the execution as a whole.
type Overview struct {
	tracestore.Summary
	Totals Totals
	Traces []tracestore.TraceID // the first MaxTraces, in the order in which they joined
	// TraceCount is how many traces there are in all.
	TraceCount int
	Links      []tracestore.Link // to spans of other traces, at most 64
	Known      bool
}

// Rules are the periods behind completeness. The zero value of a field means its default.
type Rules struct {
	QuietPeriod   time.Duration // 7 s: the SDK's batch delay of 5 s and 2 s
	MissingParent time.Duration // 30 s: how long an unresolved parent holds completeness up
	StartOnly     time.Duration // 30 s: how long a start-only span blocks after the root ended
	Abandon       time.Duration // 15 min of silence without a root
}
