package execution_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Whatever the records say, and in whatever order, portions and repetitions they come: the view is the oracle's.
func TestTheViewIsAFunctionOfTheFinalRecords(t *testing.T) {
	check(t, func(t *rapid.T) {
		w := drawWorld(t)
		v := drawView(t, w)
		for _, id := range w.traces {
			v.AddTrace(id, "")
		}
		for i, d := range w.deliver(t) {
			if i == w.renameAt {
				v.SetID(w.id)
			}
			v.Apply(d.records, d.info)
			if rapid.IntRange(0, 9).Draw(t, "check between") == 0 {
				w.checkWithin(t, v)
			}
		}
		v.SetID(w.id)
		now := time.Unix(rapid.Int64Range(150, 1200).Draw(t, "now"), 0)
		o := w.oracle()
		w.checkOutlook(t, v, o)
		reason := o.reason(now)
		require.Equal(t, reason != tracestore.CompleteNone, v.Advance(now))
		require.False(t, v.Advance(now), "nothing changes twice")
		checkAgainst(t, v, o, reason)
		for id := range o.infos {
			require.Equal(t, o.infos[id].LastSeq, v.Position(id).Seq)
		}
	})
}

// drawView is an empty view for a world: a new one, or one that was another's before.
func drawView(t *rapid.T, w *world) *execution.View {
	if !rapid.Bool().Draw(t, "used before") {
		return execution.New(w.firstID, w.rules)
	}
	before := drawWorld(t)
	v := execution.New(before.firstID, before.rules)
	for _, d := range before.deliver(t) {
		v.Apply(d.records, d.info)
	}
	v.Advance(time.Unix(rapid.Int64Range(0, 1200).Draw(t, "then"), 0))
	v.Reset(w.firstID, w.rules)
	return v
}

// A client that takes changes in portions of any size, clears a trace where it must, and follows to the end, has what
// Ordered has.
func TestAClientThatFollowsChangesHasWhatTheViewShows(t *testing.T) {
	check(t, func(t *rapid.T) {
		w := drawWorld(t)
		v := execution.New(w.firstID, w.rules)
		c := client{nodes: map[execution.SpanKey]shownNode{}}
		for i, d := range w.deliver(t) {
			switch rapid.IntRange(0, 15).Draw(t, "event") {
			case 0:
				v.Forget(d.info.Trace)
			case 1:
				v.Advance(time.Unix(rapid.Int64Range(0, 1200).Draw(t, "now"), 0))
			}
			before, shown := v.Rev(), v.Overview()
			if i == w.renameAt {
				v.SetID(w.id)
			}
			v.Apply(d.records, d.info)
			if after := v.Overview(); v.Rev() == before {
				require.Equal(t, shown, after, "an overview that changed has a new revision")
			}
			c.follow(v, rapid.IntRange(0, 20).Draw(t, "portion"), w.universe)
		}
		c.follow(v, 1<<20, w.universe)
		require.Equal(t, shownBy(v), c.nodes)
		require.Len(t, c.nodes, v.Len())
	})
}

// Records that come a second time change nothing at all.
func TestRepetitionChangesNothing(t *testing.T) {
	check(t, func(t *rapid.T) {
		w := drawWorld(t)
		v := execution.New(w.id, w.rules)
		deliveries := w.deliver(t)
		for _, d := range deliveries {
			v.Apply(d.records, d.info)
		}
		v.Advance(time.Unix(10_000, 0))
		rev, overview := v.Rev(), v.Overview()
		for _, d := range deliveries {
			v.Apply(d.records, d.info)
		}
		require.Equal(t, rev, v.Rev())
		require.Equal(t, overview, v.Overview())
	})
}

// check is rapid.Check with more cases: most of what can go wrong takes several coincidences.
func check(t *testing.T, law func(*rapid.T)) {
	t.Helper()
	for range 10 {
		rapid.Check(t, law)
	}
}

// client is somebody who keeps a copy of the view.
type client struct {
	rev   uint64
	nodes map[execution.SpanKey]shownNode
}

func (c *client) follow(v *execution.View, portion int, traces []tracestore.TraceID) {
	for _, id := range traces {
		if v.ResetRev(id) > c.rev {
			for k := range c.nodes {
				if k.Trace == id {
					delete(c.nodes, k)
				}
			}
		}
	}
	taken := 0
	v.Changed(c.rev, func(n *execution.Node) bool {
		if taken == portion {
			return false
		}
		taken++
		c.nodes[n.Key] = shownNode{n.Record, n.Tail, n.PlaceholderName}
		c.rev = n.Rev
		return true
	})
	if taken < portion {
		c.rev = v.Rev()
	}
}

func shownBy(v *execution.View) map[execution.SpanKey]shownNode {
	nodes := map[execution.SpanKey]shownNode{}
	for _, n := range v.Ordered() {
		nodes[n.Key] = shownNode{n.Record, n.Tail, n.PlaceholderName}
	}
	return nodes
}

func checkAgainst(t *rapid.T, v *execution.View, o *oracle, reason tracestore.CompleteReason) {
	got := v.Overview()
	got.Revision = 0
	want := o.overview(reason)
	if len(want.Models) == 0 {
		want.Models = nil
	}
	require.Equal(t, want, got)
	require.Equal(t, o.nodes(reason), shownBy(v))
	var keys []execution.SpanKey
	for _, n := range v.Ordered() {
		keys = append(keys, n.Key)
		require.Same(t, n, v.Node(n.Key))
		require.Positive(t, n.CreatedRev)
		require.LessOrEqual(t, n.CreatedRev, n.Rev)
		require.LessOrEqual(t, n.Rev, v.Rev())
	}
	require.Equal(t, o.ordered(), keys)
}

func (w *world) oracle() *oracle {
	o := &oracle{id: w.id, rules: w.rules, traces: w.traces, infos: w.infos, records: w.applied}
	o.work()
	return o
}

func (w *world) checkOutlook(t *rapid.T, v *execution.View, o *oracle) {
	d, reason := v.Outlook()
	if d.IsZero() {
		require.Empty(t, o.reason(time.Unix(1<<40, 0)), "only input can complete it")
		require.Empty(t, reason)
		return
	}
	require.Equal(t, o.reason(d), reason)
	if reason != tracestore.CompleteCounted {
		require.Empty(t, o.reason(d.Add(-1)))
	}
}

// checkWithin looks at what must hold at any time: revisions grow along Changed, and nodes are shown once.
func (w *world) checkWithin(t *rapid.T, v *execution.View) {
	seen := map[execution.SpanKey]bool{}
	var last uint64
	v.Changed(0, func(n *execution.Node) bool {
		assert.Greater(t, n.Rev, last)
		last = n.Rev
		assert.False(t, seen[n.Key], fmt.Sprint(n.Key))
		seen[n.Key] = true
		return true
	})
	require.Len(t, seen, v.Len())
}
