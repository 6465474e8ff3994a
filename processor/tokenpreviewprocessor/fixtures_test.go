package tokenpreviewprocessor

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
	"github.com/orcheo/otelcol-canvas/processor/tokenpreviewprocessor/internal/metadata"
)

var update = flag.Bool("update", false, "write the golden files anew")

// newProcessor makes the processor with the default configuration, less the prices, which change, and a change to it.
func newProcessor(t testing.TB, change func(*Config)) *tokenPreview {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	cfg.Prices.Enabled = false
	if change != nil {
		change(cfg)
	}
	telemetry, err := metadata.NewTelemetryBuilder(componenttest.NewNopTelemetrySettings())
	require.NoError(t, err)
	book, err := newBook(cfg.Prices, componenttest.NewNopTelemetrySettings())
	require.NoError(t, err)
	require.NoError(t, book.Start(context.Background()))
	t.Cleanup(func() { require.NoError(t, book.Shutdown(context.Background())) })
	p, err := newTokenPreview(cfg, telemetry, book)
	require.NoError(t, err)
	return p
}

// processed runs a copy of traces through p.
func processed(t testing.TB, p *tokenPreview, traces ptrace.Traces) ptrace.Traces {
	t.Helper()
	copied := ptrace.NewTraces()
	traces.CopyTo(copied)
	out, err := p.process(t.Context(), copied)
	require.NoError(t, err)
	return out
}

// asJSON is traces as indented OTLP JSON.
func asJSON(t testing.TB, traces ptrace.Traces) string {
	t.Helper()
	raw, err := (&ptrace.JSONMarshaler{}).MarshalTraces(traces)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, json.Indent(&b, raw, "", " "))
	return b.String() + "\n"
}

// golden compares got with a file of testdata/golden.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update to write it")
	assert.Equal(t, string(want), got)
}

func TestOrcheoRecordings(t *testing.T) {
	for _, name := range otlpreplay.Cases() {
		t.Run(name, func(t *testing.T) {
			recording, err := otlpreplay.Load(name)
			require.NoError(t, err)
			p := newProcessor(t, nil)
			for i, request := range recording.Requests {
				out := processed(t, p, request)
				golden(t, fmt.Sprintf("%s/req-%03d.json", name, i), asJSON(t, out))
				assert.Equal(t, asJSON(t, out), asJSON(t, processed(t, p, out)), "a second tier changes nothing")
				assert.Equal(t, request.SpanCount(), out.SpanCount())
			}
		})
	}
}

// The recording of a failed run has a token in a status message and an address in four exception texts.
func TestTheFailedRunLosesItsSecretsEverywhere(t *testing.T) {
	recording, err := otlpreplay.Load("error")
	require.NoError(t, err)
	p := newProcessor(t, nil)
	before, after := "", ""
	for _, request := range recording.Requests {
		before += asJSON(t, request)
		after += asJSON(t, processed(t, p, request))
	}
	for _, secret := range []string{"abcdefgh12345678", "user@example.com"} {
		assert.Contains(t, before, secret, "else this test shows nothing")
		assert.NotContains(t, after, secret)
	}
	assert.Contains(t, after, "boom: token=[REDACTED]")
	assert.Contains(t, after, "graph exploded at [REDACTED]")
}
