//go:build soak

package e2e

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// wallClock is that of one collector, which can be set while the collector runs. A static Go program asks the kernel for the
// time, past any library that could be put before it; QEMU's user mode asks the C library on the program's behalf, and there
// libfaketime answers. The monotonic clock goes on as it was, as it does when an operator or NTP sets a machine's clock.
type wallClock struct{ file string }

// qemu is the name of the emulator of this machine's own processor.
var qemu = map[string]string{"amd64": "qemu-x86_64", "arm64": "qemu-aarch64"}[runtime.GOARCH]

const clockPackages = "`make soak` installs qemu-user and libfaketime of Debian, or prints how to"

// startClocked starts a collector with the profile `local` whose clock is right until it is set.
func startClocked(t testing.TB, args ...string) (*subject, wallClock) {
	t.Helper()
	emulator, err := exec.LookPath(qemu)
	require.NoError(t, err, clockPackages)
	libraries, err := filepath.Glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
	require.NoError(t, err)
	require.NotEmpty(t, libraries, clockPackages)

	clock := wallClock{filepath.Join(t.TempDir(), "clock")}
	clock.set(t, 0)
	s := &subject{pprof: freeAddress(t), sent: map[string]int{}}
	s.collector = prepare(t, profile("local",
		"LD_PRELOAD="+libraries[0], "FAKETIME_TIMESTAMP_FILE="+clock.file, "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"))
	s.cmd.Args = append([]string{emulator, s.cmd.Path, "--config=canvas:local",
		"--set=extensions.pprof.endpoint=" + s.pprof, "--set=service.extensions=[pprof, canvasserver]"}, args...)
	s.cmd.Path = emulator
	s.launch(t, func() bool {
		return s.answers("http://"+s.server+"/healthz") && s.listens(s.grpc) && s.listens(s.http)
	})
	s.settle(t)
	return s, clock
}

// set has the clock be wrong by so much from now on.
func (c wallClock) set(t testing.TB, by time.Duration) {
	t.Helper()
	require.NoError(t, os.WriteFile(c.file+".new", fmt.Appendf(nil, "%+d\n", int(by.Seconds())), 0o600))
	require.NoError(t, os.Rename(c.file+".new", c.file)) // whoever reads it sees the old time or the new one
}

// wrongBy is by how much a collector's clock is wrong, to within seconds, as its answers have it.
func (s *subject) wrongBy(t testing.TB) time.Duration {
	t.Helper()
	resp, err := http.Get("http://" + s.server + "/healthz")
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	date, err := http.ParseTime(resp.Header.Get("Date"))
	require.NoError(t, err)
	return time.Until(date)
}

// runningSpan is the only span of an execution that has no end yet, as somebody sees it.
func (s *sight) runningSpan(t testing.TB) (span spanJSON, seen bool) {
	t.Helper()
	spans, _ := s.state()
	for key, raw := range spans {
		if key[33:] == spanIDOf(1).String() {
			return parseSpan(t, raw), true
		}
	}
	return spanJSON{}, false
}

// leastLease is how long a span is taken to run without a word, however often its heartbeats come.
const leastLease = 30 * time.Second

// clockPlay are executions that live through a clock that is set: one whose heartbeats go on all the while, and one watched by
// every transport; and for each time that the clock is set, one whose heartbeats end just before, one whose sender tells no
// more than a beginning, and one that is over.
type clockPlay struct {
	*subject
	clock  wallClock
	sender *otlpreplay.Sender

	heard    pcommon.TraceID
	sights   map[string]*sight // of heard
	nextBeat time.Time
	children int
}

const heartbeatEvery = 5 * time.Second // what collector.heartbeat says

// beat sends the next heartbeat if it is time for that, and holds everybody to seeing that the span runs.
func (p *clockPlay) beat(t testing.TB) {
	t.Helper()
	if time.Now().After(p.nextBeat) {
		p.nextBeat = time.Now().Add(heartbeatEvery)
		p.heartbeat(t, p.heard, "heard", 1)
	}
	for by, see := range p.sights {
		if span, seen := see.runningSpan(t); seen {
			require.Equal(t, "running", span.State, "by %s: its heartbeats go on", by)
		}
	}
}

// await is eventually while heartbeats go on.
func (p *clockPlay) await(t testing.TB, within time.Duration, what string, condition func() bool) {
	t.Helper()
	eventually(t, within, what, func() bool { p.beat(t); return condition() })
}

