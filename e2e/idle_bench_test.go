package e2e

import (
	"testing"
	"time"
)

const (
	idleBefore = 200   // sockets that are open before the measurement, so that what is made once is there
	idleOpened = 2_000 // sockets of the measurement
)

// idleRest is how long a process is left alone before its memory is read: the runtime gives pages back in the background.
const idleRest = 10 * time.Second

// BenchmarkIdleClients measures what a socket costs over which nothing happens, in RAM of the whole process: the slope
// between 200 and 2,200 sockets to one execution, beside a server that does nothing, with gorilla's default buffers and with
// small ones. GOGC is named because half of what a heap takes is what it may grow by. `make bench-idle` runs it.
func BenchmarkIdleClients(b *testing.B) {
	for _, kind := range []string{"plain", "multiplexed", "bare_lean", "bare_defaults"} {
		b.Run(kind, func(b *testing.B) {
			for b.Loop() {
				p, url, say := idleServer(b, kind)
				s := &fanSide{name: kind, process: p}
				s.connect(b, idleBefore, url, say)
				before := p.restingRSS(b)
				s.connect(b, idleOpened, url, say)
				b.ReportMetric(float64(p.restingRSS(b)-before)/idleOpened/1024, "KiB/socket")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

func idleServer(b *testing.B, kind string) (p process, url string, say []any) {
	b.Helper()
	switch kind {
	case "bare_lean", "bare_defaults":
		args := []string{}
		if kind == "bare_lean" {
			args = []string{"-lean"}
		}
		p, address := startBroadcast(b, args...)
		return p, "ws://" + address + "/ws", nil
	}
	c := start(b, setup{args: unlimited})
	first := &fanSide{target: "http://" + c.http + "/v1/traces", post: c.postSpan}
	first.send(b, 1)
	if kind == "multiplexed" {
		return c.process(), "ws://" + c.server + "/ws", subscribeTo("run-fan")
	}
	return c.process(), "ws://" + c.server + "/ws/executions/run-fan", nil
}

// restingRSS is the memory of a process once it has stopped falling.
func (p process) restingRSS(b *testing.B) int64 {
	b.Helper()
	least := p.rss(b)
	at := time.Now()
	eventually(b, 3*patience, "a process whose memory rests", func() bool {
		if now := p.rss(b); now < least-least/200 {
			least, at = now, time.Now()
		}
		return time.Since(at) > idleRest
	})
	return least
}
