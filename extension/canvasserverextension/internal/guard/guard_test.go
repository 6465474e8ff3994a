package guard

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHosts(t *testing.T) {
	hosts, err := NewHosts([]string{"localhost", "127.0.0.1", "[::1]", "canvas.example.com:443", "my_container"})
	require.NoError(t, err)
	for host, want := range map[string]bool{
		"localhost":                         true,
		"localhost:8090":                    true,
		"LOCALHOST:1":                       true,
		"127.0.0.1:8090":                    true,
		"[::1]:8090":                        true,
		"[::1]":                             true,
		"[0:0:0:0:0:0:0:1]:8090":            true,
		"canvas.example.com:443":            true,
		"my_container:80":                   true,
		"canvas.example.com":                false,
		"canvas.example.com:8443":           false,
		"attacker.example":                  false,
		"attacker.example:8090":             false,
		"localhost.attacker.example":        false,
		"localhost:8090:8090":               false,
		"localhost@attacker":                false,
		"localhost:":                        false,
		"":                                  false,
		"127.0.0.2":                         false,
		"*":                                 false,
		strings.Repeat("a", 300):            false,
		"[localhost]":                       false,
		"[127.0.0.1]:8090":                  true,
		"localhost:80/../":                  false,
		"localhost\x20":                     false,
		"xn--localhost-\u0000":              false,
		"localhost:99999999999999999999999": false,
	} {
		assert.Equal(t, want, hosts.Allows(host), "Host: %q", host)
	}
}

func TestAnyHostSwitchesTheCheckOff(t *testing.T) {
	hosts, err := NewHosts([]string{AnyHost})
	require.NoError(t, err)
	assert.True(t, hosts.Allows("attacker.example"))
}

func TestHostsRefuseEntriesThatAreNoHosts(t *testing.T) {
	for _, entry := range []string{"", "http://localhost", "*.example.com", "a b", "host:port", "[::1", "a/b"} {
		_, err := NewHosts([]string{entry})
		require.ErrorIs(t, err, ErrHost, entry)
	}
}

func TestOrigins(t *testing.T) {
	origins, err := NewOrigins([]string{"https://canvas.example.com", "http://localhost:5173"})
	require.NoError(t, err)
	for _, tc := range []struct {
		name, host string
		tls        bool
		origin     []string
		want       bool
	}{
		{name: "no origin is no browser", host: "localhost:8090", want: true},
		{name: "on the list", host: "localhost:8090", origin: []string{"https://canvas.example.com"}, want: true},
		{name: "on the list, in capitals", host: "localhost:8090", origin: []string{"HTTPS://Canvas.Example.com"}, want: true},
		{name: "the page we serve", host: "localhost:8090", origin: []string{"http://localhost:8090"}, want: true},
		{name: "the page we serve, behind a TLS proxy", host: "traces.example.com", origin: []string{"https://traces.example.com"}, want: true},
		{name: "http page of our https server", host: "localhost:8090", tls: true, origin: []string{"http://localhost:8090"}},
		{name: "another port", host: "localhost:8090", origin: []string{"http://localhost:8091"}},
		{name: "another scheme than listed", host: "localhost:8090", origin: []string{"http://canvas.example.com"}},
		{name: "a subdomain of a listed one", host: "localhost:8090", origin: []string{"https://x.canvas.example.com"}},
		{name: "a longer name", host: "localhost:8090", origin: []string{"https://canvas.example.com.attacker.example"}},
		{name: "opaque origin", host: "localhost:8090", origin: []string{"null"}},
		{name: "empty origin", host: "localhost:8090", origin: []string{""}},
		{name: "two origins", host: "localhost:8090", origin: []string{"http://localhost:5173", "http://localhost:5173"}},
		{name: "with a path", host: "localhost:8090", origin: []string{"http://localhost:8090/"}},
		{name: "with a user", host: "localhost:8090", origin: []string{"http://x@localhost:8090"}},
		{name: "extension page", host: "localhost:8090", origin: []string{"chrome-extension://localhost:8090"}},
		{name: "not a URL", host: "localhost:8090", origin: []string{"://%zz"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/ws/executions/x", nil)
			r.Host = tc.host
			if tc.tls {
				r.TLS = &tls.ConnectionState{}
			}
			r.Header["Origin"] = tc.origin
			if tc.origin == nil {
				r.Header.Del("Origin")
			}
			assert.Equal(t, tc.want, origins.Allow(r))
		})
	}
}

