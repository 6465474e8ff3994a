package live

import (
	"cmp"
	"context"
	"sync"
	"time"
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// A newcomer is an execution of which the store knew nothing, and whose spans so far came in one batch. It is folded from the
// batch itself, which is at hand: to read the spans back from the store a moment later costs several times as much. If its
// spans all ended it needs no entry either, unless something comes of it within the quiet period.

// maxNewcomer is up to how many spans are folded while their sender waits.
const maxNewcomer = 512

// newcomer is what is to be known of one.
type newcomer struct {
	batch    int // its place among those of the request
	row      int // … and of its row
	complete bool
	due      time.Time // when it is complete if nothing more comes; zero: time alone brings nothing
	reason   tracestore.CompleteReason
}

// newcomers are those of one request, in the order of its batches, in memory that is used again.
type newcomers struct {
	list    []newcomer
	rows    []tracestore.Summary
	view    *execution.View
	records []tracestore.Record
	told    []*tracestore.Record
	now     time.Time
	excused time.Time
	since   time.Duration // since Views.born, when the first of them was welcomed; 0: none was
}

var newcomersPool = sync.Pool{New: func() any { return &newcomers{} }}

// foldNewcomers folds the newcomers of a request and puts their rows. It returns nil where there are none; else release is to be
// called.
func (v *Views) foldNewcomers(ctx context.Context, batches []tracestore.TraceBatch, results []tracestore.AppendResult) *newcomers {
	var n *newcomers
	for i := range results {
		r, spans := &results[i], batches[i].Spans
		if r.New == "" || !r.Whole || r.Stored != len(spans) || len(spans) > maxNewcomer || !nameOnly(spans, r.New) {
			continue
		}
		if n == nil {
			n = newcomersPool.Get().(*newcomers)
			n.now, n.excused = v.moment()
			n.since = 0
		}
		n.fold(i, &batches[i], r, v.cfg.Rules)
	}
	if n == nil {
		return nil
	}
	if err := v.store.Introduce(ctx, n.rows); err != nil {
		v.cfg.OnError(err)
		n.list = n.list[:0] // they are folded later, as others are
	}
	return n
}

// moment is now, and until when silence is excused.
func (v *Views) moment() (now, excused time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now = v.cfg.Now()
	v.noticeSleep(now)
	return now, v.excused
}

// nameOnly says whether the spans name this execution and no other one.
func nameOnly(spans []*tracestore.Span, id string) bool {
	for _, s := range spans {
		if named := s.Facts.Execution; named != "" && named != id {
			return false
		}
	}
	return true
}

// fold makes the row of one newcomer.
func (n *newcomers) fold(batch int, b *tracestore.TraceBatch, r *tracestore.AppendResult, rules execution.Rules) {
	if n.view == nil {
		n.view = execution.New(r.New, rules)
	} else {
		n.view.Reset(r.New, rules)
	}
	n.view.Apply(n.recordsOf(b.Spans, r), tracestore.TraceInfo{
		Trace: b.Trace, Epoch: r.Position.Epoch, LastSeq: r.Position.Seq, Spans: len(b.Spans), FirstReceived: r.Received, LastReceived: r.Received,
	})
	if !n.excused.IsZero() {
		n.view.Excuse(n.excused)
	}
	n.view.Advance(n.now)
	due, reason := n.view.Outlook()
	n.rows = append(n.rows, tracestore.Summary{})
	row := &n.rows[len(n.rows)-1]
	n.view.Summarize(row)
	n.list = append(n.list, newcomer{})
	to := &n.list[len(n.list)-1]
	to.batch, to.row, to.complete, to.due, to.reason = batch, len(n.rows)-1, row.Complete, due, reason
}

// recordsOf are the records that the store has made of the spans of a batch: each moved the trace's position on by one.
func (n *newcomers) recordsOf(spans []*tracestore.Span, r *tracestore.AppendResult) []*tracestore.Record {
	if cap(n.records) < len(spans) {
		n.records, n.told = make([]tracestore.Record, len(spans)), make([]*tracestore.Record, 0, len(spans))
	}
	n.records, n.told = n.records[:len(spans)], n.told[:0]
	first := r.Position.Seq - uint64(len(spans)) + 1
	for i, s := range spans {
		to, seq := &n.records[i], first+uint64(i)
		to.Span, to.Seq, to.FirstSeq, to.Received, to.FirstReceived = s, seq, seq, r.Received, r.Received // the others are always empty
		n.told = append(n.told, to)
	}
	return n.told
}

// release gives the memory back, without what it points to.
func (n *newcomers) release() {
	if n == nil {
		return
	}
	n.view.Reset("", execution.Rules{})
	clear(n.records[:cap(n.records)])
	clear(n.told[:cap(n.told)])
	clear(n.rows)
	clear(n.list)
	n.rows, n.list = n.rows[:0], n.list[:0]
	if cap(n.rows) <= maxNewcomer {
		newcomersPool.Put(n)
	}
}

// of returns the newcomer of a batch; nil: it brought none. Batches are asked for in their order.
func (n *newcomers) of(batch int, next *int) *newcomer {
	if n == nil || *next == len(n.list) || n.list[*next].batch != batch {
		return nil
	}
	*next++
	return &n.list[*next-1]
}

// welcome sees to what time will bring a newcomer. It is false where there is an entry already: somebody waits for the execution,
// or something came of it meanwhile. Views.mu is held.
func (v *Views) welcome(all *newcomers, n *newcomer, r *tracestore.AppendResult) bool {
	if _, awaited := v.places[r.New]; awaited || v.byTrace[r.Trace].first != nil || v.entries[r.New] != nil {
		return false
	}
	if n.complete || v.foresee(all, n, r) {
		return true
	}
	e := newEntry(v, r.New)
	e.resolve = false
	e.outlook = outlook{true, n.due, n.reason, all.excused, all.now}
	e.summaryAt, e.summary = all.now, listedOf(&all.rows[n.row])
	v.entries[r.New] = e
	v.join(e, r.Trace)
	if !n.due.IsZero() {
		v.arm(e, max(n.due.Sub(all.now), time.Millisecond))
	}
	return true
}

// prospect is a newcomer that is complete after the quiet period, if nothing comes of it until then.
type prospect struct {
	execution string
	trace     tracestore.TraceID
	at        tracestore.Position
	rings     time.Duration // since Views.born
	due       int64         // Unix nanoseconds, as are
	folded    int64         // when it was folded
	excused   int64         // and until when silence was excused then; 0: it was not
}

// prospects are those that wait, the one that rings first in front. They lie in blocks, because there may be as many as executions
// come within the quiet period, and a list that grows is copied again and again.
type prospects struct {
	blocks []*[prospectBlock]prospect
	first  int // its place in the first block
	count  int
}

const prospectBlock = 128

// at is the i-th one.
func (l *prospects) at(i int) *prospect {
	i += l.first
	return &l.blocks[i/prospectBlock][i%prospectBlock]
}

// push puts an empty one at the end, and returns its place.
func (l *prospects) push() *prospect {
	if l.first+l.count == len(l.blocks)*prospectBlock {
		l.blocks = append(l.blocks, new([prospectBlock]prospect))
	}
	l.count++
	return l.at(l.count - 1)
}

// take takes the first n out.
func (l *prospects) take(n int) []prospect {
	taken := make([]prospect, n)
	for i := range taken {
		p := l.at(i)
		taken[i], *p = *p, prospect{}
	}
	l.first, l.count = l.first+n, l.count-n
	for ; l.first >= prospectBlock; l.first -= prospectBlock {
		l.blocks[0] = nil
		l.blocks = l.blocks[1:]
	}
	if l.count == 0 {
		*l = prospects{}
	}
	return taken
}

func (l *prospects) bytes() int64 {
	return int64(len(l.blocks)) * int64(unsafe.Sizeof([prospectBlock]prospect{}))
}

// foresee puts a newcomer among the prospects, if it is one. Views.mu is held.
func (v *Views) foresee(all *newcomers, n *newcomer, r *tracestore.AppendResult) bool {
	quiet := cmp.Or(v.cfg.Rules.QuietPeriod, execution.DefaultQuietPeriod)
	if n.reason != tracestore.CompleteQuiet || n.due.Sub(time.Unix(0, r.Received)) > quiet || v.closed {
		return false // something is missing, or open, for which more than silence is waited
	}
	if all.since == 0 { // once for all of them: to look at the clock takes as long as all else here
		all.since = time.Since(v.born)
	}
	rings := (all.since + n.due.Sub(all.now) + tick - 1).Truncate(tick)
	a := &v.alarms
	if last := a.prospects.count - 1; last >= 0 && rings < a.prospects.at(last).rings {
		return false // they ring in the order in which they came
	}
	p := a.prospects.push()
	p.execution, p.trace, p.at, p.rings = r.New, r.Trace, r.Position, rings
	p.due, p.folded, p.excused = n.due.UnixNano(), all.now.UnixNano(), unixNano(all.excused)
	if a.due == a.prospects.count-1 {
		v.wind()
	}
	return true
}

func unixNano(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// concludeAtOnce is how many prospects are concluded in one piece, so that the store is not held up for long.
const concludeAtOnce = 256

// takeDue takes some of the prospects whose time has come. Views.mu is held.
func (v *Views) takeDue() []prospect {
	a := &v.alarms
	n := min(a.due, concludeAtOnce)
	a.due -= n
	return a.prospects.take(n)
}

// concludeProspects has executions complete that were silent for the quiet period. Those of which something came have an entry.
func (v *Views) concludeProspects(due []prospect) {
	conclusions := v.stillQuiet(due)
	if len(conclusions) == 0 {
		return
	}
	changed, err := v.store.Conclude(context.Background(), conclusions)
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, id := range changed {
		v.lookAgain(id)
	}
	if err == nil {
		return
	}
	v.cfg.OnError(err)
	for _, c := range conclusions {
		e := v.entryOf(c.Execution)
		e.resolve = true
		v.arm(e, time.Second)
	}
}

func (v *Views) stillQuiet(due []prospect) []tracestore.Conclusion {
	v.mu.Lock()
	defer v.mu.Unlock()
	t := v.cfg.Now()
	v.noticeSleep(t)
	now, excused := t.UnixNano(), unixNano(v.excused)
	conclusions := make([]tracestore.Conclusion, 0, len(due))
	for i := range due {
		p := &due[i]
		switch {
		case v.entries[p.execution] != nil:
		case excused != p.excused, now < p.folded, now < p.due:
			v.lookAgain(p.execution) // nobody listened meanwhile, or the clock was set
		default:
			conclusions = append(conclusions, tracestore.Conclusion{Execution: p.execution, Trace: p.trace, At: p.at, Reason: tracestore.CompleteQuiet})
		}
	}
	return conclusions
}

// lookAgain has an execution folded anew. Views.mu is held.
func (v *Views) lookAgain(id string) {
	e := v.entryOf(id)
	e.resolve = true
	v.enqueue(e)
}
