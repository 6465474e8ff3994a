package execution

import (
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// A Go map takes a header, and from its first entry on room for eight; a large one has free room for some of its entries.
const (
	mapHeader   = 48
	mapGroup    = 8
	mapFreeRoom = 3 // to so many entries there is room for another two
)

func mapBytes(entries int, slot uintptr) int64 {
	room := (entries*(mapFreeRoom+2) + mapFreeRoom - 1) / mapFreeRoom
	switch {
	case entries == 0:
		return mapHeader
	case entries <= mapGroup:
		room = mapGroup
	}
	return mapHeader + int64(room)*int64(slot+1)
}

const (
	pointer = unsafe.Sizeof((*node)(nil))
	text    = unsafe.Sizeof("")
)

// Bytes estimates the memory of the view itself, without the records.
func (v *View) Bytes() int64 {
	total := int64(unsafe.Sizeof(*v)) + int64(cap(v.log.entries))*int64(unsafe.Sizeof(change{}))
	total += int64(cap(v.ordered)+cap(v.order)+cap(v.touched)+cap(v.loose)) * int64(pointer)
	total += mapBytes(len(v.traces), unsafe.Sizeof(tracestore.TraceID{})+pointer)
	total += mapBytes(len(v.past), unsafe.Sizeof(tracestore.TraceID{})+unsafe.Sizeof(departure{}))
	total += mapBytes(len(v.replies), text+pointer)
	for _, t := range [...]*tally{&v.account.workflows, &v.account.runs, &v.account.threads, &v.account.models} {
		total += t.bytes()
	}
	for i := range v.roots {
		total += mapBytes(len(v.roots[i].members), pointer)
	}
	for _, t := range v.order {
		total += t.bytes()
	}
	return total
}

func (t *trace) bytes() int64 {
	total := int64(unsafe.Sizeof(*t)) + mapBytes(len(t.nodes), unsafe.Sizeof(tracestore.SpanID{})+pointer)
	total += t.names.bytes()
	for _, slab := range t.slabs {
		total += int64(cap(slab)) * int64(unsafe.Sizeof(node{}))
	}
	return total
}
