package price

import (
	"slices"

	"github.com/orcheo/otelcol-canvas/internal/price/genaiprices"
)

// unit is what a rate is for.
type unit uint8

const (
	input unit = iota
	cacheRead
	cacheWrite
	cacheWrite5m
	cacheWrite1h
	audioInput
	audioCacheRead
	output
	audioOutput
	reasoning
	requests
	units
)

// unitNames are the rates that are used, by their names in a table. Others are for what telemetry does not tell (images,
// characters, searches); the tokens among them cost what the unit that includes them costs.
var unitNames = map[string]unit{
	"input_mtok":            input,
	"cache_read_mtok":       cacheRead,
	"cache_write_mtok":      cacheWrite,
	"cache_write_5m_mtok":   cacheWrite5m,
	"cache_write_1h_mtok":   cacheWrite1h,
	"input_audio_mtok":      audioInput,
	"cache_audio_read_mtok": audioCacheRead,
	"output_mtok":           output,
	"output_audio_mtok":     audioOutput,
	"output_reasoning_mtok": reasoning,
	"requests_kcount":       requests,
}

// rates are those of one model at one time.
type rates struct {
	of   [units]rate
	free bool // a table that lists the model without any price says that it costs nothing
}

// rate is US dollars per token, or per request.
type rate struct {
	known bool
	base  float64
	tiers []tier // ascending
}

type tier struct {
	above int64 // input tokens of the request
	price float64
}

func compileRates(set genaiprices.RateSet) rates {
	r := rates{free: len(set) == 0}
	for name, listed := range set {
		u, ok := unitNames[name]
		if !ok {
			continue
		}
		per := 1e6
		if u == requests {
			per = 1e3
		}
		compiled := rate{known: true, base: listed.Base / per}
		for _, t := range listed.Tiers {
			compiled.tiers = append(compiled.tiers, tier{above: t.Start, price: t.Price / per})
		}
		r.of[u] = compiled
	}
	return r
}

// known reports whether tokens have a price. A model that is sold by the hour or by the page has none.
func (r *rates) known() bool { return r.free || r.of[input].known || r.of[output].known }

// with returns r where what over lists is replaced.
func (r rates) with(over *rates) rates {
	for u, listed := range over.of {
		if listed.known {
			r.of[u] = listed
		}
	}
	return r
}

// at is the rate of a request with so many input tokens. The tier that it reaches is the rate of all its tokens, as the
// providers charge it.
func (r *rate) at(input int64) float64 {
	for _, v := range slices.Backward(r.tiers) {
		if input > v.above {
			return v.price
		}
	}
	return r.base
}

// cost charges every token once, at the rate of the narrowest unit that has one.
func (r *rates) cost(t Tokens) float64 {
	b := bill{rates: r, input: t.Input}
	cachedAudio := int64(0)
	if r.of[cacheRead].known && r.of[audioInput].known && !r.of[audioCacheRead].known {
		// They are in both: charge them once, as a read of the cache.
		t.AudioInput -= t.AudioCacheRead
	} else {
		cachedAudio = b.charge(audioCacheRead, t.AudioCacheRead)
	}
	narrow := cachedAudio
	narrow += b.charge(cacheRead, t.CacheRead-cachedAudio)
	narrow += b.charge(audioInput, t.AudioInput-cachedAudio)
	written := b.charge(cacheWrite1h, t.CacheWrite1h)
	written += b.charge(cacheWrite5m, t.CacheWrite-t.CacheWrite1h)
	narrow += written + b.charge(cacheWrite, t.CacheWrite-written)
	b.charge(input, t.Input-narrow)

	narrow = b.charge(audioOutput, t.AudioOutput)
	narrow += b.charge(reasoning, t.Reasoning)
	b.charge(output, t.Output-narrow)
	b.charge(requests, 1)
	return b.usd
}

// bill adds up what one request costs.
type bill struct {
	rates *rates
	input int64 // of the request, which decides the tier
	usd   float64
}

// charge charges n of u and returns n; where u has no rate it returns 0, and the n stay with what includes u.
func (b *bill) charge(u unit, n int64) int64 {
	r := &b.rates.of[u]
	if !r.known || n <= 0 {
		return 0
	}
	b.usd += r.at(b.input) * float64(n)
	return n
}
