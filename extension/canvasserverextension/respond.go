package canvasserverextension

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"time"
)

// The codes of an answer 401, as Orcheo's backend has them.
const (
	codeMissingToken = "auth.missing_token"
	codeInvalidToken = "auth.invalid_token"
)

// codeNotEnabled is the code of an answer 403 about what the rollout does not show.
const codeNotEnabled = "trace_tab.not_enabled"

// problem is an error that is told to the client: {"detail": …}.
type problem struct {
	status int
	detail string
	retry  time.Duration // > 0: when to try again
	code   string        // for programs; "": the status says enough
}

func (p *problem) Error() string { return p.detail }

func badRequest(detail string) *problem {
	return &problem{status: http.StatusBadRequest, detail: detail}
}

func notFound(detail string) *problem { return &problem{status: http.StatusNotFound, detail: detail} }

func forbidden(detail string) *problem { return &problem{status: http.StatusForbidden, detail: detail} }

func notEnabled() *problem {
	return &problem{status: http.StatusForbidden, detail: "the Trace tab is not enabled for this workflow", code: codeNotEnabled}
}

func unavailable(detail string) *problem {
	return &problem{status: http.StatusServiceUnavailable, detail: detail, retry: time.Second}
}

func (p *problem) write(w http.ResponseWriter) {
	if p.retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(p.retry.Seconds()))))
	}
	if p.code != "" {
		writeDetail(w, p.status, map[string]string{"message": p.detail, "code": p.code})
		return
	}
	writeDetail(w, p.status, p.detail)
}

func writeDetail(w http.ResponseWriter, status int, detail any) {
	body, err := json.Marshal(map[string]any{"detail": detail})
	if err != nil {
		panic(err) // strings and maps of strings
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func writeUnauthorized(w http.ResponseWriter, code, message string) {
	w.Header().Set("WWW-Authenticate", "Bearer")
	writeDetail(w, http.StatusUnauthorized, map[string]string{"message": message, "code": code})
}

// writeChunk is how much of an answer must be taken by the client within write_timeout.
const writeChunk = 64 << 10

// answer writes a body of any size to a client of any speed: the listener's own write time-out is for the whole answer, so
// the deadline is moved with every part.
type answer struct {
	w       http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
}

func newAnswer(w http.ResponseWriter, timeout time.Duration) *answer {
	return &answer{w: w, control: http.NewResponseController(w), timeout: timeout}
}

// allow moves the deadline for what is written next, d from now. A connection without deadlines stays without.
func (a *answer) allow(d time.Duration) { _ = a.control.SetWriteDeadline(time.Now().Add(d)) }

// hold keeps the connection open for an answer that comes after d at most. The listener's time-outs are for requests that are
// answered at once; its read time-out would be taken for the client having left.
func (a *answer) hold(d time.Duration) {
	_ = a.control.SetReadDeadline(time.Time{})
	a.allow(d + a.timeout)
}

// Write implements io.Writer.
func (a *answer) Write(p []byte) (written int, err error) {
	for len(p) > 0 {
		n := min(len(p), writeChunk)
		a.allow(a.timeout)
		n, err = a.w.Write(p[:n])
		written += n
		if err != nil {
			return written, err
		}
		p = p[n:]
	}
	return written, nil
}

// json answers 200 with a rendered body.
func (a *answer) json(body []byte) {
	h := a.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = a.Write(body) // a client that left is no error of ours
}
