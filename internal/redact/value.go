package redact

import (
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// MaxDepth is how deeply nested an OTLP value may be. What lies deeper is replaced without being inspected.
const MaxDepth = 64

// Map redacts attributes in place, keys too, and counts in hits.
func (r *Redactor) Map(m pcommon.Map, hits *Hits) { r.mapAt(m, 0, hits) }

// Text redacts one text that is held elsewhere: get and set are its accessors. set is called only when it changed.
func (r *Redactor) Text(get func() string, set func(string), hits *Hits) {
	if text, found := r.String(get()); len(found) > 0 {
		set(text)
		hits.Merge(found)
	}
}

func (r *Redactor) mapAt(m pcommon.Map, depth int, hits *Hits) {
	var rename []string
	for key, value := range m.All() {
		r.member(key, value, depth, hits)
		if !isPlainKey(key) {
			if _, found := r.String(key); len(found) > 0 {
				rename = append(rename, key)
			}
		}
	}
	for _, key := range rename {
		r.rename(m, key, hits)
	}
}

// member redacts the value of one key.
func (r *Redactor) member(key string, v pcommon.Value, depth int, hits *Hits) {
	if r.identifiers[key] {
		r.valueWith(r.Identifier, v, depth, hits)
		return
	}
	switch r.keySecrecy(key) {
	case notSecret:
		r.valueWith(r.String, v, depth, hits)
	case secretToken:
		r.blankTexts(v, depth, hits)
	default:
		r.blank(v, hits)
	}
}

// valueWith redacts every text in v with a function of this Redactor.
func (r *Redactor) valueWith(redact func(string) (string, Hits), v pcommon.Value, depth int, hits *Hits) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		if text, found := redact(v.Str()); len(found) > 0 {
			v.SetStr(text)
			hits.Merge(found)
		}
	case pcommon.ValueTypeBytes:
		if text, found := redact(string(v.Bytes().AsRaw())); len(found) > 0 {
			v.SetEmptyBytes().FromRaw([]byte(text)) // new memory: copies of traces share the old one
			hits.Merge(found)
		}
	case pcommon.ValueTypeMap, pcommon.ValueTypeSlice:
		if depth >= MaxDepth {
			v.SetStr(r.marker + " (nested deeper than " + strconv.Itoa(MaxDepth) + ", not inspected)")
			hits.Add(RuleTooDeep, 1)
			return
		}
		if v.Type() == pcommon.ValueTypeMap {
			r.mapAt(v.Map(), depth+1, hits)
			return
		}
		for i := range v.Slice().Len() {
			r.valueWith(redact, v.Slice().At(i), depth+1, hits)
		}
	}
}

// blank replaces a value whose key says that it is secret. What says only whether there is one (a bool, nothing) stays.
func (r *Redactor) blank(v pcommon.Value, hits *Hits) {
	switch v.Type() {
	case pcommon.ValueTypeEmpty, pcommon.ValueTypeBool:
		return
	case pcommon.ValueTypeStr:
		if isPlaceholder(v.Str()) || v.Str() == r.marker || r.allow[v.Str()] {
			return
		}
	}
	v.SetStr(r.marker)
	hits.Add(RuleKeyName, 1)
}

// blankTexts replaces every text in the value of a key named token, and leaves numbers: those are usage figures.
func (r *Redactor) blankTexts(v pcommon.Value, depth int, hits *Hits) {
	switch v.Type() {
	case pcommon.ValueTypeStr, pcommon.ValueTypeBytes:
		r.blank(v, hits)
	case pcommon.ValueTypeMap, pcommon.ValueTypeSlice:
		if depth >= MaxDepth {
			r.blank(v, hits)
			return
		}
		if v.Type() == pcommon.ValueTypeMap {
			for _, inner := range v.Map().All() {
				r.blankTexts(inner, depth+1, hits)
			}
			return
		}
		for i := range v.Slice().Len() {
			r.blankTexts(v.Slice().At(i), depth+1, hits)
		}
	}
}

// isPlainKey tells the keys that hold no secret at a glance, which is nearly all of them: dotted lower-case words.
func isPlainKey(key string) bool {
	digits := 0
	for i := range len(key) {
		c := key[i]
		switch {
		case c >= 'a' && c <= 'z' || c == '.' || c == '_':
		case isDigit(c):
			digits++
		default:
			return false
		}
	}
	return digits < minNumberDigits && len(key) <= 64
}

// rename gives the value of a key that holds a secret a redacted key that no other value has.
func (r *Redactor) rename(m pcommon.Map, key string, hits *Hits) {
	old, ok := m.Get(key)
	if !ok {
		return
	}
	name, found := r.String(key)
	hits.Merge(found)
	unique := name
	for n := 2; ; n++ {
		if _, taken := m.Get(unique); !taken {
			break
		}
		unique = strings.TrimSpace(name) + "#" + strconv.Itoa(n)
	}
	value := pcommon.NewValueEmpty()
	old.MoveTo(value)
	m.Remove(key)
	value.MoveTo(m.PutEmpty(unique))
}
