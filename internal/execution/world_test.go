package execution_test

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// world is records in versions, with everything that can be wrong with them, in a small universe so that it does go wrong.
type world struct {
	firstID, id string
	renameAt    int
	rules       execution.Rules
	traces      []tracestore.TraceID // in the order in which they join
	universe    []tracestore.TraceID
	versions    []version
	dropped     map[tracestore.TraceID]int
	applied     map[execution.SpanKey]*tracestore.Record // the latest version that was delivered
	infos       map[tracestore.TraceID]tracestore.TraceInfo
}

type version struct {
	trace  tracestore.TraceID
	record *tracestore.Record
}

type delivery struct {
	info    tracestore.TraceInfo
	records []*tracestore.Record
}

func drawWorld(t *rapid.T) *world {
	w := &world{
		rules: execution.Rules{
			QuietPeriod: 7 * time.Second, MissingParent: 30 * time.Second, StartOnly: 30 * time.Second, Abandon: 900 * time.Second,
		},
		dropped: map[tracestore.TraceID]int{},
	}
	w.firstID = rapid.SampledFrom([]string{"run", "inner", traceID(1).String()}).Draw(t, "first id")
	w.id = rapid.SampledFrom([]string{w.firstID, w.firstID, "run", "inner", traceID(1).String()}).Draw(t, "id")
	w.renameAt = rapid.IntRange(0, 10).Draw(t, "rename at")
	count := rapid.IntRange(1, 3).Draw(t, "traces")
	spans := rapid.IntRange(1, 8).Draw(t, "spans")
	wild := rapid.Bool().Draw(t, "wild parents")
	naming := rapid.SampledFrom([]int{0, 1, 4}).Draw(t, "names")
	for i := range count {
		id := traceID(byte(i + 1))
		w.traces, w.universe = append(w.traces, id), append(w.universe, id)
		w.dropped[id] = rapid.SampledFrom([]int{0, 0, 0, 2}).Draw(t, "dropped")
		next := uint64(0)
		for s := 1; s <= spans; s++ {
			first := rapid.Int64Range(1, 100).Draw(t, "first received")
			for range rapid.SampledFrom([]int{0, 1, 1, 1, 2, 3}).Draw(t, "versions") {
				next++
				r := drawRecord(t, s, spans, wild, naming)
				r.Seq, r.FirstReceived = next, first
				r.FirstReceived *= second
				r.Received = r.FirstReceived + rapid.Int64Range(0, 50).Draw(t, "later")*second
				w.versions = append(w.versions, version{id, r})
			}
		}
	}
	w.traces = rapid.Permutation(w.traces).Draw(t, "join order")
	return w
}

