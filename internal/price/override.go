package price

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/orcheo/otelcol-canvas/internal/price/genaiprices"
)

// Override is a price from configuration: a contract's, or that of a model which no table knows. It stands for the whole
// entry of the table. Prices are US dollars per million tokens.
type Override struct {
	// Provider is the one that serves the model, by any name that it is known by. Empty is every provider.
	Provider string `mapstructure:"provider"`
	// Model is a name, or the beginning of names with "*" behind it. Case does not matter. "*" alone is every model.
	Model string `mapstructure:"model"`
	// Input is the price of a million input tokens in US dollars; it has to be set. A model that is free costs 0.
	Input *float64 `mapstructure:"input"`
	// Output is the price of a million output tokens in US dollars; it has to be set.
	Output *float64 `mapstructure:"output"`
	// CacheRead is that of input read from a cache; unset: as Input.
	CacheRead *float64 `mapstructure:"cache_read"`
	// CacheWrite is that of input written to a cache; unset: as Input.
	CacheWrite *float64 `mapstructure:"cache_write"`
	// CacheWrite1h is that of input written to a cache for an hour; unset: as CacheWrite.
	CacheWrite1h *float64 `mapstructure:"cache_write_1h"`
	// AudioInput is that of audio input; unset: as Input.
	AudioInput *float64 `mapstructure:"audio_input"`
	// AudioOutput is that of audio output; unset: as Output.
	AudioOutput *float64 `mapstructure:"audio_output"`
}

// maxOverride is the highest price that is not a mistake, in US dollars per million tokens.
const maxOverride = 1e6

// field is one price of an Override.
type field struct {
	name  string // in configuration
	rate  string // in genai-prices
	price *float64
}

func (o *Override) fields() []field {
	return []field{
		{"input", "input_mtok", o.Input},
		{"output", "output_mtok", o.Output},
		{"cache_read", "cache_read_mtok", o.CacheRead},
		{"cache_write", "cache_write_mtok", o.CacheWrite},
		{"cache_write_1h", "cache_write_1h_mtok", o.CacheWrite1h},
		{"audio_input", "input_audio_mtok", o.AudioInput},
		{"audio_output", "output_audio_mtok", o.AudioOutput},
	}
}

// Validate reports everything that is wrong with o at once.
func (o *Override) Validate() error {
	var errs []error
	switch star := strings.IndexByte(o.Model, '*'); {
	case strings.TrimSpace(o.Model) == "":
		errs = append(errs, errors.New("model is empty: name a model, or the beginning of names with * behind it"))
	case star >= 0 && star != len(o.Model)-1:
		errs = append(errs, fmt.Errorf("model is %q: * may only be its end", o.Model))
	}
	if len(o.Model) > maxName || len(o.Provider) > maxName {
		errs = append(errs, fmt.Errorf("model or provider is longer than %d bytes: no such name is looked up", maxName))
	}
	if o.Input == nil || o.Output == nil {
		errs = append(errs, fmt.Errorf("model %q: set both input and output, in US dollars per million tokens; 0 is free", o.Model))
	}
	for _, f := range o.fields() {
		if f.price != nil && (math.IsNaN(*f.price) || *f.price < 0 || *f.price > maxOverride) {
			errs = append(errs, fmt.Errorf("%s is %v: set 0 to %d US dollars per million tokens", f.name, *f.price, int64(maxOverride)))
		}
	}
	return errors.Join(errs...)
}

// WithOverrides returns t with overrides, which replace those it has. It reports everything that is wrong with them at once.
//
// Where several cover a call, a full name counts before a beginning, a longer beginning before a shorter one, and one with
// a provider before one without.
func (t *Table) WithOverrides(overrides []Override) (*Table, error) {
	var errs []error
	compiled := make([]override, len(overrides))
	for i := range overrides {
		if err := overrides[i].Validate(); err != nil {
			errs = append(errs, fmt.Errorf("overrides[%d]: %w", i, err))
		}
		compiled[i] = t.compileOverride(&overrides[i])
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	slices.SortStableFunc(compiled, override.compare)
	with := *t
	with.overrides, with.lookups = compiled, newLookups()
	return &with, nil
}

type override struct {
	provider string    // in lower case; empty is every provider
	known    *provider // the same in the table, may be nil
	model    string    // in lower case, without *
	prefix   bool
	rates    rates
}

func (t *Table) compileOverride(from *Override) override {
	o := override{provider: normal(from.Provider), model: normal(from.Model)}
	o.model, o.prefix = strings.CutSuffix(o.model, "*")
	if o.provider != "" {
		o.known = t.provider(o.provider)
	}
	set := genaiprices.RateSet{}
	for _, f := range from.fields() {
		if f.price != nil {
			set[f.rate] = genaiprices.Rate{Base: *f.price}
		}
	}
	o.rates = compileRates(set)
	return o
}

// compare puts the narrower override first.
func (o override) compare(other override) int {
	broad := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(broad(o.prefix), broad(other.prefix)),
		cmp.Compare(len(other.model), len(o.model)),
		cmp.Compare(broad(o.provider == ""), broad(other.provider == "")),
	)
}

// covers decides by the provider's name as it is written and by what the table takes it for, and by the model's name with
// and without the provider that a router puts in front.
func (o *override) covers(providerName string, p *provider, model, routed string) bool {
	switch {
	case o.provider == "", o.provider == providerName:
	case o.known != nil && o.known == p:
	default:
		return false
	}
	return o.names(model) || o.names(routed)
}

func (o *override) names(model string) bool {
	if o.prefix {
		return strings.HasPrefix(model, o.model)
	}
	return model == o.model
}
