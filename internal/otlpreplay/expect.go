package otlpreplay

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// Expectation is what a viewer must see of a run once it is complete, computed from the spans alone.
type Expectation struct {
	ExecutionID               string
	WorkflowID                string
	TraceID                   string // hex
	RootID                    string // span id of the root, hex
	Status                    string // completed, error or cancelled
	InputTokens, OutputTokens int64
	Started, Finished         time.Time       // of the root, UTC
	Spans                     map[string]Span // by span id in hex
	// ChildrenNamed says that the spans below the root carry the execution's id too, so that the first span that arrives
	// tells which execution it belongs to.
	ChildrenNamed bool
}

// Span is what must be seen of one span.
type Span struct {
	ID, Parent string // hex; Parent is empty for the root
	Name       string
	Status     string // OK, ERROR or UNSET
	Message    string // as sent: not redacted
	Start, End time.Time
	Events     []string // their names, in order
}

func expect(requests []ptrace.Traces) Expectation {
	e := Expectation{Spans: map[string]Span{}, ChildrenNamed: true}
	for _, request := range requests {
		spans(request, func(_ ptrace.ResourceSpans, _ ptrace.ScopeSpans, s ptrace.Span) {
			e.Spans[s.SpanID().String()] = expectSpan(s)
			e.InputTokens += number(s.Attributes(), semconv.TokenInput)
			e.OutputTokens += number(s.Attributes(), semconv.TokenOutput)
			if s.ParentSpanID().IsEmpty() {
				e.root(s)
			} else if text(s.Attributes(), semconv.ExecutionID) == "" {
				e.ChildrenNamed = false
			}
		})
	}
	return e
}

func (e *Expectation) root(s ptrace.Span) {
	e.TraceID, e.RootID = s.TraceID().String(), s.SpanID().String()
	e.ExecutionID, e.WorkflowID = text(s.Attributes(), semconv.ExecutionID), text(s.Attributes(), semconv.WorkflowID)
	e.Started, e.Finished = s.StartTimestamp().AsTime(), s.EndTimestamp().AsTime()
	for _, event := range s.Events().All() {
		switch event.Name() {
		case semconv.EventWorkflowCompleted:
			e.Status = "completed"
		case semconv.EventWorkflowFailed:
			e.Status = "error"
		case semconv.EventWorkflowCancelled:
			e.Status = "cancelled"
		}
	}
}

func expectSpan(s ptrace.Span) Span {
	seen := Span{
		ID: s.SpanID().String(), Parent: s.ParentSpanID().String(), Name: s.Name(),
		Status: status(s.Status().Code()), Message: s.Status().Message(),
		Start: s.StartTimestamp().AsTime(), End: s.EndTimestamp().AsTime(),
	}
	for _, event := range s.Events().All() {
		seen.Events = append(seen.Events, event.Name())
	}
	return seen
}

func status(code ptrace.StatusCode) string {
	switch code {
	case ptrace.StatusCodeOk:
		return "OK"
	case ptrace.StatusCodeError:
		return "ERROR"
	default:
		return "UNSET"
	}
}

func number(m pcommon.Map, key string) int64 {
	if v, ok := m.Get(key); ok {
		return v.Int()
	}
	return 0
}

func text(m pcommon.Map, key string) string {
	if v, ok := m.Get(key); ok {
		return v.Str()
	}
	return ""
}
