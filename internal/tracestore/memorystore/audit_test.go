package memorystore

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/storetest"
)

// audit counts everything anew and compares it with the running account.
func audit(t require.TestingT, s *Store) {
	groups := map[*group]bool{}
	compressed, compressedBytes := 0, int64(0)
	var records, skeletons int
	auditDirectory(t, &s.traces)
	auditDirectory(t, &s.names)
	for tr := range s.traces.all() {
		groups[tr.group] = true
		auditTrace(t, s, tr)
		compressed += tr.compressed.count()
		compressedBytes += tr.compressed.bytes()
	}
	var held, watched int64
	perSender := map[*sender][sides]int64{}
	executions := 0
	for g := range groups {
		auditGroup(t, s, g)
		held += g.bytes
		records += int(g.records)
		skeletons += int(g.skeletons)
		executions += g.execs.len()
		of := perSender[g.sender]
		of[unwatched] += g.bytes
		if g.watchers > 0 {
			watched += g.bytes
			of[1] += g.bytes
		}
		perSender[g.sender] = of
	}
	require.Equal(t, held, s.held, "bytes of groups")
	require.Equal(t, compressed, s.compressedRecords)
	require.Equal(t, compressedBytes, s.compressedBytes)
	for g := s.ripe.line.front; g != nil; g = s.register.after(ripening, g) {
		require.True(t, s.register.has(ripening, g))
		require.True(t, groups[g], "a group that is gone is to be compressed")
	}
	auditContextPool(t, s)
	require.Equal(t, watched, s.watchedHeld, "bytes of watched groups")
	require.Equal(t, [3]int{records, skeletons, executions}, [3]int{s.records, s.skeletons, s.executions}, "counts")
	require.Len(t, s.register.groups, min(1, len(s.register.groups))+len(groups)+len(s.register.free), "numbers of groups")
	require.Equal(t, len(groups), s.ages.line.count, "groups with an age")
	require.Equal(t, len(perSender), s.queue.senders.count, "senders")
	for sender, bytes := range perSender {
		require.Equal(t, bytes, sender.bytes, "bytes of sender %v", sender.name)
	}
	inLine := 0
	for of := range s.queue.heaps {
		h := s.queue.heaps[of].senders
		for i, sender := range h {
			require.Equal(t, i, sender.at[of])
			require.LessOrEqual(t, sender.bytes[of], h[max(i-1, 0)/2].bytes[of], "heap of side %d", of)
			inside := 0
			for c := range sender.lines[of] {
				inside += sender.lines[of][c].count
			}
			require.Equal(t, inside, sender.inLine[of])
			inLine += inside
		}
	}
	require.Equal(t, len(groups), inLine, "groups in line")
	for i, tr := range s.leased {
		require.Equal(t, i+1, tr.leases.place)
		require.GreaterOrEqual(t, tr.leases.due, s.leased[max(i-1, 0)/2].leases.due)
	}
	require.LessOrEqual(t, s.bytes(), s.cfg.BudgetBytes, "the budget")
	texts := int64(0)
	for _, id := range s.evictions.ids {
		texts += textSize(id)
	}
	require.Equal(t, texts, s.evictions.texts, "bytes of evicted ids")
	require.LessOrEqual(t, s.evictions.bytes(), s.cfg.BudgetBytes/tallyShare*2, "what evicted ids take")
	require.LessOrEqual(t, s.graves.held, s.cfg.TombstoneBytes, "bytes of tombstones")
}

func auditTrace(t require.TestingT, s *Store, tr *trace) {
	auditRows(t, &tr.full)
	auditContexts(t, tr)
	if tr.compressed != nil {
		require.Zero(t, tr.full.live)
		full, err := tr.compressed.unpack()
		require.NoError(t, err)
		require.EqualValues(t, tr.compressed.records, full.full.live)
		require.GreaterOrEqual(t, tr.compressed.saved, int64(0)) // what is tiny may be in blocks of a snapshot that save nothing
		auditRows(t, &full.full)
	}
	require.Equal(t, tr.size(), tr.charged, "bytes of a trace")
	if tr.compact != nil {
		require.Len(t, tr.compact.byID, tr.compact.order.live)
	}
	require.Equal(t, len(tr.leases.of()) > 0, tr.leases != nil && tr.leases.place > 0, "a place among the leases")
	require.NotEmpty(t, tr.execs.all())
	for _, e := range tr.execs.all() {
		require.True(t, e.has(tr), "%s has its trace", e.id())
		require.Same(t, tr.group, e.group)
		require.Equal(t, e.size(), e.charged)
		require.Same(t, e, s.lookup(e.id()))
	}
}

