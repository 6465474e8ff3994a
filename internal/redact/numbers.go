package redact

import (
	"slices"
	"strings"
)

// Numbers have no anchor. A text with fewer digits than the shortest of them is not looked at.
const minNumberDigits = 9

// digitGroup is a run of digits in a text.
type digitGroup struct{ from, to int }

func (g digitGroup) len() int { return g.to - g.from }

// numbers finds card, social security and phone numbers and calls take with each.
func numbers(text string, take func(rule string, from, to int)) {
	var recent [5]digitGroup // the groups before the current position that only single separators divide
	n := 0
	for i := 0; i < len(text); {
		if !isDigit(text[i]) {
			i++
			continue
		}
		g := digitGroup{i, runOf(text, i, isDigit)}
		i = g.to
		if n > 0 && !divided(text, recent[n-1], g) {
			n = 0
		}
		if n == len(recent) {
			copy(recent[:], recent[1:])
			n--
		}
		recent[n] = g
		n++
		matchNumber(text, recent[:n], take)
	}
}

// divided reports whether one blank, hyphen or dot stands between two groups of digits.
func divided(text string, a, b digitGroup) bool {
	return b.from-a.to == 1 && strings.IndexByte(" -.", text[a.to]) >= 0
}

// shapes are the ways in which numbers are written as groups of digits.
var shapes = []struct {
	rule   string
	groups []int
	seps   string // which separators may stand between the groups: the same one everywhere
	valid  func(text string, digits string, from, to int) bool
}{
	{"card", []int{4, 4, 4, 4}, " -.", validCard},
	{"card", []int{4, 4, 4, 4, 3}, " -.", validCard},
	{"card", []int{4, 6, 5}, " -.", validCard},
	{"card", []int{4, 6, 4}, " -.", validCard},
	{"ssn", []int{3, 2, 4}, "-", validSSN},
	{"ssn", []int{3, 2, 4}, " .", validSSNInContext},
	{"ssn", []int{9}, "", validSSNInContext},
	{"phone", []int{3, 3, 4}, "-.", validNANP},
}

// matchNumber looks whether the last groups make a number that ends with the last of them.
func matchNumber(text string, groups []digitGroup, take func(rule string, from, to int)) {
	last := groups[len(groups)-1]
	if !endsNumber(text, last.to) {
		return
	}
	if n := last.len(); n >= 13 && n <= 19 && startsNumber(text, last.from) && isCard(text[last.from:last.to]) && !insideUUID(text, last.from) {
		take("card", last.from, last.to)
		return
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
			take(shape.rule, from, last.to)
			return
		}
	}
	if from, ok := internationalPhone(text, groups); ok {
		take("phone", from, last.to)
	}
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

// contextBytes is how far before a number the words that explain it may stand.
const contextBytes = 32

func validSSNInContext(text, digits string, from, _ int) bool {
	before := strings.ToLower(text[max(0, from-contextBytes):from])
	return isSocialSecurity(digits) && (strings.Contains(before, "ssn") || strings.Contains(before, "social security"))
}

// validNANP checks a North American number: neither area code nor exchange begin with 0 or 1.
func validNANP(_, digits string, _, _ int) bool { return digits[0] >= '2' && digits[3] >= '2' }

// internationalPhone finds +… with 10 to 15 digits (E.164), written in any groups.
func internationalPhone(text string, groups []digitGroup) (from int, ok bool) {
	digits := 0
	for _, g := range slices.Backward(groups) {
		digits += g.len()
		from = g.from - 1
		if digits > 15 {
			return 0, false
		}
		if from >= 0 && text[from] == '+' {
			return from, digits >= 10 && text[from+1] != '0' && (from == 0 || !isAlnum(text[from-1]) && text[from-1] != '.' || escapeEnds(text, from))
		}
	}
	return 0, false
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

// bareMember reports whether text[from:to] is a number that is a member or an element of JSON, where it begins with its
// sign, and which quotes a string in its place needs.
func bareMember(text string, from, to int) (start int, quote string, ok bool) {
	if next := skipBlanks(text, to); next >= len(text) || strings.IndexByte(",]}", text[next]) < 0 {
		return 0, "", false
	}
	if from > 0 && text[from-1] == '-' {
		from--
	}
	before := from
	for before > 0 && isSpace(text[before-1]) && from-before < maxGap {
		before--
	}
	if before < 2 {
		return from, `"`, before == 1 && text[0] == '['
	}
	switch c := text[before-1]; {
	case c == ':' && isQuote(text[before-2]):
		end := before - 1
		begin := end - 1
		for begin > 0 && text[begin-1] == '\\' && end-begin < maxNameTail {
			begin--
		}
		return from, text[begin:end], true
	case c == '[' || c == ',':
		return from, `"`, text[0] == '{' || text[0] == '['
	}
	return 0, "", false
}

// jsonStrings follows a JSON text from its begin to tell what is inside its strings. Positions must be asked in order.
type jsonStrings struct {
	at     int
	inside bool
}

// outsideString reports whether text is JSON as far as one can see at its begin, and to stands outside its strings.
func (j *jsonStrings) outsideString(text string, to int) bool {
	if text[0] != '{' && text[0] != '[' {
		return false
	}
	for ; j.at < to; j.at++ {
		switch c := text[j.at]; {
		case j.inside && c == '\\':
			j.at++
		case c == '"':
			j.inside = !j.inside
		}
	}
	return !j.inside
}
