package memorystore

import (
	"time"
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// skeleton is what is kept of a span for which its execution has no room: ids, times and status.
type skeleton struct {
	id, parent    tracestore.SpanID
	time          int64 // of the rank
	hash          uint64
	start, end    int64
	lease         time.Duration
	seq, firstSeq uint64
	received      int64
	firstReceived int64
	process       uint32
	class         tracestore.Class
	status        tracestore.StatusCode
	outcome       tracestore.Outcome
	mark          tracestore.Mark
}

var skeletonSize = heapSize(int(unsafe.Sizeof(skeleton{})))

// newSkeleton makes a skeleton of a span; r says when it came.
func newSkeleton(s *tracestore.Span, r tracestore.Record) *skeleton {
	return &skeleton{
		id: s.ID, parent: s.Parent, class: s.Rank.Class, time: s.Rank.Time, hash: s.Rank.Hash,
		start: s.Facts.Start, end: s.Facts.End, status: s.Facts.Status, outcome: s.Facts.Outcome, lease: s.Facts.Lease, process: s.Facts.Process,
		seq: r.Seq, firstSeq: r.FirstSeq, received: r.Received, firstReceived: r.FirstReceived, mark: r.Mark,
	}
}

func (k *skeleton) rank() tracestore.Rank {
	return tracestore.Rank{Class: k.class, Time: k.time, Hash: k.hash}
}

// record makes the record that readers get.
func (k *skeleton) record() *tracestore.Record {
	c := &tracestore.Cell{
		Of: tracestore.Span{
			ID: k.id, Parent: k.parent, Rank: k.rank(),
			Facts: tracestore.Facts{
				Start: k.start, End: k.end, Status: k.status, Outcome: k.outcome, Lease: k.lease, Process: k.process,
			},
		},
		Record: tracestore.Record{
			Seq: k.seq, FirstSeq: k.firstSeq, Received: k.received, FirstReceived: k.firstReceived, Mark: k.mark, Skeleton: true,
		},
	}
	c.Span = &c.Of
	return &c.Record
}
