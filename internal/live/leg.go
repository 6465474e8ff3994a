package live

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/execution"
)

// leg is one flush that is the same for every stream that stands at the same place: it is made once, and whoever comes to it
// before the view changes again takes it.
type leg struct {
	batches []Batch
	places  []place // after each batch; shared, and so not to be changed
	until   uint64  // of the stream afterwards, if moved
	moved   bool    // the stream has begun anew
	size    int64   // bytes of what is made of the batches, about
}

// stand is all that decides what a stream is handed next, besides the view.
type stand struct {
	cursor string
	begun  bool
	until  uint64 // 0 once the snapshot is over: where it ended does not matter any more
	room   int
}

func (s *Stream) stand(maxBytes int) stand {
	at := stand{cursor: s.Cursor(), begun: s.begun, until: s.until, room: maxBytes}
	if s.begun && s.place.rev >= s.until {
		at.until = 0
	}
	return at
}

// leg returns the next flush of the stream if it can be shared: nil where nobody else watches, where the stream's place is
// too complicated, or where it is large.
func (s *Stream) leg(maxBytes int) *leg {
	e, hinted := s.handle.lock()
	defer e.mu.Unlock()
	if hinted || e.view == nil || len(s.resets) > 0 || !s.place.isWhole() || !e.isShared() {
		return nil
	}
	at := s.stand(maxBytes)
	e.legs.standAt(e)
	e.legs.used = time.Now()
	if l := e.legs.made[at]; l != nil {
		return l
	}
	l := s.makeLeg(e, maxBytes)
	if l != nil {
		e.legs.keep(at, l)
	}
	return l
}

// maxLeg is how many bytes of spans a flush that is shared may have. In a larger one most of the work is to send it.
const maxLeg = 256 << 10

// makeLeg flushes for a stream that stands where this one does, which itself is not moved. e.mu is held.
func (s *Stream) makeLeg(e *entry, maxBytes int) *leg {
	ahead := &Stream{handle: s.handle, held: e, place: s.place.clone(), begun: s.begun, until: s.until}
	size := int64(0)
	since := s.place.rev
	if s.place.incarnation != e.incarnation {
		since = 0
	}
	e.view.Changed(since, func(n *execution.Node) bool {
		size += tailBytes
		if n.Record != nil {
			size += int64(len(n.Record.Body))
		}
		return size <= maxLeg
	})
	if size > maxLeg {
		return nil
	}
	l := &leg{}
	plain := true // a reset is for the stream that needs it
	ahead.flush(maxBytes, func(b *Batch) bool {
		b.Made = &Made{}
		l.batches = append(l.batches, *b)
		l.places = append(l.places, ahead.place.clone())
		plain = plain && !b.Reset && len(ahead.resets) == 0
		return plain
	})
	if !plain {
		return nil
	}
	l.until, l.moved = ahead.until, s.place.incarnation != e.incarnation
	l.size = size + int64(len(l.batches))*legBytes
	return l
}

// legBytes is about what a batch takes besides its spans: itself, and what is rendered around them.
const legBytes = 4 << 10

// walk takes a leg.
func (s *Stream) walk(l *leg, yield func(*Batch) bool) {
	s.buried = false
	if l.moved {
		s.until = l.until
	}
	for i := range l.batches {
		b := &l.batches[i]
		s.place, s.borrowed, s.cursor, s.begun = l.places[i], true, b.Cursor, true
		if yield(b) {
			continue
		}
		if len(b.Spans) > 0 {
			s.poke()
		}
		return
	}
}

// legs are the legs that lead from somewhere to where the view is now. They are the entry's, and guarded by its mu.
type legs struct {
	incarnation, rev uint64
	used             time.Time // when somebody asked for one last
	made             map[stand]*leg
	size             int64
	total            *atomic.Int64 // of all entries
}

const (
	// legsOfAll bounds the bytes of the legs of all entries together, and legsOfOne those of one.
	legsOfAll = 8 << 20
	legsOfOne = 512 << 10
	// legAge is how long legs that nobody asks for are kept for those who are late.
	legAge = time.Second
)

// standAt forgets the legs that lead to where the view was before.
func (s *legs) standAt(e *entry) {
	if s.incarnation == e.incarnation && s.rev == e.view.Rev() {
		return
	}
	s.forget()
	s.incarnation, s.rev, s.total = e.incarnation, e.view.Rev(), &e.views.legBytes
}

// forgetLegs lets go of legs that those who were to take them have taken by now, or will not. e.mu is held.
func (e *entry) forgetLegs(now time.Time) {
	if len(e.legs.made) > 0 && (now.Sub(e.legs.used) > legAge || !e.isShared()) {
		e.legs.forget()
	}
}

func (s *legs) forget() {
	if s.size > 0 {
		s.total.Add(-s.size)
	}
	s.made, s.size = nil, 0
}

// keep remembers a leg, if there is room for it.
func (s *legs) keep(at stand, l *leg) {
	if s.size+l.size > legsOfOne || s.total.Load()+l.size > legsOfAll {
		return
	}
	if s.made == nil {
		s.made = map[stand]*leg{}
	}
	s.made[at] = l
	s.size += l.size
	s.total.Add(l.size)
}

// Made is where those who are handed the same batch keep what they make of it, so that one makes it for all.
type Made struct {
	once  sync.Once
	of    string
	value any
}

// Of returns what was made of the batch under a name, and has it made if nothing was made yet. It is nil if something was made
// under another name: only one thing is kept.
func (m *Made) Of(name string, of func() any) any {
	m.once.Do(func() { m.of, m.value = name, of() })
	if m.of != name {
		return nil
	}
	return m.value
}
