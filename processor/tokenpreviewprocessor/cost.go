package tokenpreviewprocessor

import "github.com/orcheo/otelcol-canvas/internal/semconv"

// addCost writes what a model call cost, and returns it in US dollars. What the span reports wins; a cost that nobody knows is
// not written and is 0 here.
func (a attributes) addCost() float64 {
	if !a.read.ModelCall || !a.read.CostKnown {
		return 0
	}
	if !a.read.Has(a.costUSD) {
		a.PutDouble(a.costUSD.Name, a.read.Cost)
		a.putText(a.costSource, semconv.CostReported)
	}
	return a.read.Cost
}
