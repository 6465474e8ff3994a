package memorystore

import (
	"container/heap"
	"math"
	"time"
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// leases are the open spans of a trace that are not given up. Each has a lease: the one that it promised heartbeats for, or else
// the silence that makes it stale. due is a time before which none of the leases ends: heartbeats move the ends but not due, so
// a beat costs nothing, and the trace is looked at once a lease.
type leases struct {
	spans map[tracestore.SpanID]bool // true: it is stale, and has no lease until its process is heard again
	peak  int32
	stale int32 // how many are
	due   int64 // Unix nanoseconds
	place int   // in the heap, from 1; 0: not in it
}

var leasesSize = pointersSize(unsafe.Sizeof(leases{}))

// mortal is what a lease depends on.
type mortal struct {
	open     bool
	mark     tracestore.Mark
	received int64
	lease    time.Duration
}

func (r *row) mortal(lease time.Duration) mortal { return mortal{r.open(), r.mark, r.received, lease} }

func (k *skeleton) mortal() mortal {
	return mortal{k.class < tracestore.ClassSynthetic, k.mark, k.received, k.lease}
}

// of are the spans, none where there are no leases.
func (l *leases) of() map[tracestore.SpanID]bool {
	if l == nil {
		return nil
	}
	return l.spans
}

// follow takes a span's new record into account.
func (t *trace) follow(id tracestore.SpanID, r mortal) {
	if !r.open || (r.mark != tracestore.MarkNone && r.mark != tracestore.MarkStale) {
		t.leases.forget(id)
		return
	}
	if t.leases == nil {
		t.leases = &leases{}
	}
	l := t.leases
	if l.spans == nil {
		l.spans, l.due = map[tracestore.SpanID]bool{}, math.MaxInt64
	}
	was, is := l.spans[id], r.mark == tracestore.MarkStale
	l.stale += count(is) - count(was)
	l.spans[id] = is
	l.peak = max(l.peak, int32(len(l.spans)))
	if !is {
		l.due = min(l.due, leaseEnd(r.received, leaseOf(r.lease)))
	}
}

func (l *leases) forget(id tracestore.SpanID) {
	if l.of() == nil {
		return
	}
	l.stale -= count(l.spans[id])
	delete(l.spans, id)
	if len(l.spans) == 0 {
		l.spans, l.peak = nil, 0
	}
}

// giveUp ends all leases. leaseHeap.update is to follow.
func (t *trace) giveUp() {
	if l := t.leases; l != nil {
		l.spans, l.peak, l.stale = nil, 0, 0
	}
}

// awaited says whether some span's heartbeats are.
func (t *trace) awaited() bool {
	for id, isStale := range t.leases.of() {
		if !isStale && t.openSpan(id).lease > 0 {
			return true
		}
	}
	return false
}

func count(yes bool) int32 {
	if yes {
		return 1
	}
	return 0
}

func (l *leases) bytes() int64 {
	if len(l.of()) == 0 {
		return 0 // it goes with its place
	}
	return leasesSize + mapSize(int(l.peak), unsafe.Sizeof(tracestore.SpanID{})+unsafe.Sizeof(false))
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
	if t.leases == nil {
		return
	}
	switch in, wanted := t.leases.place > 0, len(t.leases.spans) > 0; {
	case in && wanted:
		heap.Fix(h, t.leases.place-1)
	case in:
		heap.Remove(h, t.leases.place-1)
	case wanted:
		heap.Push(h, t)
	}
	if t.leases.place == 0 {
		t.leases = nil
	}
}
