package redact

import (
	"cmp"
	"slices"
	"strings"
)

// Shorter text holds no secret: "a@b.co" is the shortest that a rule finds.
const minSecretText = 6

// findings are what a search found.
type findings struct {
	text      string  // in which the matches are: the one asked about, or that with its JSON escapes written out
	matches   []match // in order and without overlaps; nil for clean text
	exhausted bool    // the budget ended before the text did, so nothing is known of it
}

// search looks for secrets in text by rules up to a class. What it found is valid until the next call.
func (p *Pass) search(text string, upTo class) findings {
	s := scan{Redactor: p.Redactor, budget: p.budget, text: text, upTo: upTo, matches: p.matches[:0], covered: p.covered[:0]}
	f := s.search()
	p.budget, p.matches, p.covered = s.budget, s.matches[:0], s.covered[:0]
	if cap(p.matches) > keptMatches {
		p.matches = nil
	}
	return f
}

// keptMatches is for how many matches room is kept.
const keptMatches = 64

// scan is the search for one text's secrets.
type scan struct {
	*Redactor
	budget    int // anchors that may be looked at
	text      string
	upTo      class
	layers    int // of base64 that text was taken out of
	matches   []match
	covered   []covering      // an anchor before the end of a rule's last match is part of it
	customs   map[int][]match // per custom rule: the windows around its literal
	json      jsonStrings
	looked    int  // up to where numbers were looked for
	escapes   bool // there are escapes of JSON that may hide ASCII characters
	exhausted bool
}

// search looks at the text; where escapes of JSON may hide secrets, first at the text with them written out.
func (s *scan) search() findings {
	s.run()
	if s.escapes {
		plain := scan{Redactor: s.Redactor, budget: s.budget, text: unescapeASCII(s.text), upTo: s.upTo, layers: s.layers}
		plain.run()
		s.budget = plain.budget
		if len(plain.matches) > 0 || plain.exhausted {
			return plain.findings()
		}
	}
	return s.findings()
}

func (s *scan) run() {
	var w walk
	if !s.literalsIn(&w) {
		s.exhausted = true
		return
	}
	s.custom()
	if s.upTo != classText {
		return
	}
	if w.numbers.n > 0 && holdsDigits(s.text, s.minDigits) {
		s.numbers(&w.numbers)
	}
	if s.layers < maxUnwrapped {
		s.base64()
	}
}

// literalsIn looks at every anchor in the text. It reports whether the budget was enough.
func (s *scan) literalsIn(w *walk) bool {
	if len(s.text) <= shortText {
		if found := s.literals.glance(s.text); found&bucketMask == 0 {
			if found&numberPair != 0 {
				w.numbers.add(0, len(s.text))
			}
			return true
		}
	}
	var room roomToWait
	var n int
	all := waiting(room[:0])
	for left := valueAnchors + len(s.text)/bytesAnAnchor; ; left-- {
		if n, all = s.literals.next(w, s.text, all); n == 0 {
			return true
		}
		if left <= 0 || s.budget <= 0 {
			return false
		}
		s.budget--
		for _, e := range all[:n] {
			s.anchor(e.number, e.end-e.length, e.end)
		}
		if all = all[n:]; len(all) == 0 {
			all = room[:0]
		}
	}
}

// anchor looks at one anchor with every rule that it belongs to.
func (s *scan) anchor(number, at, end int) {
	for _, i := range s.byAnchor[number] {
		if i == escapeAnchor {
			s.escapes = true
			continue
		}
		rule := &s.rules[i]
		if rule.class > s.upTo || at < s.coveredBy(i) {
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
	s.cover(m.rule, m.to)
	s.matches = append(s.matches, m)
}

// covering is where the last match of a rule ends.
type covering struct{ rule, to int }

func (s *scan) coveredBy(rule int) int {
	for i := range s.covered {
		if s.covered[i].rule == rule {
			return s.covered[i].to
		}
	}
	return 0
}

func (s *scan) cover(rule, to int) {
	for i := range s.covered {
		if s.covered[i].rule == rule {
			s.covered[i].to = max(s.covered[i].to, to)
			return
		}
	}
	s.covered = append(s.covered, covering{rule, to})
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

// findings sorts the matches and joins those that overlap; the most specific rule of the longest one is counted.
func (s *scan) findings() findings {
	f := findings{text: s.text, matches: s.matches, exhausted: s.exhausted}
	if len(s.matches) < 2 {
		return f
	}
	slices.SortFunc(s.matches, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to), cmp.Compare(a.rule, b.rule))
	})
	f.matches = s.matches[:1]
	for _, m := range s.matches[1:] {
		last := &f.matches[len(f.matches)-1]
		switch {
		case m.from >= last.to:
			f.matches = append(f.matches, m)
		case m.to > last.to:
			last.to, last.quote = m.to, ""
		}
	}
	return f
}
