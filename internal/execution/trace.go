package execution

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"slices"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Slabs hold the nodes of a trace: small ones at first, for most traces are small.
const (
	firstSlab = 2
	lastSlab  = 512
)

// trace is what the view has of one trace.
type trace struct {
	id    tracestore.TraceID
	epoch string
	place int // among the traces, in the order in which they joined
	seq   uint64

	nodes map[tracestore.SpanID]*node // nil as long as there were few
	slabs [][]node
	used  int   // nodes
	free  *node // nodes given back, linked by next

	missing *node // placeholders that are shown, linked by next
	cuts    int   // cycles

	ended        int // records that ended, shown or not
	shown        int // records that are shown
	dropped      int
	lastReceived int64
	ahead        int64 // the store's last receipt, where that lay ahead of the clock; lastReceived is when it was noticed

	own        bool  // the view goes by this trace's id
	names      tally // how many records name each execution
	mixed      bool  // the view's execution and another one are named
	restricted bool  // only the subtrees that the view's execution names are shown
	rescope    bool  // what is shown must be found anew
	resetting  bool  // it is in View.resets
}

// departure is what is remembered of a trace that was part of the execution, or was reset.
type departure struct {
	place int
	reset uint64 // the revision of the trace's last reset
}

// node is a Node with its place in the tree and in the sums.
type node struct {
	Node
	trace                *trace // nil: the node is free
	parent, child        *node  // child is the first of them
	prev, next           *node  // siblings; of a placeholder, which has none: the other missing ones
	replyPrev, replyNext *node  // other calls with the same response id
	heirs                *node  // the first of the children that add to under
	heirPrev, heirNext   *node  // siblings in that list
	under                calls  // the nearest spans below that report usage
	set                  *node  // union-find, see sameTree
	since                int64  // of a placeholder: when its first child was received
	below                int32  // children whose subtrees bear usage
	root                 int32  // its place among the roots of its tier
	tier                 tier   // which kind of root it is counted as
	bears                bool   // it reports usage
	call                 bool   // its usage is one call's, by its sender's word
	boundary             bool   // a call below it is another one than a call above it
	enrolled             bool   // it is in View.replies
	cut                  bool   // its link to its parent would close a cycle and is left out
	solid                bool   // of a placeholder: a child needs it
	loose                bool   // it is in View.loose
	touched              bool   // it is in View.touched
	visible              bool   // it is shown
	counted              bool   // it is in the sums
	inside               bool   // in a mixed trace: it or an ancestor names the view's execution
	foreign              bool   // in a mixed trace: it or an ancestor names another one
}

// knows tells whether a store's account of the trace brings nothing new.
func (t *trace) knows(info tracestore.TraceInfo) bool {
	return t.epoch == info.Epoch && info.Dropped <= t.dropped && !t.received(info)
}

// received tells whether something came since. What came before the clock was set back is said again with every read.
func (t *trace) received(info tracestore.TraceInfo) bool {
	return info.LastReceived > t.lastReceived && info.LastReceived != t.ahead
}

// before is the one order of nodes: by effective start, then by ids.
func before(a, b *node) bool { return compare(a, b) < 0 }

func compare(a, b *node) int {
	if c := cmp.Compare(a.Tail.EffectiveStart, b.Tail.EffectiveStart); c != 0 {
		return c
	}
	if c := bytes.Compare(a.Key.Span[:], b.Key.Span[:]); c != 0 {
		return c
	}
	return bytes.Compare(a.Key.Trace[:], b.Key.Trace[:])
}

// join returns the trace of an id, as part of the execution.
func (v *View) join(id tracestore.TraceID, epoch string) *trace {
	t := v.trace(id)
	if t != nil && t.epoch != "" && epoch != "" && t.epoch != epoch {
		v.leave(t)
		t = nil
	}
	if t == nil {
		t = v.enter(id)
	}
	if t.epoch == "" {
		t.epoch = epoch
	}
	return t
}

func (v *View) enter(id tracestore.TraceID) *trace {
	was, known := v.past[id]
	if !known {
		was.place = v.places
		v.places++
	}
	t := v.newTrace()
	t.id, t.place, t.own = id, was.place, isHex(v.id, id)
	at, _ := slices.BinarySearchFunc(v.order, t.place, func(o *trace, place int) int { return cmp.Compare(o.place, place) })
	v.order = slices.Insert(v.order, at, t)
	v.index(t)
	v.changed = true
	v.links.stale = true // links into this trace are not links to others any more
	return t
}

