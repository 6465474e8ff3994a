package partialspanconnector

import (
	"fmt"

	"go.opentelemetry.io/collector/component"
)

// Config is the configuration of the partialspan connector.
type Config struct {
	// MaxBodyBytes is the longest body of a record that is read, in bytes as it arrived. A longer one is counted and dropped.
	MaxBodyBytes int `mapstructure:"max_body_bytes"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// defaultMaxBody leaves room for a span far larger than the trace store keeps of one, as base64.
const defaultMaxBody = 1 << 20

func createDefaultConfig() component.Config { return &Config{MaxBodyBytes: defaultMaxBody} }

// Validate says what is wrong with the configuration.
func (c *Config) Validate() error {
	if c.MaxBodyBytes < 1 {
		return fmt.Errorf("max_body_bytes is %d: set 1 or more bytes, such as %d", c.MaxBodyBytes, defaultMaxBody)
	}
	return nil
}
