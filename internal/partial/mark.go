package partial

import (
	"encoding/hex"
	"math"
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// Dialect is the way in which a span says that it is not, or not really, over.
type Dialect string

// The dialects. None is a span that ended, or one that is marked already.
const (
	None      Dialect = ""
	Logfire   Dialect = "logfire"
	Datadog   Dialect = "datadog"
	Collected Dialect = "gc"
	Endless   Dialect = "endless"
)

// The attributes that the dialects go by.
const (
	logfireType    = "logfire.span_type"
	logfirePending = "pending_span"
	logfireParent  = "logfire.pending_parent_id" // 16 hexadecimal digits, all zero or absent for a root
	datadogVersion = "_dd.partial_version"       // from 0: one more snapshot of a span that runs
	datadogFinal   = "_dd.was_long_running"      // the last one, which is whole
	collected      = "partial.gc"                // bool
)

// Of says which dialect a span speaks. It changes nothing.
func Of(s ptrace.Span) Dialect {
	attrs := s.Attributes()
	if !mentioned(attrs) {
		if s.EndTimestamp() == 0 {
			return Endless
		}
		return None
	}
	if _, marked := attrs.Get(semconv.PartialKind); marked {
		return None
	}
	if v, ok := attrs.Get(logfireType); ok && v.Type() == pcommon.ValueTypeStr && v.Str() == logfirePending {
		return Logfire
	}
	if v, ok := attrs.Get(datadogVersion); ok && number(v) >= 0 && !whole(attrs) {
		return Datadog
	}
	if v, ok := attrs.Get(collected); ok && truth(v) {
		return Collected
	}
	if s.EndTimestamp() == 0 {
		return Endless
	}
	return None
}

// mentioned reports whether one of the attributes is there that the dialects begin with, or the mark, in one pass over all of them:
// nearly no span has any.
func mentioned(attrs pcommon.Map) bool {
	for key := range attrs.All() {
		switch key {
		case semconv.PartialKind, logfireType, datadogVersion, collected:
			return true
		}
	}
	return false
}

func whole(attrs pcommon.Map) bool {
	v, ok := attrs.Get(datadogFinal)
	return ok && number(v) > 0
}

// Mark marks a span that is still under way, or whose end is made up, and returns the dialect that said so. A span that ended
// stays as it is, and so does one that is marked already: a second pass changes nothing.
func Mark(s ptrace.Span) Dialect {
	dialect := Of(s)
	attrs := s.Attributes()
	switch dialect {
	case Logfire:
		s.SetSpanID(s.ParentSpanID()) // the id of the span that it announces; without one it is no span, and is counted as such
		s.SetParentSpanID(pendingParent(attrs))
		running(s, "start")
	case Datadog:
		if end := s.EndTimestamp(); end > 0 && end <= math.MaxInt64 {
			attrs.PutInt(semconv.PartialObserved, int64(end)) // when the snapshot was taken
		}
		running(s, "heartbeat")
	case Endless:
		running(s, "start")
	case Collected:
		attrs.PutStr(semconv.PartialKind, "synthetic")
	case None:
	}
	return dialect
}

func running(s ptrace.Span, kind string) {
	s.SetEndTimestamp(0)
	s.Attributes().PutStr(semconv.PartialKind, kind)
}

// pendingParent is the parent of the span that a pending span announces; what is no id stands for none, as zeros do.
func pendingParent(attrs pcommon.Map) (id pcommon.SpanID) {
	v, ok := attrs.Get(logfireParent)
	if !ok || v.Type() != pcommon.ValueTypeStr {
		return pcommon.SpanID{}
	}
	raw, err := hex.DecodeString(v.Str())
	if err != nil || len(raw) != len(id) {
		return pcommon.SpanID{}
	}
	return pcommon.SpanID(raw)
}

func truth(v pcommon.Value) bool {
	return v.Type() == pcommon.ValueTypeBool && v.Bool() || v.Type() == pcommon.ValueTypeStr && v.Str() == "true"
}

// number reads what Datadog calls a metric, which receivers make a double, an integer or a text; -1 for anything else.
func number(v pcommon.Value) float64 {
	switch v.Type() {
	case pcommon.ValueTypeDouble:
		return v.Double()
	case pcommon.ValueTypeInt:
		return float64(v.Int())
	case pcommon.ValueTypeStr:
		if f, err := strconv.ParseFloat(v.Str(), 64); err == nil {
			return f
		}
	}
	return -1
}
