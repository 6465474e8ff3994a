package storetest

import (
	"maps"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// seen is what a reader knows of a span: all but when it came.
type seen struct {
	rank     tracestore.Rank
	parent   tracestore.SpanID
	body     string
	mark     tracestore.Mark
	skeleton bool
}

// state is what a reader knows of a trace.
type state map[tracestore.SpanID]seen

// reader follows a trace from page to page, and checks each page.
type reader struct {
	p     *probe
	trace int
	at    tracestore.Position
	knows state
}

func (p *probe) reader(trace int) *reader { return &reader{p: p, trace: trace, knows: state{}} }

// fork is a second reader that has read as far.
func (r *reader) fork() *reader {
	c := *r
	c.knows = maps.Clone(r.knows)
	return &c
}

// next reads one page.
func (r *reader) next(limit tracestore.ReadLimit) (more bool) {
	page := r.p.read(r.trace, r.at, limit)
	if page.Reset {
		clear(r.knows)
		r.at = tracestore.Position{}
	}
	r.inspect(page, limit)
	for _, rec := range page.Records {
		r.knows[rec.ID] = seen{rec.Rank, rec.Parent, string(rec.Body), rec.Mark, rec.Skeleton}
	}
	r.at = page.Next
	return page.More
}

// drain reads until there is nothing more.
func (r *reader) drain(limit tracestore.ReadLimit) {
	for r.next(limit) {
	}
}

// inspect checks what must be true of every page.
func (r *reader) inspect(page tracestore.Page, limit tracestore.ReadLimit) {
	t := r.p.trial
	last, bytes, once := r.at.Seq, 0, map[tracestore.SpanID]bool{}
	for i, rec := range page.Records {
		bytes += len(rec.Body)
		switch {
		case rec.Seq <= last:
			t.failf("record %d of a page from %d has position %d after %d: positions must grow", i, r.at.Seq, rec.Seq, last)
		case rec.Seq >= 1<<53:
			t.failf("position %d is not exact in JavaScript", rec.Seq)
		case once[rec.ID]:
			t.failf("span %s is twice on a page", rec.ID)
		case rec.FirstSeq > rec.Seq || rec.FirstReceived > rec.Received:
			t.failf("span %s came first after it came last: %d > %d, or %d > %d", rec.ID, rec.FirstSeq, rec.Seq, rec.FirstReceived, rec.Received)
		case limit.Bytes > 0 && bytes > limit.Bytes && i > 0:
			t.failf("a page of %d records has more than %d bytes", len(page.Records), limit.Bytes)
		}
		last, once[rec.ID] = rec.Seq, true
	}
	if limit.Records > 0 && len(page.Records) > limit.Records {
		t.failf("a page has %d records, the limit was %d", len(page.Records), limit.Records)
	}
	if page.More && len(page.Records) == 0 {
		t.failf("a page promises more and has nothing")
	}
	if page.Next.Seq < last || page.Next.Seq > page.Info.LastSeq {
		t.failf("page ends at %d, its last record is at %d and the trace at %d", page.Next.Seq, last, page.Info.LastSeq)
	}
	if page.Next.Epoch != page.Info.Epoch {
		t.failf("page goes on in epoch %q, the trace is in %q", page.Next.Epoch, page.Info.Epoch)
	}
}

// snapshot is the state of a trace as a new reader gets it at once.
func (p *probe) snapshot(trace int) state {
	r := p.reader(trace)
	if r.next(tracestore.ReadLimit{}) {
		p.failf("a read without a limit promises more")
	}
	return r.knows
}

// mustEqual fails unless two readers know the same.
func (p *probe) mustEqual(what string, got, want state) {
	for id, w := range want {
		g, ok := got[id]
		switch {
		case !ok:
			p.failf("%s: span %s is missing", what, id)
		case g != w:
			p.failf("%s: span %s is %+v, want %+v", what, id, g, w)
		}
	}
	if len(got) != len(want) {
		p.failf("%s: %d spans, want %d", what, len(got), len(want))
	}
}
