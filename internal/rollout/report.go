package rollout

import (
	"encoding/json"
	"io"
	"time"
)

// Schema names the shape of a report. Fields are only ever added to it.
const Schema = "canvas-rollout-check/1"

// Status is what became of a step.
type Status string

// The statuses.
const (
	Passed  Status = "passed"
	Failed  Status = "failed"
	Skipped Status = "skipped"
)

// Result is what a step found out.
type Result struct {
	ID       string        `json:"id"`
	Title    string        `json:"title"`
	Status   Status        `json:"status"`
	Detail   string        `json:"detail"`           // what was seen; of a skipped step, why
	Cause    string        `json:"cause,omitempty"`  // of a failed step, the likely one
	Remedy   string        `json:"remedy,omitempty"` // of a failed step, what to do
	Duration time.Duration `json:"-"`
	Millis   int64         `json:"duration_ms"`
}

// Report is what a check found out.
type Report struct {
	Schema      string    `json:"schema"`
	Outcome     Status    `json:"outcome"` // Failed where any step did
	StartedAt   time.Time `json:"started_at"`
	Millis      int64     `json:"duration_ms"`
	Endpoint    string    `json:"endpoint"`
	Server      string    `json:"server"`
	Downstream  string    `json:"downstream,omitempty"`
	ExecutionID string    `json:"execution_id"`
	TraceID     string    `json:"trace_id"`
	Steps       []Result  `json:"steps"`
}

// Failures are the steps that failed.
func (r *Report) Failures() []Result {
	var failed []Result
	for _, s := range r.Steps {
		if s.Status == Failed {
			failed = append(failed, s)
		}
	}
	return failed
}

// WriteJSON writes the report for programs.
func (r *Report) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}

func pass(detail string) Result { return Result{Status: Passed, Detail: detail} }

func skip(why string) Result { return Result{Status: Skipped, Detail: why} }

func fail(detail string, d diagnosis) Result {
	return Result{Status: Failed, Detail: detail, Cause: d.cause, Remedy: d.remedy}
}
