// Package observation turns the pdata of one export request into what a trace store takes in. It copies all it needs: pdata
// may be shared with other exporters and recycled afterwards.
package observation

import (
	"github.com/cespare/xxhash/v2"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Observer reads requests. It is reused from request to request, and not for two at once.
type Observer struct {
	names   []string // attributes that name an execution
	encoder *canvaswire.Encoder
	hash    *xxhash.Digest
}

// NewObserver returns an observer that takes the execution's id from the first of the named attributes that has one.
func NewObserver(executionAttributes []string, limits canvaswire.Limits) *Observer {
	return &Observer{names: executionAttributes, encoder: canvaswire.NewEncoder(limits), hash: xxhash.New()}
}

// Observe returns the observations of a request by trace, in the order in which traces appear, and how many spans had no
// usable id. What it returns is the caller's.
func (o *Observer) Observe(td ptrace.Traces) (batches []tracestore.TraceBatch, invalid int) {
	index := map[tracestore.TraceID]int{}
	for _, rs := range td.ResourceSpans().All() {
		res := o.readResource(rs.Resource())
		for _, ss := range rs.ScopeSpans().All() {
			context := canvaswire.AppendContext(nil, rs, ss)
			for _, span := range ss.Spans().All() {
				trace := span.TraceID()
				if trace.IsEmpty() || span.SpanID().IsEmpty() {
					invalid++
					continue
				}
				i, known := index[trace]
				if !known {
					i = len(batches)
					index[trace] = i
					batches = append(batches, tracestore.TraceBatch{Trace: trace, Sender: res.service})
				}
				batches[i].Spans = append(batches[i].Spans, o.span(span, res, context))
			}
		}
	}
	return batches, invalid
}

// resource is what the spans of one resource share.
type resource struct {
	service   string
	execution string
	process   uint32
}

func (o *Observer) readResource(r pcommon.Resource) resource {
	res := resource{execution: o.executionIn(r.Attributes()), process: process(r.Attributes())}
	res.service = text(r.Attributes(), "service.name")
	return res
}

func (o *Observer) executionIn(attrs pcommon.Map) string {
	for _, name := range o.names {
		if v, ok := attrs.Get(name); ok && v.Type() == pcommon.ValueTypeStr && tracestore.ValidExecution(v.Str()) {
			return intern(v.Str())
		}
	}
	return ""
}

func (o *Observer) span(s ptrace.Span, res resource, context []byte) *tracestore.Span {
	encoded := o.encoder.Span(s.TraceID(), res.service, s)
	out := &tracestore.Span{
		ID: s.SpanID(), Parent: s.ParentSpanID(), Facts: o.facts(s, res),
		Body: encoded.Body, Residual: encoded.Residual, Whole: encoded.Whole, Context: context,
	}
	if out.Parent == out.ID {
		out.Parent = tracestore.SpanID{}
	}
	out.Rank = o.rank(s, out)
	return out
}

// rank places the observation among others of the same span. The hash is over what was received, so that the same input has
// the same rank wherever and however often it arrives.
func (o *Observer) rank(s ptrace.Span, out *tracestore.Span) tracestore.Rank {
	r := tracestore.Rank{Class: classOf(s), Time: int64(s.EndTimestamp())}
	if r.Class != tracestore.ClassFinal {
		r.Time = max(r.Time, integer(s.Attributes(), semconv.PartialObserved))
	}
	if r.Time <= 0 {
		r.Time = int64(s.StartTimestamp())
	}
	o.hash.Reset()
	for _, part := range [][]byte{out.Body, out.Residual, out.Whole, out.Context} {
		_, _ = o.hash.Write(part) // never fails
	}
	r.Hash = o.hash.Sum64()
	return r
}

func classOf(s ptrace.Span) tracestore.Class {
	switch text(s.Attributes(), semconv.PartialKind) {
	case "start":
		return tracestore.ClassStart
	case "heartbeat":
		return tracestore.ClassHeartbeat
	case "synthetic":
		return tracestore.ClassSynthetic
	}
	if s.EndTimestamp() == 0 {
		return tracestore.ClassStart
	}
	return tracestore.ClassFinal
}
