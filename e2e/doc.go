// Package e2e tests the distribution as its users meet it: the real binary at build/otelcol-canvas, real OTLP over its three
// transports, REST and WebSockets. `make build` first.
package e2e
