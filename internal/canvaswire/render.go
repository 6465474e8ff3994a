package canvaswire

import (
	"math"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Renderer makes the bodies of records that have a source instead of one. It is for one goroutine at a time.
type Renderer struct{ encoder *Encoder }

// NewRenderer returns a renderer. It needs no limits: what has a source keeps to them.
func NewRenderer() *Renderer {
	const all = math.MaxInt32
	return &Renderer{NewEncoder(Limits{ValueBytes: all, BodyBytes: all, WholeBytes: all, Depth: maxDepth, Attributes: all})}
}

// Render gives records of a trace, which must be the caller's own, the bodies that their sources stand for. It returns how many
// bytes that took. A record whose source cannot be read is left as it is, without a body, and an error tells of the first one.
func (r *Renderer) Render(trace tracestore.TraceID, records []*tracestore.Record) (bytes int64, err error) {
	size := 0
	for _, rec := range records {
		size += len(rec.Source)
	}
	if size == 0 {
		return 0, nil
	}
	dst := make([]byte, 0, 2*size+512*len(records))
	for _, rec := range records {
		if len(rec.Source) == 0 {
			continue
		}
		span := ptrace.NewSpan()
		if failed := DecodeSource(rec.Source, span); failed != nil {
			if err == nil {
				err = failed
			}
			continue
		}
		span.SetSpanID(rec.ID)
		var made Encoded
		dst, made = r.encoder.AppendSpan(dst, trace, rec.Facts.Service, span)
		rec.Body, rec.Residual, rec.Whole = made.Body, made.Residual, made.Whole
		bytes += int64(len(made.Body) + len(made.Residual) + len(made.Whole))
	}
	return bytes, err
}
