package canvaswire

import (
	"encoding/binary"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// side collects the blobs of one span while its body is written.
type side struct {
	residual, whole []byte
	limit           int // of both together
	flags           uint16
	closed          bool // within a list: the residual is full, nothing more of the list is taken in
}

// reset makes s empty again; the head is written by finish.
func (s *side) reset(limit int) {
	s.residual = append(s.residual[:0], blobVersion, 0, 0)
	s.whole = s.whole[:0]
	s.limit = limit
	s.flags = 0
	s.closed = false
}

// finish writes the head. A residual that says nothing is nil.
func (s *side) finish() {
	if s.flags == 0 {
		s.residual = s.residual[:0]
		return
	}
	binary.LittleEndian.PutUint16(s.residual[1:], s.flags)
}

// count appends a number of the head if it is not zero.
func (s *side) count(flag uint16, n uint64) {
	if n != 0 {
		s.flags |= flag
		s.residual = binary.AppendUvarint(s.residual, n)
	}
}

// incomplete notes that something is lost even to the blobs.
func (s *side) incomplete() { s.flags |= isIncomplete }

// roomHere is what the residual may still take.
func (s *side) roomHere() int { return s.limit - len(s.residual) - len(s.whole) }

// roomWhole is what the whole blob may still take. An eighth of the limit is out of its reach, so that one huge value
// does not cost a span its nanoseconds.
func (s *side) roomWhole() int { return min(s.limit-s.limit/8-len(s.whole), s.roomHere()-leastRoom) }

// sideMark lets a part be taken back when the body turns out to have no room for it.
type sideMark struct{ residual, whole int }

func (s *side) mark() sideMark { return sideMark{len(s.residual), len(s.whole)} }

func (s *side) back(m sideMark) { s.residual, s.whole = s.residual[:m.residual], s.whole[:m.whole] }

// text appends one text; long ones, and those that the body cuts, go to the whole blob.
func (s *side) text(text string, cut bool) bool {
	room, long := s.roomHere()-leastRoom, cut || len(text) > 512
	if long {
		room = s.roomWhole()
	}
	if s.closed || room < leastRoom {
		s.incomplete()
		return false
	}
	stored, flags := cutText(text, room), uint64(0)
	if len(stored) < len(text) {
		s.incomplete()
		flags |= textCut
	}
	if long {
		flags |= textInWhole
		s.whole = append(s.whole, stored...)
	}
	s.residual = binary.AppendUvarint(s.residual, uint64(len(stored))<<2|flags)
	if !long {
		s.residual = append(s.residual, stored...)
	}
	return true
}

// write appends the head of an entry to the residual and, there or to the whole blob, its key if that is not nil and its
// value, or the beginning of it. It tells whether there was room for that.
func (s *side) write(head uint64, inWhole bool, key *string, v pcommon.Value) bool {
	room := s.roomHere()
	if inWhole {
		room = s.roomWhole()
	}
	need := 2 * leastRoom
	if key != nil {
		need += len(*key)
	}
	if s.closed || room < need {
		s.incomplete()
		return false
	}
	at := len(s.residual)
	s.residual = binary.AppendUvarint(s.residual, head)
	w := valueWriter{buf: s.residual}
	if inWhole {
		w.buf = s.whole
	}
	w.end = len(w.buf) + room - leastRoom/2
	if key != nil {
		w.text(*key)
	}
	w.value(v, 0)
	if inWhole {
		s.whole = w.buf
	} else {
		s.residual = w.buf
	}
	if w.cut {
		s.incomplete()
		s.residual[at] |= entryCut // the flags are in a varint's first byte
	}
	return true
}

// entries is the list of corrections of one attribute map.
type entries struct {
	at  int // members of the JSON object before the next entry
	any bool
}

// add puts the attribute down that stands, or would stand, after shown members.
func (s *side) add(l *entries, shown int, flags uint64, key string, v pcommon.Value) {
	var stored *string
	if flags&entryHasKey != 0 {
		stored = &key
	}
	if !s.write(uint64(shown-l.at)<<entryBits|flags, flags&entryInWhole != 0, stored, v) {
		return
	}
	l.any = true
	l.at = shown
	if flags&entryInBody != 0 {
		l.at++
	}
}

// end closes the list and tells whether there is one.
func (s *side) end(l *entries) bool {
	if l.any {
		s.residual = append(s.residual, 0)
	}
	return l.any
}
