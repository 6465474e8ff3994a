package wsconn

import (
	"bytes"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPutMessagesArriveWhole(t *testing.T) {
	url, accepted := serve(t, options())
	client, server := dial(t, url, accepted, websocket.Dialer{})
	for _, size := range []int{0, 1, 125, 126, 127, 1000, 0xffff, 0x10000, 100_000} {
		text := bytes.Repeat([]byte{'a'}, size)
		require.True(t, server.BeginPrompt())
		server.Put(Prepare(text))
		server.EndPrompt()
		require.NoError(t, server.Finish())
		kind, got, err := client.ReadMessage()
		require.NoError(t, err)
		assert.Equal(t, websocket.TextMessage, kind)
		assert.Equal(t, text, got, "%d bytes", size)
	}
}

// TestWhatCouldNotBePutComesFirst: more is put than the socket takes, while nobody reads; then everything arrives in order,
// with what was written afterwards behind it.
func TestWhatCouldNotBePutComesFirst(t *testing.T) {
	url, accepted := serve(t, options())
	client, server := dial(t, url, accepted, websocket.Dialer{})
	big := bytes.Repeat([]byte{'b'}, 32<<20)
	require.True(t, server.BeginPrompt())
	server.Put(Prepare(big))
	server.Put(Prepare([]byte("second")))
	require.True(t, server.EndPrompt(), "no socket takes 32 MiB at once")
	assert.False(t, server.BeginPrompt(), "nothing can be put before the rest is gone")
	written := make(chan error, 1)
	go func() { written <- server.Write([]byte("third")) }()
	for _, want := range [][]byte{big, []byte("second"), []byte("third")} {
		_, got, err := client.ReadMessage()
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, got), "%d bytes, want %d", len(got), len(want))
	}
	require.NoError(t, <-written)
	assert.True(t, server.BeginPrompt())
	server.EndPrompt()
}

func TestNothingIsPutOnACompressedConnection(t *testing.T) {
	o := options()
	o.Compression = true
	url, accepted := serve(t, o)
	_, server := dial(t, url, accepted, websocket.Dialer{EnableCompression: true})
	assert.False(t, server.BeginPrompt())
}

func TestAPreparedMessageIsCompressedWhereThatWasAgreedOn(t *testing.T) {
	for _, compression := range []bool{false, true} {
		o := options()
		o.Compression = compression
		url, accepted := serve(t, o)
		client, server := dial(t, url, accepted, websocket.Dialer{EnableCompression: compression})
		text := bytes.Repeat([]byte("again "), 1000)
		require.NoError(t, server.WritePrepared(Prepare(text)))
		_, got, err := client.ReadMessage()
		require.NoError(t, err)
		assert.Equal(t, text, got)
	}
}

func TestPuttingToAClosedConnectionIsToldToWhoeverWrites(t *testing.T) {
	url, accepted := serve(t, options())
	_, server := dial(t, url, accepted, websocket.Dialer{})
	server.Kill()
	require.True(t, server.BeginPrompt())
	server.Put(Prepare([]byte("too late")))
	require.True(t, server.EndPrompt())
	require.ErrorIs(t, server.Finish(), ErrClosed)
}
