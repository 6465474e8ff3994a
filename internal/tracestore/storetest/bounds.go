package storetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func boundChecks() []Check {
	return []Check{
		law("no flood takes the store above its budget, or an execution's root away", rapid.Custom(drawFlood), floodLaw),
		{Name: "above its bound an execution keeps skeletons, then counts", run: skeletons},
		{Name: "what says how an execution ended is kept above its bound", run: welcome},
		{Name: "a later observation of a skeleton updates its times and status", run: skeletonUpdates},
		{Name: "bytes bound an execution as spans do", run: executionBytes},
		{Name: "complete executions make room first, then those longest silent", run: evictionOrder},
		{Name: "a noisy sender makes room by its own executions", run: fairness},
		{Name: "what a quiet sender finished outlives what a noisy one is at", run: finishedFairness},
		{Name: "a workflow is told from the others of its service", run: workflowFairness},
		{Name: "watched executions make room last, and hold at most half", run: watchedLast},
	}
}

// Small bounds, so that floods are quick. The least budget leaves no room for a store's own tables.
const (
	smallBudget    = 1 << 20
	floodBudget    = 384 << 10
	smallExecution = 64 << 10
)

// flood is a wave of spans: of which trace, how many, how large.
type flood struct {
	Trace, Spans, Bytes int
	Root, Named, Open   bool
}

func drawFlood(t *rapid.T) []flood {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) flood {
		return flood{
			Trace: rapid.IntRange(1, 40).Draw(t, "trace"), Spans: rapid.IntRange(1, 150).Draw(t, "spans"),
			Bytes: rapid.SampledFrom([]int{40, 400, 4000, 40_000}).Draw(t, "bytes"),
			Root:  rapid.Bool().Draw(t, "root"), Named: rapid.Bool().Draw(t, "named"), Open: rapid.Bool().Draw(t, "open"),
		}
	}), 1, 30).Draw(t, "floods")
}

func floodLaw(t *trial, waves []flood) {
	p := t.open(Options{BudgetBytes: floodBudget, ExecutionBytes: smallExecution, ExecutionSpans: 200})
	rooted := map[int]bool{}
	for i, w := range waves {
		p.clock.Advance(time.Second)
		p.appendFrom(fmt.Sprint("sender ", w.Trace%3), w.Trace, w.spans(i)...)
		stats := p.store.Stats()
		if stats.Bytes > stats.BudgetBytes || stats.BudgetBytes > floodBudget {
			t.failf("wave %d: the store holds %d bytes, its budget is %d of %d", i, stats.Bytes, stats.BudgetBytes, floodBudget)
		}
		if w.Root {
			rooted[w.Trace] = true
		}
		if page := p.read(w.Trace, tracestore.Position{}, tracestore.ReadLimit{}); rooted[w.Trace] && page.Info.Spans > 0 {
			p.hasRoot(page)
		}
	}
}

// spans makes the spans of a wave; the root comes last, as it does.
func (w flood) spans(wave int) []*tracestore.Span {
	var list []*tracestore.Span
	for n := range w.Spans {
		class := tracestore.ClassFinal
		if w.Open {
			class = tracestore.ClassStart
		}
		s := observation(wave*1000+n+10, 1, class, 1000, sized(w.Bytes))
		if w.Named {
			s.Facts.Execution = fmt.Sprint("run-", w.Trace%7)
		}
		s.Context = fmt.Append(nil, "context ", n%3)
		list = append(list, s)
	}
	if w.Root {
		list = append(list, final(1, 0, sized(400), func(s *tracestore.Span) { s.Facts.Workflow = true }))
	}
	return list
}

func (p *probe) hasRoot(page tracestore.Page) {
	for _, r := range page.Records {
		if r.ID == spanID(1) {
			is(p.trial, "the root is a skeleton", r.Skeleton, false)
			return
		}
	}
	p.failf("the root of a trace with %d spans is not there", page.Info.Spans)
}

// many makes final spans numbered from first.
func many(first, count int, change ...func(*tracestore.Span)) []*tracestore.Span {
	var list []*tracestore.Span
	for n := range count {
		list = append(list, final(first+n, 1, change...))
	}
	return list
}

