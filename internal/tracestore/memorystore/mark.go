package memorystore

import (
	"context"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Mark writes a fact that time brought onto open records. See tracestore.Store.
func (s *Store) Mark(_ context.Context, id tracestore.TraceID, m tracestore.Mark, spans ...tracestore.SpanID) error {
	t, err := s.lockFull(id)
	if err != nil {
		return err
	}
	defer s.mu.Unlock()
	if t != nil {
		s.mark(t, m, spans, s.now())
		s.makeRoom(t.group, s.now())
	}
	return nil
}

// mark marks records and wakes who watches them. It returns how many there were to mark. A mark does not count as activity: it
// says that there was none.
func (s *Store) mark(t *trace, m tracestore.Mark, spans []tracestore.SpanID, now int64) (marked int) {
	received := t.lastReceived
	open := s.open[:0]
	for _, id := range spans {
		if t.markFull(id, m, now, &open) || t.markCompact(id, m, now) {
			marked++
		}
		if len(open) >= chunkBytes {
			s.sealMarked(t, open)
			open = open[:0]
		}
	}
	t.lastReceived = received
	if marked > 0 {
		s.sealMarked(t, open)
		s.reuse(open)
		s.leased.update(t)
		s.signal(t)
	}
	return marked
}

// sealMarked closes a chunk of marked records. Their data from before is dead, and may be as much again: where the group would hold
// more with it than a group may, it goes. That happens a few times at most, because data is written anew with the first mark only.
func (s *Store) sealMarked(t *trace, open []byte) {
	t.seal(open)
	s.settle(t)
	if t.group.weight() <= s.cfg.groupBytes() {
		return
	}
	for _, of := range t.group.traces.all() {
		if of.full.rare != nil && of.full.rare.dead > 0 {
			of.full.rewrite()
			s.settle(of)
		}
	}
}

// markFull marks a record that is kept in full. Should its data have to change, the new ones go to the end of the open chunk.
func (t *trace) markFull(id tracestore.SpanID, m tracestore.Mark, now int64, open *[]byte) bool {
	at := t.full.find(id)
	if at < 0 || !t.full.list[at].open() || t.full.list[at].mark == m {
		return false
	}
	marked := t.full.take(at)
	data, lease := t.full.data(&marked, *open), t.full.openSpan(&marked).lease
	first := &since{marked.seq, marked.received}
	marked.mark, marked.seq = m, t.next(now)
	if isFirst(data) { // from now on it is not
		t.full.drop(&marked)
		at := len(*open)
		*open = appendSince(*open, data, first)
		t.full.add(&marked, at, len(*open))
	} else {
		t.full.push(&marked)
	}
	t.follow(id, marked.mortal(lease))
	return true
}

func (t *trace) markCompact(id tracestore.SpanID, m tracestore.Mark, now int64) bool {
	k := t.compact.get(id)
	if k == nil || k.class >= tracestore.ClassSynthetic || k.mark == m {
		return false
	}
	marked := *k
	marked.mark, marked.seq = m, t.next(now)
	t.keepSkeleton(&marked, k.seq)
	t.follow(id, marked.mortal())
	return true
}
