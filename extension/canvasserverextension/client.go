package canvasserverextension

import (
	"errors"
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
	defer c.drop()
	defer c.telemetry.connected(transportWebSocket)()
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
