package rollout

import (
	"context"
	"fmt"
	"strings"
)

// connect opens a connection to each address, through the proxy where there is one.
func connect(ctx context.Context, c *check) Result {
	var told []string
	for _, t := range c.targets() {
		conn, err := c.dial(ctx, t)
		if err != nil {
			return fail(fmt.Sprintf("no connection to the %s at %s: %v", t.name, t.hostPort(), err), c.diagnose(t, err))
		}
		_ = conn.Close()
		way := ""
		if proxy := c.proxyOf(t); proxy != nil {
			way = " through the proxy " + proxy.Host
		}
		told = append(told, t.name+" at "+t.hostPort()+way)
	}
	return pass(strings.Join(told, "; "))
}
