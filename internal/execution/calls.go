package execution

import "github.com/orcheo/otelcol-canvas/internal/tracestore"

// What a node must know of the usage below it is kept as numbers: how many of its children's subtrees bear usage, and the sum
// over the nearest spans below it that report some, which are the calls that it could be another view of. A change is told to
// the ancestors one by one, at constant cost each. The sums go no further than the next span above that reports usage itself, or
// is a tool or an agent, for it hides what is below; that a subtree bears usage goes no further than to an ancestor that knew it
// already. So a late span, a changed parent and a changed figure cost at most one step for each level above, however wide the
// tree and however large the subtree that moves.

// calls is a sum over model calls. That of a whole execution fits: see maxTokens.
type calls struct {
	input, output int64
	spans         int32
}

func (c calls) plus(o calls) calls {
	return calls{c.input + o.input, c.output + o.output, c.spans + o.spans}
}

func (c calls) minus(o calls) calls {
	return calls{c.input - o.input, c.output - o.output, c.spans - o.spans}
}

// report is what the parent of a subtree is told of it.
type report struct {
	near  calls // the calls that a call above the subtree could tell of too
	bears bool
}

func (n *node) report() report {
	r := report{bears: n.bearing()}
	switch {
	case n.boundary:
	case n.bears:
		u := n.Record.Facts.Usage
		r.near = calls{tokens(u.Input), tokens(u.Output), 1}
	default:
		r.near = n.under
	}
	return r
}

// bearing tells whether the node or anything below it reports usage.
func (n *node) bearing() bool { return n.bears || n.below > 0 }

// readUsage takes from the node's record what the tree needs to know of its usage.
func (n *node) readUsage() {
	f := &n.Record.Facts
	n.bears = tells(f)
	n.call = n.bears && (f.Scope == tracestore.ScopeCall || f.Scope == tracestore.ScopeReplay)
	n.boundary = f.Boundary
}

// tells is false for a usage of nothing but zeros, as instrumentations report where the provider streams and gives no figures:
// it must not keep one above it, which knows better, from counting. A replay may well be zero.
func tells(f *tracestore.Facts) bool {
	u := f.Usage
	return u != nil && (f.Scope == tracestore.ScopeReplay || u.Input != 0 || u.Output != 0 || (u.CostKnown && u.CostUSD != 0))
}

// renames tells whether a call above the node may take it for another one once r is its record, even at equal figures.
func (n *node) renames(r *tracestore.Record) bool {
	if n.Record == nil {
		return true
	}
	old, now := &n.Record.Facts, &r.Facts
	return old.ResponseID != now.ResponseID || old.Side != now.Side || old.Scope != now.Scope || old.Boundary != now.Boundary
}

// tell takes a changed report of the child n to p and what is above.
func (v *View) tell(p, n *node, was, is report) {
	for p != nil && (was.bears != is.bears || was.near.spans > 0 || is.near.spans > 0) {
		before := p.report()
		p.below += int32(one(is.bears) - one(was.bears))
		p.under = p.under.minus(was.near).plus(is.near)
		p.relist(n, was.near.spans > 0, is.near.spans > 0)
		v.assess(p)
		after := p.report()
		if p.bears || p.boundary { // what is above it sees none of this
			before.near, after.near = calls{}, calls{}
		}
		n, p, was, is = p, p.parent, before, after
	}
}

// relist keeps the list of heirs.
func (n *node) relist(child *node, was, is bool) {
	if was == is {
		return
	}
	if is {
		child.heirPrev, child.heirNext = nil, n.heirs
		if n.heirs != nil {
			n.heirs.heirPrev = child
		}
		n.heirs = child
		return
	}
	if child.heirPrev != nil {
		child.heirPrev.heirNext = child.heirNext
	} else {
		n.heirs = child.heirNext
	}
	if child.heirNext != nil {
		child.heirNext.heirPrev = child.heirPrev
	}
	child.heirPrev, child.heirNext = nil, nil
}

// nearest yields the calls of n.under.
func (n *node) nearest(yield func(*node) bool) {
	for m := n.heirs; m != nil; {
		if !m.bears {
			m = m.heirs
			continue
		}
		if !yield(m) {
			return
		}
		for m.heirNext == nil {
			if m = m.parent; m == n {
				return
			}
		}
		m = m.heirNext
	}
}