func skeletons(t *trial) {
	p := t.open(Options{ExecutionSpans: 100})
	res := p.append(1, many(10, 120)...)
	is(t, "stored", res.Stored, 100)
	is(t, "skeletons", res.Skeleton, 5)
	is(t, "dropped", res.Dropped, 15)
	info := p.read(1, tracestore.Position{}, tracestore.ReadLimit{}).Info
	is(t, "spans held", info.Spans, 105)
	is(t, "dropped of the trace", info.Dropped, 15)
	stats := p.store.Stats()
	is(t, "records", stats.Records, 105)
	is(t, "skeletons held", stats.Skeletons, 5)
	count := 0
	for id, s := range p.snapshot(1) {
		if s.skeleton {
			count++
			is(t, fmt.Sprint("parent of skeleton ", id), s.parent, spanID(1))
			is(t, fmt.Sprint("body of skeleton ", id), s.body, "")
		}
	}
	is(t, "skeletons read", count, 5)
	is(t, "a skeleton again", p.append(1, final(112, 1)).Duplicate, 1)
	row := p.list(tracestore.Query{}).Rows[0]
	is(t, "dropped of the row", row.Dropped, 15)
}

func welcome(t *trial) {
	p := t.open(Options{ExecutionSpans: 20})
	p.append(1, many(10, 60)...)
	for what, s := range map[string]*tracestore.Span{
		"a root":                    final(1, 0),
		"a workflow's span":         final(2, 99, func(s *tracestore.Span) { s.Facts.Workflow = true }),
		"an outcome":                final(3, 1, func(s *tracestore.Span) { s.Facts.Outcome = tracestore.OutcomeFailed }),
		"a span that brings a name": final(4, 1, named("run-1")),
	} {
		is(t, what+": stored", p.append(1, s).Stored, 1)
		is(t, what+": is a skeleton", p.snapshot(1)[s.ID].skeleton, false)
	}
	is(t, "an update", p.append(1, observation(10, 1, tracestore.ClassFinal, 2000, sized(3000))).Updated, 1)
	is(t, "length of the updated body", len(p.snapshot(1)[spanID(10)].body) > 2900, true)
	is(t, "another child that carries the name", p.append(1, final(5, 1, named("run-1"))).Stored, 0)
}

func skeletonUpdates(t *trial) {
	p := t.open(Options{ExecutionSpans: 20})
	p.append(1, many(10, 20)...)
	p.append(1, observation(50, 1, tracestore.ClassStart, 1))
	at := p.append(1).Position
	if at.IsZero() {
		at = p.read(1, tracestore.Position{}, tracestore.ReadLimit{}).Next
	}
	res := p.append(1, observation(50, 1, tracestore.ClassFinal, 2000, func(s *tracestore.Span) { s.Facts.Status = tracestore.StatusError }))
	is(t, "updated", res.Updated, 1)
	page := p.read(1, at, tracestore.ReadLimit{})
	is(t, "records", len(page.Records), 1)
	r := page.Records[0]
	is(t, "span", r.ID, spanID(50))
	is(t, "skeleton", r.Skeleton, true)
	is(t, "class", r.Rank.Class, tracestore.ClassFinal)
	is(t, "end", r.Facts.End, 2000)
	is(t, "status", r.Facts.Status, tracestore.StatusError)
}

func executionBytes(t *trial) {
	p := t.open(Options{BudgetBytes: smallBudget, ExecutionBytes: smallExecution})
	first := p.append(1, many(10, 40, named("run-1"), sized(1000))...)
	second := p.append(2, many(10, 200, named("run-1"), sized(1000))...)
	is(t, "all of the first trace is stored", first.Stored, 40)
	is(t, "some of the second trace is stored", second.Stored > 0 && second.Stored < 40, true)
	is(t, "some of it left a skeleton", second.Skeleton > 0 && second.Skeleton < 80, true)
	is(t, "the rest is counted", second.Dropped > 80, true)
	var bytes int64
	for _, trace := range []int{1, 2} {
		bytes += p.read(trace, tracestore.Position{}, tracestore.ReadLimit{}).Info.Bytes
	}
	is(t, fmt.Sprint("bytes of the execution are within its bound: ", bytes), bytes <= smallExecution*11/10, true)
}

// fill appends executions of one trace each until the store holds most of its budget.
func (p *probe) fill(sender string, first int, until int64) (next int) {
	for next = first; p.store.Stats().Bytes < until; next++ {
		p.clock.Advance(time.Second)
		p.appendFrom(sender, next, many(1, 10, sized(1000))...)
	}
	return next
}

func (p *probe) held(trace int) bool {
	return p.read(trace, tracestore.Position{}, tracestore.ReadLimit{}).Info.Spans > 0
}

