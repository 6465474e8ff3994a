package canvaswire

import (
	"math/bits"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// spanAttributes appends the attributes of the span itself, which must be done at end.
func (e *Encoder) spanAttributes(dst []byte, m pcommon.Map, end int) []byte {
	e.end = end
	dst, listed := e.attributes(dst, m)
	if listed {
		e.side.flags |= hasAttributes
	}
	if n, ok := m.Get(semconv.RedactionCount); ok && n.Type() == pcommon.ValueTypeInt {
		e.redactions = n.Int()
	}
	return dst
}

// attributes appends a span's or an event's attributes as an object that ends before e.end, and puts down in the residual
// what that object does not hold exactly. It tells whether it put anything down. Of members with the same key the last one
// is shown.
func (e *Encoder) attributes(dst []byte, m pcommon.Map) (out []byte, listed bool) {
	var list entries
	last := e.lastOf(m)
	dst = append(dst, '{')
	shown, i := 0, 0
	for key, v := range m.All() {
		shadowed := last != nil && last[canonical(key)] != i
		i++
		if shadowed {
			e.side.add(&list, shown, entryHasKey, key, v)
			continue
		}
		if shown < e.limits.Attributes {
			if longer, ok := e.attribute(dst, shown > 0, key, v); ok {
				dst = longer
				e.correct(&list, shown, key, v)
				shown++
				continue
			}
		}
		e.truncated = true
		e.side.add(&list, shown, entryHasKey|entryInWhole, key, v)
	}
	return append(dst, '}'), e.side.end(&list)
}

// attribute appends one member if it fits, and leaves e.lossy and e.cut as they are for it.
func (e *Encoder) attribute(dst []byte, comma bool, key string, v pcommon.Value) (out []byte, ok bool) {
	if len(key) > e.names {
		return dst, false
	}
	e.lossy, e.cut = false, false
	if comma {
		dst = append(dst, ',')
	}
	dst, exact := appendString(dst, key)
	dst = append(dst, ':')
	dst = e.value(dst, v, 0)
	e.lossy = e.lossy || !exact
	return dst, len(dst) <= e.end
}

// correct puts the attribute that was just appended down if it cannot be read back from the body.
func (e *Encoder) correct(list *entries, shown int, key string, v pcommon.Value) {
	e.truncated = e.truncated || e.cut
	if !e.lossy && !e.cut {
		return
	}
	flags := uint64(entryInBody)
	if e.cut {
		flags |= entryInWhole
	}
	if !utf8.ValidString(key) {
		flags |= entryHasKey
	}
	e.side.add(list, shown, flags, key, v)
}

// lastOf returns the index of the last member of each key if any key stands twice in m, else nil. Keys are compared as
// they are shown, so that one JSON object never has a key twice.
func (e *Encoder) lastOf(m pcommon.Map) map[string]int {
	if !e.mayRepeat(m) {
		return nil
	}
	last, i := make(map[string]int, m.Len()), 0
	for key := range m.All() {
		last[canonical(key)] = i
		i++
	}
	if len(last) == i {
		return nil
	}
	return last
}

// fewKeys is up to how many keys a table of bits filters better than a set does.
const fewKeys = 64

// mayRepeat is the cheap question before the exact one: false means that no key stands twice.
func (e *Encoder) mayRepeat(m pcommon.Map) bool {
	if m.Len() <= 1 {
		return false
	}
	if m.Len() > fewKeys {
		return e.manyRepeat(m)
	}
	var table [1 << (keySumBits - 6)]uint64
	repeat := false
	for key := range m.All() {
		sum, ascii := keySum(key)
		word, bit := &table[sum>>6], uint64(1)<<(sum&63)
		repeat = repeat || *word&bit != 0 || !ascii && !utf8.ValidString(key)
		*word |= bit
	}
	return repeat
}

const keySumBits = 11

// keySum mixes key into keySumBits bits, and tells on the way whether it is ASCII.
func keySum(key string) (sum uint64, ascii bool) {
	const odd = 0x9e3779b97f4a7c15 // 2^64 over the golden ratio: its product spreads neighbours over the high bits
	h, all := uint64(len(key)), uint64(0)
	if n := len(key); n >= 8 {
		for i := 0; i < n-8; i += 8 {
			w := load64(key[i:])
			h, all = bits.RotateLeft64(h, 21)^w, all|w
		}
		w := load64(key[n-8:])
		h, all = bits.RotateLeft64(h, 21)^w, all|w
	} else {
		for i := range n {
			h, all = h<<8^uint64(key[i]), all|uint64(key[i])
		}
	}
	return h * odd >> (64 - keySumBits), all&0x8080808080808080 == 0
}

func (e *Encoder) manyRepeat(m pcommon.Map) bool {
	if e.seen == nil {
		e.seen = make(map[string]struct{}, m.Len())
	}
	valid := true
	for key := range m.All() {
		valid = valid && utf8.ValidString(key)
		e.seen[key] = struct{}{}
	}
	repeat := len(e.seen) < m.Len()
	clear(e.seen) // the keys are pdata's memory
	if m.Len() > 4096 {
		e.seen = nil // one span of thousands of attributes must not hold memory for ever
	}
	return repeat || !valid
}

// canonical returns key as it is shown: with U+FFFD for each byte that is not UTF-8.
func canonical(key string) string {
	if utf8.ValidString(key) {
		return key
	}
	return string([]rune(key))
}
