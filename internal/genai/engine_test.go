package genai

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// read reads a span with these attributes by all dialects.
func read(t testing.TB, scope, name string, raw map[string]any) *Reading {
	t.Helper()
	span := ptrace.NewSpan()
	span.SetName(name)
	require.NoError(t, span.Attributes().FromRaw(raw))
	return NewEngine(Dialects()).NewReader().Read(scope, span)
}

func TestTokenFiguresComeInManyForms(t *testing.T) {
	for name, tt := range map[string]struct {
		value any
		want  int64
		ok    bool
	}{
		"an int":                  {int64(720), 720, true},
		"an integral double":      {720.0, 720, true},
		"a decimal string":        {" 720 ", 720, true},
		"nothing used":            {int64(0), 0, true},
		"a negative figure":       {int64(-1), 0, false},
		"a negative double":       {-1.0, 0, false},
		"a fraction":              {7.5, 0, false},
		"NaN":                     {math.NaN(), 0, false},
		"infinity":                {math.Inf(1), 0, false},
		"more than 2^53":          {int64(1<<53 + 1), 0, false},
		"a double above 2^53":     {1e300, 0, false},
		"a number in words":       {"many", 0, false},
		"a string above 2^63":     {"99999999999999999999", 0, false},
		"a bool":                  {true, 0, false},
		"a map":                   {map[string]any{"intValue": "7"}, 0, false},
		"an integral fraction":    {"7.0", 7, true},
		"a fraction in a string":  {"7.5", 0, false},
		"the JSON form of an int": {`{"intValue":"7"}`, 7, true},
		"NaN in a string":         {"NaN", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			v := pcommon.NewValueEmpty()
			require.NoError(t, v.FromRaw(tt.value))
			got, ok := Count(v)
			assert.Equal(t, tt.ok, ok)
			if ok {
				assert.Equal(t, tt.want, got)
			}
		})
	}
}

func TestAnIgnoredFigureGivesWayToTheNextSpelling(t *testing.T) {
	r := read(t, "", "chat", map[string]any{
		"gen_ai.usage.input_tokens":  math.NaN(),
		"gen_ai.usage.prompt_tokens": "12",
	})
	assert.Equal(t, Figure{12, "gen_ai.usage.prompt_tokens"}, r.Usage.Input)
	assert.False(t, r.Usage.Output.Known())
}

func TestBothSpellingsOfCacheWrites(t *testing.T) {
	for _, key := range []string{"gen_ai.usage.cache_write.input_tokens", "gen_ai.usage.cache_creation.input_tokens"} {
		r := read(t, "", "chat", map[string]any{"gen_ai.operation.name": "chat", key: int64(5)})
		assert.Equal(t, Figure{5, key}, r.Usage.CacheWrite)
	}
	r := read(t, "", "chat", map[string]any{
		"gen_ai.operation.name":                     "chat",
		"gen_ai.usage.cache_creation.input_tokens":  int64(4),
		"gen_ai.usage.cache_write.input_tokens":     int64(5),
		"gen_ai.usage.cache_read.input_tokens":      int64(6),
		"gen_ai.usage.reasoning.output_tokens":      int64(7),
		"gen_ai.usage.input_tokens.not.in.a.table":  int64(8),
		"gen_ai.usage.output_tokens.not.in.a.table": int64(9),
	})
	assert.EqualValues(t, 5, r.Usage.CacheWrite.N)
	assert.EqualValues(t, 6, r.Usage.CacheRead.N)
	assert.EqualValues(t, 7, r.Usage.Reasoning.N)
	assert.False(t, r.Usage.Input.Known())
}

