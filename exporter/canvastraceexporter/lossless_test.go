package canvastraceexporter

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/canvaswire/pdatagen"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// drawRequest draws an export request of several resources and scopes, all its spans in trace n and with ids of their own.
func drawRequest(t *rapid.T, n uint64) ptrace.Traces {
	td := ptrace.NewTraces()
	next := uint64(0)
	for range rapid.IntRange(1, 3).Draw(t, "resources") {
		rs := td.ResourceSpans().AppendEmpty()
		ss := rs.ScopeSpans().AppendEmpty()
		pdatagen.Context(t, pdatagen.Sizes{}, rs, ss)
		for range rapid.IntRange(1, 4).Draw(t, "spans") {
			next++
			s := ss.Spans().AppendEmpty()
			pdatagen.Span(t, pdatagen.Sizes{}, s)
			s.SetTraceID(traceOf(n))
			s.SetSpanID(pcommon.SpanID{6: byte(next >> 8), 7: byte(next)})
		}
	}
	return td
}

func traceOf(n uint64) (t pcommon.TraceID) {
	binary.BigEndian.PutUint64(t[8:], n)
	return t
}

// asSent is a span in OTLP protobuf with the context it was sent in.
type asSent struct{ context, span string }

func flatten(td ptrace.Traces) map[pcommon.SpanID]asSent {
	all := map[pcommon.SpanID]asSent{}
	for _, rs := range td.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			context := string(canvaswire.AppendContext(nil, rs, ss))
			for _, s := range ss.Spans().All() {
				all[s.SpanID()] = asSent{context, string(pdatagen.Bytes(s))}
			}
		}
	}
	return all
}

// TestWhatComesOutIsWhatWentIn: any pdata that reaches the exporter can be had back to the bit, below the bounds of one span.
func TestWhatComesOutIsWhatWentIn(t *testing.T) {
	consume, s, _ := startExporter(t, nil)
	n := uint64(0)
	rapid.Check(t, func(rt *rapid.T) {
		n++
		td := drawRequest(rt, n)
		want := flatten(td)
		consume(td)
		h, err := s.source.Open(t.Context(), traceOf(n).String(), tracestore.TraceID{})
		require.NoError(rt, err)
		defer h.Close()
		var records []canvaswire.TraceRecord
		for _, span := range h.Spans() {
			if span.Record != nil {
				records = append(records, canvaswire.TraceRecord{Trace: span.Key.Trace, Record: span.Record})
			}
		}
		got, err := canvaswire.BuildTraces(records)
		require.NoError(rt, err)
		assert.Equal(rt, len(want), got.SpanCount())
		for id, back := range flatten(got) {
			assert.Equal(rt, want[id], back, "span %s came back changed", id)
		}
	})
}

// TestOrderDuplicationAndSplitOfSpansChangeNothing: the same spans, sent in any order, some twice, in requests of any size,
// give the same bodies and the same totals.
func TestOrderDuplicationAndSplitOfSpansChangeNothing(t *testing.T) {
	consume, s, _ := startExporter(t, nil)
	n := uint64(0)
	rapid.Check(t, func(rt *rapid.T) {
		n += 2
		sent := drawRequest(rt, n)
		other := ptrace.NewTraces()
		sent.CopyTo(other)
		consume(sent)
		for _, rs := range other.ResourceSpans().All() {
			for _, ss := range rs.ScopeSpans().All() {
				for _, sp := range ss.Spans().All() {
					sp.SetTraceID(traceOf(n + 1))
				}
			}
		}
		for _, one := range split(rt, other) {
			consume(one)
		}
		assert.Equal(rt, bodies(t, s, n), bodies(t, s, n+1))
	})
}

// split makes requests of one span each, in any order, some of them twice.
func split(t *rapid.T, td ptrace.Traces) []ptrace.Traces {
	var all []ptrace.Traces
	for _, rs := range td.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, sp := range ss.Spans().All() {
				one := ptrace.NewTraces()
				r := one.ResourceSpans().AppendEmpty()
				rs.Resource().CopyTo(r.Resource())
				r.SetSchemaUrl(rs.SchemaUrl())
				sc := r.ScopeSpans().AppendEmpty()
				ss.Scope().CopyTo(sc.Scope())
				sc.SetSchemaUrl(ss.SchemaUrl())
				sp.CopyTo(sc.Spans().AppendEmpty())
				all = append(all, one)
				if rapid.Bool().Draw(t, "twice") {
					again := ptrace.NewTraces()
					one.CopyTo(again)
					all = append(all, again)
				}
			}
		}
	}
	return rapid.Permutation(all).Draw(t, "order")
}

// bodies returns what is shown of the spans of trace n, but for the trace id itself.
func bodies(t *testing.T, s *server, n uint64) (all []string) {
	h, err := s.source.Open(t.Context(), traceOf(n).String(), tracestore.TraceID{})
	require.NoError(t, err)
	defer h.Close()
	for _, span := range h.Spans() {
		body := "placeholder " + span.PlaceholderName
		if span.Record != nil {
			body = strings.ReplaceAll(string(span.Record.Body), traceOf(n).String(), "the trace")
		}
		all = append(all, span.Key.Span.String()+" "+string(span.Tail.Usage)+" "+body)
	}
	return all
}
