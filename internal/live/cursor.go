package live

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// A cursor is "c." (changes from here on) or "p." (the next page of a snapshot) and a base64url text. What is inside is
// nobody's business but this file's; the version byte lets it change.
const (
	changesPrefix = "c."
	pagePrefix    = "p."
	cursorWhole   = 1 // version 1, naming every trace
	cursorPartial = 2 // version 1, naming only the traces that changed last

	maxCursorText   = 16 << 10
	maxCursorTraces = 64 // so that a cursor fits into a URL, which a proxy may bound at 8 KiB
	maxEpochBytes   = 64
)

// place is where a client stands: at a revision of one incarnation of a view, and per trace at the position it was told.
type place struct {
	incarnation uint64
	rev         uint64
	traces      map[tracestore.TraceID]tracestore.Position
	partial     bool // the client has more traces than these
}

// pageKey is the last span of a page in the order of a snapshot.
type pageKey struct {
	afterRoot bool
	start     int64
	key       execution.SpanKey
}

// clone is the same place with a map of its own.
func (p place) clone() place {
	p.traces = maps.Clone(p.traces)
	return p
}

// isWhole says whether a cursor holds all that the place does.
func (p place) isWhole() bool { return !p.partial && len(p.traces) <= maxCursorTraces }

func (p place) changesCursor() string {
	return changesPrefix + base64.RawURLEncoding.EncodeToString(p.append(nil))
}

func (p place) pageCursor(k pageKey) string {
	b := p.append(nil)
	root := byte(0)
	if k.afterRoot {
		root = 1
	}
	b = append(b, root)
	b = binary.AppendVarint(b, k.start)
	b = append(b, k.key.Trace[:]...)
	b = append(b, k.key.Span[:]...)
	return pagePrefix + base64.RawURLEncoding.EncodeToString(b)
}

func (p place) append(b []byte) []byte {
	ids := p.latest()
	version := byte(cursorWhole)
	if p.partial || len(ids) < len(p.traces) {
		version = cursorPartial
	}
	b = append(b, version)
	b = binary.BigEndian.AppendUint64(b, p.incarnation)
	b = binary.AppendUvarint(b, p.rev)
	b = binary.AppendUvarint(b, uint64(len(ids)))
	for _, t := range ids {
		pos := p.traces[t]
		epoch := pos.Epoch
		if len(epoch) > maxEpochBytes {
			epoch = epoch[:maxEpochBytes]
		}
		b = append(b, t[:]...)
		b = append(b, byte(len(epoch)))
		b = append(b, epoch...)
		b = binary.AppendUvarint(b, pos.Seq)
	}
	return b
}

// latest are the traces that a cursor has room for: those that changed last, in the order of their ids.
func (p place) latest() []tracestore.TraceID {
	byAge := func(x, y tracestore.TraceID) int { return cmp.Compare(p.traces[y].Seq, p.traces[x].Seq) }
	ids := make([]tracestore.TraceID, 0, min(len(p.traces), maxCursorTraces+1))
	for t := range p.traces {
		if len(p.traces) <= maxCursorTraces {
			ids = append(ids, t)
			continue
		}
		at, _ := slices.BinarySearchFunc(ids, t, byAge)
		if at == maxCursorTraces {
			continue
		}
		ids = slices.Insert(ids, at, t)
		ids = ids[:min(len(ids), maxCursorTraces)]
	}
	slices.SortFunc(ids, func(x, y tracestore.TraceID) int { return slices.Compare(x[:], y[:]) })
	return ids
}

// parseChanges reads a c. cursor.
func parseChanges(text string) (place, error) {
	raw, err := cursorBytes(text, changesPrefix)
	if err != nil {
		return place{}, err
	}
	p, rest, err := parsePlace(raw)
	if err != nil || len(rest) != 0 {
		return place{}, ErrCursor
	}
	return p, nil
}

// parsePage reads a p. cursor.
func parsePage(text string) (place, pageKey, error) {
	raw, err := cursorBytes(text, pagePrefix)
	if err != nil {
		return place{}, pageKey{}, err
	}
	p, rest, err := parsePlace(raw)
	if err != nil || len(rest) < 2 || rest[0] > 1 {
		return place{}, pageKey{}, ErrCursor
	}
	k := pageKey{afterRoot: rest[0] == 1}
	start, n := binary.Varint(rest[1:])
	if n <= 0 || len(rest[1+n:]) != len(k.key.Trace)+len(k.key.Span) {
		return place{}, pageKey{}, ErrCursor
	}
	k.start = start
	rest = rest[1+n:]
	copy(k.key.Trace[:], rest)
	copy(k.key.Span[:], rest[len(k.key.Trace):])
	return p, k, nil
}

func cursorBytes(text, prefix string) ([]byte, error) {
	body, ok := strings.CutPrefix(text, prefix)
	if !ok || len(body) > maxCursorText {
		return nil, ErrCursor
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(body)
	if err != nil || strings.ContainsAny(body, "\r\n") { // base64 skips line ends
		return nil, fmt.Errorf("%w (not base64url)", ErrCursor)
	}
	return raw, nil
}

func parsePlace(b []byte) (place, []byte, error) {
	if len(b) < 9 || b[0] != cursorWhole && b[0] != cursorPartial {
		return place{}, nil, ErrCursor
	}
	p := place{partial: b[0] == cursorPartial, incarnation: binary.BigEndian.Uint64(b[1:9])}
	b = b[9:]
	var count uint64
	var ok bool
	if p.rev, b, ok = uvarint(b); !ok {
		return place{}, nil, ErrCursor
	}
	if count, b, ok = uvarint(b); !ok || count > maxCursorTraces {
		return place{}, nil, ErrCursor
	}
	p.traces = make(map[tracestore.TraceID]tracestore.Position, count)
	for range count {
		var t tracestore.TraceID
		if len(b) < len(t)+1 {
			return place{}, nil, ErrCursor
		}
		copy(t[:], b)
		n := int(b[len(t)])
		b = b[len(t)+1:]
		if n > maxEpochBytes || len(b) < n {
			return place{}, nil, ErrCursor
		}
		pos := tracestore.Position{Epoch: string(b[:n])}
		if pos.Seq, b, ok = uvarint(b[n:]); !ok {
			return place{}, nil, ErrCursor
		}
		if _, twice := p.traces[t]; twice {
			return place{}, nil, ErrCursor
		}
		p.traces[t] = pos
	}
	return p, b, nil
}

func uvarint(b []byte) (uint64, []byte, bool) {
	v, n := binary.Uvarint(b)
	if n <= 0 || v > math.MaxInt64 {
		return 0, nil, false
	}
	return v, b[n:], true
}
