package e2e

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/redact"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// documentedAdditions are the names in the README's tables of what tokenpreview adds: attributes and events, in the first column.
func documentedAdditions(t testing.TB) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("../processor/tokenpreviewprocessor/README.md")
	require.NoError(t, err)
	_, section, ok := strings.Cut(string(text), "\n## What it adds\n")
	require.True(t, ok, "the README has no section of what is added")
	section, _, _ = strings.Cut(section, "\n### ")
	names := map[string]bool{}
	for row := range strings.SplitSeq(section, "\n") {
		if columns := strings.Split(row, "|"); len(columns) >= 5 {
			for _, name := range regexp.MustCompile("`[a-z_.]+`").FindAllString(columns[1], -1) {
				names[strings.Trim(name, "`")] = true
			}
		}
	}
	require.Greater(t, len(names), 20)
	return names
}

// comparison holds forwarded spans against those that were sent.
type comparison struct {
	t         testing.TB
	additions map[string]bool
	where     string
}

// span wants everything that was sent in what was forwarded, unchanged but for redaction, and nothing else but documented
// additions.
func (c *comparison) span(sent, got found) {
	c.where = sent.span.Name() + " " + sent.span.SpanID().String()
	a, b := sent.span, got.span
	c.equal("trace id", a.TraceID(), b.TraceID())
	c.equal("parent", a.ParentSpanID(), b.ParentSpanID())
	c.equal("kind", a.Kind(), b.Kind())
	c.equal("start", a.StartTimestamp(), b.StartTimestamp())
	c.equal("end", a.EndTimestamp(), b.EndTimestamp())
	c.equal("trace state", a.TraceState().AsRaw(), b.TraceState().AsRaw())
	c.equal("flags", a.Flags(), b.Flags())
	c.equal("status", a.Status().Code(), b.Status().Code())
	c.equal("dropped attributes", a.DroppedAttributesCount(), b.DroppedAttributesCount())
	c.equal("dropped events", a.DroppedEventsCount(), b.DroppedEventsCount())
	c.equal("dropped links", a.DroppedLinksCount(), b.DroppedLinksCount())
	c.text("name", a.Name(), b.Name())
	c.text("status message", a.Status().Message(), b.Status().Message())
	c.attributes("span", a.Attributes(), b.Attributes(), c.additions)
	c.events(a.Events(), b.Events())
	c.links(a.Links(), b.Links())

	c.attributes("resource", sent.resource.Resource().Attributes(), got.resource.Resource().Attributes(), map[string]bool{"service.name": true})
	c.equal("resource schema", sent.resource.SchemaUrl(), got.resource.SchemaUrl())
	c.equal("scope", sent.scope.Scope().Name()+" "+sent.scope.Scope().Version(), got.scope.Scope().Name()+" "+got.scope.Scope().Version())
	c.attributes("scope", sent.scope.Scope().Attributes(), got.scope.Scope().Attributes(), nil)
	c.equal("scope schema", sent.scope.SchemaUrl(), got.scope.SchemaUrl())
}

func (c *comparison) equal(what string, want, got any) {
	assert.Equal(c.t, want, got, "%s: %s", c.where, what)
}

// text allows for markers in the place of what was there.
func (c *comparison) text(what, want, got string) {
	rest, ok := want, true
	for i, piece := range strings.Split(got, redact.DefaultMarker) {
		at := strings.Index(rest, piece)
		ok = ok && (i == 0 && strings.HasPrefix(rest, piece) || i > 0 && at >= 0)
		if ok {
			rest = rest[at+len(piece):]
		}
	}
	if !strings.Contains(got, redact.DefaultMarker) {
		ok = want == got
	}
	assert.True(c.t, ok, "%s: %s was %q and is %q", c.where, what, want, got)
}

func (c *comparison) attributes(what string, sent, got pcommon.Map, additions map[string]bool) {
	for key, value := range sent.All() {
		have, ok := got.Get(key)
		if assert.True(c.t, ok, "%s: %s attribute %s is gone", c.where, what, key) {
			c.value(what+" attribute "+key, value, have)
		}
	}
	for key := range got.All() {
		if _, ok := sent.Get(key); !ok {
			assert.True(c.t, additions[key], "%s: %s attribute %s is no documented addition", c.where, what, key)
		}
	}
	keys := map[string]int{}
	for key := range got.All() {
		keys[key]++
		assert.Equal(c.t, 1, keys[key], "%s: %s attribute %s is there twice", c.where, what, key)
	}
}

