package memorystore

import (
	"container/list"
	"strings"
	"time"
	"unsafe"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// tombstone is what stays of an evicted execution: its ids, and the figures of its last summary. With its places in the
// indexes it takes up to 512 bytes, and about 60 more for each trace after the first.
type tombstone struct {
	text    [4]string // id, workflow, run name, error: parts of one string
	status  tracestore.Status
	primary tracestore.TraceID

	started, finished, activity  int64
	inputTokens, outputTokens    int64
	costUSD                      float64
	revision                     uint64
	spans, errors, dropped, late uint32
	costKnown                    bool

	evicted int64
	traces  []tracestore.TraceID
	age     *list.Element
}

const (
	maxTombstoneText  = 144 // of all texts together, if the id alone is not longer
	maxTombstoneTrace = 256 // traces of one execution that are remembered
)

var tombstoneSize = pointersSize(unsafe.Sizeof(tombstone{})) + listElement

func (t *tombstone) size() int64 {
	n := 0
	for _, s := range t.text {
		n += len(s)
	}
	return tombstoneSize + heapSize(n) + heapSize(cap(t.traces)*len(tracestore.TraceID{}))
}

// inscribe keeps of an execution's last row what a tombstone has room for.
func inscribe(e *execution, now int64) *tombstone {
	s := e.row()
	t := &tombstone{
		status: s.Status, primary: s.PrimaryTrace, started: s.Started, finished: s.Finished, activity: s.LastActivity,
		inputTokens: s.InputTokens, outputTokens: s.OutputTokens, costUSD: s.CostUSD, costKnown: s.CostKnown,
		revision: s.Revision, spans: uint32(s.Spans), errors: uint32(s.Errors), dropped: uint32(s.Dropped), evicted: now,
	}
	wanted := [...]string{s.Execution, s.WorkflowID, s.RunName, s.Error}
	room := max(maxTombstoneText-len(s.Execution), 0)
	for i, text := range wanted[1:] {
		wanted[i+1] = clip(text, room)
		room -= len(wanted[i+1])
	}
	t.inscribe(wanted)
	for _, r := range e.traces.all()[:min(e.traces.len(), maxTombstoneTrace)] {
		t.traces = append(t.traces, r.trace.id)
	}
	return t
}

// inscribe makes one string of the texts, and has the tombstone hold parts of it.
func (t *tombstone) inscribe(texts [4]string) {
	all := strings.Join(texts[:], "")
	for i, text := range texts {
		t.text[i], all = all[:len(text)], all[len(text):]
	}
}

// summary is the last summary, with the reason why it is over.
func (t *tombstone) summary() tracestore.Summary {
	return tracestore.Summary{
		Execution: t.text[0], WorkflowID: t.text[1], RunName: t.text[2], Error: t.text[3], Status: t.status,
		Started: t.started, Finished: t.finished, LastActivity: t.activity, PrimaryTrace: t.primary,
		Spans: int(t.spans), Errors: int(t.errors), Dropped: int(t.dropped),
		InputTokens: t.inputTokens, OutputTokens: t.outputTokens, CostUSD: t.costUSD, CostKnown: t.costKnown,
		Complete: true, CompleteReason: tracestore.CompleteEvicted, Revision: t.revision,
	}
}

func (t *tombstone) public() *tracestore.Tombstone {
	return &tracestore.Tombstone{Summary: t.summary(), Evicted: time.Unix(0, t.evicted), Late: int(t.late)}
}

// graveyard remembers evicted executions by id and by trace. The oldest go first, by age or for want of room.
type graveyard struct {
	byName  table[string, *tombstone]
	byTrace table[tracestore.TraceID, *tombstone]
	order   *list.List
	held    int64
	count   int
}

func newGraveyard() graveyard {
	return graveyard{
		byName: newNameTable[*tombstone](), byTrace: newTraceTable[*tombstone](), order: list.New(),
	}
}

func (g *graveyard) bytes() int64 { return g.held + g.byName.bytes() + g.byTrace.bytes() }

// graveShare is about what a tombstone takes in an index, for each of its ids.
const graveShare = 40

// fit forgets the oldest tombstones until the others take at most so many bytes.
func (g *graveyard) fit(most int64) {
	for g.held+int64(g.byName.count+g.byTrace.count)*graveShare > most && g.dropOldest() {
	}
}

// add makes a tombstone for an execution.
func (g *graveyard) add(e *execution, now int64) {
	t := inscribe(e, now)
	t.age = g.order.PushBack(t)
	g.count++
	g.held += t.size()
	if e.named {
		g.byName.put(e.given, t)
	}
	for _, r := range e.traces.all()[:len(t.traces)] {
		if r.trace.canonical() == e {
			g.byTrace.put(r.trace.id, t)
		}
	}
}

// late counts spans that came for a tombstone, on a trace that may be new to it.
func (g *graveyard) late(t *tombstone, id tracestore.TraceID, spans int) {
	t.late += uint32(spans)
	if g.byTrace.get(id) != nil || len(t.traces) >= maxTombstoneTrace {
		return
	}
	g.held -= t.size()
	t.traces = append(t.traces, id)
	g.held += t.size()
	g.byTrace.put(id, t)
}

// find returns the tombstone that an execution id, or a trace id in hex, leads to; nil if there is none.
func (g *graveyard) find(id string) *tombstone {
	if t := g.byName.get(id); t != nil {
		return t
	}
	if trace, ok := parseTrace(id); ok {
		return g.byTrace.get(trace)
	}
	return nil
}

// dropOldest forgets the oldest tombstone; false: there is none.
func (g *graveyard) dropOldest() bool {
	front := g.order.Front()
	if front == nil {
		return false
	}
	t := g.order.Remove(front).(*tombstone)
	g.count--
	g.held -= t.size()
	if g.byName.get(t.text[0]) == t {
		g.byName.delete(t.text[0])
	}
	for _, id := range t.traces {
		if g.byTrace.get(id) == t {
			g.byTrace.delete(id)
		}
	}
	return true
}

// oldest is the tombstone that was made first, nil if there is none.
func (g *graveyard) oldest() *tombstone {
	if e := g.order.Front(); e != nil {
		return e.Value.(*tombstone)
	}
	return nil
}
