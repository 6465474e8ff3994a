package redact

import (
	"slices"
	"strings"
)

// shape is what providers' keys look like behind their prefix: a run of characters of one alphabet.
type shape struct {
	body   func(byte) bool
	min    int                    // bytes of the body
	exact  bool                   // the body has min bytes, and no letter or digit follows
	accept func(body string) bool // decides on a body that is long enough; nil accepts every one
}

// maxBody bounds how much of a body is looked at before it is known to be one.
const maxBody = 256

// minCutBody is the shortest beginning of a body that is still taken for one where the text was cut off behind it.
const minCutBody = 6

// finder makes the finder of keys with one of these prefixes, which are written as they are here and in no other case.
func (s shape) finder(prefixes []string) finder {
	return func(text string, at, end int) (match, bool) {
		if !startsWord(text, at) || !isOneOf(text[at:end], prefixes) {
			return match{}, false
		}
		to := runOf(text[:min(len(text), end+maxBody)], end, s.body)
		m := match{from: at, to: to}
		body := text[end:to]
		switch {
		case len(body) < s.min:
			return m, isCutOff(text, to) && recognisable(text[at:end], body)
		case s.accept != nil && !s.accept(body):
			return m, false
		case s.exact:
			return m, len(body) == s.min && (to == len(text) || !isTokenByte(text[to]))
		}
		m.to = runOf(text, to, isTokenByte)
		return m, true
	}
}

func isOneOf(s string, list []string) bool {
	return slices.Contains(list, s)
}

// isCutOff reports whether a text, or a string in it, ends at to, or its preview does: what stands before may be the first
// half of something.
func isCutOff(text string, to int) bool {
	return to == len(text) || quoteAt(text, to) > 0 || strings.HasPrefix(text[to:], "…") || strings.HasPrefix(text[to:], "...")
}

// recognisable tells the first half of a key from the words that begin in the same way ("hf_model", "sk-learn").
func recognisable(prefix, body string) bool {
	if len(body) < minCutBody || !strings.ContainsAny(body, "0123456789") {
		return false
	}
	return len(prefix) > len("ghp_") || bothCases(body)
}

func hasDigit(body string) bool { return strings.ContainsAny(body, "0123456789") }

// digitOrLong also accepts the one key in some ten thousand that has no digit: no name is so long and of both cases.
func digitOrLong(body string) bool {
	const long = 40
	return hasDigit(body) || len(body) >= long && bothCases(body)
}

// randomPart reports whether a part of body between its hyphens and underscores is random: long, of letters and digits, or
// very long and of both cases. Words joined by hyphens ("learn-2024-part-two") have none.
func randomPart(body string) bool {
	const long, veryLong = 10, 20
	for part := range strings.FieldsFuncSeq(body, func(c rune) bool { return c == '-' || c == '_' }) {
		letters := strings.IndexFunc(part, func(c rune) bool { return c > '9' }) >= 0
		if len(part) >= long && letters && hasDigit(part) || len(part) >= veryLong && bothCases(part) {
			return true
		}
	}
	return false
}

// isLangfuse reports whether body is the UUID of a Langfuse key.
func isLangfuse(body string) bool { return len(body) >= 36 && isUUID(body[:36]) }

func isUpperOrDigit(c byte) bool { return c >= 'A' && c <= 'Z' || isDigit(c) }

func isLowerHex(c byte) bool { return isDigit(c) || c >= 'a' && c <= 'f' }

func isDottedByte(c byte) bool { return isTokenByte(c) || c == '.' }

// isPlainBase64Byte tells the standard alphabet and its padding.
func isPlainBase64Byte(c byte) bool { return isAlnum(c) || strings.IndexByte("+/=", c) >= 0 }
