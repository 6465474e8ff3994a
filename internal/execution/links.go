package execution

import (
	"cmp"
	"slices"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// maxLinks is how many links an overview names.
const maxLinks = 64

// linkList is the links of shown spans to spans of traces that are not the execution's, those first that were seen first.
// Each target is named once. Only adding keeps it right; after anything else it is collected anew, once per operation.
type linkList struct {
	found []foundLink
	list  []tracestore.Link // of found; replaced, never changed, for readers keep it
	stale bool
	nodes int // counted nodes that have links
}

// foundLink is a link and what orders it.
type foundLink struct {
	tracestore.Link
	seen int64 // when its span was first received
	from SpanKey
	at   int // among its span's links
}

func (f *foundLink) compare(o *foundLink) int {
	return cmp.Or(
		cmp.Compare(f.seen, o.seen),
		slices.Compare(f.from.Trace[:], o.from.Trace[:]),
		slices.Compare(f.from.Span[:], o.from.Span[:]),
		cmp.Compare(f.at, o.at),
	)
}

func (l *linkList) add(n *node, v *View) {
	if len(n.Record.Facts.Links) == 0 {
		return
	}
	l.nodes++
	if !l.stale {
		l.take(n, v)
	}
}

// remove takes a node's links out, unless next brings the same ones back.
func (l *linkList) remove(n *node, next *tracestore.Record) {
	links := n.Record.Facts.Links
	if len(links) == 0 {
		return
	}
	l.nodes--
	if next == nil || next.FirstReceived != n.Record.FirstReceived || !slices.Equal(next.Facts.Links, links) {
		l.stale = true
	}
}

// collect finds the links anew.
func (l *linkList) collect(v *View) {
	l.stale, l.found, l.list = false, nil, nil
	if l.nodes == 0 {
		return
	}
	for n := range v.shown {
		if n.Record != nil {
			l.take(n, v)
		}
	}
}

func (l *linkList) take(n *node, v *View) {
	for i, link := range n.Record.Facts.Links {
		if v.trace(link.Trace) == nil {
			l.insert(foundLink{link, n.Record.FirstReceived, n.Key, i})
		}
	}
}

func (l *linkList) insert(f foundLink) {
	same := slices.IndexFunc(l.found, func(o foundLink) bool { return o.Link == f.Link })
	if same >= 0 {
		if l.found[same].compare(&f) <= 0 {
			return
		}
		l.found = slices.Delete(l.found, same, same+1)
	}
	at, _ := slices.BinarySearchFunc(l.found, f, func(a, b foundLink) int { return a.compare(&b) })
	if at == maxLinks {
		return
	}
	if len(l.found) == maxLinks {
		l.found = l.found[:maxLinks-1]
	}
	l.found = slices.Insert(l.found, at, f)
	l.list = nil
}

// all returns the links; the slice is not changed later.
func (l *linkList) all() []tracestore.Link {
	if l.list == nil && len(l.found) > 0 {
		l.list = make([]tracestore.Link, len(l.found))
		for i := range l.found {
			l.list[i] = l.found[i].Link
		}
	}
	return l.list
}
