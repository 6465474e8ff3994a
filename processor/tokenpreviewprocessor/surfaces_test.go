package tokenpreviewprocessor

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

const secret = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"

// surfaces are all the places of OTLP traces in which text can stand. Each gets a key of an identifier's form, which no
// surface may show.
var surfaces = map[string]func(rs ptrace.ResourceSpans, text string){
	"span name":      func(rs ptrace.ResourceSpans, text string) { firstSpan(rs).SetName(text) },
	"status message": func(rs ptrace.ResourceSpans, text string) { firstSpan(rs).Status().SetMessage(text) },
	"attribute":      func(rs ptrace.ResourceSpans, text string) { firstSpan(rs).Attributes().PutStr("note", text) },
	"attribute key":  func(rs ptrace.ResourceSpans, text string) { firstSpan(rs).Attributes().PutStr(text, "x") },
	"attribute of bytes": func(rs ptrace.ResourceSpans, text string) {
		firstSpan(rs).Attributes().PutEmptyBytes("b").FromRaw([]byte(text))
	},
	"nested attribute": func(rs ptrace.ResourceSpans, text string) {
		firstSpan(rs).Attributes().PutEmptySlice("a").AppendEmpty().SetEmptyMap().PutEmptySlice("b").AppendEmpty().SetStr(text)
	},
	"nested key": func(rs ptrace.ResourceSpans, text string) {
		firstSpan(rs).Attributes().PutEmptyMap("a").PutInt(text, 1)
	},
	"JSON in an attribute": func(rs ptrace.ResourceSpans, text string) {
		firstSpan(rs).Attributes().PutStr("a", `{"a":"{\"b\":\"x\n`+text+`\"}"}`)
	},
	"identifier": func(rs ptrace.ResourceSpans, text string) {
		firstSpan(rs).Attributes().PutStr(semconv.ExecutionID, text)
	},
	"list of identifiers": func(rs ptrace.ResourceSpans, text string) {
		firstSpan(rs).Attributes().PutEmptySlice(semconv.ArtifactIDs).AppendEmpty().SetStr(text)
	},
	"structured message": func(rs ptrace.ResourceSpans, text string) {
		m := firstSpan(rs).Attributes().PutEmptySlice(semconv.GenAIInputMessages).AppendEmpty().SetEmptyMap()
		m.PutStr("role", "user")
		m.PutStr("content", text)
	},
	"message in JSON": func(rs ptrace.ResourceSpans, text string) {
		firstSpan(rs).Attributes().PutStr(semconv.GenAIOutputMessages, `[{"role":"assistant","parts":[{"type":"text","content":"a\n`+text+`"}]}]`)
	},
	"role of a message": func(rs ptrace.ResourceSpans, text string) {
		firstSpan(rs).Attributes().PutStr(semconv.GenAIInputMessages, `[{"role":"`+text+`","content":"x"}]`)
	},
	"media type": func(rs ptrace.ResourceSpans, text string) {
		firstSpan(rs).Attributes().PutStr(semconv.GenAIInputMessages, `[{"role":"user","parts":[{"type":"blob","mime_type":"`+text+`"}]}]`)
	},
	"tool arguments": func(rs ptrace.ResourceSpans, text string) {
		firstSpan(rs).Attributes().PutStr(semconv.GenAIToolName, "f")
		firstSpan(rs).Attributes().PutEmptyMap(semconv.GenAIToolArguments).PutStr("q", text)
	},
	"tool name": func(rs ptrace.ResourceSpans, text string) {
		firstSpan(rs).Attributes().PutStr(semconv.GenAIToolName, text)
	},
	"event name": func(rs ptrace.ResourceSpans, text string) { firstSpan(rs).Events().AppendEmpty().SetName(text) },
	"event attribute": func(rs ptrace.ResourceSpans, text string) {
		firstSpan(rs).Events().AppendEmpty().Attributes().PutStr("a", text)
	},
	"exception": func(rs ptrace.ResourceSpans, text string) {
		e := firstSpan(rs).Events().AppendEmpty()
		e.SetName("exception")
		e.Attributes().PutStr("exception.message", text)
		e.Attributes().PutStr("exception.stacktrace", "Traceback\n  raise "+text)
	},
	"Orcheo's preview": func(rs ptrace.ResourceSpans, text string) {
		e := firstSpan(rs).Events().AppendEmpty()
		e.SetName(semconv.EventPrompt)
		e.Attributes().PutStr(semconv.AttrPreview, text)
	},
	"link attribute": func(rs ptrace.ResourceSpans, text string) {
		firstSpan(rs).Links().AppendEmpty().Attributes().PutStr("a", text)
	},
	"scope name":    func(rs ptrace.ResourceSpans, text string) { rs.ScopeSpans().At(0).Scope().SetName(text) },
	"scope version": func(rs ptrace.ResourceSpans, text string) { rs.ScopeSpans().At(0).Scope().SetVersion(text) },
	"scope attribute": func(rs ptrace.ResourceSpans, text string) {
		rs.ScopeSpans().At(0).Scope().Attributes().PutStr("a", text)
	},
	"resource attribute": func(rs ptrace.ResourceSpans, text string) { rs.Resource().Attributes().PutStr("a", text) },
}

