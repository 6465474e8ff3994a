package storetest

import (
	"errors"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func bindChecks() []Check {
	return []Check{
		{Name: "a trace nobody named is an execution under its hex id", run: unnamed},
		{Name: "children that came before the root belong to what the root names", run: lateRoot},
		{Name: "a second trace that names an execution joins it", run: secondTrace},
		{Name: "a trace that names several executions is part of each", run: nested},
		{Name: "a trace can be bound before its first span", run: boundEarly},
		{Name: "a bound trace stays where it is bound", run: conflicts},
		{Name: "an id that is not valid names nothing", run: invalidNames},
		law("whoever names first, every name and trace leads to the same spans", rapid.Custom(drawNaming), namingLaw),
	}
}

func unnamed(t *trial) {
	p := t.open(Options{})
	p.append(1, final(2, 1))
	r := p.resolve(hexOf(1))
	is(t, "known", r.Known, true)
	is(t, "execution", r.Execution, hexOf(1))
	same(t, "traces", tracesOf(r), []int{1})
	same(t, "aliases", r.Aliases, nil)
	unknown := p.resolve("run-9")
	is(t, "an unknown id is known", unknown.Known, false)
	is(t, "execution of an unknown id", unknown.Execution, "run-9")
}

func lateRoot(t *trial) {
	p := t.open(Options{})
	p.append(1, final(2, 1), final(3, 1))
	p.must(p.store.PutSummary(ctx, hexOf(1), tracestore.Summary{Execution: hexOf(1), Spans: 2, Status: tracestore.StatusRunning}))
	p.append(1, final(1, 0, named("run-1")))
	for _, id := range []string{"run-1", hexOf(1)} {
		r := p.resolve(id)
		is(t, id+": execution", r.Execution, "run-1")
		same(t, id+": traces", tracesOf(r), []int{1})
		same(t, id+": aliases", r.Aliases, []string{hexOf(1)})
		is(t, id+": has a summary", r.Summary != nil, true)
	}
	is(t, "spans", len(p.snapshot(1)), 3)
	rows := p.list(tracestore.Query{}).Rows
	is(t, "rows", len(rows), 1)
	is(t, "row", rows[0].Execution, "run-1")
}

func secondTrace(t *trial) {
	p := t.open(Options{})
	p.append(1, final(1, 0, named("run-1")))
	p.append(2, final(1, 0))
	p.must(p.store.PutSummary(ctx, hexOf(2), tracestore.Summary{Execution: hexOf(2), Spans: 1}))
	p.append(2, final(2, 1, named("run-1")))
	r := p.resolve(hexOf(2))
	is(t, "execution", r.Execution, "run-1")
	same(t, "traces", tracesOf(r), []int{1, 2})
	same(t, "aliases", r.Aliases, []string{hexOf(1), hexOf(2)})
	is(t, "rows", len(p.list(tracestore.Query{}).Rows), 1)
	is(t, "executions", p.store.Stats().Executions, 1)
}

func nested(t *trial) {
	p := t.open(Options{})
	is(t, "executions that share a trace of one", len(p.append(1, final(2, 1, named("inner"))).Sharing), 0)
	p.append(1, final(1, 0, named("outer")))
	sharing := p.append(1, final(3, 1)).Sharing
	slices.Sort(sharing)
	same(t, "executions that share the trace", sharing, []string{"inner", "outer"})
	for _, id := range []string{"inner", "outer"} {
		r := p.resolve(id)
		is(t, "execution", r.Execution, id)
		same(t, "traces of "+id, tracesOf(r), []int{1})
	}
	is(t, "the first name has the trace's hex id", p.resolve(hexOf(1)).Execution, "inner")
	is(t, "rows", len(p.list(tracestore.Query{}).Rows), 2)
	t.must(p.store.Evict(ctx, "outer", tracestore.EvictRequest))
	is(t, "the inner one goes with the outer one", p.resolve("inner").Tombstone != nil, true)
}

func boundEarly(t *trial) {
	p := t.open(Options{})
	t.must(p.store.Bind(ctx, "run-1", traceID(1)))
	r := p.resolve("run-1")
	is(t, "known", r.Known, true)
	same(t, "traces", tracesOf(r), []int{1})
	is(t, "execution of the alias", p.resolve(hexOf(1)).Execution, "run-1")
	is(t, "rows before a span", len(p.list(tracestore.Query{}).Rows), 0)
	is(t, "records", len(p.read(1, tracestore.Position{}, tracestore.ReadLimit{}).Records), 0)
	p.append(1, final(2, 1))
	rows := p.list(tracestore.Query{}).Rows
	is(t, "rows", len(rows), 1)
	is(t, "row", rows[0].Execution, "run-1")
	is(t, "status", rows[0].Status, tracestore.StatusRunning)
	is(t, "spans", len(p.snapshot(1)), 1)
}

func conflicts(t *trial) {
	p := t.open(Options{})
	p.append(1, final(1, 0, named("run-1")))
	p.append(2, final(1, 0))
	t.must(p.store.Bind(ctx, "run-1", traceID(1)))
	t.must(p.store.Bind(ctx, hexOf(1), traceID(1)))
	t.must(p.store.Bind(ctx, hexOf(2), traceID(2)))
	p.unbindable("another execution", "run-2", traceID(1))
	is(t, "the other execution is known", p.resolve("run-2").Known, false)
	t.must(p.store.Bind(ctx, "run-2", traceID(2)))
	is(t, "a trace nobody had", p.resolve(hexOf(2)).Execution, "run-2")
	t.must(p.store.Bind(ctx, "run-2", traceID(3)))
	same(t, "traces", tracesOf(p.resolve("run-2")), []int{2, 3})
	p.unbindable("a trace that was bound before it came", "run-1", traceID(3))
}

func (p *probe) unbindable(what, id string, trace tracestore.TraceID) {
	if err := p.store.Bind(ctx, id, trace); !errors.Is(err, tracestore.ErrUnbindable) {
		p.failf("bind of %s: got %v, want %v", what, err, tracestore.ErrUnbindable)
	}
}

func invalidNames(t *trial) {
	p := t.open(Options{})
	for _, id := range []string{"", " run", "a\nb", "\xff", strings.Repeat("x", tracestore.MaxExecutionBytes+1)} {
		p.unbindable("an invalid id", id, traceID(1))
		p.append(2, final(1, 0, named(id)))
	}
	p.unbindable("no trace", "run", tracestore.TraceID{})
	is(t, "execution", p.resolve(hexOf(2)).Execution, hexOf(2))
	long := strings.Repeat("x", tracestore.MaxExecutionBytes)
	p.append(2, final(2, 1, named(long)))
	is(t, "execution with the longest id", p.resolve(hexOf(2)).Execution, long)
}

// naming is a span of some trace that names some execution, or none.
type naming struct{ Trace, Span, Execution int }

func drawNaming(t *rapid.T) []naming {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) naming {
		return naming{rapid.IntRange(1, 4).Draw(t, "trace"), rapid.IntRange(1, 5).Draw(t, "span"), rapid.IntRange(0, 3).Draw(t, "execution")}
	}), 1, 20).Draw(t, "namings")
}

