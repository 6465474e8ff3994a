package execution_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// In the order of the spans, each as it is in the end.
func TestEveryShapeOfDuplicateIsCountedOnce(t *testing.T) {
	for name, s := range usageShapes() {
		t.Run(name, func(t *testing.T) { s.check(t, view(s.spans...)) })
	}
}

// In any order, portions and repetitions; with first sight of a span that has another parent, other figures or none; and
// with the trace forgotten and read again meanwhile.
func TestEveryShapeOfDuplicateIsCountedOnceHoweverItComes(t *testing.T) {
	for name, s := range usageShapes() {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				v := execution.New("run", execution.Rules{})
				arrive(t, v, s.spans)
				s.check(t, v)
			})
		})
	}
}

func TestOneResponseCountsOnceOverAllTraces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := execution.New("run", execution.Rules{})
		for _, trace := range rapid.Permutation([]byte{1, 2, 3}).Draw(t, "traces") {
			apply(v, trace, span(10-int(trace), 0, call(int64(trace), 0), reply("r1")))
		}
		again := byte(rapid.IntRange(1, 3).Draw(t, "again"))
		v.Forget(traceID(again))
		apply(v, again, span(10-int(again), 0, call(int64(again), 0), reply("r1")))
		require.EqualValues(t, 3, v.Overview().Totals.Counted.Input, "the third trace's starts first")
		require.Equal(t, duplicate, v.Node(key(1, 9)).Tail.Usage)
	})
}

// Equal figures, told anew: only the id or the side of the call below says that it is the same request.
func TestACallIsComparedAnewWhenTheOneBelowTellsWhatItIs(t *testing.T) {
	v := view(root(), span(2, 1, asClient, call(100, 20), reply("r1")), span(3, 2), span(4, 3, call(300, 50)))
	roleOfUpper := func() execution.UsageRole { return v.Node(key(1, 2)).Tail.Usage }
	require.Equal(t, counted, roleOfUpper())
	for i, c := range []struct {
		below edit
		want  execution.UsageRole
	}{
		{reply("r1"), duplicate}, {reply("r2"), counted}, {asServer, duplicate}, {asClient, counted}, {actor, counted},
	} {
		apply(v, 1, span(4, 3, call(300, 50), c.below, seq(uint64(10+i))))
		require.Equal(t, c.want, roleOfUpper(), i)
	}
}

func arrive(t *rapid.T, v *execution.View, spans []*tracestore.Record) {
	var events []*tracestore.Record
	for _, r := range spans {
		final := *r
		final.Seq += 1000
		for range rapid.IntRange(1, 2).Draw(t, "times") {
			events = append(events, &final)
		}
		if rapid.Bool().Draw(t, "drafted") {
			events = append(events, draft(t, r, len(spans)))
		}
	}
	if rapid.Bool().Draw(t, "shuffled") {
		events = rapid.Permutation(events).Draw(t, "order")
	}
	forgotten := rapid.IntRange(-len(events), len(events)-1).Draw(t, "forgotten after")
	for i := 0; i < len(events); {
		n := rapid.IntRange(1, len(events)-i).Draw(t, "portion")
		apply(v, 1, events[i:i+n]...)
		if i <= forgotten && forgotten < i+n {
			v.Forget(traceID(1))
			apply(v, 1, rapid.Permutation(events[:i+n]).Draw(t, "read again")...)
		}
		i += n
	}
}

// draft is an earlier version of a span.
func draft(t *rapid.T, r *tracestore.Record, spans int) *tracestore.Record {
	d := *r
	s := *r.Span
	d.Span = &s
	s.Parent = spanID(rapid.IntRange(0, spans+2).Draw(t, "draft's parent"))
	s.Facts.Boundary = rapid.Bool().Draw(t, "draft's boundary")
	switch rapid.IntRange(0, 2).Draw(t, "draft's usage") {
	case 0:
		s.Facts.Usage = nil
	case 1:
		call(rapid.SampledFrom([]int64{0, 100, 300}).Draw(t, "draft's input"), 20)(&d)
		s.Facts.ResponseID = "r1"
	}
	return &d
}

func (s *usageShape) check(t require.TestingT, v *execution.View) {
	spans := 0
	for i, r := range s.spans {
		n := v.Node(execution.SpanKey{Trace: traceID(1), Span: r.ID})
		require.NotNil(t, n)
		assert.Equal(t, s.roles[i], n.Tail.Usage, "span %d of the list", i+1)
		if n.Tail.Usage == counted {
			spans++
		}
	}
	require.EqualValues(t, s.counted[0], spans)
	totals := v.Overview().Totals
	want := s.counted
	for _, f := range s.excluded {
		want = figures{want[0] + f[0], want[1] + f[1], want[2] + f[2]}
	}
	excluded := map[execution.UsageRole]figures{}
	for _, e := range totals.Excluded {
		excluded[e.Reason] = figures{int64(e.Spans), e.Input, e.Output}
	}
	if s.excluded == nil {
		s.excluded = map[execution.UsageRole]figures{}
	}
	require.Equal(t, s.excluded, excluded)
	require.Equal(t, [2]int64{s.counted[1], s.counted[2]}, [2]int64{totals.Counted.Input, totals.Counted.Output})
	require.Equal(t, [2]int64{want[1], want[2]}, [2]int64{totals.Reported.Input, totals.Reported.Output})
	require.Equal(t, s.cost, totals.Counted.CostUSD)
}
