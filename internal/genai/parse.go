package genai

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// parser reads JSON, and what Python's repr makes of the same: single quotes, None, True, tuples, a comma too many. It builds
// nothing but nodes that point into the text.
type parser struct {
	tree *tree
	text string
	at   int
}

// parse decodes s. It reports false where s is neither JSON nor a Python literal, is nested too deeply or holds too much;
// nothing of it is in the tree then.
func (t *tree) parse(s string) (value, bool) {
	s = strings.TrimSpace(s)
	if s == "" || strings.IndexByte(`[{"(`, s[0]) < 0 || !closes(s) {
		return value{}, false
	}
	before := len(t.nodes)
	p := parser{tree: t, text: s}
	i, ok := p.value(0)
	if p.blanks(); !ok || p.at != len(s) {
		clear(t.nodes[before:])
		t.nodes = t.nodes[:before]
		return value{}, false
	}
	return value{t, i}, true
}

// closes reports whether s ends as it begins, so that a text which was cut is not parsed for nothing.
func closes(s string) bool {
	last := s[len(s)-1]
	switch s[0] {
	case '[':
		return last == ']'
	case '{':
		return last == '}'
	case '(':
		return last == ')' && len(s) > 1 && strings.IndexByte(`[{("'`, s[1]) >= 0
	}
	return last == '"' && len(s) > 1
}

func (p *parser) blanks() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\n', '\t', '\r':
			p.at++
		default:
			return
		}
	}
}

// next returns the next character that is no blank, 0 at the end.
func (p *parser) next() byte {
	p.blanks()
	if p.at == len(p.text) {
		return 0
	}
	return p.text[p.at]
}

func (p *parser) value(depth int) (int32, bool) {
	if depth > maxNesting {
		return 0, false
	}
	switch c := p.next(); c {
	case '{':
		return p.object(depth)
	case '[':
		return p.list(']', depth)
	case '(':
		return p.list(')', depth)
	case '"', '\'':
		text, kind, ok := p.quoted(c)
		if !ok {
			return 0, false
		}
		return p.add(node{kind: kind, text: text})
	}
	return p.literal()
}

func (p *parser) add(n node) (int32, bool) {
	i := p.tree.add(n)
	return i, i != 0
}

func (p *parser) list(end byte, depth int) (int32, bool) {
	begin := p.at
	p.at++
	parent, ok := p.add(node{kind: typeList})
	elements := children{tree: p.tree, parent: parent}
	for ok {
		if p.next() == end {
			p.at++
			p.tree.nodes[parent].text = p.text[begin:p.at]
			return parent, true
		}
		var i int32
		if i, ok = p.value(depth + 1); ok {
			elements.add(i)
			ok = p.separated(end)
		}
	}
	return 0, false
}

func (p *parser) object(depth int) (int32, bool) {
	begin := p.at
	p.at++
	parent, ok := p.add(node{kind: typeObject})
	members := children{tree: p.tree, parent: parent}
	for ok {
		c := p.next()
		if c == '}' {
			p.at++
			p.tree.nodes[parent].text = p.text[begin:p.at]
			return parent, true
		}
		if c != '"' && c != '\'' {
			return 0, false
		}
		key, kind, quoted := p.quoted(c)
		if !quoted || p.next() != ':' {
			return 0, false
		}
		p.at++
		if kind == typeEscaped {
			key = unescape(key)
		}
		var i int32
		if i, ok = p.value(depth + 1); ok {
			p.tree.nodes[i].key = key
			members.add(i)
			ok = p.separated('}')
		}
	}
	return 0, false
}

// separated takes a comma, and leaves the end of the list or object to its caller.
func (p *parser) separated(end byte) bool {
	switch p.next() {
	case ',':
		p.at++
		return true
	case end:
		return true
	}
	return false
}

// quoted reads a text up to its closing quote and leaves its escapes for later: most texts are never shown.
func (p *parser) quoted(quote byte) (string, nodeType, bool) {
	begin := p.at + 1
	end := strings.IndexByte(p.text[begin:], quote)
	if end < 0 {
		return "", 0, false
	}
	text := p.text[begin : begin+end]
	escape := strings.IndexByte(text, '\\')
	if escape < 0 {
		p.at = begin + end + 1
		return text, typeText, true
	}
	for i := begin + escape; i < len(p.text); i++ {
		switch p.text[i] {
		case '\\':
			i++
		case quote:
			p.at = i + 1
			return p.text[begin:i], typeEscaped, true
		}
	}
	return "", 0, false
}

func (p *parser) literal() (int32, bool) {
	begin := p.at
	for p.at < len(p.text) && isWord(p.text[p.at]) {
		p.at++
	}
	switch word := p.text[begin:p.at]; word {
	case "null", "None", "undefined":
		return p.add(node{})
	case "true", "false":
		return p.add(node{kind: typeLiteral, text: word})
	case "True", "False":
		return p.add(node{kind: typeLiteral, text: strings.ToLower(word)})
	case "NaN", "Infinity", "nan", "inf":
		return p.add(node{})
	default:
		if word == "" || word[0] != '-' && (word[0] < '0' || word[0] > '9') {
			return 0, false
		}
		if _, err := strconv.ParseFloat(word, 64); err != nil && len(word) < 400 { // out of range is a number still
			return 0, false
		}
		return p.add(node{kind: typeLiteral, text: word})
	}
}

func isWord(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'
}

// unescape resolves the escapes of JSON and of Python. A lone half of a surrogate pair becomes U+FFFD.
func unescape(s string) string {
	i := strings.IndexByte(s, '\\')
	if i < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for ; i >= 0 && i+1 < len(s); i = strings.IndexByte(s, '\\') {
		b = append(b, s[:i]...)
		s = s[i+1:]
		switch c := s[0]; c {
		case 'n', 't', 'r', 'b', 'f':
			b = append(b, map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f'}[c])
			s = s[1:]
		case 'u', 'U', 'x':
			r, size := codePoint(s)
			b = utf8.AppendRune(b, r)
			s = s[size:]
		default:
			b = append(b, c)
			s = s[1:]
		}
	}
	return string(append(b, s...))
}

// codePoint reads uXXXX, uXXXX\uXXXX of a surrogate pair, UXXXXXXXX or xXX at the begin of s, and how long it is.
func codePoint(s string) (rune, int) {
	digits := map[byte]int{'u': 4, 'U': 8, 'x': 2}[s[0]]
	r, ok := hex(s, 1, digits)
	if !ok {
		return utf8.RuneError, 1
	}
	if size := 1 + digits; !utf16.IsSurrogate(r) {
		return r, size
	} else if low, ok := hex(s, size+2, 4); ok && strings.HasPrefix(s[size:], `\u`) && utf16.DecodeRune(r, low) != utf8.RuneError {
		return utf16.DecodeRune(r, low), size + 6
	}
	return utf8.RuneError, 1 + digits
}

func hex(s string, at, digits int) (rune, bool) {
	if len(s) < at+digits {
		return 0, false
	}
	n, err := strconv.ParseUint(s[at:at+digits], 16, 32)
	return rune(n), err == nil && n <= utf8.MaxRune
}
