package execution_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func TestChangedYieldsEachNodeOnceInTheOrderOfItsLastChange(t *testing.T) {
	v := view(span(1, 0), span(2, 1), span(3, 1))
	apply(v, 1, span(2, 1, seq(9)))
	assert.Equal(t, []int{1, 3, 2}, changes(v, 0))
	assert.Equal(t, []int{2}, changes(v, v.Rev()-1))
	assert.Empty(t, changes(v, v.Rev()))

	taken := 0
	v.Changed(0, func(*execution.Node) bool { taken++; return false })
	assert.Equal(t, 1, taken, "a yield that returns false ends it")
}

func TestTheChangeIndexDoesNotGrowWithChanges(t *testing.T) {
	v := view(span(1, 0), span(2, 1))
	for i := range 100_000 {
		apply(v, 1, span(2, 1, seq(uint64(i+10))))
	}
	assert.Equal(t, []int{1, 2}, changes(v, 0))
	assert.Less(t, v.Bytes(), int64(16<<10))
}

func TestRecordsThatAreKnownChangeNothing(t *testing.T) {
	v := view(span(1, 0), span(2, 1, seq(5)))
	rev := v.Rev()
	apply(v, 1, span(1, 0), span(2, 1, seq(5)))
	apply(v, 1, span(2, 1, seq(4), failed("an older observation")))
	v.AddTrace(traceID(1), "")
	v.AddTrace(traceID(1), "e")
	v.SetID("run")
	assert.Equal(t, rev, v.Rev())
	assert.Zero(t, v.Overview().Errors)
}

func TestWhatChangesTheOverviewAloneHasARevision(t *testing.T) {
	v := view(span(1, 0))
	rev := v.Rev()
	grows := func(what string) {
		t.Helper()
		assert.Greater(t, v.Rev(), rev, what)
		rev = v.Rev()
	}
	v.AddTrace(traceID(2), "")
	grows("a trace joined")
	v.Apply(nil, tracestore.TraceInfo{Trace: traceID(1), Epoch: "e", Dropped: 3})
	grows("spans were dropped")
	v.Apply(nil, tracestore.TraceInfo{Trace: traceID(1), Epoch: "e", LastReceived: 200 * second})
	grows("something was received")
	v.Latch(tracestore.Summary{Revision: 7})
	grows("it was revised before")
	require.True(t, v.Advance(at(1000)))
	grows("it is complete")
	v.SetID("renamed")
	grows("it is called otherwise")
}

func TestPositionsFollowWhatWasApplied(t *testing.T) {
	v := execution.New("run", execution.Rules{})
	v.AddTrace(traceID(1), "e1")
	assert.True(t, v.Position(traceID(1)).IsZero(), "nothing applied: read from the beginning")
	apply(v, 1, span(1, 0, seq(4)), span(2, 1, seq(7)))
	assert.EqualValues(t, 7, v.Position(traceID(1)).Seq)
	assert.True(t, v.Position(traceID(2)).IsZero())
}

func TestATraceThatIsForgottenLeavesNothing(t *testing.T) {
	v := view(span(1, 0, uses(1, 1)))
	apply(v, 2, span(1, 9, uses(2, 2), failed("x"), model("m")), span(2, 1, leased))
	rev, lone := v.Rev(), view(span(1, 0, uses(1, 1))).Overview()
	v.Forget(traceID(2))
	assert.Equal(t, lone, v.Overview())
	assert.Equal(t, 1, v.Len())
	assert.Nil(t, v.Node(key(2, 1)))
	assert.Greater(t, v.ResetRev(traceID(2)), rev)
	assert.Equal(t, v.Rev(), v.ResetRev(traceID(2)))
	assert.True(t, v.Position(traceID(2)).IsZero())
	v.Forget(traceID(2))
	v.Forget(traceID(3))
}

func TestATraceThatComesBackHasItsPlaceAgain(t *testing.T) {
	v := view(span(1, 0))
	apply(v, 2, span(1, 0))
	v.Forget(traceID(1))
	assert.Equal(t, traceID(2), v.Overview().PrimaryTrace)
	apply(v, 1, span(1, 0))
	assert.Equal(t, []tracestore.TraceID{traceID(1), traceID(2)}, v.Overview().Traces)
	assert.Equal(t, traceID(1), v.Overview().PrimaryTrace)
}

func TestANewEpochStartsTheTraceOver(t *testing.T) {
	v := view(span(1, 0), span(2, 1, seq(900)))
	rev := v.Rev()
	v.Apply([]*tracestore.Record{span(1, 0, seq(1))}, tracestore.TraceInfo{Trace: traceID(1), Epoch: "e2"})
	assert.Equal(t, 1, v.Len())
	assert.Equal(t, tracestore.Position{Epoch: "e2", Seq: 1}, v.Position(traceID(1)))
	assert.Greater(t, v.ResetRev(traceID(1)), rev)
	assert.Equal(t, []int{1}, changes(v, rev))
}

func TestANodeThatVanishedLosesItsRevision(t *testing.T) {
	v := view(span(2, 1))
	gone := v.Node(key(1, 1))
	apply(v, 1, span(2, 0, seq(9)))
	assert.Zero(t, gone.Rev, "somebody who remembers it can tell")
	assert.Equal(t, key(1, 1), gone.Key)
}

func TestTheViewAccountsForItsMemory(t *testing.T) {
	records := flat(20_000)
	before := heap()
	v := fold(records)
	held := int64(heap() - before)
	assert.InEpsilon(t, held, v.Bytes(), 0.25)
	assert.Less(t, held/int64(len(records)), int64(330), "bytes per span")
	v.Forget(traceID(1))
	assert.Less(t, v.Bytes(), int64(64<<10))
}
