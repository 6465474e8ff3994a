package canvasserverextension

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// basePath is the path below which a proxy shows this server within another site, such as /canvas; empty: there is none. It
// comes from the configuration alone: a header such as X-Forwarded-Prefix could be anybody's.
type basePath string

// Only what means the same escaped or not, and in HTML: the path stands in the page as it is.
var basePathPattern = regexp.MustCompile(`^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$`)

// ownSegments begin the paths of routes; below one of them nobody could tell which part of a path is the base.
var ownSegments = []string{"api", "assets", "compare", "executions", "healthz", "ws"}

func (b basePath) validate() error {
	if b == "" {
		return nil
	}
	if !basePathPattern.MatchString(string(b)) {
		return fmt.Errorf("base_path is %q: write the path that the proxy shows the server under, with a slash in front and none at the end, "+
			"of letters, digits, hyphens, dots and underscores, such as /canvas", string(b))
	}
	if first, _, _ := strings.Cut(string(b[1:]), "/"); slices.Contains(ownSegments, first) {
		return fmt.Errorf("base_path is %q: it must not begin with a path that the server itself has (/%s)", string(b), strings.Join(ownSegments, ", /"))
	}
	return nil
}

// href is what relative links of the page are resolved against.
func (b basePath) href() string { return string(b) + "/" }

// strip lets next see every path without the base. A proxy may have taken it off already, so paths without it pass, too.
func (b basePath) strip(next http.Handler) http.Handler {
	if b == "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.takeOff(r.URL)
		next.ServeHTTP(w, r)
	})
}

func (b basePath) takeOff(u *url.URL) {
	path, ok := b.below(u.Path)
	raw, rawOK := b.below(u.RawPath)
	if ok && (rawOK || u.RawPath == "") {
		u.Path, u.RawPath = path, raw
	}
}

func (b basePath) below(path string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(path, string(b))
	switch {
	case !ok || (rest != "" && rest[0] != '/'):
		return "", false
	case rest == "":
		return "/", true
	}
	return rest, true
}
