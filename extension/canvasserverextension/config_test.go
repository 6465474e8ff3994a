package canvasserverextension

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/backend"
	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/metadata"
)

func loadConfig(t *testing.T, name string) *Config {
	t.Helper()
	conf, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	sub, err := conf.Sub(component.NewIDWithName(metadata.Type, name).String())
	require.NoError(t, err)
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, sub.Unmarshal(cfg))
	return cfg
}

func TestValidConfigurations(t *testing.T) {
	for _, name := range []string{"", "all", "empty_resolver", "insecure", "ipv6_loopback", "unix_socket"} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, confmap.Validate(loadConfig(t, name)))
		})
	}
}

func TestDefaults(t *testing.T) {
	c := loadConfig(t, "")
	assert.Equal(t, "localhost:8090", c.HTTP.NetAddr.Endpoint)
	assert.Equal(t, []string{"localhost", "127.0.0.1", "[::1]", "localhost"}, c.allowedHosts())
	assert.Equal(t, UnknownPending, c.UnknownExecution)
	assert.False(t, c.Bind.Enabled)
	assert.False(t, c.QueryToken)
	assert.Equal(t, 100*time.Millisecond, c.FlushInterval)
	assert.Equal(t, 20*time.Second, c.PingInterval)
	assert.Equal(t, 50*time.Second, c.ReadTimeout)
	assert.Equal(t, 60*time.Second, c.WriteTimeout)
	assert.Equal(t, 64<<10, c.MaxFrameBytes)
	assert.Equal(t, 16<<10, c.MaxClientMessageBytes)
	assert.Equal(t, 25*time.Second, c.MaxWait)
	assert.Equal(t, 64, c.MaxSubscriptions)
	assert.Equal(t, 500, c.MaxPendingConnections)
	assert.Equal(t, 10*time.Second, c.InitTimeout)
	assert.Equal(t, time.Minute, c.AuthInterval)
	assert.Equal(t, time.Second, c.ListInterval)
	assert.False(t, c.ForwardAuth.enabled())
}

func TestEveryKeyIsRead(t *testing.T) {
	c := loadConfig(t, "all")
	assert.Equal(t, "0.0.0.0:9000", c.HTTP.NetAddr.Endpoint)
	assert.Equal(t, []string{"https://canvas.example.com"}, c.AllowedOrigins)
	assert.Equal(t, []string{"traces.example.com"}, c.allowedHosts())
	assert.Equal(t, "/tools/canvas", c.BasePath)
	assert.True(t, c.QueryToken)
	assert.True(t, c.Bind.Enabled)
	assert.Equal(t, "/etc/canvas/expose.yaml", c.ExposeFile)
	assert.Equal(t, UnknownNotFound, c.UnknownExecution)
	assert.Zero(t, c.FlushInterval)
	assert.True(t, c.Compression)
	assert.Equal(t, 32768, c.MaxFrameBytes)
	assert.Equal(t, 1024, c.MaxClientMessageBytes)
	assert.Equal(t, 10, c.MaxConnections)
	assert.Equal(t, 5, c.MaxConnectionsPerPrincipal)
	assert.InDelta(t, 2.5, c.HandshakeRate, 0)
	assert.InDelta(t, 1, c.MessageRate, 0)
	assert.Equal(t, time.Minute, c.MaxWait)
	assert.Equal(t, 7, c.MaxSubscriptions)
	assert.Equal(t, 3, c.MaxPendingConnections)
	assert.Equal(t, 4*time.Second, c.InitTimeout)
	assert.Equal(t, 30*time.Second, c.AuthInterval)
	assert.Equal(t, 2*time.Second, c.ListInterval)
	assert.Equal(t, ForwardAuthConfig{
		URL: "http://auth:9000/executions/{execution_id}", WorkflowURL: "http://auth:9000/workflows",
		Headers: []string{"Authorization", "X-Forwarded-User"}, Timeout: time.Second, CacheTTL: 10 * time.Second, MaxEntries: 20,
	}, c.ForwardAuth)
	assert.Equal(t, "https://orcheo:8000", c.Backend.Endpoint)
	assert.Equal(t, 5*time.Second, c.Backend.Timeout)
	assert.Equal(t, "/etc/canvas/ca.crt", c.Backend.TLS.CAFile)
	assert.Equal(t, []string{"GET,POST /api/workflows/{workflow_id}/{path...}"}, c.Backend.Paths)
	assert.Equal(t, backend.Append, c.Backend.Forwarded)
	assert.EqualValues(t, 1000, c.Backend.MaxRequestBytes)
	assert.Zero(t, c.Backend.MaxResponseBytes)
	assert.Equal(t, []LinkConfig{{Name: "Tempo", URL: "https://grafana.example.com/explore?trace={trace_id}"}, {Name: "Jaeger", URL: "https://{workflow_id}.example.com/trace/{trace_id}?uiFind={span_id}"}}, c.Links)
	assert.Equal(t, ThresholdsConfig{SlowSpan: 5 * time.Second, HighTokens: 2000, SlowExecution: 90 * time.Second, HighExecutionTokens: 50_000, HighCostUSD: 0.5}, c.Thresholds)
	assert.Equal(t, ResolverConfig{
		Endpoint: "http://localhost:8000", Token: "secret", Timeout: time.Second, RetryInterval: 500 * time.Millisecond,
		CacheTTL: time.Minute, MaxEntries: 10,
	}, c.Resolver)
}

