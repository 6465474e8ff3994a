package tokenpreviewprocessor

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// seen is a span as it left the processor: its attributes, and its events as "name key=value …" without their source.
type seen struct {
	attrs  map[string]any
	events []string
}

// process runs one span with these attributes through the processor, twice: the second time must change nothing.
func process(t *testing.T, change func(*Config), name string, attributes map[string]any) seen {
	t.Helper()
	traces, span := oneSpan(attributes)
	span.SetName(name)
	p := newProcessor(t, change)
	out := processed(t, p, traces)
	assert.Equal(t, asJSON(t, out), asJSON(t, processed(t, p, out)), "a second tier changes nothing")
	return look(firstSpan(out.ResourceSpans().At(0)))
}

func look(span ptrace.Span) seen {
	s := seen{attrs: span.Attributes().AsRaw()}
	for _, event := range span.Events().All() {
		line := event.Name()
		for _, key := range []string{"role", "preview", "input", "output", "reason"} {
			if v, ok := event.Attributes().Get(key); ok {
				line += " " + key + "=" + v.AsString()
			}
		}
		s.events = append(s.events, line)
	}
	return s
}

const conversation = `[{"role":"user","parts":[{"type":"text","content":"2+2?"}]},` +
	`{"role":"assistant","parts":[{"type":"tool_call","name":"sum","arguments":{"a":2,"b":2}}]},` +
	`{"role":"tool","parts":[{"type":"tool_call_response","response":"4"}]}]`

func TestAChatSpanOfOpenTelemetry(t *testing.T) {
	got := process(t, nil, "chat gpt-4o", map[string]any{
		"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o", "gen_ai.response.model": "gpt-4o-2024-08-06",
		"gen_ai.usage.input_tokens": int64(1200), "gen_ai.usage.output_tokens": "30", "gen_ai.usage.cache_creation.input_tokens": 7.0,
		"gen_ai.system_instructions": []any{map[string]any{"type": "text", "content": "Be brief"}},
		"gen_ai.input.messages":      conversation,
		"gen_ai.output.messages":     []any{map[string]any{"role": "assistant", "parts": []any{map[string]any{"type": "text", "content": "It is 4"}}}},
	})
	for key, want := range map[string]any{
		"orcheo.token.input": int64(1200), "orcheo.token.output": int64(30), "gen_ai.usage.input_tokens": int64(1200), "gen_ai.usage.output_tokens": "30",
		"gen_ai.usage.cache_write.input_tokens": int64(7), "gen_ai.usage.cache_creation.input_tokens": 7.0,
		"orcheo.ai.kind": "llm", "orcheo.ai.provider": "openai", "orcheo.ai.model.requested": "gpt-4o", "orcheo.ai.model.actual": "gpt-4o-2024-08-06",
		"input.value": "2+2?", "output.value": "It is 4", "gen_ai.input.messages": conversation,
	} {
		assert.Equal(t, want, got.attrs[key], key)
	}
	assert.Equal(t, []string{
		"prompt preview=2+2?",
		"message role=system preview=Be brief",
		"message role=user preview=2+2?",
		`message role=assistant preview=sum({"a":2,"b":2})`,
		"message role=tool preview=4",
		"message role=assistant preview=It is 4",
		"response preview=It is 4",
		"token.chunk input=1200 output=30 reason=high_usage",
	}, got.events)
}

func TestAnOrcheoNodeIsShownByCanvas(t *testing.T) {
	got := process(t, nil, "Draft Answer", map[string]any{
		"orcheo.node.id": "node-2", "orcheo.ai.kind": "llm", "orcheo.ai.provider": "openai", "orcheo.ai.model.requested": "openai:gpt-4o-mini",
		"orcheo.ai.model.actual": "gpt-4o-mini-2024-07-18", "orcheo.token.input": int64(40), "orcheo.token.output": int64(0),
	})
	for key, want := range map[string]any{
		"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o-mini", "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
		"gen_ai.usage.input_tokens": int64(40), "gen_ai.usage.output_tokens": int64(0), "orcheo.ai.model.requested": "openai:gpt-4o-mini",
	} {
		assert.Equal(t, want, got.attrs[key], key)
	}
	assert.Empty(t, got.events)
}

