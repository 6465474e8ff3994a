package memorystore

import "github.com/orcheo/otelcol-canvas/internal/tracestore"

// verdict is what becomes of a new span.
type verdict uint8

const (
	inFull verdict = iota
	asSkeleton
	asCount
)

// indexShare is about what a span takes in the indexes of its trace.
const indexShare = 48

// skeletonCharge is what a skeleton takes of the reserve.
var skeletonCharge = skeletonSize + indexShare

// admit decides about a span that is new. news: it names an execution that its trace was not known to belong to.
//
// Ordinary spans are kept in full below the bounds of an execution. Spans without a parent, a workflow's spans and outcomes,
// and those that bring a name are kept up to half of the store's budget, and the first root of each kind even beyond that:
// they say what the execution is and how it ended. All others leave a skeleton while the reserve lasts.
func (a *admission) admit(span *tracestore.Span, news bool) verdict {
	cfg, g := &a.store.cfg, a.trace.group
	root := g.roots.claim(a.trace.id, span)
	bytes := a.with(span) + indexShare
	always := news || span.Parent.IsEmpty() || span.Facts.Workflow || span.Facts.Outcome != tracestore.OutcomeNone
	switch {
	case bytes <= cfg.softBytes() && g.spans() < cfg.ExecutionSpans:
		return inFull
	case always && bytes <= cfg.hardBytes():
		return inFull
	case root && bytes <= cfg.rootBytes():
		return inFull
	case root, int(g.skeletons) < cfg.reserveSpans() && int64(g.skeletons+1)*skeletonCharge <= cfg.reserveBytes() && a.weight() <= cfg.rootBytes():
		return asSkeleton
	}
	return asCount
}

// weight is that of the group with what the batch has brought so far.
func (a *admission) weight() int64 { return a.trace.group.weight() + a.trace.size() - a.trace.charged }

// with is what it will be with one more record in full.
func (a *admission) with(span *tracestore.Span) int64 {
	return a.weight() + a.trace.full.growth(recordSize(span))
}

// improves decides whether a higher observation of a known span is kept in full. A record in full stays one up to half of
// the store's budget; a skeleton becomes one only where a new span would be kept in full.
func (a *admission) improves(span *tracestore.Span, h history) bool {
	cfg, g := &a.store.cfg, a.trace.group
	most := cfg.hardBytes()
	if g.roots.claim(a.trace.id, span) {
		most = cfg.rootBytes()
	}
	bytes := a.with(span)
	if h.full != 0 {
		x := &a.trace.full
		return bytes-x.frees(&x.list[x.find(span.ID)]) <= most
	}
	always := span.Parent.IsEmpty() || span.Facts.Workflow || span.Facts.Outcome != tracestore.OutcomeNone
	if always {
		return bytes <= most
	}
	return bytes <= cfg.softBytes() && int(g.records) < cfg.ExecutionSpans
}
