package canvasserverextension

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Whatever the id is, a template that was accepted leads to its own host and to a path of its own shape.
func FuzzArtifactURLStaysOnItsHost(f *testing.F) {
	f.Add("https://files.example.com/artifacts/{id}/download", "../../x")
	f.Add("https://files.example.com/{id}", "//attacker.example/")
	f.Add("http://h/a-{id}.bin?x=1", "@attacker.example:80")
	f.Add("https://h{id}/x", ".attacker.example")
	f.Fuzz(func(t *testing.T, template, id string) {
		if validateArtifactURL(template) != nil || checkID(id) != "" {
			return
		}
		want, err := url.Parse(strings.Replace(template, artifactPlaceholder, "x", 1))
		if err != nil {
			t.Fatal(err)
		}
		got, err := url.Parse(artifactURL(template, id))
		if err != nil {
			t.Fatalf("%q with %q: %v", template, id, err)
		}
		if got.Host != want.Host || got.Scheme != want.Scheme || got.User != nil || got.RawQuery != want.RawQuery || got.Fragment != want.Fragment {
			t.Fatalf("%q with %q leads to %s", template, id, got)
		}
		if strings.Count(got.EscapedPath(), "/") != strings.Count(want.EscapedPath(), "/") {
			t.Fatalf("%q with %q leads to path %s", template, id, got.EscapedPath())
		}
	})
}

// No query makes reading the parameters of a request fail in another way than with a message.
func FuzzParameters(f *testing.F) {
	f.Add("limit=1&cursor=c.abc&wait=1s&trace_id=00000000000000000000000000000001")
	f.Add("since=c.x&cursor=p.x&limit=-1")
	f.Add("status=done&q=%ff&workflow_id=%00")
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.URL.RawQuery = query
		p, bad := paramsOf(r)
		if bad != nil {
			return
		}
		if n, bad := p.limit(0, maxTraceLimit); bad == nil && (n < 0 || n > maxTraceLimit) {
			t.Fatalf("limit %d", n)
		}
		if d, bad := p.wait(time.Minute); bad == nil && (d < 0 || d > time.Minute) {
			t.Fatalf("wait %s", d)
		}
		s, bad := p.selected()
		if bad == nil && (s.Limit < 1 || s.Limit > maxListLimit) {
			t.Fatalf("list limit %d", s.Limit)
		}
		if q, bad := s.parse(); bad == nil && (q.StartedFrom < 0 || q.StartedBefore < 0 || q.StartedWithin < 0) {
			t.Fatalf("started %+v", q)
		}
		_, _ = p.cursor()
		_, _ = p.hint()
	})
}
