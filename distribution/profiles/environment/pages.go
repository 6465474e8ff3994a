package environment

import (
	"net"
	"strconv"
	"strings"
)

// The extensions that tell how the process is.
const (
	health = "healthcheckv2"
	zpages = "zpages"
	pprof  = "pprof"
)

// pages are the addresses of what tells how the process is; empty: not there.
type pages struct{ health, zpages, pprof string }

func (v *variables) readPages(p Profile) pages {
	either := func(on bool, address string) string {
		if on {
			return address
		}
		return ""
	}
	return pages{
		health: v.page(HealthEndpoint, either(p.Health, "localhost:13133"), false),
		zpages: v.page(ZPagesEndpoint, either(p.Inspected, "localhost:55679"), true),
		pprof:  v.page(PProfEndpoint, either(p.Inspected, "localhost:1777"), true),
	}
}

// page returns an address. private: it has no authentication and shows the inside of the process, so only this machine may
// reach it.
func (v *variables) page(name, otherwise string, private bool) string {
	address, set := v.text(name)
	switch {
	case set == "":
		return otherwise
	case strings.EqualFold(address, "none"):
		return ""
	}
	host, port, err := net.SplitHostPort(address)
	number, portErr := strconv.Atoi(port)
	switch {
	case err != nil || portErr != nil || number < 0 || number > 65535:
		v.failf("%s is %q: write host:port, or none", name, address)
	case private && !(receiver{host: host}).onLoopback():
		v.failf("%s is %s, which other machines can reach, and nobody is asked for a token there: write localhost:%s, and reach it through a tunnel", name, address, port)
	}
	return address
}

func (p pages) extensions() []any {
	var ids []any
	for _, page := range []struct{ id, address string }{{health, p.health}, {zpages, p.zpages}, {pprof, p.pprof}} {
		if page.address != "" {
			ids = append(ids, page.id)
		}
	}
	return ids
}

func (p pages) overlay() map[string]any {
	extensions := map[string]any{}
	if p.health != "" {
		// Its page of the configuration stays off.
		extensions[health] = map[string]any{"use_v2": true, "http": map[string]any{"endpoint": literal(p.health)}}
	}
	if p.zpages != "" {
		extensions[zpages] = map[string]any{"endpoint": literal(p.zpages)}
	}
	if p.pprof != "" {
		extensions[pprof] = map[string]any{"endpoint": literal(p.pprof)}
	}
	return map[string]any{"extensions": extensions}
}