func auditRows(t require.TestingT, x *rows) {
	alive, live := make([]uint32, len(x.chunks())), 0
	last := uint64(0)
	for i := range x.list {
		r := &x.list[i]
		require.Greater(t, r.seq, last, "rows are in the order of their positions")
		last = r.seq
		if r.gone {
			continue
		}
		live++
		require.Equal(t, i, x.find(r.id), "a span is found where it is")
		require.LessOrEqual(t, int(r.at+r.size), len(x.chunks()[r.chunk].data))
		alive[r.chunk] += r.size
	}
	require.EqualValues(t, live, x.live)
	if x.indexed() {
		require.Len(t, x.rare.byID, live)
		require.GreaterOrEqual(t, x.rare.peak, live)
	}
	var whole, dead, held int64
	with := 0
	for i, c := range x.chunks() {
		require.True(t, c.used)
		require.Equal(t, alive[i], c.live, "bytes of a chunk that are alive")
		whole += int64(len(c.data))
		dead += int64(len(c.data)) - int64(c.live)
		held += heapSize(int(c.head) + cap(c.data))
		if c.head > 0 && x.place == joined {
			before := (*row)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(c.data)), -int(c.head)))
			require.Same(t, before, unsafe.SliceData(x.list), "the list is before the data")
			require.LessOrEqual(t, cap(x.list)*int(rowSize), int(c.head))
			with++
		}
	}
	require.Equal(t, with, int(count(x.place == joined)), "chunks that hold the list")
	require.NotEqual(t, lent, x.place)
	ownWhole, ownHeld := x.size()
	require.Equal(t, [2]int64{whole, held}, [2]int64{ownWhole, ownHeld}, "bytes of data and of chunks")
	if x.rare != nil {
		require.Equal(t, dead, x.rare.dead, "bytes of dead data")
		require.Zero(t, x.rare.missed, "no chunk is open")
	} else {
		require.Zero(t, dead, "bytes of dead data")
	}
	require.Zero(t, x.open, "no chunk is open")
	require.LessOrEqual(t, dead, max(wastedBytes, whole/2), "what is dead is let go")
}

func auditContexts(t require.TestingT, tr *trace) {
	refs := make([]int32, len(tr.contexts.list()))
	for i := range tr.full.list {
		if r := &tr.full.list[i]; !r.gone && r.context != noContext {
			refs[r.context]++
		}
	}
	held := int64(0)
	for i, c := range tr.contexts.list() {
		require.Equal(t, refs[i], c.refs, "records with a context")
		require.Equal(t, c.refs > 0, c.of != nil, "a context that no record has is let go")
		held += c.held(&tr.contexts)
	}
	require.Equal(t, held, tr.contexts.held(), "bytes of contexts")
}

// auditContextPool counts anew who has which context, and who is charged for it.
func auditContextPool(t require.TestingT, s *Store) {
	type use struct {
		traces int32
		payer  bool // has it
	}
	uses, orphans, pooled := map[*pooledContext]use{}, int64(0), 0
	for tr := range s.traces.all() {
		for _, c := range tr.contexts.list() {
			if c.of != nil {
				u := uses[c.of]
				uses[c.of] = use{u.traces + 1, u.payer || c.of.payer == &tr.contexts}
			}
		}
	}
	for c, u := range uses {
		require.Equal(t, u.traces, c.traces, "traces with a context")
		if require.Equal(t, c.payer != nil, u.payer, "who is charged for a context has it"); c.payer == nil {
			orphans += c.size()
		}
		if s.contexts.byHash.get(c.hash) == c {
			pooled++
		}
	}
	require.Equal(t, orphans, s.contexts.orphans, "bytes of contexts that the store is charged for")
	require.Equal(t, pooled, s.contexts.byHash.count, "contexts in the pool")
	if s.contexts.recent != nil {
		require.Contains(t, uses, s.contexts.recent)
	}
}

