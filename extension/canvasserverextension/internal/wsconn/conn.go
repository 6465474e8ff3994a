package wsconn

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

// The reasons for which a connection ends, besides those of the network.
var (
	ErrTooBig  = errors.New("the client's message is larger than max_client_message_bytes")
	ErrSilent  = errors.New("the client was silent for longer than read_timeout")
	ErrStalled = errors.New("a message could not be written within write_timeout")
	ErrClosed  = errors.New("the client closed the connection")
	// ErrProtocol is for bytes that RFC 6455 or RFC 7692 forbid. The client may have been told with 1002 already.
	ErrProtocol = errors.New("the client broke the WebSocket protocol")
	// ErrText is for a text message that is not UTF-8, which RFC 6455 has closed with 1007.
	ErrText = errors.New("the client's text is not UTF-8")
)

// Conn is one WebSocket. Write, Ping and CloseWith belong to one goroutine, Receive to another one; Kill may be called by
// anybody. It is one piece of memory, because there may be many that are idle.
type Conn struct {
	ws       *websocket.Conn
	raw      net.Conn
	tcp      patientTCP // what the library has of a connection without TLS
	options  *Options   // of all connections
	handler  Handler    // once Receive was called
	answer   func(ping string) error
	patience patience
	backlog  backlog
	silence  silence
	received ended
}

// ended says that something ended. Its channel is made for who waits, because most connections have nobody who does.
type ended struct {
	mu   sync.Mutex
	over bool
	done chan struct{} // nil: nobody waits
}

func (e *ended) end() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.over = true
	if e.done != nil {
		close(e.done)
	}
}

func (e *ended) isOver() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.over
}

func (e *ended) wait() <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.done == nil {
		e.done = make(chan struct{})
		if e.over {
			close(e.done)
		}
	}
	return e.done
}

// rawSlack is what a message may have on the wire beyond its size: deflating can make it larger, by a little.
const rawSlack = 1 << 10

// begin is called when the handshake is over.
func (c *Conn) begin(ws *websocket.Conn) {
	c.ws = ws
	ws.EnableWriteCompression(c.options.Compression)
	ws.SetReadLimit(int64(c.options.MaxMessage) + rawSlack) // or blocks that inflate to nothing could go on for ever
	c.silence.begin(c.options.ReadTimeout, c.raw)
}

// Protocol is the subprotocol that was agreed on, "" if none.
func (c *Conn) Protocol() string { return c.ws.Subprotocol() }

// Handler is told what a client sends. An error of any method ends the connection.
type Handler interface {
	// Took is called after each message, pings and pongs too, and before Message.
	Took() error
	// Message is given the text of a message, which is the callee's.
	Message(text []byte) error
	// Binary is called instead for a message that is not text.
	Binary() error
}

// Receive reads until the connection ends and says why.
func (c *Conn) Receive(h Handler) error {
	defer c.received.end()
	c.handler = h
	c.silence.heard()
	c.answer = c.ws.PingHandler()
	c.ws.SetPingHandler(c.pinged)
	c.ws.SetPongHandler(c.ponged)
	for {
		kind, data, err := c.receiveOne()
		if err == nil {
			err = c.heard()
		}
		switch {
		case err != nil:
			return err
		case kind == websocket.TextMessage:
			err = h.Message(data)
		case kind == websocket.BinaryMessage:
			err = h.Binary()
		}
		if err != nil {
			return err
		}
	}
}

// heard says that the client has sent something.
func (c *Conn) heard() error {
	c.silence.heard()
	return c.handler.Took()
}

func (c *Conn) ponged(string) error { return c.heard() }

func (c *Conn) pinged(data string) error { return errors.Join(c.heard(), c.answer(data)) }

