// Package environment reads the variables that configure a built-in profile beyond plain addresses: where traces are
// forwarded to, who may send and watch, and what is shared with Orcheo's backend. What it reads becomes an overlay over the
// profile's YAML, so that `otelcol-canvas print-config` shows it and later --config and --set go on top.
//
// Everything is checked before anything starts, and everything that is wrong is told at once. No error holds a token, a
// password or the query of a URL.
package environment
