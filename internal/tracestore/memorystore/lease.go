package memorystore

import (
	"container/heap"
	"math"
	"time"
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// leases are the open spans of a trace that promised heartbeats. due is a time before which none of their leases ends:
// heartbeats move the ends but not due, so a beat costs nothing, and the trace is looked at once a lease.
type leases struct {
	spans map[tracestore.SpanID]struct{}
	peak  int
	due   int64 // Unix nanoseconds
	place int   // in the heap, from 1; 0: not in it
}

// follow takes a span's new record into account.
func (l *leases) follow(id tracestore.SpanID, r *tracestore.Record) {
	if !r.Open() || r.Facts.Lease <= 0 || r.Mark != tracestore.MarkNone {
		l.forget(id)
		return
	}
	if l.spans == nil {
		l.spans, l.due = map[tracestore.SpanID]struct{}{}, math.MaxInt64
	}
	l.spans[id] = struct{}{}
	l.peak = max(l.peak, len(l.spans))
	l.due = min(l.due, leaseEnd(r.Received, r.Facts.Lease))
}

func (l *leases) forget(id tracestore.SpanID) {
	delete(l.spans, id)
	if len(l.spans) == 0 {
		l.spans, l.peak = nil, 0
	}
}

func (l *leases) bytes() int64 { return mapSize(l.peak, unsafe.Sizeof(tracestore.SpanID{})) }

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
	switch in, wanted := t.leases.place > 0, len(t.leases.spans) > 0; {
	case in && wanted:
		heap.Fix(h, t.leases.place-1)
	case in:
		heap.Remove(h, t.leases.place-1)
	case wanted:
		heap.Push(h, t)
	}
}