func (c *Conn) receiveOne() (kind int, data []byte, err error) {
	kind, r, err := c.ws.NextReader()
	if err != nil {
		return 0, nil, readError(err)
	}
	// The library's own limit counts bytes before inflation, so a few of them could become gigabytes.
	data, err = io.ReadAll(io.LimitReader(r, int64(c.options.MaxMessage)+1))
	switch {
	case err != nil:
		return 0, nil, readError(err)
	case len(data) > c.options.MaxMessage:
		return 0, nil, ErrTooBig
	case kind == websocket.TextMessage && !utf8.Valid(data):
		return 0, nil, ErrText // the library does not look
	}
	return kind, data, nil
}

func readError(err error) error {
	var closed *websocket.CloseError
	var broken *net.OpError
	switch {
	case isTimeout(err):
		return ErrSilent
	case errors.Is(err, websocket.ErrReadLimit):
		return ErrTooBig
	case errors.As(err, &closed), errors.As(err, &broken), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		return ErrClosed
	case strings.HasPrefix(err.Error(), "websocket: "), strings.HasPrefix(err.Error(), "flate: "):
		return fmt.Errorf("%w: %w", ErrProtocol, err)
	}
	return err
}

// isTimeout looks at the interface: the library does not pass os.ErrDeadlineExceeded on.
func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// Received is closed when Receive has returned.
func (c *Conn) Received() <-chan struct{} { return c.received.wait() }

// Write sends a text message. ErrStalled means that the client does not take it.
func (c *Conn) Write(text []byte) error {
	if err := c.Finish(); err != nil {
		return err
	}
	c.beginMessage()
	defer c.silence.resume()
	return writeError(c.ws.WriteMessage(websocket.TextMessage, text))
}

// beginMessage gives the message that is written next its time.
func (c *Conn) beginMessage() {
	now := time.Now()
	c.silence.pause(now, c.options.WriteTimeout)
	_ = c.ws.SetWriteDeadline(now.Add(c.options.WriteTimeout)) // for the library only remembers it
}

// WritePrepared is Write for a message that others send, too.
func (c *Conn) WritePrepared(p *Prepared) error {
	if err := c.Finish(); err != nil {
		return err
	}
	c.beginMessage()
	defer c.silence.resume()
	return writeError(c.ws.WritePreparedMessage(p.library()))
}

// Ping asks the client whether it is there; its answer ends the silence.
func (c *Conn) Ping() error {
	now := time.Now()
	c.silence.pause(now, c.options.WriteTimeout)
	defer c.silence.resume()
	return writeError(c.ws.WriteControl(websocket.PingMessage, nil, now.Add(c.options.WriteTimeout)))
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

// maxReason is what a close frame has room for.
const maxReason = 123

// CloseWith tells the client why the connection ends, gives it CloseTimeout to answer or to stop sending, and closes. Without
// that time the close frame could be lost: a connection closed with unread data in it is reset.
func (c *Conn) CloseWith(code int, reason string) {
	defer c.Kill()
	deadline := time.Now().Add(c.options.CloseTimeout)
	reason = strings.ToValidUTF8(reason[:min(len(reason), maxReason)], "")
	interrupted := c.received.isOver() // Receive gave up, so the client may still be sending
	err := c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), deadline)
	if err != nil && !errors.Is(err, websocket.ErrCloseSent) { // the library closes by itself on bytes that are forbidden
		return
	}
	if interrupted {
		c.drain(deadline)
		return
	}
	timeout := time.NewTimer(time.Until(deadline))
	defer timeout.Stop()
	select {
	case <-c.received.wait():
	case <-timeout.C:
	}
}

// Refuse is CloseWith for a connection from which nobody has begun to Receive.
func (c *Conn) Refuse(code int, reason string) {
	c.received.end()
	c.CloseWith(code, reason)
}

// maxDrain is how much of what a client goes on sending is taken to get a close frame through.
const maxDrain = 1 << 20

func (c *Conn) drain(deadline time.Time) {
	if c.raw.SetReadDeadline(deadline) != nil {
		return
	}
	if tcp, ok := c.raw.(*net.TCPConn); ok {
		_ = tcp.CloseWrite() // the client sees an end after the close frame and stops
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(c.raw, maxDrain))
}

// Kill closes the connection at once; whoever reads or writes gets an error.
func (c *Conn) Kill() { _ = c.raw.Close() }
