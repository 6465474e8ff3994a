package demo

import (
	"encoding/json"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// step is one span of the workflow and what happens while it is open: its children, or simply time.
type step struct {
	name     string
	node     string // id of the Orcheo node that this is; empty for what happens inside a node
	kind     string // of the node
	lasts    time.Duration
	failure  string               // an error message; the span ends with status ERROR
	attrs    []attribute.KeyValue // known when it starts
	result   []attribute.KeyValue // known when it ends
	children []step
	parallel bool // the children run side by side
}

// Length is how long the workflow takes at its own pace.
const Length = 30 * time.Second

// scenario is the workflow "Support digest". Its names, messages and secrets are made up; the e-mail address and the key
// are there to be redacted.
func scenario() []step {
	return []step{
		{name: "Fetch tickets", node: "fetch", kind: "tool", lasts: 2 * time.Second},
		{name: "Retrieve context", node: "retrieve", kind: "retriever", children: []step{
			{name: "embeddings text-embedding-3-small", lasts: 1500 * time.Millisecond, attrs: call("embeddings", "text-embedding-3-small"), result: usage("text-embedding-3-small", 640, 0)},
		}},
		{name: "Triage", node: "triage", kind: "llm", children: []step{
			chat("gpt-4o-mini", 4*time.Second, 812, 96,
				"Sort by urgency. Ticket 7 is from ada@example.com, who pasted api_key=sk-demo-0123456789abcdef into it.",
				"Urgent: 7 (a leaked key). Then 3 and 9. The others can wait."),
		}},
		{name: "Resolve", node: "resolve", kind: "agent", attrs: []attribute.KeyValue{
			attribute.String(semconv.GenAIOperation, "invoke_agent"), attribute.String(semconv.GenAIAgentName, "resolver"),
		}, children: []step{
			chat("gpt-4o", 3*time.Second, 1430, 58, "Ticket 7: which key leaked, and is it still valid?", "I need the key's record. Calling lookup_key."),
			tool("lookup_key", 2500*time.Millisecond, `{"ticket":7}`, "", "the key service did not answer within 2.5 s"),
			tool("lookup_key", time.Second, `{"ticket":7,"attempt":2}`, `{"valid":true,"owner":"billing"}`, ""),
			chat("gpt-4o", 3500*time.Millisecond, 1610, 214, "The key is valid and belongs to billing.", "Revoke it, tell billing, and answer the customer that nothing was charged."),
		}},
		{name: "Publish", node: "publish", kind: "parallel", parallel: true, children: []step{
			{name: "Write digest", node: "digest", kind: "llm", attrs: []attribute.KeyValue{
				attribute.StringSlice(semconv.ArtifactIDs, []string{"digest.md", "digest.pdf"}),
			}, children: []step{chat("gpt-4o", 10*time.Second, 3900, 4000, "Write the weekly digest, in full.", longAnswer())}},
			{name: "Post to chat", node: "post", kind: "tool", lasts: 3 * time.Second, failure: "the chat service answered 403: channel_is_archived"},
		}},
		{name: "Mail the digest instead", node: "fallback", kind: "tool", lasts: 2500 * time.Millisecond},
	}
}

// call are the attributes of a model call, in the words of the OpenTelemetry GenAI conventions.
func call(operation, model string) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.String(semconv.GenAIOperation, operation),
		attribute.String(semconv.GenAIProvider, "openai"),
		attribute.String(semconv.GenAIRequestModel, model),
	}
}

// usage is what the answer to a model call tells.
func usage(model string, input, output int) []attribute.KeyValue {
	attrs := []attribute.KeyValue{
		attribute.String(semconv.GenAIResponseModel, model),
		attribute.Int(semconv.GenAIInputTokens, input),
	}
	if output > 0 {
		attrs = append(attrs, attribute.Int(semconv.GenAIOutputTokens, output))
	}
	return attrs
}

func chat(model string, lasts time.Duration, input, output int, prompt, answer string) step {
	return step{
		name: "chat " + model, lasts: lasts,
		attrs:  append(call("chat", model), attribute.String(semconv.GenAIInputMessages, message("user", prompt))),
		result: append(usage(model, input, output), attribute.String(semconv.GenAIOutputMessages, message("assistant", answer))),
	}
}

func tool(name string, lasts time.Duration, arguments, result, failure string) step {
	attrs := []attribute.KeyValue{
		attribute.String(semconv.GenAIOperation, "execute_tool"),
		attribute.String(semconv.GenAIToolName, name),
		attribute.String(semconv.GenAIToolArguments, arguments),
	}
	s := step{name: "execute_tool " + name, lasts: lasts, failure: failure, attrs: attrs}
	if result != "" {
		s.result = []attribute.KeyValue{attribute.String(semconv.GenAIToolResult, result)}
	}
	return s
}

// message is a list of one message as gen_ai.input.messages and gen_ai.output.messages hold it.
func message(role, text string) string {
	type part struct {
		Type    string `json:"type"`
		Content string `json:"content"`
	}
	encoded, err := json.Marshal([]struct {
		Role  string `json:"role"`
		Parts []part `json:"parts"`
	}{{role, []part{{"text", text}}}})
	if err != nil {
		panic("demo: two strings cannot be written as JSON: " + err.Error())
	}
	return string(encoded)
}

// longAnswer is a text of about 4,000 tokens.
func longAnswer() string {
	paragraph := "This week 41 tickets came in, 38 were closed, and the median answer took 2 hours and 10 minutes. " +
		"Most of them concern invoices: the new layout hides the tax number, and people ask where it went. " +
		"The leaked key of ticket 7 was revoked within the hour; the logs show no use of it by anyone else.\n\n"
	return "# Weekly digest\n\n" + strings.Repeat(paragraph, 54)
}
