package memorystore

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func tinyStore(t *testing.T) *Store {
	s, err := New(Config{BudgetBytes: MinBudgetBytes, ExecutionBytes: MinBudgetBytes, ExecutionSpans: 1 << 20})
	require.NoError(t, err)
	return s
}

func flood(t *testing.T, s *Store, trace, first, spans, bytes int, change ...func(*tracestore.Span)) {
	for n := range spans {
		span := &tracestore.Span{
			ID: spanID(first + n), Parent: spanID(1), Rank: tracestore.Rank{Class: tracestore.ClassStart, Time: int64(n)}, Body: make([]byte, bytes),
		}
		for _, c := range change {
			c(span)
		}
		put(t, s, trace, "flood", span)
		require.LessOrEqual(t, s.Stats().Bytes, s.Stats().BudgetBytes)
	}
}

func recordOf(t *testing.T, s *Store, trace, span int) *tracestore.Record {
	page, err := s.Read(context.Background(), traceID(trace), tracestore.Position{}, tracestore.ReadLimit{})
	require.NoError(t, err)
	for _, r := range page.Records {
		if r.ID == spanID(span) {
			return r
		}
	}
	return nil
}

func TestAnExecutionAloneInTheStoreKeepsItsRoot(t *testing.T) {
	s := tinyStore(t)
	flood(t, s, 1, 10, 2000, 1000)
	flood(t, s, 1, 5000, 2000, 1000, func(s *tracestore.Span) { s.Parent = tracestore.SpanID{} })
	flood(t, s, 1, 1, 1, 20_000, func(s *tracestore.Span) { s.Parent, s.Facts.Workflow = spanID(9), true })
	root := recordOf(t, s, 1, 1)
	require.NotNil(t, root)
	require.False(t, root.Skeleton)
	require.Len(t, root.Body, 20_000)
	audit(t, s)
}

func TestARootThatCannotFitAtAllLeavesASkeleton(t *testing.T) {
	s := tinyStore(t)
	flood(t, s, 1, 1, 1, 2*MinBudgetBytes, func(s *tracestore.Span) { s.Parent = tracestore.SpanID{} })
	root := recordOf(t, s, 1, 1)
	require.NotNil(t, root)
	require.True(t, root.Skeleton)
	audit(t, s)
}

func TestUpdatesThatGrowBeyondHalfOfTheBudgetShrinkToSkeletons(t *testing.T) {
	s := tinyStore(t)
	flood(t, s, 1, 10, 50, 100)
	flood(t, s, 1, 10, 50, 20_000, func(s *tracestore.Span) { s.Rank.Class = tracestore.ClassFinal })
	st := s.Stats()
	require.Equal(t, 50, st.Records)
	require.Positive(t, st.Skeletons)
	require.Equal(t, tracestore.ClassFinal, recordOf(t, s, 1, 59).Rank.Class)
	audit(t, s)
}

func TestExecutionsThatAreTooLargeTogetherAreNotConnected(t *testing.T) {
	s := tinyStore(t)
	flood(t, s, 1, 10, 80, 1000)
	flood(t, s, 2, 10, 80, 1000, func(s *tracestore.Span) { s.Facts.Execution = "run-1" })
	err := s.Bind(context.Background(), "run-1", traceID(1))
	require.ErrorIs(t, err, tracestore.ErrUnbindable)
	require.ErrorContains(t, err, "more than an execution may")
	flood(t, s, 1, 500, 1, 10, func(s *tracestore.Span) { s.Facts.Execution = "run-1" })
	res, err := s.Resolve(context.Background(), traceID(1).String())
	require.NoError(t, err)
	require.Equal(t, traceID(1).String(), res.Execution)
	audit(t, s)
}

func TestASenderThatMakesUpAnExecutionForEachSpanDoesNotFillTheList(t *testing.T) {
	s := tinyStore(t)
	n := 0
	flood(t, s, 1, 10, 100, 10, func(s *tracestore.Span) { n++; s.Facts.Execution = fmt.Sprint("run-", n) })
	require.Equal(t, maxNames, s.Stats().Executions)
	audit(t, s)
}

func TestANameThatIsTheHexOfAnotherTraceLeadsToThatTrace(t *testing.T) {
	s := tinyStore(t)
	name := func(s *tracestore.Span) { s.Facts.Execution = traceID(2).String() }
	flood(t, s, 1, 1, 1, 10, name) // before that trace is known
	flood(t, s, 2, 1, 1, 10)
	flood(t, s, 3, 1, 1, 10, name) // and after
	res, err := s.Resolve(context.Background(), traceID(2).String())
	require.NoError(t, err)
	require.Equal(t, traceID(2).String(), res.Execution)
	require.Len(t, res.Traces, 3)
	audit(t, s)
}

