package memorystore

import (
	"bytes"
	"time"
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// row is a record that is kept in full: what of it changes or is asked for alone, and where the rest of it lies. There is no
// pointer in it, nor in the chunks, so the garbage collector has nothing to look through however many spans there are.
type row struct {
	seq, firstSeq           uint64
	received, firstReceived int64
	time                    int64 // of the rank
	hash                    uint64
	lease                   time.Duration
	id                      tracestore.SpanID
	chunk, at, size         uint32 // where its data is
	context                 uint32 // the number of its resource and scope
	process                 uint32
	class                   tracestore.Class
	mark                    tracestore.Mark
	gone                    bool // a hole: the record has changed, or is not kept in full any more
}

const rowSize = int64(unsafe.Sizeof(row{}))

func (r *row) rank() tracestore.Rank {
	return tracestore.Rank{Class: r.class, Time: r.time, Hash: r.hash}
}

func (r *row) open() bool { return r.class < tracestore.ClassSynthetic }

// rows are the full records of a trace in the order in which they changed: a compacted change index as changes is, with the
// records' data beside it in chunks. A record that changes leaves a hole, and its data stays until it is the lesser part of
// what is held.
type rows struct {
	list   []row
	live   int                          // rows that are no holes
	byID   map[tracestore.SpanID]uint32 // places in list; nil while there are few
	peak   int                          // of byID
	chunks []chunk
	whole  int64 // bytes of data, and of them those
	dead   int64 // that belong to no record
	held   int64 // bytes of the chunks' memory
	open   int   // bytes of data in the chunk that is not closed yet, and of them those
	missed int   // that belong to no record any more
}

// chunk is the data of some records, which never changes. It goes when it is all dead.
type chunk struct {
	data []byte
	live uint32 // bytes that belong to a record
}

const (
	fewRows      = 24        // up to how many rows are found by walking
	chunkBytes   = 256 << 10 // from where on a chunk is closed
	wastedBytes  = 4 << 10   // dead data below it is not worth copying the rest for
	wastedChunks = 64        // nor are the places of so many chunks that are gone
)

// find returns the place of a span, -1 if there is none.
func (x *rows) find(id tracestore.SpanID) int {
	if x.byID != nil {
		if at, known := x.byID[id]; known {
			return int(at)
		}
		return -1
	}
	for i := range x.list {
		if x.list[i].id == id && !x.list[i].gone {
			return i
		}
	}
	return -1
}

// reserve makes room for the first rows of a trace, in one piece.
func (x *rows) reserve(n int) {
	if x.list == nil {
		x.list = make([]row, 0, min(n, fewRows))
	}
}

// grown is for how many rows there is room once there is none left.
func (x *rows) grown() int {
	n := cap(x.list)
	return n + max(firstSlots, n/4)
}

// growth is how much more is taken with one more record, whose data is so long.
func (x *rows) growth(data int64) int64 {
	n := heapSize(x.open+int(data)) - heapSize(x.open)
	if len(x.list) == cap(x.list) {
		n += heapSize(x.grown()*int(rowSize)) - heapSize(cap(x.list)*int(rowSize))
	}
	if x.open == 0 && len(x.chunks) == cap(x.chunks) {
		n += int64(max(1, len(x.chunks))) * int64(unsafe.Sizeof(chunk{})) // append at most doubles them
	}
	return n
}

// push puts a row at the end; its position must be above all before it.
func (x *rows) push(r row) {
	if len(x.list) == cap(x.list) {
		x.list = append(make([]row, 0, x.grown()), x.list...)
	}
	x.list = append(x.list, r)
	x.live++
	switch {
	case x.byID != nil:
		x.byID[r.id] = uint32(len(x.list) - 1)
		x.peak = max(x.peak, len(x.byID))
	case len(x.list) > fewRows:
		x.indexAll()
	}
}

func (x *rows) indexAll() {
	x.byID = make(map[tracestore.SpanID]uint32, x.live)
	for i := range x.list {
		if !x.list[i].gone {
			x.byID[x.list[i].id] = uint32(i)
		}
	}
	x.peak = len(x.byID)
}

// add puts a new record at the end, whose data is the last of what is in the open chunk from at on.
func (x *rows) add(r row, at, end int) {
	r.chunk, r.at, r.size = uint32(len(x.chunks)), uint32(at), uint32(end-at)
	x.whole += int64(r.size)
	x.open = end
	x.push(r)
}

// seal closes the open chunk, whose data this is: the chunk is a copy of it.
func (x *rows) seal(data []byte) {
	c := chunk{data: bytes.Clone(data), live: uint32(len(data) - x.missed)}
	x.open, x.missed = 0, 0
	x.held += heapSize(cap(c.data))
	x.chunks = grow(x.chunks, c)
	x.release(&x.chunks[len(x.chunks)-1])
}

// release lets go of a chunk that is all dead.
func (x *rows) release(c *chunk) {
	if c.live > 0 {
		return
	}
	x.whole -= int64(len(c.data))
	x.dead -= int64(len(c.data))
	x.held -= heapSize(cap(c.data))
	*c = chunk{}
}

// take makes a hole of the row at a place and returns what it was. Its data stays.
func (x *rows) take(at int) row {
	r := x.list[at]
	x.list[at].gone = true
	x.live--
	if x.byID != nil {
		delete(x.byID, r.id)
	}
	for n := len(x.list); n > 0 && x.list[n-1].gone; n-- {
		x.list = x.list[:n-1]
	}
	return r
}

// frees is how much memory is free at once when a record is dropped.
func (x *rows) frees(r *row) int64 {
	if int(r.chunk) < len(x.chunks) && x.chunks[r.chunk].live == r.size {
		return heapSize(cap(x.chunks[r.chunk].data))
	}
	return 0
}

// drop forgets a record for good: its data is dead from now on. tidy is to follow.
func (x *rows) drop(r *row) {
	x.dead += int64(r.size)
	if int(r.chunk) == len(x.chunks) {
		x.missed += int(r.size) // it came with the same batch, and its chunk is not closed yet
		return
	}
	c := &x.chunks[r.chunk]
	c.live -= r.size
	x.release(c)
}

// tidy squeezes holes out where they are the majority, and copies what is alive where most of the data is not. It is called
// when no chunk is open.
func (x *rows) tidy() {
	if n := len(x.list); cap(x.list) >= fewSlots && (x.live < n/2 || x.live < cap(x.list)/8) {
		x.squeeze()
	}
	if x.dead > wastedBytes && x.dead > x.whole/2 || len(x.chunks) > wastedChunks && len(x.chunks) > 2*x.live {
		x.rewrite()
	}
}

func (x *rows) squeeze() {
	list := x.list[:0]
	if x.live < cap(x.list)/4 {
		list = make([]row, 0, x.live+x.live/4)
	}
	for i := range x.list {
		if !x.list[i].gone {
			list = append(list, x.list[i])
		}
	}
	x.list = list
	switch {
	case x.byID == nil:
	case x.live <= fewRows/2 || x.live < x.peak/4:
		x.byID, x.peak = nil, 0
		if x.live > fewRows {
			x.indexAll()
		}
	default:
		for i := range list {
			x.byID[list[i].id] = uint32(i)
		}
	}
}

// rewrite copies the data that is alive into new chunks. Readers may hold the old ones.
func (x *rows) rewrite() {
	old := x.chunks
	x.chunks, x.whole, x.dead, x.held = nil, 0, 0, 0
	defer clear(old) // the first place may be part of the trace
	var data []byte
	for i := range x.list {
		r := &x.list[i]
		if r.gone {
			continue
		}
		if len(data) > 0 && len(data)+int(r.size) > chunkBytes {
			x.seal(data)
			data = data[:0]
		}
		from := old[r.chunk].data[r.at:][:r.size]
		r.chunk, r.at = uint32(len(x.chunks)), uint32(len(data))
		data = append(data, from...)
		x.whole += int64(r.size)
	}
	if len(data) > 0 {
		x.seal(data)
	}
}

// after returns the rows behind a position, oldest first, holes included. They are valid until the next change.
func (x *rows) after(seq uint64) []row {
	if seq == 0 {
		return x.list
	}
	low, high := 0, len(x.list)
	for low < high {
		middle := int(uint(low+high) / 2)
		if x.list[middle].seq > seq {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return x.list[low:]
}

// bytes is the memory that the rows take.
func (x *rows) bytes() int64 {
	return x.held + heapSize(x.open) + heapSize(cap(x.list)*int(rowSize)) +
		besideFirst(cap(x.chunks), unsafe.Sizeof(chunk{})) +
		mapSize(x.peak, unsafe.Sizeof(tracestore.SpanID{})+unsafe.Sizeof(uint32(0)))
}
