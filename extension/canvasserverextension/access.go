package canvasserverextension

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/extension/extensionauth"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/wsconn"
)

// access applies authentication route by route: the page's shell must be public, because a browser sends no token when it
// navigates, so the listener as a whole cannot be protected.
type access struct {
	viewers extensionauth.Server // of everything below /api and /ws; nil: everybody
	binders extensionauth.Server // of PUT; nil: the viewers
	// keepHeaders: connections are looked at again, by an authenticator or for rights.
	keepHeaders bool
	// every is how often.
	every time.Duration
}

func newAccess(ctx context.Context, c *Config, extensions map[component.ID]component.Component) (*access, error) {
	a := &access{keepHeaders: c.HTTP.Auth.HasValue() || c.ForwardAuth.enabled(), every: c.AuthInterval}
	var err error
	if c.HTTP.Auth.HasValue() {
		if a.viewers, err = authenticator(ctx, "http::auth", c.HTTP.Auth.Get().Config, extensions); err != nil {
			return nil, err
		}
	}
	if c.Bind.Auth.HasValue() {
		if a.binders, err = authenticator(ctx, "bind::auth", *c.Bind.Auth.Get(), extensions); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func authenticator(ctx context.Context, key string, c configauth.Config, extensions map[component.ID]component.Component) (extensionauth.Server, error) {
	s, err := c.GetServerAuthenticator(ctx, extensions)
	if err != nil {
		return nil, fmt.Errorf("%s: find authenticator %q: %w; list it under service::extensions", key, c.AuthenticatorID, err)
	}
	return s, nil
}

// who asks for a route.
type who int

const (
	everybody who = iota
	viewers
	binders
	introduced // viewers, who may say who they are later
)

func (a *access) server(w who) extensionauth.Server {
	switch {
	case w == everybody:
		return nil
	case w == binders && a.binders != nil:
		return a.binders
	}
	return a.viewers
}

// allow answers 401 and returns nil unless the request may go on; then it returns the request with what the authenticator
// found out.
func (a *access) allow(w http.ResponseWriter, r *http.Request, asking who) *http.Request {
	s := a.server(asking)
	if s == nil {
		return r
	}
	ctx, err := s.Authenticate(r.Context(), r.Header)
	if err == nil {
		return r.WithContext(ctx)
	}
	// The authenticator's own words are not passed on: they may hold what was sent.
	if asking == introduced && r.Header.Get("Authorization") == "" && wsconn.IsUpgrade(r) {
		return r.WithContext(context.WithValue(r.Context(), stranger{}, true))
	}
	if r.Header.Get("Authorization") == "" {
		writeUnauthorized(w, codeMissingToken, "Missing bearer token")
	} else {
		writeUnauthorized(w, codeInvalidToken, "Invalid bearer token")
	}
	return nil
}

// stranger marks a request that nobody has authenticated yet.
type stranger struct{}

func isStranger(r *http.Request) bool { return r.Context().Value(stranger{}) != nil }

// principal names whom limits count a request to: the token where there is authentication, else the address.
func (a *access) principal(h http.Header, address string) string {
	if token := h.Get("Authorization"); a.viewers != nil && token != "" {
		sum := sha256.Sum256([]byte(token))
		return "token " + hex.EncodeToString(sum[:8])
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	return "address " + host
}
