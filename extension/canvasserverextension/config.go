package canvasserverextension

import (
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configtls"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/backend"
)

// Config is the configuration of the server. README.md explains each key, with its default.
type Config struct {
	// HTTP is the listener: endpoint (localhost:8090), tls, auth, response_headers and time-outs as everywhere in the Collector. auth protects
	// /api and /ws and leaves the page public. CORS follows from AllowedOrigins.
	HTTP confighttp.ServerConfig `mapstructure:"http"`
	// AllowedOrigins are the pages that may use the server from a browser, exactly as browsers send them.
	AllowedOrigins []string `mapstructure:"allowed_origins"`
	// AllowedHosts are the names under which the server may be asked for. Empty: localhost, 127.0.0.1, [::1] and the host of
	// the endpoint.
	AllowedHosts []string `mapstructure:"allowed_hosts"`
	// BasePath is the path below which a proxy shows the server, such as /canvas. Requests may come with it or without it.
	BasePath string `mapstructure:"base_path"`
	// Insecure allows to listen off loopback without authentication.
	Insecure bool `mapstructure:"insecure"`
	// QueryToken accepts a token as access_token in the query, too. URLs end up in the logs of proxies.
	QueryToken bool `mapstructure:"query_token"`
	// Bind says who may bind traces to executions.
	Bind BindConfig `mapstructure:"bind"`
	// ExposeFile names the workflows and viewers that the Trace tab is switched on for; it is read again when it changes. Empty: all.
	ExposeFile string `mapstructure:"expose_file"`
	// UnknownExecution says how an execution that nobody has heard of is answered.
	UnknownExecution UnknownExecution `mapstructure:"unknown_execution"`

	// FlushInterval is the least time between two frames of changes; 0 sends each change at once.
	FlushInterval time.Duration `mapstructure:"flush_interval"`
	// PingInterval is the time between two pings of a WebSocket.
	PingInterval time.Duration `mapstructure:"ping_interval"`
	// ReadTimeout is how long a WebSocket's client may be silent; answers to pings count.
	ReadTimeout time.Duration `mapstructure:"read_timeout"`
	// WriteTimeout is how long a frame, or a part of a REST answer, may take to be written.
	WriteTimeout time.Duration `mapstructure:"write_timeout"`
	// Compression offers permessage-deflate.
	Compression bool `mapstructure:"compression"`

	// MaxFrameBytes is the size of a frame, where one span allows it.
	MaxFrameBytes int `mapstructure:"max_frame_bytes"`
	// MaxClientMessageBytes bounds a message from a client, after inflation.
	MaxClientMessageBytes int `mapstructure:"max_client_message_bytes"`
	// MaxConnections bounds WebSockets, event streams and waiting long polls; 0: no bound.
	MaxConnections int `mapstructure:"max_connections"`
	// MaxConnectionsPerPrincipal bounds those of one token, or of one address where there is no token; 0: no bound.
	MaxConnectionsPerPrincipal int `mapstructure:"max_connections_per_principal"`
	// HandshakeRate is how many WebSockets, event streams and long polls one principal may begin a second; 0: no bound.
	HandshakeRate float64 `mapstructure:"handshake_rate"`
	// MessageRate is how many messages one WebSocket's client may send a second, pings and pongs included; 0: no bound.
	MessageRate float64 `mapstructure:"message_rate"`
	// MaxSubscriptions bounds what one multiplexed WebSocket is subscribed to at once.
	MaxSubscriptions int `mapstructure:"max_subscriptions"`
	// MaxPendingConnections bounds the multiplexed WebSockets that have not sent init; 0: no bound.
	MaxPendingConnections int `mapstructure:"max_pending_connections"`
	// InitTimeout is how long a multiplexed WebSocket may wait with its init.
	InitTimeout time.Duration `mapstructure:"init_timeout"`
	// AuthInterval is the time between two looks at the credentials of a connection that stays.
	AuthInterval time.Duration `mapstructure:"auth_interval"`
	// ListInterval is the least time between two updates of a live list.
	ListInterval time.Duration `mapstructure:"list_interval"`
	// MaxWait bounds how long a long poll waits.
	MaxWait time.Duration `mapstructure:"max_wait"`

	// ArtifactURL is where an artifact is downloaded; {id} stands for its id. Empty: there are no downloads.
	ArtifactURL string `mapstructure:"artifact_url"`
	// Links are shown beside an execution: dashboards and the like.
	Links []LinkConfig `mapstructure:"links"`
	// Thresholds are what the page highlights.
	Thresholds ThresholdsConfig `mapstructure:"thresholds"`
	// Resolver asks an Orcheo backend which trace an execution has.
	Resolver ResolverConfig `mapstructure:"resolver"`
	// Backend is the Orcheo backend that some requests are passed on to.
	Backend BackendConfig `mapstructure:"backend"`
	// ForwardAuth asks a service of the operator's who may see which execution.
	ForwardAuth ForwardAuthConfig `mapstructure:"forward_auth"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// BindConfig says who may bind a trace to an execution with PUT.
type BindConfig struct {
	// Enabled switches the route on.
	Enabled bool `mapstructure:"enabled"`
	// Auth is who may use it; unset: who may use the rest.
	Auth configoptional.Optional[configauth.Config] `mapstructure:"auth"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// LinkConfig is a link to somewhere else.
type LinkConfig struct {
	// Name is what the page calls the link.
	Name string `mapstructure:"name"`
	// URL may hold {execution_id}, {trace_id}, {span_id} and {workflow_id}. One with {span_id} is shown beside each span.
	URL string `mapstructure:"url"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// ThresholdsConfig is what the page highlights; 0 switches a highlight off.
type ThresholdsConfig struct {
	// SlowSpan is how long a span may take.
	SlowSpan time.Duration `mapstructure:"slow_span"`
	// HighTokens is how many tokens a span may use, in or out. The default is the one of Orcheo's token.chunk events.
	HighTokens int64 `mapstructure:"high_tokens"`
	// SlowExecution is how long an execution may take.
	SlowExecution time.Duration `mapstructure:"slow_execution"`
	// HighExecutionTokens is how many tokens an execution may use, in and out together.
	HighExecutionTokens int64 `mapstructure:"high_execution_tokens"`
	// HighCostUSD is what an execution may cost, in US dollars.
	HighCostUSD float64 `mapstructure:"high_cost_usd"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// ResolverConfig is the Orcheo backend that knows which trace an execution has.
type ResolverConfig struct {
	// Endpoint is the base URL of the backend; empty: nobody is asked.
	Endpoint string `mapstructure:"endpoint"`
	// Token is sent to the backend as a bearer token.
	Token configopaque.String `mapstructure:"token"`
	// TLS says whom to trust of the backend: ca_file and the like, as everywhere in the Collector.
	TLS configtls.ClientConfig `mapstructure:"tls"`
	// Timeout bounds one question.
	Timeout time.Duration `mapstructure:"timeout"`
	// RetryInterval is the time between two questions about one execution while a viewer waits.
	RetryInterval time.Duration `mapstructure:"retry_interval"`
	// CacheTTL is how long an answer is remembered.
	CacheTTL time.Duration `mapstructure:"cache_ttl"`
	// MaxEntries bounds the executions that are remembered or waited for.
	MaxEntries int `mapstructure:"max_entries"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// BackendConfig is the Orcheo backend that is asked for traces this server never saw, and that some of its paths are passed on to.
type BackendConfig struct {
	// ClientConfig is how to reach it: endpoint, tls, proxy_url, auth, headers as everywhere in the Collector. An empty endpoint: nothing is
	// passed on. timeout is for the head of an answer and for each part of it.
	confighttp.ClientConfig `mapstructure:",squash"`
	// Token is sent as a bearer token in the place of the viewer's own credentials.
	Token configopaque.String `mapstructure:"token"`
	// Paths are what may be passed on, such as "GET /api/workflows/{workflow_id}".
	Paths []string `mapstructure:"paths"`
	// WorkflowSocket passes Orcheo's own WebSocket on, /ws/workflow/{ref}, over which workflows are run, with this server's spans in the place of the backend's.
	WorkflowSocket bool `mapstructure:"workflow_socket"`
	// Forwarded says what is believed of X-Forwarded headers.
	Forwarded backend.Forwarded `mapstructure:"forwarded"`
	// MaxRequestBytes bounds the body of a request that is passed on.
	MaxRequestBytes int64 `mapstructure:"max_request_bytes"`
	// MaxResponseBytes bounds an answer; 0: no bound.
	MaxResponseBytes int64 `mapstructure:"max_response_bytes"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// defaultPaths only read. GET alone is no promise: Orcheo's webhooks start runs by it, so there is no wildcard among them.
func defaultPaths() []string {
	return []string{
		"GET /api/workflows",
		"GET /api/workflows/{workflow_id}",
		"GET /api/workflows/{workflow_id}/executions",
		"GET /api/workflows/{workflow_id}/versions",
		"GET /api/workflows/{workflow_id}/versions/{version}",
		"GET /api/executions/{execution_id}/history",
		"GET /api/artifacts/{artifact_id}/download",
		"GET /api/system/info",
		"GET /api/system/health",
	}
}

// ForwardAuthConfig is the service that knows who may see what.
type ForwardAuthConfig struct {
	// URL is asked whether a viewer may see an execution; it may hold {execution_id} in its path. Empty: whoever may read may
	// read everything.
	URL string `mapstructure:"url"`
	// WorkflowURL is asked whether a viewer may list a workflow's executions; it may hold {workflow_id}. Empty: with URL set
	// there are no lists.
	WorkflowURL string `mapstructure:"workflow_url"`
	// TLS says whom to trust of the service, and who this server is to it: ca_file and the like, as everywhere in the Collector.
	TLS configtls.ClientConfig `mapstructure:"tls"`
	// Headers are the names of the headers of a viewer's request that are passed on.
	Headers []string `mapstructure:"headers"`
	// Timeout bounds one question.
	Timeout time.Duration `mapstructure:"timeout"`
	// CacheTTL is how long a yes counts; open subscriptions are looked at as often.
	CacheTTL time.Duration `mapstructure:"cache_ttl"`
	// MaxEntries bounds the answers that are remembered.
	MaxEntries int `mapstructure:"max_entries"`

	// prevent unkeyed literal initialization
	_ struct{}
}

func (c *ForwardAuthConfig) enabled() bool { return c.URL != "" }

// UnknownExecution says how an execution that nobody has heard of is answered.
type UnknownExecution string

// The answers.
const (
	// UnknownPending answers 200 with a pending execution. Canvas would retry a 404 for ever.
	UnknownPending UnknownExecution = "pending"
	// UnknownNotFound answers 404.
	UnknownNotFound UnknownExecution = "not_found"
)

// maxMaxWait is the longest that max_wait may be: proxies cut what is idle for a minute.
const maxMaxWait = 60 * time.Second

// defaultEndpoint is loopback: whoever can reach the server sees every prompt.
const defaultEndpoint = "localhost:8090"

func createDefaultConfig() component.Config {
	http := confighttp.NewDefaultServerConfig()
	http.NetAddr.Endpoint = defaultEndpoint
	client := confighttp.NewDefaultClientConfig()
	client.Timeout = 30 * time.Second
	return &Config{
		HTTP:                       http,
		UnknownExecution:           UnknownPending,
		FlushInterval:              100 * time.Millisecond,
		PingInterval:               20 * time.Second,
		ReadTimeout:                50 * time.Second,
		WriteTimeout:               60 * time.Second,
		MaxFrameBytes:              64 << 10,
		MaxClientMessageBytes:      16 << 10,
		MaxConnections:             5000,
		MaxConnectionsPerPrincipal: 500,
		HandshakeRate:              100,
		MessageRate:                20,
		MaxSubscriptions:           64,
		MaxPendingConnections:      500,
		InitTimeout:                10 * time.Second,
		AuthInterval:               60 * time.Second,
		ListInterval:               time.Second,
		MaxWait:                    25 * time.Second,
		Thresholds: ThresholdsConfig{
			SlowSpan: 10 * time.Second, HighTokens: 1000, SlowExecution: 2 * time.Minute, HighExecutionTokens: 100_000, HighCostUSD: 1,
		},
		Resolver: ResolverConfig{
			Timeout:       3 * time.Second,
			RetryInterval: 2 * time.Second,
			CacheTTL:      10 * time.Minute,
			MaxEntries:    10_000,
		},
		Backend: BackendConfig{
			ClientConfig:     client,
			Paths:            defaultPaths(),
			Forwarded:        backend.Strict,
			MaxRequestBytes:  10 << 20,
			MaxResponseBytes: 256 << 20,
		},
		ForwardAuth: ForwardAuthConfig{
			Headers:    []string{"Authorization"},
			Timeout:    3 * time.Second,
			CacheTTL:   60 * time.Second,
			MaxEntries: 10_000,
		},
	}
}
