package memorystore

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strings"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

const (
	defaultRows = 50
	maxRows     = 500
	listStep    = 1024 // executions looked at before others get to the lock
)

// Executions lists rows, newest activity first. A cursor is a place in the order of activity, not a count of rows, so pages
// neither repeat nor skip what stays where it is; what changes meanwhile is at the front again. A walk over many executions stops
// with the error of ctx when that ends.
func (s *Store) Executions(ctx context.Context, q tracestore.Query) (tracestore.ExecutionPage, error) {
	from, err := parseListCursor(q.Cursor)
	if err != nil {
		return tracestore.ExecutionPage{}, err
	}
	q.Limit = min(q.Limit, maxRows)
	if q.Limit <= 0 {
		q.Limit = defaultRows
	}
	q.Text = strings.ToLower(q.Text)
	if q.StartedWithin > 0 {
		q.StartedFrom = max(q.StartedFrom, s.now()-int64(q.StartedWithin))
	}
	l := listing{query: q, next: from}
	for more := true; more; {
		if err := s.rlock(); err != nil {
			return tracestore.ExecutionPage{}, err
		}
		more = l.walk(s.activity.before(l.next))
		s.mu.RUnlock()
		if err := ctx.Err(); more && err != nil { // whoever asked has left
			return tracestore.ExecutionPage{}, err
		}
	}
	return l.page, nil
}

// listing is a walk from the newest execution to older ones.
type listing struct {
	query tracestore.Query
	next  uint64             // everything before it is still to be looked at
	last  uint64             // place of the last row taken
	row   tracestore.Summary // of the execution that is looked at
	page  tracestore.ExecutionPage
}

// walk looks at some executions. more: there are older ones, and room for their rows.
func (l *listing) walk(older []slot[execution]) (more bool) {
	for range listStep {
		if len(older) == 0 {
			return false
		}
		end := len(older) - 1
		at := older[end]
		older, l.next = older[:end], at.seq
		if at.item == nil || !l.wants(at.item) {
			continue
		}
		if len(l.page.Rows) == l.query.Limit {
			l.page.Next = listCursor(l.last)
			return false
		}
		l.page.Rows = append(l.page.Rows, at.item.listRow())
		l.last = at.seq
	}
	return true
}

func (l *listing) wants(e *execution) bool {
	row, q := &l.row, &l.query
	e.readRow(row)
	return (q.WorkflowID == "" || row.WorkflowID == q.WorkflowID) && q.Statuses.Has(cmp.Or(row.Status, tracestore.StatusPending)) && l.covers(row.Started) &&
		(q.Model == "" || slices.ContainsFunc(row.Models, func(m string) bool { return strings.EqualFold(m, q.Model) })) &&
		(q.Text == "" || e.hasText(row, q.Text))
}

// covers says whether the range of the question has a start in it.
func (l *listing) covers(started int64) bool {
	q := &l.query
	if q.StartedFrom == 0 && q.StartedBefore == 0 {
		return true
	}
	return started != 0 && started >= q.StartedFrom && (q.StartedBefore == 0 || started < q.StartedBefore)
}

// hasText says whether a text in lower case is in what names the execution.
func (e *execution) hasText(row *tracestore.Summary, text string) bool {
	has := func(name string) bool { return strings.Contains(strings.ToLower(name), text) }
	return e.named && has(e.given) || has(row.RunName) || has(row.RootName) || has(row.WorkflowID) || slices.ContainsFunc(row.Models, has) ||
		e.hasAliasWith(text)
}

func (e *execution) listRow() tracestore.ExecutionRow {
	return tracestore.ExecutionRow{Summary: e.row(), Aliases: e.aliases(), Updated: time.Unix(0, max(e.active, e.put))}
}

const (
	cursorVersion = 1
	cursorBytes   = 1 + 8 + 4 // version, place, checksum
)

// listCursor is the place after a row, with a checksum so that anything else is told from it.
func listCursor(at uint64) string {
	b := make([]byte, 0, cursorBytes)
	b = append(b, cursorVersion)
	b = binary.BigEndian.AppendUint64(b, at)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	return base64.RawURLEncoding.EncodeToString(b)
}

// parseListCursor reads a place; the empty cursor is the place before the newest row. The error is tracestore.ErrCursor.
func parseListCursor(text string) (uint64, error) {
	if text == "" {
		return 1<<64 - 1, nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != cursorBytes || b[0] != cursorVersion || strings.ContainsAny(text, "\r\n") {
		return 0, tracestore.ErrCursor
	}
	body := b[:cursorBytes-4]
	if binary.BigEndian.Uint32(b[cursorBytes-4:]) != crc32.ChecksumIEEE(body) {
		return 0, tracestore.ErrCursor
	}
	return binary.BigEndian.Uint64(body[1:]), nil
}
