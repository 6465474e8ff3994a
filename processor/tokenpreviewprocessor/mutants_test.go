package tokenpreviewprocessor

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// planted is a secret with what tells it from words on either side.
const planted = " ghp_16C7e42F292c6912E7710c838347Ae178B4a "

// nasty is what stands in the middle of texts where nobody expects it.
var nasty = []string{
	planted, planted, "data:image/png;base64,", "data:", ";base64,iVBORw0KGgoAAAANSUhEUg", `{"role":"user","content":"`, `"}]`, `[{"type":"text","text":"`, "[", "{", "}", "]",
	`"`, `\"`, `\\`, `\u00`, `\u0040`, `\`, "'", "None", "null", "true", "NaN", "1e999", "-", "…", "界", "\xff", "\xed\xa0\x80", "\x00", "\n", strings.Repeat("QUJD", 90), strings.Repeat("x ", 300),
	`"tool_calls":[{"function":{"name":"f","arguments":"{\"a\":`, `"parts":[{"inline_data":{"mime_type":"image/png","data":"`, "[REDACTED]", "user@example.com", "4111 1111 1111 1111",
	"Human: ", "<|im_start|>", "AIMessage(content='", "```",
}

// mutate splices something into some of the texts of a value, cuts them, or makes them something else.
func mutate(t *rapid.T, v pcommon.Value, depth int) {
	switch v.Type() {
	case pcommon.ValueTypeMap:
		for _, inner := range v.Map().All() {
			mutate(t, inner, depth+1)
		}
	case pcommon.ValueTypeSlice:
		for _, inner := range v.Slice().All() {
			mutate(t, inner, depth+1)
		}
	case pcommon.ValueTypeStr:
		text := v.Str()
		switch rapid.IntRange(0, 9).Draw(t, "what") {
		case 0, 1, 2:
			at := rapid.IntRange(0, len(text)).Draw(t, "at")
			v.SetStr(text[:at] + strings.Join(rapid.SliceOfN(rapid.SampledFrom(nasty), 1, 4).Draw(t, "pieces"), "") + text[at:])
		case 3:
			v.SetStr(text[:rapid.IntRange(0, len(text)).Draw(t, "end")])
		case 4:
			v.SetStr(strings.Join(rapid.SliceOfN(rapid.SampledFrom(nasty), 0, 12).Draw(t, "instead"), ""))
		case 5:
			at := rapid.IntRange(0, len(text)).Draw(t, "again at")
			v.SetStr(text[:at] + text)
		}
	case pcommon.ValueTypeInt:
		if rapid.IntRange(0, 9).Draw(t, "as text") == 0 {
			v.SetStr(rapid.SampledFrom(nasty).Draw(t, "number"))
		}
	}
}

// TestMutantsOfEveryDialect has every recorded span say things that no library says. None of it is a fault of the processor, none of it
// gets a secret shown, and a second tier leaves it alone.
func TestMutantsOfEveryDialect(t *testing.T) {
	sent := examples(t)
	names := make([]string, 0, len(sent))
	for name := range sent {
		names = append(names, name)
	}
	slices.Sort(names)
	var processors []*tokenPreview
	for _, policy := range []ContentPolicy{ContentKeep, ContentPreview, ContentDrop} {
		for _, length := range []int{32, 512} {
			processors = append(processors, newProcessor(t, func(c *Config) { c.Content, c.PreviewMaxLength = policy, length }))
		}
	}
	const batches = 30 // of a hundred mutants each
	for range batches {
		rapid.Check(t, func(rt *rapid.T) { checkMutant(t, rt, sent, names, processors) })
	}
}

func checkMutant(t *testing.T, rt *rapid.T, sent map[string]ptrace.Traces, names []string, processors []*tokenPreview) {
	t.Helper()
	traces := ptrace.NewTraces()
	sent[rapid.SampledFrom(names).Draw(rt, "example")].CopyTo(traces)
	for _, resource := range traces.ResourceSpans().All() {
		for _, scope := range resource.ScopeSpans().All() {
			one := rapid.IntRange(0, max(scope.Spans().Len()-1, 0)).Draw(rt, "span")
			i := -1
			scope.Spans().RemoveIf(func(ptrace.Span) bool { i++; return i != one })
			for _, span := range scope.Spans().All() {
				for _, v := range span.Attributes().All() {
					mutate(rt, v, 0)
				}
				for _, event := range span.Events().All() {
					for _, v := range event.Attributes().All() {
						mutate(rt, v, 0)
					}
				}
			}
		}
	}
	p := rapid.SampledFrom(processors).Draw(rt, "processor")
	once := processed(t, p, traces)
	shown := marshalled(t, once)
	require.NotContains(rt, shown, strings.TrimSpace(planted))
	eachSpan(once, once, func(span, _ ptrace.Span) {
		if rules, ok := span.Attributes().Get(semconv.RedactionRules); ok {
			for _, rule := range rules.Slice().All() {
				require.NotContains(rt, rule.Str(), "failed=", "a fault of the processor")
			}
		}
	})
	require.Equal(rt, asJSON(t, once), asJSON(t, processed(t, p, once)), "a second tier")
}
