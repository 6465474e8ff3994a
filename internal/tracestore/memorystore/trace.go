package memorystore

import (
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// trace is what the store holds of one trace.
type trace struct {
	id    tracestore.TraceID
	epoch string
	group *group
	// execs are the executions that have this trace. The first one is canonical: the trace's hex id leads to it.
	execs few[*execution]

	last          uint64 // position of the last change
	started       int64  // Unix nanoseconds, the earliest start of a span; 0: none has one
	firstReceived int64
	lastReceived  int64
	dropped       uint32 // at least so many spans
	born          bool   // as part of a family

	compressed *compressed // the full records of a finished trace; full and contexts are empty then

	full     rows
	contexts contexts
	compact  *index[skeleton] // nil: there are no skeletons yet
	leases   *leases          // nil: no span is open
	watched  anchor

	charged int64 // what the account has of this trace
}

// canonical is the execution that the trace's hex id leads to.
func (t *trace) canonical() *execution { return t.execs.all()[0] }

var traceSize = pointersSize(unsafe.Sizeof(trace{})) + epochSize +
	heapSize(8)*2 // its places in execs and in its group

// index finds spans by id, and knows the order in which they changed. A nil one is empty.
type index[T any] struct {
	byID  map[tracestore.SpanID]*T
	order changes[T]
	peak  int
}

// set puts an item at a new position; old is the one it had, 0 if it is new.
func (x *index[T]) set(id tracestore.SpanID, old, seq uint64, item *T) {
	if old != 0 {
		x.order.remove(old)
	}
	x.order.push(seq, item)
	if x.byID == nil {
		x.byID = map[tracestore.SpanID]*T{}
	}
	x.byID[id] = item
	x.peak = max(x.peak, len(x.byID))
}

func (x *index[T]) drop(id tracestore.SpanID, seq uint64) {
	x.order.remove(seq)
	delete(x.byID, id)
}

// get finds an item, nil if there is none.
func (x *index[T]) get(id tracestore.SpanID) *T {
	if x == nil {
		return nil
	}
	return x.byID[id]
}

// count is how many items there are.
func (x *index[T]) count() int {
	if x == nil {
		return 0
	}
	return len(x.byID)
}

// after returns the slots behind a position, see changes.
func (x *index[T]) after(seq uint64) []slot[T] {
	if x == nil {
		return nil
	}
	return x.order.after(seq)
}

func (x *index[T]) bytes() int64 {
	if x == nil {
		return 0
	}
	return pointersSize(unsafe.Sizeof(*x)) + x.order.bytes() + mapSize(x.peak, unsafe.Sizeof(tracestore.SpanID{})+unsafe.Sizeof((*T)(nil)))
}

// size is what the trace takes now.
func (t *trace) size() int64 {
	n := traceSize
	if t.born {
		n = familySize
	}
	return n + t.compressed.bytes() + t.full.bytes() + t.contexts.bytes() + t.compact.bytes() +
		int64(t.compact.count())*skeletonSize + t.leases.bytes()
}

// spans counts the records held, skeletons included.
func (t *trace) spans() int { return t.compressed.count() + int(t.full.live) + t.compact.count() }

// seen says whether any span of the trace came, also if it was only counted.
func (t *trace) seen() bool { return t.spans() > 0 || t.dropped > 0 }

// next moves the trace's position on: a hybrid clock, so that positions of before a restart are not reached again.
func (t *trace) next(now int64) uint64 {
	t.last = max(t.last+1, uint64(max(now, 0)/1000))
	if t.firstReceived == 0 {
		t.firstReceived = now
	}
	t.lastReceived = now
	return t.last
}

// keep makes a row of an observation, whose data goes to the end of what is in the open chunk. before is what was known of the
// span, if anything; it has no row any more.
func (t *trace) keep(p *contextPool, s *tracestore.Span, before history, now int64, open []byte) []byte {
	r, at := row{
		seq: t.next(now), received: now,
		id: s.ID, class: s.Rank.Class, hash: s.Rank.Hash, process: s.Facts.Process, context: t.contexts.acquire(p, s.Context),
	}, len(open)
	if before.known {
		open = appendSpan(open, s, &since{before.firstSeq, before.firstReceived})
	} else {
		open = appendSpan(open, s, nil)
	}
	t.full.add(&r, at, len(open))
	t.begin(s.Facts.Start)
	t.follow(s.ID, r.mortal(s.Facts.Lease))
	return open
}

// seal closes the chunk that is open.
func (t *trace) seal(open []byte) {
	if len(open) > 0 {
		t.full.seal(open)
	}
	t.full.tidy()
}

// abridge keeps a skeleton of an observation.
func (t *trace) abridge(s *tracestore.Span, before history, now int64) {
	k := newSkeleton(s, before.record(t.next(now), now))
	t.keepSkeleton(k, before.compact)
	t.begin(s.Facts.Start)
	t.follow(s.ID, k.mortal())
}

// keepSkeleton puts a skeleton at its position; old is the one that it had, 0 if it is new.
func (t *trace) keepSkeleton(k *skeleton, old uint64) {
	if t.compact == nil {
		t.compact = &index[skeleton]{}
	}
	t.compact.set(k.id, old, k.seq, k)
}

func (t *trace) begin(start int64) {
	if start > 0 && (t.started == 0 || start < t.started) {
		t.started = start
	}
}

// info is what Read tells of the trace.
func (t *trace) info() tracestore.TraceInfo {
	return tracestore.TraceInfo{
		Trace: t.id, Epoch: t.epoch, LastSeq: t.last, Spans: t.spans(), Dropped: int(t.dropped), Bytes: t.charged,
		FirstReceived: t.firstReceived, LastReceived: t.lastReceived,
	}
}

// history is what stays of a span when a new observation replaces the one before: its first position and time, and where
// it stood in the indexes.
type history struct {
	known         bool
	full, compact uint64 // its position among the full records, or the skeletons; 0: not there
	firstSeq      uint64
	firstReceived int64
}

func (h history) record(seq uint64, now int64) tracestore.Record {
	r := tracestore.Record{Seq: seq, FirstSeq: seq, Received: now, FirstReceived: now}
	if h.known {
		r.FirstSeq, r.FirstReceived = h.firstSeq, h.firstReceived
	}
	return r
}
