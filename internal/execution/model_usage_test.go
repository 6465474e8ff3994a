package execution_test

import (
	"slices"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// The oracle's account of usage: it asks the final tree, from each span downwards, as often as it likes.

func (o *oracle) role(k execution.SpanKey) execution.UsageRole {
	role := o.roleInTree(k)
	id := o.records[k].Facts.ResponseID
	if role != execution.UsageCounted || id == "" {
		return role
	}
	for _, other := range o.visible() {
		if other == k {
			break // it is the first
		}
		if o.records[other].Facts.ResponseID == id && o.roleInTree(other) == execution.UsageCounted {
			return execution.UsageDuplicate
		}
	}
	return execution.UsageCounted
}

func (o *oracle) roleInTree(k execution.SpanKey) execution.UsageRole {
	f := o.facts(k)
	switch {
	case !o.reports(k):
		return execution.UsageNone
	case f.Scope == tracestore.ScopeReplay:
		return execution.UsageReplay
	case f.Scope == tracestore.ScopeCall:
		return o.seenBelow(k)
	case o.reportsBelow(k):
		return execution.UsageAggregate
	default:
		return execution.UsageCounted
	}
}

// seenBelow compares a call with the spans below it that report usage and that neither another such span nor a tool or agent hides.
func (o *oracle) seenBelow(k execution.SpanKey) execution.UsageRole {
	own, below := o.facts(k), o.callsBelow(k)
	var input, output float64
	same := false
	for _, c := range below {
		f := o.facts(c)
		input, output = input+float64(f.Usage.Input), output+float64(f.Usage.Output)
		same = same || (own.ResponseID != "" && f.ResponseID == own.ResponseID) ||
			(f.Usage.Input == own.Usage.Input && f.Usage.Output == own.Usage.Output) ||
			(own.Side == tracestore.SideClient && f.Side == tracestore.SideServer)
	}
	near := func(sum float64, own int64) bool { return sum >= 0.98*float64(own) && sum <= 1.02*float64(own) }
	switch {
	case same && len(below) <= 8:
		return execution.UsageDuplicate
	case len(below) == 0 || !near(input, own.Usage.Input) || !near(output, own.Usage.Output):
		return execution.UsageCounted
	case len(below) == 1:
		return execution.UsageDuplicate
	default:
		return execution.UsageAggregate
	}
}

func (o *oracle) callsBelow(k execution.SpanKey) (calls []execution.SpanKey) {
	for _, c := range o.children(k) {
		f := o.facts(c)
		switch {
		case f.Boundary:
		case o.reports(c):
			calls = append(calls, c)
		default:
			calls = append(calls, o.callsBelow(c)...)
		}
	}
	return calls
}

func (o *oracle) reportsBelow(k execution.SpanKey) bool {
	return slices.ContainsFunc(o.children(k), func(c execution.SpanKey) bool { return o.reports(c) || o.reportsBelow(c) })
}

func (o *oracle) reports(k execution.SpanKey) bool {
	f := o.facts(k)
	u := f.Usage
	return u != nil && (f.Scope == tracestore.ScopeReplay || u.Input != 0 || u.Output != 0 || (u.CostKnown && u.CostUSD != 0))
}

func (o *oracle) facts(k execution.SpanKey) tracestore.Facts {
	if r := o.records[k]; r != nil {
		return r.Facts
	}
	return tracestore.Facts{}
}
