package canvasserverextension

import (
	"errors"
	"strings"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/live"
)

// errRight means that the right to the execution must be confirmed before more is sent.
var errRight = errors.New("the right to this execution must be confirmed")

// follower is one client's cursor into one execution's changes, on whatever transport. There is no queue: a slow client lags,
// and what changes twice meanwhile is sent once.
type follower struct {
	id        string // of the execution, as it was asked for
	execution *opened
	stream    *live.Stream
	right     *right
	from      live.Start // where the client is, as far as it must be known
	tag       string     // the end of each frame, beginning with a comma; "" for none
	maxFrame  int        // bytes
	telemetry *telemetry

	frame    []byte                 // reused
	parts    []canvaswire.SpanParts // reused
	envelope int                    // bytes of a frame besides its spans, as far as was seen
}

// close gives back what the follower holds.
func (f *follower) close() {
	f.stream.Close()
	f.execution.close()
}

// leastEnvelope is what a frame is taken to need besides its spans until one was seen.
const leastEnvelope = 2 << 10

// flush sends what is pending, at most so many frames, 0 for all. more says that there is more. Nothing is sent whose right is
// not confirmed: then the error is errRight, and all of it is still pending.
func (f *follower) flush(most int, send func(frame []byte, cursor string) error) (more bool, err error) {
	room := max(1, f.maxFrame-max(leastEnvelope, f.envelope))
	frames := 0
	f.stream.Flush(room, func(b live.Batch) bool {
		if !f.right.holds(time.Now()) {
			err = errRight
			return false
		}
		if err = send(f.render(&b), b.Cursor); err != nil {
			return false
		}
		f.telemetry.sent(&b, len(f.frame))
		if len(b.Spans) == 0 {
			f.envelope = len(f.frame)
		}
		clear(f.parts) // the spans are not ours to keep
		if f.right != nil {
			f.from.Cursor = strings.Clone(b.Cursor)
		}
		frames++
		more = frames == most
		return !more
	})
	f.shrink()
	if errors.Is(err, errRight) {
		if lost := f.rewind(); lost != nil {
			return false, lost
		}
	}
	return more, err
}

func (f *follower) render(b *live.Batch) []byte {
	frame := frameOf(f.id, b, f.parts[:0])
	f.frame, f.parts = canvaswire.AppendFrame(f.frame[:0], &frame), frame.Spans
	if f.tag != "" {
		f.frame = append(append(f.frame[:len(f.frame)-1], f.tag...), '}')
	}
	return f.frame
}

// rewind goes back to what was sent last, after something was taken from the stream and not sent. Whoever waits for the
// stream's signal goes on to wait for the same one.
func (f *follower) rewind() error {
	f.from.Signal = f.stream.Signal()
	stream, err := f.execution.StreamFrom(f.from)
	if err != nil {
		return err
	}
	f.stream.Close()
	f.stream = stream
	return nil
}

// shrink lets go of large buffers: an idle client should cost little.
func (f *follower) shrink() {
	if cap(f.frame) > idleFrame {
		f.frame = nil
	}
	if cap(f.parts) > idleParts {
		f.parts = nil
	}
}

// What a client keeps between two frames.
const (
	idleFrame = 4 << 10 // bytes
	idleParts = 16      // spans
)
