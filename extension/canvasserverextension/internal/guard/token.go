package guard

import (
	"net/http"
	"net/url"
	"strings"
)

const (
	protocolHeader = "Sec-Websocket-Protocol"
	bearerPrefix   = "bearer."
	queryParameter = "access_token"
)

// LiftToken moves a browser's token to where authenticators look, the Authorization header, and deletes every other trace
// of it. A browser cannot set a header on a WebSocket; it offers the token as a subprotocol "bearer.<token>" instead, as
// Orcheo's Canvas does, or puts it into the query as access_token, which counts only where fromQuery says so. An
// Authorization header that is there already wins.
func LiftToken(r *http.Request, fromQuery bool) {
	offered := takeProtocolToken(r.Header)
	queried := takeQueryToken(r)
	dropTokenReferer(r.Header)
	if r.Header.Get("Authorization") != "" {
		return
	}
	token := offered
	if token == "" && fromQuery {
		token = queried
	}
	if token != "" && isVisible(token) {
		r.Header.Set("Authorization", "Bearer "+token)
	}
}

// takeProtocolToken removes the tokens among the offered subprotocols and returns the first. What stays is one header line,
// because net/http's Get sees the first line only.
func takeProtocolToken(h http.Header) (token string) {
	lines, ok := h[protocolHeader]
	if !ok {
		return ""
	}
	var rest []string
	for offer := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		offer = strings.TrimSpace(offer)
		switch {
		case len(offer) >= len(bearerPrefix) && strings.EqualFold(offer[:len(bearerPrefix)], bearerPrefix):
			if token == "" {
				token = offer[len(bearerPrefix):]
			}
		case offer != "":
			rest = append(rest, offer)
		}
	}
	if len(rest) == 0 {
		h.Del(protocolHeader)
		return token
	}
	h.Set(protocolHeader, strings.Join(rest, ", "))
	return token
}

// takeQueryToken removes access_token from the URL, however its name is escaped, and leaves the other parameters byte for
// byte as they were.
func takeQueryToken(r *http.Request) (token string) {
	if r.URL.RawQuery == "" {
		return ""
	}
	var rest []string
	found := false
	for part := range strings.SplitSeq(r.URL.RawQuery, "&") {
		name, value, _ := strings.Cut(part, "=")
		if !isTokenName(name) {
			rest = append(rest, part)
			continue
		}
		found = true
		if v, err := url.QueryUnescape(value); err == nil && token == "" {
			token = v
		}
	}
	if !found {
		return ""
	}
	r.URL.RawQuery = strings.Join(rest, "&")
	r.RequestURI = r.URL.RequestURI()
	return token
}

func isTokenName(escaped string) bool {
	name, err := url.QueryUnescape(escaped)
	return err == nil && strings.EqualFold(strings.TrimSpace(name), queryParameter)
}

// dropTokenReferer forgets where the browser came from if that address holds a token.
func dropTokenReferer(h http.Header) {
	u, err := url.Parse(h.Get("Referer"))
	if err != nil {
		h.Del("Referer")
		return
	}
	for part := range strings.SplitSeq(u.RawQuery+"&"+u.Fragment, "&") {
		if name, _, _ := strings.Cut(part, "="); isTokenName(name) {
			h.Del("Referer")
			return
		}
	}
}

func isVisible(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return true
}