func auditGroup(t require.TestingT, s *Store, g *group) {
	bytes := g.size()
	records, skeletons, saved := 0, 0, int64(0)
	for _, tr := range g.traces.all() {
		require.Same(t, g, tr.group)
		bytes += tr.charged
		records += int(tr.full.live) + tr.compressed.count()
		skeletons += tr.compact.count()
		if tr.compressed != nil {
			saved += tr.compressed.saved
		}
	}
	require.Equal(t, saved, g.saved, "bytes that a group saves")
	watchers := 0
	for _, e := range g.execs.all() {
		require.Same(t, g, e.group)
		bytes += e.charged
		watchers += auditWatched(t, e)
	}
	for _, tr := range g.traces.all() {
		watchers += auditWatched(t, tr)
	}
	require.Equal(t, bytes, g.bytes, "bytes of a group")
	require.Equal(t, [2]int{records, skeletons}, [2]int{int(g.records), int(g.skeletons)}, "records of a group")
	require.EqualValues(t, watchers, g.watchers, "watchers of a group")
	require.LessOrEqual(t, g.weight(), s.cfg.groupBytes(), "a group leaves room for the rest")
	require.Same(t, g, s.register.groups[g.number])
	require.True(t, s.register.has(inLine, g))
	require.True(t, s.register.has(byAge, g))
}

func auditWatched(t require.TestingT, at watchable) (watchers int) {
	var prev *subscription
	for sub := at.anchor().first; sub != nil; prev, sub = sub, sub.next {
		require.Same(t, at, sub.at)
		require.Same(t, prev, sub.prev)
		require.Same(t, sub, sub.watcher.subs[sub.key])
		watchers++
	}
	return watchers
}

// randomSpan draws a span that may be anything: root or child, naming or not, large or small, open or ended.
func randomSpan(r *rand.Rand) *tracestore.Span {
	s := realisticSpan(r.IntN(60), tracestore.Class(1+r.IntN(4)))
	s.Rank.Time = int64(r.IntN(8))
	s.Body = make([]byte, r.IntN(2000))
	if r.IntN(20) == 0 {
		s.Body = make([]byte, 60_000)
	}
	if r.IntN(4) == 0 {
		s.Facts.Execution = fmt.Sprint("run-", r.IntN(12))
	}
	if r.IntN(10) == 0 {
		s.Facts.Execution = traceID(r.IntN(30)).String()
	}
	if r.IntN(5) == 0 {
		s.Facts.Lease = time.Duration(1+r.IntN(100)) * time.Second
	}
	s.Facts.Workflow = r.IntN(15) == 0
	s.Context = fmt.Append(nil, "context ", r.IntN(40))
	return s
}

func randomKey(r *rand.Rand) tracestore.Key {
	switch r.IntN(3) {
	case 0:
		return tracestore.Key{Trace: traceID(r.IntN(30))}
	case 1:
		return tracestore.Key{Execution: traceID(r.IntN(30)).String()}
	default:
		return tracestore.Key{Execution: fmt.Sprint("run-", r.IntN(12))}
	}
}

// act does one random thing to a store.
func act(ctx context.Context, t require.TestingT, s *Store, w tracestore.Watcher, clock *storetest.Clock, r *rand.Rand) {
	trace, id := traceID(r.IntN(30)), randomKey(r).Execution
	switch n := r.IntN(44); n {
	case 0:
		_ = s.Bind(ctx, id, trace) // may well be refused
	case 1:
		require.NoError(t, s.Evict(ctx, id, tracestore.EvictRequest))
	case 2:
		clock.Advance(time.Duration(r.IntN(100)) * time.Minute)
	case 3:
		clock.Advance(-time.Duration(r.IntN(100)) * time.Second)
	case 4, 5, 6:
		clock.Advance(time.Duration(r.IntN(20)) * time.Second)
		_, err := s.Sweep(ctx, clock.Now())
		require.NoError(t, err)
	case 7, 8:
		w.Add(randomKey(r))
	case 9, 10, 11:
		w.Remove(randomKey(r))
	case 12, 13:
		require.NoError(t, s.PutSummary(ctx, id, tracestore.Summary{RunName: id, Complete: r.IntN(2) == 0, Tags: []string{"a"}}))
	case 14:
		require.NoError(t, s.Mark(ctx, trace, tracestore.Mark(r.IntN(4)), spanID(r.IntN(60)), spanID(r.IntN(60))))
	case 15, 16:
		squeezed{s}.squeeze()
	case 17, 18:
		clock.Advance(2 * time.Minute)
		_, err := s.Compress(ctx, func(time.Duration) bool { return true })
		require.NoError(t, err)
	default:
		var spans []*tracestore.Span
		for range 1 + r.IntN(20) {
			spans = append(spans, randomSpan(r))
		}
		res, err := s.Append(ctx, []tracestore.TraceBatch{{Trace: trace, Sender: fmt.Sprint(r.IntN(4)), Spans: spans}})
		require.NoError(t, err)
		a := res[0]
		require.Equal(t, len(spans), a.Stored+a.Updated+a.Duplicate+a.Skeleton+a.Dropped+a.Evicted+a.Refused)
	}
}

