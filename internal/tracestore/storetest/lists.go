package storetest

import (
	"errors"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func listChecks() []Check {
	return []Check{
		{Name: "a list shows the summaries that were put, newest activity first", run: rows},
		{Name: "a first row replaces none", run: introduced},
		{Name: "an execution is concluded unless something came of it", run: concluded},
		{Name: "a list can be asked for a workflow, statuses, a model or a text", run: filters},
		{Name: "a list can be asked for when executions started", run: started},
		law("a list with a filter is what of the whole list fits it", rapid.Custom(drawFiltering), filterLaw),
		{Name: "a cursor that no list gave is refused", run: listCursors},
		law("the pages of a list are the list, and stay so when something changes in between", rapid.Custom(drawListing), listLaw),
		{Name: "a list has at most 500 rows, and 50 unless asked", run: limits},
	}
}

func ids(page tracestore.ExecutionPage) []string {
	var list []string
	for _, r := range page.Rows {
		list = append(list, r.Execution)
	}
	return list
}

func rows(t *trial) {
	p := t.open(Options{})
	for n := 1; n <= 3; n++ {
		p.clock.Advance(time.Second)
		p.append(n, final(1, 0, named(fmt.Sprint("run-", n))), final(2, 1))
	}
	summary := tracestore.Summary{
		Execution: "run-2", WorkflowID: "wf", RunName: "nightly", Status: tracestore.StatusCompleted, Spans: 2, Errors: 1, OutputTokens: 5,
		CostUSD: 0.25, CostKnown: true, Models: []string{"gpt-x"}, Tags: []string{"a"}, Complete: true, CompleteReason: tracestore.CompleteQuiet, Revision: 8,
	}
	t.must(p.store.PutSummary(ctx, hexOf(2), summary))
	t.must(p.store.PutSummary(ctx, "nobody", summary))
	page := p.list(tracestore.Query{})
	same(t, "rows", ids(page), []string{"run-3", "run-2", "run-1"})
	is(t, "next", page.Next, "")
	row := page.Rows[1]
	is(t, "status", row.Status, tracestore.StatusCompleted)
	is(t, "cost", row.CostUSD, 0.25)
	is(t, "revision", row.Revision, 8)
	same(t, "models", row.Models, []string{"gpt-x"})
	same(t, "aliases", row.Aliases, []string{hexOf(2)})
	plain := page.Rows[0]
	is(t, "status without a summary", plain.Status, tracestore.StatusRunning)
	is(t, "spans without a summary", plain.Spans, 2)
	is(t, "trace without a summary", plain.PrimaryTrace, traceID(3))
	is(t, "start without a summary", plain.Started, 500)
	is(t, "activity without a summary", plain.LastActivity, p.clock.Now().UnixNano())
	p.clock.Advance(time.Second)
	p.append(1, final(3, 1))
	same(t, "rows after the last one changed", ids(p.list(tracestore.Query{})), []string{"run-1", "run-3", "run-2"})
	r := p.resolve("run-2")
	is(t, "summary is resolved", r.Summary != nil && r.Summary.Revision == 8, true)
}

func introduced(t *trial) {
	p := t.open(Options{})
	for n := 1; n <= 3; n++ {
		res := p.append(n, final(1, 0, named(fmt.Sprint("run-", n))))
		is(t, "the store had nothing of the trace", res.Whole, true)
		is(t, "received", res.Received, p.clock.Now().UnixNano())
	}
	is(t, "the store had nothing of the trace", p.append(1, final(2, 1)).Whole, false)
	t.must(p.store.PutSummary(ctx, "run-2", tracestore.Summary{Execution: "run-2", Spans: 2}))
	t.must(p.store.Introduce(ctx, []tracestore.Summary{
		{Execution: "run-1", Spans: 11}, {Execution: "run-2", Spans: 12}, {Execution: "nobody", Spans: 13}, {Execution: "run-3", Spans: 14},
	}))
	is(t, "the first row of run-1", p.resolve("run-1").Summary.Spans, 11)
	is(t, "the row that run-2 had", p.resolve("run-2").Summary.Spans, 2)
	is(t, "the first row of run-3", p.resolve("run-3").Summary.Spans, 14)
	is(t, "rows", len(p.list(tracestore.Query{}).Rows), 3)
}

func concluded(t *trial) {
	p := t.open(Options{})
	var of []tracestore.Conclusion
	for n := 1; n <= 5; n++ {
		id := fmt.Sprint("run-", n)
		at := p.append(n, final(1, 0, named(id))).Position
		of = append(of, tracestore.Conclusion{Execution: id, Trace: traceID(n), At: at, Reason: tracestore.CompleteQuiet})
		t.must(p.store.Introduce(ctx, []tracestore.Summary{{Execution: id, Spans: n}}))
	}
	p.append(2, final(2, 1))
	p.append(9, final(1, 0, named("run-3")))
	t.must(p.store.PutSummary(ctx, "run-4", tracestore.Summary{Execution: "run-4", Complete: true, CompleteReason: tracestore.CompleteCounted}))
	t.must(p.store.Evict(ctx, "run-5", tracestore.EvictRequest))
	changed, err := p.store.Conclude(ctx, of)
	t.must(err)
	same(t, "those that have changed", changed, []string{"run-2", "run-3"})
	row := p.resolve("run-1").Summary
	is(t, "run-1 is complete", row.Complete, true)
	is(t, "because", row.CompleteReason, tracestore.CompleteQuiet)
	is(t, "with the rest of its row", row.Spans, 1)
	is(t, "run-2 is complete", p.resolve("run-2").Summary.Complete, false)
	is(t, "run-3 is complete", p.resolve("run-3").Summary.Complete, false)
	is(t, "run-4 is complete because", p.resolve("run-4").Summary.CompleteReason, tracestore.CompleteCounted)
	is(t, "run-5 was evicted", p.resolve("run-5").Tombstone != nil, true)
}

func filters(t *trial) {
	p := t.open(Options{})
	for n, s := range []tracestore.Summary{
		{WorkflowID: "wf-a", RunName: "Nightly import", Status: tracestore.StatusCompleted, Models: []string{"gpt-4.1", "gpt-4.1-mini"}},
		{WorkflowID: "wf-b", RunName: "adhoc", RootName: "POST /run", Status: tracestore.StatusFailed, Models: []string{"Claude"}, Error: "secret"},
		{WorkflowID: "wf-a", Status: tracestore.StatusFailed, Tags: []string{"x"}},
	} {
		p.clock.Advance(time.Second)
		id := fmt.Sprint("Run-", n+1)
		p.append(n+1, final(1, 0, named(id)))
		s.Execution = id
		t.must(p.store.PutSummary(ctx, id, s))
	}
	for _, c := range []struct {
		query tracestore.Query
		want  []string
	}{
		{tracestore.Query{WorkflowID: "wf-a"}, []string{"Run-3", "Run-1"}},
		{tracestore.Query{Statuses: tracestore.SetOf(tracestore.StatusFailed)}, []string{"Run-3", "Run-2"}},
		{tracestore.Query{WorkflowID: "wf-a", Statuses: tracestore.SetOf(tracestore.StatusFailed)}, []string{"Run-3"}},
		{tracestore.Query{Statuses: tracestore.SetOf(tracestore.StatusFailed, tracestore.StatusCompleted)}, []string{"Run-3", "Run-2", "Run-1"}},
		{tracestore.Query{Statuses: tracestore.SetOf(tracestore.StatusRunning, tracestore.StatusPending)}, nil},
		{tracestore.Query{Model: "CLAUDE"}, []string{"Run-2"}},
		{tracestore.Query{Model: "gpt-4.1"}, []string{"Run-1"}},
		{tracestore.Query{Model: "gpt"}, nil},
		{tracestore.Query{Model: "gpt-4.1", Statuses: tracestore.SetOf(tracestore.StatusFailed)}, nil},
		{tracestore.Query{Text: "post /run"}, []string{"Run-2"}},
		{tracestore.Query{Text: "NIGHTLY"}, []string{"Run-1"}},
		{tracestore.Query{Text: "claude"}, []string{"Run-2"}},
		{tracestore.Query{Text: "WF-B"}, []string{"Run-2"}},
		{tracestore.Query{Text: "run-"}, []string{"Run-3", "Run-2", "Run-1"}},
		{tracestore.Query{Text: hexOf(3)[24:]}, []string{"Run-3"}},
		{tracestore.Query{Text: "secret"}, nil},
	} {
		same(t, fmt.Sprintf("%+v", c.query), ids(p.list(c.query)), c.want)
	}
}

func started(t *trial) {
	p := t.open(Options{})
	begin := p.clock.Now()
	at := func(after time.Duration) int64 { return begin.Add(after).UnixNano() }
	for n, s := range []int64{at(0), at(time.Minute), 0} {
		id := fmt.Sprint("run-", n+1)
		p.append(n+1, final(1, 0, named(id)))
		t.must(p.store.PutSummary(ctx, id, tracestore.Summary{Execution: id, Started: s}))
	}
	list := func(what string, q tracestore.Query, want ...string) { same(t, what, ids(p.list(q)), want) }
	list("from the second on", tracestore.Query{StartedFrom: at(time.Minute)}, "run-2")
	list("after all", tracestore.Query{StartedFrom: at(time.Minute) + 1})
	list("before the second", tracestore.Query{StartedBefore: at(time.Minute)}, "run-1")
	list("between", tracestore.Query{StartedFrom: at(0), StartedBefore: at(time.Hour)}, "run-2", "run-1")
	p.clock.Advance(10 * time.Minute)
	recent := tracestore.Query{StartedWithin: 10 * time.Minute}
	list("within ten minutes", recent, "run-2", "run-1")
	p.clock.Advance(time.Minute)
	list("a minute later", recent, "run-2")
	p.clock.Advance(time.Minute)
	list("two minutes later", recent)
}

// filtering is a number of executions, each with one of a few properties, and a question of them.
type filtering struct {
	Of    []tracestore.Summary
	Query tracestore.Query
}

func drawFiltering(t *rapid.T) filtering {
	workflow, model := rapid.SampledFrom([]string{"", "wf-a", "wf-b"}), rapid.SampledFrom([]string{"", "gpt-x", "gpt-y"})
	one := rapid.Custom(func(t *rapid.T) tracestore.Summary {
		s := tracestore.Summary{
			WorkflowID: workflow.Draw(t, "workflow"), Started: rapid.Int64Range(0, 4).Draw(t, "started"),
			Status: rapid.SampledFrom(tracestore.AllStatuses[:]).Draw(t, "status"),
		}
		if m := model.Draw(t, "model"); m != "" {
			s.Models = []string{m}
		}
		return s
	})
	return filtering{rapid.SliceOfN(one, 1, 10).Draw(t, "executions"), tracestore.Query{
		WorkflowID: workflow.Draw(t, "workflow"), Model: model.Draw(t, "model"),
		Statuses:    tracestore.SetOf(rapid.SliceOf(rapid.SampledFrom(tracestore.AllStatuses[:])).Draw(t, "statuses")...),
		StartedFrom: rapid.Int64Range(0, 4).Draw(t, "from"), StartedBefore: rapid.Int64Range(0, 5).Draw(t, "before"),
		Limit: rapid.IntRange(1, 4).Draw(t, "limit"),
	}}
}

// filterLaw: the pages of a filtered list are, in order, the rows of the whole list that fit it.
func filterLaw(t *trial, c filtering) {
	p := t.open(Options{})
	for i, s := range c.Of {
		p.append(i+1, final(1, 0))
		t.must(p.store.PutSummary(ctx, hexOf(i+1), s))
	}
	q, want, got := &c.Query, []string(nil), []string(nil)
	for _, r := range p.list(tracestore.Query{}).Rows {
		if (q.WorkflowID == "" || q.WorkflowID == r.WorkflowID) && (q.Statuses == 0 || q.Statuses.Has(r.Status)) &&
			(q.Model == "" || len(r.Models) > 0 && r.Models[0] == q.Model) &&
			(q.StartedFrom == 0 && q.StartedBefore == 0 || r.Started > 0) &&
			r.Started >= q.StartedFrom && (q.StartedBefore == 0 || r.Started < q.StartedBefore) {
			want = append(want, r.Execution)
		}
	}
	for page := p.list(*q); ; page = p.list(*q) {
		got = append(got, ids(page)...)
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	same(t, fmt.Sprintf("%+v", c.Query), got, want)
}

func listCursors(t *trial) {
	p := t.open(Options{})
	for n := 1; n <= 3; n++ {
		p.append(n, final(1, 0))
	}
	good := p.list(tracestore.Query{Limit: 1}).Next
	is(t, "there is a cursor", good == "", false)
	flipped := []byte(good)
	flipped[len(flipped)/2] ^= 1
	for _, cursor := range []string{"x", "!!", good + "A", good[1:], string(flipped), "AQAAAAAAAAAA"} {
		if _, err := p.store.Executions(ctx, tracestore.Query{Cursor: cursor}); !errors.Is(err, tracestore.ErrCursor) {
			t.failf("cursor %q: got %v, want %v", cursor, err, tracestore.ErrCursor)
		}
	}
}

// listing is a number of executions, the size of pages, and the executions that change after each page.
type listing struct {
	Executions, Limit int
	Changes           []int
}

func drawListing(t *rapid.T) listing {
	n := rapid.IntRange(1, 12).Draw(t, "executions")
	return listing{n, rapid.IntRange(1, 5).Draw(t, "limit"), rapid.SliceOfN(rapid.IntRange(0, n), 0, 6).Draw(t, "changes")}
}

// listLaw: rows come newest first and once; what changes after the list began may be missed, everything else is there.
func listLaw(t *trial, c listing) {
	p := t.open(Options{})
	for n := range c.Executions {
		p.clock.Advance(time.Second)
		p.append(n+1, final(1, 0))
	}
	got, changed := map[string]bool{}, map[string]bool{}
	q := tracestore.Query{Limit: c.Limit}
	for pages := 0; ; pages++ {
		page := p.list(q)
		if empty := len(page.Rows) == 0; len(page.Rows) > c.Limit || empty && (len(changed) == 0 || page.Next != "") {
			t.failf("a page has %d rows, the limit is %d", len(page.Rows), c.Limit)
		}
		for i, r := range page.Rows {
			if i > 0 && r.LastActivity > page.Rows[i-1].LastActivity {
				t.failf("row %d is newer than the one before it", i)
			}
			if got[r.Execution] {
				t.failf("%s is listed twice", r.Execution)
			}
			got[r.Execution] = true
		}
		if page.Next == "" {
			break
		}
		q.Cursor = page.Next
		if pages < len(c.Changes) && c.Changes[pages] > 0 {
			p.clock.Advance(time.Second)
			p.append(c.Changes[pages], final(10+pages, 1))
			changed[hexOf(c.Changes[pages])] = true
		}
	}
	for n := range c.Executions {
		if id := hexOf(n + 1); !got[id] && !changed[id] {
			t.failf("%s is missing from the pages, and did not change", id)
		}
	}
}

func limits(t *trial) {
	p := t.open(Options{})
	for n := range 510 {
		p.append(n+1, final(1, 0))
	}
	is(t, "rows unless asked", len(p.list(tracestore.Query{}).Rows), 50)
	page := p.list(tracestore.Query{Limit: 100_000})
	is(t, "rows at most", len(page.Rows), 500)
	rest := p.list(tracestore.Query{Limit: 500, Cursor: page.Next})
	is(t, "rows of the rest", len(rest.Rows), 10)
	is(t, "cursor after the rest", rest.Next, "")
}
