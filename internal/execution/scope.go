package execution

// A trace may hold several executions, one nested in another. The view of an outer one shows the whole trace; the view of a
// nested one shows the subtrees of the spans that name it. Which of the two a view is can be seen from the spans alone: it is
// nested if every span that names it has a span above it that names another execution. As long as a trace does not name both
// (is not "mixed"), which is nearly always, everything is shown and nothing below costs anything. In a mixed trace what is
// shown is found anew whenever the tree changes other than by a new leaf, once per operation and in one pass.

// rename counts the execution names of a trace when a record's changes.
func (v *View) rename(t *trace, old, now string) {
	if old == now {
		return
	}
	t.names.remove(old)
	t.names.add(now)
	v.remix(t)
}

// remix finds whether a trace names both the view's execution and another one.
func (v *View) remix(t *trace) {
	if mixed := t.names.len() > 1 && t.names.has(v.id); mixed != t.mixed {
		t.mixed, t.rescope = mixed, true
	}
}

// admit decides whether a node that just got its first record is shown.
func (v *View) admit(n *node) {
	t := n.trace
	if t.mixed {
		if n.child != nil {
			t.rescope = true
		}
		v.inherit(n)
		if v.names(n) && (n.parent == nil || !n.parent.inside) {
			t.rescope = true // it may begin a subtree that is shown, or show that this is the outer execution
		}
	}
	if !n.visible && (!t.restricted || n.inside) {
		n.visible = true
		v.visible++
	}
}

func (v *View) names(n *node) bool { return n.Record != nil && n.Record.Facts.Execution == v.id }

// inherit finds what a node is inside of from its parent, which must be right.
func (v *View) inherit(n *node) {
	n.inside, n.foreign = false, false
	if n.parent != nil {
		n.inside, n.foreign = n.parent.inside, n.parent.foreign
	}
	if n.Record == nil || n.Record.Facts.Execution == "" {
		return
	}
	if v.names(n) {
		n.inside = true
	} else {
		n.foreign = true
	}
}

// scope finds what is shown of a trace.
func (v *View) scope(t *trace) {
	t.rescope = false
	t.restricted = t.mixed && v.nested(t)
	for n := range t.all {
		show := !t.restricted || n.inside
		if n.Record == nil {
			show = !t.restricted && n.solid
		}
		if show && !n.visible {
			v.show(n)
		} else if !show && n.visible {
			v.hide(n)
		}
	}
	for n := range t.all {
		if n.counted {
			v.retier(n)
		}
	}
}

// nested tells whether every span that names the view's execution is below one that names another.
func (v *View) nested(t *trace) bool {
	nested := true
	for n := range t.all {
		if n.parent != nil {
			continue
		}
		walk(n, func(n *node) {
			v.inherit(n)
			if v.names(n) && (n.parent == nil || !n.parent.foreign) {
				nested = false
			}
		})
	}
	return nested
}

// walk visits a node and all below it, parents first, in constant memory.
func walk(top *node, visit func(*node)) {
	for n := top; ; {
		visit(n)
		if n.child != nil {
			n = n.child
			continue
		}
		for n != top && n.next == nil {
			n = n.parent
		}
		if n == top {
			return
		}
		n = n.next
	}
}
