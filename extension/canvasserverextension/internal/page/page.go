// Package page serves the static files of the browser page. They are public: a browser cannot send a token when it
// navigates, and they hold nothing of any execution.
package page

import (
	"bytes"
	"embed"
	"errors"
	"io/fs"
	"net/http"
	"strings"
)

//go:embed static
var plain embed.FS

// What `make build` made of the sources in extension/canvasserverextension/ui; empty where it was built without Node.
//
//go:embed all:dist
var built embed.FS

// policy lets the page use its own files and this server, and nothing else; nobody may frame it. Its <base> is the first, so
// that another would not count, and can only be of this server.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'"

const (
	pageName  = "index.html" // of the page, as its build names it
	shellName = "shell.html" // what is said where there is no page
)

// atRoot is where both of them say what their links are resolved against.
var atRoot = []byte(`<base href="/">`)

// Files are the static files: those of the page, and behind them the shell, which tells how to build the page.
func Files() fs.FS { return layers{sub(built, "dist/site"), sub(plain, "static")} }

func sub(files fs.FS, folder string) fs.FS {
	below, err := fs.Sub(files, folder)
	if err != nil {
		panic(err) // a constant name
	}
	return below
}

// layers are file systems one behind the other.
type layers []fs.FS

// Open implements fs.FS: the first layer that has the file gives it.
func (l layers) Open(name string) (fs.File, error) {
	for _, layer := range l {
		f, err := layer.Open(name)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// Shell answers every address of the page with index.html, or with shell.html where the page was not built. Links in it are
// resolved against base, a path that begins and ends with a slash and needs no escaping in HTML.
func Shell(files fs.FS, base string) http.Handler {
	here := []byte(`<base href="` + base + `">`)
	name := pageName
	if _, err := fs.Stat(files, name); err != nil {
		name = shellName
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, err := fs.ReadFile(files, name)
		if err != nil {
			http.Error(w, "the page is not in this build", http.StatusNotFound)
			return
		}
		content = bytes.Replace(content, atRoot, here, 1)
		protect(w.Header())
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		// Not http.ServeFileFS: it sends the browser away from addresses that end in index.html, such as an execution's.
		if r.Method != http.MethodHead {
			_, _ = w.Write(content)
		}
	})
}

// Assets serves the files below /assets/; missing answers where there is none.
func Assets(files fs.FS, missing http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := "assets/" + r.PathValue("path")
		if info, err := fs.Stat(files, name); err != nil || info.IsDir() {
			missing(w, r)
			return
		}
		protect(w.Header())
		w.Header().Set("Cache-Control", caching(name))
		http.ServeFileFS(w, r, files, name)
	})
}

// hashed is where the build of the page puts files whose names change with their content.
const hashed = "assets/page/"

// caching lets a browser keep what can never change.
func caching(name string) string {
	if strings.HasPrefix(name, hashed) {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}

func protect(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}
