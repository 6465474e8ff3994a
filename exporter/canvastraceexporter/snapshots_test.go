package canvastraceexporter

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/orcheo/otelcol-canvas/exporter/canvastraceexporter/internal/metadata"
	"github.com/orcheo/otelcol-canvas/exporter/canvastraceexporter/internal/metadatatest"
	"github.com/orcheo/otelcol-canvas/internal/live"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

var storageID = component.MustNewID("file_storage")

// disk is a storage extension that outlives the exporters on it.
type disk struct {
	component.StartFunc
	component.ShutdownFunc
	mu     sync.Mutex
	values map[string][]byte
	room   int
	open   int
}

func newDisk() *disk { return &disk{values: map[string][]byte{}, room: 1 << 30} }

func (d *disk) GetClient(context.Context, component.Kind, component.ID, string) (storage.Client, error) {
	d.open++
	return d, nil
}

func (d *disk) Get(_ context.Context, key string) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.values[key], nil
}

func (d *disk) Set(_ context.Context, key string, value []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.room -= len(value); d.room < 0 {
		return storage.ErrStorageFull
	}
	d.values[key] = value
	return nil
}

func (d *disk) Delete(_ context.Context, key string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.values, key)
	return nil
}

func (d *disk) Batch(context.Context, ...*storage.Operation) error { panic("not used") }

func (d *disk) Close(context.Context) error {
	d.open--
	return nil
}

// run is one process with an exporter on a disk.
type run struct {
	exporter.Traces
	source    live.Source
	telemetry *componenttest.Telemetry
	log       *observer.ObservedLogs
}

func startOn(t *testing.T, d *disk, change ...func(*Config)) *run {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	cfg.Server, cfg.Storage = &serverID, &storageID
	for _, c := range change {
		c(cfg)
	}
	r := &run{telemetry: componenttest.NewTelemetry()}
	set := exportertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = r.telemetry.NewTelemetrySettings()
	core, log := observer.New(zap.InfoLevel)
	set.Logger, r.log = zap.New(core), log
	var err error
	r.Traces, err = NewFactory().CreateTraces(t.Context(), set, cfg)
	require.NoError(t, err)
	s := &server{}
	require.NoError(t, r.Start(t.Context(), host{serverID: s, storageID: d}))
	r.source = s.source
	return r
}

func (r *run) stop(t *testing.T) { require.NoError(t, r.Shutdown(context.WithoutCancel(t.Context()))) }

func (r *run) spans(t *testing.T, id string) int {
	h, err := r.source.Open(t.Context(), id, tracestore.TraceID{})
	require.NoError(t, err)
	defer h.Close()
	return len(h.Spans())
}

func (r *run) outcome(t *testing.T, snapshot string) {
	t.Helper()
	metadatatest.AssertEqualCanvastraceSnapshots(t, r.telemetry, []metricdata.DataPoint[int64]{
		{Value: 1, Attributes: attribute.NewSet(attribute.String("snapshot", snapshot))},
	}, metricdatatest.IgnoreTimestamp())
}

// fillRun has a run hold one execution of 100 spans, 1 kB each.
func fillRun(t *testing.T, r *run) {
	require.NoError(t, r.ConsumeTraces(t.Context(), traces(100, func(i int, s ptrace.Span) {
		s.Attributes().PutStr("content", fmt.Sprintf("%01000d", i))
		if i == 0 {
			s.SetName("workflow.execution")
			s.Attributes().PutStr("orcheo.execution.id", "run-1")
		} else {
			s.SetParentSpanID(pcommon.SpanID{7: 1})
		}
	})))
}

func TestWhatIsKeptSurvivesAGracefulRestart(t *testing.T) {
	d := newDisk()
	r := startOn(t, d)
	fillRun(t, r)
	require.Equal(t, 100, r.spans(t, "run-1"))
	r.stop(t)
	assert.Equal(t, 100, r.spans(t, "run-1"), "viewers read on until the server stops")
	assert.Zero(t, d.open)
	r = startOn(t, d)
	assert.Equal(t, 100, r.spans(t, "run-1"))
	r.outcome(t, snapshotRestored)
	assert.Empty(t, d.values, "a snapshot is taken once")
	assert.Equal(t, 1, r.log.FilterMessage("the trace store goes on from a snapshot").Len())
	r.stop(t)
}

func TestAfterACrashTheStoreBeginsEmpty(t *testing.T) {
	d := newDisk()
	r := startOn(t, d)
	fillRun(t, r)
	r.stop(t)
	startOn(t, d).stopHard(t, d)
	r = startOn(t, d)
	assert.Zero(t, r.spans(t, "run-1"))
	assert.Contains(t, r.log.FilterMessage("the trace store begins empty").All()[0].ContextMap()["reason"], "killed")
	r.stop(t)
}

// stopHard ends a run as a crash does: the disk stays as it is.
func (r *run) stopHard(t *testing.T, d *disk) {
	left := maps.Clone(d.values)
	r.stop(t)
	d.values = left
}

