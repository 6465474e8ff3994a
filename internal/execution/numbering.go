package execution

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Numbering is how far a view had counted its changes, and what it showed then. With it a later view of the same records
// counts on where this one ended, so that who followed this one can follow that one.
type Numbering struct {
	Rev    uint64
	Nodes  []Numbered
	Resets []ResetAt
}

// Numbered is one node with its revisions, and a hash of all that was shown of it.
type Numbered struct {
	Key          SpanKey
	Rev, Created uint64
	Shown        uint64
}

// ResetAt is the revision of a trace's last reset.
type ResetAt struct {
	Trace tracestore.TraceID
	Rev   uint64
}

// Numbering tells how far the view has counted.
func (v *View) Numbering() Numbering {
	n := Numbering{Rev: v.rev}
	for _, c := range v.log.entries {
		if c.counts() {
			n.Nodes = append(n.Nodes, Numbered{c.node.Key, c.node.Rev, c.node.CreatedRev, c.node.shown()})
		}
	}
	for t, d := range v.past {
		if d.reset > 0 {
			n.Resets = append(n.Resets, ResetAt{t, d.reset})
		}
	}
	return n
}

// shown is a hash of what clients are sent of a node.
func (n *Node) shown() uint64 {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%v %q", n.Tail, n.PlaceholderName) // never fails
	if r := n.Record; r != nil {
		_, _ = fmt.Fprintf(h, " %d %d", r.Seq, r.Rank.Hash)
	}
	return h.Sum64()
}

// Renumber has a view that nobody has seen yet count on from an earlier one. Nodes that look as they did then keep their
// revisions, all others get later ones. It returns false, and changes nothing, where a node of then is not there any more:
// nothing that followed could tell a client so.
func (v *View) Renumber(from Numbering) bool {
	known := make(map[SpanKey]Numbered, len(from.Nodes))
	for _, n := range from.Nodes {
		if v.Node(n.Key) == nil {
			return false
		}
		known[n.Key] = n
	}
	var log []change
	rev := from.Rev
	for _, c := range v.log.entries {
		if !c.counts() {
			continue
		}
		was, there := known[c.node.Key]
		if !there || was.Shown != c.node.shown() {
			rev++
			was.Rev = rev
		}
		log = append(log, change{was.Rev, c.node})
	}
	for i, c := range log {
		was, there := known[c.node.Key]
		log[i].node.Rev, log[i].node.CreatedRev = c.rev, c.rev
		if there {
			log[i].node.CreatedRev = was.Created
		}
	}
	slices.SortFunc(log, func(a, b change) int { return cmp.Compare(a.rev, b.rev) })
	v.log.entries, v.rev, v.ordered = log, rev+1, nil // the overview may have changed as well
	for t, d := range v.past {
		d.reset = 0
		v.past[t] = d
	}
	for _, r := range from.Resets {
		if t := v.trace(r.Trace); t != nil {
			v.remember(t, r.Rev)
		} else if d, known := v.past[r.Trace]; known {
			d.reset = r.Rev
			v.past[r.Trace] = d
		}
	}
	return true
}
