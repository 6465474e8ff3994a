package memorystore

import (
	"fmt"
	"sync"
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/pack"
)

// compressed holds the full records of a trace in blocks. It is immutable: a change makes the records full again first.
type compressed struct {
	blocks  []pack.Block
	records int
	data    int64 // bytes of the blocks
	saved   int64 // how many bytes more the trace takes when they are full again

	expanding sync.Mutex
	expanded  *expanded // as soon as somebody wants to change the trace, and for that moment
}

func newCompressed(blocks []pack.Block) *compressed {
	c := &compressed{blocks: blocks}
	for _, b := range blocks {
		c.records += b.Records
		c.data += pointersSize(uintptr(cap(b.Data)) * unsafe.Sizeof([]byte{}))
		for _, piece := range b.Data {
			c.data += heapSize(cap(piece))
		}
	}
	return c
}

var compressedSize = pointersSize(unsafe.Sizeof(compressed{}))

// bytes is what the blocks take; nothing where there are none.
func (c *compressed) bytes() int64 {
	if c == nil {
		return 0
	}
	return compressedSize + pointersSize(uintptr(cap(c.blocks))*unsafe.Sizeof(pack.Block{})) + c.data
}

// count is how many records there are; none where there are no blocks.
func (c *compressed) count() int {
	if c == nil {
		return 0
	}
	return c.records
}

// after unpacks records behind a position: as many as a page with this limit can hold, and one more if there is one. copied
// is about how much memory they take.
func (c *compressed) after(seq uint64, limit tracestore.ReadLimit) (list []*tracestore.Record, copied int64, err error) {
	bytes := 0
	for _, b := range c.blocks {
		if b.Last <= seq {
			continue
		}
		if len(list) > 0 && (limit.Records > 0 && len(list) > limit.Records || limit.Bytes > 0 && bytes > limit.Bytes) {
			break
		}
		records, size, err := b.Unpack()
		if err != nil {
			return nil, 0, err
		}
		copied += int64(size)
		for _, r := range records {
			if r.Seq > seq {
				list = append(list, r)
				bytes += len(r.Body) + len(r.Source)
			}
		}
	}
	return list, copied, nil
}

// expanded is what the blocks of a trace become when its records are full again.
type expanded struct {
	full     rows
	contexts contexts
}

// expand makes full records of the blocks, once for all who want to change the trace at the same time.
func (c *compressed) expand() (*expanded, error) {
	c.expanding.Lock()
	defer c.expanding.Unlock()
	if c.expanded != nil {
		return c.expanded, nil
	}
	x, err := c.unpack()
	if err != nil {
		return nil, err
	}
	c.expanded = x
	return x, nil
}

// unpack makes full records of the blocks.
func (c *compressed) unpack() (*expanded, error) {
	x := &expanded{}
	x.full.list = make([]row, 0, c.records)
	var open []byte
	for _, b := range c.blocks {
		records, _, err := b.Unpack()
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			at := len(open)
			if first := (since{r.FirstSeq, r.FirstReceived}); first != (since{r.Seq, r.Received}) {
				open = appendSpan(open, r.Span, &first)
			} else {
				open = appendSpan(open, r.Span, nil)
			}
			x.full.add(&row{
				seq: r.Seq, received: r.Received, mark: r.Mark,
				id: r.ID, class: r.Rank.Class, hash: r.Rank.Hash, process: r.Facts.Process, context: x.contexts.acquire(nil, r.Context),
			}, at, len(open))
			if len(open) >= chunkBytes {
				x.full.seal(open)
				open = open[:0]
			}
		}
	}
	if len(open) > 0 {
		x.full.seal(open)
	}
	return x, nil
}

// lockFull takes the store for writing, with the records of a trace full: who is about to change one needs them so. They are
// unpacked before the lock is taken, so that others do not wait for it. It returns the trace, nil if there is none. The error is
// tracestore.ErrClosed or pack.ErrCorrupt; then the lock is not held.
func (s *Store) lockFull(id tracestore.TraceID) (*trace, error) {
	for {
		if err := s.lock(); err != nil {
			return nil, err
		}
		t := s.traces.get(id)
		if t == nil || t.compressed == nil {
			return t, nil
		}
		c := t.compressed
		s.mu.Unlock()
		x, err := c.expand()
		if err != nil {
			return nil, fmt.Errorf("trace %s was compressed, and cannot be changed: %w", id, err)
		}
		if err := s.lock(); err != nil {
			return nil, err
		}
		if s.traces.get(id) == t && t.compressed == c {
			s.expand(t, x)
			return t, nil
		}
		s.mu.Unlock()
	}
}

// expand puts full records in the place of a trace's blocks.
func (s *Store) expand(t *trace, x *expanded) {
	c := t.compressed
	s.compressedRecords -= c.records
	s.compressedBytes -= c.bytes()
	t.group.saved -= c.saved
	t.compressed, t.full = nil, x.full
	t.contexts.take(&s.contexts, &x.contexts)
	s.settle(t)
}

// compress puts blocks in the place of a trace's full records, unless they would take more.
func (s *Store) compress(t *trace, c *compressed) bool {
	if c.bytes() >= t.full.bytes()+t.contexts.bytes() {
		return false
	}
	t.giveUp()
	s.leased.update(t)
	before := t.size()
	t.compressed, t.full = c, rows{}
	t.contexts.clear(&s.contexts)
	c.saved = before - t.size()
	t.group.saved += c.saved
	s.compressedRecords += c.records
	s.compressedBytes += c.bytes()
	s.settle(t)
	return true
}

// forgetCompressed takes the blocks of a trace that goes off the figures.
func (s *Store) forgetCompressed(t *trace) {
	s.compressedRecords -= t.compressed.count()
	s.compressedBytes -= t.compressed.bytes()
}
