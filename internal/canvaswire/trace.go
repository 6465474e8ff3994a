package canvaswire

import "github.com/orcheo/otelcol-canvas/internal/execution"

// PageInfo tells where an answer stands in a paged list.
type PageInfo struct {
	HasNextPage bool
	Cursor      string // opaque; "" is null
	AtEnd       bool   // nothing follows now; a cursor then waits for changes
}

// NextPage says how a page of a trace ends. next is the cursor of the following page, "" on the last one, and changes the
// one that waits for what comes after the first page was read.
//
// On the last page has_next_page says whether more may ever come, because Canvas marks a trace as finished for good once it
// is false: it stays true for an execution that is under way, and at_end stops whoever loops over pages. An execution
// without spans says false too: Canvas would ask for it again at once, and for ever.
func NextPage(next, changes string, o *execution.Overview) PageInfo {
	if next != "" {
		return PageInfo{HasNextPage: true, Cursor: next}
	}
	underway := !o.Complete && o.Spans > 0
	return PageInfo{HasNextPage: underway, Cursor: changes, AtEnd: true}
}

// Trace is the answer of GET /api/executions/{id}/trace.
type Trace struct {
	ID       string // that was asked for
	Overview *execution.Overview
	Spans    []SpanParts
	Page     PageInfo
	Phase    string // snapshot or live
}

// AppendTrace appends {execution, spans, page_info, phase, known}.
func AppendTrace(dst []byte, t *Trace) []byte {
	dst = AppendTraceHead(dst, t.ID, t.Overview)
	for i := range t.Spans {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendSpan(dst, t.Spans[i])
	}
	return AppendTraceFoot(dst, t.Page, t.Phase, t.Overview.Known)
}

// AppendTraceHead appends what stands before the first span of a trace answer, for a server that sends a large one in
// pieces: head, spans with commas between them, foot.
func AppendTraceHead(dst []byte, id string, o *execution.Overview) []byte {
	dst = append(dst, `{"execution":`...)
	dst = AppendExecution(dst, id, o)
	return append(dst, `,"spans":[`...)
}

// AppendTraceFoot appends what stands after the last span of a trace answer.
func AppendTraceFoot(dst []byte, page PageInfo, phase string, known bool) []byte {
	dst = append(dst, `],"page_info":`...)
	dst = appendPageInfo(dst, page)
	dst = append(dst, `,"phase":`...)
	dst = appendTextOrNull(dst, phase)
	dst = append(dst, `,"known":`...)
	dst = appendBool(dst, known)
	return append(dst, '}')
}

func appendPageInfo(dst []byte, p PageInfo) []byte {
	dst = append(dst, `{"has_next_page":`...)
	dst = appendBool(dst, p.HasNextPage)
	dst = append(dst, `,"cursor":`...)
	dst = appendTextOrNull(dst, p.Cursor)
	dst = append(dst, `,"at_end":`...)
	dst = appendBool(dst, p.AtEnd)
	return append(dst, '}')
}