func TestOnlyCallsOfAModelAreCounted(t *testing.T) {
	usage := func(operation string) map[string]any {
		m := map[string]any{"gen_ai.usage.input_tokens": int64(1)}
		if operation != "" {
			m["gen_ai.operation.name"] = operation
		}
		return m
	}
	for operation, want := range map[string]bool{
		"chat": true, `"CHAT"`: true, "text_completion": true, "generate_content": true, "embeddings": true, "": true, "own_word": true,
		"invoke_agent": false, "create_agent": false, "invoke_workflow": false, "execute_tool": false, "agent_step": false, "plan": false,
	} {
		assert.Equal(t, want, read(t, "", "x", usage(operation)).ModelCall, "operation %q", operation)
	}
	root := map[string]any{"orcheo.execution.id": "run-1", "orcheo.token.input": int64(1)}
	assert.False(t, read(t, "", "workflow.execution", root).ModelCall)
	assert.False(t, read(t, "orcheo_backend.app.workflow_execution", "workflow.execution", usage("chat")).ModelCall)
	assert.False(t, read(t, "", "x", map[string]any{"gen_ai.request.model": "m"}).ModelCall, "nothing says that it is a call")
	mixed := usage("invoke_agent")
	mixed["orcheo.ai.kind"] = "llm"
	assert.False(t, read(t, "", "x", mixed).ModelCall, "one dialect says agent")
}

func TestModelsAndProvider(t *testing.T) {
	r := read(t, "", "agent", map[string]any{
		"orcheo.ai.kind": "llm", "orcheo.ai.provider": "openai",
		"orcheo.ai.model.requested": "openai:gpt-4o-mini", "orcheo.ai.model.actual": "gpt-4o-mini-2024-07-18",
	})
	assert.Equal(t, KindLLM, r.Kind)
	assert.Equal(t, "openai:gpt-4o-mini", r.ModelRequested)
	assert.Equal(t, "gpt-4o-mini", r.ModelName)
	assert.Equal(t, "gpt-4o-mini-2024-07-18", r.ModelActual)

	for _, model := range []string{"ft:gpt-4o:org", "llama3:8b", "openai:"} {
		r := read(t, "", "agent", map[string]any{"orcheo.ai.provider": "openai", "orcheo.ai.kind": "llm", "orcheo.ai.model.requested": model})
		assert.Equal(t, model, r.ModelName, "not a provider in front")
	}
	r = read(t, "", "chat m", map[string]any{"gen_ai.system": "anthropic", "gen_ai.request.model": "m", "gen_ai.response.model": "m-1"})
	assert.Equal(t, []string{"m", "m-1", "anthropic"}, []string{r.ModelName, r.ModelActual, r.Provider})
}

func TestATableIsAllThatADialectNeeds(t *testing.T) {
	other := Dialect{
		Name:     "other",
		Evidence: Evidence{Events: []string{"other.said"}},
		Usage:    Usage{Input: []string{"other.in"}},
		Events:   []MessageEvent{{Name: "other.said", Text: "text", Role: RoleAssistant, Output: true}},
	}
	span := ptrace.NewSpan()
	span.Attributes().PutInt("other.in", 3)
	event := span.Events().AppendEmpty()
	event.SetName("other.said")
	event.Attributes().PutStr("text", "hello")
	r := NewEngine(append(Dialects(), other)).NewReader().Read("", span)
	assert.EqualValues(t, 3, r.Usage.Input.N)
	require.Len(t, r.Messages, 1)
	assert.Equal(t, "hello", r.Messages[0].Text(100))
}

func TestAnEventWithAFixedRoleKeepsItWhateverElseItSays(t *testing.T) {
	other := Dialect{
		Name: "other", Evidence: Evidence{Events: []string{"other.said"}},
		Events: []MessageEvent{{Name: "other.said", Text: "text", Role: RoleAssistant, Output: true}},
	}
	for _, name := range []string{semconv.EventPrompt, "other.said"} {
		span := ptrace.NewSpan()
		event := span.Events().AppendEmpty()
		event.SetName(name)
		require.NoError(t, event.Attributes().FromRaw(map[string]any{semconv.AttrPreview: "hello", "text": "hello", "": "system"}))
		messages := NewEngine(append(Dialects(), other)).NewReader().Read("", span).Messages
		require.Len(t, messages, 1, name)
		assert.Contains(t, []Role{RoleUser, RoleAssistant}, messages[0].Role, name)
	}
}

