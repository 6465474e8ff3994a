package e2e

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

const (
	fanRounds  = 7     // each runs every side once, in another order
	fanClients = 1_000 // on one execution
	fanTight   = 150   // messages of a round that are sent one after the other, as soon as everybody has the one before
	fanPaced   = 50    // messages of a round that are sent at a pace
	fanPace    = 100 * time.Millisecond
)

// unlimited lets one address open as many sockets as it likes, and sends each change at once.
var unlimited = []string{
	"--config=canvas:local",
	"--set=extensions.canvasserver.flush_interval=0s",
	"--set=extensions.canvasserver.max_connections_per_principal=0",
	"--set=extensions.canvasserver.handshake_rate=0",
}

// BenchmarkFanOut measures what it costs to show one change to 1,000 clients of one execution, and how long it takes until
// they have it, beside a server that does nothing but write a prepared message to 1,000 sockets (e2e/broadcast). Each side is
// a process of its own and has the same clients, in this process. A change is one small span in one request; the other side
// gets a message of the same size. The CPU time is the whole process's as the kernel counts it, so it includes receiving,
// storing and folding the span. `make bench-fanout` runs it.
func BenchmarkFanOut(b *testing.B) {
	for _, transport := range []string{"plain", "multiplexed"} {
		b.Run(transport, func(b *testing.B) {
			c := start(b, setup{args: unlimited})
			shown := &fanSide{name: transport, process: c.process(), post: c.postSpan, target: "http://" + c.http + "/v1/traces"}
			shown.send(b, 1) // so that the execution is there
			if transport == "plain" {
				shown.connect(b, fanClients, "ws://"+c.server+"/ws/executions/run-fan", nil)
			} else {
				shown.connect(b, fanClients, "ws://"+c.server+"/ws", subscribeTo("run-fan"))
			}
			frame := shown.sample(b)
			bare := &fanSide{name: "bare", next: 1}
			bare.process, bare.target = startBroadcast(b)
			bare.connect(b, fanClients, "ws://"+bare.target+"/ws", nil)
			bare.target = "http://" + bare.target + "/"
			bare.post = func(_ testing.TB, n int) []byte { return frame.of(n) }
			bare.sample(b)
			b.Logf("a message has %d bytes; GOGC and GOMEMLIMIT as set by the environment, else Go's and the profile's own", len(frame.text))
			compareFans(b, []*fanSide{bare, shown})
		})
	}
}

// compareFans runs the rounds and reports each figure with the ratio to the first side.
func compareFans(b *testing.B, sides []*fanSide) {
	b.Helper()
	figures := map[string][]float64{}
	note := func(figure string, s *fanSide, value float64) {
		figures[s.name+" "+figure] = append(figures[s.name+" "+figure], value)
	}
	for b.Loop() {
		for round := range fanRounds {
			for i := range sides {
				s := sides[(round+i)%len(sides)]
				note("tight", s, s.tight(b))
				perMessage, p50, p99 := s.paced(b)
				note("paced", s, perMessage)
				note("p50", s, p50)
				note("p99", s, p99)
			}
		}
	}
	bare, shown := sides[0].name, sides[1].name
	for _, f := range []struct{ figure, unit, words string }{
		{"tight", "µs/message", "µs of CPU a message, one change after the other"},
		{"paced", "µs/message-paced", "µs of CPU a message, 10 changes/s"},
		{"p50", "ms-p50", "ms from the request to the client, median, 10 changes/s"},
		{"p99", "ms-p99", "ms from the request to the client, 99th percentile, 10 changes/s"},
	} {
		ratios := slices.Clone(figures[shown+" "+f.figure])
		for i := range ratios {
			ratios[i] /= figures[bare+" "+f.figure][i] // of the same round
		}
		b.Logf("%s: %s %s, %s %s, ratio %s", f.words, bare, spread(b, bare+"_"+f.unit, figures[bare+" "+f.figure]),
			shown, spread(b, shown+"_"+f.unit, figures[shown+" "+f.figure]), spread(b, shown+"_x-bare-"+f.figure, ratios))
	}
	b.ReportMetric(0, "ns/op") // of all rounds together: says nothing
}

// spread reports the median of what rounds gave, and says it with the least and the most.
func spread(b *testing.B, unit string, values []float64) string {
	b.Helper()
	values = slices.Sorted(slices.Values(values))
	median := values[len(values)/2]
	b.ReportMetric(median, unit)
	return fmt.Sprintf("%.2f (%.2f to %.2f)", median, values[0], values[len(values)-1])
}

// fanSide is one server with its clients.
type fanSide struct {
	name    string
	process process
	target  string                           // where a change is posted
	post    func(b testing.TB, n int) []byte // the body of the n-th change
	next    int                              // the change that was sent last

	clients  int
	begun    atomic.Int64 // clients that have been told something
	received atomic.Int64 // changes, by all clients together
	mu       sync.Mutex
	sent     map[uint64]time.Time // while latencies are measured, else nil
	took     []time.Duration
	last     []byte // a message as it came
}

// postSpan is a request with one small span.
func (c *collector) postSpan(b testing.TB, n int) []byte {
	body, err := ptraceotlp.NewExportRequestFromTraces(batch(pcommon.TraceID{7}, "run-fan", n, 1, 10)).MarshalProto()
	require.NoError(b, err)
	return body
}

func subscribeTo(execution string) []any {
	return []any{
		map[string]string{"type": "init"},
		map[string]string{"type": "subscribe", "id": "run", "execution_id": execution},
	}
}

