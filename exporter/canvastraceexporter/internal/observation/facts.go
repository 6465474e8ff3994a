package observation

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
	"unique"

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

func (o *Observer) facts(s ptrace.Span, res resource) tracestore.Facts {
	attrs := s.Attributes()
	f := tracestore.Facts{
		Name:       intern(cut(s.Name(), maxName)),
		Start:      nanos(s.StartTimestamp()),
		End:        nanos(s.EndTimestamp()),
		Latency:    latency(attrs),
		Status:     status(s.Status().Code()),
		Workflow:   s.Name() == semconv.SpanWorkflowExecution,
		Execution:  o.executionIn(attrs),
		WorkflowID: text(attrs, semconv.WorkflowID),
		RunName:    text(attrs, semconv.ExecutionRunName),
		Thread:     text(attrs, semconv.ExecutionThread),
		Tags:       texts(attrs, semconv.ExecutionTags),
		Node:       text(attrs, semconv.NodeID),
		Service:    res.service,
		Model:      firstText(attrs, semconv.AIModelActual, semconv.GenAIResponseModel, semconv.GenAIRequestModel, semconv.AIModelRequested),
		ResponseID: text(attrs, semconv.GenAIResponseID),
		Usage:      usage(attrs),
		Boundary:   boundary(s),
		Side:       side(s.Kind()),
		SpanCount:  int(min(max(0, integer(attrs, semconv.TraceSpanCount)), math.MaxInt32)),
		Links:      links(s),
		Process:    res.process,
	}
	if f.Usage != nil {
		f.Scope = scope(attrs)
	}
	if f.Execution == "" {
		f.Execution = res.execution
	}
	if f.Status == tracestore.StatusError {
		f.Error = strings.Clone(cut(s.Status().Message(), maxError))
	}
	f.Outcome = outcome(s.Events())
	if frequency := integer(attrs, semconv.PartialFrequency); frequency > 0 {
		f.Lease = max(3*time.Duration(min(frequency, maxLatency.Milliseconds()))*time.Millisecond, minLease)
	}
	return f
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
func latency(attrs pcommon.Map) int64 {
	v, ok := attrs.Get(semconv.NodeLatency)
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

func firstText(attrs pcommon.Map, keys ...string) string {
	for _, key := range keys {
		if t := text(attrs, key); t != "" {
			return t
		}
	}
	return ""
}

func text(attrs pcommon.Map, key string) string {
	v, ok := attrs.Get(key)
	if !ok || v.Type() != pcommon.ValueTypeStr {
		return ""
	}
	return intern(cut(v.Str(), maxName))
}

func texts(attrs pcommon.Map, key string) []string {
	v, ok := attrs.Get(key)
	if !ok || v.Type() != pcommon.ValueTypeSlice {
		return nil
	}
	var out []string
	for _, item := range v.Slice().All() {
		if item.Type() == pcommon.ValueTypeStr && len(out) < maxTags {
			out = append(out, intern(cut(item.Str(), maxName)))
		}
	}
	return out
}

func integer(attrs pcommon.Map, key string) int64 {
	v, ok := attrs.Get(key)
	switch {
	case !ok:
		return 0
	case v.Type() == pcommon.ValueTypeInt:
		return v.Int()
	case v.Type() == pcommon.ValueTypeStr:
		n, err := strconv.ParseInt(v.Str(), 10, 64)
		if err != nil {
			return 0
		}
		return n
	default:
		return 0
	}
}

// cut returns at most n bytes of valid UTF-8.
func cut(s string, n int) string {
	if len(s) > n {
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// intern keeps one copy of names that come again and again, and none of the request's memory.
func intern(s string) string {
	if s == "" {
		return ""
	}
	return unique.Make(s).Value()
}
