package live

import (
	"bytes"
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/memorystore"
)

// restart ends a stage and begins another one with what the first one had. places says whether views keep their places.
func (s *stage) restart(places bool) *stage {
	s.Helper()
	s.views.Close()
	var snapshot bytes.Buffer
	_, err := s.store.Snapshot(context.Background(), &snapshot, tracestore.SnapshotLimit{})
	require.NoError(s, err)
	config := Config{Restored: true, OnError: func(err error) { s.Errorf("store: %v", err) }}
	if places {
		config.Places = s.views.Places(1 << 20)
	}
	require.NoError(s, s.store.Close())
	store, err := memorystore.New(memorystore.Config{})
	require.NoError(s, err)
	_, err = store.Restore(context.Background(), &snapshot)
	require.NoError(s, err)
	views, err := New(store, config)
	require.NoError(s, err)
	return &stage{TB: s.TB, store: store, views: views}
}

// resume follows an execution from where a client is.
func (c *client) resume(s *stage, id string) (*Handle, *Stream) {
	h := s.open(id)
	st, err := h.Stream(c.cursor)
	require.NoError(s, err)
	return h, st
}

func TestAClientGoesOnOverARestartAndGetsExactlyWhatItLacks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		c := newClient()
		s.append(span(2, 1), span(3, 1), span(4, 2))
		h, st := c.resume(s, traceID(1).String())
		c.flush(st)
		require.Len(t, c.spans, 4, "three spans, and a placeholder for their root")
		h.Close()
		s.append(span(5, 9)) // admitted, and never sent to the client
		s = s.restart(true)
		defer func() { s.close() }()
		time.Sleep(time.Minute)
		h, st = c.resume(s, traceID(1).String())
		c.batches = nil
		c.flush(st)
		assert.Equal(t, []int{2}, sizes(c.batches), "the span that was never sent, and a placeholder for its parent")
		assert.Equal(t, snapshotOf(h), c.spans)
		s.append(span(6, 1), span(1, 0, naming("run-1")))
		synctest.Wait()
		c.flush(st)
		assert.Equal(t, snapshotOf(h), c.spans)
		assert.Empty(t, c.problems)
		for _, b := range c.batches {
			assert.False(t, b.Reset)
		}
		h.Close()
	})
}

func sizes(batches []Batch) (n []int) {
	for _, b := range batches {
		n = append(n, len(b.Spans))
	}
	return n
}

func TestWithoutItsPlaceAClientIsToldToStartOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		c := newClient()
		s.append(span(1, 0, naming("run-1")), span(2, 1))
		h, st := c.resume(s, "run-1")
		c.flush(st)
		h.Close()
		s = s.restart(false)
		defer func() { s.close() }()
		h, st = c.resume(s, "run-1")
		defer h.Close()
		c.batches = nil
		c.flush(st)
		assert.True(t, c.batches[0].Reset)
		assert.Equal(t, snapshotOf(h), c.spans)
		assert.Empty(t, c.problems)
	})
}

func TestPlacesThatCannotBeReadAreAsGoodAsNone(t *testing.T) {
	whole := append(takenPlaces(t), 1)
	assert.Nil(t, takePlaces(whole))
	assert.Nil(t, takePlaces(nil))
	assert.Nil(t, takePlaces([]byte("something else altogether")))
	assert.NotNil(t, takePlaces(whole[:len(whole)-1]))
}

func takenPlaces(t *testing.T) []byte {
	s := newStage(t)
	s.append(span(1, 0, naming("run-1")))
	h := s.open("run-1")
	h.Close()
	s.close()
	return s.views.Places(1 << 20)
}

func TestTimeGoesOnAfterARestartForWhatWasUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.append(span(2, 1)) // its root never comes
		synctest.Wait()
		s = s.restart(true)
		defer func() { s.close() }()
		row := func() tracestore.Summary {
			page, err := s.views.Executions(t.Context(), tracestore.Query{})
			require.NoError(t, err)
			require.Len(t, page.Rows, 1)
			return page.Rows[0].Summary
		}
		time.Sleep(14 * time.Minute)
		assert.False(t, row().Complete, "silence while nobody listened does not count")
		time.Sleep(2 * time.Minute)
		assert.Equal(t, tracestore.CompleteAbandoned, row().CompleteReason)
	})
}

// TestClientsOverAnyRestartsEndEqualToTheStore: whatever comes, whenever clients look and the process is restarted, clients
// that resume have in the end what the store has, without a gap.
func TestClientsOverAnyRestartsEndEqualToTheStore(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(rapid.IntRange(0, 40), 1, 40).Draw(rt, "steps")
		places := rapid.Bool().Draw(rt, "places")
		synctest.Test(t, func(t *testing.T) {
			s := newStage(t)
			clients := []*client{newClient(), newClient()}
			for _, step := range steps {
				switch {
				case step < 4:
					s = s.restart(places)
				case step < 16:
					c := clients[step%2]
					h, st := c.resume(s, traceID(1).String())
					c.flush(st)
					h.Close()
				default:
					s.append(span(step, (step-15)/2, func(sp *tracestore.Span) {
						if step == 16 {
							sp.Facts.Execution = "run-1"
						}
						if step%3 == 0 {
							sp.Facts.Usage = &tracestore.Usage{Input: int64(step)}
						}
					}))
					time.Sleep(time.Second)
				}
			}
			for _, c := range clients {
				h, st := c.resume(s, traceID(1).String())
				c.flush(st)
				assert.Equal(t, snapshotOf(h), c.spans)
				assert.Empty(t, c.problems)
				h.Close()
			}
			s.close()
		})
	})
}
