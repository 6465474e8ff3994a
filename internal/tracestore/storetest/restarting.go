package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func restartChecks() []Check {
	return []Check{
		{Name: "a store that was restored tells the same of everything", run: restored},
		law("whatever was appended, a restored store tells the same", rapid.Custom(drawNaming), restoredLaw),
		{Name: "a reader goes on in a restored store, and gets exactly what changed since", run: readerOverRestart},
		{Name: "what was evicted before a restart is not taken up after it", run: evictedOverRestart},
		{Name: "an open span gets one more lease after a restart", run: leaseOverRestart},
		{Name: "a snapshot that is damaged, cut off or foreign is refused and leaves the store empty", run: damagedSnapshot},
		{Name: "a snapshot with little room has the most recent executions", run: smallSnapshot},
		{Name: "a store that holds something takes no snapshot", run: restoreTwice},
	}
}

func (p *probe) shoot(limit tracestore.SnapshotLimit) []byte {
	var out bytes.Buffer
	res, err := p.store.Snapshot(ctx, &out, limit)
	p.must(err)
	is(p.trial, "bytes of the snapshot", res.Bytes, int64(out.Len()))
	return out.Bytes()
}

// over carries everything over a restart.
func (p *probe) over(o Options) *probe {
	snapshot := p.shoot(tracestore.SnapshotLimit{})
	next := p.restart(o)
	_, err := next.store.Restore(ctx, bytes.NewReader(snapshot))
	p.must(err)
	return next
}

// mustTellTheSame fails unless two stores say the same of some traces and ids.
func (p *probe) mustTellTheSame(next *probe, traces []int, ids []string) {
	t := p.trial
	for _, trace := range traces {
		ids = append(ids, hexOf(trace))
		next.mustEqual("spans of "+hexOf(trace), next.snapshot(trace), p.snapshot(trace))
		was, now := p.read(trace, tracestore.Position{}, tracestore.ReadLimit{}), next.read(trace, tracestore.Position{}, tracestore.ReadLimit{})
		is(t, "position of "+hexOf(trace), now.Next, was.Next)
		is(t, "spans that are only counted", now.Info.Dropped, was.Info.Dropped)
		for i, r := range was.Records {
			o := now.Records[i]
			is(t, "first position of a record", [2]uint64{o.FirstSeq, o.Seq}, [2]uint64{r.FirstSeq, r.Seq})
			is(t, "times of a record", [2]int64{o.FirstReceived, o.Received}, [2]int64{r.FirstReceived, r.Received})
			is(t, "facts of a record", fmt.Sprintf("%+v", o.Facts), fmt.Sprintf("%+v", r.Facts))
			is(t, "context of a record", string(o.Context), string(r.Context))
		}
	}
	for _, id := range ids {
		is(t, "what "+id+" stands for", told(next.resolve(id)), told(p.resolve(id)))
	}
	listed, listedNow := p.list(tracestore.Query{}), next.list(tracestore.Query{})
	is(t, "the list", fmt.Sprintf("%+v", listedNow.Rows), fmt.Sprintf("%+v", listed.Rows))
	before, after := p.store.Stats(), next.store.Stats()
	is(t, "counts", [5]int{after.Traces, after.Executions, after.Records, after.Skeletons, after.Tombstones},
		[5]int{before.Traces, before.Executions, before.Records, before.Skeletons, before.Tombstones})
}

// told is all that a resolution says.
func told(r tracestore.Resolution) string {
	text := fmt.Sprintf("%q known %v aliases %q traces %v", r.Execution, r.Known, r.Aliases, r.Traces)
	if r.Summary != nil {
		text += fmt.Sprintf(" summary %+v", *r.Summary)
	}
	if r.Tombstone != nil {
		text += fmt.Sprintf(" tombstone %+v", *r.Tombstone)
	}
	return text
}

