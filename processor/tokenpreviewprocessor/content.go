package tokenpreviewprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/redact"
)

// contentPolicy does to attributes with content what the configuration wants.
type contentPolicy struct {
	policy   ContentPolicy
	previews previewer
}

// apply works on the span's attributes and on those of its events, where some instrumentations put the same content.
func (c contentPolicy) apply(span ptrace.Span, r *genai.Reading, hits *redact.Hits) {
	if c.policy == ContentKeep {
		return
	}
	c.attributes(span.Attributes(), r.HoldsContent, hits)
	for _, event := range span.Events().All() {
		name := event.Name()
		c.attributes(event.Attributes(), func(key string) bool { return r.EventHoldsContent(name, key) }, hits)
	}
}

// attributes removes or cuts content. input.value and output.value are what previews are shown as, so they are never removed
// but cut.
func (c contentPolicy) attributes(attrs pcommon.Map, holdsContent func(key string) bool, hits *redact.Hits) {
	if c.policy == ContentDrop {
		attrs.RemoveIf(func(key string, _ pcommon.Value) bool {
			return key != inputValue && key != outputValue && holdsContent(key)
		})
	}
	for key, value := range attrs.All() {
		if key == inputValue || key == outputValue || holdsContent(key) {
			c.shorten(value, hits)
		}
	}
}

// shorten cuts a text; a structured value becomes its JSON first.
func (c contentPolicy) shorten(v pcommon.Value, hits *redact.Hits) {
	switch v.Type() {
	case pcommon.ValueTypeStr, pcommon.ValueTypeMap, pcommon.ValueTypeSlice, pcommon.ValueTypeBytes:
		text := v.AsString()
		if short := c.previews.cut(text); short != text {
			v.SetStr(c.previews.of(text, hits))
		}
	}
}
