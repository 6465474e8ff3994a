package canvasserverextension

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/limit"
	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/wsconn"
)

// plainClient is one plain WebSocket.
type plainClient struct {
	serving
	conn        *wsconn.Conn
	leave       func()
	messageRate float64

	turn   sync.Mutex    // of serving
	signal chan struct{} // wakes what serves it
	called atomic.Bool   // the courier is to come
}

// newPlainClient returns a client that is not served yet, and so is not to be served by the courier.
func newPlainClient(a *api, leave func()) *plainClient {
	c := &plainClient{leave: leave, messageRate: a.config.MessageRate, signal: make(chan struct{}, 1)}
	c.turn.Lock()
	return c
}

// nudge has the client serve itself.
func (c *plainClient) nudge() {
	select {
	case c.signal <- struct{}{}:
	default:
	}
}

// prompt sends what is pending, if that can be done without waiting for anything or anybody. If not, or not all of it, the
// answer is false. What was sent is left in the tally.
func (c *plainClient) prompt(t *tally) bool {
	if !c.turn.TryLock() {
		return false
	}
	defer c.turn.Unlock()
	now := time.Now()
	if c.over || c.right != nil || !c.pass.settled() || c.pace == nil || now.Before(c.pace.next) || !c.conn.BeginPrompt() {
		return false
	}
	all := c.flushShared(c.conn.Put, t)
	if all {
		c.pace.next = now.Add(c.flushInterval)
	}
	return !c.conn.EndPrompt() && all
}

// drop gives back what the client holds.
func (c *plainClient) drop() {
	c.close()
	c.leave()
}

// kill implements member.
func (c *plainClient) kill() { c.conn.Kill() }

// run implements member.
func (c *plainClient) run(stop <-chan struct{}) {
	defer c.telemetry.connected(transportWebSocket)() // who is not counted any more has given back everything
	defer c.drop()
	defer c.telemetry.subscribed(kindExecution)()
	received := make(chan error, 1)
	go func() { received <- c.conn.Receive(wsconn.Handler{Took: meter(c.messageRate)}) }()
	err := c.serve(c, c.conn.Received(), stop)
	if errors.Is(err, errReceived) {
		err = <-received
		received <- err
	}
	c.telemetry.closed(endSocket(c.conn, err))
	<-received //nolint:errcheck // it says that the reader ended; why was told above
}

// send implements outlet.
func (c *plainClient) send(o outgoing) error { return o.writeTo(c.conn) }

// settle implements outlet.
func (c *plainClient) settle() error { return c.conn.Finish() }

// keepAlive implements outlet.
func (c *plainClient) keepAlive() error { return c.conn.Ping() }

// meter limits how many messages a client sends.
func meter(perSecond float64) func() error {
	var bucket limit.Bucket
	burst := max(1, 2*perSecond)
	return func() error {
		if ok, _ := bucket.Take(time.Now(), perSecond, burst); !ok {
			return errRate
		}
		return nil
	}
}
