package price

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// fixture is a table that is small enough to work out costs by hand.
const fixture = `[
 {"id": "acme", "provider_match": {"contains": "acme"}, "model_match": {"starts_with": "acme-"}, "fallback_model_providers": ["zeta", "gone"], "models": [
  {"id": "cached", "match": {"starts_with": "acme-cached"},
   "prices": {"input_mtok": 3, "cache_read_mtok": 0.3, "cache_write_mtok": 3.75, "cache_write_1h_mtok": 6, "output_mtok": 15}},
  {"id": "long", "match": {"and": [{"starts_with": "acme-long"}, {"regex": "^(?!.*-tts(?:$|-))"}]},
   "prices": {"input_mtok": {"base": 1.25, "tiers": [{"start": 200000, "price": 2.5}]}, "output_mtok": {"base": 10, "tiers": [{"start": 200000, "price": 15}]}}},
  {"id": "dated", "match": {"equals": "acme-dated-2025-04-16"}, "prices": [
   {"prices": {"input_mtok": 10, "cache_read_mtok": 0.5, "output_mtok": 40}},
   {"constraint": {"start_date": "2025-06-10"}, "prices": {"input_mtok": 2, "cache_read_mtok": 0.5, "output_mtok": 8}}]},
  {"id": "nightly", "match": {"equals": "acme-nightly"}, "prices": [
   {"prices": {"input_mtok": 2, "output_mtok": 2}},
   {"constraint": {"type": "time_of_date", "start_time": "22:30:00Z", "end_time": "04:00:00Z"}, "prices": {"input_mtok": 1, "output_mtok": 1}}]},
  {"id": "voice", "match": {"equals": "acme-voice"},
   "prices": {"input_mtok": 4, "cache_read_mtok": 0.4, "input_audio_mtok": 32, "cache_audio_read_mtok": 0.8, "output_mtok": 16, "output_audio_mtok": 64}},
  {"id": "voice without a rate for cached audio", "match": {"equals": "acme-whisper"},
   "prices": {"input_mtok": 4, "cache_read_mtok": 0.4, "input_audio_mtok": 32, "output_mtok": 16}},
  {"id": "thinker", "match": {"contains": "thinker"}, "prices": {"input_mtok": 2, "output_mtok": 8, "output_reasoning_mtok": 3, "output_citation_mtok": 2}},
  {"id": "search", "match": {"ends_with": "search"}, "prices": {"input_mtok": 1, "output_mtok": 1, "requests_kcount": 12, "web_searches_kcount": 5}},
  {"id": "gift", "match": {"or": [{"equals": "acme-gift"}, {"equals": "acme-present"}]}, "prices": {}},
  {"id": "zero", "match": {"equals": "acme-zero"}, "prices": {"input_mtok": 0, "output_mtok": 0}},
  {"id": "by the hour", "match": {"equals": "acme-transcribe"}, "prices": {"audio_hours": 0.111}},
  {"id": "tiers of service", "match": {"equals": "acme-flex"}, "prices": {"input_mtok": 4, "output_mtok": 8}, "price_variants": [
   {"when": {"service_tier": "flex"}, "prices": {"input_mtok": 2, "output_mtok": 4}},
   {"when": {"processing": "batch"}, "constraint": {"start_date": "2026-01-01"}, "prices": {"input_mtok": 1, "output_mtok": 1}}]}
 ]},
 {"id": "zeta", "models": [
  {"id": "lent", "match": {"equals": "zeta-lent"}, "prices": {"input_mtok": 7, "output_mtok": 7}, "price_variants": [
   {"when": {"service_tier": "flex"}, "prices": {"input_mtok": 1, "output_mtok": 1}}]}
 ]}
]`

