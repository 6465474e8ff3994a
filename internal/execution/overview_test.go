package execution_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func TestStatusComesFromTheLastRoot(t *testing.T) {
	cases := map[string]struct {
		spans []*tracestore.Record
		want  tracestore.Status
	}{
		"no root yet":                        {[]*tracestore.Record{span(2, 1)}, tracestore.StatusRunning},
		"a root that runs":                   {[]*tracestore.Record{span(1, 0, started)}, tracestore.StatusRunning},
		"a root that says completed":         {[]*tracestore.Record{span(1, 0, outcome(tracestore.OutcomeCompleted))}, tracestore.StatusCompleted},
		"a root that just ended":             {[]*tracestore.Record{span(1, 0)}, tracestore.StatusCompleted},
		"a root that says failed":            {[]*tracestore.Record{span(1, 0, outcome(tracestore.OutcomeFailed))}, tracestore.StatusFailed},
		"a root with ERROR":                  {[]*tracestore.Record{span(1, 0, failed("x"))}, tracestore.StatusFailed},
		"cancelled is no error":              {[]*tracestore.Record{span(1, 0, failed("x"), outcome(tracestore.OutcomeCancelled))}, tracestore.StatusCancelled},
		"of two roots the later one":         {[]*tracestore.Record{span(1, 0, failed("x")), span(2, 0)}, tracestore.StatusCompleted},
		"a workflow before a mere top span":  {[]*tracestore.Record{span(1, 0, workflow("run"), failed("x")), span(2, 0)}, tracestore.StatusFailed},
		"a child's ERROR is not its root's":  {[]*tracestore.Record{span(1, 0), span(2, 1, failed("x"))}, tracestore.StatusCompleted},
		"the named workflow before another":  {[]*tracestore.Record{span(1, 0, workflow("run")), span(2, 1, workflow(""), failed("x"))}, tracestore.StatusCompleted},
		"a top span that hangs on a missing": {[]*tracestore.Record{span(2, 1, workflow("other"), failed("x"))}, tracestore.StatusRunning},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, view(c.spans...).Overview().Status)
		})
	}
}

func TestARetryInAnotherTraceDecides(t *testing.T) {
	v := view(span(1, 0, workflow("run"), failed("x"), from(10), to(20)))
	apply(v, 2, span(1, 0, workflow("run"), from(30), started))
	o := v.Overview()
	assert.Equal(t, tracestore.StatusRunning, o.Status)
	assert.Equal(t, traceID(1), o.PrimaryTrace, "the trace that joined first stays the primary one")
	assert.Equal(t, 10*second, o.Started)
	assert.Zero(t, o.Finished)
	apply(v, 2, span(1, 0, workflow("run"), from(30), to(40), seq(2)))
	assert.Equal(t, tracestore.StatusCompleted, v.Overview().Status)
	assert.Equal(t, 40*second, v.Overview().Finished)
	assert.Empty(t, v.Overview().Error)
}

func TestTheRootDescribesTheExecution(t *testing.T) {
	describe := func(workflowID, run, thread string, tags ...string) edit {
		return func(r *tracestore.Record) {
			r.Facts.WorkflowID, r.Facts.RunName, r.Facts.Thread, r.Facts.Tags = workflowID, run, thread, tags
			r.Facts.Name = "span of " + run
		}
	}
	v := view(span(2, 1, describe("w", "child's", "t"), failed("child broke")))
	o := v.Overview()
	assert.Equal(t, []string{"w", "child's", "t"}, []string{o.WorkflowID, o.RunName, o.Thread}, "better than nothing")
	assert.Empty(t, o.RootName, "a child is no root")
	apply(v, 1, span(1, 0, describe("w", "nightly", "", "a", "b"), failed("")))
	o = v.Overview()
	assert.Equal(t, []string{"w", "nightly", "t"}, []string{o.WorkflowID, o.RunName, o.Thread})
	assert.Equal(t, "span of nightly", o.RootName)
	assert.Equal(t, []string{"a", "b"}, o.Tags)
	assert.Equal(t, "child broke", o.Error, "the root failed and does not say why")
	assert.Equal(t, 2, o.Errors)
	apply(v, 1, span(1, 0, failed("root broke"), seq(9)))
	assert.Equal(t, "root broke", v.Overview().Error)
}