func restored(t *trial) {
	o := Options{ExecutionSpans: 40}
	p := t.open(o)
	p.append(1, final(2, 1), final(3, 1, named("inner")))
	p.append(1, final(1, 0, named("outer"), func(s *tracestore.Span) { s.Facts.Workflow = true }))
	p.append(2, final(1, 0, named("outer")))
	p.append(3, observation(1, 0, tracestore.ClassStart, 5), final(2, 1))
	t.must(p.store.Mark(ctx, traceID(3), tracestore.MarkStale, spanID(1)))
	t.must(p.store.Bind(ctx, "early", traceID(4)))
	p.append(5, many(10, 60)...) // beyond its bound
	p.append(6, final(1, 0, named("gone")))
	p.evict("gone")
	p.append(6, final(2, 1))
	for i, id := range []string{"outer", "inner", hexOf(3)} {
		p.clock.Advance(time.Second)
		t.must(p.store.PutSummary(ctx, id, tracestore.Summary{
			Execution: id, RunName: "run of " + id, Models: []string{"m"}, Revision: uint64(i), Complete: i == 0, Status: tracestore.StatusRunning,
		}))
	}
	next := p.over(o)
	p.mustTellTheSame(next, []int{1, 2, 3, 4, 5, 6}, []string{"outer", "inner", "early", "gone", "nobody"})
	next.append(1, final(9, 1))
	same(t, "traces after another span", tracesOf(next.resolve("outer")), []int{1, 2})
	is(t, "an old span again", next.append(5, final(10, 1)).Duplicate, 1)
	is(t, "another span beyond the bound is counted", next.append(5, final(500, 1)).Dropped, 1)
	next.evict("inner")
	is(t, "what was connected is evicted together", next.resolve("outer").Tombstone != nil, true)
	again := next.over(o)
	next.mustTellTheSame(again, []int{1, 2, 3, 4, 5, 6}, []string{"outer", "inner", "early", "gone"})
}

func restoredLaw(t *trial, spans []naming) {
	p := t.open(Options{})
	ids := []string{"", "run-1", "run-2", "run-3"}
	for _, n := range spans {
		p.clock.Advance(time.Millisecond)
		class := tracestore.Class(1 + (n.Span+n.Trace)%4)
		p.append(n.Trace, observation(n.Span, 9, class, int64(n.Span), named(ids[n.Execution])))
	}
	next := p.over(Options{})
	p.mustTellTheSame(next, []int{1, 2, 3, 4}, ids[1:])
	for _, n := range slices.Backward(spans) {
		p.clock.Advance(time.Millisecond)
		late := final(n.Span+1, 9, named(ids[(n.Execution+1)%4]))
		p.append(n.Trace, late)
		next.append(n.Trace, late)
	}
	p.mustTellTheSame(next, []int{1, 2, 3, 4}, ids[1:])
}

func readerOverRestart(t *trial) {
	p := t.open(Options{})
	p.append(1, many(1, 20)...)
	r := p.reader(1)
	r.drain(tracestore.ReadLimit{})
	p.clock.Advance(time.Second)
	p.append(1, final(30, 1), observation(5, 1, tracestore.ClassFinal, 5000)) // admitted, and not read
	next := p.over(Options{})
	page := next.read(1, r.at, tracestore.ReadLimit{})
	is(t, "the reader must start over", page.Reset, false)
	is(t, "records that the reader lacks", len(page.Records), 2)
	r.p = next
	r.drain(tracestore.ReadLimit{})
	next.mustEqual("a reader that went on after a restart", r.knows, p.snapshot(1))
	next.append(1, final(31, 1))
	page = next.read(1, r.at, tracestore.ReadLimit{})
	is(t, "records after another span", len(page.Records), 1)
	r.drain(tracestore.ReadLimit{})
	next.mustEqual("a reader that goes on", r.knows, next.snapshot(1))
}

func evictedOverRestart(t *trial) {
	p := t.open(Options{TombstoneTTL: time.Hour})
	p.append(1, final(1, 0, named("run-1")))
	p.append(2, final(1, 0))
	p.evict("run-1")
	p.evict(hexOf(2))
	next := p.over(Options{TombstoneTTL: time.Hour})
	is(t, "a late span of the trace", next.append(1, final(2, 1)).Evicted, 1)
	is(t, "a late span of a trace that nobody named", next.append(2, final(2, 1)).Evicted, 1)
	is(t, "a late span of a new trace that names it", next.append(3, final(1, 0, named("run-1"))).Evicted, 1)
	is(t, "late", next.resolve("run-1").Tombstone.Late, 2)
	p.clock.Advance(2 * time.Hour)
	is(t, "tombstones after their time", next.sweep().Tombstones, 0)
}

