package tokenpreviewprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/redact"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

func (p *tokenPreview) redactResource(resource ptrace.ResourceSpans, hits *redact.Hits) {
	if p.redactor == nil {
		return
	}
	pass := p.redactor.NewPass()
	pass.Map(resource.Resource().Attributes(), hits)
}

func (p *tokenPreview) redactScope(scope ptrace.ScopeSpans, hits *redact.Hits) {
	if p.redactor == nil {
		return
	}
	pass := p.redactor.NewPass()
	s := scope.Scope()
	pass.Text(s.Name, s.SetName, hits)
	pass.Text(s.Version, s.SetVersion, hits)
	pass.Map(s.Attributes(), hits)
}

// redactSpan redacts every text of a span. Trace state is left alone: it is a protocol's, with a syntax of its own.
func (p *tokenPreview) redactSpan(span ptrace.Span, hits *redact.Hits) {
	if p.redactor == nil {
		return
	}
	pass := p.redactor.NewPass()
	pass.Text(span.Name, span.SetName, hits)
	pass.Text(span.Status().Message, span.Status().SetMessage, hits)
	pass.Map(span.Attributes(), hits)
	for _, event := range span.Events().All() {
		pass.Text(event.Name, event.SetName, hits)
		pass.Map(event.Attributes(), hits)
	}
	for _, link := range span.Links().All() {
		pass.Map(link.Attributes(), hits)
	}
}

// receiptAttributes is how many attributes the receipt of hits adds.
func receiptAttributes(hits redact.Hits) int {
	if len(hits) == 0 {
		return 0
	}
	return 2
}

// addReceipt writes what was redacted on the span. What an earlier tier wrote there is added to, because this one found
// only what that one left.
func addReceipt(attrs pcommon.Map, hits redact.Hits) {
	if len(hits) == 0 {
		return
	}
	total := int64(hits.Total())
	if count, ok := attrs.Get(semconv.RedactionCount); ok {
		if earlier, ok := genai.Count(count); ok {
			total += earlier
		}
	}
	merged := redact.Hits{}
	merged.Merge(hits)
	if rules, ok := attrs.Get(semconv.RedactionRules); ok && rules.Type() == pcommon.ValueTypeSlice {
		for _, line := range rules.Slice().All() {
			merged.AddReceiptLine(line.Str())
		}
	}
	attrs.PutInt(semconv.RedactionCount, total)
	rules := attrs.PutEmptySlice(semconv.RedactionRules)
	for _, line := range merged.Receipt() {
		rules.AppendEmpty().SetStr(line)
	}
}
