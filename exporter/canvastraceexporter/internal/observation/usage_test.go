package observation

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func factsOf(t *testing.T, attrs map[string]any, kind ptrace.SpanKind) tracestore.Facts {
	t.Helper()
	td := ptrace.NewTraces()
	s := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	s.SetTraceID(pcommon.TraceID{1})
	s.SetSpanID(pcommon.SpanID{1})
	s.SetKind(kind)
	require.NoError(t, s.Attributes().FromRaw(attrs))
	batches, invalid := NewObserver(nil, canvaswire.Limits{}).Observe(td)
	require.Zero(t, invalid)
	return batches[0].Spans[0].Facts
}

func TestWhatASpansUsageIsOf(t *testing.T) {
	const in, out = semconv.GenAIInputTokens, semconv.GenAIOutputTokens
	cases := map[string]struct {
		attrs map[string]any
		usage *tracestore.Usage
		scope tracestore.UsageScope
	}{
		"no figures are no usage": {attrs: map[string]any{semconv.UsageScope: "call"}},
		"the conventions' figures alone say nothing of their scope": {
			attrs: map[string]any{in: 100, out: 20, semconv.GenAIOperation: "chat"},
			usage: &tracestore.Usage{Input: 100, Output: 20}, scope: tracestore.ScopeUnknown,
		},
		"both spellings on one span are one usage, and Orcheo's wins": {
			attrs: map[string]any{
				semconv.TokenInput: 110, semconv.TokenOutput: 20, in: 100, out: 20, "gen_ai.usage.prompt_tokens": 100,
				semconv.GenAICacheReadTokens: 10, semconv.GenAICacheWriteTokens: 3, semconv.GenAICacheCreationOld: 4, semconv.GenAIReasoningTokens: 5,
			},
			usage: &tracestore.Usage{Input: 110, Output: 20, CacheRead: 10, CacheWrite: 3, Reasoning: 5}, scope: tracestore.ScopeCall,
		},
		"the processor's word is above the kind": {
			attrs: map[string]any{in: 100, semconv.AIKind: "llm", semconv.UsageScope: "aggregate"},
			usage: &tracestore.Usage{Input: 100}, scope: tracestore.ScopeAggregate,
		},
		"an embedding is a call":      {attrs: map[string]any{in: 7, semconv.AIKind: "embedding"}, usage: &tracestore.Usage{Input: 7}, scope: tracestore.ScopeCall},
		"an agent's figures are sums": {attrs: map[string]any{in: 7, semconv.AIKind: "agent"}, usage: &tracestore.Usage{Input: 7}, scope: tracestore.ScopeAggregate},
		"an agent node of Orcheo that has tokens is a call": {
			attrs: map[string]any{semconv.TokenInput: 7, semconv.AIKind: "agent", semconv.NodeID: "n"}, usage: &tracestore.Usage{Input: 7}, scope: tracestore.ScopeCall,
		},
		"a replay tells what it saved and costs nothing": {
			attrs: map[string]any{semconv.UsageReplay: true, semconv.UsageScope: "call", semconv.TokenInput: 0, in: 100, out: 20, semconv.CostUSD: 0.0},
			usage: &tracestore.Usage{Input: 100, Output: 20, CostKnown: true}, scope: tracestore.ScopeReplay,
		},
		"a replay is shown as one without figures, too": {
			attrs: map[string]any{semconv.UsageReplay: true}, usage: &tracestore.Usage{}, scope: tracestore.ScopeReplay,
		},
		"a word instead of a flag is no replay": {
			attrs: map[string]any{semconv.UsageReplay: "true", in: 1}, usage: &tracestore.Usage{Input: 1}, scope: tracestore.ScopeUnknown,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f := factsOf(t, c.attrs, ptrace.SpanKindInternal)
			assert.Equal(t, c.usage, f.Usage)
			assert.Equal(t, c.scope, f.Scope)
		})
	}
}

func TestToolsAndAgentsPartTheCallsBelowFromThoseAbove(t *testing.T) {
	for kind, want := range map[string]bool{
		"tool": true, "mcp": true, "agent": true, "workflow": true, "handoff": true, "chain": false, "llm": false, "guardrail": false,
	} {
		assert.Equal(t, want, factsOf(t, map[string]any{semconv.AIKind: kind}, 0).Boundary, kind)
	}
	for operation, want := range map[string]bool{"execute_tool": true, "invoke_agent": true, "chat": false, "": false} {
		assert.Equal(t, want, factsOf(t, map[string]any{semconv.GenAIOperation: operation}, 0).Boundary, operation)
	}
	assert.False(t, factsOf(t, map[string]any{semconv.AIKind: "llm", semconv.GenAIOperation: "execute_tool"}, 0).Boundary, "the kind wins")
}

func TestTheSideOfASpan(t *testing.T) {
	assert.Equal(t, tracestore.SideClient, factsOf(t, nil, ptrace.SpanKindClient).Side)
	assert.Equal(t, tracestore.SideServer, factsOf(t, nil, ptrace.SpanKindServer).Side)
	assert.Equal(t, tracestore.SideNone, factsOf(t, nil, ptrace.SpanKindProducer).Side)
}
