package canvasserverextension

import (
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/wsconn"
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
	pass      *pass
	from      *live.Start // where the client is; nil where there is no right, for then nothing is taken back
	tag       string      // what each frame has at its end, see outgoing
	maxFrame  int         // bytes
	telemetry *telemetry

	draft    *draft // while something is flushed
	envelope int    // bytes of a frame besides its spans, as far as was seen
}

// draft is what frames are rendered with. It is lent: a client that waits should cost little.
type draft struct {
	frame []byte
	parts []canvaswire.SpanParts
}

var drafts = sync.Pool{New: func() any { return new(draft) }}

// borrow lends the follower a draft until giveBack is called.
func (f *follower) borrow() { f.draft = drafts.Get().(*draft) }

func (f *follower) giveBack() {
	d := f.draft
	f.draft = nil
	clear(d.parts) // the spans are not ours to keep
	if cap(d.frame) <= keptFrame && cap(d.parts) <= keptParts {
		drafts.Put(d)
	}
}

// What a draft keeps between two flushes.
const (
	keptFrame = 64 << 10 // bytes
	keptParts = 256      // spans
)

// close gives back what the follower holds.
func (f *follower) close() {
	f.stream.Close()
	f.execution.close()
}

// leastEnvelope is what a frame is taken to need besides its spans until one was seen.
const leastEnvelope = 2 << 10

// flush sends what is pending, at most so many frames, 0 for all. more says that there is more. Nothing is sent whose right is
// not confirmed: then the error is errRight, and all of it is still pending.
func (f *follower) flush(most int, send func(outgoing) error) (more bool, err error) {
	f.borrow()
	defer f.giveBack()
	frames := 0
	var t tally
	f.stream.Flush(f.room(), func(b *live.Batch) bool {
		if !f.right.holds(time.Now()) {
			err = errRight
			return false
		}
		if bad := f.pass.check(b.Overview.WorkflowID); bad != nil {
			err = bad
			return false
		}
		out := f.render(b)
		if err = send(out); err != nil {
			return false
		}
		f.sent(&t, b, out)
		f.telemetry.add(&t)
		if f.from != nil {
			f.from.Cursor = strings.Clone(b.Cursor)
		}
		frames++
		more = frames == most
		return !more
	})
	if errors.Is(err, errRight) {
		if lost := f.rewind(); lost != nil {
			return false, lost
		}
	}
	return more, err
}

// flushShared hands out what is pending, where that was made for several clients; false where it was not, and then it still is
// pending.
func (f *follower) flushShared(put func(*wsconn.Prepared), t *tally) bool {
	f.borrow()
	defer f.giveBack()
	return f.stream.FlushShared(f.room(), func(b *live.Batch) bool {
		out := f.render(b)
		put(out.prepared())
		f.sent(t, b, out)
		return true
	})
}

// sent notes what was sent.
func (f *follower) sent(t *tally, b *live.Batch, out outgoing) {
	f.telemetry.sent(t, b, out.size())
	if len(b.Spans) == 0 {
		f.envelope = out.size()
	}
	clear(f.draft.parts) // the spans are not ours to keep
}

// room is how many bytes of spans a frame may have. It is a round number, so that clients whose frames differ a little are
// given the same batches.
func (f *follower) room() int {
	envelope := (f.envelope + leastEnvelope - 1) / leastEnvelope * leastEnvelope
	return max(1, f.maxFrame-max(leastEnvelope, envelope))
}

func (f *follower) render(b *live.Batch) outgoing {
	if b.Made != nil {
		shared, ok := b.Made.Of(f.id, func() any { return &sharedFrame{text: f.append(nil, b)} }).(*sharedFrame)
		if ok {
			return outgoing{text: shared.text, tag: f.tag, cursor: b.Cursor, shared: shared}
		}
	}
	f.draft.frame = f.append(f.draft.frame[:0], b)
	return outgoing{text: f.draft.frame, tag: f.tag, cursor: b.Cursor}
}

// append renders a batch.
func (f *follower) append(dst []byte, b *live.Batch) []byte {
	frame := frameOf(f.id, b, f.draft.parts[:0])
	f.draft.parts = frame.Spans
	return canvaswire.AppendFrame(dst, &frame)
}

// rewind goes back to what was sent last, after something was taken from the stream and not sent. Whoever waits for the
// stream's signal goes on to wait for the same one.
func (f *follower) rewind() error {
	f.from.Signal = f.stream.Signal()
	stream, err := f.execution.StreamFrom(*f.from)
	if err != nil {
		return err
	}
	f.stream.Close()
	f.stream = stream
	return nil
}
