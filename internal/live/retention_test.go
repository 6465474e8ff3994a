package live

import (
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/orcheo/otelcol-canvas/internal/tracestore/memorystore"
)

func liveHeap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// appendExecutions appends executions of two spans each, which come one after the other.
func (s *stage) appendExecutions(n int) {
	for i := 1; i <= n; i++ {
		s.appendTo(traceID(i), span(1, 0, naming(fmt.Sprintf("run-%d", i))))
		s.appendTo(traceID(i), span(2, 1))
	}
}

func TestTheAccountOfManySmallViewsIsTheLiveHeapWithinAQuarter(t *testing.T) {
	for name, viewBytes := range map[string]int64{"with the views of those that were watched": 1 << 30, "without views": 1} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, func(_ *memorystore.Config, c *Config) { c.ViewBytes, c.SweepInterval = viewBytes, time.Hour })
				defer s.close()
				before := liveHeap()
				s.appendExecutions(5000)
				if viewBytes > 1 {
					for i := 1; i <= 5000; i++ {
						s.open(fmt.Sprintf("run-%d", i)).Close()
					}
				}
				s.views.catchUp()
				synctest.Wait()
				assert.InEpsilon(t, liveHeap()-before-s.store.Stats().Bytes, s.views.ViewBytes(), 0.25)
			})
		})
	}
}

func TestMapsShrinkAfterAFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, func(c *memorystore.Config, _ *Config) { c.BudgetBytes = 16 << 20 })
		defer s.close()
		s.appendExecutions(5000)
		synctest.Wait()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		s.views.mu.Lock()
		assert.Equal(t, 5000, s.views.peaks.entries)
		s.views.mu.Unlock()
		s.finish()
		s.views.mu.Lock()
		defer s.views.mu.Unlock()
		assert.Less(t, s.views.peaks.entries, worthIt) // as many as were left when a sweep found them worth it
		assert.Less(t, s.views.peaks.byTrace, worthIt)
	})
}

func TestAMapOfWhichLittleIsLeftTakesLittle(t *testing.T) {
	before := liveHeap()
	m, peak := map[int]int{}, 0
	for i := range 100_000 {
		m[i] = i
	}
	m = shrunk(m, &peak)
	for i := range 99_990 {
		delete(m, i)
	}
	m = shrunk(m, &peak)
	assert.Len(t, m, 10)
	assert.Less(t, liveHeap()-before, int64(256<<10))
	runtime.KeepAlive(m)
}
