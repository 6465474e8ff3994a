package tokenpreviewprocessor

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// lawKeys are the keys that the laws are about, and some that are nobody's.
var lawKeys = func() []string {
	keys := []string{"note", "input.value", "output.value", "db.password", "event.note", semconv.RedactionCount, semconv.RedactionRules, semconv.AttrPreview}
	for _, d := range genai.Dialects() {
		for _, list := range [][]string{
			d.Usage.Input, d.Usage.Output, d.Usage.CacheRead, d.Usage.CacheWrite, d.Usage.CacheWrite1h, d.Usage.Reasoning, d.Usage.Overall,
			d.Models.Requested, d.Models.Actual, d.Models.Provider, d.Models.System, d.Cost.Total, d.Cost.Parts, d.Operation,
			d.Tool.Name, d.Tool.CallID, d.Tool.Arguments, d.Tool.Result, d.Aggregates, d.Replays, d.Artifacts, d.Content,
			d.Identity.Thread, d.Identity.WorkflowID, d.Identity.WorkflowName, d.Identity.NodeID, d.Identity.NodeName, d.Identity.AgentName,
			d.Identity.ResponseID, d.Identity.Other, d.Evidence.Hints,
		} {
			keys = append(keys, list...)
		}
		for _, m := range d.Messages {
			if m.Form == genai.FormFlat {
				keys = append(keys, m.Key+".0.role", m.Key+".0.message.content", m.Key+".1.content", m.Key+".999999999.content")
			} else {
				keys = append(keys, m.Key)
			}
		}
	}
	for i, key := range keys {
		keys[i], _, _ = strings.Cut(key, "#")
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}()

func lawValues() *rapid.Generator[any] {
	texts := rapid.SampledFrom([]string{
		"", "llm", "chat", "embeddings", "invoke_agent", "execute_tool", "openai", "openai:gpt-4o", "720", "-1", "hi", "user@example.com", "[]", "{}",
		conversation, `[{"role":"user","content":"token=abcdefgh12345678 user\u0040example.com"}]`, `{"role":"ai","content":[{"type":"text","text":"ok"}]}`,
		`[{'role': 'user', 'content': None}]`, `"\"[{\\\"role\\\":\\\"user\\\",\\\"content\\\":\\\"deep\\\"}]\""`, "\xff\xfe", strings.Repeat("long ü ", 200), "f", "email=1",
	})
	leaves := rapid.OneOf(
		rapid.Map(texts, func(s string) any { return s }),
		rapid.Map(rapid.Int64Range(-2, 3000), func(n int64) any { return n }),
		rapid.Map(rapid.SampledFrom([]float64{0, 1, 1500, 1.5, -1, math.NaN(), math.Inf(1), 1e300}), func(f float64) any { return f }),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Map(texts, func(s string) any { return []byte(s) }),
	)
	objects := rapid.Map(rapid.MapOfN(rapid.SampledFrom([]string{"role", "content", "type", "name", "arguments", "parts", "password"}), leaves, 0, 4), func(m map[string]any) any { return m })
	return rapid.OneOf(leaves, leaves, objects, rapid.Map(rapid.SliceOfN(rapid.OneOf(leaves, objects), 0, 5), func(l []any) any { return l }))
}

func lawTraces(t *rapid.T) ptrace.Traces {
	attributes := func(label string) map[string]any {
		return rapid.MapOfN(rapid.SampledFrom(lawKeys), lawValues(), 0, 8).Draw(t, label)
	}
	traces, span := oneSpan(attributes("attributes"))
	traces.ResourceSpans().At(0).ScopeSpans().At(0).Scope().SetName(rapid.SampledFrom([]string{"", "orcheo_backend.app", "opentelemetry.x"}).Draw(t, "scope"))
	span.SetName(rapid.SampledFrom([]string{"chat", semconv.SpanWorkflowExecution, "mail user@example.com"}).Draw(t, "name"))
	for range rapid.IntRange(0, 3).Draw(t, "events") {
		event := span.Events().AppendEmpty()
		event.SetName(rapid.SampledFrom([]string{"prompt", "response", "message", "token.chunk", "exception"}).Draw(t, "event"))
		if err := event.Attributes().FromRaw(attributes("event attributes")); err != nil {
			t.Fatalf("%v", err)
		}
	}
	return traces
}

func TestASecondTierChangesNothing(t *testing.T) {
	for _, policy := range []ContentPolicy{ContentKeep, ContentPreview, ContentDrop} {
		p := newProcessor(t, func(c *Config) { c.Content, c.PreviewMaxLength, c.MaxMessages = policy, 24, 3 })
		rapid.Check(t, func(rt *rapid.T) {
			once := processed(t, p, lawTraces(rt))
			if first, second := asJSON(t, once), asJSON(t, processed(t, p, once)); first != second {
				rt.Fatalf("%s", difference(first, second))
			}
		})
	}
}

// difference shows where two texts begin to differ.
func difference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	i := 0
	for i < min(len(x), len(y)) && x[i] == y[i] {
		i++
	}
	around := func(lines []string) string { return strings.Join(lines[max(0, i-12):min(len(lines), i+12)], "\n") }
	return around(x) + "\n--- but then:\n" + around(y)
}

