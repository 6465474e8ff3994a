package execution

import (
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// maxModels is how many models an overview names.
const maxModels = 8

// account is what is known of the shown records as a whole, besides usage and roots.
type account struct {
	spans, errors        int
	live, lost, silent   int // open spans: with a live lease, with a lost one, of which only the start was seen
	workflows, runs      tally
	threads              tally
	models               tally
	modelList            []string
	modelsStale          bool
	earliest, firstError least
}

// count adds a shown node, with its record, to everything that is summed.
func (v *View) count(n *node) {
	n.counted = true
	v.changed = true
	n.trace.shown++
	a, r := &v.account, n.Record
	a.spans++
	*a.open(r) += one(r.Open())
	a.workflows.add(r.Facts.WorkflowID)
	a.runs.add(r.Facts.RunName)
	a.threads.add(r.Facts.Thread)
	if a.models.add(r.Facts.Model) {
		a.modelsStale = true
	}
	if n.Tail.EffectiveStart > 0 {
		a.earliest.offer(n)
	}
	if r.Facts.Status == tracestore.StatusError {
		a.errors++
	}
	if tellsError(n) {
		a.firstError.offer(n)
	}
	v.links.add(n, v)
	v.tier(n, v.tierOf(n))
	v.assess(n)
}

// discount undoes count, while the node still has its old record. next is the record that will take its place, nil if none.
func (v *View) discount(n *node, next *tracestore.Record) {
	if !keepsRole(n, next) {
		v.withdraw(n)
	}
	n.counted = false
	v.changed = true
	n.trace.shown--
	a, r := &v.account, n.Record
	a.spans--
	*a.open(r) -= one(r.Open())
	a.workflows.remove(r.Facts.WorkflowID)
	a.runs.remove(r.Facts.RunName)
	a.threads.remove(r.Facts.Thread)
	if a.models.remove(r.Facts.Model) {
		a.modelsStale = true
	}
	a.earliest.withdraw(n)
	if r.Facts.Status == tracestore.StatusError {
		a.errors--
	}
	a.firstError.withdraw(n)
	v.links.remove(n, next)
	v.untier(n)
}

// open returns the counter that an open record belongs to.
func (a *account) open(r *tracestore.Record) *int {
	switch {
	case r.Mark == tracestore.MarkLost:
		return &a.lost
	case r.Facts.Lease > 0:
		return &a.live
	default:
		return &a.silent
	}
}

func tellsError(n *node) bool {
	f := &n.Record.Facts
	return f.Status == tracestore.StatusError && f.Error != ""
}

// settle finds anew what the operation under way left unknown.
func (v *View) settle() {
	a := &v.account
	if a.earliest.lost {
		a.earliest = least{}
		for n := range v.shown {
			if n.Record != nil && n.Tail.EffectiveStart > 0 {
				a.earliest.offer(n)
			}
		}
	}
	if a.firstError.lost {
		a.firstError = least{}
		for n := range v.shown {
			if n.Record != nil && tellsError(n) {
				a.firstError.offer(n)
			}
		}
	}
	if a.modelsStale {
		a.modelsStale = false
		a.modelList = a.models.first(maxModels)
	}
	if v.links.stale {
		v.links.collect(v)
	}
}

// least is the first of some nodes in the one order. When that is withdrawn, everything must be offered again, unless it comes
// back itself, not later than it was, before anything else that could be first.
type least struct {
	node  *node
	start int64 // of node when it was offered
	lost  bool
}

func (l *least) offer(n *node) {
	switch {
	case l.lost:
		if n.Tail.EffectiveStart > l.start {
			return
		}
		if n == l.node {
			l.start, l.lost = n.Tail.EffectiveStart, false
		} else {
			l.node = nil
		}
	case l.node == nil || before(n, l.node):
		l.node, l.start = n, n.Tail.EffectiveStart
	}
}

func (l *least) withdraw(n *node) {
	if n == l.node {
		l.lost = true
	}
}
