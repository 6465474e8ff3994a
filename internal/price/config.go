package price

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Config says which prices are used. It is made for embedding in a component's configuration.
type Config struct {
	// Enabled: model calls are priced.
	Enabled bool `mapstructure:"enabled"`
	// File is a table in the JSON form of genai-prices, plain or packed with gzip, instead of the embedded one.
	File string `mapstructure:"file"`
	// ReloadInterval is how often it is looked whether File has changed.
	ReloadInterval time.Duration `mapstructure:"reload_interval"`
	// Overrides win over the table, whichever it is.
	Overrides []Override `mapstructure:"overrides"`
}

const minReload = time.Second

// DefaultConfig prices with the embedded table.
func DefaultConfig() Config {
	return Config{Enabled: true, ReloadInterval: time.Minute}
}

// Validate reports what is wrong with c, but not what is wrong with one of its overrides alone, because the Collector
// validates those by themselves; NewBook does both.
func (c *Config) Validate() error {
	var errs []error
	if c.File != "" && c.ReloadInterval < minReload {
		errs = append(errs, fmt.Errorf("reload_interval is %s: set %s or more", c.ReloadInterval, minReload))
	}
	first := map[names]int{}
	for i, o := range c.Overrides {
		key := names{normal(o.Provider), normal(o.Model)}
		if before, ok := first[key]; ok {
			errs = append(errs, fmt.Errorf("overrides[%d] is for the same provider and model as overrides[%d] (%s): leave one", i, before, strings.Join([]string{key.provider, key.model}, " ")))
			continue
		}
		first[key] = i
	}
	return errors.Join(errs...)
}
