package tracestore

import "time"

// Status is the state of an execution, in the words of the wire contract.
type Status string

// The states of an execution.
const (
	StatusPending   Status = "pending" // nothing seen yet
	StatusRunning   Status = "running"
	StatusCompleted Status = "completed"
	StatusFailed    Status = "error"
	StatusCancelled Status = "cancelled"
)

// CompleteReason says why no more spans are expected.
type CompleteReason string

// The reasons; the empty one means that more may come.
const (
	CompleteNone      CompleteReason = ""
	CompleteQuiet     CompleteReason = "quiet"      // root ended, nothing open, nothing missing, quiet period over
	CompleteCounted   CompleteReason = "span_count" // as many spans as the root claims
	CompleteLost      CompleteReason = "lost"       // every open span lost its lease
	CompleteAbandoned CompleteReason = "abandoned"  // silent for long without a root
	CompleteEvicted   CompleteReason = "evicted"
)

// Summary is the row of an execution in a list: what can be said without reading its spans. It holds no content.
type Summary struct {
	Execution      string
	WorkflowID     string
	RunName        string
	RootName       string // name of the root span; empty: no root came yet
	Thread         string
	Tags           []string
	Status         Status
	Error          string // short and redacted, for an execution that failed
	Started        int64  // Unix nanoseconds, effective start of the earliest span; 0: unknown
	Finished       int64  // Unix nanoseconds, end of the root; 0: not ended
	LastActivity   int64  // Unix nanoseconds, server clock
	PrimaryTrace   TraceID
	Spans          int
	Errors         int // spans with status ERROR
	Dropped        int
	InputTokens    int64 // counted
	OutputTokens   int64
	CostUSD        float64
	CostKnown      bool
	Models         []string // sorted, at most 8
	Complete       bool
	CompleteReason CompleteReason
	Revision       uint64
}

// ExecutionRow is a Summary with the ids that lead to it.
type ExecutionRow struct {
	Summary
	Aliases []string
	Updated time.Time
}

// ExecutionPage is one page of a list; Next is empty on the last one.
type ExecutionPage struct {
	Rows []ExecutionRow
	Next string
}

// ErrCursor is returned for a list cursor that this store did not make.
var ErrCursor = errCursor{}

type errCursor struct{}

func (errCursor) Error() string {
	return "malformed cursor: pass the one a previous answer gave, unchanged"
}
