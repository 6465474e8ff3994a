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
	key string
	is  T
}

// New makes a Memo of a function whose result depends on nothing but the key.
func New[T any](work func(key string) (is T, keep bool)) *Memo[T] { return &Memo[T]{work: work} }

// Of is what work makes of key. It keeps no reference to key.
func (m *Memo[T]) Of(key string) T {
	place := placeOf(key)
	if known := m.known[place].Load(); known != nil && known.key == key {
		return known.is
	}
	if known := m.known[place^1].Load(); known != nil && known.key == key {
		return known.is
	}
	return m.learn(place, key)
}

// learn keeps what work makes of key in one of its two places.
func (m *Memo[T]) learn(place uint64, key string) T {
	is, keep := m.work(key)
	if keep && len(key) <= longest {
		if m.known[place].Load() != nil && m.known[place^1].Load() == nil {
			place ^= 1
		}
		m.known[place].Store(&fact[T]{string([]byte(key)), is}) // a key may be a piece of something large
	}
	return is
}

// placeOf looks at the length, the begin, the middle and the end: keys that differ in none of them share a place, which costs time only.
func placeOf(key string) uint64 {
	const odd = 0x9e3779b97f4a7c15
	n := len(key)
	h := uint64(n)
	if n >= 8 {
		h ^= word(key) ^ bits.RotateLeft64(word(key[n-8:]), 23) ^ bits.RotateLeft64(word(key[(n-8)/2:]), 43)
	} else {
		for i := range n {
			h = h<<8 | uint64(key[i])
		}
	}
	return h * odd >> (64 - placeBits)
}

// word is the first eight bytes of s, which has as many.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
