package pack

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/klauspost/compress/s2"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Block is some records of one trace, packed. It is immutable.
type Block struct {
	Data    [][]byte // compressed, in pieces that the allocator does not round up by much
	Records int
	Last    uint64 // position of the last record
}

// How much is in one block. A reader unpacks whole blocks, so they must not be large; but the more there is in one, the
// less each record takes.
const (
	blockBytes   = 256 << 10
	blockRecords = 256
	maxUnpacked  = 64 << 20 // no block holds more: one record is bounded far below
)

// Packer packs records. It is reused from trace to trace, and not for two at once.
type Packer struct {
	w          writer
	compressed []byte
}

// Pack packs records that are in the order of their positions.
func (p *Packer) Pack(records []*tracestore.Record) []Block {
	var blocks []Block
	for len(records) > 0 {
		p.w.reset()
		n := 0
		for n < len(records) && n < blockRecords && (n == 0 || len(p.w.buf) < blockBytes) {
			p.w.record(records[n])
			n++
		}
		blocks = append(blocks, Block{Data: p.compress(), Records: n, Last: records[n-1].Seq})
		records = records[n:]
	}
	return blocks
}

// pieceBytes is the largest size that the allocator has a class for; above it, it gives whole pages of 8 KiB.
const pieceBytes = 32 << 10

// compress returns the compressed buffer in memory of its own, and lets go of buffers that one huge record made.
func (p *Packer) compress() [][]byte {
	p.compressed = s2.EncodeBetter(p.compressed[:cap(p.compressed)], p.w.buf)
	data := Cut(p.compressed)
	if cap(p.w.buf) > 4*blockBytes {
		p.w.buf, p.compressed = nil, nil
	}
	return data
}

// Cut copies compressed bytes into pieces.
func Cut(b []byte) [][]byte {
	pieces := make([][]byte, 0, (len(b)+pieceBytes-1)/pieceBytes)
	for piece := range slices.Chunk(b, pieceBytes) {
		pieces = append(pieces, append(make([]byte, 0, len(piece)), piece...))
	}
	return pieces
}

// Bytes are the pieces as one.
func (b Block) Bytes() []byte {
	if len(b.Data) == 1 {
		return b.Data[0]
	}
	return slices.Concat(b.Data...)
}

// Unpack returns the records of a block, in their order. They share memory with each other and with nobody else. copied is
// about how much memory that is, in bytes. The error is ErrCorrupt.
func (b Block) Unpack() (records []*tracestore.Record, copied int, err error) {
	data := b.Bytes()
	size, err := s2.DecodedLen(data)
	if err != nil || size > maxUnpacked || b.Records > size || b.Records < 0 {
		return nil, 0, fmt.Errorf("unpack a block of %d records: %w", b.Records, ErrCorrupt)
	}
	raw, err := s2.Decode(nil, data)
	if err != nil {
		return nil, 0, fmt.Errorf("unpack a block of %d records: %w: %w", b.Records, ErrCorrupt, err)
	}
	r := reader{buf: raw}
	pairs := make([]pair, b.Records)
	records = make([]*tracestore.Record, b.Records)
	for i := range pairs {
		r.record(&pairs[i])
		records[i] = &pairs[i].Record
	}
	if r.err != nil || len(r.buf) > 0 {
		return nil, 0, fmt.Errorf("unpack a block of %d records: %w", b.Records, ErrCorrupt)
	}
	return records, size + len(pairs)*int(reflect.TypeFor[pair]().Size()), nil
}

// pair is a record together with its span.
type pair struct {
	tracestore.Record
	span tracestore.Span
}

func (w *writer) record(rec *tracestore.Record) {
	w.uint(rec.Seq)
	w.uint(rec.FirstSeq)
	w.int(rec.Received)
	w.int(rec.FirstReceived)
	w.buf = append(w.buf, byte(rec.Mark))
	w.bool(rec.Skeleton)
	s := rec.Span
	w.buf = append(w.buf, s.ID[:]...)
	w.buf = append(w.buf, s.Parent[:]...)
	w.value(reflect.ValueOf(&s.Rank).Elem())
	w.value(reflect.ValueOf(&s.Facts).Elem())
	w.own(s.Source)
	w.own(s.Body)
	w.own(s.Residual)
	w.own(s.Whole)
	w.shared(s.Context)
}

func (r *reader) record(p *pair) {
	p.Seq, p.FirstSeq = r.uint(), r.uint()
	p.Received, p.FirstReceived = r.int(), r.int()
	p.Mark = tracestore.Mark(r.take(1)[0])
	p.Skeleton = r.bool()
	s := &p.span
	copy(s.ID[:], r.take(len(s.ID)))
	copy(s.Parent[:], r.take(len(s.Parent)))
	r.value(reflect.ValueOf(&s.Rank).Elem())
	r.value(reflect.ValueOf(&s.Facts).Elem())
	s.Source, s.Body, s.Residual, s.Whole = r.own(), r.own(), r.own(), r.own()
	s.Context = r.shared()
	p.Span = s
}
