// Package canvasserverextension is the HTTP server of the Trace tab: answers about workflow executions, and their changes as
// they happen, read from the trace store that an exporter registers with it. It only reads, and nothing a viewer does can
// delay the pipeline.
//
// A request passes, from the outside in: the guard (which Host may be asked for, which Origin may ask, and moving a
// browser's token to where authenticators look), confighttp's own handlers (telemetry, CORS, headers), the route table,
// the route's authenticator, and its handler. The guard is outermost so that no span, log line or zPage ever sees a token.
//
// What follows an execution is a follower, whatever the transport: a plain WebSocket and an event stream have one each
// (serving), a multiplexed WebSocket one per subscription (session, channel). Where rights are per execution, a right is
// confirmed before anything is opened, and again before anything is sent.
package canvasserverextension

//go:generate go tool mdatagen metadata.yaml
