package backend

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httputil"
	"strings"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/wsconn"
)

// Workflow opens Orcheo's own WebSocket, over which it runs a workflow and tells how it goes, for a viewer's request, with the viewer's
// credentials and subprotocols. protocol is what the backend has chosen of them.
func (b *Backend) Workflow(ctx context.Context, d wsconn.Dialer, r *http.Request) (p *wsconn.Peer, protocol string, _ *Failure) {
	out := &httputil.ProxyRequest{In: r, Out: r.Clone(ctx)}
	b.rewrite(out)
	header := http.Header{}
	for name, values := range out.Out.Header {
		if !strings.HasPrefix(name, "Sec-Websocket-") && !ofOneConnection[name] {
			header[name] = values
		}
	}
	address := *out.Out.URL
	address.Scheme = strings.Replace(address.Scheme, "http", "ws", 1)
	p, protocol, status, err := d.Dial(ctx, address.String(), header, offered(r.Header), wsconn.PeerOptions{MaxMessage: b.config.MaxResponse, WriteTimeout: b.config.Timeout})
	switch {
	case err == nil:
		b.report(KindProxy, ResultAnswered)
		return p, protocol, nil
	case status >= http.StatusBadRequest:
		result := resultOf(status)
		b.report(KindProxy, result)
		return nil, "", &Failure{Status: status, Result: result, Cause: err, Detail: fmt.Sprintf("the Orcheo backend refuses the WebSocket with status %d", status)}
	}
	f := failureOf(err, b.config.Timeout)
	b.report(KindProxy, f.Result)
	return nil, "", f
}

var ofOneConnection = map[string]bool{
	"Connection": true, "Upgrade": true, "Keep-Alive": true, "Te": true, "Trailer": true, "Transfer-Encoding": true, "Accept-Encoding": true, "Content-Length": true,
}

// offered are the subprotocols that a request offers. The token is not among them any more: it is in Authorization.
func offered(h http.Header) []string {
	return strings.FieldsFunc(strings.Join(h.Values("Sec-Websocket-Protocol"), ","), func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
}

// Update is what a trace:update of the backend says of where it belongs.
type Update struct {
	Execution string `json:"execution_id"`
	Trace     string `json:"trace_id"`
}

var updateMark = []byte("trace:update")

// UpdateOf reads a message if it is the backend's trace:update.
func UpdateOf(m wsconn.Message) (u Update, ok bool) {
	if m.Binary || !bytes.Contains(m.Data, updateMark) {
		return u, false
	}
	var said struct {
		Type string `json:"type"`
		Update
	}
	if json.Unmarshal(m.Data, &said) != nil || said.Type != "trace:update" || said.Execution == "" {
		return u, false
	}
	return said.Update, true
}
