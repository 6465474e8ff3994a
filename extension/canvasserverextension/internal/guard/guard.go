package guard

import "net/http"

// Refusal says why the guard turned a request away.
type Refusal string

// The reasons of a refusal.
const (
	RefusedHost   Refusal = "host"
	RefusedOrigin Refusal = "origin"
)

// Guard is the outermost handler.
type Guard struct {
	Hosts      Hosts
	Origins    Origins
	QueryToken bool                   // lift access_token from the query
	Open       func(path string) bool // paths that everybody may ask under any name, such as a health check
	// Public are paths of files that hold nothing of anybody. Browsers name an origin when they ask for a script of the page,
	// which behind a proxy that sends another Host is not the origin of the server.
	Public func(path string) bool
	Refuse func(w http.ResponseWriter, r *http.Request, why Refusal)
	Next   http.Handler
}

// ServeHTTP implements http.Handler.
func (g *Guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	LiftToken(r, g.QueryToken)
	if g.Open(r.URL.Path) {
		g.Next.ServeHTTP(w, r)
		return
	}
	if !g.Hosts.Allows(r.Host) {
		g.Refuse(w, r, RefusedHost)
		return
	}
	// A preflight asks whether an origin is allowed: CORS answers that itself.
	if r.Method != http.MethodOptions && !g.Public(r.URL.Path) && !g.Origins.Allow(r) {
		g.Refuse(w, r, RefusedOrigin)
		return
	}
	g.Next.ServeHTTP(w, r)
}
