package backend

import (
	"context"
	"io"
	"net/http"
	"time"
)

// patient gives the backend so long for every step: each part of a request that goes out, the head of the answer, each part of
// the answer. It also bounds the answer.
type patient struct {
	next    http.RoundTripper
	timeout time.Duration
	most    int64
}

// RoundTrip implements http.RoundTripper.
func (p *patient) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(r.Context())
	watch := time.AfterFunc(p.timeout, func() { cancel(errTimeout) })
	out := r.WithContext(ctx)
	if r.Body != nil && r.Body != http.NoBody {
		out.Body = &timedBody{ReadCloser: r.Body, step: func() { watch.Reset(p.timeout) }}
	}
	resp, err := p.next.RoundTrip(out)
	watch.Stop()
	if err != nil {
		defer cancel(nil)
		if context.Cause(ctx) == errTimeout { //nolint:errorlint // it is the cause itself
			return nil, errTimeout
		}
		return nil, err
	}
	left := p.most
	if left <= 0 {
		left = -1
	}
	resp.Body = &answerBody{body: resp.Body, ctx: ctx, cancel: cancel, watch: watch, timeout: p.timeout, left: left}
	return resp, nil
}

// timedBody tells of every part that is read.
type timedBody struct {
	io.ReadCloser
	step func()
}

func (b *timedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.step()
	return n, err
}

// answerBody is the body of an answer, which may not be silent for long.
type answerBody struct {
	body    io.ReadCloser
	ctx     context.Context //nolint:containedctx // of the one request
	cancel  context.CancelCauseFunc
	watch   *time.Timer
	timeout time.Duration
	left    int64 // bytes; negative: no bound
}

func (b *answerBody) Read(p []byte) (int, error) {
	b.watch.Reset(b.timeout)
	n, err := b.body.Read(p)
	b.watch.Stop()
	if b.left >= 0 {
		if b.left -= int64(n); b.left < 0 {
			return n, errTooLarge
		}
	}
	if err != nil && err != io.EOF && context.Cause(b.ctx) == errTimeout { //nolint:errorlint // as Read gives them
		err = errTimeout
	}
	return n, err
}

func (b *answerBody) Close() error {
	b.watch.Stop()
	b.cancel(nil)
	return b.body.Close()
}
