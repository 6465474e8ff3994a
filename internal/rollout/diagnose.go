package rollout

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"syscall"
)

// diagnosis is a likely cause, and what to do.
type diagnosis struct{ cause, remedy string }

// diagnose tells what an error on the way to a target is likely to mean.
func (c *check) diagnose(t target, err error) diagnosis {
	var unknown x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var dns *net.DNSError
	text := err.Error()
	switch {
	case errors.Is(err, errProxy), strings.Contains(text, "proxyconnect"):
		return diagnosis{"the proxy that HTTP_PROXY or HTTPS_PROXY names refuses or is not there", "let the proxy CONNECT to " + t.hostPort() + ", or name the host in NO_PROXY"}
	case errors.As(err, &dns):
		return diagnosis{"no name server on this machine knows " + t.url.Hostname(), "correct the name, add it to DNS, or check from where it is known"}
	case errors.As(err, &unknown):
		return diagnosis{"wrong CA: the certificate is from an authority that is not trusted here, or its chain is not sent whole", "name the authority's certificates with --ca-file, and let the server send its intermediate certificates; if the authority is a stranger's, something on the way opens TLS"}
	case errors.As(err, &hostname):
		return diagnosis{"wrong name: the certificate is for other names", "have it issued for " + t.url.Hostname() + ", or check the address under a name that it has"}
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return diagnosis{"expired: the certificate is not valid now, or a clock is wrong", "renew the certificate, and compare the clocks"}
	case errors.As(err, &record), strings.Contains(text, "first record does not look like a TLS handshake"):
		return diagnosis{"no TLS is spoken at this address", "write http:// or grpc://, or name the port that has TLS"}
	case strings.Contains(text, "certificate required"), strings.Contains(text, "bad certificate"):
		return diagnosis{"senders must show a certificate there", "name one with --cert-file and --key-file"}
	case strings.Contains(text, "malformed HTTP response"), strings.Contains(text, "HTTP/1.x transport connection broken"), strings.Contains(text, "server gave HTTP response to HTTPS"), strings.Contains(text, "http2: "):
		return diagnosis{"wrong port: something else than HTTP is spoken at this address, perhaps TLS or gRPC", "OTLP over HTTP is usually at port 4318 and over gRPC (grpc://) at 4317; with TLS write https:// or grpcs://"}
	case errors.Is(err, syscall.ECONNREFUSED), strings.Contains(text, "connection refused"):
		return diagnosis{"wrong port, or nothing is running: nobody listens at " + t.hostPort(), "start the collector, correct the port, and see that it does not listen on loopback only"}
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return diagnosis{"a firewall drops what is sent there, or what listens hangs", "open the way to " + t.hostPort() + ", or check from where it is open"}
	case strings.Contains(text, "EOF"), errors.Is(err, syscall.ECONNRESET):
		return diagnosis{"something on the way, or the other end, ends the connection: another protocol, or a rule against it", "compare scheme and port with what listens there, and look at the log of each proxy on the way"}
	default:
		return diagnosis{"the address cannot be used as it is", "look at the log of what listens at " + t.hostPort()}
	}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}
