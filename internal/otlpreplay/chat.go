package otlpreplay

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

const chatTurns = 6

// AddChat adds the spans of an agent's run in the GenAI conventions: each model call brings the whole conversation along, as SDKs
// do, and a tool runs between two of them. It was not recorded: every seed is a conversation of its own, that began at now.
func AddChat(seed uint64, now time.Time, to ptrace.ResourceSpansSlice) {
	resource := to.AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "assistant")
	scope := resource.ScopeSpans().AppendEmpty()
	scope.Scope().SetName("opentelemetry.util.genai")
	c := chat{spans: scope.Spans(), now: now}
	binary.BigEndian.PutUint64(c.trace[:8], seed*0x9e3779b97f4a7c15)
	binary.BigEndian.PutUint64(c.trace[8:], seed)

	agent := c.add("invoke_agent assistant", "invoke_agent", pcommon.SpanID{})
	agent.Attributes().PutStr("gen_ai.agent.name", "assistant")
	var history []chatMessage
	for turn := range chatTurns {
		history = append(history, said("user", fmt.Sprintf("Question %d of %d: %s", turn, seed, chatQuestion)))
		answer := said("assistant", fmt.Sprintf("Answer %d: %s", turn, chatAnswer))
		call := c.add("chat gpt-4o", "chat", agent.SpanID()).Attributes()
		call.PutStr("gen_ai.provider.name", "openai")
		call.PutStr("gen_ai.request.model", "gpt-4o")
		call.PutStr("gen_ai.response.model", "gpt-4o-2024-08-06")
		call.PutStr("gen_ai.response.id", fmt.Sprintf("chatcmpl-%x-%d", seed, turn))
		call.PutInt("gen_ai.usage.input_tokens", int64(700*(turn+1)))
		call.PutInt("gen_ai.usage.cache_read.input_tokens", int64(512*turn))
		call.PutInt("gen_ai.usage.output_tokens", 180)
		call.PutStr("gen_ai.input.messages", messagesJSON(history))
		call.PutStr("gen_ai.output.messages", messagesJSON([]chatMessage{answer}))
		history = append(history, answer)
		tool := c.add("execute_tool search", "execute_tool", agent.SpanID()).Attributes()
		tool.PutStr("gen_ai.tool.name", "search")
		tool.PutStr("gen_ai.tool.call.id", fmt.Sprintf("call_%x_%d", seed, turn))
		tool.PutStr("gen_ai.tool.call.arguments", `{"query":"revenue by region","limit":5}`)
		tool.PutStr("gen_ai.tool.call.result", `{"rows":[{"region":"north","revenue":48200100},{"region":"south","revenue":39100400}]}`)
	}
}

// chat is a trace in the making.
type chat struct {
	trace pcommon.TraceID
	spans ptrace.SpanSlice
	now   time.Time
}

func (c *chat) add(name, operation string, parent pcommon.SpanID) ptrace.Span {
	s := c.spans.AppendEmpty()
	n := c.spans.Len()
	s.SetTraceID(c.trace)
	s.SetSpanID(pcommon.SpanID(binary.BigEndian.AppendUint64(nil, uint64(n))))
	s.SetParentSpanID(parent)
	s.SetName(name)
	s.SetKind(ptrace.SpanKindClient)
	s.SetStartTimestamp(pcommon.NewTimestampFromTime(c.now.Add(time.Duration(n) * time.Second)))
	s.SetEndTimestamp(pcommon.NewTimestampFromTime(c.now.Add(time.Duration(n+1) * time.Second)))
	s.Attributes().PutStr("gen_ai.operation.name", operation)
	return s
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
