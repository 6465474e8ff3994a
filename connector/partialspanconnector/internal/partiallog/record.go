package partiallog

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// The attributes of a record.
const (
	attrEvent     = "partial.event"
	attrFrequency = "partial.frequency"
	attrBodyType  = "partial.body.type"
)

// Event is the news that a record brings of a span.
type Event string

// The events. Unknown is a value that no sender is known to write.
const (
	None      Event = "" // the record is no partial span
	Start     Event = "start"
	Heartbeat Event = "heartbeat"
	Stop      Event = "stop"
	Unknown   Event = "unknown"
)

// EventOf says which news a record brings.
func EventOf(record plog.LogRecord) Event {
	v, ok := record.Attributes().Get(attrEvent)
	if !ok {
		return None
	}
	switch e := Event(v.AsString()); e {
	case Start, Heartbeat, Stop:
		return e
	default:
		return Unknown
	}
}

// kind is the event as semconv.PartialKind has it. That a span stopped is its end until the span itself comes, which says more
// and outranks it: nobody need wait for the sender's next batch, and it is known even if that is lost.
func (e Event) kind() string {
	if e == Stop {
		return "synthetic"
	}
	return string(e)
}

// Form is the way in which a record holds its span.
type Form string

// The forms. FormNone is that of a record which is no partial span, FormUnknown a value that no sender is known to write.
const (
	FormNone    Form = "none"
	FormJSON    Form = "json/v1"
	FormProto   Form = "proto"
	FormUnknown Form = "unknown"
)

// FormOf says in which way a record holds its span.
func FormOf(record plog.LogRecord) Form {
	if EventOf(record) == None {
		return FormNone
	}
	v, ok := record.Attributes().Get(attrBodyType)
	if !ok {
		return FormProto
	}
	switch f := Form(v.AsString()); f {
	case FormJSON, FormProto:
		return f
	case "":
		return FormProto
	default:
		return FormUnknown
	}
}

// ErrTooLarge is returned for a body over Reader.MaxBody.
var ErrTooLarge = errors.New("the body is too large")

var (
	errUnknownEvent = errors.New("partial.event is none of start, heartbeat and stop")
	errNoSpan       = errors.New("the body holds no span with a trace id and a span id")
)

// Reader reads records. It has no state.
type Reader struct {
	// MaxBody is the longest body that is read, in bytes as it arrived.
	MaxBody int
}

// Spans returns the spans that a record tells of, without an end unless it tells that they stopped, and marked with
// semconv.PartialKind (by the event), the frequency where one was promised, and the time of the record. Whatever it returns
// has ids and shares no memory with the record.
func (r Reader) Spans(record plog.LogRecord, event Event) (ptrace.Traces, error) {
	if event != Start && event != Heartbeat && event != Stop {
		return ptrace.Traces{}, errUnknownEvent
	}
	traces, err := r.body(record)
	if err != nil {
		return ptrace.Traces{}, err
	}
	mark := newMark(record, event)
	fallback := traces.SpanCount() == 1 // the ids of the record cannot be those of several spans
	traces.ResourceSpans().RemoveIf(func(rs ptrace.ResourceSpans) bool {
		rs.ScopeSpans().RemoveIf(func(ss ptrace.ScopeSpans) bool {
			ss.Spans().RemoveIf(func(s ptrace.Span) bool {
				if fallback {
					takeIDs(s, record)
				}
				mark.put(s)
				return s.TraceID().IsEmpty() || s.SpanID().IsEmpty()
			})
			return ss.Spans().Len() == 0
		})
		return rs.ScopeSpans().Len() == 0
	})
	if traces.SpanCount() == 0 {
		return ptrace.Traces{}, errNoSpan
	}
	return traces, nil
}

func (r Reader) body(record plog.LogRecord) (ptrace.Traces, error) {
	text, raw := record.Body().Str(), []byte(nil)
	if record.Body().Type() == pcommon.ValueTypeBytes {
		raw = record.Body().Bytes().AsRaw()
	}
	if len(text) > r.MaxBody || len(raw) > r.MaxBody {
		return ptrace.Traces{}, fmt.Errorf("%w: %d bytes", ErrTooLarge, max(len(text), len(raw)))
	}
	switch form := FormOf(record); {
	case form == FormJSON && raw == nil:
		return readJSON([]byte(text))
	case form == FormJSON:
		return readJSON(raw)
	case form != FormProto:
		v, _ := record.Attributes().Get(attrBodyType)
		return ptrace.Traces{}, fmt.Errorf("partial.body.type is %q: json/v1 and proto are read", v.AsString())
	case raw != nil:
		return readProto(raw)
	default:
		return readBase64(text)
	}
}

func takeIDs(s ptrace.Span, record plog.LogRecord) {
	if s.TraceID().IsEmpty() {
		s.SetTraceID(record.TraceID())
	}
	if s.SpanID().IsEmpty() {
		s.SetSpanID(record.SpanID())
	}
}

// mark is what is put on every span of a record.
type mark struct {
	event     Event
	frequency time.Duration // 0: none was promised
	observed  pcommon.Timestamp
}

func newMark(record plog.LogRecord, event Event) mark {
	m := mark{event: event, observed: record.Timestamp()}
	if m.observed == 0 {
		m.observed = record.ObservedTimestamp()
	}
	if v, ok := record.Attributes().Get(attrFrequency); ok {
		m.frequency = frequency(v)
	}
	return m
}

func (m mark) put(s ptrace.Span) {
	switch {
	case m.event != Stop:
		s.SetEndTimestamp(0) // it still runs; some senders write the time of the heartbeat here
	case s.EndTimestamp() == 0:
		s.SetEndTimestamp(cmp.Or(m.observed, s.StartTimestamp()))
	}
	attrs := s.Attributes()
	attrs.PutStr(semconv.PartialKind, m.event.kind())
	if m.frequency > 0 {
		attrs.PutInt(semconv.PartialFrequency, max(1, m.frequency.Milliseconds()))
	}
	if m.observed > 0 && m.observed <= math.MaxInt64 {
		attrs.PutInt(semconv.PartialObserved, int64(m.observed))
	}
}

// frequency reads a Go duration, or a number of milliseconds. Anything else promises nothing.
func frequency(v pcommon.Value) time.Duration {
	text := v.AsString()
	if d, err := time.ParseDuration(text); err == nil {
		return d
	}
	ms, err := strconv.ParseInt(text, 10, 64)
	if err != nil || ms > math.MaxInt64/int64(time.Millisecond) {
		return 0
	}
	return time.Duration(ms) * time.Millisecond
}
