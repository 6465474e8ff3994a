package genai

import (
	"fmt"
	"strings"

	"github.com/orcheo/otelcol-canvas/internal/keymemo"
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