func smallStore(t require.TestingT, clock *storetest.Clock) *Store {
	s, err := New(Config{
		BudgetBytes: MinBudgetBytes, ExecutionBytes: 48 << 10, ExecutionSpans: 40, TTL: 3 * time.Hour, TombstoneTTL: time.Hour, Now: clock.Now,
	})
	require.NoError(t, err)
	return s
}

func TestWhateverHappensTheAccountsAgree(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		clock := storetest.NewClock()
		s := smallStore(rt, clock)
		w, err := s.Watch(context.Background())
		require.NoError(rt, err)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		for range rapid.IntRange(1, 120).Draw(rt, "acts") {
			act(context.Background(), rt, s, w, clock, r)
			if r.IntN(8) == 0 {
				audit(rt, s)
			}
		}
		audit(rt, s)
		w.Close()
		audit(rt, s)
		clock.Advance(4 * time.Hour)
		for range 2 {
			_, err = s.Sweep(context.Background(), clock.Advance(2*time.Hour))
			require.NoError(rt, err)
		}
		audit(rt, s)
		require.Zero(rt, s.Stats().Executions)
		require.Zero(rt, s.Stats().Tombstones)
		require.Zero(rt, s.held)
		require.Zero(rt, s.queue.held)
		require.NoError(rt, s.Close())
	})
}

// TestEverybodyAtOnce has appenders, readers, watchers, a sweeper and an evictor at work in a store that is always full.
func TestEverybodyAtOnce(t *testing.T) {
	ctx, clock := context.Background(), storetest.NewClock()
	s := smallStore(t, clock)
	done := make(chan struct{})
	var working, serving sync.WaitGroup
	for n := range 4 {
		working.Go(func() {
			r := rand.New(rand.NewPCG(uint64(n), 2))
			w, err := s.Watch(ctx)
			assertNoError(t, err)
			defer w.Close()
			for range 120 {
				act(ctx, assertion{t}, s, w, clock, r)
				st := s.Stats()
				if st.Bytes > st.BudgetBytes {
					t.Errorf("%d bytes held, the budget is %d", st.Bytes, st.BudgetBytes)
				}
			}
		})
		serving.Go(func() { readUntil(t, s, n, done) })
	}
	working.Wait()
	close(done)
	serving.Wait()
	audit(t, s)
	require.NoError(t, s.Close())
	require.Zero(t, s.Stats().Bytes-heapSize(0))
}

// readUntil follows traces as they come and go, and checks what it is given.
func readUntil(t *testing.T, s *Store, n int, done <-chan struct{}) {
	ctx := context.Background()
	w, err := s.Watch(ctx, tracestore.Key{Trace: traceID(n)})
	assertNoError(t, err)
	defer w.Close()
	var at tracestore.Position
	for i := 0; ; i++ {
		select {
		case <-done:
			return
		case <-w.C():
			w.Changed()
		default:
		}
		page, err := s.Read(ctx, traceID(n), at, tracestore.ReadLimit{Records: 3})
		assertNoError(t, err)
		last := at.Seq
		if page.Reset {
			last = 0
		}
		for _, r := range page.Records {
			if r.Seq <= last {
				t.Errorf("position %d after %d", r.Seq, last)
			}
			last = r.Seq
		}
		at = page.Next
		_, err = s.Executions(ctx, tracestore.Query{Text: "run", Limit: 5})
		assertNoError(t, err)
		_, err = s.Resolve(ctx, fmt.Sprint("run-", i%12))
		assertNoError(t, err)
	}
}

func assertNoError(t *testing.T, err error) {
	if err != nil {
		t.Error(err)
	}
}

// assertion lets require be used off the test's goroutine: it ends that goroutine's test run with a panic instead.
type assertion struct{ t *testing.T }

func (a assertion) Errorf(format string, args ...any) { a.t.Errorf(format, args...) }
func (a assertion) FailNow()                          { panic("failed, see above") }
