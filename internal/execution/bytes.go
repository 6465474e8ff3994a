package execution

import "unsafe"

// A Go map takes a header, and from its first entry on room for eight; a large one has free room for some of its entries.
const (
	mapHeader   = 48
	mapGroup    = 8
	mapFreeRoom = 3 // to so many entries there is room for another two
)

// mapBytes is what a map takes, none where it was not made.
func mapBytes[K comparable, V any](m map[K]V) int64 {
	entries := len(m)
	room := (entries*(mapFreeRoom+2) + mapFreeRoom - 1) / mapFreeRoom
	switch {
	case m == nil:
		return 0
	case entries == 0:
		return mapHeader
	case entries <= mapGroup:
		room = mapGroup
	}
	var key K
	var value V
	return mapHeader + int64(room)*int64(unsafe.Sizeof(key)+unsafe.Sizeof(value)+1)
}

const pointer = unsafe.Sizeof((*node)(nil))

// Bytes estimates the memory of the view itself, without the records.
func (v *View) Bytes() int64 {
	total := int64(unsafe.Sizeof(*v)) + int64(cap(v.log.entries))*int64(unsafe.Sizeof(change{}))
	total += int64(cap(v.ordered)+cap(v.order)+cap(v.touched)+cap(v.loose)) * int64(pointer)
	total += mapBytes(v.traces) + mapBytes(v.past) + mapBytes(v.replies)
	for _, t := range [...]*tally{&v.account.workflows, &v.account.runs, &v.account.threads, &v.account.models} {
		total += t.bytes()
	}
	for i := range v.roots {
		total += int64(cap(v.roots[i].members)) * int64(pointer)
	}
	for _, t := range v.order {
		total += t.bytes()
	}
	return total
}

func (t *trace) bytes() int64 {
	total := int64(unsafe.Sizeof(*t)) + mapBytes(t.nodes)
	total += t.names.bytes()
	for _, slab := range t.slabs {
		total += int64(cap(slab)) * int64(unsafe.Sizeof(node{}))
	}
	return total
}
