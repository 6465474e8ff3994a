package live

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/memorystore"
)

// again has an entry refreshed by the caller, as if somebody had said that it may stand for something else now.
func (v *Views) again(id string) error {
	v.mu.Lock()
	e := v.entries[id]
	e.resolve = true
	v.mu.Unlock()
	return v.refresh(e)
}

// TestAnEntryThatIsTakenOverWhileItAsksTheStoreTakesNothing: two entries find out at the same time that they are one
// execution.
func TestAnEntryThatIsTakenOverWhileItAsksTheStoreTakesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, store := newMeddledStage(t, func(_ *memorystore.Config, c *Config) { c.Repoll = time.Hour })
		defer s.close()
		byTrace, byName := s.open(traceID(1).String()), s.open("run-1")
		s.append(span(2, 1))
		synctest.Wait()
		store.deafen()
		root := span(1, 0, naming("run-1"))
		_, err := store.Append(context.Background(), []tracestore.TraceBatch{{Trace: traceID(1), Spans: []*tracestore.Span{root}}})
		require.NoError(t, err)

		var once atomic.Bool
		store.act(func(call, id string) {
			if call == "resolve" && id == "run-1" && once.CompareAndSwap(false, true) {
				assert.NoError(t, s.views.again(traceID(1).String()))
			}
		})
		require.NoError(t, s.views.again("run-1"))
		store.act(nil)
		s.append(span(3, 1))
		synctest.Wait()
		assert.Len(t, byTrace.Spans(), 3)
		assert.Len(t, byName.Spans(), 3)

		byTrace.Close()
		byName.Close()
		s.finish()
		_, traces := s.entries()
		assert.Zero(t, traces)
		assert.Empty(t, store.keys())
		s.append(span(4, 1))
		s.finish()
		assert.Equal(t, 4, s.row("run-1").Spans, "a late span finds its execution")
	})
}

// What came of a trace while nobody watched it, unheard, is there with the first re-poll after its name is somebody's.
func TestAnEntryThatTakesANameOverIsReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, store := newMeddledStage(t)
		defer s.close()
		store.deafen()
		s.appendElsewhere(traceID(1), span(2, 1))
		s.open(traceID(1).String()).Close()
		h := s.open("run-1")
		defer h.Close()
		s.appendElsewhere(traceID(1), span(1, 0, naming("run-1")), span(3, 1))
		time.Sleep(s.views.cfg.Repoll + time.Second)
		synctest.Wait()
		assert.Len(t, h.Spans(), 3)
	})
}

// TestAnEntryThatWasForgottenIsNotTakenUpAgain: a viewer waits for a name, and the trace that gets it has just been
// forgotten because nobody watched it.
func TestAnEntryThatWasForgottenIsNotTakenUpAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, store := newMeddledStage(t, func(_ *memorystore.Config, c *Config) { c.Repoll = time.Hour })
		defer s.close()
		h := s.open("run-1")
		defer h.Close()
		s.append(span(1, 0))
		s.views.catchUp()
		synctest.Wait()
		s.views.mu.Lock()
		unnamed := s.views.entries[traceID(1).String()]
		s.views.mu.Unlock()
		store.deafen()
		require.NoError(t, s.store.Bind(context.Background(), "run-1", traceID(1)))
		store.act(func(call, id string) {
			if call == "resolve" && id == "run-1" {
				unnamed.mu.Lock()
				s.views.mu.Lock()
				if !unnamed.gone {
					s.views.remove(unnamed)
					s.views.unload(unnamed)
				}
				s.views.mu.Unlock()
				unnamed.mu.Unlock()
			}
		})
		require.NoError(t, s.views.again("run-1"))
		store.act(nil)
		s.append(span(2, 1))
		synctest.Wait()
		assert.Len(t, h.Spans(), 2)
	})
}
