package canvaswire

import (
	"encoding/binary"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

// items is the residual's list of a span's events or links while it is written: one byte of flags for each and what they
// announce, up to the last one that has anything to say.
type items struct {
	start, useful int // of the residual: where the list begins, and ends after the last useful item
	at            int // of the flags of the current item
}

func (s *side) items() items { return items{start: len(s.residual), useful: len(s.residual)} }

// next begins an item. From where the residual is full the list has none, and s takes nothing in before endItems.
func (s *side) next(l *items) {
	if s.closed = s.closed || s.roomHere() < leastRoom; s.closed {
		return
	}
	l.at = len(s.residual)
	s.residual = append(s.residual, itemPresent)
}

// say announces a part of the current item and tells whether there is room for it.
func (s *side) say(l *items, flag byte) bool {
	if s.closed {
		s.incomplete()
		return false
	}
	s.residual[l.at] |= flag
	return true
}

// sayCount announces and appends a number that is not zero.
func (s *side) sayCount(l *items, flag byte, n uint64) {
	if n != 0 && s.say(l, flag) {
		s.residual = binary.AppendUvarint(s.residual, n)
	}
}

// done ends an item.
func (s *side) done(l *items) {
	if !s.closed && s.residual[l.at] != itemPresent {
		l.useful = len(s.residual)
	}
}

// endItems ends the list and tells whether there is one.
func (s *side) endItems(l *items) bool {
	s.closed = false
	s.residual = s.residual[:l.useful]
	if l.useful == l.start {
		return false
	}
	s.residual = append(s.residual, 0)
	return true
}

// events appends the events that fit before end.
func (e *Encoder) events(dst []byte, events ptrace.SpanEventSlice, end int) []byte {
	e.end = end
	list := e.side.items()
	dst = append(dst, '[')
	shown := 0
	for i := 0; i < events.Len(); i++ {
		event := events.At(i)
		before, lost := e.side.mark(), e.side.flags
		e.side.next(&list)
		longer := e.event(dst, shown > 0, event, &list)
		if len(longer) <= end {
			dst = longer
			shown++
			e.side.done(&list)
			continue
		}
		e.truncated = true
		e.side.flags = lost
		e.side.back(before)
		e.side.eventAside(event, &list)
	}
	if e.side.endItems(&list) {
		e.side.flags |= hasEvents
	}
	return append(dst, ']')
}

// event appends one event, and to the residual what it does not say, in the order nanoseconds, name, count, attributes.
func (e *Encoder) event(dst []byte, comma bool, event ptrace.SpanEvent, list *items) []byte {
	e.side.sayCount(list, itemNanos, uint64(event.Timestamp())%1000)
	if comma {
		dst = append(dst, ',')
	}
	dst = append(dst, `{"name":`...)
	dst, exact, cut := appendCut(dst, event.Name(), e.names)
	e.truncated = e.truncated || cut
	if !exact && e.side.text(event.Name(), cut) {
		e.side.say(list, itemName)
	}
	e.side.sayCount(list, itemDropped, uint64(event.DroppedAttributesCount()))
	dst = append(dst, `,"time":`...)
	dst = appendInstant(dst, event.Timestamp())
	dst = append(dst, `,"attributes":`...)
	dst, listed := e.attributes(dst, event.Attributes())
	if listed {
		e.side.say(list, itemEntries)
	}
	return append(dst, '}')
}

// eventAside puts an event that the body has no room for into the whole blob.
func (s *side) eventAside(event ptrace.SpanEvent, list *items) {
	room := s.roomWhole()
	if room < 2*leastRoom { // no item then: one would stand for an event of the body
		s.incomplete()
		return
	}
	if s.next(list); s.closed {
		s.incomplete()
		return
	}
	s.say(list, itemLeftOut)
	w := valueWriter{buf: s.whole, end: len(s.whole) + room}
	w.buf = binary.AppendUvarint(w.buf, uint64(event.Timestamp()))
	w.buf = binary.AppendUvarint(w.buf, uint64(event.DroppedAttributesCount()))
	w.text(event.Name())
	w.mapping(event.Attributes(), 1)
	s.whole = w.buf
	s.done(list)
	if w.cut {
		s.incomplete()
	}
}

// linkSize is the most that one link takes.
const linkSize = len(`,{"trace_id":"","span_id":""}`) + 32 + 16

// links appends the links that fit before end.
func (e *Encoder) links(dst []byte, links ptrace.SpanLinkSlice, end int) []byte {
	list := e.side.items()
	dst = append(dst, '[')
	for i := 0; i < links.Len(); i++ {
		link := links.At(i)
		e.side.next(&list)
		if len(dst)+linkSize <= end {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, `{"trace_id":`...)
			dst = appendTraceID(dst, link.TraceID())
			dst = append(dst, `,"span_id":`...)
			dst = appendSpanID(dst, link.SpanID())
			dst = append(dst, '}')
		} else {
			e.truncated = true
			if !e.side.say(&list, itemLeftOut) {
				break
			}
			trace, span := link.TraceID(), link.SpanID()
			e.side.residual = append(append(e.side.residual, trace[:]...), span[:]...)
		}
		e.side.link(link, &list)
		e.side.done(&list)
	}
	if e.side.endItems(&list) {
		e.side.flags |= hasLinks
	}
	return append(dst, ']')
}

// link appends what a body never says of a link: flags, dropped count, trace state, attributes.
func (s *side) link(link ptrace.SpanLink, list *items) {
	s.sayCount(list, itemFlags, uint64(link.Flags()))
	s.sayCount(list, itemDropped, uint64(link.DroppedAttributesCount()))
	if state := link.TraceState().AsRaw(); state != "" && s.text(state, false) {
		s.say(list, itemState)
	}
	if link.Attributes().Len() == 0 {
		return
	}
	if s.closed || s.roomHere() < 2*leastRoom {
		s.incomplete()
		return
	}
	s.say(list, itemEntries)
	w := valueWriter{buf: s.residual, end: len(s.residual) + s.roomHere() - leastRoom}
	w.mapping(link.Attributes(), 1)
	s.residual = w.buf
	if w.cut {
		s.incomplete()
	}
}