// connect opens sockets and has each read for as long as the benchmark lasts. What is said to them at first goes out at once.
func (s *fanSide) connect(b testing.TB, n int, url string, say []any) {
	b.Helper()
	d := websocket.Dialer{ReadBufferSize: 4096, WriteBufferSize: 512}
	if say != nil {
		d.Subprotocols = []string{"orcheo-trace.v1"}
	}
	for range n {
		conn, resp, err := d.Dial(url, nil)
		require.NoError(b, err)
		require.NoError(b, resp.Body.Close())
		for _, m := range say {
			require.NoError(b, conn.WriteJSON(m))
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.read(conn)
		}()
		b.Cleanup(func() { _ = conn.Close(); <-done })
	}
	s.clients += n
	eventually(b, patience, "the first message of every client of "+s.name, func() bool { return s.begun.Load() == int64(s.clients) })
}

// spanMark is what stands before the id of a span in a frame.
var spanMark = []byte(`{"span_id":"`)

// read takes messages until the socket is closed.
func (s *fanSide) read(conn *websocket.Conn) {
	var text bytes.Buffer
	for first := true; ; {
		_, r, err := conn.NextReader()
		if err != nil {
			return
		}
		text.Reset()
		if _, err := text.ReadFrom(r); err != nil {
			return
		}
		s.take(text.Bytes())
		if begins := bytes.HasPrefix(text.Bytes(), []byte("{}")) || bytes.Contains(text.Bytes(), spanMark); first && begins {
			first = false
			s.begun.Add(1)
		}
	}
}

func (s *fanSide) take(message []byte) {
	now, rest := time.Now(), message
	for {
		at := bytes.Index(rest, spanMark)
		if at < 0 {
			return
		}
		rest = rest[at+len(spanMark):]
		id, err := hex.DecodeString(string(rest[:16]))
		if err != nil {
			panic(err) // the server makes them
		}
		s.mu.Lock()
		if sent, ok := s.sent[binary.BigEndian.Uint64(id)]; ok {
			s.took = append(s.took, now.Sub(sent))
		}
		s.last = append(s.last[:0], message...)
		s.mu.Unlock()
		s.received.Add(1)
	}
}

// send has one change shown and returns when the server has answered.
func (s *fanSide) send(b testing.TB, n int) {
	b.Helper()
	s.next = n
	body := s.post(b, n)
	s.mu.Lock()
	if s.sent != nil {
		s.sent[uint64(n)] = time.Now()
	}
	s.mu.Unlock()
	resp, err := http.Post(s.target, "application/x-protobuf", bytes.NewReader(body))
	require.NoError(b, err)
	_, err = io.Copy(io.Discard, resp.Body)
	require.NoError(b, err)
	require.NoError(b, resp.Body.Close())
	require.Equal(b, http.StatusOK, resp.StatusCode)
}

// everybodyHas waits until every client has what was sent since before.
func (s *fanSide) everybodyHas(b testing.TB, before int64, changes int) {
	b.Helper()
	want := before + int64(changes*s.clients)
	deadline := time.Now().Add(patience)
	for s.received.Load() < want {
		if time.Now().After(deadline) {
			b.Fatalf("%s: %d of %d changes arrived within %s", s.name, s.received.Load()-before, changes*s.clients, patience)
		}
		time.Sleep(200 * time.Microsecond) //nolint:forbidigo // the interval of a poll
	}
}

// tight sends changes one after the other, and returns the server's CPU time for each message in µs.
func (s *fanSide) tight(b testing.TB) float64 {
	b.Helper()
	before := s.process.cpu(b)
	for range fanTight {
		received := s.received.Load()
		s.send(b, s.next+1)
		s.everybodyHas(b, received, 1)
	}
	return perMessage(s.process.cpu(b)-before, fanTight*s.clients)
}

func perMessage(d time.Duration, messages int) float64 {
	return float64(d.Nanoseconds()) / 1e3 / float64(messages)
}

// paced sends changes at a pace. It returns the server's CPU time for each message in µs, and how long they took in ms.
func (s *fanSide) paced(b testing.TB) (cpu, p50, p99 float64) {
	b.Helper()
	s.mu.Lock()
	s.sent, s.took = map[uint64]time.Time{}, nil
	s.mu.Unlock()
	before, received := s.process.cpu(b), s.received.Load()
	pace := time.NewTicker(fanPace)
	defer pace.Stop()
	for range fanPaced {
		<-pace.C
		s.send(b, s.next+1)
	}
	s.everybodyHas(b, received, fanPaced)
	cpu = perMessage(s.process.cpu(b)-before, fanPaced*s.clients)
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.Sort(s.took)
	p50 = float64(s.took[len(s.took)/2].Microseconds()) / 1000
	p99 = float64(s.took[len(s.took)*99/100].Microseconds()) / 1000
	s.sent = nil
	return cpu, p50, p99
}

// sampled is a message, to be sent again with another span id.
type sampled struct {
	text []byte
	at   int // of the id
}

func (m sampled) of(n int) []byte {
	id := spanIDOf(n)
	text := slices.Clone(m.text)
	copy(text[m.at:], hex.EncodeToString(id[:]))
	return text
}

// sample sends a change to every client and returns the message.
func (s *fanSide) sample(b testing.TB) sampled {
	b.Helper()
	received := s.received.Load()
	s.send(b, s.next+1)
	s.everybodyHas(b, received, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	require.True(b, json.Valid(s.last), "%s", s.last)
	return sampled{text: slices.Clone(s.last), at: bytes.Index(s.last, spanMark) + len(spanMark)}
}