// namingLaw holds the store against a model that knows which trace named what, in which order.
func namingLaw(t *trial, spans []naming) {
	p := t.open(Options{})
	ids := []string{"", "run-1", "run-2", "run-3"}
	names, spansOf := map[int][]string{}, map[int]map[int]bool{}
	for _, n := range spans {
		p.clock.Advance(time.Millisecond)
		id := ids[n.Execution]
		if spansOf[n.Trace] == nil {
			spansOf[n.Trace] = map[int]bool{}
		}
		spansOf[n.Trace][n.Span] = true
		if id != "" && !slices.Contains(names[n.Trace], id) {
			names[n.Trace] = append(names[n.Trace], id)
		}
		p.append(n.Trace, final(n.Span, 9, named(id)))
	}
	executions := map[string]bool{}
	for trace, held := range spansOf {
		is(t, "spans", len(p.snapshot(trace)), len(held))
		canonical := hexOf(trace)
		if len(names[trace]) > 0 {
			canonical = names[trace][0]
		}
		is(t, "execution of "+hexOf(trace), p.resolve(hexOf(trace)).Execution, canonical)
		for _, id := range append(names[trace], canonical) {
			executions[id] = true
			r := p.resolve(id)
			is(t, "execution of "+id, r.Execution, id)
			is(t, id+" has its trace", slices.Contains(tracesOf(r), trace), true)
			is(t, id+" has its alias", slices.Contains(r.Aliases, hexOf(trace)), id == canonical && id != hexOf(trace))
		}
	}
	is(t, "executions", p.store.Stats().Executions, len(executions))
	is(t, "rows", len(p.list(tracestore.Query{}).Rows), len(executions))
}
