package partiallog

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// FuzzSpans: whatever a body holds, what comes out are marked spans with ids, without an end unless they stopped, that OTLP
// can carry.
func FuzzSpans(f *testing.F) {
	f.Add(jsonRecord(`{"traceId":"`+hexTrace+`","spanId":"`+hexSpan+`"}`).Body().Str(), "json/v1", "5s")
	f.Add(jsonRecord(`{"traceId":"`+base64Trace+`","spanId":"`+base64Span+`","links":[{"traceId":"x"}]}`).Body().Str(), "json/v1", "250")
	f.Add(`{"resource_spans":[{"scope_spans":[{"spans":[{"trace_id":5},[],null]}]}]}`, "json/v1", "")
	f.Add("CiASHgocChAAAAAAAAAAAAAAAAAAAAABEgh1bml0dGVzdA==", "proto", "-1")
	f.Add("", "", "9h")
	f.Fuzz(func(t *testing.T, body, kind, frequency string) {
		r := record(body, attrEvent, "heartbeat", attrBodyType, kind, attrFrequency, frequency)
		r.SetTraceID(pcommon.TraceID{1})
		r.SetSpanID(pcommon.SpanID{2})
		event := Heartbeat
		if strings.HasPrefix(frequency, "-") {
			event = Stop
		}
		traces, err := Reader{MaxBody: 1 << 16}.Spans(r, event)
		if err != nil {
			return
		}
		require.Positive(t, traces.SpanCount())
		for _, rs := range traces.ResourceSpans().All() {
			for _, ss := range rs.ScopeSpans().All() {
				for _, s := range ss.Spans().All() {
					assert.False(t, s.TraceID().IsEmpty())
					assert.False(t, s.SpanID().IsEmpty())
					marked, _ := s.Attributes().Get(semconv.PartialKind)
					assert.Equal(t, event.kind(), marked.Str())
					assert.True(t, event == Stop || s.EndTimestamp() == 0)
				}
			}
		}
		_, err = (&ptrace.ProtoMarshaler{}).MarshalTraces(traces)
		require.NoError(t, err)
	})
}
