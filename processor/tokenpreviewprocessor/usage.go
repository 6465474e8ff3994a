package tokenpreviewprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// addUsage writes the token figures of a model call under Orcheo's and OpenTelemetry's names. Agents, workflows and the
// root get none: Orcheo adds up orcheo.token.* over all spans, so figures that repeat those below would count twice.
func addUsage(attrs pcommon.Map, r *genai.Reading) {
	if !r.ModelCall {
		return
	}
	putFigure(attrs, semconv.TokenInput, r.Input)
	putFigure(attrs, semconv.TokenOutput, r.Output)
	putFigure(attrs, semconv.GenAIInputTokens, r.Input)
	putFigure(attrs, semconv.GenAIOutputTokens, r.Output)
	putFigure(attrs, semconv.GenAICacheReadTokens, r.CacheRead)
	putFigure(attrs, semconv.GenAICacheWriteTokens, r.CacheWrite)
	putFigure(attrs, semconv.GenAIReasoningTokens, r.Reasoning)
}

// addModels writes what kind of call it is, the models and the provider under both names: Canvas titles a span by
// gen_ai.request.model and sorts it by gen_ai.operation.name, and shows orcheo.ai.*.
func addModels(attrs pcommon.Map, r *genai.Reading) {
	putText(attrs, semconv.AIKind, string(r.Kind))
	putText(attrs, semconv.GenAIOperation, r.Kind.Operation())
	putText(attrs, semconv.AIModelRequested, r.ModelRequested)
	putText(attrs, semconv.GenAIRequestModel, r.ModelName)
	putText(attrs, semconv.AIModelActual, r.ModelActual)
	putText(attrs, semconv.GenAIResponseModel, r.ModelActual)
	putText(attrs, semconv.AIProvider, r.Provider)
	putText(attrs, semconv.GenAIProvider, r.Provider)
}

func putFigure(attrs pcommon.Map, key string, figure genai.Figure) {
	if _, taken := attrs.Get(key); !taken && figure.Known() {
		attrs.PutInt(key, figure.N)
	}
}

func putText(attrs pcommon.Map, key, text string) {
	if _, taken := attrs.Get(key); !taken && text != "" {
		attrs.PutStr(key, text)
	}
}
