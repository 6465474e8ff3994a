package canvasserverextension

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/limit"
	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/wsconn"
)

// plainClient is one plain WebSocket. One goroutine reads. None writes while there is nothing to do, because most sockets are
// idle most of their time, and a goroutine costs more than all else they need: whoever finds that something is to be done calls
// wake, and a goroutine looks after the client until nothing is left to do.
type plainClient struct {
	serving
	conn        *wsconn.Conn
	leave       func()
	counted     bool // see count
	messageRate float64
	stop        <-chan struct{} // closed when the server begins to stop

	calls   atomic.Int32 // since somebody began to look after the client; 0: nobody does
	changed atomic.Bool  // there may be changes that the courier could not bring
	called  atomic.Bool  // the courier is to come

	mu    sync.Mutex  // held by whoever writes; what serving has, and what is below, belongs to its holder
	begun bool        // the snapshot was sent
	over  bool        // nothing more is to be sent
	timer *time.Timer // of due
}

// count has the connection counted, until it is dropped. It is not for run to do that: metrics need a deep stack, and that of
// run would stay as large.
func (c *plainClient) count() {
	c.counted = true
	c.telemetry.connections(transportWebSocket, 1)
	c.telemetry.subscriptions(kindExecution, 1)
}

// newPlainClient returns a client that is not served before it runs.
func newPlainClient(a *api, leave func()) *plainClient {
	c := &plainClient{leave: leave, messageRate: a.config.MessageRate, stop: a.hub.closing()}
	c.calls.Store(1)
	return c
}

// wake implements member.
func (c *plainClient) wake() {
	if c.calls.Add(1) == 1 {
		go c.attend()
	}
}

// nudge has changes sent.
func (c *plainClient) nudge() {
	c.changed.Store(true)
	c.wake()
}

// attend looks after the client until nobody calls any more.
func (c *plainClient) attend() {
	for {
		calls := c.calls.Load()
		c.look()
		if c.calls.Add(-calls) == 0 {
			return
		}
	}
}

// look does what is to be done.
func (c *plainClient) look() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return
	}
	if err := c.step(); err != nil {
		c.end(err)
		return
	}
	wait := time.Until(c.due())
	if c.timer == nil {
		c.timer = time.AfterFunc(wait, c.wake)
		return
	}
	c.timer.Reset(wait)
}

// step sends the snapshot, or does what is due since. c.mu is held.
func (c *plainClient) step() (err error) {
	defer func() { err = c.recovered(recover(), err) }()
	if !c.begun {
		c.begun = true
		return c.begin(c)
	}
	select {
	case <-c.stop:
		if err := c.flushAll(c); err != nil {
			return err
		}
		return errShutdown
	default:
		return c.turn(c, c.changed.Swap(false))
	}
}

// end ends the connection. c.mu is held.
func (c *plainClient) end(err error) {
	c.over = true
	if c.timer != nil {
		c.timer.Stop()
	}
	c.telemetry.closed(endSocket(c.conn, err))
}

// prompt sends what is pending, if that can be done without waiting for anything or anybody, or has it sent at its time. If it
// can do neither, or left something, the answer is false. What was sent is left in the tally.
func (c *plainClient) prompt(t *tally) bool {
	if !c.mu.TryLock() {
		return false
	}
	defer c.mu.Unlock()
	if c.over {
		return true
	}
	if !c.begun || c.right != nil || !c.pass.settled() {
		return false
	}
	now := time.Now()
	armed := c.pace.held
	if !c.pace.mayFlush(now) {
		c.telemetry.coalesced()
		if !armed {
			c.timer.Reset(c.due().Sub(now))
		}
		return true
	}
	if !c.conn.BeginPrompt() {
		return false
	}
	all := c.flushShared(c.conn.Put, t)
	if all {
		c.pace.flushed(now)
	}
	return !c.conn.EndPrompt() && all
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

// kill implements member.
func (c *plainClient) kill() { c.conn.Kill() }

// run implements member.
func (c *plainClient) run(<-chan struct{}) {
	defer c.drop()
	go c.attend()
	err := c.conn.Receive(wsconn.Handler{Took: meter(c.messageRate)})
	c.mu.Lock() // once nobody writes any more
	defer c.mu.Unlock()
	if !c.over {
		c.end(err)
	}
}

// send implements outlet.
func (c *plainClient) send(o outgoing) error { return o.writeTo(c.conn) }

// settle implements outlet.
func (c *plainClient) settle() error { return c.conn.Finish() }

// keepAlive implements outlet.
func (c *plainClient) keepAlive() error { return c.conn.Ping() }

// meter limits how many messages a client sends.
func meter(perSecond float64) func() error { return (&messageMeter{perSecond: perSecond}).took }

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
