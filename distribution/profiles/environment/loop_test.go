package environment

import (
	"context"
	"errors"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
)

// machine is one whose name is otel-collector, with the address 10.0.0.7; collector.example.com leads to it.
func machine() Network {
	own := []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("10.0.0.7"), netip.MustParseAddr("fd00::7")}
	names := map[string][]netip.Addr{
		"collector.example.com": {netip.MustParseAddr("::ffff:10.0.0.7")},
		"tempo":                 {netip.MustParseAddr("10.0.0.8")},
	}
	return Network{
		Own:      func() []netip.Addr { return own },
		Hostname: func() string { return "otel-collector" },
		Resolve: func(_ context.Context, host string) ([]netip.Addr, error) {
			if found, ok := names[host]; ok {
				return found, nil
			}
			return nil, errors.New("no such host")
		},
	}
}

func TestALoopIsFoundHoweverTheAddressIsWritten(t *testing.T) {
	for _, tt := range []struct {
		name, listen, target string
		want                 bool
	}{
		{"the same words", "localhost", "localhost", true},
		{"the address of localhost", "localhost", "127.0.0.1", true},
		{"the IPv6 address of localhost", "localhost", "::1", true},
		{"an IPv4 address in IPv6", "localhost", "::ffff:127.0.0.1", true},
		{"in capitals with a dot", "localhost", "LOCALHOST.", true},
		{"a name below localhost", "localhost", "tempo.localhost", true},
		{"the address that means every address", "localhost", "0.0.0.0", true},
		{"the same in IPv6", "127.0.0.1", "::", true},
		{"loopback, listening everywhere", "0.0.0.0", "127.0.0.1", true},
		{"another loopback address, listening everywhere", "0.0.0.0", "127.0.0.2", true},
		{"loopback, listening everywhere in IPv6", "::", "localhost", true},
		{"listening everywhere without a word", "", "localhost", true},
		{"an address of this machine, listening everywhere", "0.0.0.0", "10.0.0.7", true},
		{"a name that leads to this machine", "0.0.0.0", "collector.example.com", true},
		{"this machine's own name", "0.0.0.0", "Otel-Collector", true},
		{"one address of this machine", "10.0.0.7", "collector.example.com", true},

		{"another machine", "0.0.0.0", "10.0.0.8", false},
		{"another machine's name", "0.0.0.0", "tempo", false},
		{"a name nobody knows", "0.0.0.0", "nowhere.example.com", false},
		{"another loopback address", "127.0.0.1", "127.0.0.2", false},
		{"an address of this machine, listening on loopback", "localhost", "10.0.0.7", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ours := []receiver{{"A", tt.listen, 4317}, {"B", tt.listen, 4318}}
			r, looped := machine().loop(Endpoint{Host: tt.target, Port: 4318}, ours)
			assert.Equal(t, tt.want, looped)
			if tt.want {
				assert.Equal(t, "B", r.variable, "the receiver with that port")
			}
			_, looped = machine().loop(Endpoint{Host: tt.target, Port: 4319}, ours)
			assert.False(t, looped, "another port is another program")
		})
	}
}

func TestTheSystemKnowsItself(t *testing.T) {
	n := System()
	assert.Contains(t, n.Own(), netip.MustParseAddr("127.0.0.1"))
	_, looped := n.loop(Endpoint{Host: "127.0.0.1", Port: 1}, []receiver{{"A", "0.0.0.0", 1}})
	assert.True(t, looped)
}
