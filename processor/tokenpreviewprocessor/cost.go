package tokenpreviewprocessor

import (
	"time"

	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"

	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/price"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// newBook opens the price table. What happens to its file while the collector runs is logged, once for each change.
func newBook(cfg price.Config, set component.TelemetrySettings) (*price.Book, error) {
	return price.NewBook(cfg, price.Notices{
		Loaded: func(version string) { set.Logger.Info("Loaded the prices anew", zap.String("version", version)) },
		Failed: func(err error) { set.Logger.Warn("Could not load the prices anew", zap.Error(err)) },
	})
}

// addCost writes what a model call that began at a time cost, and returns it in US dollars. What the span reports wins, then the
// price table; a cost that nobody knows is not written and is 0 here.
func (a *attributes) addCost(book *price.Book, at time.Time) float64 {
	r := a.read
	switch {
	case !r.ModelCall:
		return 0
	case r.CostKnown:
		if !r.Has(a.costUSD) {
			a.putDollars(a.costUSD, r.Cost)
			a.putText(a.costSource, semconv.CostReported)
		}
		return r.Cost
	}
	cost, ok := priceOf(r, book, at)
	if !ok {
		return 0
	}
	a.putDollars(a.costUSD, cost.USD)
	a.putText(a.costSource, semconv.CostTable)
	a.putText(a.costTable, cost.Table)
	return cost.USD
}

// priceOf looks a call up. The model that answered tells more than the one that was asked for, which may be a deployment's name.
// A call without both figures has no known price, but for an embedding, which has no output.
func priceOf(r *genai.Reading, book *price.Book, at time.Time) (price.Cost, bool) {
	u := &r.Usage
	if !u.Input.Known() || !u.Output.Known() && r.Kind == genai.KindLLM {
		return price.Cost{}, false
	}
	q := price.Query{
		Provider: r.Provider,
		At:       at,
		Tokens: price.Tokens{
			Input: u.Input.N, CacheRead: u.CacheRead.N, CacheWrite: u.CacheWrite.N, CacheWrite1h: u.CacheWrite1h.N, AudioInput: u.AudioInput.N,
			Output: u.Output.N, AudioOutput: u.AudioOutput.N, Reasoning: u.Reasoning.N,
		},
	}
	for _, model := range [...]string{r.ModelActual, r.ModelName} {
		if q.Model = model; model == "" {
			continue
		}
		if cost, ok := book.Cost(q); ok {
			return cost, true
		}
	}
	return price.Cost{}, false
}
