package live

import (
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore/memorystore"
)

var errStore = errors.New("the store cannot be reached")

func failing(calls ...string) func(call, id string) error {
	return func(call, _ string) error {
		if slices.Contains(calls, call) {
			return errStore
		}
		return nil
	}
}

func TestAnUnreachableStoreIsAskedAgainNowAndThenAndNotInALoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var failures atomic.Int64
		s, store := newMeddledStage(t, func(_ *memorystore.Config, c *Config) { c.OnError = func(error) { failures.Add(1) } })
		defer s.close()
		s.append(span(1, 0, naming("run-1")))
		s.finish()
		h := s.open("nobody")
		defer h.Close()
		store.fail(func(_, id string) error {
			if id == "run-1" && failures.Load() == 0 {
				failures.Add(1)
				return nil // Open's own question
			}
			return errStore
		})
		late := s.open("run-1")
		defer late.Close()
		read := make(chan int)
		go func() { read <- len(late.Spans()) }()
		time.Sleep(10 * time.Second)
		assert.Less(t, failures.Load(), int64(200))
		store.fail(nil)
		assert.Equal(t, 1, <-read, "and the answer comes when the store is back")
	})
}

func TestASpanThatCameWhileTheStoreDidNotAnswerIsListedAndShown(t *testing.T) {
	for _, call := range []string{"resolve", "read", "summary"} {
		t.Run("and the call that failed was "+call, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, store := newMeddledStage(t)
				defer s.close()
				h := s.open("run-1")
				defer h.Close()
				st, err := h.Stream("")
				require.NoError(t, err)
				defer st.Close()
				c := newClient()
				c.flush(st)

				store.fail(failing(call))
				s.append(span(1, 0, naming("run-1")))
				s.appendTo(traceID(2), span(1, 0))
				time.Sleep(2 * time.Second)
				store.fail(nil)
				for len(c.spans) == 0 {
					<-st.Changed()
					c.flush(st)
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				c.flush(st)
				assert.True(t, c.overview.Complete)
				assert.True(t, s.row("run-1").Complete)
				assert.True(t, s.row(traceID(2).String()).Complete, "nobody watches it, and it is listed all the same")
			})
		})
	}
}
