package execution

import (
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// MaxTraces is how many traces an overview names. It is part of every frame, and an execution may have thousands.
const MaxTraces = 100

// Overview returns the execution as a whole. The slices in it are shared and must not be changed; the view does not change
// them either.
func (v *View) Overview() Overview {
	o := Overview{
		Summary: v.Summary(),
		Totals:  v.ledger.totals(),
		Links:   v.links.all(),
		Known:   len(v.order) > 0 || v.done.complete,
	}
	o.TraceCount = len(v.order)
	for _, t := range v.order[:min(len(v.order), MaxTraces)] {
		o.Traces = append(o.Traces, t.id)
	}
	return o
}

// Traces yields every trace of the execution, in the order in which they joined.
func (v *View) Traces(yield func(tracestore.TraceID) bool) {
	for _, t := range v.order {
		if !yield(t.id) {
			return
		}
	}
}

// Summary returns the row of the execution in lists.
func (v *View) Summary() (s tracestore.Summary) {
	v.Summarize(&s)
	return s
}

// Summarize fills in the row of the execution in lists, which is empty.
func (v *View) Summarize(s *tracestore.Summary) {
	a, set := &v.account, v.rootSet()
	counted := v.ledger.counted.usage()
	s.Execution = v.id
	s.Status = v.status(set)
	s.LastActivity = v.lastReceived()
	s.Spans, s.Errors = a.spans, a.errors
	s.InputTokens, s.OutputTokens = counted.Input, counted.Output
	s.CostUSD, s.CostKnown = counted.CostUSD, counted.CostKnown
	s.Models = a.modelList
	s.Complete, s.CompleteReason, s.Revision = v.done.complete, v.done.reason, v.done.revision
	if len(v.order) > 0 {
		s.PrimaryTrace = v.order[0].id
	}
	for _, t := range v.order {
		s.Dropped += t.dropped
	}
	if a.earliest.node != nil {
		s.Started = a.earliest.start
	}
	if set != nil {
		root := set.all()
		f := &root.last.Record.Facts
		s.WorkflowID, s.RunName, s.RootName, s.Thread, s.Tags, s.Error = f.WorkflowID, f.RunName, f.Name, f.Thread, f.Tags, f.Error
		if root.open == 0 {
			s.Finished = root.end
		}
	}
	a.workflows.fill(&s.WorkflowID)
	a.runs.fill(&s.RunName)
	a.threads.fill(&s.Thread)
	if n := a.firstError.node; s.Error == "" && s.Status == tracestore.StatusFailed && n != nil {
		s.Error = n.Record.Facts.Error
	}
}
