package memorystore

import "unsafe"

// register gives each group a number, and holds the places that groups have in lists. A place is two numbers in memory without
// pointers: a list of pointers would be three for each of its groups that the garbage collector has to follow, all over the heap.
type register struct {
	groups []*group // by number; the first is nobody's
	places []places // by number
	free   []uint32 // numbers
}

// listKind is one of the lists that a group can be in at the same time.
type listKind uint8

const (
	byAge    listKind = iota // see ages
	inLine                   // see sender
	ripening                 // see ripe
	listKinds
)

type places [listKinds]struct{ prev, next uint32 }

// absent is what prev is where the group is not in the list.
const absent = ^uint32(0)

// fewGroups is below how many groups the register is not worth rebuilding.
const fewGroups = 64

// add gives a group its number. It is in no list.
func (r *register) add(g *group) {
	if r.groups == nil {
		r.groups, r.places = make([]*group, 1), make([]places, 1)
	}
	if last := len(r.free) - 1; last >= 0 {
		g.number, r.free = r.free[last], r.free[:last]
	} else {
		g.number = uint32(len(r.groups))
		r.groups, r.places = append(r.groups, nil), append(r.places, places{})
	}
	r.groups[g.number] = g
	for of := range listKinds {
		r.places[g.number][of].prev = absent
	}
}

// drop takes the number of a group back that is in no list any more.
func (r *register) drop(g *group) {
	r.groups[g.number] = nil
	r.free = append(r.free, g.number)
	if len(r.groups) > fewGroups && len(r.groups)-len(r.free) < len(r.groups)/4 {
		r.rebuild()
	}
}

// rebuild gives the groups that are left lower numbers, and memory back.
func (r *register) rebuild() {
	old := *r
	n := len(old.groups) - len(old.free)
	r.groups, r.places, r.free = make([]*group, 1, n+n/4), make([]places, 1, n+n/4), nil
	numbers := make([]uint32, len(old.groups))
	for was, g := range old.groups {
		if g != nil {
			g.number = uint32(len(r.groups))
			numbers[was] = g.number
			r.groups, r.places = append(r.groups, g), append(r.places, old.places[was])
		}
	}
	for i := range r.places[1:] {
		for of := range r.places[i+1] {
			if p := &r.places[i+1][of]; p.prev != absent {
				p.prev, p.next = numbers[p.prev], numbers[p.next]
			}
		}
	}
}

// bytes is the memory that the register takes.
func (r *register) bytes() int64 {
	return pointersSize(uintptr(cap(r.groups))*unsafe.Sizeof((*group)(nil))) +
		heapSize(cap(r.places)*int(unsafe.Sizeof(places{}))) + heapSize(cap(r.free)*int(unsafe.Sizeof(uint32(0))))
}

// groups is a list of groups, which have their places in the register.
type groups struct {
	front, back *group
	count       int
}

// has says whether a group is in its list of a kind.
func (r *register) has(of listKind, g *group) bool { return r.places[g.number][of].prev != absent }

// after is the group that follows in a list; nil: it was the last one.
func (r *register) after(of listKind, g *group) *group { return r.groups[r.places[g.number][of].next] }

// push puts a group that is not in the list at its end.
func (r *register) push(l *groups, of listKind, g *group) {
	p := &r.places[g.number][of]
	p.prev, p.next = 0, 0
	if l.back != nil {
		p.prev = l.back.number
		r.places[p.prev][of].next = g.number
	} else {
		l.front = g
	}
	l.back = g
	l.count++
}

// remove takes a group out that is in the list.
func (r *register) remove(l *groups, of listKind, g *group) {
	p := &r.places[g.number][of]
	if p.prev != 0 {
		r.places[p.prev][of].next = p.next
	} else {
		l.front = r.groups[p.next]
	}
	if p.next != 0 {
		r.places[p.next][of].prev = p.prev
	} else {
		l.back = r.groups[p.prev]
	}
	p.prev, p.next = absent, 0
	l.count--
}

// renew makes a group that is in the list the last one.
func (r *register) renew(l *groups, of listKind, g *group) {
	if l.back != g {
		r.remove(l, of, g)
		r.push(l, of, g)
	}
}
