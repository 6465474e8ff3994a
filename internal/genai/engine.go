package genai

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/keymemo"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// Engine reads spans with a list of dialects. It is safe for concurrent use; what it reads with is a Reader.
type Engine struct {
	dialects   []compiled
	index      index
	scopes     names
	spans      names
	names      *keymemo.Memo[*NameFacts] // of spans
	events     map[string][]eventRef
	markEvents map[string]dialects
	eventNames *keymemo.Memo[*EventFacts]
	operations *keymemo.Memo[[]Kind] // by dialect, of the values of its operation; nil: none knows it
	// contentEvents are the events that hold what a tool answered.
	contentEvents map[string]bool
	toolEvents    dialects // those that have events of a tool's work
	canonical     dialects
	identity      []string
}

// NewEngine makes an Engine of dialects, which are read in this order. It panics if there are more than 64.
func NewEngine(list []Dialect) *Engine {
	if len(list) > maxDialects {
		panic(fmt.Sprintf("genai: %d dialects, at most %d fit", len(list), maxDialects))
	}
	e := &Engine{index: newIndex(), events: map[string][]eventRef{}, markEvents: map[string]dialects{}, contentEvents: map[string]bool{}}
	for i := range list {
		e.compile(i, &list[i])
	}
	e.index.known = keymemo.New(e.index.about)
	e.names = keymemo.New(e.aboutName)
	e.eventNames = keymemo.New(e.aboutEvent)
	e.operations = keymemo.New(e.aboutOperation)
	return e
}

// NameFacts is what the name of a span says to an Engine.
type NameFacts struct {
	marks dialects
	kinds []Kind // by dialect; nil: none says anything
}

// NameFacts works out what the name of a span says.
func (e *Engine) NameFacts(name string) *NameFacts {
	is, _ := e.aboutName(name)
	return is
}

func (e *Engine) aboutName(name string) (is *NameFacts, keep bool) {
	is = &NameFacts{}
	is.marks = e.spans.marks(name)
	for i := range e.dialects {
		if kind := e.dialects[i].kindOf(name); kind != KindUnknown {
			if is.kinds == nil {
				is.kinds = make([]Kind, len(e.dialects))
			}
			is.kinds[i] = kind
		}
	}
	return is, true
}

// EventFacts is what the name of an event says to an Engine.
type EventFacts struct {
	marks          dialects
	message, shown bool // it may hold messages, or show one in Orcheo's form
}

// EventFacts works out what the name of an event says.
func (e *Engine) EventFacts(name string) *EventFacts {
	is, _ := e.aboutEvent(name)
	return is
}

func (e *Engine) aboutEvent(name string) (is *EventFacts, keep bool) {
	is = &EventFacts{}
	is.marks = e.markEvents[name]
	for _, event := range e.events[name] {
		is.message, is.shown = is.message || !event.Sent, is.shown || event.Sent
	}
	return is, true
}

// aboutOperation tells what a value of the key of an operation means. Values are quoted and in capitals in the wild.
func (e *Engine) aboutOperation(word string) (kinds []Kind, keep bool) {
	word = strings.ToLower(strings.Trim(word, `" `))
	for i := range e.dialects {
		if kind, ok := e.dialects[i].Kinds[word]; ok {
			if kinds == nil {
				kinds = make([]Kind, len(e.dialects))
			}
			kinds[i] = kind
		}
	}
	return kinds, true
}

// kindOf is the kind of a span with the name.
func (c *compiled) kindOf(name string) Kind {
	if kind, ok := c.SpanKinds[name]; ok {
		return kind
	}
	for _, b := range c.spanBegins {
		if strings.HasPrefix(name, b.begin) {
			return c.SpanKinds[b.begin+"*"]
		}
	}
	return KindUnknown
}

// Identity lists the keys of ids, whose values nobody may alter.
func (e *Engine) Identity() []string { return e.identity }

