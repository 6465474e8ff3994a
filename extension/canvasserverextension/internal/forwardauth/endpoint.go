package forwardauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// The kinds of what a right is to.
const (
	Execution Kind = "execution"
	Workflow  Kind = "workflow"
)

// Kind is what a right is to.
type Kind string

// placeholder stands for the id in a template.
func (k Kind) placeholder() string { return "{" + string(k) + "_id}" }

// header carries the id, escaped as a segment of a path would be.
func (k Kind) header() string {
	if k == Workflow {
		return "X-Canvas-Workflow-Id"
	}
	return "X-Canvas-Execution-Id"
}

// ErrTemplate is returned for a template that is not a URL with the id in its path.
var ErrTemplate = errors.New("not a URL to ask: write http:// or https://, host and path")

// template is a URL with a place for an id, or without one: then the header says it.
type template struct {
	before, after string
	named         bool // the id stands between them
}

// CheckTemplate checks the URL that is asked for rights of a kind. The id may only stand in the path, so that no id leads to
// another host.
func CheckTemplate(k Kind, text string) error {
	_, err := parseTemplate(k, text)
	return err
}

func parseTemplate(k Kind, text string) (template, error) {
	before, after, found := strings.Cut(text, k.placeholder())
	id := ""
	if found {
		id = "x"
	}
	u, err := url.Parse(before + id + after)
	switch {
	case err != nil, u.Host == "", u.User != nil, u.Fragment != "", u.Scheme != "http" && u.Scheme != "https",
		strings.ContainsAny(u.Path, "{}"), strings.Contains(after, k.placeholder()):
		return template{}, fmt.Errorf("%q: %w, with %s at most once, in the path", text, ErrTemplate, k.placeholder())
	case found && (strings.ContainsAny(before, "?#") || !strings.Contains(strings.TrimPrefix(before, u.Scheme+"://"), "/")):
		return template{}, fmt.Errorf("%q: %w, with %s in the path", text, ErrTemplate, k.placeholder())
	case found:
		return template{before: before, after: after, named: true}, nil
	}
	return template{before: text}, nil
}

func (t template) url(id string) string {
	if !t.named {
		return t.before
	}
	return t.before + url.PathEscape(id) + t.after
}

// maxAnswer is how much of an answer is read, to be able to use the connection again.
const maxAnswer = 4 << 10

// maxAnswerHeader is how large the header of an answer may be.
const maxAnswerHeader = 64 << 10

// endpoint asks over HTTP.
type endpoint struct {
	templates map[Kind]template
	client    *http.Client
}

func newEndpoint(c *Config) (*endpoint, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = c.TLS
	transport.MaxIdleConnsPerHost = c.Parallel
	transport.MaxResponseHeaderBytes = maxAnswerHeader
	e := &endpoint{templates: map[Kind]template{}, client: &http.Client{
		Transport: transport,
		// A redirect is no yes, and the credentials are for this endpoint only.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	for k, text := range c.URLs {
		if text == "" {
			continue
		}
		t, err := parseTemplate(k, text)
		if err != nil {
			return nil, err
		}
		e.templates[k] = t
	}
	return e, nil
}

// ask puts one question.
func (e *endpoint) ask(ctx context.Context, q Question) Result {
	t, ok := e.templates[q.Kind]
	if !ok {
		return Denied
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.url(q.ID), http.NoBody)
	if err != nil {
		return Denied
	}
	for name, values := range q.Header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	req.Header.Set(q.Kind.header(), url.PathEscape(q.ID))
	resp, err := e.client.Do(req)
	if err != nil {
		return Failed
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxAnswer))
	switch {
	case resp.StatusCode >= 200 && resp.StatusCode < 300:
		return Allowed
	case resp.StatusCode >= 500, resp.StatusCode == http.StatusTooManyRequests:
		return Failed
	}
	return Denied
}
