package wsconn

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func options() Options {
	return Options{
		MaxMessage: 16 << 10, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, CloseTimeout: time.Second,
	}
}

// taker is a handler that throws away what it is given.
type taker func() error

func (t taker) Took() error        { return t() }
func (taker) Message([]byte) error { return nil }
func (taker) Binary() error        { return nil }

// quiet is a handler that minds nothing.
var quiet = taker(func() error { return nil })

// serve runs a server that hands each accepted connection to the test.
func serve(t *testing.T, o Options, protocols ...string) (url string, accepted <-chan *Conn) {
	t.Helper()
	conns := make(chan *Conn, 1)
	a := NewAcceptor(o, func(w http.ResponseWriter, status int, reason string) { http.Error(w, reason, status) })
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, err := a.Accept(w, r, protocols...); err == nil {
			conns <- c
		}
	}))
	t.Cleanup(srv.Close)
	return "ws" + strings.TrimPrefix(srv.URL, "http"), conns
}

func dial(t *testing.T, url string, accepted <-chan *Conn, d websocket.Dialer) (client *websocket.Conn, server *Conn) {
	t.Helper()
	client, resp, err := d.Dial(url, nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	server = <-accepted
	t.Cleanup(func() { _ = client.Close(); server.Kill() })
	return client, server
}

func TestMessagesArriveAndAnAnsweredCloseIsQuick(t *testing.T) {
	for _, compression := range []bool{false, true} {
		o := options()
		o.Compression = compression
		url, accepted := serve(t, o)
		client, server := dial(t, url, accepted, websocket.Dialer{EnableCompression: compression})
		ended := make(chan error, 1)
		go func() { ended <- server.Receive(quiet) }()

		text := bytes.Repeat([]byte(`{"type":"trace:update"}`), 5000)
		require.NoError(t, server.Write(text))
		kind, got, err := client.ReadMessage()
		require.NoError(t, err)
		assert.Equal(t, websocket.TextMessage, kind)
		assert.Equal(t, text, got)

		closed := make(chan struct{})
		go func() { server.CloseWith(1001, "the server stops"); close(closed) }()
		_, _, err = client.ReadMessage()
		var why *websocket.CloseError
		require.ErrorAs(t, err, &why)
		assert.Equal(t, 1001, why.Code)
		assert.Equal(t, "the server stops", why.Text)
		<-closed
		require.ErrorIs(t, <-ended, ErrClosed)
	}
}

func TestAcceptNamesOneOfferedProtocolOrNone(t *testing.T) {
	for _, tc := range []struct {
		offered []string
		want    string
	}{
		{offered: nil, want: ""},
		{offered: []string{"orcheo-auth"}, want: "orcheo-auth"},
		{offered: []string{"other", "orcheo-auth"}, want: "orcheo-auth"},
		{offered: []string{"other"}, want: ""},
	} {
		url, accepted := serve(t, options(), "orcheo-auth")
		client, server := dial(t, url, accepted, websocket.Dialer{Subprotocols: tc.offered})
		assert.Equal(t, tc.want, client.Subprotocol())
		assert.Equal(t, tc.want, server.Protocol())
	}
}

func TestARequestThatIsNoHandshakeIsAnswered(t *testing.T) {
	url, _ := serve(t, options())
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http"+strings.TrimPrefix(url, "ws"), nil)
	require.NoError(t, err)
	assert.False(t, IsUpgrade(req))
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	assert.Equal(t, http.StatusBadRequest, resp.StatusCode)
	http.DefaultClient.CloseIdleConnections()
}

func TestMessagesAreBoundedAfterInflation(t *testing.T) {
	for _, tc := range []struct {
		name        string
		compression bool
		size        int
		want        error
	}{
		{name: "as large as allowed", size: 16 << 10},
		{name: "one byte too many", size: 16<<10 + 1, want: ErrTooBig},
		{name: "as large as allowed, deflated", compression: true, size: 16 << 10},
		{name: "a deflate bomb", compression: true, size: 8 << 20, want: ErrTooBig},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := options()
			o.Compression = tc.compression
			url, accepted := serve(t, o)
			client, server := dial(t, url, accepted, websocket.Dialer{EnableCompression: tc.compression})
			enough := errors.New("one message is enough")
			ended := make(chan error, 1)
			go func() { ended <- server.Receive(taker(func() error { return enough })) }()
			// The server may hang up before all of it is written.
			_ = client.WriteMessage(websocket.TextMessage, make([]byte, tc.size))
			want := tc.want
			if want == nil {
				want = enough
			}
			require.ErrorIs(t, <-ended, want)
		})
	}
}

func TestASilentClientIsGone(t *testing.T) {
	o := options()
	o.ReadTimeout = 30 * time.Millisecond
	url, accepted := serve(t, o)
	_, server := dial(t, url, accepted, websocket.Dialer{})
	require.ErrorIs(t, server.Receive(quiet), ErrSilent)
}

