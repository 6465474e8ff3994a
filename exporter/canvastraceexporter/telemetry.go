package canvastraceexporter

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/orcheo/otelcol-canvas/exporter/canvastraceexporter/internal/metadata"
	"github.com/orcheo/otelcol-canvas/internal/live"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// account counts what the exporter does.
type account struct {
	builder *metadata.TelemetryBuilder
	options map[string]metric.MeasurementOption // by outcome; made once, for they are needed on every request
}

// The outcomes of a span, as metadata.yaml lists them.
const (
	outcomeStored    = "stored"
	outcomeUpdated   = "updated"
	outcomeDuplicate = "duplicate"
	outcomeSkeleton  = "skeleton"
	outcomeDropped   = "dropped"
	outcomeEvicted   = "evicted"
	outcomeInvalidID = "invalid_id"
)

func newAccount(b *metadata.TelemetryBuilder) *account {
	a := &account{builder: b, options: map[string]metric.MeasurementOption{}}
	for _, o := range []string{
		outcomeStored, outcomeUpdated, outcomeDuplicate, outcomeSkeleton, outcomeDropped, outcomeEvicted, outcomeInvalidID,
	} {
		a.options[o] = metric.WithAttributeSet(attribute.NewSet(attribute.String("outcome", o)))
	}
	return a
}

// observe has the sizes of the store and its views reported.
func (a *account) observe(views *live.Views) error {
	gauge := func(value func() int64) metric.Int64Callback {
		return func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(value())
			return nil
		}
	}
	return errors.Join(
		a.builder.RegisterCanvastraceExecutionsCallback(gauge(func() int64 { return int64(views.Stats().Executions) })),
		a.builder.RegisterCanvastraceSpansHeldCallback(gauge(func() int64 { return int64(views.Stats().Records) })),
		a.builder.RegisterCanvastraceSpansCompressedCallback(gauge(func() int64 { return int64(views.Stats().CompressedRecords) })),
		a.builder.RegisterCanvastraceStoreBudgetCallback(gauge(func() int64 { return views.Stats().BudgetBytes })),
		a.builder.RegisterCanvastraceStoreSizeCallback(gauge(func() int64 { return views.Stats().Bytes })),
		a.builder.RegisterCanvastraceStoreCompressedSizeCallback(gauge(func() int64 { return views.Stats().CompressedBytes })),
		a.builder.RegisterCanvastraceTombstonesCallback(gauge(func() int64 { return int64(views.Stats().Tombstones) })),
		a.builder.RegisterCanvastraceViewSizeCallback(gauge(views.ViewBytes)),
	)
}

// appended counts what became of the spans of one request.
func (a *account) appended(ctx context.Context, results []tracestore.AppendResult, invalid int) {
	var sum tracestore.AppendResult
	for i := range results {
		r := &results[i]
		sum.Stored += r.Stored
		sum.Updated += r.Updated
		sum.Duplicate += r.Duplicate
		sum.Skeleton += r.Skeleton
		sum.Dropped += r.Dropped
		sum.Evicted += r.Evicted
	}
	a.count(ctx, outcomeStored, sum.Stored)
	a.count(ctx, outcomeUpdated, sum.Updated)
	a.count(ctx, outcomeDuplicate, sum.Duplicate)
	a.count(ctx, outcomeSkeleton, sum.Skeleton)
	a.count(ctx, outcomeDropped, sum.Dropped)
	a.count(ctx, outcomeEvicted, sum.Evicted)
	a.count(ctx, outcomeInvalidID, invalid)
}

func (a *account) count(ctx context.Context, outcome string, n int) {
	if n > 0 {
		a.builder.CanvastraceSpans.Add(ctx, int64(n), a.options[outcome])
	}
}

// swept counts evictions.
func (a *account) swept(res tracestore.SweepResult) {
	for why, n := range res.Evicted {
		a.builder.CanvastraceEvictions.Add(context.Background(), int64(n), metric.WithAttributes(attribute.String("reason", string(why))))
	}
}

// The outcomes of a snapshot, as metadata.yaml lists them.
const (
	snapshotWritten  = "written"
	snapshotRestored = "restored"
	snapshotRefused  = "refused"
	snapshotFailed   = "failed"
)

// snapshot counts what became of a snapshot.
func (a *account) snapshot(ctx context.Context, outcome string) {
	a.builder.CanvastraceSnapshots.Add(ctx, 1, metric.WithAttributes(attribute.String("snapshot", outcome)))
}

// failed counts a call of the store that failed.
func (a *account) failed(ctx context.Context) { a.builder.CanvastraceStoreErrors.Add(ctx, 1) }

func (a *account) shutdown() { a.builder.Shutdown() }
