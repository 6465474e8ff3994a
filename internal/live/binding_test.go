package live

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func TestAViewerOfATraceKeepsItsPlaceWhenTheRootNamesTheExecution(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		h := s.open(traceID(1).String())
		defer h.Close()
		st, err := h.Stream("")
		require.NoError(t, err)
		defer st.Close()
		c := newClient()
		c.flush(st)
		assert.Equal(t, tracestore.StatusPending, c.overview.Status)

		s.append(span(2, 1))
		synctest.Wait()
		c.flush(st)
		assert.Equal(t, tracestore.StatusRunning, c.overview.Status)

		s.append(span(1, 0, naming("run-1")))
		synctest.Wait()
		c.flush(st)
		assert.Equal(t, "run-1", c.overview.Execution)
		assert.Equal(t, tracestore.StatusCompleted, c.overview.Status)
		assert.Equal(t, snapshotOf(h), c.spans)
		assert.Empty(t, c.problems)
		for _, b := range c.batches {
			assert.False(t, b.Reset, "a name is no reason to start over")
		}
	})
}

func TestAViewerOfAnExecutionNobodyNamedGetsEverythingOnceARootNamesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		h := s.open("run-1")
		defer h.Close()
		st, err := h.Stream("")
		require.NoError(t, err)
		defer st.Close()
		c := newClient()
		c.flush(st)
		s.append(span(2, 1), span(3, 1))
		synctest.Wait()
		c.flush(st)
		assert.Empty(t, c.spans)

		s.append(span(1, 0, naming("run-1")))
		synctest.Wait()
		<-st.Changed()
		c.flush(st)
		assert.Len(t, c.spans, 3)
		assert.Empty(t, c.problems)
	})
}

func TestAHintShowsATraceOnlyAsLongAsNothingElseNamesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		h := s.open("run-1", traceID(1))
		defer h.Close()
		st, err := h.Stream("")
		require.NoError(t, err)
		defer st.Close()
		c := newClient()
		s.append(span(2, 1))
		synctest.Wait()
		c.flush(st)
		assert.Len(t, c.spans, 2, "the span and a placeholder for its parent")
		assert.Equal(t, "run-1", c.overview.Execution, "the viewer sees the name it asked for")
		res, err := s.views.Resolve(context.Background(), "run-1")
		require.NoError(t, err)
		assert.False(t, res.Known, "a viewer's belief binds nothing")

		s.append(span(1, 0, naming("somebody-elses")))
		synctest.Wait()
		c.flush(st)
		assert.Empty(t, c.spans, "the trace turned out to be another execution's")
		assert.Equal(t, tracestore.StatusPending, c.overview.Status)
		assert.Empty(t, c.problems)
	})
}

func TestAHintIsIgnoredOnceTheExecutionIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		s.appendTo(traceID(7), span(1, 0, naming("run-1")))
		s.appendTo(traceID(8), span(1, 0, naming("secret")))
		synctest.Wait()
		h := s.open("run-1", traceID(8))
		defer h.Close()
		assert.Equal(t, []tracestore.TraceID{traceID(7)}, h.Overview().Traces)
	})
}

func TestARetryInASecondTraceJoinsTheExecution(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		h := s.open("run-1")
		defer h.Close()
		other := s.open(traceID(2).String())
		defer other.Close()
		st, err := h.Stream("")
		require.NoError(t, err)
		defer st.Close()
		late, err := other.Stream("")
		require.NoError(t, err)
		defer late.Close()
		c, lateClient := newClient(), newClient()
		s.appendTo(traceID(1), span(1, 0, naming("run-1")))
		s.appendTo(traceID(2), span(2, 1))
		synctest.Wait()
		c.flush(st)
		lateClient.flush(late)

		s.appendTo(traceID(2), span(1, 0, naming("run-1")))
		synctest.Wait()
		c.flush(st)
		lateClient.flush(late)
		assert.Len(t, c.spans, 3)
		assert.Equal(t, c.spans, lateClient.spans, "whoever watched the second trace sees the whole execution now")
		assert.Empty(t, c.problems)
		assert.Empty(t, lateClient.problems)
	})
}

