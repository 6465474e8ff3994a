package memorystore

import (
	"fmt"
	"slices"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// read makes one page of what changed after a position: full records and skeletons, merged in the order of their positions.
func (t *trace) read(from tracestore.Position, limit tracestore.ReadLimit) tracestore.Page {
	page, seq := t.page(from)
	full, compact := t.full.order.after(seq), t.compact.order.after(seq)
	most := min(len(full), t.full.order.live) + min(len(compact), t.compact.order.live)
	fill(&page, full, compact, most, limit)
	return page
}

// page is an empty page of a trace, and the position that it begins after.
func (t *trace) page(from tracestore.Position) (tracestore.Page, uint64) {
	page := tracestore.Page{Info: t.info()}
	page.Reset = !from.IsZero() && from.Epoch != t.epoch
	if page.Reset || from.IsZero() {
		from = tracestore.Position{Epoch: t.epoch}
	}
	page.Next = from
	return page, from.Seq
}

// frozen is a compressed trace as it was when somebody began to read it: none of it changes any more.
type frozen struct {
	page       tracestore.Page
	seq        uint64
	compressed *compressed
	compact    []slot[skeleton]
}

func (t *trace) freeze(from tracestore.Position) frozen {
	page, seq := t.page(from)
	return frozen{page, seq, t.compressed, slices.Clone(t.compact.order.after(seq))}
}

// read is trace.read of a compressed trace. The error is pack.ErrCorrupt.
func (f *frozen) read(limit tracestore.ReadLimit) (tracestore.Page, error) {
	full, copied, err := f.compressed.after(f.seq, limit)
	if err != nil {
		return tracestore.Page{}, fmt.Errorf("read trace %s, which was compressed: %w", f.page.Info.Trace, err)
	}
	f.page.Copied = copied
	fill(&f.page, full, f.compact, len(full)+len(f.compact), limit)
	return f.page, nil
}

// fill puts records into a page until there are no more, or the limit is reached. There are at most so many.
func fill(page *tracestore.Page, full []slot[kept], compact []slot[skeleton], most int, limit tracestore.ReadLimit) {
	if limit.Records > 0 {
		most = min(most, limit.Records)
	}
	if most > 0 {
		page.Records = make([]*tracestore.Record, 0, most)
	}
	bytes := 0
	for {
		full, compact = skipHoles(full), skipHoles(compact)
		if len(full)+len(compact) == 0 {
			return
		}
		r := first(full, compact)
		bytes += len(r.Body)
		if n := len(page.Records); n > 0 && (n == limit.Records || limit.Bytes > 0 && bytes > limit.Bytes) {
			page.More = true
			return
		}
		page.Records = append(page.Records, r)
		page.Next.Seq = r.Seq
		if r.Skeleton {
			compact = compact[1:]
		} else {
			full = full[1:]
		}
	}
}

func skipHoles[T any](s []slot[T]) []slot[T] {
	for len(s) > 0 && s[0].item == nil {
		s = s[1:]
	}
	return s
}

// first is the record that comes first in two non-hole lists, at least one of which is not empty.
func first(full []slot[kept], compact []slot[skeleton]) *tracestore.Record {
	if len(compact) == 0 || len(full) > 0 && full[0].seq < compact[0].seq {
		return &full[0].item.Record
	}
	return compact[0].item.record()
}
