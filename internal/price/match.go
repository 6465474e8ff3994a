package price

import (
	"regexp"
	"strings"

	"github.com/orcheo/otelcol-canvas/internal/price/genaiprices"
)

// matcher is a compiled clause.
type matcher struct {
	op      op
	text    string         // in lower case
	pattern *regexp.Regexp // of opRegex
	never   *regexp.Regexp // of opRegex, may be nil: what must not match
	list    []matcher
}

type op uint8

const (
	opNothing op = iota // a clause that could not be compiled matches nothing
	opEquals
	opStartsWith
	opEndsWith
	opContains
	opRegex
	opOr
	opAnd
)

// matches decides by a name in lower case: the case of names does not matter in genai-prices, but that of a pattern does.
func (m *matcher) matches(name string) bool {
	switch m.op {
	case opEquals:
		return name == m.text
	case opStartsWith:
		return strings.HasPrefix(name, m.text)
	case opEndsWith:
		return strings.HasSuffix(name, m.text)
	case opContains:
		return strings.Contains(name, m.text)
	case opRegex:
		return m.pattern.MatchString(name) && (m.never == nil || !m.never.MatchString(name))
	case opOr:
		for i := range m.list {
			if m.list[i].matches(name) {
				return true
			}
		}
		return false
	case opAnd:
		for i := range m.list {
			if !m.list[i].matches(name) {
				return false
			}
		}
		return len(m.list) > 0
	}
	return false
}

// split takes the names out of m that match by themselves, and returns what else matches.
func (m matcher) split(exact func(name string)) matcher {
	switch m.op {
	case opEquals:
		exact(m.text)
		return matcher{}
	case opOr:
		var rest []matcher
		for _, one := range m.list {
			if one = one.split(exact); one.op != opNothing {
				rest = append(rest, one)
			}
		}
		if len(rest) == 0 {
			return matcher{}
		}
		return matcher{op: opOr, list: rest}
	}
	return m
}

// compileClause adds to skipped the clauses that it cannot compile.
func compileClause(c genaiprices.Clause, skipped *int) matcher {
	text := func(op op, operand *string) matcher { return matcher{op: op, text: strings.ToLower(*operand)} }
	switch {
	case c.Equals != nil:
		return text(opEquals, c.Equals)
	case c.StartsWith != nil:
		return text(opStartsWith, c.StartsWith)
	case c.EndsWith != nil:
		return text(opEndsWith, c.EndsWith)
	case c.Contains != nil:
		return text(opContains, c.Contains)
	case c.Or != nil:
		return matcher{op: opOr, list: compileClauses(c.Or, skipped)}
	case c.And != nil:
		return matcher{op: opAnd, list: compileClauses(c.And, skipped)}
	case c.Regex != nil:
		if m, ok := compilePattern(*c.Regex); ok {
			return m
		}
	}
	*skipped++
	return matcher{}
}

func compileClauses(clauses []genaiprices.Clause, skipped *int) []matcher {
	list := make([]matcher, len(clauses))
	for i, c := range clauses {
		list[i] = compileClause(c, skipped)
	}
	return list
}

// maxPattern bounds a pattern, because compiling a hostile one takes far more memory than its text.
const maxPattern = 1 << 10

// compilePattern compiles a pattern of Python's. Of what RE2 lacks, the tables use one thing, a negative look-ahead at the
// very beginning: "^(?!a)b" is b, and not a.
func compilePattern(pattern string) (matcher, bool) {
	if len(pattern) > maxPattern {
		return matcher{}, false
	}
	m := matcher{op: opRegex}
	if inner, rest, ok := cutLookahead(pattern); ok {
		never, err := regexp.Compile("^(?:" + inner + ")")
		if err != nil {
			return matcher{}, false
		}
		m.never, pattern = never, "^(?:"+rest+")"
	}
	var err error
	m.pattern, err = regexp.Compile(pattern)
	return m, err == nil
}

// cutLookahead cuts "^(?!inner)rest". A rest with an alternative at its top would escape the look-ahead: it is left to
// RE2, which refuses the whole.
func cutLookahead(pattern string) (inner, rest string, ok bool) {
	pattern, ok = strings.CutPrefix(pattern, "^(?!")
	if !ok {
		return "", "", false
	}
	end := -1
	depth, class := 1, false
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '(':
			depth++
		case c == ')':
			depth--
			if depth == 0 && end < 0 {
				end = i
			}
		case c == '|' && end >= 0 && depth == 0:
			return "", "", false
		}
	}
	if end < 0 {
		return "", "", false
	}
	return pattern[:end], pattern[end+1:], true
}
