package canvasserverextension

import (
	"errors"
	"runtime/debug"
	"time"

	"go.uber.org/zap"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/limit"
	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/wsconn"
	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/live"
)

// The close codes that the plain socket uses (RFC 6455 and the wire contract).
const (
	closeGoingAway = 1001
	closeTooBig    = 1009
	closeInternal  = 1011
	closeTooMany   = 4429
)

const reasonShutdown = "the server stops"

// ending is a reason in otelcol_canvasserver_closed_connections.
type ending string

const (
	endedClient   ending = "client"
	endedSilent   ending = "silent"
	endedStalled  ending = "stalled"
	endedTooBig   ending = "too_big"
	endedRate     ending = "message_rate"
	endedShutdown ending = "shutdown"
	endedFailed   ending = "failed"
)

var (
	errRate     = errors.New("the client sends more messages than message_rate allows")
	errShutdown = errors.New(reasonShutdown)
)

// client is one plain WebSocket: a cursor into one execution's changes, pulled by one goroutine as fast as its client takes
// frames. There is no queue: a slow client lags, and what changes twice meanwhile is sent once.
type client struct {
	id            string // of the execution, as it was asked for
	execution     *opened
	stream        *live.Stream
	conn          *wsconn.Conn
	leave         func()
	flushInterval time.Duration
	pingInterval  time.Duration
	maxFrame      int // bytes
	messageRate   float64
	telemetry     *telemetry
	logger        *zap.Logger

	frame    []byte                 // reused
	parts    []canvaswire.SpanParts // reused
	envelope int                    // bytes of a frame besides its spans, as far as was seen
}

// drop gives back what the client holds.
func (c *client) drop() {
	c.stream.Close()
	c.execution.close()
	c.leave()
}

// run serves the client until its connection ends or stop is closed.
func (c *client) run(stop <-chan struct{}) {
	defer c.drop()
	defer c.telemetry.connected(transportWebSocket)()
	received := make(chan error, 1)
	go func() { received <- c.conn.Receive(c.meter()) }()
	err := c.serve(stop)
	if errors.Is(err, errReceived) {
		err = <-received
		received <- err
	}
	c.telemetry.closed(c.end(err))
	<-received //nolint:errcheck // it says that the reader ended; why was told above
}

// meter limits how many messages the client sends.
func (c *client) meter() func() error {
	var bucket limit.Bucket
	burst := max(1, 2*c.messageRate)
	return func() error {
		if ok, _ := bucket.Take(time.Now(), c.messageRate, burst); !ok {
			return errRate
		}
		return nil
	}
}

// end closes the connection in the way that the error asks for.
func (c *client) end(err error) ending {
	switch {
	case errors.Is(err, errShutdown):
		c.conn.CloseWith(closeGoingAway, reasonShutdown)
		return endedShutdown
	case errors.Is(err, wsconn.ErrTooBig):
		c.conn.CloseWith(closeTooBig, "message too big")
		return endedTooBig
	case errors.Is(err, errRate):
		c.conn.CloseWith(closeTooMany, "too many messages")
		return endedRate
	case errors.Is(err, errPanic):
		c.conn.CloseWith(closeInternal, "internal error")
		return endedFailed
	}
	c.conn.Kill()
	switch {
	case errors.Is(err, wsconn.ErrStalled):
		return endedStalled
	case errors.Is(err, wsconn.ErrSilent):
		return endedSilent
	}
	return endedClient
}

var (
	errReceived = errors.New("the reading side ended")
	errPanic    = errors.New("serving the client panicked")
)

// serve writes: the snapshot, then changes at the pace that is configured, and pings.
func (c *client) serve(stop <-chan struct{}) (err error) {
	defer func() {
		// One execution that cannot be shown must not take the collector with it.
		if p := recover(); p != nil {
			c.logger.Error("Serving a WebSocket panicked", zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
			err = errPanic
		}
	}()
	if err = c.flush(); err != nil {
		return err
	}
	ping := time.NewTicker(c.pingInterval)
	defer ping.Stop()
	pace := newPace(c.flushInterval, c.stream.Changed())
	defer pace.stop()
	for err == nil {
		select {
		case <-c.conn.Received():
			return errReceived
		case <-stop:
			if err = c.flush(); err != nil {
				return err
			}
			return errShutdown
		case <-ping.C:
			err = c.conn.Ping()
		case <-pace.changed:
			if pace.mayFlush(time.Now()) {
				err = c.flush()
				pace.flushed(time.Now())
			}
		case <-pace.due:
			pace.take()
			err = c.flush()
			pace.flushed(time.Now())
		}
	}
	return err
}

// leastEnvelope is what a frame is taken to need besides its spans until one was seen.
const leastEnvelope = 2 << 10

// flush sends everything that is pending.
func (c *client) flush() (err error) {
	room := max(1, c.maxFrame-max(leastEnvelope, c.envelope))
	c.stream.Flush(room, func(b live.Batch) bool {
		f := frameOf(c.id, &b, c.parts[:0])
		c.frame, c.parts = canvaswire.AppendFrame(c.frame[:0], &f), f.Spans
		if err = c.conn.Write(c.frame); err != nil {
			return false
		}
		c.telemetry.sent(&b, len(c.frame))
		if len(b.Spans) == 0 {
			c.envelope = len(c.frame)
		}
		clear(c.parts) // the spans are not ours to keep
		return true
	})
	c.shrink()
	return err
}

// shrink lets go of large buffers: an idle client should cost little.
func (c *client) shrink() {
	if cap(c.frame) > idleFrame {
		c.frame = nil
	}
	if cap(c.parts) > idleParts {
		c.parts = nil
	}
}

// What a client keeps between two frames.
const (
	idleFrame = 4 << 10 // bytes
	idleParts = 16      // spans
)
