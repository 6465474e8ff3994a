package e2e

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// setup says how a collector is started: with which arguments, and which variables beside those of its ports.
type setup struct {
	args   []string
	env    []string // NAME=value
	binary string   // in build/; "" is the distribution itself
}

func profile(name string, env ...string) setup {
	return setup{args: []string{"--config=canvas:" + name}, env: env}
}

func builtBinary(t testing.TB, name string) string {
	t.Helper()
	if name == "" {
		name = "otelcol-canvas"
	}
	path, err := filepath.Abs("../build/" + name)
	require.NoError(t, err)
	_, err = os.Stat(path)
	require.NoError(t, err, "this runs a real binary: `make build` makes it, `make test` and the `make bench-…` targets do both")
	return path
}

// cleanEnviron is this process's environment without what would configure a profile.
func cleanEnviron() []string {
	var env []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "CANVAS_") && !strings.HasPrefix(variable, "ORCHEO_") {
			env = append(env, variable)
		}
	}
	return env
}

// prepare gives a collector ports of its own and does not start it.
func prepare(t testing.TB, s setup) *collector {
	t.Helper()
	c := &collector{
		grpc: freeAddress(t), http: freeAddress(t), server: freeAddress(t), metrics: freeAddress(t),
		exited: make(chan struct{}), log: &lockedBuffer{},
	}
	metricsHost, metricsPort, _ := net.SplitHostPort(c.metrics)
	c.cmd = exec.Command(builtBinary(t, s.binary), s.args...)
	c.cmd.Env = append(cleanEnviron(),
		"CANVAS_OTLP_GRPC_ENDPOINT="+c.grpc, "CANVAS_OTLP_HTTP_ENDPOINT="+c.http, "CANVAS_SERVER_ENDPOINT="+c.server,
		"CANVAS_METRICS_HOST="+metricsHost, "CANVAS_METRICS_PORT="+metricsPort,
		"CANVAS_HEALTH_ENDPOINT=none", "CANVAS_ZPAGES_ENDPOINT=none", "CANVAS_PPROF_ENDPOINT=none",
	)
	c.cmd.Env = append(c.cmd.Env, s.env...)
	c.cmd.Stdout, c.cmd.Stderr = c.log, c.log
	return c
}

// launch starts a collector and waits until ready says so.
func (c *collector) launch(t testing.TB, ready func() bool) {
	t.Helper()
	require.NoError(t, c.cmd.Start())
	go func() {
		_ = c.cmd.Wait()
		close(c.exited)
	}()
	t.Cleanup(func() { c.stop(t) })
	eventually(t, patience, "a collector that is ready", func() bool {
		select {
		case <-c.exited:
			t.Fatalf("the collector ended while it started:\n%s", c.log)
		default:
		}
		return ready()
	})
}

// start starts a collector with one of the profiles.
func start(t testing.TB, s setup) *collector {
	t.Helper()
	c := prepare(t, s)
	c.launch(t, func() bool {
		return c.answers("http://"+c.server+"/healthz") && c.listens(c.grpc) && c.listens(c.http)
	})
	return c
}

// startAndFail starts a collector that must refuse to start, and returns what it says.
func startAndFail(t testing.TB, s setup) string {
	t.Helper()
	c := prepare(t, s)
	require.NoError(t, c.cmd.Start())
	stop := time.AfterFunc(patience, func() { _ = c.cmd.Process.Kill() })
	defer stop.Stop()
	require.Error(t, c.cmd.Wait(), "the collector started:\n%s", c.log)
	require.True(t, stop.Stop(), "the collector still ran after %s:\n%s", patience, c.log)
	return c.log.String()
}

// archive is a second collector, an ordinary one without any component of ours: it writes what arrives to a file.
type archive struct {
	*collector
	file string
}

