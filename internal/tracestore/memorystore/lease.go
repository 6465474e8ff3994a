package memorystore

import (
	"container/heap"
	"math"
	"time"
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// leases are the open spans of a trace. Each has a lease: the one that it promised heartbeats for, or else the silence that
// makes it stale. due is a time before which none of the leases ends: heartbeats move the ends but not due, so a beat costs
// nothing, and the trace is looked at once a lease.
type leases struct {
	spans map[tracestore.SpanID]struct{}
	stale map[tracestore.SpanID]struct{} // whose process may be heard again
	peak  int
	due   int64 // Unix nanoseconds
	place int   // in the heap, from 1; 0: not in it
}

// follow takes a span's new record into account.
func (l *leases) follow(id tracestore.SpanID, r *tracestore.Record) {
	if !r.Open() || r.Mark != tracestore.MarkNone {
		l.forget(id)
		if r.Open() && r.Mark == tracestore.MarkStale {
			l.rest(id)
		}
		return
	}
	delete(l.stale, id)
	if l.spans == nil {
		l.spans, l.due = map[tracestore.SpanID]struct{}{}, math.MaxInt64
	}
	l.spans[id] = struct{}{}
	l.peak = max(l.peak, len(l.spans))
	l.due = min(l.due, leaseEnd(r.Received, leaseOf(r.Facts.Lease)))
}

// rest keeps a stale span in mind.
func (l *leases) rest(id tracestore.SpanID) {
	if l.stale == nil {
		l.stale = map[tracestore.SpanID]struct{}{}
	}
	l.stale[id] = struct{}{}
	l.peak = max(l.peak, len(l.stale))
}

func (l *leases) forget(id tracestore.SpanID) {
	delete(l.spans, id)
	delete(l.stale, id)
	if len(l.spans) == 0 {
		l.spans, l.due = nil, math.MaxInt64
	}
	if len(l.stale) == 0 {
		l.stale = nil
	}
	if l.empty() {
		l.peak = 0
	}
}

func (l *leases) empty() bool { return len(l.spans)+len(l.stale) == 0 }

// bytes is what the larger of the two sets took at its most, for each of them that there is.
func (l *leases) bytes() int64 {
	size := mapSize(l.peak, unsafe.Sizeof(tracestore.SpanID{}))
	if l.spans != nil && l.stale != nil {
		return 2 * size
	}
	return size
}

// leaseOf is how long a span may be silent: as long as it promised, or as its whole process may be.
func leaseOf(promised time.Duration) time.Duration {
	if promised > 0 {
		return promised
	}
	return tracestore.StaleAfter
}

// leaseEnd is the first moment at which a lease is over.
func leaseEnd(from int64, lease time.Duration) int64 {
	if lease > math.MaxInt64/2 {
		return math.MaxInt64
	}
	return from + int64(lease) + 1
}

// leaseHeap orders traces with leases by due. It implements heap.Interface.
type leaseHeap []*trace

func (h leaseHeap) Len() int           { return len(h) }
func (h leaseHeap) Less(i, j int) bool { return h[i].leases.due < h[j].leases.due }
func (h leaseHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].leases.place, h[j].leases.place = i+1, j+1
}

// Push implements heap.Interface.
func (h *leaseHeap) Push(x any) {
	t := x.(*trace)
	*h = append(*h, t)
	t.leases.place = len(*h)
}

// Pop implements heap.Interface.
func (h *leaseHeap) Pop() any {
	old := *h
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*h = trim(old[:len(old)-1])
	t.leases.place = 0
	return t
}

// update puts a trace where it belongs now.
func (h *leaseHeap) update(t *trace) {
	switch in, wanted := t.leases.place > 0, !t.leases.empty(); {
	case in && wanted:
		heap.Fix(h, t.leases.place-1)
	case in:
		heap.Remove(h, t.leases.place-1)
	case wanted:
		heap.Push(h, t)
	}
}
