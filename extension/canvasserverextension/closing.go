package canvasserverextension

import (
	"errors"
	"net/http"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/wsconn"
)

// The close codes (RFC 6455 and the wire contract). Error messages of a multiplexed WebSocket use the same numbers.
const (
	closeGoingAway       = 1001
	closeProtocol        = 1002
	closeNotText         = 1007
	closeTooBig          = 1009
	closeInternal        = 1011
	closeRestart         = 1012
	closeTryAgain        = 1013
	closeBadRequest      = 4400
	closeUnauthenticated = 4401
	closeForbidden       = 4403
	closeNoInit          = 4408
	closeDuplicate       = 4409
	closeNotEnabled      = 4410
	closeTooMany         = 4429
)

const reasonShutdown = "the server stops"

// ending is a reason in otelcol_canvasserver_closed_connections.
type ending string

const (
	endedClient          ending = "client"
	endedSilent          ending = "silent"
	endedStalled         ending = "stalled"
	endedTooBig          ending = "too_big"
	endedRate            ending = "message_rate"
	endedShutdown        ending = "shutdown"
	endedFailed          ending = "failed"
	endedProtocol        ending = "protocol"
	endedBadRequest      ending = "bad_request"
	endedUnauthenticated ending = "unauthenticated"
	endedForbidden       ending = "forbidden"
	endedNotEnabled      ending = "not_enabled"
	endedUnavailable     ending = "unavailable"
	endedNoInit          ending = "no_init"
	endedDuplicate       ending = "duplicate_id"
	endedTooMany         ending = "too_many"
)

var errRate = errors.New("the client sends more messages than message_rate allows")

// closing is an error that ends a connection with a close code.
type closing struct {
	code   int
	reason string // at most 123 bytes
	why    ending
}

func (c *closing) Error() string { return c.reason }

// closingOf is how a WebSocket ends for an error; nil: it is cut, because nobody is there to be told.
func closingOf(err error) *closing {
	var known *closing
	var bad *problem
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &bad):
		return &closing{codeOf(bad), bad.detail, endingOf(bad)}
	case errors.Is(err, errShutdown):
		return &closing{closeGoingAway, reasonShutdown, endedShutdown}
	case errors.Is(err, errUnauthenticated):
		return &closing{closeUnauthenticated, "the token is not valid any more", endedUnauthenticated}
	case errors.Is(err, errRate):
		return &closing{closeTooMany, "too many messages", endedRate}
	case errors.Is(err, errPanic):
		return &closing{closeInternal, "internal error", endedFailed}
	case errors.Is(err, wsconn.ErrTooBig):
		return &closing{closeTooBig, "message too big", endedTooBig}
	case errors.Is(err, wsconn.ErrText):
		return &closing{closeNotText, "text that is not UTF-8", endedProtocol}
	case errors.Is(err, wsconn.ErrProtocol):
		return &closing{closeProtocol, "protocol error", endedProtocol}
	}
	return nil
}

// codeOf is the close code that says what a status says.
func codeOf(p *problem) int {
	if p.code == codeNotEnabled {
		return closeNotEnabled
	}
	switch p.status {
	case http.StatusBadRequest:
		return closeBadRequest
	case http.StatusUnauthorized:
		return closeUnauthenticated
	case http.StatusForbidden:
		return closeForbidden
	case http.StatusTooManyRequests:
		return closeTooMany
	case http.StatusServiceUnavailable:
		return closeTryAgain
	}
	return closeInternal
}

func endingOf(p *problem) ending {
	if p.code == codeNotEnabled {
		return endedNotEnabled
	}
	switch p.status {
	case http.StatusForbidden:
		return endedForbidden
	case http.StatusServiceUnavailable:
		return endedUnavailable
	}
	return endedFailed
}

// endSocket ends a WebSocket in the way that the error asks for, and says why it ended.
func endSocket(conn *wsconn.Conn, err error) ending {
	if c := closingOf(err); c != nil {
		conn.CloseWith(c.code, c.reason)
		return c.why
	}
	conn.Kill()
	switch {
	case errors.Is(err, wsconn.ErrStalled):
		return endedStalled
	case errors.Is(err, wsconn.ErrSilent):
		return endedSilent
	}
	return endedClient
}
