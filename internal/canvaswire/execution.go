package canvaswire

import (
	"strconv"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// AppendExecution appends the `execution` object under the id that was asked for, which may be an alias. All keys are
// always there; what is not known is null.
func AppendExecution(dst []byte, id string, o *execution.Overview) []byte {
	dst = append(dst, `{"id":`...)
	dst = appendText(dst, id)
	dst = append(dst, `,"status":`...)
	dst = appendStatus(dst, o.Status)
	dst = append(dst, `,"thread_id":`...)
	dst = appendTextOrNull(dst, thread(o))
	dst = append(dst, `,"started_at":`...)
	dst = appendClock(dst, o.Started)
	dst = append(dst, `,"finished_at":`...)
	dst = appendClock(dst, o.Finished)
	dst = append(dst, `,"trace_id":`...)
	dst = appendTraceIDOrNull(dst, o.PrimaryTrace)
	dst = append(dst, `,"token_usage":`...)
	dst = appendTokens(dst, o.InputTokens, o.OutputTokens)

	dst = append(dst, `,"workflow_id":`...)
	dst = appendTextOrNull(dst, o.WorkflowID)
	dst = append(dst, `,"run_name":`...)
	dst = appendTextOrNull(dst, o.RunName)
	dst = append(dst, `,"root_name":`...)
	dst = appendTextOrNull(dst, o.RootName)
	dst = append(dst, `,"complete":`...)
	dst = appendBool(dst, o.Complete)
	dst = append(dst, `,"complete_reason":`...)
	dst = appendTextOrNull(dst, string(o.CompleteReason))
	dst = append(dst, `,"revision":`...)
	dst = strconv.AppendUint(dst, o.Revision, 10)
	dst = append(dst, `,"cost_usd":`...)
	dst = appendCost(dst, o.CostUSD, o.CostKnown)
	dst = append(dst, `,"usage":`...)
	dst = appendTotals(dst, &o.Totals)
	dst = appendCounts(dst, &o.Summary)
	dst = append(dst, `,"traces":`...)
	dst = appendTraces(dst, o.Traces)
	dst = append(dst, `,"traces_total":`...)
	dst = strconv.AppendInt(dst, int64(o.TraceCount), 10)
	dst = append(dst, `,"links":`...)
	dst = appendLinks(dst, o.Links)
	// Everything comes from the store of this process: no source to name, nothing that could be stale.
	dst = append(dst, `,"source":null,"stale":false,"known":`...)
	dst = appendBool(dst, o.Known)
	return append(dst, '}')
}

// thread returns the thread of an execution. Orcheo's spans name none; its runs over the WebSocket always have the
// execution's own id as thread. What has no name of its own, only a trace id, has no thread either.
func thread(o *execution.Overview) string {
	if o.Thread != "" || !o.Known {
		return o.Thread
	}
	if o.Execution == o.PrimaryTrace.String() {
		return ""
	}
	for _, t := range o.Traces {
		if o.Execution == t.String() {
			return ""
		}
	}
	return o.Execution
}

func appendStatus(dst []byte, s tracestore.Status) []byte {
	if s == "" {
		s = tracestore.StatusPending
	}
	return appendText(dst, string(s))
}

func appendTokens(dst []byte, input, output int64) []byte {
	dst = append(dst, `{"input":`...)
	dst = strconv.AppendInt(dst, input, 10)
	dst = append(dst, `,"output":`...)
	dst = strconv.AppendInt(dst, output, 10)
	return append(dst, '}')
}

func appendCost(dst []byte, usd float64, known bool) []byte {
	if !known {
		return append(dst, "null"...)
	}
	return appendAmount(dst, usd)
}

// appendTotals appends the token account. The three kinds of tokens at its end are those that count.
func appendTotals(dst []byte, t *execution.Totals) []byte {
	dst = append(dst, `{"counted":`...)
	dst = appendUsage(dst, &t.Counted)
	dst = append(dst, `,"reported":`...)
	dst = appendUsage(dst, &t.Reported)
	dst = append(dst, `,"excluded":[`...)
	for i, x := range t.Excluded {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"reason":`...)
		dst = appendText(dst, string(x.Reason))
		dst = append(dst, `,"spans":`...)
		dst = strconv.AppendInt(dst, int64(x.Spans), 10)
		dst = append(dst, `,"input":`...)
		dst = strconv.AppendInt(dst, x.Input, 10)
		dst = append(dst, `,"output":`...)
		dst = strconv.AppendInt(dst, x.Output, 10)
		dst = append(dst, `,"cost_usd":`...)
		dst = appendCost(dst, x.CostUSD, x.CostKnown)
		dst = append(dst, '}')
	}
	dst = append(dst, ']')
	dst = appendDetails(dst, &t.Counted)
	return append(dst, '}')
}

func appendUsage(dst []byte, u *tracestore.Usage) []byte {
	dst = append(dst, `{"input":`...)
	dst = strconv.AppendInt(dst, u.Input, 10)
	dst = append(dst, `,"output":`...)
	dst = strconv.AppendInt(dst, u.Output, 10)
	dst = appendDetails(dst, u)
	dst = append(dst, `,"cost_usd":`...)
	dst = appendCost(dst, u.CostUSD, u.CostKnown)
	return append(dst, '}')
}

func appendDetails(dst []byte, u *tracestore.Usage) []byte {
	dst = append(dst, `,"cache_read":`...)
	dst = strconv.AppendInt(dst, u.CacheRead, 10)
	dst = append(dst, `,"cache_write":`...)
	dst = strconv.AppendInt(dst, u.CacheWrite, 10)
	dst = append(dst, `,"reasoning":`...)
	return strconv.AppendInt(dst, u.Reasoning, 10)
}

// appendCounts appends the three numbers of spans that executions and rows share.
func appendCounts(dst []byte, s *tracestore.Summary) []byte {
	dst = append(dst, `,"span_count":`...)
	dst = strconv.AppendInt(dst, int64(s.Spans), 10)
	dst = append(dst, `,"error_count":`...)
	dst = strconv.AppendInt(dst, int64(s.Errors), 10)
	dst = append(dst, `,"dropped_spans":`...)
	return strconv.AppendInt(dst, int64(s.Dropped), 10)
}

func appendTraces(dst []byte, traces []tracestore.TraceID) []byte {
	dst = append(dst, '[')
	for i, t := range traces {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendTraceID(dst, t)
	}
	return append(dst, ']')
}

func appendLinks(dst []byte, links []tracestore.Link) []byte {
	dst = append(dst, '[')
	for i, l := range links {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"trace_id":`...)
		dst = appendTraceID(dst, l.Trace)
		dst = append(dst, `,"span_id":`...)
		dst = appendSpanID(dst, l.Span)
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

// appendTexts appends strings as an array.
func appendTexts(dst []byte, texts []string) []byte {
	dst = append(dst, '[')
	for i, s := range texts {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(dst, s)
	}
	return append(dst, ']')
}
