package e2e

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

const chatTurnsPerTrace = 6

// chatTurns makes an agent's run in the GenAI conventions: each model call brings the whole conversation along, as SDKs do,
// and a tool runs between two of them.
func chatTurns() source {
	now := time.Now()
	return func(seed uint64, to ptrace.ResourceSpansSlice) {
		resource := to.AppendEmpty()
		resource.Resource().Attributes().PutStr("service.name", "assistant")
		scope := resource.ScopeSpans().AppendEmpty()
		scope.Scope().SetName("opentelemetry.util.genai")
		var trace pcommon.TraceID
		binary.BigEndian.PutUint64(trace[:8], seed*0x9e3779b97f4a7c15)
		binary.BigEndian.PutUint64(trace[8:], seed)
		spans := 0
		add := func(name, operation string, parent pcommon.SpanID) ptrace.Span {
			spans++
			s := scope.Spans().AppendEmpty()
			s.SetTraceID(trace)
			s.SetSpanID(spanIDOf(spans))
			s.SetParentSpanID(parent)
			s.SetName(name)
			s.SetKind(ptrace.SpanKindClient)
			s.SetStartTimestamp(pcommon.NewTimestampFromTime(now.Add(time.Duration(spans) * time.Second)))
			s.SetEndTimestamp(pcommon.NewTimestampFromTime(now.Add(time.Duration(spans+1) * time.Second)))
			s.Attributes().PutStr("gen_ai.operation.name", operation)
			return s
		}
		agent := add("invoke_agent assistant", "invoke_agent", pcommon.SpanID{})
		agent.Attributes().PutStr("gen_ai.agent.name", "assistant")
		var history []chatMessage
		for turn := range chatTurnsPerTrace {
			history = append(history, said("user", fmt.Sprintf("Question %d of %d: %s", turn, seed, chatQuestion)))
			call := add("chat gpt-4o", "chat", agent.SpanID()).Attributes()
			call.PutStr("gen_ai.provider.name", "openai")
			call.PutStr("gen_ai.request.model", "gpt-4o")
			call.PutStr("gen_ai.response.model", "gpt-4o-2024-08-06")
			call.PutStr("gen_ai.response.id", fmt.Sprintf("chatcmpl-%x-%d", seed, turn))
			call.PutInt("gen_ai.usage.input_tokens", int64(700*(turn+1)))
			call.PutInt("gen_ai.usage.cache_read.input_tokens", int64(512*turn))
			call.PutInt("gen_ai.usage.output_tokens", 180)
			call.PutStr("gen_ai.input.messages", messagesJSON(history))
			answer := said("assistant", fmt.Sprintf("Answer %d: %s", turn, chatAnswer))
			call.PutStr("gen_ai.output.messages", messagesJSON([]chatMessage{answer}))
			history = append(history, answer)
			tool := add("execute_tool search", "execute_tool", agent.SpanID()).Attributes()
			tool.PutStr("gen_ai.tool.name", "search")
			tool.PutStr("gen_ai.tool.call.id", fmt.Sprintf("call_%x_%d", seed, turn))
			tool.PutStr("gen_ai.tool.call.arguments", `{"query":"revenue by region","limit":5}`)
			tool.PutStr("gen_ai.tool.call.result", `{"rows":[{"region":"north","revenue":48200100},{"region":"south","revenue":39100400}]}`)
		}
	}
}

type chatMessage struct {
	Role  string     `json:"role"`
	Parts []chatPart `json:"parts"`
}

type chatPart struct {
	Type    string `json:"type"`
	Content string `json:"content"`
}

func said(role, text string) chatMessage { return chatMessage{role, []chatPart{{"text", text}}} }

func messagesJSON(messages []chatMessage) string {
	text, err := json.Marshal(messages)
	if err != nil {
		panic(err) // strings alone
	}
	return string(text)
}

const chatQuestion = "how did revenue and churn develop in the regions over the last two quarters, and which of the open risks in the " +
	"register 3f0d7f5e-3b8e-4d8e-9a5e-0c1f5a1b2c3d should the board hear of first?"

var chatAnswer = strings.Repeat("Revenue grew by 12.5 % to 48,200,100 in the north while churn in smaller accounts rose in May; "+
	"two vendors hold most of the volume, and the migration is late by six weeks. ", 3)
