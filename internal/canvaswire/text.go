package canvaswire

import (
	"encoding/base64"
	"math/bits"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// ellipsis marks the place where a value was cut.
const ellipsis = "…"

const hexDigits = "0123456789abcdef"

// plain says which bytes stand for themselves in a JSON string: ASCII that needs no escape. Besides what JSON demands, <, >
// and & are escaped, so that an answer can stand inside HTML. It is the set of encoding/json.
var plain = func() (t [256]bool) {
	for c := 0x20; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\' && c != '<' && c != '>' && c != '&'
	}
	return t
}()

// appendString appends s as a JSON string, byte for byte as encoding/json does. Bytes that are not UTF-8 become U+FFFD;
// exact tells whether there were none.
func appendString(dst []byte, s string) (out []byte, exact bool) {
	dst = append(dst, '"')
	first := plainPrefix(s, 0)
	if first == len(s) { // nearly every key and most values
		dst = append(dst, s...)
		return append(dst, '"'), true
	}
	dst, exact = appendEscapedFrom(dst, s, first)
	return append(dst, '"'), exact
}

// appendText is appendString for callers to whom exactness does not matter.
func appendText(dst []byte, s string) []byte {
	dst, _ = appendString(dst, s)
	return dst
}

// appendTextOrNull appends s, or null if it is empty.
func appendTextOrNull(dst []byte, s string) []byte {
	if s == "" {
		return append(dst, "null"...)
	}
	return appendText(dst, s)
}

// appendEscaped appends s as the inside of a JSON string.
func appendEscaped(dst []byte, s string) (out []byte, exact bool) {
	return appendEscapedFrom(dst, s, plainPrefix(s, 0))
}

// appendEscapedFrom appends all of s, of which the bytes before i are known to be plain.
func appendEscapedFrom(dst []byte, s string, i int) (out []byte, exact bool) {
	exact = true
	start := 0
	for i < len(s) {
		c := s[i]
		switch {
		case plain[c]:
			i = plainPrefix(s, i+1)
			continue
		case c < utf8.RuneSelf:
			dst = append(dst, s[start:i]...)
			dst = appendEscape(dst, c)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			dst = append(append(dst, s[start:i]...), `\ufffd`...)
			exact = false
			start = i + 1
		case r == '\u2028' || r == '\u2029': // line ends to JavaScript before ES2019
			dst = append(append(dst, s[start:i]...), `\u202`...)
			dst = append(dst, hexDigits[r&0xf])
			start = i + size
		}
		i += size
	}
	return append(dst, s[start:]...), exact
}

// escapedSize returns how long s is inside a JSON string, or a little more.
func escapedSize(s string) int {
	size := len(s)
	for i := plainPrefix(s, 0); i < len(s); i = plainPrefix(s, i+1) {
		switch c := s[i]; {
		case c < utf8.RuneSelf:
			size += escapeBytes - 1
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == '\u2028' || r == '\u2029' || r == utf8.RuneError && n == 1 {
				size += escapeBytes - 1
			}
			i += n - 1
		}
	}
	return size
}

// plainPrefix returns the index of the first byte of s from i on that does not stand for itself.
func plainPrefix(s string, i int) int {
	for ; i+8 <= len(s); i += 8 {
		if m := special(load64(s[i : i+8])); m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	if left := len(s) - i; left > 0 && len(s) >= 8 { // the last eight bytes, without those before i
		m := special(load64(s[len(s)-8:]) >> (uint(64-8*left) & 63))
		return i + min(bits.TrailingZeros64(m)/8, left)
	}
	for i < len(s) && plain[s[i]] {
		i++
	}
	return i
}

// load64 reads eight bytes, the first one lowest; the compiler makes one load of it.
func load64(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func load32(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// special returns a word whose lowest set bit is the high bit of the first of eight bytes that is not plain. Bits above
// that one mean nothing, because the borrow of a subtraction runs upwards.
func special(x uint64) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	quote := x ^ ones*'"'
	backslash := x ^ ones*'\\'
	ampersand := x ^ ones*'&'
	angle := (x | ones*2) ^ ones*'>' // < and > differ in this bit only, and no third byte becomes > by it
	return (x | (x - ones*' ') | (quote - ones) | (backslash - ones) | (ampersand - ones) | (angle - ones)) & highs
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
}

// cutText returns at most limit bytes of s, ended between two runes.
func cutText(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end := limit
	for end > 0 && limit-end < utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	if !utf8.RuneStart(s[end]) { // not UTF-8 here: any place is as good
		end = limit
	}
	return s[:end]
}

// appendCut appends at most limit bytes of s, with an ellipsis if that is not all.
func appendCut(dst []byte, s string, limit int) (out []byte, exact, cut bool) {
	if len(s) <= limit {
		dst, exact = appendString(dst, s)
		return dst, exact, false
	}
	dst = append(dst, '"')
	dst, _ = appendEscaped(dst, cutText(s, limit))
	return append(append(dst, ellipsis...), '"'), false, true
}

// appendBytes appends at most limit bytes of b in base64, with an ellipsis if that is not all.
func appendBytes(dst []byte, b pcommon.ByteSlice, limit int) (out []byte, cut bool) {
	raw := b.AsRaw()
	if cut = len(raw) > limit; cut {
		raw = raw[:limit/3*3]
	}
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, raw)
	if cut {
		dst = append(dst, ellipsis...)
	}
	return append(dst, '"'), cut
}
