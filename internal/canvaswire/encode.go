package canvaswire

import (
	"bytes"
	"encoding/hex"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Encoder turns spans into what a store keeps of them. It reuses its buffers, so it is for one goroutine at a time. It
// keeps nothing of the pdata it was given.
//
// What a body shows when the limits are reached is always the same for the same span:
//   - a string or bytes value ends after ValueBytes, with an ellipsis; names after 1 KiB; maps and arrays nested deeper
//     than Depth become the string "…";
//   - an attribute that does not fit any more is left out, and so is one with a key over 1 KiB or beyond the first
//     Attributes; the ones after it are still shown where they fit;
//   - attributes leave a quarter of BodyBytes to the events, if there are any, and both leave room for the links and the
//     fields after them; an event or a link that does not fit is left out;
//   - what is cut or left out is whole in the whole blob, in the order of the span, as far as WholeBytes reach.
type Encoder struct {
	limits Limits
	names  int // bytes of a name or key that are shown
	side   side
	body   []byte              // of Span
	seen   map[string]struct{} // scratch of manyRepeat

	end        int  // the body must not grow beyond this index
	lossy      bool // the attribute at hand cannot be read back from the body
	cut        bool // … because it is not shown as a whole
	truncated  bool // something of the span is not
	partial    bool // the spans are themselves parts of what they were, so all of them are truncated
	redactions int64
}

// NewEncoder returns an encoder for spans within l.
func NewEncoder(l Limits) *Encoder {
	l = l.effective()
	return &Encoder{limits: l, names: l.nameBytes()}
}

// Encoded is one span as a store keeps it. The slices are without spare capacity; they lie in one piece of memory, because they
// live and die together.
type Encoded struct {
	Body     []byte // JSON without the closing brace
	Residual []byte // nil if the body says everything
	Whole    []byte // nil if the body shows everything
	// Truncated says that the body does not show everything.
	Truncated bool
}

// Span encodes s, which belongs to trace and to the named service ("" if it has none). What it returns is the caller's own.
func (e *Encoder) Span(trace tracestore.TraceID, service string, s ptrace.Span) Encoded {
	e.body, _ = e.AppendSpan(e.body[:0], trace, service, s)
	return e.parts(bytes.Clone(e.body), 0)
}

// AppendSpan is Span for callers that encode many: all of it is appended to dst, and what it returns are parts of that.
func (e *Encoder) AppendSpan(dst []byte, trace tracestore.TraceID, service string, s ptrace.Span) ([]byte, Encoded) {
	start := len(dst)
	dst = e.AppendBody(dst, trace, service, s)
	dst = append(append(dst, e.side.residual...), e.side.whole...)
	return dst, e.parts(dst, start)
}

// parts are those of the span that was encoded last, which lies in b from start to the end.
func (e *Encoder) parts(b []byte, start int) Encoded {
	whole := len(b) - len(e.side.whole)
	residual := whole - len(e.side.residual)
	return Encoded{
		Body:      b[start:residual:residual],
		Residual:  part(b, residual, whole),
		Whole:     part(b, whole, len(b)),
		Truncated: e.truncated,
	}
}

// part is what is between two places of b, nil if that is nothing.
func part(b []byte, from, to int) []byte {
	if from == to {
		return nil
	}
	return b[from:to:to]
}

// AppendBody appends only the body of s, for callers that keep nothing else.
func (e *Encoder) AppendBody(dst []byte, trace tracestore.TraceID, service string, s ptrace.Span) []byte {
	e.side.reset(e.limits.WholeBytes)
	e.truncated, e.redactions = e.partial, 0
	e.spanNumbers(s)

	start := len(dst)
	dst = append(dst, `{"span_id":`...)
	dst = appendSpanID(dst, s.SpanID())
	dst = append(dst, `,"parent_span_id":`...)
	dst = appendParent(dst, s.ParentSpanID())
	dst = append(dst, `,"name":`...)
	dst = e.text(dst, s.Name(), e.names, hasName)
	dst = append(dst, `,"start_time":`...)
	dst = appendInstant(dst, s.StartTimestamp())
	dst = append(dst, `,"end_time":`...)
	dst = appendInstant(dst, s.EndTimestamp())

	messageLimit, messageSize := e.messageShare(s.Status().Message())
	ends := e.ends(start, messageSize+escapeBytes*min(len(service), e.names), s)

	dst = append(dst, `,"attributes":`...)
	dst = e.spanAttributes(dst, s.Attributes(), ends.attributes)
	dst = append(dst, `,"events":`...)
	dst = e.events(dst, s.Events(), ends.events)
	dst = append(dst, `,"status":{"code":`...)
	dst = appendStatusCode(dst, s.Status().Code())
	dst = append(dst, `,"message":`...)
	if message := s.Status().Message(); message == "" {
		dst = append(dst, "null"...)
	} else {
		dst = e.text(dst, message, messageLimit, hasMessage)
	}
	dst = append(dst, `},"links":`...)
	dst = e.links(dst, s.Links(), ends.links+len(dst))
	dst = append(dst, `,"trace_id":`...)
	dst = appendTraceID(dst, trace)
	dst = append(dst, `,"kind":`...)
	dst = appendKind(dst, s.Kind())
	dst = append(dst, `,"service_name":`...)
	dst = e.service(dst, service)
	dst = append(dst, `,"redactions":`...)
	dst, _ = appendInt(dst, max(e.redactions, 0))
	dst = append(dst, `,"truncated":`...)
	dst = appendBool(dst, e.truncated)
	e.side.finish()
	return dst
}

// spanNumbers puts down what the body has no place for.
func (e *Encoder) spanNumbers(s ptrace.Span) {
	e.side.count(hasStartNanos, uint64(s.StartTimestamp())%1000)
	e.side.count(hasEndNanos, uint64(s.EndTimestamp())%1000)
	e.side.count(hasFlags, uint64(s.Flags()))
	if !kindKnown(s.Kind()) {
		e.side.count(hasKind, uint64(uint32(s.Kind())))
	}
	if !statusKnown(s.Status().Code()) {
		e.side.count(hasStatusCode, uint64(uint32(s.Status().Code())))
	}
	e.side.count(hasDroppedAttributes, uint64(s.DroppedAttributesCount()))
	e.side.count(hasDroppedEvents, uint64(s.DroppedEventsCount()))
	e.side.count(hasDroppedLinks, uint64(s.DroppedLinksCount()))
	if state := s.TraceState().AsRaw(); state != "" && e.side.text(state, false) {
		e.side.flags |= hasTraceState
	}
}

// text appends a text of the span and puts it down where the body does not hold it as it is.
func (e *Encoder) text(dst []byte, text string, limit int, flag uint16) []byte {
	dst, exact, cut := appendCut(dst, text, limit)
	e.truncated = e.truncated || cut
	if !exact && e.side.text(text, cut) {
		e.side.flags |= flag
	}
	return dst
}

// service appends the service's name. It belongs to the resource, so nothing is put down for it.
func (e *Encoder) service(dst []byte, name string) []byte {
	if name == "" {
		return append(dst, "null"...)
	}
	dst, _, cut := appendCut(dst, name, e.names)
	e.truncated = e.truncated || cut
	return dst
}

// escapeBytes is the most that one byte of text becomes in JSON.
const escapeBytes = 6

// ends are the places where the parts of a body must be done; links is the length of that part.
type ends struct{ attributes, events, links int }

// linkBytes is what a link takes, and links get up to one part in linkShare of the body.
const (
	linkBytes = 100
	linkShare = 8
)

// ends shares the body out. later is the size of the texts that follow the events.
func (e *Encoder) ends(start, later int, s ptrace.Span) ends {
	const fixed = 400 // everything after the events but the texts and the links
	links := min(e.limits.BodyBytes/linkShare, s.Links().Len()*linkBytes)
	end := start + e.limits.BodyBytes - fixed - links - later
	out := ends{attributes: end, events: end, links: links}
	if s.Events().Len() > 0 {
		out.attributes -= e.limits.BodyBytes / 4
	}
	return out
}

// messageShare tells where a status message is cut and how much of the body to keep for it: values and it are cut alike,
// unless it would take more than a quarter of the body.
func (e *Encoder) messageShare(message string) (limit, size int) {
	limit = e.limits.ValueBytes
	shown := cutText(message, limit)
	if size = len(shown) * escapeBytes; size <= 1024 {
		return limit, size
	}
	if size = escapedSize(shown) + len(ellipsis); size <= e.limits.BodyBytes/4 {
		return limit, size
	}
	limit = min(limit, e.names)
	return limit, limit * escapeBytes
}

func appendSpanID(dst []byte, id pcommon.SpanID) []byte {
	return append(hex.AppendEncode(append(dst, '"'), id[:]), '"')
}

func appendTraceID(dst []byte, id pcommon.TraceID) []byte {
	return append(hex.AppendEncode(append(dst, '"'), id[:]), '"')
}

// appendParent appends a parent's id; a root has none.
func appendParent(dst []byte, id pcommon.SpanID) []byte {
	if id.IsEmpty() {
		return append(dst, "null"...)
	}
	return appendSpanID(dst, id)
}

func appendBool(dst []byte, v bool) []byte {
	if v {
		return append(dst, "true"...)
	}
	return append(dst, "false"...)
}
