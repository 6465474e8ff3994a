package profiles

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/orcheo/otelcol-canvas/exporter/canvastraceexporter"
)

func TestLocalIsAProfile(t *testing.T) {
	assert.Contains(t, Names(), Local)
}

func TestEveryProfileHasOneConsistentSetOfMemoryLimits(t *testing.T) {
	defaults := canvastraceexporter.NewFactory().CreateDefaultConfig().(*canvastraceexporter.Config)
	storeBudgetMiB := float64(defaults.Retention.MaxBytes) / (1 << 20) // no profile changes it
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			needed, goLimit := 1.6*storeBudgetMiB+256, GoMemoryLimit>>20
			if name == Router { // it has no store: room for the queues of three collectors, and as much again
				needed, goLimit = 2*3*64, RouterGoMemoryLimit>>20
			}
			text, err := YAML(name)
			require.NoError(t, err)
			var conf struct {
				Processors struct {
					Limiter struct {
						Limit int `yaml:"limit_mib"`
						Spike int `yaml:"spike_limit_mib"`
					} `yaml:"memory_limiter"`
				} `yaml:"processors"`
			}
			require.NoError(t, yaml.Unmarshal(text, &conf))
			soft := conf.Processors.Limiter.Limit - conf.Processors.Limiter.Spike
			assert.GreaterOrEqual(t, float64(soft), needed, "the store must be able to fill its budget")
			assert.Greater(t, goLimit, soft, "the Go runtime must not collect at full speed before the limiter refuses")
		})
	}
}

func TestGOMEMLIMITOfTheOperatorWins(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })

	t.Setenv("GOMEMLIMIT", "1GiB")
	ApplyGoMemoryLimit(Local)
	assert.Equal(t, before, debug.SetMemoryLimit(-1))

	t.Setenv("GOMEMLIMIT", "")
	ApplyGoMemoryLimit(Local)
	assert.EqualValues(t, GoMemoryLimit, debug.SetMemoryLimit(-1))
	ApplyGoMemoryLimit(Router)
	assert.EqualValues(t, RouterGoMemoryLimit, debug.SetMemoryLimit(-1))
}

func TestEveryProfileSaysWhatItLeavesToTheEnvironment(t *testing.T) {
	assert.Equal(t, []string{Local, Production, Router, Staging}, Names())
	for _, name := range Names() {
		assert.Contains(t, environments, name)
	}
}

func TestStagingAndProductionDifferInWhatTheirDescriptionsSay(t *testing.T) {
	read := func(name string) map[string]any {
		text, err := YAML(name)
		require.NoError(t, err)
		var conf map[string]any
		require.NoError(t, yaml.Unmarshal(text, &conf))
		return conf
	}
	staging, production := read(Staging), read(Production)
	sampler := func(conf map[string]any) map[string]any {
		return conf["processors"].(map[string]any)["probabilistic_sampler"].(map[string]any)
	}
	assert.InDelta(t, 100*environments[Staging].SampleRatio, sampler(staging)["sampling_percentage"], 1e-9)
	assert.InDelta(t, 100*environments[Production].SampleRatio, sampler(production)["sampling_percentage"], 1e-9)
	sampler(staging)["sampling_percentage"] = sampler(production)["sampling_percentage"]
	assert.Equal(t, production, staging)
}
