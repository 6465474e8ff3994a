package canvasserverextension

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confignet"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/guard"
	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/resolver"
)

const (
	artifactPlaceholder = "{id}"
	minFrameBytes       = 4 << 10
	minMessageBytes     = 128
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
		c.validateAnswers(),
		c.validatePacing(),
		c.validateLimits(),
		prefix("resolver", c.Resolver.validate()),
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
	if c.Thresholds.SlowSpan < 0 || c.Thresholds.HighTokens < 0 || c.Thresholds.HighCostUSD < 0 {
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
	if c.MaxConnections < 0 || c.MaxConnectionsPerPrincipal < 0 {
		errs = append(errs, errors.New("max_connections and max_connections_per_principal must not be negative; 0 means no bound"))
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

// validateArtifactURL holds the id inside one segment of the path: whatever it is, it cannot lead to another host.
func validateArtifactURL(template string) error {
	before, after, found := strings.Cut(template, artifactPlaceholder)
	u, err := url.Parse(before + "x" + after)
	fixed, fixedErr := url.Parse(before)
	if !found || strings.Contains(after, artifactPlaceholder) || err != nil || fixedErr != nil || u.User != nil ||
		(u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || fixed.Host != u.Host ||
		strings.ContainsAny(before, "?#") || !strings.Contains(strings.TrimPrefix(before, u.Scheme+"://"), "/") {
		return fmt.Errorf("%q: write an absolute http or https URL with %s once, in its path, such as https://files.example.com/artifacts/%s/download",
			template, artifactPlaceholder, artifactPlaceholder)
	}
	return nil
}

func (l LinkConfig) validate() error {
	u, err := url.Parse(strings.NewReplacer("{execution_id}", "x", "{trace_id}", "x", "{workflow_id}", "x").Replace(l.URL))
	if l.Name == "" || err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("name %q, url %q: write a name and an absolute http or https URL; it may hold {execution_id}, {trace_id} and {workflow_id}", l.Name, l.URL)
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
