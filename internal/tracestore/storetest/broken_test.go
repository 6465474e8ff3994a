package storetest_test

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/memorystore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/storetest"
)

// sound opens a store that keeps the contract, with changes to its configuration that may break it.
func sound(change ...func(*memorystore.Config)) storetest.Opener {
	return func(o storetest.Options) tracestore.Store {
		cfg := memorystore.Config{
			Now: o.Now, BudgetBytes: o.BudgetBytes, ExecutionBytes: o.ExecutionBytes, ExecutionSpans: o.ExecutionSpans,
			TTL: o.TTL, TombstoneTTL: o.TombstoneTTL,
		}
		for _, c := range change {
			c(&cfg)
		}
		s, err := memorystore.New(cfg)
		if err != nil {
			panic(err)
		}
		return s
	}
}

// wrapped opens stores of which some methods are broken.
func wrapped(wrap func(tracestore.Store) tracestore.Store) storetest.Opener {
	return func(o storetest.Options) tracestore.Store { return wrap(sound()(o)) }
}

type (
	batch  = tracestore.TraceBatch
	result = tracestore.AppendResult
	page   = tracestore.Page
	record = tracestore.Record
)

// appending breaks what goes into Append (before) or comes out of it (after).
type appending struct {
	tracestore.Store
	before func(*batch)
	after  func(*result)
}

func (s appending) Append(ctx context.Context, batches []batch) ([]result, error) {
	batches = slices.Clone(batches)
	for i := range batches {
		batches[i].Spans = slices.Clone(batches[i].Spans)
		if s.before != nil {
			s.before(&batches[i])
		}
	}
	res, err := s.Store.Append(ctx, batches)
	for i := range res {
		if s.after != nil {
			s.after(&res[i])
		}
	}
	return res, err
}

func onAppend(before func(*batch), after func(*result)) storetest.Opener {
	return wrapped(func(s tracestore.Store) tracestore.Store { return appending{s, before, after} })
}

// eachSpan breaks copies of the spans that are appended.
func eachSpan(change func(*tracestore.Span)) func(*batch) {
	return func(b *batch) {
		for i, span := range b.Spans {
			if span != nil {
				c := *span
				change(&c)
				b.Spans[i] = &c
			}
		}
	}
}

// reading breaks the question (before) or the answer (after) of Read.
type reading struct {
	tracestore.Store
	before func(tracestore.Store, tracestore.TraceID, *tracestore.Position, *tracestore.ReadLimit)
	after  func(tracestore.Position, *page)
}

func (s reading) Read(ctx context.Context, t tracestore.TraceID, from tracestore.Position, limit tracestore.ReadLimit) (page, error) {
	if s.before != nil {
		s.before(s.Store, t, &from, &limit)
	}
	p, err := s.Store.Read(ctx, t, from, limit)
	if s.after != nil {
		s.after(from, &p)
	}
	return p, err
}

func onPage(after func(tracestore.Position, *page)) storetest.Opener {
	return wrapped(func(s tracestore.Store) tracestore.Store { return reading{Store: s, after: after} })
}

// eachRecord breaks copies of the records that are read.
func eachRecord(change func(*record)) storetest.Opener {
	return onPage(func(_ tracestore.Position, p *page) {
		for i, r := range p.Records {
			c := *r
			change(&c)
			p.Records[i] = &c
		}
	})
}

// forgetful takes each second observation of a span for a duplicate.
type forgetful struct {
	tracestore.Store
	seen map[tracestore.SpanID]int
}

func (s forgetful) Append(ctx context.Context, batches []batch) ([]result, error) {
	lost := make([]int, len(batches))
	batches = slices.Clone(batches)
	for i := range batches {
		given := len(batches[i].Spans)
		batches[i].Spans = slices.DeleteFunc(slices.Clone(batches[i].Spans), func(span *tracestore.Span) bool {
			s.seen[span.ID]++
			return s.seen[span.ID]%2 == 0
		})
		lost[i] = given - len(batches[i].Spans)
	}
	res, err := s.Store.Append(ctx, batches)
	for i := range res {
		res[i].Duplicate += lost[i]
	}
	return res, err
}

// stubborn shows the first observation of a span, whatever came later.
type stubborn struct {
	tracestore.Store
	first map[tracestore.SpanID]*tracestore.Span
}

func (s stubborn) Append(ctx context.Context, batches []batch) ([]result, error) {
	for _, b := range batches {
		for _, span := range b.Spans {
			if s.first[span.ID] == nil {
				s.first[span.ID] = span
			}
		}
	}
	return s.Store.Append(ctx, batches)
}

func (s stubborn) Read(ctx context.Context, t tracestore.TraceID, from tracestore.Position, limit tracestore.ReadLimit) (page, error) {
	p, err := s.Store.Read(ctx, t, from, limit)
	for i, r := range p.Records {
		c := *r
		c.Span = s.first[r.ID]
		p.Records[i] = &c
	}
	return p, err
}

// vandal changes records in its readers' hands.
type vandal struct {
	tracestore.Store
	given *[]*record
}

func (s vandal) Read(ctx context.Context, t tracestore.TraceID, from tracestore.Position, limit tracestore.ReadLimit) (page, error) {
	p, err := s.Store.Read(ctx, t, from, limit)
	for i, r := range p.Records {
		c := *r
		p.Records[i] = &c
	}
	*s.given = append(*s.given, p.Records...)
	return p, err
}

