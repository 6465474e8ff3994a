package memorystore

import (
	"hash/maphash"
	"maps"
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

const (
	tableShards = 16
	fewEntries  = 16 // below it a shard is not worth rebuilding
)

// table is a map that gives memory back: a Go map never shrinks, so a shard of which little is left is built anew. Being
// split, it does so in small steps.
type table[K comparable, V any] struct {
	seed   maphash.Seed
	place  func(K) int // of a key's shard; nil: by its hash
	shards [tableShards]struct {
		entries map[K]V
		peak    int
	}
	count int
	held  int64
}

func newTable[K comparable, V any]() table[K, V] { return table[K, V]{seed: maphash.MakeSeed()} }

// newNameTable is a table by names, of which the last letters are enough to share them out.
func newNameTable[V any]() table[string, V] {
	return table[string, V]{place: func(name string) int {
		n := len(name)
		if n < 2 {
			return n
		}
		return int(name[n-1]+3*name[n-2]) % tableShards
	}}
}

// newTraceTable is a table by trace ids, whose last byte is as good as a hash: sharing the entries out badly would only make
// rebuilding slower.
func newTraceTable[V any]() table[tracestore.TraceID, V] {
	return table[tracestore.TraceID, V]{place: func(t tracestore.TraceID) int { return int(t[len(t)-1]) % tableShards }}
}

func (t *table[K, V]) get(k K) (v V) {
	if t.count == 0 {
		return v
	}
	return t.shards[t.shard(k)].entries[k]
}

func (t *table[K, V]) put(k K, v V) {
	s := &t.shards[t.shard(k)]
	if s.entries == nil {
		s.entries = map[K]V{}
	}
	before := len(s.entries)
	s.entries[k] = v
	t.count += len(s.entries) - before
	t.resize(&s.peak, max(s.peak, len(s.entries)))
}

func (t *table[K, V]) delete(k K) {
	s := &t.shards[t.shard(k)]
	before := len(s.entries)
	delete(s.entries, k)
	t.count -= before - len(s.entries)
	switch {
	case len(s.entries) == 0:
		s.entries = nil
		t.resize(&s.peak, 0)
		return
	case s.peak <= fewEntries || len(s.entries) > s.peak/4:
		return
	}
	rest := make(map[K]V, len(s.entries))
	maps.Copy(rest, s.entries)
	s.entries = rest
	t.resize(&s.peak, len(rest))
}

func (t *table[K, V]) resize(peak *int, to int) {
	if *peak == to {
		return
	}
	var k K
	var v V
	slot := unsafe.Sizeof(k) + unsafe.Sizeof(v)
	t.held += mapSize(to, slot) - mapSize(*peak, slot)
	*peak = to
}

func (t *table[K, V]) shard(k K) int {
	if t.place != nil {
		return t.place(k)
	}
	return int(maphash.Comparable(t.seed, k) % tableShards)
}

// bytes is the memory that the table takes.
func (t *table[K, V]) bytes() int64 { return t.held }
