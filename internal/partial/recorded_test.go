package partial_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/partial"
)

// What Logfire really sends: every pending span becomes the start of a span that comes later, under the same parent.
func TestThePendingSpansOfLogfire(t *testing.T) {
	raw, err := os.ReadFile("testdata/logfire.json")
	require.NoError(t, err)
	traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(raw)
	require.NoError(t, err)

	starts, ends := map[pcommon.SpanID]ptrace.Span{}, map[pcommon.SpanID]ptrace.Span{}
	for _, rs := range traces.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, s := range ss.Spans().All() {
				switch partial.Mark(s) {
				case partial.Logfire:
					assert.NotContains(t, ends, s.SpanID(), "a start comes first")
					starts[s.SpanID()] = s
				case partial.None:
					ends[s.SpanID()] = s
				default:
					t.Errorf("%s is taken for something else", s.Name())
				}
			}
		}
	}
	require.Len(t, starts, 3)
	require.Len(t, ends, 4, "the log line was never pending")
	for id, start := range starts {
		end, there := ends[id]
		require.True(t, there, start.Name())
		assert.Equal(t, end.Name(), start.Name())
		assert.Equal(t, end.ParentSpanID(), start.ParentSpanID(), start.Name())
		assert.Equal(t, end.StartTimestamp(), start.StartTimestamp(), start.Name())
		assert.Equal(t, end.TraceID(), start.TraceID(), start.Name())
		assert.Zero(t, start.EndTimestamp(), start.Name())
	}
}
