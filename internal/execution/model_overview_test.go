package execution_test

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func (o *oracle) roots() (roots []execution.SpanKey) {
	tiers := []func(k execution.SpanKey, f *tracestore.Facts) bool{
		func(_ execution.SpanKey, f *tracestore.Facts) bool { return f.Workflow && f.Execution == o.id },
		func(k execution.SpanKey, f *tracestore.Facts) bool {
			return f.Workflow && (f.Execution == "" || k.Trace.String() == o.id)
		},
		func(k execution.SpanKey, _ *tracestore.Facts) bool {
			p, linked := o.parents[k]
			return !linked || (o.records[p] != nil && !o.shown[p])
		},
	}
	for _, tier := range tiers {
		for _, k := range o.visible() {
			if tier(k, &o.records[k].Facts) {
				roots = append(roots, k)
			}
		}
		if len(roots) > 0 {
			break
		}
	}
	return roots
}

// reason says whether and why the execution is complete at a time.
func (o *oracle) reason(now time.Time) tracestore.CompleteReason {
	keys, roots := o.visible(), o.roots()
	if len(keys) == 0 {
		return tracestore.CompleteNone
	}
	final, rootReceived := len(roots) > 0, int64(0)
	for _, k := range roots {
		final = final && !o.records[k].Open()
		rootReceived = max(rootReceived, o.records[k].Received)
	}
	if final && o.countReached(roots) {
		return tracestore.CompleteCounted
	}
	var last int64
	for _, i := range o.infos {
		last = max(last, i.LastReceived)
	}
	past := func(t int64, d time.Duration) bool { return !now.Before(time.Unix(0, t).Add(d)) }
	open, lost := 0, 0
	settled := past(last, o.rules.QuietPeriod)
	for _, k := range keys {
		r := o.records[k]
		if !r.Open() {
			continue
		}
		open++
		switch {
		case r.Mark == tracestore.MarkLost:
			lost++
		case r.Facts.Lease > 0:
			return tracestore.CompleteNone
		case len(roots) > 0:
			settled = settled && past(rootReceived, o.rules.StartOnly)
		}
	}
	for k, shown := range o.shown {
		if shown && o.records[k] == nil {
			created := int64(math.MaxInt64)
			for _, c := range o.children(k) {
				created = min(created, o.records[c].FirstReceived)
			}
			settled = settled && past(created, o.rules.MissingParent)
		}
	}
	allLost := open > 0 && lost == open
	switch {
	case settled && allLost:
		return tracestore.CompleteLost
	case settled && final:
		return tracestore.CompleteQuiet
	case !final && past(last, o.rules.Abandon):
		return tracestore.CompleteAbandoned
	default:
		return tracestore.CompleteNone
	}
}

func (o *oracle) countReached(roots []execution.SpanKey) bool {
	for _, t := range o.traces {
		claimed, ended, some := 0, o.infos[t].Dropped, false
		for _, k := range roots {
			if k.Trace == t {
				claimed = max(claimed, o.records[k].Facts.SpanCount)
			}
		}
		for k, r := range o.records {
			if k.Trace == t {
				some = some || o.shown[k]
				if !r.Open() {
					ended++
				}
			}
		}
		if some && (claimed == 0 || ended < claimed) {
			return false
		}
	}
	return true
}

func (o *oracle) status(roots []execution.SpanKey) tracestore.Status {
	if len(o.visible()) == 0 {
		return tracestore.StatusPending
	}
	if len(roots) == 0 {
		return tracestore.StatusRunning
	}
	r := o.records[slices.MaxFunc(roots, o.compare)]
	switch {
	case r.Open():
		return tracestore.StatusRunning
	case r.Facts.Outcome == tracestore.OutcomeCancelled:
		return tracestore.StatusCancelled
	case r.Facts.Outcome == tracestore.OutcomeCompleted:
		return tracestore.StatusCompleted
	case r.Facts.Outcome == tracestore.OutcomeFailed, r.Facts.Status == tracestore.StatusError:
		return tracestore.StatusFailed
	default:
		return tracestore.StatusCompleted
	}
}

// overview returns what Overview must say, but for the revision.
func (o *oracle) overview(reason tracestore.CompleteReason) execution.Overview {
	var v execution.Overview
	roots := o.roots()
	v.Execution, v.Status, v.Known = o.id, o.status(roots), len(o.traces) > 0
	v.Complete, v.CompleteReason = reason != tracestore.CompleteNone, reason
	v.Traces, v.TraceCount = slices.Clone(o.traces[:min(len(o.traces), execution.MaxTraces)]), len(o.traces)
	if len(o.traces) > 0 {
		v.PrimaryTrace = o.traces[0]
	}
	for _, i := range o.infos {
		v.Dropped += i.Dropped
		v.LastActivity = max(v.LastActivity, i.LastReceived)
	}
	o.describe(&v, roots)
	o.total(&v)
	o.link(&v)
	return v
}

