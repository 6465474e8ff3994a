package tokenpreviewprocessor

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/orcheo/otelcol-canvas/processor/tokenpreviewprocessor/internal/metadata"
	"github.com/orcheo/otelcol-canvas/processor/tokenpreviewprocessor/internal/metadatatest"
)

func TestOwnMetricsCountWhatWasDone(t *testing.T) {
	tel := componenttest.NewTelemetry()
	settings := processortest.NewNopSettings(metadata.Type)
	settings.TelemetrySettings = tel.NewTelemetrySettings()
	next := new(consumertest.TracesSink)
	p, err := NewFactory().CreateTraces(t.Context(), settings, createDefaultConfig(), next)
	require.NoError(t, err)
	require.NoError(t, p.Start(t.Context(), componenttest.NewNopHost()))
	require.True(t, p.Capabilities().MutatesData)

	traces, _ := oneSpan(map[string]any{
		"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": int64(2000), "gen_ai.usage.cache_read.input_tokens": int64(500), "gen_ai.request.model": "gpt-4o", "gen_ai.usage.cost": 0.25,
		"gen_ai.input.messages": "ask user@example.com", "note": "user@example.com",
		"huge": strings.Repeat("x", 1<<20+1),
	})
	traces.ResourceSpans().At(0).Resource().Attributes().PutStr("owner", "user@example.com")
	require.NoError(t, p.ConsumeTraces(t.Context(), traces))
	require.Equal(t, 1, next.SpanCount())

	count := func(n int64, attrs ...attribute.KeyValue) metricdata.DataPoint[int64] {
		return metricdata.DataPoint[int64]{Value: n, Attributes: attribute.NewSet(attrs...)}
	}
	ignore := metricdatatest.IgnoreTimestamp()
	metadatatest.AssertEqualTokenpreviewSpans(t, tel, []metricdata.DataPoint[int64]{count(1)}, ignore)
	metadatatest.AssertEqualTokenpreviewUninspectedValues(t, tel, []metricdata.DataPoint[int64]{count(1)}, ignore)
	metadatatest.AssertEqualTokenpreviewRedactions(t, tel, []metricdata.DataPoint[int64]{
		count(3, attribute.String("rule", "email")), count(1, attribute.String("rule", "too_large")),
	}, ignore)
	metadatatest.AssertEqualTokenpreviewDialectSpans(t, tel, []metricdata.DataPoint[int64]{count(1, attribute.String("dialect", "otel"))}, ignore)
	metadatatest.AssertEqualTokenpreviewTokens(t, tel, []metricdata.DataPoint[int64]{
		count(2000, attribute.String("model", "gpt-4o"), attribute.String("token.type", "input")),
		count(500, attribute.String("model", "gpt-4o"), attribute.String("token.type", "cache_read")),
	}, ignore)
	metadatatest.AssertEqualTokenpreviewCost(t, tel, []metricdata.DataPoint[float64]{
		{Value: 0.25, Attributes: attribute.NewSet(attribute.String("model", "gpt-4o"))},
	}, ignore)
	metadatatest.AssertEqualTokenpreviewEvents(t, tel, []metricdata.DataPoint[int64]{
		count(1, attribute.String("event", "prompt")), count(1, attribute.String("event", "message")), count(1, attribute.String("event", "token.chunk")),
	}, ignore)
	require.NoError(t, p.Shutdown(t.Context()))
	require.NoError(t, tel.Shutdown(t.Context()))
}
