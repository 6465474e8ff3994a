package live

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/memorystore"
)

// newClockedStage is a stage whose clock can be set while everything else goes on.
func newClockedStage(t *testing.T) (s *stage, set func(by time.Duration)) {
	var by atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(by.Load())) }
	s = newStage(t, func(store *memorystore.Config, views *Config) { store.Now, views.Now = now, now })
	return s, func(d time.Duration) {
		synctest.Wait()
		by.Add(int64(d))
	}
}

// beat is a heartbeat of a span that runs below the root, with a lease of 30 s.
func beat(n int) *tracestore.Span {
	s := span(2, 1)
	s.Facts.End, s.Facts.Lease = 0, 30*time.Second
	s.Rank = tracestore.Rank{Class: tracestore.ClassHeartbeat, Time: int64(n)}
	return s
}

// TestAClockThatIsSet by an hour, forth or back, in the middle of executions: nothing is lost or evicted, what was over is
// complete in time and not before, what runs goes on to run while its sender is heard of, and is lost in time if it is not.
func TestAClockThatIsSet(t *testing.T) {
	for name, by := range map[string]struct{ before, then time.Duration }{
		"forth":           {then: time.Hour},
		"back":            {then: -time.Hour},
		"forth, and back": {time.Hour, -time.Hour},
		"back, and forth": {-time.Hour, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { playSetting(t, by.before, by.then) })
		})
	}
}

func playSetting(t *testing.T, before, then time.Duration) {
	s, set := newClockedStage(t)
	defer s.close()
	set(before)
	time.Sleep(20 * time.Second)
	s.appendTo(traceID(1), span(1, 0, naming("over")), span(2, 1))
	s.appendTo(traceID(2), span(1, 0, naming("running")), beat(0))
	over, running := s.open("over"), s.open("running")
	defer over.Close()
	defer running.Close()
	viewer := newClient()
	stream, err := over.Stream("")
	require.NoError(t, err)
	defer stream.Close()
	viewer.flush(stream)

	set(then)
	time.Sleep(5 * time.Second)
	synctest.Wait()
	assert.False(t, over.Overview().Complete, "within the quiet period")
	for n := range 4 {
		time.Sleep(20 * time.Second)
		s.appendTo(traceID(2), beat(1+n))
	}
	synctest.Wait()
	viewer.flush(stream)
	assert.Equal(t, tracestore.CompleteQuiet, over.Overview().CompleteReason)
	assert.Len(t, viewer.spans, 2)
	assert.Empty(t, viewer.problems)
	assert.False(t, running.Overview().Complete, "its sender is heard of")

	time.Sleep(80 * time.Second) // two leases, the quiet period, and time to notice
	synctest.Wait()
	assert.Equal(t, tracestore.CompleteLost, running.Overview().CompleteReason)
	assert.Len(t, running.Spans(), 2)
}
