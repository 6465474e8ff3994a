package partialspanconnector

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// What G-Research's processor for Python really sends: two spans of which it tells four times, then that they stopped.
func TestTheRecordsOfTheProcessorForPython(t *testing.T) {
	next := new(consumertest.TracesSink)
	c, _ := start(t, next, defaults())
	raw, err := os.ReadFile("testdata/gresearch.logs.json")
	require.NoError(t, err)
	logs, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(raw)
	require.NoError(t, err)
	require.NoError(t, c.ConsumeLogs(context.Background(), logs))

	finals := map[pcommon.SpanID]ptrace.Span{}
	for _, s := range recordedSpans(t) {
		finals[s.SpanID()] = s
	}
	require.Len(t, finals, 3)
	kinds := map[string][]string{}
	for _, s := range spansOf(next.AllTraces()[0]) {
		final, there := finals[s.SpanID()]
		require.True(t, there, "an announced span came")
		assert.Equal(t, final.Name(), s.Name())
		assert.Equal(t, final.TraceID(), s.TraceID())
		assert.Equal(t, final.ParentSpanID(), s.ParentSpanID())
		assert.Equal(t, final.StartTimestamp(), s.StartTimestamp())
		require.Equal(t, final.Links().Len(), s.Links().Len(), "links survive the base64 of their ids")
		for i, link := range s.Links().All() {
			assert.Equal(t, final.Links().At(i).TraceID(), link.TraceID())
			assert.Equal(t, final.Links().At(i).SpanID(), link.SpanID())
		}
		kind := s.Attributes().AsRaw()[semconv.PartialKind].(string)
		kinds[s.Name()] = append(kinds[s.Name()], kind)
		if kind == "synthetic" {
			assert.Equal(t, final.EndTimestamp(), s.EndTimestamp())
			assert.Equal(t, final.Events().Len(), s.Events().Len())
		} else {
			assert.Zero(t, s.EndTimestamp())
			assert.EqualValues(t, 400, s.Attributes().AsRaw()[semconv.PartialFrequency])
		}
	}
	assert.Equal(t, map[string][]string{
		"workflow.execution": {"heartbeat", "heartbeat", "synthetic"}, "ask the station": {"heartbeat", "heartbeat", "synthetic"},
	}, kinds)
}

func recordedSpans(t *testing.T) []ptrace.Span {
	t.Helper()
	raw, err := os.ReadFile("testdata/gresearch.json")
	require.NoError(t, err)
	traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(raw)
	require.NoError(t, err)
	return spansOf(traces)
}

func spansOf(traces ptrace.Traces) (spans []ptrace.Span) {
	for _, rs := range traces.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, s := range ss.Spans().All() {
				spans = append(spans, s)
			}
		}
	}
	return spans
}
