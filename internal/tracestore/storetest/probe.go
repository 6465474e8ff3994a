package storetest

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// probe is a store with the clock it goes by, and short ways to use it that fail the trial on an error.
type probe struct {
	*trial
	store tracestore.Store
	clock *Clock
}

var ctx = context.Background()

// open opens a store with a clock of its own.
func (t *trial) open(o Options) *probe {
	p := &probe{trial: t, clock: NewClock()}
	o.Now = p.clock.Now
	p.store = t.opener(o)
	t.stores = append(t.stores, p.store)
	return p
}

// restart opens an empty store that goes by the clock of p, as after a restart of the process.
func (p *probe) restart(o Options) *probe {
	o.Now = p.clock.Now
	next := &probe{trial: p.trial, clock: p.clock, store: p.opener(o)}
	p.stores = append(p.stores, next.store)
	return next
}

func traceID(n int) (t tracestore.TraceID) {
	t[0] = 0xab
	binary.BigEndian.PutUint64(t[8:], uint64(n))
	return t
}

func spanID(n int) (s tracestore.SpanID) {
	if n > 0 {
		s[0] = 0xcd
		binary.BigEndian.PutUint32(s[4:], uint32(n))
	}
	return s
}

// final makes a final observation of span n below parent; parent 0 makes a root.
func final(n, parent int, change ...func(*tracestore.Span)) *tracestore.Span {
	return observation(n, parent, tracestore.ClassFinal, 1000, change...)
}

// observation makes an observation whose content follows from its rank, as that of real ones does.
func observation(n, parent int, class tracestore.Class, at int64, change ...func(*tracestore.Span)) *tracestore.Span {
	s := &tracestore.Span{
		ID: spanID(n), Parent: spanID(parent), Rank: tracestore.Rank{Class: class, Time: at, Hash: uint64(n)},
		Facts:   tracestore.Facts{Name: fmt.Sprintf("span %d", n), Start: 500, Status: tracestore.StatusOK},
		Body:    fmt.Appendf(nil, `{"span":%d,"class":%d,"at":%d`, n, class, at),
		Context: []byte("resource and scope"),
	}
	if class == tracestore.ClassFinal {
		s.Facts.End = at
	}
	for _, c := range change {
		c(s)
	}
	return s
}

// named has a span name its execution.
func named(id string) func(*tracestore.Span) {
	return func(s *tracestore.Span) { s.Facts.Execution = id }
}

// leased has a span promise heartbeats.
func leased(d time.Duration) func(*tracestore.Span) {
	return func(s *tracestore.Span) { s.Facts.Lease = d }
}

// sized gives a span a body of n bytes.
func sized(n int) func(*tracestore.Span) {
	return func(s *tracestore.Span) { s.Body = []byte(`{"text":"` + strings.Repeat("x", max(n-10, 0)) + `"`) }
}

// append takes spans of one trace in and returns what became of them.
func (p *probe) append(trace int, spans ...*tracestore.Span) tracestore.AppendResult {
	return p.appendFrom("somebody", trace, spans...)
}

func (p *probe) appendFrom(sender string, trace int, spans ...*tracestore.Span) tracestore.AppendResult {
	res, err := p.store.Append(ctx, []tracestore.TraceBatch{{Trace: traceID(trace), Sender: sender, Spans: spans}})
	p.must(err)
	if len(res) != 1 {
		p.failf("one batch gave %d results", len(res))
	}
	is(p.trial, "sum of the counts", total(res[0]), len(spans))
	return res[0]
}

func total(r tracestore.AppendResult) int {
	return r.Stored + r.Updated + r.Duplicate + r.Skeleton + r.Dropped + r.Evicted + r.Refused
}

func (p *probe) read(trace int, from tracestore.Position, limit tracestore.ReadLimit) tracestore.Page {
	page, err := p.store.Read(ctx, traceID(trace), from, limit)
	p.must(err)
	return page
}

func (p *probe) resolve(id string) tracestore.Resolution {
	res, err := p.store.Resolve(ctx, id)
	p.must(err)
	return res
}

func (p *probe) sweep() tracestore.SweepResult {
	res, err := p.store.Sweep(ctx, p.clock.Now())
	p.must(err)
	return res
}

// pass lets time pass with a sweep every second, as a running process does.
func (p *probe) pass(d time.Duration) (marked int) {
	for ; d > 0; d -= time.Second {
		p.clock.Advance(min(d, time.Second))
		marked += p.sweep().Marked
	}
	return marked
}

func (p *probe) list(q tracestore.Query) tracestore.ExecutionPage {
	page, err := p.store.Executions(ctx, q)
	p.must(err)
	return page
}

// tracesOf names the traces of an execution by their numbers.
func tracesOf(r tracestore.Resolution) []int {
	var list []int
	for _, ref := range r.Traces {
		list = append(list, int(binary.BigEndian.Uint64(ref.Trace[8:])))
	}
	return list
}

func hexOf(trace int) string { return traceID(trace).String() }
