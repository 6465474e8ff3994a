package backend

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// maxHead is how much of an answer is looked at, in bytes. The execution stands before the spans.
const maxHead = 64 << 10

// Source marks an execution whose spans are the backend's.
const Source = "backend"

// Trace is the backend's answer about an execution. It must be closed.
type Trace struct {
	// Status is 200, or why there is no trace: 401, 403, 404.
	Status int
	// Header is the answer's.
	Header http.Header
	// TraceID is the trace that the backend knows; "" if none.
	TraceID string
	// Workflow is the workflow that the first span names; "" if none.
	Workflow string

	body   *bufio.Reader
	closer io.Closer
	length int64 // of the body as it came; -1: unknown
	insert int   // where the mark goes
	mark   string
}

// Close ends the answer.
func (t *Trace) Close() { _ = t.closer.Close() }

// Length is how many bytes WriteTo writes; -1: unknown.
func (t *Trace) Length() int64 {
	if t.length < 0 {
		return -1
	}
	return t.length + int64(len(t.mark))
}

// WriteTo writes the answer as it came, but for "source", which is put into the execution.
func (t *Trace) WriteTo(w io.Writer) (written int64, err error) {
	n, err := io.CopyN(w, t.body, int64(t.insert))
	written += n
	if err != nil {
		return written, err
	}
	m, err := io.WriteString(w, t.mark)
	written += int64(m)
	if err != nil {
		return written, err
	}
	n, err = io.Copy(w, t.body)
	return written + n, err
}

// Trace asks for the trace of an execution, with the credentials of a viewer's request. The error is a *Failure.
func (b *Backend) Trace(ctx context.Context, viewer http.Header, id string) (*Trace, error) {
	t, err := b.trace(ctx, viewer, id)
	if err != nil {
		f := failureOf(err, b.config.Timeout)
		if ctx.Err() != nil {
			f.Result = ResultLeft
		}
		b.report(KindTrace, f.Result)
		return nil, f
	}
	b.report(KindTrace, resultOf(t.Status))
	return t, nil
}

func (b *Backend) trace(ctx context.Context, viewer http.Header, id string) (*Trace, error) {
	address := strings.TrimSuffix(b.config.Endpoint.String(), "/") + "/api/executions/" + url.PathEscape(id) + "/trace"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	for name, values := range viewer { // X-Orcheo-Workspace says which of the viewer's workspaces is meant
		if name == "Authorization" || name == "Cookie" || strings.HasPrefix(name, "X-Orcheo-") {
			req.Header[name] = values
		}
	}
	b.credentials(req.Header)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Accept-Encoding", "identity") // the mark goes into the text
	resp, err := b.transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	t := &Trace{Status: resp.StatusCode, Header: resp.Header, body: bufio.NewReaderSize(resp.Body, maxHead), closer: resp.Body, length: resp.ContentLength}
	switch resp.StatusCode {
	case http.StatusOK:
		if err = t.read(); err == nil {
			return t, nil
		}
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return t, nil
	default:
		err = &Failure{http.StatusBadGateway, fmt.Sprintf("the Orcheo backend answered %d", resp.StatusCode), resultOf(resp.StatusCode), nil}
	}
	t.Close()
	return nil, err
}

// read finds the place for the mark, and what must be known of the execution.
func (t *Trace) read() error {
	head, err := t.body.Peek(maxHead)
	if err != nil && err != io.EOF {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(head))
	if !isToken(d, json.Delim('{')) || !isToken(d, "execution") {
		return errMalformed
	}
	before := d.InputOffset()
	var execution *struct {
		TraceID string `json:"trace_id"`
	}
	if d.Decode(&execution) != nil || execution == nil {
		return errMalformed
	}
	t.TraceID = execution.TraceID
	brace := bytes.IndexByte(head[before:], '{')
	t.insert = int(before) + brace + 1
	t.mark = `"source":"` + Source + `"`
	if next := bytes.TrimLeft(head[t.insert:], " \t\r\n"); len(next) > 0 && next[0] != '}' {
		t.mark += ","
	}
	t.Workflow = workflowOf(d)
	return nil
}

// workflowOf reads on to the first span, which is the root, as far as it is in the head.
func workflowOf(d *json.Decoder) string {
	if !isToken(d, "spans") || !isToken(d, json.Delim('[')) || !d.More() {
		return ""
	}
	var root struct {
		Attributes struct {
			Workflow string `json:"orcheo.workflow.id"`
		} `json:"attributes"`
	}
	if d.Decode(&root) != nil {
		return ""
	}
	return root.Attributes.Workflow
}

func isToken(d *json.Decoder, want json.Token) bool {
	t, err := d.Token()
	return err == nil && t == want
}
