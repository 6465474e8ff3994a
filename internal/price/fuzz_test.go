package price

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"
)

// FuzzCost asks an embedded table with overrides for anything: what it answers is finite, not negative and bounded.
func FuzzCost(f *testing.F) {
	table, err := builtIn(f).WithOverrides([]Override{{Provider: "azure", Model: "my-*", Input: new(maxOverride), Output: new(0.0)}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("openai", "gpt-4o", int64(1_764_072_000), int64(1000), int64(200), int64(0), int64(50), "service_tier", "flex")
	f.Add("azure.ai.openai", "my-deployment", int64(0), int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MaxInt64), "", "")
	f.Add("litellm", "anthropic/claude-sonnet-4-5", int64(math.MinInt64), int64(math.MinInt64), int64(-1), int64(1), int64(1)<<53, "processing", "batch")
	f.Add("", "gpt-5.2-20251211-20250230", int64(math.MaxInt64), int64(0), int64(1), int64(2), int64(3), "", "")
	f.Add("aws.bedrock", "us.anthropic.claude-3-haiku-20240307-v1:0", int64(1), int64(9), int64(3), int64(3), int64(3), "", "")
	f.Add("\x00\xff", strings.Repeat("/", 300), int64(1), int64(9), int64(3), int64(3), int64(3), "", "")
	f.Fuzz(func(t *testing.T, provider, model string, at, in, read, write, out int64, key, value string) {
		q := Query{
			Provider: provider, Model: model, At: time.Unix(at, 0), Conditions: []Condition{{key, value}},
			Tokens: Tokens{
				Input: in, CacheRead: read, CacheWrite: write, CacheWrite1h: read, AudioInput: write, AudioCacheRead: out,
				Output: out, AudioOutput: read, Reasoning: write,
			},
		}
		cost, ok := table.Cost(q)
		again, okAgain := table.Cost(q)
		if ok != okAgain || cost != again {
			t.Fatalf("%v, %t and from memory %v, %t", cost, ok, again, okAgain)
		}
		if !ok && cost != (Cost{}) {
			t.Fatalf("not known, and yet %v", cost)
		}
		dearest := maxOverride / 1e6 * (float64(max(in, 0)) + float64(max(out, 0)) + 1)
		if !(cost.USD >= 0 && cost.USD <= dearest) { // false for NaN, too
			t.Fatalf("%v US dollars for %+v", cost.USD, q)
		}
	})
}

// nested is a clause in so many others.
func nested(depth int) string {
	return strings.Repeat(`{"or": [`, depth) + `{"equals": "a"}` + strings.Repeat(`]}`, depth)
}

// FuzzLoad reads anything as a table, and prices with what it took for one.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(fixture))
	f.Add([]byte(tableAt(`{"base": 1, "tiers": [{"start": 0, "price": 2}]}`)))
	f.Add([]byte(`[{"id": "a", "models": [{"id": "m", "match": {"regex": "^(?!(a|b)[)])c"}, "prices": [{"constraint": {"start_date": "9999-12-31"}, "prices": {"input_mtok": 1e9}}]}]}]`))
	f.Add([]byte(`[{"id": "a", "provider_match": ` + nested(20) + `, "models": []}]`))
	f.Add(embeddedTable[:200])
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return // an archive of that size unpacks to the bound, which takes its time
		}
		table, err := Load(bytes.NewReader(data), "fuzz")
		if err != nil {
			return
		}
		for _, provider := range []string{"acme", "a", ""} {
			cost, ok := table.Cost(Query{Provider: provider, Model: "acme-m-20250101", Tokens: Tokens{Input: math.MaxInt64, CacheRead: 1, Output: math.MaxInt64}})
			if math.IsNaN(cost.USD) || math.IsInf(cost.USD, 0) || cost.USD < 0 || !ok && cost.USD != 0 {
				t.Fatalf("%v, %t", cost, ok)
			}
		}
	})
}
