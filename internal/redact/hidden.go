package redact

import "strings"

// unescapeASCII replaces \u0020 to \u007e by the character itself, but for the quote and the backslash, without which JSON
// stays what it is. The backslashes of JSON inside JSON go with it.
func unescapeASCII(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for {
		i := strings.Index(s, `\u00`)
		if i < 0 || i+6 > len(s) {
			break
		}
		c, ok := printable(s[i+4], s[i+5])
		if !ok {
			b.WriteString(s[:i+6])
		} else {
			b.WriteString(strings.TrimRight(s[:i], `\`))
			b.WriteByte(c)
		}
		s = s[i+6:]
	}
	b.WriteString(s)
	return b.String()
}

// printable returns the character of two hexadecimal digits, if it is one that needs no escape in JSON.
func printable(high, low byte) (byte, bool) {
	if !isHexDigit(high) || !isHexDigit(low) {
		return 0, false
	}
	c := hexValue(high)<<4 | hexValue(low)
	return c, c >= ' ' && c <= '~' && c != '"' && c != '\\'
}

func hexValue(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
