package execution_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func skewOf(v *execution.View, id int) execution.Skew { return v.Node(key(1, id)).Tail.Skew }

// All was received at second 100.
func TestTimesThatContradictAreFlaggedAndShownAsTheyWereSent(t *testing.T) {
	records := []*tracestore.Record{
		span(1, 0, workflow("run"), from(50), to(60)),
		span(2, 1, from(10), to(11)),            // before its parent
		span(3, 1, from(49), to(60)),            // within what clocks may differ by
		span(4, 1, from(1<<33), to(1<<33)),      // the year 2242
		span(5, 1, from(55), to(1000)),          // ends after it was received
		span(6, 1, from(55), to(155)),           // within what clocks may differ by
		span(7, 9, from(5), to(6)),              // a parent that nobody sent has no times
		span(8, 2, from(10), to(11)),            // beside a parent that is skewed itself
		span(9_000, 1, from(0), to(0), started), // no time at all
	}
	want := map[int]execution.Skew{
		1: execution.SkewNone, 2: execution.SkewBeforeParent, 3: execution.SkewNone, 4: execution.SkewFuture, 5: execution.SkewFuture,
		6: execution.SkewNone, 7: execution.SkewNone, 8: execution.SkewNone, 9_000: execution.SkewNone,
	}
	permute(records[:5], func(first []*tracestore.Record) {
		v := view(append(first, records[5:]...)...)
		for id, skew := range want {
			require.Equal(t, skew, skewOf(v, id), id)
		}
	})
	n := view(records...).Node(key(1, 4))
	assert.Equal(t, 1<<33*second, n.Record.Facts.Start)
	assert.Equal(t, 1<<33*second, n.Tail.EffectiveStart)
}

func TestASkewFollowsTheParent(t *testing.T) {
	v := view(span(2, 1, from(10), to(11)))
	rev := v.Rev()
	apply(v, 1, span(1, 0, from(50), to(60)))
	assert.Equal(t, execution.SkewBeforeParent, skewOf(v, 2))
	assert.ElementsMatch(t, []int{1, 2}, changes(v, rev), "whoever watches is told")

	rev = v.Rev()
	apply(v, 1, span(1, 0, from(10), to(60), seq(7)))
	assert.Equal(t, execution.SkewNone, skewOf(v, 2), "the parent's clock was corrected")
	assert.ElementsMatch(t, []int{1, 2}, changes(v, rev))

	apply(v, 1, span(1, 0, from(50), to(60), seq(8)))
	apply(v, 1, span(2, 0, from(10), to(11), seq(9)))
	assert.Equal(t, execution.SkewNone, skewOf(v, 2), "it hangs elsewhere")
}

func TestOrcheosNodesAreNotSkewedByTheirLatency(t *testing.T) {
	v := view(span(1, 0, workflow("run"), from(50), to(60)), span(2, 1, from(55), to(55), latency(20*time.Second)))
	assert.Equal(t, 35*second, v.Node(key(1, 2)).Tail.EffectiveStart)
	assert.Equal(t, execution.SkewNone, skewOf(v, 2), "what was sent contradicts nothing")
}

func TestWhatWasReceivedBeforeTheClockWasSetBackCountsAsReceivedNow(t *testing.T) {
	const hour = 3600
	root := span(1, 0, workflow("run"), received(100+hour))
	v := execution.New("run", execution.Rules{})
	apply(v, 1, root, span(2, 1, started, received(100+hour)), span(3, 8, received(100+hour)))
	assert.True(t, v.Advance(at(100)), "the clock was set back by an hour")
	assert.Equal(t, at(130).UTC(), deadline(v).UTC(), "and everything has its full time once more")
	apply(v, 1, root)
	assert.Equal(t, at(130).UTC(), deadline(v).UTC(), "which reading it again does not lengthen")
	assert.False(t, v.Advance(at(129)))
	assert.True(t, v.Advance(at(130)))
	assert.Equal(t, tracestore.CompleteQuiet, v.Summary().CompleteReason)

	v = view(root)
	v.Excuse(at(100 + 2*hour))
	v.Advance(at(100))
	assert.Equal(t, at(107).UTC(), deadline(v).UTC(), "what was excused is forgotten too")
}
