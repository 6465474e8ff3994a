package memorystore

import "github.com/orcheo/otelcol-canvas/internal/tracestore"

// hearing is when processes were last heard, in a table of fixed size: two that share a place in it are heard as one, which
// can only keep a span from being called stale. So no sender can make it grow, and it is part of the store itself, not of what
// that holds.
type hearing struct {
	at       [1024]int64 // Unix nanoseconds
	returned bool        // some process was heard after it had been silent for tracestore.StaleAfter
}

// note says that something of a process came.
func (h *hearing) note(process uint32, now int64) {
	last := &h.at[process%uint32(len(h.at))]
	if now-*last > int64(tracestore.StaleAfter) {
		h.returned = true
	}
	*last = now
}

func (h *hearing) last(process uint32) int64 { return h.at[process%uint32(len(h.at))] }

// sweepHeard takes the mark off stale spans whose process is heard again. It looks at all traces with open spans, but only
// after a process was silent for long, and in one go: such traces are few.
func (s *Store) sweepHeard(now int64, res *tracestore.SweepResult) (more bool) {
	if !s.heard.returned {
		return false
	}
	s.heard.returned = false
	var back []*trace
	for _, t := range s.leased {
		if t.leases.stale > 0 {
			back = append(back, t)
		}
	}
	for _, t := range back {
		var heard []tracestore.SpanID
		for id, isStale := range t.leases.of() {
			if o := t.openSpan(id); isStale && leaseEnd(s.heard.last(o.process), tracestore.StaleAfter) > now {
				heard = append(heard, id)
			}
		}
		noteMarked(res, t, s.mark(t, tracestore.MarkNone, heard, now))
		t.leases.due = max(t.leases.due, now) // to be looked at by sweepLeases, which knows when they end
		s.leased.update(t)
	}
	return false
}