func (s vandal) Append(ctx context.Context, batches []batch) ([]result, error) {
	for _, r := range *s.given {
		r.Seq++
	}
	return s.Store.Append(ctx, batches)
}

// boastful claims a smaller budget than it uses.
type boastful struct {
	tracestore.Store
	claims int64
}

func (s boastful) Stats() tracestore.Stats {
	st := s.Store.Stats()
	st.BudgetBytes = s.claims
	return st
}

func oversized(o storetest.Options) tracestore.Store {
	claims := o.BudgetBytes
	o.BudgetBytes *= 4
	return boastful{sound()(o), claims}
}

// binding breaks what binds and resolves.
type binding struct {
	tracestore.Store
	bind    func(error) error
	resolve func(*tracestore.Resolution)
	sweep   func(tracestore.Store, time.Time) (tracestore.SweepResult, error)
	list    func(tracestore.Store, tracestore.Query) (tracestore.ExecutionPage, error)
	put     func(*tracestore.Summary)
	watch   func(tracestore.Watcher) tracestore.Watcher
	mark    bool
	close   bool
	evict   func(tracestore.Store, string) error
	hasty   bool // it introduces and concludes whatever it has
}

func (s binding) Introduce(ctx context.Context, rows []tracestore.Summary) error {
	if !s.hasty {
		return s.Store.Introduce(ctx, rows)
	}
	for _, row := range rows {
		if err := s.Store.PutSummary(ctx, row.Execution, row); err != nil {
			return err
		}
	}
	return nil
}

func (s binding) Conclude(ctx context.Context, of []tracestore.Conclusion) ([]string, error) {
	if !s.hasty {
		return s.Store.Conclude(ctx, of)
	}
	for _, c := range of {
		res, err := s.Store.Resolve(ctx, c.Execution)
		if err != nil || res.Summary == nil {
			return nil, err
		}
		res.Summary.Complete, res.Summary.CompleteReason = true, c.Reason
		if err := s.Store.PutSummary(ctx, c.Execution, *res.Summary); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func (s binding) Bind(ctx context.Context, id string, t tracestore.TraceID) error {
	err := s.Store.Bind(ctx, id, t)
	if s.bind != nil {
		return s.bind(err)
	}
	return err
}

func (s binding) Resolve(ctx context.Context, id string) (tracestore.Resolution, error) {
	r, err := s.Store.Resolve(ctx, id)
	if s.resolve != nil {
		s.resolve(&r)
	}
	return r, err
}

func (s binding) Sweep(ctx context.Context, now time.Time) (tracestore.SweepResult, error) {
	if s.sweep != nil {
		return s.sweep(s.Store, now)
	}
	return s.Store.Sweep(ctx, now)
}

func (s binding) Executions(ctx context.Context, q tracestore.Query) (tracestore.ExecutionPage, error) {
	if s.list != nil {
		return s.list(s.Store, q)
	}
	return s.Store.Executions(ctx, q)
}

func (s binding) PutSummary(ctx context.Context, id string, sum tracestore.Summary) error {
	if s.put != nil {
		s.put(&sum)
	}
	return s.Store.PutSummary(ctx, id, sum)
}

func (s binding) Watch(ctx context.Context, keys ...tracestore.Key) (tracestore.Watcher, error) {
	w, err := s.Store.Watch(ctx, keys...)
	if s.watch != nil && err == nil {
		return s.watch(w), nil
	}
	return w, err
}

func (s binding) Mark(ctx context.Context, t tracestore.TraceID, m tracestore.Mark, spans ...tracestore.SpanID) error {
	if s.mark {
		return nil
	}
	return s.Store.Mark(ctx, t, m, spans...)
}

func (s binding) Evict(ctx context.Context, id string, why tracestore.EvictWhy) error {
	if s.evict != nil {
		return s.evict(s.Store, id)
	}
	return s.Store.Evict(ctx, id, why)
}

func (s binding) Close() error {
	if s.close {
		return nil
	}
	return s.Store.Close()
}

func with(change func(*binding)) storetest.Opener {
	return wrapped(func(s tracestore.Store) tracestore.Store {
		b := binding{Store: s}
		change(&b)
		return b
	})
}

// hearing breaks the keys that a watcher tells.
type hearing struct {
	tracestore.Watcher
	tells func([]tracestore.Key) []tracestore.Key
}

func (w hearing) Changed() []tracestore.Key { return w.tells(w.Watcher.Changed()) }

func telling(tells func([]tracestore.Key) []tracestore.Key) storetest.Opener {
	return with(func(b *binding) {
		b.watch = func(w tracestore.Watcher) tracestore.Watcher { return hearing{w, tells} }
	})
}

// deaf is a watcher that is never signalled.
type deaf struct{ tracestore.Watcher }

func (deaf) C() <-chan struct{} { return nil }

// byOffset lists with cursors that count rows.
func byOffset(s tracestore.Store, q tracestore.Query) (tracestore.ExecutionPage, error) {
	skip, limit := 0, q.Limit
	if q.Cursor != "" {
		n, err := strconv.Atoi(q.Cursor)
		if err != nil {
			return tracestore.ExecutionPage{}, tracestore.ErrCursor
		}
		skip = n
	}
	q.Cursor, q.Limit = "", 500
	all, err := s.Executions(context.Background(), q)
	all.Rows, all.Next = all.Rows[min(skip, len(all.Rows)):], ""
	if len(all.Rows) > limit {
		all.Rows, all.Next = all.Rows[:limit], strconv.Itoa(skip+limit)
	}
	return all, err
}