// push appends executions of a sender until the store has evicted some, and returns the first new trace number not used.
func (p *probe) push(sender string, first, evictions int) (next int) {
	for next = first; p.store.Stats().Tombstones < evictions; next++ {
		p.clock.Advance(time.Second)
		p.appendFrom(sender, next, many(1, 10, sized(1000))...)
	}
	return next
}

func evictionOrder(t *trial) {
	p := t.open(Options{BudgetBytes: smallBudget, ExecutionBytes: smallExecution})
	next := p.fill("a", 1, smallBudget*8/10)
	complete := next
	p.appendFrom("a", complete, many(1, 15, sized(1000))...) // more than each of the others, so that it is room enough for one
	next = p.fill("a", next+1, smallBudget*9/10)
	t.must(p.store.PutSummary(ctx, hexOf(complete), tracestore.Summary{Status: tracestore.StatusCompleted, Complete: true}))
	next = p.push("a", next, 1)
	is(t, "the complete one is held", p.held(complete), false)
	is(t, "the oldest one is held", p.held(1), true)
	p.push("a", next, 3)
	is(t, "the oldest one is held after more came", p.held(1), false)
	is(t, "the youngest one is held", p.held(next-1), true)
	res := p.sweep()
	is(t, "evictions for the budget", res.Evicted[tracestore.EvictBudget] >= 3, true)
	is(t, "ids of the evicted", slices.Contains(res.EvictedIDs, hexOf(complete)) && slices.Contains(res.EvictedIDs, hexOf(1)), true)
	is(t, "evictions told twice", len(p.sweep().EvictedIDs), 0)
}

func fairness(t *trial) {
	p := t.open(Options{BudgetBytes: smallBudget, ExecutionBytes: smallExecution})
	p.appendFrom("quiet", 1, many(1, 10, sized(1000))...)
	next := p.fill("noisy", 2, smallBudget*9/10)
	p.push("noisy", next, 20)
	is(t, "the quiet sender's only execution is held", p.held(1), true)
}

func finishedFairness(t *trial) {
	p := t.open(Options{BudgetBytes: smallBudget, ExecutionBytes: smallExecution})
	p.appendFrom("quiet", 1, many(1, 10, sized(1000))...)
	t.must(p.store.PutSummary(ctx, hexOf(1), tracestore.Summary{Status: tracestore.StatusCompleted, Complete: true}))
	p.clock.Advance(time.Hour)
	p.push("noisy", p.fill("noisy", 2, smallBudget*9/10), 20)
	is(t, "what the quiet sender finished an hour ago is held", p.held(1), true)
}

// workflowFairness has one service run two workflows. Only roots know theirs, and come last.
func workflowFairness(t *trial) {
	p := t.open(Options{BudgetBytes: smallBudget, ExecutionBytes: smallExecution})
	of := func(workflow string) func(*tracestore.Span) {
		return func(s *tracestore.Span) { s.Facts.WorkflowID = workflow }
	}
	p.append(1, many(2, 10, sized(1000))...)
	p.append(1, final(1, 0, of("quiet")))
	for trace := 2; p.store.Stats().Tombstones < 20; trace++ {
		p.clock.Advance(time.Second)
		p.append(trace, many(2, 10, sized(1000))...)
		p.append(trace, final(1, 0, of("noisy")))
	}
	is(t, "the quiet workflow's only execution is held", p.held(1), true)
}

func watchedLast(t *trial) {
	p := t.open(Options{BudgetBytes: smallBudget, ExecutionBytes: smallExecution})
	p.append(1, many(1, 10, sized(1000))...)
	w, err := p.store.Watch(ctx, tracestore.Key{Execution: hexOf(1)})
	t.must(err)
	defer w.Close()
	next := p.push("somebody", p.fill("somebody", 2, smallBudget*9/10), 20)
	is(t, "the watched execution is held", p.held(1), true)
	is(t, "one nobody watches is held", p.held(2), false)
	for trace := 2; trace < next; trace++ {
		w.Add(tracestore.Key{Trace: traceID(trace)})
	}
	before := p.store.Stats().Tombstones
	p.push("newcomer", next, before+3)
	is(t, "the oldest watched execution is held though watched ones fill the store", p.held(1), false)
	is(t, "the newest one, which nobody watches, is held", p.held(next), true)
}

// text is a long text with some words in it.
func text(words string) string { return strings.Repeat(words+" ", 400) }
