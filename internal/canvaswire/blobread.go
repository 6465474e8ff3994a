package canvaswire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"unsafe"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata"
)

// blobReader reads one of the two streams beside a body.
type blobReader struct {
	name   string // for errors
	rest   []byte
	whole  []byte // with what was read, of a source
	shares bool   // texts are parts of the blob, which nobody changes
}

var errShort = errors.New("ends too early")

func (r *blobReader) fail(err error) error { return fmt.Errorf("%s blob: %w", r.name, err) }

func (r *blobReader) uvarint() (uint64, error) {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		return 0, r.fail(errShort)
	}
	r.rest = r.rest[n:]
	return v, nil
}

func (r *blobReader) byte() (byte, error) {
	b, err := r.take(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

// take returns the next n bytes, still shared with the blob.
func (r *blobReader) take(n uint64) ([]byte, error) {
	if n > uint64(len(r.rest)) {
		return nil, r.fail(errShort)
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b, nil
}

// text reads a length and that many bytes.
func (r *blobReader) text() (string, error) {
	n, err := r.uvarint()
	if err != nil {
		return "", err
	}
	b, err := r.take(n)
	if r.shares {
		return unsafe.String(unsafe.SliceData(b), len(b)), err //nolint:gosec // see shares
	}
	return string(b), err
}

// repeated reads where a text stands that was read before.
func (r *blobReader) repeated() (string, error) {
	from, err := r.uvarint()
	if err != nil {
		return "", err
	}
	n, err := r.uvarint()
	if read := uint64(len(r.whole) - len(r.rest)); err == nil && (from > read || n > read-from) {
		err = r.fail(errors.New("a text is said to stand where it was not read yet"))
	}
	if err != nil {
		return "", err
	}
	b := r.whole[from:][:n]
	return unsafe.String(unsafe.SliceData(b), len(b)), nil //nolint:gosec // only sources have a whole, and those share their texts
}

// count reads a number if flag is among flags, else it is zero.
func (r *blobReader) count(flags, flag uint16) (uint64, error) {
	if flags&flag == 0 {
		return 0, nil
	}
	return r.uvarint()
}

// value reads what valueWriter.value wrote.
func (r *blobReader) value(dst pcommon.Value, depth int) error {
	kind, err := r.byte()
	if err != nil {
		return err
	}
	return r.valueOf(kind, dst, depth)
}

func (r *blobReader) valueOf(kind byte, dst pcommon.Value, depth int) error {
	switch kind {
	case kindEmpty:
		return nil
	case kindFalse, kindTrue:
		dst.SetBool(kind == kindTrue)
		return nil
	case kindInt:
		v, n := binary.Varint(r.rest)
		if n <= 0 {
			return r.fail(errShort)
		}
		r.rest = r.rest[n:]
		dst.SetInt(v)
		return nil
	case kindDouble:
		b, err := r.take(8)
		if err == nil {
			dst.SetDouble(math.Float64frombits(binary.LittleEndian.Uint64(b)))
		}
		return err
	case kindString:
		s, err := r.text()
		dst.SetStr(s)
		return err
	case kindRepeat:
		s, err := r.repeated()
		dst.SetStr(s)
		return err
	case kindBytes:
		s, err := r.text()
		dst.SetEmptyBytes().FromRaw([]byte(s))
		return err
	case kindSlice:
		return r.slice(dst.SetEmptySlice(), depth+1)
	case kindMap:
		return r.members(dst.SetEmptyMap(), depth+1)
	}
	return r.fail(fmt.Errorf("unknown kind of value %d", kind))
}

func (r *blobReader) slice(dst pcommon.Slice, depth int) error {
	for {
		kind, err := r.byte()
		if err != nil || kind == kindEnd {
			return err
		}
		if depth > maxDepth {
			return r.fail(errTooDeep)
		}
		if err := r.valueOf(kind, dst.AppendEmpty(), depth); err != nil {
			return err
		}
	}
}

// mapping reads a whole map, as valueWriter.mapping wrote it.
func (r *blobReader) mapping(dst pcommon.Map) error {
	kind, err := r.byte()
	if err != nil {
		return err
	}
	if kind != kindMap {
		return r.fail(fmt.Errorf("expected a map, found kind %d", kind))
	}
	return r.members(dst, 1)
}

func (r *blobReader) members(dst pcommon.Map, depth int) error {
	var b xpdata.MapBuilder
	for {
		kind, err := r.byte()
		if err != nil {
			return err
		}
		switch {
		case kind == kindEnd:
			b.UnsafeIntoMap(dst)
			return nil
		case kind != kindKey && kind != kindKnownKey:
			return r.fail(fmt.Errorf("expected a key, found kind %d", kind))
		case depth > maxDepth:
			return r.fail(errTooDeep)
		}
		if err := r.member(kind, &b, depth); err != nil {
			return err
		}
	}
}

func (r *blobReader) member(kind byte, b *xpdata.MapBuilder, depth int) error {
	key, err := r.key(kind)
	if err != nil {
		return err
	}
	return r.value(b.AppendEmpty(key), depth)
}

func (r *blobReader) key(kind byte) (string, error) {
	if kind == kindKey {
		return r.text()
	}
	n, err := r.byte()
	if err != nil {
		return "", err
	}
	if n == 0 || int(n) > len(knownKeys) {
		return "", r.fail(fmt.Errorf("no key has the number %d", n))
	}
	return knownKeys[n-1], nil
}
