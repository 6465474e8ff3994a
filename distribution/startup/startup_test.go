package startup

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/orcheo/otelcol-canvas/distribution/profiles"
)

func TestDefaultConfig(t *testing.T) {
	const local = " --config=canvas:local"
	for _, tt := range []struct{ name, args, want string }{
		{"the bare binary starts the local profile", "", local},
		{"a set alone overlays the local profile", "--set=a.b=c", "--set=a.b=c" + local},
		{"a set with its value apart is no subcommand", "--set a.b=c", "--set a.b=c" + local},
		{"feature gates alone start the local profile", "--feature-gates x", "--feature-gates x" + local},
		{"a config is left alone", "--config=mine.yaml", "--config=mine.yaml"},
		{"a config with its value apart is left alone", "--config mine.yaml", "--config mine.yaml"},
		{"a config that overlays a profile is left alone", "--config=canvas:local --config=mine.yaml", "--config=canvas:local --config=mine.yaml"},
		{"validate checks the local profile", "validate", "validate" + local},
		{"print-config prints the local profile", "print-config --mode redacted", "print-config --mode redacted" + local},
		{"validate of a config is left alone", "validate --config=mine.yaml", "validate --config=mine.yaml"},
		{"components needs no config", "components", "components"},
		{"featuregate needs no config", "featuregate some.gate", "featuregate some.gate"},
		{"help needs no config", "--help", "--help"},
		{"help of a subcommand needs no config", "validate -h", "validate -h"},
		{"version needs no config", "--version", "--version"},
		{"an unknown subcommand is for the Collector to refuse", "vaildate", "vaildate"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := withDefaultConfig(append([]string{"otelcol-canvas"}, strings.Fields(tt.args)...), profiles.Local)
			assert.Equal(t, strings.Fields("otelcol-canvas "+tt.want), got)
		})
	}
}

func TestTheCallersArgumentsAreNotWritten(t *testing.T) {
	args := make([]string, 1, 2)
	args[0] = "otelcol-canvas"
	withDefaultConfig(args, profiles.Router)
	assert.Empty(t, args[:2][1])
}

func TestGreetingNamesTheAddressesInUse(t *testing.T) {
	var out strings.Builder
	greet(&out, func(name string) string {
		return map[string]string{"CANVAS_OTLP_HTTP_ENDPOINT": "localhost:5318"}[name]
	})
	assert.Contains(t, out.String(), "ORCHEO_TRACING_ENDPOINT=http://localhost:5318/v1/traces")
	assert.Contains(t, out.String(), "ws://localhost:8090/ws/executions/")
}

func TestGreetingAndProfileAgreeOnTheDefaults(t *testing.T) {
	text, err := profiles.YAML(profiles.Local)
	require.NoError(t, err)
	var conf map[string]any
	require.NoError(t, yaml.Unmarshal(text, &conf))
	var out strings.Builder
	greet(&out, func(name string) string {
		assert.Contains(t, string(text), "${env:"+name+":-", "the profile reads the variable")
		return ""
	})
	for _, address := range []string{"localhost:4317", "localhost:4318", "localhost:8090"} {
		assert.Contains(t, out.String(), address)
		assert.Contains(t, string(text), ":-"+address+"}")
	}
}
