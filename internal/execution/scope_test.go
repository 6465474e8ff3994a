package execution_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// nest is a trace of two executions: "outer" runs the node 2, which runs "inner" with two nodes, then the node 6.
func nest(edits ...edit) []*tracestore.Record {
	return []*tracestore.Record{
		span(1, 0, append([]edit{workflow("outer"), to(50)}, edits...)...),
		span(2, 1, uses(10, 0)), // the node that runs the inner one
		span(3, 2, workflow("inner"), outcome(tracestore.OutcomeFailed), to(30)),
		span(4, 3, uses(3, 0), reply("r")),
		span(5, 3, failed("broken")),
		span(6, 1, uses(7, 0), reply("r"), from(2)),
	}
}

func viewOf(id string, records []*tracestore.Record) *execution.View {
	v := execution.New(id, execution.Rules{})
	apply(v, 1, records...)
	return v
}

func TestTheOuterExecutionShowsEverything(t *testing.T) {
	v := viewOf("outer", nest())
	assert.Equal(t, []int{1, 2, 6, 3, 4, 5}, order(v))
	o := v.Overview()
	assert.Equal(t, tracestore.StatusCompleted, o.Status, "the inner one's failure is not its own")
	assert.Equal(t, 50*second, o.Finished)
	assert.EqualValues(t, 7, o.InputTokens, "the first of the calls with one response id")
	assert.Equal(t, 6, o.Spans)
}

func TestANestedExecutionShowsItsSubtreeOnly(t *testing.T) {
	records := nest()
	permute(records[:5], func(r []*tracestore.Record) {
		v := viewOf("inner", append(r, records[5]))
		assert.Equal(t, []int{3, 4, 5}, order(v))
		o := v.Overview()
		assert.Equal(t, tracestore.StatusFailed, o.Status)
		assert.Equal(t, "broken", o.Error, "the first span that failed, for the root says nothing")
		assert.Equal(t, 30*second, o.Finished)
		assert.EqualValues(t, 3, o.InputTokens, "the twin outside is none")
		assert.Equal(t, 3, o.Spans)
		assert.Nil(t, v.Node(key(1, 1)))
	})
}

func TestSpansThatTurnOutToBeOutsideAreTakenBack(t *testing.T) {
	records := nest()
	v := viewOf("inner", records[1:]) // the outer root comes last
	assert.Equal(t, 6, v.Len(), "nothing above names another execution yet")
	rev := v.Rev()
	apply(v, 1, records[0])
	assert.Equal(t, []int{3, 4, 5}, order(v))
	assert.Greater(t, v.ResetRev(traceID(1)), rev)
	assert.ElementsMatch(t, []int{3, 4, 5}, changes(v, rev))
}

func TestOtherTracesOfANestedExecutionAreShownWhole(t *testing.T) {
	v := viewOf("inner", nest())
	apply(v, 2, span(1, 0), span(2, 1))
	assert.Equal(t, 5, v.Len())
}

func TestChildrenThatCarryTheirRootsNameChangeNothing(t *testing.T) {
	v := viewOf("outer", []*tracestore.Record{
		span(1, 0, workflow("outer")), span(2, 1, names("outer")), span(3, 2, names("outer")), span(4, 1),
	})
	assert.Equal(t, []int{1, 2, 3, 4}, order(v))
}

func TestAnExecutionThatRunsItselfThroughAnotherIsShownWhole(t *testing.T) {
	v := viewOf("outer", append(nest(), span(7, 5, workflow("outer"))))
	assert.Equal(t, 7, v.Len())
}

func TestASpanThatMovesIntoAnotherExecutionIsNested(t *testing.T) {
	v := viewOf("inner", []*tracestore.Record{span(1, 0, workflow("outer")), span(2, 0, workflow("inner")), span(3, 0)})
	assert.Equal(t, 3, v.Len(), "side by side, not one in the other")
	apply(v, 1, span(2, 1, workflow("inner"), seq(9)))
	assert.Equal(t, []int{2}, order(v))
	apply(v, 1, span(3, 2, seq(10)))
	assert.Equal(t, []int{2, 3}, order(v))
	apply(v, 1, span(2, 0, workflow("inner"), seq(11)))
	assert.Equal(t, 3, v.Len())
}

func TestACycleOfTwoExecutionsIsNestedTheWayItIsCut(t *testing.T) {
	v := viewOf("inner", []*tracestore.Record{
		span(1, 2, workflow("outer"), from(1)), span(2, 1, workflow("inner"), from(2)), span(3, 1),
	})
	assert.Equal(t, []int{2}, order(v), "cut at 1, so the inner one is below the outer")
	apply(v, 1, span(1, 2, workflow("outer"), from(3), seq(9)))
	assert.Equal(t, []int{2, 1, 3}, order(v))
}

func TestRenamingAViewShowsTheOtherExecution(t *testing.T) {
	v := viewOf(traceID(1).String(), nest())
	assert.Equal(t, 6, v.Len(), "by the trace's id, everything")
	rev := v.Rev()
	v.SetID("inner")
	assert.Equal(t, "inner", v.ID())
	assert.Equal(t, 3, v.Len())
	assert.Greater(t, v.Rev(), rev)
	v.SetID("outer")
	assert.Equal(t, 6, v.Len())
	assert.Equal(t, tracestore.StatusCompleted, v.Overview().Status)
	assert.Equal(t, "outer", v.Overview().Execution)
}

func TestLateBindingKeepsWhatClientsHave(t *testing.T) {
	v := viewOf(traceID(1).String(), []*tracestore.Record{span(2, 1), span(3, 1)})
	rev := v.Rev()
	apply(v, 1, span(1, 0, workflow("run")))
	v.SetID("run")
	assert.Equal(t, []int{1}, changes(v, rev))
	assert.Zero(t, v.ResetRev(traceID(1)))
}

func TestANestedExecutionThatEndedDoesNotEndTheOuterOne(t *testing.T) {
	v := viewOf("outer", nest()[1:])
	assert.Equal(t, tracestore.StatusRunning, v.Overview().Status)
	assert.False(t, v.Advance(at(300)), "abandoned after a while, but not complete")
}
