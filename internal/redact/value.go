package redact

import (
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// MaxDepth is how deeply nested an OTLP value may be. What lies deeper is replaced without being inspected.
const MaxDepth = 64

// Map redacts attributes in place, keys too, and counts in hits.
func (p *Pass) Map(m pcommon.Map, hits *Hits) { p.mapAt(m, 0, hits) }

func (p *Pass) mapAt(m pcommon.Map, depth int, hits *Hits) {
	var rename []string
	for key, value := range m.All() {
		is := p.keys.Of(key)
		p.member(is, value, depth, hits)
		if !is.plain {
			if p.KeyHoldsSecret(key) {
				rename = append(rename, key)
			}
		}
	}
	p.RenameKeys(m, rename, hits)
}

// KeyFacts are what a key says of its value and of itself.
type KeyFacts struct {
	secrecy    secrecy
	identifier bool
	plain      bool // it holds no secret itself
}

// Plain reports that the key itself holds no secret. Only such keys may be remembered.
func (k KeyFacts) Plain() bool { return k.plain }

// KeyFacts works out what a key says. Whoever asks for the same keys often remembers it, if they are plain.
func (r *Redactor) KeyFacts(key string) KeyFacts {
	is, _ := r.aboutKey(key)
	return is
}

// aboutKey works out what a key says. Only plain keys may be remembered: any other may hold a secret.
func (r *Redactor) aboutKey(key string) (is KeyFacts, keep bool) {
	is = KeyFacts{r.keySecrecy(key), r.identifiers[key], isPlainKey(key)}
	return is, is.plain
}

// Value redacts the value of an attribute whose key is known.
func (p *Pass) Value(is KeyFacts, v pcommon.Value, hits *Hits) { p.member(is, v, 0, hits) }

// KeyHoldsSecret reports whether a key that is not plain holds a secret itself.
func (p *Pass) KeyHoldsSecret(key string) bool {
	_, found := p.redact(key, classText, new(Hits))
	return found
}

// RenameKeys gives the values of keys that hold secrets redacted keys.
func (p *Pass) RenameKeys(m pcommon.Map, keys []string, hits *Hits) {
	for _, key := range keys {
		p.rename(m, key, hits)
	}
}

// member redacts the value of a key.
func (p *Pass) member(is KeyFacts, v pcommon.Value, depth int, hits *Hits) {
	if is.identifier {
		p.value(classKey, v, depth, hits)
		return
	}
	switch is.secrecy {
	case notSecret:
		p.value(classText, v, depth, hits)
	case secretToken:
		p.blankTexts(v, depth, hits)
	default:
		p.blank(v, hits)
	}
}

// value redacts every text in v by rules up to a class.
func (p *Pass) value(upTo class, v pcommon.Value, depth int, hits *Hits) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		if text, found := p.redact(v.Str(), upTo, hits); found {
			v.SetStr(text)
		}
	case pcommon.ValueTypeBytes:
		if text, found := p.redact(string(v.Bytes().AsRaw()), upTo, hits); found {
			v.SetEmptyBytes().FromRaw([]byte(text)) // new memory: copies of traces share the old one
		}
	case pcommon.ValueTypeMap, pcommon.ValueTypeSlice:
		if depth >= MaxDepth {
			v.SetStr(p.marker + " (nested deeper than " + strconv.Itoa(MaxDepth) + ", not inspected)")
			hits.Add(RuleTooDeep, 1)
			return
		}
		if v.Type() == pcommon.ValueTypeMap {
			p.mapAt(v.Map(), depth+1, hits)
			return
		}
		for i := range v.Slice().Len() {
			p.value(upTo, v.Slice().At(i), depth+1, hits)
		}
	}
}

// blank replaces a value whose key says that it is secret. What says only whether there is one (a bool, nothing) stays.
func (p *Pass) blank(v pcommon.Value, hits *Hits) {
	switch v.Type() {
	case pcommon.ValueTypeEmpty, pcommon.ValueTypeBool:
		return
	case pcommon.ValueTypeStr:
		if isPlaceholder(v.Str()) || v.Str() == p.marker || p.allow[v.Str()] {
			return
		}
	}
	v.SetStr(p.marker)
	hits.Add(RuleKeyName, 1)
}

// blankTexts replaces every text in the value of a key named token, and leaves numbers: those are usage figures.
func (p *Pass) blankTexts(v pcommon.Value, depth int, hits *Hits) {
	switch v.Type() {
	case pcommon.ValueTypeStr, pcommon.ValueTypeBytes:
		p.blank(v, hits)
	case pcommon.ValueTypeMap, pcommon.ValueTypeSlice:
		if depth >= MaxDepth {
			p.blank(v, hits)
			return
		}
		if v.Type() == pcommon.ValueTypeMap {
			for _, inner := range v.Map().All() {
				p.blankTexts(inner, depth+1, hits)
			}
			return
		}
		for i := range v.Slice().Len() {
			p.blankTexts(v.Slice().At(i), depth+1, hits)
		}
	}
}

// maxPlainDigits are fewer than those of an address, the shortest number that is looked for.
const maxPlainDigits = 3

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
	return digits <= maxPlainDigits && len(key) <= 64
}

// rename gives the value of a key that holds a secret a redacted key that no other value has.
func (p *Pass) rename(m pcommon.Map, key string, hits *Hits) {
	old, ok := m.Get(key)
	if !ok {
		return
	}
	name, _ := p.redact(key, classText, hits)
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
