package live

import "github.com/orcheo/otelcol-canvas/internal/tracestore"

// The store is told whose executions have viewers: they hear of changes, and are evicted last. Two executions may share a
// trace, and a watcher does not count, so the keys are counted here. All of it needs Views.mu.

// watch begins to watch an entry that got its first viewer.
func (v *Views) watch(e *entry) {
	v.viewed[e] = struct{}{}
	v.hold(keysOf(e)...)
}

// unwatch ends it: the last viewer left.
func (v *Views) unwatch(e *entry) {
	delete(v.viewed, e)
	v.letGo(keysOf(e)...)
}

func keysOf(e *entry) []tracestore.Key {
	keys := make([]tracestore.Key, 0, e.traces.len()+1)
	keys = append(keys, tracestore.Key{Execution: e.id})
	for t := range e.traces.all {
		keys = append(keys, tracestore.Key{Trace: t})
	}
	return keys
}

// hold watches those of the keys that nobody watches yet.
func (v *Views) hold(keys ...tracestore.Key) {
	first := keys[:0]
	for _, k := range keys {
		if v.held[k]++; v.held[k] == 1 {
			first = append(first, k)
		}
	}
	if len(first) > 0 {
		v.watcher.Add(first...)
	}
}

// letGo undoes hold.
func (v *Views) letGo(keys ...tracestore.Key) {
	last := keys[:0]
	for _, k := range keys {
		if v.held[k]--; v.held[k] == 0 {
			delete(v.held, k)
			last = append(last, k)
		}
	}
	if len(last) > 0 {
		v.watcher.Remove(last...)
	}
}
