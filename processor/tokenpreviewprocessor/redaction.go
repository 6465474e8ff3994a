package tokenpreviewprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/redact"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

func (p *tokenPreview) redactResource(resource ptrace.ResourceSpans, b *batch) {
	if p.redactor == nil {
		return
	}
	b.pass.Next()
	b.pass.Map(resource.Resource().Attributes(), &b.hits)
}

func (p *tokenPreview) redactScope(scope ptrace.ScopeSpans, b *batch) {
	if p.redactor == nil {
		return
	}
	b.pass.Next()
	s := scope.Scope()
	b.pass.Text(s.Name(), s.SetName, &b.hits)
	b.pass.Text(s.Version(), s.SetVersion, &b.hits)
	b.pass.Map(s.Attributes(), &b.hits)
}

// receiptAttributes is how many attributes the receipt of hits adds.
func receiptAttributes(hits redact.Hits) int {
	if len(hits) == 0 {
		return 0
	}
	return 2
}

// commonRules is by how many rules something is seldom redacted in one span.
const commonRules = 8

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
	if rules, ok := attrs.Get(semconv.RedactionRules); ok && rules.Type() == pcommon.ValueTypeSlice {
		found := hits
		hits = redact.Hits{}
		hits.Merge(found)
		for _, line := range rules.Slice().All() {
			hits.AddReceiptLine(line.Str())
		}
	}
	attrs.PutInt(semconv.RedactionCount, total)
	rules := attrs.PutEmptySlice(semconv.RedactionRules)
	rules.EnsureCapacity(len(hits))
	var room [commonRules]string
	for _, line := range hits.AppendReceipt(room[:0]) {
		rules.AppendEmpty().SetStr(line)
	}
}
