package redact

import (
	"hash/maphash"
	"sync/atomic"
)

// cleanSet remembers values in which nothing was found, because a conversation's history comes again with every turn. It
// holds no text: only hashes of 128 bits with keys that are drawn when the process starts, and only of clean values. It
// has a fixed size, takes no locks, and forgets what it has no room for.
type cleanSet struct {
	seeds   [2]maphash.Seed
	entries []cleanEntry
}

// cleanEntry holds both halves of a hash, the first one combined with the second: when two writers race, what a reader
// finds belongs to neither value and matches nothing.
type cleanEntry struct{ both, second atomic.Uint64 }

// Short values have a set of their own, so that they push no long ones out, of which each saves more. Both have 320 KiB.
const (
	shortRemembered = 192 // bytes
	shortEntries    = 1 << 12
	longEntries     = 1 << 14
)

// newCleanSet makes a set with so many places, a power of two.
func newCleanSet(places int) *cleanSet {
	return &cleanSet{
		seeds:   [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()},
		entries: make([]cleanEntry, places),
	}
}

// valueHash is what is kept of a value.
type valueHash struct{ first, second uint64 }

func (c *cleanSet) hash(value string) valueHash {
	return valueHash{maphash.String(c.seeds[0], value), maphash.String(c.seeds[1], value)}
}

func (c *cleanSet) entry(h valueHash) *cleanEntry {
	return &c.entries[h.first&uint64(len(c.entries)-1)]
}

func (c *cleanSet) has(h valueHash) bool {
	e := c.entry(h)
	second := e.second.Load()
	return second == h.second && e.both.Load()^second == h.first
}

func (c *cleanSet) add(h valueHash) {
	e := c.entry(h)
	e.both.Store(h.first ^ h.second)
	e.second.Store(h.second)
}
