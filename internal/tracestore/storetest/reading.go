package storetest

import (
	"time"

	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func readChecks() []Check {
	return []Check{
		law("any reads and resumes while appends go on end equal to the snapshot", rapid.Custom(drawReading), readLaw),
		{Name: "a position of another epoch starts over and says so", run: otherEpoch},
		{Name: "an unknown trace is an empty page", run: unknownTrace},
		{Name: "positions follow the clock, and grow also when it does not", run: positions},
		{Name: "a page has at least one record, however small its bounds", run: atLeastOne},
		{Name: "a trace tells how much there is of it", run: traceInfo},
	}
}

// readStep is one thing that happens to a trace or a reader.
type readStep struct {
	What  int // 0 to 3: append, 4: read one page, 5: keep a reader for the end, 6: mark
	Span  observed
	Limit tracestore.ReadLimit
	Tick  bool // the clock moves before it
}

func drawReading(t *rapid.T) []readStep {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) readStep {
		return readStep{
			What: rapid.IntRange(0, 6).Draw(t, "what"), Span: drawObserved(t, 1), Limit: drawLimit(t), Tick: rapid.Bool().Draw(t, "tick"),
		}
	}), 1, 40).Draw(t, "steps")
}

func drawLimit(t *rapid.T) tracestore.ReadLimit {
	return tracestore.ReadLimit{Records: rapid.IntRange(0, 3).Draw(t, "records"), Bytes: rapid.IntRange(0, 80).Draw(t, "bytes")}
}

func readLaw(t *trial, steps []readStep) {
	p := t.open(Options{})
	r := p.reader(1)
	var kept []*reader
	var last uint64
	for _, s := range steps {
		if s.Tick {
			p.clock.Advance(time.Millisecond)
		}
		switch s.What {
		case 4:
			r.next(s.Limit)
		case 5:
			kept = append(kept, r.fork())
		case 6:
			t.must(p.store.Mark(ctx, traceID(1), tracestore.MarkUnfinished, s.Span.span().ID))
		default:
			res := p.append(1, s.Span.span())
			if changed := res.Stored+res.Updated > 0; res.Position.Seq < last || changed && res.Position.Seq == last {
				t.failf("an append that changed %d left the position at %d, it was %d", res.Stored+res.Updated, res.Position.Seq, last)
			}
			last = res.Position.Seq
		}
	}
	want := p.snapshot(1)
	for i, r := range append(kept, r) {
		limit := steps[i%len(steps)].Limit
		r.drain(limit)
		p.mustEqual("a reader that went on", r.knows, want)
		is(t, "position at the end", r.at.Seq, p.read(1, tracestore.Position{}, tracestore.ReadLimit{}).Next.Seq)
	}
}

func otherEpoch(t *trial) {
	p := t.open(Options{})
	at := p.append(1, final(1, 0), final(2, 1)).Position
	is(t, "epoch is empty", at.Epoch == "", false)
	page := p.read(1, tracestore.Position{Epoch: at.Epoch + "x", Seq: at.Seq}, tracestore.ReadLimit{Records: 1})
	is(t, "reset", page.Reset, true)
	is(t, "records", len(page.Records), 1)
	is(t, "first span", page.Records[0].ID, spanID(1))
	is(t, "epoch to go on in", page.Next.Epoch, at.Epoch)
	is(t, "reset of the page after it", p.read(1, page.Next, tracestore.ReadLimit{}).Reset, false)
	is(t, "reset of a snapshot", p.read(1, tracestore.Position{}, tracestore.ReadLimit{}).Reset, false)
}

func unknownTrace(t *trial) {
	p := t.open(Options{})
	from := tracestore.Position{Epoch: "e", Seq: 7}
	page := p.read(9, from, tracestore.ReadLimit{})
	is(t, "records", len(page.Records), 0)
	is(t, "more", page.More, false)
	is(t, "position", page.Next, from)
	is(t, "resolution is known", p.resolve(hexOf(9)).Known, false)
}

func positions(t *trial) {
	p := t.open(Options{})
	now := uint64(p.clock.Now().UnixMicro())
	first := p.append(1, final(1, 0)).Position.Seq
	is(t, "first position", first >= now && first < now+1000, true)
	second := p.append(1, final(2, 0)).Position.Seq
	is(t, "the next one grows though the clock stands", second > first, true)
	p.clock.Advance(-time.Hour)
	third := p.append(1, final(3, 0)).Position.Seq
	is(t, "the next one grows though the clock went back", third > second, true)
	later := uint64(p.clock.Advance(2 * time.Hour).UnixMicro())
	is(t, "position follows the clock", p.append(1, final(4, 0)).Position.Seq >= later, true)
}

func atLeastOne(t *trial) {
	p := t.open(Options{})
	p.append(1, final(1, 0, sized(500)), final(2, 0, sized(500)))
	page := p.read(1, tracestore.Position{}, tracestore.ReadLimit{Bytes: 1})
	is(t, "records", len(page.Records), 1)
	is(t, "more", page.More, true)
	page = p.read(1, page.Next, tracestore.ReadLimit{Bytes: 1})
	is(t, "records of the second page", len(page.Records), 1)
	is(t, "more after the second page", page.More, false)
}

func traceInfo(t *trial) {
	p := t.open(Options{})
	began := p.clock.Now().UnixNano()
	p.append(1, final(1, 0))
	ended := p.clock.Advance(time.Minute).UnixNano()
	at := p.append(1, final(2, 0)).Position
	info := p.read(1, at, tracestore.ReadLimit{}).Info
	is(t, "trace", info.Trace, traceID(1))
	is(t, "epoch", info.Epoch, at.Epoch)
	is(t, "last position", info.LastSeq, at.Seq)
	is(t, "spans", info.Spans, 2)
	is(t, "dropped", info.Dropped, 0)
	is(t, "bytes are counted", info.Bytes > 0, true)
	is(t, "first received", info.FirstReceived, began)
	is(t, "last received", info.LastReceived, ended)
	stats := p.store.Stats()
	is(t, "records", stats.Records, 2)
	is(t, "traces", stats.Traces, 1)
	is(t, "executions", stats.Executions, 1)
}
