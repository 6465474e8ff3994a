package execution

// The tree is the parent links of the records, less one link for each cycle: that of the cycle's first node in the one
// order. A node has one parent, so the links that lie on a cycle, and with them the one that is cut, follow from the final
// records alone. Nothing here recurses, and a link between two parts of a tree that were never connected takes no walk.

// attach links a node to the parent that its record names, and makes a placeholder of one that nobody sent.
func (v *View) attach(n *node) {
	id := n.Record.Parent
	if id.IsEmpty() {
		return
	}
	p := n.trace.node(id)
	if p == nil {
		p = n.trace.add(id)
		p.Tail.State = StateMissing
	}
	if closesCycle(n, p) {
		v.cutCycle(n, p)
		return
	}
	v.link(n, p)
}

// detach undoes attach, while the node still has the record with the old parent. A cycle that went through the node's link
// is one no more, so the link that was cut for it comes back.
func (v *View) detach(n *node) {
	if n.cut {
		n.cut = false
		n.trace.cuts--
		return
	}
	if n.parent == nil {
		return
	}
	broken := cutOf(n)
	v.unlink(n)
	if broken != nil {
		v.mend(broken)
	}
}

// recut chooses anew where the cycle through a node is cut, after the node's place in the order changed.
func (v *View) recut(n *node) {
	if c := cutOf(n); c != nil {
		v.mend(c)
	}
}

func (v *View) mend(n *node) {
	n.cut = false
	n.trace.cuts--
	v.attach(n)
	v.retier(n)
}

func (v *View) cutCycle(n, p *node) {
	first := n
	for m := p; m != n; m = m.parent {
		if before(m, first) {
			first = m
		}
	}
	n.trace.cuts++
	first.cut = true
	if first == n {
		return
	}
	v.unlink(first)
	v.link(n, p)
	v.retier(first)
}

// cutOf returns the node at which the cycle is cut that the link of n to its parent belongs to, nil if it is on none.
func cutOf(n *node) *node {
	if n.trace.cuts == 0 {
		return nil
	}
	c := top(n)
	if !c.cut {
		return nil
	}
	for m := n.trace.node(c.Record.Parent); m != n; m = m.parent {
		if m == c {
			return nil
		}
	}
	return c
}

// closesCycle tells whether p is n or below it. n has no parent now.
func closesCycle(n, p *node) bool {
	if n == p {
		return true
	}
	return n.child != nil && sameTree(n, p) && top(p) == n
}

func top(n *node) *node {
	for n.parent != nil {
		n = n.parent
	}
	return n
}

// sameTree is false only if no path leads from a to b. It may be true for nodes that once were in one tree: union-find
// knows no parting.
func sameTree(a, b *node) bool { return setOf(a) == setOf(b) }

func setOf(n *node) *node {
	if n.set == nil {
		n.set = n
	}
	for n.set != n {
		if n.set.set == nil {
			n.set.set = n.set
		}
		n.set = n.set.set
		n = n.set
	}
	return n
}

func (v *View) link(n, p *node) {
	n.parent = p
	push(&p.child, n)
	setOf(n).set = setOf(p)
	v.reskew(n)
	if p.Record == nil {
		v.adopt(p, n)
	}
	v.tell(p, n, report{}, n.report())
}

func (v *View) unlink(n *node) {
	p := n.parent
	remove(&p.child, n)
	n.parent = nil
	v.reskew(n)
	if p.Record == nil {
		v.loosen(p)
	}
	v.tell(p, n, n.report(), report{})
	if n.trace.mixed {
		n.trace.rescope = true
	}
}
