package memorystore

import (
	"container/heap"
	"container/list"
	"unsafe"
)

// class orders groups for eviction: a lower one goes first.
type class int8

const (
	classComplete class = iota
	classIdle
	classActive
	classes         // how many there are; the watched ones follow in the same order
	classNone class = -1
)

// place is where a group stands in the queue and among the ages.
type place struct {
	sender *sender
	class  class
	inLine *list.Element
	age    *list.Element
	idle   bool
}

// sender is whom groups are charged to, so that one noisy workflow evicts its own executions before those of others.
type sender struct {
	name   string
	bytes  int64
	groups int
	lines  [2 * classes]line
}

// line holds the groups of one sender and class; the front is evicted first.
type line struct {
	list.List
	at int // place of the sender in the heap of this class, while there is a group in line
}

// queue says who is evicted next: of the first class that has anybody, the sender that holds most bytes, and of that
// sender the group that is longest in line.
type queue struct {
	senders table[string, *sender]
	heaps   [2 * classes]senderHeap
	held    int64
}

func newQueue() queue {
	q := queue{senders: newTable[string, *sender]()}
	for c := range q.heaps {
		q.heaps[c].class = class(c)
	}
	return q
}

const maxSenderBytes = 256

var senderSize = pointersSize(unsafe.Sizeof(sender{}))

func (q *queue) bytes() int64 {
	n := q.held + q.senders.bytes()
	for i := range q.heaps {
		n += heapSize(cap(q.heaps[i].senders) * 8)
	}
	return n
}

// assign charges a group to a sender from now on.
func (q *queue) assign(g *group, name string) {
	name = name[:min(len(name), maxSenderBytes)]
	if g.queued.sender != nil && g.queued.sender.name == name {
		return
	}
	in := g.queued.inLine != nil
	q.leave(g)
	to := q.senders.get(name)
	if to == nil {
		to = &sender{name: name}
		q.senders.put(name, to)
		q.held += senderSize + textSize(name)
	}
	g.queued.sender = to
	to.groups++
	to.bytes += g.bytes
	if in {
		q.enter(g)
	}
	q.reweigh(to)
}

// leave takes a group out of its line and its sender's account.
func (q *queue) leave(g *group) {
	q.step(g)
	from := g.queued.sender
	if from == nil {
		return
	}
	g.queued.sender = nil
	from.bytes -= g.bytes
	if from.groups--; from.groups == 0 {
		q.senders.delete(from.name)
		q.held -= senderSize + textSize(from.name)
		return
	}
	q.reweigh(from)
}

// enter puts a group at the end of the line it belongs to now.
func (q *queue) enter(g *group) {
	q.step(g)
	p := &g.queued
	p.class = classActive
	switch {
	case g.complete():
		p.class = classComplete
	case p.idle:
		p.class = classIdle
	}
	if g.watchers > 0 {
		p.class += classes
	}
	l := &p.sender.lines[p.class]
	p.inLine = l.PushBack(g)
	if l.Len() == 1 {
		heap.Push(&q.heaps[p.class], p.sender)
	}
}

// step takes a group out of its line only.
func (q *queue) step(g *group) {
	p := &g.queued
	if p.inLine == nil {
		return
	}
	l := &p.sender.lines[p.class]
	l.Remove(p.inLine)
	p.inLine = nil
	if l.Len() == 0 {
		heap.Remove(&q.heaps[p.class], l.at)
	}
}

// reweigh puts a sender where it belongs after its bytes changed.
func (q *queue) reweigh(of *sender) {
	for c := range of.lines {
		if of.lines[c].Len() > 0 {
			heap.Fix(&q.heaps[c], of.lines[c].at)
		}
	}
}

// front is the group that goes next; watchedToo says whether watched ones go before the others. nil: there is nobody.
func (q *queue) front(watchedFirst bool) *group {
	for i := range 2 * classes {
		c := i
		if watchedFirst {
			c = (i + classes) % (2 * classes)
		}
		if h := &q.heaps[c]; len(h.senders) > 0 {
			return h.senders[0].lines[c].Front().Value.(*group)
		}
	}
	return nil
}

// senderHeap has the sender that holds most bytes on top. It implements heap.Interface.
type senderHeap struct {
	class   class
	senders []*sender
}

func (h *senderHeap) Len() int           { return len(h.senders) }
func (h *senderHeap) Less(i, j int) bool { return h.senders[i].bytes > h.senders[j].bytes }
func (h *senderHeap) Swap(i, j int) {
	h.senders[i], h.senders[j] = h.senders[j], h.senders[i]
	h.senders[i].lines[h.class].at, h.senders[j].lines[h.class].at = i, j
}

// Push implements heap.Interface.
func (h *senderHeap) Push(x any) {
	s := x.(*sender)
	s.lines[h.class].at = len(h.senders)
	h.senders = append(h.senders, s)
}

// Pop implements heap.Interface.
func (h *senderHeap) Pop() any {
	last := len(h.senders) - 1
	s := h.senders[last]
	h.senders[last] = nil
	h.senders = trim(h.senders[:last])
	return s
}
