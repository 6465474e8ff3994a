package memorystore

import (
	"bytes"
	"slices"
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// row is a record that is kept in full: what of it changes or is asked for often, and where the rest of it lies. There is no
// pointer in it, nor in the chunks, so the garbage collector has nothing to look through however many spans there are.
type row struct {
	seq             uint64
	received        int64
	hash            uint64 // of the rank
	id              tracestore.SpanID
	chunk, at, size uint32 // where its data is
	context         uint32 // the number of its resource and scope
	process         uint32
	class           tracestore.Class
	mark            tracestore.Mark
	gone            bool // a hole: the record has changed, or is not kept in full any more
}

const rowSize = int64(unsafe.Sizeof(row{}))

func (r *row) open() bool { return r.class < tracestore.ClassSynthetic }

// rows are the full records of a trace in the order in which they changed: a compacted change index as changes is, with the
// records' data beside it in chunks. A record that changes leaves a hole, and its data stays until it is the lesser part of
// what is held.
type rows struct {
	list  []row
	first [1]chunk  // where there is but one
	rare  *rowsRare // nil: nothing of it is needed yet
	live  uint32    // rows that are no holes
	open  uint32    // bytes of data in the chunk that is not closed yet
	place listPlace // of list
}

// rowsRare is what most traces need nothing of: those that came in one piece, have few spans, and change no more.
type rowsRare struct {
	byID   map[tracestore.SpanID]uint32 // places in list; nil while there are few
	peak   int                          // of byID
	chunks []chunk                      // all of them, as soon as there are several
	whole  int64                        // bytes of the data in chunks
	held   int64                        // bytes of their memory
	dead   int64                        // bytes of data that belong to no record
	missed uint32                       // those in the open chunk
}

var rareSize = pointersSize(unsafe.Sizeof(rowsRare{}))

// chunk is the data of some records, which never changes. It goes when it is all dead.
type chunk struct {
	data []byte
	live uint32 // bytes that belong to a record
	head uint16 // bytes before the data in the same memory, see joined
	used bool   // it has its place, whether there is anything left in it or not
}

// listPlace is where a list of rows lies.
type listPlace uint8

const (
	alone  listPlace = iota // in memory of its own
	lent                    // in memory of the store's, until the chunk is closed
	joined                  // before the data of the first chunk: one object less to allocate, and to mark whenever garbage is collected
)

const (
	fewRows      = 24        // up to how many rows are found by walking
	chunkBytes   = 256 << 10 // from where on a chunk is closed
	wastedBytes  = 4 << 10   // dead data below it is not worth copying the rest for
	wastedChunks = 64        // nor are the places of so many chunks that are gone
)

// more is what most traces need nothing of.
func (x *rows) more() *rowsRare {
	if x.rare == nil {
		x.rare = &rowsRare{}
	}
	return x.rare
}

func (x *rows) indexed() bool { return x.rare != nil && x.rare.byID != nil }

// chunks are those that are closed. They are valid until the next one is.
func (x *rows) chunks() []chunk {
	switch {
	case x.rare != nil && x.rare.chunks != nil:
		return x.rare.chunks
	case x.first[0].used:
		return x.first[:]
	}
	return nil
}

// nextChunk is the number of the open chunk.
func (x *rows) nextChunk() uint32 { return uint32(len(x.chunks())) }

// find returns the place of a span, -1 if there is none.
func (x *rows) find(id tracestore.SpanID) int {
	if x.indexed() {
		if at, known := x.rare.byID[id]; known {
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

// reserve makes room for the first rows of a trace, in one piece: at most n, and if they are few in memory that is lent.
func (x *rows) reserve(n int, memory *[fewRows]row) {
	switch {
	case x.list != nil:
	case n <= fewRows && x.nextChunk() == 0:
		x.list, x.place = memory[:0:n], lent
	default:
		x.list = make([]row, 0, min(n, fewRows))
	}
}

// leave puts the rows into memory of their own, with room for so many.
func (x *rows) leave(n int) {
	x.list, x.place = append(make([]row, 0, n), x.list...), alone
}

// join puts rows that are in lent memory before the data of a chunk, and returns the chunk.
func (x *rows) join(data []byte) chunk {
	head := len(x.list) * int(rowSize)
	memory := make([]byte, head+len(data))
	list := unsafe.Slice((*row)(unsafe.Pointer(unsafe.SliceData(memory))), len(x.list)) //nolint:gosec // memory of this size is aligned, and there is no pointer in a row
	copy(list, x.list)
	x.list, x.place = list, joined
	return chunk{data: memory[head:][:copy(memory[head:], data)], head: uint16(head)}
}

// listBytes is the memory of the list, where it is not part of a chunk's.
func (x *rows) listBytes() int64 {
	if x.place == joined {
		return 0
	}
	return heapSize(cap(x.list) * int(rowSize))
}

// grown is for how many rows there is room once there is none left.
func (x *rows) grown() int {
	n := cap(x.list)
	return n + max(firstSlots, n/4)
}

// growth is how much more is taken with one more record, whose data is so long.
func (x *rows) growth(data int64) int64 {
	n := heapSize(int(x.open)+int(data)) - heapSize(int(x.open))
	if len(x.list) == cap(x.list) {
		n += heapSize(x.grown()*int(rowSize)) - x.listBytes()
	}
	if chunks := x.chunks(); x.open == 0 && len(chunks) > 0 && len(chunks) == cap(chunks) {
		n += int64(max(firstSlots, len(chunks)))*int64(unsafe.Sizeof(chunk{})) + rareSize // append at most doubles them
	}
	return n
}

// push puts a row at the end; its position must be above all before it.
func (x *rows) push(r *row) {
	if len(x.list) == cap(x.list) {
		x.leave(x.grown())
	}
	x.list = append(x.list, *r)
	x.live++
	switch {
	case x.indexed():
		x.rare.byID[r.id] = uint32(len(x.list) - 1)
		x.rare.peak = max(x.rare.peak, len(x.rare.byID))
	case len(x.list) > fewRows:
		x.indexAll()
	}
}

func (x *rows) indexAll() {
	byID := make(map[tracestore.SpanID]uint32, x.live)
	for i := range x.list {
		if !x.list[i].gone {
			byID[x.list[i].id] = uint32(i)
		}
	}
	x.more().byID, x.more().peak = byID, len(byID)
}

// add puts a new record at the end, whose data is the last of what is in the open chunk from at on.
func (x *rows) add(r *row, at, end int) {
	r.chunk, r.at, r.size = x.nextChunk(), uint32(at), uint32(end-at)
	x.open = uint32(end)
	x.push(r)
}

// data is that of a row. open is what is in the open chunk, if there is one.
func (x *rows) data(r *row, open []byte) []byte {
	if chunks := x.chunks(); int(r.chunk) < len(chunks) {
		open = chunks[r.chunk].data
	}
	return open[r.at:][:r.size:r.size]
}

// seal closes the open chunk, whose data this is: the chunk is a copy of it.
func (x *rows) seal(data []byte) {
	var c chunk
	switch {
	case x.place == lent && len(x.list) > 0:
		c = x.join(data)
	case x.place == lent: // what came is kept as a skeleton after all
		x.list, x.place = nil, alone
		fallthrough
	default:
		c.data = bytes.Clone(data)
	}
	c.live, c.used, x.open = uint32(len(data)), true, 0
	if x.rare != nil {
		c.live -= x.rare.missed
		x.rare.missed = 0
	}
	x.addChunk(c)
	x.release(&x.chunks()[x.nextChunk()-1])
}

// addChunk puts a chunk at the end.
func (x *rows) addChunk(c chunk) {
	if !x.first[0].used && (x.rare == nil || x.rare.chunks == nil) {
		x.first[0] = c
		return
	}
	m := x.more()
	if m.chunks == nil {
		m.chunks = append(make([]chunk, 0, firstSlots), x.first[0])
		m.whole, m.held = x.first[0].size()
		x.first[0] = chunk{}
	}
	m.chunks = append(m.chunks, c)
	whole, held := c.size()
	m.whole, m.held = m.whole+whole, m.held+held
}

// size is how many bytes of data there are, and what their memory takes.
func (c *chunk) size() (whole, held int64) {
	return int64(len(c.data)), heapSize(int(c.head) + cap(c.data))
}

// size is how many bytes of data there are in all chunks that are closed, and what their memory takes.
func (x *rows) size() (whole, held int64) {
	if x.rare != nil && x.rare.chunks != nil {
		return x.rare.whole, x.rare.held
	}
	return x.first[0].size()
}

// release lets go of a chunk that is all dead.
func (x *rows) release(c *chunk) {
	if c.live > 0 {
		return
	}
	if c.head > 0 && x.place == joined {
		x.leave(len(x.list))
	}
	m := x.more()
	whole, held := c.size()
	m.dead -= whole
	if m.chunks != nil {
		m.whole, m.held = m.whole-whole, m.held-held
	}
	*c = chunk{used: true}
}

// take makes a hole of the row at a place and returns what it was. Its data stays.
func (x *rows) take(at int) row {
	r := x.list[at]
	x.list[at].gone = true
	x.live--
	if x.indexed() {
		delete(x.rare.byID, r.id)
	}
	for n := len(x.list); n > 0 && x.list[n-1].gone; n-- {
		x.list = x.list[:n-1]
	}
	return r
}

// frees is how much memory is free at once when a record is dropped.
func (x *rows) frees(r *row) int64 {
	if chunks := x.chunks(); int(r.chunk) < len(chunks) && chunks[r.chunk].live == r.size {
		_, held := chunks[r.chunk].size()
		return held
	}
	return 0
}

// drop forgets a record for good: its data is dead from now on. tidy is to follow.
func (x *rows) drop(r *row) {
	m, chunks := x.more(), x.chunks()
	m.dead += int64(r.size)
	if int(r.chunk) == len(chunks) {
		m.missed += r.size // it came with the same batch, and its chunk is not closed yet
		return
	}
	c := &chunks[r.chunk]
	c.live -= r.size
	x.release(c)
}

// tidy squeezes holes out where they are the majority, and copies what is alive where most of the data is not. It is called
// when no chunk is open.
func (x *rows) tidy() {
	if n, live := len(x.list), int(x.live); cap(x.list) >= fewSlots && (live < n/2 || live < cap(x.list)/8) {
		x.squeeze()
	}
	if x.rare == nil {
		return
	}
	whole, _ := x.size()
	if n, dead := len(x.chunks()), x.rare.dead; dead > wastedBytes && dead > whole/2 || n > wastedChunks && n > 2*int(x.live) {
		x.rewrite()
	}
}

func (x *rows) squeeze() {
	list, live := x.list[:0], int(x.live)
	if live < cap(x.list)/4 {
		list, x.place = make([]row, 0, live+live/4), alone
	}
	for i := range x.list {
		if !x.list[i].gone {
			list = append(list, x.list[i])
		}
	}
	x.list = list
	switch {
	case !x.indexed():
	case live <= fewRows/2 || live < x.rare.peak/4:
		x.rare.byID, x.rare.peak = nil, 0
		if live > fewRows {
			x.indexAll()
		}
	default:
		for i := range list {
			x.rare.byID[list[i].id] = uint32(i)
		}
	}
}

// rewrite copies the data that is alive into new chunks. Readers may hold the old ones.
func (x *rows) rewrite() {
	if x.place == joined {
		x.leave(len(x.list))
	}
	old := slices.Clone(x.chunks())
	x.first[0] = chunk{}
	x.rare.chunks, x.rare.whole, x.rare.held, x.rare.dead = nil, 0, 0, 0
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
		r.chunk, r.at = x.nextChunk(), uint32(len(data))
		data = append(data, from...)
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
	_, held := x.size()
	held += heapSize(int(x.open)) + x.listBytes()
	if m := x.rare; m != nil {
		held += rareSize + pointersSize(uintptr(cap(m.chunks))*unsafe.Sizeof(chunk{})) +
			mapSize(m.peak, unsafe.Sizeof(tracestore.SpanID{})+unsafe.Sizeof(uint32(0)))
	}
	return held
}