func firstSpan(rs ptrace.ResourceSpans) ptrace.Span { return rs.ScopeSpans().At(0).Spans().At(0) }

func TestNoSurfaceShowsASecret(t *testing.T) {
	for name, plant := range surfaces {
		t.Run(name, func(t *testing.T) {
			traces := ptrace.NewTraces()
			rs := traces.ResourceSpans().AppendEmpty()
			rs.ScopeSpans().AppendEmpty().Spans().AppendEmpty().Attributes().PutStr(semconv.GenAIOperation, "chat")
			plant(rs, secret)
			before := marshalled(t, traces)
			require.Contains(t, before, secret[:30], "else this test shows nothing")

			p := newProcessor(t, nil)
			out := processed(t, p, traces)
			assert.NotContains(t, marshalled(t, out), secret[:12])
			assert.Equal(t, asJSON(t, out), asJSON(t, processed(t, p, out)))

			off := processed(t, newProcessor(t, func(c *Config) { c.Redaction.Enabled = false }), traces)
			assert.Contains(t, marshalled(t, off), secret, "redaction is off")
		})
	}
}

func marshalled(t *testing.T, traces ptrace.Traces) string {
	t.Helper()
	raw, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(traces)
	require.NoError(t, err)
	return string(raw)
}

func TestTraceStateIsLeftAlone(t *testing.T) {
	traces, span := oneSpan(nil)
	span.TraceState().FromRaw("vendor=" + secret)
	out := processed(t, newProcessor(t, nil), traces)
	assert.Equal(t, "vendor="+secret, firstSpan(out.ResourceSpans().At(0)).TraceState().AsRaw())
}

func TestIdentifiersAreNotAltered(t *testing.T) {
	ids := map[string]any{
		semconv.ExecutionID: "run-4111111111111111", semconv.WorkflowID: "user@example.com", semconv.NodeID: "token=abcdefgh1234",
		semconv.ArtifactIDs: []any{"artifact-1", "user@example.com"}, semconv.GenAIResponseID: "chatcmpl-123-45-6789",
	}
	traces, _ := oneSpan(ids)
	span := firstSpan(processed(t, newProcessor(t, nil), traces).ResourceSpans().At(0))
	for key, want := range ids {
		got, ok := span.Attributes().Get(key)
		require.True(t, ok)
		assert.Equal(t, want, got.AsRaw(), key)
	}
}

func TestAReceiptIsMergedNotDoubled(t *testing.T) {
	traces, span := oneSpan(map[string]any{"a": "user@example.com", "b": "user@example.com EMP-123456"})
	first := processed(t, newProcessor(t, nil), traces)
	assert.Equal(t, []any{int64(2), []any{"email=2"}}, receipt(t, first))

	again := processed(t, newProcessor(t, nil), first)
	assert.Equal(t, []any{int64(2), []any{"email=2"}}, receipt(t, again))

	more := newProcessor(t, func(c *Config) {
		c.Redaction.Custom = []CustomRule{{Name: "employee", Literal: "EMP-", Pattern: `EMP-\d{6}`}}
	})
	assert.Equal(t, []any{int64(3), []any{"email=2", "employee=1"}}, receipt(t, processed(t, more, first)))

	clean, _ := oneSpan(map[string]any{"a": "nothing"})
	_, has := firstSpan(processed(t, more, clean).ResourceSpans().At(0)).Attributes().Get(semconv.RedactionCount)
	assert.False(t, has)

	span.Attributes().PutStr(semconv.RedactionCount, strings.Repeat("9", 40))
	span.Attributes().PutEmptySlice(semconv.RedactionRules).AppendEmpty().SetStr("made=up=")
	assert.Equal(t, []any{int64(2), []any{"email=2"}}, receipt(t, processed(t, newProcessor(t, nil), traces)), "somebody's own attributes")
}

func receipt(t *testing.T, traces ptrace.Traces) []any {
	t.Helper()
	attrs := firstSpan(traces.ResourceSpans().At(0)).Attributes()
	count, ok := attrs.Get(semconv.RedactionCount)
	require.True(t, ok)
	rules, ok := attrs.Get(semconv.RedactionRules)
	require.True(t, ok)
	return []any{count.AsRaw(), rules.AsRaw()}
}

// oneSpan makes traces of one span with these attributes.
func oneSpan(attributes map[string]any) (ptrace.Traces, ptrace.Span) {
	traces := ptrace.NewTraces()
	span := traces.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	span.SetName("chat gpt-4o")
	span.SetStartTimestamp(pcommon.Timestamp(1_795_357_862_084_562_713))
	span.SetEndTimestamp(pcommon.Timestamp(1_795_357_863_084_562_713))
	if err := span.Attributes().FromRaw(attributes); err != nil {
		panic(err) // a mistake in the test
	}
	return traces, span
}
