// Package genaiprices is the JSON form of the price tables that pydantic/genai-prices publishes, as far as a price of tokens
// depends on it (https://github.com/pydantic/genai-prices, MIT; its form "v2").
//
// Reading a table and writing it again leaves out what is not here (descriptions, links, extractors), in an order that
// depends on the table alone: so the table that is embedded is made.
package genaiprices

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// Provider is a company that serves models, and the models with their prices.
type Provider struct {
	ID string `json:"id"`
	// ProviderMatch recognises the provider by a name that is not its id, ModelMatch by the name of a model where no
	// provider is known. Both may be nil.
	ProviderMatch *Clause `json:"provider_match,omitempty"`
	ModelMatch    *Clause `json:"model_match,omitempty"`
	// Fallbacks are ids of providers whose models this one serves too, at their prices.
	Fallbacks []string `json:"fallback_model_providers,omitempty"`
	Models    []Model  `json:"models"`
}

// Model is one model, or several at one price.
type Model struct {
	ID     string `json:"id"`
	Match  Clause `json:"match"`
	Prices Prices `json:"prices"`
	// Variants are prices of a request that said something particular, such as a service tier.
	Variants []Variant `json:"price_variants,omitempty"`
}

// Clause decides by a name; exactly one member is set. A clause of a kind that is not here has none.
type Clause struct {
	Equals     *string  `json:"equals,omitempty"`
	StartsWith *string  `json:"starts_with,omitempty"`
	EndsWith   *string  `json:"ends_with,omitempty"`
	Contains   *string  `json:"contains,omitempty"`
	Regex      *string  `json:"regex,omitempty"` // in Python's syntax
	Or         []Clause `json:"or,omitempty"`
	And        []Clause `json:"and,omitempty"`
}

// Prices are in JSON one RateSet, or a list of them with conditions, of which the last whose condition holds applies,
// and the first where none does.
type Prices []Dated

// Dated is a RateSet with the condition under which it applies. A nil Constraint always holds.
type Dated struct {
	Constraint *Constraint `json:"constraint,omitempty"`
	Rates      RateSet     `json:"prices"`
}

// Constraint holds from a date on (StartDate, "2006-01-02", UTC), or daily from StartTime to before EndTime ("15:04:05Z").
type Constraint struct {
	StartDate string `json:"start_date,omitempty"`
	StartTime string `json:"start_time,omitempty"`
	EndTime   string `json:"end_time,omitempty"`
}

// Variant overrides single rates of a request for which everything in When holds.
type Variant struct {
	When       map[string]string `json:"when"`
	Constraint *Constraint       `json:"constraint,omitempty"`
	Rates      RateSet           `json:"prices"`
}

// RateSet is the rates of a model by what they are for. The name ends in the unit: US dollars per million tokens ("_mtok"),
// per thousand of something ("_kcount"), and others. An empty set is a model that is free.
type RateSet map[string]Rate

// Rate is in JSON a number, or a base with tiers.
type Rate struct {
	Base  float64 `json:"base"`
	Tiers []Tier  `json:"tiers"` // in ascending order
}

// Tier is the rate of a whole request with more than Start input tokens; not only of the tokens above Start.
type Tier struct {
	Start int64   `json:"start"`
	Price float64 `json:"price"`
}

// Parse reads a table. It refuses negative rates, and what is not a table at all; members that it does not know, it skips.
func Parse(data []byte) ([]Provider, error) {
	var providers []Provider
	if err := json.Unmarshal(data, &providers); err != nil {
		return nil, fmt.Errorf("not a list of providers in the form of genai-prices: %w", err)
	}
	if len(providers) == 0 {
		return nil, errors.New("a list of providers in the form of genai-prices that is empty")
	}
	for i, p := range providers {
		if p.ID == "" {
			return nil, fmt.Errorf("provider %d of %d has no id", i+1, len(providers))
		}
	}
	return providers, nil
}

// UnmarshalJSON reads one RateSet or a list of Dated.
func (p *Prices) UnmarshalJSON(data []byte) error {
	if !startsWith(data, '[') {
		var rates RateSet
		if err := json.Unmarshal(data, &rates); err != nil {
			return err
		}
		*p = Prices{{Rates: rates}}
		return nil
	}
	return json.Unmarshal(data, (*[]Dated)(p))
}

// MarshalJSON writes the short form where there is one RateSet without a condition.
func (p Prices) MarshalJSON() ([]byte, error) {
	if len(p) == 1 && p[0].Constraint == nil {
		return json.Marshal(p[0].Rates)
	}
	return json.Marshal([]Dated(p))
}

// UnmarshalJSON leaves out what has no price (null), and makes a missing set an empty one.
func (s *RateSet) UnmarshalJSON(data []byte) error {
	var rates map[string]*Rate
	if err := json.Unmarshal(data, &rates); err != nil {
		return err
	}
	*s = RateSet{}
	for name, rate := range rates {
		if rate != nil {
			(*s)[name] = *rate
		}
	}
	return nil
}

// maxRate bounds what a unit may cost, in US dollars, so that no sum overflows. The dearest token costs a hundred-millionth.
const maxRate = 1e9

// UnmarshalJSON reads a number or a base with tiers.
func (r *Rate) UnmarshalJSON(data []byte) error {
	type tiered Rate
	*r = Rate{}
	var err error
	if startsWith(data, '{') {
		err = json.Unmarshal(data, (*tiered)(r))
	} else {
		err = json.Unmarshal(data, &r.Base)
	}
	if err != nil {
		return err
	}
	return r.check()
}

func (r *Rate) check() error {
	wrong := func(price float64) bool { return math.IsNaN(price) || price < 0 || price > maxRate }
	if wrong(r.Base) {
		return fmt.Errorf("a price of %v US dollars: it must be 0 to %g", r.Base, float64(maxRate))
	}
	before := int64(-1)
	for _, tier := range r.Tiers {
		if wrong(tier.Price) || tier.Start < 0 || tier.Start < before {
			return fmt.Errorf("a tier of %v US dollars from %d tokens on: tiers must ascend, and prices be 0 to %g", tier.Price, tier.Start, float64(maxRate))
		}
		before = tier.Start
	}
	return nil
}

// MarshalJSON writes the short form where there are no tiers.
func (r Rate) MarshalJSON() ([]byte, error) {
	type tiered Rate
	if len(r.Tiers) == 0 {
		return json.Marshal(r.Base)
	}
	return json.Marshal(tiered(r))
}

func startsWith(data []byte, c byte) bool {
	data = bytes.TrimLeft(data, " \t\r\n")
	return len(data) > 0 && data[0] == c
}
