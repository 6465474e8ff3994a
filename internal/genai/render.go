package genai

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// Text renders the message for a human: its texts, tool calls as name(arguments), media as a short tag with type and size.
// It stops soon after limit bytes, and cuts nothing but at the end.
func (m Message) Text(limit int) string {
	w := writer{limit: limit}
	w.content(m.parts, 0)
	return w.String()
}

// writer collects a rendered text up to a limit.
type writer struct {
	strings.Builder
	limit int
}

func (w *writer) full() bool { return w.Len() >= w.limit }

// text appends s on a line of its own, without media in it, repaired.
func (w *writer) text(s string) {
	if s == "" || w.full() {
		return
	}
	if w.Len() > 0 {
		w.WriteByte('\n')
	}
	w.inline(s)
}

// inline appends s where the text stands.
func (w *writer) inline(s string) {
	s = strings.ToValidUTF8(withoutMedia(s, w.limit-w.Len()), "\uFFFD")
	if room := w.limit - w.Len(); len(s) > room {
		for room = max(room, 0); room > 0 && !utf8.RuneStart(s[room]); room-- {
		}
		s = s[:room]
	}
	w.WriteString(s)
}

// content appends a message, a part, or a list of parts.
func (w *writer) content(v any, depth int) {
	if depth > maxNesting || w.full() {
		return
	}
	switch v := v.(type) {
	case string:
		w.text(v)
	case []byte:
		w.text(mediaTag("bytes", "", len(v)))
	case []any:
		for _, part := range v {
			w.content(part, depth+1)
		}
	case map[string]any:
		w.object(v, depth)
	case nil:
	default:
		w.text(compact(v, w.limit))
	}
}

// object appends a part by its type; a message, or a part without a type, by what it holds.
func (w *writer) object(object map[string]any, depth int) {
	name, _ := object["type"].(string)
	switch partTypes[strings.ToLower(name)] {
	case partToolCall:
		w.text(toolCallOf(object).Text(w.limit))
		return
	case partToolResult:
		w.content(firstOf(object, "response", "result", "content", "output", "server_tool_call_response"), depth+1)
		return
	case partReasoning:
		text, _ := firstOf(object, "content", "thinking", "text", "reasoning").(string)
		w.text(mediaTag("reasoning", "", len(text)))
		return
	case partMedia:
		w.text(mediaOf(name, object))
		return
	}
	body := firstOf(object, "parts", "content", "text")
	calls, _ := object["tool_calls"].([]any)
	if body == nil && len(calls) == 0 {
		if toolCall := toolCallOf(object); toolCall.Name != "" {
			w.text(toolCall.Text(w.limit))
			return
		}
		if _, isMessage := object["role"]; !isMessage {
			w.text(compact(object, w.limit))
		}
		return
	}
	w.content(body, depth+1)
	for _, call := range calls {
		if call, ok := call.(map[string]any); ok {
			w.text(toolCallOf(call).Text(w.limit))
		}
	}
}

type partType uint8

const (
	partText partType = iota
	partToolCall
	partToolResult
	partReasoning
	partMedia
)

// partTypes are the types of parts that OpenTelemetry and the providers' own formats know. Any other is read as text.
var partTypes = map[string]partType{
	"tool_call": partToolCall, "tool_use": partToolCall, "function_call": partToolCall, "server_tool_call": partToolCall, "function": partToolCall,
	"tool_call_response": partToolResult, "tool_result": partToolResult, "function_response": partToolResult, "server_tool_call_response": partToolResult,
	"reasoning": partReasoning, "thinking": partReasoning,
	"blob": partMedia, "file": partMedia, "uri": partMedia, "binary": partMedia, "image": partMedia, "image_url": partMedia, "image-url": partMedia,
	"input_image": partMedia, "input_audio": partMedia, "audio": partMedia, "audio-url": partMedia, "video": partMedia, "video-url": partMedia,
	"document": partMedia, "document-url": partMedia,
}

