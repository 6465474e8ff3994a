package memorystore

// groups is a list of groups. Each group has the room for its place in it, which container/list would make an object for.
type groups struct {
	front, back *hook
	count       int
}

// hook is a place in a list.
type hook struct {
	prev, next *hook
	group      *group
	in         bool // the group is in the list
}

// push puts a group that is not in the list at its end; h is the group's place.
func (l *groups) push(h *hook, g *group) {
	*h = hook{prev: l.back, group: g, in: true}
	if l.back != nil {
		l.back.next = h
	} else {
		l.front = h
	}
	l.back = h
	l.count++
}

// remove takes a group out that is in the list.
func (l *groups) remove(h *hook) {
	if h.prev != nil {
		h.prev.next = h.next
	} else {
		l.front = h.next
	}
	if h.next != nil {
		h.next.prev = h.prev
	} else {
		l.back = h.prev
	}
	*h = hook{}
	l.count--
}

// renew makes a group that is in the list the last one.
func (l *groups) renew(h *hook) {
	if l.back != h {
		g := h.group
		l.remove(h)
		l.push(h, g)
	}
}

// all yields the groups, the first one first. The list must not be changed meanwhile.
func (l *groups) all(yield func(*group) bool) {
	for h := l.front; h != nil && yield(h.group); {
		h = h.next
	}
}
