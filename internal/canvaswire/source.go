package canvaswire

import (
	"encoding/binary"
	"fmt"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// A source is a whole span but for its own ids, as short as it is quickly written. Most spans are never looked at, so a store
// keeps their sources, and a body is made of one when somebody looks: the very bytes that Encoder.Span makes of the span.
//
//	parent, start, end: 8 bytes each
//	kind, status code, flags, three dropped counts: uvarints; name, message, trace state: texts
//	attributes: a map
//	count, events: time, dropped count, name, map
//	count, links: trace, span, flags, dropped count, trace state, map
//
// Texts are a length and bytes, values and maps those of blob.go, with the numbers of known keys.

// sourceWriter writes one source. It gives up on spans that a body might not show whole: the limits are about bodies.
type sourceWriter struct {
	buf        []byte
	end        int // buf must not grow beyond it
	names      int // bytes of the longest name or key
	depth      int
	attributes int // of one map
	unfit      bool
}

// maxSource is how long a source may be, so that its body keeps to the limits whatever is in it: a byte of it becomes at most
// escapeBytes of a body, or as many of a residual as there is room for eight times over.
func (l Limits) maxSource() int {
	const fixed = 8 << 10 // the keys of a body, and the service
	return min(l.ValueBytes, (l.BodyBytes/4*3-fixed)/escapeBytes, l.WholeBytes/8)
}

// AppendSource appends the source of s, if it is a span that a body shows whole. ok is false where it may not be; then dst is
// returned as it was, and Span or AppendSpan is for that span.
func (e *Encoder) AppendSource(dst []byte, s ptrace.Span) (out []byte, ok bool) {
	w := sourceWriter{
		buf: dst, end: len(dst) + e.limits.maxSource(), names: e.names, depth: e.limits.Depth, attributes: e.limits.Attributes,
	}
	if len(s.Status().Message()) > e.names || s.Links().Len()*linkBytes > e.limits.BodyBytes/linkShare {
		return dst, false
	}
	if w.span(s); w.unfit || len(w.buf) > w.end {
		return dst, false
	}
	return w.buf, true
}

func (w *sourceWriter) span(s ptrace.Span) {
	parent := s.ParentSpanID()
	w.buf = append(w.buf, parent[:]...)
	w.buf = binary.LittleEndian.AppendUint64(w.buf, uint64(s.StartTimestamp()))
	w.buf = binary.LittleEndian.AppendUint64(w.buf, uint64(s.EndTimestamp()))
	for _, n := range [...]uint32{
		uint32(s.Kind()), uint32(s.Status().Code()), s.Flags(), s.DroppedAttributesCount(), s.DroppedEventsCount(), s.DroppedLinksCount(),
	} {
		w.count(n)
	}
	w.name(s.Name())
	w.text(s.Status().Message())
	w.text(s.TraceState().AsRaw())
	w.mapping(s.Attributes(), 0)
	events := s.Events()
	w.count(uint32(events.Len()))
	for i := 0; i < events.Len() && !w.unfit; i++ {
		w.event(events.At(i))
	}
	links := s.Links()
	w.count(uint32(links.Len()))
	for i := 0; i < links.Len() && !w.unfit; i++ {
		w.link(links.At(i))
	}
}

func (w *sourceWriter) event(e ptrace.SpanEvent) {
	w.buf = binary.LittleEndian.AppendUint64(w.buf, uint64(e.Timestamp()))
	w.count(e.DroppedAttributesCount())
	w.name(e.Name())
	w.mapping(e.Attributes(), 0)
}

func (w *sourceWriter) link(l ptrace.SpanLink) {
	trace, span := l.TraceID(), l.SpanID()
	w.buf = append(append(w.buf, trace[:]...), span[:]...)
	w.count(l.Flags())
	w.count(l.DroppedAttributesCount())
	w.text(l.TraceState().AsRaw())
	w.mapping(l.Attributes(), 0)
}

func (w *sourceWriter) count(n uint32) {
	if n < 0x80 {
		w.buf = append(w.buf, byte(n))
		return
	}
	w.buf = binary.AppendUvarint(w.buf, uint64(n))
}

func (w *sourceWriter) name(s string) {
	w.unfit = w.unfit || len(s) > w.names
	w.text(s)
}

func (w *sourceWriter) text(s string) {
	if len(s) < 0x80 {
		w.buf = append(append(w.buf, byte(len(s))), s...)
		return
	}
	if len(s) > w.end-len(w.buf) {
		w.unfit = true
		return
	}
	w.buf = append(binary.AppendUvarint(w.buf, uint64(len(s))), s...)
}

// mapping appends a map, in which and around which there are so many more.
func (w *sourceWriter) mapping(m pcommon.Map, depth int) {
	w.unfit = w.unfit || m.Len() > w.attributes || len(w.buf) > w.end
	w.buf = append(w.buf, kindMap)
	for key, v := range m.All() {
		if w.unfit {
			return
		}
		w.key(key)
		w.value(v, depth)
	}
	w.buf = append(w.buf, kindEnd)
}

// key appends the key of a member. One that is known takes two bytes, but as much of the room as its text: that is what a body has.
func (w *sourceWriter) key(key string) {
	if n := keyNumber(key); n != 0 {
		w.buf = append(w.buf, kindKnownKey, n)
		w.end -= len(key)
		w.unfit = w.unfit || len(key) > w.names
		return
	}
	w.buf = append(w.buf, kindKey)
	w.name(key)
}

func (w *sourceWriter) value(v pcommon.Value, depth int) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		w.buf = append(w.buf, kindString)
		w.text(v.Str())
	case pcommon.ValueTypeInt, pcommon.ValueTypeDouble, pcommon.ValueTypeBool:
		w.buf = appendScalar(w.buf, v)
	case pcommon.ValueTypeBytes:
		w.bytes(v.Bytes())
	case pcommon.ValueTypeMap:
		w.unfit = w.unfit || depth >= w.depth
		w.mapping(v.Map(), depth+1)
	case pcommon.ValueTypeSlice:
		w.slice(v.Slice(), depth)
	default:
		w.buf = append(w.buf, kindEmpty)
	}
}

