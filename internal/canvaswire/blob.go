package canvaswire

import (
	"encoding/binary"
	"math"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// The blobs beside a body are two streams in the order of the body. The residual starts with a version byte and two bytes
// of flags and tells, mostly by what is not in it, where the body is not exact. The whole blob is a sequence of values; the
// residual says which belongs where. Integers are varints of encoding/binary.
const blobVersion = 1

// Flags of the residual's head: which fields follow, in this order.
const (
	hasStartNanos uint16 = 1 << iota // nanoseconds below the microsecond
	hasEndNanos
	hasFlags
	hasKind
	hasStatusCode
	hasDroppedAttributes
	hasDroppedEvents
	hasDroppedLinks
	hasTraceState
	hasName
	hasAttributes // entries
	hasEvents
	hasMessage
	hasLinks
	isIncomplete // something did not even fit the blobs
)

// An entry puts one attribute right: uvarint(steps<<entryBits | flags), then a key and a value. Steps counts the members
// of the JSON object that come before it and after the previous entry. A zero entry ends the list.
const (
	entryInBody  = 1 << iota // it stands for the next member of the JSON object, which is then left
	entryHasKey              // else the key is that member's
	entryInWhole             // key and value are in the whole blob, else here
	entryCut                 // the value is only the beginning of what it was

	entryBits = 4
)

// Flags of one event or link in the residual. A list has one such byte for each up to the last that needs it, then a zero.
const (
	itemPresent byte = 0x80
	itemNanos   byte = 1 << (iota - 1) // event: nanoseconds below the microsecond
	itemName                           // event: text
	itemDropped                        // dropped attributes count
	itemEntries                        // event: attribute entries; link: the attributes
	itemState                          // link: trace state text
	itemFlags                          // link
	itemLeftOut                        // not in the body: an event is in the whole blob, a link's ids follow
)

// A text is uvarint(length<<2 | flags) and its bytes, here or in the whole blob.
const (
	textInWhole = 1
	textCut     = 2
)

// The kinds of a value. Lists and maps end with kindEnd, so that they can be ended early; a map's member is a kindKey with
// its key and then the value.
const (
	kindEmpty byte = iota
	kindFalse
	kindTrue
	kindInt    // varint
	kindDouble // eight bytes
	kindString // length, bytes
	kindBytes
	kindSlice
	kindMap
	kindKey
	kindEnd
	kindKnownKey // in sources: the number of the key
	kindRepeat   // in sources: a string that stands in the source before: where its bytes begin, and how many there are
)

// leastRoom is what must be free in a blob to start a value in it: the longest head, a varint or two and a bit of content.
const leastRoom = 64

// valueWriter appends values to buf and never lets it grow beyond end: strings are cut, lists and maps ended early.
type valueWriter struct {
	buf []byte
	end int
	cut bool
}

func (w *valueWriter) room() int { return w.end - len(w.buf) }

// text appends length and bytes of s, as much as there is room for.
func (w *valueWriter) text(s string) {
	if fit := max(w.room()-binary.MaxVarintLen32, 0); len(s) > fit {
		s = cutText(s, fit)
		w.cut = true
	}
	w.buf = binary.AppendUvarint(w.buf, uint64(len(s)))
	w.buf = append(w.buf, s...)
}

func (w *valueWriter) value(v pcommon.Value, depth int) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		w.buf = append(w.buf, kindString)
		w.text(v.Str())
	case pcommon.ValueTypeBytes:
		w.buf = append(w.buf, kindBytes)
		w.bytes(v.Bytes().AsRaw())
	case pcommon.ValueTypeInt, pcommon.ValueTypeDouble, pcommon.ValueTypeBool:
		w.buf = appendScalar(w.buf, v)
	case pcommon.ValueTypeMap:
		w.mapping(v.Map(), depth+1)
	case pcommon.ValueTypeSlice:
		w.slice(v.Slice(), depth+1)
	default:
		w.buf = append(w.buf, kindEmpty)
	}
}

// appendScalar appends an integer, a double or a bool, as both the residual and the source of a span hold it.
func appendScalar(buf []byte, v pcommon.Value) []byte {
	switch {
	case v.Type() == pcommon.ValueTypeInt:
		return binary.AppendVarint(append(buf, kindInt), v.Int())
	case v.Type() == pcommon.ValueTypeDouble:
		return binary.LittleEndian.AppendUint64(append(buf, kindDouble), math.Float64bits(v.Double()))
	case v.Bool():
		return append(buf, kindTrue)
	}
	return append(buf, kindFalse)
}

func (w *valueWriter) bytes(b []byte) {
	if fit := max(w.room()-binary.MaxVarintLen32, 0); len(b) > fit {
		b = b[:fit]
		w.cut = true
	}
	w.buf = binary.AppendUvarint(w.buf, uint64(len(b)))
	w.buf = append(w.buf, b...)
}

func (w *valueWriter) slice(s pcommon.Slice, depth int) {
	w.buf = append(w.buf, kindSlice)
	w.end-- // for the end
	for i := 0; i < s.Len(); i++ {
		if w.room() < leastRoom || depth > maxDepth {
			w.cut = true
			break
		}
		w.value(s.At(i), depth)
	}
	w.end++
	w.buf = append(w.buf, kindEnd)
}

func (w *valueWriter) mapping(m pcommon.Map, depth int) {
	w.buf = append(w.buf, kindMap)
	w.end--
	for k, v := range m.All() {
		if w.room() < leastRoom+len(k) || depth > maxDepth { // a key is never cut: it would become another one
			w.cut = true
			break
		}
		w.buf = append(w.buf, kindKey)
		w.text(k)
		w.value(v, depth)
	}
	w.end++
	w.buf = append(w.buf, kindEnd)
}
