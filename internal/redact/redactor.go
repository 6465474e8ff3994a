package redact

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	ahocorasick "github.com/BobuSumisu/aho-corasick"
)

// Redactor replaces secrets. It is safe for concurrent use.
type Redactor struct {
	marker      string
	maxBytes    int
	rules       []rule
	anchors     *ahocorasick.Trie
	byAnchor    [][]int        // indices of the rules that an anchor, by its number in anchors, belongs to
	numberRules map[string]int // the rules of numbers that are on
	keyNames    []string       // further endings, in lower-case snake case
	allow       map[string]bool
	identifiers map[string]bool
}

// New builds a Redactor. It refuses a Config that Validate refuses, and a marker that a rule would take for a secret.
func New(c Config) (*Redactor, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	r := &Redactor{
		marker:      c.Marker,
		maxBytes:    c.MaxValueBytes,
		numberRules: map[string]int{},
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
	return r, r.checkMarker()
}

// namedByUser makes the rule that finds Config.KeyNames as JSON members and assignments inside text.
func (r *Redactor) namedByUser() rule {
	named := rule{name: RuleKeyName, class: classText, anchors: spellings(r.keyNames)}
	named.find = func(text string, at, end int) (match, bool) { return findNamedAs(text, at, end, secretValue) }
	return named
}

func (r *Redactor) index() {
	builder := ahocorasick.NewTrieBuilder()
	numbers := map[string]int{}
	for i, rule := range r.rules {
		if len(rule.anchors) == 0 {
			r.numberRules[rule.name] = i
		}
		for _, anchor := range rule.anchors {
			n, known := numbers[anchor]
			if !known {
				n = len(numbers)
				numbers[anchor] = n
				builder.AddString(anchor)
				r.byAnchor = append(r.byAnchor, nil)
			}
			r.byAnchor[n] = append(r.byAnchor[n], i)
		}
	}
	r.anchors = builder.Build()
}

// checkMarker makes sure that what is put in place of a secret is not taken for one.
func (r *Redactor) checkMarker() error {
	for _, frame := range []string{"%s", "password=%s", `"token":"%s"`, "Authorization: Bearer %s", "https://user:%s@host.example/"} {
		if text := fmt.Sprintf(frame, r.marker); len(r.find(text, classText)) > 0 {
			return errors.New("marker looks like a secret to a rule, so redacting twice would not end: choose one like " + DefaultMarker)
		}
	}
	return nil
}

// maxPasses bounds how often a text is looked at again because replacing one secret uncovered another.
const maxPasses = 4

// Marker is what stands in the place of secrets.
func (r *Redactor) Marker() string { return r.marker }

// String returns s without the secrets that any rule finds, and what was replaced. Clean text is returned as it is.
// Replaced text is valid UTF-8.
func (r *Redactor) String(s string) (string, Hits) { return r.redact(s, classText) }

// Identifier returns s without what is shaped like a provider's key. Every other rule leaves ids alone.
func (r *Redactor) Identifier(s string) (string, Hits) { return r.redact(s, classKey) }

func (r *Redactor) redact(s string, upTo class) (string, Hits) {
	if len(s) > r.maxBytes {
		return r.uninspected(len(s)), Hits{RuleTooLarge: 1}
	}
	var hits Hits
	for range maxPasses {
		text, matches := r.findHidden(s, upTo)
		if len(matches) == 0 {
			return s, hits
		}
		s = strings.ToValidUTF8(r.replace(text, matches, &hits), "\uFFFD")
	}
	if len(r.find(s, upTo)) == 0 {
		return s, hits
	}
	hits.Add(RuleNotSettling, 1)
	return r.marker, hits
}

// uninspected stands for a value of so many bytes that nobody looked at.
func (r *Redactor) uninspected(bytes int) string {
	return r.marker + " (" + strconv.Itoa(bytes) + " bytes, not inspected)"
}

// replace puts the marker in the place of matches, which are in order, and counts them.
func (r *Redactor) replace(text string, matches []match, hits *Hits) string {
	var b strings.Builder
	b.Grow(len(text))
	done := 0
	for _, m := range matches {
		b.WriteString(text[done:m.from])
		b.WriteString(m.quote)
		b.WriteString(r.marker)
		b.WriteString(m.quote)
		hits.Add(r.rules[m.rule].name, 1)
		done = m.to
	}
	b.WriteString(text[done:])
	return b.String()
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
