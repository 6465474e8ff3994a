package memorystore

import (
	"bytes"
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// pool keeps one copy of what the spans of a trace have in common: the resource and scope, and the names in their facts.
// It counts references, so that a context that no span has any more is let go. Nearly every trace has a handful of these, which
// a walk finds faster than a hash, in one piece of memory; only what is beyond that goes into maps.
type pool struct {
	few      []shared
	texts    overflow
	contexts overflow
	held     int64 // bytes of the texts and contexts
}

// shared is a text or, where text is empty, a context.
type shared struct {
	text  string
	bytes []byte
	refs  int
}

const (
	fewShared   = 16
	firstShared = 8 // what room is made for at first
)

// overflow holds by content what few has no room for.
type overflow struct {
	entries map[string]*shared
	peak    int
	copied  int64 // bytes of keys that are copies
}

// adopt makes the span, which is the store's own copy, use the pooled values.
func (p *pool) adopt(s *tracestore.Span) {
	for _, f := range pooledFacts(&s.Facts) {
		if *f != "" {
			*f = p.acquire(*f)
		}
	}
	if len(s.Context) > 0 {
		s.Context = p.acquireBytes(s.Context)
	}
}

// release gives back what adopt took.
func (p *pool) release(s *tracestore.Span) {
	for _, f := range pooledFacts(&s.Facts) {
		if *f != "" {
			p.drop(p.text(*f), &p.texts)
		}
	}
	if len(s.Context) > 0 {
		p.drop(p.context(s.Context), &p.contexts)
	}
}

func pooledFacts(f *tracestore.Facts) [6]*string {
	return [...]*string{&f.Execution, &f.WorkflowID, &f.RunName, &f.Thread, &f.Service, &f.Model}
}

func (p *pool) acquire(text string) string {
	e := p.text(text)
	if e == nil {
		e = p.add(shared{text: text}, &p.texts)
	}
	e.refs++
	return e.text
}

func (p *pool) acquireBytes(b []byte) []byte {
	e := p.context(b)
	if e == nil {
		e = p.add(shared{bytes: bytes.Clone(b)}, &p.contexts)
	}
	e.refs++
	return e.bytes
}

// text and context find an entry, which stays where it is until the next one is added or dropped; nil if there is none.
func (p *pool) text(s string) *shared {
	for i := range p.few {
		if p.few[i].text == s {
			return &p.few[i]
		}
	}
	return p.texts.entries[s]
}

func (p *pool) context(b []byte) *shared {
	for i := range p.few {
		if bytes.Equal(p.few[i].bytes, b) {
			return &p.few[i]
		}
	}
	return p.contexts.entries[string(b)]
}

func (p *pool) add(e shared, beyond *overflow) *shared {
	p.held += e.size()
	if len(p.few) < fewShared {
		if p.few == nil {
			p.few = make([]shared, 0, firstShared)
		}
		p.few = append(p.few, e)
		return &p.few[len(p.few)-1]
	}
	return beyond.add(&e)
}

func (p *pool) drop(e *shared, beyond *overflow) {
	if e.refs--; e.refs > 0 {
		return
	}
	p.held -= e.size()
	for i := range p.few {
		if e == &p.few[i] {
			last := len(p.few) - 1
			p.few[i], p.few[last] = p.few[last], shared{}
			p.few = p.few[:last]
			return
		}
	}
	delete(beyond.entries, e.key())
	beyond.copied -= e.copied()
}

func (o *overflow) add(e *shared) *shared {
	if o.entries == nil {
		o.entries = map[string]*shared{}
	}
	o.entries[e.key()] = e
	o.peak = max(o.peak, len(o.entries))
	o.copied += e.copied()
	return e
}

// key is what stands in a map; for a context that is a copy of it.
func (e *shared) key() string {
	if e.text != "" {
		return e.text
	}
	return string(e.bytes)
}

func (e *shared) copied() int64 {
	if e.text != "" {
		return 0
	}
	return heapSize(len(e.bytes))
}

func (e *shared) size() int64 { return textSize(e.text) + heapSize(cap(e.bytes)) }

var sharedSize = pointersSize(unsafe.Sizeof(shared{}))

// bytes is what the pool takes.
func (p *pool) bytes() int64 {
	return p.held + pointersSize(uintptr(cap(p.few))*unsafe.Sizeof(shared{})) + p.texts.bytes() + p.contexts.bytes()
}

func (o *overflow) bytes() int64 {
	if o.peak == 0 {
		return 0
	}
	return mapSize(o.peak, unsafe.Sizeof("")+unsafe.Sizeof((*shared)(nil))) + int64(len(o.entries))*sharedSize + o.copied
}
