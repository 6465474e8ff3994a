package canvastraceexporter

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/exporter/canvastraceexporter/internal/metadata"
)

// BenchmarkConsume takes export requests of 50 spans of an LLM workflow, about 1 kB each: all new, or all known.
func BenchmarkConsume(b *testing.B) {
	const perRequest = 50
	for _, repeat := range []bool{false, true} {
		b.Run(fmt.Sprintf("known=%t", repeat), func(b *testing.B) {
			e, err := NewFactory().CreateTraces(b.Context(), exportertest.NewNopSettings(metadata.Type), createDefaultConfig())
			require.NoError(b, err)
			require.NoError(b, e.Start(b.Context(), componenttest.NewNopHost()))
			td := llmRequest(perRequest)
			n := uint64(0)
			b.ReportAllocs()
			for b.Loop() {
				if !repeat {
					n++
					renumber(td, n)
				}
				require.NoError(b, e.ConsumeTraces(b.Context(), td))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/perRequest, "ns/span")
			require.NoError(b, e.Shutdown(b.Context()))
		})
	}
}

func llmRequest(n int) ptrace.Traces {
	return traces(n, func(_ int, s ptrace.Span) {
		a := s.Attributes()
		a.PutStr("orcheo.node.id", "draft")
		a.PutStr("orcheo.node.display_name", "Draft Answer")
		a.PutStr("orcheo.node.kind", "llm")
		a.PutInt("orcheo.node.latency_ms", 340)
		a.PutStr("orcheo.ai.model.requested", "openai:gpt-4o-mini")
		a.PutStr("orcheo.ai.model.actual", "gpt-4o-mini-2024-07-18")
		a.PutInt("orcheo.token.input", 1200)
		a.PutInt("orcheo.token.output", 900)
		for _, name := range []string{"prompt", "response"} {
			e := s.Events().AppendEmpty()
			e.SetName(name)
			e.SetTimestamp(s.EndTimestamp())
			e.Attributes().PutStr("preview", fmt.Sprintf("%0200d", 7))
		}
	})
}

// renumber gives the request's spans a trace of their own for every 1,000 requests, and new span ids.
func renumber(td ptrace.Traces, n uint64) {
	for i, s := range td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
		var id pcommon.SpanID
		binary.BigEndian.PutUint64(id[:], n<<8|uint64(i+1))
		s.SetSpanID(id)
		s.SetTraceID(traceOf(n/1000 + 1))
	}
}
