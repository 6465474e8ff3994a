package canvastraceexporter

import (
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/orcheo/otelcol-canvas/exporter/canvastraceexporter/internal/metadata"
)

func TestConfig(t *testing.T) {
	server := component.MustNewIDWithName("canvasserver", "two")
	storage := component.MustNewID("file_storage")
	tests := []struct {
		name   string
		want   *Config
		errors []string // all of them are said at once
	}{
		{name: "", want: createDefaultConfig().(*Config)},
		{name: "all", want: &Config{
			Server: &server, Storage: &storage, SnapshotTimeout: 5 * time.Second, HugePages: true, ExecutionAttributes: []string{"orcheo.execution.id", "run.id"},
			Retention: RetentionConfig{
				MaxBytes: 64 * mib, MaxExecutionBytes: mib, MaxExecutionSpans: 100, MaxSpanBytes: 8192, MaxValueBytes: 512,
				MaxWholeBytes: 0, MaxViewBytes: 2 * mib, CompressAfter: 30 * time.Second, TTL: time.Hour, TombstoneTTL: 2 * time.Hour,
			},
			Completeness: CompletenessConfig{
				QuietPeriod: time.Second, MissingParent: 2 * time.Second, StartOnly: 3 * time.Second, Abandon: 4 * time.Second,
			},
		}},
		{name: "wrong", errors: []string{
			"execution_attributes must name at least one attribute",
			"retention::max_bytes is 100, it must be at least 1048576",
			"retention::max_execution_bytes is 1048576, it must not be above retention::max_bytes (100)",
			"retention::max_execution_spans is 0, it must be at least 1",
			"retention::ttl is 0s, it must be a positive duration",
			"completeness::quiet_period is -1s, it must be a positive duration",
		}},
		{name: "empty_name", errors: []string{"execution_attributes[1] is empty"}},
	}
	all, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	for _, tt := range tests {
		id := component.NewIDWithName(metadata.Type, tt.name)
		t.Run(id.String(), func(t *testing.T) {
			cfg := createDefaultConfig()
			sub, err := all.Sub(id.String())
			require.NoError(t, err)
			require.NoError(t, sub.Unmarshal(cfg))
			err = confmap.Validate(cfg)
			if len(tt.errors) == 0 {
				require.NoError(t, err)
				assert.Equal(t, tt.want, cfg)
				return
			}
			for _, text := range tt.errors {
				assert.ErrorContains(t, err, text)
			}
		})
	}
}

func TestHugePagesAreForWhatTheHeapMayGrowTo(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	assert.EqualValues(t, (2*(512+64)+256)*mib, cfg.heapBytes(math.MaxInt64), "without a limit of the runtime's")
	assert.EqualValues(t, 1024*mib, cfg.heapBytes(1024*mib))
}