func TestASnapshotThatCannotBeUsedIsRefusedWithAReasonAndTheStoreBeginsEmpty(t *testing.T) {
	for _, tt := range []struct {
		name   string
		damage func(*disk)
		change func(*Config)
		reason string
	}{
		{"a damaged chunk", func(d *disk) { d.values[chunkKey(0)][500] ^= 1 }, nil, "a checksum does not match"},
		{"a chunk that is gone", func(d *disk) { delete(d.values, chunkKey(0)) }, nil, "it ends too early"},
		{"a mark of another version", func(d *disk) { d.values[snapshotMark][0]++ }, nil, "of no version that this one knows"},
		{"no mark at all", func(d *disk) { d.values[snapshotMark] = []byte{1, 2, 3} }, nil, "of no version that this one knows"},
		{"more than the store may hold", nil, func(c *Config) {
			c.Retention.MaxBytes, c.Retention.MaxExecutionBytes = mib, mib
		}, "retention::max_bytes is 1048576: raise it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDisk()
			r := startOn(t, d)
			for n := range 2 {
				fillNoise(t, r, n)
			}
			r.stop(t)
			if tt.damage != nil {
				tt.damage(d)
			}
			r = startOn(t, d, func(c *Config) {
				if tt.change != nil {
					tt.change(c)
				}
			})
			r.outcome(t, snapshotRefused)
			log := r.log.FilterMessage("the snapshot of the trace store is not used; it begins empty").All()
			require.Len(t, log, 1)
			assert.Contains(t, log[0].ContextMap()["error"], tt.reason)
			assert.Zero(t, r.source.Stats().Traces)
			fillRun(t, r)
			assert.Equal(t, 100, r.spans(t, "run-1"))
			r.stop(t)
			r = startOn(t, d)
			assert.Equal(t, 100, r.spans(t, "run-1"), "the next snapshot is a good one")
			r.stop(t)
		})
	}
}

// fillNoise has a run hold 1 MB that does not compress.
func fillNoise(t *testing.T, r *run, trace int) {
	seed := uint64(trace + 1)
	require.NoError(t, r.ConsumeTraces(t.Context(), traces(100, func(_ int, s ptrace.Span) {
		s.SetTraceID(pcommon.TraceID{0: byte(trace + 1)})
		noise := make([]byte, 10_000)
		for i := range noise {
			seed = seed*6364136223846793005 + 1442695040888963407
			noise[i] = byte('!' + seed>>33%90)
		}
		s.Attributes().PutStr("content", string(noise))
	})))
}

func TestADiskThatIsFullCostsTheSnapshotAndNothingElse(t *testing.T) {
	d := newDisk()
	d.room = 100
	r := startOn(t, d)
	fillRun(t, r)
	r.stop(t)
	assert.Equal(t, 1, r.log.FilterMessage("no snapshot of the trace store is left; the next start begins empty").Len())
	r = startOn(t, d)
	assert.Zero(t, r.spans(t, "run-1"))
	r.stop(t)
}

func TestAStartThatFailsLeavesTheSnapshotForTheNext(t *testing.T) {
	d := newDisk()
	r := startOn(t, d)
	fillRun(t, r)
	r.stop(t)
	cfg := createDefaultConfig().(*Config)
	cfg.Server, cfg.Storage = &serverID, &storageID
	e, err := NewFactory().CreateTraces(t.Context(), exportertest.NewNopSettings(metadata.Type), cfg)
	require.NoError(t, err)
	require.Error(t, e.Start(t.Context(), host{storageID: d, serverID: &server{refuses: assert.AnError}}))
	require.NoError(t, e.Shutdown(t.Context()))
	r = startOn(t, d)
	assert.Equal(t, 100, r.spans(t, "run-1"))
	r.stop(t)
	assert.Zero(t, d.open)
}

func TestAStorageThatIsMissingOrSomethingElseFailsTheStartAndIsNamed(t *testing.T) {
	for want, h := range map[string]host{
		`storage: there is no extension "file_storage"`:    {serverID: &server{}},
		`storage: extension "file_storage" stores nothing`: {serverID: &server{}, storageID: &server{}},
		`server: there is no extension "canvasserver"`:     {storageID: newDisk()},
	} {
		cfg := createDefaultConfig().(*Config)
		cfg.Server, cfg.Storage = &serverID, &storageID
		e, err := NewFactory().CreateTraces(t.Context(), exportertest.NewNopSettings(metadata.Type), cfg)
		require.NoError(t, err)
		require.ErrorContains(t, e.Start(t.Context(), h), want)
		require.NoError(t, e.Shutdown(t.Context()))
	}
}

func TestTheShutdownWaitsForASnapshotNoLongerThanItMay(t *testing.T) {
	d := newDisk()
	r := startOn(t, d, func(c *Config) { c.SnapshotTimeout = time.Nanosecond })
	fillRun(t, r)
	r.stop(t)
	left := r.log.FilterMessage("a snapshot of the trace store is left").All()
	require.Len(t, left, 1)
	assert.EqualValues(t, 1, left[0].ContextMap()["left_out"])
}
