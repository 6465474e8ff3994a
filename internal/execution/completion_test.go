package execution_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Everything was last received at second 100, if a case does not say otherwise.
func TestWhenAnExecutionIsComplete(t *testing.T) {
	root := span(1, 0, workflow("run"))
	const never = 0
	cases := map[string]struct {
		spans  []*tracestore.Record
		at     int64 // seconds
		reason tracestore.CompleteReason
	}{
		"seven quiet seconds after the root ended":     {[]*tracestore.Record{root, span(2, 1)}, 107, tracestore.CompleteQuiet},
		"not while a span has a live lease":            {[]*tracestore.Record{root, span(2, 1, leased)}, never, ""},
		"nor is a silent one abandoned then":           {[]*tracestore.Record{span(2, 1, leased)}, never, ""},
		"lost, if every open span lost its lease":      {[]*tracestore.Record{root, span(2, 1, leased, marked(tracestore.MarkLost))}, 107, tracestore.CompleteLost},
		"lost, even if the root itself is":             {[]*tracestore.Record{span(1, 0, workflow("run"), leased, marked(tracestore.MarkLost)), span(2, 1)}, 107, tracestore.CompleteLost},
		"not lost while one of them lives":             {[]*tracestore.Record{root, span(2, 1, leased, marked(tracestore.MarkLost)), span(3, 1, leased)}, never, ""},
		"30 s after the root, if only a start is seen": {[]*tracestore.Record{span(1, 0, workflow("run"), received(95)), span(2, 1, started)}, 125, tracestore.CompleteQuiet},
		"30 s after a parent was missed":               {[]*tracestore.Record{root, span(3, 2, received(90)), span(4, 2)}, 120, tracestore.CompleteQuiet},
		"missing parents of long ago hold nothing up":  {[]*tracestore.Record{root, span(3, 2, received(10), again(100))}, 107, tracestore.CompleteQuiet},
		"abandoned, 15 min silent without a root":      {[]*tracestore.Record{span(2, 1)}, 1000, tracestore.CompleteAbandoned},
		"abandoned, if the root never ends":            {[]*tracestore.Record{span(1, 0, workflow("run"), started), span(2, 1)}, 1000, tracestore.CompleteAbandoned},
		"at once, when the root's count is reached":    {[]*tracestore.Record{span(1, 0, workflow("run"), spanCount(2)), span(2, 1)}, 100, tracestore.CompleteCounted},
		"quiet, if the root claims more than there is": {[]*tracestore.Record{span(1, 0, workflow("run"), spanCount(3)), span(2, 1)}, 107, tracestore.CompleteQuiet},
		"a span that runs is not counted":              {[]*tracestore.Record{span(1, 0, workflow("run"), spanCount(2)), span(2, 1, leased)}, never, ""},
		"times of the senders decide nothing":          {[]*tracestore.Record{span(1, 0, workflow("run"), from(1<<33), to(1<<33))}, 107, tracestore.CompleteQuiet},
		"every root must have ended":                   {[]*tracestore.Record{root, span(2, 0, workflow("run"), started)}, 1000, tracestore.CompleteAbandoned},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			v := view(c.spans...)
			if c.at == never {
				assert.Zero(t, deadline(v))
				assert.False(t, v.Advance(at(1<<40)))
				return
			}
			assert.Equal(t, at(c.at).UTC(), deadline(v).UTC())
			require.False(t, v.Advance(at(c.at).Add(-1)))
			assert.False(t, v.Overview().Complete)
			rev := v.Rev()
			require.True(t, v.Advance(at(c.at)))
			assert.Equal(t, c.reason, v.Overview().CompleteReason)
			assert.True(t, v.Overview().Complete)
			assert.Greater(t, v.Rev(), rev)
			assert.Zero(t, deadline(v))
			assert.False(t, v.Advance(at(1<<40)), "only once")
		})
	}
}

func TestDroppedSpansCountForTheRootsClaim(t *testing.T) {
	v := execution.New("run", execution.Rules{})
	r := span(1, 0, workflow("run"), spanCount(5))
	v.Apply([]*tracestore.Record{r}, tracestore.TraceInfo{Trace: traceID(1), Epoch: "e", Dropped: 4, LastReceived: 100 * second})
	require.True(t, v.Advance(at(100)))
	assert.Equal(t, tracestore.CompleteCounted, v.Summary().CompleteReason)
	assert.Equal(t, 4, v.Summary().Dropped)
}

func TestNothingSeenIsNeverComplete(t *testing.T) {
	v := execution.New("run", execution.Rules{})
	v.AddTrace(traceID(1), "")
	assert.Zero(t, deadline(v))
	assert.False(t, v.Advance(at(1<<40)))
	assert.Equal(t, tracestore.StatusPending, v.Overview().Status)
}