func TestAnExecutionBecomesCompleteAfterTheQuietPeriodAndIsListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		h := s.open("run-1")
		defer h.Close()
		st, err := h.Stream("")
		require.NoError(t, err)
		defer st.Close()
		c := newClient()
		s.append(span(2, 1), span(1, 0, naming("run-1")))
		began := time.Now()
		synctest.Wait()
		c.flush(st)
		assert.False(t, c.overview.Complete)
		for !c.overview.Complete {
			<-st.Changed()
			c.flush(st)
		}
		assert.InDelta(t, 7, time.Since(began).Seconds(), 0.1)
		assert.Equal(t, tracestore.CompleteQuiet, c.overview.CompleteReason)
		page, err := s.views.Executions(context.Background(), tracestore.Query{})
		require.NoError(t, err)
		require.Len(t, page.Rows, 1)
		assert.True(t, page.Rows[0].Complete)
		assert.Equal(t, []string{traceID(1).String()}, page.Rows[0].Aliases)
	})
}

func TestUnwatchedExecutionsAreCompletedListedAndForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		for i := 1; i <= 100; i++ {
			s.appendTo(traceID(i), span(1, 0))
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		page, err := s.views.Executions(context.Background(), tracestore.Query{Limit: 200})
		require.NoError(t, err)
		require.Len(t, page.Rows, 100)
		for _, row := range page.Rows {
			assert.True(t, row.Complete)
		}
		s.views.mu.Lock()
		defer s.views.mu.Unlock()
		assert.Empty(t, s.views.entries, "nobody watches them and nothing is left to happen")
		assert.Empty(t, s.views.byTrace)
		assert.Zero(t, s.views.viewBytes)
	})
}

func TestWhatWasAppendedLastIsShownEvenThoughTheViewsClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		h := s.open("run-1")
		defer h.Close()
		st, err := h.Stream("")
		require.NoError(t, err)
		defer st.Close()
		c := newClient()
		s.append(span(2, 1), span(1, 0, naming("run-1")))
		s.close()
		<-st.Changed()
		c.flush(st)
		assert.Len(t, c.spans, 2)
		assert.Equal(t, tracestore.StatusCompleted, c.overview.Status)
	})
}

func TestAnEvictedExecutionSaysSoToWhoeverWatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		h := s.open("run-1")
		defer h.Close()
		st, err := h.Stream("")
		require.NoError(t, err)
		defer st.Close()
		c := newClient()
		s.append(span(2, 1), span(1, 0, naming("run-1")))
		synctest.Wait()
		c.flush(st)
		assert.Len(t, c.spans, 2)
		require.NoError(t, s.store.Evict(context.Background(), "run-1", tracestore.EvictRequest))
		synctest.Wait()
		c.flush(st)
		assert.True(t, c.overview.Complete)
		assert.Equal(t, tracestore.CompleteEvicted, c.overview.CompleteReason)
		assert.Equal(t, tracestore.StatusCompleted, c.overview.Status, "the last summary")

		assert.Equal(t, 1, s.append(span(3, 1)).Evicted, "a late span is counted, and resurrects nothing")
		late := s.open("run-1")
		defer late.Close()
		page, err := late.Snapshot("", 0)
		require.NoError(t, err)
		assert.Empty(t, page.Spans)
		assert.Equal(t, tracestore.CompleteEvicted, page.Overview.CompleteReason)
	})
}

func TestAnExecutionIsKnownAtOnceAfterItsTraceWasBound(t *testing.T) {
	s := newStage(t)
	defer s.close()
	for n := 1; n <= 200; n++ {
		trace, id := traceID(n), fmt.Sprintf("run-%d", n)
		s.appendTo(trace, span(2, 1))
		s.open(trace.String()).Close()
		require.NoError(t, s.views.Bind(context.Background(), id, trace))
		h := s.open(id)
		assert.True(t, h.Overview().Known)
		assert.Len(t, h.Spans(), 2)
		h.Close()
	}
}
