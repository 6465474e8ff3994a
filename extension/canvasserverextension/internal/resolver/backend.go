package resolver

import (
	"context"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// maxAnswer is how much of an answer is read. The trace id stands in its first object, before the spans.
const maxAnswer = 1 << 20

// maxRedirects within the backend's own host.
const maxRedirects = 3

// ErrEndpoint is returned for an endpoint that is not a plain http or https URL.
var ErrEndpoint = errors.New("not the base URL of an Orcheo backend: write http:// or https://, host and port, without query, such as http://localhost:8000")

// HTTPBackend is an Orcheo backend, asked over its REST interface.
type HTTPBackend struct {
	base   string
	token  string
	client *http.Client
}

// ParseEndpoint checks the base URL of a backend.
func ParseEndpoint(endpoint string) (*url.URL, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("%q: %w", endpoint, ErrEndpoint)
	}
	return u, nil
}

// NewHTTPBackend returns the backend at a base URL. The token, if any, is sent to it and nowhere else. tls is
// for https; nil: as the system trusts.
func NewHTTPBackend(endpoint, token string, tls *tls.Config) (*HTTPBackend, error) {
	u, err := ParseEndpoint(endpoint)
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = tls
	return &HTTPBackend{
		base:  strings.TrimSuffix(u.String(), "/"),
		token: token,
		client: &http.Client{
			Transport: transport,
			CheckRedirect: func(to *http.Request, via []*http.Request) error {
				if len(via) > maxRedirects || to.URL.Host != via[0].URL.Host || to.URL.Scheme != via[0].URL.Scheme {
					return http.ErrUseLastResponse
				}
				return nil
			},
		},
	}, nil
}

// Close lets go of idle connections.
func (b *HTTPBackend) Close() { b.client.CloseIdleConnections() }

// Lookup implements Backend.
func (b *HTTPBackend) Lookup(ctx context.Context, execution string) (tracestore.TraceID, Result) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.base+"/api/executions/"+url.PathEscape(execution)+"/trace", http.NoBody)
	if err != nil {
		return tracestore.TraceID{}, Malformed
	}
	req.Header.Set("Accept", "application/json")
	if b.token != "" {
		req.Header.Set("Authorization", "Bearer "+b.token)
	}
	resp, err := b.client.Do(req)
	if err != nil {
		return tracestore.TraceID{}, Failed
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
		return readTraceID(resp.Body)
	case http.StatusNotFound:
		return tracestore.TraceID{}, Unknown
	case http.StatusUnauthorized, http.StatusForbidden:
		return tracestore.TraceID{}, Unauthorized
	}
	return tracestore.TraceID{}, Failed
}

// readTraceID reads {"execution": {"trace_id": …}, …} as far as it must.
func readTraceID(body io.Reader) (tracestore.TraceID, Result) {
	limited := &io.LimitedReader{R: body, N: maxAnswer}
	text, err := findTraceID(json.NewDecoder(limited))
	switch {
	case limited.N == 0:
		return tracestore.TraceID{}, TooLarge
	case err != nil:
		return tracestore.TraceID{}, Malformed
	case text == "":
		return tracestore.TraceID{}, Pending
	case len(text) == 16:
		return tracestore.TraceID{}, HistoryOnly
	}
	var id tracestore.TraceID
	if raw, err := hex.DecodeString(text); err != nil || copy(id[:], raw) != len(id) || len(raw) != len(id) || id.IsEmpty() {
		return tracestore.TraceID{}, Malformed
	}
	return id, Bound
}

var errShape = errors.New("no execution object in the answer")

func findTraceID(d *json.Decoder) (string, error) {
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return "", errShape
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return "", err
		}
		if key != "execution" {
			var skipped json.RawMessage
			if err := d.Decode(&skipped); err != nil {
				return "", err
			}
			continue
		}
		var execution *struct {
			TraceID string `json:"trace_id"`
		}
		if err := d.Decode(&execution); err != nil {
			return "", err
		}
		if execution == nil {
			return "", errShape
		}
		return execution.TraceID, nil
	}
	return "", errShape
}
