package live

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func TestAListShowsWhatCameJustNowOfAnExecutionThatNobodyWatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		for n := 2; n <= 4; n++ {
			s.append(span(n, 1))
			assert.Equal(t, n-1, s.row(traceID(1).String()).Spans)
		}
		s.append(span(1, 0, naming("run-1")))
		row := s.row("run-1")
		assert.Equal(t, 4, row.Spans)
		assert.Equal(t, tracestore.StatusCompleted, row.Status)
		assert.False(t, row.Complete)
	})
}

func TestAnExecutionThatNobodyWatchesIsCompleteAfterTheQuietPeriodAndKeepsNoView(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		s.append(span(1, 0, naming("run-1")), span(2, 1))
		time.Sleep(2 * time.Second)
		synctest.Wait()
		s.views.mu.Lock()
		assert.Zero(t, s.views.loaded.Len())
		assert.Zero(t, s.views.viewBytes)
		s.views.mu.Unlock()
		time.Sleep(quiet - 2*time.Second - tick)
		assert.False(t, s.row("run-1").Complete)
		time.Sleep(slack)
		synctest.Wait()
		assert.True(t, s.row("run-1").Complete)
		assert.Equal(t, tracestore.CompleteQuiet, s.row("run-1").CompleteReason)
		entries, _ := s.entries()
		assert.Zero(t, entries)

		s.append(span(3, 1))
		assert.EqualValues(t, 1, s.row("run-1").Revision, "a late span is news to a complete execution")
	})
}
