package tokenpreviewprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// addUsage writes token figures under Orcheo's and OpenTelemetry's names. Agents, workflows and the root get none of Orcheo's:
// Orcheo adds up orcheo.token.* over all spans, so figures that repeat those below would count twice. Theirs are a fallback for
// when nothing below them says anything, and are marked as such.
func addUsage(attrs pcommon.Map, r *genai.Reading) {
	switch {
	case r.ModelCall && r.Replay:
		addReplay(attrs, &r.Usage)
	case r.ModelCall && r.Usage.Known():
		putFigure(attrs, semconv.TokenInput, r.Usage.Input)
		putFigure(attrs, semconv.TokenOutput, r.Usage.Output)
		putText(attrs, semconv.UsageScope, semconv.UsageScopeCall)
		putTexts(attrs, semconv.UsageInference, r.Usage.Inference)
		putFigures(attrs, &r.Usage)
	case r.Aggregate:
		if isAbsent(attrs, semconv.GenAIInputTokens) && isAbsent(attrs, semconv.GenAIOutputTokens) { // else its own are what is shown
			putTexts(attrs, semconv.UsageInference, r.Usage.Inference)
		}
		putText(attrs, semconv.UsageScope, semconv.UsageScopeAggregate)
		putFigures(attrs, &r.Usage)
	}
}

// addReplay marks an answer from a cache of answers. It took nothing; OpenTelemetry's figures tell what it saved.
func addReplay(attrs pcommon.Map, u *genai.TokenUsage) {
	putFigures(attrs, u)
	for _, key := range []string{semconv.TokenInput, semconv.TokenOutput} {
		if u.Known() && isAbsent(attrs, key) {
			attrs.PutInt(key, 0)
		}
	}
	putText(attrs, semconv.UsageScope, semconv.UsageScopeCall)
	if isAbsent(attrs, semconv.UsageReplay) {
		attrs.PutBool(semconv.UsageReplay, true)
	}
}

// putFigures writes the figures under OpenTelemetry's newest names.
func putFigures(attrs pcommon.Map, u *genai.TokenUsage) {
	putFigure(attrs, semconv.GenAIInputTokens, u.Input)
	putFigure(attrs, semconv.GenAIOutputTokens, u.Output)
	putFigure(attrs, semconv.GenAICacheReadTokens, u.CacheRead)
	putFigure(attrs, semconv.GenAICacheWriteTokens, u.CacheWrite)
	putFigure(attrs, semconv.GenAIReasoningTokens, u.Reasoning)
	putFigure(attrs, semconv.GenAIAudioInputTokens, u.AudioInput)
	putFigure(attrs, semconv.GenAIAudioOutputTokens, u.AudioOutput)
}

// addModels writes what kind of work it is, the models and the provider under both names: Canvas titles a span by
// gen_ai.request.model and sorts it by gen_ai.operation.name, and shows orcheo.ai.*.
func addModels(attrs pcommon.Map, r *genai.Reading) {
	if r.Kind != genai.KindOther {
		putText(attrs, semconv.AIKind, string(r.Kind))
	}
	putText(attrs, semconv.GenAIOperation, r.Kind.Operation())
	putText(attrs, semconv.AIModelRequested, r.ModelRequested)
	putText(attrs, semconv.GenAIRequestModel, r.ModelName)
	putText(attrs, semconv.AIModelActual, r.ModelActual)
	putText(attrs, semconv.GenAIResponseModel, r.ModelActual)
	putText(attrs, semconv.AIProvider, r.Provider)
	putText(attrs, semconv.GenAIProvider, r.Provider)
}

func isAbsent(attrs pcommon.Map, key string) bool {
	_, taken := attrs.Get(key)
	return !taken
}

func putFigure(attrs pcommon.Map, key string, figure genai.Figure) {
	if figure.Known() && isAbsent(attrs, key) {
		attrs.PutInt(key, figure.N)
	}
}

func putText(attrs pcommon.Map, key, text string) {
	if text != "" && isAbsent(attrs, key) {
		attrs.PutStr(key, text)
	}
}

func putTexts(attrs pcommon.Map, key string, texts []string) {
	if len(texts) == 0 || !isAbsent(attrs, key) {
		return
	}
	list := attrs.PutEmptySlice(key)
	list.EnsureCapacity(len(texts))
	for _, text := range texts {
		list.AppendEmpty().SetStr(text)
	}
}
