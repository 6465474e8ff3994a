package canvaswire

import (
	"strconv"

	"github.com/orcheo/otelcol-canvas/internal/execution"
)

// Frame is one trace:update message: changed spans of one trace, or none, and the execution as it is now.
type Frame struct {
	ExecutionID string // the id that was asked for
	Overview    *execution.Overview
	Spans       []SpanParts
	Epoch       string // of the spans' trace; "" if there is none
	Seq         uint64 // position in that trace that a client has reached with this frame
	PrevSeq     uint64 // … and had reached before it
	Cursor      string // where the whole subscription resumes after this frame
	Phase       string // snapshot or live
	Last        bool   // the last frame of a flush
	Reset       bool   // the client must forget what it has of the spans' trace
}

// AppendFrame appends a frame for a plain socket. It never has a top-level status, error, message or node key: Canvas takes
// those for the end of a run. trace_id is the execution's primary trace, whichever trace the spans are of.
//
// `complete` is true from the last frame of the flush with which the execution is complete, not in the frames before it, so
// that a client that stops there has everything.
func AppendFrame(dst []byte, f *Frame) []byte {
	o := f.Overview
	complete := o.Complete && f.Last
	dst = append(dst, `{"type":"trace:update","execution_id":`...)
	dst = appendText(dst, f.ExecutionID)
	dst = append(dst, `,"trace_id":`...)
	dst = appendTraceIDOrNull(dst, o.PrimaryTrace)
	dst = append(dst, `,"spans":`...)
	dst = appendSpans(dst, f.Spans)
	dst = append(dst, `,"complete":`...)
	dst = appendBool(dst, complete)
	dst = append(dst, `,"epoch":`...)
	dst = appendTextOrNull(dst, f.Epoch)
	dst = append(dst, `,"seq":`...)
	dst = strconv.AppendUint(dst, f.Seq, 10)
	dst = append(dst, `,"prev_seq":`...)
	dst = strconv.AppendUint(dst, f.PrevSeq, 10)
	dst = append(dst, `,"cursor":`...)
	dst = appendTextOrNull(dst, f.Cursor)
	dst = append(dst, `,"phase":`...)
	dst = appendTextOrNull(dst, f.Phase)
	dst = append(dst, `,"last":`...)
	dst = appendBool(dst, f.Last)
	dst = append(dst, `,"reset":`...)
	dst = appendBool(dst, f.Reset)
	dst = append(dst, `,"complete_reason":`...)
	if complete {
		dst = appendTextOrNull(dst, string(o.CompleteReason))
	} else {
		dst = append(dst, "null"...)
	}
	dst = append(dst, `,"dropped_spans":`...)
	dst = strconv.AppendInt(dst, int64(o.Dropped), 10)
	dst = append(dst, `,"revision":`...)
	dst = strconv.AppendUint(dst, o.Revision, 10)
	dst = append(dst, `,"execution":`...)
	dst = AppendExecution(dst, f.ExecutionID, o)
	return append(dst, '}')
}
