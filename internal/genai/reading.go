package genai

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
	for rest := r.told; rest != 0; rest = rest.others() {
		if name := r.reader.engine.dialects[rest.first()].Name; name != NameOrcheo || r.told.others() == 0 {
			return name
		}
	}
	return ""
}

// Dialects names all dialects of which the span has evidence, in the engine's order.
func (r *Reading) Dialects() []string {
	var list []string
	for rest := r.told; rest != 0; rest = rest.others() {
		list = append(list, r.reader.engine.dialects[rest.first()].Name)
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
