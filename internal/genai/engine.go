package genai

import (
	"slices"
	"strings"
	"sync"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// Engine reads spans with a list of dialects. It is safe for concurrent use.
type Engine struct {
	dialects []Dialect
	markers  []map[string]bool // of each dialect
	keys     map[string]bool   // every key in the tables: what of a span's attributes is looked at
	identity []string
	content  []string
	found    sync.Pool // of attributes
}

// attributes are those of a span that the tables name.
type attributes map[string]pcommon.Value

// NewEngine makes an Engine of dialects, which are read in this order.
func NewEngine(dialects []Dialect) *Engine {
	e := &Engine{dialects: dialects, keys: map[string]bool{}}
	for _, d := range dialects {
		lists := [][]string{
			d.Identity, d.Usage.Input, d.Usage.Output, d.Usage.CacheRead, d.Usage.CacheWrite, d.Usage.Reasoning,
			d.Models.Requested, d.Models.Actual, d.Models.Provider, d.Operation, d.Tool.Name, d.Tool.CallID, d.Tool.Arguments, d.Tool.Result,
		}
		for _, m := range d.Messages {
			lists = append(lists, []string{m.Key})
			e.content = append(e.content, m.Key)
		}
		e.content = append(append(e.content, d.Tool.Arguments...), d.Tool.Result...)
		e.identity = append(e.identity, d.Identity...)
		keys := slices.Concat(append(lists, d.plainMarkers())...)
		markers := map[string]bool{}
		for _, key := range keys {
			e.keys[key] = true
			if d.isMarker(key) {
				markers[key] = true
			}
		}
		e.markers = append(e.markers, markers)
	}
	e.found.New = func() any { return make(attributes, 16) }
	return e
}

// Identity lists the keys of ids, whose values nobody may alter.
func (e *Engine) Identity() []string { return e.identity }

// Content lists the keys of what was said to a model or tool and what it answered.
func (e *Engine) Content() []string { return e.content }

// Figure is one token figure and the key that it was read from.
type Figure struct {
	N   int64 // tokens
	Key string
}

// Known reports whether the span had the figure. A figure of 0 tokens is known.
func (f Figure) Known() bool { return f.Key != "" }

// Reading is what a span says about a model call. It refers to the span's own values: it is valid until they change.
type Reading struct {
	Kind Kind
	// ModelCall: the span is one call of a model. Its usage counts; that of an agent, a workflow or the root repeats
	// what their children say.
	ModelCall bool

	Input, Output, CacheRead, CacheWrite, Reasoning Figure

	ModelRequested string // as it was written
	ModelName      string // the same without a provider in front
	ModelActual    string
	Provider       string

	Messages []Message // system instructions, then what the model was told, then what it said
	Tool     ToolCall
}

// Read reads a span of the scope.
func (e *Engine) Read(scope string, span ptrace.Span) Reading {
	found := e.found.Get().(attributes)
	defer func() {
		clear(found)
		e.found.Put(found)
	}()
	for key, value := range span.Attributes().All() {
		if e.keys[key] {
			found[key] = value
		}
	}
	var r Reading
	aggregate := false
	var said []Message
	for i := range e.dialects {
		d := &e.dialects[i]
		if !d.matches(scope, span) && !found.anyOf(e.markers[i]) {
			continue
		}
		kind := found.kind(d)
		if r.Kind == KindUnknown {
			r.Kind = kind
		}
		aggregate = aggregate || !kind.callsModel() || slices.Contains(d.Roots, span.Name())
		r.addFigures(found, d)
		r.addModels(found, d)
		r.Messages = append(r.Messages, found.messages(d.Messages, false)...)
		r.Messages = append(r.Messages, eventMessages(d.Events, span.Events())...)
		said = append(said, found.messages(d.Messages, true)...)
		r.Tool.add(found, d)
	}
	r.Messages = append(r.Messages, said...)
	if r.Kind == KindUnknown && r.Tool.Name != "" && r.ModelRequested == "" { // tool spans of some instrumentations name no operation
		r.Kind, aggregate = KindTool, true
	}
	r.ModelCall = !aggregate && (r.Kind != KindUnknown || r.Input.Known() || r.Output.Known())
	return r
}

// matches reports whether the scope or an event tells the dialect.
func (d *Dialect) matches(scope string, span ptrace.Span) bool {
	for _, begin := range d.Scopes {
		if strings.HasPrefix(scope, begin) {
			return true
		}
	}
	if len(d.MarkerEvents) == 0 {
		return false
	}
	for _, event := range span.Events().All() {
		if slices.Contains(d.MarkerEvents, event.Name()) {
			return true
		}
	}
	return false
}

// plainMarkers are the markers that name one key.
func (d *Dialect) plainMarkers() []string {
	return slices.DeleteFunc(slices.Clone(d.Markers), func(marker string) bool { return strings.HasSuffix(marker, ".") })
}

func (d *Dialect) isMarker(key string) bool {
	return slices.ContainsFunc(d.Markers, func(marker string) bool {
		return key == marker || strings.HasSuffix(marker, ".") && strings.HasPrefix(key, marker)
	})
}

func (a attributes) anyOf(keys map[string]bool) bool {
	for key := range a {
		if keys[key] {
			return true
		}
	}
	return false
}

// kind reads what kind of work the span is. Values are quoted and in capitals in the wild.
func (a attributes) kind(d *Dialect) Kind {
	for _, key := range d.Operation {
		if kind, ok := d.Kinds[strings.ToLower(strings.Trim(a.text(key), `" `))]; ok {
			return kind
		}
	}
	return KindUnknown
}

func (r *Reading) addFigures(found attributes, d *Dialect) {
	for _, f := range []struct {
		figure *Figure
		keys   []string
	}{
		{&r.Input, d.Usage.Input},
		{&r.Output, d.Usage.Output},
		{&r.CacheRead, d.Usage.CacheRead},
		{&r.CacheWrite, d.Usage.CacheWrite},
		{&r.Reasoning, d.Usage.Reasoning},
	} {
		if !f.figure.Known() {
			*f.figure = found.figure(f.keys)
		}
	}
}

func (a attributes) figure(keys []string) Figure {
	for _, key := range keys {
		if v, ok := a[key]; ok {
			if n, ok := Count(v); ok {
				return Figure{N: n, Key: key}
			}
		}
	}
	return Figure{}
}

func (r *Reading) addModels(found attributes, d *Dialect) {
	if r.Provider == "" {
		r.Provider = found.first(d.Models.Provider)
	}
	if r.ModelActual == "" {
		r.ModelActual = found.first(d.Models.Actual)
	}
	if r.ModelRequested == "" {
		r.ModelRequested = found.first(d.Models.Requested)
		r.ModelName = r.ModelRequested
		// Only the provider that the span names itself: "ft:gpt-4o" and "llama3:8b" are models.
		if prefix, name, ok := strings.Cut(r.ModelRequested, ":"); ok && d.Models.ProviderPrefix && name != "" && strings.EqualFold(prefix, r.Provider) {
			r.ModelName = name
		}
	}
}

// first returns the first text among keys.
func (a attributes) first(keys []string) string {
	for _, key := range keys {
		if text := a.text(key); text != "" {
			return text
		}
	}
	return ""
}

func (a attributes) text(key string) string {
	if v, ok := a[key]; ok && v.Type() == pcommon.ValueTypeStr {
		return v.Str()
	}
	return ""
}
