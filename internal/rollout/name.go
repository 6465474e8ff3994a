package rollout

import (
	"context"
	"fmt"
	"net"
	"strings"
)

// targets are the addresses of a check.
func (c *check) targets() []target {
	all := []target{c.endpoint, c.server}
	if c.downstream != nil {
		all = append(all, *c.downstream)
	}
	return all
}

// resolveNames asks for the address of each name. Behind a proxy that is the proxy's business.
func resolveNames(ctx context.Context, c *check) Result {
	var told []string
	for _, t := range c.targets() {
		host := t.url.Hostname()
		if proxy := c.proxyOf(t); proxy != nil {
			told = append(told, fmt.Sprintf("%s is for the proxy %s to resolve", host, proxy.Host))
			host = proxy.Hostname()
		}
		if net.ParseIP(host) != nil {
			continue
		}
		ctx, cancel := context.WithTimeout(ctx, connectTimeout)
		found, err := net.DefaultResolver.LookupHost(ctx, host)
		cancel()
		if err != nil {
			return fail(fmt.Sprintf("the %s's name %s does not resolve: %v", t.name, host, err), c.diagnose(t, err))
		}
		told = append(told, host+" is "+strings.Join(found, ", "))
	}
	if told == nil {
		return skip("all addresses are numbers")
	}
	return pass(strings.Join(told, "; "))
}