// Without redaction nothing that was sent is altered: attributes and events stay, in their order, before what is added.
func TestOnlyAdditions(t *testing.T) {
	p := newProcessor(t, func(c *Config) { c.Redaction.Enabled, c.PreviewMaxLength = false, 4096 })
	rapid.Check(t, func(rt *rapid.T) {
		in := lawTraces(rt)
		before, after := firstSpan(in.ResourceSpans().At(0)), firstSpan(processed(t, p, in).ResourceSpans().At(0))
		sent := map[string]bool{}
		for key := range before.Attributes().All() {
			sent[key] = true
		}
		after.Attributes().RemoveIf(func(key string, _ pcommon.Value) bool { return !sent[key] })
		n := 0
		after.Events().RemoveIf(func(ptrace.SpanEvent) bool {
			n++
			return n > before.Events().Len()
		})
		out := ptrace.NewTraces()
		in.CopyTo(out)
		after.MoveTo(firstSpan(out.ResourceSpans().At(0)))
		if first, second := asJSON(t, in), asJSON(t, out); first != second {
			rt.Fatalf("%s", difference(first, second))
		}
	})
}

// The traces that a pipeline fans out to others are copies that share memory: the original must not change.
func TestCopiesElsewhereStayAsTheyAre(t *testing.T) {
	p := newProcessor(t, nil)
	rapid.Check(t, func(rt *rapid.T) {
		in := lawTraces(rt)
		before := asJSON(t, in)
		processed(t, p, in)
		if after := asJSON(t, in); after != before {
			rt.Fatalf("%s", difference(before, after))
		}
	})
}

func TestHostileSpansTakeBoundedWork(t *testing.T) {
	deep := pcommon.NewValueMap()
	for inner, n := deep.Map(), 0; n < 200; n++ {
		inner = inner.PutEmptyMap("a")
		inner.PutStr("note", "user@example.com")
	}
	for name, plant := range map[string]func(span ptrace.Span){
		"1 MiB of text":    func(s ptrace.Span) { s.Attributes().PutStr("note", strings.Repeat("user@example.com ", 1<<16)) },
		"2 MiB of text":    func(s ptrace.Span) { s.Attributes().PutStr("note", strings.Repeat("user@example.com ", 1<<17)) },
		"2 MiB span name":  func(s ptrace.Span) { s.SetName(strings.Repeat("user@example.com ", 1<<17)) },
		"5,000 attributes": func(s ptrace.Span) { manyAttributes(s, "user@example.com") },
		"200 levels":       func(s ptrace.Span) { deep.CopyTo(s.Attributes().PutEmpty("deep")) },
		"200 levels of text": func(s ptrace.Span) {
			s.Attributes().PutStr(semconv.GenAIInputMessages, strings.Repeat(`{"parts":[`, 200)+`"user@example.com"`+strings.Repeat(`]}`, 200))
		},
		"20,000 brackets": func(s ptrace.Span) {
			s.Attributes().PutStr(semconv.GenAIInputMessages, strings.Repeat(`[`, 20_000)+"user@example.com")
		},
		"invalid UTF-8": func(s ptrace.Span) { s.Attributes().PutStr(semconv.GenAIInputMessages, "\xff user@example.com \xfe") },
		"100,000 messages": func(s ptrace.Span) {
			s.Attributes().PutStr(semconv.GenAIInputMessages, "["+strings.Repeat(`"user@example.com",`, 40_000)+`"x"]`)
		},
		"malformed messages": func(s ptrace.Span) {
			s.Attributes().PutStr(semconv.GenAIInputMessages, `[{"role":"user","content":"user@example.com`)
		},
		"a Python repr": func(s ptrace.Span) {
			s.Attributes().PutStr(semconv.GenAIOutputMessages, `[{'role': 'user', 'content': 'user@example.com', 'x': None}]`)
		},
		"NaN everywhere": func(s ptrace.Span) {
			for _, key := range lawKeys {
				s.Attributes().PutDouble(key, math.NaN())
			}
			s.SetName("user@example.com")
		},
	} {
		t.Run(name, func(t *testing.T) {
			traces, span := oneSpan(map[string]any{"gen_ai.operation.name": "chat"})
			plant(span)
			p := newProcessor(t, nil)
			start := time.Now()
			out := processed(t, p, traces)
			assert.Less(t, time.Since(start), 20*time.Second)
			text := marshalled(t, out)
			assert.NotContains(t, text, "example.com")
			assert.Equal(t, text, marshalled(t, processed(t, p, out)))
			assert.LessOrEqual(t, firstSpan(out.ResourceSpans().At(0)).Events().Len(), 23)
		})
	}
}

func manyAttributes(span ptrace.Span, text string) {
	for i := range 5000 {
		span.Attributes().PutStr("key."+strings.Repeat("x", i/100)+strings.Repeat("y", i%100), text)
	}
}