// Reader reads one span after the other with the memory of the ones before. It is for one goroutine at a time.
type Reader struct {
	engine *Engine
	values []pcommon.Value // of the span read now, by slot, where held says so; else of spans before
	trees  []int32         // of the values that were decoded, likewise
	filled []int32         // the slots with values
	marks  dialects        // that its keys are decisive for
	hints  dialects        // that they hint at
	facts  []uint64        // bits: the facts of which the span has a spelling
	about  subject         // what they are about
	worded dialects        // whose facts they are: no other dialect has anything to read in attributes
	there  []uint64        // bits: the slots whose keys the span has, with whatever value
	held   []uint64        // bits: those with a value that is read
	bits   []uint64        // all of these bits
	flat   []flatKey
	// The span has events that may hold messages, or that show them in Orcheo's form.
	messageEvents, shownEvents bool
	tree                       tree

	scope      string // of the last span
	scopeMarks dialects

	reading Reading
}

// NewReader makes a Reader.
func (e *Engine) NewReader() *Reader {
	r := &Reader{engine: e, values: make([]pcommon.Value, e.index.slots+1), trees: make([]int32, e.index.slots+1)}
	facts, slots := e.index.facts/64+1, e.index.slots/64+1
	r.bits = make([]uint64, facts+2*slots)
	r.facts, r.there, r.held = r.bits[:facts], r.bits[facts:facts+slots], r.bits[facts+slots:]
	r.tree.reset()
	return r
}

// Forget lets go of the spans that were read.
func (r *Reader) Forget() {
	for _, slot := range r.filled {
		r.values[slot] = pcommon.Value{}
	}
	r.filled = r.filled[:0]
	r.Begin()
}

// hold keeps a value that is read, unless there is one already: of a key that stands there twice the first counts.
func (r *Reader) hold(slot int32, v pcommon.Value) (kept bool) {
	word, bit := &r.held[slot>>6], uint64(1)<<(slot&63)
	if *word&bit != 0 {
		return false
	}
	*word |= bit
	if r.values[slot] == (pcommon.Value{}) {
		r.filled = append(r.filled, slot)
	}
	r.values[slot], r.trees[slot] = v, 0
	return true
}

// value is the value that is kept at a slot, if there is one.
func (r *Reader) value(slot int32) (v pcommon.Value, there bool) {
	if r.held[slot>>6]>>(slot&63)&1 == 0 {
		return pcommon.Value{}, false
	}
	return r.values[slot], true
}

// Reading is what a span says about a model call. It refers to the span's own values and to its Reader: it is valid until
// the span changes or the Reader reads the next one.
type Reading struct {
	reader *Reader
	told   dialects // of which there is evidence
	spoken dialects // those, and the canonical ones

	Kind Kind
	// ModelCall: the span is one call of a model. Its usage counts.
	ModelCall bool
	// Aggregate: the span's usage repeats that of spans below it, as that of an agent, a workflow or the root does.
	Aggregate bool
	// Replay: the answer came from a cache of answers. The call cost nothing.
	Replay bool

	Usage TokenUsage

	ModelRequested string // as it was written
	ModelName      string // the same without a provider in front
	ModelActual    string
	Provider       string // in OpenTelemetry's words where it has one

	Cost      float64 // in US dollars, as the span reports it
	CostKnown bool

	Messages []Message // system instructions, then what the model was told, then what it said
	Tool     ToolCall

	ResponseID                                         string // of a model call: two spans with one are of one call
	Thread, WorkflowID, WorkflowName, NodeID, NodeName string
	Artifacts                                          []string // ids or addresses of files, never their content
}

// Key is an attribute of which a Reading knows whether the span has it.
type Key struct {
	Name string
	slot int32
}

// Key makes the engine take note of an attribute. All keys are made before the first Reader.
func (e *Engine) Key(name string) Key { return Key{Name: name, slot: e.index.slot(name)} }

// Has reports whether the span had the attribute when it was read.
func (r *Reading) Has(k Key) bool { return r.reader.there[k.slot>>6]>>(k.slot&63)&1 == 1 }

// Spoken reports whether the span speaks any dialect at all.
func (r *Reading) Spoken() bool { return r.spoken != 0 }

// Dialect names the most telling dialect of the span, "" if there is none: of those that were found the first in the
// engine's order that is not Orcheo's own.
func (r *Reading) Dialect() string {
	for rest := r.told; rest != 0; rest &= rest - 1 {
		if name := r.reader.engine.dialects[bits.TrailingZeros64(uint64(rest))].Name; name != NameOrcheo || r.told&(r.told-1) == 0 {
			return name
		}
	}
	return ""
}

// Dialects names all dialects of which the span has evidence, in the engine's order.
func (r *Reading) Dialects() []string {
	var list []string
	for i := range r.told.all {
		list = append(list, r.reader.engine.dialects[i].Name)
	}
	return list
}

