package genaiprices

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWritingATableLeavesOutWhatPricesDoNotDependOn(t *testing.T) {
	providers, err := Parse([]byte(`[{
		"id": "acme", "name": "Acme", "api_pattern": "https://api", "pricing_urls": ["https://prices"],
		"provider_match": {"contains": "acme"}, "model_match": {"or": [{"starts_with": "a"}, {"ends_with": "z"}]}, "fallback_model_providers": ["zeta"],
		"extractors": [{"root": "usage"}],
		"models": [
			{"id": "m", "name": "M", "description": "x", "context_window": 9, "match": {"and": [{"regex": "m"}, {"equals": "m"}]}, "prices": [
				{"prices": {"output_mtok": 2.50, "input_mtok": {"base": 1, "tiers": [{"start": 200, "price": 3}]}, "cache_read_mtok": null}},
				{"constraint": {"type": "start_date", "start_date": "2026-01-31"}, "prices": {}},
				{"constraint": {"start_time": "00:30:00Z", "end_time": "16:30:00Z"}, "prices": {"input_mtok": 0}}],
			 "price_variants": [{"when": {"service_tier": "flex"}, "prices": {"input_mtok": 0.5}}]},
			{"id": "n", "match": {"equals": "n"}, "prices": {"input_mtok": 0.135}}
		]}]`))
	require.NoError(t, err)
	written, err := json.Marshal(providers)
	require.NoError(t, err)
	assert.JSONEq(t, `[{"id":"acme","provider_match":{"contains":"acme"},"model_match":{"or":[{"starts_with":"a"},{"ends_with":"z"}]},`+
		`"fallback_model_providers":["zeta"],"models":[{"id":"m","match":{"and":[{"regex":"m"},{"equals":"m"}]},"prices":[`+
		`{"prices":{"input_mtok":{"base":1,"tiers":[{"start":200,"price":3}]},"output_mtok":2.5}},`+
		`{"constraint":{"start_date":"2026-01-31"},"prices":{}},`+
		`{"constraint":{"start_time":"00:30:00Z","end_time":"16:30:00Z"},"prices":{"input_mtok":0}}],`+
		`"price_variants":[{"when":{"service_tier":"flex"},"prices":{"input_mtok":0.5}}]},`+
		`{"id":"n","match":{"equals":"n"},"prices":{"input_mtok":0.135}}]}]`, string(written))

	again, err := Parse(written)
	require.NoError(t, err)
	assert.Equal(t, providers, again)
}
