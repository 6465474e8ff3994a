package guard

import (
	"errors"
	"fmt"
	"net"
	"strings"
)

// Hosts is the list of names under which the server may be asked for. It is the defence against DNS rebinding: a page on
// attacker.example that makes its own name point to this machine is same-origin with us for the browser, but cannot change
// the Host header it sends.
type Hosts struct {
	any     bool
	allowed map[string]struct{} // "host" for any port, "host:port" for one
}

// AnyHost switches the check off where it stands in a list.
const AnyHost = "*"

// ErrHost is returned for an entry that is not a host.
var ErrHost = errors.New("not a host: write a name or an address with or without a port, such as canvas.example.com, 10.0.0.7:8090 or [::1], or * to switch the check off")

// NewHosts makes the list from its configured form: names or addresses, each with or without a port. An entry without a
// port allows every port.
func NewHosts(entries []string) (Hosts, error) {
	h := Hosts{allowed: make(map[string]struct{}, len(entries))}
	for _, entry := range entries {
		if entry == AnyHost {
			h.any = true
			continue
		}
		name, port, ok := splitHost(entry)
		if !ok {
			return Hosts{}, fmt.Errorf("%q: %w", entry, ErrHost)
		}
		h.allowed[joinHost(name, port)] = struct{}{}
	}
	return h, nil
}

// Allows says whether a request with this Host header may pass.
func (h Hosts) Allows(host string) bool {
	if h.any {
		return true
	}
	name, port, ok := splitHost(host)
	if !ok {
		return false
	}
	if _, ok = h.allowed[name]; ok {
		return true
	}
	_, ok = h.allowed[joinHost(name, port)]
	return ok
}

// splitHost takes a Host apart and normalises it: lower case, addresses in their canonical form, no brackets.
func splitHost(s string) (name, port string, ok bool) {
	name = strings.ToLower(s)
	switch {
	case net.ParseIP(name) != nil: // also an IPv6 address without brackets
	case strings.HasPrefix(name, "[") && strings.HasSuffix(name, "]"):
		name = name[1 : len(name)-1]
		if !strings.Contains(name, ":") || net.ParseIP(name) == nil {
			return "", "", false
		}
	case strings.Contains(name, ":"):
		var err error
		if name, port, err = net.SplitHostPort(name); err != nil || !isPort(port) {
			return "", "", false
		}
	}
	if ip := net.ParseIP(name); ip != nil {
		return ip.String(), port, true
	}
	return name, port, isName(name)
}

func joinHost(name, port string) string {
	if port == "" {
		return name
	}
	return net.JoinHostPort(name, port)
}

func isPort(s string) bool {
	if s == "" || len(s) > 5 {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}

// isName accepts what can be a DNS name or the name of a container: letters, digits, dots, hyphens, underscores.
func isName(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '.', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}
