package tokenpreviewprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// addCost writes what a model call cost. What the span reports wins; a cost that nobody knows is not written.
func addCost(attrs pcommon.Map, r *genai.Reading) {
	if !r.ModelCall || !isAbsent(attrs, semconv.CostUSD) {
		return
	}
	if r.CostKnown {
		attrs.PutDouble(semconv.CostUSD, r.Cost)
		putText(attrs, semconv.CostSource, semconv.CostReported)
	}
}
