package canvasrouterextension

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// row is one row of a list, as a collector sent it, and where it belongs.
type row struct {
	at   time.Time
	text json.RawMessage
}

const (
	listLimit    = 50
	maxListLimit = 200
)

// executions answers with the newest of all collectors, in one page.
func (x *router) executions(w http.ResponseWriter, r *http.Request) {
	var rows []row
	more := false
	first, answered := x.lists(w, r, func(body []byte) error {
		var page struct {
			Executions []json.RawMessage `json:"executions"`
			PageInfo   struct {
				More bool `json:"has_next_page"`
			} `json:"page_info"`
		}
		if err := json.Unmarshal(body, &page); err != nil {
			return err
		}
		rows, more = append(rows, rowsOf(page.Executions, "last_activity_at")...), more || page.PageInfo.More
		return nil
	})
	if answered == 0 {
		return
	}
	kept := newest(rows, limitOf(r))
	first.writeJSON(w, map[string]any{
		"executions": kept,
		"page_info":  map[string]any{"has_next_page": false, "cursor": nil, "at_end": !more && len(kept) == len(rows)},
		"incomplete": answered < len(x.collectors), // a collector did not answer
	})
}

// workflowExecutions answers with those of one workflow, in Orcheo's shape.
func (x *router) workflowExecutions(w http.ResponseWriter, r *http.Request) {
	var rows []row
	first, answered := x.lists(w, r, func(body []byte) error {
		var page []json.RawMessage
		if err := json.Unmarshal(body, &page); err != nil {
			return err
		}
		rows = append(rows, rowsOf(page, "started_at")...)
		return nil
	})
	if answered > 0 {
		first.writeJSON(w, newest(rows, limitOf(r)))
	}
}

// lists asks all collectors for a list and has each answer read; first is one of them. Where none has a list, the viewer is told
// what one of them says instead, and answered is 0.
func (x *router) lists(w http.ResponseWriter, r *http.Request, read func([]byte) error) (first answer, answered int) {
	speaks := x.collectors[0]
	for i, a := range x.each(r, question{method: http.MethodGet, path: r.URL.EscapedPath(), query: r.URL.RawQuery}) {
		switch {
		case a.status == http.StatusOK && read(a.body) == nil:
			first = a
			answered++
		case a.status != 0:
			speaks = x.collectors[i]
		}
	}
	if answered == 0 {
		speaks.proxy.ServeHTTP(w, r)
	}
	return first, answered
}

// rowsOf reads where rows belong. The same execution may be at two collectors; then both rows are shown.
func rowsOf(texts []json.RawMessage, key string) []row {
	rows := make([]row, 0, len(texts))
	for _, text := range texts {
		var fields map[string]json.RawMessage
		var at time.Time
		if json.Unmarshal(text, &fields) == nil {
			_ = json.Unmarshal(fields[key], &at) // unknown: last
		}
		rows = append(rows, row{at, text})
	}
	return rows
}

func newest(rows []row, limit int) []json.RawMessage {
	slices.SortStableFunc(rows, func(a, b row) int { return b.at.Compare(a.at) })
	texts := make([]json.RawMessage, 0, min(limit, len(rows)))
	for _, r := range rows[:min(limit, len(rows))] {
		texts = append(texts, r.text)
	}
	return texts
}

func limitOf(r *http.Request) int {
	n, err := strconv.Atoi(cmp.Or(r.URL.Query().Get("limit"), strconv.Itoa(listLimit)))
	if err != nil || n < 1 || n > maxListLimit {
		return listLimit // a collector has refused it already
	}
	return n
}

// info is a collector's, but for what this router does not do.
func (x *router) info(w http.ResponseWriter, r *http.Request) {
	at := x.any(r)
	a := at.answer(r.Context(), r, question{method: http.MethodGet, path: "/api/info", query: r.URL.RawQuery})
	var said map[string]any
	if a.status != http.StatusOK || json.Unmarshal(a.body, &said) != nil {
		at.proxy.ServeHTTP(w, r)
		return
	}
	if features, ok := said["features"].(map[string]any); ok {
		features["multiplexed"] = false
	}
	a.writeJSON(w, said)
}

// head writes the headers of an answer that are the viewer's business: which pages may read it, and what it is.
func (a answer) head(w http.ResponseWriter) {
	for name, values := range a.header {
		if !ofTheConnection[name] && name != "Date" && name != "Content-Encoding" {
			w.Header()[name] = values
		}
	}
}

// writeJSON answers with a value that was made of this answer, and perhaps of others.
func (a answer) writeJSON(w http.ResponseWriter, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		writeDetail(w, http.StatusBadGateway, "the collectors' answers cannot be put together")
		return
	}
	a.head(w)
	_, _ = w.Write(body)
}
