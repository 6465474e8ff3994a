package tokenpreviewprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/keymemo"
	"github.com/orcheo/otelcol-canvas/internal/redact"
)

// known remembers what keys and names say to the redaction and to the reading, so that each is looked up once for both. It holds only such
// in which there is no secret.
type known struct {
	keys   *keymemo.Memo[keyFacts]
	names  *keymemo.Memo[*genai.NameFacts]  // of spans; nil: there may be a secret in it
	events *keymemo.Memo[*genai.EventFacts] // likewise of events
}

// keyFacts are what is known of the key of an attribute.
type keyFacts struct {
	redaction redact.KeyFacts
	reading   *genai.KeyFacts // of a plain key
}

func newKnown(e *genai.Engine, r *redact.Redactor) known {
	return known{
		keys: keymemo.New(func(key string) (is keyFacts, keep bool) {
			is.redaction = r.KeyFacts(key)
			if keep = is.redaction.Plain(); keep {
				is.reading = e.KeyFacts(key)
			}
			return is, keep
		}),
		names: keymemo.New(func(name string) (is *genai.NameFacts, keep bool) {
			if !r.Plain(name) {
				return nil, false
			}
			return e.NameFacts(name), true
		}),
		events: keymemo.New(func(name string) (is *genai.EventFacts, keep bool) {
			if !r.Plain(name) {
				return nil, false
			}
			return e.EventFacts(name), true
		}),
	}
}

// walk redacts every text of a span and reads the span, in one pass over it. Trace state is left alone: it is a protocol's, with a syntax of
// its own.
func (p *tokenPreview) walk(scope string, span ptrace.Span, reader *genai.Reader, b *batch) *genai.Reading {
	if p.redactor == nil {
		p.addExecution(span.Attributes())
		return reader.Read(scope, span)
	}
	reader.Begin()
	b.pass.Next()
	name := p.known.names.Of(span.Name())
	if name == nil {
		b.pass.Text(span.Name(), span.SetName, &b.spanHits)
	}
	if status := span.Status(); status.Message() != "" {
		b.pass.Text(status.Message(), status.SetMessage, &b.spanHits)
	}
	renamed := p.walkAttributes(span.Attributes(), reader, b)
	p.walkEvents(span.Events(), reader, b)
	for _, link := range span.Links().All() {
		b.pass.Map(link.Attributes(), &b.spanHits)
	}
	if p.addExecution(span.Attributes()) || renamed { // what was read may stand somewhere else now
		return reader.Read(scope, span)
	}
	return reader.Finish(scope, span, name)
}

// walkAttributes reports whether attributes have other keys now.
func (p *tokenPreview) walkAttributes(attrs pcommon.Map, reader *genai.Reader, b *batch) (renamed bool) {
	var secret []string
	for key, v := range attrs.All() {
		is := p.known.keys.Of(key)
		b.pass.Value(is.redaction, v, &b.spanHits)
		switch {
		case is.redaction.Plain():
			reader.Attribute(is.reading, key, v)
		case b.pass.KeyHoldsSecret(key):
			secret = append(secret, key)
		default:
			reader.OtherAttribute(key, v)
		}
	}
	b.pass.RenameKeys(attrs, secret, &b.spanHits)
	return len(secret) > 0
}

func (p *tokenPreview) walkEvents(events ptrace.SpanEventSlice, reader *genai.Reader, b *batch) {
	for _, event := range events.All() {
		if is := p.known.events.Of(event.Name()); is != nil {
			reader.Event(is)
		} else {
			b.pass.Text(event.Name(), event.SetName, &b.spanHits)
			reader.OtherEvent(event.Name())
		}
		b.pass.Map(event.Attributes(), &b.spanHits)
	}
}
