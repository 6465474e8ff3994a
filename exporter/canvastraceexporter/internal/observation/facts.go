package observation

import (
	"math"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// How much of a text is kept as a fact, in bytes. The whole of it is in the span's body.
const (
	maxName  = 256
	maxError = 512
	maxTags  = 16
	maxLinks = 16

	maxTokens  = 1 << 53 // above it JSON numbers are not exact, and no model call is that large
	maxLatency = 365 * 24 * time.Hour
	minLease   = 30 * time.Second
)

// facts fills f, which is empty but for the execution.
func (o *Observer) facts(f *tracestore.Facts, s ptrace.Span, attrs *attributes, res *resource) {
	f.Name = cut(s.Name(), maxName)
	f.Start, f.End = nanos(s.StartTimestamp()), nanos(s.EndTimestamp())
	f.Latency = latency(attrs)
	f.Workflow = s.Name() == semconv.SpanWorkflowExecution
	f.Outcome = outcome(s.Events())
	f.WorkflowID = text(attrs, workflowID)
	f.RunName, f.Thread, f.Tags = text(attrs, executionRunName), text(attrs, executionThread), tags(attrs)
	f.Node, f.Service = text(attrs, nodeID), res.service
	f.Model = firstText(attrs, aiModelActual, responseModel, requestModel, aiModelRequested)
	f.ResponseID = text(attrs, responseID)
	if u, ok := usage(attrs); ok {
		f.Usage, f.Scope = o.request.usage(u), scope(attrs)
	}
	f.Boundary, f.Side = boundary(s, attrs), side(s.Kind())
	f.SpanCount = int(min(max(0, attrs.integer(traceSpanCount)), math.MaxInt32))
	f.Links, f.Process = links(s), res.process
	if f.Status = status(s.Status().Code()); f.Status == tracestore.StatusError {
		f.Error = cut(s.Status().Message(), maxError)
	}
	if frequency := attrs.integer(partialFrequency); frequency > 0 {
		f.Lease = max(3*time.Duration(min(frequency, maxLatency.Milliseconds()))*time.Millisecond, minLease)
	}
}

// status takes codes that OTLP does not know for unset.
func status(code ptrace.StatusCode) tracestore.StatusCode {
	switch code {
	case ptrace.StatusCodeOk:
		return tracestore.StatusOK
	case ptrace.StatusCodeError:
		return tracestore.StatusError
	default:
		return tracestore.StatusUnset
	}
}

// nanos clamps a time that does not fit a signed integer, which only a broken clock can send.
func nanos(t pcommon.Timestamp) int64 { return int64(min(uint64(t), math.MaxInt64)) }

// outcome is what the workflow's own event says; the last one wins.
func outcome(events ptrace.SpanEventSlice) tracestore.Outcome {
	result := tracestore.OutcomeNone
	for _, ev := range events.All() {
		switch ev.Name() {
		case semconv.EventWorkflowCompleted:
			result = tracestore.OutcomeCompleted
		case semconv.EventWorkflowFailed:
			result = tracestore.OutcomeFailed
		case semconv.EventWorkflowCancelled:
			result = tracestore.OutcomeCancelled
		}
	}
	return result
}

// latency is how long the node says it took, in nanoseconds; 0 if it does not, or says nonsense.
func latency(attrs *attributes) int64 {
	v, ok := attrs.get(nodeLatency)
	if !ok {
		return 0
	}
	ms := 0.0
	switch v.Type() {
	case pcommon.ValueTypeInt:
		ms = float64(v.Int())
	case pcommon.ValueTypeDouble:
		ms = v.Double()
	default:
		return 0
	}
	if !(ms > 0) || ms > float64(maxLatency.Milliseconds()) {
		return 0
	}
	return int64(ms * float64(time.Millisecond))
}

func links(s ptrace.Span) []tracestore.Link {
	if s.Links().Len() == 0 {
		return nil
	}
	out := make([]tracestore.Link, 0, min(s.Links().Len(), maxLinks))
	for _, l := range s.Links().All() {
		if len(out) == maxLinks {
			break
		}
		if !l.TraceID().IsEmpty() {
			out = append(out, tracestore.Link{Trace: l.TraceID(), Span: l.SpanID()})
		}
	}
	return out
}

func firstText(attrs *attributes, from ...attribute) string {
	for _, a := range from {
		if t := text(attrs, a); t != "" {
			return t
		}
	}
	return ""
}

func text(attrs *attributes, a attribute) string {
	if attrs.has&(1<<a) == 0 {
		return ""
	}
	return textOf(attrs.values[a])
}

func textOf(v pcommon.Value) string { return cut(stringOf(v), maxName) }

func tags(attrs *attributes) []string {
	v, ok := attrs.get(executionTags)
	if !ok || v.Type() != pcommon.ValueTypeSlice {
		return nil
	}
	var out []string
	items := v.Slice()
	for i := 0; i < items.Len() && len(out) < maxTags; i++ {
		item := items.At(i)
		if item.Type() != pcommon.ValueTypeStr {
			continue
		}
		if out == nil {
			out = make([]string, 0, min(items.Len()-i, maxTags))
		}
		out = append(out, cut(item.Str(), maxName))
	}
	return out
}
