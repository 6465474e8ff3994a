package genai

import (
	"math"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// readUsage reads the token figures, each from the first dialect that has it, and does the arithmetic by the rules of the one
// that the input comes from.
func (r *Reader) readUsage(scope string) {
	if r.about&aboutUsage == 0 {
		return
	}
	var found [figures]Figure
	var rules, outputRules *compiled
	in := report{TokenUsage: TokenUsage{Inference: r.reading.Usage.Inference}}
	for rest := r.reading.spoken & r.worded; rest != 0; rest = rest.others() {
		d := &r.engine.dialects[rest.first()]
		for f := range found {
			if found[f].Known() || !r.has(&d.figures[f]) {
				continue
			}
			found[f] = r.figure(&d.figures[f], &in.dropped)
			switch {
			case !found[f].Known():
			case f == input:
				rules = d
			case f == output:
				outputRules = d
			}
		}
	}
	if rules != nil {
		if in.cache = rules.Usage.inclusion(scope, r.reading.Provider); r.anySet(&rules.inclusiveIf) {
			in.cache = Inclusive
		}
	}
	if outputRules != nil {
		in.thoughts = outputRules.Usage.Thoughts
	}
	in.Input, in.Output, in.CacheRead, in.CacheWrite = found[input], found[output], found[cacheRead], found[cacheWrite]
	in.cacheWrite5m, in.CacheWrite1h, in.Reasoning = found[cacheWrite5m], found[cacheWrite1h], found[reasoning]
	in.AudioInput, in.AudioOutput, in.overall = found[audioInput], found[audioOutput], found[overall]
	r.reading.Usage = in.normalised()
}

// inclusion is whether the input includes the cache, for a scope and a provider.
func (u *Usage) inclusion(scope, provider string) Inclusion {
	for _, rule := range u.Except {
		if strings.HasPrefix(scope, rule.Scope) && (rule.Provider == "" || rule.Provider == provider) {
			return rule.Cache
		}
	}
	return u.Cache
}

// figure is the first figure among keys. It notes one that is no figure, and goes on to the next spelling.
func (r *Reader) figure(s *spellings, dropped *bool) Figure {
	for _, ref := range s.refs {
		v, held := r.value(ref.slot)
		if !held {
			continue
		}
		var n int64
		var there, ok bool
		switch {
		case ref.sum != "":
			n, there, ok = sumOf(r.decode(ref), ref.sum)
		case ref.path != "":
			member := r.decode(ref)
			there = !member.isBlank()
			n, ok = member.count()
		default:
			there = v.Type() != pcommon.ValueTypeStr || !isBlank(v.Str())
			n, ok = Count(v)
		}
		if ok {
			return Figure{n, ref.key}
		}
		*dropped = *dropped || there
	}
	return Figure{}
}

// sumOf adds up the members that a path like a+b* names.
func sumOf(object value, path string) (sum int64, there, ok bool) {
	ok = true
	for member := range object.all {
		if !named(member.node().key, path) {
			continue
		}
		n, isCount := member.count()
		there, ok = true, ok && isCount
		sum += n
	}
	return sum, there, ok && there && sum <= maxCount && sum >= 0
}

// named reports whether one of the names of a+b* stands for name.
func named(name, path string) bool {
	for path != "" {
		var one string
		one, path, _ = strings.Cut(path, "+")
		if prefix, ok := strings.CutSuffix(one, "*"); name == one || ok && strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// maxCost is more than any call costs, in US dollars; what is above it is no cost.
const maxCost = 1e6

// readCost reads what the call cost, as the span reports it. A replay cost nothing, whatever it repeats.
func (r *Reader) readCost() {
	read := &r.reading
	if read.Replay {
		read.Cost, read.CostKnown = 0, read.ModelCall
		return
	}
	if r.about&aboutCost == 0 {
		return
	}
	for rest := read.spoken & r.worded; rest != 0; rest = rest.others() {
		d := &r.engine.dialects[rest.first()]
		for _, ref := range d.costTotal.refs {
			if usd, ok := r.dollars(ref); ok {
				read.Cost, read.CostKnown = usd, true
				return
			}
		}
		sum, known := 0.0, false
		for _, ref := range d.costParts.refs {
			if usd, ok := r.dollars(ref); ok {
				sum, known = sum+usd, true
			}
		}
		if known {
			read.Cost, read.CostKnown = sum, true
			return
		}
	}
}

func (r *Reader) dollars(ref *ref) (float64, bool) {
	v, there := r.value(ref.slot)
	if !there {
		return 0, false
	}
	var usd float64
	ok := true
	switch {
	case ref.sum != "":
		usd, ok = sumOfDollars(r.decode(ref), ref.sum)
	case ref.path != "":
		usd, ok = r.decode(ref).number()
	case v.Type() == pcommon.ValueTypeDouble:
		usd = v.Double()
	default:
		usd, ok = r.decode(ref).number()
	}
	return usd, ok && usd >= 0 && usd <= maxCost && !math.IsNaN(usd)
}

func sumOfDollars(object value, path string) (sum float64, ok bool) {
	for member := range object.all {
		if !named(member.node().key, path) {
			continue
		}
		n, isNumber := member.number()
		if !isNumber {
			return 0, false
		}
		sum, ok = sum+n, true
	}
	return sum, ok
}
