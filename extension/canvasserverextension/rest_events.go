package canvasserverextension

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"
)

// streamRetry is when an EventSource should come again after its stream ended.
const streamRetry = "retry: 2000\n\n"

// events answers GET /api/executions/{id}/events: the frames of a plain WebSocket as server-sent events, whose ids are
// cursors.
func (a *api) events(w http.ResponseWriter, r *http.Request) *problem {
	s, bad := eventsOf(r)
	if bad != nil {
		a.telemetry.rejected(rejectedBadRequest)
		return bad
	}
	if a.hub.isClosing() {
		a.telemetry.rejected(rejectedClosing)
		return unavailable(reasonShutdown)
	}
	leave, why, bad := a.admission.enter(r)
	if bad != nil {
		a.telemetry.rejected(why)
		return bad
	}
	defer leave()
	v := a.access.viewer(r)
	f, bad := a.follow(r.Context(), v, s)
	if bad != nil {
		a.telemetry.rejected(rejectionOf(bad))
		return bad
	}
	defer f.close()
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store, no-transform") // what compresses it, would hold it back
	h.Set("X-Accel-Buffering", "no")                 // nginx passes each event on at once
	if r.Method == http.MethodHead {
		return nil
	}
	defer a.telemetry.connected(transportEvents)()
	defer a.telemetry.subscribed(kindExecution)()
	stream := &eventStream{answer: a.answer(w)}
	serving := a.serving(f, v)
	a.telemetry.closed(stream.serve(&serving, r.Context().Done(), a.hub.closing()))
	return nil
}

// eventsOf is what a stream asks for. A browser that comes again by itself says in Last-Event-ID where it was, and that is
// newer than what stands in the address.
func eventsOf(r *http.Request) (subscription, *problem) {
	s, bad := subscriptionOf(r)
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		s.from.Cursor = last
	}
	return s, bad
}

// eventStream is the outlet of server-sent events.
type eventStream struct {
	*answer
	event []byte // reused
}

// serve sends events until the stream ends, and says why it did. The client sees only that it ended: it comes again, and is
// told the status then.
func (e *eventStream) serve(s *serving, gone, stop <-chan struct{}) ending {
	e.hold(0)
	err := e.emit([]byte(streamRetry))
	if err == nil {
		err = e.keepUp(s, gone, stop)
	}
	switch c := closingOf(err); {
	case c != nil:
		if c.why == endedNotEnabled { // a browser would come again and again
			_ = e.emit(fmt.Appendf(nil, "event: not_enabled\ndata: {\"code\":%d,\"message\":%q}\n\n", c.code, c.reason))
		}
		return c.why
	case errors.Is(err, os.ErrDeadlineExceeded):
		return endedStalled
	}
	return endedClient
}

// keepUp sends the snapshot and then changes, until the client is gone, the server stops or the client may not see more.
func (e *eventStream) keepUp(s *serving, gone, stop <-chan struct{}) (err error) {
	defer func() { err = recovered(s.api.logger, recover(), err) }()
	if err := s.greet(e); err != nil {
		return err
	}
	due := time.NewTimer(time.Until(s.due()))
	defer due.Stop()
	for {
		signal := s.stream.Changed()
		if s.pace.held { // what comes meanwhile is found by the flush
			signal = nil
		}
		changed := false
		select {
		case <-gone:
			return errReceived
		case <-stop:
			return s.sayGoodbye(e)
		case <-signal:
			changed = true
		case <-s.pass.replaced():
		case <-due.C:
		}
		if err := s.turn(e, changed); err != nil {
			return err
		}
		due.Reset(time.Until(s.due()))
	}
}

// send implements outlet.
func (e *eventStream) send(o outgoing) error {
	e.event = append(e.event[:0], "event: trace:update\nid: "...)
	e.event = append(e.event, o.cursor...)
	e.event = append(e.event, "\ndata: "...)
	e.event = append(e.event, o.text...) // JSON as it is written here holds no line feed
	e.event = append(e.event, "\n\n"...)
	err := e.emit(e.event)
	if cap(e.event) > idleEvent {
		e.event = nil
	}
	return err
}

// idleEvent is how many bytes a stream keeps between two events.
const idleEvent = 4 << 10

// settle implements outlet.
func (e *eventStream) settle() error { return nil }

// keepAlive implements outlet.
func (e *eventStream) keepAlive() error { return e.emit([]byte(": heartbeat\n\n")) }

// emit writes and flushes, within write_timeout for each part. Then there is no deadline until the next event: HTTP/2 resets a
// stream whose deadline passes though nothing is being written.
func (e *eventStream) emit(text []byte) error {
	if _, err := e.Write(text); err != nil {
		return err
	}
	e.allow(e.timeout)
	err := e.control.Flush()
	_ = e.control.SetWriteDeadline(time.Time{})
	return err
}
