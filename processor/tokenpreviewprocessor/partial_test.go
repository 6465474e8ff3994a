package tokenpreviewprocessor

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

func TestAPendingSpanIsMarkedBeforeItsIdsCanBeRedacted(t *testing.T) {
	traces, span := oneSpan(map[string]any{
		"logfire.span_type":         "pending_span",
		"logfire.pending_parent_id": "4111111111111111", // an id that could be the number of a credit card
	})
	span.SetSpanID(pcommon.SpanID{1})
	span.SetParentSpanID(pcommon.SpanID{2})
	p := newProcessor(t, nil)
	out := processed(t, p, traces)
	got := firstSpan(out.ResourceSpans().At(0))
	assert.Equal(t, pcommon.SpanID{2}, got.SpanID())
	assert.Equal(t, "4111111111111111", got.ParentSpanID().String())
	assert.Equal(t, "start", got.Attributes().AsRaw()[semconv.PartialKind])
	assert.Equal(t, asJSON(t, out), asJSON(t, processed(t, p, out)), "a second tier changes nothing")
}

func TestWhatASpanSaysSoFarIsReadAsThatOfAnEndedOne(t *testing.T) {
	got := process(t, nil, "chat", map[string]any{
		"_dd.partial_version": 20000.0, "gen_ai.operation.name": "chat", "gen_ai.input.messages": conversation,
	})
	assert.Equal(t, "heartbeat", got.attrs[semconv.PartialKind])
	assert.Contains(t, got.events, "prompt preview=2+2?")
}
