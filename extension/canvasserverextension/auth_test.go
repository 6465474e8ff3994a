package canvasserverextension

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/bearertokenauthextension"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

const (
	rightToken  = "right-token-0123456789"
	wrongToken  = "wrong-token-0123456789"
	binderToken = "binder-token-012345678"
)

var (
	viewersID = component.MustNewIDWithName("bearertokenauth", "viewers")
	bindersID = component.MustNewIDWithName("bearertokenauth", "binders")
)

// bearer is the Collector's own authenticator for one token.
func bearer(t *testing.T, id component.ID, token string) component.Component {
	t.Helper()
	f := bearertokenauthextension.NewFactory()
	cfg := f.CreateDefaultConfig().(*bearertokenauthextension.Config)
	cfg.BearerToken = configopaque.String(token)
	set := extensiontest.NewNopSettings(f.Type())
	set.ID = id
	e, err := f.Create(t.Context(), set, cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), &host{}))
	t.Cleanup(func() { require.NoError(t, e.Shutdown(context.Background())) })
	return e
}

// protected is a setup with authentication.
func protected(t *testing.T, more func(*Config)) setup {
	return setup{
		extensions: map[component.ID]component.Component{
			viewersID: bearer(t, viewersID, rightToken), bindersID: bearer(t, bindersID, binderToken),
		},
		config: func(c *Config) {
			c.HTTP.Auth = configoptional.Some(confighttp.AuthConfig{Config: configauth.Config{AuthenticatorID: viewersID}})
			if more != nil {
				more(c)
			}
		},
	}
}

func TestWhoMayReadWhat(t *testing.T) {
	for _, queryToken := range []bool{false, true} {
		w := newWorld(t, protected(t, func(c *Config) { c.QueryToken = queryToken }))
		w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1"})
		for _, path := range []string{"/", "/executions/run-1", "/compare?a=run-1&b=run-2", "/assets/shell.css", "/healthz"} {
			assert.Equal(t, http.StatusOK, w.get(path).status, path)
		}
		for _, path := range []string{
			"/api/info", "/api/executions", "/api/workflows/wf/executions", "/api/executions/run-1/trace",
			"/api/executions/run-1/trace/otlp", "/api/artifacts/a/download", "/api/none", "/ws", "/ws/none", "/ws/executions/run-1",
			fmt.Sprintf("/api/executions/run-1/traces/%s/spans/%s", traceID(1), spanID(1)),
		} {
			none := w.get(path)
			assert.Equal(t, http.StatusUnauthorized, none.status, path)
			assert.JSONEq(t, `{"detail":{"message":"Missing bearer token","code":"auth.missing_token"}}`, none.body)
			assert.Equal(t, "Bearer", none.header.Get("WWW-Authenticate"))
			wrong := w.ask(http.MethodGet, path, map[string]string{"Authorization": "Bearer " + wrongToken})
			assert.Equal(t, http.StatusUnauthorized, wrong.status, path)
			assert.JSONEq(t, `{"detail":{"message":"Invalid bearer token","code":"auth.invalid_token"}}`, wrong.body)
			right := w.ask(http.MethodGet, path, map[string]string{"Authorization": "Bearer " + rightToken})
			assert.NotEqual(t, http.StatusUnauthorized, right.status, path)
			query := w.get(path + "?access_token=" + rightToken)
			assert.Equal(t, !queryToken, query.status == http.StatusUnauthorized, path)
		}
	}
}

func TestWhoMayOpenASocket(t *testing.T) {
	for _, queryToken := range []bool{false, true} {
		w := newWorld(t, protected(t, func(c *Config) { c.QueryToken = queryToken }))
		rejected := int64(0)
		for _, tc := range []struct {
			name      string
			query     string
			header    http.Header
			protocols []string
			ok        bool
		}{
			{name: "no token"},
			{name: "wrong token in the header", header: http.Header{"Authorization": {"Bearer " + wrongToken}}},
			{name: "right token in the header", header: http.Header{"Authorization": {"Bearer " + rightToken}}, ok: true},
			{name: "wrong token in the subprotocol", protocols: []string{"orcheo-auth", "bearer." + wrongToken}},
			{name: "right token in the subprotocol", protocols: []string{"orcheo-auth", "bearer." + rightToken}, ok: true},
			{name: "the header wins", header: http.Header{"Authorization": {"Bearer " + wrongToken}}, protocols: []string{"bearer." + rightToken}},
			{name: "wrong token in the query", query: "?access_token=" + wrongToken},
			{name: "right token in the query", query: "?access_token=" + rightToken, ok: queryToken},
		} {
			conn, resp, err := w.dial("/ws/executions/run-1"+tc.query, tc.header, tc.protocols...)
			assert.Equal(t, tc.ok, err == nil, "%s: %v", tc.name, err)
			if err == nil {
				assert.NotContains(t, fmt.Sprint(resp.Header), rightToken, tc.name)
				require.NoError(t, conn.Close())
				continue
			}
			rejected++
			assert.Equal(t, http.StatusUnauthorized, resp.StatusCode, tc.name)
		}
		assert.Equal(t, rejected, w.rejections(rejectedAuth))
	}
}

