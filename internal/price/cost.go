package price

import (
	"slices"
	"strings"
	"time"
)

// Query asks what one model call cost.
type Query struct {
	// Provider is who served the model: a well-known value of gen_ai.provider.name, an id of the table, or what a framework
	// calls it. Where it is empty, the model's own maker is taken, if its name tells. Case does not matter in either.
	Provider string
	Model    string
	// At is when the model was called. Zero is now.
	At     time.Time
	Tokens Tokens
	// Conditions are what the request said that may change its price, such as {"service_tier", "flex"} or {"processing",
	// "batch"}. Most models have one price whatever they are.
	Conditions []Condition
}

// Condition is one fact about a request, as the table spells it.
type Condition struct{ Key, Value string }

// Cost is the price of one model call.
type Cost struct {
	USD float64 // US dollars, finite, 0 or more
	// Table is where the price comes from: the version of a table, or FromOverrides.
	Table string
}

// FromOverrides is Cost.Table where configuration gave the price.
const FromOverrides = "overrides"

// Cost prices a model call. It reports false where the provider or the model is not known, or the model is not sold by
// tokens: a cost that is not known is never 0, and a model that is known to be free costs 0.
//
// A rate that is missing is that of what includes it: reading or writing a cache, and audio, cost as much as other input,
// an hour in the cache as much as five minutes, and reasoning as much as other output.
func (t *Table) Cost(q Query) (Cost, bool) {
	e := t.lookup(q.Provider, q.Model)
	tokens := q.Tokens.consistent()
	if e.override != nil {
		return Cost{USD: e.override.cost(tokens), Table: FromOverrides}, true
	}
	if e.model == nil {
		return Cost{}, false
	}
	if q.At.IsZero() {
		q.At = time.Now()
	}
	r := e.model.ratesAt(q.At)
	if !r.known() {
		return Cost{}, false
	}
	if e.own && len(q.Conditions) > 0 && len(e.model.variants) > 0 {
		special := e.model.special(r, q)
		r = &special
	}
	return Cost{USD: r.cost(tokens), Table: t.version}, true
}

// special is r with what the variants that apply change. Of two that change the same rate the first counts.
func (m *model) special(r *rates, q Query) rates {
	special := *r
	for i := len(m.variants) - 1; i >= 0; i-- {
		if v := &m.variants[i]; v.holds(q.At) && v.applies(q.Conditions) {
			special = special.with(&v.rates)
		}
	}
	return special
}

func (v *variant) applies(conditions []Condition) bool {
	for key, value := range v.when {
		if !slices.Contains(conditions, Condition{key, value}) {
			return false
		}
	}
	return true
}

// find looks up a model without the cache. Names are in lower case.
func (t *Table) find(providerName, modelName string) entry {
	p, routed := t.route(providerName, modelName)
	for i := range t.overrides {
		if o := &t.overrides[i]; o.covers(providerName, p, modelName, routed) {
			return entry{override: &o.rates}
		}
	}
	if p == nil {
		return entry{}
	}
	if e := t.match(p, routed); e.model != nil {
		return e
	}
	if dashed := dashDates(routed); dashed != routed {
		return t.match(p, dashed)
	}
	return entry{}
}

// match looks for a model among those of p, and then among those of the providers whose models p serves too, one step deep.
// The first entry that matches counts.
func (t *Table) match(p *provider, name string) entry {
	if m := p.model(name); m != nil {
		return entry{model: m, own: true}
	}
	for _, id := range p.fallbacks {
		if other, ok := t.byID[id]; ok {
			if m := other.model(name); m != nil {
				return entry{model: m}
			}
		}
	}
	return entry{}
}

// dashDates writes dates such as -20251211, which routers make of -2025-12-11, the long way.
func dashDates(name string) string {
	const compact, digits = "20060102", len("20060102")
	for i := 0; i+digits < len(name); i++ {
		rest := name[i+1:]
		if name[i] != '-' || !strings.HasPrefix(rest, "20") || len(rest) > digits && rest[digits] != '-' && rest[digits] != ':' {
			continue
		}
		if day, err := time.Parse(compact, rest[:digits]); err == nil {
			name = name[:i+1] + day.Format(time.DateOnly) + rest[digits:]
		}
	}
	return name
}
