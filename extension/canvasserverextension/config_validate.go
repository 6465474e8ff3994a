package canvasserverextension

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confignet"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/backend"
	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/forwardauth"
	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/guard"
	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/resolver"
)

const (
	artifactPlaceholder = "{id}"
	minFrameBytes       = 4 << 10
	minMessageBytes     = 128
	maxMaxSubscriptions = 1024
	minRightTTL         = 10 * time.Millisecond
)

var _ component.Config = (*Config)(nil)

// Validate says everything that is wrong with the configuration, and how to put it right.
func (c *Config) Validate() error {
	_, originsErr := guard.NewOrigins(c.AllowedOrigins)
	_, hostsErr := guard.NewHosts(c.AllowedHosts)
	return errors.Join(
		c.validateHTTP(),
		prefix("allowed_origins", originsErr),
		prefix("allowed_hosts", hostsErr),
		basePath(c.BasePath).validate(),
		c.validateAnswers(),
		c.validatePacing(),
		c.validateLimits(),
		prefix("resolver", c.Resolver.validate()),
		prefix("backend", c.Backend.validate()),
		prefix("forward_auth", c.ForwardAuth.validate()),
		c.validateRights(),
	)
}

func (c *Config) validateHTTP() error {
	var errs []error
	if c.HTTP.NetAddr.Endpoint == "" {
		errs = append(errs, fmt.Errorf("http::endpoint is empty: write host:port, such as %s", defaultEndpoint))
	}
	if c.HTTP.CORS.HasValue() {
		errs = append(errs, errors.New("http::cors must not be set: allowed_origins is the one list for CORS and WebSockets"))
	}
	if c.HTTP.Auth.HasValue() && len(c.HTTP.Auth.Get().RequestParameters) > 0 {
		errs = append(errs, errors.New("http::auth::request_params must not be set: it leaves credentials in URLs; set query_token: true for access_token"))
	}
	if !c.onLoopback() && !c.HTTP.Auth.HasValue() && !c.Insecure {
		errs = append(errs, fmt.Errorf("%q can be reached from other machines and has no authentication, so everybody there could read "+
			"every trace: set http::auth::authenticator, or listen on loopback (%s), or set insecure: true if something in front of it authenticates",
			c.HTTP.NetAddr.Endpoint, defaultEndpoint))
	}
	return errors.Join(errs...)
}

func (c *Config) validateAnswers() error {
	var errs []error
	switch c.UnknownExecution {
	case UnknownPending, UnknownNotFound:
	default:
		errs = append(errs, fmt.Errorf("unknown_execution is %q: write %s or %s", c.UnknownExecution, UnknownPending, UnknownNotFound))
	}
	if c.ArtifactURL != "" {
		errs = append(errs, prefix("artifact_url", validateArtifactURL(c.ArtifactURL)))
	}
	for i, l := range c.Links {
		errs = append(errs, prefix(fmt.Sprintf("links[%d]", i), l.validate()))
	}
	if t := &c.Thresholds; min(t.SlowSpan, t.SlowExecution) < 0 || min(t.HighTokens, t.HighExecutionTokens) < 0 || t.HighCostUSD < 0 {
		errs = append(errs, errors.New("thresholds must not be negative; 0 switches one off"))
	}
	return errors.Join(errs...)
}

func (c *Config) validatePacing() error {
	var errs []error
	if c.FlushInterval < 0 {
		errs = append(errs, fmt.Errorf("flush_interval is %s: write 0 to send each change at once, or a positive time", c.FlushInterval))
	}
	errs = append(errs,
		positive("ping_interval", c.PingInterval),
		positive("read_timeout", c.ReadTimeout),
		positive("write_timeout", c.WriteTimeout),
		positive("max_wait", c.MaxWait),
		positive("init_timeout", c.InitTimeout),
		positive("auth_interval", c.AuthInterval),
		positive("list_interval", c.ListInterval),
	)
	if c.PingInterval >= c.ReadTimeout {
		errs = append(errs, fmt.Errorf("read_timeout (%s) must be longer than ping_interval (%s), or idle clients are taken for gone", c.ReadTimeout, c.PingInterval))
	}
	if c.MaxWait > maxMaxWait {
		errs = append(errs, fmt.Errorf("max_wait is %s: write at most %s, proxies cut longer waits", c.MaxWait, maxMaxWait))
	}
	return errors.Join(errs...)
}

