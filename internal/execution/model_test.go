package execution_test

import (
	"bytes"
	"cmp"
	"math"
	"slices"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// oracle says what a view must show, worked out plainly and slowly from the final set of records.
type oracle struct {
	id      string
	rules   execution.Rules
	traces  []tracestore.TraceID
	infos   map[tracestore.TraceID]tracestore.TraceInfo
	records map[execution.SpanKey]*tracestore.Record

	parents map[execution.SpanKey]execution.SpanKey // links of the tree
	shown   map[execution.SpanKey]bool              // records and placeholders
}

func (o *oracle) work() {
	o.parents = map[execution.SpanKey]execution.SpanKey{}
	for k, r := range o.records {
		if !r.Parent.IsEmpty() {
			o.parents[k] = execution.SpanKey{Trace: k.Trace, Span: r.Parent}
		}
	}
	var cuts []execution.SpanKey
	for k := range o.records {
		if cycle := o.cycleOf(k); len(cycle) > 0 && slices.MinFunc(cycle, o.compare) == k {
			cuts = append(cuts, k)
		}
	}
	for _, k := range cuts {
		delete(o.parents, k)
	}
	o.shown = map[execution.SpanKey]bool{}
	for _, t := range o.traces {
		o.show(t)
	}
}

// cycleOf returns the spans of the cycle that k is on.
func (o *oracle) cycleOf(k execution.SpanKey) []execution.SpanKey {
	cycle := []execution.SpanKey{k}
	for at := k; len(cycle) <= len(o.records); {
		p, ok := o.parents[at]
		if !ok {
			return nil
		}
		if p == k {
			return cycle
		}
		cycle = append(cycle, p)
		at = p
	}
	return nil
}

func (o *oracle) ancestors(k execution.SpanKey) (up []execution.SpanKey) {
	for p, ok := o.parents[k]; ok; p, ok = o.parents[p] {
		up = append(up, p)
	}
	return up
}

func (o *oracle) name(k execution.SpanKey) string {
	if r := o.records[k]; r != nil {
		return r.Facts.Execution
	}
	return ""
}

func (o *oracle) show(t tracestore.TraceID) {
	named, outer := false, false
	for k := range o.records {
		if k.Trace == t && o.name(k) == o.id {
			named = true
			outer = outer || !slices.ContainsFunc(o.ancestors(k), func(a execution.SpanKey) bool {
				return o.name(a) != "" && o.name(a) != o.id
			})
		}
	}
	nested := named && !outer
	for k, r := range o.records {
		if k.Trace != t {
			continue
		}
		if nested {
			o.shown[k] = slices.ContainsFunc(append(o.ancestors(k), k), func(a execution.SpanKey) bool { return o.name(a) == o.id })
			continue
		}
		o.shown[k] = true
		if p, ok := o.parents[k]; ok && o.records[p] == nil && !r.Facts.Workflow {
			o.shown[p] = true
		}
	}
}

func (o *oracle) start(k execution.SpanKey) int64 {
	if r := o.records[k]; r != nil {
		if !r.Open() && r.Facts.Latency > 0 && r.Facts.Latency <= r.Facts.End {
			return r.Facts.End - r.Facts.Latency
		}
		return r.Facts.Start
	}
	start := int64(math.MaxInt64)
	for _, c := range o.children(k) {
		start = min(start, o.start(c))
	}
	return start
}

func (o *oracle) children(k execution.SpanKey) (below []execution.SpanKey) {
	for c, p := range o.parents {
		if p == k {
			below = append(below, c)
		}
	}
	return below
}

func (o *oracle) compare(a, b execution.SpanKey) int {
	return cmp.Or(
		cmp.Compare(o.start(a), o.start(b)),
		bytes.Compare(a.Span[:], b.Span[:]),
		bytes.Compare(a.Trace[:], b.Trace[:]),
	)
}

// visible returns the shown records in the one order.
func (o *oracle) visible() (keys []execution.SpanKey) {
	for k, shown := range o.shown {
		if shown && o.records[k] != nil {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, o.compare)
	return keys
}

func (o *oracle) state(r *tracestore.Record, reason tracestore.CompleteReason) execution.State {
	switch {
	case !r.Open():
		return execution.StateEnded
	case r.Mark == tracestore.MarkLost:
		return execution.StateLost
	case r.Mark == tracestore.MarkStale && (reason == "" || reason == tracestore.CompleteAbandoned):
		return execution.StateStale
	case reason != "" || r.Mark == tracestore.MarkUnfinished:
		return execution.StateUnfinished
	default:
		return execution.StateRunning
	}
}

func (o *oracle) skew(k execution.SpanKey) execution.Skew {
	r := o.records[k]
	if max(r.Facts.Start, r.Facts.End) > r.Received+60*second {
		return execution.SkewFuture
	}
	if p := o.records[o.parents[k]]; p != nil && r.Facts.Start > 0 && p.Facts.Start-r.Facts.Start > second {
		return execution.SkewBeforeParent
	}
	return execution.SkewNone
}

// shownNode is what a client knows of a node.
type shownNode struct {
	Record *tracestore.Record
	Tail   execution.Tail
	Name   string
}

// nodes returns what the view must show.
func (o *oracle) nodes(reason tracestore.CompleteReason) map[execution.SpanKey]shownNode {
	nodes := map[execution.SpanKey]shownNode{}
	for k, shown := range o.shown {
		if !shown {
			continue
		}
		r := o.records[k]
		n := shownNode{Record: r, Tail: execution.Tail{EffectiveStart: o.start(k)}}
		if r != nil {
			n.Tail.State, n.Tail.LastSeen, n.Tail.Usage, n.Tail.Skew = o.state(r, reason), r.Received, o.role(k), o.skew(k)
		} else {
			n.Tail.State, n.Name = execution.StateMissing, "(parent not received yet)"
			for _, c := range o.children(k) {
				if o.records[c].Facts.Node != "" {
					n.Name = "workflow.execution"
				}
			}
		}
		nodes[k] = n
	}
	return nodes
}

// ordered returns the keys in the order of Ordered.
func (o *oracle) ordered() []execution.SpanKey {
	var keys []execution.SpanKey
	for k, shown := range o.shown {
		if shown {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, o.compare)
	head := -1
	if roots := o.roots(); len(roots) > 0 {
		head = slices.Index(keys, slices.MinFunc(roots, o.compare))
	} else {
		head = slices.IndexFunc(keys, func(k execution.SpanKey) bool { return o.records[k] == nil })
	}
	if head > 0 {
		k := keys[head]
		keys = slices.Insert(slices.Delete(keys, head, head+1), 0, k)
	}
	return keys
}
