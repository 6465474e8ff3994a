package redact

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/orcheo/otelcol-canvas/internal/keymemo"
)

// Redactor replaces secrets. It is safe for concurrent use.
type Redactor struct {
	marker      string
	maxBytes    int
	privateIPs  bool
	rules       []rule
	literals    *literals        // the anchors of all rules
	byAnchor    [][]int          // indices of the rules that an anchor, by its number in literals, belongs to; or escapeAnchor
	numberRules [numberKinds]int // the rules of numbers, ruleOff for one that is off
	minDigits   int              // a text with fewer has no number
	keyNames    []string         // further endings, in lower-case snake case
	allow       map[string]bool
	identifiers map[string]bool
	keys        *keymemo.Memo[KeyFacts]
	short, long *cleanSet // of short and of long values
}

// What stands in the place of the index of a rule.
const (
	ruleOff      = -1
	escapeAnchor = -2 // the anchor is no rule's: it begins an escape of JSON
)

// New builds a Redactor. It refuses a Config that Validate refuses, and a marker that a rule would take for a secret.
func New(c Config) (*Redactor, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	r := &Redactor{
		marker:      c.Marker,
		maxBytes:    c.MaxValueBytes,
		privateIPs:  c.PrivateIPs,
		short:       newCleanSet(shortEntries),
		long:        newCleanSet(longEntries),
		allow:       setOf(c.Allow),
		identifiers: setOf(c.Identifiers),
	}
	if r.marker == "" {
		r.marker = DefaultMarker
	}
	if r.maxBytes == 0 {
		r.maxBytes = DefaultMaxValueBytes
	}
	for _, name := range c.KeyNames {
		r.keyNames = append(r.keyNames, snakeCase(name))
	}
	r.rules = slices.DeleteFunc(builtinRules(), func(b rule) bool { return slices.Contains(c.Disable, b.name) })
	if len(r.keyNames) > 0 {
		r.rules = append(r.rules, r.namedByUser())
	}
	for _, custom := range c.Custom {
		r.rules = append(r.rules, rule{
			name: custom.Name, class: classText,
			anchors: []string{lowerASCII(custom.Literal)},
			custom:  regexp.MustCompile(custom.Pattern), // compiled by Validate already
		})
	}
	r.index()
	r.keys = keymemo.New(r.aboutKey)
	return r, r.checkMarker()
}

// namedByUser makes the rule that finds Config.KeyNames as JSON members and assignments inside text.
func (r *Redactor) namedByUser() rule {
	named := rule{name: RuleKeyName, class: classText, anchors: spellings(r.keyNames)}
	named.find = func(text string, at, end int) (match, bool) { return findNamedAs(text, at, end, secretValue) }
	return named
}

func (r *Redactor) index() {
	for kind := range r.numberRules {
		r.numberRules[kind] = slices.IndexFunc(r.rules, func(b rule) bool { return b.name == numberNames[kind] })
	}
	r.minDigits = minNumberDigits
	if r.numberRules[ip] != ruleOff {
		r.minDigits = minAddressDigits
	}
	var anchors []string
	anchor := func(literal string, rule int) {
		n := slices.Index(anchors, literal)
		if n < 0 {
			n = len(anchors)
			anchors, r.byAnchor = append(anchors, literal), append(r.byAnchor, nil)
		}
		r.byAnchor[n] = append(r.byAnchor[n], rule)
	}
	anchor(`\u00`, escapeAnchor)
	for i, rule := range r.rules {
		for _, literal := range rule.anchors {
			anchor(literal, i)
		}
	}
	r.literals = newLiterals(anchors)
}

// checkMarker makes sure that what is put in place of a secret is not taken for one.
func (r *Redactor) checkMarker() error {
	p := r.NewPass()
	for _, frame := range []string{"%s", "password=%s", `"token":"%s"`, "Authorization: Bearer %s", "https://user:%s@host.example/"} {
		if text := fmt.Sprintf(frame, r.marker); len(p.search(text, classText).matches) > 0 {
			return errors.New("marker looks like a secret to a rule, so redacting twice would not end: choose one like " + DefaultMarker)
		}
	}
	return nil
}

// Marker is what stands in the place of secrets.
func (r *Redactor) Marker() string { return r.marker }

// String returns s without the secrets that any rule finds, and what was replaced. Clean text is returned as it is.
// Replaced text is valid UTF-8.
func (r *Redactor) String(s string) (string, Hits) { return r.once(s, classText) }

// Identifier returns s without what is shaped like a provider's key. Every other rule leaves ids alone.
func (r *Redactor) Identifier(s string) (string, Hits) { return r.once(s, classKey) }

func (r *Redactor) once(s string, upTo class) (string, Hits) {
	var hits Hits
	p := r.NewPass()
	text, _ := p.redact(s, upTo, &hits)
	return text, hits
}

func setOf(list []string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, s := range list {
		set[s] = true
	}
	return set
}

func snakeCase(name string) string {
	return strings.NewReplacer("-", "_", ".", "_", " ", "_").Replace(lowerASCII(strings.TrimSpace(name)))
}

func lowerASCII(s string) string {
	lower := []byte(s)
	for i, c := range lower {
		if c >= 'A' && c <= 'Z' {
			lower[i] = c | 0x20
		}
	}
	return string(lower)
}
