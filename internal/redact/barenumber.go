package redact

import "strings"

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
