package execution

import (
	"cmp"
	"slices"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// changeLog is the nodes in the order of their revisions. An entry counts as long as the node still has that revision; when
// half of the log does not count any more it is compacted, so a change costs constant time over many, and the place of a
// revision is found by bisection.
type changeLog struct{ entries []change }

type change struct {
	rev  uint64
	node *node
}

func (c change) counts() bool { return c.node.Rev == c.rev }

func (l *changeLog) append(n *node) { l.entries = append(l.entries, change{n.Rev, n}) }

func (l *changeLog) compact(visible int) {
	if len(l.entries) <= 2*visible+64 {
		return
	}
	l.entries = slices.DeleteFunc(l.entries, func(c change) bool { return !c.counts() })
	if cap(l.entries) > 4*len(l.entries) {
		l.entries = slices.Clone(l.entries)
	}
}

// Rev returns the revision of the view. It grows with every change of a node or of the overview.
func (v *View) Rev() uint64 { return v.rev }

// ResetRev returns the revision at which a client's copy of the trace last became wrong in a way that further nodes cannot
// mend, because a node vanished; 0 if that never was. A client that is behind it must clear the trace. Every node that is
// left of the trace has a later revision, so going on with Changed from where the client is brings them all.
func (v *View) ResetRev(t tracestore.TraceID) uint64 { return v.past[t].reset }

// Changed yields the nodes that changed after a revision, in the order of their revisions, until yield returns false. The
// view must not be changed meanwhile.
func (v *View) Changed(after uint64, yield func(*Node) bool) {
	entries := v.log.entries
	from, _ := slices.BinarySearchFunc(entries, after+1, func(c change, rev uint64) int { return cmp.Compare(c.rev, rev) })
	for _, c := range entries[from:] {
		if c.counts() && !yield(&c.node.Node) {
			return
		}
	}
}

// touch notes that a node changed. It gets its revision when the operation is over, one for all its changes.
func (v *View) touch(n *node) {
	if !n.touched {
		n.touched = true
		v.touched = append(v.touched, n)
	}
}

// show makes a node part of what is seen.
func (v *View) show(n *node) {
	n.visible = true
	v.visible++
	if n.Record == nil {
		push(&n.trace.missing, n)
	} else {
		v.count(n)
	}
	v.touch(n)
}

// hide takes a node out of what is seen. Only if somebody may have seen it must they be told.
func (v *View) hide(n *node) {
	if n.Record == nil {
		remove(&n.trace.missing, n)
	} else {
		v.discount(n, nil)
	}
	n.visible = false
	v.visible--
	if n.Rev > 0 {
		v.markReset(n.trace)
	}
	n.Rev, n.CreatedRev = 0, 0
	v.changed = true
}

func (v *View) markReset(t *trace) {
	if !t.resetting {
		t.resetting = true
		v.resets = append(v.resets, t)
	}
}

// finish ends every operation: it settles what was left until the input was read, and gives revisions to what changed.
func (v *View) finish() {
	v.tighten()
	for _, t := range v.order {
		if t.rescope {
			v.scope(t)
		}
	}
	v.settle()
	before := v.rev
	v.reset()
	for _, n := range v.touched {
		n.touched = false
		if !n.visible {
			continue
		}
		v.rev++
		n.Rev = v.rev
		if n.CreatedRev == 0 {
			n.CreatedRev = v.rev
		}
		v.log.append(n)
	}
	v.touched = recycle(v.touched)
	v.log.compact(v.visible)
	if v.changed && v.rev == before {
		v.rev++
	}
	v.changed = false
	if v.rev != before {
		v.ordered = nil
	}
}

// reset puts all that is left of a trace that lost nodes behind the revision of the loss.
func (v *View) reset() {
	for _, t := range v.resets {
		t.resetting = false
		v.rev++
		v.remember(t, v.rev)
		if v.trace(t.id) != t {
			continue
		}
		for n := range t.all {
			if n.visible {
				v.touch(n)
			}
		}
	}
	v.resets = v.resets[:0]
}

// recycle empties a list for the next operation, and lets go of one that a large operation made.
func recycle(list []*node) []*node {
	clear(list)
	if cap(list) > 1<<12 {
		return nil
	}
	return list[:0]
}
