package memorystore

import (
	"fmt"
	"slices"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// read makes one page of what changed after a position: full records and skeletons, merged in the order of their positions.
func (t *trace) read(from tracestore.Position, limit tracestore.ReadLimit) tracestore.Page {
	page, seq := t.page(from)
	full, compact := t.full.after(seq), t.compact.after(seq)
	most := min(len(full), int(t.full.live)) + min(len(compact), t.compact.count())
	fill(&page, &rowReader{trace: t, rows: full, memory: limit.Memory}, compact, most, limit)
	return page
}

// page is an empty page of a trace, and the position that it begins after.
func (t *trace) page(from tracestore.Position) (tracestore.Page, uint64) {
	page := tracestore.Page{Info: t.info()}
	page.Reset = !from.IsZero() && from.Epoch != t.epoch
	if page.Reset || from.IsZero() {
		from = tracestore.Position{Epoch: t.epoch}
	}
	page.Next = from
	return page, from.Seq
}

// frozen is a compressed trace as it was when somebody began to read it: none of it changes any more.
type frozen struct {
	page       tracestore.Page
	seq        uint64
	compressed *compressed
	compact    []slot[skeleton]
}

func (t *trace) freeze(from tracestore.Position) frozen {
	page, seq := t.page(from)
	return frozen{page, seq, t.compressed, slices.Clone(t.compact.after(seq))}
}

// read is trace.read of a compressed trace. The error is pack.ErrCorrupt.
func (f *frozen) read(limit tracestore.ReadLimit) (tracestore.Page, error) {
	full, copied, err := f.compressed.after(f.seq, limit)
	if err != nil {
		return tracestore.Page{}, fmt.Errorf("read trace %s, which was compressed: %w", f.page.Info.Trace, err)
	}
	fill(&f.page, (*unpacked)(&full), f.compact, len(full)+len(f.compact), limit)
	f.page.Copied = copied
	return f.page, nil
}

// fullRecords are those that are kept in full, in the order of their positions.
type fullRecords interface {
	// seq is the position of the next one, 0 if there is none.
	seq() uint64
	// next makes the next one, which stays the next one until skip.
	next() *tracestore.Record
	skip()
	// copied is how many bytes the ones that were made take.
	copied() int64
}

// fill puts records into a page until there are no more, or the limit is reached. There are at most so many.
func fill(page *tracestore.Page, full fullRecords, compact []slot[skeleton], most int, limit tracestore.ReadLimit) {
	if limit.Records > 0 {
		most = min(most, limit.Records)
	}
	if most > 0 {
		page.Records = limit.Memory.List(most)
	}
	bytes := 0
	for {
		compact = skipHoles(compact)
		seq := full.seq()
		if seq == 0 && len(compact) == 0 {
			break
		}
		n := len(page.Records)
		if page.More = n > 0 && n == limit.Records; page.More {
			break
		}
		isFull := len(compact) == 0 || seq != 0 && seq < compact[0].seq
		r := first(isFull, full, compact)
		bytes += len(r.Body) + len(r.Source)
		if page.More = n > 0 && limit.Bytes > 0 && bytes > limit.Bytes; page.More {
			break
		}
		page.Records = append(page.Records, r)
		page.Next.Seq = r.Seq
		if isFull {
			full.skip()
		} else {
			compact = compact[1:]
		}
	}
	page.Copied = full.copied()
}

func first(isFull bool, full fullRecords, compact []slot[skeleton]) *tracestore.Record {
	if isFull {
		return full.next()
	}
	return compact[0].item.record()
}

func skipHoles[T any](s []slot[T]) []slot[T] {
	for len(s) > 0 && s[0].item == nil {
		s = s[1:]
	}
	return s
}

// unpacked are records that came out of blocks.
type unpacked []*tracestore.Record

func (u *unpacked) seq() uint64 {
	if len(*u) == 0 {
		return 0
	}
	return (*u)[0].Seq
}

func (u *unpacked) next() *tracestore.Record { return (*u)[0] }
func (u *unpacked) skip()                    { *u = (*u)[1:] }
func (u *unpacked) copied() int64            { return 0 }

// rowReader makes records of rows, some at a time in one piece of memory.
type rowReader struct {
	trace  *trace
	rows   []row
	memory *tracestore.Memory
	cells  []tracestore.Cell
	made   int64 // bytes
}

// piece is how many records are made in one piece of memory at most, since one that is needed keeps all others.
const piece = 64

func (x *rowReader) seq() uint64 {
	for len(x.rows) > 0 && x.rows[0].gone {
		x.rows = x.rows[1:]
	}
	if len(x.rows) == 0 {
		return 0
	}
	return x.rows[0].seq
}

func (x *rowReader) next() *tracestore.Record {
	if len(x.cells) == cap(x.cells) {
		x.cells = x.memory.Cells(min(len(x.rows), piece))
	}
	x.cells = x.cells[:len(x.cells)+1]
	c, r := &x.cells[len(x.cells)-1], &x.rows[0]
	readSpan(c, r, x.trace.full.data(r, nil), x.trace.contexts.get(r.context))
	x.made += cellSize
	return &c.Record
}

func (x *rowReader) skip()         { x.rows = x.rows[1:] }
func (x *rowReader) copied() int64 { return x.made }
