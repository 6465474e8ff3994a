package observation

import (
	"math"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// usage reads Orcheo's figures first, then those of the GenAI conventions: a span with both spellings reports one usage. Those
// of a replay are the conventions', which say what was saved; Orcheo's are zero. A replay always has a usage, so that it is
// shown as one.
func usage(attrs pcommon.Map) *tracestore.Usage {
	inputs, outputs := []string{semconv.TokenInput, semconv.GenAIInputTokens}, []string{semconv.TokenOutput, semconv.GenAIOutputTokens}
	replay := replayed(attrs)
	if replay {
		inputs[0], inputs[1], outputs[0], outputs[1] = inputs[1], inputs[0], outputs[1], outputs[0]
	}
	input, hasInput := tokens(attrs, inputs...)
	output, hasOutput := tokens(attrs, outputs...)
	if !hasInput && !hasOutput && !replay {
		return nil
	}
	u := &tracestore.Usage{Input: input, Output: output}
	u.CacheRead, _ = tokens(attrs, semconv.GenAICacheReadTokens)
	u.CacheWrite, _ = tokens(attrs, semconv.GenAICacheWriteTokens, semconv.GenAICacheCreationOld)
	u.Reasoning, _ = tokens(attrs, semconv.GenAIReasoningTokens)
	if v, ok := attrs.Get(semconv.CostUSD); ok && v.Type() == pcommon.ValueTypeDouble && v.Double() >= 0 && !math.IsInf(v.Double(), 0) {
		u.CostUSD, u.CostKnown = v.Double(), true
	}
	return u
}

func tokens(attrs pcommon.Map, keys ...string) (int64, bool) {
	for _, key := range keys {
		if v, ok := attrs.Get(key); ok && v.Type() == pcommon.ValueTypeInt && v.Int() >= 0 && v.Int() <= maxTokens {
			return v.Int(), true
		}
	}
	return 0, false
}

func replayed(attrs pcommon.Map) bool {
	v, ok := attrs.Get(semconv.UsageReplay)
	return ok && v.Type() == pcommon.ValueTypeBool && v.Bool()
}

// scope goes by the processor's word, then by Orcheo's figures, which only calls have, then by the kind. Of a span with nothing
// but the conventions' figures nobody says, whatever its operation: they may be a sum, and may or may not include the cache.
func scope(attrs pcommon.Map) tracestore.UsageScope {
	if replayed(attrs) {
		return tracestore.ScopeReplay
	}
	switch word(attrs, semconv.UsageScope) {
	case semconv.UsageScopeCall:
		return tracestore.ScopeCall
	case semconv.UsageScopeAggregate:
		return tracestore.ScopeAggregate
	}
	if _, ok := tokens(attrs, semconv.TokenInput, semconv.TokenOutput); ok {
		return tracestore.ScopeCall
	}
	switch word(attrs, semconv.AIKind) {
	case "llm", "embedding", "rerank":
		return tracestore.ScopeCall
	case "agent", "workflow", "chain", "task":
		return tracestore.ScopeAggregate
	default:
		return tracestore.ScopeUnknown
	}
}

// boundary goes by the kind, and without one by the operation of the GenAI conventions.
func boundary(s ptrace.Span) bool {
	switch word(s.Attributes(), semconv.AIKind) {
	case "tool", "mcp", "agent", "workflow", "handoff":
		return true
	case "":
		return s.Name() == semconv.SpanWorkflowExecution || acts(word(s.Attributes(), semconv.GenAIOperation))
	default:
		return false
	}
}

func acts(operation string) bool {
	switch operation {
	case "execute_tool", "invoke_agent", "create_agent", "invoke_workflow":
		return true
	default:
		return false
	}
}

func side(kind ptrace.SpanKind) tracestore.Side {
	switch kind {
	case ptrace.SpanKindClient:
		return tracestore.SideClient
	case ptrace.SpanKindServer:
		return tracestore.SideServer
	default:
		return tracestore.SideNone
	}
}

// word is a text that is compared and not kept.
func word(attrs pcommon.Map, key string) string {
	v, ok := attrs.Get(key)
	if !ok || v.Type() != pcommon.ValueTypeStr {
		return ""
	}
	return v.Str()
}
