// Package live keeps the views of executions that are active or watched up to date from a trace store, tells viewers what
// changed, and writes the summaries that lists show.
//
// Whoever appends (the exporter) calls Append and never waits for a viewer. A viewer opens an execution and pulls: it holds
// a cursor into the view's change index, so there is no queue per viewer, nothing to overflow and nothing to lose.
package live
