package environment

import (
	"context"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Network is what is asked about names and addresses, to find out whether traces would come back to us.
type Network struct {
	Resolve  func(ctx context.Context, host string) ([]netip.Addr, error)
	Own      func() []netip.Addr // the addresses of this machine
	Hostname func() string
}

// System asks the operating system.
func System() Network {
	return Network{
		Resolve: func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		},
		Own: ownAddresses,
		Hostname: func() string {
			name, _ := os.Hostname() // without one, no name is taken for ours
			return name
		},
	}
}

func ownAddresses() []netip.Addr {
	interfaces, err := net.InterfaceAddrs()
	if err != nil {
		return nil // the check then knows loopback only
	}
	var own []netip.Addr
	for _, i := range interfaces {
		if prefix, err := netip.ParsePrefix(i.String()); err == nil {
			own = append(own, prefix.Addr())
		}
	}
	return own
}

// resolveTimeout bounds the question for a name. A name that nobody knows yet is no loop.
const resolveTimeout = 2 * time.Second

var loopback = []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}

// receiver is one of our own OTLP addresses, and the variable that sets it.
type receiver struct {
	variable string
	host     string
	port     int
}

// onLoopback says whether only this machine can reach the receiver. A name other than localhost may resolve to anything.
func (r receiver) onLoopback() bool {
	return isLocalhost(r.host) || net.ParseIP(r.host).IsLoopback()
}

// receivers reads our own addresses. The defaults are those of the profiles.
func (v *variables) receivers() []receiver {
	var found []receiver
	for _, r := range []struct{ variable, otherwise string }{
		{OTLPGRPCEndpoint, "localhost:4317"}, {OTLPHTTPEndpoint, "localhost:4318"},
	} {
		address, name := v.text(r.variable)
		if name == "" {
			address = r.otherwise
		}
		host, port, err := net.SplitHostPort(address)
		number, portErr := strconv.Atoi(port)
		if err != nil || portErr != nil || number < 0 || number > 65535 {
			v.failf("%s is %q: write host:port, such as %s, or 0.0.0.0:%d for all addresses", r.variable, address, r.otherwise, portHTTP)
			continue
		}
		found = append(found, receiver{r.variable, host, number})
	}
	return found
}

// loop returns the receiver that traces forwarded to e would come back to.
func (n Network) loop(e Endpoint, receivers []receiver) (receiver, bool) {
	i := slices.IndexFunc(receivers, func(r receiver) bool {
		return r.port == e.Port && n.meet(n.addresses(e.Host), n.addresses(r.host), r.host)
	})
	if i < 0 {
		return receiver{}, false
	}
	return receivers[i], true
}

// meet says whether a connection to one of the targets reaches a listener on the given addresses.
func (n Network) meet(targets, listens []netip.Addr, listenHost string) bool {
	everywhere := listenHost == "" || slices.ContainsFunc(listens, netip.Addr.IsUnspecified)
	for _, target := range targets {
		ours := []netip.Addr{target}
		if target.IsUnspecified() {
			ours = loopback // where a connection to 0.0.0.0 goes
		}
		for _, t := range ours {
			if slices.Contains(listens, t) || everywhere && (t.IsLoopback() || slices.Contains(n.Own(), t)) {
				return true
			}
		}
	}
	return false
}

func (n Network) addresses(host string) []netip.Addr {
	if address, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{address.Unmap().WithZone("")}
	}
	switch {
	case host == "":
		return []netip.Addr{netip.IPv4Unspecified()}
	case isLocalhost(host):
		return loopback
	case strings.EqualFold(host, n.Hostname()):
		return append(n.Own(), loopback...)
	}
	ctx, cancel := context.WithTimeout(context.Background(), resolveTimeout)
	defer cancel()
	found, err := n.Resolve(ctx, host)
	if err != nil {
		return nil
	}
	addresses := make([]netip.Addr, 0, len(found))
	for _, a := range found {
		addresses = append(addresses, a.Unmap().WithZone(""))
	}
	return addresses
}

func isLocalhost(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
