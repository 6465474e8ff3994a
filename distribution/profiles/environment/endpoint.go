package environment

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Protocol is how OTLP is spoken to the backend.
type Protocol string

// The protocols.
const (
	HTTP Protocol = "http" // protobuf over HTTP
	GRPC Protocol = "grpc"
)

// The ports that OpenTelemetry has registered; they tell the protocol where the address does not.
const (
	portGRPC = 4317
	portHTTP = 4318
)

const tracesPath = "/v1/traces"

const endpointExamples = "write http://tempo:4318 or https://tempo.example.com/otlp for OTLP/HTTP, grpc://tempo:4317 or grpcs://tempo.example.com:443 for OTLP/gRPC"

// Endpoint is where traces are forwarded to.
type Endpoint struct {
	Protocol Protocol
	Host     string // a name or an address, without brackets
	Port     int
	TLS      bool
	Path     string // of OTLP/HTTP, without /v1/traces and without a slash at its end
}

// parseEndpoint reads an address as people write it. protocol may be empty: then scheme, path and port tell it, in this
// order. insecure is for an address without a scheme. No error repeats what may be a secret.
func parseEndpoint(text string, protocol Protocol, insecure bool) (Endpoint, error) {
	scheme, _, hasScheme := strings.Cut(text, "://")
	if !hasScheme {
		scheme, text = "", "//"+text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || !isHost(u.Hostname()) || u.Opaque != "":
		return Endpoint{}, errors.New("is no address: " + endpointExamples)
	case u.User != nil:
		return Endpoint{}, errors.New("holds a user name or a password: leave them out, and set headers of the exporter in a file of your own")
	case u.RawQuery != "" || u.Fragment != "":
		return Endpoint{}, errors.New("has a query or a fragment: leave it out, and set headers of the exporter in a file of your own")
	}
	e := Endpoint{Host: u.Hostname(), Path: strings.TrimSuffix(strings.TrimRight(u.Path, "/"), tracesPath)}
	if err := e.readScheme(strings.ToLower(scheme), &protocol, insecure); err != nil {
		return Endpoint{}, err
	}
	if err := e.readPort(u, scheme); err != nil {
		return Endpoint{}, err
	}
	e.Protocol = protocol
	if e.Protocol == "" {
		e.Protocol = e.guess(scheme, strings.HasSuffix(strings.TrimRight(u.Path, "/"), tracesPath))
	}
	switch {
	case e.Protocol == "":
		return Endpoint{}, fmt.Errorf("does not tell whether it is OTLP/HTTP or OTLP/gRPC: %s, or set %s to http or grpc", endpointExamples, ForwardProtocol)
	case e.Protocol == GRPC && strings.Trim(u.Path, "/") != "":
		return Endpoint{}, errors.New("has a path, which OTLP/gRPC has not: write host and port only, such as grpc://tempo:4317")
	}
	return e, nil
}

func (e *Endpoint) readScheme(scheme string, protocol *Protocol, insecure bool) error {
	switch scheme {
	case "http":
	case "https":
		e.TLS = true
	case "grpc", "grpcs":
		if *protocol == HTTP {
			return fmt.Errorf("begins with %s:// while %s is http: make the two agree", scheme, ForwardProtocol)
		}
		*protocol, e.TLS = GRPC, scheme == "grpcs"
	case "":
		e.TLS = !insecure
	default:
		return fmt.Errorf("begins with %q: %s", scheme+"://", endpointExamples)
	}
	return nil
}

func (e *Endpoint) readPort(u *url.URL, scheme string) error {
	switch {
	case u.Port() != "":
		port, err := strconv.Atoi(u.Port())
		if err != nil || port < 1 || port > 65535 {
			return fmt.Errorf("has the port %q: write 1 to 65535", u.Port())
		}
		e.Port = port
	case strings.EqualFold(scheme, "http"):
		e.Port = 80
	case strings.EqualFold(scheme, "https"):
		e.Port = 443
	default:
		return errors.New("names no port: " + endpointExamples)
	}
	return nil
}

// guess tells the protocol from what the address says otherwise; empty if it does not.
func (e *Endpoint) guess(scheme string, hasTracesPath bool) Protocol {
	switch {
	case hasTracesPath, e.Port == portHTTP:
		return HTTP
	case e.Port == portGRPC:
		return GRPC // as OTEL_EXPORTER_OTLP_ENDPOINT=http://host:4317 means it
	case scheme != "":
		return HTTP
	default:
		return ""
	}
}

// isHost says whether a text can be a name or an address; an internationalised name is written in its ASCII form (xn--…).
func isHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return host != "" && strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789-._") == "" && host[0] != '-'
}

// HostPort is the address to connect to.
func (e Endpoint) HostPort() string { return net.JoinHostPort(e.Host, strconv.Itoa(e.Port)) }

// URL is the base address of OTLP/HTTP.
func (e Endpoint) URL() string {
	scheme := "http"
	if e.TLS {
		scheme = "https"
	}
	return (&url.URL{Scheme: scheme, Host: e.HostPort(), Path: e.Path}).String()
}
