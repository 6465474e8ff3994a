package memorystore

import (
	"math/bits"
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// The account counts what the heap really takes: the allocator rounds a size up to the next of its classes, and an object
// that holds pointers carries a header of eight bytes above 512 bytes.

const (
	smallObject  = 32 << 10 // above it the allocator gives whole pages
	page         = 8 << 10
	headerAbove  = 512
	headerSize   = 8
	mapHeader    = 48
	mapGroup     = 8 // slots, with a control byte each
	mapTable     = 40
	listElement  = 48 // of container/list
	slotSize     = unsafe.Sizeof(slot[byte]{})
	linkSize     = int(unsafe.Sizeof(tracestore.Link{}))
	stringHeader = unsafe.Sizeof("")
)

// sizeClasses holds, for each multiple of eight, the size that the allocator takes for it.
var sizeClasses = measureSizeClasses()

// measureSizeClasses asks the allocator itself, through append, which rounds capacities up to what it gets.
func measureSizeClasses() (classes [smallObject/8 + 1]uint16) {
	for n := 8; n <= smallObject; {
		size := cap(append([]byte(nil), make([]byte, n)...))
		for ; n <= min(size, smallObject); n += 8 {
			classes[n/8] = uint16(min(size, smallObject))
		}
	}
	return classes
}

// heapSize is what an allocation of n bytes without pointers takes.
func heapSize(n int) int64 {
	switch {
	case n <= 0:
		return 0
	case n <= smallObject:
		return int64(sizeClasses[(n+7)/8])
	default:
		return int64((n + page - 1) / page * page)
	}
}

// pointersSize is what an allocation of n bytes with pointers takes.
func pointersSize(n uintptr) int64 {
	if n > headerAbove && n <= smallObject-headerSize {
		n += headerSize
	}
	return heapSize(int(n))
}

// mapSize is what a Go map takes that has held up to n entries of a key and a value together slot bytes long: groups of
// eight, in tables that are at most seven eighths full and double when they are.
func mapSize(n int, slot uintptr) int64 {
	if n == 0 {
		return 0
	}
	group := mapGroup*slot + mapGroup
	if n <= mapGroup {
		return mapHeader + pointersSize(group)
	}
	groups := uintptr(1) << bits.Len(uint((n*8+6)/7-1)) / mapGroup
	return mapHeader + mapTable + pointersSize(groups*group)
}

// textSize is what a string takes beside its header.
func textSize(s string) int64 { return heapSize(len(s)) }

// recordSize is about what the data of a record will take.
func recordSize(s *tracestore.Span) int64 {
	const fixed = 40 // flags, lengths, and mostly neither a parent nor times
	f := &s.Facts
	n := fixed + int64(len(s.Source)+len(s.Body)+len(s.Residual)+len(s.Whole)+len(f.Links)*linkSize)
	n += int64(len(f.Name) + len(f.Error) + len(f.Execution) + len(f.WorkflowID) + len(f.RunName) + len(f.Thread) + len(f.Node) +
		len(f.Service) + len(f.Model) + len(f.ResponseID))
	for _, t := range f.Tags {
		n += int64(len(t)) + 1
	}
	return n
}

// trim gives memory back that a slice which only ever got shorter holds on to.
func trim[T any](s []T) []T {
	if cap(s) > 64 && len(s) < cap(s)/4 {
		return append(make([]T, 0, len(s)*2), s...)
	}
	return s
}
