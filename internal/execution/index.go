package execution

import "github.com/orcheo/otelcol-canvas/internal/tracestore"

// few is of how many things one is found faster by a look at each than in a map. Nearly all traces and executions are that small.
const few = 8

// trace returns the trace of an id, nil if it is not part of the execution.
func (v *View) trace(id tracestore.TraceID) *trace {
	if v.traces != nil {
		return v.traces[id]
	}
	for _, t := range v.order {
		if t.id == id {
			return t
		}
	}
	return nil
}

// index has a trace that just joined found by its id.
func (v *View) index(joined *trace) {
	switch {
	case v.traces != nil:
		v.traces[joined.id] = joined
	case len(v.order) > few:
		v.traces = make(map[tracestore.TraceID]*trace, 2*few)
		for _, t := range v.order {
			v.traces[t.id] = t
		}
	}
}

// node returns the node of a span, nil if there is none.
func (t *trace) node(id tracestore.SpanID) *node {
	if t.nodes != nil {
		return t.nodes[id]
	}
	for _, slab := range t.slabs {
		for i := range slab {
			if n := &slab[i]; n.Key.Span == id && n.trace != nil {
				return n
			}
		}
	}
	return nil
}

// index has a node that was just made found by its id.
func (t *trace) index(made *node) {
	switch {
	case t.nodes != nil:
		t.nodes[made.Key.Span] = made
	case t.used > few:
		t.nodes = make(map[tracestore.SpanID]*node, 2*few)
		for n := range t.all {
			t.nodes[n.Key.Span] = n
		}
	}
}
