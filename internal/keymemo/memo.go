// Package keymemo remembers what was worked out of attribute keys. A process sees the same few hundred of them on every span, so that
// even the quickest rule about keys is slower than finding the key again.
package keymemo

import (
	"math/bits"
	"sync/atomic"
)

// Bounds of a Memo: it never holds more than 1 << placeBits keys of up to longest bytes each.
const (
	placeBits = 11
	longest   = 96
)

// Memo remembers a T for each of a bounded number of keys, and forgets one for another that has the same places. It takes no locks and
// is safe for concurrent use. It keeps keys as they are: work decides which may be kept.
type Memo[T any] struct {
	work  func(key string) (is T, keep bool)
	known [1 << placeBits]atomic.Pointer[fact[T]]
}

type fact[T any] struct {
	outline outline
	key     string
	is      T
}

// New makes a Memo of a function whose result depends on nothing but the key.
func New[T any](work func(key string) (is T, keep bool)) *Memo[T] { return &Memo[T]{work: work} }

// Of is what work makes of key. It keeps no reference to key.
func (m *Memo[T]) Of(key string) T {
	p := outlineOf(key)
	place := p.place()
	if known := m.known[place].Load(); known != nil && known.outline.equal(p) && known.sameAs(key) {
		return known.is
	}
	if known := m.known[place^1].Load(); known != nil && known.outline.equal(p) && known.sameAs(key) {
		return known.is
	}
	return m.learn(p, key)
}

// sameAs compares keys of the same outline.
func (f *fact[T]) sameAs(key string) bool {
	return len(f.key) == len(key) && (len(key) <= outlined || f.key == key)
}

// learn keeps what work makes of key in one of its two places.
func (m *Memo[T]) learn(p outline, key string) T {
	is, keep := m.work(key)
	if keep && len(key) <= longest {
		place := p.place()
		if m.known[place].Load() != nil && m.known[place^1].Load() == nil {
			place ^= 1
		}
		m.known[place].Store(&fact[T]{p, string([]byte(key)), is}) // a key may be a piece of something large
	}
	return is
}

// outline is four words of a key, by which it is found and told from others. To compare them takes no branch on the length, which differs
// from key to key.
type outline struct{ first, second, third, last uint64 }

// outlined is how long a key may be, in bytes, of which the outline is the whole: nearly all are shorter.
const outlined = 32

func outlineOf(key string) outline {
	n := len(key)
	if n < 8 {
		return outline{first: few(key)}
	}
	second, third := min(max(8, n/4), n-8), max(0, min(n-16, n/2)) // of a longer key, where the numbers of lists stand
	return outline{word(key), word(key[second:]), word(key[third:]), word(key[n-8:])}
}

func (p outline) equal(q outline) bool {
	return p.first^q.first|p.second^q.second|p.third^q.third|p.last^q.last == 0
}

// place is one of the two places of the keys with this outline. Keys that share places cost time only.
func (p outline) place() uint64 {
	const odd = 0x9e3779b97f4a7c15
	h := p.first ^ bits.RotateLeft64(p.second, 17) ^ bits.RotateLeft64(p.third, 31) ^ bits.RotateLeft64(p.last, 47)
	return h * odd >> (64 - placeBits)
}

// few is all of a key of fewer than eight bytes.
func few(key string) uint64 {
	if n := len(key); n >= 4 {
		return uint64(half(key)) | uint64(half(key[n-4:]))<<32
	}
	var all uint64
	for i := range len(key) {
		all = all<<8 | uint64(key[i])
	}
	return all
}

// half is the first four bytes of s, which has as many.
func half(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// word is the first eight bytes of s, which has as many.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