func TestWhoMayBind(t *testing.T) {
	path := "/api/executions/run-1/traces/" + traceID(1).String()
	put := func(w *world, token string) int {
		header := map[string]string{}
		if token != "" {
			header["Authorization"] = "Bearer " + token
		}
		return w.ask(http.MethodPut, path, header).status
	}
	t.Run("nobody, by default", func(t *testing.T) {
		assert.Equal(t, http.StatusForbidden, put(newWorld(t, setup{}), ""))
	})
	t.Run("everybody on loopback, where it is switched on", func(t *testing.T) {
		w := newWorld(t, setup{config: func(c *Config) { c.Bind.Enabled = true }})
		assert.Equal(t, http.StatusNoContent, put(w, ""))
		assert.Equal(t, http.StatusNoContent, put(w, ""), "binding again changes nothing")
		assert.True(t, w.trace("/api/executions/run-1/trace").Known)
	})
	t.Run("viewers, where there is authentication", func(t *testing.T) {
		w := newWorld(t, protected(t, func(c *Config) { c.Bind.Enabled = true }))
		assert.Equal(t, http.StatusUnauthorized, put(w, ""))
		assert.Equal(t, http.StatusUnauthorized, put(w, wrongToken))
		assert.Equal(t, http.StatusNoContent, put(w, rightToken))
	})
	t.Run("binders only, where they have an authenticator of their own", func(t *testing.T) {
		w := newWorld(t, protected(t, func(c *Config) {
			c.Bind.Enabled = true
			c.Bind.Auth = configoptional.Some(configauth.Config{AuthenticatorID: bindersID})
		}))
		assert.Equal(t, http.StatusUnauthorized, put(w, rightToken))
		assert.Equal(t, http.StatusNoContent, put(w, binderToken))
		assert.Equal(t, []component.ID{viewersID, bindersID}, w.server.Dependencies())
	})
	t.Run("not a trace of another execution", func(t *testing.T) {
		w := newWorld(t, setup{config: func(c *Config) { c.Bind.Enabled = true }})
		w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "other"})
		assert.Equal(t, http.StatusConflict, put(w, ""))
	})
	t.Run("not with ids that are none", func(t *testing.T) {
		w := newWorld(t, setup{config: func(c *Config) { c.Bind.Enabled = true }})
		assert.Equal(t, http.StatusBadRequest, w.ask(http.MethodPut, "/api/executions/run-1/traces/xyz", nil).status)
		assert.Equal(t, http.StatusBadRequest, w.ask(http.MethodPut, "/api/executions/a%0Ab/traces/"+traceID(1).String(), nil).status)
	})
	t.Run("not a page of another site", func(t *testing.T) {
		w := newWorld(t, setup{config: func(c *Config) { c.Bind.Enabled = true }})
		r := w.ask(http.MethodPut, path, map[string]string{"Origin": "http://attacker.example"})
		assert.Equal(t, http.StatusForbidden, r.status)
	})
}

func TestATokenAppearsInNoLogSpanOrAnswer(t *testing.T) {
	core, logs := observer.New(zap.DebugLevel)
	s := protected(t, func(c *Config) { c.QueryToken = true })
	s.settings = func(set *extension.Settings) { set.Logger = zap.New(core) }
	w := newWorld(t, s)
	w.add(made{trace: 1, id: 1, name: "workflow.execution", execution: "run-1"})
	var answers []string
	for _, token := range []string{rightToken, wrongToken} {
		for _, path := range []string{"/", "/executions/run-1", "/api/info", "/api/executions/run-1/trace", "/api//x", "/none", "/ws/executions/run-1"} {
			for _, r := range []reply{
				w.get(path + "?access_token=" + token + "&x=1"),
				w.get(path + "?%61ccess_token=" + token),
				w.ask(http.MethodGet, path, map[string]string{"Authorization": "Bearer " + token}),
				w.ask(http.MethodGet, path, map[string]string{"Sec-WebSocket-Protocol": "orcheo-auth, bearer." + token}),
				w.ask(http.MethodGet, path, map[string]string{"Referer": "http://x/?access_token=" + token}),
				w.ask(http.MethodGet, path+"?access_token="+token, map[string]string{"Host": "attacker.example"}),
			} {
				answers = append(answers, fmt.Sprint(r.status, r.header, r.body))
			}
		}
		conn, resp, err := w.dial("/ws/executions/run-1?access_token="+token, nil, "orcheo-auth", "bearer."+token)
		if err == nil {
			require.NoError(t, conn.Close())
		}
		answers = append(answers, fmt.Sprint(resp.Status, resp.Header))
	}
	w.eventually(func() bool { return w.connections(transportWebSocket) == 0 })
	require.NoError(t, w.server.Shutdown(t.Context()))

	spans := w.tel.SpanRecorder.Ended()
	require.NotEmpty(t, spans, "the listener is traced")
	for _, span := range spans {
		answers = append(answers, fmt.Sprint(span.Name(), span.Attributes(), span.Events(), span.Status()))
	}
	for _, entry := range logs.All() {
		answers = append(answers, fmt.Sprint(entry.Message, entry.ContextMap()))
	}
	for _, text := range answers {
		for _, token := range []string{rightToken, wrongToken} {
			assert.NotContains(t, text, token)
		}
	}
}

func TestASocketIsNotMeasuredAsOneLongRequest(t *testing.T) {
	w := newWorld(t, setup{})
	v := w.view("/ws/executions/run-1")
	v.frame()
	w.eventually(func() bool { return len(w.tel.SpanRecorder.Ended()) == 1 })
}

func TestAMissingAuthenticatorFailsTheStart(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	cfg.HTTP.NetAddr.Endpoint = "127.0.0.1:0"
	cfg.HTTP.Auth = configoptional.Some(confighttp.AuthConfig{Config: configauth.Config{AuthenticatorID: viewersID}})
	e, err := newServer(extensiontest.NewNopSettings(NewFactory().Type()), cfg)
	require.NoError(t, err)
	err = e.Start(t.Context(), &host{})
	require.ErrorContains(t, err, "bearertokenauth/viewers")
	require.ErrorContains(t, err, "service::extensions")
	require.NoError(t, e.Shutdown(t.Context()))
}
