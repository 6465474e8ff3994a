package tokenpreviewprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// addCost writes what a model call cost, and returns it in US dollars. What the span reports wins; a cost that nobody knows is
// not written and is 0 here.
func addCost(attrs pcommon.Map, r *genai.Reading) float64 {
	if !r.ModelCall || !r.CostKnown {
		return 0
	}
	if isAbsent(attrs, semconv.CostUSD) {
		attrs.PutDouble(semconv.CostUSD, r.Cost)
		putText(attrs, semconv.CostSource, semconv.CostReported)
	}
	return r.Cost
}
