package resolver

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const traceHex = "87ddee9f1b60ad34ca7fea5e2e5ddebe"

// answer is what Orcheo's GET /api/executions/{id}/trace gives, with all keys present.
func answer(traceID string) string {
	return fmt.Sprintf(`{"execution":{"id":"run-1","status":"running","thread_id":null,"started_at":null,"finished_at":null,`+
		`"trace_id":%s,"token_usage":{"input":0,"output":0}},"spans":[],"page_info":{"has_next_page":false,"cursor":null}}`, traceID)
}

func TestLookupReadsTheAnswersOfABackend(t *testing.T) {
	for _, tc := range []struct {
		name   string
		status int
		body   string
		want   Result
	}{
		{name: "a trace id", status: 200, body: answer(`"` + traceHex + `"`), want: Bound},
		{name: "no trace id yet", status: 200, body: answer(`null`), want: Pending},
		{name: "the id of a run that was never exported", status: 200, body: answer(`"87ddee9f1b60ad34"`), want: HistoryOnly},
		{name: "the execution after something else", status: 200, body: `{"x":[1,{"execution":{}}],"execution":{"trace_id":"` + traceHex + `"}}`, want: Bound},
		{name: "spans are not read", status: 200, body: strings.TrimSuffix(answer(`"`+traceHex+`"`), "}") + `,"spans":[` + strings.Repeat(" ", 4<<20), want: Bound},
		{name: "an unknown execution", status: 404, body: `{"detail":"Execution history not found"}`, want: Unknown},
		{name: "no token", status: 401, body: `{"detail":{"message":"m","code":"auth.missing_token"}}`, want: Unauthorized},
		{name: "no right", status: 403, body: `{}`, want: Unauthorized},
		{name: "a failing backend", status: 500, body: "oops", want: Failed},
		{name: "a page", status: 200, body: "<html>", want: Malformed},
		{name: "another shape", status: 200, body: `[]`, want: Malformed},
		{name: "no execution", status: 200, body: `{"execution":null}`, want: Malformed},
		{name: "an empty object", status: 200, body: `{}`, want: Malformed},
		{name: "an id that is not hex", status: 200, body: answer(`"` + strings.Repeat("z", 32) + `"`), want: Malformed},
		{name: "the zero id", status: 200, body: answer(`"` + strings.Repeat("0", 32) + `"`), want: Malformed},
		{name: "an id that is too long", status: 200, body: answer(`"` + traceHex + `00"`), want: Malformed},
		{name: "an answer without end", status: 200, body: `{"x":"` + strings.Repeat("x", 2<<20), want: TooLarge},
	} {
		t.Run(tc.name, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				assert.Equal(t, "/base/api/executions/a%2Fb%20c/trace", r.URL.EscapedPath())
				assert.Equal(t, "Bearer own", r.Header.Get("Authorization"))
				w.WriteHeader(tc.status)
				_, _ = w.Write([]byte(tc.body))
			}))
			defer srv.Close()
			b, err := NewHTTPBackend(srv.URL+"/base/", "own", nil)
			require.NoError(t, err)
			defer b.Close()
			trace, result := b.Lookup(t.Context(), "a/b c")
			assert.Equal(t, tc.want, result)
			if result == Bound {
				assert.Equal(t, traceHex, trace.String())
			}
		})
	}
}

func TestTheTokenFollowsNoRedirectToAnotherHost(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the other host was asked")
	}))
	defer elsewhere.Close()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL, http.StatusFound)
	}))
	defer srv.Close()
	b, err := NewHTTPBackend(srv.URL, "own", nil)
	require.NoError(t, err)
	defer b.Close()
	_, result := b.Lookup(t.Context(), "x")
	assert.Equal(t, Failed, result)
}

func TestARedirectWithinTheBackendIsFollowed(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/moved") {
			http.Redirect(w, r, "/moved"+r.URL.Path, http.StatusTemporaryRedirect)
			return
		}
		_, _ = w.Write([]byte(answer(`"` + traceHex + `"`)))
	}))
	defer srv.Close()
	b, err := NewHTTPBackend(srv.URL, "", nil)
	require.NoError(t, err)
	defer b.Close()
	_, result := b.Lookup(t.Context(), "x")
	assert.Equal(t, Bound, result)
}

func TestABackendThatDoesNotAnswerIsGivenUp(t *testing.T) {
	gone := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-gone }))
	defer srv.Close()
	defer close(gone)
	b, err := NewHTTPBackend(srv.URL, "", nil)
	require.NoError(t, err)
	defer b.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, result := b.Lookup(ctx, "x")
	assert.Equal(t, Failed, result)
}

func TestEndpoints(t *testing.T) {
	for endpoint, ok := range map[string]bool{
		"http://localhost:8000":        true,
		"https://orcheo.example/base/": true,
		"localhost:8000":               false,
		"":                             false,
		"ftp://x":                      false,
		"http://":                      false,
		"http://user:pw@host":          false,
		"http://host?x=1":              false,
		"http://host/%zz":              false,
	} {
		_, err := ParseEndpoint(endpoint)
		assert.Equal(t, ok, err == nil, endpoint)
		if !ok {
			require.ErrorIs(t, err, ErrEndpoint)
		}
	}
}
