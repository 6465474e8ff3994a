package genai

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

type partType uint8

const (
	partOther partType = iota // text, or whatever it holds
	partToolCall
	partToolResult
	partReasoning
	partMedia
)

// partTypes are the types of parts that OpenTelemetry and the providers' own formats know. Any other is read as text.
var partTypes = map[string]partType{
	"tool_call": partToolCall, "tool_use": partToolCall, "function_call": partToolCall, "server_tool_call": partToolCall, "function": partToolCall,
	"tool-call": partToolCall, "server_tool_use": partToolCall, "tool-input-available": partToolCall, "mcp_tool_use": partToolCall,
	"tool_call_response": partToolResult, "tool_result": partToolResult, "function_response": partToolResult, "server_tool_call_response": partToolResult,
	"tool-result": partToolResult, "tool-return": partToolResult, "function_call_output": partToolResult,
	"reasoning": partReasoning, "thinking": partReasoning, "redacted_thinking": partReasoning,
	"blob": partMedia, "file": partMedia, "uri": partMedia, "binary": partMedia, "image": partMedia, "image_url": partMedia, "image-url": partMedia,
	"input_image": partMedia, "input_audio": partMedia, "audio": partMedia, "audio-url": partMedia, "video": partMedia, "video-url": partMedia,
	"document": partMedia, "document-url": partMedia, "file_data": partMedia, "input_file": partMedia, "image_file": partMedia, "media": partMedia,
}

// wrappers are members whose name tells what stands in them: Bedrock's, Gemini's, and those of flattened keys.
var wrappers = map[string]partType{
	"toolUse": partToolCall, "functionCall": partToolCall, "function_call": partToolCall, "toolRequest": partToolCall,
	"toolResult": partToolResult, "functionResponse": partToolResult, "function_response": partToolResult, "toolResponse": partToolResult,
	"reasoningContent": partReasoning,
	"inline_data":      partMedia, "inlineData": partMedia, "file_data": partMedia, "fileData": partMedia,
	"image": partMedia, "document": partMedia, "video": partMedia, "media": partMedia,
}

// partTypeOf is what kind of part an object is.
func partTypeOf(v value) partType {
	name := partName(v)
	if name == "text" && v.get("type").exists() { // most are
		return partOther
	}
	if kind, ok := partTypes[strings.ToLower(name)]; ok {
		return kind
	}
	kind, _, _ := wrapped(v)
	return kind
}

func partName(v value) string { return v.get("type", "part_kind").str() }

// wrapped is what an object without a type holds, by the name of the member that holds it.
func wrapped(v value) (partType, string, value) {
	if v.get("type", "role", "content", "text").exists() {
		return partOther, "", value{}
	}
	for member := range v.all {
		if name := member.node().key; wrappers[name] != partOther && member.kind() == typeObject {
			return wrappers[name], name, member
		}
	}
	return partOther, "", value{}
}

// ToolCall is a call of a tool: in a message, or as the work of a span.
type ToolCall struct {
	Name, CallID      string
	arguments, result value
	// ArgumentsKey and ResultKey are the attributes of a span that hold them, "" if they are unknown.
	ArgumentsKey, ResultKey string
}

// Text is name(arguments).
func (t ToolCall) Text(limit int) string { return t.Name + "(" + t.ArgumentsText(limit) + ")" }

// ArgumentsText renders the arguments as they are, or as JSON, up to about limit bytes.
func (t ToolCall) ArgumentsText(limit int) string { return plain(t.arguments, limit) }

// ResultText renders what the tool answered, up to about limit bytes: the text of it, where the answer is a message.
func (t ToolCall) ResultText(limit int) string {
	decoded := t.result.unpacked()
	if areParts(decoded) {
		w := writer{limit: limit}
		w.content(decoded, 0)
		return w.String()
	}
	if decoded.kind() == typeObject {
		var messages []Message
		addMessages(&messages, decoded, Message{}, 0)
		if len(messages) == 1 && messages[0].Role == RoleTool {
			return messages[0].Text(limit)
		}
	}
	return plain(t.result, limit)
}

// areParts tells a list of parts, as messages have them, from any other list.
func areParts(v value) bool {
	for part := range v.all {
		return v.kind() == typeList && part.get("text", "content").exists()
	}
	return false
}

func plain(v value, limit int) string {
	w := writer{limit: limit}
	switch v.kind() {
	case typeAbsent:
	case typeText, typeEscaped, typeLiteral:
		w.inline(v.str())
	default:
		w.inline(compact(v, limit))
	}
	return w.String()
}

// toolCallOf reads a tool call of a message, in OpenTelemetry's, OpenAI's, Anthropic's, Bedrock's or Gemini's form.
func toolCallOf(v value) ToolCall {
	for _, nested := range []string{"tool_call", "function", "function_call", "functionCall", "toolUse", "toolRequest", "server_tool_call"} {
		if inner := v.get(nested); inner.get("name", "function").exists() {
			v = inner
		}
	}
	return ToolCall{
		Name:      v.get("name", "tool_name", "toolName").str(),
		arguments: v.get("arguments", "input", "args"),
	}
}

// readTool reads the tool call that is the work of a span.
func (r *Reader) readTool(events ptrace.SpanEventSlice) {
	if r.about&aboutTool == 0 && r.reading.Kind != KindTool {
		return
	}
	t := &r.reading.Tool
	says := r.worded
	if r.reading.Kind == KindTool {
		says |= r.engine.toolEvents
	}
	for rest := r.reading.spoken & says; rest != 0; rest = rest.others() {
		d := &r.engine.dialects[rest.first()]
		if t.Name == "" {
			t.Name = r.first(&d.toolName)
		}
		if t.CallID == "" {
			t.CallID = r.first(&d.toolCallID)
		}
		if t.ArgumentsKey == "" {
			t.arguments, t.ArgumentsKey = r.firstValue(&d.toolArguments)
		}
		if t.ResultKey == "" {
			t.result, t.ResultKey = r.firstValue(&d.toolResult)
		}
		if r.reading.Kind != KindTool {
			continue
		}
		if t.ArgumentsKey == "" {
			t.arguments, t.ArgumentsKey = r.inEvents(events, d.Tool.ArgumentEvents)
		}
		if t.ResultKey == "" {
			t.result, t.ResultKey = r.inEvents(events, d.Tool.ResultEvents)
		}
	}
}

// inEvents is what an event holds of a tool's work, and the event's name.
func (r *Reader) inEvents(events ptrace.SpanEventSlice, sources []ToolEvent) (value, string) {
	if len(sources) == 0 {
		return value{}, ""
	}
	for _, event := range events.All() {
		for _, source := range sources {
			if event.Name() != source.Name {
				continue
			}
			for _, key := range source.Text {
				if v, ok := event.Attributes().Get(key); ok {
					return r.tree.at(r.tree.from(v, 0)), source.Name
				}
			}
		}
	}
	return value{}, ""
}

// firstValue is the first value among keys, not unpacked: what stands in a text is shown as it was written.
func (r *Reader) firstValue(s *spellings) (value, string) {
	if !r.has(s) {
		return value{}, ""
	}
	for _, ref := range s.refs {
		v := value{}
		if ref.path != "" {
			v = r.decode(ref)
		} else if original, there := r.value(ref.slot); there {
			v = r.tree.at(r.tree.from(original, 0))
		}
		if !v.isBlank() || v.kind() == typeList || v.kind() == typeObject {
			return v, ref.key
		}
	}
	return value{}, ""
}
