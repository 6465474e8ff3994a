package redact

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Pass is the work on one span, or on one resource or scope: all its values share a budget, so that text made to cost much
// costs a span and not the processor. It is for one goroutine.
type Pass struct {
	*Redactor
	budget  int        // how many more anchors may be looked at
	matches []match    // room for those of one text
	covered []covering // likewise
	rules   []int      // room for those by which something was replaced in one text
	earlier earlier
	words   *Words // nil: none are known
}

// Budgets in anchors, each of which costs a look at about 1 KiB at most. Prose has one in a hundred bytes, a list of
// addresses one in twenty.
const (
	passAnchors   = 1 << 17 // of a span
	valueAnchors  = 1 << 10 // of one value, and one more for every
	bytesAnAnchor = 8       // bytes of it
)

// maxPasses bounds how often a text is looked at again because replacing one secret uncovered another.
const maxPasses = 4

// NewPass begins the work on one span.
func (r *Redactor) NewPass() Pass { return Pass{Redactor: r, budget: passAnchors} }

// Next begins the work on the next span, with the memory that the last one needed.
func (p *Pass) Next() { p.budget = passAnchors }

// Text redacts one text that is held elsewhere. set is called only when it changed.
func (p *Pass) Text(text string, set func(string), hits *Hits) {
	if text, changed := p.redact(text, classText, hits); changed {
		set(text)
	}
}

// redact returns s without what rules up to a class find, counts it in hits, and reports whether there was any.
func (p *Pass) redact(s string, upTo class, hits *Hits) (text string, changed bool) {
	if len(s) < minSecretText {
		return s, false
	}
	if len(s) > p.maxBytes {
		hits.Add(RuleTooLarge, 1)
		return p.uninspected(len(s)), true
	}
	if p.plain(s, upTo) {
		return s, false
	}
	if again := p.earlier.of(s, upTo); again != nil && again.cost <= p.budget {
		p.budget -= again.cost
		p.count(again.rules[:again.n], hits)
		return again.to, true
	}
	budget := p.budget
	f, clean := p.look(s, upTo)
	if clean {
		return s, false
	}
	text, rules := p.replaceAll(s, f, upTo, hits)
	p.earlier.keep(replaced{from: s, to: text, upTo: upTo, cost: budget - p.budget}, rules)
	return text, true
}

// look looks for secrets in a text that may have been looked at before, and reports whether it is clean. What it found is valid until
// the next call.
func (p *Pass) look(s string, upTo class) (f findings, clean bool) {
	if upTo != classText { // what is remembered was looked at by all rules, and tells less than a search of few takes
		f = p.search(s, upTo)
		return f, !f.exhausted && len(f.matches) == 0
	}
	known := p.long
	if len(s) < shortRemembered {
		known = p.short
	}
	hash := known.hash(s)
	if known.has(hash) {
		return findings{}, true
	}
	if f = p.search(s, upTo); f.exhausted || len(f.matches) > 0 {
		return f, false
	}
	known.add(hash)
	return f, true
}

// replaceAll replaces what was found in a text until nothing more is found. It returns the rules by which something was replaced, once
// for each time, and none where the text could not be shown; they are valid until the next call.
func (p *Pass) replaceAll(s string, f findings, upTo class, hits *Hits) (text string, rules []int) {
	rules = p.rules[:0]
	for range maxPasses {
		if f.exhausted {
			hits.Add(RuleTooDense, 1) // and nothing else: what was replaced before is not shown either
			return p.uninspected(len(s)), nil
		}
		if s = p.replace(f); !utf8.ValidString(s) {
			s = strings.ToValidUTF8(s, "\uFFFD")
		}
		for _, m := range f.matches {
			rules = append(rules, m.rule)
		}
		if p.rules = rules; cap(rules) > keptMatches {
			p.rules = nil
		}
		clean := p.plain(s, upTo)
		if !clean {
			f, clean = p.look(s, upTo)
		}
		if clean {
			p.count(rules, hits)
			return s, rules
		}
	}
	p.count(rules, hits)
	hits.Add(RuleNotSettling, 1)
	return p.marker, nil
}

func (r *Redactor) count(rules []int, hits *Hits) {
	for _, rule := range rules {
		hits.Add(r.rules[rule].name, 1)
	}
}

// uninspected stands for a value of so many bytes that nobody looked at.
func (r *Redactor) uninspected(bytes int) string {
	return r.marker + " (" + strconv.Itoa(bytes) + " bytes, not inspected)"
}

// replace puts the marker in the place of what was found.
func (r *Redactor) replace(f findings) string {
	size := len(f.text)
	for _, m := range f.matches {
		size += len(r.marker) + 2*len(m.quote) - (m.to - m.from)
	}
	var b strings.Builder
	b.Grow(size)
	done := 0
	for _, m := range f.matches {
		b.WriteString(f.text[done:m.from])
		b.WriteString(m.quote)
		b.WriteString(r.marker)
		b.WriteString(m.quote)
		done = m.to
	}
	b.WriteString(f.text[done:])
	return b.String()
}