func TestModelsAreSortedAndFew(t *testing.T) {
	v := view(span(1, 0))
	for i := 20; i > 1; i-- {
		apply(v, 1, span(i, 1, model(fmt.Sprintf("m%02d", i))))
	}
	assert.Equal(t, []string{"m02", "m03", "m04", "m05", "m06", "m07", "m08", "m09"}, v.Overview().Models)
	apply(v, 1, span(3, 1, seq(99)))
	assert.Equal(t, []string{"m02", "m04", "m05", "m06", "m07", "m08", "m09", "m10"}, v.Overview().Models)
}

func TestLinksToOtherTracesAreCollected(t *testing.T) {
	linked := func(traces ...byte) edit {
		return func(r *tracestore.Record) {
			for _, n := range traces {
				r.Facts.Links = append(r.Facts.Links, tracestore.Link{Trace: traceID(n), Span: spanID(1)})
			}
		}
	}
	targets := func(v *execution.View) (out []int) {
		for _, l := range v.Overview().Links {
			out = append(out, int(l.Trace[15]))
		}
		return out
	}
	v := view(span(1, 0, linked(9, 1, 8), received(20)), span(2, 1, linked(7, 9), received(10)))
	assert.Equal(t, []int{7, 9, 8}, targets(v), "first seen first, each once, none to a trace of its own")
	v.AddTrace(traceID(7), "")
	assert.Equal(t, []int{9, 8}, targets(v))
	v.Forget(traceID(7))
	assert.Equal(t, []int{7, 9, 8}, targets(v))
	before := v.Overview().Links
	apply(v, 1, span(2, 1, received(10), seq(9)))
	assert.Equal(t, []int{9, 8}, targets(v))
	assert.Len(t, before, 3, "an overview does not change under its reader")

	for i := range 100 {
		apply(v, 1, span(100+i, 1, linked(byte(100+i)), received(int64(1000-i))))
	}
	assert.Len(t, v.Overview().Links, 64)
	assert.Equal(t, 9, targets(v)[0])
	assert.Equal(t, 199, targets(v)[2])
}

func TestTheStartIsThatOfTheEarliestSpanHoweverItChanges(t *testing.T) {
	v := view(span(1, 0, from(5)), span(2, 1, from(9)))
	assert.Equal(t, 5*second, v.Overview().Started)
	apply(v, 1, span(1, 0, from(10), seq(5)))
	assert.Equal(t, 9*second, v.Overview().Started)
	apply(v, 1, span(2, 1, from(12), seq(6)), span(3, 1, from(8), seq(7)), span(2, 1, from(9), seq(8)))
	assert.Equal(t, 8*second, v.Overview().Started, "it came while the earliest one was away")
}

func TestSkeletonsAndStrangeTimesAreHarmless(t *testing.T) {
	skeleton := span(3, 1)
	skeleton.Facts, skeleton.Skeleton = tracestore.Facts{Start: 5, End: 6, Status: tracestore.StatusError}, true
	v := view(
		span(1, 0, from(50), to(10)), skeleton,
		span(4, 1, func(r *tracestore.Record) { r.Facts.Start, r.Facts.End = math.MinInt64, math.MaxInt64 }),
		span(5, 1, func(r *tracestore.Record) { r.Facts.Latency = math.MaxInt64 }),
	)
	assert.Equal(t, 4, v.Len())
	assert.EqualValues(t, 5, v.Overview().Started, "a time before time is none")
	assert.Equal(t, 10*second, v.Overview().Finished)
	assert.Equal(t, 1, v.Overview().Errors)
}

func TestAnUnknownExecutionSaysSo(t *testing.T) {
	v := execution.New("run", execution.Rules{})
	o := v.Overview()
	assert.False(t, o.Known)
	assert.Equal(t, tracestore.StatusPending, o.Status)
	assert.Equal(t, "run", o.Execution)
	v.Apply(nil, tracestore.TraceInfo{})
	assert.False(t, v.Overview().Known, "a store says nothing of a trace that it does not know")
	v.AddTrace(traceID(1), "")
	assert.True(t, v.Overview().Known)
}
