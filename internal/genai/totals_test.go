package genai

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// took is what the stub model server of the recordings says that a call took (testdata/captures/recording/stub.py), counted as
// OpenTelemetry wants it: the input with the cache, the output with reasoning.
type took struct{ input, output, cacheRead, cacheWrite int64 }

// What the server answered, to a plain question, to one that offers a tool, and to the tool's result.
var (
	openAIPlain     = took{input: 1200, output: 80, cacheRead: 1024}
	openAIToolCall  = took{input: 1500, output: 60, cacheRead: 1024}
	openAIResult    = took{input: 1640, output: 45, cacheRead: 1408}
	openAIEmbedding = took{input: 9}

	anthropicPlain    = took{input: 120 + 2048 + 384 + 128, output: 75, cacheRead: 2048, cacheWrite: 384 + 128}
	anthropicToolCall = took{input: 90 + 2048 + 256, output: 50, cacheRead: 2048, cacheWrite: 256}
	anthropicResult   = took{input: 40 + 2304, output: 35, cacheRead: 2304}
)

// The figures of every recorded call are those that the server gave, whatever its library made of them. Where an instrumentation
// does not pass a part on, it cannot be read; input and output always are.
func TestRecordedCallsTookWhatTheServerSays(t *testing.T) {
	asked := func(plain, call, result took) []took { return []took{plain, call, result, plain} }
	openAI := append(asked(openAIPlain, openAIToolCall, openAIResult), openAIEmbedding)
	anthropic := asked(anthropicPlain, anthropicToolCall, anthropicResult)
	google := openAI[:3] // the same figures
	for path, tt := range map[string]struct {
		scope string // of the spans that are looked at; "" for all
		calls []took
	}{
		"otel/openai.json":                {"", openAI},
		"otel/openai-v2.json":             {"", withoutCache(openAI)},
		"otel/openai-v2-latest.json":      {"", withoutCache(openAI)},
		"otel/anthropic.json":             {"opentelemetry.instrumentation.genai.anthropic", anthropic},
		"openinference/openai.json":       {"", openAI},
		"openinference/anthropic.json":    {"openinference.instrumentation.anthropic", anthropic},
		"openinference/langchain.json":    {"", []took{openAIToolCall, openAIResult}},
		"openllmetry/openai.json":         {"", openAI},
		"openllmetry/openai-0.49.json":    {"", openAI},
		"pydantic-ai/openai-v1.json":      {"", []took{openAIToolCall, openAIResult}},
		"pydantic-ai/openai-v6.json":      {"", []took{openAIToolCall, openAIResult}},
		"pydantic-ai/anthropic-v2.json":   {"", []took{anthropicToolCall, anthropicResult}},
		"pydantic-ai/anthropic-v6.json":   {"pydantic-ai", []took{anthropicToolCall, anthropicResult}},
		"langsmith/openai.json":           {"", []took{openAIToolCall, openAIResult, openAIPlain, openAIPlain}},
		"langsmith/langchain.json":        {"", []took{openAIToolCall, openAIResult}},
		"langfuse/openai.json":            {"", append(openAI[:5:5], anthropicPlain)},
		"langfuse/openai-v3.json":         {"", append(openAI[:5:5], anthropicPlain)},
		"openinference/google.json":       {"", google},
		"otel/google.json":                {"", google},
		"openllmetry/workflow.json":       {"", openAI},
		"claude-code/print.json":          {"", []took{anthropicToolCall, anthropicResult}},
		"claude-code/print-detailed.json": {"", []took{anthropicToolCall, anthropicResult}},
		"claude-code/print-2.1.197.json":  {"", []took{anthropicToolCall, anthropicResult}},
		"vercel/openai-v6.json":           {"", []took{openAIToolCall, openAIResult, openAIPlain, openAIEmbedding}},
		"vercel/openai-v7.json":           {"", []took{openAIToolCall, openAIResult, openAIPlain, openAIEmbedding}},
		"vercel/anthropic-v6.json":        {"", []took{anthropicToolCall, anthropicResult, anthropicPlain}},
		"vercel/anthropic-v5.json":        {"", []took{anthropicToolCall, anthropicResult, anthropicPlain}},
		"vercel/anthropic-v7.json":        {"", []took{anthropicToolCall, anthropicResult, anthropicPlain}},
	} {
		t.Run(path, func(t *testing.T) {
			reader := NewEngine(Dialects()).NewReader()
			var got []took
			for scope, span := range spansOf(t, "testdata/captures/"+path) {
				if r := reader.Read(scope, span); r.ModelCall && r.Usage.Known() && (tt.scope == "" || tt.scope == scope) {
					got = append(got, took{r.Usage.Input.N, r.Usage.Output.N, r.Usage.CacheRead.N, r.Usage.CacheWrite.N})
				}
			}
			assert.Equal(t, tt.calls, got)
		})
	}
}

func withoutCache(calls []took) []took {
	var list []took
	for _, call := range calls {
		list = append(list, took{input: call.input, output: call.output})
	}
	return list
}
