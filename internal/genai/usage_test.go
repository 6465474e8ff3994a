package genai

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// figures of a report; -1 stands for one that is unknown.
func reportOf(in, out, read, write, thoughts, total int64, cache, inclusion Inclusion) *report {
	figure := func(n int64) Figure {
		if n < 0 {
			return Figure{}
		}
		return Figure{n, "key"}
	}
	r := &report{overall: figure(total), cache: cache, thoughts: inclusion}
	r.Input, r.Output, r.CacheRead, r.CacheWrite, r.Reasoning = figure(in), figure(out), figure(read), figure(write), figure(thoughts)
	return r
}

func TestWhetherTheInputIncludesTheCache(t *testing.T) {
	const unknown = -1
	for name, tt := range map[string]struct {
		in, out, read, write, total int64
		cache                       Inclusion
		want                        int64
		inference                   []string
	}{
		"more cache than input is no part of it":            {90, 50, 2048, 256, unknown, InclusionUnknown, 2394, []string{"cache_added"}},
		"not even where the emitter is said to include it":  {90, 50, 2048, 256, unknown, Inclusive, 2394, []string{"cache_added"}},
		"a total with the cache on top tells that it is":    {900, 50, 100, 0, 1050, InclusionUnknown, 1000, []string{"cache_added"}},
		"a total without tells that it is not":              {900, 50, 100, 0, 950, InclusionUnknown, 900, nil},
		"an emitter that counts apart adds up its own":      {900, 50, 100, 0, 950, Exclusive, 1000, []string{"cache_added"}},
		"an emitter that counts apart":                      {900, 50, 100, 0, unknown, Exclusive, 1000, []string{"cache_added"}},
		"an emitter that includes it":                       {900, 50, 100, 20, unknown, Inclusive, 900, nil},
		"an unknown emitter is taken to include it":         {900, 50, 100, 20, unknown, InclusionUnknown, 900, []string{"assumed_inclusive"}},
		"a total that explains nothing changes nothing":     {900, 50, 100, 20, 7, InclusionUnknown, 900, []string{"assumed_inclusive"}},
		"without a cache nothing is assumed":                {900, 50, 0, unknown, unknown, InclusionUnknown, 900, nil},
		"without a cache of an emitter that counts apart":   {900, 50, unknown, unknown, unknown, Exclusive, 900, nil},
		"nothing but cache":                                 {0, 50, 100, 0, unknown, InclusionUnknown, 100, []string{"cache_added"}},
		"an input of which nothing is known":                {unknown, 50, 100, 0, unknown, Exclusive, 0, nil},
		"figures that were corrected before":                {900, 50, 100, 20, 1070, Canonical, 900, nil},
		"figures that were corrected, with more cache":      {90, 50, 100, 20, unknown, Canonical, 90, []string{"clamped"}},
		"a sum that no figure holds is not made":            {1 << 53, 5, 1 << 52, 0, unknown, Exclusive, 1 << 53, nil},
		"all of the input from the cache":                   {100, 50, 100, 0, unknown, Inclusive, 100, nil},
		"a total with the cache where both readings fit it": {100, 50, 100, 0, 250, Inclusive, 200, []string{"cache_added"}},
	} {
		t.Run(name, func(t *testing.T) {
			u := reportOf(tt.in, tt.out, tt.read, tt.write, unknown, tt.total, tt.cache, InclusionUnknown).normalised()
			assert.Equal(t, tt.want, u.Input.N)
			assert.Equal(t, tt.inference, noneIfEmpty(u.Inference))
		})
	}
}

func TestWhetherTheOutputIncludesReasoning(t *testing.T) {
	const unknown = -1
	for name, tt := range map[string]struct {
		in, out, thoughts, total int64
		reasoning                Inclusion
		want                     int64
		inference                []string
	}{
		"it does by the conventions":                         {100, 50, 20, unknown, InclusionUnknown, 50, nil},
		"a total with reasoning on top tells that it is not": {100, 50, 20, 170, InclusionUnknown, 70, []string{"reasoning_added"}},
		"a total without tells that it does":                 {100, 50, 20, 150, InclusionUnknown, 50, nil},
		"an emitter that counts apart":                       {100, 50, 20, unknown, Exclusive, 70, []string{"reasoning_added"}},
		"an emitter that counts apart, but its total says":   {100, 50, 20, 150, Exclusive, 50, nil},
		"an emitter that includes it":                        {100, 50, 20, 170, Inclusive, 50, nil},
		"figures that were corrected before":                 {100, 50, 20, 170, Canonical, 50, nil},
		"more reasoning than output":                         {100, 50, 90, unknown, InclusionUnknown, 50, []string{"clamped"}},
		"no output":                                          {100, unknown, 20, unknown, Exclusive, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			u := reportOf(tt.in, tt.out, unknown, unknown, tt.thoughts, tt.total, Inclusive, tt.reasoning).normalised()
			assert.Equal(t, tt.want, u.Output.N)
			assert.Equal(t, tt.inference, noneIfEmpty(u.Inference))
		})
	}
}

func TestCacheWritesByLifetimeAreAddedUpWhereNobodyDid(t *testing.T) {
	r := reportOf(1000, 5, -1, -1, -1, -1, Inclusive, InclusionUnknown)
	r.cacheWrite5m, r.CacheWrite1h = Figure{384, "5m"}, Figure{128, "1h"}
	u := r.normalised()
	assert.Equal(t, Figure{512, "5m"}, u.CacheWrite)
	assert.EqualValues(t, 128, u.CacheWrite1h.N)
	assert.Equal(t, []string{InferredCacheWriteSummed}, u.Inference)
}

// Whatever is reported: no part is larger than its whole, nothing reported is lost, the words come in order, and what was
// normalised stays as it is.
func TestNormalisedFiguresHoldTogether(t *testing.T) {
	figure := rapid.OneOf(rapid.Int64Range(-1, 40), rapid.SampledFrom([]int64{0, 1 << 52, 1 << 53}))
	inclusions := rapid.SampledFrom([]Inclusion{InclusionUnknown, Inclusive, Exclusive, Canonical})
	rapid.Check(t, func(t *rapid.T) {
		n := func(name string) int64 { return figure.Draw(t, name) }
		r := reportOf(n("input"), n("output"), n("read"), n("write"), n("reasoning"), n("total"), inclusions.Draw(t, "cache"), inclusions.Draw(t, "thoughts"))
		u := r.normalised()
		if u.Input.N < r.Input.N || u.Output.N < r.Output.N || u.Input.N > maxCount || u.Output.N > maxCount {
			t.Fatalf("%+v became %+v", r, u)
		}
		if u.Input.Known() && u.CacheRead.N+u.CacheWrite.N > u.Input.N || u.Output.Known() && u.Reasoning.N > u.Output.N {
			t.Fatalf("parts are more than the whole: %+v", u)
		}
		if u.Input.Known() != r.Input.Known() || u.Output.Known() != r.Output.Known() || !slices.IsSorted(u.Inference) {
			t.Fatalf("%+v", u)
		}
		again := (&report{TokenUsage: u, overall: r.overall, cache: Canonical, thoughts: Canonical}).normalised()
		if len(again.Inference) > 0 || again.Input != u.Input || again.Output != u.Output {
			t.Fatalf("%+v became %+v", u, again)
		}
	})
}

func noneIfEmpty(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}