func TestAgentsWorkflowsAndTheRootGetNoFigures(t *testing.T) {
	for _, tt := range []struct{ name, operation string }{
		{"invoke_agent helper", "invoke_agent"},
		{"create_agent helper", "create_agent"},
		{"invoke_workflow w", "invoke_workflow"},
		{"execute_tool f", "execute_tool"},
		{semconv.SpanWorkflowExecution, ""},
	} {
		attrs := map[string]any{"orcheo.execution.id": "run-1", "gen_ai.usage.input_tokens": int64(5000), "gen_ai.usage.output_tokens": int64(5000)}
		if tt.operation != "" {
			attrs["gen_ai.operation.name"] = tt.operation
		}
		got := process(t, nil, tt.name, attrs)
		assert.NotContains(t, got.attrs, "orcheo.token.input", tt.name)
		assert.NotContains(t, got.attrs, "orcheo.token.output", tt.name)
		assert.Equal(t, "aggregate", got.attrs["orcheo.usage.scope"], tt.name)
		assert.Empty(t, got.events, tt.name)

		got = process(t, nil, tt.name, map[string]any{"gen_ai.aggregated_usage.input_tokens": int64(7), "gen_ai.operation.name": "invoke_agent"})
		assert.NotContains(t, got.attrs, "orcheo.token.input", tt.name)
		assert.Equal(t, int64(7), got.attrs["gen_ai.usage.input_tokens"], "a fallback for when nothing below says anything")
	}
}

func TestAbsurdFiguresAreIgnored(t *testing.T) {
	for _, figure := range []any{int64(-5), math.NaN(), math.Inf(1), int64(1<<53 + 1), 1.5, "many", true} {
		got := process(t, nil, "chat", map[string]any{"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": figure, "orcheo.token.output": figure})
		assert.NotContains(t, got.attrs, "orcheo.token.input")
		assert.NotContains(t, got.attrs, "gen_ai.usage.output_tokens")
		assert.Empty(t, got.events)
	}
}

func TestTokenChunkNeedsMoreThanTheThreshold(t *testing.T) {
	chunk := func(input, output int64) []string {
		return process(t, nil, "chat", map[string]any{"orcheo.token.input": input, "orcheo.token.output": output}).events
	}
	assert.Empty(t, chunk(1000, 1000))
	assert.Equal(t, []string{"token.chunk input=1001 output=0 reason=high_usage"}, chunk(1001, 0))
	assert.Equal(t, []string{"token.chunk input=0 output=1001 reason=high_usage"}, chunk(0, 1001))
}

func TestAToolSpanShowsItsCall(t *testing.T) {
	got := process(t, nil, "execute_tool search", map[string]any{
		"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search", "gen_ai.tool.call.arguments": map[string]any{"q": "x", "api_key": "k"}, "gen_ai.tool.call.result": "found",
	})
	assert.Equal(t, []string{`message role=assistant preview=search({"api_key":"[REDACTED]","q":"x"})`, "message role=tool preview=found"}, got.events)
	assert.JSONEq(t, `{"api_key":"[REDACTED]","q":"x"}`, got.attrs["input.value"].(string))
	assert.Equal(t, "found", got.attrs["output.value"])
	assert.Equal(t, "tool", got.attrs["orcheo.ai.kind"])
}

