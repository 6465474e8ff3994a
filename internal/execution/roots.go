package execution

import (
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// tier says what makes a span a root of the execution. The spans of the first tier that has any are the roots: a workflow
// span is one even under a parent, but one of another execution, nested in this, is not.
type tier uint8

const (
	tierNamed    tier = iota // a workflow span that names this execution
	tierWorkflow             // one that names none, or any where the view goes by the trace's id
	tierTop                  // a span without a parent
	tierCount
	tierNone = tierCount
)

func (v *View) tierOf(n *node) tier {
	f := &n.Record.Facts
	switch {
	case f.Workflow && f.Execution == v.id:
		return tierNamed
	case f.Workflow && (f.Execution == "" || n.trace.own):
		return tierWorkflow
	case n.parent == nil, n.parent.Record != nil && !n.parent.visible:
		return tierTop
	default:
		return tierNone
	}
}

// retier files a counted node under its tier, after its place in the tree or its parent's visibility changed.
func (v *View) retier(n *node) {
	if !n.counted {
		return
	}
	if now := v.tierOf(n); now != n.tier {
		v.untier(n)
		v.tier(n, now)
	}
}

func (v *View) tier(n *node, as tier) {
	if n.tier = as; as < tierCount {
		v.roots[as].add(n)
	}
}

func (v *View) untier(n *node) {
	if n.tier < tierCount {
		v.roots[n.tier].remove(n)
	}
	n.tier = tierNone
}

// rootSet returns the roots of the execution, nil if there is none.
func (v *View) rootSet() *rootSet {
	for i := range v.roots {
		if s := &v.roots[i]; len(s.members) > 0 {
			return s
		}
	}
	return nil
}

// rootSet is the spans of one tier, and what follows from all of them.
type rootSet struct {
	members []*node
	stale   bool // a member was removed: all that follows must be found anew
	digest  rootDigest
}

type rootDigest struct {
	first, last *node // in the one order
	open        int
	end         int64 // the latest
	received    int64 // the latest
	claims      bool  // some root says how many spans its trace has
}

func (s *rootSet) add(n *node) {
	n.root = int32(len(s.members))
	s.members = append(s.members, n)
	if !s.stale {
		s.digest.take(n)
	}
}

func (s *rootSet) remove(n *node) {
	last := len(s.members) - 1
	moved := s.members[last]
	s.members[n.root], moved.root = moved, n.root
	s.members[last] = nil
	s.members = s.members[:last]
	s.stale = true
}

func (s *rootSet) all() *rootDigest {
	if s.stale {
		s.stale, s.digest = false, rootDigest{}
		for _, n := range s.members {
			s.digest.take(n)
		}
	}
	return &s.digest
}

func (d *rootDigest) take(n *node) {
	if d.first == nil || before(n, d.first) {
		d.first = n
	}
	if d.last == nil || before(d.last, n) {
		d.last = n
	}
	d.open += one(n.Record.Open())
	d.end = max(d.end, n.Record.Facts.End)
	d.received = max(d.received, n.Record.Received)
	d.claims = d.claims || n.Record.Facts.SpanCount > 0
}

// countReached tells whether every trace with spans has ended as many of them as one of its roots claims.
func (v *View) countReached(s *rootSet) bool {
	if !s.all().claims {
		return false
	}
	claimed := make(map[*trace]int, len(v.order))
	for _, n := range s.members {
		claimed[n.trace] = max(claimed[n.trace], n.Record.Facts.SpanCount)
	}
	for _, t := range v.order {
		if t.shown > 0 && (claimed[t] == 0 || t.ended+t.dropped < claimed[t]) {
			return false
		}
	}
	return true
}

// status derives the execution's state from its last root: of several attempts, the last one counts.
func (v *View) status(s *rootSet) tracestore.Status {
	if s == nil {
		if v.account.spans == 0 {
			return tracestore.StatusPending
		}
		return tracestore.StatusRunning
	}
	root := s.all().last.Record
	if root.Open() {
		return tracestore.StatusRunning
	}
	switch root.Facts.Outcome {
	case tracestore.OutcomeCompleted:
		return tracestore.StatusCompleted
	case tracestore.OutcomeFailed:
		return tracestore.StatusFailed
	case tracestore.OutcomeCancelled:
		return tracestore.StatusCancelled
	default:
		if root.Facts.Status == tracestore.StatusError {
			return tracestore.StatusFailed
		}
		return tracestore.StatusCompleted
	}
}
