package canvaswire

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata"
)

// jsonReader reads the JSON that this package writes: members in a fixed order, no white space. It keeps the order of
// members and tells an integer from a double by its text, which is why encoding/json does not serve here.
type jsonReader struct {
	text string
	at   int
}

func (r *jsonReader) fail(want string) error {
	return fmt.Errorf("body: expected %s at byte %d of %d", want, r.at, len(r.text))
}

// accept goes over lit if that comes next.
func (r *jsonReader) accept(lit string) bool {
	if !strings.HasPrefix(r.text[r.at:], lit) {
		return false
	}
	r.at += len(lit)
	return true
}

func (r *jsonReader) expect(lit string) error {
	if !r.accept(lit) {
		return r.fail(lit)
	}
	return nil
}

// str reads a string.
func (r *jsonReader) str() (string, error) {
	if err := r.expect(`"`); err != nil {
		return "", err
	}
	rest := r.text[r.at:]
	end := strings.IndexAny(rest, `"\`)
	if end < 0 {
		return "", r.fail("the end of a string")
	}
	if rest[end] == '"' {
		r.at += end + 1
		return strings.Clone(rest[:end]), nil
	}
	return r.escapedStr()
}

func (r *jsonReader) escapedStr() (string, error) {
	var out []byte
	for {
		rest := r.text[r.at:]
		end := strings.IndexAny(rest, `"\`)
		if end < 0 || rest[end] == '\\' && end+1 >= len(rest) {
			return "", r.fail("the end of a string")
		}
		out = append(out, rest[:end]...)
		r.at += end + 1
		if rest[end] == '"' {
			return string(out), nil
		}
		c := rest[end+1]
		r.at++
		if c == 'u' {
			v, err := r.unicode()
			if err != nil {
				return "", err
			}
			out = utf8.AppendRune(out, v)
			continue
		}
		at := strings.IndexByte(`"\/bfnrt`, c)
		if at < 0 {
			return "", r.fail("an escape")
		}
		out = append(out, "\"\\/\b\f\n\r\t"[at])
	}
}

// unicode reads the digits of a \u escape, and the second half of a pair.
func (r *jsonReader) unicode() (rune, error) {
	first, err := r.fourHex()
	if err != nil || !utf16.IsSurrogate(first) || !r.accept(`\u`) {
		return first, err
	}
	second, err := r.fourHex()
	return utf16.DecodeRune(first, second), err
}

func (r *jsonReader) fourHex() (rune, error) {
	if len(r.text)-r.at < 4 {
		return 0, r.fail("four hex digits")
	}
	v, err := strconv.ParseUint(r.text[r.at:r.at+4], 16, 16)
	if err != nil {
		return 0, r.fail("four hex digits")
	}
	r.at += 4
	return rune(v), nil
}

// strOrNull reads a string; null is "".
func (r *jsonReader) strOrNull() (string, error) {
	if r.accept("null") {
		return "", nil
	}
	return r.str()
}

// number returns the text of a number.
func (r *jsonReader) number() string {
	start := r.at
	for r.at < len(r.text) && strings.IndexByte("+-.0123456789eE", r.text[r.at]) >= 0 {
		r.at++
	}
	return r.text[start:r.at]
}

// more says whether an element follows in a list that ends with end, having gone over the comma or the end.
func (r *jsonReader) more(first bool, end string) (bool, error) {
	if r.accept(end) {
		return false, nil
	}
	if first {
		return true, nil
	}
	return true, r.expect(",")
}

var errTooDeep = errors.New("body: values are nested too deeply")

// value reads any value into dst.
func (r *jsonReader) value(dst pcommon.Value, depth int) error {
	if depth > maxDepth {
		return errTooDeep
	}
	switch {
	case r.accept("null"):
		return nil
	case r.accept("true"):
		dst.SetBool(true)
		return nil
	case r.accept("false"):
		dst.SetBool(false)
		return nil
	case r.accept("{"):
		return r.object(dst.SetEmptyMap(), depth+1)
	case r.accept("["):
		return r.array(dst.SetEmptySlice(), depth+1)
	case strings.HasPrefix(r.text[r.at:], `"`):
		s, err := r.str()
		dst.SetStr(s)
		return err
	}
	return r.numeric(dst)
}

func (r *jsonReader) numeric(dst pcommon.Value) error {
	text := r.number()
	if strings.ContainsAny(text, ".eE") {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return r.fail("a number")
		}
		dst.SetDouble(v)
		return nil
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return r.fail("a value")
	}
	dst.SetInt(v)
	return nil
}

func (r *jsonReader) array(dst pcommon.Slice, depth int) error {
	for first := true; ; first = false {
		if more, err := r.more(first, "]"); !more || err != nil {
			return err
		}
		if err := r.value(dst.AppendEmpty(), depth); err != nil {
			return err
		}
	}
}

// object reads the members of a map, its brace being read.
func (r *jsonReader) object(dst pcommon.Map, depth int) error {
	var b xpdata.MapBuilder
	for first := true; ; first = false {
		more, err := r.more(first, "}")
		if err != nil {
			return err
		}
		if !more {
			b.UnsafeIntoMap(dst)
			return nil
		}
		if err := r.member(&b, depth); err != nil {
			return err
		}
	}
}

// member reads one member and adds it to b.
func (r *jsonReader) member(b *xpdata.MapBuilder, depth int) error {
	key, err := r.str()
	if err != nil {
		return err
	}
	if err := r.expect(":"); err != nil {
		return err
	}
	return r.value(b.AppendEmpty(key), depth)
}
