package execution_test

import (
	"fmt"
	"testing"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// A call's figures change below another call, and then whose child it is: what that costs by the depth and by the width between
// them. It grows with the depth, by some nanoseconds a level, and not with the width.
func BenchmarkUsageCorrection(b *testing.B) {
	const last = 200_001
	chain := func(depth int) []*tracestore.Record {
		spans := []*tracestore.Record{span(1, 0, call(100, 20))}
		for id := 2; id <= depth; id++ {
			spans = append(spans, span(id, id-1))
		}
		return append(spans, span(last, depth, call(100, 20)))
	}
	fan := func(width int) []*tracestore.Record {
		spans := []*tracestore.Record{span(1, 0, call(100, 20)), span(2, 1)}
		for id := 3; id <= width+2; id++ {
			spans = append(spans, span(id, 2, call(7, 1)))
		}
		return append(spans, span(last, 2, call(100, 20)))
	}
	for _, s := range []struct {
		name string
		make shape
		n    int
	}{{"depth", chain, 10}, {"depth", chain, 1000}, {"depth", chain, 10_000}, {"width", fan, 10}, {"width", fan, 100_000}} {
		records := s.make(s.n)
		late := records[len(records)-1]
		b.Run(fmt.Sprintf("figures/%s/%d", s.name, s.n), func(b *testing.B) {
			correct(b, fold(records), late, late.Parent, late.Parent)
		})
		b.Run(fmt.Sprintf("parent/%s/%d", s.name, s.n), func(b *testing.B) {
			correct(b, fold(records), late, late.Parent, spanID(1))
		})
	}
}

// correct applies versions of a call in turn, under one parent and under another.
func correct(b *testing.B, v *execution.View, late *tracestore.Record, parents ...tracestore.SpanID) {
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r, s := *late, *late.Span
		r.Seq += uint64(i) + 1
		r.Span = &s
		s.Parent = parents[i%2]
		call(100+int64(i%2), 20)(&r)
		v.Apply([]*tracestore.Record{&r}, tracestore.TraceInfo{Trace: traceID(1), Epoch: "e"})
	}
}
