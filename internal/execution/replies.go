package execution

// Of the calls with one response id, over all traces of the execution, only the first one in the one order counts; the others
// are the same call seen again. Spans that do not count anyway, for the calls below them do or because a cache served them,
// are not among these, so that they cannot take the place of one that does.

// enrol puts a call among those of its response id, of which the head is the one that counts.
func (v *View) enrol(n *node) {
	id := n.Record.Facts.ResponseID
	head := v.replies[id]
	n.enrolled = true
	if head != nil && before(head, n) {
		n.replyPrev, n.replyNext = head, head.replyNext
		if n.replyNext != nil {
			n.replyNext.replyPrev = n
		}
		head.replyNext = n
		v.setRole(n, UsageDuplicate)
		return
	}
	if v.replies == nil {
		v.replies = map[string]*node{}
	}
	v.replies[id] = n
	if head != nil {
		n.replyNext, head.replyPrev = head, n
		v.setRole(head, UsageDuplicate)
	}
	v.setRole(n, UsageCounted)
}

// resign undoes enrol, but for the node's role; if it was the call that counts, the next one becomes that.
func (v *View) resign(n *node) {
	id, next := n.Record.Facts.ResponseID, n.replyNext
	head := v.replies[id]
	if n.replyPrev != nil {
		n.replyPrev.replyNext = next
	}
	if next != nil {
		next.replyPrev = n.replyPrev
	}
	n.replyPrev, n.replyNext, n.enrolled = nil, nil, false
	if head == n {
		v.promote(id, next)
	}
}

// promote makes the first of the calls in a list, of which none counts, the one that counts.
func (v *View) promote(id string, list *node) {
	if list == nil {
		delete(v.replies, id)
		return
	}
	first := list
	for m := list.replyNext; m != nil; m = m.replyNext {
		if before(m, first) {
			first = m
		}
	}
	if first != list {
		first.replyPrev.replyNext = first.replyNext
		if first.replyNext != nil {
			first.replyNext.replyPrev = first.replyPrev
		}
		first.replyPrev, first.replyNext, list.replyPrev = nil, list, first
	}
	v.replies[id] = first
	v.setRole(first, UsageCounted)
}
