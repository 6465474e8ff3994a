package canvaswire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// TraceRecord is a record and the trace it belongs to.
type TraceRecord struct {
	Trace  tracestore.TraceID
	Record *tracestore.Record
}

// BuildTraces turns records back into the pdata they were made from. Spans of one resource and scope stand together, in
// the order of the records; contexts stand in the order of their first span. A skeleton becomes a span of which only ids,
// times and status are known.
func BuildTraces(records []TraceRecord) (ptrace.Traces, error) {
	traces := ptrace.NewTraces()
	scopes := make(map[string]ptrace.SpanSlice)
	for _, r := range records {
		spans, ok := scopes[string(r.Record.Context)]
		if !ok {
			rs := traces.ResourceSpans().AppendEmpty()
			if err := contextInto(r.Record.Context, rs); err != nil {
				return traces, err
			}
			spans = rs.ScopeSpans().At(0).Spans()
			scopes[string(r.Record.Context)] = spans
		}
		if err := recordInto(r, spans.AppendEmpty()); err != nil {
			return traces, fmt.Errorf("span %s of trace %s: %w", r.Record.ID, r.Trace, err)
		}
	}
	return traces, nil
}

func contextInto(b []byte, dst ptrace.ResourceSpans) error {
	if len(b) == 0 {
		dst.ScopeSpans().AppendEmpty()
		return nil
	}
	rs, err := DecodeContext(b)
	if err != nil {
		return err
	}
	rs.MoveTo(dst)
	return nil
}

func recordInto(r TraceRecord, dst ptrace.Span) error {
	if len(r.Record.Body) > 0 {
		return DecodeSpan(r.Record.Body, r.Record.Residual, r.Record.Whole, dst)
	}
	f := &r.Record.Facts
	dst.SetTraceID(r.Trace)
	dst.SetSpanID(r.Record.ID)
	dst.SetParentSpanID(r.Record.Parent)
	dst.SetName(f.Name)
	dst.SetStartTimestamp(pcommon.Timestamp(f.Start))
	dst.SetEndTimestamp(pcommon.Timestamp(f.End))
	dst.Status().SetCode(ptrace.StatusCode(f.Status))
	return nil
}

// otlpChunk is how many spans WriteOTLP holds as pdata at a time.
const otlpChunk = 512

// WriteOTLP writes records as one OTLP JSON document that any OTLP/HTTP receiver takes. It holds a few hundred spans in
// memory at a time, so the same resource may stand in it more than once. Where pdata has text that is not UTF-8, the
// document has U+FFFD, because JSON cannot say it. After an error of w what was written is not a whole document.
func WriteOTLP(w io.Writer, records iter.Seq[TraceRecord]) error {
	if _, err := io.WriteString(w, otlpHead); err != nil {
		return err
	}
	out := otlpWriter{w: w}
	for r := range records {
		if out.pending = append(out.pending, r); len(out.pending) < otlpChunk {
			continue
		}
		if err := out.flush(); err != nil {
			return err
		}
	}
	if err := out.flush(); err != nil {
		return err
	}
	_, err := io.WriteString(w, otlpFoot)
	return err
}

const (
	otlpHead = `{"resourceSpans":[`
	otlpFoot = `]}`
)

type otlpWriter struct {
	w       io.Writer
	pending []TraceRecord
	started bool
}

// flush writes what is pending as elements of the document's one list.
func (o *otlpWriter) flush() error {
	if len(o.pending) == 0 {
		return nil
	}
	traces, err := BuildTraces(o.pending)
	if err != nil {
		return err
	}
	o.pending = o.pending[:0]
	doc, err := (&ptrace.JSONMarshaler{}).MarshalTraces(traces)
	if err != nil {
		return err
	}
	inner, ok := bytes.CutPrefix(doc, []byte(otlpHead))
	if ok {
		inner, ok = bytes.CutSuffix(inner, []byte(otlpFoot))
	}
	if !ok {
		return errors.New("the OTLP JSON of this collector version has another frame than expected")
	}
	if !utf8.Valid(inner) {
		inner = bytes.ToValidUTF8(inner, []byte("\ufffd"))
	}
	if o.started {
		inner = append([]byte{','}, inner...)
	}
	o.started = true
	_, err = o.w.Write(inner)
	return err
}