func TestOriginsRefuseEntriesThatAreNoOrigins(t *testing.T) {
	for _, entry := range []string{"", "*", "https://*.example.com", "canvas.example.com", "https://canvas.example.com/", "ftp://x", "null", "https://"} {
		_, err := NewOrigins([]string{entry})
		require.ErrorIs(t, err, ErrOrigin, entry)
	}
}

func TestLiftToken(t *testing.T) {
	for _, tc := range []struct {
		name          string
		protocols     []string
		target        string
		authorization string
		fromQuery     bool
		want          string
		wantProtocols string
		wantTarget    string
	}{
		{name: "nothing to lift", target: "/x?cursor=c.1", wantTarget: "/x?cursor=c.1"},
		{
			name: "from the subprotocol", target: "/x", protocols: []string{"orcheo-trace.v1, orcheo-auth, bearer.abc.def"},
			want: "Bearer abc.def", wantProtocols: "orcheo-trace.v1, orcheo-auth", wantTarget: "/x",
		},
		{
			name: "from the second header line", target: "/x", protocols: []string{"orcheo-auth", "bearer.abc"},
			want: "Bearer abc", wantProtocols: "orcheo-auth", wantTarget: "/x",
		},
		{name: "only a token offered", target: "/x", protocols: []string{"BEARER.abc"}, want: "Bearer abc", wantTarget: "/x"},
		{
			name: "the header wins, the offer goes", target: "/x", protocols: []string{"orcheo-auth,bearer.abc"}, authorization: "Bearer own",
			want: "Bearer own", wantProtocols: "orcheo-auth", wantTarget: "/x",
		},
		{name: "the query is not used unless told", target: "/x?access_token=abc&cursor=c.1", wantTarget: "/x?cursor=c.1"},
		{name: "the query", target: "/x?a=%2F&access_token=a%2Eb&cursor=c.1", fromQuery: true, want: "Bearer a.b", wantTarget: "/x?a=%2F&cursor=c.1"},
		{name: "an escaped name", target: "/x?access%5Ftoken=abc", fromQuery: true, want: "Bearer abc", wantTarget: "/x"},
		{name: "twice", target: "/x?access_token=abc&access_token=def", fromQuery: true, want: "Bearer abc", wantTarget: "/x"},
		{
			name: "the subprotocol wins over the query", target: "/x?access_token=q", protocols: []string{"bearer.p"}, fromQuery: true,
			want: "Bearer p", wantTarget: "/x",
		},
		{name: "line breaks are no token", target: "/x?access_token=a%0d%0aX:1", fromQuery: true, wantTarget: "/x"},
		{name: "an empty token", target: "/x?access_token=", protocols: []string{"bearer."}, fromQuery: true, wantTarget: "/x"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, tc.target, nil)
			for _, p := range tc.protocols {
				r.Header.Add("Sec-WebSocket-Protocol", p)
			}
			if tc.authorization != "" {
				r.Header.Set("Authorization", tc.authorization)
			}
			LiftToken(r, tc.fromQuery)
			assert.Equal(t, tc.want, r.Header.Get("Authorization"))
			assert.Equal(t, tc.wantProtocols, strings.Join(r.Header.Values("Sec-WebSocket-Protocol"), "|"))
			assert.Equal(t, tc.wantTarget, r.URL.String())
			assert.Equal(t, tc.wantTarget, r.RequestURI)
		})
	}
}