func TestRulesAreConfigurable(t *testing.T) {
	v := execution.New("run", execution.Rules{QuietPeriod: time.Minute})
	apply(v, 1, span(1, 0))
	assert.Equal(t, at(160).UTC(), deadline(v).UTC())
}

func TestTheQuietPeriodLooksAtAllTraces(t *testing.T) {
	v := view(span(1, 0, workflow("run")))
	apply(v, 2, span(1, 0, received(150)))
	assert.Equal(t, at(157).UTC(), deadline(v).UTC())
	assert.Equal(t, 150*second, v.Overview().LastActivity)
}

func TestCompletenessIsLatchedAndLateSpansMakeARevision(t *testing.T) {
	v := view(span(1, 0, workflow("run")), span(2, 1))
	require.True(t, v.Advance(at(107)))
	assert.EqualValues(t, 0, v.Overview().Revision)

	apply(v, 1, span(3, 1, received(200)), span(4, 1, received(200)))
	o := v.Overview()
	assert.True(t, o.Complete)
	assert.Equal(t, tracestore.CompleteQuiet, o.CompleteReason)
	assert.EqualValues(t, 1, o.Revision, "one for both")
	assert.Equal(t, 4, o.Spans)

	apply(v, 1, span(3, 1, received(200)))
	assert.EqualValues(t, 1, v.Overview().Revision, "nothing new")
}

func TestSpansThatAreOpenAtTheEndAreUnfinished(t *testing.T) {
	v := view(
		span(1, 0, workflow("run"), received(60)), span(2, 1, started, received(60)),
		span(3, 1, leased, marked(tracestore.MarkLost)), span(4, 1),
	)
	assert.Equal(t, execution.StateRunning, v.Node(key(1, 2)).Tail.State)
	rev := v.Rev()
	require.True(t, v.Advance(at(107)))
	assert.Equal(t, execution.StateUnfinished, v.Node(key(1, 2)).Tail.State)
	assert.Equal(t, execution.StateLost, v.Node(key(1, 3)).Tail.State, "that its heartbeats stopped says more")
	assert.Equal(t, execution.StateEnded, v.Node(key(1, 4)).Tail.State)
	assert.Equal(t, []int{2}, changes(v, rev))

	apply(v, 1, span(5, 1, started, received(200)))
	assert.Equal(t, execution.StateUnfinished, v.Node(key(1, 5)).Tail.State)
}

func TestMarksAreStates(t *testing.T) {
	v := view(
		span(1, 0, leased), span(2, 1, started, marked(tracestore.MarkStale)),
		span(3, 1, started, marked(tracestore.MarkUnfinished)), span(4, 1, leased, marked(tracestore.MarkLost)),
	)
	for id, state := range map[int]execution.State{
		1: execution.StateRunning, 2: execution.StateStale, 3: execution.StateUnfinished, 4: execution.StateLost,
	} {
		assert.Equal(t, state, v.Node(key(1, id)).Tail.State)
		assert.Equal(t, 100*second, v.Node(key(1, id)).Tail.LastSeen)
	}
}

func TestALatchTakesOverFromAnEarlierView(t *testing.T) {
	records := []*tracestore.Record{span(1, 0, workflow("run")), span(2, 1, started)}
	first := view(records...)
	require.True(t, first.Advance(at(130)))
	apply(first, 1, span(3, 1, received(200)))
	s := first.Summary()
	require.EqualValues(t, 1, s.Revision)

	second := execution.New("run", execution.Rules{})
	second.Latch(s)
	assert.True(t, second.Overview().Complete)
	apply(second, 1, append(records, span(3, 1, received(200)))...)
	assert.Equal(t, s, second.Summary(), "what the first view had seen is not late")
	assert.Equal(t, shownBy(first), shownBy(second))

	apply(second, 1, span(4, 1, received(300)))
	assert.EqualValues(t, 2, second.Summary().Revision)
}

func TestALatchOfARunningExecutionDecidesNothing(t *testing.T) {
	v := view(span(1, 0, workflow("run")))
	v.Latch(tracestore.Summary{Status: tracestore.StatusRunning})
	assert.False(t, v.Overview().Complete)
	assert.True(t, v.Advance(at(107)))
}

func TestSilenceWhileNobodyListenedDoesNotCount(t *testing.T) {
	v := execution.New("run", execution.Rules{})
	v.Apply([]*tracestore.Record{span(2, 1)}, tracestore.TraceInfo{Trace: traceID(1), Epoch: "e", LastReceived: 100 * second})
	assert.Equal(t, at(100+15*60), deadline(v))
	v.Excuse(at(5000))
	assert.Equal(t, at(5000+15*60), deadline(v))
	v.Excuse(at(4000))
	assert.Equal(t, at(5000+15*60), deadline(v))
	assert.Equal(t, 100*second, v.Summary().LastActivity)
}

func deadline(v *execution.View) time.Time {
	at, _ := v.Outlook()
	return at
}
