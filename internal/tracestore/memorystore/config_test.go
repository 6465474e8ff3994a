package memorystore

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheZeroConfigIsTheDocumentedOne(t *testing.T) {
	c := (&Config{}).withDefaults()
	assert.EqualValues(t, 512<<20, c.BudgetBytes)
	assert.EqualValues(t, 64<<20, c.ExecutionBytes)
	assert.Equal(t, 120_000, c.ExecutionSpans)
	assert.Equal(t, 6000, c.reserveSpans())
	assert.Equal(t, 24*time.Hour, c.TTL)
	assert.Equal(t, 24*time.Hour, c.TombstoneTTL)
	assert.EqualValues(t, 256<<20, c.watchedBytes())
	first, second := c.Epoch(), c.Epoch()
	assert.NotEqual(t, first, second)
	require.NoError(t, (&Config{}).Validate())
}

func TestASmallBudgetBoundsTheDefaultsOfTheOthers(t *testing.T) {
	require.NoError(t, (&Config{BudgetBytes: 1 << 20}).Validate())
	require.NoError(t, (&Config{BudgetBytes: 1 << 20, ExecutionBytes: 1 << 20}).Validate())
}

func TestAConfigThatCannotBeIsRefusedWithEveryReason(t *testing.T) {
	_, err := New(Config{
		BudgetBytes: 1, ExecutionBytes: 2, ExecutionSpans: -1, SkeletonReserve: 2, WatchedShare: -1, TTL: -time.Second,
		TombstoneTTL: -1, TombstoneBytes: 1 << 40, IdleAfter: -1, ClockJump: -1, CompressAfter: -1,
	})
	for _, field := range []string{
		"BudgetBytes", "ExecutionBytes", "ExecutionSpans", "SkeletonReserve", "WatchedShare", "TTL is", "TombstoneTTL",
		"TombstoneBytes", "IdleAfter", "ClockJump", "CompressAfter",
	} {
		require.ErrorContains(t, err, field)
	}
}
