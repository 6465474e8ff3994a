package canvasserverextension

import (
	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/live"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// evicted says whether nothing but a tombstone is left of an execution.
func evicted(o *execution.Overview) bool { return o.CompleteReason == tracestore.CompleteEvicted }

// frameOf is a batch as the wire wants it. parts is reused for its spans.
func frameOf(id string, b *live.Batch, parts []canvaswire.SpanParts) canvaswire.Frame {
	for i := range b.Spans {
		parts = append(parts, canvaswire.SpanParts(b.Spans[i]))
	}
	return canvaswire.Frame{
		ExecutionID: id, Overview: &b.Overview, Spans: parts, Epoch: b.Epoch, Seq: b.Seq, PrevSeq: b.PrevSeq,
		Cursor: b.Cursor, Phase: string(b.Phase), Last: b.Last, Reset: b.Reset,
	}
}

// flushBytes is how much of a large answer is rendered before it is written.
const flushBytes = 64 << 10

// writeTrace answers with a trace. It is rendered in pieces: an execution may be tens of megabytes, and its client slow.
func (a *answer) writeTrace(id string, s *live.Snapshot) {
	a.w.Header().Set("Content-Type", "application/json")
	buf := canvaswire.AppendTraceHead(make([]byte, 0, flushBytes+flushBytes/4), id, &s.Overview)
	for i := range s.Spans {
		if i > 0 {
			buf = append(buf, ',')
		}
		buf = canvaswire.AppendSpan(buf, canvaswire.SpanParts(s.Spans[i]))
		if len(buf) < flushBytes {
			continue
		}
		if _, err := a.Write(buf); err != nil {
			return // the client left
		}
		buf = buf[:0]
	}
	buf = canvaswire.AppendTraceFoot(buf, canvaswire.NextPage(s.NextPage, s.Changes, &s.Overview), string(s.Phase), s.Overview.Known)
	_, _ = a.Write(buf)
}
