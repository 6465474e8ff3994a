package canvastraceexporter

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/partial"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// tellings are the ways in which somebody can be told of a span, as they arrive behind the connector and the processor. What a
// telling adds to a span that ended is given the seconds since the span began.
var tellings = map[string]func(s ptrace.Span, seconds int){
	"its end": func(ptrace.Span, int) {},
	"without an end": func(s ptrace.Span, _ int) {
		s.SetEndTimestamp(0)
	},
	"a pending span of Logfire": func(s ptrace.Span, seconds int) {
		s.Attributes().PutStr("logfire.span_type", "pending_span")
		s.Attributes().PutStr("logfire.pending_parent_id", s.ParentSpanID().String())
		s.SetParentSpanID(s.SpanID())
		s.SetSpanID(pcommon.SpanID{0xff, 7: byte(seconds)})
	},
	"a snapshot of Datadog": func(s ptrace.Span, seconds int) {
		s.Attributes().PutDouble("_dd.partial_version", float64(seconds))
		s.SetEndTimestamp(s.StartTimestamp() + pcommon.Timestamp(seconds)*1e9)
	},
	"the last one of Datadog": func(s ptrace.Span, _ int) {
		s.Attributes().PutDouble("_dd.was_long_running", 1)
	},
	"a heartbeat of a log": func(s ptrace.Span, seconds int) {
		s.SetEndTimestamp(0)
		s.Attributes().PutStr(semconv.PartialKind, "heartbeat")
		s.Attributes().PutInt(semconv.PartialFrequency, 5000)
		s.Attributes().PutInt(semconv.PartialObserved, int64(s.StartTimestamp())+int64(seconds)*1e9)
	},
	"an end that was made up": func(s ptrace.Span, _ int) {
		s.Attributes().PutBool("partial.gc", true)
	},
}

// drawTelling draws a request that tells of one of a few spans of a trace.
func drawTelling(t *rapid.T, trace pcommon.TraceID) ptrace.Traces {
	n := rapid.IntRange(1, 4).Draw(t, "span")
	seconds := rapid.IntRange(1, 9).Draw(t, "seconds")
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "dialects")
	s := rs.ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	s.SetTraceID(trace)
	s.SetSpanID(pcommon.SpanID{7: byte(n)})
	if n > 1 {
		s.SetParentSpanID(pcommon.SpanID{7: byte(n / 2)})
	}
	s.SetName(fmt.Sprint("span ", n))
	s.SetStartTimestamp(pcommon.Timestamp(n) * 1e9)
	s.SetEndTimestamp(s.StartTimestamp() + 10e9)
	s.Attributes().PutInt("told", int64(rapid.IntRange(1, 3).Draw(t, "told")))
	tellings[rapid.SampledFrom(slices.Sorted(maps.Keys(tellings))).Draw(t, "telling")](s, seconds)
	partial.Mark(s)
	return td
}

// TestAnyMixOfDialectsInAnyOrderShowsTheSame: whatever tells of spans that run and of their ends, in whichever order and however
// often, the same is shown in the end; and where an end was told of, that is the state.
func TestAnyMixOfDialectsInAnyOrderShowsTheSame(t *testing.T) {
	inOrder, one, _ := startExporter(t, nil)
	anyhow, other, _ := startExporter(t, nil)
	n := uint64(0)
	rapid.Check(t, func(rt *rapid.T) {
		n++
		told := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) ptrace.Traces { return drawTelling(rt, traceOf(n)) }), 1, 12).Draw(rt, "told")
		again := rapid.SliceOf(rapid.SampledFrom(told)).Draw(rt, "told again")
		shuffled := rapid.Permutation(append(append([]ptrace.Traces{}, told...), again...)).Draw(rt, "order")
		for _, td := range shuffled {
			anyhow(copyOf(td))
		}
		ended := map[pcommon.SpanID]bool{}
		for _, td := range told {
			s := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0)
			ended[s.SpanID()] = ended[s.SpanID()] || s.EndTimestamp() > 0
			inOrder(td)
		}
		shown := states(t, one, n)
		require.Equal(rt, bodies(t, one, n), bodies(t, other, n))
		require.Equal(rt, shown, states(t, other, n))
		for id, ends := range ended {
			require.Equal(rt, ends, shown[id] == "ended", "%s is %s", id, shown[id])
		}
	})
}

func copyOf(td ptrace.Traces) ptrace.Traces {
	to := ptrace.NewTraces()
	td.CopyTo(to)
	return to
}

// states returns the state of each span of trace n that somebody told of.
func states(t *testing.T, s *server, n uint64) map[tracestore.SpanID]string {
	h, err := s.source.Open(t.Context(), traceOf(n).String(), tracestore.TraceID{})
	require.NoError(t, err)
	defer h.Close()
	all := map[tracestore.SpanID]string{}
	for _, span := range h.Spans() {
		if span.Record != nil {
			all[span.Key.Span] = string(span.Tail.State)
		}
	}
	return all
}