// set sets the clock from being wrong by was to being wrong by by.
func (p *clockPlay) set(t *testing.T, number byte, was, by time.Duration) {
	silent, pending, over := pcommon.TraceID{0xfc, 5, number}, pcommon.TraceID{0xfc, 6, number}, pcommon.TraceID{0xfc, 7, number}
	overID := fmt.Sprintf("run-over-%d", number)
	began := time.Now()
	p.heartbeat(t, silent, "silent", 1)
	start := batch(pending, "", 1, 1, 100)
	first := start.ResourceSpans().At(0)
	first.Resource().Attributes().PutStr("service.name", fmt.Sprint("silent-", number))
	first.ScopeSpans().At(0).Spans().At(0).SetEndTimestamp(0)
	p.send(t, p.sender, pending.String(), start)
	p.send(t, p.sender, overID, batch(over, overID, 1, 3, 100))
	watched := map[string]*sight{
		"silent": p.bySocket(t, silent.String(), nil), "pending": p.byMultiplexed(t, pending.String(), nil), "over": p.byEvents(t, overID, nil),
	}
	for name, see := range watched {
		p.await(t, patience, "the first span of "+name, func() bool { _, seen := see.runningSpan(t); return seen })
	}
	_, complete := watched["over"].state()
	require.False(t, complete, "not before the quiet period is over")

	require.InDelta(t, was.Seconds(), p.wrongBy(t).Seconds(), 60)
	p.clock.set(t, by)
	require.InDelta(t, by.Seconds(), p.wrongBy(t).Seconds(), 60, "the collector's clock was set")
	t.Logf("the clock is set by %+v", by-was)

	p.children += 5
	p.send(t, p.sender, p.heard.String(), batch(p.heard, "", 2+p.children-5, 5, 100))
	for name, see := range p.sights {
		p.await(t, patience, "what is sent afterwards, by "+name, func() bool { spans, _ := see.state(); return len(spans) == 1+p.children })
	}
	p.await(t, 2*patience, "heartbeats that ended are noticed", func() bool {
		span, _ := watched["silent"].runningSpan(t)
		return span.State != "running"
	})
	span, _ := watched["silent"].runningSpan(t)
	assert.Equal(t, "lost", span.State)
	assert.GreaterOrEqual(t, time.Since(began), leastLease, "not before its lease was over")
	p.await(t, patience, "what is over is complete", func() bool { _, complete := watched["over"].state(); return complete })
	assert.Equal(t, "quiet", *p.asked(t, overID).Execution.CompleteReason)
	span, _ = watched["pending"].runningSpan(t)
	assert.Equal(t, "running", span.State, "its process was silent for less than a quarter of an hour")
	p.sameAsStored(t, watched["silent"], silent.String())
	p.sameAsStored(t, watched["pending"], pending.String())
	p.sameAsStored(t, watched["over"], overID)
}

// sameAsStored holds somebody to seeing what REST answers, having been told it in order.
func (p *clockPlay) sameAsStored(t testing.TB, see *sight, id string) {
	t.Helper()
	p.equalToTheStore(t, see, id)
	_, problems := see.told()
	assert.Empty(t, problems, id)
}

// TestSoakAClockThatIsSet an hour forth and an hour back, while executions run and are watched: what runs goes on to run while
// it is heard of, and for one lease if it is not; what is over is complete, and not before; nothing is evicted or given up;
// positions go forth only, and all see what the store holds.
func TestSoakAClockThatIsSet(t *testing.T) {
	took := budget(t, 4*time.Minute)
	s, clock := startClocked(t)
	p := &clockPlay{subject: s, clock: clock, sender: s.dial(t, otlpreplay.GRPC), heard: pcommon.TraceID{0xfc, 4}}
	p.sights = s.sights(t, p.heard.String())
	p.set(t, 1, 0, time.Hour)
	t.Logf("after %s", took())
	p.set(t, 2, time.Hour, 0)
	t.Logf("after %s", took())

	for _, see := range p.sights {
		p.sameAsStored(t, see, p.heard.String())
	}
	assert.Zero(t, s.counter(t, "otelcol_canvastrace_evictions"))
	for _, id := range []string{p.heard.String(), pcommon.TraceID{0xfc, 6, 1}.String(), pcommon.TraceID{0xfc, 6, 2}.String()} {
		assert.False(t, s.asked(t, id).Execution.Complete, "%s runs", id)
	}
	root := batch(p.heard, "", 1, 1, 100)
	s.send(t, p.sender, p.heard.String(), root)
	for by, see := range p.sights {
		eventually(t, 2*patience, "the end by "+by, func() bool { _, complete := see.state(); return complete })
	}
	assertWell(t, s)
}