func drawRecord(t *rapid.T, id, spans int, wild bool, naming int) *tracestore.Record {
	parent := max(0, rapid.IntRange(-1, id-1).Draw(t, "parent"))
	if wild || rapid.IntRange(0, 9).Draw(t, "stray") == 0 {
		parent = rapid.IntRange(0, spans+2).Draw(t, "any parent")
	}
	r := span(id, parent)
	f := &r.Facts
	f.Start = rapid.Int64Range(0, 6).Draw(t, "start") * second
	f.End = f.Start + rapid.Int64Range(0, 3).Draw(t, "length")*second
	f.Latency = rapid.SampledFrom([]int64{0, 0, second, 3 * second, 99 * second}).Draw(t, "latency")
	if rapid.IntRange(0, 15).Draw(t, "far ahead") == 0 {
		f.End += 1000 * second
	}
	r.Rank.Class = rapid.SampledFrom([]tracestore.Class{1, 2, 3, 4, 4, 4, 4}).Draw(t, "class")
	if r.Open() {
		f.End = 0
		f.Lease = rapid.SampledFrom([]time.Duration{0, time.Minute}).Draw(t, "lease")
		r.Mark = rapid.SampledFrom([]tracestore.Mark{0, 0, 1, 1, 2, 3}).Draw(t, "mark")
	}
	f.Status = tracestore.StatusCode(rapid.IntRange(0, 2).Draw(t, "status"))
	f.Error = rapid.SampledFrom([]string{"", "broken", "late"}).Draw(t, "error")
	f.Workflow = rapid.IntRange(0, 5).Draw(t, "workflow") == 0
	if rapid.IntRange(0, 5).Draw(t, "named") < naming {
		f.Execution = rapid.SampledFrom([]string{"run", "inner", "other"}).Draw(t, "execution")
	}
	f.Outcome = tracestore.Outcome(rapid.SampledFrom([]int{0, 0, 0, 1, 2, 3}).Draw(t, "outcome"))
	f.Node = rapid.SampledFrom([]string{"", "", "", "node"}).Draw(t, "node")
	f.Model = rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "model")
	f.WorkflowID = rapid.SampledFrom([]string{"", "", "w1", "w2"}).Draw(t, "workflow id")
	f.Thread = rapid.SampledFrom([]string{"", "", "t1", "t2"}).Draw(t, "thread")
	f.SpanCount = rapid.SampledFrom([]int{0, 0, 0, 2, 5}).Draw(t, "span count")
	if rapid.IntRange(0, 3).Draw(t, "links") == 0 {
		f.Links = []tracestore.Link{{Trace: traceID(byte(rapid.IntRange(1, 6).Draw(t, "link"))), Span: spanID(1)}}
	}
	if rapid.Bool().Draw(t, "usage") {
		f.Usage = &tracestore.Usage{
			Input:     rapid.SampledFrom([]int64{0, 1, 2, 3, 100, 101, 102, 103, 200}).Draw(t, "input"),
			Output:    rapid.SampledFrom([]int64{0, 0, 50, 51, 100}).Draw(t, "output"),
			CacheRead: 1, CacheWrite: 2, Reasoning: 3,
		}
		if f.Usage.CostKnown = rapid.Bool().Draw(t, "priced"); f.Usage.CostKnown {
			f.Usage.CostUSD = float64(rapid.IntRange(0, 8).Draw(t, "eighths")) / 8
		}
		f.ResponseID = rapid.SampledFrom([]string{"", "r1", "r2"}).Draw(t, "reply")
		f.Scope = tracestore.UsageScope(rapid.SampledFrom([]int{0, 1, 1, 1, 2, 3}).Draw(t, "scope"))
	}
	f.Boundary = rapid.IntRange(0, 5).Draw(t, "boundary") == 0
	f.Side = tracestore.Side(rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(t, "side"))
	return r
}

// deliver portions the versions in any order, some of them twice.
func (w *world) deliver(t *rapid.T) []delivery {
	w.applied = map[execution.SpanKey]*tracestore.Record{}
	w.infos = map[tracestore.TraceID]tracestore.TraceInfo{}
	all := slices.Clone(w.versions)
	for _, v := range w.versions {
		if rapid.IntRange(0, 4).Draw(t, "twice") == 0 {
			all = append(all, v)
		}
	}
	if len(all) > 0 && rapid.IntRange(0, 3).Draw(t, "shuffle") > 0 {
		all = rapid.Permutation(all).Draw(t, "order")
	}
	var out []delivery
	for _, v := range all {
		last := len(out) - 1
		if last < 0 || out[last].info.Trace != v.trace || rapid.Bool().Draw(t, "split") {
			out = append(out, delivery{info: tracestore.TraceInfo{Trace: v.trace, Epoch: "e", Dropped: w.dropped[v.trace]}})
			last++
		}
		d := &out[last]
		d.records = append(d.records, v.record)
		d.info.LastReceived = max(d.info.LastReceived, v.record.Received)
		k := execution.SpanKey{Trace: v.trace, Span: v.record.ID}
		if old := w.applied[k]; old == nil || old.Seq < v.record.Seq {
			w.applied[k] = v.record
		}
		i := w.infos[v.trace]
		i.Dropped = w.dropped[v.trace]
		i.LastReceived, i.LastSeq = max(i.LastReceived, v.record.Received), max(i.LastSeq, v.record.Seq)
		w.infos[v.trace] = i
	}
	return out
}
