package redact

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Defaults of Config.
const (
	DefaultMarker        = "[REDACTED]"
	DefaultMaxValueBytes = 1 << 20
)

// Config says what a Redactor looks for. The zero value is the built-in rules with the default marker and bound.
type Config struct {
	// Marker stands where a secret stood. "" is DefaultMarker.
	Marker string
	// Disable names built-in rules that shall not be used; RuleNames lists them.
	Disable []string
	// Custom rules are tried beside the built-in ones.
	Custom []CustomRule
	// KeyNames are further endings of attribute and JSON member names whose whole value is replaced.
	KeyNames []string
	// Allow lists texts that stay although a rule finds them, exactly as they are written (a public support address).
	Allow []string
	// Identifiers are attribute keys whose values only lose what is shaped like a provider's key; every other rule leaves
	// them alone, because altering an id breaks what is joined by it.
	Identifiers []string
	// PrivateIPs says that the rule ip replaces private, loopback and link-local addresses of version 4 too. They name no person
	// outside the network, and without them nobody knows which service a span talked to.
	PrivateIPs bool
	// MaxValueBytes bounds what is inspected of one value; a longer one is replaced whole. 0 is DefaultMaxValueBytes.
	MaxValueBytes int
}

// CustomRule is a user's own rule: Pattern (Go syntax) is tried within 1 KiB around every occurrence of Literal, whatever
// its case, so that text without the literal costs nothing. Everything that Pattern matches there is replaced.
type CustomRule struct {
	Name    string
	Literal string
	Pattern string
}

// The shortest literal that still spares most text the pattern, and the longest marker that still looks like one.
const (
	minLiteralBytes = 2
	maxMarkerBytes  = 64
)

var ruleName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// Validate reports everything that is wrong with c at once. Messages name rules and fields, never patterns' matches.
func (c Config) Validate() error {
	errs := []error{validateMarker(c.Marker)}
	if c.MaxValueBytes < 0 {
		errs = append(errs, fmt.Errorf("max_value_bytes is %d: set the most bytes of one value to inspect, or 0 for %d", c.MaxValueBytes, DefaultMaxValueBytes))
	}
	known := RuleNames()
	for _, name := range c.Disable {
		if !slices.Contains(known, name) {
			errs = append(errs, fmt.Errorf("rules::disable: there is no rule %q; the rules are %s", name, strings.Join(known, ", ")))
		}
	}
	taken := map[string]bool{}
	for _, name := range known {
		taken[name] = true
	}
	for i, custom := range c.Custom {
		if err := custom.validate(taken); err != nil {
			errs = append(errs, fmt.Errorf("custom[%d]: %w", i, err))
		}
		taken[custom.Name] = true
	}
	for i, name := range c.KeyNames {
		if strings.TrimSpace(name) == "" {
			errs = append(errs, fmt.Errorf("key_names[%d] is empty: it would match every key", i))
		}
	}
	return errors.Join(errs...)
}

func (c CustomRule) validate(taken map[string]bool) error {
	var errs []error
	switch {
	case !ruleName.MatchString(c.Name):
		errs = append(errs, fmt.Errorf("name %q: use lower-case letters, digits and underscores, at most 40", c.Name))
	case taken[c.Name]:
		errs = append(errs, fmt.Errorf("name %q is taken by another rule", c.Name))
	}
	if len(c.Literal) < minLiteralBytes {
		errs = append(errs, fmt.Errorf("rule %q: literal needs at least %d characters that every match has nearby", c.Name, minLiteralBytes))
	}
	if c.Pattern == "" {
		errs = append(errs, fmt.Errorf("rule %q: pattern is empty", c.Name))
	} else if _, err := regexp.Compile(c.Pattern); err != nil {
		errs = append(errs, fmt.Errorf("rule %q: pattern: %w", c.Name, err))
	}
	return errors.Join(errs...)
}

// validateMarker keeps out what would break the text around it (quotes and backslashes inside JSON).
func validateMarker(marker string) error {
	if len(marker) > maxMarkerBytes || !utf8.ValidString(marker) {
		return fmt.Errorf("marker must be valid UTF-8 of at most %d bytes", maxMarkerBytes)
	}
	if strings.ContainsFunc(marker, func(r rune) bool { return unicode.IsControl(r) || strings.ContainsRune("\"'\\`", r) }) {
		return errors.New("marker must hold no control characters, quotes or backslashes: it is put into JSON text")
	}
	return nil
}
