package otlpreplay

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// Run is a recording with ids and times of its own, ready to be sent.
type Run struct {
	Case     *Case
	Seed     uint64
	Requests []ptrace.Traces // in the recorded order
	Expect   Expectation
}

// Fresh copies the recording. Each id (trace, span, execution) is replaced by a new one, drawn from the seed, wherever it
// stands, so the tree keeps its shape; runs with different seeds can share a server. All times move by the same whole
// number of seconds, such that the last of them is now or less than a second before: intervals and fractions stay.
func (c *Case) Fresh(seed uint64, now time.Time) *Run {
	f := freshener{
		random:     rand.New(rand.NewPCG(seed, 0)),
		traces:     map[pcommon.TraceID]pcommon.TraceID{},
		spans:      map[pcommon.SpanID]pcommon.SpanID{},
		executions: map[string]string{},
	}
	f.executions[c.Meta.ExecutionID] = f.execution()
	shift := now.Sub(c.latest()).Truncate(time.Second)
	if now.Before(c.latest().Add(shift)) {
		shift -= time.Second
	}
	f.shift = shift

	run := &Run{Case: c, Seed: seed}
	for _, recorded := range c.Requests {
		request := ptrace.NewTraces()
		recorded.CopyTo(request)
		spans(request, func(_ ptrace.ResourceSpans, _ ptrace.ScopeSpans, s ptrace.Span) { f.freshen(s) })
		run.Requests = append(run.Requests, request)
	}
	run.Expect = expect(run.Requests)
	return run
}

// latest is the last end of a span.
func (c *Case) latest() time.Time {
	var last pcommon.Timestamp
	for _, request := range c.Requests {
		spans(request, func(_ ptrace.ResourceSpans, _ ptrace.ScopeSpans, s ptrace.Span) { last = max(last, s.EndTimestamp()) })
	}
	return last.AsTime()
}

type freshener struct {
	random     *rand.Rand
	shift      time.Duration
	traces     map[pcommon.TraceID]pcommon.TraceID
	spans      map[pcommon.SpanID]pcommon.SpanID
	executions map[string]string
}

func (f *freshener) freshen(s ptrace.Span) {
	s.SetTraceID(f.trace(s.TraceID()))
	s.SetSpanID(f.span(s.SpanID()))
	s.SetParentSpanID(f.span(s.ParentSpanID()))
	s.SetStartTimestamp(f.move(s.StartTimestamp()))
	s.SetEndTimestamp(f.move(s.EndTimestamp()))
	f.attributes(s.Attributes())
	for _, event := range s.Events().All() {
		event.SetTimestamp(f.move(event.Timestamp()))
		f.attributes(event.Attributes())
	}
	for _, link := range s.Links().All() {
		link.SetTraceID(f.trace(link.TraceID()))
		link.SetSpanID(f.span(link.SpanID()))
		f.attributes(link.Attributes())
	}
}

// attributes replaces values that are an execution id.
func (f *freshener) attributes(m pcommon.Map) {
	for _, v := range m.All() {
		if v.Type() != pcommon.ValueTypeStr {
			continue
		}
		if id, ok := f.executions[v.Str()]; ok {
			v.SetStr(id)
		}
	}
}

func (f *freshener) move(t pcommon.Timestamp) pcommon.Timestamp {
	if t == 0 {
		return 0 // unset stays unset
	}
	return pcommon.NewTimestampFromTime(t.AsTime().Add(f.shift))
}

func (f *freshener) trace(id pcommon.TraceID) pcommon.TraceID {
	fresh, ok := f.traces[id]
	if !ok && !id.IsEmpty() {
		f.fill(fresh[:])
		f.traces[id] = fresh
	}
	return fresh
}

func (f *freshener) span(id pcommon.SpanID) pcommon.SpanID {
	fresh, ok := f.spans[id]
	if !ok && !id.IsEmpty() {
		f.fill(fresh[:])
		f.spans[id] = fresh
	}
	return fresh
}

// execution draws an id as Canvas makes them: run- and a UUID.
func (f *freshener) execution() string {
	var b [16]byte
	f.fill(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("run-%s-%s-%s-%s-%s",
		hex.EncodeToString(b[:4]), hex.EncodeToString(b[4:6]), hex.EncodeToString(b[6:8]), hex.EncodeToString(b[8:10]), hex.EncodeToString(b[10:]))
}

// fill draws the bytes of an id; len(b) is a multiple of 8.
func (f *freshener) fill(b []byte) {
	for i := 0; i < len(b); i += 8 {
		binary.BigEndian.PutUint64(b[i:], f.random.Uint64())
	}
}
