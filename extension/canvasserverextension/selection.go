package canvasserverextension

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// selection is what a client wants to see of the list, in its own words: the query of GET /api/executions, and the
// `executions` of a subscribe message.
type selection struct {
	WorkflowID    string `json:"workflow_id"`
	Status        string `json:"status"` // several are separated by commas
	Model         string `json:"model"`
	Text          string `json:"q"`
	StartedFrom   string `json:"started_from"`   // RFC 3339
	StartedTo     string `json:"started_to"`     // RFC 3339, and not part of the range
	StartedWithin string `json:"started_within"` // such as 15m, before now
	Limit         int    `json:"limit"`
}

// selected is what the query of a request wants to see of the list.
func (p params) selected() (s selection, bad *problem) {
	q := p.query.Get
	s = selection{
		WorkflowID: q("workflow_id"), Status: q("status"), Model: q("model"), Text: q("q"),
		StartedFrom: q("started_from"), StartedTo: q("started_to"), StartedWithin: q("started_within"),
	}
	s.Limit, bad = p.limit(listLimit, maxListLimit)
	return s, bad
}

// parse is the question to the store, if a client may ask it.
func (s *selection) parse() (q tracestore.Query, bad *problem) {
	if len(s.WorkflowID) > maxIDBytes || len(s.Text) > maxTextBytes || len(s.Model) > maxTextBytes {
		return q, badRequest(fmt.Sprintf("workflow_id, model and q are at most %d bytes long", maxTextBytes))
	}
	q = tracestore.Query{WorkflowID: s.WorkflowID, Model: s.Model, Text: s.Text, Limit: s.Limit}
	if q.Statuses, bad = statusesOf(s.Status); bad != nil {
		return q, bad
	}
	if q.StartedFrom, bad = instantOf("started_from", s.StartedFrom); bad != nil {
		return q, bad
	}
	if q.StartedBefore, bad = instantOf("started_to", s.StartedTo); bad != nil {
		return q, bad
	}
	q.StartedWithin, bad = ageOf(s.StartedWithin)
	return q, bad
}

func statusesOf(text string) (set tracestore.StatusSet, _ *problem) {
	if text == "" {
		return 0, nil
	}
	for word := range strings.SplitSeq(text, ",") {
		if !slices.Contains(tracestore.AllStatuses[:], tracestore.Status(word)) {
			return 0, badRequest("malformed status: write some of pending, running, completed, error and cancelled, separated by commas")
		}
		set |= tracestore.SetOf(tracestore.Status(word))
	}
	return set, nil
}

// instantOf is a time in Unix nanoseconds; 0 where the text is empty.
func instantOf(name, text string) (int64, *problem) {
	if text == "" {
		return 0, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || t.Year() < 1971 || t.Year() > 2261 {
		return 0, badRequest("malformed " + name + ": write a time such as 2026-01-31T12:00:00Z")
	}
	return t.UnixNano(), nil
}

func ageOf(text string) (time.Duration, *problem) {
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, badRequest("malformed started_within: write a time such as 15m or 24h")
	}
	return d, nil
}
