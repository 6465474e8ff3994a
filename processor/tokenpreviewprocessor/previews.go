package tokenpreviewprocessor

import (
	"slices"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/redact"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// What Canvas shows as the input and output of a span (agent-prism reads OpenInference's names).
const (
	inputValue  = "input.value"
	outputValue = "output.value"
)

// reasonHighUsage is the reason that Orcheo gives a token.chunk event.
const reasonHighUsage = "high_usage"

// eventKind is a kind of event that is made.
type eventKind int

const (
	promptEvent eventKind = iota
	responseEvent
	messageEvent
	chunkEvent
	eventKinds
)

// eventNames are the names of the events.
var eventNames = [eventKinds]string{
	promptEvent: semconv.EventPrompt, responseEvent: semconv.EventResponse, messageEvent: semconv.EventMessage, chunkEvent: semconv.EventTokenChunk,
}

// events appends events to a span and counts them.
type events struct {
	span ptrace.Span
	has  [eventKinds]bool // the span brought such events along
	// own: an earlier tier has made events of this span. It has seen more than this one, which may find content removed or cut.
	own  bool
	made *[eventKinds]int64
	cut  [4]shortened // the last previews that were too long
	cuts int
}

// shortened is a preview that the span brought along, and what of it is shown.
type shortened struct {
	from, to string
	hits     redact.Hits // of cutting it
}

// ofSent is the preview of a message that the span brought along as an event, where that is the event's text or was made of it already:
// all texts of the span are redacted by then.
func (e *events) ofSent(m *genai.Message, p previewer) (s shortened, ok bool) {
	written, _ := m.Written()
	if !m.Sent || !m.IsItsText(p.window()) {
		return s, false
	}
	for i := range min(e.cuts, len(e.cut)) {
		if e.cut[i].from == written {
			return e.cut[i], true
		}
	}
	return shortened{to: written}, e.cuts <= len(e.cut) || !p.isLonger(written) // all that are longer are among those, unless there were too many
}

// eventsOf looks at what events the span has, and holds the previews in them to the length of ours; they were redacted already.
func (p *tokenPreview) eventsOf(span ptrace.Span, made *[eventKinds]int64, hits *redact.Hits) (e events) {
	e.span, e.made = span, made
	list := span.Events()
	for i := range list.Len() {
		event := list.At(i)
		attrs := event.Attributes()
		if _, own := attrs.Get(semconv.PreviewSource); own {
			e.own = true
		}
		kind := eventKind(slices.Index(eventNames[:], event.Name()))
		if kind < 0 {
			continue
		}
		e.has[kind] = true
		if kind == chunkEvent {
			continue
		}
		if v, ok := attrs.Get(semconv.AttrPreview); ok && v.Type() == pcommon.ValueTypeStr && p.previews.isLonger(v.Str()) {
			short := shortened{from: v.Str()}
			short.to = p.previews.of(short.from, &short.hits)
			hits.Merge(short.hits)
			e.cut[e.cuts%len(e.cut)] = short
			e.cuts++
			v.SetStr(short.to)
		}
	}
	return e
}

// add appends an event that is marked as ours, made from an attribute, with room for so many attributes more. It happened when the span
// began or ended.
func (e *events) add(kind eventKind, source string, atEnd bool, more int) pcommon.Map {
	event := e.span.Events().AppendEmpty()
	event.SetName(eventNames[kind])
	at := e.span.StartTimestamp()
	if end := e.span.EndTimestamp(); atEnd && end != 0 {
		at = end
	}
	event.SetTimestamp(at)
	e.made[kind]++
	attrs := event.Attributes()
	attrs.EnsureCapacity(1 + more)
	attrs.PutStr(semconv.PreviewSource, source)
	return attrs
}

// addPreviews adds what Canvas shows of a conversation. A kind of event that the span has already, from Orcheo or from an
// earlier tier, is not added to.
func (p *tokenPreview) addPreviews(e *events, attrs *attributes, hits *redact.Hits) {
	r := attrs.read
	if e.own {
		return
	}
	if r.Kind == genai.KindTool && (r.Tool.ArgumentsKey != "" || r.Tool.ResultKey != "") {
		p.addToolCall(e, attrs, hits)
		return
	}
	if len(r.Messages) == 0 {
		return
	}
	in, out := p.lastPrompt(e, r), p.lastResponse(e, r)
	known := [...]*excerpt{&in, &out}
	if in.made() && !e.has[promptEvent] {
		e.add(promptEvent, in.source, false, 1).PutStr(semconv.AttrPreview, in.show(hits))
	}
	if !e.has[messageEvent] {
		p.addMessages(e, r, known[:], hits)
	}
	if out.made() && !e.has[responseEvent] {
		e.add(responseEvent, out.source, true, 1).PutStr(semconv.AttrPreview, out.show(hits))
	}
	in.fill(attrs, attrs.inputValue, hits)
	out.fill(attrs, attrs.outputValue, hits)
}

// excerpt is a preview and where it comes from.
type excerpt struct {
	text, source string
	message      int         // of which, by its place in the reading
	sent         bool        // it was on the span as an event
	clean        bool        // nothing was replaced in it
	hits         redact.Hits // of making it; they count once, and only if it is shown
}

// made reports whether there is a preview that the span did not bring along.
func (x *excerpt) made() bool { return x.text != "" && !x.sent }

// show returns the text and counts what was replaced in it.
func (x *excerpt) show(hits *redact.Hits) string {
	hits.Merge(x.hits)
	x.hits = nil
	return x.text
}

// fill shows the text as an attribute that the span does not have.
func (x *excerpt) fill(attrs *attributes, key genai.Key, hits *redact.Hits) {
	if x.text != "" && !attrs.read.Has(key) {
		attrs.putText(key, x.show(hits))
	}
}

func (p *tokenPreview) excerpt(text, source string) excerpt {
	x := excerpt{source: source}
	x.text = p.previews.of(text, &x.hits)
	return x
}

// lastPrompt is the last thing that a user said.
func (p *tokenPreview) lastPrompt(e *events, r *genai.Reading) excerpt {
	return p.last(e, r.Messages, func(m *genai.Message) bool { return m.Role == genai.RoleUser && !m.Output })
}

// lastResponse is the last thing that the model said. The history in the input holds earlier answers, which it is not.
func (p *tokenPreview) lastResponse(e *events, r *genai.Reading) excerpt {
	return p.last(e, r.Messages, func(m *genai.Message) bool { return m.Role == genai.RoleAssistant && (m.Output || m.Sent) })
}

// last previews the last message that fits and has a text; attributes say more than events do.
func (p *tokenPreview) last(e *events, messages []genai.Message, fits func(*genai.Message) bool) excerpt {
	for _, fromEvent := range []bool{false, true} {
		for i := len(messages) - 1; i >= 0; i-- {
			m := &messages[i]
			if m.Sent != fromEvent || !fits(m) {
				continue
			}
			x := excerpt{source: m.Source, message: i, sent: m.Sent}
			if s, known := e.ofSent(m, p.previews); known {
				x.text = s.to
				x.hits.Merge(s.hits)
			} else {
				x.text = p.previews.ofMessage(m, &x.hits)
			}
			if x.text != "" {
				x.clean = len(x.hits) == 0
				return x
			}
		}
	}
	return excerpt{}
}

// addMessages adds one event for each message that the span has no event of: the system message at the head, and the last ones if there
// are many. Some of the previews are known already.
func (p *tokenPreview) addMessages(e *events, r *genai.Reading, known []*excerpt, hits *redact.Hits) {
	n, system := 0, false
	for i := range r.Messages {
		if m := &r.Messages[i]; !m.Sent {
			system = system || n == 0 && m.Role == genai.RoleSystem
			n++
		}
	}
	if n == 0 {
		return
	}
	head := 0
	if system {
		head = 1
	}
	e.span.Events().EnsureCapacity(e.span.Events().Len() + min(n, p.max) + 2)
	at := 0
	for i := range r.Messages {
		m := &r.Messages[i]
		if m.Sent {
			continue
		}
		if at++; n <= p.max || at <= head || at > n-p.max+head {
			p.addMessage(e, m, p.textOf(m, i, known, hits), hits)
		}
	}
}

// textOf is the preview of the i-th message.
func (p *tokenPreview) textOf(m *genai.Message, i int, known []*excerpt, hits *redact.Hits) string {
	for _, x := range known {
		if x.clean && x.message == i {
			return x.text
		}
	}
	return p.previews.ofMessage(m, hits)
}

func (p *tokenPreview) addMessage(e *events, m *genai.Message, text string, hits *redact.Hits) {
	if text == "" {
		return
	}
	attrs := e.add(messageEvent, m.Source, m.Output, 2)
	attrs.PutStr(semconv.AttrRole, p.role(m.Role, hits))
	attrs.PutStr(semconv.AttrPreview, text)
}

// role is the role's name as it is shown. Names that are not of the conventions are whatever somebody wrote.
func (p *tokenPreview) role(role genai.Role, hits *redact.Hits) string {
	switch role {
	case genai.RoleSystem, genai.RoleUser, genai.RoleAssistant, genai.RoleTool, genai.RoleUnknown:
		return string(role)
	}
	return p.previews.of(string(role), hits)
}

// toolCall is what went into a tool's span and what came out.
func (p *tokenPreview) toolCall(tool genai.ToolCall) (in, out excerpt) {
	if tool.ArgumentsKey != "" {
		in = p.excerpt(tool.ArgumentsText(p.previews.window()), tool.ArgumentsKey)
	}
	if tool.ResultKey != "" {
		out = p.excerpt(tool.ResultText(p.previews.window()), tool.ResultKey)
	}
	return in, out
}

// addToolCall adds the call, as name(arguments), and the answer of a tool's span.
func (p *tokenPreview) addToolCall(e *events, to *attributes, hits *redact.Hits) {
	tool := to.read.Tool
	in, out := p.toolCall(tool)
	if in.made() && !e.has[messageEvent] {
		attrs := e.add(messageEvent, in.source, false, 2)
		attrs.PutStr(semconv.AttrRole, string(genai.RoleAssistant))
		attrs.PutStr(semconv.AttrPreview, p.previews.of(tool.Text(p.previews.window()), hits))
	}
	if out.made() && !e.has[messageEvent] {
		attrs := e.add(messageEvent, out.source, true, 2)
		attrs.PutStr(semconv.AttrRole, string(genai.RoleTool))
		attrs.PutStr(semconv.AttrPreview, out.show(hits))
	}
	in.fill(to, to.inputValue, hits)
	out.fill(to, to.outputValue, hits)
}

// addTokenChunk marks a model call of many tokens, as Orcheo marks its own.
func (p *tokenPreview) addTokenChunk(e *events, r *genai.Reading) {
	input, output := r.Usage.Input, r.Usage.Output
	high := input.N > p.threshold || output.N > p.threshold
	if !r.ModelCall || r.Replay || !high || e.has[chunkEvent] {
		return
	}
	source := input.Key
	if input.N <= p.threshold {
		source = output.Key
	}
	attrs := e.add(chunkEvent, source, true, 3)
	attrs.PutInt("input", input.N)
	attrs.PutInt("output", output.N)
	attrs.PutStr("reason", reasonHighUsage)
}