func TestRefererWithATokenIsForgotten(t *testing.T) {
	for referer, want := range map[string]string{
		"http://localhost:8090/executions/x?access_token=abc": "",
		"http://localhost:8090/executions/x#access_token=abc": "",
		"http://localhost:8090/executions/x?tab=tree":         "http://localhost:8090/executions/x?tab=tree",
		"http://%zz": "",
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Referer", referer)
		LiftToken(r, false)
		assert.Equal(t, want, r.Header.Get("Referer"), referer)
	}
}

func FuzzLiftTokenLeavesNoToken(f *testing.F) {
	f.Add("access_token=secretsecret&x=1", "orcheo-auth, bearer.secretsecret")
	f.Add("%61ccess_token=secretsecret", "bearer.secretsecret,bearer.secretsecret")
	f.Add("a=;access_token=x&Access_Token=secretsecret", "")
	f.Fuzz(func(t *testing.T, query, protocols string) {
		r := httptest.NewRequest(http.MethodGet, "/x", nil)
		r.URL.RawQuery = query
		r.Header.Set("Sec-WebSocket-Protocol", protocols)
		LiftToken(r, true)
		values, _ := url.ParseQuery(r.URL.RawQuery)
		if values.Has("access_token") {
			t.Fatalf("%q still holds a token: %q", query, r.URL.RawQuery)
		}
		for offer := range strings.SplitSeq(r.Header.Get("Sec-WebSocket-Protocol"), ",") {
			if strings.HasPrefix(strings.ToLower(strings.TrimSpace(offer)), "bearer.") {
				t.Fatalf("%q still offers a token: %q", protocols, offer)
			}
		}
	})
}

func TestGuard(t *testing.T) {
	hosts, err := NewHosts([]string{"localhost"})
	require.NoError(t, err)
	origins, err := NewOrigins(nil)
	require.NoError(t, err)
	for _, tc := range []struct {
		name, method, path, host, origin string
		want                             Refusal
	}{
		{name: "our name, no origin", host: "localhost:1", path: "/api/info"},
		{name: "rebinding: attacker's name with attacker's origin", host: "attacker:1", origin: "http://attacker:1", path: "/api/info", want: RefusedHost},
		{name: "our name, attacker's origin", host: "localhost:1", origin: "http://attacker:1", path: "/api/info", want: RefusedOrigin},
		{name: "our name, our page", host: "localhost:1", origin: "http://localhost:1", path: "/api/info"},
		{name: "a health check may use any name", host: "10.1.2.3:1", origin: "http://attacker", path: "/healthz"},
		{name: "a file of the page, whose proxy sends another name", host: "localhost:1", origin: "https://traces.example.com", path: "/assets/page.js"},
		{name: "a file of the page under a foreign name", host: "attacker", path: "/assets/page.js", want: RefusedHost},
		{name: "a preflight is CORS's business", method: http.MethodOptions, host: "localhost:1", origin: "http://attacker", path: "/api/info"},
		{name: "a preflight under a foreign name", method: http.MethodOptions, host: "attacker", path: "/api/info", want: RefusedHost},
	} {
		t.Run(tc.name, func(t *testing.T) {
			passed := false
			var refused Refusal
			g := &Guard{
				Hosts: hosts, Origins: origins,
				Open:   func(path string) bool { return path == "/healthz" },
				Public: func(path string) bool { return path == "/assets/page.js" },
				Refuse: func(_ http.ResponseWriter, _ *http.Request, why Refusal) { refused = why },
				Next:   http.HandlerFunc(func(http.ResponseWriter, *http.Request) { passed = true }),
			}
			if tc.method == "" {
				tc.method = http.MethodGet
			}
			r := httptest.NewRequest(tc.method, tc.path, nil)
			r.Host = tc.host
			if tc.origin != "" {
				r.Header.Set("Origin", tc.origin)
			}
			g.ServeHTTP(httptest.NewRecorder(), r)
			assert.Equal(t, tc.want, refused)
			assert.Equal(t, tc.want == "", passed)
		})
	}
}
