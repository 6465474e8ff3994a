package redact

import (
	"strconv"
	"strings"
)

// Pass is the work on one span, or on one resource or scope: all its values share a budget, so that text made to cost much
// costs a span and not the processor. It is for one goroutine.
type Pass struct {
	*Redactor
	budget int // how many more anchors may be looked at
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

// Text redacts one text that is held elsewhere: get and set are its accessors. set is called only when it changed.
func (p *Pass) Text(get func() string, set func(string), hits *Hits) {
	if text, found := p.redact(get(), classText); len(found) > 0 {
		set(text)
		hits.Merge(found)
	}
}

func (p *Pass) redact(s string, upTo class) (string, Hits) {
	if len(s) < minSecretText {
		return s, nil
	}
	if len(s) > p.maxBytes {
		return p.uninspected(len(s)), Hits{RuleTooLarge: 1}
	}
	if upTo != classText || len(s) < minRemembered {
		return p.replaceAll(s, upTo)
	}
	hash := p.clean.hash(s)
	if p.clean.has(hash) {
		return s, nil
	}
	text, hits := p.replaceAll(s, upTo)
	if len(hits) == 0 {
		p.clean.add(hash)
	}
	return text, hits
}

// replaceAll replaces until nothing more is found.
func (p *Pass) replaceAll(s string, upTo class) (string, Hits) {
	var hits Hits
	for range maxPasses {
		f := p.find(s, upTo)
		switch {
		case f.exhausted:
			return p.uninspected(len(s)), Hits{RuleTooDense: 1}
		case len(f.matches) == 0:
			return s, hits
		}
		s = strings.ToValidUTF8(p.replace(f, &hits), "\uFFFD")
	}
	if f := p.find(s, upTo); !f.exhausted && len(f.matches) == 0 {
		return s, hits
	}
	hits.Add(RuleNotSettling, 1)
	return p.marker, hits
}

// uninspected stands for a value of so many bytes that nobody looked at.
func (r *Redactor) uninspected(bytes int) string {
	return r.marker + " (" + strconv.Itoa(bytes) + " bytes, not inspected)"
}

// replace puts the marker in the place of what was found, and counts it.
func (r *Redactor) replace(f findings, hits *Hits) string {
	var b strings.Builder
	b.Grow(len(f.text))
	done := 0
	for _, m := range f.matches {
		b.WriteString(f.text[done:m.from])
		b.WriteString(m.quote)
		b.WriteString(r.marker)
		b.WriteString(m.quote)
		hits.Add(r.rules[m.rule].name, 1)
		done = m.to
	}
	b.WriteString(f.text[done:])
	return b.String()
}
