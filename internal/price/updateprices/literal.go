package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// call is a constructor call with named arguments, as the Python package writes its data: Provider(id='openai', …).
type call struct {
	name       string
	positional []any
	named      map[string]any
}

// literals reads the part of Python that the data consists of: strings, numbers, True, False, None, lists, dicts and calls.
// Nothing is run. Values come as string, number, bool, nil, []any, map[string]any and call.
type literals struct {
	rest string
	all  int // bytes, to tell where something is wrong
}

// number keeps a number as it is written.
type number string

// syntaxError is thrown within this file only.
type syntaxError struct{ error }

// parseLiteral reads the one value that source consists of.
func parseLiteral(source string) (value any, err error) {
	defer func() {
		if wrong := recover(); wrong != nil {
			syntax, ok := wrong.(syntaxError)
			if !ok {
				panic(wrong)
			}
			err = syntax.error
		}
	}()
	p := &literals{rest: source, all: len(source)}
	value = p.value()
	p.space()
	if p.rest != "" {
		p.fail("the end")
	}
	return value, nil
}

func (p *literals) fail(wanted string) {
	panic(syntaxError{fmt.Errorf("at byte %d: %s expected, but there is %.40q", p.all-len(p.rest), wanted, p.rest)})
}

var (
	spaces  = regexp.MustCompile(`^(?:\s|#[^\n]*)*`)
	names   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*`)
	numbers = regexp.MustCompile(`^-?\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?`)
	quoted  = regexp.MustCompile(`^(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")`)
)

func (p *literals) space() { p.rest = p.rest[len(spaces.FindString(p.rest)):] }

// token takes what pattern finds at the beginning.
func (p *literals) token(pattern *regexp.Regexp) string {
	found := pattern.FindString(p.rest)
	p.rest = p.rest[len(found):]
	return found
}

// take takes one mark if it comes next.
func (p *literals) take(mark string) bool {
	p.space()
	rest, ok := strings.CutPrefix(p.rest, mark)
	p.rest = rest
	return ok
}

func (p *literals) must(mark string) {
	if !p.take(mark) {
		p.fail(strconv.Quote(mark))
	}
}

func (p *literals) value() any {
	p.space()
	if text := p.token(quoted); text != "" {
		return p.text(text)
	}
	if n := p.token(numbers); n != "" {
		return number(strings.ReplaceAll(n, "_", ""))
	}
	if p.take("[") {
		return p.list("]")
	}
	if p.take("{") {
		return p.dict()
	}
	name := p.token(names)
	switch name {
	case "":
		p.fail("a value")
	case "None":
		return nil
	case "True", "False":
		return name == "True"
	}
	if !p.take("(") {
		return name // a constant such as datetime.timezone.utc
	}
	return p.arguments(name)
}

func (p *literals) list(end string) []any {
	list := []any{}
	for !p.take(end) {
		list = append(list, p.value())
		if !p.take(",") {
			p.must(end)
			break
		}
	}
	return list
}

func (p *literals) dict() map[string]any {
	dict := map[string]any{}
	for !p.take("}") {
		p.space()
		key := p.text(p.token(quoted))
		p.must(":")
		dict[key] = p.value()
		if !p.take(",") {
			p.must("}")
			break
		}
	}
	return dict
}

var namedArgument = regexp.MustCompile(`^([A-Za-z_]\w*)\s*=\s*`)

func (p *literals) arguments(name string) call {
	c := call{name: name, named: map[string]any{}}
	for !p.take(")") {
		p.space()
		if argument := namedArgument.FindStringSubmatch(p.rest); argument != nil {
			p.rest = p.rest[len(argument[0]):]
			c.named[argument[1]] = p.value()
		} else {
			c.positional = append(c.positional, p.value())
		}
		if !p.take(",") {
			p.must(")")
			break
		}
	}
	return c
}

// text reads a string in quotes. Escapes of Python that Go does not have too are refused.
func (p *literals) text(quotes string) string {
	if len(quotes) < 2 {
		p.fail("a string")
	}
	inside, quote := quotes[1:len(quotes)-1], quotes[0]
	var b strings.Builder
	for inside != "" {
		if strings.HasPrefix(inside, `\'`) || strings.HasPrefix(inside, `\"`) { // Go wants only the quote itself escaped
			b.WriteByte(inside[1])
			inside = inside[2:]
			continue
		}
		r, _, rest, err := strconv.UnquoteChar(inside, quote)
		if err != nil {
			p.fail(fmt.Sprintf("a string without the escape in %.20q", inside))
		}
		b.WriteRune(r) // also of \xe9, which is a character in Python
		inside = rest
	}
	return b.String()
}
