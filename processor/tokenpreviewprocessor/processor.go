package tokenpreviewprocessor

import (
	"cmp"
	"context"
	"sync"

	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/partial"
	"github.com/orcheo/otelcol-canvas/internal/price"
	"github.com/orcheo/otelcol-canvas/internal/redact"
	"github.com/orcheo/otelcol-canvas/processor/tokenpreviewprocessor/internal/metadata"
)

// tokenPreview is the processor. It keeps no state between batches.
type tokenPreview struct {
	engine        *genai.Engine
	keys          keys
	readers       sync.Pool        // of *genai.Reader: one reads a batch
	redactor      *redact.Redactor // nil: redaction is off
	words         sync.Pool        // of *redact.Words, likewise
	known         known
	content       contentPolicy
	previews      previewer
	threshold     int64    // tokens
	max           int      // messages of one span
	executionFrom []string // keys
	ledger        ledger
	book          *price.Book
	telemetry     *metadata.TelemetryBuilder
	logger        *zap.Logger
}

func newTokenPreview(cfg *Config, telemetry *metadata.TelemetryBuilder, book *price.Book) (*tokenPreview, error) {
	p := &tokenPreview{
		engine:        genai.NewEngine(genai.Dialects()),
		threshold:     cfg.HighTokenThreshold,
		max:           cfg.MaxMessages,
		executionFrom: cfg.Identity.ExecutionFrom,
		ledger:        ledger{models: map[string]*series{}},
		book:          book,
		telemetry:     telemetry,
		logger:        zap.NewNop(),
	}
	p.keys = newKeys(p.engine)
	p.readers.New = func() any { return p.engine.NewReader() }
	p.words.New = func() any { return new(redact.Words) }
	if cfg.Redaction.Enabled {
		redactor, err := redact.New(cfg.Redaction.redactor(p.engine.Identity()))
		if err != nil {
			return nil, err
		}
		p.redactor, p.known = redactor, newKnown(p.engine, redactor)
	}
	p.previews = previewer{redactor: p.redactor, max: cfg.PreviewMaxLength, earlier: newEarlierPreviews(cfg.PreviewMaxLength)}
	p.content = contentPolicy{policy: cfg.Content, previews: p.previews}
	return p, nil
}

// batch counts what was done to one batch, so that instruments are touched once for it and not once a span.
type batch struct {
	spans    int64
	hits     redact.Hits
	events   [eventKinds]int64 // made
	dialects []dialectSpans
	accounts map[*series]*account
	model    string      // of the last call,
	account  *account    // and what the calls of it took; nil: there was none
	pass     redact.Pass // of the span that is worked on now, as are those below
	spanHits redact.Hits
	// attributes are those to add to the span that is worked on now.
	attributes attributes
}

func (p *tokenPreview) process(ctx context.Context, traces ptrace.Traces) (ptrace.Traces, error) {
	b := batch{accounts: map[*series]*account{}}
	b.attributes = attributes{keys: &p.keys, added: make([]addition, 0, commonlyAdded)}
	if p.redactor != nil {
		b.pass = p.redactor.NewPass()
		words := p.words.Get().(*redact.Words)
		defer p.words.Put(words)
		b.pass.Knowing(words)
	}
	reader := p.readers.Get().(*genai.Reader)
	defer func() {
		reader.Forget()
		p.readers.Put(reader)
	}()
	for _, resource := range traces.ResourceSpans().All() {
		p.redactResource(resource, &b)
		for _, scope := range resource.ScopeSpans().All() {
			name := scope.Scope().Name()
			p.redactScope(scope, &b)
			for _, span := range scope.Spans().All() {
				reader = p.guarded(reader, name, span, &b)
			}
		}
	}
	p.report(ctx, b)
	return traces, nil
}

// span does everything to one span. Redaction comes first, so that nothing made of the span can hold what it took out.
func (p *tokenPreview) span(reader *genai.Reader, scope string, span ptrace.Span, b *batch) {
	b.spans++
	partial.Mark(span) // by ids, which are not to be redacted before
	if len(b.spanHits) > 0 {
		clear(b.spanHits)
	}
	hits := &b.spanHits
	reading := p.walk(scope, span, reader, b)
	if reading.Spoken() {
		attrs := &b.attributes
		attrs.of(reading)
		attrs.addUsage()
		usd := attrs.addCost(p.book, span.StartTimestamp().AsTime())
		attrs.addModels()
		attrs.addIdentity()
		made := p.eventsOf(span, &b.events, hits)
		p.addPreviews(&made, attrs, hits)
		p.addTokenChunk(&made, reading)
		attrs.write(span.Attributes(), receiptAttributes(*hits))
		p.count(reading, usd, b)
	}
	p.content.apply(span, reading, hits)
	addReceipt(span.Attributes(), *hits)
	b.hits.Merge(*hits)
}

// dialectSpans counts the spans of one dialect.
type dialectSpans struct {
	dialect string
	n       int64
}

func (b *batch) countDialect(name string) {
	for i := range b.dialects { // there are few
		if b.dialects[i].dialect == name {
			b.dialects[i].n++
			return
		}
	}
	b.dialects = append(b.dialects, dialectSpans{name, 1})
}

// count counts the span's dialect, and what a model call took.
func (p *tokenPreview) count(r *genai.Reading, usd float64, b *batch) {
	b.countDialect(r.Dialect())
	if !r.ModelCall || !r.Usage.Known() {
		return
	}
	model := cmp.Or(r.ModelActual, r.ModelName)
	if b.account == nil || model != b.model {
		b.model, b.account = model, b.accountOf(p.ledger.of(model))
	}
	b.account.add(r, usd)
}

func (b *batch) accountOf(s *series) *account {
	a := b.accounts[s]
	if a == nil {
		a = &account{}
		b.accounts[s] = a
	}
	return a
}

func (p *tokenPreview) report(ctx context.Context, b batch) {
	p.telemetry.TokenpreviewSpans.Add(ctx, b.spans)
	for rule, n := range b.hits {
		p.telemetry.TokenpreviewRedactions.Add(ctx, int64(n), metric.WithAttributeSet(attribute.NewSet(attribute.String("rule", rule))))
	}
	if n := b.hits.Uninspected(); n > 0 {
		p.telemetry.TokenpreviewUninspectedValues.Add(ctx, int64(n))
	}
	p.ledger.report(ctx, p.telemetry, b.accounts)
	for _, d := range b.dialects {
		p.telemetry.TokenpreviewDialectSpans.Add(ctx, d.n, metric.WithAttributeSet(attribute.NewSet(attribute.String("dialect", d.dialect))))
	}
	for kind, n := range b.events {
		if n > 0 {
			p.telemetry.TokenpreviewEvents.Add(ctx, n, metric.WithAttributeSet(attribute.NewSet(attribute.String("event", eventNames[kind]))))
		}
	}
}
