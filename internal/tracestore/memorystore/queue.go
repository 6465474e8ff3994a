package memorystore

import (
	"container/heap"
	"strings"
	"unsafe"
)

// class orders the groups of a sender for eviction: a lower one goes first.
type class int8

const (
	classComplete class = iota
	classIdle
	classActive
	classes // how many there are
)

// side says whether somebody watches a group. Those that nobody does go first.
type side int8

const (
	unwatched side = iota
	watched
	sides // how many there are
)

func (g *group) side() side {
	if g.watchers > 0 {
		return watched
	}
	return unwatched
}

// place is where a group stands in the queue.
type place struct {
	side  side
	class class
	idle  bool
}

// senderName is whom groups are charged to: the service that sent the first span, and the workflow as soon as a span names
// one. All workflows of a backend come from one service, so the service alone would not tell a noisy one from the others.
type senderName struct{ service, workflow string }

// or is the name itself if it names a workflow, else the other one if that does.
func (n senderName) or(o senderName) senderName {
	if n.workflow == "" && o.workflow != "" {
		return o
	}
	return n
}

// maxSenders is how many accounts there are. Whoever comes beyond that shares one, so that made-up names cost no memory, and
// do not make everybody's fair share as small as they like.
const maxSenders = 1024

// sender is whom groups are charged to, so that one noisy workflow evicts its own executions before those of others.
type sender struct {
	name   senderName
	groups int
	bytes  [sides]int64 // of all groups, and of those that are watched
	lines  [sides][classes]groups
	inLine [sides]int
	at     [sides]int // place in the heap of the side, while there is a group in line
}

// next is the group of a side that goes first, oldest of the lowest class. There is one.
func (s *sender) next(of side) *group {
	for c := range s.lines[of] {
		if front := s.lines[of][c].front; front != nil {
			return front
		}
	}
	return nil
}

// queue says who is evicted next. Each sender has the same fair share, so whoever holds most bytes is furthest over it: of
// that sender, what is complete goes first, then what is idle, then what has not changed for longest. So a sender below its
// share loses nothing to one above it.
type queue struct {
	register *register
	senders  table[senderName, *sender]
	recent   *sender // the last one that a group was charged to: mostly it is the next one, too; nil: it is gone
	heaps    [sides]senderHeap
	held     int64
}

func newQueue(r *register) queue {
	q := queue{register: r, senders: newTable[senderName, *sender]()}
	for of := range q.heaps {
		q.heaps[of].side = side(of)
	}
	return q
}

const maxSenderBytes = 256

var senderSize = pointersSize(unsafe.Sizeof(sender{}))

func (s *sender) size() int64 {
	return senderSize + textSize(s.name.service) + textSize(s.name.workflow)
}

func (q *queue) bytes() int64 {
	n := q.held + q.senders.bytes()
	for i := range q.heaps {
		n += heapSize(cap(q.heaps[i].senders) * 8)
	}
	return n
}

// assign charges a group to a sender from now on.
func (q *queue) assign(g *group, name senderName) {
	name = senderName{clip(name.service, maxSenderBytes), clip(name.workflow, maxSenderBytes)}
	if g.sender != nil && g.sender.name == name {
		return
	}
	to := q.known(name)
	if to == nil && q.senders.count >= maxSenders {
		name = senderName{}
		to = q.known(name)
	}
	if g.sender != nil && g.sender.name == name {
		return
	}
	in := q.register.has(inLine, g)
	if to != nil {
		to.groups++ // it stays, should g be all that it had
	}
	q.leave(g)
	if to == nil {
		to = &sender{name: senderName{strings.Clone(name.service), strings.Clone(name.workflow)}}
		q.senders.put(to.name, to)
		q.held += to.size()
		to.groups++
	}
	g.sender, q.recent = to, to
	q.charge(g, g.bytes)
	if in {
		q.enter(g)
	}
}

// known finds a sender, nil if there is none.
func (q *queue) known(name senderName) *sender {
	if q.recent != nil && q.recent.name == name {
		return q.recent
	}
	return q.senders.get(name)
}

// charge puts bytes of a group on its sender's account.
func (q *queue) charge(g *group, bytes int64) {
	of := g.sender
	of.bytes[unwatched] += bytes
	if g.side() == watched {
		of.bytes[watched] += bytes
	}
	for s := range q.heaps {
		if of.inLine[s] > 0 {
			heap.Fix(&q.heaps[s], of.at[s])
		}
	}
}

// leave takes a group out of its line and its sender's account.
func (q *queue) leave(g *group) {
	q.step(g)
	from := g.sender
	if from == nil {
		return
	}
	q.charge(g, -g.bytes)
	g.sender = nil
	if from.groups--; from.groups == 0 {
		q.senders.delete(from.name)
		q.recent = nil
		q.held -= from.size()
	}
}

// enter puts a group at the end of the line it belongs to now.
func (q *queue) enter(g *group) {
	p := &g.queued
	side, class := g.side(), p.classOf(g)
	if q.register.has(inLine, g) && p.side == side && p.class == class { // as with nearly every batch
		q.register.renew(&g.sender.lines[side][class], inLine, g)
		return
	}
	q.step(g)
	p.side, p.class = side, class
	q.register.push(&g.sender.lines[p.side][p.class], inLine, g)
	if g.sender.inLine[p.side]++; g.sender.inLine[p.side] == 1 {
		heap.Push(&q.heaps[p.side], g.sender)
	}
}

func (p *place) classOf(g *group) class {
	switch {
	case g.complete():
		return classComplete
	case p.idle:
		return classIdle
	default:
		return classActive
	}
}

// step takes a group out of its line only.
func (q *queue) step(g *group) {
	p := &g.queued
	if !q.register.has(inLine, g) {
		return
	}
	q.register.remove(&g.sender.lines[p.side][p.class], inLine, g)
	if g.sender.inLine[p.side]--; g.sender.inLine[p.side] == 0 {
		heap.Remove(&q.heaps[p.side], g.sender.at[p.side])
	}
}

// front is the group that goes next; watchedFirst says whether watched ones go before the others. nil: there is nobody.
func (q *queue) front(watchedFirst bool) *group {
	order := [sides]side{unwatched, watched}
	if watchedFirst {
		order = [sides]side{watched, unwatched}
	}
	for _, of := range order {
		if h := &q.heaps[of]; len(h.senders) > 0 {
			return h.senders[0].next(of)
		}
	}
	return nil
}

// senderHeap has the sender on top that holds most: of everything, or of what is watched where that must give. It implements
// heap.Interface.
type senderHeap struct {
	side    side
	senders []*sender
}

func (h *senderHeap) Len() int { return len(h.senders) }
func (h *senderHeap) Less(i, j int) bool {
	return h.senders[i].bytes[h.side] > h.senders[j].bytes[h.side]
}

func (h *senderHeap) Swap(i, j int) {
	h.senders[i], h.senders[j] = h.senders[j], h.senders[i]
	h.senders[i].at[h.side], h.senders[j].at[h.side] = i, j
}

// Push implements heap.Interface.
func (h *senderHeap) Push(x any) {
	s := x.(*sender)
	s.at[h.side] = len(h.senders)
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