func TestInvalidConfigurationsSayWhatToDo(t *testing.T) {
	for name, want := range map[string][]string{
		"open_to_all":                    {"0.0.0.0:8090", "http::auth::authenticator", "insecure: true"},
		"open_by_name":                   {"canvas.example.com:8090", "insecure: true"},
		"open_by_empty_host":             {`":8090"`, "insecure: true"},
		"no_endpoint":                    {"http::endpoint is empty"},
		"cors":                           {"allowed_origins is the one list"},
		"request_params":                 {"query_token: true"},
		"wildcard_origin":                {"allowed_origins", "without a path or a wildcard"},
		"host_is_url":                    {"allowed_hosts", "write a name or an address"},
		"base_path_with_slash":           {`base_path is "/canvas/"`, "such as /canvas"},
		"base_path_upwards":              {"base_path is"},
		"base_path_markup":               {"base_path is"},
		"base_path_of_the_server":        {"must not begin with", "/api"},
		"unknown_policy":                 {"pending or not_found"},
		"times":                          {"flush_interval is -1s", "ping_interval is 0s", "read_timeout is -1s", "write_timeout is 0s", "init_timeout is 0s", "auth_interval is -1s", "list_interval is 0s", "max_wait is 1m1s"},
		"ping_too_slow":                  {"read_timeout (50s) must be longer than ping_interval (50s)"},
		"sizes":                          {"max_frame_bytes is 10", "max_client_message_bytes is 1", "max_connections", "max_subscriptions is 0", "handshake_rate"},
		"artifact_host":                  {"artifact_url", "in its path"},
		"artifact_query":                 {"artifact_url", "in its path"},
		"artifact_without_id":            {"artifact_url", "{id} once"},
		"artifact_script":                {"artifact_url"},
		"links":                          {"links[0]", "links[1]"},
		"thresholds":                     {"thresholds must not be negative"},
		"forward_auth_host":              {"forward_auth: url", "in the path", "timeout is 0s", "cache_ttl is 0s", "max_entries is 0", `"Host" cannot be passed on`, `"X Y"`},
		"forward_auth_nobody":            {"could not know who asks"},
		"forward_auth_lists_only":        {"set url, too"},
		"forward_auth_and_bind":          {"set bind::auth"},
		"backend":                        {"backend: endpoint", "timeout is 0s", `"POST"`, `"GET /api/.."`, "forwarded is", "max_request_bytes", "compression", "token and auth"},
		"backend_token_and_forward_auth": {`"GET /api/workflows"`, "{execution_id} or {workflow_id}"},
		"resolver":                       {"resolver: endpoint", "timeout is 0s", "max_entries is 0"},
	} {
		t.Run(name, func(t *testing.T) {
			err := confmap.Validate(loadConfig(t, name))
			require.Error(t, err)
			for _, part := range want {
				require.ErrorContains(t, err, part)
			}
		})
	}
}
