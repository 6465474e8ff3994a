package e2e

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// TestRightsAreAskedForOverTLSOfAPrivateAuthority: a service that is not trusted says no to everybody, and one that wants a
// certificate of the collector gets it.
func TestRightsAreAskedForOverTLSOfAPrivateAuthority(t *testing.T) {
	ca := newAuthority(t)
	pair := func(cert, key string) tls.Certificate {
		p, err := tls.LoadX509KeyPair(cert, key)
		require.NoError(t, err)
		return p
	}
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	cert, key := ca.issue("rights", time.Now().Add(time.Hour), "127.0.0.1")
	ours, oursKey := ca.issue("collector", time.Now().Add(time.Hour), "collector")
	service := allowingTLS(t, "ann", &tls.Config{
		Certificates: []tls.Certificate{pair(cert, key)}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS12,
	}, func(id string) bool { return id == "mine" })
	const prefix = "--set=extensions.canvasserver.forward_auth."
	asks := []string{prefix + "url=" + service + "/{execution_id}", "--set=extensions.canvasserver.bind.enabled=false"}
	trusted := []string{prefix + "tls.ca_file=" + ca.file()}
	for name, tt := range map[string]struct {
		args         []string
		mine, theirs int
	}{
		"trusted, with a certificate of ours": {append(trusted, prefix+"tls.cert_file="+ours, prefix+"tls.key_file="+oursKey), http.StatusOK, http.StatusForbidden},
		"trusted, without one":                {trusted, http.StatusServiceUnavailable, http.StatusServiceUnavailable},
		"not trusted":                         {nil, http.StatusServiceUnavailable, http.StatusServiceUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			c := startCollector(t, append(append([]string{}, asks...), tt.args...)...)
			for i, id := range []string{"mine", "theirs"} {
				c.post(t, otlpreplay.GRPC, batch(pcommon.TraceID{byte(i + 1)}, id, 1, 1, 10))
			}
			for id, want := range map[string]int{"mine": tt.mine, "theirs": tt.theirs} {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+c.server+"/api/executions/"+id+"/trace", http.NoBody)
				require.NoError(t, err)
				r.Header = bearer("ann")
				resp, err := http.DefaultClient.Do(r)
				require.NoError(t, err)
				require.NoError(t, resp.Body.Close())
				assert.Equal(t, want, resp.StatusCode, id)
			}
		})
	}
}
