package environment

import (
	"net"
	"os"
	"strconv"
	"strings"
)

// The authenticators that a profile gets where a token is set.
const (
	viewersAuth = "bearertokenauth/viewers"
	viewersOIDC = "oidc/viewers"
	sendersAuth = "bearertokenauth/senders"
)

// token is a bearer token, or the file that holds it.
type token struct {
	variable    string // that set it; empty: there is none
	value, file string
}

// access says who may watch and who may send.
type access struct {
	viewers, senders token
	issuer           *issuer // nil: viewers have no account anywhere
	insecure         bool
	origins, hosts   []any
}

// readAccess reads who may watch and send. tokenNeeded: the profile does not start without authentication of viewers.
func (v *variables) readAccess(tokenNeeded bool, receivers []receiver, c certificates) access {
	a := access{
		viewers: v.token(AuthToken, AuthTokenFile), senders: v.token(IngestToken, IngestTokenFile),
		issuer: v.readIssuer(), origins: v.list(AllowedOrigins), hosts: v.list(AllowedHosts),
	}
	if a.issuer != nil && a.viewers.variable != "" {
		v.failf("%s and %s are both set, and a viewer can have one kind of token only: unset one", a.viewers.variable, OIDCIssuer)
	}
	a.insecure, _ = v.boolean(Insecure)
	if a.insecure {
		return a
	}
	if tokenNeeded && a.viewers.variable == "" && a.issuer == nil {
		v.failf("this profile serves traces to nobody without a token: set %s, or %s to a file that holds one, or %s for accounts of your own, or %s=true if something in front of it authenticates",
			AuthToken, AuthTokenFile, OIDCIssuer, Insecure)
	}
	for _, r := range receivers {
		if a.senders.variable == "" && c.clientCA == "" && !r.onLoopback() {
			v.failf("%s is %s, which other machines can reach, so anybody there could send traces for any execution: set %s, or %s to a file that holds one, or %s for certificates of senders, or listen on loopback (localhost:%d), or set %s=true if something in front of it authenticates",
				r.variable, net.JoinHostPort(r.host, strconv.Itoa(r.port)), IngestToken, IngestTokenFile, TLSClientCAFile, r.port, Insecure)
		}
	}
	return a
}

func (v *variables) token(valueName, fileName string) token {
	value, hasValue := v.text(valueName)
	_, hasFile := v.text(fileName)
	switch {
	case hasValue != "" && hasFile != "":
		v.failf("%s and %s are both set: unset one", valueName, fileName)
		return token{}
	case hasValue != "":
		return token{variable: valueName, value: value}
	}
	return v.tokenFile(fileName)
}

// tokenFile returns the token that a file holds, and none where the variable is not set.
func (v *variables) tokenFile(name string) token {
	file, set := v.text(name)
	if set == "" {
		return token{}
	}
	content, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	switch {
	case err != nil:
		v.failf("%s: %w: name a file that can be read, with the token as its only line", name, err)
	case strings.TrimSpace(string(content)) == "":
		v.failf("%s: the file %s is empty: write the token into it", name, file)
	}
	return token{variable: name, file: file}
}

func (t token) config() map[string]any {
	if t.file != "" {
		return map[string]any{"filename": literal(t.file)} // read again whenever it changes
	}
	return map[string]any{"token": literal(t.value)}
}

// viewing are the extensions that serve viewers.
func (a access) viewing() []any {
	ids := []any{"canvasserver"}
	if a.viewers.variable != "" {
		ids = append(ids, viewersAuth)
	}
	if a.issuer != nil {
		ids = append(ids, viewersOIDC)
	}
	return ids
}

// ofViewers is what a says of the server.
func (a access) ofViewers() map[string]any {
	server := map[string]any{}
	extensions := map[string]any{"canvasserver": server}
	if a.viewers.variable != "" {
		extensions[viewersAuth] = a.viewers.config()
		server["http"] = map[string]any{"auth": map[string]any{"authenticator": viewersAuth}}
	}
	if a.issuer != nil {
		extensions[viewersOIDC] = a.issuer.config()
		server["http"] = map[string]any{"auth": map[string]any{"authenticator": viewersOIDC}}
	}
	if a.insecure {
		server["insecure"] = true
	}
	if len(a.origins) > 0 {
		server["allowed_origins"] = a.origins
	}
	if len(a.hosts) > 0 {
		server["allowed_hosts"] = a.hosts
	}
	return map[string]any{"extensions": extensions}
}

// ofSenders is what a says of the receivers. others are the further extensions to start.
func (a access) ofSenders(others ...any) map[string]any {
	conf := map[string]any{}
	if a.senders.variable != "" {
		conf["extensions"] = map[string]any{sendersAuth: a.senders.config()}
		others = append(others, sendersAuth)
		auth := map[string]any{"auth": map[string]any{"authenticator": sendersAuth}}
		conf["receivers"] = map[string]any{"otlp": map[string]any{"protocols": map[string]any{"grpc": auth, "http": auth}}}
	}
	conf["service"] = map[string]any{"extensions": others}
	return conf
}
