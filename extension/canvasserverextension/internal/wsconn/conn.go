package wsconn

import (
	"errors"
	"io"
	"net"
	"time"

	"github.com/gorilla/websocket"
)

// The reasons for which a connection ends, besides those of the network.
var (
	ErrTooBig  = errors.New("the client's message is larger than max_client_message_bytes")
	ErrSilent  = errors.New("the client was silent for longer than read_timeout")
	ErrStalled = errors.New("a message could not be written within write_timeout")
	ErrClosed  = errors.New("the client closed the connection")
)

// Conn is one WebSocket. Write, Ping and CloseWith belong to one goroutine, Receive to another one; Kill may be called by
// anybody.
type Conn struct {
	ws       *websocket.Conn
	options  Options
	silence  *silence
	received chan struct{} // closed when Receive has returned
}

func newConn(ws *websocket.Conn, o Options) *Conn {
	return &Conn{
		ws: ws, options: o,
		silence:  newSilence(o.ReadTimeout, ws.NetConn().SetReadDeadline),
		received: make(chan struct{}),
	}
}

// Protocol is the subprotocol that was agreed on, "" if none.
func (c *Conn) Protocol() string { return c.ws.Subprotocol() }

// Receive reads until the connection ends and says why. Messages are counted and thrown away: took is called after each,
// pings and pongs too, and ends the connection with the error it returns.
func (c *Conn) Receive(took func() error) error {
	defer close(c.received)
	heard := func() error {
		c.silence.heard()
		return took()
	}
	c.silence.heard()
	answer := c.ws.PingHandler()
	c.ws.SetPingHandler(func(data string) error { return errors.Join(heard(), answer(data)) })
	c.ws.SetPongHandler(func(string) error { return heard() })
	for {
		err := c.receiveOne()
		if err == nil {
			err = heard()
		}
		if err != nil {
			return err
		}
	}
}

func (c *Conn) receiveOne() error {
	_, r, err := c.ws.NextReader()
	if err != nil {
		return readError(err)
	}
	// The library's own limit counts bytes before inflation, so a few of them could become gigabytes.
	n, err := io.Copy(io.Discard, io.LimitReader(r, int64(c.options.MaxMessage)+1))
	if err != nil {
		return readError(err)
	}
	if n > int64(c.options.MaxMessage) {
		return ErrTooBig
	}
	return nil
}

func readError(err error) error {
	var closed *websocket.CloseError
	switch {
	case isTimeout(err):
		return ErrSilent
	case errors.As(err, &closed), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return ErrClosed
	}
	return err
}

// isTimeout looks at the interface: the library does not pass os.ErrDeadlineExceeded on.
func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// Received is closed when Receive has returned.
func (c *Conn) Received() <-chan struct{} { return c.received }

// Write sends a text message. ErrStalled means that the client does not take it.
func (c *Conn) Write(text []byte) error {
	c.silence.pause(c.options.WriteTimeout)
	defer c.silence.resume()
	if err := c.ws.SetWriteDeadline(time.Now().Add(c.options.WriteTimeout)); err != nil {
		return err
	}
	return writeError(c.ws.WriteMessage(websocket.TextMessage, text))
}

// Ping asks the client whether it is there; its answer ends the silence.
func (c *Conn) Ping() error {
	c.silence.pause(c.options.WriteTimeout)
	defer c.silence.resume()
	return writeError(c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(c.options.WriteTimeout)))
}

func writeError(err error) error {
	switch {
	case err == nil:
		return nil
	case isTimeout(err):
		return ErrStalled
	case errors.Is(err, websocket.ErrCloseSent), errors.Is(err, net.ErrClosed):
		return ErrClosed
	}
	return err
}

// CloseWith tells the client why the connection ends, gives it CloseTimeout to answer or to stop sending, and closes. Without
// that time the close frame could be lost: a connection closed with unread data in it is reset.
func (c *Conn) CloseWith(code int, reason string) {
	defer c.Kill()
	deadline := time.Now().Add(c.options.CloseTimeout)
	interrupted := c.ended() // Receive gave up, so the client may still be sending
	if err := c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), deadline); err != nil {
		return
	}
	if interrupted {
		c.drain(deadline)
		return
	}
	timeout := time.NewTimer(time.Until(deadline))
	defer timeout.Stop()
	select {
	case <-c.received:
	case <-timeout.C:
	}
}

func (c *Conn) ended() bool {
	select {
	case <-c.received:
		return true
	default:
		return false
	}
}

// maxDrain is how much of what a client goes on sending is taken to get a close frame through.
const maxDrain = 1 << 20

func (c *Conn) drain(deadline time.Time) {
	raw := c.ws.NetConn()
	if raw.SetReadDeadline(deadline) != nil {
		return
	}
	if tcp, ok := raw.(*net.TCPConn); ok {
		_ = tcp.CloseWrite() // the client sees an end after the close frame and stops
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(raw, maxDrain))
}

// Kill closes the connection at once; whoever reads or writes gets an error.
func (c *Conn) Kill() { _ = c.ws.NetConn().Close() }
