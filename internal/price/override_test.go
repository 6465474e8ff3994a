package price

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOverridesWinOverTheTable(t *testing.T) {
	table, err := load(t, fixture).WithOverrides([]Override{
		{Model: "*", Input: new(1.0), Output: new(1.0)},
		{Model: "acme-*", Input: new(2.0), Output: new(2.0)},
		{Model: "acme-c*", Input: new(3.0), Output: new(3.0)},
		{Model: "ACME-cached", Input: new(4.0), Output: new(4.0)},
		{Provider: "acme.chat", Model: "acme-cached", Input: new(5.0), Output: new(5.0)},
		{Provider: "ollama", Model: "*", Input: new(0.0), Output: new(0.0)},
	})
	require.NoError(t, err)
	for _, tt := range []struct {
		name            string
		provider, model string
		want            float64
	}{
		{"a full name of this provider", "acme", "acme-cached", 5},
		{"the same provider by another name", "the acme corporation", "Acme-Cached", 5},
		{"a full name of another provider", "zeta", "acme-cached", 4},
		{"a full name, and no provider that is known", "nobody", "acme-cached", 4},
		{"the longer beginning", "acme", "acme-cached-2", 3},
		{"the shorter beginning", "acme", "acme-long", 2},
		{"everything", "zeta", "zeta-lent", 1},
		{"everything of a provider that no table knows", "Ollama", "llama3:8b", 0},
		{"behind a router", "litellm", "acme/acme-cached", 5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := table.Cost(Query{Provider: tt.provider, Model: tt.model, Tokens: Tokens{Input: 1_000_000}})
			require.True(t, ok)
			assert.InDelta(t, tt.want, got.USD, 1e-9)
			assert.Equal(t, FromOverrides, got.Table)
		})
	}
}

func TestAnOverrideStandsForTheWholeEntry(t *testing.T) {
	for _, tt := range []struct {
		name     string
		override Override
		want     float64 // millionths of a dollar
	}{
		{"only what has to be set", Override{Input: new(2.0), Output: new(4.0)}, 1_000*2 + 100*4},
		{
			"everything",
			Override{
				Input: new(2.0), Output: new(4.0), CacheRead: new(0.2), CacheWrite: new(3.0), CacheWrite1h: new(5.0), AudioInput: new(9.0), AudioOutput: new(11.0),
			},
			400*2 + 200*0.2 + 200*3 + 100*5 + 100*9 + 90*4 + 10*11,
		},
		{"writes for an hour cost as much as other writes", Override{Input: new(2.0), Output: new(4.0), CacheWrite: new(3.0)}, 700*2 + 300*3 + 100*4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.override.Model = "acme-cached"
			table, err := load(t, fixture).WithOverrides([]Override{tt.override})
			require.NoError(t, err)
			got, ok := table.Cost(Query{Provider: "acme", Model: "acme-cached", Tokens: Tokens{
				Input: 1_000, CacheRead: 200, CacheWrite: 300, CacheWrite1h: 100, AudioInput: 100, Output: 100, AudioOutput: 10,
			}})
			require.True(t, ok)
			assert.InDelta(t, tt.want/1e6, got.USD, 1e-12)
		})
	}
}

func TestOverridesLeaveTheirTableAlone(t *testing.T) {
	table := load(t, fixture)
	q := Query{Provider: "acme", Model: "acme-cached", Tokens: Tokens{Input: 1_000_000}}
	with, err := table.WithOverrides([]Override{{Model: "*", Input: new(0.0), Output: new(0.0)}})
	require.NoError(t, err)
	free, _ := with.Cost(q)
	before, _ := table.Cost(q)
	assert.Zero(t, free.USD)
	assert.InDelta(t, 3, before.USD, 1e-9)
}
