package redact

import (
	"strings"
	"unicode/utf8"
)

// Base64 is looked into because a secret in it is as readable as one beside it: Kubernetes secrets, Basic credentials,
// bodies of messages. Only what decodes to text is: hashes, keys and images decode to noise.
const (
	minBase64    = 20 // characters; 15 bytes
	maxUnwrapped = 2  // base64 in base64 in text
	sampleBase64 = 64 // characters, of which three samples tell text from noise
	minLine      = 60 // characters of a line that goes on in the next; RFC 7468 and MIME break at 64 and 76
)

// base64 takes the runs of base64 that hold a secret, whole.
func (s *scan) base64() {
	for at := 0; ; {
		from, to, ok := nextRun(s.text, at)
		if !ok {
			return
		}
		from = afterEscape(s.text, from)
		to = followingLines(s.text, from, to)
		at = to
		if to-from < minBase64 || !bothCases(s.text[from:min(to, from+sampleBase64)]) {
			continue
		}
		rule, holds := s.unwrap(s.text[from:to])
		if holds {
			for to < len(s.text) && s.text[to] == '=' {
				to++
			}
			s.add(match{from: from, to: to, rule: rule})
		}
	}
}

// Of the windows of a text, every run of minBase64 characters covers one.
const (
	runWindow = 12                        // bytes: few of so many have no blank in them
	runStride = minBase64 - runWindow + 1 // from the begin of one to that of the next
)

// nextRun returns the next run of at least minBase64 characters. Nearly every window of a text has something in it that tells at a glance
// that it is in no run.
func nextRun(text string, at int) (from, to int, ok bool) {
	for i := at; i+runWindow <= len(text); {
		if notBase64In(word(text[i:]))|notBase64In(word(text[i+runWindow-8:])) != 0 {
			i += runStride
			continue
		}
		for to = i; to < len(text) && isBase64Byte(text[to]); to++ {
		}
		if to < i+runWindow {
			i += runStride
			continue
		}
		for from = i; from > at && isBase64Byte(text[from-1]); from-- {
		}
		if to-from >= minBase64 {
			return from, to, true
		}
		at, i = to, to
	}
	return 0, 0, false
}

// notBase64In is not 0 if one of eight bytes is less than all characters of base64, or not ASCII.
func notBase64In(x uint64) uint64 {
	const each = 0x0101010101010101
	return ((x-each*'+')&^x | x) & (each * 0x80)
}

// followingLines returns the end of base64 that is broken into lines, also by "\n" as two characters.
func followingLines(text string, from, to int) int {
	for line := to - from; line >= minLine && line%4 == 0; {
		next := to
		for next < len(text) && next-to < 4 && (text[next] == '\n' || text[next] == '\r' || text[next] == '\\' ||
			next > to && text[next-1] == '\\' && (text[next] == 'n' || text[next] == 'r')) {
			next++
		}
		end := runOf(text, next, isBase64Byte)
		if next == to || end == next {
			return to
		}
		line, to = end-next, end
	}
	return to
}

// bothCases tells base64 of text from words, paths and hexadecimal: letters of text become letters of both cases.
func bothCases(s string) bool {
	upper, lower := false, false
	for i := range len(s) {
		upper = upper || s[i] >= 'A' && s[i] <= 'Z'
		lower = lower || s[i] >= 'a' && s[i] <= 'z'
	}
	return upper && lower
}

// unwrap tells which rule finds a secret in what run decodes to. Characters before it may have become a part of the run,
// so it is tried from each of its first four.
func (s *scan) unwrap(run string) (rule int, holds bool) {
	for skip := range 4 {
		if !decodesToText(run[skip:]) {
			continue
		}
		inner := scan{Redactor: s.Redactor, budget: s.budget, text: string(decodeBase64(nil, run[skip:])), upTo: s.upTo, layers: s.layers + 1}
		found := inner.search()
		s.budget = inner.budget
		s.exhausted = s.exhausted || found.exhausted
		if len(found.matches) > 0 {
			return found.matches[0].rule, true
		}
	}
	return 0, false
}

// decodesToText looks at samples of a run: its begin, middle and end.
func decodesToText(run string) bool {
	if len(run) <= sampleBase64 {
		return sampleIsText(run)
	}
	return sampleIsText(run[:sampleBase64]) || sampleIsText(run[len(run)/2&^3:][:sampleBase64/2]) || sampleIsText(run[(len(run)-sampleBase64)&^3:][:sampleBase64])
}

func sampleIsText(sample string) bool {
	var buf [sampleBase64]byte
	return isText(decodeBase64(buf[:0], sample))
}

// isText reports whether nearly all of what was decoded is printable UTF-8.
func isText(raw []byte) bool {
	noise := 1 + len(raw)/8 // so many bytes may be anything else
	for i := 0; i < len(raw); {
		c, size := raw[i], 1
		switch {
		case c >= ' ' && c < 0x7f || c == '\n' || c == '\r' || c == '\t':
		case c >= utf8.RuneSelf:
			var r rune
			if r, size = utf8.DecodeRune(raw[i:]); r == utf8.RuneError {
				noise -= size
			}
		default:
			noise--
		}
		if noise < 0 {
			return false
		}
		i += size
	}
	return len(raw) > 0
}

// decodeBase64 appends what run decodes to in either alphabet, without anything else that stands in it (line breaks).
func decodeBase64(to []byte, run string) []byte {
	bits, n := uint32(0), 0
	for i := 0; i < len(run); i++ {
		value := base64Values[run[i]]
		if value == notBase64 || i > 0 && run[i-1] == '\\' {
			continue
		}
		bits = bits<<6 | uint32(value)
		if n += 6; n >= 8 {
			n -= 8
			to = append(to, byte(bits>>n))
		}
	}
	return to
}

const notBase64 = 0xff

var base64Values = func() (values [256]byte) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for c := range values {
		values[c] = notBase64
		if i := strings.IndexByte(alphabet, byte(c)); i >= 0 {
			values[c] = byte(i)
		}
	}
	values['-'], values['_'] = values['+'], values['/']
	return values
}()

func isBase64Byte(c byte) bool { return base64Values[c] != notBase64 }
