package tokenpreviewprocessor

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// benchmarkSpans are spans as they come: one that has nothing to do with models, a node of Orcheo, a chat with a history of
// twenty messages, and the same flattened.
func benchmarkSpans() map[string]map[string]any {
	const said = "Summarise the quarterly report for the board, in three sentences, without figures."
	var history []string
	flat := map[string]any{
		"openinference.span.kind": "LLM", "llm.model_name": "gpt-4o", "llm.provider": "openai",
		"llm.token_count.prompt": int64(1200), "llm.token_count.completion": int64(30), "llm.token_count.total": int64(1230),
		"llm.output_messages.0.message.role": "assistant", "llm.output_messages.0.message.content": "Here it is.",
	}
	for i := range 20 {
		role := []string{"user", "assistant"}[i%2]
		history = append(history, fmt.Sprintf(`{"role":%q,"parts":[{"type":"text","content":"%d. %s"}]}`, role, i, said))
		flat[fmt.Sprintf("llm.input_messages.%d.message.role", i)] = role
		flat[fmt.Sprintf("llm.input_messages.%d.message.content", i)] = fmt.Sprintf("%d. %s", i, said)
	}
	return map[string]map[string]any{
		"plain_http": {
			"http.request.method": "POST", "server.address": "api.openai.com", "server.port": int64(443), "url.full": "https://api.openai.com/v1/chat/completions",
			"http.response.status_code": int64(200), "network.protocol.version": "1.1",
		},
		"orcheo_node": {
			"orcheo.node.id": "node-2", "orcheo.node.display_name": "Draft Answer", "orcheo.node.kind": "llm", "orcheo.node.status": "success",
			"orcheo.node.latency_ms": int64(340), "orcheo.ai.kind": "llm", "orcheo.ai.model.requested": "openai:gpt-4o-mini",
			"orcheo.ai.provider": "openai", "orcheo.token.input": int64(1200), "orcheo.token.output": int64(900),
		},
		"otel_chat_20_messages": {
			"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o",
			"gen_ai.usage.input_tokens": int64(1200), "gen_ai.usage.output_tokens": int64(30),
			"gen_ai.input.messages":  "[" + strings.Join(history, ",") + "]",
			"gen_ai.output.messages": `[{"role":"assistant","parts":[{"type":"text","content":"Here it is."}],"finish_reason":"stop"}]`,
		},
		"openinference_20_messages": flat,
	}
}

// BenchmarkProcess runs single spans through the processor, with redaction and without.
func BenchmarkProcess(b *testing.B) {
	for name, attributes := range benchmarkSpans() {
		for _, redaction := range []bool{true, false} {
			b.Run(fmt.Sprintf("%s/redaction=%t", name, redaction), func(b *testing.B) {
				p := newProcessor(b, func(c *Config) { c.Redaction.Enabled = redaction })
				traces, _ := oneSpan(attributes)
				batches := make([]ptrace.Traces, 0, 1024)
				b.ReportAllocs()
				for b.Loop() {
					if len(batches) == 0 {
						b.StopTimer()
						for range cap(batches) {
							copied := ptrace.NewTraces()
							traces.CopyTo(copied)
							batches = append(batches, copied)
						}
						b.StartTimer()
					}
					_, err := p.process(context.Background(), batches[len(batches)-1])
					require.NoError(b, err)
					batches = batches[:len(batches)-1]
				}
			})
		}
	}
}
