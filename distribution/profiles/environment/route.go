package environment

import (
	"net"
	"strconv"
)

const (
	// collectorsAuth is the extension that holds the token for the collectors behind a router.
	collectorsAuth = "bearertokenauth/collectors"
	// viewersRouter is the extension that takes viewers to them.
	viewersRouter = "canvasrouter"
)

// Resolver is how a router finds the collectors behind it. Its names are those of the load_balancing exporter.
type Resolver string

// The resolvers.
const (
	ResolveStatic Resolver = "static" // the list is all of them
	ResolveDNS    Resolver = "dns"    // one name stands for all its addresses
	ResolveK8s    Resolver = "k8s"    // one Kubernetes service stands for all its endpoints
)

// route says which collectors the traces are shared out among.
type route struct {
	resolver Resolver
	to       []Endpoint // one, unless resolver is ResolveStatic; all with TLS, or none
	servers  []any      // their addresses for viewers; none: viewers are not routed
	viewers  string     // host:port where viewers come in
	caFile   string     // whom their certificates are from; empty: whom this machine trusts
	token    token      // for them
}

func (v *variables) readRoute(receivers []receiver, network Network) route {
	by, _ := v.choice([]string{string(ResolveStatic), string(ResolveDNS), string(ResolveK8s)}, RouteResolver)
	r := route{resolver: ResolveStatic, caFile: v.file(RouteCAFile), token: v.tokenFile(RouteTokenFile)}
	if by != "" {
		r.resolver = Resolver(by)
	}
	r.servers = v.list(RouteServers)
	if r.viewers, _ = v.text(ServerEndpoint); r.viewers == "" {
		r.viewers = "localhost:8090"
	}
	for _, text := range v.words(RouteTo) {
		e, err := parseEndpoint(text, GRPC, false)
		switch {
		case err != nil:
			v.failf("%s has an address that %w", RouteTo, err)
			continue
		case len(r.to) > 0 && r.to[0].TLS != e.TLS:
			v.failf("%s has addresses with TLS and without: make all of them grpcs://, or all grpc://", RouteTo)
		case r.token.variable != "" && !e.TLS:
			v.failf("%s is set, but the way to %s has no TLS, so that anybody on it could read the token: write grpcs://", RouteTokenFile, e.HostPort())
		}
		if own, looped := network.loop(e, receivers); looped {
			v.failf("%s leads to %s, which is our own receiver (%s), so every trace would come back for ever", RouteTo, e.HostPort(), own.variable)
		}
		r.to = append(r.to, e)
	}
	switch {
	case len(r.to) == 0 && len(v.words(RouteTo)) == 0:
		v.failf("%s is not set: name the collectors that traces are shared out among, such as grpc://collector-0:4317,grpc://collector-1:4317", RouteTo)
	case len(r.to) > 1 && r.resolver != ResolveStatic:
		v.failf("%s has %d addresses, and %s is %s: then one name stands for all", RouteTo, len(r.to), RouteResolver, r.resolver)
	}
	return r
}

// extensions are those that a profile needs for r.
func (r route) extensions() (ids []any) {
	if r.token.variable != "" {
		ids = append(ids, collectorsAuth)
	}
	if len(r.servers) > 0 {
		ids = append(ids, viewersRouter)
	}
	return ids
}

// overlay is what r adds to a profile.
func (r route) overlay(s state, c certificates) map[string]any {
	exporter := map[string]any{"resolver": r.finding()}
	otlp := map[string]any{"tls": r.tls()}
	exporter["protocol"] = map[string]any{"otlp": otlp}
	if r.token.variable != "" {
		otlp["auth"] = map[string]any{"authenticator": collectorsAuth}
	}
	waiting := otlp // each collector has a queue of its own, so that one that is away holds up no other
	if s.folder != "" {
		waiting = exporter // only one queue for all of them can be on disk
		otlp["sending_queue"] = map[string]any{"enabled": false}
		otlp["retry_on_failure"] = map[string]any{"enabled": false}
	}
	waiting["sending_queue"] = s.keep(map[string]any{"enabled": true, "sizer": "bytes", "queue_size": 64 << 20})
	waiting["retry_on_failure"] = retry()
	extensions := map[string]any{}
	if r.token.variable != "" {
		extensions[collectorsAuth] = r.token.config()
	}
	if len(r.servers) > 0 {
		extensions[viewersRouter] = r.viewing(c)
	}
	return map[string]any{"exporters": map[string]any{"load_balancing": exporter}, "extensions": extensions}
}

// viewing is what takes viewers to the collectors.
func (r route) viewing(c certificates) map[string]any {
	http := map[string]any{"endpoint": literal(r.viewers)}
	if c.cert != "" {
		http["tls"] = c.listener()
	}
	conf := map[string]any{"http": http, "collectors": r.servers}
	if r.caFile != "" {
		conf["tls"] = map[string]any{"ca_file": literal(r.caFile)}
	}
	return conf
}

func (r route) finding() map[string]any {
	if len(r.to) == 0 {
		return nil
	}
	first := r.to[0]
	switch r.resolver {
	case ResolveDNS:
		return map[string]any{"dns": map[string]any{"hostname": literal(first.Host), "port": strconv.Itoa(first.Port)}}
	case ResolveK8s:
		return map[string]any{"k8s": map[string]any{"service": literal(first.Host), "ports": []any{first.Port}}}
	}
	var all []any
	for _, e := range r.to {
		all = append(all, literal(e.HostPort()))
	}
	return map[string]any{"static": map[string]any{"hostnames": all}}
}

// tls says whom to trust. Where one name stands for many addresses, it is the name that their certificates must have.
func (r route) tls() map[string]any {
	if len(r.to) == 0 || !r.to[0].TLS {
		return map[string]any{"insecure": true}
	}
	conf := map[string]any{"insecure": false}
	if r.caFile != "" {
		conf["ca_file"] = literal(r.caFile)
	}
	if r.resolver != ResolveStatic && net.ParseIP(r.to[0].Host) == nil {
		conf["server_name_override"] = literal(r.to[0].Host)
	}
	return conf
}
