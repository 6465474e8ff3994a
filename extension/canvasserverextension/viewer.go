package canvasserverextension

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/collector/client"
)

// viewer is who is connected: whom limits count them to, and what they showed to be let in, so that it can be looked at
// again while they stay.
type viewer struct {
	principal string
	header    http.Header     // nil where nobody is asked who they are
	ctx       context.Context // with the client's address, as authenticators expect it
}

// errUnauthenticated ends a connection whose credentials are no longer good.
var errUnauthenticated = errors.New("the credentials are not valid any more")

// authTimeout bounds one look at a viewer's credentials.
const authTimeout = 5 * time.Second

// maxKeptHeader bounds what a connection may have kept of its request, in bytes.
const maxKeptHeader = 32 << 10

func headerBytes(h http.Header) (n int) {
	for name, values := range h {
		for _, v := range values {
			n += len(name) + len(v)
		}
	}
	return n
}

// viewer is who sent a request.
func (a *access) viewer(r *http.Request) *viewer {
	v := &viewer{principal: a.principal(r.Header, r.RemoteAddr)}
	if !a.keepHeaders {
		return v
	}
	v.header = r.Header.Clone()
	for name := range v.header {
		if strings.HasPrefix(name, "Sec-") || strings.HasPrefix(name, "Accept") {
			delete(v.header, name) // a connection may stay for days, and these say nothing of who it is
		}
	}
	v.ctx = client.NewContext(context.Background(), client.FromContext(r.Context()))
	return v
}

// with is the same viewer with another token.
func (a *access) with(v *viewer, token string) *viewer {
	if token == "" {
		return v
	}
	renewed := &viewer{ctx: v.ctx, header: v.header.Clone(), principal: v.principal}
	if renewed.header == nil {
		return v // nobody asks for it
	}
	renewed.header.Set("Authorization", "Bearer "+token)
	if a.viewers != nil {
		renewed.principal = a.principal(renewed.header, "")
	}
	return renewed
}

// good says whether a viewer's credentials are valid now.
func (a *access) good(v *viewer) bool {
	if a.viewers == nil {
		return true
	}
	_, err := a.authenticate(v)
	return err == nil
}

// introduce is good, for a viewer that nobody else has yet: what the authenticator finds out is kept.
func (a *access) introduce(v *viewer) bool {
	if a.viewers == nil {
		return true
	}
	found, err := a.authenticate(v)
	if err == nil {
		v.ctx = client.NewContext(context.Background(), found)
	}
	return err == nil
}

func (a *access) authenticate(v *viewer) (client.Info, error) {
	ctx, cancel := context.WithTimeout(v.ctx, authTimeout)
	defer cancel()
	ctx, err := a.viewers.Authenticate(ctx, v.header)
	if err != nil {
		return client.Info{}, err
	}
	return client.FromContext(ctx), nil
}

// isToken says whether a text can stand in an Authorization header.
func isToken(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return true
}
