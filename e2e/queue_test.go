package e2e

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// What was accepted while the backend was away is on disk, so not even a kill loses it.
func TestWhatWaitsForTheBackendOutlivesAKill(t *testing.T) {
	backend := prepareArchive(t, nil)
	state := "CANVAS_STATE_DIR=" + filepath.Join(t.TempDir(), "state")
	c := start(t, profile("staging", backend.forwarding(otlpreplay.HTTPProtobuf), state))
	sender, err := otlpreplay.Dial(otlpreplay.GRPC, c.endpoints())
	require.NoError(t, err)
	defer sender.Close()
	const spans = 40
	for n := range spans {
		require.NoError(t, sender.Send(testContext(t), batch(pcommon.TraceID{byte(n + 1), 9}, "run-queue", 1, 1, 100)))
	}
	require.NoError(t, c.cmd.Process.Kill())
	<-c.exited

	backend.begin(t)
	start(t, profile("staging", backend.forwarding(otlpreplay.HTTPProtobuf), state))
	seen := map[pcommon.TraceID]bool{}
	for _, f := range backend.await(t, spans) {
		seen[f.span.TraceID()] = true
	}
	require.Len(t, seen, spans)
}
