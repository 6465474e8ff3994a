package genai

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// Text renders the message for a human: its texts, tool calls as name(arguments), media as a short tag with type and size.
// It stops soon after limit bytes, and cuts nothing but at the end.
func (m Message) Text(limit int) string {
	w := writer{limit: limit}
	w.content(m.body, 0)
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
	if s = withoutMedia(s, w.limit-w.Len()); !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if room := w.limit - w.Len(); len(s) > room {
		for room = max(room, 0); room > 0 && !utf8.RuneStart(s[room]); room-- {
		}
		s = s[:room]
	}
	w.WriteString(s)
}

// content appends a message, a part, or a list of parts.
func (w *writer) content(v value, depth int) {
	if depth > maxNesting || w.full() {
		return
	}
	switch v.kind() {
	case typeText, typeEscaped:
		if parts, ok := v.parts(); ok {
			w.content(parts, depth+1)
			return
		}
		if !isCutJSON(v) {
			w.text(v.str())
		}
	case typeLiteral:
		w.text(v.str())
	case typeBytes:
		w.text(mediaTag("bytes", "", v.size()))
	case typeList:
		for part := range v.all {
			w.content(part, depth+1)
		}
	case typeObject:
		w.object(v, depth)
	}
}

// parts decodes a list of typed parts that stands in the text of a message.
func (v value) parts() (value, bool) {
	text := v.node().text
	if len(text) < 8 || text[0] != '[' || text[1] != '{' || !strings.Contains(text[:min(len(text), 200)], "type") {
		return value{}, false
	}
	parsed, ok := v.tree.parse(v.str())
	if !ok {
		return value{}, false
	}
	for part := range parsed.all {
		return parsed, part.get("type").isText()
	}
	return value{}, false
}

// object appends a part by its type; a message, or a part without a type, by what it holds.
func (w *writer) object(v value, depth int) {
	name := partName(v)
	kind := partTypes[strings.ToLower(name)]
	if kind == partOther {
		var inner value
		if kind, name, inner = wrapped(v); kind == partMedia || kind == partReasoning {
			v = inner
		}
	}
	switch kind {
	case partToolCall:
		if call := toolCallOf(v); call.Name != "" || call.arguments.exists() { // some say it again elsewhere
			w.text(call.Text(w.limit))
		}
		return
	case partToolResult:
		w.result(v, depth)
		return
	case partReasoning:
		text := v.get("content", "thinking", "text", "reasoning", "reasoningText", "data")
		if inner := text.get("text"); inner.exists() {
			text = inner
		}
		w.text(mediaTag("reasoning", "", len(text.str())))
		return
	case partMedia:
		w.text(mediaOf(name, v))
		return
	}
	w.untyped(v, depth)
}

// result appends what a tool answered.
func (w *writer) result(v value, depth int) {
	if _, _, inner := wrapped(v); inner.exists() {
		v = inner
	}
	answer := v.get("response", "result", "content", "output", "server_tool_call_response")
	if answer.kind() == typeObject {
		if answer.get("type").str() == "json" { // of the AI SDK
			answer = answer.get("value")
		}
		if inner := answer.get("content", "output", "result"); inner.exists() && !answer.get("type", "role").exists() {
			answer = inner
		}
	}
	if answer.kind() == typeObject && !answer.get("type", "role", "text").exists() {
		w.text(compact(answer, w.limit))
		return
	}
	w.content(answer, depth+1)
}

// untyped appends a message, or a part without a type.
func (w *writer) untyped(v value, depth int) {
	if inner := v.get("message", "message_content"); inner.kind() == typeObject { // what flattened keys wrap it in
		w.content(inner, depth+1)
		return
	}
	body := v.get("parts", "content", "contents", "text", "refusal", "json")
	if body.isText() && body.isBlank() {
		body = v.get("contents")
	}
	calls := v.get("tool_calls")
	if !body.exists() && calls.kind() != typeList {
		if call := toolCallOf(v); call.Name != "" {
			w.text(call.Text(w.limit))
			return
		}
		if !v.get("role").exists() {
			w.text(compact(v, w.limit))
		}
		return
	}
	w.content(body, depth+1)
	if holdsToolCalls(body) { // they stand there already
		return
	}
	for call := range calls.all {
		if call.kind() == typeObject {
			w.text(toolCallOf(call).Text(w.limit))
		}
	}
}

// holdsToolCalls reports whether the parts of a message hold calls that can be shown.
func holdsToolCalls(body value) bool {
	if body.isText() {
		body, _ = body.parts()
	}
	for part := range body.all {
		if inner := part.get("message_content"); inner.exists() {
			part = inner
		}
		if partTypeOf(part) == partToolCall && toolCallOf(part).Name != "" {
			return true
		}
	}
	return false
}

// compact is v as JSON without blanks, its members in the order of their names, up to about limit bytes.
func compact(v value, limit int) string { return string(appendCompact(nil, v, limit, 0)) }

func appendCompact(b []byte, v value, limit, depth int) []byte {
	if len(b) > limit {
		return b
	}
	if depth > maxNesting {
		return append(b, "null"...)
	}
	switch v.kind() {
	case typeText, typeEscaped:
		return appendQuoted(b, withoutMedia(v.str(), limit-len(b)))
	case typeLiteral:
		return append(b, v.str()...)
	case typeBytes:
		return appendQuoted(b, mediaTag("bytes", "", v.size()))
	case typeList:
		return appendList(b, v, limit, depth)
	case typeObject:
		return appendObject(b, v, limit, depth)
	}
	return append(b, "null"...)
}

func appendList(b []byte, v value, limit, depth int) []byte {
	b = append(b, '[')
	first := true
	for element := range v.all {
		if len(b) > limit {
			break
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = appendCompact(b, element, limit, depth+1)
	}
	return append(b, ']')
}

func appendObject(b []byte, v value, limit, depth int) []byte {
	b = append(b, '{')
	first := true
	for _, member := range sortedMembers(v) {
		if len(b) > limit {
			break
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(appendQuoted(b, member.node().key), ':')
		b = appendCompact(b, member, limit, depth+1)
	}
	return append(b, '}')
}

// decodedSize is how many bytes so many characters of base64 stand for.
func decodedSize(chars int) int { return base64.StdEncoding.DecodedLen(chars) }
