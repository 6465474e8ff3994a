package canvasserverextension

import (
	"sync"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/wsconn"
)

// outgoing is a frame on its way to one client.
type outgoing struct {
	text   []byte // of a plain socket; valid until the follower's next frame, and not to be changed
	tag    string // what this client's has besides at the end of the object, beginning with a comma; "" for nothing
	cursor string
	shared *sharedFrame // nil where nobody else gets this frame
}

// size is how many bytes the client gets.
func (o outgoing) size() int { return len(o.text) + len(o.tag) }

// writeTo sends the frame as one message.
func (o outgoing) writeTo(conn *wsconn.Conn) error {
	if o.shared != nil {
		if m := o.shared.message(o.tag); m != nil {
			return conn.WritePrepared(m)
		}
	}
	if o.tag == "" {
		return conn.Write(o.text)
	}
	buf := tagged.Get().(*[]byte)
	defer tagged.Put(buf)
	*buf = appendTagged((*buf)[:0], o.text, o.tag)
	return conn.Write(*buf)
}

// prepared is the frame as a message that does not change any more.
func (o outgoing) prepared() *wsconn.Prepared {
	if o.shared != nil {
		if m := o.shared.message(o.tag); m != nil {
			return m
		}
	}
	return wsconn.Prepare(appendTagged(nil, o.text, o.tag))
}

// tagged lends buffers for frames that end in a tag: a client that waits should cost little.
var tagged = sync.Pool{New: func() any { return new([]byte) }}

func appendTagged(dst, text []byte, tag string) []byte {
	if tag == "" {
		return append(dst, text...)
	}
	return append(append(append(dst, text[:len(text)-1]...), tag...), '}')
}

// sharedFrame is a frame that several clients get. It is rendered once, and made a message once for each of the first tags.
type sharedFrame struct {
	text []byte

	mu       sync.Mutex
	messages map[string]*wsconn.Prepared // by tag
}

// maxTags bounds the messages that are made of one frame. Plain sockets have no tag, and those of one page have the same.
const maxTags = 3

// message is the frame with a tag at its end, ready for the wire; nil where it is not worth making.
func (f *sharedFrame) message(tag string) *wsconn.Prepared {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := f.messages[tag]
	if m != nil || len(f.messages) == maxTags {
		return m
	}
	if f.messages == nil {
		f.messages = make(map[string]*wsconn.Prepared, 1)
	}
	m = wsconn.Prepare(appendTagged(make([]byte, 0, len(f.text)+len(tag)), f.text, tag))
	f.messages[tag] = m
	return m
}
