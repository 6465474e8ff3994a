package live

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/execution"
)

// manyTraces is more than a cursor or an overview names.
const manyTraces = 3 * maxCursorTraces

func appendManyTraces(s *stage) {
	for n := 1; n <= manyTraces; n++ {
		s.appendTo(traceID(n), span(2, 1), span(1, 0, naming("run-1")))
	}
}

func TestAnExecutionOfManyTracesHasShortCursorsAndOverviews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		appendManyTraces(s)
		synctest.Wait()
		h := s.open("run-1")
		defer h.Close()
		o := h.Overview()
		assert.Len(t, o.Traces, execution.MaxTraces)
		assert.Equal(t, manyTraces, o.TraceCount)
		page, err := h.Snapshot("", 10)
		require.NoError(t, err)
		assert.Less(t, len(page.Changes), 4<<10)
		assert.Less(t, len(page.NextPage), 4<<10)
	})
}

func TestPagesOfAnExecutionOfManyTracesLeadToItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		appendManyTraces(s)
		synctest.Wait()
		h := s.open("run-1")
		defer h.Close()
		seen := map[execution.SpanKey]bool{}
		page, err := h.Snapshot("", 50)
		for require.NoError(t, err); ; require.NoError(t, err) {
			for _, sp := range page.Spans {
				assert.False(t, seen[sp.Key], "a span on two pages")
				seen[sp.Key] = true
			}
			if page.NextPage == "" {
				break
			}
			page, err = h.Snapshot(page.NextPage, 50)
		}
		assert.Len(t, seen, 2*manyTraces)
		page, err = h.Snapshot(page.Changes, 0)
		require.NoError(t, err)
		assert.Empty(t, page.Spans, "nothing changed since")
		assert.Equal(t, PhaseLive, page.Phase)
	})
}

// TestAClientOfManyTracesResumesWithoutAGap: a cursor names the traces that changed last. Of the others, those that change
// are sent anew as a whole, for where the client was in them is not known.
func TestAClientOfManyTracesResumesWithoutAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		appendManyTraces(s)
		synctest.Wait()
		v := &viewing{id: "run-1", client: newClient()}
		v.connect(s)
		v.client.flush(v.stream)
		assert.Len(t, v.client.spans, 2*manyTraces)
		h := s.open("run-1")
		defer h.Close()

		for round, trace := range []int{1, manyTraces, 2, manyTraces + 1, 1} {
			v.disconnect()
			s.appendTo(traceID(trace), span(3+round, 1, naming("run-1")))
			synctest.Wait()
			v.client.batches = nil
			v.connect(s)
			v.client.flush(v.stream)
			assert.Empty(t, v.client.problems)
			assert.Equal(t, snapshotOf(h), v.client.spans)
			require.LessOrEqual(t, len(v.client.batches), 2, "the traces that did not change are not sent")
		}
		v.disconnect()
	})
}

func TestAClientOfManyTracesWhoseViewWasExchangedStartsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		appendManyTraces(s)
		synctest.Wait()
		v := &viewing{id: "run-1", client: newClient()}
		v.connect(s)
		v.client.flush(v.stream)
		v.disconnect()
		s.finish()
		s.appendTo(traceID(1), span(3, 1))
		synctest.Wait()
		v.connect(s)
		v.client.flush(v.stream)
		assert.Empty(t, v.client.problems)
		assert.Equal(t, snapshotOf(v.handle), v.client.spans)
		v.disconnect()
	})
}
