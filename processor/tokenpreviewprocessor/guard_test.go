package tokenpreviewprocessor

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// TestAFaultCostsOneSpanWhatItSays breaks the processor on purpose, in the middle of spans that have a figure.
func TestAFaultCostsOneSpanWhatItSays(t *testing.T) {
	const secret = "4111 1111 1111 1111 and a private thought"
	for name, redaction := range map[string]bool{"with redaction": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			core, logs := observer.New(zap.DebugLevel)
			p := newProcessor(t, func(c *Config) { c.Redaction.Enabled = redaction })
			p.logger, p.ledger.models = zap.New(core), nil // a write to it panics

			traces, span := oneSpan(map[string]any{
				semconv.ExecutionID: "run-7", semconv.WorkflowID: "flow", semconv.NodeID: "step", semconv.PartialKind: "start",
				"gen_ai.operation.name": "chat", "gen_ai.request.model": secret, "gen_ai.usage.input_tokens": 12, "card": 4111111111111111,
				"said": []any{secret}, "gen_ai.input.messages": `[{"role":"user","content":"` + secret + `"}]`,
			})
			span.SetName(secret)
			span.Status().SetCode(ptrace.StatusCodeError)
			span.Status().SetMessage(secret)
			span.Events().AppendEmpty().Attributes().PutStr("note", secret)
			span.Links().AppendEmpty().Attributes().PutStr("note", secret)
			id := span.SpanID()
			other := traces.ResourceSpans().At(0).ScopeSpans().At(0).Spans().AppendEmpty()
			other.SetName("another")
			other.Attributes().PutStr("orcheo.node.id", "next")

			out := processed(t, p, traces)
			spans := out.ResourceSpans().At(0).ScopeSpans().At(0).Spans()
			require.Equal(t, 2, spans.Len())
			got := spans.At(0)
			assert.Equal(t, id, got.SpanID())
			assert.Equal(t, withheld, got.Name())
			assert.Equal(t, ptrace.StatusCodeError, got.Status().Code())
			assert.EqualValues(t, 1, got.DroppedEventsCount())
			assert.Equal(t, map[string]any{
				semconv.ExecutionID: "run-7", semconv.WorkflowID: "flow", semconv.NodeID: "step", semconv.PartialKind: "start",
				"gen_ai.usage.input_tokens": int64(12), semconv.TokenInput: int64(12), semconv.RedactionCount: int64(1), semconv.RedactionRules: []any{"failed=1"},
			}, got.Attributes().AsRaw())
			all := marshalled(t, out)
			assert.NotContains(t, all, "1111")
			assert.NotContains(t, all, "thought")
			assert.Equal(t, "another", spans.At(1).Name())

			require.Equal(t, 1, logs.Len())
			said := logs.All()[0]
			assert.Equal(t, zap.ErrorLevel, said.Level)
			assert.Contains(t, said.ContextMap()["stack"], "tokenPreview")
			assert.NotContains(t, said.ContextMap()["stack"], "thought")
			assert.Equal(t, "assignment to entry in nil map", said.ContextMap()["fault"])
		})
	}
}
