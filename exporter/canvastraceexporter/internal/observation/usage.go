package observation

import (
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// ofUsage are the attributes without which a span reports no usage.
const ofUsage = uint64(1<<usageReplay | 1<<tokenInput | 1<<tokenOutput | 1<<inputTokens | 1<<outputTokens)

// usage reads Orcheo's figures first, then those of the GenAI conventions: a span with both spellings reports one usage. Those
// of a replay are the conventions', which say what was saved; Orcheo's are zero. A replay always has a usage, so that it is
// shown as one.
func usage(attrs *attributes) (u tracestore.Usage, ok bool) {
	if attrs.has&ofUsage == 0 {
		return u, false
	}
	replay := attrs.replayed()
	input, hasInput := attrs.tokens(tokenInput, inputTokens)
	output, hasOutput := attrs.tokens(tokenOutput, outputTokens)
	if replay {
		input, hasInput = attrs.tokens(inputTokens, tokenInput)
		output, hasOutput = attrs.tokens(outputTokens, tokenOutput)
	}
	if !hasInput && !hasOutput && !replay {
		return u, false
	}
	u = tracestore.Usage{Input: input, Output: output}
	u.CacheRead, _ = attrs.figure(cacheReadTokens)
	u.CacheWrite, _ = attrs.tokens(cacheWriteTokens, cacheCreationOld)
	u.Reasoning, _ = attrs.figure(reasoningTokens)
	u.CostUSD, u.CostKnown = attrs.cost()
	return u, true
}

// scope goes by the processor's word, then by Orcheo's figures, which only calls have, then by the kind. Of a span with nothing
// but the conventions' figures nobody says, whatever its operation: they may be a sum, and may or may not include the cache.
func scope(attrs *attributes) tracestore.UsageScope {
	if attrs.replayed() {
		return tracestore.ScopeReplay
	}
	switch attrs.word(usageScope) {
	case semconv.UsageScopeCall:
		return tracestore.ScopeCall
	case semconv.UsageScopeAggregate:
		return tracestore.ScopeAggregate
	}
	if _, ok := attrs.tokens(tokenInput, tokenOutput); ok {
		return tracestore.ScopeCall
	}
	switch attrs.word(aiKind) {
	case "llm", "embedding", "rerank":
		return tracestore.ScopeCall
	case "agent", "workflow", "chain", "task":
		return tracestore.ScopeAggregate
	default:
		return tracestore.ScopeUnknown
	}
}

// boundary goes by the kind, and without one by the operation of the GenAI conventions.
func boundary(s ptrace.Span, attrs *attributes) bool {
	switch attrs.word(aiKind) {
	case "tool", "mcp", "agent", "workflow", "handoff":
		return true
	case "":
		return s.Name() == semconv.SpanWorkflowExecution || acts(attrs.word(operation))
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
