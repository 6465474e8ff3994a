package execution

import "github.com/orcheo/otelcol-canvas/internal/tracestore"

// Telemetry tells of one model call at several spans: a framework's and the SDK's, the client's and the server's, an agent's
// that sums up. Each span that reports usage gets a role by the first of these rules that fits:
//
//   - A cache of answers served it: it is a replay and never counts.
//   - It is no call by its sender's word, and anything below it reports usage: it is an aggregate of that.
//   - It is a call, and the nearest spans below it that report usage, those behind no other such span and behind no tool or
//     agent, are the same request seen again (see seenBelow): what is below counts, being closer to the provider, and it is a
//     duplicate of the one or an aggregate of the several. Otherwise it counts beside them.
//   - Else it counts, once for each response id (see enrol).
//
// A span that does not count gives nothing away: details that only it has, as a cost, are not moved to those that do. Then
// each total is the sum over the spans that are shown as counted, which anybody can check.

const (
	// maxViews is how many calls below another one are compared with it one by one. Of more, only the sum is.
	maxViews = 8
	// tolerance is the part of a call's figures by which those below it may miss it and still be taken for the same: 2 %.
	tolerance = 50
)

// role is what a node's place in the tree says of its usage.
func (n *node) role() UsageRole {
	switch {
	case !n.bears:
		return UsageNone
	case n.Record.Facts.Scope == tracestore.ScopeReplay:
		return UsageReplay
	case n.call:
		return n.seenBelow()
	case n.below > 0:
		return UsageAggregate
	default:
		return UsageCounted
	}
}

// seenBelow tells whether a call is seen again by the nearest spans below it. It is if one of them is the same request, or if
// together they have its figures, near enough. Its cost is bounded by maxViews walks from the call to one of those.
func (n *node) seenBelow() UsageRole {
	sum := n.under
	if sum.spans == 0 {
		return UsageCounted
	}
	f := &n.Record.Facts
	if sum.spans <= maxViews {
		for m := range n.nearest {
			if sameRequest(f, &m.Record.Facts) {
				return UsageDuplicate
			}
		}
	}
	switch {
	case !about(sum.input, tokens(f.Usage.Input)), !about(sum.output, tokens(f.Usage.Output)):
		return UsageCounted
	case sum.spans == 1:
		return UsageDuplicate
	default:
		return UsageAggregate
	}
}

// sameRequest tells whether a call and one near below it are two views of one request.
func sameRequest(above, below *tracestore.Facts) bool {
	a, b := above.Usage, below.Usage
	return (above.ResponseID != "" && above.ResponseID == below.ResponseID) ||
		(tokens(a.Input) == tokens(b.Input) && tokens(a.Output) == tokens(b.Output)) ||
		(above.Side == tracestore.SideClient && below.Side == tracestore.SideServer)
}

func about(sum, own int64) bool {
	miss := sum - own
	return max(miss, -miss) <= own/tolerance
}

// assess gives a counted node the role that it now has.
func (v *View) assess(n *node) {
	if !n.counted {
		return
	}
	role := n.role()
	enters := role == UsageCounted && n.Record.Facts.ResponseID != ""
	if n.enrolled {
		if enters {
			return
		}
		v.resign(n)
	}
	if enters {
		v.enrol(n)
	} else {
		v.setRole(n, role)
	}
}

// withdraw takes a node's usage out of the accounts.
func (v *View) withdraw(n *node) {
	if n.enrolled {
		v.resign(n)
	}
	v.setRole(n, UsageNone)
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
	return r != nil && n.bears && tells(&r.Facts) &&
		n.Record.Facts.ResponseID == r.Facts.ResponseID && n.Tail.EffectiveStart == effectiveStart(r)
}

// swapUsage keeps the account of a node's role right when r becomes its record.
func (v *View) swapUsage(n *node, r *tracestore.Record) {
	if n.Tail.Usage != UsageNone {
		v.ledger.add(n.Tail.Usage, n.Record.Facts.Usage, -1)
		v.ledger.add(n.Tail.Usage, r.Facts.Usage, 1)
	}
}
