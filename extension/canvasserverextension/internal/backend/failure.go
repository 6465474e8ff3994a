package backend

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"
)

// Result is what came of a request to the backend.
type Result string

// The results.
const (
	ResultAnswered  Result = "answered"
	ResultUnknown   Result = "unknown"   // 404
	ResultRefused   Result = "refused"   // 401 or 403
	ResultError     Result = "error"     // 5xx
	ResultFailed    Result = "failed"    // no answer
	ResultTimeout   Result = "timeout"   // no answer in time
	ResultTooLarge  Result = "too_large" // a body beyond its bound
	ResultMalformed Result = "malformed" // no trace in the answer for a trace
	ResultLeft      Result = "left"      // the client did not wait
)

// Results are all of them.
var Results = []Result{
	ResultAnswered, ResultUnknown, ResultRefused, ResultError, ResultFailed, ResultTimeout, ResultTooLarge, ResultMalformed, ResultLeft,
}

func resultOf(status int) Result {
	switch {
	case status == http.StatusNotFound:
		return ResultUnknown
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return ResultRefused
	case status >= http.StatusInternalServerError:
		return ResultError
	}
	return ResultAnswered
}

var (
	errTimeout   = errors.New("no answer in time")
	errTooLarge  = errors.New("the answer is too large")
	errMalformed = errors.New("the answer is no trace as Orcheo gives it")
	errUpgrade   = errors.New("the backend wants to speak another protocol")
)

// Failure is why a request could not be passed on, as a viewer may read it: it names no address.
type Failure struct {
	Status int
	Detail string
	Result Result
	Cause  error
}

func (f *Failure) Error() string { return f.Detail }

// Unwrap gives the error as it was.
func (f *Failure) Unwrap() error { return f.Cause }

func failureOf(err error, timeout time.Duration) *Failure {
	var tooMuch *http.MaxBytesError
	var known *Failure
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &tooMuch):
		return &Failure{http.StatusRequestEntityTooLarge, fmt.Sprintf("the body of a request may have %d bytes here; raise backend::max_request_bytes", tooMuch.Limit), ResultTooLarge, err}
	case errors.Is(err, errTimeout):
		return badGateway(fmt.Sprintf("no answer within %s", timeout), ResultTimeout, err)
	case errors.Is(err, errTooLarge):
		return badGateway("its answer is larger than backend::max_response_bytes", ResultTooLarge, err)
	case errors.Is(err, errMalformed):
		return badGateway(errMalformed.Error(), ResultMalformed, err)
	}
	return badGateway(causeOf(err), ResultFailed, err)
}

func badGateway(cause string, r Result, err error) *Failure {
	return &Failure{http.StatusBadGateway, "the Orcheo backend did not answer: " + cause, r, err}
}

// causeOf says what kept the backend from answering, without where it is.
func causeOf(err error) string {
	var dns *net.DNSError
	var number syscall.Errno
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &dns):
		return "its name cannot be resolved"
	case errors.As(err, &authority), errors.As(err, &name), errors.As(err, &invalid):
		return "its certificate is not trusted; see backend::tls"
	case errors.As(err, &record):
		return "it does not speak TLS; write http:// in backend::endpoint"
	case errors.Is(err, errUpgrade):
		return errUpgrade.Error()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "it closed the connection"
	case errors.As(err, &number):
		return number.Error()
	}
	return "the connection failed; the collector's log says more"
}
