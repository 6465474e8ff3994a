package live

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// together opens n streams of one execution.
func together(s *stage, n int) (streams []*Stream, closeAll func()) {
	h := s.open(traceID(1).String())
	for range n {
		st, err := h.Stream("")
		require.NoError(s, err)
		streams = append(streams, st)
	}
	return streams, func() {
		for _, st := range streams {
			st.Close()
		}
		h.Close()
	}
}

// made are the marks of the batches that a flush hands out.
func made(s *Stream) (all []*Made) {
	s.Flush(64<<10, func(b *Batch) bool {
		all = append(all, b.Made)
		return true
	})
	return all
}

func TestStreamsAtTheSamePlaceAreHandedTheSameBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		streams, closeAll := together(s, 3)
		defer closeAll()
		for n := range 3 {
			s.append(span(n+1, min(n, 1)))
			synctest.Wait()
			first := made(streams[0])
			require.NotEmpty(t, first)
			require.NotNil(t, first[0])
			for _, other := range streams[1:] {
				assert.Equal(t, first, made(other))
				assert.Equal(t, streams[0].Cursor(), other.Cursor())
			}
		}
	})
}

func TestStreamsThatComeOneAfterTheOtherAreHandedTheSameBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		s.append(span(1, 0))
		synctest.Wait()
		come := func() *Made {
			streams, closeAll := together(s, 1) // which has what they watch refreshed
			t.Cleanup(closeAll)
			return made(streams[0])[0]
		}
		require.Nil(t, come(), "the first is alone")
		time.Sleep(time.Minute) //nolint:forbidigo // the clock of the bubble: until the execution is complete, and does not change any more

		for range 2 { // what is made again later is kept as long as what was made first
			first := come()
			require.NotNil(t, first)
			for range 5 {
				time.Sleep(legAge / 2) //nolint:forbidigo // the clock of the bubble
				assert.Same(t, first, come())
			}
			time.Sleep(2 * legAge) //nolint:forbidigo // the clock of the bubble
			assert.NotSame(t, first, come(), "nobody has come for long enough")
		}
	})
}

func TestAStreamThatLagsIsHandedWhatItLacks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		streams, closeAll := together(s, 2)
		defer closeAll()
		prompt, late := newClient(), newClient()
		for n := range 5 {
			s.append(span(n+1, min(n, 1)))
			synctest.Wait()
			prompt.flush(streams[0])
		}
		late.flush(streams[1])
		assert.Equal(t, prompt.spans, late.spans)
		assert.Len(t, late.batches, 1)
		s.append(span(9, 1))
		synctest.Wait()
		assert.Equal(t, made(streams[0]), made(streams[1]), "having come to the same place, they go on together")
	})
}

func TestAStreamAloneSharesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		streams, closeAll := together(s, 1)
		defer closeAll()
		s.append(span(1, 0))
		synctest.Wait()
		assert.False(t, streams[0].FlushShared(64<<10, func(*Batch) bool { return true }))
		assert.Equal(t, []*Made{nil}, made(streams[0]))
	})
}

func TestWhatIsSharedIsBoundedAndForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		streams, closeAll := together(s, 2)
		for n := range 300 {
			s.append(span(n+1, min(n, 1)))
		}
		synctest.Wait()
		for room := range 50 { // as many places as there are rooms
			streams[room%2].Close()
			st, err := streams[room%2].handle.Stream("")
			require.NoError(t, err)
			streams[room%2] = st
			st.Flush(1000+room, func(*Batch) bool { return true })
			require.LessOrEqual(t, s.views.legBytes.Load(), int64(legsOfOne))
		}
		assert.Positive(t, s.views.legBytes.Load())
		time.Sleep(6 * time.Second) //nolint:forbidigo // the clock of the bubble: until what is watched is read again
		synctest.Wait()
		assert.Zero(t, s.views.legBytes.Load())
		closeAll()
		synctest.Wait()
		assert.Zero(t, s.views.legBytes.Load())
	})
}

func TestMadeKeepsOneThing(t *testing.T) {
	var m Made
	assert.Equal(t, 1, m.Of("a", func() any { return 1 }))
	assert.Equal(t, 1, m.Of("a", func() any { return 2 }))
	assert.Nil(t, m.Of("b", func() any { return 3 }))
}