func TestCostByHand(t *testing.T) {
	table := load(t, fixture)
	for _, tt := range []struct {
		name       string
		model      string
		at         string
		tokens     Tokens
		conditions []Condition
		want       float64 // millionths of a dollar
	}{
		{
			name: "reads and writes of the cache, for five minutes and an hour, are part of the input", model: "acme-cached-20260101",
			tokens: Tokens{Input: 10_000, CacheRead: 4_000, CacheWrite: 3_000, CacheWrite1h: 1_000, Output: 500},
			want:   3_000*3 + 4_000*0.3 + 2_000*3.75 + 1_000*6 + 500*15,
		},
		{
			name: "writes for an hour alone are writes", model: "acme-cached",
			tokens: Tokens{Input: 1_000, CacheWrite1h: 400},
			want:   600*3 + 400*6,
		},
		{
			name: "case does not matter", model: " ACME-Cached ",
			tokens: Tokens{Input: 100},
			want:   300,
		},
		{
			name: "reasoning costs as much as other output", model: "acme-cached",
			tokens: Tokens{Output: 1_000, Reasoning: 900},
			want:   15_000,
		},
		{
			name: "reading a cache without a rate costs as much as other input", model: "acme-long",
			tokens: Tokens{Input: 1_000, CacheRead: 800},
			want:   1_250,
		},
		{
			name: "a tier does not begin at its start", model: "acme-long",
			tokens: Tokens{Input: 200_000, Output: 1_000},
			want:   200_000*1.25 + 1_000*10,
		},
		{
			name: "a tier is the rate of the whole request, and of its output", model: "acme-long",
			tokens: Tokens{Input: 200_001, Output: 1_000},
			want:   200_001*2.5 + 1_000*15,
		},
		{
			name: "the last second before a new price", model: "acme-dated-2025-04-16", at: "2025-06-09 23:59:59",
			tokens: Tokens{Input: 1_000, CacheRead: 200, Output: 100},
			want:   800*10 + 200*0.5 + 100*40,
		},
		{
			name: "the first second of a new price", model: "acme-dated-2025-04-16", at: "2025-06-10 00:00:00",
			tokens: Tokens{Input: 1_000, CacheRead: 200, Output: 100},
			want:   800*2 + 200*0.5 + 100*8,
		},
		{
			name: "a date in a model's name may be compact", model: "acme-dated-20250416", at: "2026-06-10 00:00:00",
			tokens: Tokens{Input: 1_000},
			want:   2_000,
		},
		{name: "the night begins", model: "acme-nightly", at: "2026-03-01 22:30:00", tokens: Tokens{Input: 10}, want: 10},
		{name: "the night goes on after midnight", model: "acme-nightly", at: "2026-03-02 03:59:59", tokens: Tokens{Input: 10}, want: 10},
		{name: "the night is over", model: "acme-nightly", at: "2026-03-02 04:00:00", tokens: Tokens{Input: 10}, want: 20},
		{
			name: "audio, cached and not, is charged once", model: "acme-voice",
			tokens: Tokens{Input: 1_000, CacheRead: 300, AudioInput: 500, AudioCacheRead: 200, Output: 400, AudioOutput: 150},
			want:   200*0.8 + 100*0.4 + 300*32 + 400*4 + 150*64 + 250*16,
		},
		{
			name: "cached audio without a rate is a read of the cache", model: "acme-whisper",
			tokens: Tokens{Input: 1_000, CacheRead: 300, AudioInput: 500, AudioCacheRead: 200, Output: 400, AudioOutput: 150},
			want:   300*0.4 + 300*32 + 400*4 + 400*16,
		},
		{
			name: "reasoning with a rate", model: "deep-thinker",
			tokens: Tokens{Input: 100, Output: 1_000, Reasoning: 600},
			want:   100*2 + 400*8 + 600*3,
		},
		{
			name: "a price of the request itself", model: "acme-search",
			tokens: Tokens{Input: 100, Output: 100},
			want:   200 + 12_000,
		},
		{name: "a model without any price is free", model: "acme-present", tokens: Tokens{Input: 1_000, Output: 1_000}, want: 0},
		{name: "a model may cost 0", model: "acme-zero", tokens: Tokens{Input: 1_000, Output: 1_000}, want: 0},
		{name: "a service tier", model: "acme-flex", conditions: []Condition{{"service_tier", "flex"}}, tokens: Tokens{Input: 10, Output: 10}, want: 60},
		{name: "another service tier", model: "acme-flex", conditions: []Condition{{"service_tier", "auto"}}, tokens: Tokens{Input: 10, Output: 10}, want: 120},
		{
			name: "of two variants the first counts", model: "acme-flex", conditions: []Condition{{"processing", "batch"}, {"service_tier", "flex"}},
			tokens: Tokens{Input: 10, Output: 10}, want: 60,
		},
		{
			name: "a variant may begin later", model: "acme-flex", at: "2025-12-31 23:59:59", conditions: []Condition{{"processing", "batch"}},
			tokens: Tokens{Input: 10, Output: 10}, want: 120,
		},
		{
			name: "a variant of a model that is another provider's does not apply", model: "zeta-lent", conditions: []Condition{{"service_tier", "flex"}},
			tokens: Tokens{Input: 10}, want: 70,
		},
		{
			name: "parts that exceed their whole are cut to it", model: "acme-cached",
			tokens: Tokens{Input: 100, CacheRead: 90, CacheWrite: 90, Output: -5, Reasoning: 7},
			want:   90*0.3 + 10*3.75,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := Query{Provider: "acme", Model: tt.model, Tokens: tt.tokens, Conditions: tt.conditions, At: on(t, "2026-11-25 12:00:00")}
			if tt.at != "" {
				q.At = on(t, tt.at)
			}
			got, ok := table.Cost(q)
			require.True(t, ok)
			assert.InDelta(t, tt.want/1e6, got.USD, 1e-12)
			assert.Equal(t, "fixture", got.Table)
		})
	}
}

