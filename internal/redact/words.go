package redact

import "github.com/orcheo/otelcol-canvas/internal/keymemo"

// Words are short texts in which no rule finds anything at first sight: kinds, states and names, which come again with every span. They are
// known as they are, so that no other text is taken for one, and there is a bounded number of them. They are for one Pass after the other
// of one Redactor.
type Words struct{ plain keymemo.Seen }

// Knowing gives the Pass the words that were met before it, and has it add to them.
func (p *Pass) Knowing(words *Words) { p.words = words }

// plain reports that nothing has to be looked for in a text: it is short, and plain at first sight or known to be.
func (p *Pass) plain(s string, upTo class) bool {
	if p.words == nil || len(s) > keymemo.MaxSeen {
		return len(s) <= shortText && p.isPlain(s, upTo)
	}
	if p.words.plain.Has(s) {
		return true
	}
	plain := p.isPlain(s, upTo)
	if plain && upTo == classText { // to all rules
		p.words.plain.Add(s)
	}
	return plain
}

// Plain reports that Text leaves a text as it is. It does so of nearly all names, at first sight, and says nothing of others.
func (r *Redactor) Plain(text string) bool {
	return len(text) < minSecretText || len(text) <= min(shortText, r.maxBytes) && r.isPlain(text, classText)
}
