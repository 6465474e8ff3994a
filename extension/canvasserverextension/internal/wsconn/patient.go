package wsconn

import (
	"bufio"
	"net"
	"net/http"
	"time"
)

// patience keeps the write deadline of a connection without moving it for every message.
type patience struct {
	armed time.Time // the write deadline that the connection has; zero: none
}

// looseness is the part of a time-out by which a write deadline may be late.
const looseness = 8

// setWriteDeadline is SetWriteDeadline that leaves a deadline alone which is only a little later. The library calls it with
// the lock held under which it writes.
func (p *patience) setWriteDeadline(raw net.Conn, t time.Time) error {
	if t.IsZero() {
		p.armed = t
		return raw.SetWriteDeadline(t)
	}
	slack := max(0, time.Until(t)/looseness)
	if !p.armed.Before(t) && !p.armed.After(t.Add(slack)) {
		return nil
	}
	p.armed = t.Add(slack)
	return raw.SetWriteDeadline(p.armed)
}

// read is Read of a connection whose client is silent only when the silence says so: the library takes the first time-out for
// the end.
func (c *Conn) read(b []byte) (int, error) {
	for {
		n, err := c.raw.Read(b)
		if n > 0 || err == nil || !isTimeout(err) || c.silence.over() {
			return n, err
		}
	}
}

// patientTCP is a connection without TLS; through what it embeds, the parts of a message still leave in one system call.
type patientTCP struct {
	*net.TCPConn
	conn *Conn
}

func (c *patientTCP) Read(b []byte) (int, error)  { return c.conn.read(b) }
func (c *patientTCP) Write(b []byte) (int, error) { return c.conn.backlog.write(c.TCPConn, b) }
func (c *patientTCP) SetWriteDeadline(t time.Time) error {
	return c.conn.patience.setWriteDeadline(c.TCPConn, t)
}

// patientConn is any other connection.
type patientConn struct {
	net.Conn
	conn *Conn
}

func (c *patientConn) Read(b []byte) (int, error) { return c.conn.read(b) }
func (c *patientConn) SetWriteDeadline(t time.Time) error {
	return c.conn.patience.setWriteDeadline(c.Conn, t)
}

// hijacker is a response whose connection is patient once it is taken over.
type hijacker struct {
	http.ResponseWriter
	options *Options
	conn    *Conn // once it was taken over
}

// Hijack implements http.Hijacker.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	raw, buffered, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	c := &Conn{raw: raw, options: h.options}
	c.backlog.begin(raw)
	h.conn = c
	if tcp, ok := raw.(*net.TCPConn); ok {
		c.tcp = patientTCP{tcp, c}
		return &c.tcp, buffered, nil
	}
	return &patientConn{raw, c}, buffered, nil
}
