package main

import (
	"crypto/tls"
	"net"
	"net/url"
)

// ownMachine takes any certificate from loopback: it is made for the name that others use. Elsewhere it is looked at.
func ownMachine(address string) *tls.Config {
	u, err := url.Parse(address)
	own := err == nil && (u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback())
	return &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: own} //nolint:gosec // see above
}
