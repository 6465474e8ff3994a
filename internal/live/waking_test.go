package live

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/memorystore"
)

// TestAnExecutionIsNotAbandonedBecauseTheMachineSlept: a laptop is closed for longer than an execution may be silent.
func TestAnExecutionIsNotAbandonedBecauseTheMachineSlept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const asleep = 20 * time.Minute
		behind := asleep
		s := newStage(t, func(c *memorystore.Config, _ *Config) {
			c.Now = func() time.Time { return time.Now().Add(-behind) }
		})
		defer s.close()
		// What came before the machine slept was received by a clock that was behind, and so was the last look at it.
		s.views.mu.Lock()
		s.views.listened = time.Now().Add(-asleep)
		s.views.mu.Unlock()
		s.append(span(2, 1, naming("run-1")))
		behind = 0
		h := s.open("run-1")
		defer h.Close()
		require.NoError(t, s.views.again("run-1"))
		assert.False(t, h.Overview().Complete)

		time.Sleep(16 * time.Minute)
		synctest.Wait()
		assert.Equal(t, tracestore.CompleteAbandoned, h.Overview().CompleteReason, "it is when the silence goes on")
	})
}