// HoldsContent reports whether the attribute with this key holds what was said to a model or a tool, or what it answered.
func (r *Reading) HoldsContent(key string) bool {
	return r.reader.engine.index.holdsContent(key, r.spoken)
}

// EventHoldsContent reports the same of an attribute of a span event with this name.
func (r *Reading) EventHoldsContent(event, key string) bool {
	spoken := dialects(0)
	if r.reader.engine.contentEvents[event] {
		spoken = r.spoken
	}
	for _, known := range r.reader.engine.events[event] {
		if known.Sent {
			return false
		}
		spoken = r.spoken
	}
	return r.reader.engine.index.holdsContent(key, spoken)
}

// Begin begins to read a span, and forgets the last one. The attributes and events of the span follow, each once,
// and then Finish.
func (r *Reader) Begin() {
	r.reading.reset(r.about)
	r.reading.reader = r
	r.marks, r.hints, r.about, r.worded, r.messageEvents, r.shownEvents = 0, 0, 0, 0, false, false
	clear(r.bits)
	clear(r.flat)
	r.flat = r.flat[:0]
	if cap(r.flat) > keptNodes {
		r.flat = nil
	}
	if len(r.tree.nodes) > 1 {
		r.tree.reset()
	}
}

// reset forgets what was read of the last span, and keeps memory for the next one. What the span's keys were not about is empty still: to
// empty all of it takes longer than to read a small span.
func (r *Reading) reset(about subject) {
	if about&aboutModels != 0 {
		r.ModelRequested, r.ModelName, r.ModelActual, r.Provider = "", "", "", ""
	}
	if about&aboutUsage != 0 {
		r.Usage = TokenUsage{Inference: r.Usage.Inference[:0]}
	}
	if about&aboutTool != 0 || r.Kind == KindTool {
		r.Tool = ToolCall{}
	}
	if about&aboutIdentity != 0 || r.NodeName != "" {
		r.ResponseID, r.Thread, r.WorkflowID, r.WorkflowName, r.NodeID, r.NodeName = "", "", "", "", "", ""
	}
	r.told, r.spoken, r.Kind = 0, 0, KindUnknown
	r.ModelCall, r.Aggregate, r.Replay = false, false, false
	r.Cost, r.CostKnown = 0, false
	r.Artifacts = r.Artifacts[:0]
	if clear(r.Messages); cap(r.Messages) > keptNodes {
		r.Messages = nil
	}
	r.Messages = r.Messages[:0]
}

// Read reads a span of the scope. It looks at every attribute once.
func (r *Reader) Read(scope string, span ptrace.Span) *Reading {
	r.Begin()
	for key, v := range span.Attributes().All() {
		r.OtherAttribute(key, v)
	}
	for _, event := range span.Events().All() {
		r.OtherEvent(event.Name())
	}
	return r.Finish(scope, span, nil)
}

// OtherEvent is Event for a name of which the caller knows nothing.
func (r *Reader) OtherEvent(name string) { r.Event(r.engine.eventNames.Of(name)) }

// Event takes note of an event of the span that is read now, of whose name the facts are known.
func (r *Reader) Event(is *EventFacts) {
	r.marks |= is.marks
	r.messageEvents, r.shownEvents = r.messageEvents || is.message, r.shownEvents || is.shown
}

// Finish reads the rest of a span of the scope whose attributes and events were taken. name is what is known of its name, nil if that is
// nothing.
func (r *Reader) Finish(scope string, span ptrace.Span, name *NameFacts) *Reading {
	if name == nil {
		name = r.engine.names.Of(span.Name())
	}
	if scope != r.scope {
		r.scope, r.scopeMarks = strings.Clone(scope), r.engine.scopes.marks(scope)
	}
	read := &r.reading
	read.told = r.scopeMarks | name.marks | r.marks
	if read.told == 0 {
		return read
	}
	read.spoken = read.told | r.engine.canonical
	events := span.Events()
	r.readKind(name.kinds)
	r.readModels()
	r.readUsage(scope)
	r.readTool(events)
	r.settle(span.Name())
	r.readMessages(events)
	r.readIdentity()
	r.readArtifacts()
	r.readCost()
	return read
}

