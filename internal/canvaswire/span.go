package canvaswire

import (
	"math"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// SpanParts is what one span on the wire is made of. It has the fields of a view's span, so that one converts into the
// other.
type SpanParts struct {
	Key    execution.SpanKey
	Record *tracestore.Record // nil for a placeholder
	Tail   execution.Tail
	// PlaceholderName is used while Record is nil; empty becomes null.
	PlaceholderName string
}

// AppendSpan appends a span: its stored body and its tail. A placeholder, and a skeleton of which only ids, times and
// status were kept, have the same keys as every other span.
func AppendSpan(dst []byte, p SpanParts) []byte {
	switch {
	case p.Record == nil:
		dst = appendPlaceholder(dst, p)
	case len(p.Record.Body) == 0:
		dst = appendSkeleton(dst, p)
	default:
		dst = append(dst, p.Record.Body...)
	}
	return appendTail(dst, p.Record, p.Tail)
}

// AppendWholeSpan appends a span with the values that its body cuts or leaves out, as far as they were kept: the answer
// for a single span. Its `truncated` then says that not all of it was. A blob that cannot be read is an error, and dst is
// returned as it was.
func AppendWholeSpan(dst []byte, p SpanParts) ([]byte, error) {
	r := p.Record
	if r == nil || len(r.Body) == 0 || len(r.Whole) == 0 {
		return AppendSpan(dst, p), nil
	}
	span := ptrace.NewSpan()
	if err := DecodeSpan(r.Body, r.Residual, r.Whole, span); err != nil {
		return dst, err
	}
	const all = math.MaxInt32 // the blobs bound it
	e := NewEncoder(Limits{ValueBytes: all, BodyBytes: all, WholeBytes: minWholeBytes, Attributes: all})
	e.names = all
	e.partial = residualFlags(r.Residual)&isIncomplete != 0
	return appendTail(e.AppendBody(dst, p.Key.Trace, r.Facts.Service, span), r, p.Tail), nil
}

// appendTail appends what the view adds, and closes the object. The record is nil for a placeholder.
func appendTail(dst []byte, r *tracestore.Record, t execution.Tail) []byte {
	dst = append(dst, `,"state":`...)
	dst = appendTextOrNull(dst, string(t.State))
	dst = append(dst, `,"last_seen_time":`...)
	dst = appendClock(dst, t.LastSeen)
	dst = append(dst, `,"effective_start_time":`...)
	dst = appendClock(dst, t.EffectiveStart)
	dst = append(dst, `,"usage":`...)
	dst = appendTextOrNull(dst, string(t.Usage))
	if t.Skew != execution.SkewNone {
		dst = append(dst, `,"clock_skew":`...)
		dst = appendTextOrNull(dst, t.Skew.String())
	}
	// Most spans come once; a second time would only repeat the first.
	if r != nil && r.FirstReceived > 0 && r.FirstReceived < t.LastSeen {
		dst = append(dst, `,"first_seen_time":`...)
		dst = appendClock(dst, r.FirstReceived)
	}
	return append(dst, '}')
}

// outline is a body without content.
type outline struct {
	key        execution.SpanKey
	parent     tracestore.SpanID
	name       string
	start, end int64
	status     tracestore.StatusCode
	service    string
	truncated  bool
}

func appendPlaceholder(dst []byte, p SpanParts) []byte {
	return appendOutline(dst, outline{key: p.Key, name: p.PlaceholderName, start: p.Tail.EffectiveStart})
}

func appendSkeleton(dst []byte, p SpanParts) []byte {
	f := &p.Record.Facts
	return appendOutline(dst, outline{
		key: p.Key, parent: p.Record.Parent, name: f.Name, start: f.Start, end: f.End, status: f.Status,
		service: f.Service, truncated: true,
	})
}

func appendOutline(dst []byte, o outline) []byte {
	dst = append(dst, `{"span_id":`...)
	dst = appendSpanID(dst, o.key.Span)
	dst = append(dst, `,"parent_span_id":`...)
	dst = appendParent(dst, o.parent)
	dst = append(dst, `,"name":`...)
	dst = appendTextOrNull(dst, o.name)
	dst = append(dst, `,"start_time":`...)
	dst = appendClock(dst, o.start)
	dst = append(dst, `,"end_time":`...)
	dst = appendClock(dst, o.end)
	dst = append(dst, `,"attributes":{},"events":[],"status":{"code":`...)
	dst = appendStatusCode(dst, ptrace.StatusCode(o.status))
	dst = append(dst, `,"message":null},"links":[],"trace_id":`...)
	dst = appendTraceID(dst, o.key.Trace)
	dst = append(dst, `,"kind":"unspecified","service_name":`...)
	dst = appendTextOrNull(dst, o.service)
	dst = append(dst, `,"redactions":0,"truncated":`...)
	return appendBool(dst, o.truncated)
}

// appendTraceIDOrNull appends a trace id; the zero id is null.
func appendTraceIDOrNull(dst []byte, id pcommon.TraceID) []byte {
	if id.IsEmpty() {
		return append(dst, "null"...)
	}
	return appendTraceID(dst, id)
}

// appendSpans appends spans as an array.
func appendSpans(dst []byte, spans []SpanParts) []byte {
	dst = append(dst, '[')
	for i := range spans {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendSpan(dst, spans[i])
	}
	return append(dst, ']')
}
