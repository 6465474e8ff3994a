package tokenpreviewprocessor

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/zap"

	"github.com/orcheo/otelcol-canvas/internal/fault"
	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/redact"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// withheld stands for a name of which nobody knows what is in it.
const withheld = "[not inspected]"

// guarded does everything to one span. Should a fault of ours panic on what somebody sent, that costs the span what it says, and no other
// span anything: a panic in a handler of gRPC ends the process, and an exporter that gets no answer sends the same again. It returns the
// reader for the next span.
func (p *tokenPreview) guarded(reader *genai.Reader, scope string, span ptrace.Span, b *batch) (next *genai.Reader) {
	next = reader
	defer func() {
		if failed := recover(); failed != nil {
			next = p.engine.NewReader() // as is everything that the span may have left half done
			b.attributes = attributes{keys: &p.keys, added: make([]addition, 0, commonlyAdded)}
			b.spanHits = nil
			if p.redactor != nil {
				b.pass = p.redactor.NewPass()
			}
			p.withhold(span, b)
			p.logger.Error("A span could not be processed: its attributes, events and texts are left out. Please report this with the stack, which holds nothing of the span",
				append(fault.Fields(failed), zap.Stringer("trace_id", span.TraceID()), zap.Stringer("span_id", span.SpanID()))...)
		}
	}()
	p.span(reader, scope, span, b)
	return next
}

// withhold takes out of a span what may not have been inspected: everything but ids, times, the status code, figures, and which execution
// it belongs to.
func (p *tokenPreview) withhold(span ptrace.Span, b *batch) {
	if span.Name() != semconv.SpanWorkflowExecution {
		span.SetName(withheld)
	}
	span.Status().SetMessage("")
	span.Attributes().RemoveIf(func(key string, v pcommon.Value) bool {
		switch v.Type() {
		case pcommon.ValueTypeInt, pcommon.ValueTypeDouble, pcommon.ValueTypeBool:
			return !strings.HasPrefix(key, "orcheo.") && !strings.HasPrefix(key, "gen_ai.usage.")
		case pcommon.ValueTypeStr:
			return !p.keepsID(key, v.Str())
		default:
			return true
		}
	})
	span.Events().RemoveIf(func(event ptrace.SpanEvent) bool {
		if _, own := event.Attributes().Get(semconv.PreviewSource); !own {
			span.SetDroppedEventsCount(span.DroppedEventsCount() + 1)
		}
		return true
	})
	for _, link := range span.Links().All() {
		link.Attributes().Clear()
	}
	b.spanHits.Add(redact.RuleFailed, 1)
	addReceipt(span.Attributes(), b.spanHits)
	b.hits.Merge(b.spanHits)
}

// keepsID reports whether a text is an id without which the span is not found, and clean.
func (p *tokenPreview) keepsID(key, value string) bool {
	switch key {
	case semconv.PartialKind:
		return true
	case semconv.ExecutionID, semconv.WorkflowID, semconv.NodeID:
	default:
		return false
	}
	if p.redactor == nil {
		return true
	}
	_, hits := p.redactor.Identifier(value)
	return len(hits) == 0
}
