package tokenpreviewprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/redact"
)

// contentPolicy does to attributes with content what the configuration wants.
type contentPolicy struct {
	policy   ContentPolicy
	keys     map[string]bool
	previews previewer
}

func newContentPolicy(policy ContentPolicy, keys []string, previews previewer) contentPolicy {
	c := contentPolicy{policy: policy, keys: map[string]bool{}, previews: previews}
	for _, key := range keys {
		c.keys[key] = true
	}
	return c
}

// apply works on the span's attributes and on those of its events, where some instrumentations put the same content.
// input.value and output.value are what previews are shown as, so they are never removed but cut.
func (c contentPolicy) apply(span ptrace.Span, hits *redact.Hits) {
	if c.policy == ContentKeep {
		return
	}
	c.attributes(span.Attributes(), hits)
	for _, event := range span.Events().All() {
		c.attributes(event.Attributes(), hits)
	}
}

func (c contentPolicy) attributes(attrs pcommon.Map, hits *redact.Hits) {
	if c.policy == ContentDrop {
		attrs.RemoveIf(func(key string, _ pcommon.Value) bool { return c.keys[key] })
	}
	for key, value := range attrs.All() {
		if c.keys[key] || key == inputValue || key == outputValue {
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
