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
		{Name: "a list can be asked for a workflow, a status or a text", run: filters},
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

func filters(t *trial) {
	p := t.open(Options{})
	for n, s := range []tracestore.Summary{
		{WorkflowID: "wf-a", RunName: "Nightly import", Status: tracestore.StatusCompleted, Models: []string{"gpt-4.1"}},
		{WorkflowID: "wf-b", RunName: "adhoc", Status: tracestore.StatusFailed, Models: []string{"Claude"}, Error: "secret"},
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
		{tracestore.Query{Status: tracestore.StatusFailed}, []string{"Run-3", "Run-2"}},
		{tracestore.Query{WorkflowID: "wf-a", Status: tracestore.StatusFailed}, []string{"Run-3"}},
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
