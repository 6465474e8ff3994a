package storetest_test

import (
	"context"
	"io"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/storetest"
)

func brokenRestarts() []broken {
	const (
		sameLaw    = "whatever was appended, a restored store tells the same"
		readerLaw  = "a reader goes on in a restored store, and gets exactly what changed since"
		damagedLaw = "a snapshot that is damaged, cut off or foreign is refused and leaves the store empty"
	)
	return []broken{
		{"begins a new epoch after a restart", restarting(func(r *restarted) { r.epoch = "x" }), readerLaw},
		{"loses what nobody had read before a restart", restarting(func(r *restarted) { r.tail = 1 }), readerLaw},
		{
			"loses everything in a restart", restarting(func(r *restarted) { r.deaf = true }),
			"a store that was restored tells the same of everything",
		},
		{"forgets names in a restart", restarting(func(r *restarted) { r.unnamed = true }), sameLaw},
		{
			"forgets in a restart what it evicted", restarting(func(r *restarted) { r.exhume = true }),
			"what was evicted before a restart is not taken up after it",
		},
		{
			"takes a restart for silence", restarting(func(r *restarted) { r.harsh = true }),
			"an open span gets one more lease after a restart",
		},
		{"takes a damaged snapshot for an empty one", restarting(func(r *restarted) { r.lenient = true }), damagedLaw},
		{"keeps what it could read of a damaged snapshot", restarting(func(r *restarted) { r.partial = true }), damagedLaw},
		{
			"writes as much as it has", restarting(func(r *restarted) { r.unbounded = true }),
			"a snapshot with little room has the most recent executions",
		},
		{
			"restores over what it has", restarting(func(r *restarted) { r.lenient = true }),
			"a store that holds something takes no snapshot",
		},
	}
}

// restarted breaks what happens in a snapshot or in a restored store.
type restarted struct {
	tracestore.Store
	epoch                                   string // added to every epoch after a restore
	tail                                    int    // how many of the last records of a page are lost after a restore
	deaf, unnamed, exhume, harsh            bool
	lenient, partial, unbounded, isRestored bool
}

func restarting(broken func(*restarted)) storetest.Opener {
	return wrapped(func(s tracestore.Store) tracestore.Store {
		r := &restarted{Store: s}
		broken(r)
		return r
	})
}

func (s *restarted) Snapshot(ctx context.Context, w io.Writer, limit tracestore.SnapshotLimit) (tracestore.SnapshotResult, error) {
	if s.unbounded {
		limit = tracestore.SnapshotLimit{}
	}
	return s.Store.Snapshot(ctx, w, limit)
}

func (s *restarted) Restore(ctx context.Context, r io.Reader) (tracestore.SnapshotResult, error) {
	if s.deaf {
		return tracestore.SnapshotResult{}, nil
	}
	res, err := s.Store.Restore(ctx, r)
	s.isRestored = err == nil
	switch {
	case err != nil && s.lenient:
		return res, nil
	case err != nil && s.partial:
		_, _ = s.Store.Append(ctx, []batch{{Trace: tracestore.TraceID{1}, Spans: []*tracestore.Span{{ID: tracestore.SpanID{1}}}}})
	case err == nil && s.harsh:
		trace := tracestore.TraceID{0: 0xab, 15: 1}
		page, _ := s.Store.Read(ctx, trace, tracestore.Position{}, tracestore.ReadLimit{})
		for _, rec := range page.Records {
			_ = s.Store.Mark(ctx, trace, tracestore.MarkLost, rec.ID)
		}
	}
	return res, err
}

func (s *restarted) Read(ctx context.Context, t tracestore.TraceID, from tracestore.Position, limit tracestore.ReadLimit) (page, error) {
	p, err := s.Store.Read(ctx, t, from, limit)
	if !s.isRestored {
		return p, err
	}
	if s.epoch != "" && from.Epoch != p.Info.Epoch+s.epoch {
		p.Reset = !from.IsZero()
		p.Info.Epoch += s.epoch
		p.Next.Epoch += s.epoch
	}
	p.Records = p.Records[:max(0, len(p.Records)-s.tail)]
	return p, err
}

func (s *restarted) Resolve(ctx context.Context, id string) (tracestore.Resolution, error) {
	r, err := s.Store.Resolve(ctx, id)
	if s.isRestored && s.unnamed {
		r.Aliases = nil
	}
	return r, err
}

func (s *restarted) Append(ctx context.Context, batches []batch) ([]result, error) {
	res, err := s.Store.Append(ctx, batches)
	for i := range res {
		if s.isRestored && s.exhume {
			res[i].Stored, res[i].Evicted = res[i].Stored+res[i].Evicted, 0
		}
	}
	return res, err
}
