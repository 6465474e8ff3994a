package canvasrouterextension

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/extension/extensiontest"

	"github.com/orcheo/otelcol-canvas/extension/canvasrouterextension/internal/metadata"
)

// standIn is a collector's server as far as the router looks at it.
type standIn struct {
	*httptest.Server
	name string

	mu    sync.Mutex
	holds map[string]int // spans, by execution
	asked []*http.Request
	rows  string
}

const token = "viewers-token"

func startStandIn(t *testing.T, name string) *standIn {
	s := &standIn{name: name, holds: map[string]int{}}
	mux := http.NewServeMux()
	allowed := func(h http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			s.mu.Lock()
			s.asked = append(s.asked, r)
			s.mu.Unlock()
			if r.Header.Get("Authorization") != "Bearer "+token && !strings.Contains(r.Header.Get("Sec-Websocket-Protocol"), "bearer."+token) {
				writeDetail(w, http.StatusUnauthorized, "Missing bearer token")
				return
			}
			w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
			h(w, r)
		}
	}
	mux.HandleFunc("/api/executions/{id}/trace", allowed(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"execution":{"span_count":%d},"at":%q}`, s.spans(r.PathValue("id")), s.name)
	}))
	mux.HandleFunc("/ws/executions/{id}", allowed(func(w http.ResponseWriter, r *http.Request) {
		conn, err := (&websocket.Upgrader{Subprotocols: []string{"orcheo-auth"}, CheckOrigin: func(*http.Request) bool { return true }}).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		_ = conn.WriteMessage(websocket.TextMessage, []byte(s.name))
		if _, _, err = conn.ReadMessage(); err == nil {
			_ = conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(4000, "as you like"))
		}
	}))
	mux.HandleFunc("/api/executions/{id}/events", allowed(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s after %s\n", s.name, r.Header.Get("Last-Event-ID"))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	mux.HandleFunc("/api/executions", allowed(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, s.rows) }))
	mux.HandleFunc("PUT /api/executions/{id}/traces/{trace}", allowed(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	mux.HandleFunc("/api/info", allowed(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"features":{"multiplexed":true,"events":true},"version":"1"}`)
	}))
	mux.HandleFunc("/healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "%s of %s", r.URL.Path, s.name) })
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *standIn) spans(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.holds[id]
}

func (s *standIn) hold(id string, spans int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holds[id] = spans
}

// startRouter starts the extension in front of collectors, and returns its address.
func startRouter(t *testing.T, collectors ...string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	c := createDefaultConfig().(*Config)
	c.HTTP.NetAddr.Endpoint = address
	c.Collectors = collectors
	c.LookInterval = 10 * time.Millisecond
	require.NoError(t, c.Validate())
	x, err := NewFactory().Create(t.Context(), extensiontest.NewNopSettings(metadata.Type), c)
	require.NoError(t, err)
	require.NoError(t, x.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, x.Shutdown(context.Background())) })
	return address
}

func get(t *testing.T, url string, header ...string) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(body), resp.Header
}

var authorized = []string{"Authorization", "Bearer " + token}

func TestAnExecutionIsAskedForWhereItIs(t *testing.T) {
	a, b := startStandIn(t, "a"), startStandIn(t, "b")
	a.hold("run-1", 2)
	b.hold("run/2", 3)
	b.hold("moved", 5)
	a.hold("moved", 1)
	address := startRouter(t, a.URL, b.URL)
	for id, want := range map[string]string{"run-1": "a", "run%2F2": "b", "moved": "b", "nowhere": "a"} {
		status, body, _ := get(t, "http://"+address+"/api/executions/"+id+"/trace", authorized...)
		assert.Equal(t, http.StatusOK, status)
		assert.Contains(t, body, `"at":"`+want+`"`, id)
	}
}

func TestTheCollectorsDecideWhoIsLetIn(t *testing.T) {
	a := startStandIn(t, "a")
	address := startRouter(t, a.URL)
	for _, path := range []string{"/api/executions/run-1/trace", "/api/executions", "/api/info"} {
		status, body, _ := get(t, "http://"+address+path)
		assert.Equal(t, http.StatusUnauthorized, status, path)
		assert.Contains(t, body, "Missing bearer token")
	}
	_, _, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+address+"/ws/executions/run-1", nil)
	require.ErrorIs(t, err, websocket.ErrBadHandshake)
}

