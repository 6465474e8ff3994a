package genai

import (
	"slices"
	"strings"
)

// appendQuoted appends s as a JSON string. It is for people: only what JSON insists on is escaped.
func appendQuoted(b []byte, s string) []byte {
	const digits = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\t':
			b = append(b, `\t`...)
		case c == '\r':
			b = append(b, `\r`...)
		case c < ' ':
			b = append(b, `\u00`...)
			b = append(b, digits[c>>4], digits[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// sortedMembers are the members of an object in the order of their names, so that a text does not depend on the order of a
// map.
func sortedMembers(v value) []value {
	var list []value
	for member := range v.all {
		list = append(list, member)
	}
	slices.SortStableFunc(list, func(a, b value) int { return strings.Compare(a.node().key, b.node().key) })
	return list
}
