package genai

import (
	"math/bits"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/keymemo"
)

// dialects is a set of dialects: bit i is the i-th of the engine's.
type dialects uint64

// first is the number of the first one of a set that is not empty, and others is the set without it.
func (d dialects) first() int       { return bits.TrailingZeros64(uint64(d)) }
func (d dialects) others() dialects { return d & (d - 1) }

// index says of every key that stands in a table where its value is kept and what it tells. A key is looked up by its first
// segment first, and what is known of it, which may be nothing, is remembered.
type index struct {
	roots map[string]*root
	known *keymemo.Memo[*KeyFacts]
	slots int // how many keys have values that are read
	facts int // how many facts of dialects there are
	lists int // how many flattened lists there are
}

// root is what is known of the keys with one first segment.
type root struct {
	keys     map[string]*keyInfo
	prefixes []prefixInfo
}

// keyInfo is what is known of one key.
type keyInfo struct {
	slot    int32               // where its value is kept; 0: it is not read
	facts   []int32             // that it is a spelling of
	about   subject             // what these are about
	of      dialects            // whose facts they are
	marks   dialects            // that it is decisive for
	hints   dialects            // that it hints at
	values  map[string]dialects // that a value of it is decisive for
	content dialects            // in which it holds what was said
}

// prefixInfo is what is known of the keys that begin so.
type prefixInfo struct {
	prefix  string
	list    int32    // the flattened list; 0: none
	marks   dialects // that it is decisive for
	content dialects
}

func newIndex() index { return index{roots: map[string]*root{}} }

// KeyFacts is everything that an Engine knows of one key of an attribute; nil is nothing.
type KeyFacts struct {
	*keyInfo               // nil: nothing
	prefixes []*prefixInfo // with which it begins
}

// KeyFacts works out what is known of a key. Whoever asks for the same keys often remembers it.
func (e *Engine) KeyFacts(key string) *KeyFacts {
	is, _ := e.index.about(key)
	return is
}

// about works out what is known of a key.
func (x *index) about(key string) (is *KeyFacts, keep bool) {
	r := x.roots[segment(key)]
	if r == nil {
		return nil, true
	}
	known := KeyFacts{keyInfo: r.keys[key]}
	for i := range r.prefixes {
		if strings.HasPrefix(key, r.prefixes[i].prefix) {
			known.prefixes = append(known.prefixes, &r.prefixes[i])
		}
	}
	if known.keyInfo == nil && known.prefixes == nil {
		return nil, true
	}
	return &known, true
}

// segment is the key up to its first dot or colon.
func segment(key string) string {
	for i := range len(key) {
		if key[i] == '.' || key[i] == ':' {
			return key[:i]
		}
	}
	return key
}

func (x *index) root(key string) *root {
	first := segment(key)
	r := x.roots[first]
	if r == nil {
		r = &root{keys: map[string]*keyInfo{}}
		x.roots[first] = r
	}
	return r
}

func (x *index) key(key string) *keyInfo {
	r := x.root(key)
	k := r.keys[key]
	if k == nil {
		k = &keyInfo{}
		r.keys[key] = k
	}
	return k
}

// slot is where the value of key is kept.
func (x *index) slot(key string) int32 {
	k := x.key(key)
	if k.slot == 0 {
		x.slots++
		k.slot = int32(x.slots)
	}
	return k.slot
}

// prefix is the entry of a prefix, which ends with a dot or a colon.
func (x *index) prefix(prefix string) *prefixInfo {
	r := x.root(prefix)
	for i := range r.prefixes {
		if r.prefixes[i].prefix == prefix {
			return &r.prefixes[i]
		}
	}
	r.prefixes = append(r.prefixes, prefixInfo{prefix: prefix})
	return &r.prefixes[len(r.prefixes)-1]
}

// list is the number of a flattened list.
func (x *index) list(key string) int32 {
	p := x.prefix(key + ".")
	if p.list == 0 {
		x.lists++
		p.list = int32(x.lists)
	}
	return p.list
}

// holdsContent reports whether key holds what was said, in one of the spoken dialects. A name without a dot or colon may be
// anybody's: it does so only where its dialect is spoken.
func (x *index) holdsContent(key string, spoken dialects) bool {
	first := segment(key)
	r := x.roots[first]
	if r == nil {
		return false
	}
	if len(first) < len(key) {
		spoken = ^dialects(0)
	}
	if k := r.keys[key]; k != nil && k.content != 0 {
		return k.content&spoken != 0
	}
	for i := range r.prefixes {
		if p := &r.prefixes[i]; p.content&spoken != 0 && strings.HasPrefix(key, p.prefix) {
			return true
		}
	}
	return false
}

// OtherAttribute is Attribute for a key of which the caller knows nothing.
func (r *Reader) OtherAttribute(key string, v pcommon.Value) {
	r.Attribute(r.engine.index.known.Of(key), key, v)
}

// Attribute takes an attribute of the span that is read now, of whose key the facts are known.
func (r *Reader) Attribute(is *KeyFacts, key string, v pcommon.Value) {
	if is == nil {
		return
	}
	if k := is.keyInfo; k != nil {
		r.marks |= k.marks | r.hints&k.hints
		r.hints |= k.hints
		if k.values != nil && v.Type() == pcommon.ValueTypeStr && len(v.Str()) <= maxName {
			r.marks |= k.values[strings.ToLower(v.Str())]
		}
		r.there[k.slot>>6] |= 1 << (k.slot & 63)
		if k.slot != 0 && v.Type() != pcommon.ValueTypeEmpty && r.hold(k.slot, v) {
			r.about |= k.about
			r.worded |= k.of
			for _, fact := range k.facts {
				r.facts[fact>>6] |= 1 << (fact & 63)
			}
		}
	}
	for _, p := range is.prefixes {
		r.marks |= p.marks
		if p.list != 0 {
			r.flat = append(r.flat, flatKey{list: int(p.list), path: key[len(p.prefix):], value: v})
		}
	}
}
