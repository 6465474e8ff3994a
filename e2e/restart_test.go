package e2e

import (
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// withStorage overlays the profile so that the trace store is carried over restarts in a folder.
func withStorage(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "storage.yaml")
	text := fmt.Sprintf(`
extensions: {file_storage: {directory: %q}}
exporters: {canvastrace: {storage: file_storage}}
service: {extensions: [canvasserver, file_storage]}
`, dir)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return "--config=file:" + file
}

// sendSome sends spans of one trace, numbered from first on, below a root that is number 1.
func (c *collector) sendSome(t *testing.T, trace pcommon.TraceID, execution string, first, n int) {
	t.Helper()
	sender, err := otlpreplay.Dial(otlpreplay.GRPC, c.endpoints())
	require.NoError(t, err)
	defer sender.Close()
	require.NoError(t, sender.Send(testContext(t), batch(trace, execution, first, n, 100)))
}

// real are the spans that a viewer was sent, without placeholders.
func (v *viewer) real() int {
	n := 0
	for _, raw := range v.state().spans {
		if !strings.Contains(string(raw), `"state":"missing"`) {
			n++
		}
	}
	return n
}

// leave closes a viewer's socket and returns where it was.
func (v *viewer) leave() (cursor string, epoch string) {
	_ = v.conn.Close()
	<-v.done
	last := v.state().last
	if last.Epoch != nil {
		epoch = *last.Epoch
	}
	return last.Cursor, epoch
}

func since(cursor string) string { return "?cursor=" + url.QueryEscape(cursor) }

// TestAViewerGoesOnOverAGracefulRestart: what was admitted after a viewer left, and before the process ended, is exactly what
// it gets when it comes back to the next process.
func TestAViewerGoesOnOverAGracefulRestart(t *testing.T) {
	storage := withStorage(t)
	trace, id := pcommon.TraceID{7}, pcommon.TraceID{7}.String()
	before := startCollector(t, storage)
	before.sendSome(t, trace, "run-restart", 2, 50)
	v := before.watch(t, id, "")
	eventually(t, 10*time.Second, "50 spans and all of the flush", func() bool { return v.real() == 50 && v.state().last.Last })
	cursor, epoch := v.leave()
	before.sendSome(t, trace, "run-restart", 52, 30)
	before.stop(t)
	require.Contains(t, before.log.String(), "a snapshot of the trace store is left")

	after := startCollector(t, storage)
	require.Contains(t, after.log.String(), "the trace store goes on from a snapshot")
	back := after.watch(t, id, since(cursor))
	eventually(t, 10*time.Second, "the spans it lacks", func() bool { return back.real() >= 30 && back.state().last.Last })
	after.sendSome(t, trace, "run-restart", 1, 1)
	eventually(t, 30*time.Second, "the root, and the end of the execution", func() bool { return back.state().complete })
	got := back.state()
	assert.Empty(t, got.problems)
	assert.Equal(t, 31, back.real(), "30 spans it had not seen, and the root")
	assert.Equal(t, epoch, *got.last.Epoch)
	all := v.state().spans
	maps.Copy(all, got.spans)
	answer := after.trace(t, "run-restart")
	assert.Len(t, answer.Spans, 81)
	for _, raw := range answer.Spans {
		s := parseSpan(t, raw)
		assert.Equal(t, bodyOf(t, raw), bodyOf(t, all[s.TraceID+"/"+s.SpanID]), s.SpanID)
	}
	assert.InDelta(t, 1, after.metric(t, "otelcol_canvastrace_snapshots", `snapshot="restored"`), 0)
}

// TestAViewerIsToldAfterAKill: a process that was killed left nothing. A viewer that comes back is told to clear what it has,
// and gets what comes from then on under another epoch.
func TestAViewerIsToldAfterAKill(t *testing.T) {
	storage := withStorage(t)
	trace, id := pcommon.TraceID{8}, pcommon.TraceID{8}.String()
	first := startCollector(t, storage)
	first.sendSome(t, trace, "run-killed", 2, 20)
	first.stop(t)
	killed := startCollector(t, storage) // goes on from a snapshot, which must not come back a second time
	v := killed.watch(t, id, "")
	eventually(t, 10*time.Second, "20 spans and all of the flush", func() bool { return v.real() == 20 && v.state().last.Last })
	cursor, epoch := v.leave()
	require.NoError(t, killed.cmd.Process.Kill())
	<-killed.exited

	after := startCollector(t, storage)
	require.Contains(t, after.log.String(), "the trace store begins empty")
	back := after.watch(t, id, since(cursor))
	eventually(t, 10*time.Second, "a frame that says to start over", func() bool { return back.state().last.Reset })
	assert.Empty(t, back.state().spans)
	after.sendSome(t, trace, "run-killed", 100, 5)
	eventually(t, 10*time.Second, "what comes afterwards", func() bool { return back.real() == 5 })
	assert.NotEqual(t, epoch, *back.state().last.Epoch)
	assert.Empty(t, back.state().problems)
}

// TestWhatWasAcceptedWhileTheProcessEndsIsThereAfterwards: a sender that goes on through SIGTERM is refused at some moment,
// and everything that was accepted before is in the next process.
func TestWhatWasAcceptedWhileTheProcessEndsIsThereAfterwards(t *testing.T) {
	storage := withStorage(t)
	trace := pcommon.TraceID{9}
	before := startCollector(t, storage)
	sender, err := otlpreplay.Dial(otlpreplay.HTTPProtobuf, before.endpoints())
	require.NoError(t, err)
	defer sender.Close()
	const perRequest = 20
	accepted, begun := make(chan int), make(chan struct{})
	go func() {
		requests := 0
		for sender.Send(testContext(t), batch(trace, "run-term", 1+requests*perRequest, perRequest, 100)) == nil {
			if requests++; requests == 20 {
				close(begun)
			}
		}
		accepted <- requests
	}()
	<-begun
	before.stop(t)
	requests := <-accepted
	after := startCollector(t, storage)
	var answer struct {
		Execution executionJSON `json:"execution"`
	}
	after.get(t, "/api/executions/run-term/trace?limit=1", &answer)
	assert.GreaterOrEqual(t, answer.Execution.SpanCount, requests*perRequest, "%d requests were accepted", requests)
	t.Logf("%d requests were accepted, %d spans are there", requests, answer.Execution.SpanCount)
}
