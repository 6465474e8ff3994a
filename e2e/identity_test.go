package e2e

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
)

// identityProvider is a real OpenID provider (tools/identity), behind TLS of a private authority.
type identityProvider struct {
	address string
	client  *http.Client
}

func startIdentityProvider(t *testing.T, ca *authority) identityProvider {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	p := identityProvider{freeAddress(t), &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}}
	cert, key := ca.issue("provider", time.Now().Add(time.Hour), "127.0.0.1")
	log := &lockedBuffer{}
	cmd := exec.Command(builtBinary(t, "identity"), "-listen", p.address, "-cert", cert, "-key", key)
	cmd.Stdout, cmd.Stderr = log, log
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		p.client.CloseIdleConnections()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("what the provider logged:\n%s", log)
		}
	})
	eventually(t, patience, "an OpenID provider", func() bool {
		resp, err := p.client.Get(p.issuer() + "/.well-known/openid-configuration")
		return err == nil && resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
	})
	return p
}

func (p identityProvider) issuer() string { return "https://" + p.address }

// token is what a client gets there: canvas, elsewhere (another audience) or late (a token whose time is over).
func (p identityProvider) token(t *testing.T, client string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.issuer()+"/oauth/token", strings.NewReader(url.Values{"grant_type": {"client_credentials"}}.Encode()))
	require.NoError(t, err)
	r.SetBasicAuth(client, "test-secret")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := p.client.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, http.StatusOK, resp.StatusCode)
	var answer struct {
		Token string `json:"access_token"`
	}
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&answer))
	require.Equal(t, 2, strings.Count(answer.Token, "."), "a signed token")
	return answer.Token
}

// rotate has the provider sign with another key, and publish that alone.
func (p identityProvider) rotate(t *testing.T) {
	t.Helper()
	resp, err := p.client.Post(p.issuer()+"/test/rotate", "", nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
}

// doors are all ways in that ask for a token, and what they say to one: whether it is let in.
func (c *collector) doors(t *testing.T) map[string]func(token string) bool {
	t.Helper()
	traces := ptraceotlp.NewExportRequestFromTraces(finished(pcommon.TraceID{1}, "span", 1))
	body, err := traces.MarshalProto()
	require.NoError(t, err)
	conn, err := grpc.NewClient(c.grpc, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	ask := func(method, address, kind string, body []byte, token string) bool {
		r, err := http.NewRequestWithContext(t.Context(), method, address, bytes.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Content-Type", kind)
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		resp, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Contains(t, []int{http.StatusOK, http.StatusUnauthorized}, resp.StatusCode)
		return resp.StatusCode == http.StatusOK
	}
	return map[string]func(string) bool{
		"OTLP over HTTP": func(token string) bool {
			return ask(http.MethodPost, "http://"+c.http+"/v1/traces", "application/x-protobuf", body, token)
		},
		"OTLP over gRPC": func(token string) bool {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			if token != "" {
				ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
			}
			_, err := ptraceotlp.NewGRPCClient(conn).Export(ctx, traces)
			return err == nil
		},
		"REST": func(token string) bool {
			return ask(http.MethodGet, "http://"+c.server+"/api/executions", "", nil, token)
		},
		"WebSocket": func(token string) bool {
			dialer := websocket.Dialer{Subprotocols: []string{"orcheo-auth"}}
			if token != "" {
				dialer.Subprotocols = append(dialer.Subprotocols, "bearer."+token)
			}
			conn, resp, err := dialer.DialContext(t.Context(), "ws://"+c.server+"/ws/executions/run-1", nil)
			if err != nil {
				require.Equal(t, http.StatusUnauthorized, resp.StatusCode)
				return false
			}
			return conn.Close() == nil
		},
	}
}

// unsigned is a token with the same claims and the algorithm "none".
func unsigned(t *testing.T, token string) string {
	t.Helper()
	header, err := json.Marshal(map[string]string{"alg": "none", "typ": "JWT"})
	require.NoError(t, err)
	return base64.RawURLEncoding.EncodeToString(header) + "." + strings.Split(token, ".")[1] + "."
}

// forged is a token whose claims were changed after it was signed.
func forged(t *testing.T, token string) string {
	t.Helper()
	parts := strings.Split(token, ".")
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	changed := bytes.Replace(claims, []byte(`"another-program"`), []byte(`"canvas"`), 1)
	require.NotEqual(t, claims, changed)
	return parts[0] + "." + base64.RawURLEncoding.EncodeToString(changed) + "." + parts[2]
}

// TestARealIdentityProviderLetsSendersAndViewersIn has tokens of a real OpenID provider, good and bad, tried at every door.
func TestARealIdentityProviderLetsSendersAndViewersIn(t *testing.T) {
	ca := newAuthority(t)
	provider, impostor := startIdentityProvider(t, ca), startIdentityProvider(t, ca)
	s := profile("production", "CANVAS_OIDC_ISSUER="+provider.issuer(), "CANVAS_OIDC_AUDIENCE=canvas", "CANVAS_OIDC_CA_FILE="+ca.file())
	for _, protocol := range []string{"http", "grpc"} { // senders have accounts as well
		s.args = append(s.args, "--set=receivers.otlp.protocols."+protocol+".auth.authenticator=oidc/viewers")
	}
	c := start(t, s)
	good, elsewhere := provider.token(t, "canvas"), provider.token(t, "elsewhere")
	bad := map[string]string{
		"no token": "", "another provider's": impostor.token(t, "canvas"), "for another program": elsewhere, "whose time is over": provider.token(t, "late"),
		"not signed": unsigned(t, good), "changed after it was signed": forged(t, elsewhere), "no token of that kind": "s3cret",
	}
	for door, open := range c.doors(t) {
		assert.True(t, open(good), "%s: a good token", door)
		for name, token := range bad {
			assert.False(t, open(token), "%s: a token %s", door, name)
		}
	}

	provider.rotate(t)
	renewed := provider.token(t, "canvas")
	for door, open := range c.doors(t) {
		assert.True(t, open(renewed), "%s: a token signed with the new key", door)
		assert.False(t, open(good), "%s: a token signed with a key that is published no more", door)
	}
	for _, token := range append([]string{good, renewed}, bad["for another program"], bad["whose time is over"]) {
		assert.NotContains(t, c.log.String(), token)
	}
}

// TestAnIdentityProviderWhoseCertificateIsFromNobodyKnown: the start fails, and says what to look at.
func TestAnIdentityProviderWhoseCertificateIsFromNobodyKnown(t *testing.T) {
	provider := startIdentityProvider(t, newAuthority(t))
	said := startAndFail(t, profile("production", "CANVAS_OIDC_ISSUER="+provider.issuer(), "CANVAS_OIDC_AUDIENCE=canvas", "SSL_CERT_FILE="+os.DevNull))
	assert.Contains(t, said, "certificate signed by unknown authority")
	assert.Contains(t, said, provider.address)
}
