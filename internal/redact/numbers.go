package redact

import (
	"math/bits"
	"strings"
)

// numberKind is a kind of personal data that has no anchor but its digits.
type numberKind int

const (
	card numberKind = iota
	ssn
	phone
	iban
	ip
	numberKinds
)

// numberNames are the names of the rules.
var numberNames = [numberKinds]string{card: "card", ssn: "ssn", phone: "phone", iban: "iban", ip: "ip"}

// A text with fewer digits holds no number.
const (
	minNumberDigits  = 9
	minAddressDigits = 2 // of an IP address
)

// digitGroup is a run of digits in a text.
type digitGroup struct{ from, to int }

func (g digitGroup) len() int { return g.to - g.from }

// maxGroups is the most groups of digits in which a number is written: five pairs and a country's code.
const maxGroups = 8

// numbers finds payment cards, social security and phone numbers, accounts and addresses. Around the regions there are none.
func (s *scan) numbers(in *regions) {
	done := region{to: -1}
	for n := range in.n {
		r := widened(s.text, in.list[n])
		if r.from <= done.to { // they have become one
			r.from = done.from
		} else if done.to >= 0 {
			s.numbersIn(done)
		}
		done = r
	}
	s.numbersIn(done)
}

// numbersIn finds the numbers in a region, before which none can go on.
func (s *scan) numbersIn(r region) {
	text := s.text
	var recent [maxGroups]digitGroup // the groups before the current position that only single separators divide
	n, digits := 0, 0
	for i := max(r.from, s.looked); ; {
		g := digitGroup{from: nextDigit(text[:r.to], i)}
		if g.from >= r.to {
			s.looked = i
			return
		}
		for g.to = g.from + 1; g.to < len(text) && isDigit(text[g.to]); g.to++ {
		}
		i = g.to
		switch {
		case n > 0 && !divided(text, recent[n-1], g):
			n, digits = 0, 0
		case n == maxGroups:
			n, digits = n-1, digits-recent[0].len()
			copy(recent[:], recent[1:])
		}
		recent[n] = g
		n, digits = n+1, digits+g.len()
		if digits < minNumberDigits && n < ipGroups && !isIPv6Start(text, g.from) && !isIBANStart(text, g) {
			continue
		}
		if kind, m, ok := numberAt(text, recent[:n], digits); ok && (kind != ip || s.showsIP(text[m.from:m.to])) {
			s.number(kind, m.from, m.to)
			i = max(i, m.to)
		}
	}
}

func (s *scan) number(kind numberKind, from, to int) {
	m := match{from: from, to: to, rule: s.numberRules[kind]}
	if m.rule == ruleOff {
		return
	}
	if start, quote, bare := bareMember(s.text, from, to); bare && (len(quote) > 1 || s.json.outsideString(s.text, from)) {
		m.from, m.quote = start, quote
	}
	s.add(m)
}

// divided reports whether one blank, hyphen or dot stands between two groups of digits, or the bracket of an area code with
// a blank or a hyphen.
func divided(text string, a, b digitGroup) bool {
	switch gap := text[a.to:b.from]; len(gap) {
	case 1:
		return strings.IndexByte(" -.)(", gap[0]) >= 0
	case 2:
		return gap == ") " || gap == " (" || gap == ")-" || gap == "-("
	}
	return false
}

// shapes are the ways in which numbers are written as groups of digits.
var shapes = []struct {
	kind   numberKind
	groups []int
	seps   string // which separators may stand between the groups: the same one everywhere
	valid  func(text string, digits string, from, to int) bool
}{
	{card, []int{4, 4, 4, 4}, " -.", validCard},
	{card, []int{4, 4, 4, 4, 3}, " -.", validCard},
	{card, []int{4, 6, 5}, " -.", validCard},
	{card, []int{4, 6, 4}, " -.", validCard},
	{ssn, []int{3, 2, 4}, "-", validSSN},
	{ssn, []int{3, 2, 4}, " .", validSSNInContext},
	{ssn, []int{9}, "", validSSNInContext},
	{phone, []int{3, 3, 4}, "-.", validNANP},
}

