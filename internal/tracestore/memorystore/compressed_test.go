package memorystore

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/storetest"
)

// finished is a store with one execution of 1,000 spans that has just become complete.
func finished(t *testing.T) (*Store, *storetest.Clock) {
	clock := storetest.NewClock()
	s, err := New(Config{Now: clock.Now, CompressAfter: time.Minute})
	require.NoError(t, err)
	for n := range 1000 {
		clock.Advance(time.Millisecond)
		put(t, s, 1, "somebody", realisticSpan(n, tracestore.ClassFinal))
	}
	finish(t, s)
	return s, clock
}

func finish(t *testing.T, s *Store) {
	require.NoError(t, s.PutSummary(context.Background(), traceID(1).String(), tracestore.Summary{Complete: true}))
}

func compressNow(t *testing.T, s *Store) int {
	n, err := s.Compress(context.Background(), func(time.Duration) bool { return true })
	require.NoError(t, err)
	return n
}

func everything(t *testing.T, s *Store) tracestore.Page {
	page, err := s.Read(context.Background(), traceID(1), tracestore.Position{}, tracestore.ReadLimit{})
	require.NoError(t, err)
	return page
}

func TestAFinishedExecutionIsCompressedOnceItWasLeftAlone(t *testing.T) {
	s, clock := finished(t)
	before := everything(t, s)
	full := s.Stats().Bytes
	clock.Advance(59 * time.Second)
	require.Zero(t, compressNow(t, s), "it may be looked at any moment")
	clock.Advance(2 * time.Second)
	require.Equal(t, 1000, compressNow(t, s))
	st := s.Stats()
	assert.Equal(t, 1000, st.Records)
	assert.Equal(t, 1000, st.CompressedRecords)
	assert.Less(t, st.Bytes, full/2)
	after := everything(t, s)
	assert.Equal(t, before.Records, after.Records)
	assert.Positive(t, after.Copied)
	assert.Equal(t, before.Next, after.Next)
	assert.Zero(t, compressNow(t, s))
	assert.Equal(t, 1000, s.Stats().CompressedRecords, "reading changes nothing")
	audit(t, s)
}

func TestOnlyWhatAPageNeedsIsUnpacked(t *testing.T) {
	s, clock := finished(t)
	clock.Advance(time.Hour)
	compressNow(t, s)
	all := everything(t, s)
	from := tracestore.Position{Epoch: all.Info.Epoch, Seq: all.Records[500].Seq}
	page, err := s.Read(context.Background(), traceID(1), from, tracestore.ReadLimit{Records: 10})
	require.NoError(t, err)
	assert.Equal(t, all.Records[501:511], page.Records)
	assert.True(t, page.More)
	assert.Less(t, page.Copied, all.Copied/3)
}

func TestALateSpanMakesItFullAgainAndItIsCompressedAnew(t *testing.T) {
	s, clock := finished(t)
	clock.Advance(time.Hour)
	compressNow(t, s)
	at := everything(t, s).Next
	require.Equal(t, 1, put(t, s, 1, "somebody", realisticSpan(5, tracestore.ClassFinal)).Duplicate)
	clock.Advance(time.Second)
	require.Equal(t, 1, put(t, s, 1, "somebody", realisticSpan(1001, tracestore.ClassFinal)).Stored)
	assert.Zero(t, s.Stats().CompressedRecords)
	page, err := s.Read(context.Background(), traceID(1), at, tracestore.ReadLimit{})
	require.NoError(t, err)
	require.Len(t, page.Records, 1, "a reader goes on where it was")
	audit(t, s)
	clock.Advance(2 * time.Minute)
	require.Equal(t, 1001, compressNow(t, s))
	audit(t, s)
}

func TestWhatSomebodyWatchesIsNotCompressed(t *testing.T) {
	s, clock := finished(t)
	w, err := s.Watch(context.Background(), tracestore.Key{Trace: traceID(1)})
	require.NoError(t, err)
	clock.Advance(time.Hour)
	require.Zero(t, compressNow(t, s))
	w.Close()
	clock.Advance(time.Hour)
	require.Equal(t, 1000, compressNow(t, s))
}

func TestWhatStillRunsIsNotCompressed(t *testing.T) {
	s, clock := finished(t)
	open := realisticSpan(2000, tracestore.ClassHeartbeat)
	open.Facts.Lease = 1000 * time.Hour
	put(t, s, 1, "somebody", open)
	clock.Advance(time.Hour)
	require.Zero(t, compressNow(t, s), "a span waits for heartbeats")
	require.NoError(t, s.PutSummary(context.Background(), traceID(1).String(), tracestore.Summary{}))
	put(t, s, 1, "somebody", realisticSpan(2000, tracestore.ClassFinal))
	clock.Advance(time.Hour)
	require.Zero(t, compressNow(t, s), "the execution is not complete")
	finish(t, s)
	clock.Advance(time.Hour)
	require.Equal(t, 1001, compressNow(t, s))
}

// TestCompressedExecutionsThatJoinStayWithinTheirBounds: what counts for the bounds of an execution is what it takes in full,
// so that late spans can make all of it full again.
func TestCompressedExecutionsThatJoinStayWithinTheirBounds(t *testing.T) {
	clock := storetest.NewClock()
	s, err := New(Config{BudgetBytes: 1 << 20, ExecutionBytes: 1 << 20, Now: clock.Now})
	require.NoError(t, err)
	for trace := 1; trace <= 3; trace++ {
		for n := range 150 {
			span := realisticSpan(n+1, tracestore.ClassFinal)
			span.Whole = nil
			put(t, s, trace, "somebody", span)
		}
		require.NoError(t, s.PutSummary(context.Background(), traceID(trace).String(), tracestore.Summary{Complete: true}))
		clock.Advance(time.Hour)
		require.Positive(t, compressNow(t, s))
	}
	name := func(s *tracestore.Span) { s.Facts.Execution = "run-1" }
	for trace := 1; trace <= 3; trace++ {
		flood(t, s, trace, 9000, 1, 10, name)
		audit(t, s)
	}
	for trace := 1; trace <= 3; trace++ {
		flood(t, s, trace, 9001, 1, 10)
		audit(t, s)
	}
}

func TestTheCompressorWorksInTheBackgroundUntilItIsStopped(t *testing.T) {
	s, err := New(Config{CompressAfter: time.Nanosecond})
	require.NoError(t, err)
	put(t, s, 1, "somebody", realisticSpan(1, tracestore.ClassFinal))
	finish(t, s)
	c := StartCompressor(s, func(err error) { t.Error(err) })
	require.Eventually(t, func() bool { return s.Stats().CompressedRecords == 1 }, 20*time.Second, 10*time.Millisecond)
	c.Stop()
	c.Stop()
	require.NoError(t, s.Close())
	require.Zero(t, s.Stats().CompressedRecords)
}
