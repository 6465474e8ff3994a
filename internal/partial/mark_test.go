package partial_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/partial"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

var (
	own    = pcommon.SpanID{1, 1}
	parent = pcommon.SpanID{2, 2}
	above  = pcommon.SpanID{3, 3}
)

// span is a span that ran from second 10 to second 12; attributes come as pairs.
func span(attributes ...any) ptrace.Span {
	s := ptrace.NewSpan()
	s.SetTraceID(pcommon.TraceID{9})
	s.SetSpanID(own)
	s.SetParentSpanID(parent)
	s.SetName("work")
	s.SetStartTimestamp(10e9)
	s.SetEndTimestamp(12e9)
	for i := 0; i < len(attributes); i += 2 {
		if err := s.Attributes().PutEmpty(attributes[i].(string)).FromRaw(attributes[i+1]); err != nil {
			panic(err)
		}
	}
	return s
}

func kindOf(s ptrace.Span) any { return s.Attributes().AsRaw()[semconv.PartialKind] }

func TestTheDialects(t *testing.T) {
	endless := span()
	endless.SetEndTimestamp(0)
	for name, tt := range map[string]struct {
		span    ptrace.Span
		dialect partial.Dialect
		kind    any
		end     pcommon.Timestamp
	}{
		"a span that ended is none":                      {span(), partial.None, nil, 12e9},
		"a pending span of Logfire":                      {span("logfire.span_type", "pending_span"), partial.Logfire, "start", 0},
		"an ordinary span of Logfire is none":            {span("logfire.span_type", "span"), partial.None, nil, 12e9},
		"a log line of Logfire is none":                  {span("logfire.span_type", "log"), partial.None, nil, 12e9},
		"a snapshot of Datadog":                          {span("_dd.partial_version", 1732000000000.0), partial.Datadog, "heartbeat", 0},
		"its first one":                                  {span("_dd.partial_version", int64(0)), partial.Datadog, "heartbeat", 0},
		"one whose receiver writes numbers as text":      {span("_dd.partial_version", "20000"), partial.Datadog, "heartbeat", 0},
		"the last of Datadog's is the span itself":       {span("_dd.was_long_running", 1.0), partial.None, nil, 12e9},
		"also where it repeats the version":              {span("_dd.was_long_running", 1.0, "_dd.partial_version", 5.0), partial.None, nil, 12e9},
		"a version that is none":                         {span("_dd.partial_version", -1.0), partial.None, nil, 12e9},
		"a version that is no number":                    {span("_dd.partial_version", "soon"), partial.None, nil, 12e9},
		"an end that G-Research's collector made up":     {span("partial.gc", true), partial.Collected, "synthetic", 12e9},
		"one that it did not":                            {span("partial.gc", false), partial.None, nil, 12e9},
		"a span without an end":                          {endless, partial.Endless, "start", 0},
		"a span that the connector marked is left alone": {span(semconv.PartialKind, "heartbeat", "partial.gc", true), partial.None, "heartbeat", 12e9},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.dialect, partial.Of(tt.span))
			assert.Equal(t, tt.dialect, partial.Mark(tt.span))
			assert.Equal(t, tt.kind, kindOf(tt.span))
			assert.Equal(t, tt.end, tt.span.EndTimestamp())
			assert.Equal(t, partial.None, partial.Mark(tt.span), "a second tier finds nothing to do")
			assert.Equal(t, tt.kind, kindOf(tt.span))
		})
	}
}

