package tokenpreviewprocessor

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/redact"
)

// said is what a reading says, without what it refers to.
type said struct {
	kind                         genai.Kind
	dialects, artifacts          []string
	call, aggregate, replay      bool
	usage                        genai.TokenUsage
	models, ids, messages, tools []string
	cost                         float64
}

func saidBy(r *genai.Reading) said {
	s := said{
		kind: r.Kind, dialects: r.Dialects(), artifacts: append([]string(nil), r.Artifacts...), call: r.ModelCall, aggregate: r.Aggregate, replay: r.Replay, usage: r.Usage,
		models: []string{r.ModelRequested, r.ModelName, r.ModelActual, r.Provider}, cost: r.Cost,
		ids:   []string{r.ResponseID, r.Thread, r.WorkflowID, r.WorkflowName, r.NodeID, r.NodeName},
		tools: []string{r.Tool.Name, r.Tool.CallID, r.Tool.ArgumentsKey, r.Tool.ResultKey, r.Tool.Text(1000), r.Tool.ResultText(1000)},
	}
	s.usage.Inference = append([]string(nil), r.Usage.Inference...)
	for i := range r.Messages {
		m := &r.Messages[i]
		s.messages = append(s.messages, string(m.Role)+" "+m.Source+": "+m.Text(1000))
	}
	return s
}

// redactedThenRead is what a walk does, in one pass after the other.
func redactedThenRead(p *tokenPreview, scope string, span ptrace.Span, hits *redact.Hits) *genai.Reading {
	pass := p.redactor.NewPass()
	pass.Text(span.Name(), span.SetName, hits)
	pass.Text(span.Status().Message(), span.Status().SetMessage, hits)
	pass.Map(span.Attributes(), hits)
	for _, event := range span.Events().All() {
		pass.Text(event.Name(), event.SetName, hits)
		pass.Map(event.Attributes(), hits)
	}
	p.addExecution(span.Attributes())
	return p.engine.NewReader().Read(scope, span)
}

func TestOneWalkDoesWhatTwoPassesDo(t *testing.T) {
	p := newProcessor(t, func(c *Config) { c.Identity.ExecutionFrom = []string{"note", "run@example.com"} })
	reader := p.engine.NewReader()
	b := batch{pass: p.redactor.NewPass()}
	b.pass.Knowing(new(redact.Words))
	rapid.Check(t, func(rt *rapid.T) {
		one := lawTraces(rt)
		span := firstSpan(one.ResourceSpans().At(0))
		for _, key := range rapid.SliceOfN(rapid.SampledFrom([]string{"run@example.com", "apiKey", "userName", "ai.response.finishReason", "ai.telemetry.functionId"}), 0, 3).Draw(rt, "keys") {
			span.Attributes().PutStr(key, "call 7")
		}
		two := ptrace.NewTraces()
		one.CopyTo(two)
		scope := one.ResourceSpans().At(0).ScopeSpans().At(0).Scope().Name()

		var hits redact.Hits
		want := saidBy(redactedThenRead(p, scope, firstSpan(two.ResourceSpans().At(0)), &hits))
		b.spanHits = nil
		require.Equal(rt, want, saidBy(p.walk(scope, span, reader, &b)))
		require.Equal(rt, hits, b.spanHits)
		if first, second := asJSON(t, two), asJSON(t, one); first != second {
			rt.Fatalf("%s", difference(first, second))
		}
	})
}
