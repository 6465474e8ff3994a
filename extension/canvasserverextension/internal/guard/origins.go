package guard

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Origins is the exact list of web pages that may use the server from a browser, besides those it serves itself. CORS does
// not protect WebSockets, so they need this check.
type Origins struct{ allowed map[string]struct{} }

// ErrOrigin is returned for an entry that is not an origin.
var ErrOrigin = errors.New("not an origin: write scheme://host or scheme://host:port exactly as browsers send it, without a path or a wildcard, such as https://canvas.example.com")

// NewOrigins makes the list from its configured form.
func NewOrigins(entries []string) (Origins, error) {
	o := Origins{allowed: make(map[string]struct{}, len(entries))}
	for _, entry := range entries {
		if _, err := parseOrigin(entry); err != nil {
			return Origins{}, fmt.Errorf("%q: %w", entry, ErrOrigin)
		}
		o.allowed[strings.ToLower(entry)] = struct{}{}
	}
	return o, nil
}

// Allow says whether a request may pass: it names no origin (then no browser sent it for a page), or one of the list, or
// the server itself under the Host it asks for. Whether that Host is ours is for Hosts to say, first.
func (o Origins) Allow(r *http.Request) bool {
	values := r.Header.Values("Origin")
	switch len(values) {
	case 0:
		return true
	case 1:
	default:
		return false
	}
	origin := strings.ToLower(values[0])
	if _, ok := o.allowed[origin]; ok {
		return true
	}
	u, err := parseOrigin(origin)
	if err != nil {
		return false
	}
	// Behind a proxy that ends TLS the page is https while the request is not; the reverse is never right.
	if u.Scheme == "http" && r.TLS != nil {
		return false
	}
	return u.Host == strings.ToLower(r.Host)
}

func parseOrigin(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, ErrOrigin
	}
	name, _, ok := splitHost(u.Host)
	bare := url.URL{Scheme: u.Scheme, Host: u.Host}
	if !ok || name == "" || (u.Scheme != "http" && u.Scheme != "https") || bare.String() != s {
		return nil, ErrOrigin
	}
	return u, nil
}
