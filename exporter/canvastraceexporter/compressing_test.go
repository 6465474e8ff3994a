package canvastraceexporter

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// gauge reads a gauge.
func gauge(t *testing.T, tel *componenttest.Telemetry, name string) int64 {
	t.Helper()
	m, err := tel.GetMetric(name)
	require.NoError(t, err)
	return m.Data.(metricdata.Gauge[int64]).DataPoints[0].Value
}

// download is the OTLP of an execution, span by span.
func download(t *testing.T, s *server, id string) map[pcommon.SpanID]asSent {
	t.Helper()
	h, err := s.source.Open(t.Context(), id, tracestore.TraceID{})
	require.NoError(t, err)
	defer h.Close()
	var records []canvaswire.TraceRecord
	for _, span := range h.Spans() {
		records = append(records, canvaswire.TraceRecord{Trace: span.Key.Trace, Record: span.Record})
	}
	td, err := canvaswire.BuildTraces(records)
	require.NoError(t, err)
	return flatten(td)
}

func TestAFinishedExecutionIsCompressedInTheBackgroundAndDownloadsAsItWas(t *testing.T) {
	consume, s, tel := startExporter(t, func(c *Config) { c.Retention.CompressAfter = time.Nanosecond })
	td := traces(100, func(i int, s ptrace.Span) {
		s.Attributes().PutDouble("number", float64(i)/3)
		s.Attributes().PutEmptyBytes("bytes").FromRaw([]byte{0, byte(i)})
		if i == 0 {
			s.SetName("workflow.execution")
			s.Attributes().PutStr("orcheo.execution.id", "run-1")
			s.Attributes().PutInt("orcheo.trace.span_count", 100)
			return
		}
		s.SetParentSpanID(pcommon.SpanID{7: 1})
	})
	want := flatten(td)
	consume(td)
	require.Eventually(t, func() bool { return gauge(t, tel, "otelcol_canvastrace_spans_compressed") == 100 }, 20*time.Second, 10*time.Millisecond)
	assert.Equal(t, want, download(t, s, "run-1"))
	assert.Positive(t, gauge(t, tel, "otelcol_canvastrace_store_compressed_size"))
	assert.Less(t, gauge(t, tel, "otelcol_canvastrace_store_compressed_size"), gauge(t, tel, "otelcol_canvastrace_store_size"))
	assert.Zero(t, gauge(t, tel, "otelcol_canvastrace_tombstones"))
}
