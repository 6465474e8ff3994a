package backend_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/backend"
)

func patterns(t require.TestingT, texts ...string) (all []backend.Pattern) {
	for _, text := range texts {
		p, err := backend.ParsePattern(text)
		require.NoError(t, err, text)
		all = append(all, p)
	}
	return all
}

func TestOnlyPathsOnTheListArePassedOn(t *testing.T) {
	b := backend.New(backend.Config{Patterns: patterns(t, "/api/list", "GET /api/workflows/{workflow_id}", "POST,PUT /api/runs/{id}/steps", "* /api/files/{path...}")},
		http.DefaultTransport, nil, nil)
	for _, tc := range []struct {
		method, path string
		want         map[string]string // nil: not passed on
	}{
		{"GET", "/api/list", map[string]string{}},
		{"HEAD", "/api/list", map[string]string{}},
		{"POST", "/api/list", nil},
		{"GET", "/api/list/", nil},
		{"GET", "/api/lists", nil},
		{"GET", "/api", nil},
		{"GET", "/api/workflows/w", map[string]string{"workflow_id": "w"}},
		{"GET", "/api/workflows/a%20b", map[string]string{"workflow_id": "a b"}},
		{"GET", "/api/workflows/", nil},
		{"GET", "/api/workflows/w/runs", nil},
		{"GET", "/api/workflows/..", nil},
		{"GET", "/api/workflows/%2e%2e", nil},
		{"GET", "/api/workflows/a%2Fb", nil},
		{"GET", "/api/workflows/a%5Cb", nil},
		{"GET", "/api/workflows/a%00", nil},
		{"PUT", "/api/runs/1/steps", map[string]string{"id": "1"}},
		{"GET", "/api/runs/1/steps", nil},
		{"DELETE", "/api/files/a/b", map[string]string{}},
		{"GET", "/api/files/", map[string]string{}},
		{"GET", "/api/files", nil},
		{"GET", "/api/files/a/../../secret", nil},
		{"GET", "/api/files/a//b", nil},
		{"GET", "/api/files/a/%2E%2e/b", nil},
	} {
		u, err := url.Parse("http://h" + tc.path)
		require.NoError(t, err)
		got, ok := b.Match(tc.method, u)
		assert.Equal(t, tc.want != nil, ok, "%s %s", tc.method, tc.path)
		if ok {
			assert.Equal(t, tc.want, got, tc.path)
		}
	}
}

func TestAPatternThatIsNoneSaysHowToWriteOne(t *testing.T) {
	for _, text := range []string{
		"", "api", "GET", "get /api", "GET  /api", "GET /", "GET /api/", "GET /api//x", "GET /api/../x", "GET /api/{}", "GET /api/{a...}/x", "GET /api/x{a}", "GET /api?x",
		"GET,, /api", "GET /a%2Fb",
	} {
		_, err := backend.ParsePattern(text)
		require.ErrorContains(t, err, "write a method and a path", text)
	}
}

// Whatever is passed on has as many segments as the pattern, and none that leads upwards.
func FuzzMatch(f *testing.F) {
	f.Add("/api/workflows/w")
	f.Add("/api/workflows/%2e%2e/x")
	f.Add("/api/workflows/a%2f..%2fb")
	b := backend.New(backend.Config{Patterns: patterns(f, "GET /api/workflows/{workflow_id}")}, http.DefaultTransport, nil, nil)
	f.Fuzz(func(t *testing.T, path string) {
		u, err := url.Parse(path)
		if err != nil {
			return
		}
		if _, ok := b.Match(http.MethodGet, u); ok {
			at := (&url.URL{Scheme: "http", Host: "h", Path: "/"}).JoinPath(u.EscapedPath())
			if !strings.HasPrefix(at.Path, "/api/workflows/") || strings.Count(at.EscapedPath(), "/") != 3 || at.Host != "h" {
				t.Fatalf("%q leads to %s", path, at)
			}
		}
	})
}
