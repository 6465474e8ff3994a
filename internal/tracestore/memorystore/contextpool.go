package memorystore

import (
	"bytes"
	"hash/maphash"
	"unsafe"
)

// contextPool keeps one copy of each resource and scope for all traces of a store: those of a process have the same one, and theirs are
// often short. The first trace that has a copy is charged for it; when that one lets it go and others do not, the store is.
type contextPool struct {
	byHash  table[uint64, *pooledContext]
	recent  *pooledContext // the one that was asked for last: mostly it is asked for again; nil: it is gone
	orphans int64          // bytes of copies that no trace is charged for
}

// pooledContext is a copy. Of two with the same hash only one is in the pool; the other one has a single trace.
type pooledContext struct {
	bytes  []byte
	hash   uint64
	traces int32     // that have it
	payer  *contexts // of the trace that is charged for it; nil: the store is
}

var (
	contextSeed       = maphash.MakeSeed()
	pooledContextSize = pointersSize(unsafe.Sizeof(pooledContext{}))
)

func contextSum(b []byte) uint64 { return maphash.Bytes(contextSeed, b) }

func newContextPool() contextPool { return contextPool{byHash: newTable[uint64, *pooledContext]()} }

func (c *pooledContext) size() int64 { return pooledContextSize + heapSize(cap(c.bytes)) }

// join returns the copy of a context, for a trace that did not have it. No pool makes one that is the trace's own.
func (p *contextPool) join(b []byte, to *contexts) *pooledContext {
	if p == nil {
		return &pooledContext{bytes: bytes.Clone(b), traces: 1, payer: to}
	}
	if p.recent != nil && bytes.Equal(p.recent.bytes, b) {
		p.recent.traces++
		return p.recent
	}
	sum := contextSum(b)
	c := p.byHash.get(sum)
	switch {
	case c == nil:
		c = &pooledContext{bytes: bytes.Clone(b), hash: sum, payer: to}
		p.byHash.put(sum, c)
	case !bytes.Equal(c.bytes, b):
		return &pooledContext{bytes: bytes.Clone(b), hash: sum, traces: 1, payer: to}
	}
	c.traces++
	p.recent = c
	return c
}

// leave undoes join for a trace.
func (p *contextPool) leave(c *pooledContext, from *contexts) {
	c.traces--
	switch {
	case c.traces > 0 && c.payer == from:
		c.payer = nil
		p.orphans += c.size()
	case c.traces > 0:
	default:
		if c.payer == nil {
			p.orphans -= c.size()
		}
		if p.byHash.get(c.hash) == c {
			p.byHash.delete(c.hash)
		}
		if p.recent == c {
			p.recent = nil
		}
	}
}

// bytes is the memory that the pool takes, but for what traces are charged for.
func (p *contextPool) bytes() int64 { return p.orphans + p.byHash.bytes() }