func TestTheCollectorsSeeTheAddressThatTheViewerAskedFor(t *testing.T) {
	a := startStandIn(t, "a")
	address := startRouter(t, a.URL)
	_, _, header := get(t, "http://"+address+"/api/executions", append(authorized, "Origin", "https://canvas.example.com")...)
	for _, r := range a.asked {
		assert.Equal(t, address, r.Host)
		assert.Equal(t, "https://canvas.example.com", r.Header.Get("Origin"))
	}
	assert.Equal(t, "https://canvas.example.com", header.Get("Access-Control-Allow-Origin"), "a list that is put together may be read where its parts may")
}

func watchSocket(t *testing.T, address string, protocols ...string) *websocket.Conn {
	t.Helper()
	dialer := websocket.Dialer{Subprotocols: append(protocols, "bearer."+token)} // as a browser does
	conn, resp, err := dialer.DialContext(t.Context(), "ws://"+address+"/ws/executions/run-1?cursor=c.1", nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func nextText(t *testing.T, conn *websocket.Conn) string {
	t.Helper()
	_, text, err := conn.ReadMessage()
	require.NoError(t, err)
	return string(text)
}

func TestAViewerWhoWaitsIsTakenToWhereTheExecutionBegins(t *testing.T) {
	a, b := startStandIn(t, "a"), startStandIn(t, "b")
	address := startRouter(t, a.URL, b.URL)
	conn := watchSocket(t, address, "orcheo-auth")
	assert.Equal(t, "orcheo-auth", conn.Subprotocol())
	assert.Equal(t, "a", nextText(t, conn))
	b.hold("run-1", 1)
	assert.Equal(t, "b", nextText(t, conn), "on the same WebSocket")
	assert.Equal(t, "b", nextText(t, watchSocket(t, address, "orcheo-auth")))

	stream, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/api/executions/run-2/events", http.NoBody)
	require.NoError(t, err)
	stream.Header.Set("Authorization", "Bearer "+token)
	stream.Header.Set("Last-Event-ID", "c.7")
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(stream)
	require.NoError(t, err)
	defer resp.Body.Close()
	events := bufio.NewScanner(resp.Body)
	require.True(t, events.Scan())
	assert.Equal(t, "a after c.7", events.Text())
	b.hold("run-2", 1)
	require.True(t, events.Scan())
	assert.Equal(t, "b after ", events.Text(), "on the same stream, from the beginning")
}

func TestAViewerWhoWaitsAtTheRightPlaceStays(t *testing.T) {
	a, b := startStandIn(t, "a"), startStandIn(t, "b")
	x := &router{config: &Config{Timeout: time.Minute, LookInterval: time.Millisecond}}
	for _, s := range []*standIn{a, b} {
		address, err := parseAddress(s.URL)
		require.NoError(t, err)
		x.collectors = append(x.collectors, newCollector(address, s.Client().Transport))
	}
	r := httptest.NewRequest(http.MethodGet, "/ws/executions/run-1", http.NoBody)
	r.Header.Set("Authorization", "Bearer "+token)
	a.hold("run-1", 1)
	to := make(chan *collector, 1)
	x.look(t.Context(), r, watched{id: "run-1", at: x.collectors[0]}, to) // it returns: there is no more to look for
	assert.Empty(t, to)
}

func TestACodeOfTheCollectorReachesTheViewer(t *testing.T) {
	a := startStandIn(t, "a")
	conn := watchSocket(t, startRouter(t, a.URL))
	assert.Equal(t, "a", nextText(t, conn))
	require.NoError(t, conn.WriteMessage(websocket.TextMessage, []byte("bye")))
	_, _, err := conn.ReadMessage()
	require.ErrorContains(t, err, "close 4000")
}

func TestPingsGoThrough(t *testing.T) {
	a := startStandIn(t, "a")
	conn := watchSocket(t, startRouter(t, a.URL))
	answered := make(chan string, 1)
	conn.SetPongHandler(func(data string) error { answered <- data; return nil })
	assert.Equal(t, "a", nextText(t, conn))
	require.NoError(t, conn.WriteControl(websocket.PingMessage, []byte("are you there"), time.Now().Add(time.Minute)))
	go func() { _, _, _ = conn.ReadMessage() }()
	assert.Equal(t, "are you there", <-answered, "by the collector")
}

func TestAListIsOfAllCollectorsNewestFirst(t *testing.T) {
	a, b := startStandIn(t, "a"), startStandIn(t, "b")
	a.rows = `{"executions":[{"id":"4","last_activity_at":"2026-01-01T00:00:04Z"},{"id":"1","last_activity_at":"2026-01-01T00:00:01.5Z"}],"page_info":{"has_next_page":false}}`
	b.rows = `{"executions":[{"id":"3","last_activity_at":"2026-01-01T00:00:03.25Z"},{"id":"2","last_activity_at":"2026-01-01T00:00:02Z"},{"id":"?"}],"page_info":{"has_next_page":false}}`
	list := func(address, query string) (ids string, atEnd, incomplete bool) {
		status, body, _ := get(t, "http://"+address+"/api/executions"+query, authorized...)
		require.Equal(t, http.StatusOK, status)
		var page struct {
			Executions []struct{ ID string }
			PageInfo   struct {
				AtEnd bool `json:"at_end"`
			} `json:"page_info"`
			Incomplete bool
		}
		require.NoError(t, json.Unmarshal([]byte(body), &page), body)
		for _, e := range page.Executions {
			ids += e.ID
		}
		return ids, page.PageInfo.AtEnd, page.Incomplete
	}
	address := startRouter(t, a.URL, b.URL)
	ids, atEnd, incomplete := list(address, "")
	assert.Equal(t, "4321?", ids)
	assert.True(t, atEnd)
	assert.False(t, incomplete)

	ids, atEnd, _ = list(address, "?limit=2")
	assert.Equal(t, "43", ids)
	assert.False(t, atEnd)

	b.Close()
	ids, _, incomplete = list(address, "")
	assert.Equal(t, "41", ids)
	assert.True(t, incomplete, "it says that a collector did not answer")
}

func TestWhatAllCollectorsHaveAlikeComesFromOneThatAnswers(t *testing.T) {
	a, b := startStandIn(t, "a"), startStandIn(t, "b")
	address := startRouter(t, a.URL, b.URL)
	a.Close()
	_, body, _ := get(t, "http://"+address+"/executions/run-1")
	assert.Equal(t, "/executions/run-1 of b", body)
	_, body, _ = get(t, "http://"+address+"/api/info", authorized...)
	assert.JSONEq(t, `{"features":{"multiplexed":false,"events":true},"version":"1"}`, body)
	b.Close()
	status, body, _ := get(t, "http://"+address+"/api/executions/run-1/trace", authorized...)
	assert.Equal(t, http.StatusBadGateway, status)
	assert.NotContains(t, body, "127.0.0.1")
	status, _, _ = get(t, "http://"+address+"/healthz")
	assert.Equal(t, http.StatusOK, status)
	status, _, _ = get(t, "http://"+address+"/ws")
	assert.Equal(t, http.StatusNotFound, status, "clients go on with server-sent events")
}

func TestWhichTraceAnExecutionHasIsToldToAll(t *testing.T) {
	a, b := startStandIn(t, "a"), startStandIn(t, "b")
	address := startRouter(t, a.URL, b.URL)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://"+address+"/api/executions/run-1/traces/0123", http.NoBody)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, http.StatusNoContent, resp.StatusCode)
	for _, s := range []*standIn{a, b} {
		require.Len(t, s.asked, 1)
		assert.Equal(t, http.MethodPut, s.asked[0].Method)
	}
}

// A collector that takes requests and answers none costs a viewer no more than a moment, and is not passed over in silence.
func TestACollectorThatHangs(t *testing.T) {
	holder := startStandIn(t, "holder")
	holder.hold("run-1", 3)
	hang := make(chan struct{})
	hung := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	t.Cleanup(func() {
		close(hang)
		hung.Close()
	})
	address := startRouter(t, hung.URL, holder.URL)
	began := time.Now()
	status, body, _ := get(t, "http://"+address+"/api/executions/run-1/trace", authorized...)
	assert.Equal(t, http.StatusOK, status)
	assert.JSONEq(t, `{"execution":{"span_count":3},"at":"holder"}`, body)
	assert.Less(t, time.Since(began), createDefaultConfig().(*Config).Timeout, "nobody waits for the one that hangs")

	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://"+address+"/api/executions/run-1/traces/0123", http.NoBody)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	assert.Equal(t, http.StatusBadGateway, resp.StatusCode)
	said, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Contains(t, string(said), "1 of 2 collectors do not answer")
}

func TestWhatIsWrongWithAConfigurationIsToldAtOnce(t *testing.T) {
	c := createDefaultConfig().(*Config)
	c.Collectors = []string{"collector-0:8090", "http://user:s3cret@collector-1:8090"}
	c.Timeout = 0
	err := c.Validate()
	require.ErrorContains(t, err, "is no URL")
	require.ErrorContains(t, err, "has a user")
	require.ErrorContains(t, err, "timeout and look_interval")
	assert.NotContains(t, err.Error(), "s3cret")
	c.Collectors = nil
	require.ErrorContains(t, c.Validate(), "collectors has 0 addresses")
}
