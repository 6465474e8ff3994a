package redact

import (
	"regexp"
	"strings"
)

// class tells the rules apart by where they may be used.
type class uint8

const (
	classKey  class = iota // a credential recognisable by its own shape, wherever it stands: looked for in ids too
	classText              // needs its surroundings, or is personal data: not looked for in ids
)

// match is one piece of text to replace.
type match struct {
	from, to int
	rule     int    // index in Redactor.rules; lower is more specific
	quote    string // put around the marker, where a bare JSON value becomes a JSON string
}

// finder looks at an anchor that was found at text[at:end] and tells what of the text is secret. It must look at a
// bounded piece of text only, or at text that its match will cover.
type finder func(text string, at, end int) (m match, ok bool)

// rule is one row of the table: anchors are lower-case literals, found whatever their case in the text.
type rule struct {
	name    string
	class   class
	anchors []string
	find    finder
	// custom rules have a pattern that is tried around their anchor instead of a finder.
	custom *regexp.Regexp
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isAlnum(c byte) bool  { return isLetter(c) || isDigit(c) }
func isSpace(c byte) bool  { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
func isQuote(c byte) bool  { return c == '"' || c == '\'' || c == '`' }

// isTokenByte tells the characters of base64url, of which nearly every provider makes its keys.
func isTokenByte(c byte) bool { return isAlnum(c) || c == '_' || c == '-' }

// startsWord reports whether no word runs on into text[at:]; an underscore is no part of one ("prod_sk-…"). The letter of an escape ("\n" as two characters, "\u000a"
// as six) belongs to no word: text inside JSON is full of them.
func startsWord(text string, at int) bool {
	return at == 0 || !isAlnum(text[at-1]) || escapeEnds(text, at)
}

// escapeEnds reports whether a JSON escape ends right before at.
func escapeEnds(text string, at int) bool {
	if at >= 2 && strings.IndexByte("nrtbf", text[at-1]) >= 0 && escaped(text, at-1) {
		return true
	}
	return at >= 6 && text[at-5] == 'u' && isHex4(text[at-4:at]) && escaped(text, at-5)
}

// afterEscape moves from forward when it stands inside an escape, so that a match never takes half of one.
func afterEscape(text string, from int) int {
	for i := from - 1; i >= 0 && i >= from-5; i-- {
		if text[i] == '\\' && i+6 <= len(text) && text[i+1] == 'u' && isHex4(text[i+2:i+6]) {
			return i + 6
		}
	}
	if from < len(text) && escaped(text, from) && strings.IndexByte("nrtbf", text[from]) >= 0 {
		return from + 1
	}
	return from
}

// escaped reports whether a backslash stands right before at. Whether it is itself escaped is not asked: in JSON inside
// JSON an escape has two of them, and taking a plain backslash for one costs nothing.
func escaped(text string, at int) bool { return at > 0 && text[at-1] == '\\' }

func isHex4(s string) bool {
	for i := range len(s) {
		if !isHexDigit(s[i]) {
			return false
		}
	}
	return len(s) == 4
}

func isHexDigit(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }
