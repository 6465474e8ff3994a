package pack

import (
	"encoding/binary"
	"errors"
	"math"
)

// ErrCorrupt is returned for bytes that nothing packed.
var ErrCorrupt = errors.New("packed bytes are corrupt")

// writer appends values to a buffer. A text that it has written before is a number from then on.
type writer struct {
	buf   []byte
	texts map[string]uint64
}

func (w *writer) reset() {
	w.buf = w.buf[:0]
	if w.texts == nil {
		w.texts = map[string]uint64{}
	}
	clear(w.texts)
}

// The numbers of a text: none, a new one that follows, or one that came before, from firstText on.
const (
	noText = iota
	newText
	firstText
)

func (w *writer) uint(n uint64)   { w.buf = binary.AppendUvarint(w.buf, n) }
func (w *writer) int(n int64)     { w.buf = binary.AppendVarint(w.buf, n) }
func (w *writer) float(f float64) { w.buf = binary.BigEndian.AppendUint64(w.buf, math.Float64bits(f)) }

func (w *writer) bool(b bool) {
	n := byte(0)
	if b {
		n = 1
	}
	w.buf = append(w.buf, n)
}

// length writes how long a list is, and tells no list from an empty one.
func (w *writer) length(isNil bool, n int) {
	if isNil {
		w.uint(0)
		return
	}
	w.uint(uint64(n) + 1)
}

func (w *writer) text(s string) {
	if s == "" {
		w.uint(noText)
		return
	}
	if n, known := w.texts[s]; known {
		w.uint(n)
		return
	}
	w.texts[s] = firstText + uint64(len(w.texts))
	w.uint(newText)
	w.uint(uint64(len(s)))
	w.buf = append(w.buf, s...)
}

// shared writes bytes that others are likely to be equal to. No bytes and nil are the same.
func (w *writer) shared(b []byte) {
	if n, known := w.texts[string(b)]; known {
		w.uint(n)
		return
	}
	w.text(string(b))
}

// own writes bytes that nobody else has.
func (w *writer) own(b []byte) {
	w.length(b == nil, len(b))
	w.buf = append(w.buf, b...)
}

// reader reads what a writer wrote. After the first mistake everything it reads is zero, and err says so.
type reader struct {
	buf   []byte
	texts []text
	err   error
}

// text is one that may come again: as it is in the buffer, and as a string once somebody wanted one.
type text struct {
	bytes  []byte
	string string
}

func (r *reader) fail() {
	r.err, r.buf = ErrCorrupt, nil
}

func (r *reader) uint() uint64 {
	n, size := binary.Uvarint(r.buf)
	if size <= 0 {
		r.fail()
		return 0
	}
	r.buf = r.buf[size:]
	return n
}

func (r *reader) int() int64 {
	n, size := binary.Varint(r.buf)
	if size <= 0 {
		r.fail()
		return 0
	}
	r.buf = r.buf[size:]
	return n
}

func (r *reader) float() float64 { return math.Float64frombits(binary.BigEndian.Uint64(r.take(8))) }

func (r *reader) bool() bool {
	b := r.take(1)[0]
	if b > 1 {
		r.fail()
	}
	return b == 1
}

// take returns the next n bytes; n zero bytes if there are not that many.
func (r *reader) take(n int) []byte {
	if n > len(r.buf) {
		r.fail()
		return make([]byte, min(n, 16))
	}
	b := r.buf[:n:n]
	r.buf = r.buf[n:]
	return b
}

// length reads how long a list is. Whatever it holds takes a byte at least.
func (r *reader) length() (n int, isNil bool) {
	wanted := r.uint()
	if wanted == 0 {
		return 0, true
	}
	if wanted-1 > uint64(len(r.buf)) {
		r.fail()
		return 0, true
	}
	return int(wanted - 1), false
}

func (r *reader) next() *text {
	n := r.uint()
	switch {
	case n == noText:
		return nil
	case n == newText:
		size := r.uint()
		if size > uint64(len(r.buf)) {
			r.fail()
			return nil
		}
		r.texts = append(r.texts, text{bytes: r.take(int(size))})
		return &r.texts[len(r.texts)-1]
	case n-firstText < uint64(len(r.texts)):
		return &r.texts[n-firstText]
	default:
		r.fail()
		return nil
	}
}

func (r *reader) text() string {
	t := r.next()
	if t == nil {
		return ""
	}
	if t.string == "" {
		t.string = string(t.bytes)
	}
	return t.string
}

func (r *reader) shared() []byte {
	if t := r.next(); t != nil {
		return t.bytes
	}
	return nil
}

func (r *reader) own() []byte {
	n, isNil := r.length()
	if isNil {
		return nil
	}
	return r.take(n)
}