func TestOrcheosOwnEventsStayAndFillInputAndOutput(t *testing.T) {
	traces, span := oneSpan(map[string]any{"orcheo.node.id": "n", "gen_ai.input.messages": conversation})
	for _, e := range [][2]string{{semconv.EventPrompt, "ask"}, {semconv.EventResponse, strings.Repeat("x", 600)}, {semconv.EventMessage, "Hi"}} {
		event := span.Events().AppendEmpty()
		event.SetName(e[0])
		event.Attributes().PutStr(semconv.AttrPreview, e[1])
	}
	p := newProcessor(t, nil)
	out := processed(t, p, traces)
	assert.Equal(t, asJSON(t, out), asJSON(t, processed(t, p, out)))
	got := look(firstSpan(out.ResourceSpans().At(0)))
	long := strings.Repeat("x", 511) + "…"
	assert.Equal(t, []string{"prompt preview=ask", "response preview=" + long, "message preview=Hi"}, got.events)
	assert.Equal(t, "2+2?", got.attrs["input.value"], "an attribute says more than an event")
	assert.Equal(t, long, got.attrs["output.value"])
}

func TestManyMessagesShowTheHeadAndTheLast(t *testing.T) {
	var list []string
	for i := range 50 {
		list = append(list, fmt.Sprintf(`{"role":"user","content":"m%d"}`, i))
	}
	attrs := map[string]any{"gen_ai.input.messages": "[" + strings.Join(list, ",") + "]"}
	short := func(c *Config) { c.MaxMessages = 3 }
	assert.Equal(t, []string{"prompt preview=m49", "message role=user preview=m47", "message role=user preview=m48", "message role=user preview=m49"},
		process(t, short, "chat", attrs).events)
	attrs["gen_ai.system_instructions"] = "Be brief"
	assert.Equal(t, []string{"prompt preview=m49", "message role=system preview=Be brief", "message role=user preview=m48", "message role=user preview=m49"},
		process(t, short, "chat", attrs).events)
}

func TestContentPolicies(t *testing.T) {
	attrs := func() map[string]any {
		return map[string]any{
			"gen_ai.input.messages":      `[{"role":"user","content":"` + strings.Repeat("long ", 50) + `"}]`,
			"gen_ai.output.messages":     []any{map[string]any{"role": "assistant", "content": strings.Repeat("answer ", 50)}},
			"gen_ai.tool.call.arguments": map[string]any{"a": int64(1)},
			"input.value":                strings.Repeat("sent ", 50),
			"other":                      strings.Repeat("stays ", 50),
		}
	}
	with := func(policy ContentPolicy) seen {
		return process(t, func(c *Config) { c.Content, c.PreviewMaxLength = policy, 20 }, "chat", attrs())
	}
	keep, preview, drop := with(ContentKeep), with(ContentPreview), with(ContentDrop)
	assert.Equal(t, attrs()["gen_ai.input.messages"], keep.attrs["gen_ai.input.messages"])
	assert.Equal(t, attrs()["input.value"], keep.attrs["input.value"])

	assert.Regexp(t, `^\[\{"role":"user","co…$`, preview.attrs["gen_ai.input.messages"])
	assert.Regexp(t, `^\[\{"content":"answer…$`, preview.attrs["gen_ai.output.messages"])
	assert.Equal(t, map[string]any{"a": int64(1)}, preview.attrs["gen_ai.tool.call.arguments"], "short enough as it is")

	for _, key := range []string{"gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.tool.call.arguments"} {
		assert.NotContains(t, drop.attrs, key)
	}
	for _, got := range []seen{preview, drop} {
		assert.Equal(t, "sent sent sent sent…", got.attrs["input.value"])
		assert.Equal(t, attrs()["other"], got.attrs["other"])
	}
	assert.Equal(t, keep.events, preview.events)
	assert.Equal(t, keep.events, drop.events)
	assert.Equal(t, "prompt preview=long long long long…", keep.events[0])
}

func TestWhatIsMadeSaysWhereItComesFrom(t *testing.T) {
	traces, _ := oneSpan(map[string]any{"gen_ai.operation.name": "chat", "gen_ai.input.messages": "Hi", "gen_ai.usage.output_tokens": int64(2000)})
	span := firstSpan(processed(t, newProcessor(t, nil), traces).ResourceSpans().At(0))
	sources := map[string]string{}
	for _, event := range span.Events().All() {
		source, ok := event.Attributes().Get(semconv.PreviewSource)
		require.True(t, ok, event.Name())
		sources[event.Name()] = source.Str()
	}
	assert.Equal(t, map[string]string{"prompt": "gen_ai.input.messages", "message": "gen_ai.input.messages", "token.chunk": "gen_ai.usage.output_tokens"}, sources)
}

