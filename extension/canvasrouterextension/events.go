package canvasrouterextension

import (
	"context"
	"errors"
	"io"
	"net/http"
)

// events passes an event stream on. A viewer who waits stays on it when the execution begins at another collector: the one that was
// asked first has shown no span, so the other's events are the beginning.
func (x *router) events(w http.ResponseWriter, r *http.Request, at watched) {
	q := question{method: http.MethodGet, path: r.URL.EscapedPath(), query: r.URL.RawQuery, after: r.Header.Get("Last-Event-Id")}
	resp, err := x.stream(w, r, at, q, true)
	for ; err == nil && resp != nil; resp, err = x.stream(w, r, at, q, false) {
		at, q.after = watched{id: at.id, at: resp, held: true}, ""
	}
}

// stream passes on what one collector streams, until that ends, or another one has the execution: then it is returned. first: the
// viewer has nothing of the answer yet.
func (x *router) stream(w http.ResponseWriter, r *http.Request, at watched, q question, first bool) (next *collector, _ error) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	resp, err := at.at.ask(ctx, r, q)
	if err != nil {
		if first {
			writeDetail(w, http.StatusBadGateway, "the collector that is asked for this does not answer")
		}
		return nil, err
	}
	defer resp.Body.Close()
	if first {
		answer{header: resp.Header}.head(w)
		w.WriteHeader(resp.StatusCode)
	}
	if resp.StatusCode != http.StatusOK {
		if first {
			_, err = io.Copy(w, io.LimitReader(resp.Body, maxAnswer))
		}
		return nil, errors.Join(err, errRefused)
	}
	ended := make(chan error, 1)
	go func() { ended <- copyAtOnce(w, resp.Body) }()
	select {
	case err = <-ended:
		return nil, err
	case next = <-x.moves(ctx, r, at):
	case <-x.stopped:
	}
	cancel()
	<-ended //nolint:errcheck // nobody else writes now
	return next, nil
}

var errRefused = errors.New("the collector refuses the stream")

// copyAtOnce passes each part on as it comes.
func copyAtOnce(w http.ResponseWriter, body io.Reader) error {
	control := http.NewResponseController(w)
	part := make([]byte, 32<<10)
	for {
		n, err := body.Read(part)
		if n > 0 {
			if _, bad := w.Write(part[:n]); bad != nil {
				return bad
			}
			if bad := control.Flush(); bad != nil {
				return bad
			}
		}
		if err != nil {
			return err
		}
	}
}
