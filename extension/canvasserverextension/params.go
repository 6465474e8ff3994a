package canvasserverextension

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

const (
	maxIDBytes    = 256
	maxTraceLimit = 10_000
	maxListLimit  = 200 // as in Orcheo
	listLimit     = 50  // as in Orcheo
	maxTextBytes  = 256
)

// params are the parameters of a request: its path's and its query's. Each getter says what is valid where it fails.
type params struct {
	r     *http.Request
	query url.Values
}

func paramsOf(r *http.Request) (params, *problem) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return params{}, badRequest("malformed query: write name=value pairs joined by &, percent-encoded")
	}
	return params{r: r, query: query}, nil
}

// id is an id from the path: of an execution, a workflow or an artifact.
func (p params) id() (string, *problem) {
	id := strings.Clone(p.r.PathValue("id")) // a connection that stays should not hold all of its request
	if err := checkID(id); err != "" {
		return "", badRequest("malformed id: " + err)
	}
	return id, nil
}

func checkID(id string) string {
	switch {
	case id == "":
		return "it is empty"
	case len(id) > maxIDBytes:
		return fmt.Sprintf("it is longer than %d bytes", maxIDBytes)
	case id == "." || id == "..":
		return "it is a relative path"
	case !utf8.ValidString(id) || strings.ContainsFunc(id, func(c rune) bool { return !unicode.IsPrint(c) }):
		return "it holds characters that cannot be printed"
	}
	return ""
}

func (p params) trace() (t tracestore.TraceID, _ *problem) {
	if !decodeHex(t[:], p.r.PathValue("trace_id")) {
		return t, badRequest("malformed trace id: write 32 hex digits, not all zero")
	}
	return t, nil
}

func (p params) span() (s tracestore.SpanID, _ *problem) {
	if !decodeHex(s[:], p.r.PathValue("span_id")) {
		return s, badRequest("malformed span id: write 16 hex digits, not all zero")
	}
	return s, nil
}

// hint is the trace that a viewer believes to be the execution's; the zero id if it names none.
func (p params) hint() (t tracestore.TraceID, _ *problem) {
	text := p.query.Get("trace_id")
	if text != "" && !decodeHex(t[:], text) {
		return t, badRequest("malformed trace_id: write 32 hex digits, not all zero, or leave it out")
	}
	return t, nil
}

// limit is how many rows or spans are asked for; absent if the query names none.
func (p params) limit(absent, most int) (int, *problem) {
	text := p.query.Get("limit")
	if text == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, badLimit(most)
	}
	return n, nil
}

func badLimit(most int) *problem {
	return badRequest(fmt.Sprintf("malformed limit: write a number from 1 to %d", most))
}

// cursor is the cursor of cursor= or since=; "" if there is none.
func (p params) cursor() (string, *problem) {
	cursor, since := p.query.Get("cursor"), p.query.Get("since")
	switch {
	case since == "":
		return cursor, nil
	case cursor != "":
		return "", badRequest("cursor and since together: write one of them")
	case !strings.HasPrefix(since, "c."):
		return "", badRequest("malformed since: write a cursor that begins with c., unchanged from an earlier answer")
	}
	return since, nil
}

// wait is how long a long poll may take, at most so long; 0 if it is none.
func (p params) wait(most time.Duration) (time.Duration, *problem) {
	text := p.query.Get("wait")
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, badRequest("malformed wait: write a time such as 25s; it is cut to " + most.String())
	}
	return min(d, most), nil
}

func decodeHex(dst []byte, text string) bool {
	if len(text) != hex.EncodedLen(len(dst)) {
		return false
	}
	if _, err := hex.Decode(dst, []byte(text)); err != nil {
		return false
	}
	for _, b := range dst {
		if b != 0 {
			return true
		}
	}
	return false
}