func TestExclusiveFiguresAreCorrectedBesideTheOriginals(t *testing.T) {
	got := process(t, nil, "chat", map[string]any{
		"gen_ai.system": "strands-agents", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": int64(900), "gen_ai.usage.output_tokens": int64(50),
		"gen_ai.usage.total_tokens": int64(950), "gen_ai.usage.cache_read_input_tokens": int64(100),
	})
	assert.Equal(t, int64(900), got.attrs["gen_ai.usage.input_tokens"], "what was sent stays")
	assert.Equal(t, int64(1000), got.attrs["orcheo.token.input"])
	assert.Equal(t, int64(100), got.attrs["gen_ai.usage.cache_read.input_tokens"])
	assert.Equal(t, []any{"cache_added"}, got.attrs["orcheo.usage.inference"])
	assert.Equal(t, "call", got.attrs["orcheo.usage.scope"])
}

func TestAReplayCostsNothing(t *testing.T) {
	got := process(t, nil, "litellm_request", map[string]any{
		"hidden_params": `{"cache_key": "k"}`, "gen_ai.usage.input_tokens": int64(1200), "gen_ai.usage.output_tokens": int64(80), "gen_ai.cost.total_cost": 0.5,
	})
	for key, want := range map[string]any{
		"orcheo.usage.replay": true, "orcheo.cost.usd": 0.0, "orcheo.token.input": int64(0), "orcheo.token.output": int64(0), "gen_ai.usage.input_tokens": int64(1200),
	} {
		assert.Equal(t, want, got.attrs[key], key)
	}
	assert.Empty(t, got.events, "not even a token.chunk")
}

func TestIdentityAndArtifactsInOrcheosWords(t *testing.T) {
	got := process(t, nil, "chat", map[string]any{
		"openinference.span.kind": "AGENT", "session.id": "s-1", "graph.node.id": "n-1", "agent.name": "Researcher", "document.id": "d-1",
	})
	for key, want := range map[string]any{
		"orcheo.execution.thread_id": "s-1", "gen_ai.conversation.id": "s-1", "orcheo.node.id": "n-1", "orcheo.node.display_name": "Researcher",
		"orcheo.artifact.ids": []any{"d-1"}, "orcheo.ai.kind": "agent",
	} {
		assert.Equal(t, want, got.attrs[key], key)
	}
	assert.NotContains(t, got.attrs, "orcheo.execution.id", "in whose trace a span is shown is nothing to guess")
}

func TestExecutionsAreNamedByOtherIdsOnlyWhereAsked(t *testing.T) {
	from := func(c *Config) { c.Identity.ExecutionFrom = []string{"absent", "langsmith.trace.id"} }
	assert.Equal(t, "r-1", process(t, from, "x", map[string]any{"langsmith.trace.id": "r-1"}).attrs["orcheo.execution.id"])
	assert.Equal(t, "own", process(t, from, "x", map[string]any{"langsmith.trace.id": "r-1", "orcheo.execution.id": "own"}).attrs["orcheo.execution.id"])
	assert.NotContains(t, process(t, nil, "x", map[string]any{"langsmith.trace.id": "r-1"}).attrs, "orcheo.execution.id")
}

// What told an aggregate may be content, which an earlier tier has dropped; its word stays.
func TestAnAggregateStaysOneWhenItsContentIsDropped(t *testing.T) {
	drop := func(c *Config) { c.Content = ContentDrop }
	got := process(t, drop, "chat", map[string]any{
		"agent_name": "a", "model_name": "m", "all_messages_events": "[]x", "gen_ai.usage.input_tokens": int64(5),
	})
	assert.Equal(t, "aggregate", got.attrs["orcheo.usage.scope"])
	assert.NotContains(t, got.attrs, "orcheo.token.input")
}
