package memorystore

import (
	"bytes"
	"hash/maphash"
	"unsafe"
)

// contexts keeps one copy of each resource and scope that spans of a trace have, by number. It counts references, so that one
// that no span has any more is let go. Nearly every trace has one of them, and hardly any more than two, which a walk finds faster
// than a hash.
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
	bytes []byte
	refs  int32
	next  uint32
}

var moreContextsSize = pointersSize(unsafe.Sizeof(moreContexts{}))

// fewContexts is up to how many contexts are found by walking.
const fewContexts = 8

// noContext is the number of a span without one.
const noContext = ^uint32(0)

var contextSeed = maphash.MakeSeed()

// acquire returns the number of a context. The store keeps a copy.
func (c *contexts) acquire(b []byte) uint32 {
	if len(b) == 0 {
		return noContext
	}
	if c.more != nil {
		return c.more.acquire(b)
	}
	switch f := &c.first[0]; {
	case f.refs == 0:
		*f = sharedContext{bytes: bytes.Clone(b), refs: 1}
		return 0
	case bytes.Equal(f.bytes, b):
		f.refs++
		return 0
	}
	c.more = &moreContexts{list: append(make([]sharedContext, 0, firstSlots), c.first[0]), held: c.held()}
	c.first[0] = sharedContext{}
	return c.more.acquire(b)
}

func (c *moreContexts) acquire(b []byte) uint32 {
	n := c.find(b)
	if n == noContext {
		n = c.add(b)
	}
	c.last = n
	c.list[n].refs++
	return n
}

func (c *moreContexts) find(b []byte) uint32 {
	if int(c.last) < len(c.list) && bytes.Equal(c.list[c.last].bytes, b) {
		return c.last
	}
	if len(c.list) > fewContexts {
		if n, known := c.byHash[maphash.Bytes(contextSeed, b)]; known && bytes.Equal(c.list[n].bytes, b) {
			return n
		}
		return noContext
	}
	for n := range c.list {
		if bytes.Equal(c.list[n].bytes, b) {
			return uint32(n)
		}
	}
	return noContext
}

func (c *moreContexts) add(b []byte) uint32 {
	entry := sharedContext{bytes: bytes.Clone(b)}
	c.held += heapSize(cap(entry.bytes))
	n := uint32(len(c.list))
	if c.vacant != 0 {
		n = c.vacant - 1
		c.vacant = c.list[n].next
		c.list[n] = entry
	} else {
		c.list = append(c.list, entry)
	}
	switch {
	case c.byHash != nil:
		c.remember(n)
	case len(c.list) > fewContexts:
		c.byHash = map[uint64]uint32{}
		for n := range c.list {
			c.remember(uint32(n))
		}
	}
	return n
}

// remember makes a context one that is found by its hash. Of two with the same hash only the later one is found, so the other
// may be kept twice.
func (c *moreContexts) remember(n uint32) {
	if b := c.list[n].bytes; len(b) > 0 {
		c.byHash[maphash.Bytes(contextSeed, b)] = n
		c.peak = max(c.peak, len(c.byHash))
	}
}

// release undoes acquire.
func (c *contexts) release(n uint32) {
	switch f := &c.first[0]; {
	case n == noContext:
	case c.more != nil:
		c.more.release(n)
	default:
		if f.refs--; f.refs == 0 {
			*f = sharedContext{}
		}
	}
}

func (c *moreContexts) release(n uint32) {
	entry := &c.list[n]
	if entry.refs--; entry.refs > 0 {
		return
	}
	c.held -= heapSize(cap(entry.bytes))
	if c.byHash != nil {
		if sum := maphash.Bytes(contextSeed, entry.bytes); c.byHash[sum] == n {
			delete(c.byHash, sum)
		}
	}
	*entry = sharedContext{next: c.vacant}
	c.vacant = n + 1
}

// get is a context by its number, nil if there is none.
func (c *contexts) get(n uint32) []byte {
	switch {
	case n == noContext:
		return nil
	case c.more != nil:
		return c.more.list[n].bytes
	}
	return c.first[n].bytes
}

// held is what the contexts' bytes take.
func (c *contexts) held() int64 {
	if c.more != nil {
		return c.more.held
	}
	return heapSize(cap(c.first[0].bytes))
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
