package e2e

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// collector is one running binary with ports of its own.
type collector struct {
	grpc, http, server, metrics string // host:port
	cmd                         *exec.Cmd
	exited                      chan struct{}
	log                         *lockedBuffer
}

// startCollector starts the binary with its embedded profile `local` on free loopback ports, and stops it with the test.
// args overlay the profile, such as --set=….
func startCollector(t testing.TB, args ...string) *collector {
	t.Helper()
	binary, err := filepath.Abs("../build/otelcol-canvas")
	require.NoError(t, err)
	_, err = os.Stat(binary)
	require.NoError(t, err, "these tests run the real binary: `make build` makes it, `make test` does both")

	c := &collector{
		grpc: freeAddress(t), http: freeAddress(t), server: freeAddress(t), metrics: freeAddress(t),
		exited: make(chan struct{}), log: &lockedBuffer{},
	}
	metricsHost, metricsPort, _ := net.SplitHostPort(c.metrics)
	c.cmd = exec.Command(binary, append([]string{"--config=canvas:local"}, args...)...)
	c.cmd.Env = append(os.Environ(),
		"CANVAS_OTLP_GRPC_ENDPOINT="+c.grpc, "CANVAS_OTLP_HTTP_ENDPOINT="+c.http, "CANVAS_SERVER_ENDPOINT="+c.server,
		"CANVAS_METRICS_HOST="+metricsHost, "CANVAS_METRICS_PORT="+metricsPort,
		"CANVAS_HEALTH_ENDPOINT=none", "CANVAS_ZPAGES_ENDPOINT=none", "CANVAS_PPROF_ENDPOINT=none",
	)
	c.cmd.Stdout, c.cmd.Stderr = c.log, c.log
	require.NoError(t, c.cmd.Start())
	go func() {
		_ = c.cmd.Wait()
		close(c.exited)
	}()
	t.Cleanup(func() { c.stop(t) })
	c.awaitReady(t)
	return c
}

func (c *collector) awaitReady(t testing.TB) {
	t.Helper()
	ready := func() bool {
		return c.answers("http://"+c.server+"/healthz") && c.listens(c.grpc) && c.listens(c.http)
	}
	deadline := time.After(patience)
	for !ready() {
		select {
		case <-c.exited:
			t.Fatalf("the collector ended while it started:\n%s", c.log)
		case <-deadline:
			t.Fatalf("the collector was not ready within %s:\n%s", patience, c.log)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (c *collector) answers(url string) bool {
	resp, err := http.Get(url)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

func (c *collector) listens(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

// stop ends the collector as an operator does, and reports what it logged if the test failed.
func (c *collector) stop(t testing.TB) {
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-c.exited:
	case <-time.After(patience):
		_ = c.cmd.Process.Kill()
		<-c.exited
		t.Errorf("the collector did not stop within %s of SIGTERM", patience)
	}
	if t.Failed() {
		t.Logf("what the collector logged:\n%s", c.log)
	}
}

func (c *collector) endpoints() otlpreplay.Endpoints {
	return otlpreplay.Endpoints{GRPC: c.grpc, HTTP: c.http}
}

// metric returns the sum of a metric's series whose labels hold all the given texts.
func (c *collector) metric(t testing.TB, name string, labels ...string) float64 {
	t.Helper()
	sum, found := 0.0, false
	for line := range strings.Lines(c.scrape(t)) {
		series, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || (series != name && !strings.HasPrefix(series, name+"{")) {
			continue
		}
		if !containsAll(series, labels) {
			continue
		}
		var v float64
		_, err := fmt.Sscan(value, &v)
		require.NoError(t, err, line)
		sum, found = sum+v, true
	}
	require.True(t, found, "no metric %s%v", name, labels)
	return sum
}

// scrape returns the collector's metrics as Prometheus reads them.
func (c *collector) scrape(t testing.TB) string {
	t.Helper()
	resp, err := http.Get("http://" + c.metrics + "/metrics")
	require.NoError(t, err)
	defer resp.Body.Close()
	var text bytes.Buffer
	_, err = text.ReadFrom(resp.Body)
	require.NoError(t, err)
	return text.String()
}

func containsAll(s string, parts []string) bool {
	for _, p := range parts {
		if !strings.Contains(s, p) {
			return false
		}
	}
	return true
}

// port goes through the ports between 12000 and 32000, from a place and in steps of this process's own: the tests of two
// processes do not get in each other's way for long. All ports have their turn, because 20,000 and a step share no divisor.
var (
	port = func() (n atomic.Uint32) { n.Store(rand.Uint32N(20_000)); return }()
	step = 10*rand.Uint32N(2_000) + []uint32{1, 3, 7, 9}[rand.IntN(4)]
)

// freeAddress returns a loopback address at which nobody listens, below the ports that the kernel hands out (from 32768 on):
// so no listener and no connection of another test takes it before the collector does.
func freeAddress(t testing.TB) string {
	t.Helper()
	for range 1000 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 12_000+port.Add(step)%20_000))
		if err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("none of 1000 ports is free")
	return ""
}

// patience is how long anything may take that happens at all: a guard against hanging, on a machine that is busy.
const patience = time.Minute

// eventually waits for a condition, and says what was waited for when it does not come.
func eventually(t testing.TB, within time.Duration, what string, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(within)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s for: %s", within, what)
		}
		time.Sleep(10 * time.Millisecond) //nolint:forbidigo // the interval of a poll, not a wait for something to be over
	}
}

func testContext(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// lockedBuffer collects output of a process while a test reads it.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
