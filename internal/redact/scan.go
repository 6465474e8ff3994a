package redact

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// scratch is the lower-case copy of a text in which anchors are looked for.
var scratch = sync.Pool{New: func() any { return new([]byte) }}

// maxKeptScratch keeps one huge value from holding its copy for ever.
const maxKeptScratch = 256 << 10

// Shorter text holds no secret: "a@b.co" is the shortest that a rule finds.
const minSecretText = 6

// scan is the search for one text's secrets.
type scan struct {
	*Redactor
	text    string
	upTo    class
	matches []match
	covered []int           // per rule: where its last match ends; an anchor before that is part of it
	customs map[int][]match // per custom rule: the windows around its literal
	json    jsonStrings
}

// find returns the matches in text by rules up to a class, in order and without overlaps; nil for clean text.
func (r *Redactor) find(text string, upTo class) []match {
	if len(text) < minSecretText {
		return nil
	}
	buf := scratch.Get().(*[]byte)
	lower, digits := lowerInto((*buf)[:0], text)
	s := scan{Redactor: r, text: text, upTo: upTo}
	r.anchors.Walk(lower, s.anchor)
	if cap(lower) <= maxKeptScratch {
		*buf = lower
	}
	scratch.Put(buf)
	s.custom()
	if digits >= minNumberDigits && upTo == classText && len(r.numberRules) > 0 {
		numbers(text, s.number)
	}
	return s.merged()
}

// lowerInto appends text in ASCII lower case to buf and counts its digits.
func lowerInto(buf []byte, text string) ([]byte, int) {
	digits := 0
	buf = append(buf, text...)
	for i, c := range buf {
		switch {
		case c >= 'A' && c <= 'Z':
			buf[i] = c | 0x20
		case c >= '0' && c <= '9':
			digits++
		}
	}
	return buf, digits
}

// anchor looks at one anchor with every rule that it belongs to. It is the callback of the Aho-Corasick walk.
func (s *scan) anchor(last, n, number int64) bool {
	at, end := int(last-n+1), int(last+1)
	for _, i := range s.byAnchor[number] {
		rule := &s.rules[i]
		if rule.class > s.upTo || s.covered != nil && at < s.covered[i] {
			continue
		}
		if rule.custom != nil {
			s.addWindow(i, at, end)
			continue
		}
		if m, ok := rule.find(s.text, at, end); ok {
			m.rule = i
			s.add(m)
		}
	}
	return true
}

func (s *scan) number(name string, from, to int) {
	if i, on := s.numberRules[name]; on {
		m := match{from: from, to: to, rule: i}
		if start, quote, bare := bareMember(s.text, from, to); bare && (len(quote) > 1 || s.json.outsideString(s.text, from)) {
			m.from, m.quote = start, quote
		}
		s.add(m)
	}
}

// add takes a match unless it is what stands there on purpose: an allowed text, or the marker, behind which a preview may
// have been cut.
func (s *scan) add(m match) {
	m.from = afterEscape(s.text, m.from)
	if m.from >= m.to {
		return
	}
	value := s.text[m.from:m.to]
	if s.allow[value] || strings.TrimSpace(strings.TrimSuffix(value, "…")) == s.marker {
		return
	}
	if s.covered == nil {
		s.covered = make([]int, len(s.rules))
	}
	s.covered[m.rule] = max(s.covered[m.rule], m.to)
	s.matches = append(s.matches, m)
}

// customWindow is how much text on either side of its literal a custom pattern sees.
const customWindow = 1 << 10

// addWindow notes where to try a custom rule. Windows that touch become one, so that text is looked at once however often
// the literal stands in it.
func (s *scan) addWindow(i, at, end int) {
	if s.customs == nil {
		s.customs = map[int][]match{}
	}
	from, to := max(0, at-customWindow), min(len(s.text), end+customWindow)
	windows := s.customs[i]
	if n := len(windows); n > 0 && from <= windows[n-1].to {
		windows[n-1].to = to
		return
	}
	s.customs[i] = append(windows, match{from: from, to: to, rule: i})
}

func (s *scan) custom() {
	for i, windows := range s.customs {
		for _, w := range windows {
			for _, loc := range s.rules[i].custom.FindAllStringIndex(s.text[w.from:w.to], -1) {
				s.add(match{from: w.from + loc[0], to: w.from + loc[1], rule: i})
			}
		}
	}
}

// merged sorts the matches and joins those that overlap; the most specific rule of the longest one is counted.
func (s *scan) merged() []match {
	if len(s.matches) < 2 {
		return s.matches
	}
	slices.SortFunc(s.matches, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to), cmp.Compare(a.rule, b.rule))
	})
	out := s.matches[:1]
	for _, m := range s.matches[1:] {
		last := &out[len(out)-1]
		switch {
		case m.from >= last.to:
			out = append(out, m)
		case m.to > last.to:
			last.to, last.quote = m.to, ""
		}
	}
	return out
}
