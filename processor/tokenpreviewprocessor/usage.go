package tokenpreviewprocessor

import (
	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// addUsage writes token figures under Orcheo's and OpenTelemetry's names. Agents, workflows and the root get none of Orcheo's:
// Orcheo adds up orcheo.token.* over all spans, so figures that repeat those below would count twice. Theirs are a fallback for
// when nothing below them says anything, and are marked as such.
func (a *attributes) addUsage() {
	r := a.read
	switch {
	case r.ModelCall && r.Replay:
		a.addReplay()
	case r.ModelCall && r.Usage.Known():
		a.putFigure(a.tokenInput, &r.Usage.Input)
		a.putFigure(a.tokenOutput, &r.Usage.Output)
		a.putText(a.usageScope, semconv.UsageScopeCall)
		a.putTexts(a.usageInference, r.Usage.Inference)
		a.addFigures()
	case r.Aggregate:
		if !r.Has(a.inputTokens) && !r.Has(a.outputTokens) { // else its own are what is shown
			a.putTexts(a.usageInference, r.Usage.Inference)
		}
		a.putText(a.usageScope, semconv.UsageScopeAggregate)
		a.addFigures()
	}
}

// addReplay marks an answer from a cache of answers. It took nothing; OpenTelemetry's figures tell what it saved.
func (a *attributes) addReplay() {
	a.addFigures()
	if a.read.Usage.Input.Known() {
		a.putInt(a.tokenInput, 0)
	}
	if a.read.Usage.Output.Known() {
		a.putInt(a.tokenOutput, 0)
	}
	a.putText(a.usageScope, semconv.UsageScopeCall)
	a.putTrue(a.usageReplay)
}

// addFigures writes the figures under OpenTelemetry's newest names.
func (a *attributes) addFigures() {
	u := &a.read.Usage
	a.putFigure(a.inputTokens, &u.Input)
	a.putFigure(a.outputTokens, &u.Output)
	a.putFigure(a.cacheRead, &u.CacheRead)
	a.putFigure(a.cacheWrite, &u.CacheWrite)
	a.putFigure(a.reasoning, &u.Reasoning)
	a.putFigure(a.audioInput, &u.AudioInput)
	a.putFigure(a.audioOutput, &u.AudioOutput)
}

// addModels writes what kind of work it is, the models and the provider under both names: Canvas titles a span by
// gen_ai.request.model and sorts it by gen_ai.operation.name, and shows orcheo.ai.*.
func (a *attributes) addModels() {
	r := a.read
	if r.Kind != genai.KindOther {
		a.putText(a.kind, string(r.Kind))
	}
	a.putText(a.operation, r.Kind.Operation())
	a.putText(a.modelRequested, r.ModelRequested)
	a.putText(a.requestModel, r.ModelName)
	a.putText(a.modelActual, r.ModelActual)
	a.putText(a.responseModel, r.ModelActual)
	a.putText(a.provider, r.Provider)
	a.putText(a.genAIWho, r.Provider)
}