func (c *Config) validateLimits() error {
	var errs []error
	if c.MaxFrameBytes < minFrameBytes {
		errs = append(errs, fmt.Errorf("max_frame_bytes is %d: write at least %d", c.MaxFrameBytes, minFrameBytes))
	}
	if c.MaxClientMessageBytes < minMessageBytes {
		errs = append(errs, fmt.Errorf("max_client_message_bytes is %d: write at least %d", c.MaxClientMessageBytes, minMessageBytes))
	}
	if c.MaxConnections < 0 || c.MaxConnectionsPerPrincipal < 0 || c.MaxPendingConnections < 0 {
		errs = append(errs, errors.New("max_connections, max_connections_per_principal and max_pending_connections must not be negative; 0 means no bound"))
	}
	if c.MaxSubscriptions < 1 || c.MaxSubscriptions > maxMaxSubscriptions {
		errs = append(errs, fmt.Errorf("max_subscriptions is %d: write a number from 1 to %d", c.MaxSubscriptions, maxMaxSubscriptions))
	}
	if !(c.HandshakeRate >= 0) || !(c.MessageRate >= 0) {
		errs = append(errs, errors.New("handshake_rate and message_rate must not be negative; 0 means no bound"))
	}
	return errors.Join(errs...)
}

func (c *ResolverConfig) validate() error {
	if c.Endpoint == "" {
		return nil
	}
	_, err := resolver.ParseEndpoint(c.Endpoint)
	errs := []error{
		prefix("endpoint", err),
		positive("timeout", c.Timeout),
		positive("retry_interval", c.RetryInterval),
		positive("cache_ttl", c.CacheTTL),
	}
	if c.MaxEntries <= 0 {
		errs = append(errs, fmt.Errorf("max_entries is %d: write a positive number", c.MaxEntries))
	}
	return errors.Join(errs...)
}

func (c *BackendConfig) enabled() bool { return c.Endpoint != "" }

func (c *BackendConfig) validate() error {
	if !c.enabled() {
		return nil
	}
	_, err := resolver.ParseEndpoint(c.Endpoint)
	errs := []error{prefix("endpoint", err), positive("timeout", c.Timeout)}
	if _, err = c.patterns(); err != nil {
		errs = append(errs, prefix("paths", err))
	}
	if c.Forwarded != backend.Strict && c.Forwarded != backend.Append {
		errs = append(errs, fmt.Errorf("forwarded is %q: write %s, or %s behind a proxy of yours", c.Forwarded, backend.Strict, backend.Append))
	}
	if c.MaxRequestBytes <= 0 || c.MaxResponseBytes < 0 {
		errs = append(errs, errors.New("max_request_bytes must be positive, and max_response_bytes not negative; 0 means no bound there"))
	}
	if c.Compression.IsCompressed() || c.Cookies.HasValue() {
		errs = append(errs, errors.New("compression and cookies must not be set: requests are passed on as they are, and no viewer gets the cookies of another"))
	}
	if c.WorkflowSocket && c.ownCredentials() {
		errs = append(errs, errors.New("workflow_socket and token or auth together: over that WebSocket workflows are run, which must be in the viewer's own name; leave the others out"))
	}
	if c.Token != "" && c.Auth.HasValue() {
		errs = append(errs, errors.New("token and auth together: write one of them, or neither to pass the viewer's own credentials on"))
	}
	return errors.Join(errs...)
}

func (c *BackendConfig) patterns() (all []backend.Pattern, err error) {
	for _, text := range c.Paths {
		p, bad := backend.ParsePattern(text)
		err = errors.Join(err, bad)
		all = append(all, p)
	}
	return all, err
}

// ownCredentials: the backend is not asked in the viewer's name.
func (c *BackendConfig) ownCredentials() bool { return c.Token != "" || c.Auth.HasValue() }

func (c *ForwardAuthConfig) validate() error {
	if !c.enabled() {
		if c.WorkflowURL != "" {
			return errors.New("workflow_url is set and url is not: without url everybody may see everything; set url, too")
		}
		return nil
	}
	errs := []error{
		prefix("url", forwardauth.CheckTemplate(forwardauth.Execution, c.URL)),
		positive("timeout", c.Timeout),
	}
	if c.CacheTTL < minRightTTL {
		errs = append(errs, fmt.Errorf("cache_ttl is %s: write at least %s, or the service is asked for every frame", c.CacheTTL, minRightTTL))
	}
	if c.WorkflowURL != "" {
		errs = append(errs, prefix("workflow_url", forwardauth.CheckTemplate(forwardauth.Workflow, c.WorkflowURL)))
	}
	if c.MaxEntries <= 0 {
		errs = append(errs, fmt.Errorf("max_entries is %d: write a positive number", c.MaxEntries))
	}
	if len(c.Headers) == 0 {
		errs = append(errs, errors.New("headers is empty, so the service could not know who asks: name those that say it, such as Authorization"))
	}
	for _, h := range c.Headers {
		if !isHeaderName(h) || hopHeader(h) {
			errs = append(errs, fmt.Errorf("headers: %q cannot be passed on: name a header that says who asks, such as Authorization", h))
		}
	}
	return errors.Join(errs...)
}

