package execution

import (
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// View is the incremental fold over the records of one execution. What it shows is a function of the latest record of each
// span, of the order in which traces joined, and of the instants at which Advance found the execution complete; the order,
// the duplication and the partition of the input change nothing else. It is not safe for concurrent use.
type View struct {
	id    string
	rules Rules

	traces map[tracestore.TraceID]*trace // nil as long as there were few
	order  []*trace                      // by place, see joinOrder
	past   map[tracestore.TraceID]departure
	places int

	ledger  ledger
	replies map[string]*node // the counted call of each response id, head of the calls that share it
	account account
	roots   [tierCount]rootSet
	links   linkList
	done    completion

	rev     uint64
	log     changeLog
	touched []*node // changed by the operation under way, each once
	loose   []*node // placeholders that lost a child, or whose child changed
	resets  []*trace
	changed bool // the operation under way changed the overview
	visible int  // nodes shown
	ordered []*Node
	spare   []*trace // emptied, see Reset
}

// New returns the empty view of the execution id.
func New(id string, rules Rules) *View {
	return &View{id: id, rules: rules.withDefaults()}
}

// Reset makes the view that of another execution, empty as New returns it, and keeps what memory it has: for folds of which
// only a summary is wanted. Nobody may have a node, or a list, of the view any more.
func (v *View) Reset(id string, rules Rules) {
	for _, t := range v.order {
		v.spare = append(v.spare, t.emptied())
	}
	clear(v.replies)
	clear(v.order)
	clear(v.touched)
	clear(v.loose)
	clear(v.resets)
	clear(v.log.entries)
	replies, order, touched, loose, resets := v.replies, v.order[:0], v.touched[:0], v.loose[:0], v.resets[:0]
	log, roots, spare := v.log.entries[:0], v.roots, v.spare
	*v = View{} // in place: a literal with fields would be made elsewhere, and copied
	v.id, v.rules = id, rules.withDefaults()
	v.replies, v.order, v.touched, v.loose, v.resets = replies, order, touched, loose, resets
	v.log.entries, v.spare = log, spare
	for i := range roots {
		clear(roots[i].members)
		v.roots[i].members = roots[i].members[:0]
	}
}

// ID returns the execution's id.
func (v *View) ID() string { return v.id }

// SetID renames the view. What is shown may depend on the id, where a trace holds several executions.
func (v *View) SetID(id string) {
	if id == v.id {
		return
	}
	v.id = id
	v.changed = true
	for _, t := range v.order {
		t.own = isHex(id, t.id)
		v.remix(t)
		t.rescope = true // tiers of roots depend on the id as well
	}
	v.finish()
}

// AddTrace makes a trace part of the execution, before or after its first span came. The empty epoch means that it is not
// known; another epoch than the known one empties the trace, for its history is gone.
func (v *View) AddTrace(t tracestore.TraceID, epoch string) {
	v.join(t, epoch)
	v.finish()
}

// AddTraces makes traces part of the execution whose epochs are not known, in this order.
func (v *View) AddTraces(ids ...tracestore.TraceID) {
	for _, t := range ids {
		v.join(t, "")
	}
	v.finish()
}

// Apply takes in changed records of one trace. Records that the view has already, or has later ones of, change nothing.
func (v *View) Apply(records []*tracestore.Record, info tracestore.TraceInfo) {
	if info.Trace.IsEmpty() {
		return // what a store says of a trace that it does not know
	}
	if t := v.trace(info.Trace); t != nil && len(records) == 0 && t.knows(info) {
		return
	}
	t := v.join(info.Trace, info.Epoch)
	v.expect(t, len(records))
	late := false
	for _, r := range records {
		if v.apply(t, r) && r.Received > v.done.lateAfter {
			late = true
		}
	}
	if info.Dropped > t.dropped {
		t.dropped, v.changed = info.Dropped, true
	}
	if t.received(info) {
		t.lastReceived, v.changed = info.LastReceived, true
	}
	if late && v.done.complete {
		v.done.revision++
		v.changed = true
	}
	v.finish()
}

// Position tells up to where a trace has been applied; the zero Position if nothing of it has.
func (v *View) Position(t tracestore.TraceID) tracestore.Position {
	if tr := v.trace(t); tr != nil && tr.seq > 0 {
		return tracestore.Position{Epoch: tr.epoch, Seq: tr.seq}
	}
	return tracestore.Position{}
}

// Forget takes a trace out of the execution. If it joins again, it gets its place among the traces back.
func (v *View) Forget(id tracestore.TraceID) {
	t := v.trace(id)
	if t == nil {
		return
	}
	v.leave(t)
	v.finish()
}

// Node returns the node of a key, nil if the view does not show one.
func (v *View) Node(k SpanKey) *Node {
	t := v.trace(k.Trace)
	if t == nil {
		return nil
	}
	if n := t.node(k.Span); n != nil && n.visible {
		return &n.Node
	}
	return nil
}

// Len returns how many nodes are shown, placeholders included.
func (v *View) Len() int { return v.visible }

// apply takes one record in and tells whether it brought an observation that is shown, or may be. A mark is none.
func (v *View) apply(t *trace, r *tracestore.Record) bool {
	t.seq = max(t.seq, r.Seq)
	n := t.node(r.ID)
	if n == nil {
		n = t.add(r.ID)
	}
	old := n.Record
	if old != nil && r.Seq <= old.Seq {
		return false
	}
	news := old == nil || r.Rank != old.Rank
	if old == nil {
		v.takeOver(n)
		v.setRecord(n, r)
		v.attach(n)
		v.admit(n)
	} else {
		v.update(n, r)
	}
	if n.visible {
		v.count(n)
	}
	v.touch(n)
	return news && (n.visible || t.rescope)
}

// update replaces the record of a node that has one.
func (v *View) update(n *node, r *tracestore.Record) {
	old, start := n.Record, n.Tail.EffectiveStart
	if n.visible {
		v.discount(n, r)
	}
	if old.Parent != r.Parent {
		v.detach(n)
		v.setRecord(n, r)
		v.attach(n)
		n.trace.rescope = n.trace.rescope || n.trace.mixed
		return
	}
	v.setRecord(n, r)
	if n.parent != nil && n.parent.Record == nil {
		v.readopt(n.parent, n, old, start)
	}
	if n.Tail.EffectiveStart != start {
		v.recut(n)
	}
}

// setRecord makes r the node's record, and everything follow that concerns neither its place in the tree nor the sums.
func (v *View) setRecord(n *node, r *tracestore.Record) {
	t := n.trace
	var name string
	var began int64
	if old := n.Record; old != nil {
		name, began = old.Facts.Execution, old.Facts.Start
		t.ended -= one(!old.Open())
		t.rescope = t.rescope || (t.mixed && name != r.Facts.Execution)
	}
	t.ended += one(!r.Open())
	v.swapUsage(n, r)
	was, renamed := n.report(), n.renames(r)
	n.Record = r
	n.readUsage()
	n.PlaceholderName = ""
	n.Tail.State = v.stateOf(r)
	n.Tail.LastSeen = r.Received
	n.Tail.EffectiveStart = effectiveStart(r)
	n.Tail.Skew = n.skew()
	if began != r.Facts.Start {
		v.reskewBelow(n)
	}
	if is := n.report(); renamed || is != was {
		v.tell(n.parent, n, was, is)
	}
	v.rename(t, name, r.Facts.Execution)
}

// stateOf derives a span's state from what was observed, what time made of it, and whether the execution is over. A span
// that is known to be lost stays so: that says more than that it never ended. So does a stale one of an abandoned execution,
// of which nobody knows that it is over.
func (v *View) stateOf(r *tracestore.Record) State {
	switch {
	case !r.Open():
		return StateEnded
	case r.Mark == tracestore.MarkLost:
		return StateLost
	case r.Mark == tracestore.MarkStale && (!v.done.complete || v.done.reason == tracestore.CompleteAbandoned):
		return StateStale
	case r.Mark == tracestore.MarkUnfinished || v.done.complete:
		return StateUnfinished
	default:
		return StateRunning
	}
}

// effectiveStart is when the work began: Orcheo makes the spans of its nodes after the node ran, and says how long it took.
func effectiveStart(r *tracestore.Record) int64 {
	f := &r.Facts
	if !r.Open() && f.Latency > 0 && f.Latency <= f.End {
		return f.End - f.Latency
	}
	return f.Start
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