func (o *oracle) describe(v *execution.Overview, roots []execution.SpanKey) {
	var workflows, runs, threads []string
	firstError := ""
	for _, k := range o.visible() {
		f := &o.records[k].Facts
		v.Spans++
		if s := o.start(k); s > 0 && v.Started == 0 {
			v.Started = s
		}
		if f.Status == tracestore.StatusError {
			v.Errors++
			firstError = cmp.Or(firstError, f.Error)
		}
		v.Models = append(v.Models, f.Model)
		workflows, runs, threads = append(workflows, f.WorkflowID), append(runs, f.RunName), append(threads, f.Thread)
	}
	v.Models = distinct(v.Models)
	v.Models = v.Models[:min(8, len(v.Models))]
	v.WorkflowID, v.RunName, v.Thread = first(workflows), first(runs), first(threads)
	if len(roots) == 0 {
		return
	}
	f := &o.records[slices.MaxFunc(roots, o.compare)].Facts
	v.WorkflowID, v.RunName, v.Thread = cmp.Or(f.WorkflowID, v.WorkflowID), cmp.Or(f.RunName, v.RunName), cmp.Or(f.Thread, v.Thread)
	v.RootName, v.Tags, v.Error = f.Name, f.Tags, f.Error
	if v.Status == tracestore.StatusFailed {
		v.Error = cmp.Or(v.Error, firstError)
	}
	open := false
	for _, k := range roots {
		open = open || o.records[k].Open()
		v.Finished = max(v.Finished, o.records[k].Facts.End)
	}
	if open {
		v.Finished = 0
	}
}

func distinct(s []string) []string {
	slices.Sort(s)
	return slices.DeleteFunc(slices.Compact(s), func(s string) bool { return s == "" })
}

func first(s []string) string {
	if s = distinct(s); len(s) > 0 {
		return s[0]
	}
	return ""
}

func (o *oracle) total(v *execution.Overview) {
	add := func(to *tracestore.Usage, u *tracestore.Usage) {
		to.Input += u.Input
		to.Output += u.Output
		to.CacheRead += u.CacheRead
		to.CacheWrite += u.CacheWrite
		to.Reasoning += u.Reasoning
		to.CostKnown = to.CostKnown || u.CostKnown
		if u.CostKnown {
			to.CostUSD += u.CostUSD // the cases have costs that binary fractions hold exactly
		}
	}
	excluded := map[execution.UsageRole]*execution.Exclusion{}
	for _, k := range o.visible() {
		u, role := o.records[k].Facts.Usage, o.role(k)
		if role == execution.UsageNone {
			continue
		}
		add(&v.Totals.Reported, u)
		if role == execution.UsageCounted {
			add(&v.Totals.Counted, u)
			if !u.CostKnown {
				v.Totals.Unpriced++
			}
			continue
		}
		e := excluded[role]
		if e == nil {
			e = &execution.Exclusion{Reason: role}
			excluded[role] = e
		}
		e.Spans++
		e.Input += u.Input
		e.Output += u.Output
		if u.CostKnown {
			e.CostKnown = true
			e.CostUSD += u.CostUSD
		}
	}
	for _, role := range []execution.UsageRole{execution.UsageAggregate, execution.UsageDuplicate, execution.UsageReplay} {
		if e := excluded[role]; e != nil {
			v.Totals.Excluded = append(v.Totals.Excluded, *e)
		}
	}
	c := v.Totals.Counted
	v.InputTokens, v.OutputTokens, v.CostUSD, v.CostKnown = c.Input, c.Output, c.CostUSD, c.CostKnown
}

func (o *oracle) link(v *execution.Overview) {
	keys := o.visible()
	slices.SortFunc(keys, func(a, b execution.SpanKey) int {
		return cmp.Or(
			cmp.Compare(o.records[a].FirstReceived, o.records[b].FirstReceived),
			bytes.Compare(a.Trace[:], b.Trace[:]),
			bytes.Compare(a.Span[:], b.Span[:]),
		)
	})
	for _, k := range keys {
		for _, l := range o.records[k].Facts.Links {
			if !slices.Contains(o.traces, l.Trace) && !slices.Contains(v.Links, l) && len(v.Links) < 64 {
				v.Links = append(v.Links, l)
			}
		}
	}
}
