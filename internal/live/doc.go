// Package live keeps the views of executions that are active or watched up to date from a trace store, tells viewers what
// changed, and writes the summaries that lists show.
//
// Whoever appends (the exporter) calls Append and never waits for a viewer. A viewer opens an execution and pulls: it holds
// a cursor into the view's change index, so there is no queue per viewer, nothing to overflow and nothing to lose.
//
// What somebody watches is folded at once. Everything else is put off for as long as a summary may be behind, or until somebody
// asks for a list, and then folded in one go in a view that is used again for the next execution: what stays is the summary, and
// when the execution will be complete if nothing more comes. An execution all of whose spans come in one batch is folded from that
// batch at once, which costs least of all. Large executions, and those that had a viewer, keep their views.
package live
