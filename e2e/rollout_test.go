package e2e

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// configMap is a folder as Kubernetes mounts a ConfigMap with one file.
type configMap struct {
	t       *testing.T
	dir     string
	version string
}

func (m *configMap) file() string { return filepath.Join(m.dir, "expose.yaml") }

// update makes another version of the file and moves the link ..data to it.
func (m *configMap) update(version, text string) {
	m.t.Helper()
	require.NoError(m.t, os.Mkdir(filepath.Join(m.dir, version), 0o700))
	require.NoError(m.t, os.WriteFile(filepath.Join(m.dir, version, "expose.yaml"), []byte(text), 0o600))
	require.NoError(m.t, os.Symlink(version, filepath.Join(m.dir, "..data_tmp")))
	require.NoError(m.t, os.Rename(filepath.Join(m.dir, "..data_tmp"), filepath.Join(m.dir, "..data")))
	if m.version == "" {
		require.NoError(m.t, os.Symlink(filepath.Join("..data", "expose.yaml"), m.file()))
	} else {
		require.NoError(m.t, os.RemoveAll(filepath.Join(m.dir, m.version)))
	}
	m.version = version
}

// rooted is a run's root span, with what its workflow is, and some children.
func rooted(trace pcommon.TraceID, execution, workflow string, first, n int) ptrace.Traces {
	td := batch(trace, execution, first, n, 100)
	span := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().AppendEmpty()
	span.SetTraceID(trace)
	span.SetSpanID(spanIDOf(1))
	span.SetName("workflow.execution")
	now := time.Now()
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(now.Add(-time.Second)))
	span.SetEndTimestamp(pcommon.NewTimestampFromTime(now))
	span.Attributes().PutStr("orcheo.execution.id", execution)
	span.Attributes().PutStr("orcheo.workflow.id", workflow)
	return td
}

func TestARolloutIsChangedWhileViewersWatchAndLosesNothing(t *testing.T) {
	rules := &configMap{t: t, dir: t.TempDir()}
	rules.update("..1", "{default: disabled, workflows: {allow: [wf-a]}}")
	c := startCollector(t, "--set=extensions.canvasserver.expose_file="+rules.file())
	sender, err := otlpreplay.Dial(otlpreplay.GRPC, c.endpoints())
	require.NoError(t, err)
	defer sender.Close()
	send := func(td ptrace.Traces) { require.NoError(t, sender.Send(testContext(t), td)) }
	send(rooted(pcommon.TraceID{1}, "run-a", "wf-a", 2, 3))
	send(rooted(pcommon.TraceID{2}, "run-b", "wf-b", 2, 3))
	status := func(id string) int { return c.get(t, "/api/executions/"+id+"/trace", nil) }
	eventually(t, 30*time.Second, "run-a is shown", func() bool { return status("run-a") == http.StatusOK && len(c.trace(t, "run-a").Spans) == 4 })
	assert.Equal(t, http.StatusForbidden, status("run-b"))
	assert.False(t, offered(t, c, "wf-b"))

	viewer := c.watch(t, "run-a", "")
	eventually(t, 30*time.Second, "the viewer has the run", func() bool { return viewer.real() == 4 })
	cursor := viewer.state().last.Cursor

	rules.update("..2", "{default: disabled, workflows: {allow: [wf-b]}}")
	<-viewer.done
	assert.Equal(t, 4410, viewer.closeCode)
	assert.Len(t, c.trace(t, "run-b").Spans, 4, "all of it, from before it was enabled")
	send(rooted(pcommon.TraceID{1}, "run-a", "wf-a", 5, 2)) // nobody sees it now

	rules.update("..3", "default: perhaps")
	eventually(t, 30*time.Second, "the file that cannot be used is told", func() bool {
		return c.metric(t, "otelcol_canvasserver_exposure_reloads", `result="failed"`) == 1
	})
	assert.Contains(t, c.log.String(), `default is \"perhaps\"`)
	assert.True(t, offered(t, c, "wf-b"), "what it said before stays in force")

	rules.update("..4", "default: enabled")
	eventually(t, 30*time.Second, "everything is enabled", func() bool { return offered(t, c, "wf-a") })
	again := c.watch(t, "run-a", "?cursor="+url.QueryEscape(cursor))
	eventually(t, 30*time.Second, "what was missed comes with the cursor", func() bool { return again.real() >= 2 })
	assert.Len(t, c.trace(t, "run-a").Spans, 6)
}

// offered is what the server tells Canvas of a workflow.
func offered(t *testing.T, c *collector, workflow string) bool {
	t.Helper()
	var info struct {
		TraceTab struct {
			Enabled bool `json:"enabled"`
		} `json:"trace_tab"`
	}
	require.Equal(t, http.StatusOK, c.get(t, "/api/info?workflow_id="+workflow, &info))
	return info.TraceTab.Enabled
}
