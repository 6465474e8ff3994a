package live

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// row is what a list shows of an execution.
func (s *stage) row(id string) tracestore.ExecutionRow {
	s.Helper()
	page, err := s.views.Executions(context.Background(), tracestore.Query{})
	require.NoError(s, err)
	for _, r := range page.Rows {
		if r.Execution == id {
			return r
		}
	}
	s.Fatalf("no row for %s", id)
	return tracestore.ExecutionRow{}
}

// finish has everything complete, listed and forgotten by the views.
func (s *stage) finish() {
	time.Sleep(2 * time.Minute)
	synctest.Wait()
	entries, _ := s.entries()
	require.Zero(s, entries)
}

func TestALateSpanIsListedEvenThoughItNamesAnExecutionThatIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		s.appendTo(traceID(9), span(1, 0, naming("gone")))
		s.append(span(1, 0, naming("run-1")))
		s.finish()
		require.NoError(t, s.store.Evict(context.Background(), "gone", tracestore.EvictRequest))

		s.append(span(2, 1, naming("gone")))
		s.finish()
		assert.Equal(t, 2, s.row("run-1").Spans)
	})
}

func TestALateSpanIsListedForEveryExecutionThatHasItsTrace(t *testing.T) {
	for _, watched := range []string{"outer", "nested"} {
		t.Run("while only the "+watched+" one is watched", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t)
				defer s.close()
				s.append(span(1, 0, naming("outer")), span(2, 1, naming("nested"), workflow))
				s.finish()
				require.Equal(t, 2, s.row("outer").Spans)
				require.Equal(t, 1, s.row("nested").Spans)

				defer s.open(watched).Close()
				s.append(span(3, 2))
				time.Sleep(time.Minute)
				synctest.Wait()
				assert.Equal(t, 3, s.row("outer").Spans)
				assert.Equal(t, 2, s.row("nested").Spans)
			})
		})
	}
}

func workflow(s *tracestore.Span) { s.Facts.Workflow = true }

func TestATraceThatIsBoundLateIsListedWithItsExecution(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		s.append(span(1, 0, naming("run-1")))
		s.appendTo(traceID(2), span(1, 0), span(2, 1))
		s.finish()

		require.NoError(t, s.views.Bind(context.Background(), "run-1", traceID(2)))
		s.finish()
		assert.Equal(t, 3, s.row("run-1").Spans)
	})
}
