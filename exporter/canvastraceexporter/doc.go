//go:generate go tool mdatagen metadata.yaml

// Package canvastraceexporter keeps spans in the trace store that the Trace tab shows. It owns the store and its retention,
// and registers it with the canvasserver extension, which serves it.
//
// It never fails the pipeline: what the store does not admit is counted and dropped, so that exporters beside it never see a
// retry because of the live view.
package canvastraceexporter
