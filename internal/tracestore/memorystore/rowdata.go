package memorystore

import (
	"encoding/binary"
	"math"
	"time"
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// The data of a row are the parts of a span that never change once they are stored, one after the other: flags, ids and times, the
// lengths of what texts and bodies there are, and these themselves. It is read without copying: the texts and the bodies of a record
// that was read are parts of the chunk.
//
//	flags: 2 bytes
//	first position and time: 8 bytes each, if the record is not the first of its span
//	lease: 8 bytes, if there is one
//	status, outcome, scope, side: a byte each
//	time of the rank: 8 bytes, if it is not the end
//	parent, start and end: 8 bytes each, if the source does not begin with them
//	which texts and bodies there are: 2 bytes; their lengths: uvarints
//	usage, and more, if there are
//	texts and bodies

// Flags of a row's data.
const (
	isWorkflow uint16 = 1 << iota
	isBoundary
	hasUsage
	isCostKnown
	hasMore  // latency, span count, tags or links
	hasSince // it is not the first record of its span
	hasTime  // of the rank, which is not the end
	hasLease
	hasParent // its parent, start and end do not stand at the beginning of the source
)

const flagBytes = 2

// since is when the first record of a span came.
type since struct {
	seq      uint64
	received int64
}

const sinceBytes = 16

// texts are the facts that are texts, in the order in which they are written.
func texts(f *tracestore.Facts) [10]*string {
	return [...]*string{
		&f.Name, &f.Error, &f.Execution, &f.WorkflowID, &f.RunName, &f.Thread, &f.Node, &f.Service, &f.Model, &f.ResponseID,
	}
}

// bodies are the parts of a span that are bytes, in the order in which they are written.
func bodies(s *tracestore.Span) [4]*[]byte {
	return [...]*[]byte{&s.Source, &s.Body, &s.Residual, &s.Whole}
}

// opening is how sources begin: with the parent, the start and the end of the span, see package canvaswire. Where one does not, they
// are written down beside it.
type opening [24]byte

func openingOf(s *tracestore.Span) (o opening) {
	copy(o[:], s.Parent[:])
	binary.LittleEndian.PutUint64(o[8:], uint64(s.Facts.Start))
	binary.LittleEndian.PutUint64(o[16:], uint64(s.Facts.End))
	return o
}

// opens says whether the source of a span begins so.
func opens(s *tracestore.Span) bool {
	return len(s.Source) >= len(opening{}) && tracestore.SpanID(s.Source[:8]) == s.Parent &&
		binary.LittleEndian.Uint64(s.Source[8:]) == uint64(s.Facts.Start) && binary.LittleEndian.Uint64(s.Source[16:]) == uint64(s.Facts.End)
}

// read puts down what an opening says.
func (o *opening) read(s *tracestore.Span) {
	copy(s.Parent[:], o[:])
	s.Facts.Start, s.Facts.End = int64(binary.LittleEndian.Uint64(o[8:])), int64(binary.LittleEndian.Uint64(o[16:]))
}

// appendSpan appends the data of a span. first is when the first record of it came; nil: this is the first.
func appendSpan(dst []byte, s *tracestore.Span, first *since) []byte {
	f := &s.Facts
	said := [...]string{f.Name, f.Error, f.Execution, f.WorkflowID, f.RunName, f.Thread, f.Node, f.Service, f.Model, f.ResponseID} // as texts has them
	flags := flag(f.Workflow, isWorkflow) | flag(f.Boundary, isBoundary) | flag(f.Usage != nil, hasUsage) |
		flag(f.Usage != nil && f.Usage.CostKnown, isCostKnown) |
		flag(f.Latency != 0 || f.SpanCount != 0 || f.Tags != nil || f.Links != nil, hasMore) |
		flag(first != nil, hasSince) | flag(s.Rank.Time != f.End, hasTime) |
		flag(f.Lease != 0, hasLease) | flag(!opens(s), hasParent)
	dst = binary.LittleEndian.AppendUint16(dst, flags)
	if first != nil {
		dst = first.append(dst)
	}
	if flags&hasLease != 0 {
		dst = binary.LittleEndian.AppendUint64(dst, uint64(f.Lease))
	}
	dst = append(dst, byte(f.Status), byte(f.Outcome), byte(f.Scope), byte(f.Side))
	if flags&hasTime != 0 {
		dst = binary.LittleEndian.AppendUint64(dst, uint64(s.Rank.Time))
	}
	if flags&hasParent != 0 {
		o := openingOf(s)
		dst = append(dst, o[:]...)
	}
	dst = appendLengths(dst, &said, s)
	if flags&hasUsage != 0 {
		dst = appendUsage(dst, f.Usage)
	}
	if flags&hasMore != 0 {
		dst = appendMore(dst, f)
	}
	for _, t := range &said {
		if t != "" {
			dst = append(dst, t...)
		}
	}
	return append(append(append(append(dst, s.Source...), s.Body...), s.Residual...), s.Whole...)
}

// appendLengths appends which texts and bodies there are, a bit for each, and how long they are.
func appendLengths(dst []byte, said *[10]string, s *tracestore.Span) []byte {
	at, there, bit := len(dst), uint16(0), uint16(1)
	dst = append(dst, 0, 0)
	for _, t := range said {
		if t != "" {
			there |= bit
			dst = appendLength(dst, len(t))
		}
		bit <<= 1
	}
	for _, b := range &[...][]byte{s.Source, s.Body, s.Residual, s.Whole} {
		if b != nil {
			there |= bit
			dst = appendLength(dst, len(b))
		}
		bit <<= 1
	}
	binary.LittleEndian.PutUint16(dst[at:], there)
	return dst
}

func (s *since) append(dst []byte) []byte {
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(dst, s.seq), uint64(s.received))
}

