package canvasserverextension

import (
	"encoding/json"
	"net/http"
)

// info is what a client should know of this server. It holds no secret and nothing of any execution.
type info struct {
	Name       string         `json:"name"`
	Version    string         `json:"version"`
	Build      string         `json:"build"`
	Limits     infoLimits     `json:"limits"`
	Features   infoFeatures   `json:"features"`
	Links      []infoLink     `json:"links"`
	Thresholds infoThresholds `json:"thresholds"`
	TraceTab   infoTraceTab   `json:"trace_tab"`
}

type infoLimits struct {
	FlushIntervalMS            int64   `json:"flush_interval_ms"`
	PingIntervalMS             int64   `json:"ping_interval_ms"`
	ReadTimeoutMS              int64   `json:"read_timeout_ms"`
	WriteTimeoutMS             int64   `json:"write_timeout_ms"`
	MaxWaitMS                  int64   `json:"max_wait_ms"`
	MaxFrameBytes              int     `json:"max_frame_bytes"`
	MaxClientMessageBytes      int     `json:"max_client_message_bytes"`
	MaxConnections             int     `json:"max_connections"`
	MaxConnectionsPerPrincipal int     `json:"max_connections_per_principal"`
	HandshakeRate              float64 `json:"handshake_rate"`
	MessageRate                float64 `json:"message_rate"`
	MaxSubscriptions           int     `json:"max_subscriptions"`
	InitTimeoutMS              int64   `json:"init_timeout_ms"`
	ListIntervalMS             int64   `json:"list_interval_ms"`
	MaxTraceLimit              int     `json:"max_trace_limit"`
	MaxListLimit               int     `json:"max_list_limit"`
}

type infoFeatures struct {
	Auth        bool `json:"auth"`
	Bind        bool `json:"bind"`
	Compression bool `json:"compression"`
	Resolver    bool `json:"resolver"`
	Backend     bool `json:"backend"` // traces that this server never saw, and some paths, are the Orcheo backend's
	Artifacts   bool `json:"artifacts"`
	// WorkflowSocket: GET /ws/workflow/{ref} is passed on to the Orcheo backend.
	WorkflowSocket bool `json:"workflow_socket"`
	QueryToken     bool `json:"query_token"`
	ForwardAuth    bool `json:"forward_auth"` // rights are per execution
	Lists          bool `json:"lists"`        // of everything; else of one workflow at most
	Multiplexed    bool `json:"multiplexed"`  // GET /ws
	Events         bool `json:"events"`       // server-sent events
}

type infoLink struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type infoThresholds struct {
	SlowSpanMS          int64   `json:"slow_span_ms"`
	HighTokens          int64   `json:"high_tokens"` // of a span
	SlowExecutionMS     int64   `json:"slow_execution_ms"`
	HighExecutionTokens int64   `json:"high_execution_tokens"`
	HighCostUSD         float64 `json:"high_cost_usd"` // of an execution
}

// info answers GET /api/info. A browser that was refused a WebSocket asks here to learn why: it sees a 401 only here.
func (a *api) info(w http.ResponseWriter, r *http.Request) *problem {
	c := a.config
	tab, bad := a.traceTab(r)
	if bad != nil {
		return bad
	}
	i := info{
		Name: a.build.Command, Version: a.build.Version, Build: a.build.Description,
		Limits: infoLimits{
			FlushIntervalMS: c.FlushInterval.Milliseconds(), PingIntervalMS: c.PingInterval.Milliseconds(),
			ReadTimeoutMS: c.ReadTimeout.Milliseconds(), WriteTimeoutMS: c.WriteTimeout.Milliseconds(),
			MaxWaitMS: c.MaxWait.Milliseconds(), MaxFrameBytes: c.MaxFrameBytes, MaxClientMessageBytes: c.MaxClientMessageBytes,
			MaxConnections: c.MaxConnections, MaxConnectionsPerPrincipal: c.MaxConnectionsPerPrincipal,
			HandshakeRate: c.HandshakeRate, MessageRate: c.MessageRate,
			MaxSubscriptions: c.MaxSubscriptions, InitTimeoutMS: c.InitTimeout.Milliseconds(), ListIntervalMS: c.ListInterval.Milliseconds(),
			MaxTraceLimit: maxTraceLimit, MaxListLimit: maxListLimit,
		},
		Features: infoFeatures{
			Auth: c.HTTP.Auth.HasValue(), Bind: c.Bind.Enabled, Compression: c.Compression, Resolver: c.Resolver.Endpoint != "",
			Artifacts: c.ArtifactURL != "" || a.behind.hasArtifacts(), Backend: c.Backend.enabled(), WorkflowSocket: c.Backend.enabled() && c.Backend.WorkflowSocket, QueryToken: c.QueryToken,
			ForwardAuth: c.ForwardAuth.enabled(), Lists: !c.ForwardAuth.enabled(), Multiplexed: true, Events: true,
		},
		Links: []infoLink{},
		Thresholds: infoThresholds{
			SlowSpanMS: c.Thresholds.SlowSpan.Milliseconds(), HighTokens: c.Thresholds.HighTokens,
			SlowExecutionMS: c.Thresholds.SlowExecution.Milliseconds(), HighExecutionTokens: c.Thresholds.HighExecutionTokens,
			HighCostUSD: c.Thresholds.HighCostUSD,
		},
	}
	i.TraceTab = tab
	for _, l := range c.Links {
		i.Links = append(i.Links, infoLink{Name: l.Name, URL: l.URL})
	}
	body, err := json.Marshal(i)
	if err != nil {
		return &problem{status: http.StatusInternalServerError, detail: "the configuration cannot be shown: " + err.Error()}
	}
	a.answer(w).json(body)
	return nil
}

// health answers GET /healthz: the server answers, whatever the trace store does.
func (a *api) health(w http.ResponseWriter, _ *http.Request) *problem {
	w.Header().Set("Cache-Control", "no-store")
	a.answer(w).json([]byte(`{"status":"ok"}`))
	return nil
}
