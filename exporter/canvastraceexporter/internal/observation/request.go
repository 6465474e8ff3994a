package observation

import "github.com/orcheo/otelcol-canvas/internal/tracestore"

// keptSpans is for how many spans an observer keeps its memory from one request to the next.
const keptSpans = 4096

// request are the spans of one request by trace, in memory that is used again for the next one: a store copies the spans it
// keeps, so that only what they point to has to be made anew.
type request struct {
	spans   []tracestore.Span
	usages  []tracestore.Usage
	at      []int32 // the batch of each span
	listed  []*tracestore.Span
	batches []tracestore.TraceBatch
	counts  []int32 // spans of each batch
	index   map[tracestore.TraceID]int32
	last    int32 // the batch of the span before
}

// reserve begins a request of up to n spans, so that none of them moves.
func (r *request) reserve(n int) {
	r.release()
	if cap(r.spans) < n {
		r.spans, r.at, r.listed = make([]tracestore.Span, 0, n), make([]int32, 0, n), make([]*tracestore.Span, 0, n)
		r.usages = make([]tracestore.Usage, 0, n)
	}
	if r.index == nil {
		r.index = map[tracestore.TraceID]int32{}
	}
}

// add makes room for a span of a trace.
func (r *request) add(trace tracestore.TraceID, sender string) *tracestore.Span {
	if len(r.batches) == 0 || r.batches[r.last].Trace != trace { // the spans of a trace mostly stand together
		r.last = r.batchOf(trace, sender)
	}
	r.counts[r.last]++
	r.at = append(r.at, r.last)
	r.spans = r.spans[:len(r.spans)+1]
	return &r.spans[len(r.spans)-1]
}

// usage keeps what a span used.
func (r *request) usage(u tracestore.Usage) *tracestore.Usage {
	r.usages = append(r.usages, u) // there is room: at most one of each span
	return &r.usages[len(r.usages)-1]
}

func (r *request) batchOf(trace tracestore.TraceID, sender string) int32 {
	if i, known := r.index[trace]; known {
		return i
	}
	i := int32(len(r.batches))
	r.index[trace] = i
	r.batches = append(r.batches, tracestore.TraceBatch{Trace: trace, Sender: sender})
	r.counts = append(r.counts, 0)
	return i
}

// byTrace lists the spans of each batch, in their order.
func (r *request) byTrace() []tracestore.TraceBatch {
	next := 0
	for i, n := range r.counts {
		r.batches[i].Spans = r.listed[next : next : next+int(n)]
		next += int(n)
	}
	for i := range r.spans {
		b := &r.batches[r.at[i]]
		b.Spans = append(b.Spans, &r.spans[i])
	}
	return r.batches
}

// release forgets everything but the memory, and that, too, after an unusually large request.
func (r *request) release() {
	if cap(r.spans) > keptSpans || cap(r.batches) > keptSpans {
		*r = request{}
		return
	}
	clear(r.spans)
	clear(r.batches)
	clear(r.index)
	r.spans, r.usages, r.at, r.batches, r.counts, r.last = r.spans[:0], r.usages[:0], r.at[:0], r.batches[:0], r.counts[:0], 0
}
