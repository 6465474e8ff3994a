package execution

import "github.com/orcheo/otelcol-canvas/internal/tracestore"

// Usage is counted at the deepest spans that report it: what is above them is taken for a sum. Each node knows how many of
// its children's subtrees bear usage, and a change goes up only as long as a subtree's answer turns. Of counted calls with
// one response id only the first one in the one order remains; the others are the same call seen again.

// bearing tells whether the node or anything below it reports usage.
func (n *node) bearing() bool { return n.bears || n.below > 0 }

// spread tells the ancestors of a subtree, from p on, that it began or ceased to bear usage.
func (v *View) spread(p *node, by int32) {
	for n := p; n != nil; n = n.parent {
		was := n.bearing()
		n.below += by
		v.assess(n)
		if n.bearing() == was {
			return
		}
	}
}

func (v *View) setBearing(n *node, bears bool) {
	if n.bears == bears {
		return
	}
	was := n.bearing()
	n.bears = bears
	if is := n.bearing(); is != was && n.parent != nil {
		by := int32(1)
		if was {
			by = -1
		}
		v.spread(n.parent, by)
	}
}

// assess gives a counted node the role that it now has.
func (v *View) assess(n *node) {
	if !n.counted {
		return
	}
	call := n.bears && n.below == 0
	if n.enrolled() {
		if call {
			return
		}
		v.withdraw(n)
	}
	switch {
	case call && n.Record.Facts.ResponseID != "":
		v.enrol(n)
	case call:
		v.setRole(n, UsageCounted)
	case n.bears:
		v.setRole(n, UsageAggregate)
	default:
		v.setRole(n, UsageNone)
	}
}

// setRole moves a node's usage between the accounts.
func (v *View) setRole(n *node, role UsageRole) {
	if n.Tail.Usage == role {
		return
	}
	u := n.Record.Facts.Usage
	v.ledger.add(n.Tail.Usage, u, -1)
	v.ledger.add(role, u, 1)
	n.Tail.Usage = role
	v.changed = true
	v.touch(n)
}

// keepsRole tells whether a node can keep its role when r becomes its record, until it is assessed.
func keepsRole(n *node, r *tracestore.Record) bool {
	return r != nil && n.bears && r.Facts.Usage != nil &&
		n.Record.Facts.ResponseID == r.Facts.ResponseID && n.Tail.EffectiveStart == effectiveStart(r)
}

// swapUsage keeps the account of a node's role right when r becomes its record.
func (v *View) swapUsage(n *node, r *tracestore.Record) {
	if n.Tail.Usage != UsageNone {
		v.ledger.add(n.Tail.Usage, n.Record.Facts.Usage, -1)
		v.ledger.add(n.Tail.Usage, r.Facts.Usage, 1)
	}
}

// enrolled tells whether the node is among the calls of its response id.
func (n *node) enrolled() bool {
	return (n.Tail.Usage == UsageCounted || n.Tail.Usage == UsageDuplicate) && n.Record.Facts.ResponseID != ""
}

// enrol puts a call among those of its response id, of which the head is the one that counts.
func (v *View) enrol(n *node) {
	id := n.Record.Facts.ResponseID
	head := v.replies[id]
	if head != nil && before(head, n) {
		n.replyPrev, n.replyNext = head, head.replyNext
		if n.replyNext != nil {
			n.replyNext.replyPrev = n
		}
		head.replyNext = n
		v.setRole(n, UsageDuplicate)
		return
	}
	v.replies[id] = n
	if head != nil {
		n.replyNext, head.replyPrev = head, n
		v.setRole(head, UsageDuplicate)
	}
	v.setRole(n, UsageCounted)
}

// withdraw takes a node's usage out of the accounts; if it was the call that counts, the next one becomes that.
func (v *View) withdraw(n *node) {
	if !n.enrolled() {
		v.setRole(n, UsageNone)
		return
	}
	head := v.replies[n.Record.Facts.ResponseID]
	next := n.replyNext
	if n.replyPrev != nil {
		n.replyPrev.replyNext = next
	}
	if next != nil {
		next.replyPrev = n.replyPrev
	}
	n.replyPrev, n.replyNext = nil, nil
	v.setRole(n, UsageNone)
	if head == n {
		v.promote(n.Record.Facts.ResponseID, next)
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