// numberAt looks whether a number ends with the last of groups, or an address or account stands there.
func numberAt(text string, groups []digitGroup, digits int) (kind numberKind, m match, ok bool) {
	last := groups[len(groups)-1]
	if m, ok := ipAt(text, groups); ok {
		return ip, m, true
	}
	if isIBANStart(text, last) {
		if to, ok := ibanEnd(text, last.from-2); ok {
			return iban, match{from: last.from - 2, to: to}, true
		}
	}
	if digits < minNumberDigits || !endsNumber(text, last.to) {
		return 0, m, false
	}
	if n := last.len(); n >= 13 && n <= 19 && startsNumber(text, last.from) && isCard(text[last.from:last.to]) && !insideUUID(text, last.from) {
		return card, match{from: last.from, to: last.to}, true
	}
	for _, shape := range shapes {
		if len(groups) < len(shape.groups) {
			continue
		}
		candidate := groups[len(groups)-len(shape.groups):]
		if !fits(text, candidate, shape.groups, shape.seps) || !startsNumber(text, candidate[0].from) || insideUUID(text, candidate[0].from) {
			continue
		}
		from := candidate[0].from
		if shape.valid(text, joined(text, candidate), from, last.to) {
			return shape.kind, match{from: from, to: last.to}, true
		}
	}
	from, ok := phoneStart(text, groups)
	return phone, match{from: from, to: last.to}, ok
}

func fits(text string, groups []digitGroup, lengths []int, seps string) bool {
	for i, g := range groups {
		if g.len() != lengths[i] {
			return false
		}
		if i > 0 {
			sep := text[groups[i-1].to]
			if strings.IndexByte(seps, sep) < 0 || sep != text[groups[0].to] {
				return false
			}
		}
	}
	return true
}

func joined(text string, groups []digitGroup) string {
	if len(groups) == 1 {
		return text[groups[0].from:groups[0].to]
	}
	var digits [24]byte
	out := digits[:0]
	for _, g := range groups {
		out = append(out, text[g.from:g.to]...)
	}
	return string(out)
}

// startsNumber reports whether text[at:] begins a number: not the middle of a word, a decimal or a hexadecimal id.
func startsNumber(text string, at int) bool {
	if at == 0 || escapeEnds(text, at) {
		return true
	}
	switch c := text[at-1]; c {
	case '.', ',':
		return at < 2 || !isDigit(text[at-2])
	default:
		return !isAlnum(c)
	}
}

func endsNumber(text string, at int) bool {
	if at >= len(text) {
		return true
	}
	switch c := text[at]; c {
	case '.', ',':
		return at+1 >= len(text) || !isDigit(text[at+1])
	default:
		return !isAlnum(c)
	}
}

func validCard(_, digits string, _, _ int) bool { return isCard(digits) }

func validSSN(_, digits string, _, _ int) bool { return isSocialSecurity(digits) }

func validSSNInContext(text, digits string, from, _ int) bool {
	return isSocialSecurity(digits) && explained(text, from, ssnWords)
}

// insideUUID reports whether the group of digits at from belongs to a UUID, whose groups begin at these offsets.
func insideUUID(text string, from int) bool {
	for _, offset := range []int{0, 9, 14, 19, 24} {
		if start := from - offset; start >= 0 && start+36 <= len(text) && isUUID(text[start:start+36]) {
			return true
		}
	}
	return false
}

func isUUID(s string) bool {
	for i := range len(s) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if s[i] != '-' {
				return false
			}
		} else if !isHexDigit(s[i]) {
			return false
		}
	}
	return len(s) == 36
}

// nextDigit is where the next digit stands from at, the end of text if there is none.
func nextDigit(text string, at int) int {
	for ; at+8 <= len(text); at += 8 {
		if digits := digitsOf(text, at); digits != 0 {
			return at + bits.TrailingZeros64(digits)/8
		}
	}
	for at < len(text) && !isDigit(text[at]) {
		at++
	}
	return at
}

// digitsOf has the highest bit of each of eight bytes set that is a digit.
func digitsOf(text string, at int) uint64 {
	const each = 0x0101010101010101
	x := word(text[at:])
	x ^= each * '0' // digits become 0 to 9
	return ^((x & (each * 0x7f)) + each*(0x80-10) | x) & (each * 0x80)
}

// holdsDigits reports whether text has so many digits.
func holdsDigits(text string, many int) bool {
	n, i := 0, 0
	for ; i+8 <= len(text); i += 8 {
		if n += bits.OnesCount64(digitsOf(text, i)); n >= many {
			return true
		}
	}
	for ; i < len(text); i++ {
		if isDigit(text[i]) {
			n++
		}
	}
	return n >= many
}
