package storetest

import (
	"strings"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func tombstoneChecks() []Check {
	return []Check{
		{Name: "an evicted execution answers with its last summary and why it is over", run: tombstone},
		{Name: "spans that come for an evicted execution are counted, not taken up", run: lateSpans},
		{Name: "nothing can be bound to what was evicted", run: bindEvicted},
		{Name: "what did not change for the TTL is evicted", run: ttl},
		{Name: "a tombstone is forgotten after its time, and its trace can begin anew", run: tombstoneTTL},
		{Name: "an eviction takes the whole of an execution, and nothing else", run: wholeEviction},
		{Name: "a tombstone is small, whatever the summary was", run: smallTombstone},
	}
}

func (p *probe) evict(id string) { p.must(p.store.Evict(ctx, id, tracestore.EvictRequest)) }

func tombstone(t *trial) {
	p := t.open(Options{})
	p.append(1, final(1, 0, named("run-1")))
	p.append(2, final(1, 0, named("run-1")))
	t.must(p.store.PutSummary(ctx, "run-1", tracestore.Summary{
		Execution: "run-1", WorkflowID: "wf", Status: tracestore.StatusFailed, Started: 5, Finished: 9, Spans: 2, InputTokens: 7, Revision: 3,
	}))
	at := p.clock.Advance(time.Minute)
	p.evict("run-1")
	for _, id := range []string{"run-1", hexOf(1), hexOf(2)} {
		r := p.resolve(id)
		is(t, id+": known", r.Known, true)
		is(t, id+": execution", r.Execution, "run-1")
		is(t, id+": traces", len(r.Traces), 0)
		if r.Tombstone == nil {
			t.failf("%s has no tombstone", id)
		}
		s := r.Tombstone.Summary
		is(t, id+": reason", s.CompleteReason, tracestore.CompleteEvicted)
		is(t, id+": status", s.Status, tracestore.StatusFailed)
		is(t, id+": workflow", s.WorkflowID, "wf")
		is(t, id+": times", [2]int64{s.Started, s.Finished}, [2]int64{5, 9})
		is(t, id+": figures", [2]int64{int64(s.Spans), s.InputTokens}, [2]int64{2, 7})
		is(t, id+": evicted", r.Tombstone.Evicted.Equal(at), true)
	}
	is(t, "records", len(p.read(1, tracestore.Position{}, tracestore.ReadLimit{}).Records), 0)
	is(t, "rows", len(p.list(tracestore.Query{}).Rows), 0)
	stats := p.store.Stats()
	is(t, "traces", stats.Traces, 0)
	is(t, "records held", stats.Records, 0)
	is(t, "executions", stats.Executions, 0)
	is(t, "tombstones", stats.Tombstones, 1)
	res := p.sweep()
	is(t, "evictions told by the sweep", res.Evicted[tracestore.EvictRequest], 1)
	same(t, "ids told by the sweep", res.EvictedIDs, []string{"run-1"})
	p.evict("run-1")
	p.evict("nobody")
	is(t, "tombstones after evicting what is gone", p.store.Stats().Tombstones, 1)
}

func lateSpans(t *trial) {
	p := t.open(Options{})
	p.append(1, final(1, 0, named("run-1")))
	at := p.append(1, final(2, 1)).Position
	p.evict("run-1")
	is(t, "late spans of the trace", p.append(1, final(2, 1), final(3, 1)).Evicted, 2)
	is(t, "late spans of a trace that names it", p.append(2, final(1, 0, named("run-1")), final(2, 1)).Evicted, 2)
	is(t, "late spans of that trace that do not name it", p.append(2, final(3, 1)).Evicted, 1)
	is(t, "late", p.resolve("run-1").Tombstone.Late, 5)
	is(t, "the second trace leads to", p.resolve(hexOf(2)).Execution, "run-1")
	is(t, "records", p.store.Stats().Records, 0)
	page := p.read(1, at, tracestore.ReadLimit{})
	is(t, "records read", len(page.Records), 0)
	is(t, "rows", len(p.list(tracestore.Query{}).Rows), 0)
}

func bindEvicted(t *trial) {
	p := t.open(Options{})
	p.append(1, final(1, 0, named("run-1")))
	p.evict("run-1")
	p.unbindable("a new trace to an evicted execution", "run-1", traceID(2))
	p.unbindable("an evicted trace to a new execution", "run-2", traceID(1))
	is(t, "the new trace is known", p.resolve(hexOf(2)).Known, false)
	is(t, "the new execution is known", p.resolve("run-2").Known, false)
}

func ttl(t *trial) {
	p := t.open(Options{TTL: time.Hour})
	p.append(1, final(1, 0))
	p.clock.Advance(40 * time.Minute)
	p.append(2, final(1, 0))
	t.must(p.store.Bind(ctx, "run-3", traceID(3)))
	if next := p.sweep().NextSweepBy; next.After(p.clock.Now().Add(20 * time.Minute)) {
		t.failf("an execution ends in 20 minutes, the next sweep is asked for in %s", next.Sub(p.clock.Now()))
	}
	p.append(2, final(2, 1))
	p.clock.Advance(21 * time.Minute)
	res := p.sweep()
	is(t, "evictions", res.Evicted[tracestore.EvictTTL], 1)
	same(t, "ids", res.EvictedIDs, []string{hexOf(1)})
	is(t, "the younger one is held", p.held(2), true)
	p.clock.Advance(time.Hour)
	p.sweep()
	is(t, "the younger one is held an hour later", p.held(2), false)
	is(t, "traces", p.store.Stats().Traces, 0)
	is(t, "executions", p.store.Stats().Executions, 0)
}

func tombstoneTTL(t *trial) {
	p := t.open(Options{TombstoneTTL: time.Hour})
	at := p.append(1, final(1, 0, named("run-1"))).Position
	p.evict("run-1")
	p.clock.Advance(59 * time.Minute)
	is(t, "tombstones", p.sweep().Tombstones, 1)
	p.clock.Advance(2 * time.Minute)
	is(t, "tombstones after their time", p.sweep().Tombstones, 0)
	is(t, "known", p.resolve("run-1").Known, false)
	res := p.append(1, final(2, 1, named("run-1")))
	is(t, "stored", res.Stored, 1)
	is(t, "the new history has the old epoch", res.Position.Epoch == at.Epoch, false)
	is(t, "a reader of the old one starts over", p.read(1, at, tracestore.ReadLimit{}).Reset, true)
}

func wholeEviction(t *trial) {
	p := t.open(Options{})
	p.append(1, final(1, 0, named("run-1")))
	p.append(2, final(1, 0, named("run-1")), final(2, 1, named("inner")))
	p.append(3, final(1, 0, named("inner")))
	p.append(4, final(1, 0, named("run-4")))
	p.evict(hexOf(3))
	for _, id := range []string{"run-1", "inner", hexOf(1), hexOf(2), hexOf(3)} {
		is(t, id+" is evicted", p.resolve(id).Tombstone != nil, true)
	}
	is(t, "the other execution is held", p.held(4), true)
	is(t, "executions", p.store.Stats().Executions, 1)
}

func smallTombstone(t *trial) {
	p := t.open(Options{})
	for i := range 200 {
		p.append(i+1, final(1, 0, named(strings.Repeat("x", 30)+hexOf(i)[26:])))
		t.must(p.store.PutSummary(ctx, hexOf(i+1), tracestore.Summary{
			RunName: text("name"), RootName: text("root"), Error: text("it failed"), WorkflowID: strings.Repeat("w", 36), Tags: []string{text("tag")}, Models: []string{text("model")},
		}))
	}
	for i := range 200 {
		p.evict(hexOf(i + 1))
	}
	if stats := p.store.Stats(); stats.Tombstones > 0 && stats.Bytes/int64(stats.Tombstones) > 640 {
		t.failf("a tombstone takes %d bytes with all its indexes", stats.Bytes/int64(stats.Tombstones))
	}
}
