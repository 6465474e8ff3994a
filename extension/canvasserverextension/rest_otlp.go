package canvasserverextension

import (
	"fmt"
	"iter"
	"net/http"
	"strings"

	"go.uber.org/zap"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/live"
)

// download answers GET /api/executions/{id}/trace/otlp: the execution as OTLP JSON that any OTLP receiver takes.
func (a *api) download(w http.ResponseWriter, r *http.Request) *problem {
	id, _, bad := pathID(r)
	if bad != nil {
		return bad
	}
	o, bad := a.open(r, id, resolveGrace)
	if bad != nil {
		return bad
	}
	defer o.close()
	overview := o.Overview()
	switch {
	case !overview.Known:
		return notFound("nothing is known of this execution")
	case evicted(&overview):
		return notFound("the spans of this execution were evicted")
	}
	spans := o.Spans()
	if bad = o.confirm(r); bad != nil {
		return bad
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="trace-%s.otlp.json"`, fileName(id)))
	if err := canvaswire.WriteOTLP(a.answer(w), observed(spans)); err != nil {
		// The status is sent: only a connection that breaks tells the client that the file is not whole.
		if r.Context().Err() == nil {
			a.logger.Warn("An OTLP download was not finished", zap.Error(err))
		}
		panic(http.ErrAbortHandler)
	}
	return nil
}

// observed are the spans that somebody sent: not the placeholders.
func observed(spans []live.SpanView) iter.Seq[canvaswire.TraceRecord] {
	return func(yield func(canvaswire.TraceRecord) bool) {
		for i := range spans {
			if spans[i].Record == nil {
				continue
			}
			if !yield(canvaswire.TraceRecord{Trace: spans[i].Key.Trace, Record: spans[i].Record}) {
				return
			}
		}
	}
}

// fileName keeps of an id what no file system and no header minds.
func fileName(id string) string {
	name := strings.Map(func(c rune) rune {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
			return c
		}
		return '_'
	}, id)
	return name[:min(len(name), 100)]
}