func (w *sourceWriter) bytes(b pcommon.ByteSlice) {
	if w.unfit = w.unfit || b.Len() > w.end-len(w.buf); w.unfit {
		return
	}
	w.buf = binary.AppendUvarint(append(w.buf, kindBytes), uint64(b.Len()))
	w.buf = append(w.buf, b.AsRaw()...)
}

func (w *sourceWriter) slice(s pcommon.Slice, depth int) {
	w.unfit = w.unfit || depth >= w.depth
	w.buf = append(w.buf, kindSlice)
	for i := 0; i < s.Len() && !w.unfit; i++ {
		w.unfit = len(w.buf) > w.end
		w.value(s.At(i), depth+1)
	}
	w.buf = append(w.buf, kindEnd)
}

// DecodeSource fills dst, which should be a new span, with what AppendSource was given, but for the span's own ids. Texts are
// parts of the source.
func DecodeSource(source []byte, dst ptrace.Span) error {
	r := blobReader{name: "source", rest: source, shares: true}
	if err := r.span(dst); err != nil {
		return fmt.Errorf("decode span: %w", err)
	}
	if len(r.rest) > 0 {
		return r.fail(fmt.Errorf("%d bytes follow the span", len(r.rest)))
	}
	return nil
}

func (r *blobReader) span(dst ptrace.Span) error {
	head, err := r.take(24)
	if err != nil {
		return err
	}
	dst.SetParentSpanID(pcommon.SpanID(head[:8]))
	dst.SetStartTimestamp(pcommon.Timestamp(binary.LittleEndian.Uint64(head[8:])))
	dst.SetEndTimestamp(pcommon.Timestamp(binary.LittleEndian.Uint64(head[16:])))
	return firstError(
		func() error { return r.number(func(n uint32) { dst.SetKind(ptrace.SpanKind(int32(n))) }) },
		func() error { return r.number(func(n uint32) { dst.Status().SetCode(ptrace.StatusCode(int32(n))) }) },
		func() error { return r.number(dst.SetFlags) },
		func() error { return r.number(dst.SetDroppedAttributesCount) },
		func() error { return r.number(dst.SetDroppedEventsCount) },
		func() error { return r.number(dst.SetDroppedLinksCount) },
		func() error { return r.string(dst.SetName) },
		func() error { return r.string(dst.Status().SetMessage) },
		func() error { return r.string(dst.TraceState().FromRaw) },
		func() error { return r.mapping(dst.Attributes()) },
		func() error { return r.items(func() error { return r.event(dst.Events().AppendEmpty()) }) },
		func() error { return r.items(func() error { return r.link(dst.Links().AppendEmpty()) }) },
	)
}

func (r *blobReader) number(set func(uint32)) error {
	n, err := r.uvarint()
	set(uint32(n))
	return err
}

func (r *blobReader) string(set func(string)) error {
	s, err := r.text()
	set(s)
	return err
}

// items reads as many things as are announced.
func (r *blobReader) items(next func() error) error {
	n, err := r.uvarint()
	for ; n > 0 && err == nil; n-- {
		err = next()
	}
	return err
}

func (r *blobReader) event(dst ptrace.SpanEvent) error {
	head, err := r.take(8)
	if err != nil {
		return err
	}
	dst.SetTimestamp(pcommon.Timestamp(binary.LittleEndian.Uint64(head)))
	return firstError(
		func() error { return r.number(dst.SetDroppedAttributesCount) },
		func() error { return r.string(dst.SetName) },
		func() error { return r.mapping(dst.Attributes()) },
	)
}

func (r *blobReader) link(dst ptrace.SpanLink) error {
	head, err := r.take(24)
	if err != nil {
		return err
	}
	dst.SetTraceID(pcommon.TraceID(head[:16]))
	dst.SetSpanID(pcommon.SpanID(head[16:]))
	return firstError(
		func() error { return r.number(dst.SetFlags) },
		func() error { return r.number(dst.SetDroppedAttributesCount) },
		func() error { return r.string(dst.TraceState().FromRaw) },
		func() error { return r.mapping(dst.Attributes()) },
	)
}
