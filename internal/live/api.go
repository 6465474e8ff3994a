package live

import (
	"context"
	"errors"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// ErrCursor is returned for a cursor that no version of this server made.
var ErrCursor = errors.New("malformed cursor: pass the one a previous answer gave, unchanged")

// ErrUnknownSpan is returned for a span the execution does not hold.
var ErrUnknownSpan = errors.New("the execution holds no such span")

// Source is what a server reads. *Views implements it.
type Source interface {
	// Open starts to watch the execution that id stands for: its own id, an alias, or a trace id in hex. An id nobody has
	// named yet is fine: the handle is empty until something is bound to it. hint (or the zero id) is a trace that the
	// viewer believes to be this execution's; it is used for this handle only, and only while neither is bound elsewhere.
	// The handle must be closed.
	Open(ctx context.Context, id string, hint tracestore.TraceID) (*Handle, error)
	Executions(ctx context.Context, q tracestore.Query) (tracestore.ExecutionPage, error)
	Bind(ctx context.Context, executionID string, t tracestore.TraceID) error
	Resolve(ctx context.Context, id string) (tracestore.Resolution, error)
	Stats() tracestore.Stats
}

// SpanView is one span as it stands in the view now. Record is nil for a placeholder; records are shared and immutable.
type SpanView struct {
	Key             execution.SpanKey
	Record          *tracestore.Record
	Tail            execution.Tail
	PlaceholderName string
}

// Phase says what a batch is part of.
type Phase string

// The phases of a stream.
const (
	PhaseSnapshot Phase = "snapshot" // the state as it was when the stream began
	PhaseLive     Phase = "live"
)

// Batch is what one frame carries: spans of one trace, or none.
type Batch struct {
	Trace    tracestore.TraceID // of the spans; the zero id if there are none and the execution has no trace
	Epoch    string             // of Trace
	Seq      uint64             // position of Trace that a client has reached with this batch
	PrevSeq  uint64             // … and had reached before it; equal to Seq where the batch has no spans
	Cursor   string             // c.…: resume here to get what follows this batch
	Phase    Phase
	Last     bool // the last batch of this flush
	Reset    bool // the client must forget what it has of Trace
	Spans    []SpanView
	Overview execution.Overview
	Made     *Made // shared by all who are handed this batch; nil where it is for one stream only
}

// Snapshot is one page of a fixed snapshot, in tree-list order: root first, then by effective start.
type Snapshot struct {
	Overview execution.Overview
	Spans    []SpanView
	NextPage string // p.… cursor of the next page; empty on the last one
	Changes  string // c.… cursor taken when the first page was read
	Phase    Phase  // PhaseSnapshot, also where an old cursor could not be honoured; PhaseLive for an honoured c. cursor
}

var _ Source = (*Views)(nil)
