package canvasrouterextension

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.uber.org/zap"

	"github.com/orcheo/otelcol-canvas/extension/canvasrouterextension/internal/metadata"
)

// soon is more than anything takes here that does not hang.
const soon = 20 * time.Second

func within(t *testing.T, happened <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-happened:
	case <-time.After(soon):
		require.Fail(t, what)
	}
}

func TestAViewerWhoTakesNothingIsLetGo(t *testing.T) {
	for _, path := range []string{"/api/executions/run-1/events", "/api/executions/run-1/trace/otlp"} {
		t.Run(path, func(t *testing.T) {
			over := make(chan struct{})
			collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != path {
					fmt.Fprint(w, `{"execution":{"span_count":1}}`)
					return
				}
				defer close(over)
				for r.Context().Err() == nil {
					if _, err := w.Write(make([]byte, 64<<10)); err != nil {
						return
					}
				}
			}))
			defer collector.Close()
			defer collector.CloseClientConnections()
			c := createDefaultConfig().(*Config)
			c.Collectors = []string{collector.URL}
			x, err := newRouter(c, nil, zap.NewNop())
			require.NoError(t, err)
			x.patience = 100 * time.Millisecond
			router := httptest.NewServer(x.routes())
			defer router.Close()
			defer router.CloseClientConnections()
			defer x.close()
			viewer, err := net.Dial("tcp", router.Listener.Addr().String())
			require.NoError(t, err)
			defer viewer.Close()
			_, err = fmt.Fprintf(viewer, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path)
			require.NoError(t, err)
			within(t, over, "the collector's stream is held for a viewer who takes nothing of it")
		})
	}
}

func TestAStoppedRouterEndsTheWebSocketsOfWorkflows(t *testing.T) {
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/ws/workflow/w-1" {
			return
		}
		conn, err := (&websocket.Upgrader{Subprotocols: []string{"orcheo-auth"}}).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		kind, text, err := conn.ReadMessage()
		_ = conn.WriteMessage(kind, text)
		for err == nil {
			_, _, err = conn.ReadMessage()
		}
	}))
	defer collector.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	c := createDefaultConfig().(*Config)
	c.HTTP.NetAddr.Endpoint, c.Collectors = listener.Addr().String(), []string{collector.URL}
	x, err := NewFactory().Create(t.Context(), extensiontest.NewNopSettings(metadata.Type), c)
	require.NoError(t, err)
	require.NoError(t, x.Start(t.Context(), componenttest.NewNopHost()))
	viewer, resp, err := (&websocket.Dialer{Subprotocols: []string{"orcheo-auth"}}).Dial("ws://"+c.HTTP.NetAddr.Endpoint+"/ws/workflow/w-1", nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	defer viewer.Close()
	assert.Equal(t, "orcheo-auth", viewer.Subprotocol())
	large := strings.Repeat("x", 4<<20)
	require.NoError(t, viewer.WriteMessage(websocket.TextMessage, []byte(large)))
	_, text, err := viewer.ReadMessage()
	require.NoError(t, err)
	assert.Len(t, text, len(large))

	require.NoError(t, x.Shutdown(context.Background()))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _, err = viewer.ReadMessage()
	}()
	within(t, ended, "the WebSocket outlives the router")
	assert.True(t, websocket.IsCloseError(err, websocket.CloseGoingAway), "%v", err)
}

func TestACollectorThatHangsHoldsUpNoPage(t *testing.T) {
	hangs := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer hangs.Close()
	b := startStandIn(t, "b")
	c := createDefaultConfig().(*Config)
	c.Collectors, c.Timeout = []string{hangs.URL, b.URL}, time.Hour
	x, err := newRouter(c, nil, zap.NewNop())
	require.NoError(t, err)
	router := httptest.NewServer(x.routes())
	defer router.Close()
	defer x.close()
	defer hangs.CloseClientConnections()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, router.URL+"/assets/page.js", http.NoBody)
	require.NoError(t, err)
	resp, err := router.Client().Do(r)
	require.NoError(t, err, "the page waits for a collector that hangs")
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Equal(t, "/assets/page.js of b", string(body))
}

func TestWhatAViewerSaysOfProxiesIsNotHandedOn(t *testing.T) {
	a := startStandIn(t, "a")
	a.hold("run-1", 1)
	a.rows = `[]`
	address := startRouter(t, a.URL)
	for _, path := range []string{"/api/executions/run-1/trace", "/api/executions", "/api/info"} {
		get(t, "http://"+address+path, append(authorized,
			"X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https", "Forwarded", "for=203.0.113.9", "X-Real-Ip", "203.0.113.9",
			"Proxy-Authorization", "Basic eA==", "Connection", "X-Hop", "X-Hop", "1")...)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	require.NotEmpty(t, a.asked)
	for _, r := range a.asked {
		assert.Equal(t, "127.0.0.1", r.Header.Get("X-Forwarded-For"), r.URL.Path)
		assert.Equal(t, "http", r.Header.Get("X-Forwarded-Proto"), r.URL.Path)
		for _, name := range []string{"Forwarded", "X-Real-Ip", "Proxy-Authorization", "X-Hop"} {
			assert.Empty(t, r.Header.Get(name), "%s of %s", name, r.URL.Path)
		}
	}
}
