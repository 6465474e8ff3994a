package memorystore

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/storetest"
)

// traffic is what one sender does in a turn.
type traffic struct {
	Trace, Spans, Bytes int
	Complete            bool
}

func drawTraffic(t *rapid.T) traffic {
	return traffic{
		Trace: rapid.IntRange(0, 200).Draw(t, "trace"), Spans: rapid.IntRange(1, 8).Draw(t, "spans"),
		Bytes: rapid.SampledFrom([]int{100, 1000, 4000}).Draw(t, "bytes"), Complete: rapid.Bool().Draw(t, "complete"),
	}
}

// TestWhateverOneSenderDoesTheOthersKeepWhatIsWithinTheirShare floods a store from some senders, while others keep a few
// executions each, idle and complete ones among them, that take less than their fair share.
func TestWhateverOneSenderDoesTheOthersKeepWhatIsWithinTheirShare(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		clock := storetest.NewClock()
		s, err := New(Config{BudgetBytes: 2 << 20, ExecutionBytes: 64 << 10, IdleAfter: time.Minute, Now: clock.Now})
		require.NoError(rt, err)
		quiet := rapid.IntRange(1, 4).Draw(rt, "quiet senders")
		var kept []int
		for n := range quiet {
			for e := range rapid.IntRange(1, 5).Draw(rt, "executions") {
				trace := 10_000 + n*100 + e
				kept = append(kept, trace)
				flooding(rt, s, trace, fmt.Sprint("quiet ", n), drawTraffic(rt))
			}
		}
		clock.Advance(2 * time.Minute) // all of it is idle
		noisy := rapid.IntRange(1, 3).Draw(rt, "noisy senders")
		for turn := range rapid.IntRange(1, 300).Draw(rt, "turns") {
			clock.Advance(time.Second)
			of := turn % noisy
			tr := drawTraffic(rt)
			flooding(rt, s, of*1000+tr.Trace, fmt.Sprint("noisy ", of), tr)
			st := s.Stats()
			require.LessOrEqual(rt, st.Bytes, st.BudgetBytes)
			for _, trace := range kept {
				require.NotNil(rt, s.traces.get(traceID(trace)), "an execution of a quiet sender is gone at turn %d", turn)
			}
		}
		audit(rt, s)
	})
}

func flooding(t require.TestingT, s *Store, trace int, sender string, tr traffic) {
	var spans []*tracestore.Span
	for n := range tr.Spans {
		spans = append(spans, &tracestore.Span{
			ID: spanID(n + 1), Rank: tracestore.Rank{Class: tracestore.ClassFinal, Time: 1}, Body: make([]byte, tr.Bytes),
		})
	}
	_, err := s.Append(context.Background(), []tracestore.TraceBatch{{Trace: traceID(trace), Sender: sender, Spans: spans}})
	require.NoError(t, err)
	require.NoError(t, s.PutSummary(context.Background(), traceID(trace).String(), tracestore.Summary{Complete: tr.Complete}))
}

// TestWhatIsWatchedSurvivesAnyFloodUpToHalfOfTheBudget: no sender, noisy or not, loses an execution that somebody watches
// while the watched ones hold less than half.
func TestWhatIsWatchedSurvivesAnyFloodUpToHalfOfTheBudget(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, err := New(Config{BudgetBytes: 1 << 20, ExecutionBytes: 64 << 10})
		require.NoError(rt, err)
		w, err := s.Watch(context.Background())
		require.NoError(rt, err)
		defer w.Close()
		watching := map[int]bool{}
		for turn := range rapid.IntRange(1, 300).Draw(rt, "turns") {
			tr := drawTraffic(rt)
			flooding(rt, s, turn, fmt.Sprint("sender ", tr.Trace%3), tr)
			if tr.Trace%4 == 0 && s.watchedHeld+64<<10 < s.cfg.watchedBytes() {
				w.Add(tracestore.Key{Trace: traceID(turn)})
				watching[turn] = true
			}
			for trace := range watching {
				require.NotNil(rt, s.traces.get(traceID(trace)), "a watched execution is gone at turn %d", turn)
			}
			require.LessOrEqual(rt, s.bytes(), s.cfg.BudgetBytes)
		}
		audit(rt, s)
	})
}

func TestTheNoisyWorkflowOfABackendIsToldFromItsOthers(t *testing.T) {
	s, err := New(Config{BudgetBytes: 1 << 20, ExecutionBytes: 64 << 10})
	require.NoError(t, err)
	run := func(trace int, workflow string) {
		root := realisticSpan(1, tracestore.ClassFinal)
		root.Facts.WorkflowID = workflow
		child := realisticSpan(2, tracestore.ClassFinal)
		child.Facts.WorkflowID = ""
		put(t, s, trace, "orcheo-backend", child) // children come first, and do not know their workflow
		put(t, s, trace, "orcheo-backend", root)
	}
	run(1, "modest")
	for trace := 2; s.Stats().Tombstones < 50; trace++ {
		run(trace, "noisy")
	}
	require.NotNil(t, recordOf(t, s, 1, 2))
	require.Nil(t, recordOf(t, s, 2, 2))
	audit(t, s)
}

func TestSendersWithMadeUpNamesShareOneAccount(t *testing.T) {
	s, err := New(Config{})
	require.NoError(t, err)
	for n := range maxSenders + 500 {
		put(t, s, n, fmt.Sprint("made up ", n), realisticSpan(1, tracestore.ClassFinal))
	}
	require.LessOrEqual(t, s.queue.senders.count, maxSenders+1)
	audit(t, s)
}

func TestOfTheGreediestSenderWhatIsCompleteGoesFirstThenWhatIsIdle(t *testing.T) {
	clock := storetest.NewClock()
	s, err := New(Config{BudgetBytes: 1 << 20, IdleAfter: time.Minute, Now: clock.Now})
	require.NoError(t, err)
	put(t, s, 1, "modest", realisticSpan(1, tracestore.ClassFinal))
	require.NoError(t, s.PutSummary(context.Background(), traceID(1).String(), tracestore.Summary{Complete: true}))
	put(t, s, 2, "greedy", realisticSpan(2, tracestore.ClassFinal))
	clock.Advance(2 * time.Minute)
	put(t, s, 3, "greedy", realisticSpan(3, tracestore.ClassFinal))
	put(t, s, 4, "greedy", realisticSpan(4, tracestore.ClassFinal))
	require.NoError(t, s.PutSummary(context.Background(), traceID(4).String(), tracestore.Summary{Complete: true}))
	next := 5
	until := func(tombstones int) {
		for ; s.Stats().Tombstones < tombstones; next++ {
			put(t, s, next, "greedy", realisticSpan(next, tracestore.ClassFinal))
		}
	}
	for tombstones, gone := range []int{4, 2, 3} {
		until(tombstones + 1)
		require.Nil(t, s.traces.get(traceID(gone)), "execution %d was to be the next", gone)
	}
	require.NotNil(t, s.traces.get(traceID(1)), "what another sender finished long ago is held")
	audit(t, s)
}