func TestWhatIsNotKnownHasNoCost(t *testing.T) {
	table := load(t, fixture)
	for name, q := range map[string]Query{
		"no model":                               {Provider: "acme"},
		"an unknown model":                       {Provider: "acme", Model: "acme-2"},
		"an unknown provider":                    {Provider: "nobody", Model: "acme-cached"},
		"a provider without this model":          {Provider: "zeta", Model: "acme-cached"},
		"no provider, and no provider's model":   {Model: "zeta-lent"},
		"what a pattern looks ahead for":         {Provider: "acme", Model: "acme-long-tts"},
		"a model that is not sold by tokens":     {Provider: "acme", Model: "acme-transcribe"},
		"a router's model of nobody":             {Provider: "litellm", Model: "nobody/acme"},
		"a name that is longer than a name's":    {Provider: "acme", Model: "acme-cached" + string(make([]byte, maxName))},
		"a date that is no day of the calendar":  {Provider: "acme", Model: "acme-dated-20250431"},
		"a date that is followed by more digits": {Provider: "acme", Model: "acme-dated-202504167"},
	} {
		t.Run(name, func(t *testing.T) {
			for range 2 { // the second time it is remembered
				got, ok := table.Cost(q)
				assert.False(t, ok)
				assert.Zero(t, got)
			}
		})
	}
}

func TestAQueryWithoutATimeIsForNow(t *testing.T) {
	table := load(t, fixture)
	now, ok := table.Cost(Query{Provider: "acme", Model: "acme-dated-2025-04-16", Tokens: Tokens{Input: 1_000}})
	require.True(t, ok)
	assert.InDelta(t, 0.002, now.USD, 1e-12)
}

