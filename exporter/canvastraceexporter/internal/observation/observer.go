// Package observation turns the pdata of one export request into what a trace store takes in. It copies all it needs: pdata
// may be shared with other exporters and recycled afterwards.
package observation

import (
	"strings"

	"github.com/cespare/xxhash/v2"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Observer reads requests. It is reused from request to request, and not for two at once.
type Observer struct {
	attributes []string // that name an execution
	encoder    *canvaswire.Encoder
	encoded    []byte                 // the spans of the request
	keys       []canvaswire.KeyNumber // of the attributes of the span that was read last
	executions *texts                 // valid ids of executions
	request    request
}

// NewObserver returns an observer that takes the execution's id from the first of the named attributes that has one.
func NewObserver(executionAttributes []string, limits canvaswire.Limits) *Observer {
	return &Observer{
		attributes: executionAttributes, encoder: canvaswire.NewEncoder(limits), executions: newTexts(),
	}
}

// Observe returns the observations of a request by trace, in the order in which traces appear, and how many spans had no
// usable id. They are the observer's and the request's, and the caller's to use until Release, or the next Observe, as long as
// the request is there; but for the ids of executions, which the caller may keep.
func (o *Observer) Observe(td ptrace.Traces) (batches []tracestore.TraceBatch, invalid int) {
	o.Release()
	o.request.reserve(td.SpanCount())
	for _, rs := range td.ResourceSpans().All() {
		res := o.readResource(rs.Resource())
		for _, ss := range rs.ScopeSpans().All() {
			res.context = canvaswire.AppendContext(nil, rs, ss)
			res.sum = xxhash.Sum64(res.context)
			for _, span := range ss.Spans().All() {
				trace := span.TraceID()
				if trace.IsEmpty() || span.SpanID().IsEmpty() {
					invalid++
					continue
				}
				o.observe(o.request.add(trace, res.service), span, &res)
			}
		}
	}
	return o.request.byTrace(), invalid
}

// keptBytes is how much memory for encoded spans an observer keeps from one request to the next.
const keptBytes = 4 << 20

// Release ends the use of what Observe returned, and lets go of what its spans point to.
func (o *Observer) Release() {
	o.request.release()
	if o.encoded = o.encoded[:0]; cap(o.encoded) > keptBytes {
		o.encoded = nil
	}
}

// resource is what the spans of one resource, and one scope of it, share.
type resource struct {
	context   []byte
	sum       uint64 // of the context
	service   string
	execution string
	process   uint32
}

func (o *Observer) readResource(r pcommon.Resource) resource {
	res := resource{execution: o.executionIn(r.Attributes()), process: process(r.Attributes())}
	if name, ok := r.Attributes().Get("service.name"); ok && name.Type() == pcommon.ValueTypeStr {
		res.service = cut(name.Str(), maxName)
	}
	return res
}

func (o *Observer) executionIn(attrs pcommon.Map) string {
	for _, name := range o.attributes {
		if v, ok := attrs.Get(name); ok {
			if id := o.executionOf(v); id != "" {
				return id
			}
		}
	}
	return ""
}

func (o *Observer) executionOf(v pcommon.Value) string {
	if v.Type() != pcommon.ValueTypeStr {
		return ""
	}
	return o.execution(v.Str())
}

// execution is the id as it is kept, "" if it is not valid.
func (o *Observer) execution(id string) string {
	kept, slot, sum := o.executions.find(id)
	if kept == "" && tracestore.ValidExecution(id) {
		kept = strings.Clone(id)
		*slot = textSlot{sum, kept}
	}
	return kept
}

// observe fills out, which is empty.
func (o *Observer) observe(out *tracestore.Span, s ptrace.Span, res *resource) {
	var attrs attributes
	if out.Facts.Execution = o.read(&attrs, s.Attributes()); out.Facts.Execution == "" {
		out.Facts.Execution = res.execution
	}
	start := len(o.encoded)
	o.encode(out, s, res)
	if out.ID, out.Parent = s.SpanID(), s.ParentSpanID(); out.Parent == out.ID {
		out.Parent = tracestore.SpanID{}
	}
	o.facts(&out.Facts, s, &attrs, res)
	out.Rank = rank(s, &attrs)
	out.Rank.Hash = hash(o.encoded[start:], len(out.Body), res.sum)
}

// encode puts down all of a span: as a source, of which a body is made when somebody looks at it, or as a body where its limits
// may cut something.
func (o *Observer) encode(out *tracestore.Span, s ptrace.Span, res *resource) {
	start := len(o.encoded)
	out.Context = res.context
	var ok bool
	if o.encoded, ok = o.encoder.AppendSourceKeyed(o.encoded, s, o.keys); ok {
		out.Source = o.encoded[start:len(o.encoded):len(o.encoded)]
		return
	}
	var encoded canvaswire.Encoded
	o.encoded, encoded = o.encoder.AppendSpan(o.encoded, s.TraceID(), res.service, s)
	out.Body, out.Residual, out.Whole = encoded.Body, encoded.Residual, encoded.Whole
}

// hash is over what was received: the span, of which so many bytes are the body, and its resource and scope. So the same input
// has the same rank wherever and however often it arrives.
func hash(encoded []byte, body int, context uint64) uint64 {
	const odd = 0x9e3779b97f4a7c15 // 2^64 over the golden ratio
	return (xxhash.Sum64(encoded)^uint64(body))*odd ^ context
}

// rank places the observation among others of the same span, but for the hash.
func rank(s ptrace.Span, attrs *attributes) tracestore.Rank {
	r := tracestore.Rank{Class: classOf(s, attrs), Time: int64(s.EndTimestamp())}
	if r.Class != tracestore.ClassFinal {
		r.Time = max(r.Time, attrs.integer(partialObserved))
	}
	if r.Time <= 0 {
		r.Time = int64(s.StartTimestamp())
	}
	return r
}

func classOf(s ptrace.Span, attrs *attributes) tracestore.Class {
	switch attrs.word(partialKind) {
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
