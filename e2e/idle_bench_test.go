package e2e

import (
	"slices"
	"testing"
	"time"
)

const (
	idleRounds = 7     // each has every kind once, in another order
	idleBefore = 200   // sockets that are open before the measurement, so that what is made once is there
	idleOpened = 2_000 // sockets of the measurement
)

// idleRest is how long a process is left alone before its memory is read: the runtime gives pages back in the background.
const idleRest = 10 * time.Second

var idleKinds = []string{"plain", "multiplexed", "bare_lean", "bare_defaults"}

// BenchmarkIdleClients measures what a socket costs over which nothing happens, in RAM of the whole process: the slope
// between 200 and 2,200 sockets to one execution, beside a server that does nothing, with gorilla's default buffers and with
// small ones. Half of what a heap takes is what it may grow by, and where in that a process stands when its memory is read is
// chance: so each round has new processes, which rest side by side, and what counts is the median. `make bench-idle` runs it.
func BenchmarkIdleClients(b *testing.B) {
	perSocket := map[string][]float64{}
	for b.Loop() {
		for n := range idleRounds {
			idleRound(b, n, func(kind string, kib float64) {
				perSocket[kind] = append(perSocket[kind], kib)
			})
		}
	}
	for _, kind := range idleKinds {
		b.Logf("%s: %s KiB a socket", kind, spread(b, kind+"_KiB/socket", perSocket[kind]))
	}
	b.ReportMetric(0, "ns/op") // of all rounds together: says nothing
}

func idleRound(b *testing.B, n int, note func(kind string, kib float64)) {
	b.Helper()
	r := &round{TB: b}
	defer r.end()
	var sides []*idleSide
	for i := range idleKinds {
		sides = append(sides, newIdleSide(r, idleKinds[(n+i)%len(idleKinds)]))
	}
	grow := func(sockets int) (resting []int64) {
		for _, s := range sides {
			s.connect(r, sockets, s.url, s.say)
		}
		return restingRSS(r, sides)
	}
	before := grow(idleBefore)
	for i, after := range grow(idleOpened) {
		note(sides[i].name, float64(after-before[i])/idleOpened/1024)
	}
}

// round is a benchmark whose processes and sockets end with one round of it.
type round struct {
	testing.TB
	undo []func()
}

func (r *round) Cleanup(f func()) { r.undo = append(r.undo, f) }

func (r *round) end() {
	for _, f := range slices.Backward(r.undo) {
		f()
	}
}

// idleSide is one server, whose clients say nothing but what is said at first.
type idleSide struct {
	fanSide
	url string
	say []any
}

func newIdleSide(b testing.TB, kind string) *idleSide {
	b.Helper()
	s := &idleSide{fanSide: fanSide{name: kind}}
	switch kind {
	case "bare_lean", "bare_defaults":
		var args []string
		if kind == "bare_lean" {
			args = []string{"-lean"}
		}
		p, address := startBroadcast(b, args...)
		s.process, s.url = p, "ws://"+address+"/ws"
		return s
	}
	c := start(b, setup{args: unlimited})
	first := &fanSide{target: "http://" + c.http + "/v1/traces", post: c.postSpan}
	first.send(b, 1)
	s.process, s.url = c.process(), "ws://"+c.server+"/ws/executions/run-fan"
	if kind == "multiplexed" {
		s.url, s.say = "ws://"+c.server+"/ws", subscribeTo("run-fan")
	}
	return s
}

// restingRSS is the memory of processes once none of them has fallen for a while.
func restingRSS(b testing.TB, sides []*idleSide) []int64 {
	b.Helper()
	least := make([]int64, len(sides))
	for i, s := range sides {
		least[i] = s.process.rss(b)
	}
	at := time.Now()
	eventually(b, 3*patience, "processes whose memory rests", func() bool {
		for i, s := range sides {
			if now := s.process.rss(b); now < least[i]-least[i]/200 {
				least[i], at = now, time.Now()
			}
		}
		return time.Since(at) > idleRest
	})
	return least
}
