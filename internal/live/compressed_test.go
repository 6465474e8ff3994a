package live

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/memorystore"
)

func TestACompressedExecutionIsShownAsItWasAndItsCopyIsOnTheAccountOfTheViews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		defer s.close()
		spans := []*tracestore.Span{span(1, 0, naming("run-1"))}
		for n := range 300 {
			spans = append(spans, span(n+2, 1, func(s *tracestore.Span) {
				s.Body = fmt.Appendf(nil, `{"span_id":"%016x","text":"%s"`, n+2, strings.Repeat("word ", 200))
			}))
		}
		s.append(spans...)
		h := s.open("run-1")
		before := snapshotOf(h)
		h.Close()
		time.Sleep(10 * time.Minute) // complete, and its view is gone
		n, err := s.store.(*memorystore.Store).Compress(context.Background(), func(time.Duration) bool { return true })
		require.NoError(t, err)
		require.Equal(t, 301, n)
		empty := s.views.ViewBytes()
		h = s.open("run-1")
		assert.Equal(t, before, snapshotOf(h))
		assert.True(t, h.Overview().Complete)
		assert.Greater(t, s.views.ViewBytes()-empty, int64(300*1000), "the view holds bodies that the store does not")
		assert.Equal(t, 301, s.store.Stats().CompressedRecords, "looking at it changes nothing")
		c := newClient()
		st, err := h.Stream("")
		require.NoError(t, err)
		defer st.Close()
		c.flush(st)
		s.append(span(999, 1))
		synctest.Wait()
		c.flush(st)
		assert.Empty(t, c.problems)
		assert.Len(t, c.spans, 302, "a late span reaches who watches")
		h.Close()
		time.Sleep(time.Minute)
		assert.Equal(t, empty, s.views.ViewBytes())
	})
}
