package memorystore

import (
	"encoding/binary"
	"math"
	"time"
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// The data of a row are the parts of a span that never change once they are stored, one after the other: ids, times and
// flags, the lengths of all texts, and the texts. It is read without copying: the texts and the bodies of a record that was
// read are parts of the chunk.

// Flags of a row's data.
const (
	isWorkflow byte = 1 << iota
	isBoundary
	hasUsage
	isCostKnown
	hasMore // latency, span count, tags or links
)

// texts are the facts that are texts, in the order in which they are written.
func texts(f *tracestore.Facts) [10]*string {
	return [...]*string{
		&f.Name, &f.Error, &f.Execution, &f.WorkflowID, &f.RunName, &f.Thread, &f.Node, &f.Service, &f.Model, &f.ResponseID,
	}
}

// appendSpan appends the data of a span.
func appendSpan(dst []byte, s *tracestore.Span) []byte {
	f := &s.Facts
	flags := flag(f.Workflow, isWorkflow) | flag(f.Boundary, isBoundary) | flag(f.Usage != nil, hasUsage) |
		flag(f.Usage != nil && f.Usage.CostKnown, isCostKnown) |
		flag(f.Latency != 0 || f.SpanCount != 0 || f.Tags != nil || f.Links != nil, hasMore)
	dst = append(dst, flags, byte(f.Status), byte(f.Outcome), byte(f.Scope), byte(f.Side))
	dst = append(dst, s.Parent[:]...)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(f.Start))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(f.End))
	for _, t := range texts(f) {
		dst = appendLength(dst, len(*t))
	}
	for _, b := range [...][]byte{s.Source, s.Body, s.Residual, s.Whole} {
		dst = appendList(dst, b == nil, len(b))
	}
	if f.Usage != nil {
		dst = appendUsage(dst, f.Usage)
	}
	if flags&hasMore != 0 {
		dst = appendMore(dst, f)
	}
	for _, t := range texts(f) {
		dst = append(dst, *t...)
	}
	return append(append(append(append(dst, s.Source...), s.Body...), s.Residual...), s.Whole...)
}

func flag(set bool, f byte) byte {
	if set {
		return f
	}
	return 0
}

func appendLength(dst []byte, n int) []byte {
	if n < 0x80 {
		return append(dst, byte(n))
	}
	return binary.AppendUvarint(dst, uint64(n))
}

// appendList appends how long a list is, and tells no list from an empty one.
func appendList(dst []byte, isNil bool, n int) []byte {
	if isNil {
		return append(dst, 0)
	}
	return appendLength(dst, n+1)
}

func appendUsage(dst []byte, u *tracestore.Usage) []byte {
	for _, n := range [...]int64{u.Input, u.Output, u.CacheRead, u.CacheWrite, u.Reasoning} {
		dst = binary.AppendVarint(dst, n)
	}
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(u.CostUSD))
}

func appendMore(dst []byte, f *tracestore.Facts) []byte {
	dst = binary.AppendVarint(dst, f.Latency)
	dst = binary.AppendVarint(dst, int64(f.SpanCount))
	dst = appendList(dst, f.Tags == nil, len(f.Tags))
	for _, t := range f.Tags {
		dst = append(appendLength(dst, len(t)), t...)
	}
	dst = appendList(dst, f.Links == nil, len(f.Links))
	for _, l := range f.Links {
		dst = append(append(dst, l.Trace[:]...), l.Span[:]...)
	}
	return dst
}

const cellSize = int64(unsafe.Sizeof(tracestore.Cell{}))

