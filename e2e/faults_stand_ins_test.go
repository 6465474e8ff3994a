package e2e

import (
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func bearer(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }

// allowing is the operator's service that knows who may see what: one viewer, and the executions that may says. It returns
// its URL, below which executions stand.
func allowing(t testing.TB, token string, may func(execution string) bool) string {
	t.Helper()
	return allowingTLS(t, token, nil, may)
}

// allowingTLS is the same behind TLS, where config is not nil.
func allowingTLS(t testing.TB, token string, config *tls.Config, may func(execution string) bool) string {
	t.Helper()
	service := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, err := url.PathUnescape(r.URL.Path[1:])
		if err != nil || r.Header.Get("Authorization") != "Bearer "+token || !may(id) {
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	if service.TLS = config; config != nil {
		service.Config.ErrorLog = log.New(io.Discard, "", 0) // of clients that do not trust it
		service.StartTLS()
	} else {
		service.Start()
	}
	t.Cleanup(service.Close)
	return service.URL
}

func tokenFile(t testing.TB, token string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "tokens")
	require.NoError(t, os.WriteFile(file, []byte(token+"\n"), 0o600))
	return file
}

// replaceToken puts another file in the place of the old one, as whoever rotates secrets does.
func replaceToken(t testing.TB, file, token string) {
	t.Helper()
	require.NoError(t, os.WriteFile(file+".new", []byte(token+"\n"), 0o600))
	require.NoError(t, os.Rename(file+".new", file))
}
