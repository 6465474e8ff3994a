package limit

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestGateBoundsAllAndEach(t *testing.T) {
	g := NewGate(3, 2)
	leaveA, err := g.Enter("a")
	require.NoError(t, err)
	_, err = g.Enter("a")
	require.NoError(t, err)
	_, err = g.Enter("a")
	require.ErrorIs(t, err, ErrPrincipalFull)
	_, err = g.Enter("b")
	require.NoError(t, err)
	_, err = g.Enter("c")
	require.ErrorIs(t, err, ErrFull)

	leaveA()
	leaveA() // once is enough
	_, err = g.Enter("c")
	require.NoError(t, err)
	_, err = g.Enter("c")
	require.ErrorIs(t, err, ErrFull)
}

func TestGateWithoutBoundsForgetsWhoLeft(t *testing.T) {
	g := NewGate(0, 0)
	for i := range 1000 {
		leave, err := g.Enter(fmt.Sprint(i))
		require.NoError(t, err)
		leave()
	}
	assert.Empty(t, g.each)
	assert.Zero(t, g.total)
}

func TestRatesGiveABurstAndThenTheRate(t *testing.T) {
	now := time.Unix(1000, 0)
	r := NewRates(5, 10)
	for range 10 {
		ok, _ := r.Take("a", now)
		require.True(t, ok)
	}
	ok, wait := r.Take("a", now)
	require.False(t, ok)
	assert.Equal(t, 200*time.Millisecond, wait)
	ok, _ = r.Take("b", now)
	assert.True(t, ok, "another principal has a bucket of its own")
	ok, _ = r.Take("a", now.Add(wait))
	assert.True(t, ok)
}

func TestNoRateIsNoLimit(t *testing.T) {
	r := NewRates(0, 1)
	for range 1000 {
		ok, _ := r.Take("a", time.Unix(0, 0))
		require.True(t, ok)
	}
}

func TestRatesHoldABoundedNumberOfPrincipals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := NewRates(1, 50)
		now := time.Unix(1000, 0)
		for range rapid.IntRange(0, 500).Draw(t, "tries") {
			r.Take(fmt.Sprint(rapid.IntRange(0, 400).Draw(t, "principal")), now)
			now = now.Add(time.Duration(rapid.Int64Range(0, int64(time.Second)).Draw(t, "pause")))
			if len(r.buckets) > 50 {
				t.Fatalf("%d principals held", len(r.buckets))
			}
		}
	})
}

func TestBucketNeverGivesMoreThanBurstPlusRateEvenIfTheClockJumps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b Bucket
		start := time.Unix(1000, 0)
		now, latest, taken := start, start, 0
		for range rapid.IntRange(1, 200).Draw(t, "tries") {
			if ok, _ := b.Take(now, 10, 5); ok {
				taken++
			}
			now = now.Add(time.Duration(rapid.Int64Range(-int64(time.Second), int64(time.Second)).Draw(t, "step")))
			if now.Before(start) {
				now = start
			}
			if now.After(latest) {
				latest = now
			}
		}
		if most := 5 + 10*latest.Sub(start).Seconds(); float64(taken) > most+1e-6 {
			t.Fatalf("took %d, at most %.1f were to be had", taken, most)
		}
	})
}
