package memorycheck

import (
	"context"
	"math"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
	"go.yaml.in/yaml/v3"

	"github.com/orcheo/otelcol-canvas/distribution/profiles"
	"github.com/orcheo/otelcol-canvas/distribution/profiles/environment"
)

// parse reads a configuration with two stores and two limiters defined, of which a pipeline uses what it names.
func parse(t *testing.T, text string) *confmap.Conf {
	t.Helper()
	var conf map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &conf))
	return confmap.NewFromStringMap(conf)
}

const (
	sound = `
processors: {memory_limiter: {limit_mib: 1536, spike_limit_mib: 384}}
exporters: {canvastrace: {retention: {max_bytes: 536870912}}}
service: {pipelines: {traces: {processors: [memory_limiter], exporters: [canvastrace]}}}`
	large = `
processors: {memory_limiter: {limit_mib: 1536, spike_limit_mib: 384}}
exporters: {canvastrace: {retention: {max_bytes: 1073741824}}}
service: {pipelines: {traces: {processors: [memory_limiter], exporters: [canvastrace]}}}`
	two = `
processors: {memory_limiter/small: {limit_mib: 1000}, memory_limiter/unused: {limit_mib: 10}}
exporters: {canvastrace: , canvastrace/b: {retention: {max_bytes: 104857600}}, canvastrace/unused: {retention: {max_bytes: 104857600000}}}
service:
  pipelines:
    traces/a: {processors: [memory_limiter/small], exporters: [canvastrace]}
    traces/b: {processors: [memory_limiter/small], exporters: [canvastrace/b]}`
	byPercentage = `
processors: {memory_limiter: {limit_percentage: 75}}
exporters: {canvastrace: }
service: {pipelines: {traces: {processors: [memory_limiter], exporters: [canvastrace]}}}`
	noStore = `
processors: {memory_limiter: {limit_mib: 10}}
exporters: {nop: }
service: {pipelines: {traces: {processors: [memory_limiter], exporters: [nop]}}}`
)

func TestLimitsThatContradictEachOtherAreNamedWithWhatToSet(t *testing.T) {
	for _, tt := range []struct {
		name, conf string
		goLimit    int64
		want       []string // nil: nothing contradicts
	}{
		{"a sound set", sound, 1536 * mib, nil},
		{"a sound set without a limit of the runtime", sound, math.MaxInt64, nil},
		{"no store", noStore, mib, nil},
		{"a limiter that goes by a percentage", byPercentage, math.MaxInt64, nil},
		{"a store that is too large for the limiter", large, 1536 * mib, []string{
			"exporters::canvastrace::retention::max_bytes: 1024 MiB", "at least 1894 MiB", "processors::memory_limiter", "is 1152 MiB",
			"set its limit_mib to 2279, or max_bytes to 587202560", "GOMEMLIMIT is 1536 MiB: set GOMEMLIMIT=2023MiB",
		}},
		{"a limit of the runtime at the soft limit", sound, 1152 * mib, []string{
			"GOMEMLIMIT: 1152 MiB, which is not above the soft limit of processors::memory_limiter (1152 MiB)", "set GOMEMLIMIT=1536MiB",
		}},
		{"a limit of the runtime that a store cannot fill under", byPercentage, 600 * mib, []string{"GOMEMLIMIT is 600 MiB: set GOMEMLIMIT=1204MiB"}},
		{"two stores, and a limiter with the spike limit that is the default", two, math.MaxInt64, []string{
			"exporters::canvastrace::retention::max_bytes + exporters::canvastrace/b::retention::max_bytes: 612 MiB", "memory_limiter/small", "is 800 MiB",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := Check(parse(t, tt.conf), tt.goLimit)
			if tt.want == nil {
				require.NoError(t, err)
			}
			for _, text := range tt.want {
				require.ErrorContains(t, err, text)
			}
		})
	}
}

func TestWhatIsSaidToBeSetIsSound(t *testing.T) {
	conf := parse(t, large)
	require.NoError(t, conf.Merge(parse(t, "processors: {memory_limiter: {limit_mib: 2279}}")))
	require.NoError(t, Check(conf, 2280*mib))
	conf = parse(t, large)
	require.NoError(t, conf.Merge(parse(t, "exporters: {canvastrace: {retention: {max_bytes: 587202560}}}")))
	require.NoError(t, Check(conf, 1536*mib))
}

func TestNoProfileContradictsItself(t *testing.T) {
	for _, name := range []string{profiles.Local, profiles.Staging, profiles.Production} { // the router has no store
		conf, err := profiles.Config(name, func(name string) string {
			return map[string]string{"CANVAS_AUTH_TOKEN": "token", "CANVAS_FORWARD_EXPORTER": "none"}[name]
		}, environment.System())
		require.NoError(t, err)
		require.NoError(t, Check(conf, profiles.GoMemoryLimit), name)
		require.Error(t, Check(conf, 1100*mib), "%s: a limit of the runtime below its soft limit", name)
		require.NoError(t, conf.Merge(parse(t, "exporters: {canvastrace: {retention: {max_bytes: 2147483648}}}")))
		require.Error(t, Check(conf, profiles.GoMemoryLimit), "%s: a store that is too large for it", name)
	}
}

func TestTheStartGoesOnWithAWarning(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	core, log := observer.New(zap.InfoLevel)
	c := NewFactory().Create(confmap.ConverterSettings{Logger: zap.New(core)})
	conf := parse(t, large)
	require.NoError(t, c.Convert(context.Background(), conf))
	require.Len(t, log.All(), 1)
	assert.Contains(t, log.All()[0].ContextMap()["error"], "set its limit_mib to 2279")
	assert.Equal(t, parse(t, large), conf, "nothing is changed")
	require.NoError(t, c.Convert(context.Background(), parse(t, sound)))
	require.NoError(t, c.Convert(context.Background(), parse(t, "exporters: {canvastrace: {retention: 5}}\nservice: {pipelines: 7}")))
	require.Len(t, log.All(), 1)
}
