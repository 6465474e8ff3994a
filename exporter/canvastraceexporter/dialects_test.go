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

// telling is a way in which somebody can be told of a span, as it arrives behind the connector and the processor.
type telling struct {
	rank   int                              // which of two is shown: by design, an end, an end that was made up, a heartbeat, a start
	latest bool                             // of two of them, the one that saw more of the span
	tell   func(s ptrace.Span, seconds int) // of a span that ended, as it was so many seconds after it began
}

var tellings = map[string]telling{
	"its end": {4, false, func(ptrace.Span, int) {}},
	"the last one of Datadog": {4, false, func(s ptrace.Span, _ int) {
		s.Attributes().PutDouble("_dd.was_long_running", 1)
	}},
	"an end that was made up": {3, false, func(s ptrace.Span, _ int) {
		s.Attributes().PutBool("partial.gc", true)
	}},
	"a heartbeat of a log": {2, true, func(s ptrace.Span, seconds int) {
		s.SetEndTimestamp(0)
		s.Attributes().PutStr(semconv.PartialKind, "heartbeat")
		s.Attributes().PutInt(semconv.PartialFrequency, 5000)
		s.Attributes().PutInt(semconv.PartialObserved, int64(s.StartTimestamp())+int64(seconds)*1e9)
	}},
	"a snapshot of Datadog": {2, true, func(s ptrace.Span, seconds int) {
		s.Attributes().PutDouble("_dd.partial_version", float64(seconds))
		s.SetEndTimestamp(s.StartTimestamp() + pcommon.Timestamp(seconds)*1e9)
	}},
	"a pending span of Logfire": {1, false, func(s ptrace.Span, seconds int) {
		s.Attributes().PutStr("logfire.span_type", "pending_span")
		s.Attributes().PutStr("logfire.pending_parent_id", s.ParentSpanID().String())
		s.SetParentSpanID(s.SpanID())
		s.SetSpanID(pcommon.SpanID{0xff, 7: byte(seconds)})
	}},
	"without an end": {1, false, func(s ptrace.Span, _ int) {
		s.SetEndTimestamp(0)
	}},
}

// told is a request that tells of one span.
type told struct {
	td   ptrace.Traces
	span tracestore.SpanID
	rank int // the higher one is shown
}

// drawTold draws a telling of one of a few spans of a trace.
func drawTold(t *rapid.T, trace pcommon.TraceID) told {
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
	by := tellings[rapid.SampledFrom(slices.Sorted(maps.Keys(tellings))).Draw(t, "telling")]
	by.tell(s, seconds)
	partial.Mark(s)
	rank := 10 * by.rank
	if by.latest {
		rank += seconds
	}
	return told{td, tracestore.SpanID{7: byte(n)}, rank}
}

// TestAnyMixOfDialectsInAnyOrderShowsTheSame: whatever tells of spans that run and of their ends, in whichever order and however
// often, the same is shown in the end, and it is the one that knows most.
func TestAnyMixOfDialectsInAnyOrderShowsTheSame(t *testing.T) {
	inOrder, one, _ := startExporter(t, nil)
	anyhow, other, _ := startExporter(t, nil)
	n := uint64(0)
	rapid.Check(t, func(rt *rapid.T) {
		n++
		all := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) told { return drawTold(rt, traceOf(n)) }), 1, 12).Draw(rt, "told")
		best := map[tracestore.SpanID]int{}
		for i, one := range all {
			attributes(one.td).PutStr("telling", fmt.Sprintf("%d of rank %d", i, one.rank))
			best[one.span] = max(best[one.span], one.rank)
		}
		again := rapid.SliceOf(rapid.SampledFrom(all)).Draw(rt, "told again")
		for _, one := range rapid.Permutation(slices.Concat(all, again)).Draw(rt, "order") {
			anyhow(copyOf(one.td))
		}
		for _, one := range all {
			inOrder(one.td)
		}
		require.Equal(rt, bodies(t, one, n), bodies(t, other, n))
		shown := shownOf(t, one, n)
		require.Equal(rt, shown, shownOf(t, other, n))
		require.Len(rt, shown, len(best))
		for id, rank := range best {
			require.Contains(rt, shown[id].body, fmt.Sprintf(` of rank %d"`, rank))
			require.Equal(rt, rank >= 30, shown[id].state == "ended", "%s is %s", id, shown[id].state)
		}
	})
}

func attributes(td ptrace.Traces) pcommon.Map {
	return td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Attributes()
}

func copyOf(td ptrace.Traces) ptrace.Traces {
	to := ptrace.NewTraces()
	td.CopyTo(to)
	return to
}

// shownSpan is what is shown of a span that somebody told of.
type shownSpan struct{ body, state string }

func shownOf(t *testing.T, s *server, n uint64) map[tracestore.SpanID]shownSpan {
	h, err := s.source.Open(t.Context(), traceOf(n).String(), tracestore.TraceID{})
	require.NoError(t, err)
	defer h.Close()
	all := map[tracestore.SpanID]shownSpan{}
	for _, span := range h.Spans() {
		if span.Record != nil {
			all[span.Key.Span] = shownSpan{string(span.Record.Body), string(span.Tail.State)}
		}
	}
	return all
}
