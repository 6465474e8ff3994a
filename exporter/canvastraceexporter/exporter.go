package canvastraceexporter

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/zap"

	"github.com/orcheo/otelcol-canvas/exporter/canvastraceexporter/internal/metadata"
	"github.com/orcheo/otelcol-canvas/exporter/canvastraceexporter/internal/observation"
	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/fault"
	"github.com/orcheo/otelcol-canvas/internal/live"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/memorystore"
)

// traceExporter turns spans into observations and appends them to the store.
type traceExporter struct {
	cfg       *Config
	id        component.ID
	logger    *zap.Logger
	telemetry *account

	store      tracestore.Store
	snapshots  *snapshots // nil: none are kept
	compressor *memorystore.Compressor
	views      *live.Views
	observers  sync.Pool
	renderers  sync.Pool
	unregister func()
	closed     sync.Once
}

func newTraceExporter(cfg *Config, set component.TelemetrySettings, id component.ID) (*traceExporter, error) {
	builder, err := metadata.NewTelemetryBuilder(set)
	if err != nil {
		return nil, err
	}
	e := &traceExporter{cfg: cfg, id: id, logger: set.Logger, telemetry: newAccount(builder), unregister: func() {}}
	e.renderers.New = func() any { return canvaswire.NewRenderer() }
	e.observers.New = func() any { return observation.NewObserver(e.cfg.ExecutionAttributes, e.limits()) }
	return e, nil
}

func (e *traceExporter) limits() canvaswire.Limits {
	l := canvaswire.DefaultLimits()
	l.BodyBytes = e.cfg.Retention.MaxSpanBytes
	l.ValueBytes = e.cfg.Retention.MaxValueBytes
	l.WholeBytes = e.cfg.Retention.MaxWholeBytes
	return l
}

// start opens the store and offers it to the server. A configured server that is missing, or is something else, fails the
// start: an exporter nobody can read from would be a silent mistake.
func (e *traceExporter) start(ctx context.Context, host component.Host) error {
	registrar, err := e.findServer(host)
	if err != nil {
		return err
	}
	if e.cfg.HugePages {
		e.askForHugePages()
	}
	if e.snapshots, err = openSnapshots(ctx, host, e.cfg, e.id); err != nil {
		return err
	}
	if err := e.open(ctx); err != nil {
		return errors.Join(err, e.snapshots.close(ctx))
	}
	if registrar == nil {
		return nil
	}
	unregister, err := registrar.Register(e.id.String(), e.views)
	if err != nil {
		return errors.Join(fmt.Errorf("offer the trace store to %s: %w", e.cfg.Server, err), e.close(ctx))
	}
	e.unregister = unregister
	return nil
}

func (e *traceExporter) findServer(host component.Host) (live.Registrar, error) {
	if e.cfg.Server == nil {
		return nil, nil
	}
	ext, ok := host.GetExtensions()[*e.cfg.Server]
	if !ok {
		return nil, fmt.Errorf("server: there is no extension %q; add it to service::extensions, or leave server out to serve nobody", e.cfg.Server)
	}
	registrar, ok := ext.(live.Registrar)
	if !ok {
		return nil, fmt.Errorf("server: extension %q does not serve traces; name a canvasserver extension", e.cfg.Server)
	}
	return registrar, nil
}

func (e *traceExporter) open(ctx context.Context) error {
	r := e.cfg.Retention
	store, err := memorystore.New(memorystore.Config{
		BudgetBytes: r.MaxBytes, ExecutionBytes: r.MaxExecutionBytes, ExecutionSpans: r.MaxExecutionSpans,
		TTL: r.TTL, TombstoneTTL: r.TombstoneTTL, CompressAfter: r.CompressAfter,
	})
	if err != nil {
		return fmt.Errorf("open the trace store: %w", err)
	}
	restored, places := e.restore(ctx, store)
	c := e.cfg.Completeness
	views, err := live.New(store, live.Config{
		Rules: execution.Rules{
			QuietPeriod: c.QuietPeriod, MissingParent: c.MissingParent, StartOnly: c.StartOnly, Abandon: c.Abandon,
		},
		ViewBytes: r.MaxViewBytes,
		Restored:  restored, Places: places,
		Render:  e.render,
		OnSweep: e.telemetry.swept,
		OnError: e.storeFailed,
	})
	if err != nil {
		return errors.Join(fmt.Errorf("keep views over the trace store: %w", err), store.Close())
	}
	e.store, e.views = store, views
	e.compressor = memorystore.StartCompressor(store, e.storeFailed)
	return e.telemetry.observe(views)
}

