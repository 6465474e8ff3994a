package genai

import "slices"

// Inclusion says whether a figure includes its parts.
type Inclusion uint8

// The inclusions.
const (
	InclusionUnknown Inclusion = iota
	Inclusive                  // as OpenTelemetry wants it
	Exclusive                  // the parts come on top
	Canonical                  // it was corrected already, or Orcheo itself says it: it is what counts
)

// What was inferred about token figures, in the words of orcheo.usage.inference.
const (
	InferredAssumedInclusive = "assumed_inclusive"  // nothing tells whether the input includes the cache: it is taken to
	InferredCacheAdded       = "cache_added"        // the input was without the cache: what was read and written is added
	InferredCacheWriteSummed = "cache_write_summed" // what was written to the cache is the sum over its lifetimes
	InferredClamped          = "clamped"            // a part was larger than its whole: it is cut to it
	InferredDropped          = "dropped"            // a figure was negative, no number or absurd: it is ignored
	InferredReasoningAdded   = "reasoning_added"    // the output was without reasoning: it is added
)

// Figure is one token figure and the key that it was read from.
type Figure struct {
	N   int64 // tokens
	Key string
}

// Known reports whether the span had the figure. A figure of 0 tokens is known.
func (f Figure) Known() bool { return f.Key != "" }

// TokenUsage is what a span says it took, once normalised: the input includes what was read from and written to the cache,
// the output includes reasoning, and no part is larger than its whole.
type TokenUsage struct {
	Input, Output           Figure
	CacheRead, CacheWrite   Figure // parts of Input
	CacheWrite1h            Figure // the part of CacheWrite that is kept for an hour, which costs more
	Reasoning               Figure // part of Output
	AudioInput, AudioOutput Figure // parts of Input and Output
	// Inference tells what was inferred and not simply reported, sorted.
	Inference []string
}

// Known reports whether the span says what it took at all.
func (u *TokenUsage) Known() bool { return u.Input.Known() || u.Output.Known() }

// report is what an emitter reported, with what it is known to count as what.
type report struct {
	TokenUsage
	cacheWrite5m, overall Figure
	cache                 Inclusion // whether the input includes the cache
	thoughts              Inclusion // whether the output includes reasoning
	dropped               bool      // a figure was no figure
}

// normalised does the arithmetic. Totals are only evidence: they are never taken over what they are the total of, and never
// derived from parts.
func (r *report) normalised() TokenUsage {
	u := r.TokenUsage
	u.Inference = u.Inference[:0]
	if r.dropped {
		u.infer(InferredDropped)
	}
	if !u.CacheWrite.Known() && (r.cacheWrite5m.Known() || u.CacheWrite1h.Known()) {
		u.CacheWrite = Figure{r.cacheWrite5m.N + u.CacheWrite1h.N, firstKnown(r.cacheWrite5m, u.CacheWrite1h).Key}
		u.infer(InferredCacheWriteSummed)
	}
	u.includeCache(r)
	u.includeReasoning(r)
	u.clamp()
	slices.Sort(u.Inference)
	return u
}

// includeCache makes the input include the cache.
func (u *TokenUsage) includeCache(r *report) {
	cached := u.CacheRead.N + u.CacheWrite.N
	if !u.Input.Known() || cached == 0 || r.cache == Canonical {
		return
	}
	in, out, total := u.Input.N, u.Output.N, r.overall.N
	separate := false
	switch {
	case cached > in: // a part cannot be larger than the whole
		separate = true
	case r.overall.Known() && total == in+cached+out:
		separate = true
	case r.cache == Exclusive: // such an emitter's total is of its own input
		separate = true
	case r.cache == InclusionUnknown && (!r.overall.Known() || total != in+out):
		u.infer(InferredAssumedInclusive)
	}
	if separate && in+cached <= maxCount {
		u.Input.N += cached
		u.infer(InferredCacheAdded)
	}
}

// includeReasoning makes the output include reasoning, where the emitter is known to count it apart, or where only that
// explains the total.
func (u *TokenUsage) includeReasoning(r *report) {
	if !u.Output.Known() || u.Reasoning.N == 0 || r.thoughts == Canonical || r.thoughts == Inclusive {
		return
	}
	in, out, thoughts, total := r.Input.N, u.Output.N, u.Reasoning.N, r.overall.N
	separate := r.thoughts == Exclusive && (!r.overall.Known() || total != in+out && total != u.Input.N+out)
	if r.overall.Known() && (total == in+out+thoughts || total == u.Input.N+out+thoughts) {
		separate = true
	}
	if separate && out+thoughts <= maxCount {
		u.Output.N += thoughts
		u.infer(InferredReasoningAdded)
	}
}

// clamp keeps every part within its whole.
func (u *TokenUsage) clamp() {
	within := func(part *Figure, whole Figure, taken int64) {
		if limit := max(0, whole.N-taken); whole.Known() && part.N > limit {
			part.N = limit
			u.infer(InferredClamped)
		}
	}
	within(&u.CacheRead, u.Input, 0)
	within(&u.CacheWrite, u.Input, u.CacheRead.N)
	within(&u.CacheWrite1h, u.CacheWrite, 0)
	within(&u.Reasoning, u.Output, 0)
	within(&u.AudioInput, u.Input, 0)
	within(&u.AudioOutput, u.Output, 0)
}

func (u *TokenUsage) infer(word string) {
	if !slices.Contains(u.Inference, word) {
		u.Inference = append(u.Inference, word)
	}
}

func firstKnown(figures ...Figure) Figure {
	for _, f := range figures {
		if f.Known() {
			return f
		}
	}
	return Figure{}
}
