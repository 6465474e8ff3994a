package rollout

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"time"
)

// verifyCertificates looks at chain, name and expiry wherever there is TLS.
func verifyCertificates(ctx context.Context, c *check) Result {
	var told, plain []string
	for _, t := range c.targets() {
		if !t.tls() {
			plain = append(plain, t.name)
			continue
		}
		until, err := c.handshake(ctx, t)
		if err != nil {
			return fail(fmt.Sprintf("no TLS with the %s at %s: %v", t.name, t.hostPort(), err), c.diagnose(t, err))
		}
		left := time.Until(until)
		if left < 14*24*time.Hour {
			told = append(told, fmt.Sprintf("%s: good, but only until %s: see that it is renewed", t.name, until.Format(time.DateOnly)))
		} else {
			told = append(told, fmt.Sprintf("%s: good until %s", t.name, until.Format(time.DateOnly)))
		}
	}
	if told == nil {
		return skip("no TLS anywhere: fine on one machine; elsewhere tokens and prompts can be read on the way")
	}
	if plain != nil {
		told = append(told, "no TLS: "+strings.Join(plain, ", "))
	}
	return pass(strings.Join(told, "; "))
}

// handshake returns until when the target's certificates are good.
func (c *check) handshake(ctx context.Context, t target) (time.Time, error) {
	conn, err := c.dial(ctx, t)
	if err != nil {
		return time.Time{}, err
	}
	defer func() { _ = conn.Close() }()
	config := c.tls.Clone()
	config.ServerName = t.url.Hostname()
	if t.grpc() {
		config.NextProtos = []string{"h2"}
	}
	secured := tls.Client(conn, config)
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	if err := secured.HandshakeContext(ctx); err != nil {
		return time.Time{}, err
	}
	if err := refusedAfterwards(secured); err != nil {
		return time.Time{}, err
	}
	until := secured.ConnectionState().PeerCertificates[0].NotAfter
	for _, cert := range secured.ConnectionState().VerifiedChains[0] {
		if cert.NotAfter.Before(until) {
			until = cert.NotAfter
		}
	}
	return until, nil
}

// refusedAfterwards: with TLS 1.3 a server that misses our certificate says so only after the handshake.
func refusedAfterwards(conn net.Conn) error {
	_ = conn.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	var one [1]byte
	_, err := conn.Read(one[:])
	if err != nil && strings.Contains(err.Error(), "tls: ") {
		return err
	}
	return nil
}