func TestAPendingSpanBecomesTheStartOfTheRealSpan(t *testing.T) {
	for name, tt := range map[string]struct {
		pending any
		want    pcommon.SpanID
	}{
		"with a parent":          {above.String(), above},
		"zeros are a root":       {"0000000000000000", pcommon.SpanID{}},
		"so is nothing (Rust)":   {nil, pcommon.SpanID{}},
		"so is what is no id":    {"parent", pcommon.SpanID{}},
		"so is an id too long":   {above.String() + "00", pcommon.SpanID{}},
		"so is one of no string": {int64(7), pcommon.SpanID{}},
	} {
		t.Run(name, func(t *testing.T) {
			s := span("logfire.span_type", "pending_span", "city", "Paris")
			if tt.pending != nil {
				require.NoError(t, s.Attributes().PutEmpty("logfire.pending_parent_id").FromRaw(tt.pending))
			}
			partial.Mark(s)
			assert.Equal(t, parent, s.SpanID(), "the id of the real span")
			assert.Equal(t, tt.want, s.ParentSpanID())
			assert.EqualValues(t, 10e9, s.StartTimestamp())
			assert.Equal(t, "Paris", s.Attributes().AsRaw()["city"])
		})
	}
}

func TestAPendingSpanOfNothingIsNoSpan(t *testing.T) {
	s := span("logfire.span_type", "pending_span")
	s.SetParentSpanID(pcommon.SpanID{})
	partial.Mark(s)
	assert.True(t, s.SpanID().IsEmpty(), "the store counts it as invalid")
	assert.Equal(t, "start", kindOf(s), "and no backend gets it")
}

func TestSnapshotsAreOrderedByWhenTheyWereTaken(t *testing.T) {
	s := span("_dd.partial_version", 1.0)
	partial.Mark(s)
	assert.Equal(t, int64(12e9), s.Attributes().AsRaw()[semconv.PartialObserved])

	undated := span("_dd.partial_version", 1.0)
	undated.SetEndTimestamp(math.MaxUint64)
	partial.Mark(undated)
	assert.NotContains(t, undated.Attributes().AsRaw(), semconv.PartialObserved)
}

// Whatever a span says: what ended and is not marked has not changed, what is marked has a kind that readers know, only an end
// that was made up stays, and a second pass changes nothing.
func TestMarkingIsIdempotentAndTouchesNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := span()
		if rapid.Bool().Draw(t, "no parent") {
			s.SetParentSpanID(pcommon.SpanID{})
		}
		s.SetEndTimestamp(pcommon.Timestamp(rapid.SampledFrom([]uint64{0, 1, 12e9, math.MaxUint64}).Draw(t, "end")))
		for _, key := range []string{
			"logfire.span_type", "logfire.pending_parent_id", "_dd.partial_version", "_dd.was_long_running", "partial.gc", semconv.PartialKind,
		} {
			switch v := s.Attributes(); rapid.IntRange(0, 6).Draw(t, key) {
			case 0:
				v.PutStr(key, rapid.SampledFrom([]string{"pending_span", "span", "true", "1", "", above.String(), "heartbeat"}).Draw(t, "text"))
			case 1:
				v.PutDouble(key, rapid.SampledFrom([]float64{-1, 0, 1, math.NaN(), math.Inf(1)}).Draw(t, "double"))
			case 2:
				v.PutBool(key, true)
			}
		}
		before := ptrace.NewSpan()
		s.CopyTo(before)
		dialect := partial.Mark(s)
		if dialect == partial.None {
			require.True(t, same(before, s))
			return
		}
		require.Contains(t, []any{"start", "heartbeat", "synthetic"}, kindOf(s))
		require.Equal(t, dialect == partial.Collected && before.EndTimestamp() != 0, s.EndTimestamp() != 0)
		require.Equal(t, before.TraceID(), s.TraceID())
		once := ptrace.NewSpan()
		s.CopyTo(once)
		require.Equal(t, partial.None, partial.Mark(s))
		require.True(t, same(once, s))
	})
}

func same(a, b ptrace.Span) bool { return marshal(a) == marshal(b) }

func marshal(s ptrace.Span) string {
	td := ptrace.NewTraces()
	s.CopyTo(td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty())
	raw, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

func BenchmarkMark(b *testing.B) {
	attributes := []any{"logfire.span_type", "span"}
	for n := range 20 {
		attributes = append(attributes, fmt.Sprint("attribute.", n), "value")
	}
	s := span(attributes...)
	b.ReportAllocs()
	for b.Loop() {
		partial.Mark(s)
	}
}
