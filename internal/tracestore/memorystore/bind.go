package memorystore

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Bind says that a trace belongs to an execution. See tracestore.Store.
func (s *Store) Bind(_ context.Context, id string, trace tracestore.TraceID) error {
	if !tracestore.ValidExecution(id) || trace.IsEmpty() {
		return fmt.Errorf("bind trace %q to execution %q: an id is not valid: %w", trace, id, tracestore.ErrUnbindable)
	}
	if err := s.lock(); err != nil {
		return err
	}
	defer s.mu.Unlock()
	if s.graves.byTrace.get(trace) != nil || s.graves.find(id) != nil {
		return fmt.Errorf("bind trace %s to execution %q: it was evicted, and is not taken up again: %w", trace, id, tracestore.ErrUnbindable)
	}
	now := s.now()
	t := s.traces.get(trace)
	switch {
	case t == nil:
		if e := s.lookup(id); e != nil && (!s.roomFor(e.group, 4<<10) || e.group.traces.len() >= maxTraces) {
			return errFull(trace, id)
		}
		t = s.newTrace(trace, senderName{}, now)
	case slices.Contains(t.execs.all(), s.lookup(id)):
		return nil
	case t.canonical().named:
		return fmt.Errorf("bind trace %s to execution %q: it belongs to %q: %w", trace, id, t.canonical().given, tracestore.ErrUnbindable)
	}
	if id != trace.String() && !s.name(t, id, now) {
		return errFull(trace, id)
	}
	s.touch(t, now)
	s.signal(t)
	s.makeRoom(t.group, now)
	return nil
}

func errFull(trace tracestore.TraceID, id string) error {
	return fmt.Errorf("bind trace %s to execution %q: together they would hold more than an execution may: %w", trace, id, tracestore.ErrUnbindable)
}

// roomFor says whether a group may take so much more.
func (s *Store) roomFor(g *group, more int64) bool { return g.weight()+more <= s.cfg.hardBytes() }

// lookup returns the execution that an id, an alias or a trace in hex leads to; nil if there is none.
func (s *Store) lookup(id string) *execution {
	if e := s.names.get(id); e != nil {
		return e
	}
	if trace, ok := parseTrace(id); ok {
		if t := s.traces.get(trace); t != nil {
			return t.canonical()
		}
	}
	return nil
}

// name makes a trace part of the execution with this id, on the word of a span or of Bind. The first name that a trace gets
// replaces its hex id, which stays an alias; each further one is another execution that has the trace too. It returns false
// where it does not: what has the name was evicted, is too much to be connected, or the trace has too many.
func (s *Store) name(t *trace, id string, now int64) bool {
	first, target := t.canonical(), s.lookup(id)
	switch {
	case target != nil && slices.Contains(t.execs.all(), target):
		return true
	case s.graves.byName.get(id) != nil:
		return false
	case target == nil && !first.named:
		s.rename(first, strings.Clone(id)) // it may be part of what a span came with
		return true
	case t.execs.len() >= maxNames:
		return false
	case target == nil && t.group.execs.len() >= maxConnected:
		return false
	case target == nil:
		s.link(s.newExecution(t.group, strings.Clone(id)), t, now)
		return true
	case target.group != t.group && !s.roomFor(t.group, target.group.weight()), !t.group.connectable(target.group):
		return false
	}
	s.merge(target.group, t.group)
	if first.named {
		s.link(target, t, now)
	} else {
		s.dissolve(first, target)
	}
	return true
}

// parseTrace reads a trace id from lower-case hex.
func parseTrace(text string) (id tracestore.TraceID, ok bool) {
	if len(text) != 2*len(id) {
		return id, false
	}
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return id, false
		}
	}
	_, err := hex.Decode(id[:], []byte(text))
	return id, err == nil && !id.IsEmpty()
}

// clip cuts a text to at most n bytes, between characters.
func clip(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
