package storetest

import (
	"time"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func markChecks() []Check {
	return []Check{
		{Name: "an open span whose heartbeats stop is lost", run: lost},
		{Name: "a heartbeat renews a lease, and brings a lost span back", run: renewed},
		{Name: "a jump of the clock grants one more lease", run: jump},
		{Name: "a span without a lease, or ended, is never lost", run: neverLost},
		{Name: "an open span without a lease is stale when its process is silent, until that is heard again", run: stale},
		{Name: "a jump of the clock grants a silent process one more period", run: staleJump},
		{Name: "marks are written to open records only, once, and move them", run: marks},
		{Name: "a sweep says when there is something to do next", run: nextSweep},
		{Name: "a span whose execution is over its bound can be lost too", run: lostSkeleton},
	}
}

const lease = 30 * time.Second

func open(n int, at int64) *tracestore.Span {
	return observation(n, 0, tracestore.ClassHeartbeat, at, leased(lease))
}

func (p *probe) markOf(n int) tracestore.Mark { return p.snapshot(1)[spanID(n)].mark }

func lost(t *trial) {
	p := t.open(Options{})
	at := p.append(1, open(1, 1), open(2, 1)).Position
	is(t, "marked within the lease", p.pass(lease), 0)
	is(t, "marked after it", p.pass(time.Second), 2)
	is(t, "mark", p.markOf(1), tracestore.MarkLost)
	page := p.read(1, at, tracestore.ReadLimit{})
	is(t, "records that moved", len(page.Records), 2)
	is(t, "body is kept", len(page.Records[0].Body) > 0, true)
	is(t, "marked again", p.pass(3*lease), 0)
}

func renewed(t *trial) {
	p := t.open(Options{})
	for beat := range 4 {
		p.append(1, open(1, int64(beat+1)))
		is(t, "marked between heartbeats", p.pass(lease-time.Second), 0)
	}
	p.pass(lease)
	is(t, "mark", p.markOf(1), tracestore.MarkLost)
	is(t, "an old heartbeat", p.append(1, open(1, 2)).Duplicate, 1)
	is(t, "mark after an old heartbeat", p.markOf(1), tracestore.MarkLost)
	is(t, "a new heartbeat", p.append(1, open(1, 9)).Updated, 1)
	is(t, "mark after a new heartbeat", p.markOf(1), tracestore.MarkNone)
	is(t, "lost a second time", p.pass(2*lease), 1)
}

func jump(t *trial) {
	p := t.open(Options{})
	p.append(1, open(1, 1))
	p.pass(5 * time.Second)
	p.clock.Advance(time.Hour)
	is(t, "marked right after the machine slept", p.sweep().Marked, 0)
	is(t, "marked while the heartbeat may still come", p.pass(lease-time.Second), 0)
	is(t, "marked when it did not", p.pass(2*time.Second), 1)

	p = t.open(Options{})
	p.append(1, open(1, 1))
	p.pass(5 * time.Second)
	p.clock.Advance(-time.Hour)
	is(t, "marked right after the clock was put back", p.sweep().Marked, 0)
	is(t, "marked within a lease of that", p.pass(lease-time.Second), 0)
	is(t, "marked after it", p.pass(2*time.Second), 1)
}

func neverLost(t *trial) {
	p := t.open(Options{})
	p.append(1, observation(1, 0, tracestore.ClassStart, 1), open(2, 1), final(3, 0, leased(lease)))
	p.append(1, final(2, 0))
	is(t, "marked", p.pass(3*lease), 0)
}

// ofProcess has a span come from a process.
func ofProcess(n uint32) func(*tracestore.Span) {
	return func(s *tracestore.Span) { s.Facts.Process = n }
}

func begun(n int, process uint32) *tracestore.Span {
	return observation(n, 0, tracestore.ClassStart, 1, ofProcess(process))
}

func stale(t *trial) {
	p := t.open(Options{})
	p.append(1, begun(1, 1), begun(2, 2), final(3, 1, ofProcess(1)))
	p.pass(tracestore.StaleAfter / 2)
	p.append(2, final(1, 0, ofProcess(2))) // in another trace, and ended
	is(t, "marked while one of the processes may be heard", p.pass(tracestore.StaleAfter/2), 0)
	is(t, "marked when it was not", p.pass(time.Second), 1)
	is(t, "mark of the silent one", p.markOf(1), tracestore.MarkStale)
	is(t, "mark of the other one", p.markOf(2), tracestore.MarkNone)
	is(t, "marked later", p.pass(tracestore.StaleAfter/2), 1)
	is(t, "mark of the other one then", p.markOf(2), tracestore.MarkStale)

	at := p.read(1, tracestore.Position{}, tracestore.ReadLimit{}).Next
	p.append(3, begun(1, 1))
	is(t, "marks that went when a process was heard", p.pass(time.Second), 1)
	is(t, "mark of its span", p.markOf(1), tracestore.MarkNone)
	is(t, "mark of the one that is silent still", p.markOf(2), tracestore.MarkStale)
	is(t, "records that moved", len(p.read(1, at, tracestore.ReadLimit{}).Records), 1)
	is(t, "stale once more", p.pass(tracestore.StaleAfter), 2)
	p.append(1, final(1, 0, ofProcess(1)))
	is(t, "mark of the one that ended", p.markOf(1), tracestore.MarkNone)
	is(t, "marks of another span of that process, which went and came", p.pass(2*tracestore.StaleAfter), 2)
	is(t, "marked after all ended or are stale", p.pass(2*tracestore.StaleAfter), 0)
}

func staleJump(t *trial) {
	for _, by := range []time.Duration{time.Hour, -time.Hour} {
		p := t.open(Options{})
		p.append(1, begun(1, 1))
		p.pass(time.Minute)
		p.clock.Advance(by)
		is(t, "marked right after the clock jumped", p.sweep().Marked, 0)
		is(t, "marked while the process may be heard", p.pass(tracestore.StaleAfter-time.Second), 0)
		is(t, "marked when it was not", p.pass(2*time.Second), 1)
	}
}

func marks(t *trial) {
	p := t.open(Options{})
	at := p.append(1, observation(1, 0, tracestore.ClassStart, 1), observation(2, 0, tracestore.ClassHeartbeat, 1), final(3, 0)).Position
	mark := func(m tracestore.Mark) int {
		from := p.read(1, tracestore.Position{}, tracestore.ReadLimit{}).Next
		t.must(p.store.Mark(ctx, traceID(1), m, spanID(1), spanID(2), spanID(3), spanID(4)))
		return len(p.read(1, from, tracestore.ReadLimit{}).Records)
	}
	is(t, "marked", mark(tracestore.MarkStale), 2)
	is(t, "marked again", mark(tracestore.MarkStale), 0)
	is(t, "marked otherwise", mark(tracestore.MarkUnfinished), 2)
	is(t, "mark of the first", p.markOf(1), tracestore.MarkUnfinished)
	is(t, "mark of the ended one", p.markOf(3), tracestore.MarkNone)
	is(t, "records after the first position", len(p.read(1, at, tracestore.ReadLimit{}).Records), 2)
	t.must(p.store.Mark(ctx, traceID(7), tracestore.MarkStale, spanID(1)))
}

func nextSweep(t *trial) {
	p := t.open(Options{})
	is(t, "nothing known", p.sweep().NextSweepBy.IsZero(), true)
	p.append(1, open(1, 1))
	next := p.sweep().NextSweepBy
	if wait := next.Sub(p.clock.Now()); wait <= 0 || wait > lease+time.Second {
		t.failf("a lease ends in %s, the next sweep is asked for in %s", lease, wait)
	}
	p.clock.Advance(next.Sub(p.clock.Now()))
	res := p.sweep()
	is(t, "marked at the time asked for", res.Marked, 1)
	same(t, "traces with marked records", res.MarkedTraces, []tracestore.TraceID{traceID(1)})
}

func lostSkeleton(t *trial) {
	p := t.open(Options{ExecutionSpans: 20})
	p.append(1, many(10, 20)...)
	is(t, "skeletons", p.append(1, observation(50, 1, tracestore.ClassHeartbeat, 1, leased(lease))).Skeleton, 1)
	is(t, "marked", p.pass(lease+time.Second), 1)
	got := p.snapshot(1)[spanID(50)]
	is(t, "mark", got.mark, tracestore.MarkLost)
	is(t, "skeleton", got.skeleton, true)
}
