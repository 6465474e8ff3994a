package memorystore

import (
	"bytes"
	"unsafe"
)

// contexts are the resources and scopes that spans of a trace have, by number. It counts references, so that one that no span has
// any more is let go. Nearly every trace has one of them, and hardly any more than two, which a walk finds faster than a hash. It must
// not be copied while it has any: the pool knows it by its place.
type contexts struct {
	first [1]sharedContext // where there is but one
	more  *moreContexts    // nil: there never were several
}

type moreContexts struct {
	list   []sharedContext // by number, the first one included
	last   uint32          // the number that was asked for last: mostly it is asked for again
	vacant uint32          // the first number that is free, from 1, linked by next; 0: none is
	byHash map[uint64]uint32
	peak   int // of byHash
	held   int64
}

type sharedContext struct {
	of   *pooledContext // nil: the number is free
	refs int32          // spans that have it
	next uint32
}

var moreContextsSize = pointersSize(unsafe.Sizeof(moreContexts{}))

// fewContexts is up to how many contexts are found by walking.
const fewContexts = 8

// noContext is the number of a span without one.
const noContext = ^uint32(0)

// acquire returns the number of a context, of which the pool has a copy.
func (c *contexts) acquire(p *contextPool, b []byte) uint32 {
	if len(b) == 0 {
		return noContext
	}
	if c.more != nil {
		return c.more.acquire(p, b, c)
	}
	switch f := &c.first[0]; {
	case f.of == nil:
		*f = sharedContext{of: p.join(b, c), refs: 1}
		return 0
	case bytes.Equal(f.of.bytes, b):
		f.refs++
		return 0
	}
	c.more = &moreContexts{list: append(make([]sharedContext, 0, firstSlots), c.first[0]), held: c.held()}
	c.first[0] = sharedContext{}
	return c.more.acquire(p, b, c)
}

func (m *moreContexts) acquire(p *contextPool, b []byte, c *contexts) uint32 {
	n := m.find(b)
	if n == noContext {
		n = m.add(p.join(b, c), c)
	}
	m.last = n
	m.list[n].refs++
	return n
}

// is says whether it is a context.
func (s *sharedContext) is(b []byte) bool { return s.of != nil && bytes.Equal(s.of.bytes, b) }

func (m *moreContexts) find(b []byte) uint32 {
	if int(m.last) < len(m.list) && m.list[m.last].is(b) {
		return m.last
	}
	if len(m.list) > fewContexts {
		if n, known := m.byHash[contextSum(b)]; known && m.list[n].is(b) {
			return n
		}
		return noContext
	}
	for n := range m.list {
		if m.list[n].is(b) {
			return uint32(n)
		}
	}
	return noContext
}

func (m *moreContexts) add(of *pooledContext, c *contexts) uint32 {
	entry := sharedContext{of: of}
	m.held += entry.held(c)
	n := uint32(len(m.list))
	if m.vacant != 0 {
		n = m.vacant - 1
		m.vacant = m.list[n].next
		m.list[n] = entry
	} else {
		m.list = append(m.list, entry)
	}
	switch {
	case m.byHash != nil:
		m.remember(n)
	case len(m.list) > fewContexts:
		m.byHash = map[uint64]uint32{}
		for n := range m.list {
			m.remember(uint32(n))
		}
	}
	return n
}

// remember makes a context one that is found by its hash. Of two with the same hash only the later one is found, so the other
// may be there twice.
func (m *moreContexts) remember(n uint32) {
	if of := m.list[n].of; of != nil {
		m.byHash[contextSum(of.bytes)] = n
		m.peak = max(m.peak, len(m.byHash))
	}
}

// release undoes acquire.
func (c *contexts) release(p *contextPool, n uint32) {
	switch f := &c.first[0]; {
	case n == noContext:
	case c.more != nil:
		c.more.release(p, n, c)
	default:
		if f.refs--; f.refs == 0 {
			p.leave(f.of, c)
			*f = sharedContext{}
		}
	}
}

func (m *moreContexts) release(p *contextPool, n uint32, c *contexts) {
	entry := &m.list[n]
	if entry.refs--; entry.refs > 0 {
		return
	}
	m.held -= entry.held(c)
	if m.byHash != nil {
		if sum := contextSum(entry.of.bytes); m.byHash[sum] == n {
			delete(m.byHash, sum)
		}
	}
	p.leave(entry.of, c)
	*entry = sharedContext{next: m.vacant}
	m.vacant = n + 1
}

// clear lets go of all contexts.
func (c *contexts) clear(p *contextPool) {
	for _, entry := range c.list() {
		if entry.of != nil {
			p.leave(entry.of, c)
		}
	}
	*c = contexts{}
}

// take makes contexts that are in no pool those of a trace that has none. Their numbers stay.
func (c *contexts) take(p *contextPool, from *contexts) {
	*c = *from
	held := int64(0)
	for i := range c.list() {
		if entry := &c.list()[i]; entry.of != nil {
			entry.of = p.join(entry.of.bytes, c)
			held += entry.held(c)
		}
	}
	if c.more != nil {
		c.more.held = held
	}
}

// list are the contexts by number, with those that are free.
func (c *contexts) list() []sharedContext {
	if c.more != nil {
		return c.more.list
	}
	return c.first[:]
}

// get is a context by its number, nil if there is none.
func (c *contexts) get(n uint32) []byte {
	switch {
	case n == noContext:
		return nil
	case c.more != nil:
		return c.more.list[n].of.bytes
	}
	return c.first[n].of.bytes
}

// held is what a trace is charged for a context.
func (s *sharedContext) held(c *contexts) int64 {
	if s.of == nil || s.of.payer != c {
		return 0
	}
	return s.of.size()
}

// held is what the trace is charged for its contexts.
func (c *contexts) held() int64 {
	if c.more != nil {
		return c.more.held
	}
	return c.first[0].held(c)
}

// bytes is what the contexts take.
func (c *contexts) bytes() int64 {
	n := c.held()
	if m := c.more; m != nil {
		n += moreContextsSize + pointersSize(uintptr(cap(m.list))*unsafe.Sizeof(sharedContext{})) +
			mapSize(m.peak, unsafe.Sizeof(uint64(0))+unsafe.Sizeof(uint32(0)))
	}
	return n
}