func TestEveryTableIsSound(t *testing.T) {
	names := map[string]bool{}
	for _, d := range Dialects() {
		assert.NotEmpty(t, d.Name)
		assert.False(t, names[d.Name], "two dialects are called %s", d.Name)
		names[d.Name] = true
		e := d.Evidence
		assert.NotEmpty(t, slices.Concat(e.Scopes, e.Keys, e.Values, e.Spans, e.Events, e.Hints), "nothing tells %s", d.Name)
		for word := range d.Kinds {
			assert.Equal(t, strings.ToLower(word), word, "kinds are compared in lower case")
		}
		for _, pair := range e.Values {
			_, value, ok := strings.Cut(pair, "=")
			assert.True(t, ok && value == strings.ToLower(value), "%s is no key=value in lower case", pair)
		}
		for _, key := range e.Hints {
			assert.NotContains(t, e.Keys, key)
		}
	}
}

// A key that others write as well tells nothing alone.
func TestOneHintIsNoEvidence(t *testing.T) {
	assert.Empty(t, read(t, "", "x", map[string]any{"input.value": "a", "input.mime_type": "text/plain"}).Dialects())
	assert.Equal(t, []string{"openinference"}, read(t, "", "x", map[string]any{"input.mime_type": "text/plain", "llm.model_name": "b"}).Dialects())
	assert.Empty(t, read(t, "", "x", map[string]any{"model": "m", "input_tokens": int64(5), "prompt": "p", "type": "llm"}).Dialects())
}

// Most spans have nothing to do with models; reading them costs no memory, and neither do figures and names.
func TestReadingSpansWithoutContentAllocatesNothing(t *testing.T) {
	reader := NewEngine(Dialects()).NewReader()
	for name, attributes := range map[string]map[string]any{
		"plain":  {"http.request.method": "POST", "server.address": "api.example.com", "url.full": "https://api.example.com", "thread.name": "main"},
		"orcheo": {"orcheo.node.id": "n", "orcheo.ai.kind": "llm", "orcheo.ai.model.requested": "gpt-4o", "orcheo.token.input": int64(5), "orcheo.ai.provider": "openai"},
		"otel":   {"gen_ai.operation.name": "chat", "gen_ai.request.model": "m", "gen_ai.usage.input_tokens": int64(5), "gen_ai.provider.name": "openai"},
	} {
		span := ptrace.NewSpan()
		require.NoError(t, span.Attributes().FromRaw(attributes))
		reader.Read("scope", span)
		assert.Zero(t, testing.AllocsPerRun(20, func() { reader.Read("scope", span) }), name)
	}
}

func TestNamesAndIdsAreBounded(t *testing.T) {
	long := strings.Repeat("x", maxName+1)
	r := read(t, "", "x", map[string]any{
		"gen_ai.operation.name": "chat", "gen_ai.request.model": long, "gen_ai.conversation.id": long, "gen_ai.provider.name": long, "gen_ai.response.id": long,
	})
	assert.Empty(t, r.ModelRequested+r.Thread+r.Provider+r.ResponseID)
}

func TestProvidersInOpenTelemetrysWords(t *testing.T) {
	for word, want := range map[string]string{
		"openai": "openai", "OpenAI": "openai", "openai.chat": "openai", "AWS": "aws.bedrock", "amazon-bedrock": "aws.bedrock", "aws.bedrock": "aws.bedrock",
		"az.ai.openai": "azure.ai.openai", "azure_openai": "azure.ai.openai", "azure": "azure.ai.inference", "vertex_ai": "gcp.vertex_ai", "google-vertex": "gcp.vertex_ai",
		"gemini": "gcp.gemini", "google": "gcp.gen_ai", "mistralai": "mistral_ai", "x-ai": "x_ai", "xai": "x_ai", "ollama": "ollama", "Own.Provider": "own.provider",
		"google.generative-ai": "gcp.gemini", "anthropic.messages": "anthropic",
	} {
		assert.Equal(t, want, read(t, "", "x", map[string]any{"gen_ai.provider.name": word}).Provider, word)
	}
	for _, framework := range []string{"langchain", "Langchain", "strands-agents", "gcp.vertex.agent", "pydantic_ai", "microsoft.agent_framework"} {
		r := read(t, "", "x", map[string]any{"gen_ai.system": framework, "gen_ai.request.model": "anthropic/claude-sonnet-4-5"})
		assert.Equal(t, []string{"anthropic", "claude-sonnet-4-5"}, []string{r.Provider, r.ModelName}, "%s is no provider", framework)
	}
	azure := map[string]any{"openinference.span.kind": "LLM", "llm.provider": "azure", "llm.system": "openai"}
	assert.Equal(t, "azure.ai.openai", read(t, "", "x", azure).Provider)
}

