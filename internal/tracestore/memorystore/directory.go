package memorystore

import (
	"hash/maphash"
	"iter"
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

const (
	directoryShards = 64
	firstEntries    = 8 // places of a shard at first
)

// directory finds items by a key that each item knows itself. A new trace is looked for twice before it is put in, and a map of a
// hundred thousand is slow to say no: it reads a line of a large memory that nothing else has asked for lately. A directory mostly
// reads one of 32 bits an item. Being split, it grows and gives memory back in small steps, and it does not look at the items then.
type directory[K comparable, V any] struct {
	seed   maphash.Seed
	hash   func(maphash.Seed, K) uint64
	key    func(*V) K // must not change while the item is in
	shards [directoryShards]directoryShard[V]
	count  int
	held   int64
}

// directoryShard are places for items, a power of two or none. An item is at the place that its mark names, or at one behind it
// with no free place between them.
type directoryShard[V any] struct {
	marks []uint32 // of the items' hashes; 0: the place is free
	items []*V
	count int
}

func newTraceDirectory() directory[tracestore.TraceID, trace] {
	return directory[tracestore.TraceID, trace]{
		seed: maphash.MakeSeed(),
		hash: func(seed maphash.Seed, id tracestore.TraceID) uint64 { return maphash.Bytes(seed, id[:]) },
		key:  func(t *trace) tracestore.TraceID { return t.id },
	}
}

func newNameDirectory() directory[string, execution] {
	return directory[string, execution]{seed: maphash.MakeSeed(), hash: maphash.String, key: func(e *execution) string { return e.given }}
}

// locate returns the shard and the mark of a key.
func (d *directory[K, V]) locate(k K) (*directoryShard[V], uint32) {
	h := d.hash(d.seed, k)
	return &d.shards[h>>32%directoryShards], max(uint32(h), 1)
}

// find returns the place of a key's item, or the free one where it would be; known says which. There is a free one.
func (d *directory[K, V]) find(s *directoryShard[V], mark uint32, k K) (at uint32, known bool) {
	last := uint32(len(s.marks) - 1)
	for at = mark & last; s.marks[at] != 0; at = (at + 1) & last {
		if s.marks[at] == mark && d.key(s.items[at]) == k {
			return at, true
		}
	}
	return at, false
}

// get is the item with a key, nil if there is none.
func (d *directory[K, V]) get(k K) *V {
	s, mark := d.locate(k)
	if s.count == 0 {
		return nil
	}
	if at, known := d.find(s, mark, k); known {
		return s.items[at]
	}
	return nil
}

// put makes an item the one with its key.
func (d *directory[K, V]) put(v *V) {
	k := d.key(v)
	s, mark := d.locate(k)
	if s.count >= len(s.marks)/4*3 {
		d.resize(s, max(firstEntries, 2*len(s.marks)))
	}
	at, known := d.find(s, mark, k)
	s.marks[at], s.items[at] = mark, v
	if !known {
		s.count++
		d.count++
	}
}

// delete takes the item with a key out, if there is one.
func (d *directory[K, V]) delete(k K) {
	s, mark := d.locate(k)
	if s.count == 0 {
		return
	}
	at, known := d.find(s, mark, k)
	if !known {
		return
	}
	s.vacate(at)
	s.count--
	d.count--
	switch n := len(s.marks); {
	case s.count == 0:
		d.resize(s, 0)
	case n > firstEntries && s.count <= n/8:
		d.resize(s, n/4)
	}
}

// vacate frees a place, and moves those up that stand behind it only because it was taken.
func (s *directoryShard[V]) vacate(at uint32) {
	last := uint32(len(s.marks) - 1)
	for next := (at + 1) & last; s.marks[next] != 0; next = (next + 1) & last {
		if off := (next - s.marks[next]) & last; off >= (next-at)&last {
			s.marks[at], s.items[at] = s.marks[next], s.items[next]
			at = next
		}
	}
	s.marks[at], s.items[at] = 0, nil
}

// resize gives a shard so many places, more than it has items.
func (d *directory[K, V]) resize(s *directoryShard[V], places int) {
	was := *s
	d.held -= s.bytes()
	s.marks, s.items = nil, nil
	if places > 0 {
		s.marks, s.items = make([]uint32, places), make([]*V, places)
	}
	d.held += s.bytes()
	last := uint32(places - 1)
	for i, mark := range was.marks {
		if mark == 0 {
			continue
		}
		at := mark & last
		for s.marks[at] != 0 {
			at = (at + 1) & last
		}
		s.marks[at], s.items[at] = mark, was.items[i]
	}
}

// bytes is the memory that a shard's places take.
func (s *directoryShard[V]) bytes() int64 {
	return heapSize(len(s.marks)*int(unsafe.Sizeof(uint32(0)))) + pointersSize(uintptr(len(s.items))*unsafe.Sizeof((*V)(nil)))
}

// bytes is the memory that the directory takes.
func (d *directory[K, V]) bytes() int64 { return d.held }

// all are the items, in no order. The directory must not change meanwhile.
func (d *directory[K, V]) all() iter.Seq[*V] {
	return func(yield func(*V) bool) {
		for i := range d.shards {
			for _, v := range d.shards[i].items {
				if v != nil && !yield(v) {
					return
				}
			}
		}
	}
}
