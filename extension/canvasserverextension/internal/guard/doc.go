// Package guard is what a request passes before anything else sees it: which Host it may ask for, which Origin may ask, and
// where a browser's token goes.
//
// It stands outside telemetry, CORS and logging, so that what it removes is never seen by them.
package guard