// restore takes over what the process before left. Without it the store is empty, and that is no reason not to start.
func (e *traceExporter) restore(ctx context.Context, store tracestore.Store) (restored bool, places []byte) {
	if e.snapshots == nil {
		return false, nil
	}
	res, places, err := e.snapshots.load(ctx, store)
	switch {
	case errors.Is(err, errNoSnapshot):
		e.logger.Info("the trace store begins empty", zap.Stringer("storage", e.cfg.Storage), zap.String("reason", err.Error()))
		return false, nil
	case err != nil && res.Bytes == 0:
		e.telemetry.snapshot(ctx, snapshotRefused)
		e.logger.Error("the snapshot of the trace store is not used; it begins empty",
			zap.Stringer("storage", e.cfg.Storage), zap.Error(err))
		return false, nil
	case err != nil:
		e.logger.Warn("the snapshot of the trace store was restored, and still takes room in the storage",
			zap.Stringer("storage", e.cfg.Storage), zap.Error(err))
	}
	e.telemetry.snapshot(ctx, snapshotRestored)
	e.logger.Info("the trace store goes on from a snapshot", zap.Stringer("storage", e.cfg.Storage), zap.Int("executions", res.Executions),
		zap.Int("spans", res.Records), zap.Int64("bytes", res.Bytes))
	return true, places
}

// save leaves what the store holds to the next process.
func (e *traceExporter) save(ctx context.Context) {
	if e.snapshots == nil {
		return
	}
	res, err := e.snapshots.save(context.WithoutCancel(ctx), e.store, e.views)
	if err != nil {
		e.telemetry.snapshot(ctx, snapshotFailed)
		e.logger.Error("no snapshot of the trace store is left; the next start begins empty", zap.Stringer("storage", e.cfg.Storage), zap.Error(err))
		return
	}
	e.telemetry.snapshot(ctx, snapshotWritten)
	e.logger.Info("a snapshot of the trace store is left", zap.Stringer("storage", e.cfg.Storage), zap.Int("executions", res.Executions),
		zap.Int("spans", res.Records), zap.Int64("bytes", res.Bytes), zap.Int("left_out", res.LeftOut))
}

// render makes the bodies of spans that somebody looks at.
func (e *traceExporter) render(t tracestore.TraceID, records []*tracestore.Record) (int64, error) {
	r := e.renderers.Get().(*canvaswire.Renderer)
	defer e.renderers.Put(r)
	return r.Render(t, records)
}

// storeFailed tells of an error that nobody waits for.
func (e *traceExporter) storeFailed(err error) {
	e.telemetry.failed(context.Background())
	e.logger.Warn("trace store", zap.Error(err))
}

// consume never returns an error: the store does not decide about what goes on to other exporters.
func (e *traceExporter) consume(ctx context.Context, td ptrace.Traces) error {
	o := e.observers.Get().(*observation.Observer)
	batches, invalid, ok := e.observe(o, td)
	if !ok {
		e.telemetry.failed(ctx)
		return nil
	}
	results, err := e.views.Append(ctx, batches)
	o.Release()
	e.observers.Put(o)
	if err != nil {
		e.telemetry.failed(ctx)
		return nil //nolint:nilerr // by design, see the package comment; the failure is counted
	}
	e.telemetry.appended(ctx, results, invalid)
	return nil
}

// observe makes observations of spans. Should a fault of ours panic on what somebody sent, that costs the view this request, and not
// everybody the process; o is then not to be used again.
func (e *traceExporter) observe(o *observation.Observer, td ptrace.Traces) (batches []tracestore.TraceBatch, invalid int, ok bool) {
	defer func() {
		if failed := recover(); failed != nil {
			ok = false
			e.logger.Error("A request could not be taken into the trace store: its spans are not shown. Please report this with the stack, which holds nothing of the spans",
				append(fault.Fields(failed), zap.Int("spans", td.SpanCount()))...)
		}
	}()
	batches, invalid = o.Observe(td)
	return batches, invalid, true
}

// shutdown stops taking spans. The server goes on showing what is there until it stops itself.
func (e *traceExporter) shutdown(ctx context.Context) error {
	e.unregister()
	if e.views == nil {
		e.telemetry.shutdown()
		return nil
	}
	return e.close(ctx)
}

// close folds what came, leaves a snapshot, and ends. Closing twice is fine.
func (e *traceExporter) close(ctx context.Context) error {
	var err error
	e.closed.Do(func() {
		e.compressor.Stop()
		e.views.Close()
		e.save(ctx)
		e.telemetry.shutdown()
		err = e.snapshots.close(ctx)
	})
	return err
}
