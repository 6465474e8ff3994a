package canvaswire

import (
	"strconv"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// AppendRow appends one row of GET /api/executions. Its keys are those of the `execution` object where both have them.
func AppendRow(dst []byte, r *tracestore.ExecutionRow) []byte {
	dst = append(dst, `{"id":`...)
	dst = appendText(dst, r.Execution)
	dst = append(dst, `,"aliases":`...)
	dst = appendTexts(dst, r.Aliases)
	dst = append(dst, `,"workflow_id":`...)
	dst = appendTextOrNull(dst, r.WorkflowID)
	dst = append(dst, `,"run_name":`...)
	dst = appendTextOrNull(dst, r.RunName)
	dst = append(dst, `,"root_name":`...)
	dst = appendTextOrNull(dst, r.RootName)
	dst = append(dst, `,"thread_id":`...)
	dst = appendTextOrNull(dst, r.Thread)
	dst = append(dst, `,"tags":`...)
	dst = appendTexts(dst, r.Tags)
	dst = append(dst, `,"status":`...)
	dst = appendStatus(dst, r.Status)
	dst = append(dst, `,"error":`...)
	dst = appendTextOrNull(dst, r.Error)
	dst = append(dst, `,"started_at":`...)
	dst = appendClock(dst, r.Started)
	dst = append(dst, `,"finished_at":`...)
	dst = appendClock(dst, r.Finished)
	dst = append(dst, `,"last_activity_at":`...)
	dst = appendClock(dst, r.LastActivity)
	dst = append(dst, `,"updated_at":`...)
	dst = appendDate(dst, r.Updated)
	dst = append(dst, `,"trace_id":`...)
	dst = appendTraceIDOrNull(dst, r.PrimaryTrace)
	dst = appendCounts(dst, &r.Summary)
	dst = append(dst, `,"token_usage":`...)
	dst = appendTokens(dst, r.InputTokens, r.OutputTokens)
	dst = append(dst, `,"cost_usd":`...)
	dst = appendCost(dst, r.CostUSD, r.CostKnown)
	dst = append(dst, `,"models":`...)
	dst = appendTexts(dst, r.Models)
	dst = append(dst, `,"complete":`...)
	dst = appendBool(dst, r.Complete)
	dst = append(dst, `,"complete_reason":`...)
	dst = appendTextOrNull(dst, string(r.CompleteReason))
	dst = append(dst, `,"revision":`...)
	dst = strconv.AppendUint(dst, r.Revision, 10)
	return append(dst, '}')
}

// AppendExecutions appends the answer of GET /api/executions: {executions, page_info}.
func AppendExecutions(dst []byte, p *tracestore.ExecutionPage) []byte {
	dst = append(dst, `{"executions":[`...)
	for i := range p.Rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendRow(dst, &p.Rows[i])
	}
	dst = append(dst, `],"page_info":`...)
	dst = AppendListPageInfo(dst, p.Next)
	return append(dst, '}')
}

// AppendListPageInfo appends the page_info of a list; next is the cursor of what follows, empty at the end.
func AppendListPageInfo(dst []byte, next string) []byte {
	return appendPageInfo(dst, PageInfo{HasNextPage: next != "", Cursor: next, AtEnd: next == ""})
}

// AppendOrcheoRow appends one row of GET /api/workflows/{id}/executions in the shape of Orcheo's own run history. What a
// collector cannot know (inputs, configuration, steps) is empty, never missing: Canvas goes over steps without asking.
func AppendOrcheoRow(dst []byte, r *tracestore.ExecutionRow) []byte {
	dst = append(dst, `{"execution_id":`...)
	dst = appendText(dst, r.Execution)
	dst = append(dst, `,"workflow_id":`...)
	dst = appendTextOrNull(dst, r.WorkflowID)
	dst = append(dst, `,"status":`...)
	dst = appendStatus(dst, r.Status)
	dst = append(dst, `,"started_at":`...)
	dst = appendClock(dst, r.Started)
	dst = append(dst, `,"completed_at":`...)
	dst = appendClock(dst, r.Finished)
	dst = append(dst, `,"error":`...)
	dst = appendTextOrNull(dst, r.Error)
	dst = append(dst, `,"inputs":{},"runnable_config":{},"tags":`...)
	dst = appendTexts(dst, r.Tags)
	dst = append(dst, `,"callbacks":[],"metadata":{},"run_name":`...)
	dst = appendTextOrNull(dst, r.RunName)
	return append(dst, `,"steps":[]}`...)
}

// AppendOrcheoRows appends the answer of GET /api/workflows/{id}/executions: an array.
func AppendOrcheoRows(dst []byte, rows []tracestore.ExecutionRow) []byte {
	dst = append(dst, '[')
	for i := range rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendOrcheoRow(dst, &rows[i])
	}
	return append(dst, ']')
}

func appendDate(dst []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(dst, "null"...)
	}
	return appendClock(dst, t.UnixNano())
}
