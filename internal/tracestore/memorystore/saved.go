package memorystore

import (
	"container/list"
	"errors"
	"fmt"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/pack"
)

// The frames of a snapshot, in this order: one head, tombstones, groups each followed by the blocks of its traces, one end.
const (
	frameHead byte = iota + 1
	frameGraves
	frameGroup
	frameBlock
	frameEnd
)

// savedFormat is the version of what the frames mean. Their shape has a version of its own, savedSchema.
const savedFormat = 1

var savedSchema = pack.Schema ^ pack.SchemaOf(savedHead{}, savedGrave{}, savedGroup{}, savedBlock{}, savedEnd{})

// savedHead comes first. Its own shape never changes, so that any version can read it.
type savedHead struct {
	Format int64
	Schema uint64
}

type savedGrave struct {
	Text                         [4]string
	Status                       tracestore.Status
	Primary                      tracestore.TraceID
	Started, Finished, Activity  int64
	InputTokens, OutputTokens    int64
	CostUSD                      float64
	Revision                     uint64
	Spans, Errors, Dropped, Late uint32
	CostKnown, Named             bool
	Evicted                      int64
	Traces                       []tracestore.TraceID
	Leading                      []bool // by trace: its id leads here
}

type savedGroup struct {
	Service, Workflow string
	Active            int64
	Parentless        savedRoot
	Workflows         savedRoot
	Executions        []savedExecution
	Traces            []savedTrace
}

type savedRoot struct {
	Trace tracestore.TraceID
	Span  tracestore.SpanID
}

type savedExecution struct {
	ID      string
	Named   bool
	Summary *tracestore.Summary
	Put     int64
	Stamp   uint64
	Active  int64
	Traces  []savedRef
}

// savedRef names a trace by its place in the group.
type savedRef struct {
	Trace int
	Bound int64
}

// savedTrace is followed by its blocks: those of full records, then those of skeletons.
type savedTrace struct {
	ID                          tracestore.TraceID
	Epoch                       string
	Executions                  []int // by their places in the group, the canonical one first
	Last                        uint64
	Started                     int64
	FirstReceived, LastReceived int64
	Dropped                     int
	Leased                      bool  // some of its spans are open, and not given up
	Saved                       int64 // bytes that it takes more in full
	Blocks, Skeletons           int
}

type savedBlock struct {
	Records int
	Last    uint64
	Data    []byte
}

type savedEnd struct{ Groups, Records, Tombstones int }

// save describes a tombstone, and which ids lead to it.
func (g *graveyard) save(t *tombstone) savedGrave {
	s := savedGrave{
		Text: t.text, Status: t.status, Primary: t.primary, Started: t.started, Finished: t.finished, Activity: t.activity,
		InputTokens: t.inputTokens, OutputTokens: t.outputTokens, CostUSD: t.costUSD, Revision: t.revision, Spans: t.spans,
		Errors: t.errors, Dropped: t.dropped, Late: t.late, CostKnown: t.costKnown, Evicted: t.evicted, Traces: t.traces,
		Named: g.byName.get(t.text[0]) == t,
	}
	for _, id := range t.traces {
		s.Leading = append(s.Leading, g.byTrace.get(id) == t)
	}
	return s
}

// restore takes a tombstone in, as the youngest.
func (g *graveyard) restore(s *savedGrave) {
	t := &tombstone{
		status: s.Status, primary: s.Primary, started: s.Started, finished: s.Finished, activity: s.Activity,
		inputTokens: s.InputTokens, outputTokens: s.OutputTokens, costUSD: s.CostUSD, revision: s.Revision, spans: s.Spans,
		errors: s.Errors, dropped: s.Dropped, late: s.Late, costKnown: s.CostKnown, evicted: s.Evicted, traces: s.Traces,
	}
	t.inscribe(s.Text)
	t.age = g.order.PushBack(t)
	g.count++
	g.held += t.size()
	if s.Named {
		g.byName.put(t.text[0], t)
	}
	for i, id := range t.traces {
		if i < len(s.Leading) && s.Leading[i] {
			g.byTrace.put(id, t)
		}
	}
}

// save describes a group whose records are in blocks already.
func (g *group) save(traces []savedTrace) savedGroup {
	s := savedGroup{
		Service: g.sender.name.service, Workflow: g.sender.name.workflow, Active: g.active, Traces: traces,
		Parentless: savedRoot{g.roots.parentless.trace, g.roots.parentless.span},
		Workflows:  savedRoot{g.roots.workflow.trace, g.roots.workflow.span},
	}
	places := map[*trace]int{}
	for i, t := range g.traces.all() {
		places[t] = i
	}
	ofExecution := map[*execution]int{}
	for i, e := range g.execs.all() {
		ofExecution[e] = i
		saved := savedExecution{ID: e.id(), Named: e.named, Put: e.put, Stamp: e.stamp, Active: e.active}
		if e.summary != nil {
			row := e.summary.summary(saved.ID)
			saved.Summary = &row
		}
		for _, r := range e.traces.all() {
			saved.Traces = append(saved.Traces, savedRef{places[r.trace], r.bound})
		}
		s.Executions = append(s.Executions, saved)
	}
	for i, t := range g.traces.all() {
		for _, e := range t.execs.all() {
			traces[i].Executions = append(traces[i].Executions, ofExecution[e])
		}
	}
	return s
}

func (t *trace) save() savedTrace {
	return savedTrace{
		ID: t.id, Epoch: t.epoch, Last: t.last, Started: t.started, FirstReceived: t.firstReceived,
		LastReceived: t.lastReceived, Dropped: int(t.dropped), Leased: len(t.leases.of()) > 0,
	}
}

// check says what is wrong with a group that was read. Checksums tell damage; this is so that nothing that is there can make
// a store that contradicts itself.
func (s *savedGroup) check() error {
	if len(s.Executions) == 0 || len(s.Traces) == 0 {
		return fmt.Errorf("a group has %d executions and %d traces", len(s.Executions), len(s.Traces))
	}
	for i := range s.Executions {
		e := &s.Executions[i]
		if e.Named && !tracestore.ValidExecution(e.ID) || len(e.Traces) == 0 {
			return errors.New("an execution has no valid id, or no trace")
		}
		for _, r := range e.Traces {
			if r.Trace < 0 || r.Trace >= len(s.Traces) {
				return fmt.Errorf("an execution has trace %d of %d", r.Trace, len(s.Traces))
			}
		}
	}
	for i := range s.Traces {
		t := &s.Traces[i]
		if t.ID.IsEmpty() || t.Epoch == "" || len(t.Executions) == 0 {
			return errors.New("a trace has no id, no epoch or no execution")
		}
		for _, e := range t.Executions {
			if e < 0 || e >= len(s.Executions) {
				return fmt.Errorf("a trace has execution %d of %d", e, len(s.Executions))
			}
		}
	}
	return nil
}

// oldestFirst are the values of a list, front first.
func oldestFirst[T any](l *list.List) []T {
	all := make([]T, 0, l.Len())
	for e := l.Front(); e != nil; e = e.Next() {
		all = append(all, e.Value.(T))
	}
	return all
}
