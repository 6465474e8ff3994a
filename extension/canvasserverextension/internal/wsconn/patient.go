package wsconn

import (
	"bufio"
	"net"
	"net/http"
	"time"
)

// patience keeps the deadlines of a connection without moving them for every message. It stands between the library, which
// takes the first time-out of a read for the end, and the connection.
type patience struct {
	raw     net.Conn
	backlog *backlog
	silence *silence
	armed   time.Time // the write deadline that the connection has; zero: none
}

// looseness is the part of a time-out by which a write deadline may be late.
const looseness = 8

// read is Read of a connection whose client is silent only when the silence says so.
func (p *patience) read(b []byte) (int, error) {
	for {
		n, err := p.raw.Read(b)
		if n > 0 || err == nil || !isTimeout(err) || p.silence.over() {
			return n, err
		}
	}
}

// setWriteDeadline is SetWriteDeadline that leaves a deadline alone which is only a little later. The library calls it with
// the lock held under which it writes.
func (p *patience) setWriteDeadline(t time.Time) error {
	if t.IsZero() {
		p.armed = t
		return p.raw.SetWriteDeadline(t)
	}
	slack := max(0, time.Until(t)/looseness)
	if !p.armed.Before(t) && !p.armed.After(t.Add(slack)) {
		return nil
	}
	p.armed = t.Add(slack)
	return p.raw.SetWriteDeadline(p.armed)
}

// patientTCP is a connection without TLS; through what it embeds, the parts of a message still leave in one system call.
type patientTCP struct {
	*net.TCPConn
	patience *patience
}

func (c *patientTCP) Read(b []byte) (int, error)         { return c.patience.read(b) }
func (c *patientTCP) Write(b []byte) (int, error)        { return c.patience.backlog.write(c.TCPConn, b) }
func (c *patientTCP) SetWriteDeadline(t time.Time) error { return c.patience.setWriteDeadline(t) }

// patientConn is any other connection.
type patientConn struct {
	net.Conn
	patience *patience
}

func (c *patientConn) Read(b []byte) (int, error)         { return c.patience.read(b) }
func (c *patientConn) SetWriteDeadline(t time.Time) error { return c.patience.setWriteDeadline(t) }

// hijacker is a response whose connection is patient once it is taken over.
type hijacker struct {
	http.ResponseWriter
	patience *patience // once it was taken over
}

// Hijack implements http.Hijacker.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	raw, buffered, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.patience = &patience{raw: raw, backlog: newBacklog(raw)}
	if tcp, ok := raw.(*net.TCPConn); ok {
		return &patientTCP{tcp, h.patience}, buffered, nil
	}
	return &patientConn{raw, h.patience}, buffered, nil
}
