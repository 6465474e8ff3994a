package price

import (
	"strconv"
	"testing"
	"time"
)

func BenchmarkCost(b *testing.B) {
	table := builtIn(b)
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	tokens := Tokens{Input: 10_000, CacheRead: 4_000, CacheWrite: 3_000, CacheWrite1h: 1_000, Output: 500}
	for _, bb := range []struct{ name, provider, model string }{
		{"hit", "anthropic", "claude-sonnet-4-5-20250929"},
		{"hit_dated", "openai", "o3"},
		{"hit_unknown", "nobody", "model"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			q := Query{Provider: bb.provider, Model: bb.model, At: at, Tokens: tokens}
			for b.Loop() {
				table.Cost(q)
			}
		})
	}
	b.Run("hit_parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			q := Query{Provider: "openai", Model: "gpt-4o", At: at, Tokens: tokens}
			for pb.Next() {
				table.Cost(q)
			}
		})
	})
	for _, bb := range []struct{ name, provider string }{
		{"miss", "openai"}, {"miss_many_models", "openrouter"}, {"miss_fallbacks", "azure.ai.openai"}, {"miss_no_provider", ""},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				table.Cost(Query{Provider: bb.provider, Model: "new-model-" + strconv.Itoa(i), At: at, Tokens: tokens})
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		loadFile(b, "data/prices.json.gz")
	}
}
