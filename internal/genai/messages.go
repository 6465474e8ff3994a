package genai

import (
	"encoding/json"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// Message is one message of a conversation, read but not yet rendered.
type Message struct {
	Role   Role
	Output bool   // the model said it
	Source string // the attribute or event that it stands in
	Event  bool   // Source is an event
	parts  any    // what encoding/json would make of it
}

// maxNesting bounds how often JSON inside a JSON string is unpacked, and how deep structures are followed.
const (
	maxUnpack  = 3
	maxNesting = 64
)

// messages reads those attributes that hold messages, of the input or of the output.
func (a attributes) messages(table []MessageAttribute, output bool) []Message {
	var list []Message
	for _, source := range table {
		if v, ok := a[source.Key]; ok && source.Output == output {
			list = append(list, source.read(v)...)
		}
	}
	return list
}

// read reads the messages of one attribute. What is no JSON, or JSON of another shape, is one message with that text: a
// Python dictionary is better shown as it is than not at all.
func (s MessageAttribute) read(v pcommon.Value) []Message {
	content := unpack(raw(v, 0))
	if isBlank(content) || isCutJSON(content) {
		return nil
	}
	one := Message{Role: s.Role, Output: s.Output, Source: s.Key, parts: content}
	if s.Form != FormMessages {
		return []Message{one}
	}
	if object, ok := content.(map[string]any); ok {
		if inner, ok := object["messages"].([]any); ok {
			content = inner
		}
	}
	elements, ok := content.([]any)
	if !ok {
		return []Message{s.message(one, content)}
	}
	list := make([]Message, 0, len(elements))
	for _, element := range elements {
		if !isBlank(element) {
			list = append(list, s.message(one, element))
		}
	}
	return list
}

// message makes a Message of one element of a list.
func (s MessageAttribute) message(m Message, element any) Message {
	m.parts = element
	if object, ok := element.(map[string]any); ok {
		if role, ok := object["role"].(string); ok && role != "" {
			m.Role = roleOf(role)
		}
	}
	return m
}

// roles are other words for the roles.
var roles = map[string]Role{
	"human": RoleUser, "ai": RoleAssistant, "model": RoleAssistant, "function": RoleTool, "developer": RoleSystem,
}

func roleOf(s string) Role {
	s = strings.ToLower(s)
	if role, ok := roles[s]; ok {
		return role
	}
	return Role(s)
}

// unpack decodes JSON that stands in a string, up to three times: instrumentations encode what is encoded already.
func unpack(v any) any {
	for range maxUnpack {
		text, ok := v.(string)
		if !ok || !looksLikeJSON(text) {
			return v
		}
		var inner any
		if json.Unmarshal([]byte(text), &inner) != nil {
			return v
		}
		v = inner
	}
	return v
}

func looksLikeJSON(s string) bool {
	s = strings.TrimSpace(s)
	return s != "" && strings.IndexByte(`[{"`, s[0]) >= 0
}

// isCutJSON tells JSON that was cut to a preview: who cut it has shown what there was to show.
func isCutJSON(v any) bool {
	text, ok := v.(string)
	if !ok || !strings.HasSuffix(text, "…") {
		return false
	}
	text = strings.TrimLeft(text, "\"\\ \n")
	return text != "" && (text[0] == '[' || text[0] == '{')
}

// isBlank tells what instrumentations write for nothing.
func isBlank(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		switch strings.TrimSpace(v) {
		case "", "{}", "[]", "null", "undefined":
			return true
		}
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// raw makes of a structured value what encoding/json would make of it; bytes stay bytes. What is nested too deeply is
// left out.
func raw(v pcommon.Value, depth int) any {
	if depth > maxNesting {
		return nil
	}
	switch v.Type() {
	case pcommon.ValueTypeMap:
		object := make(map[string]any, v.Map().Len())
		for key, value := range v.Map().All() {
			object[key] = raw(value, depth+1)
		}
		return object
	case pcommon.ValueTypeSlice:
		list := make([]any, v.Slice().Len())
		for i := range list {
			list[i] = raw(v.Slice().At(i), depth+1)
		}
		return list
	case pcommon.ValueTypeBytes:
		return v.Bytes().AsRaw()
	}
	return v.AsRaw()
}

// eventMessages reads the span events that hold messages, but for those that our own processor made: what they say was read
// from attributes. They come in the order of the table.
func eventMessages(table []MessageEvent, events ptrace.SpanEventSlice) []Message {
	var list []Message
	for _, source := range table {
		for _, event := range events.All() {
			if event.Name() != source.Name {
				continue
			}
			if _, own := event.Attributes().Get(semconv.PreviewSource); own {
				continue
			}
			text, ok := event.Attributes().Get(source.Text)
			if !ok || text.Type() != pcommon.ValueTypeStr || text.Str() == "" {
				continue
			}
			m := Message{Role: source.Role, Output: source.Output, Source: source.Name, Event: true, parts: text.Str()}
			if role, ok := event.Attributes().Get(source.RoleKey); ok && role.Str() != "" {
				m.Role = roleOf(role.Str())
			}
			list = append(list, m)
		}
	}
	return list
}
