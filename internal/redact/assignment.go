package redact

import "strings"

// assignment is what follows a name in source code, configuration, headers, JSON at any depth of escaping, or a command
// line: `name = value`, `"name": "value"`, `\"name\": \"value\"`, `<name>value`, `--name value`.
type assignment struct {
	sep    byte   // '=', ':', '>' or ' '
	from   int    // first byte of the value, behind its opening quote
	quoted bool   // the value has quotes
	quote  byte   // which
	depth  int    // how many backslashes stand before each of its quotes
	name   string // quote with its backslashes that closes the name, "" if it has none: `"` in `"name": 1`
}

// maxNameTail bounds the quotes and brackets between a name and its separator, maxGap the blanks around that.
const (
	maxNameTail = 16
	maxGap      = 8
	maxName     = 64
)

// parseAssignment reads what follows the name whose last part is text[at:end].
func parseAssignment(text string, at, end int) (assignment, bool) {
	a := assignment{}
	i := end
	if q := quoteAt(text, i); q > 0 {
		a.name = text[i : i+q]
		i += q
	}
	if i < len(text) && text[i] == ']' { // environ["name"] = …
		i, a.name = i+1, ""
	}
	blanks := i
	i = skipBlanks(text, i)
	if i >= len(text) {
		return a, false
	}
	switch c := text[i]; {
	case c == '=' || c == ':':
		a.sep = c
		for i++; i < len(text) && (text[i] == '=' || text[i] == '>'); i++ { // :=, =>, ==
		}
	case c == '>' && nameBegins(text, at, "<"):
		a.sep = '>'
		i++
	case i > blanks && nameBegins(text, at, "--"):
		a.sep = ' '
	default:
		return a, false
	}
	i = skipBlanks(text, i)
	if q := quoteAt(text, i); q > 0 {
		quote := text[i : i+q]
		if q < len(a.name) || quote != a.name && strings.HasSuffix(quote, `"`) && closesJSON(text, i+q) {
			return a, false // the end of the JSON string in which the name stands last: there is no value
		}
		a.quoted, a.quote, a.depth = true, text[i+q-1], q-1
		i += q
	}
	a.from = i
	return a, true
}

// nameBegins reports whether the name that goes on at text[at:] begins right behind prefix.
func nameBegins(text string, at int, prefix string) bool {
	from := at
	for from > 0 && at-from < maxName && isTokenByte(text[from-1]) {
		from--
	}
	if strings.HasPrefix(text[from:at], prefix) { // "--": hyphens are name characters
		return true
	}
	return strings.HasSuffix(text[:from], prefix)
}

// quoteAt returns the length of the quote at i with the backslashes before it, 0 if there is none.
func quoteAt(text string, i int) int {
	n := 0
	for n < maxNameTail && i+n < len(text) && text[i+n] == '\\' {
		n++
	}
	if i+n < len(text) && isQuote(text[i+n]) {
		return n + 1
	}
	return 0
}

func skipBlanks(text string, i int) int {
	for n := 0; n < maxGap && i < len(text) && isSpace(text[i]); n++ {
		i++
	}
	return i
}

// quotedEnd returns where the quoted value that begins at a.from ends, before its closing quote. A value that was cut off
// before it goes to the end of the text.
func (a assignment) quotedEnd(text string) int {
	backslashes := 0
	for i := a.from; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			backslashes++
			continue
		case c == a.quote:
			if level, closes := closedBy(a.depth, backslashes); closes {
				return i - level
			}
		case c == '"' && backslashes <= a.depth && closesJSON(text, i+1):
			return i - backslashes
		}
		backslashes = 0
	}
	return len(text)
}

// closesJSON reports whether text[at:] reads like what follows a JSON string, so that a quote before it ends the string in
// which a value in other quotes stands.
func closesJSON(text string, at int) bool {
	at = skipBlanks(text, at)
	return at >= len(text) || strings.IndexByte(",:]}", text[at]) >= 0
}

// isQuoteAt reports whether a quote behind so many backslashes is one of JSON at a depth of escaping, which is how many
// backslashes its own quotes have: 0, 1, 3, 7 … for JSON inside JSON inside JSON. A quote that belongs to the text of a
// value is escaped once more, so it has another count.
func isQuoteAt(depth, backslashes int) bool { return backslashes%(2*(depth+1)) == depth }

// closedBy reports whether a quote behind so many backslashes closes a string at depth, or one further out that it is in,
// and how many of the backslashes are that quote's own; the others are escaped ones at the end of the text before it.
func closedBy(depth, backslashes int) (own int, closes bool) {
	for level := 0; level < depth; level = 2*level + 1 {
		if isQuoteAt(level, backslashes) {
			return level, true
		}
	}
	return min(depth, backslashes), backslashes < depth || isQuoteAt(depth, backslashes)
}

// bracketEnd returns the end of the JSON object or array that begins at from and belongs to the quoted name of a. One that
// was cut off goes to the end of the text, or of the string that it is in.
func (a assignment) bracketEnd(text string, from int) int {
	quote, escapes := a.name[len(a.name)-1], len(a.name)-1
	depth, inString, backslashes := 0, false, 0
	for i := from; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			backslashes++
			continue
		case c == quote:
			if own, closes := closedBy(escapes, backslashes); closes && own < escapes {
				return i - own
			} else if closes {
				inString = !inString
			}
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth <= 0 {
				return i + 1
			}
		}
		backslashes = 0
	}
	return len(text)
}
