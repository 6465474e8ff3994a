package tracestore

import (
	"cmp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// TraceID and SpanID are OTLP's own ids; their String method gives lower-case hex and "" for the zero id.
type (
	TraceID = pcommon.TraceID
	SpanID  = pcommon.SpanID
)

// Class says what kind of observation of a span this is. A higher class always wins over a lower one.
type Class uint8

// The classes in the order in which they win.
const (
	ClassStart     Class = 1 // the span was seen to start
	ClassHeartbeat Class = 2 // the span was seen to still run
	ClassSynthetic Class = 3 // somebody made up an end for it
	ClassFinal     Class = 4 // the span ended
)

// Rank totally orders the observations of one span: a store keeps the one with the highest rank, whole. Two observations
// with an equal rank are the same observation.
type Rank struct {
	Class Class
	Time  int64  // Unix nanoseconds: the end time of a final, the time of the observation else
	Hash  uint64 // of the input, before anything was derived from it
}

// Compare returns -1, 0 or +1 as r is below, equal to or above o.
func (r Rank) Compare(o Rank) int {
	return cmp.Or(cmp.Compare(r.Class, o.Class), cmp.Compare(r.Time, o.Time), cmp.Compare(r.Hash, o.Hash))
}

// StatusCode is OTLP's span status.
type StatusCode uint8

// The OTLP status codes.
const (
	StatusUnset StatusCode = 0
	StatusOK    StatusCode = 1
	StatusError StatusCode = 2
)

// Outcome is what a workflow's own event says of its end.
type Outcome uint8

// The outcomes that workflow.* events name.
const (
	OutcomeNone Outcome = iota
	OutcomeCompleted
	OutcomeFailed
	OutcomeCancelled
)

// Usage is the token usage that one span reports. Input includes cache reads and writes, output includes reasoning.
type Usage struct {
	Input, Output, CacheRead, CacheWrite, Reasoning int64 // tokens
	CostUSD                                         float64
	CostKnown                                       bool // CostUSD was reported or priced; false: unknown, not zero
}

// UsageScope says what the usage of a span is of.
type UsageScope uint8

// The scopes of a usage.
const (
	ScopeUnknown   UsageScope = iota // nobody says: a call's if nothing below reports usage, else a sum of what is below
	ScopeCall                        // one call of a model
	ScopeAggregate                   // a sum of the calls below
	ScopeReplay                      // a call that a cache of answers served: it cost nothing
)

// Side says which end of a remote call a span is; most are none.
type Side uint8

// The ends of a remote call, after OTLP's span kinds.
const (
	SideNone Side = iota
	SideClient
	SideServer
)

// Link is a link from a span to another one.
type Link struct {
	Trace TraceID
	Span  SpanID
}

// Facts are what the layers above need to know of a span without parsing its body. They come from canonical attributes
// (package semconv) only.
type Facts struct {
	Name       string
	Start, End int64 // Unix nanoseconds as sent; End 0: not ended
	Latency    int64 // nanoseconds; > 0 where the sender says how long the node really took
	Status     StatusCode
	Workflow   bool    // a workflow.execution span: the root of an execution even under a remote parent
	Outcome    Outcome // from workflow.* events
	Error      string  // of an error: a short, already redacted text
	Execution  string  // the execution this span (or its resource) names, "" if none
	WorkflowID string
	RunName    string
	Thread     string
	Tags       []string
	Node       string // orcheo.node.id: the span is a node of a workflow
	Service    string // service.name of the resource
	Model      string // response model, else request model
	ResponseID string // of the provider; equal ids are one model call
	Usage      *Usage // nil: the span reports none
	Scope      UsageScope
	Boundary   bool // a tool, an agent or the like: a model call below it is another one than the call above it
	Side       Side
	SpanCount  int // > 0: how many spans the trace has in all, as its root claims
	Lease      time.Duration
	Process    uint32 // tells the process that sent it from others, as far as its resource says; equal for most spans of one
	Links      []Link
}

// Span is one observation of a span, ready to be kept. A store copies it; what a reader gets shares memory with the store, and
// is immutable.
type Span struct {
	ID, Parent SpanID // Parent is the zero id for a root
	Rank       Rank
	Facts      Facts
	// Source is what a body can be made of (package canvaswire), of a span that has none yet. A span has one of the two; one
	// with neither is a skeleton.
	Source []byte
	// Body is the span as JSON (package canvaswire), without the closing brace, so that a tail can follow.
	Body []byte
	// Residual holds what Body cannot say, for the lossless OTLP download; usually short.
	Residual []byte
	// Whole holds the complete values of attributes that are cut in Body; nil if none are.
	Whole []byte
	// Context is the resource and scope in OTLP protobuf; the store keeps one copy of it.
	Context []byte
}

// Mark is a fact that time brought about a record, not its sender.
type Mark uint8

// The marks that Sweep and Store.Mark write.
const (
	MarkNone       Mark = iota
	MarkLost            // heartbeats stopped
	MarkStale           // it promised no heartbeats, and its whole process has been silent for StaleAfter
	MarkUnfinished      // the root ended, the span never did
)

// StaleAfter is how long a process must be silent before its open spans that promised no heartbeats are marked as stale. When
// it is heard again, the mark goes.
const StaleAfter = 15 * time.Minute

// Record is a span as the store holds it: the highest observation so far and when that came. Records that a store hands
// out are shared and must not be changed.
type Record struct {
	*Span
	Seq           uint64 // position of the last change
	FirstSeq      uint64 // position of the first observation
	Received      int64  // Unix nanoseconds, server clock, of the last change
	FirstReceived int64
	Mark          Mark
	Skeleton      bool // only ids, times and status were kept: the execution was over its bound
}

// Open says whether the span has not ended as far as anybody has told us.
func (r *Record) Open() bool { return r.Rank.Class < ClassSynthetic }

// MaxExecutionBytes is the longest execution id that is taken for one.
const MaxExecutionBytes = 256

// ValidExecution says whether a text can name an execution: 1 to MaxExecutionBytes bytes of printable UTF-8, no spaces
// around it. Anything else in an execution attribute is treated as if the attribute were not there.
func ValidExecution(id string) bool {
	if id == "" || len(id) > MaxExecutionBytes {
		return false
	}
	if isPlain(id) { // as nearly all are
		return true
	}
	if id != strings.TrimSpace(id) || !utf8.ValidString(id) {
		return false
	}
	return strings.IndexFunc(id, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

// isPlain says whether a text is printable ASCII without spaces.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c > '~' {
			return false
		}
	}
	return true
}
