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
// Texts are a length and bytes, values and maps those of blob.go, with the numbers of known keys. A value that is a long text is written
// once: what a model was asked and answered stands in an event and in attributes of the span.

// sourceWriter writes one source: its methods append to the list that they are given. It gives up on spans that a body might not
// show whole: the limits are about bodies.
type sourceWriter struct {
	end        int // the list must not grow beyond it
	names      int // bytes of the longest name or key
	depth      int
	attributes int // of one map
	unfit      bool

	start int           // of the source in the list
	long  [longTexts]at // the last long texts
	seen  int           // how many there were
}

// at is where a text stands in a source.
type at struct{ from, n uint32 }

const (
	longText  = 48 // bytes from which on a text is looked for
	longTexts = 8  // how many are remembered, a power of two
)

// maxSource is how long a source may be, so that its body keeps to the limits whatever is in it: a byte of it becomes at most
// escapeBytes of a body, or as many of a residual as there is room for eight times over.
func (l Limits) maxSource() int {
	const fixed = 8 << 10 // the keys of a body, and the service
	return min(l.ValueBytes, (l.BodyBytes/4*3-fixed)/escapeBytes, l.WholeBytes/8)
}

// AppendSource appends the source of s, if it is a span that a body shows whole. ok is false where it may not be; then dst is
// returned as it was, and Span or AppendSpan is for that span.
func (e *Encoder) AppendSource(dst []byte, s ptrace.Span) (out []byte, ok bool) {
	return e.AppendSourceKeyed(dst, s, nil)
}

// AppendSourceKeyed is AppendSource for a caller who has looked at the keys already: keys are the numbers of the span's own
// attributes, in their order, as NumberOf tells them. Where their number is another one they are not used.
func (e *Encoder) AppendSourceKeyed(dst []byte, s ptrace.Span, keys []KeyNumber) (out []byte, ok bool) {
	w := sourceWriter{
		end: len(dst) + e.limits.maxSource(), names: e.names, depth: e.limits.Depth, attributes: e.limits.Attributes, start: len(dst),
	}
	if len(s.Status().Message()) > e.names || s.Links().Len()*linkBytes > e.limits.BodyBytes/linkShare {
		return dst, false
	}
	if out = w.span(dst, s, keys); w.unfit || len(out) > w.end {
		return dst, false
	}
	return out, true
}

func (w *sourceWriter) span(buf []byte, s ptrace.Span, keys []KeyNumber) []byte {
	parent := s.ParentSpanID()
	buf = append(buf, parent[:]...)
	buf = binary.LittleEndian.AppendUint64(buf, uint64(s.StartTimestamp()))
	buf = binary.LittleEndian.AppendUint64(buf, uint64(s.EndTimestamp()))
	buf = appendCount(buf, uint32(s.Kind()))
	buf = appendCount(buf, uint32(s.Status().Code()))
	buf = appendCount(buf, s.Flags())
	buf = appendCount(buf, s.DroppedAttributesCount())
	buf = appendCount(buf, s.DroppedEventsCount())
	buf = appendCount(buf, s.DroppedLinksCount())
	buf = w.name(buf, s.Name())
	buf = w.text(buf, s.Status().Message())
	buf = w.text(buf, s.TraceState().AsRaw())
	buf = w.members(buf, s.Attributes(), keys, 0)
	events := s.Events()
	buf = appendCount(buf, uint32(events.Len()))
	for i := 0; i < events.Len() && !w.unfit; i++ {
		buf = w.event(buf, events.At(i))
	}
	links := s.Links()
	buf = appendCount(buf, uint32(links.Len()))
	for i := 0; i < links.Len() && !w.unfit; i++ {
		buf = w.link(buf, links.At(i))
	}
	return buf
}

func (w *sourceWriter) event(buf []byte, e ptrace.SpanEvent) []byte {
	buf = binary.LittleEndian.AppendUint64(buf, uint64(e.Timestamp()))
	buf = appendCount(buf, e.DroppedAttributesCount())
	buf = w.name(buf, e.Name())
	return w.members(buf, e.Attributes(), nil, 0)
}

func (w *sourceWriter) link(buf []byte, l ptrace.SpanLink) []byte {
	trace, span := l.TraceID(), l.SpanID()
	buf = append(append(buf, trace[:]...), span[:]...)
	buf = appendCount(buf, l.Flags())
	buf = appendCount(buf, l.DroppedAttributesCount())
	buf = w.text(buf, l.TraceState().AsRaw())
	return w.members(buf, l.Attributes(), nil, 0)
}

