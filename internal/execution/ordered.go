package execution

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// Ordered returns every node: the first root, or what stands in for it while it is missing, then the others by effective
// start, span id and trace id. The slice is shared and must not be changed; it is the same one until the view changes.
func (v *View) Ordered() []*Node {
	if v.ordered == nil {
		v.ordered = v.sort()
	}
	return v.ordered
}

// sortKey is what decides nearly every comparison, kept together so that sorting does not jump between nodes.
type sortKey struct {
	start int64
	span  uint64
	node  *node
}

func (v *View) sort() []*Node {
	keys := make([]sortKey, 0, v.visible)
	for n := range v.shown {
		keys = append(keys, sortKey{n.Tail.EffectiveStart, binary.BigEndian.Uint64(n.Key.Span[:]), n})
	}
	slices.SortFunc(keys, func(a, b sortKey) int {
		if c := cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.span, b.span)); c != 0 {
			return c
		}
		return compare(a.node, b.node)
	})
	if first := v.foremost(keys); first > 0 {
		k := keys[first]
		copy(keys[1:], keys[:first])
		keys[0] = k
	}
	nodes := make([]*Node, len(keys))
	for i, k := range keys {
		nodes[i] = &k.node.Node
	}
	return nodes
}

// foremost returns the place of the first root, else that of the first placeholder, else 0.
func (v *View) foremost(sorted []sortKey) int {
	var root *node
	if set := v.rootSet(); set != nil {
		root = set.all().first
	}
	return max(0, slices.IndexFunc(sorted, func(k sortKey) bool {
		return k.node == root || (root == nil && k.node.Record == nil)
	}))
}
