package genai

import (
	"slices"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

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
	for rest := says; rest != 0; rest = rest.others() {
		i := rest.first()
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
	for rest := read.spoken & r.worded; rest != 0; rest = rest.others() {
		switch r.first(&r.engine.dialects[rest.first()].scope) {
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
	return r.has(s) && slices.ContainsFunc(s.refs, func(ref *ref) bool {
		if _, there := r.value(ref.slot); !there {
			return false
		}
		v := r.decode(ref)
		return !v.isBlank() && v.str() != "false"
	})
}

// decode is what a key of a table stands for, decoded; the absent value where it is not there.
func (r *Reader) decode(ref *ref) value {
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
func (r *Reader) text(ref *ref) string {
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
