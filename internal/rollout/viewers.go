package rollout

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// serverInfo is what GET /api/info tells, as far as it matters here.
type serverInfo struct {
	Name     string `json:"name"`
	Version  string `json:"version"`
	Features struct {
		Auth bool `json:"auth"`
	} `json:"features"`
}

// askAsViewer asks the server with the viewer's token, and without any.
func askAsViewer(ctx context.Context, c *check) Result {
	got, err := c.get(ctx, c.server.path("/api/info"), c.ViewerToken)
	if err != nil {
		return fail(fmt.Sprintf("no answer from the server: %v", err), c.diagnose(c.server, err))
	}
	if failed := c.refusedViewer(got); failed != nil {
		return *failed
	}
	var info serverInfo
	if got.isPage() || json.Unmarshal(got.body, &info) != nil || info.Name == "" {
		return fail("GET /api/info answers something else: "+c.quote(got.body), diagnosis{
			"wrong server: " + got.by() + " answers, and not the trace server: the port is Canvas' or the backend's, or the proxy has no route",
			"route /api/executions, /api/info and /ws to the trace server (examples/nginx, examples/caddy), or correct the address and its sub-path",
		})
	}
	anonymous, err := c.get(ctx, c.server.path("/api/info"), "")
	switch {
	case err != nil:
		return fail(fmt.Sprintf("no answer without a token: %v", err), c.diagnose(c.server, err))
	case anonymous.status == http.StatusOK && (c.ViewerToken != "" || info.Features.Auth):
		return fail("whoever comes without a token is let in", diagnosis{
			"the server asks for no token, or a proxy on the way adds one for everybody",
			"set CANVAS_AUTH_TOKEN_FILE or CANVAS_OIDC_ISSUER where the collector runs, and let no proxy add a token",
		})
	case anonymous.status == http.StatusOK:
		return pass(fmt.Sprintf("%s %s asks nobody for a token, and none was given here", info.Name, info.Version))
	}
	return pass(fmt.Sprintf("%s %s lets the token in, and answers %d without one", info.Name, info.Version, anonymous.status))
}

// refusedViewer tells why a viewer was not let in; nil: it was.
func (c *check) refusedViewer(got answer) *Result {
	detail := fmt.Sprintf("GET /api/info answers %d: %s", got.status, c.quote(got.body))
	var failed Result
	switch got.status {
	case http.StatusOK:
		return nil
	case http.StatusUnauthorized:
		if !bytes.Contains(got.body, []byte(`"auth.`)) { // as the server words it
			failed = fail(detail, diagnosis{
				"wrong port, or a proxy on the way asks for a token of its own: this is not the trace server's answer",
				"the trace server is usually at port 8090; a proxy that signs viewers in needs a way past it for this check",
			})
			break
		}
		failed = fail(detail, tokenDiagnosis("viewer", c.ViewerToken, "CANVAS_AUTH_TOKEN_FILE"))
	case http.StatusForbidden:
		failed = fail(detail, diagnosis{
			"the server does not answer to this name, or this viewer has no right",
			"add " + c.server.url.Host + " to CANVAS_ALLOWED_HOSTS, let the proxy pass the Host header on as it came, and look at forward_auth",
		})
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		failed = fail(detail, diagnosis{
			"the proxy (" + got.by() + ") answers, and does not reach the trace server",
			"correct its upstream, and see that the trace server listens where the proxy looks for it",
		})
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		failed = fail(detail, diagnosis{
			"wrong path or wrong port: " + got.by() + " answers, and knows no such route",
			"give the address with its sub-path (base_path), route /api and /ws to the trace server, or correct the port (8090)",
		})
	default:
		failed = fail(detail, diagnosis{
			"wrong port, or a proxy on the way answers by itself", "the trace server is usually at port 8090; with TLS write https://",
		})
	}
	return &failed
}

func tokenDiagnosis(who, token, variable string) diagnosis {
	if token == "" {
		return diagnosis{"no token was given for the " + who, "name the file that holds it; it is the one of " + variable + " where the collector runs"}
	}
	return diagnosis{"wrong token: it is not the " + who + "'s, is expired, or a proxy on the way takes it off", "compare it with the one of " + variable + " where the collector runs"}
}