// readSpan makes the record of a row, in a cell that is empty. The texts and bodies of it are parts of the trace's chunks, which
// stay as they are whatever becomes of the row.
func readSpan(c *tracestore.Cell, r *row, data, context []byte) {
	d := rowData{rest: data}
	c.Record = tracestore.Record{
		Span: &c.Of, Seq: r.seq, FirstSeq: r.firstSeq, Received: r.received, FirstReceived: r.firstReceived, Mark: r.mark,
	}
	s, f := &c.Of, &c.Of.Facts
	s.ID, s.Rank, s.Context = r.id, r.rank(), context
	f.Lease, f.Process = r.lease, r.process

	flags := d.byte()
	f.Workflow, f.Boundary = flags&isWorkflow != 0, flags&isBoundary != 0
	f.Status, f.Outcome = tracestore.StatusCode(d.byte()), tracestore.Outcome(d.byte())
	f.Scope, f.Side = tracestore.UsageScope(d.byte()), tracestore.Side(d.byte())
	copy(s.Parent[:], d.take(len(s.Parent)))
	f.Start, f.End = int64(d.word()), int64(d.word())
	var lengths [10]int
	for i := range lengths {
		lengths[i] = d.length()
	}
	bodies := [...]int{d.list(), d.list(), d.list(), d.list()}
	if flags&hasUsage != 0 {
		c.Usage = d.usage()
		c.Usage.CostKnown = flags&isCostKnown != 0
		f.Usage = &c.Usage
	}
	if flags&hasMore != 0 {
		d.more(f)
	}
	for i, t := range texts(f) {
		*t = d.text(lengths[i])
	}
	s.Source, s.Body = d.bytes(bodies[0]), d.bytes(bodies[1])
	s.Residual, s.Whole = d.bytes(bodies[2]), d.bytes(bodies[3])
}

// rowData is read from its beginning. It is the store's own, so it is what appendSpan wrote.
type rowData struct{ rest []byte }

func (d *rowData) take(n int) []byte {
	b := d.rest[:n:n]
	d.rest = d.rest[n:]
	return b
}

func (d *rowData) byte() byte {
	b := d.rest[0]
	d.rest = d.rest[1:]
	return b
}

func (d *rowData) word() uint64 { return binary.LittleEndian.Uint64(d.take(8)) }

func (d *rowData) length() int {
	if n := d.rest[0]; n < 0x80 {
		d.rest = d.rest[1:]
		return int(n)
	}
	n, size := binary.Uvarint(d.rest)
	d.rest = d.rest[size:]
	return int(n)
}

// list is how long a list is, -1 if it is none.
func (d *rowData) list() int { return d.length() - 1 }

func (d *rowData) int() int64 {
	n, size := binary.Varint(d.rest)
	d.rest = d.rest[size:]
	return n
}

// text is a part of the data as a string: nothing writes to it any more.
func (d *rowData) text(n int) string {
	if n == 0 {
		return ""
	}
	return unsafe.String(unsafe.SliceData(d.take(n)), n) //nolint:gosec // a copy of every text would be most of what reading costs
}

// bytes is a part of the data, nil where n says that there is none.
func (d *rowData) bytes(n int) []byte {
	if n < 0 {
		return nil
	}
	return d.take(n)
}

func (d *rowData) usage() (u tracestore.Usage) {
	for _, n := range [...]*int64{&u.Input, &u.Output, &u.CacheRead, &u.CacheWrite, &u.Reasoning} {
		*n = d.int()
	}
	u.CostUSD = math.Float64frombits(d.word())
	return u
}

func (d *rowData) more(f *tracestore.Facts) {
	f.Latency, f.SpanCount = d.int(), int(d.int())
	if n := d.list(); n >= 0 {
		f.Tags = make([]string, n)
		for i := range f.Tags {
			f.Tags[i] = d.text(d.length())
		}
	}
	if n := d.list(); n >= 0 {
		f.Links = make([]tracestore.Link, n)
		for i := range f.Links {
			copy(f.Links[i].Trace[:], d.take(len(f.Links[i].Trace)))
			copy(f.Links[i].Span[:], d.take(len(f.Links[i].Span)))
		}
	}
}

// openSpan is what matters of a span for its lease.
type openSpan struct {
	received int64
	lease    time.Duration // 0: it promised no heartbeats
	process  uint32
}

func (r *row) openSpan() openSpan { return openSpan{r.received, max(r.lease, 0), r.process} }