// TestEmbeddedByHand asks for times in the past, whose prices no update of the table changes.
func TestEmbeddedByHand(t *testing.T) {
	for _, tt := range []struct {
		name            string
		provider, model string
		at              string
		tokens          Tokens
		want            float64 // millionths of a dollar
	}{
		{
			name: "Claude with both kinds of writes", provider: "anthropic", model: "claude-opus-4-5-20251101", at: "2026-01-15 12:00:00",
			tokens: Tokens{Input: 10_000, CacheRead: 4_000, CacheWrite: 3_000, CacheWrite1h: 1_000, Output: 500},
			want:   3_000*5 + 4_000*0.5 + 2_000*6.25 + 1_000*10 + 500*25,
		},
		{
			name: "Claude on Bedrock in a region", provider: "aws.bedrock", model: "us.anthropic.claude-3-haiku-20240307-v1:0", at: "2026-01-15 12:00:00",
			tokens: Tokens{Input: 10_000, Output: 1_000},
			want:   10_000*0.25 + 1_000*1.25,
		},
		{
			name: "GPT with cached input", provider: "openai", model: "gpt-4o-2024-11-20", at: "2026-01-15 12:00:00",
			tokens: Tokens{Input: 2_000, CacheRead: 1_024, Output: 300},
			want:   976*2.5 + 1_024*1.25 + 300*10,
		},
		{
			name: "GPT on Azure", provider: "azure.ai.openai", model: "gpt-4o-2024-11-20", at: "2026-01-15 12:00:00",
			tokens: Tokens{Input: 2_000, Output: 300},
			want:   2_000*2.5 + 300*10,
		},
		{
			name: "Gemini below its tier", provider: "gcp.gemini", model: "gemini-2.5-pro", at: "2026-01-15 12:00:00",
			tokens: Tokens{Input: 200_000, CacheRead: 1_000, Output: 1_000, Reasoning: 900},
			want:   199_000*1.25 + 1_000*0.125 + 1_000*10,
		},
		{
			name: "Gemini above its tier", provider: "gcp.vertex_ai", model: "gemini-2.5-pro", at: "2026-01-15 12:00:00",
			tokens: Tokens{Input: 200_001, CacheRead: 1_000, Output: 1_000},
			want:   199_001*2.5 + 1_000*0.25 + 1_000*15,
		},
		{
			name: "o3 before its price fell", provider: "openai", model: "o3", at: "2025-06-09 23:59:59",
			tokens: Tokens{Input: 1_000, Output: 100}, want: 1_000*10 + 100*40,
		},
		{
			name: "o3 after its price fell", provider: "openai", model: "o3", at: "2025-06-10 00:00:00",
			tokens: Tokens{Input: 1_000, Output: 100}, want: 1_000*2 + 100*8,
		},
		{
			name: "a free model", provider: "openrouter", model: "deepseek/deepseek-r1:free", at: "2026-01-15 12:00:00",
			tokens: Tokens{Input: 1_000, Output: 100}, want: 0,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := builtIn(t).Cost(Query{Provider: tt.provider, Model: tt.model, At: on(t, tt.at), Tokens: tt.tokens})
			require.True(t, ok)
			assert.InDelta(t, tt.want/1e6, got.USD, 1e-12)
		})
	}
}

// Laws over figures that nobody checked before.

func drawTokens(t *rapid.T) Tokens {
	n := func(label string) int64 {
		return rapid.OneOf(rapid.Int64Range(0, 1_000_000), rapid.SampledFrom([]int64{math.MinInt64, -1, math.MaxInt64, 1 << 53})).Draw(t, label)
	}
	return Tokens{n("input"), n("cache read"), n("cache write"), n("1h"), n("audio"), n("cached audio"), n("output"), n("audio out"), n("reasoning")}
}

func TestEveryTokenIsChargedOnce(t *testing.T) {
	// Where everything costs one dollar per token, the cost is the number of tokens.
	flat := rates{}
	for u := range requests {
		flat.of[u] = rate{known: true, base: 1}
	}
	rapid.Check(t, func(t *rapid.T) {
		r := flat
		for u := range requests {
			if u != input && u != output && rapid.Bool().Draw(t, "without") {
				r.of[u] = rate{}
			}
		}
		tokens := drawTokens(t).consistent()
		assert.InEpsilon(t, 1+float64(tokens.Input)+float64(tokens.Output), 1+r.cost(tokens), 1e-9)
	})
}

func TestConsistentTokensStayAsTheyAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := drawTokens(t).consistent()
		assert.Equal(t, once, once.consistent())
		assert.LessOrEqual(t, once.CacheRead+once.CacheWrite, once.Input)
		assert.LessOrEqual(t, once.AudioOutput+once.Reasoning, once.Output)
	})
}

func TestTheHostOfTheClockDoesNotMatter(t *testing.T) {
	table := load(t, fixture)
	at := on(t, "2025-06-09 23:59:59")
	for _, zone := range []*time.Location{time.FixedZone("east", 9*60*60), time.FixedZone("west", -9*60*60)} {
		got, ok := table.Cost(Query{Provider: "acme", Model: "acme-dated-2025-04-16", At: at.In(zone), Tokens: Tokens{Input: 1_000}})
		require.True(t, ok)
		assert.InDelta(t, 0.010, got.USD, 1e-12, zone)
	}
}