// ToolCall is a call of a tool: in a message, or as the work of a span.
type ToolCall struct {
	Name      string
	Arguments any // text, or what encoding/json makes of it; nil if unknown
	Result    any
	// ArgumentsKey and ResultKey are the attributes of a span that hold them.
	ArgumentsKey, ResultKey string
}

// Text is name(arguments).
func (t ToolCall) Text(limit int) string {
	return t.Name + "(" + t.ArgumentsText(limit) + ")"
}

// ArgumentsText renders the arguments as they are, or as JSON, up to about limit bytes.
func (t ToolCall) ArgumentsText(limit int) string { return plain(t.Arguments, limit) }

// ResultText renders what the tool answered, up to about limit bytes.
func (t ToolCall) ResultText(limit int) string { return plain(t.Result, limit) }

func plain(v any, limit int) string {
	w := writer{limit: limit}
	switch v := v.(type) {
	case nil:
	case string:
		w.inline(v)
	default:
		w.inline(compact(v, limit))
	}
	return w.String()
}

// toolCallOf reads a tool call of a message, in OpenTelemetry's, OpenAI's, Anthropic's or Gemini's form.
func toolCallOf(object map[string]any) ToolCall {
	for _, nested := range []string{"function", "function_call", "toolUse", "server_tool_call"} {
		if inner, ok := object[nested].(map[string]any); ok {
			if _, named := inner["name"]; named {
				object = inner
				break
			}
		}
	}
	name, _ := object["name"].(string)
	return ToolCall{Name: name, Arguments: firstOf(object, "arguments", "input", "args")}
}

// add reads the tool call that is the work of a span.
func (t *ToolCall) add(found attributes, d *Dialect) {
	if t.Name == "" {
		t.Name = found.first(d.Tool.Name)
	}
	if t.ArgumentsKey == "" {
		t.Arguments, t.ArgumentsKey = found.value(d.Tool.Arguments)
	}
	if t.ResultKey == "" {
		t.Result, t.ResultKey = found.value(d.Tool.Result)
	}
}

func (a attributes) value(keys []string) (any, string) {
	for _, key := range keys {
		if v, ok := a[key]; ok && v.Type() != pcommon.ValueTypeEmpty {
			return raw(v, 0), key
		}
	}
	return nil, ""
}

func firstOf(object map[string]any, keys ...string) any {
	for _, key := range keys {
		if v, ok := object[key]; ok && v != nil {
			return v
		}
	}
	return nil
}

// compact is v as JSON without blanks, up to about limit bytes; what is nested too deeply is left out.
func compact(v any, limit int) string { return string(appendCompact(nil, v, limit, 0)) }

func appendCompact(b []byte, v any, limit, depth int) []byte {
	if len(b) > limit {
		return b
	}
	if depth > maxNesting {
		return append(b, "null"...)
	}
	switch v := v.(type) {
	case string:
		return strconv.AppendQuote(b, withoutMedia(v, limit-len(b)))
	case []byte:
		return strconv.AppendQuote(b, mediaTag("bytes", "", len(v)))
	case []any:
		b = append(b, '[')
		for i, element := range v {
			if len(b) > limit {
				break
			}
			if i > 0 {
				b = append(b, ',')
			}
			b = appendCompact(b, element, limit, depth+1)
		}
		return append(b, ']')
	case map[string]any:
		b = append(b, '{')
		for i, key := range sortedKeys(v) {
			if len(b) > limit {
				break
			}
			if i > 0 {
				b = append(b, ',')
			}
			b = append(strconv.AppendQuote(b, key), ':')
			b = appendCompact(b, v[key], limit, depth+1)
		}
		return append(b, '}')
	}
	if text, err := json.Marshal(v); err == nil { // a number, a bool or nothing
		return append(b, text...)
	}
	return append(b, "null"...) // NaN
}

func sortedKeys(object map[string]any) []string {
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// decodedSize is how many bytes so many characters of base64 stand for.
func decodedSize(chars int) int { return base64.StdEncoding.DecodedLen(chars) }
