package wsconn

import (
	"encoding/binary"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
)

// Prepared is a text message that is made ready for the wire once, for many connections.
type Prepared struct {
	wire []byte // header and text, uncompressed
	text []byte // the end of it

	once    sync.Once
	message *websocket.PreparedMessage // the library's own, which is made where somebody needs it
}

// Prepare makes a text message ready.
func Prepare(text []byte) *Prepared {
	const final, short, long = 0x80, 126, 127
	wire := append(make([]byte, 0, len(text)+10), final|websocket.TextMessage)
	switch {
	case len(text) < short:
		wire = append(wire, byte(len(text)))
	case len(text) <= 0xffff:
		wire = binary.BigEndian.AppendUint16(append(wire, short), uint16(len(text)))
	default:
		wire = binary.BigEndian.AppendUint64(append(wire, long), uint64(len(text)))
	}
	wire = append(wire, text...)
	return &Prepared{wire: wire, text: wire[len(wire)-len(text):]}
}

func (p *Prepared) library() *websocket.PreparedMessage {
	p.once.Do(func() {
		m, err := websocket.NewPreparedMessage(websocket.TextMessage, p.text)
		if err != nil {
			panic(err) // it would be for a kind of message that there is not
		}
		p.message = m
	})
	return p.message
}

// backlog is what could not be written at once without waiting. Whatever is written next is written after it.
type backlog struct {
	mu   sync.Mutex // held while something is written
	rest [][]byte   // not ours to change

	raw syscall.RawConn // nil where nothing is written without waiting
}

func (b *backlog) begin(conn net.Conn) {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return
	}
	if raw, err := tcp.SyscallConn(); err == nil {
		b.raw = raw
	}
}

// attempt writes something without waiting. Attempts are lent, because a connection makes few.
type attempt struct {
	next  []byte
	wrote int
	try   func(fd uintptr) bool
}

var attempts = sync.Pool{New: func() any {
	a := &attempt{}
	a.try = func(fd uintptr) bool {
		a.wrote, _ = syscall.Write(int(fd), a.next) // whoever writes the rest is told of an error
		return true                                 // whatever became of it: nobody waits
	}
	return a
}}

// attempt says how much of a message could be written.
func (b *backlog) attempt(message []byte) int {
	a := attempts.Get().(*attempt)
	defer attempts.Put(a)
	a.next, a.wrote = message, 0
	_ = b.raw.Write(a.try) // a deadline that has passed is no error: whoever writes the rest sets a new one
	a.next = nil
	return max(0, a.wrote)
}

// put writes as much as can be written without waiting, and remembers the rest. b.mu is held.
func (b *backlog) put(message []byte) {
	if len(b.rest) == 0 {
		message = message[b.attempt(message):]
	}
	if len(message) > 0 {
		b.rest = append(b.rest, message)
	}
}

// write writes what is left, and then p.
func (b *backlog) write(conn net.Conn, p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.finish(conn); err != nil {
		return 0, err
	}
	return conn.Write(p)
}

// finish writes what is left. b.mu is held.
func (b *backlog) finish(conn net.Conn) error {
	for len(b.rest) > 0 {
		n, err := conn.Write(b.rest[0])
		if err != nil {
			b.rest[0] = b.rest[0][n:]
			return err
		}
		b.rest = b.rest[1:]
	}
	b.rest = nil
	return nil
}

// BeginPrompt says whether messages can be put now without waiting: nobody writes, and nothing is left. If so, EndPrompt must
// be called.
func (c *Conn) BeginPrompt() bool {
	if c.options.Compression || c.backlog.raw == nil || !c.backlog.mu.TryLock() {
		return false
	}
	if len(c.backlog.rest) > 0 {
		c.backlog.mu.Unlock()
		return false
	}
	return true
}

// Put writes a message as far as that is possible without waiting.
func (c *Conn) Put(p *Prepared) { c.backlog.put(p.wire) }

// EndPrompt ends what BeginPrompt began, and says whether something is left: then Finish must be called.
func (c *Conn) EndPrompt() (left bool) {
	left = len(c.backlog.rest) > 0
	c.backlog.mu.Unlock()
	return left
}

// Finish writes what Put left, as Write writes. It goes out before a pong that nobody asked for, which RFC 6455 allows and
// clients do not see: so the library writes nothing else meanwhile.
func (c *Conn) Finish() error {
	if !c.backlog.left() {
		return nil
	}
	now := time.Now()
	c.silence.pause(now, c.options.WriteTimeout)
	defer c.silence.resume()
	return writeError(c.ws.WriteControl(websocket.PongMessage, nil, now.Add(c.options.WriteTimeout)))
}

func (b *backlog) left() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.rest) > 0
}