// appendCount appends a uvarint, which is mostly a byte.
func appendCount(buf []byte, n uint32) []byte {
	if n < 0x80 {
		return append(buf, byte(n))
	}
	return binary.AppendUvarint(buf, uint64(n))
}

func (w *sourceWriter) name(buf []byte, s string) []byte {
	w.unfit = w.unfit || len(s) > w.names
	return w.text(buf, s)
}

func (w *sourceWriter) text(buf []byte, s string) []byte {
	if len(s) < 0x80 {
		return append(append(buf, byte(len(s))), s...)
	}
	return w.longText(buf, s)
}

func (w *sourceWriter) longText(buf []byte, s string) []byte {
	if len(s) > w.end-len(buf) {
		w.unfit = true
		return buf
	}
	return append(binary.AppendUvarint(buf, uint64(len(s))), s...)
}

// members appends a map, in which and around which there are so many more, and of whose keys these are the numbers, if somebody
// knows them.
func (w *sourceWriter) members(buf []byte, m pcommon.Map, keys []KeyNumber, depth int) []byte {
	w.unfit = w.unfit || m.Len() > w.attributes || len(buf) > w.end
	buf = append(buf, kindMap)
	known, i := len(keys) == m.Len(), 0
	for key, v := range m.All() {
		if w.unfit {
			return buf
		}
		var n KeyNumber
		if known {
			n = keys[i]
			i++
		} else {
			n = NumberOf(key)
		}
		buf = w.key(buf, key, n)
		buf = w.value(buf, v, depth)
	}
	return append(buf, kindEnd)
}

// key appends the key of a member. One that is known takes two bytes, but as much of the room as its text: that is what a body has.
func (w *sourceWriter) key(buf []byte, key string, n KeyNumber) []byte {
	if n != 0 {
		w.end -= len(key)
		w.unfit = w.unfit || len(key) > w.names
		return append(buf, kindKnownKey, byte(n))
	}
	return w.name(append(buf, kindKey), key)
}

func (w *sourceWriter) value(buf []byte, v pcommon.Value, depth int) []byte {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		s := v.Str()
		if len(s) >= longText {
			return w.longValue(buf, s)
		}
		return w.text(append(buf, kindString), s)
	case pcommon.ValueTypeInt, pcommon.ValueTypeDouble, pcommon.ValueTypeBool:
		return appendScalar(buf, v)
	case pcommon.ValueTypeBytes:
		return w.bytes(buf, v.Bytes())
	case pcommon.ValueTypeMap:
		w.unfit = w.unfit || depth >= w.depth
		return w.members(buf, v.Map(), nil, depth+1)
	case pcommon.ValueTypeSlice:
		return w.slice(buf, v.Slice(), depth)
	default:
		return append(buf, kindEmpty)
	}
}

// longValue appends a long text, or where it stands already. Then it takes as much of the room as its bytes: that is what a body has.
func (w *sourceWriter) longValue(buf []byte, s string) []byte {
	source := buf[w.start:]
	for _, was := range w.long[:min(w.seen, longTexts)] {
		if int(was.n) == len(s) && string(source[was.from:][:was.n]) == s {
			w.end -= len(s)
			return binary.AppendUvarint(binary.AppendUvarint(append(buf, kindRepeat), uint64(was.from)), uint64(was.n))
		}
	}
	if buf = w.text(append(buf, kindString), s); !w.unfit {
		w.long[w.seen%longTexts] = at{uint32(len(buf) - w.start - len(s)), uint32(len(s))}
		w.seen++
	}
	return buf
}

func (w *sourceWriter) bytes(buf []byte, b pcommon.ByteSlice) []byte {
	if w.unfit = w.unfit || b.Len() > w.end-len(buf); w.unfit {
		return buf
	}
	buf = binary.AppendUvarint(append(buf, kindBytes), uint64(b.Len()))
	return append(buf, b.AsRaw()...)
}

func (w *sourceWriter) slice(buf []byte, s pcommon.Slice, depth int) []byte {
	w.unfit = w.unfit || depth >= w.depth
	buf = append(buf, kindSlice)
	for i := 0; i < s.Len() && !w.unfit; i++ {
		w.unfit = len(buf) > w.end
		buf = w.value(buf, s.At(i), depth+1)
	}
	return append(buf, kindEnd)
}

// DecodeSource fills dst, which should be a new span, with what AppendSource was given, but for the span's own ids. Texts are
// parts of the source.
func DecodeSource(source []byte, dst ptrace.Span) error {
	r := blobReader{name: "source", rest: source, whole: source, shares: true}
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
