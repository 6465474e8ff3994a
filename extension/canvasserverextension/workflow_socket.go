package canvasserverextension

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/backend"
	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/wsconn"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// workflowDialer is how the backend's WebSockets are opened.
func workflowDialer(ctx context.Context, c *BackendConfig) (wsconn.Dialer, error) {
	tls, err := c.TLS.LoadTLSConfig(ctx)
	d := wsconn.Dialer{TLS: tls, Proxy: http.ProxyFromEnvironment, Timeout: c.Timeout}
	if proxy, bad := url.Parse(c.ProxyURL); c.ProxyURL != "" {
		d.Proxy, err = http.ProxyURL(proxy), errors.Join(err, bad)
	}
	return d, err
}

// workflowSocket answers GET /ws/workflow/{ref}: the backend's WebSocket, passed on. A client runs a workflow over it.
func (a *api) workflowSocket(w http.ResponseWriter, r *http.Request) *problem {
	if a.behind == nil || !a.config.Backend.WorkflowSocket {
		return notFound("Not Found")
	}
	if !wsconn.IsUpgrade(r) {
		return &problem{status: http.StatusUpgradeRequired, detail: "this is a WebSocket: connect with ws:// or wss://"}
	}
	if a.hub.isClosing() {
		return unavailable(reasonShutdown)
	}
	v := a.access.viewer(r)
	if bad := a.rights.toList(v, r.PathValue("ref")).confirm(r.Context()); bad != nil {
		return bad
	}
	leave, why, bad := a.admission.enter(r)
	if bad != nil {
		a.telemetry.rejected(why)
		return bad
	}
	far, protocol, failure := a.behind.Workflow(r.Context(), a.behind.dialer, r)
	if failure != nil {
		leave()
		return failed(failure)
	}
	near, err := a.acceptor.AcceptPeer(w, r, protocol, wsconn.PeerOptions{
		MaxMessage: a.config.Backend.MaxRequestBytes, ReadTimeout: a.config.ReadTimeout, WriteTimeout: a.config.WriteTimeout,
	})
	if err != nil { // answered
		far.Kill()
		leave()
		return nil
	}
	p := newPassage(a, v, near, far, leave)
	if !a.hub.start(p) {
		near.CloseWith(closeGoingAway, reasonShutdown)
		p.drop()
	}
	return nil
}

// bindUpdate notes which trace an execution has: the backend's word counts, as the resolver takes it.
func (a *api) bindUpdate(ctx context.Context, u backend.Update) {
	source, bad := a.source()
	var t tracestore.TraceID
	if bad == nil && len(u.Trace) == 32 && decodeHex(t[:], strings.ToLower(u.Trace)) {
		_ = source.Bind(ctx, u.Execution, t) // a trace that belongs to another stays there
	}
}

// passage is one WebSocket that is passed on. Everything goes on as it came, in its order, but the backend's trace:update: in its
// place go the frames of this server about the same execution.
type passage struct {
	api       *api
	viewer    *viewer
	near, far *wsconn.Peer // the client, the backend
	leave     func()

	ctx       context.Context
	cancel    context.CancelFunc
	listening sync.WaitGroup
	signal    chan struct{} // of all that is followed
	shown     shownList
	updates   int // of the backend's
}

func newPassage(a *api, v *viewer, near, far *wsconn.Peer, leave func()) *passage {
	p := &passage{api: a, viewer: v, near: near, far: far, leave: leave, signal: make(chan struct{}, 1), shown: shownList{}}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p
}

// drop gives back what the passage holds. Both sides have been closed.
func (p *passage) drop() {
	p.cancel()
	for _, s := range p.shown {
		s.end()
	}
	p.listening.Wait()
	p.kill()
	p.leave()
}

// kill implements member.
func (p *passage) kill() {
	p.near.Kill()
	p.far.Kill()
}

// wake implements member: it waits for more than its peer.
func (p *passage) wake() {
	select {
	case p.signal <- struct{}{}:
	default:
	}
}

// heard is what a side said, or why it ended.
type heard struct {
	message wsconn.Message
	err     error
}

// listen hands over what a side says, and what it says after the end it takes without a look.
func (p *passage) listen(side *wsconn.Peer) <-chan heard {
	into := make(chan heard)
	p.listening.Go(func() {
		for {
			m, err := side.Read()
			select {
			case into <- heard{m, err}:
			case <-p.ctx.Done():
			}
			if err != nil {
				return
			}
		}
	})
	return into
}

// run implements member.
func (p *passage) run() {
	p.api.telemetry.connections(transportWorkflow, 1)
	defer p.api.telemetry.connections(transportWorkflow, -1)
	defer p.drop()
	err := p.serve(p.api.hub.closing())
	why := endedClient
	switch c := closingOf(err); {
	case c != nil:
		why = c.why
		p.near.CloseWith(c.code, c.reason)
		p.far.CloseWith(closeGoingAway, "")
	case err != nil:
		p.kill()
	}
	p.api.telemetry.closed(why)
}

// serve passes on until a side ends, and has closed both then. It returns an error where this server ends it, or has to.
func (p *passage) serve(stop <-chan struct{}) (err error) {
	defer func() { err = recovered(p.api.logger, recover(), err) }()
	fromFar, fromNear := p.listen(p.far), p.listen(p.near)
	beat := time.NewTicker(p.api.config.PingInterval)
	defer beat.Stop()
	due := time.NewTimer(time.Hour)
	defer due.Stop()
	for err == nil {
		select {
		case h := <-fromFar:
			if h.err != nil {
				return p.end(h.err, p.far, p.near)
			}
			err = p.pass(h.message)
		case h := <-fromNear:
			if h.err != nil {
				return p.end(h.err, p.near, p.far)
			}
			err = p.far.Write(h.message)
		case <-p.signal:
			err = p.show(true)
		case <-due.C:
			err = p.show(false)
		case <-beat.C:
			err = p.near.Ping()
		case <-stop:
			if err = p.show(true); err == nil {
				err = errShutdown
			}
		}
		due.Reset(time.Until(p.due()))
	}
	return err
}

// end closes both sides as one was closed. The client gets what there is to be shown before.
func (p *passage) end(why error, ended, other *wsconn.Peer) error {
	if other == p.near {
		if err := p.flush(); err != nil {
			return err
		}
	}
	code, reason := wsconn.CloseOf(why)
	ended.CloseWith(code, reason)
	other.CloseWith(code, reason)
	return nil
}

// send implements outlet.
func (p *passage) send(o outgoing) error { return p.near.Write(wsconn.Message{Data: o.text}) }

// settle implements outlet.
func (p *passage) settle() error { return nil }

// keepAlive implements outlet: the passage has a beat of its own.
func (p *passage) keepAlive() error { return nil }