const archiveConfig = `
receivers:
  otlp:
    protocols:
      grpc: {endpoint: "%s"}
      http: {endpoint: "%s"}
exporters:
  file: {path: "%s", flush_interval: 50ms}
%s
service:
  pipelines:
    traces: {receivers: [otlp], exporters: [file%s]}
  telemetry: {metrics: {level: none}}
`

// startArchive starts an archive. With then, it passes on to that collector, too.
func startArchive(t testing.TB, then *collector) archive {
	t.Helper()
	a := prepareArchive(t, then)
	a.begin(t)
	return a
}

// prepareArchive gives an archive its ports, and does not start it.
func prepareArchive(t testing.TB, then *collector) archive {
	t.Helper()
	folder := t.TempDir()
	a := archive{prepare(t, setup{args: []string{"--config=" + filepath.Join(folder, "archive.yaml")}}), filepath.Join(folder, "traces.json")}
	exporter, name := "", ""
	if then != nil {
		exporter, name = fmt.Sprintf("  otlp_grpc: {endpoint: %q, tls: {insecure: true}}", then.grpc), ", otlp_grpc"
	}
	config := fmt.Sprintf(archiveConfig, a.grpc, a.http, a.file, exporter, name)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "archive.yaml"), []byte(config), 0o600))
	return a
}

// startArchiveAt starts an archive that was prepared, and lets it pass on to then.
func startArchiveAt(t testing.TB, a archive, then *collector) archive {
	t.Helper()
	config := fmt.Sprintf(archiveConfig, a.grpc, a.http, a.file, fmt.Sprintf("  otlp_grpc: {endpoint: %q, tls: {insecure: true}}", then.grpc), ", otlp_grpc")
	_, file, _ := strings.Cut(a.cmd.Args[1], "=")
	require.NoError(t, os.WriteFile(file, []byte(config), 0o600))
	a.begin(t)
	return a
}

func (a archive) begin(t testing.TB) {
	t.Helper()
	a.launch(t, func() bool { return a.listens(a.grpc) && a.listens(a.http) })
}

// forwarding returns the variables that make a profile forward to the archive.
func (a archive) forwarding(transport otlpreplay.Transport) string {
	if transport == otlpreplay.GRPC {
		return "CANVAS_FORWARD_ENDPOINT=grpc://" + a.grpc
	}
	return "CANVAS_FORWARD_ENDPOINT=http://" + a.http + "/v1/traces"
}

// found is one span as it arrived, under its resource and scope.
type found struct {
	resource ptrace.ResourceSpans
	scope    ptrace.ScopeSpans
	span     ptrace.Span
}

// spans reads what has arrived so far.
func (a archive) spans(t testing.TB) []found {
	t.Helper()
	text, err := os.ReadFile(a.file)
	if err != nil {
		return nil // nothing yet
	}
	var all []found
	for line := range bytes.Lines(text) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break // it is still being written
		}
		traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(line)
		require.NoError(t, err, "%.300s", line)
		all = append(all, flatten(traces)...)
	}
	return all
}

// await waits until n spans have arrived.
func (a archive) await(t testing.TB, n int) []found {
	t.Helper()
	var spans []found
	eventually(t, patience, fmt.Sprintf("%d spans at the second collector", n), func() bool {
		spans = a.spans(t)
		return len(spans) >= n
	})
	return spans
}

func flatten(requests ...ptrace.Traces) []found {
	var all []found
	for _, request := range requests {
		for _, rs := range request.ResourceSpans().All() {
			for _, ss := range rs.ScopeSpans().All() {
				for _, s := range ss.Spans().All() {
					all = append(all, found{rs, ss, s})
				}
			}
		}
	}
	return all
}

// post sends one request over a transport.
func (c *collector) post(t testing.TB, transport otlpreplay.Transport, requests ...ptrace.Traces) {
	t.Helper()
	sender, err := otlpreplay.Dial(transport, c.endpoints())
	require.NoError(t, err)
	defer sender.Close()
	for _, request := range requests {
		require.NoError(t, sender.Send(testContext(t), request))
	}
}