func TestAnsweredPingsKeepAConnection(t *testing.T) {
	o := options()
	o.ReadTimeout = 2 * time.Second
	url, accepted := serve(t, o)
	client, server := dial(t, url, accepted, websocket.Dialer{})
	go func() { // a client that reads answers pings
		for {
			if _, _, err := client.NextReader(); err != nil {
				return
			}
		}
	}()
	pongs := make(chan struct{}, 100)
	ended := make(chan error, 1)
	go func() { ended <- server.Receive(taker(func() error { pongs <- struct{}{}; return nil })) }()
	for begun := time.Now(); time.Since(begun) < 2*o.ReadTimeout; {
		require.NoError(t, server.Ping())
		select {
		case <-pongs:
		case err := <-ended:
			t.Fatalf("the connection ended: %v", err)
		}
	}
}

// frozen gives a connection to a client that takes nothing in.
func frozen(t *testing.T, o Options) *Conn {
	t.Helper()
	url, accepted := serve(t, o)
	d := websocket.Dialer{NetDialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		if err == nil {
			err = c.(*net.TCPConn).SetReadBuffer(4096)
		}
		return c, err
	}}
	_, server := dial(t, url, accepted, d)
	require.NoError(t, server.raw.(*net.TCPConn).SetWriteBuffer(4096))
	return server
}

func TestAFrozenClientIsAStallAndNotSilent(t *testing.T) {
	o := options()
	o.ReadTimeout = time.Second
	o.WriteTimeout = 2 * time.Second
	server := frozen(t, o)
	ended := make(chan error, 1)
	go func() { ended <- server.Receive(quiet) }()
	var err error
	for err == nil {
		err = server.Write(make([]byte, 1<<20))
	}
	require.ErrorIs(t, err, ErrStalled)
	server.Kill()
	require.Error(t, <-ended)
}

func TestKillEndsABlockedWrite(t *testing.T) {
	server := frozen(t, options())
	written := make(chan error, 1)
	go func() {
		var err error
		for err == nil {
			err = server.Write(make([]byte, 1<<20))
		}
		written <- err
	}()
	server.Kill()
	require.Error(t, <-written)
}

func TestClosingAClientThatDoesNotAnswerTakesABoundedTime(t *testing.T) {
	o := options()
	o.CloseTimeout = 50 * time.Millisecond
	server := frozen(t, o)
	ended := make(chan error, 1)
	go func() { ended <- server.Receive(quiet) }()
	begun := time.Now()
	server.CloseWith(1001, "bye")
	assert.Less(t, time.Since(begun), 30*time.Second)
	require.Error(t, <-ended)
}

// malformed are byte sequences that RFC 6455 forbids a client to send.
func malformed() map[string][]byte {
	huge := []byte{0x81, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4}
	binary.BigEndian.PutUint64(huge[2:], 1<<62)
	return map[string][]byte{
		"a reserved bit":              {0xf1, 0x80, 0, 0, 0, 0},
		"an unknown opcode":           {0x83, 0x80, 0, 0, 0, 0},
		"no mask":                     {0x81, 0x01, 'x'},
		"a continuation of nothing":   {0x80, 0x80, 0, 0, 0, 0},
		"a fragmented ping":           {0x09, 0x80, 0, 0, 0, 0},
		"a ping of 126 bytes":         append([]byte{0x89, 0xfe, 0, 126, 0, 0, 0, 0}, make([]byte, 126)...),
		"a close of one byte":         {0x88, 0x81, 0, 0, 0, 0, 3},
		"a length above 2^62":         huge,
		"deflated though not offered": {0xc1, 0x81, 0, 0, 0, 0, 0},
		"half a header and an end":    {0x81},
	}
}

func TestMalformedFramesEndTheConnection(t *testing.T) {
	for name, frame := range malformed() {
		t.Run(name, func(t *testing.T) {
			url, accepted := serve(t, options())
			client, server := dial(t, url, accepted, websocket.Dialer{})
			_, err := client.NetConn().Write(frame)
			require.NoError(t, err)
			// A length that is a lie is noticed when the client has nothing more to send.
			require.NoError(t, client.NetConn().(*net.TCPConn).CloseWrite())
			require.Error(t, server.Receive(quiet))
		})
	}
}

func FuzzReceive(f *testing.F) {
	for _, frame := range malformed() {
		f.Add(frame)
	}
	f.Add([]byte{0x81, 0x82, 0, 0, 0, 0, 'h', 'i', 0x88, 0x82, 0, 0, 0, 0, 3, 0xe9})
	a := NewAcceptor(options(), func(w http.ResponseWriter, status int, reason string) { http.Error(w, reason, status) })
	f.Fuzz(func(t *testing.T, sent []byte) {
		near, far := net.Pipe()
		defer far.Close()
		go func() {
			_, _ = far.Write(sent)
			_ = far.Close()
		}()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Connection", "upgrade")
		r.Header.Set("Upgrade", "websocket")
		r.Header.Set("Sec-Websocket-Version", "13")
		r.Header.Set("Sec-Websocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
		c, err := a.Accept(&hijackable{ResponseRecorder: httptest.NewRecorder(), conn: &deaf{Conn: near}}, r)
		require.NoError(t, err)
		defer c.Kill()
		require.Error(t, c.Receive(quiet))
	})
}

// TestAConnectionIsSmall holds what there is for each connection to the size class of Go's allocator that it is in.
func TestAConnectionIsSmall(t *testing.T) {
	assert.LessOrEqual(t, unsafe.Sizeof(Conn{}), uintptr(288))
}