// isFirst says whether data are of the first record of a span.
func isFirst(data []byte) bool { return binary.LittleEndian.Uint16(data)&hasSince == 0 }

// appendSince appends data of a first record as those of a later one.
func appendSince(dst, data []byte, first *since) []byte {
	dst = binary.LittleEndian.AppendUint16(dst, binary.LittleEndian.Uint16(data)|hasSince)
	return append(first.append(dst), data[flagBytes:]...)
}

func flag[F byte | uint16](set bool, f F) F {
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
	flags := d.flags()
	c.Record = tracestore.Record{
		Span: &c.Of, Seq: r.seq, FirstSeq: r.seq, Received: r.received, FirstReceived: r.received, Mark: r.mark,
	}
	if flags&hasSince != 0 {
		c.FirstSeq, c.FirstReceived = d.word(), int64(d.word())
	}
	s, f := &c.Of, &c.Of.Facts
	s.ID, s.Rank.Class, s.Rank.Hash, s.Context, f.Process = r.id, r.class, r.hash, context, r.process
	if flags&hasLease != 0 {
		f.Lease = time.Duration(d.word())
	}
	f.Workflow, f.Boundary = flags&isWorkflow != 0, flags&isBoundary != 0
	f.Status, f.Outcome = tracestore.StatusCode(d.byte()), tracestore.Outcome(d.byte())
	f.Scope, f.Side = tracestore.UsageScope(d.byte()), tracestore.Side(d.byte())
	if flags&hasTime != 0 {
		s.Rank.Time = int64(d.word())
	}
	if flags&hasParent != 0 {
		(*opening)(d.take(len(opening{}))).read(s)
	}
	lengths := d.lengths()
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
	for i, b := range bodies(s) {
		*b = d.bytes(lengths[len(texts(f))+i])
	}
	if flags&hasParent == 0 {
		(*opening)(s.Source).read(s)
	}
	if flags&hasTime == 0 {
		s.Rank.Time = f.End
	}
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

func (d *rowData) flags() uint16 { return binary.LittleEndian.Uint16(d.take(flagBytes)) }

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

// lengths are those of the texts and bodies, -1 of what is not there.
func (d *rowData) lengths() (lengths [14]int) {
	there := binary.LittleEndian.Uint16(d.take(2))
	for i := range lengths {
		if lengths[i] = -1; there&(1<<i) != 0 {
			lengths[i] = d.length()
		}
	}
	return lengths
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
	if n <= 0 {
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

// openSpan is of a row whose chunk is closed.
func (x *rows) openSpan(r *row) openSpan {
	d := rowData{rest: x.data(r, nil)}
	o, flags := openSpan{received: r.received, process: r.process}, d.flags()
	if flags&hasSince != 0 {
		d.take(sinceBytes)
	}
	if flags&hasLease != 0 {
		o.lease = max(time.Duration(d.word()), 0)
	}
	return o
}