func leaseOverRestart(t *trial) {
	p := t.open(Options{})
	p.append(1, observation(1, 0, tracestore.ClassHeartbeat, 1, leased(time.Minute)), begun(2, 1))
	snapshot := p.shoot(tracestore.SnapshotLimit{})
	p.clock.Advance(10 * time.Minute) // nobody was there to hear a heartbeat
	next := p.restart(Options{})
	_, err := next.store.Restore(ctx, bytes.NewReader(snapshot))
	t.must(err)
	is(t, "spans lost within a lease of the restart", next.pass(50*time.Second), 0)
	is(t, "mark within a lease of the restart", next.snapshot(1)[spanID(1)].mark, tracestore.MarkNone)
	is(t, "spans lost after a lease", next.pass(20*time.Second), 1)
	is(t, "spans stale within the time that their process has", next.pass(tracestore.StaleAfter-75*time.Second), 0)
	is(t, "spans stale after it", next.pass(10*time.Second), 1)
}

func damagedSnapshot(t *trial) {
	p := t.open(Options{})
	for trace := range 3 {
		p.append(trace+1, many(1, 5, named(fmt.Sprint("run-", trace)))...)
	}
	p.evict("run-0")
	whole := p.shoot(tracestore.SnapshotLimit{})
	next := p.restart(Options{})
	refuses := func(what string, snapshot []byte) {
		if _, err := next.store.Restore(ctx, bytes.NewReader(snapshot)); !errors.Is(err, tracestore.ErrSnapshot) {
			t.failf("%s: got %v, want %v", what, err, tracestore.ErrSnapshot)
		}
		s := next.store.Stats()
		is(t, what+": traces and tombstones", [2]int{s.Traces, s.Tombstones}, [2]int{})
	}
	for cut := 0; cut < len(whole); cut += 1 + len(whole)/40 {
		refuses(fmt.Sprintf("cut off at %d of %d", cut, len(whole)), whole[:cut])
		damaged := slices.Clone(whole)
		damaged[cut] ^= 0x10
		refuses(fmt.Sprintf("damaged at %d of %d", cut, len(whole)), damaged)
	}
	refuses("something else", []byte("SQLite format 3\x00 and so on, and on, and on"))
	_, err := next.store.Restore(ctx, bytes.NewReader(whole))
	t.must(err)
	p.mustTellTheSame(next, []int{1, 2, 3}, nil)
}

func smallSnapshot(t *trial) {
	p := t.open(Options{})
	for trace := 1; trace <= 20; trace++ {
		p.clock.Advance(time.Second)
		p.append(trace, many(1, 5)...)
	}
	whole := p.shoot(tracestore.SnapshotLimit{})
	limit := int64(len(whole) / 2)
	half := p.shoot(tracestore.SnapshotLimit{Bytes: limit})
	is(t, fmt.Sprintf("a snapshot of %d bytes is within %d", len(half), limit), int64(len(half)) <= limit+64, true)
	next := p.restart(Options{})
	res, err := next.store.Restore(ctx, bytes.NewReader(half))
	t.must(err)
	is(t, fmt.Sprintf("some of the executions are there: %d", res.Executions), res.Executions > 5 && res.Executions < 15, true)
	for trace := 1; trace <= 20; trace++ {
		is(t, fmt.Sprint("trace ", trace, " is held"), next.held(trace), trace > 20-res.Executions)
	}
}

func restoreTwice(t *trial) {
	p := t.open(Options{})
	p.append(1, final(1, 0))
	snapshot := p.shoot(tracestore.SnapshotLimit{})
	if _, err := p.store.Restore(ctx, bytes.NewReader(snapshot)); !errors.Is(err, tracestore.ErrSnapshot) {
		t.failf("got %v, want %v", err, tracestore.ErrSnapshot)
	}
	is(t, "spans", len(p.snapshot(1)), 1)
}
