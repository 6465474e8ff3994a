package tokenpreviewprocessor

import (
	"context"
	"strings"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/processor/tokenpreviewprocessor/internal/metadata"
)

// Bounds of the metrics by model: a model's name is a text that anybody can send.
const (
	maxModels    = 200
	maxModelName = 128 // bytes
	otherModels  = "other"
	unknownModel = "unknown"
)

// tokenTypes are the values of the attribute token.type.
var tokenTypes = [...]string{"input", "output", "cache_read", "cache_write", "reasoning"}

// account is what the calls of one model took in one batch.
type account struct {
	tokens [len(tokenTypes)]int64
	usd    float64
}

// add adds one call. A replay took nothing.
func (a *account) add(r *genai.Reading, usd float64) {
	if r.Replay {
		return
	}
	u := &r.Usage
	for i, figure := range [...]genai.Figure{u.Input, u.Output, u.CacheRead, u.CacheWrite, u.Reasoning} {
		a.tokens[i] += figure.N
	}
	a.usd += usd
}

// ledger reports accounts by model. It knows a bounded number of models; it is safe for concurrent use.
type ledger struct {
	mu     sync.RWMutex
	models map[string]*series
}

// series are the attributes of one model's points, made once.
type series struct {
	model  metric.MeasurementOption
	tokens [len(tokenTypes)]metric.MeasurementOption
}

func newSeries(model string) *series {
	s := &series{model: metric.WithAttributeSet(attribute.NewSet(attribute.String("model", model)))}
	for i, name := range tokenTypes {
		s.tokens[i] = metric.WithAttributeSet(attribute.NewSet(attribute.String("model", model), attribute.String("token.type", name)))
	}
	return s
}

// of returns the series of a model, or that of all others once there are too many.
func (l *ledger) of(model string) *series {
	switch {
	case model == "":
		model = unknownModel
	case len(model) > maxModelName:
		model = otherModels
	}
	l.mu.RLock()
	s := l.models[model]
	l.mu.RUnlock()
	if s != nil {
		return s
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.models) >= maxModels {
		model = otherModels
	}
	if s = l.models[model]; s == nil {
		model = strings.Clone(model)
		s = newSeries(model)
		l.models[model] = s
	}
	return s
}

func (l *ledger) report(ctx context.Context, telemetry *metadata.TelemetryBuilder, accounts map[*series]*account) {
	for s, a := range accounts {
		for i, n := range a.tokens {
			if n > 0 {
				telemetry.TokenpreviewTokens.Add(ctx, n, s.tokens[i])
			}
		}
		if a.usd > 0 {
			telemetry.TokenpreviewCost.Add(ctx, a.usd, s.model)
		}
	}
}
