package redact

import (
	"slices"
	"strings"
)

// Digits of a phone number: what E.164 allows, and fewer where a word says that it is one.
const (
	minPhoneDigits = 10
	maxPhoneDigits = 15
	minLocalPhone  = 9 // with the 0 that is dialled inside a country
	contextBytes   = 32
)

// Words that say what the number behind them is.
var (
	phoneWords = []string{"phone", "mobile", "whatsapp", "tel", "cell", "fax", "sms", "call", "dial"}
	ssnWords   = []string{"ssn", "social security"}
)

// validNANP checks a North American number: neither area code nor exchange begin with 0 or 1.
func validNANP(_, digits string, _, _ int) bool { return digits[0] >= '2' && digits[3] >= '2' }

// phoneStart returns where the phone number begins that ends with the last of groups: international with its +, North
// American with its area code in brackets, or any other behind a word that says so.
func phoneStart(text string, groups []digitGroup) (from int, ok bool) {
	digits := 0
	for i, g := range slices.Backward(groups) {
		if digits += g.len(); digits > maxPhoneDigits {
			return 0, false
		}
		before := byte(0)
		if g.from > 0 {
			before = text[g.from-1]
		}
		switch {
		case before == '+':
			return g.from - 1, digits >= minPhoneDigits && text[g.from] != '0' && beginsPhone(text, g.from-1)
		case before == '(' && isBracketed(text, groups[i:]):
			return g.from - 1, beginsPhone(text, g.from-1)
		case i == 0 && (digits >= minPhoneDigits || digits >= minLocalPhone && text[g.from] == '0'):
			if before == '(' {
				g.from--
			}
			return g.from, startsNumber(text, g.from) && !insideUUID(text, g.from) && explained(text, g.from, phoneWords)
		}
	}
	return 0, false
}

// isBracketed reports whether groups are (415) 555-2671.
func isBracketed(text string, groups []digitGroup) bool {
	return len(groups) == 3 && groups[0].len() == 3 && groups[1].len() == 3 && groups[2].len() == 4 && text[groups[0].to] == ')' &&
		text[groups[0].from] >= '2' && text[groups[1].from] >= '2'
}

func beginsPhone(text string, at int) bool {
	return at == 0 || !isAlnum(text[at-1]) && text[at-1] != '.' || escapeEnds(text, at)
}

// explained reports whether one of words, which are in lower case, stands shortly before text[from:] and no other number between.
func explained(text string, from int, words []string) bool {
	begin := max(0, from-contextBytes)
	if i := strings.LastIndexAny(text[begin:from], "0123456789"); i >= 0 {
		begin += i + 1
	}
	for _, word := range words {
		for at := begin; at+len(word) <= from; at++ {
			if strings.EqualFold(text[at:at+len(word)], word) && isWordAt(text, at, at+len(word)) {
				return true
			}
		}
	}
	return false
}

// isWordAt reports whether text[at:end] stands for itself. Of the longer words it is enough to end another, and to be
// followed by more of a name: "telephone", "phone_number".
func isWordAt(text string, at, end int) bool {
	const long = 5
	if end-at >= long {
		return true
	}
	return (at == 0 || !isTokenByte(text[at-1]) || escapeEnds(text, at)) && (end == len(text) || !isTokenByte(text[end]))
}
