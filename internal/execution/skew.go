package execution

import "time"

// Skew says how the times of a span contradict what else is known of it, which happens where clocks differ. Times are shown as
// they were sent: nothing is corrected, and nothing that the view decides depends on them.
type Skew uint8

// The contradictions.
const (
	SkewNone         Skew = iota
	SkewBeforeParent      // it began before its parent did
	SkewFuture            // it begins or ends later than when it was received
)

// String returns the word of the wire contract, "" for SkewNone.
func (s Skew) String() string {
	switch s {
	case SkewBeforeParent:
		return "before_parent"
	case SkewFuture:
		return "future"
	default:
		return ""
	}
}

// What is no contradiction yet: clocks that are kept in step differ by milliseconds, those that are not by more than this.
const (
	parentTolerance = int64(time.Second)
	futureTolerance = int64(time.Minute)
)

// skew finds the contradictions of a node that has a record. A time of zero is none.
func (n *node) skew() Skew {
	f := &n.Record.Facts
	if latest := n.Record.Received; latest > 0 && max(f.Start, f.End) > latest+futureTolerance {
		return SkewFuture
	}
	if p := n.parent; p != nil && p.Record != nil && f.Start > 0 && f.Start < p.Record.Facts.Start-parentTolerance {
		return SkewBeforeParent
	}
	return SkewNone
}

// reskew finds them anew, after the node got another parent or its parent another start.
func (v *View) reskew(n *node) {
	if n.Record == nil {
		return
	}
	if s := n.skew(); s != n.Tail.Skew {
		n.Tail.Skew = s
		v.touch(n)
	}
}

// reskewBelow does that for the children of a node.
func (v *View) reskewBelow(n *node) {
	for c := n.child; c != nil; c = c.next {
		v.reskew(c)
	}
}
