package storetest

import (
	"bytes"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func mergeChecks() []Check {
	return []Check{
		law("any order, duplication and split of the same observations gives the same state", rapid.Custom(drawMerge), mergeLaw),
		{Name: "an observation that is known, or known better, changes nothing", run: duplicates},
		{Name: "a higher observation replaces the whole span, and keeps when it first came", run: replaces},
		{Name: "records that were handed out never change", run: immutable},
		{Name: "what is no observation of a span is refused and counted", run: refused},
		{Name: "the results of an append are those of its batches, in order", run: batches},
	}
}

type observed struct {
	Trace, Span int
	Class       tracestore.Class
	At          int64
}

func (o observed) span() *tracestore.Span { return observation(o.Span, o.Span/2, o.Class, o.At) }

func drawObserved(t *rapid.T, traces int) observed {
	return observed{
		Trace: rapid.IntRange(1, traces).Draw(t, "trace"),
		Span:  rapid.IntRange(1, 8).Draw(t, "span"),
		Class: tracestore.Class(rapid.IntRange(1, 4).Draw(t, "class")),
		At:    rapid.Int64Range(1, 4).Draw(t, "at"),
	}
}

// mergeCase is a list of observations, and another order of them with some repeated, cut into batches.
type mergeCase struct {
	Given []observed
	Again []int // indexes into Given: all of them, some repeatedly, in any order
	Cuts  []int // sizes of the batches
}

func drawMerge(t *rapid.T) mergeCase {
	n := rapid.IntRange(1, 24).Draw(t, "observations")
	c := mergeCase{}
	all := make([]int, n)
	for i := range n {
		c.Given = append(c.Given, drawObserved(t, 2))
		all[i] = i
	}
	repeated := rapid.SliceOfN(rapid.IntRange(0, n-1), 0, n).Draw(t, "repeated")
	c.Again = rapid.Permutation(append(all, repeated...)).Draw(t, "order")
	c.Cuts = rapid.SliceOfN(rapid.IntRange(1, 6), 1, 4).Draw(t, "cuts")
	return c
}

func mergeLaw(t *trial, c mergeCase) {
	want := map[int]state{1: {}, 2: {}}
	plain, shuffled := t.open(Options{}), t.open(Options{})
	for _, o := range c.Given {
		s := o.span()
		plain.append(o.Trace, s)
		if known, ok := want[o.Trace][s.ID]; !ok || s.Rank.Compare(known.rank) > 0 {
			want[o.Trace][s.ID] = seen{rank: s.Rank, parent: s.Parent, body: string(s.Body)}
		}
	}
	for i := 0; len(c.Again) > 0; i++ {
		cut := min(c.Cuts[i%len(c.Cuts)], len(c.Again))
		shuffled.clock.Advance(time.Millisecond)
		shuffled.appendMixed(c, c.Again[:cut])
		c.Again = c.Again[cut:]
	}
	for trace, state := range want {
		plain.mustEqual("as given", plain.snapshot(trace), state)
		shuffled.mustEqual("in another order", shuffled.snapshot(trace), state)
	}
}

// appendMixed appends observations of several traces in one request.
func (p *probe) appendMixed(c mergeCase, which []int) {
	byTrace := map[int][]*tracestore.Span{}
	for _, i := range which {
		o := c.Given[i]
		byTrace[o.Trace] = append(byTrace[o.Trace], o.span())
	}
	var batches []tracestore.TraceBatch
	for trace, spans := range byTrace {
		batches = append(batches, tracestore.TraceBatch{Trace: traceID(trace), Spans: spans})
	}
	_, err := p.store.Append(ctx, batches)
	p.must(err)
}

func duplicates(t *trial) {
	p := t.open(Options{})
	first := p.append(1, final(1, 0))
	is(t, "stored", first.Stored, 1)
	p.clock.Advance(time.Second)
	for what, s := range map[string]*tracestore.Span{
		"the same": final(1, 0), "a lower class": observation(1, 0, tracestore.ClassSynthetic, 9999),
		"an earlier one": observation(1, 0, tracestore.ClassFinal, 999),
	} {
		res := p.append(1, s)
		is(t, what+": duplicates", res.Duplicate, 1)
		is(t, what+": position", res.Position, first.Position)
	}
	page := p.read(1, first.Position, tracestore.ReadLimit{})
	is(t, "records after the position", len(page.Records), 0)
	is(t, "position after an empty page", page.Next, first.Position)
	is(t, "spans", page.Info.Spans, 1)
}

func replaces(t *trial) {
	p := t.open(Options{})
	start := p.clock.Now()
	first := p.append(1, observation(1, 2, tracestore.ClassStart, 1, named("run")), final(2, 0))
	end := p.clock.Advance(3 * time.Second)
	last := p.append(1, observation(1, 3, tracestore.ClassFinal, 5))
	is(t, "updated", last.Updated, 1)
	page := p.read(1, first.Position, tracestore.ReadLimit{})
	is(t, "records that changed", len(page.Records), 1)
	r := page.Records[0]
	is(t, "parent", r.Parent, spanID(3))
	is(t, "execution", r.Facts.Execution, "")
	is(t, "body", string(r.Body), `{"span":1,"class":4,"at":5`)
	is(t, "context", string(r.Context), "resource and scope")
	is(t, "received", r.Received, end.UnixNano())
	is(t, "first received", r.FirstReceived, start.UnixNano())
	if r.FirstSeq > first.Position.Seq || r.FirstSeq == 0 {
		t.failf("first position %d is not that of the first append, %d", r.FirstSeq, first.Position.Seq)
	}
}

func immutable(t *trial) {
	p := t.open(Options{})
	p.append(1, observation(1, 0, tracestore.ClassStart, 1, leased(time.Minute)), final(2, 1))
	records := p.read(1, tracestore.Position{}, tracestore.ReadLimit{}).Records
	before := slices.Clone(records)
	var copies []tracestore.Record
	var bodies [][]byte
	for _, r := range records {
		span := *r.Span
		c := *r
		c.Span = &span
		copies, bodies = append(copies, c), append(bodies, bytes.Clone(r.Body))
	}
	p.clock.Advance(time.Second)
	p.must(p.store.Mark(ctx, traceID(1), tracestore.MarkLost, spanID(1)))
	p.append(1, observation(1, 0, tracestore.ClassHeartbeat, 2), observation(2, 0, tracestore.ClassFinal, 2000, sized(4000)))
	p.must(p.store.Evict(ctx, hexOf(1), tracestore.EvictRequest))
	for i, r := range before {
		c := copies[i]
		if r.Seq != c.Seq || r.Mark != c.Mark || r.Rank != c.Rank || r.Received != c.Received || r.ID != c.ID || r.Parent != c.Parent ||
			r.Facts.Name != c.Facts.Name || r.Facts.Lease != c.Facts.Lease || !bytes.Equal(r.Body, bodies[i]) {
			t.failf("record of span %s changed in a reader's hands: %+v, was %+v", c.ID, r, c)
		}
	}
}

func refused(t *trial) {
	p := t.open(Options{})
	res := p.append(1, nil, final(0, 0), final(1, 0))
	is(t, "refused", res.Refused, 2)
	is(t, "stored", res.Stored, 1)
	all, err := p.store.Append(ctx, []tracestore.TraceBatch{{Spans: []*tracestore.Span{final(1, 0), final(2, 0)}}, {Trace: traceID(2)}})
	t.must(err)
	is(t, "refused without a trace id", all[0].Refused, 2)
	is(t, "an empty batch", total(all[1]), 0)
	is(t, "an empty batch makes its trace known", p.resolve(hexOf(2)).Known, false)
}

func batches(t *trial) {
	p := t.open(Options{})
	res, err := p.store.Append(ctx, []tracestore.TraceBatch{
		{Trace: traceID(2), Spans: []*tracestore.Span{final(1, 0), final(2, 1), final(1, 0)}},
		{Trace: traceID(1), Spans: []*tracestore.Span{final(1, 0)}},
		{Trace: traceID(2), Spans: []*tracestore.Span{observation(2, 1, tracestore.ClassFinal, 2000)}},
	})
	t.must(err)
	is(t, "results", len(res), 3)
	is(t, "first trace", res[0].Trace, traceID(2))
	is(t, "first stored", res[0].Stored, 2)
	is(t, "first duplicates", res[0].Duplicate, 1)
	is(t, "second trace", res[1].Trace, traceID(1))
	is(t, "second stored", res[1].Stored, 1)
	is(t, "third updated", res[2].Updated, 1)
	is(t, "third position", res[2].Position.Seq > res[0].Position.Seq, true)
}
