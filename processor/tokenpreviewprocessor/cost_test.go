package tokenpreviewprocessor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/price"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// A round table, so that every expectation can be worked out in one's head: USD 2 in, 0.5 cached, 8 out per million tokens.
func priced(c *Config) {
	in, out, cached, write := 2.0, 8.0, 0.5, 3.0
	c.Prices.Enabled = true
	c.Prices.Overrides = []price.Override{{Model: "model-a*", Input: &in, Output: &out, CacheRead: &cached, CacheWrite: &write}}
}

func TestWhatAModelCallCosts(t *testing.T) {
	cases := map[string]struct {
		attributes map[string]any
		cost       float64
		source     string // "": unknown
		table      string
	}{
		"by the table: the cached part is cheaper": {
			attributes: map[string]any{
				"gen_ai.operation.name": "chat", "gen_ai.response.model": "model-a-2026", "gen_ai.usage.input_tokens": 1000,
				"gen_ai.usage.cache_read.input_tokens": 400, "gen_ai.usage.output_tokens": 100,
			},
			cost: 600*2e-6 + 400*0.5e-6 + 100*8e-6, source: semconv.CostTable, table: price.FromOverrides,
		},
		"the figures of an emitter that reports the cache beside the input are added first": {
			attributes: map[string]any{
				"gen_ai.operation.name": "chat", "gen_ai.request.model": "model-a", "gen_ai.provider.name": "anthropic",
				"gen_ai.usage.input_tokens": 100, "gen_ai.usage.cache_read.input_tokens": 2000, "gen_ai.usage.cache_write.input_tokens": 50,
				"gen_ai.usage.output_tokens": 10,
			},
			cost: 100*2e-6 + 2000*0.5e-6 + 50*3e-6 + 10*8e-6, source: semconv.CostTable, table: price.FromOverrides,
		},
		"the model that was asked for stands in for one that nobody knows": {
			attributes: map[string]any{
				"gen_ai.operation.name": "chat", "gen_ai.response.model": "internal-7", "gen_ai.request.model": "model-a",
				"gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 10,
			},
			cost: 10*2e-6 + 10*8e-6, source: semconv.CostTable, table: price.FromOverrides,
		},
		"a reported cost wins": {
			attributes: map[string]any{
				"gen_ai.operation.name": "chat", "gen_ai.request.model": "model-a", "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 10,
				"gen_ai.usage.cost": 0.25,
			},
			cost: 0.25, source: semconv.CostReported,
		},
		"an unknown model's cost stays unknown": {
			attributes: map[string]any{
				"gen_ai.operation.name": "chat", "gen_ai.request.model": "nobody-knows-this", "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 10,
			},
		},
		"a call without its output has no known cost": {
			attributes: map[string]any{"gen_ai.operation.name": "chat", "gen_ai.request.model": "model-a", "gen_ai.usage.input_tokens": 10},
		},
		"an embedding has no output": {
			attributes: map[string]any{"gen_ai.operation.name": "embeddings", "gen_ai.request.model": "model-a", "gen_ai.usage.input_tokens": 10},
			cost:       10 * 2e-6, source: semconv.CostTable, table: price.FromOverrides,
		},
		"an agent repeats its calls and is not priced": {
			attributes: map[string]any{
				"gen_ai.operation.name": "invoke_agent", "gen_ai.request.model": "model-a", "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 10,
			},
		},
	}
	p := newProcessor(t, priced)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			traces := ptrace.NewTraces()
			span := traces.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
			span.SetStartTimestamp(pcommon.NewTimestampFromTime(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)))
			require.NoError(t, span.Attributes().FromRaw(c.attributes))
			once := processed(t, p, traces)
			attrs := once.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Attributes().AsRaw()
			if c.source == "" {
				assert.NotContains(t, attrs, semconv.CostUSD)
				return
			}
			assert.InDelta(t, c.cost, attrs[semconv.CostUSD], 1e-12)
			assert.Equal(t, c.source, attrs[semconv.CostSource])
			if c.table != "" {
				assert.Equal(t, c.table, attrs[semconv.CostTableVersion])
			}
			assert.Equal(t, asJSON(t, once), asJSON(t, processed(t, p, once)), "a second tier changes nothing")
		})
	}
}

func TestTheEmbeddedTableKnowsTheModelsOfTheDay(t *testing.T) {
	p := newProcessor(t, func(c *Config) { c.Prices = createDefaultConfig().(*Config).Prices })
	traces := ptrace.NewTraces()
	span := traces.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	require.NoError(t, span.Attributes().FromRaw(map[string]any{
		"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o-mini",
		"gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 10,
	}))
	attrs := processed(t, p, traces).ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Attributes().AsRaw()
	assert.Positive(t, attrs[semconv.CostUSD])
	assert.Contains(t, attrs[semconv.CostTableVersion], "genai-prices ")
}