func (c *comparison) value(what string, sent, got pcommon.Value) {
	if got.Type() == pcommon.ValueTypeStr && strings.Contains(got.Str(), redact.DefaultMarker) {
		c.text(what, sent.AsString(), got.Str())
		return
	}
	if !assert.Equal(c.t, sent.Type(), got.Type(), "%s: type of %s", c.where, what) {
		return
	}
	switch sent.Type() {
	case pcommon.ValueTypeMap:
		c.attributes(what, sent.Map(), got.Map(), nil)
	case pcommon.ValueTypeSlice:
		if assert.Equal(c.t, sent.Slice().Len(), got.Slice().Len(), "%s: length of %s", c.where, what) {
			for i := range sent.Slice().Len() {
				c.value(what, sent.Slice().At(i), got.Slice().At(i))
			}
		}
	default:
		assert.True(c.t, sent.Equal(got), "%s: %s was %s and is %s", c.where, what, sent.AsString(), got.AsString())
	}
}

// events wants those that were sent in their order; what stands between and after them must be documented.
func (c *comparison) events(sent, got ptrace.SpanEventSlice) {
	next := 0
	for _, event := range got.All() {
		if next < sent.Len() && sent.At(next).Name() == event.Name() && sent.At(next).Timestamp() == event.Timestamp() {
			c.attributes("event "+event.Name(), sent.At(next).Attributes(), event.Attributes(), nil)
			c.equal("dropped attributes of event "+event.Name(), sent.At(next).DroppedAttributesCount(), event.DroppedAttributesCount())
			next++
			continue
		}
		assert.True(c.t, c.additions[event.Name()], "%s: event %s is no documented addition", c.where, event.Name())
		if event.Name() != semconv.EventTokenChunk {
			_, marked := event.Attributes().Get(semconv.PreviewSource)
			assert.True(c.t, marked, "%s: added event %s does not say what it was made from", c.where, event.Name())
		}
	}
	assert.Equal(c.t, sent.Len(), next, "%s: events that were sent and arrived", c.where)
}

func (c *comparison) links(sent, got ptrace.SpanLinkSlice) {
	if !assert.Equal(c.t, sent.Len(), got.Len(), "%s: links", c.where) {
		return
	}
	for i := range sent.Len() {
		a, b := sent.At(i), got.At(i)
		c.equal("link", []any{a.TraceID(), a.SpanID(), a.TraceState().AsRaw(), a.Flags(), a.DroppedAttributesCount()},
			[]any{b.TraceID(), b.SpanID(), b.TraceState().AsRaw(), b.Flags(), b.DroppedAttributesCount()})
		c.attributes("link", a.Attributes(), b.Attributes(), nil)
	}
}

// byID indexes spans, and finds those that arrived twice.
func byID(t testing.TB, spans []found) map[string]found {
	t.Helper()
	index := map[string]found{}
	for _, f := range spans {
		id := f.span.TraceID().String() + "/" + f.span.SpanID().String()
		_, twice := index[id]
		assert.False(t, twice, "span %s (%s) arrived twice", id, f.span.Name())
		index[id] = f
	}
	return index
}

// canonical is a span with all that belongs to it as JSON, its attributes in the order they have.
func canonical(t testing.TB, f found) string {
	t.Helper()
	traces := ptrace.NewTraces()
	rs := traces.ResourceSpans().AppendEmpty()
	f.resource.Resource().CopyTo(rs.Resource())
	ss := rs.ScopeSpans().AppendEmpty()
	f.scope.Scope().CopyTo(ss.Scope())
	f.span.CopyTo(ss.Spans().AppendEmpty())
	text, err := (&ptrace.JSONMarshaler{}).MarshalTraces(traces)
	require.NoError(t, err)
	require.True(t, json.Valid(text))
	return string(text)
}
