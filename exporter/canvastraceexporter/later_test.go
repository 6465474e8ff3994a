package canvastraceexporter

import (
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/live"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// TestASpanHasItsBodyOnceSomebodyLooks: nobody watches while the spans come, whether their view is kept or not. Whoever opens
// the execution then, and whoever follows a span that comes afterwards, sees what would have been encoded at once.
func TestASpanHasItsBodyOnceSomebodyLooks(t *testing.T) {
	for _, spans := range []int{3, 200} {
		t.Run(fmt.Sprint(spans, " spans"), func(t *testing.T) {
			consume, s, _ := startExporter(t, nil)
			td := traces(spans, func(i int, s ptrace.Span) {
				s.SetTraceID(traceOf(1))
				s.Attributes().PutStr("text", fmt.Sprintf("<%d>", i))
			})
			consume(td)
			_, err := s.source.Executions(t.Context(), tracestore.Query{}) // all is folded for a list
			require.NoError(t, err)
			h, err := s.source.Open(t.Context(), traceOf(1).String(), tracestore.TraceID{})
			require.NoError(t, err)
			defer h.Close()
			requireBodies(t, td, shown(h.Spans()))

			later := traces(1, func(_ int, s ptrace.Span) {
				s.SetTraceID(traceOf(1))
				s.SetSpanID(pcommon.SpanID{9})
			})
			stream, err := h.Stream("")
			require.NoError(t, err)
			stream.Flush(1<<30, func(*live.Batch) bool { return true })
			consume(later)
			got := map[pcommon.SpanID]string{}
			for len(got) == 0 {
				<-stream.Changed()
				stream.Flush(1<<30, func(b *live.Batch) bool {
					maps.Copy(got, shown(b.Spans))
					return true
				})
			}
			requireBodies(t, later, got)
		})
	}
}

// shown are the bodies of spans that came.
func shown(spans []live.SpanView) map[pcommon.SpanID]string {
	all := map[pcommon.SpanID]string{}
	for _, span := range spans {
		if span.Record != nil {
			all[span.Key.Span] = string(span.Record.Body)
		}
	}
	return all
}

func requireBodies(t *testing.T, td ptrace.Traces, got map[pcommon.SpanID]string) {
	t.Helper()
	e := canvaswire.NewEncoder(canvaswire.DefaultLimits())
	for _, rs := range td.ResourceSpans().All() {
		service, _ := rs.Resource().Attributes().Get("service.name")
		for _, span := range rs.ScopeSpans().At(0).Spans().All() {
			require.Equal(t, string(e.Span(span.TraceID(), service.Str(), span).Body), got[span.SpanID()])
		}
	}
}
