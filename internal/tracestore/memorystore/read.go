package memorystore

import "github.com/orcheo/otelcol-canvas/internal/tracestore"

// read makes one page of what changed after a position: full records and skeletons, merged in the order of their positions.
func (t *trace) read(from tracestore.Position, limit tracestore.ReadLimit) tracestore.Page {
	page := tracestore.Page{Info: t.info()}
	page.Reset = !from.IsZero() && from.Epoch != t.epoch
	if page.Reset || from.IsZero() {
		from = tracestore.Position{Epoch: t.epoch}
	}
	page.Next = from
	full, compact := t.full.order.after(from.Seq), t.compact.order.after(from.Seq)
	most := min(len(full), t.full.order.live) + min(len(compact), t.compact.order.live)
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
			return page
		}
		r := first(full, compact)
		bytes += len(r.Body)
		if n := len(page.Records); n > 0 && (n == limit.Records || limit.Bytes > 0 && bytes > limit.Bytes) {
			page.More = true
			return page
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
