package price

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCostIsThatOfTheTablesOwnLibrary compares with recorded answers of the Python library of genai-prices, over all
// providers of the table, around its dates, times and tiers. They have a copy of the table, which no update changes.
func TestCostIsThatOfTheTablesOwnLibrary(t *testing.T) {
	var recorded struct {
		Source string
		Cases  []struct {
			Provider, Model string
			At              time.Time
			Tokens          struct {
				Input          int64 `json:"input"`
				CacheRead      int64 `json:"cache_read"`
				CacheWrite     int64 `json:"cache_write"`
				CacheWrite1h   int64 `json:"cache_write_1h"`
				AudioInput     int64 `json:"audio_input"`
				AudioCacheRead int64 `json:"audio_cache_read"`
				Output         int64 `json:"output"`
				AudioOutput    int64 `json:"audio_output"`
				Reasoning      int64 `json:"reasoning"`
			}
			Conditions map[string]string
			USD        *string
		}
	}
	data, err := os.ReadFile(filepath.Join("testdata", "oracle", "cases.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &recorded))
	require.Greater(t, len(recorded.Cases), 300)
	table := loadFile(t, filepath.Join("testdata", "oracle", "table.json.gz"))
	assert.Zero(t, table.Skipped())

	for i, c := range recorded.Cases {
		name := fmt.Sprintf("case %d: %s %s at %s", i, c.Provider, c.Model, c.At)
		q := Query{Provider: c.Provider, Model: c.Model, At: c.At, Tokens: Tokens(c.Tokens)}
		for key, value := range c.Conditions {
			q.Conditions = append(q.Conditions, Condition{key, value})
		}
		got, ok := table.Cost(q)
		if c.USD == nil {
			assert.False(t, ok, name)
			continue
		}
		want, err := strconv.ParseFloat(*c.USD, 64)
		require.NoError(t, err)
		if assert.True(t, ok, name) {
			assert.InDelta(t, want, got.USD, want*1e-9, name)
		}
	}
}