func TestATombstoneTakesAtMost512Bytes(t *testing.T) {
	long := strings.Repeat("ä", 500)
	e := &execution{given: "9f8c3c9e-6f0e-4f8e-8a39-6c6f3a7d1c11", named: true, summary: appendSummary(nil, &tracestore.Summary{
		WorkflowID: "wf-0123456789abcdef-0123456789abcdef", RunName: long, Error: long, Thread: long, Tags: []string{long}, Models: []string{long},
	})}
	tr := &trace{id: traceID(1)}
	tr.execs.add(e)
	e.traces.add(ref{trace: tr})
	require.LessOrEqual(t, inscribe(e, 0).size()+2*graveShare, int64(512))
	require.Less(t, len(inscribe(e, 0).summary().RunName), 160)
}

func TestASummaryIsTheStoresOwnAndBounded(t *testing.T) {
	s := tinyStore(t)
	flood(t, s, 1, 1, 1, 10)
	models := []string{"a", "b"}
	sum := tracestore.Summary{Models: models, Error: strings.Repeat("ä", 5000), Tags: make([]string, 1000)}
	require.NoError(t, s.PutSummary(context.Background(), traceID(1).String(), sum))
	models[0] = "changed"
	res, err := s.Resolve(context.Background(), traceID(1).String())
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, res.Summary.Models)
	require.Len(t, res.Summary.Error, maxSummaryText)
	require.Len(t, res.Summary.Tags, maxSummaryList)
	audit(t, s)
}

func TestHeartbeatsWithEverNewContextsHoldNoMoreThanOne(t *testing.T) {
	s := tinyStore(t)
	for n := range 1000 {
		put(t, s, 1, "", &tracestore.Span{
			ID: spanID(1), Rank: tracestore.Rank{Class: tracestore.ClassHeartbeat, Time: int64(n)},
			Facts: tracestore.Facts{Lease: time.Minute, Thread: fmt.Sprint("thread ", n)}, Context: fmt.Append(nil, "context ", n),
		})
	}
	require.Less(t, s.Stats().Bytes, int64(6000))
	audit(t, s)
}

func FuzzListCursor(f *testing.F) {
	f.Add(listCursor(0))
	f.Add(listCursor(1 << 53))
	f.Add("AQAAAAAAAAAA")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		at, err := parseListCursor(text)
		if err != nil {
			require.ErrorIs(t, err, tracestore.ErrCursor)
			return
		}
		if text != "" {
			require.Equal(t, text, listCursor(at), "there is one cursor for a place")
		}
	})
}

func TestASenderThatPutsEveryTraceIntoOneExecutionConnectsThousandsAndNoMore(t *testing.T) {
	s, err := New(Config{})
	require.NoError(t, err)
	named := func(s *tracestore.Span) { s.Facts.Execution = "run-1" }
	for trace := 1; trace <= maxTraces+10; trace++ {
		flood(t, s, trace, 1, 1, 10, named)
	}
	res, err := s.Resolve(context.Background(), "run-1")
	require.NoError(t, err)
	require.Len(t, res.Traces, maxTraces)
	require.Len(t, res.Aliases, maxAliases)
	beyond, err := s.Resolve(context.Background(), traceID(maxTraces+1).String())
	require.NoError(t, err)
	require.Equal(t, traceID(maxTraces+1).String(), beyond.Execution, "a trace beyond that is listed under its own id")
	require.ErrorIs(t, s.Bind(context.Background(), "run-1", traceID(maxTraces+1)), tracestore.ErrUnbindable)
	audit(t, s)
}

func TestASenderThatChainsExecutionsConnectsAThousandAndNoMore(t *testing.T) {
	s, err := New(Config{})
	require.NoError(t, err)
	for trace := 1; trace <= maxConnected+10; trace++ {
		for _, id := range []int{trace, trace + 1} {
			flood(t, s, trace, id, 1, 10, func(s *tracestore.Span) { s.Facts.Execution = fmt.Sprintf("run-%d", id) })
		}
	}
	require.Len(t, s.names.get("run-1").group.execs.all(), maxConnected)
	audit(t, s)
}

func TestAListFindsAnExecutionByAnyOfItsTraces(t *testing.T) {
	s, err := New(Config{})
	require.NoError(t, err)
	for trace := 1; trace <= maxAliases+10; trace++ {
		flood(t, s, trace, 1, 1, 10, func(s *tracestore.Span) { s.Facts.Execution = "run-1" })
	}
	page, err := s.Executions(context.Background(), tracestore.Query{Text: traceID(maxAliases + 9).String()[20:]})
	require.NoError(t, err)
	require.Len(t, page.Rows, 1)
	require.Len(t, page.Rows[0].Aliases, maxAliases)
}