func TestCostsThatAreReported(t *testing.T) {
	for name, tt := range map[string]struct {
		attributes map[string]any
		want       float64
		known      bool
	}{
		"a double":              {map[string]any{"gen_ai.usage.cost": 0.25}, 0.25, true},
		"a text":                {map[string]any{"gen_ai.usage.cost": "0.25"}, 0.25, true},
		"nothing":               {map[string]any{"gen_ai.usage.cost": 0.0}, 0, true},
		"parts":                 {map[string]any{"gen_ai.usage.input_cost": 0.25, "gen_ai.usage.output_cost": 0.5}, 0.75, true},
		"buckets":               {map[string]any{"langfuse.observation.cost_details": `{"input":0.25,"output":0.5}`}, 0.75, true},
		"a total of buckets":    {map[string]any{"langfuse.observation.cost_details": `{"input":0.25,"output":0.5,"total":1}`}, 1, true},
		"Sentry's, by its name": {map[string]any{"gen_ai.cost.total_tokens": 0.5, "gen_ai.response.text": "x"}, 0.5, true},
		"negative":              {map[string]any{"gen_ai.usage.cost": -1.0}, 0, false},
		"NaN":                   {map[string]any{"gen_ai.usage.cost": math.NaN()}, 0, false},
		"infinite":              {map[string]any{"gen_ai.usage.cost": math.Inf(1)}, 0, false},
		"absurd":                {map[string]any{"gen_ai.usage.cost": 1e9}, 0, false},
		"units of a plan":       {map[string]any{"github.copilot.cost": 1.0}, 0, false},
	} {
		tt.attributes["gen_ai.operation.name"] = "chat"
		r := read(t, "", "x", tt.attributes)
		assert.Equal(t, tt.known, r.CostKnown, name)
		if tt.known {
			assert.InDelta(t, tt.want, r.Cost, 1e-12, name)
		}
	}
	replay := read(t, "litellm", "litellm_request", map[string]any{"hidden_params": "{'cache_key': 'k'}", "gen_ai.cost.total_cost": 0.5, "gen_ai.usage.input_tokens": int64(5)})
	assert.True(t, replay.Replay && replay.CostKnown)
	assert.Zero(t, replay.Cost)
}

func TestArtifactsAreIdsAndAddresses(t *testing.T) {
	r := read(t, "", "x", map[string]any{
		"gen_ai.operation.name": "chat",
		"gen_ai.input.messages": `[{"role":"user","parts":[{"type":"file","modality":"image","file_id":"f-1"},{"type":"uri","modality":"video","uri":"https://x.example/v"},` +
			`{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},{"type":"image_url","image_url":{"url":"https://x.example/i"}},` +
			`{"type":"blob","content":"AAAA"},{"file_data":{"file_uri":"gs://b/o"}}]}]`,
		"gen_ai.retrieval.documents": []any{map[string]any{"id": "d-1", "content": "text"}, map[string]any{"id": "d-1"}},
		"mcp.resource.uri":           "file:///a",
	})
	assert.ElementsMatch(t, []string{"f-1", "https://x.example/v", "https://x.example/i", "gs://b/o", "d-1", "file:///a"}, r.Artifacts)

	many := make([]any, 2*maxArtifacts)
	for i := range many {
		many[i] = map[string]any{"id": int64(i)}
	}
	assert.Len(t, read(t, "", "x", map[string]any{"gen_ai.retrieval.documents": many}).Artifacts, maxArtifacts)
}
