package memorystore

import (
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// pool keeps one copy of what the spans of a trace have in common: the resource and scope, and the names in their facts.
// It counts references, so that a context that no span has any more is let go.
type pool struct {
	entries map[string]*shared
	peak    int
	held    int64 // bytes of the entries, without the map
}

type shared struct {
	text  string
	bytes []byte // the same as text, where somebody wanted bytes
	refs  int
}

// adopt makes the span, which is the store's own copy, use the pooled values.
func (p *pool) adopt(s *tracestore.Span) {
	for _, f := range pooledFacts(&s.Facts) {
		if *f != "" {
			*f = p.acquire(*f).text
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
			p.drop(p.entries[*f])
		}
	}
	if len(s.Context) > 0 {
		p.drop(p.entries[string(s.Context)])
	}
}

func pooledFacts(f *tracestore.Facts) [6]*string {
	return [...]*string{&f.Execution, &f.WorkflowID, &f.RunName, &f.Thread, &f.Service, &f.Model}
}

func (p *pool) acquire(text string) *shared {
	e := p.entries[text]
	if e == nil {
		e = p.add(text)
	}
	e.refs++
	return e
}

func (p *pool) acquireBytes(b []byte) []byte {
	e := p.entries[string(b)]
	if e == nil {
		e = p.add(string(b))
	}
	if e.bytes == nil {
		e.bytes = []byte(e.text)
		p.held += heapSize(cap(e.bytes))
	}
	e.refs++
	return e.bytes
}

func (p *pool) add(text string) *shared {
	if p.entries == nil {
		p.entries = map[string]*shared{}
	}
	e := &shared{text: text}
	p.entries[text] = e
	p.peak = max(p.peak, len(p.entries))
	p.held += sharedSize + textSize(text)
	return e
}

func (p *pool) drop(e *shared) {
	if e.refs--; e.refs > 0 {
		return
	}
	delete(p.entries, e.text)
	p.held -= sharedSize + textSize(e.text) + heapSize(cap(e.bytes))
}

var sharedSize = pointersSize(unsafe.Sizeof(shared{}))

func (p *pool) bytes() int64 {
	return p.held + mapSize(p.peak, unsafe.Sizeof("")+unsafe.Sizeof((*shared)(nil)))
}
