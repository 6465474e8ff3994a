package canvasserverextension

import (
	"time"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/limit"
	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/wsconn"
)

// plainClient is one plain WebSocket. One goroutine reads, and stays.
type plainClient struct {
	attended
	serving
	conn     *wsconn.Conn
	leave    func()
	messages messageMeter
	counted  bool // see count
	greeted  bool // the snapshot was sent
}

// newPlainClient returns a client that is not served before it runs.
func newPlainClient(a *api, leave func()) *plainClient {
	c := &plainClient{leave: leave, messages: messageMeter{perSecond: a.config.MessageRate}}
	c.attend(c)
	return c
}

// count has the connection counted, until it is dropped. It is not for run to do that: metrics need a deep stack, and that of
// run would stay as large.
func (c *plainClient) count() {
	c.counted = true
	c.telemetry.connections(transportWebSocket, 1)
	c.telemetry.subscriptions(kindExecution, 1)
}

// drop gives back what the client holds.
func (c *plainClient) drop() {
	c.close()
	c.leave()
	if c.counted { // who is not counted any more has given back everything
		c.telemetry.subscriptions(kindExecution, -1)
		c.telemetry.connections(transportWebSocket, -1)
	}
}

// kill implements member and attendee.
func (c *plainClient) kill() { c.conn.Kill() }

// run implements member.
func (c *plainClient) run() {
	defer c.drop()
	c.begin()
	c.ended(c.conn.Receive(c))
}

// Took implements wsconn.Handler.
func (c *plainClient) Took() error { return c.messages.took() }

// Message implements wsconn.Handler: what a client says here is thrown away.
func (c *plainClient) Message([]byte) error { return nil }

// Binary implements wsconn.Handler.
func (c *plainClient) Binary() error { return nil }

// step implements attendee: it sends the snapshot, or does what is due since.
func (c *plainClient) step(changed bool) (err error) {
	defer func() { err = recovered(c.api.logger, recover(), err) }()
	if !c.greeted {
		c.greeted = true
		return c.greet(c)
	}
	if c.api.hub.isClosing() {
		return c.sayGoodbye(c)
	}
	return c.turn(c, changed)
}

// prompt implements attendee.
func (c *plainClient) prompt(now time.Time, t *tally) (all bool) {
	if c.right != nil || !c.pass.settled() {
		return false
	}
	if !c.pace.mayFlush(now) {
		c.telemetry.coalesced()
		return true
	}
	if !c.conn.BeginPrompt() {
		return false
	}
	defer func() { all = !c.conn.EndPrompt() && all }() // after a panic, too: who ends the connection writes to it
	if all = c.flushShared(c.conn.Put, t); all {
		c.pace.flushed(now)
	}
	return all
}

// end implements attendee.
func (c *plainClient) end(err error) { c.telemetry.closed(endSocket(c.conn, err)) }

// send implements outlet.
func (c *plainClient) send(o outgoing) error { return o.writeTo(c.conn) }

// settle implements outlet.
func (c *plainClient) settle() error { return c.conn.Finish() }

// keepAlive implements outlet.
func (c *plainClient) keepAlive() error { return c.conn.Ping() }

// messageMeter limits how many messages a client sends.
type messageMeter struct {
	bucket    limit.Bucket
	perSecond float64
}

func (m *messageMeter) took() error {
	if ok, _ := m.bucket.Take(time.Now(), m.perSecond, max(1, 2*m.perSecond)); !ok {
		return errRate
	}
	return nil
}
