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

// events appends events to a span and counts them.
type events struct {
	span ptrace.Span
	made map[string]int64
}

func (e events) has(name string) bool {
	for _, event := range e.span.Events().All() {
		if event.Name() == name {
			return true
		}
	}
	return false
}

// own reports whether an earlier tier has made events of this span. It has seen more than this one, which may find content
// removed or cut.
func (e events) own() bool {
	for _, event := range e.span.Events().All() {
		if _, own := event.Attributes().Get(semconv.PreviewSource); own {
			return true
		}
	}
	return false
}

// add appends an event that is marked as ours, made from an attribute, with room for so many attributes more. It happened when the span
// began or ended.
func (e events) add(name, source string, atEnd bool, more int) pcommon.Map {
	event := e.span.Events().AppendEmpty()
	event.SetName(name)
	at := e.span.StartTimestamp()
	if atEnd && e.span.EndTimestamp() != 0 {
		at = e.span.EndTimestamp()
	}
	event.SetTimestamp(at)
	e.made[name]++
	event.Attributes().EnsureCapacity(1 + more)
	event.Attributes().PutStr(semconv.PreviewSource, source)
	return event.Attributes()
}

// addPreviews adds what Canvas shows of a conversation. A kind of event that the span has already, from Orcheo or from an
// earlier tier, is not added to.
func (p *tokenPreview) addPreviews(e events, attrs *attributes, hits *redact.Hits) {
	r := attrs.read
	p.cutSentPreviews(e.span, hits)
	if e.own() {
		return
	}
	if r.Kind == genai.KindTool && (r.Tool.ArgumentsKey != "" || r.Tool.ResultKey != "") {
		p.addToolCall(e, attrs, hits)
		return
	}
	in, out := p.lastPrompt(r), p.lastResponse(r)
	if in.made() && !e.has(semconv.EventPrompt) {
		e.add(semconv.EventPrompt, in.source, false, 1).PutStr(semconv.AttrPreview, in.show(hits))
	}
	if !e.has(semconv.EventMessage) {
		p.addMessages(e, r, hits)
	}
	if out.made() && !e.has(semconv.EventResponse) {
		e.add(semconv.EventResponse, out.source, true, 1).PutStr(semconv.AttrPreview, out.show(hits))
	}
	in.fill(attrs, attrs.inputValue, hits)
	out.fill(attrs, attrs.outputValue, hits)
}

// excerpt is a preview and where it comes from.
type excerpt struct {
	text, source string
	sent         bool        // it was on the span as an event
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
func (p *tokenPreview) lastPrompt(r *genai.Reading) excerpt {
	return p.last(r.Messages, func(m genai.Message) bool { return m.Role == genai.RoleUser && !m.Output })
}

// lastResponse is the last thing that the model said. The history in the input holds earlier answers, which it is not.
func (p *tokenPreview) lastResponse(r *genai.Reading) excerpt {
	return p.last(r.Messages, func(m genai.Message) bool { return m.Role == genai.RoleAssistant && (m.Output || m.Sent) })
}

// last previews the last message that fits and has a text; attributes say more than events do.
func (p *tokenPreview) last(messages []genai.Message, fits func(genai.Message) bool) excerpt {
	for _, fromEvent := range []bool{false, true} {
		for _, m := range slices.Backward(messages) {
			if m.Sent != fromEvent || !fits(m) {
				continue
			}
			x := excerpt{source: m.Source, sent: m.Sent}
			if x.text = p.previews.ofMessage(m, &x.hits); x.text != "" {
				return x
			}
		}
	}
	return excerpt{}
}

// addMessages adds one event for each message, the system message at the head and the last ones if there are many.
func (p *tokenPreview) addMessages(e events, r *genai.Reading, hits *redact.Hits) {
	shown := p.shown(r.Messages)
	e.span.Events().EnsureCapacity(e.span.Events().Len() + len(shown) + 2)
	for _, m := range shown {
		text := p.previews.ofMessage(m, hits)
		if text == "" {
			continue
		}
		attrs := e.add(semconv.EventMessage, m.Source, m.Output, 2)
		attrs.PutStr(semconv.AttrRole, p.role(m.Role, hits))
		attrs.PutStr(semconv.AttrPreview, text)
	}
}

// role is the role's name as it is shown. Names that are not of the conventions are whatever somebody wrote.
func (p *tokenPreview) role(role genai.Role, hits *redact.Hits) string {
	switch role {
	case genai.RoleSystem, genai.RoleUser, genai.RoleAssistant, genai.RoleTool, genai.RoleUnknown:
		return string(role)
	}
	return p.previews.of(string(role), hits)
}

// shown chooses the messages that get an event, of those that have none.
func (p *tokenPreview) shown(messages []genai.Message) []genai.Message {
	list := make([]genai.Message, 0, len(messages))
	for _, m := range messages {
		if !m.Sent {
			list = append(list, m)
		}
	}
	if len(list) <= p.max {
		return list
	}
	head := 0
	if list[0].Role == genai.RoleSystem {
		head = 1
	}
	return append(list[:head:head], list[len(list)-p.max+head:]...)
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
func (p *tokenPreview) addToolCall(e events, to *attributes, hits *redact.Hits) {
	tool := to.read.Tool
	in, out := p.toolCall(tool)
	hasMessages := e.has(semconv.EventMessage)
	if in.made() && !hasMessages {
		attrs := e.add(semconv.EventMessage, in.source, false, 2)
		attrs.PutStr(semconv.AttrRole, string(genai.RoleAssistant))
		attrs.PutStr(semconv.AttrPreview, p.previews.of(tool.Text(p.previews.window()), hits))
	}
	if out.made() && !hasMessages {
		attrs := e.add(semconv.EventMessage, out.source, true, 2)
		attrs.PutStr(semconv.AttrRole, string(genai.RoleTool))
		attrs.PutStr(semconv.AttrPreview, out.show(hits))
	}
	in.fill(to, to.inputValue, hits)
	out.fill(to, to.outputValue, hits)
}

// cutSentPreviews holds the previews that came with the span to the same length; they were redacted already.
func (p *tokenPreview) cutSentPreviews(span ptrace.Span, hits *redact.Hits) {
	for _, event := range span.Events().All() {
		switch event.Name() {
		case semconv.EventPrompt, semconv.EventResponse, semconv.EventMessage:
			if v, ok := event.Attributes().Get(semconv.AttrPreview); ok && v.Type() == pcommon.ValueTypeStr && p.previews.cut(v.Str()) != v.Str() {
				v.SetStr(p.previews.of(v.Str(), hits))
			}
		}
	}
}

// addTokenChunk marks a model call of many tokens, as Orcheo marks its own.
func (p *tokenPreview) addTokenChunk(e events, r *genai.Reading) {
	input, output := r.Usage.Input, r.Usage.Output
	high := input.N > p.threshold || output.N > p.threshold
	if !r.ModelCall || r.Replay || !high || e.has(semconv.EventTokenChunk) {
		return
	}
	source := input.Key
	if input.N <= p.threshold {
		source = output.Key
	}
	attrs := e.add(semconv.EventTokenChunk, source, true, 3)
	attrs.PutInt("input", input.N)
	attrs.PutInt("output", output.N)
	attrs.PutStr("reason", reasonHighUsage)
}
