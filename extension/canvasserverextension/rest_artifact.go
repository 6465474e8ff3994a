package canvasserverextension

import (
	"net/http"
	"net/url"
	"strings"
)

// artifact answers GET /api/artifacts/{id}/download: it sends the browser to where artifacts are kept, or passes on what the
// backend has.
func (a *api) artifact(w http.ResponseWriter, r *http.Request) *problem {
	id, _, bad := pathID(r)
	if bad != nil {
		return bad
	}
	if a.config.ArtifactURL == "" && a.behind.takes(r) {
		return a.pass(w, r)
	}
	if a.config.ArtifactURL == "" {
		return notFound("artifacts cannot be downloaded here: neither artifact_url nor a backend that has them is configured")
	}
	// Not http.Redirect: it would clean the path, and with it an escaped id.
	w.Header().Set("Location", artifactURL(a.config.ArtifactURL, id))
	w.WriteHeader(http.StatusFound)
	return nil
}

// artifactURL puts an id into a template as one segment of its path.
func artifactURL(template, id string) string {
	return strings.Replace(template, artifactPlaceholder, url.PathEscape(id), 1)
}
