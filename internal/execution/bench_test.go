package execution_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// portion is how many records one Apply takes in the benchmarks: the batch of an OpenTelemetry SDK.
const portion = 512

// shape makes n records of one trace in the order of arrival. Each tenth span is a model call.
type shape func(n int) []*tracestore.Record

func bare(n int, parent func(id int) int) []*tracestore.Record {
	records := make([]*tracestore.Record, n)
	for i := range records {
		id := i + 1
		records[i] = span(id, parent(id), orcheoNode)
		if id == 1 {
			workflow("run")(records[i])
		} else if id%10 == 0 {
			uses(100, 10)(records[i])
			costs(0.001)(records[i])
			reply(fmt.Sprint("r", id))(records[i])
			model("model-1")(records[i])
		}
	}
	return records
}

func flat(n int) []*tracestore.Record {
	return bare(n, func(id int) int { return min(id-1, 1) })
}

func deep(n int) []*tracestore.Record { return bare(n, func(id int) int { return id - 1 }) }

// pairs is a long chain, and then pairs of a leaf and its parent that hang on the chain's end: each parent comes when it has a
// child, so whether it closes a cycle must be told without a walk along the chain.
func pairs(n int) []*tracestore.Record {
	records := bare(n, func(id int) int {
		switch {
		case id <= n/2:
			return id - 1
		case id%2 == 0:
			return id + 1
		default:
			return n / 2
		}
	})
	return records
}

func backwards(s shape) shape {
	return func(n int) []*tracestore.Record {
		r := s(n)
		slices.Reverse(r)
		return r
	}
}

func shuffled(s shape) shape {
	return func(n int) []*tracestore.Record {
		r := s(n)
		rand.New(rand.NewPCG(1, 2)).Shuffle(n, func(i, j int) { r[i], r[j] = r[j], r[i] })
		return r
	}
}

func fold(records []*tracestore.Record) *execution.View {
	v := execution.New("run", execution.Rules{})
	for chunk := range slices.Chunk(records, portion) {
		v.Apply(chunk, tracestore.TraceInfo{Trace: traceID(1), Epoch: "e"})
	}
	return v
}

func heap() uint64 {
	runtime.GC()
	runtime.GC() // what pools held goes in the second round
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// The cost of folding a whole execution, per span: ns/span, and the heap that the view holds (B/span), beside its own account
// of that (own-B/span).
func BenchmarkFold(b *testing.B) {
	shapes := []struct {
		name string
		make shape
	}{
		{"flat/root-first", flat},
		{"flat/root-last", backwards(flat)},
		{"flat/random", shuffled(flat)},
		{"deep/root-first", deep},
		{"deep/leaf-first", backwards(deep)},
		{"deep/random", shuffled(deep)},
		{"deep/pairs", pairs},
	}
	for _, s := range shapes {
		for _, n := range []int{10_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", s.name, n), func(b *testing.B) {
				records := s.make(n)
				before := heap()
				v := fold(records)
				held := heap() - before
				b.ReportAllocs()
				for b.Loop() {
					fold(records)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/span")
				b.ReportMetric(float64(held)/float64(n), "B/span")
				b.ReportMetric(float64(v.Bytes())/float64(n), "own-B/span")
				runtime.KeepAlive(v)
			})
		}
	}
}

// One span of a large execution changes, and a client that is up to date takes the change.
func BenchmarkUpdate(b *testing.B) {
	for name, id := range map[string]int{"leaf": 70_000, "call": 70_010, "root": 1} {
		b.Run(name, func(b *testing.B) {
			const n = 100_000
			records := flat(n)
			v := fold(records)
			next := *records[id-1]
			in := make([]*tracestore.Record, 1)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				r := next
				r.Seq = uint64(n + i + 1)
				r.Received += int64(i)
				in[0] = &r
				rev := v.Rev()
				v.Apply(in, tracestore.TraceInfo{Trace: traceID(1), Epoch: "e", LastReceived: r.Received})
				v.Changed(rev, func(*execution.Node) bool { return true })
			}
		})
	}
}

func BenchmarkOverview(b *testing.B) {
	v := fold(flat(100_000))
	b.ReportAllocs()
	for b.Loop() {
		_ = v.Overview()
	}
}

func BenchmarkOrdered(b *testing.B) {
	v := fold(shuffled(flat)(100_000))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		v.SetID(fmt.Sprint("run", i)) // forget the order
		_ = v.Ordered()
	}
}

// A client that reads a snapshot of 100,000 spans in frames of 64.
func BenchmarkSnapshotInFrames(b *testing.B) {
	v := fold(flat(100_000))
	b.ReportAllocs()
	for b.Loop() {
		for at := uint64(0); at < v.Rev(); {
			taken := 0
			v.Changed(at, func(n *execution.Node) bool {
				at = n.Rev
				taken++
				return taken < 64
			})
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100_000, "ns/span")
}
