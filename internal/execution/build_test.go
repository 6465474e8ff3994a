package execution_test

import (
	"encoding/binary"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Times in these tests are seconds: of a span's own clock for starts and ends, of the server's for receptions.
const second = int64(time.Second)

func traceID(n byte) tracestore.TraceID { return tracestore.TraceID{15: n} }

func spanID(n int) (id tracestore.SpanID) {
	binary.BigEndian.PutUint64(id[:], uint64(n))
	return id
}

func key(trace byte, span int) execution.SpanKey {
	return execution.SpanKey{Trace: traceID(trace), Span: spanID(span)}
}

func at(seconds int64) time.Time { return time.Unix(seconds, 0) }

// edit changes a record while a test builds it.
type edit func(*tracestore.Record)

// span is an ended span of a trace: it starts at its own number and takes a second. It was received at second 100.
func span(id, parent int, edits ...edit) *tracestore.Record {
	r := &tracestore.Record{
		Span: &tracestore.Span{
			ID: spanID(id), Parent: spanID(parent),
			Rank:  tracestore.Rank{Class: tracestore.ClassFinal},
			Facts: tracestore.Facts{Start: int64(id) * second, End: int64(id+1) * second},
		},
		Seq: uint64(id), FirstSeq: uint64(id), Received: 100 * second, FirstReceived: 100 * second,
	}
	for _, e := range edits {
		e(r)
	}
	return r
}

func started(r *tracestore.Record) { r.Rank.Class, r.Facts.End = tracestore.ClassStart, 0 }

func leased(r *tracestore.Record) {
	started(r)
	r.Rank.Class, r.Facts.Lease = tracestore.ClassHeartbeat, 30*time.Second
}

func marked(m tracestore.Mark) edit { return func(r *tracestore.Record) { r.Mark = m } }

func workflow(name string) edit {
	return func(r *tracestore.Record) { r.Facts.Workflow, r.Facts.Execution = true, name }
}

func names(name string) edit { return func(r *tracestore.Record) { r.Facts.Execution = name } }

func outcome(o tracestore.Outcome) edit { return func(r *tracestore.Record) { r.Facts.Outcome = o } }

func failed(text string) edit {
	return func(r *tracestore.Record) { r.Facts.Status, r.Facts.Error = tracestore.StatusError, text }
}

func received(seconds int64) edit {
	return func(r *tracestore.Record) { r.Received, r.FirstReceived = seconds*second, seconds*second }
}

func again(seconds int64) edit { return func(r *tracestore.Record) { r.Received = seconds * second } }

func seq(n uint64) edit { return func(r *tracestore.Record) { r.Seq = n } }

func from(seconds int64) edit { return func(r *tracestore.Record) { r.Facts.Start = seconds * second } }

func to(seconds int64) edit { return func(r *tracestore.Record) { r.Facts.End = seconds * second } }

func latency(d time.Duration) edit { return func(r *tracestore.Record) { r.Facts.Latency = int64(d) } }

func orcheoNode(r *tracestore.Record) { r.Facts.Node = "node" }

func spanCount(n int) edit { return func(r *tracestore.Record) { r.Facts.SpanCount = n } }

func uses(input, output int64) edit {
	return func(r *tracestore.Record) { r.Facts.Usage = &tracestore.Usage{Input: input, Output: output} }
}

func costs(usd float64) edit {
	return func(r *tracestore.Record) { r.Facts.Usage.CostUSD, r.Facts.Usage.CostKnown = usd, true }
}

func reply(id string) edit { return func(r *tracestore.Record) { r.Facts.ResponseID = id } }

func model(name string) edit { return func(r *tracestore.Record) { r.Facts.Model = name } }

// info is what a store says of a trace after its records.
func info(trace byte, records []*tracestore.Record) tracestore.TraceInfo {
	i := tracestore.TraceInfo{Trace: traceID(trace), Epoch: "e"}
	for _, r := range records {
		i.LastSeq = max(i.LastSeq, r.Seq)
		i.LastReceived = max(i.LastReceived, r.Received)
	}
	return i
}

// apply applies records of a trace, with the information that follows from them.
func apply(v *execution.View, trace byte, records ...*tracestore.Record) {
	v.Apply(records, info(trace, records))
}

// view is a view of "run" after some records of trace 1.
func view(records ...*tracestore.Record) *execution.View {
	v := execution.New("run", execution.Rules{})
	apply(v, 1, records...)
	return v
}

// order is the span numbers of Ordered.
func order(v *execution.View) []int {
	var ids []int
	for _, n := range v.Ordered() {
		ids = append(ids, int(binary.BigEndian.Uint64(n.Key.Span[:])))
	}
	return ids
}

// changes is the span numbers of Changed.
func changes(v *execution.View, after uint64) []int {
	var ids []int
	v.Changed(after, func(n *execution.Node) bool {
		ids = append(ids, int(binary.BigEndian.Uint64(n.Key.Span[:])))
		return true
	})
	return ids
}
