package page

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func ask(h http.Handler, target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
	return w
}

func handler(files fs.FS) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/executions/{id}", Shell(files, "/"))
	mux.Handle("/{$}", Shell(files, "/"))
	mux.Handle("/assets/{path...}", Assets(files, http.NotFound))
	return mux
}

// unbuilt are the files of a build without Node, whatever this test was built with.
func unbuilt() fs.FS { return layers{sub(plain, "static")} }

func TestTheShellIsServedUnderEveryAddressOfThePage(t *testing.T) {
	for _, target := range []string{"/", "/executions/run-1", "/executions/index.html", "/executions/%3Cscript%3E"} {
		w := ask(handler(unbuilt()), target)
		assert.Equal(t, http.StatusOK, w.Code, target)
		assert.Equal(t, "text/html; charset=utf-8", w.Header().Get("Content-Type"))
		assert.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'")
		assert.Contains(t, w.Body.String(), "/api/executions/{id}/trace")
		assert.NotContains(t, w.Body.String(), "script")
	}
}

func TestWithoutThePageTheShellSaysHowToBuildIt(t *testing.T) {
	assert.Contains(t, ask(handler(unbuilt()), "/").Body.String(), "make build")
}

func TestThePageWinsOverTheShell(t *testing.T) {
	page := fstest.MapFS{"index.html": {Data: []byte("<!doctype html><title>page</title>")}}
	files := layers{page, sub(plain, "static")}
	for _, target := range []string{"/", "/executions/run-1", "/executions/index.html"} {
		w := ask(handler(files), target)
		assert.Equal(t, http.StatusOK, w.Code, target)
		assert.Contains(t, w.Body.String(), "<title>page</title>", target)
		assert.Equal(t, "no-cache", w.Header().Get("Cache-Control"))
	}
	assert.Equal(t, http.StatusOK, ask(handler(files), "/assets/shell.css").Code, "the shell's files stay")
}

// A page that was built must work under the policy, and load nothing from elsewhere.
func TestThePageOfThisBuildHoldsNothingInline(t *testing.T) {
	w := ask(handler(Files()), "/")
	require.Equal(t, http.StatusOK, w.Code)
	assert.NotRegexp(t, `(?i)<style|\sstyle=|\son[a-z]+=|<script(?:>|[^>]*>[^<])`, w.Body.String())
	assert.Less(t, strings.Index(w.Body.String(), `<base href="/">`), strings.Index(w.Body.String(), `<link`), "the base counts for what follows it")
	for _, link := range regexp.MustCompile(`(?:src|href)="([^"]*\.[^"]*)"`).FindAllStringSubmatch(w.Body.String(), -1) {
		path := strings.TrimPrefix(link[1], "./")
		assert.True(t, strings.HasPrefix(path, "assets/"), link[1])
		assert.Equal(t, http.StatusOK, ask(handler(Files()), "/"+path).Code, link[1])
	}
}

func TestThePageIsToldWhereItIsShown(t *testing.T) {
	for _, files := range []fs.FS{Files(), unbuilt()} {
		w := ask(Shell(files, "/tools/canvas/"), "/executions/run-1")
		assert.Contains(t, w.Body.String(), `<base href="/tools/canvas/">`)
		assert.NotContains(t, w.Body.String(), `<base href="/">`)
		assert.Contains(t, w.Header().Get("Content-Security-Policy"), "base-uri 'self'")
	}
}

func TestAssets(t *testing.T) {
	w := ask(handler(Files()), "/assets/shell.css")
	assert.Equal(t, http.StatusOK, w.Code)
	assert.Contains(t, w.Header().Get("Content-Type"), "text/css")
	for _, target := range []string{"/assets/", "/assets/none.js", "/assets/%2e%2e/shell.html", "/assets/..%2fshell.html"} {
		assert.NotEqual(t, http.StatusOK, ask(handler(Files()), target).Code, target)
	}
}

func TestABrowserMayKeepWhatHasAHashInItsName(t *testing.T) {
	files := fstest.MapFS{"assets/page/index-B6Pw2U5_.js": {Data: []byte("x")}, "assets/shell.css": {Data: []byte("x")}}
	assert.Contains(t, ask(handler(files), "/assets/page/index-B6Pw2U5_.js").Header().Get("Cache-Control"), "immutable")
	assert.Equal(t, "no-cache", ask(handler(files), "/assets/shell.css").Header().Get("Cache-Control"))
}

func TestAFolderIsNoAsset(t *testing.T) {
	files := fstest.MapFS{"assets/sub/a.js": {Data: []byte("x")}}
	mux := http.NewServeMux()
	mux.Handle("/assets/{path...}", Assets(files, http.NotFound))
	assert.Equal(t, http.StatusNotFound, ask(mux, "/assets/sub").Code)
	assert.Equal(t, http.StatusOK, ask(mux, "/assets/sub/a.js").Code)
}
