package genai

import (
	"slices"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// Message is one message of a conversation, read but not yet rendered.
type Message struct {
	Role   Role
	Output bool   // the model said it
	Source string // the attribute or event that it stands in
	Sent   bool   // Source is an event that shows the message in Orcheo's form already
	body   value
}

// Written is what the message was read from, where that is one piece of text, and in which form. Two messages that were written alike
// have the same Text.
func (m Message) Written() (text string, form uint8) {
	n := m.body.node()
	if full := m.body.tree != nil && len(m.body.tree.nodes) >= maxNodes; full { // what did not fit may be missing
		return "", 0
	}
	return n.text, uint8(n.kind)
}

// IsItsText reports whether Text, up to limit bytes, is what the message was read from.
func (m Message) IsItsText(limit int) bool {
	written, _ := m.Written()
	if written == "" {
		return false
	}
	plain := m.body.kind() == typeText && written[0] > ' ' && strings.IndexByte(`[{"\`, written[0]) < 0 // it holds no parts, and is no JSON
	if plain && len(written) <= limit && len(written) < minBase64 && !strings.Contains(written, ";base64,") && utf8.ValidString(written) {
		return true // without a copy of it
	}
	return m.Text(limit) == written
}

// readMessages reads what the model was told and what it said. The first source of each direction that says anything wins,
// because what instrumentations write twice they write under two names.
func (r *Reader) readMessages(events ptrace.SpanEventSlice) {
	if r.shownEvents {
		r.readSent(events)
	}
	if r.about&aboutMessages == 0 && len(r.flat) == 0 && !r.messageEvents {
		return
	}
	for _, output := range []bool{false, true} {
		if output && r.reading.Kind == KindEmbedding {
			break // vectors
		}
		c := collector{reader: r, output: output}
		for _, last := range []bool{false, true} {
			for rest := r.reading.spoken; rest != 0; rest = rest.others() {
				if !c.done {
					c.attributes(&r.engine.dialects[rest.first()], last)
				}
			}
			if !c.done && !last && r.messageEvents {
				c.events(events)
			}
		}
	}
}

// readSent reads the events that show messages in Orcheo's form, but for those that our own processor made: what they say was
// read from attributes. They come in the order of the table.
func (r *Reader) readSent(events ptrace.SpanEventSlice) {
	for rest := r.reading.spoken; rest != 0; rest = rest.others() {
		sent := r.engine.dialects[rest.first()].sent
		for n := range sent {
			source := &sent[n]
			for i := range events.Len() {
				if event := events.At(i); event.Name() == source.Name {
					r.addSent(source, event.Attributes())
				}
			}
		}
	}
}

// addSent adds the message of an event with the attributes.
func (r *Reader) addSent(source *MessageEvent, attrs pcommon.Map) {
	if _, own := attrs.Get(semconv.PreviewSource); own {
		return
	}
	text, ok := attrs.Get(source.Text)
	if !ok || text.Type() != pcommon.ValueTypeStr || text.Str() == "" {
		return
	}
	m := Message{Role: source.roleIn(attrs), Output: source.Output, Source: source.Name, Sent: true, body: r.tree.text(text.Str())}
	r.reading.Messages = append(r.reading.Messages, m)
}

// roleIn is the role of the message of an event with the attributes: its own, where one of them names it.
func (e *MessageEvent) roleIn(attrs pcommon.Map) Role {
	if e.RoleKey == "" {
		return e.Role
	}
	if role, ok := attrs.Get(e.RoleKey); ok && role.Type() == pcommon.ValueTypeStr && role.Str() != "" {
		return roleOf(role.Str())
	}
	return e.Role
}

// collector collects the messages of one direction.
type collector struct {
	reader *Reader
	output bool
	done   bool // something was said
}

// attributes reads those of one dialect's attributes that hold messages.
func (c *collector) attributes(d *compiled, last bool) {
	for i := range d.messages {
		source := &d.messages[i]
		if source.Output != c.output || source.Last != last || c.done && !source.Joins {
			continue
		}
		var body value
		if source.Form == FormFlat {
			body = c.reader.flattened(source.list)
		} else {
			body = c.reader.decode(source.ref)
		}
		if c.add(body, source.Form, Message{Role: source.Role, Output: source.Output, Source: source.Key}) && source.Role != RoleSystem {
			c.done = true
		}
	}
}

// events reads the span events that hold messages, in the order in which they were sent.
func (c *collector) events(events ptrace.SpanEventSlice) {
	engine := c.reader.engine
	for _, event := range events.All() {
		for _, source := range engine.events[event.Name()] {
			if source.Sent || source.Output != c.output || c.reader.reading.spoken>>source.dialect&1 == 0 {
				continue
			}
			v, ok := event.Attributes().Get(source.Text)
			if !ok {
				continue
			}
			m := Message{Role: source.roleIn(event.Attributes()), Output: source.Output, Source: source.Name}
			if c.add(c.reader.tree.decoded(v), source.Form, m) {
				c.done = c.done || source.Role != RoleSystem
				break // the other spellings of the same event
			}
		}
	}
}

// flattened makes a list of the keys of one flattened list.
func (r *Reader) flattened(list int32) value {
	if len(r.flat) == 0 || !slices.ContainsFunc(r.flat, func(k flatKey) bool { return k.list == int(list) }) {
		return value{}
	}
	var keys []flatKey
	for _, k := range r.flat {
		if k.list == int(list) {
			keys = append(keys, k)
		}
	}
	return r.tree.unflatten(keys)
}

// add adds what one source says; it reports whether that is anything. What is no JSON, or JSON of another shape, is one
// message with that text, but for JSON that was cut to a preview: who cut it has shown what there was to show.
func (c *collector) add(body value, form Form, m Message) bool {
	if isCutJSON(body) {
		return true
	}
	if body.isBlank() {
		return false
	}
	list := &c.reader.reading.Messages
	before := len(*list)
	if form == FormMessages || form == FormFlat {
		addMessages(list, body, m, 0)
	} else {
		m.body = body
		if role := roleIn(body); role != "" {
			m.Role = role
		}
		*list = append(*list, m)
	}
	if slices.ContainsFunc((*list)[before:], Message.saysAnything) {
		return true
	}
	*list = (*list)[:before]
	return false
}

// saysAnything reports whether the message has a text. A plain message that begins with a letter has one; any other is rendered.
func (m Message) saysAnything() bool {
	if m.body.kind() == typeObject {
		if _, plain := m.body.plainMessage(); plain {
			body := m.body.get("parts", "content")
			if first := body.node().first; body.kind() == typeList && first != 0 {
				if part := body.tree.at(first); part.kind() == typeObject && part.plainPart() {
					body = part.get("content", "text")
				}
			}
			if body.kind() == typeText && body.node().text != "" && body.node().text[0]|0x20 >= 'a' && body.node().text[0]|0x20 <= 'z' {
				return true
			}
		}
	}
	const anything = 16 // bytes
	return m.Text(anything) != ""
}

// maxContainers bounds how deep messages are looked for in what is no message itself.
const maxContainers = 6

// containers are the members in which messages stand, of requests and answers of the providers and of frameworks.
var containers = []string{
	"messages", "new_messages", "contents", "choices", "candidates", "generations", "message", "chat_history", "inputs", "input", "outputs", "output",
	"items", "prompt", "prompts", "question", "query", "response", "responses", "result", "answer", "completion", "update", "args", "kwargs",
}

// addMessages adds the messages that stand in v: a message, a list of them, or an object that holds one or the other.
func addMessages(list *[]Message, v value, m Message, depth int) {
	switch v = v.unpacked(); v.kind() {
	case typeAbsent:
	case typeList:
		for element := range v.all {
			if depth < maxContainers {
				addMessages(list, element, m, depth+1)
			}
		}
	case typeObject:
		if role, ok := v.plainMessage(); ok {
			m.addPlain(list, v, role)
			return
		}
		if saysNothing(v) {
			return
		}
		if !isMessage(v) && depth < maxContainers {
			if inner := v.get(containers...); !inner.isBlank() {
				addMessages(list, inner, m, depth+1)
				return
			}
			if inner := v.get("content"); inner.kind() == typeObject { // a candidate of Gemini
				v = inner
			}
		}
		m.add(list, v)
	case typeText, typeEscaped:
		if !v.isBlank() {
			m.add(list, v)
		}
	default:
		m.add(list, v)
	}
}

// plainMessage tells the message that nearly all are: an object of a role and of parts or content, and nothing else. What follows for it
// from the general case is known.
func (v value) plainMessage() (role string, ok bool) {
	nodes := v.tree.nodes
	first := nodes[v.at].first
	if first == 0 || nodes[first].key != "role" || nodes[first].kind != typeText || nodes[first].text == "" {
		return "", false
	}
	second := nodes[first].next
	if second == 0 || nodes[second].next != 0 || nodes[second].kind == typeAbsent {
		return "", false
	}
	switch nodes[second].key {
	case "parts":
		return nodes[first].text, true
	case "content":
		return nodes[first].text, nodes[second].kind != typeObject
	}
	return "", false
}

// addPlain adds a plain message.
func (m Message) addPlain(list *[]Message, v value, role string) {
	if named := roleOf(role); named != "" {
		m.Role = named
	}
	if m.Role == RoleUser && onlyToolResults(v) {
		m.Role = RoleTool
	}
	m.body = v
	*list = append(*list, m)
}

// saysNothing tells a message of which only the role was sent.
func saysNothing(v value) bool {
	for member := range v.all {
		if inner := member.get("role"); inner.exists() && member.node().key == "message" && saysNothing(member) {
			continue
		}
		if member.node().key != "role" {
			return false
		}
	}
	return true
}

// isMessage tells a message from an object that holds messages.
func isMessage(v value) bool {
	if v.get("role", "parts", "tool_calls", "kwargs", "event.name", "part_kind").exists() {
		return !v.get("messages").exists()
	}
	content := v.get("content", "text")
	return content.exists() && content.kind() != typeObject && !v.get("message", "messages").exists()
}

// add adds one message, out of what it is wrapped in.
func (m Message) add(list *[]Message, v value) {
	if role := roleIn(v); role != "" {
		m.Role = role
	}
	if v.get("event.name").str() == "gen_ai.choice" {
		m.Output = true
	}
	for _, wrap := range []string{"kwargs", "data", "message"} { // LangChain's two, and that of answers
		inner := v.get(wrap)
		if inner.kind() != typeObject || wrap == "kwargs" && !v.get("lc", "id").exists() || wrap == "data" && m.Role == "" {
			continue
		}
		if v = inner; roleIn(v) != "" {
			m.Role = roleIn(v)
		}
	}
	if m.Role == RoleUser && onlyToolResults(v) {
		m.Role = RoleTool
	}
	m.body = v
	*list = append(*list, m)
}

// roleIn is the role that a message names, in any of the ways in which they do.
func roleIn(v value) Role {
	if role := v.get("role"); role.isText() && role.str() != "" {
		return roleOf(role.str())
	}
	if word := v.get("type"); word.isText() && !v.get("parts").exists() {
		if role, ok := roleTypes[strings.ToLower(word.str())]; ok {
			return role
		}
	}
	if name := v.get("event.name"); name.isText() { // gen_ai.user.message
		if _, word, ok := strings.Cut(strings.TrimSuffix(name.str(), ".message"), "gen_ai."); ok && word != "choice" {
			return roleOf(word)
		}
	}
	if id := v.get("id"); id.kind() == typeList { // LangChain's ["langchain","schema","messages","HumanMessage"]
		last := ""
		for part := range id.all {
			last = part.str()
		}
		return roleTypes[strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(last, "Chunk"), "Message"))]
	}
	return ""
}

// roleTypes are the types by which messages name their roles.
var roleTypes = map[string]Role{"human": RoleUser, "ai": RoleAssistant, "system": RoleSystem, "tool": RoleTool, "function": RoleTool, "chat": RoleUser}

// roles are other words for the roles.
var roles = map[string]Role{
	"human": RoleUser, "ai": RoleAssistant, "model": RoleAssistant, "function": RoleTool, "developer": RoleSystem, "bot": RoleAssistant,
}

func roleOf(s string) Role {
	switch role := Role(s); role {
	case RoleSystem, RoleUser, RoleAssistant, RoleTool:
		return role
	}
	s = strings.ToLower(strings.Trim(s, `" `))
	if role, ok := roles[s]; ok {
		return role
	}
	return Role(s)
}

// onlyToolResults tells a message that some providers send in the user's name.
func onlyToolResults(v value) bool {
	body := v.get("parts", "content")
	if body.isText() {
		body, _ = body.parts()
	}
	if body.kind() != typeList || body.isBlank() {
		return false
	}
	for part := range body.all {
		if partTypeOf(part) != partToolResult {
			return false
		}
	}
	return true
}

// isCutJSON tells JSON that was cut to a preview.
func isCutJSON(v value) bool {
	if !v.isText() || !strings.HasSuffix(v.node().text, "…") {
		return false
	}
	text := strings.TrimLeft(v.node().text, "\"\\ \n")
	return text != "" && (text[0] == '[' || text[0] == '{')
}
