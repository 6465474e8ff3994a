package tokenpreviewprocessor

import (
	"errors"
	"fmt"
	"slices"

	"go.opentelemetry.io/collector/component"

	"github.com/orcheo/otelcol-canvas/internal/price"
	"github.com/orcheo/otelcol-canvas/internal/redact"
)

// Config is the configuration of the tokenpreview processor.
type Config struct {
	// PreviewMaxLength is how long a preview may be, in characters with the ellipsis. Orcheo's own limit is 512.
	PreviewMaxLength int `mapstructure:"preview_max_length"`
	// HighTokenThreshold: a model call of more tokens, in or out, gets a token.chunk event. Orcheo's own is 1000.
	HighTokenThreshold int64 `mapstructure:"high_token_threshold"`
	// MaxMessages is how many messages of one span get an event: the system message at the head, and the last ones.
	MaxMessages int `mapstructure:"max_messages"`
	// Content is what happens to the attributes from which previews are made.
	Content ContentPolicy `mapstructure:"content"`
	// Identity is how spans are joined to executions.
	Identity IdentityConfig `mapstructure:"identity"`
	// Prices are what a model call costs that does not say so itself.
	Prices price.Config `mapstructure:"prices"`
	// Redaction is what is taken out before anything else happens.
	Redaction RedactionConfig `mapstructure:"redaction"`
}

// ContentPolicy says what happens to the attributes that hold what was said to a model or tool, and what it answered.
// Previews are made under every policy.
type ContentPolicy string

// The policies.
const (
	ContentKeep    ContentPolicy = "keep"    // they stay, redacted
	ContentPreview ContentPolicy = "preview" // they are cut to the length of a preview
	ContentDrop    ContentPolicy = "drop"    // they are removed
)

// IdentityConfig says which ids of other systems become Orcheo's.
type IdentityConfig struct {
	// ExecutionFrom are attribute keys of an id of a run, the first that is there becomes orcheo.execution.id of a span without
	// one. Empty by default: the id decides in whose trace a span is shown.
	ExecutionFrom []string `mapstructure:"execution_from"`
}

// Validate refuses keys without a name.
func (c *IdentityConfig) Validate() error {
	if slices.Contains(c.ExecutionFrom, "") {
		return errors.New("execution_from has an empty key: name an attribute, such as langsmith.trace.id, or leave it out")
	}
	return nil
}

// RedactionConfig is the configuration of what is taken out. See package redact.
type RedactionConfig struct {
	// Enabled: secrets and personal data are taken out of every part of a span.
	Enabled bool `mapstructure:"enabled"`
	// Marker stands where a secret stood.
	Marker string `mapstructure:"marker"`
	// Rules chooses among the built-in rules.
	Rules RulesConfig `mapstructure:"rules"`
	// Custom are rules of one's own, tried beside the built-in ones.
	Custom []CustomRule `mapstructure:"custom"`
	// KeyNames are further endings of attribute and JSON member names whose whole value is replaced.
	KeyNames []string `mapstructure:"key_names"`
	// Allow lists texts that stay although a rule finds them, exactly as they are written, such as a public support address.
	Allow []string `mapstructure:"allow"`
	// MaxValueBytes bounds what is inspected of one value; a longer one is replaced whole.
	MaxValueBytes int `mapstructure:"max_value_bytes"`
	// PrivateIPs says that private, loopback and link-local addresses of version 4 are replaced as public ones are.
	PrivateIPs bool `mapstructure:"private_ips"`
}

// RulesConfig chooses among the built-in rules.
type RulesConfig struct {
	// Disable names rules that shall not be used.
	Disable []string `mapstructure:"disable"`
}

// CustomRule is a rule of the user's own: Pattern, in Go's syntax, is tried around every occurrence of Literal.
type CustomRule struct {
	// Name is what receipts and metrics call the rule: lower-case letters, digits and "_", at most 40.
	Name string `mapstructure:"name"`
	// Literal is a text of at least two bytes without which nothing is tried, whatever its case.
	Literal string `mapstructure:"literal"`
	// Pattern is tried within 1 KiB around every occurrence of Literal, in Go's syntax; all that it matches is replaced.
	Pattern string `mapstructure:"pattern"`
}

// Bounds of the configuration: a preview needs room for the marker, and is bounded as everything is.
const (
	minPreview  = 16
	maxPreview  = 65536
	maxMessages = 1000
)

func createDefaultConfig() component.Config {
	return &Config{
		PreviewMaxLength:   512,
		HighTokenThreshold: 1000,
		MaxMessages:        20,
		Content:            ContentKeep,
		Prices:             price.DefaultConfig(),
		Redaction: RedactionConfig{
			Enabled:       true,
			Marker:        redact.DefaultMarker,
			MaxValueBytes: redact.DefaultMaxValueBytes,
		},
	}
}

// Validate reports everything that is wrong at once.
func (c *Config) Validate() error {
	var errs []error
	if c.PreviewMaxLength < minPreview || c.PreviewMaxLength > maxPreview {
		errs = append(errs, fmt.Errorf("preview_max_length is %d: set %d to %d characters", c.PreviewMaxLength, minPreview, maxPreview))
	}
	if c.HighTokenThreshold < 1 {
		errs = append(errs, fmt.Errorf("high_token_threshold is %d: set 1 or more tokens", c.HighTokenThreshold))
	}
	if c.MaxMessages < 1 || c.MaxMessages > maxMessages {
		errs = append(errs, fmt.Errorf("max_messages is %d: set 1 to %d", c.MaxMessages, maxMessages))
	}
	switch c.Content {
	case ContentKeep, ContentPreview, ContentDrop:
	default:
		errs = append(errs, fmt.Errorf("content is %q: set %s, %s or %s", c.Content, ContentKeep, ContentPreview, ContentDrop))
	}
	return errors.Join(errs...)
}

// Validate reports everything that is wrong at once, also where redaction is off: it may be switched on later.
func (c *RedactionConfig) Validate() error {
	// New also finds a marker that a rule takes for a secret.
	_, err := redact.New(c.redactor(nil))
	return err
}

// redactor is c as the redactor wants it.
func (c *RedactionConfig) redactor(identifiers []string) redact.Config {
	custom := make([]redact.CustomRule, len(c.Custom))
	for i, rule := range c.Custom {
		custom[i] = redact.CustomRule(rule)
	}
	return redact.Config{
		Marker:        c.Marker,
		Disable:       c.Rules.Disable,
		Custom:        custom,
		KeyNames:      c.KeyNames,
		Allow:         c.Allow,
		Identifiers:   identifiers,
		MaxValueBytes: c.MaxValueBytes,
		PrivateIPs:    c.PrivateIPs,
	}
}