// validateRights finds ways around forward_auth: whoever may bind a trace to an execution that is theirs may read the trace, and
// what is passed on with credentials of our own must be asked for by what it is of.
func (c *Config) validateRights() error {
	if c.ForwardAuth.enabled() && c.Backend.enabled() && c.Backend.ownCredentials() {
		for _, text := range c.Backend.Paths {
			if p, err := backend.ParsePattern(text); err == nil && !p.Names(varExecution) && !p.Names(varWorkflow) {
				return fmt.Errorf("backend::paths: %q would be passed on with the credentials of backend::token or ::auth whoever asks, and forward_auth cannot be asked "+
					"about it: name {%s} or {%s} in it, take it out, or pass the viewers' own credentials on", text, varExecution, varWorkflow)
			}
		}
	}
	if c.ForwardAuth.enabled() && c.Bind.Enabled && !c.Bind.Auth.HasValue() {
		return errors.New("bind: with forward_auth::url set, a viewer who may bind could bind another's trace to an execution of their own: " +
			"set bind::auth to an authenticator that no viewer passes, or switch bind::enabled off")
	}
	return nil
}

// isHeaderName accepts what headers are called in practice.
func isHeaderName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool {
		return c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
	})
}

// hopHeader says whether a header is about the connection and not about who asks.
func hopHeader(name string) bool {
	switch http.CanonicalHeaderKey(name) {
	case "Connection", "Content-Length", "Host", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
		return true
	}
	return false
}

// validateArtifactURL holds the id inside one segment of the path: whatever it is, it cannot lead to another host.
func validateArtifactURL(template string) error {
	before, after, found := strings.Cut(template, artifactPlaceholder)
	u, err := url.Parse(before + "x" + after)
	fixed, fixedErr := url.Parse(before)
	unescaped := strings.ContainsFunc(template, func(c rune) bool { return c <= ' ' || c > '~' })
	if !found || unescaped || strings.Contains(after, artifactPlaceholder) || err != nil || fixedErr != nil || u.User != nil ||
		(u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || fixed.Host != u.Host ||
		u.RawPath != "" && u.EscapedPath() != u.RawPath || // clients that escape the path anew would unescape the id
		strings.ContainsAny(before, "?#") || !strings.Contains(strings.TrimPrefix(before, u.Scheme+"://"), "/") {
		return fmt.Errorf("%q: write an absolute http or https URL with %s once, in its path, such as https://files.example.com/artifacts/%s/download",
			template, artifactPlaceholder, artifactPlaceholder)
	}
	return nil
}

func (l LinkConfig) validate() error {
	u, err := url.Parse(strings.NewReplacer("{execution_id}", "x", "{trace_id}", "x", "{span_id}", "x", "{workflow_id}", "x").Replace(l.URL))
	if l.Name == "" || err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("name %q, url %q: write a name and an absolute http or https URL; it may hold {execution_id}, {trace_id}, {span_id} and {workflow_id}", l.Name, l.URL)
	}
	return nil
}

// onLoopback says whether only this machine can reach the server. A name other than localhost may resolve to anything.
func (c *Config) onLoopback() bool {
	if c.HTTP.NetAddr.Transport == confignet.TransportTypeUnix {
		return true
	}
	host := c.endpointHost()
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

func (c *Config) endpointHost() string {
	host, _, err := net.SplitHostPort(c.HTTP.NetAddr.Endpoint)
	if err != nil {
		return ""
	}
	return host
}

// allowedHosts is the configured list, or its default.
func (c *Config) allowedHosts() []string {
	if len(c.AllowedHosts) > 0 {
		return c.AllowedHosts
	}
	hosts := []string{"localhost", "127.0.0.1", "[::1]"}
	host := c.endpointHost()
	if ip := net.ParseIP(host); host != "" && !ip.IsUnspecified() {
		hosts = append(hosts, host)
	}
	return hosts
}

func positive(name string, d time.Duration) error {
	if cmp.Compare(d, 0) > 0 {
		return nil
	}
	return fmt.Errorf("%s is %s: write a positive time", name, d)
}

func prefix(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name, err)
}
