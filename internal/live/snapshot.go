package live

import (
	"cmp"
	"math"
	"strings"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Snapshot returns one page: for the empty cursor the first one, for a p. cursor the one after it, for a c. cursor what
// changed since. limit is the most spans it may hold, 0 for no limit. A malformed cursor gives ErrCursor; one that means
// nothing any more gives the first page.
func (h *Handle) Snapshot(cursor string, limit int) (Snapshot, error) {
	switch {
	case cursor == "":
		return h.page(place{}, pageKey{}, false, limit), nil
	case strings.HasPrefix(cursor, changesPrefix):
		return h.changes(cursor, limit)
	default:
		p, key, err := parsePage(cursor)
		if err != nil {
			return Snapshot{}, err
		}
		return h.page(p, key, true, limit), nil
	}
}

// page returns the spans that follow key among those which the view had at the revision of the first page.
func (h *Handle) page(p place, key pageKey, follows bool, limit int) Snapshot {
	e, hinted := h.lock()
	defer e.mu.Unlock()
	s := Snapshot{Overview: h.overview(e, hinted), Phase: PhaseSnapshot}
	if e.view == nil {
		return s
	}
	if follows = follows && p.incarnation == e.incarnation; !follows {
		p = place{incarnation: e.incarnation, rev: e.view.Rev(), traces: map[tracestore.TraceID]tracestore.Position{}}
		for t := range e.view.Traces {
			p.traces[t] = e.view.Position(t)
		}
	}
	s.Changes = p.changesCursor()
	for i, n := range e.view.Ordered() {
		here := keyOf(i, n)
		if follows && (n.CreatedRev > p.rev || here.compare(key) <= 0) {
			continue
		}
		if limit > 0 && len(s.Spans) == limit {
			s.NextPage = p.pageCursor(key)
			break
		}
		s.Spans = append(s.Spans, viewOf(n))
		key = here
	}
	return s
}

func keyOf(i int, n *execution.Node) pageKey {
	return pageKey{afterRoot: i > 0, start: n.Tail.EffectiveStart, key: n.Key}
}

func (k pageKey) compare(o pageKey) int {
	if k.afterRoot != o.afterRoot {
		if k.afterRoot {
			return 1
		}
		return -1
	}
	return cmp.Or(
		cmp.Compare(k.start, o.start),
		cmp.Compare(string(k.key.Span[:]), string(o.key.Span[:])),
		cmp.Compare(string(k.key.Trace[:]), string(o.key.Trace[:])),
	)
}

// changes returns what changed since a c. cursor, at most limit spans. Where the client would have to forget a trace, it is
// given everything, in the snapshot phase: an answer is not of one trace.
func (h *Handle) changes(cursor string, limit int) (Snapshot, error) {
	st, err := h.Stream(cursor)
	if err != nil {
		return Snapshot{}, err
	}
	defer st.Close()
	known := st.place.incarnation
	p, overview, ok := st.collect()
	if ok && len(st.resets) > 0 {
		st.startOver()
		known = 0
		p, overview, ok = st.collect()
	}
	s := Snapshot{Phase: PhaseLive, Overview: overview}
	if !ok || known != p.incarnation {
		s.Phase = PhaseSnapshot
	}
	if !ok {
		return s, nil
	}
	for start := 0; start < len(p.nodes); {
		room := len(p.nodes)
		if limit > 0 {
			room = limit - len(s.Spans)
		}
		if room == 0 {
			s.Changes = st.Cursor()
			s.NextPage = s.Changes
			return s, nil
		}
		b, next, ok := st.batch(&p, start, math.MaxInt, room)
		if !ok {
			return h.changes(cursor, limit) // the view was exchanged meanwhile
		}
		s.Spans = append(s.Spans, b.Spans...)
		start = next
	}
	st.place.rev, st.cursor = p.rev, ""
	s.Changes = st.Cursor()
	return s, nil
}
