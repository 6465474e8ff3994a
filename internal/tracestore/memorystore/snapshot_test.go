package memorystore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/pack"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/storetest"
)

func shoot(t require.TestingT, s *Store) []byte {
	var out bytes.Buffer
	_, err := s.Snapshot(context.Background(), &out, tracestore.SnapshotLimit{})
	require.NoError(t, err)
	return out.Bytes()
}

func TestAfterARestartTheAccountsAgreeWhateverHappensBeforeAndAfter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ctx, clock := context.Background(), storetest.NewClock()
		s := smallStore(rt, clock)
		w, err := s.Watch(ctx)
		require.NoError(rt, err)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 5))
		for range rapid.IntRange(1, 60).Draw(rt, "acts before") {
			act(ctx, rt, s, w, clock, r)
		}
		snapshot := shoot(rt, s)
		require.NoError(rt, s.Close())
		next := smallStore(rt, clock)
		w, err = next.Watch(ctx, randomKey(r), randomKey(r))
		require.NoError(rt, err)
		_, err = next.Restore(ctx, bytes.NewReader(snapshot))
		require.NoError(rt, err)
		audit(rt, next)
		for range rapid.IntRange(1, 60).Draw(rt, "acts after") {
			act(ctx, rt, next, w, clock, r)
		}
		audit(rt, next)
		w.Close()
		require.NoError(rt, next.Close())
	})
}

func TestARestoredStoreIsOnTheAccountAsTheHeapHasIt(t *testing.T) {
	s, err := New(Config{})
	require.NoError(t, err)
	const spans = 20_000
	for n := range spans {
		put(t, s, n/100, fmt.Sprint("sender ", n%7), realisticSpan(n, tracestore.ClassFinal))
	}
	snapshot := shoot(t, s)
	require.NoError(t, s.Close())
	before := liveHeap()
	next, err := New(Config{})
	require.NoError(t, err)
	res, err := next.Restore(context.Background(), bytes.NewReader(snapshot))
	require.NoError(t, err)
	assert.Equal(t, spans, res.Records)
	held, account := liveHeap()-before, next.Stats().Bytes
	t.Logf("heap %d, account %d: %+.2f %%", held, account, 100*float64(account-held)/float64(held))
	assert.InDelta(t, held, account, float64(held)/10)
	runtime.KeepAlive(snapshot)
	runtime.KeepAlive(next)
}

func TestASnapshotOfAnotherVersionIsRefusedAndSaysSo(t *testing.T) {
	for _, head := range []savedHead{{savedFormat + 1, savedSchema}, {savedFormat, savedSchema + 1}} {
		var out bytes.Buffer
		require.NoError(t, pack.NewStreamWriter(&out).Write(frameHead, pack.Marshal(head)))
		_, err := tinyStore(t).Restore(context.Background(), &out)
		require.ErrorIs(t, err, tracestore.ErrSnapshot)
		require.ErrorContains(t, err, "written by another version")
	}
}

func TestASnapshotThatRunsOutOfTimeIsAWholeOneOfLess(t *testing.T) {
	s := tinyStore(t)
	for trace := range 10 {
		flood(t, s, trace+1, 1, 3, 100)
	}
	ctx, cancel := context.WithTimeout(context.Background(), -time.Second)
	defer cancel()
	var out bytes.Buffer
	res, err := s.Snapshot(ctx, &out, tracestore.SnapshotLimit{})
	require.NoError(t, err)
	require.Equal(t, 10, res.LeftOut)
	_, err = tinyStore(t).Restore(context.Background(), &out)
	require.NoError(t, err)
}

// full is a disk with room for so many bytes.
type full struct{ room int }

var errDiskFull = errors.New("the disk is full")

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errDiskFull
	}
	return len(p), nil
}

func TestAnErrorOfTheWriterIsTold(t *testing.T) {
	s := tinyStore(t)
	flood(t, s, 1, 1, 3, 100)
	for room := range len(shoot(t, s)) {
		_, err := s.Snapshot(context.Background(), &full{room}, tracestore.SnapshotLimit{})
		require.ErrorIs(t, err, errDiskFull)
	}
}

func FuzzRestore(f *testing.F) {
	s, err := New(Config{})
	require.NoError(f, err)
	for n := range 30 {
		span := realisticSpan(n, tracestore.Class(1+n%4))
		span.Facts.Execution = fmt.Sprint("run-", n%4)
		put(f, s, n/4, "sender", span)
	}
	require.NoError(f, s.Evict(context.Background(), "run-2", tracestore.EvictRequest))
	f.Add(shoot(f, s))
	f.Fuzz(func(t *testing.T, snapshot []byte) {
		s := tinyStore(t)
		if _, err := s.Restore(context.Background(), bytes.NewReader(snapshot)); err != nil {
			require.ErrorIs(t, err, tracestore.ErrSnapshot)
			require.Zero(t, s.Stats().Traces)
			return
		}
		audit(t, s)
	})
}

// BenchmarkSnapshotAndRestore carries a store of 20,000 spans over, of which half are compressed already.
func BenchmarkSnapshotAndRestore(b *testing.B) {
	const spans = 20_000
	s := benchStore(b)
	for n := 0; n < spans; n += benchTrace {
		if n == spans/2 {
			compressAll(b, s)
		}
		var batch []*tracestore.Span
		for i := range benchTrace {
			batch = append(batch, wireSpan(n+i))
		}
		put(b, s, n/benchTrace, "bench", batch...)
	}
	b.ReportAllocs()
	var writing, reading time.Duration
	var size int
	for b.Loop() {
		began := time.Now()
		snapshot := shoot(b, s)
		writing += time.Since(began)
		size = len(snapshot)
		began = time.Now()
		_, err := benchStore(b).Restore(context.Background(), bytes.NewReader(snapshot))
		require.NoError(b, err)
		reading += time.Since(began)
	}
	b.ReportMetric(float64(size)/spans, "B/span")
	b.ReportMetric(float64(writing.Nanoseconds())/float64(spans*b.N), "write_ns/span")
	b.ReportMetric(float64(reading.Nanoseconds())/float64(spans*b.N), "read_ns/span")
	b.ReportMetric(0, "ns/op")
}