// readKind reads what kind of work the span is, and whether it is an aggregate.
func (r *Reader) readKind(named []Kind) {
	read := &r.reading
	says := read.spoken
	if named == nil { // the others say nothing of it
		says &= r.worded
	}
	for i := range says.all {
		d := &r.engine.dialects[i]
		kind := r.kind(i, named)
		if read.Kind == KindUnknown || read.Kind == KindOther && kind != KindUnknown {
			read.Kind = kind
		}
		read.Aggregate = read.Aggregate || !kind.callsModel() || r.anySet(&d.aggregates)
		read.Replay = read.Replay || r.anySet(&d.replays)
	}
	if r.about&aboutKind == 0 {
		return
	}
	for i := range (read.spoken & r.worded).all {
		switch r.first(&r.engine.dialects[i].scope) {
		case semconv.UsageScopeAggregate:
			read.Aggregate = true
		case semconv.UsageScopeCall:
			read.Aggregate = false
		}
	}
}

// kind is what the dialect says of the span.
func (r *Reader) kind(dialect int, named []Kind) Kind {
	d := &r.engine.dialects[dialect]
	if r.has(&d.operation) {
		for _, ref := range d.operation.refs {
			if word := r.text(ref); word != "" {
				if kinds := r.engine.operations.Of(word); kinds != nil && kinds[dialect] != KindUnknown {
					return kinds[dialect]
				}
			}
		}
	}
	if named != nil {
		return named[dialect]
	}
	return KindUnknown
}

// settle decides what is still open once everything is read.
func (r *Reader) settle(name string) {
	read := &r.reading
	if read.Kind == KindUnknown {
		switch {
		case read.Tool.Name != "" && read.ModelRequested == "" && read.ModelActual == "": // tool spans of some name no operation
			read.Kind, read.Aggregate = KindTool, true
		case read.Usage.Known() && (read.ModelRequested != "" || read.ModelActual != "") && !read.Aggregate:
			read.Kind = KindLLM
		}
	}
	read.ModelCall = !read.Aggregate && (read.Kind != KindUnknown && read.Kind != KindOther || read.Usage.Known())
	if read.Kind == KindTool && read.Tool.Name == "" {
		read.Tool.Name = strings.TrimSuffix(strings.TrimPrefix(name, "execute_tool "), ".tool")
	}
	if read.Aggregate && !read.Usage.Known() {
		read.Aggregate = false
	}
}

// has reports whether the span has a spelling of a fact.
func (r *Reader) has(s *spellings) bool { return r.facts[s.id>>6]>>(s.id&63)&1 == 1 }

// anySet reports whether one of the keys holds anything.
func (r *Reader) anySet(s *spellings) bool {
	return r.has(s) && slices.ContainsFunc(s.refs, func(ref ref) bool {
		if _, there := r.value(ref.slot); !there {
			return false
		}
		v := r.decode(ref)
		return !v.isBlank() && v.str() != "false"
	})
}

// decode is what a key of a table stands for, decoded; the absent value where it is not there.
func (r *Reader) decode(ref ref) value {
	v, there := r.value(ref.slot)
	if !there {
		return value{}
	}
	if r.trees[ref.slot] == 0 {
		r.trees[ref.slot] = r.tree.decoded(v).at
	}
	decoded := r.tree.at(r.trees[ref.slot])
	if ref.path != "" {
		return decoded.path(ref.path)
	}
	return decoded
}

// text is the text of a key, "" where there is none.
func (r *Reader) text(ref ref) string {
	v, there := r.value(ref.slot)
	switch {
	case !there:
		return ""
	case ref.path != "":
		v := r.decode(ref)
		if text := v.str(); len(text) <= maxName && !isBlank(text) {
			return text
		}
		return ""
	case v.Type() == pcommon.ValueTypeStr && len(v.Str()) <= maxName && !isBlank(v.Str()):
		return unquoted(v.Str())
	}
	return ""
}

// maxName is how long a name or an id may be, in bytes; what is longer is neither.
const maxName = 1024

// unquoted is a text without the quotes that JSON put around it.
func unquoted(s string) string {
	if len(s) > 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}

// first is the first text among keys.
func (r *Reader) first(s *spellings) string {
	if !r.has(s) {
		return ""
	}
	for _, ref := range s.refs {
		if text := r.text(ref); text != "" {
			return text
		}
	}
	return ""
}