// remember keeps what is to be known of a trace when it is not part of the execution any more.
func (v *View) remember(t *trace, reset uint64) {
	if v.past == nil {
		v.past = map[tracestore.TraceID]departure{}
	}
	v.past[t.id] = departure{t.place, reset}
}

func (v *View) newTrace() *trace {
	last := len(v.spare) - 1
	if last < 0 {
		return &trace{}
	}
	t := v.spare[last]
	v.spare[last] = nil
	v.spare = v.spare[:last]
	return t
}

// emptied is the trace without anything but its memory.
func (t *trace) emptied() *trace {
	for i, slab := range t.slabs {
		clear(slab)
		t.slabs[i] = slab[:0]
	}
	if len(t.slabs) > 1 {
		t.slabs = t.slabs[len(t.slabs)-1:] // the largest
	}
	slabs := t.slabs
	*t = trace{}
	t.slabs = slabs
	return t
}

// isHex says whether a text is the id of a trace.
func isHex(text string, id tracestore.TraceID) bool {
	if len(text) != 2*len(id) {
		return false
	}
	var digits [2 * len(id)]byte
	hex.Encode(digits[:], id[:])
	return text == string(digits[:])
}

// leave takes a trace out with everything it added to the sums.
func (v *View) leave(t *trace) {
	for n := range t.all {
		if n.visible {
			v.hide(n)
		}
	}
	v.remember(t, v.past[t.id].reset)
	delete(v.traces, t.id)
	v.order = slices.DeleteFunc(v.order, func(o *trace) bool { return o == t })
	v.links.stale = true
	v.changed = true
	v.markReset(t)
}

// add makes a node for a span, not shown yet.
func (t *trace) add(id tracestore.SpanID) *node {
	n := t.free
	if n != nil {
		t.free = n.next
		n.next = nil
	} else {
		n = t.allocate()
	}
	n.trace = t
	n.Key.Trace, n.Key.Span = t.id, id
	t.used++
	t.index(n)
	return n
}

// expect makes room for what the first records of a trace become, in one piece.
func (v *View) expect(t *trace, records int) {
	if len(t.slabs) > 0 || records <= firstSlab {
		return
	}
	n := min(records, lastSlab)
	t.slabs = append(t.slabs, make([]node, 0, n))
	v.touched = slices.Grow(v.touched, n)
	v.log.entries = slices.Grow(v.log.entries, n)
}

func (t *trace) allocate() *node {
	last := len(t.slabs) - 1
	if last < 0 || len(t.slabs[last]) == cap(t.slabs[last]) {
		size := firstSlab
		if last >= 0 {
			size = min(2*cap(t.slabs[last]), lastSlab)
		}
		t.slabs = append(t.slabs, make([]node, 0, size))
		last++
	}
	slab := t.slabs[last]
	slab = slab[:len(slab)+1]
	t.slabs[last] = slab
	return &slab[len(slab)-1]
}

// release gives a node back that is in no list and not shown. Its union-find link stays, for others may lead through it:
// the next user of the node is then taken to be in that set too, which costs a walk at worst. So does its mark as touched,
// for it may still be in that list, and its key, for readers that remember the node: they see the lost revision.
func (t *trace) release(n *node) {
	delete(t.nodes, n.Key.Span)
	t.used--
	*n = node{Node: Node{Key: n.Key}, set: n.set, touched: n.touched, next: t.free}
	t.free = n
}

// all yields every node in use, in the order in which they were made.
func (t *trace) all(yield func(*node) bool) {
	for _, slab := range t.slabs {
		for i := range slab {
			n := &slab[i]
			if n.trace != nil && !yield(n) {
				return
			}
		}
	}
}

// shown yields every node that is shown, over all traces.
func (v *View) shown(yield func(*node) bool) {
	for _, t := range v.order {
		for n := range t.all {
			if n.visible && !yield(n) {
				return
			}
		}
	}
}

func push(head **node, n *node) {
	n.prev, n.next = nil, *head
	if *head != nil {
		(*head).prev = n
	}
	*head = n
}

func remove(head **node, n *node) {
	if n.prev != nil {
		n.prev.next = n.next
	} else {
		*head = n.next
	}
	if n.next != nil {
		n.next.prev = n.prev
	}
	n.prev, n.next = nil, nil
}
