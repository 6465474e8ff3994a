package genai

import (
	"cmp"
	"slices"
	"strings"
)

// maxDialects is how many fit a set.
const maxDialects = 64

// compiled is a dialect with its keys resolved to where their values are kept.
type compiled struct {
	*Dialect
	figures [figures]spellings

	requested, actual, provider spellings
	system, ofCalls             spellings
	costTotal, costParts        spellings
	operation                   spellings
	aggregates, replays, scope  spellings
	inclusiveIf                 spellings
	messages                    []messageRef
	spanBegins                  []begin // of SpanKinds, the longest first
	sent                        []MessageEvent

	toolName, toolCallID, toolArguments, toolResult spellings

	thread, workflowID, workflowName, nodeID, nodeName, agentName, responseID, artifacts spellings
}

// subject is what a fact is about, as a bit. What no key of a span is about is not read.
type subject uint8

const (
	aboutUsage subject = 1 << iota
	aboutModels
	aboutCost
	aboutKind
	aboutTool
	aboutIdentity
	aboutArtifacts
	aboutMessages
)

// spellings are the keys of one fact of one dialect, in the order in which they win.
type spellings struct {
	refs []*ref
	id   int32 // 0: there are none
}

// ref is a key of a table: where its value is kept, and which member of it is meant.
type ref struct {
	slot int32
	path string // "": the value itself
	sum  string // what is added up of it, "" if it is one member
	key  string // as the table has it
}

// messageRef is an attribute or a flattened list that holds messages.
type messageRef struct {
	MessageAttribute
	ref  *ref // nil: it is a list
	list int32
}

// eventRef is a span event of one dialect.
type eventRef struct {
	dialect int
	MessageEvent
}

// The figures that a span has, as they are read.
const (
	input = iota
	output
	cacheRead
	cacheWrite
	cacheWrite5m
	cacheWrite1h
	reasoning
	audioInput
	audioOutput
	overall
	figures
)

func (e *Engine) compile(i int, d *Dialect) {
	bit := dialects(1) << i
	u := d.Usage
	c := compiled{Dialect: d}
	if d.Canonical {
		e.canonical |= bit
	}
	for figure, keys := range [figures][]string{
		u.Input, u.Output, u.CacheRead, u.CacheWrite, u.CacheWrite5m, u.CacheWrite1h, u.Reasoning, u.AudioInput, u.AudioOutput, u.Overall,
	} {
		c.figures[figure] = e.refs(bit, keys, aboutUsage)
	}
	for _, list := range []struct {
		refs  *spellings
		keys  []string
		about subject
	}{
		{&c.requested, d.Models.Requested, aboutModels},
		{&c.actual, d.Models.Actual, aboutModels},
		{&c.provider, d.Models.Provider, aboutModels},
		{&c.system, d.Models.System, aboutModels},
		{&c.ofCalls, d.Models.OfCalls, aboutModels},
		{&c.costTotal, d.Cost.Total, aboutCost},
		{&c.costParts, d.Cost.Parts, aboutCost},
		{&c.operation, d.Operation, aboutKind},
		{&c.aggregates, d.Aggregates, aboutKind},
		{&c.replays, d.Replays, aboutKind},
		{&c.scope, d.Scope, aboutKind},
		{&c.inclusiveIf, u.InclusiveIf, aboutUsage},
		{&c.toolName, d.Tool.Name, aboutTool},
		{&c.toolCallID, d.Tool.CallID, aboutTool},
		{&c.toolArguments, d.Tool.Arguments, aboutTool},
		{&c.toolResult, d.Tool.Result, aboutTool},
		{&c.thread, d.Identity.Thread, aboutIdentity},
		{&c.workflowID, d.Identity.WorkflowID, aboutIdentity},
		{&c.workflowName, d.Identity.WorkflowName, aboutIdentity},
		{&c.nodeID, d.Identity.NodeID, aboutIdentity},
		{&c.nodeName, d.Identity.NodeName, aboutIdentity},
		{&c.agentName, d.Identity.AgentName, aboutIdentity},
		{&c.responseID, d.Identity.ResponseID, aboutIdentity},
		{&c.artifacts, d.Artifacts, aboutArtifacts},
	} {
		*list.refs = e.refs(bit, list.keys, list.about)
	}
	for _, m := range d.Messages {
		ref := messageRef{MessageAttribute: m}
		if m.Form == FormFlat {
			ref.list = e.index.list(m.Key)
			e.index.prefix(m.Key + ".").content |= bit
		} else {
			ref.ref = e.refs(bit, []string{m.Key}, aboutMessages).refs[0]
			e.content(bit, m.Key)
		}
		c.messages = append(c.messages, ref)
	}
	e.content(bit, d.Tool.Arguments...)
	e.content(bit, d.Tool.Result...)
	e.content(bit, d.Content...)
	for _, event := range slices.Concat(d.Tool.ArgumentEvents, d.Tool.ResultEvents) {
		e.toolEvents |= bit
		e.content(bit, event.Text...)
		e.contentEvents[event.Name] = true
	}
	for name := range d.SpanKinds {
		if prefix, ok := strings.CutSuffix(name, "*"); ok {
			c.spanBegins = append(c.spanBegins, begin{begin: prefix})
		}
	}
	slices.SortFunc(c.spanBegins, func(a, b begin) int {
		return cmp.Or(cmp.Compare(len(b.begin), len(a.begin)), strings.Compare(a.begin, b.begin))
	})
	for _, event := range d.Events {
		if event.Sent {
			c.sent = append(c.sent, event)
		}
		e.events[event.Name] = append(e.events[event.Name], eventRef{dialect: i, MessageEvent: event})
		if !event.Sent {
			e.content(bit, event.Text)
		}
	}
	for _, ids := range [][]string{d.Identity.Thread, d.Identity.WorkflowID, d.Identity.NodeID, d.Identity.ResponseID, d.Identity.Other, d.Tool.CallID} {
		for _, key := range ids {
			// A bare key may be anybody's, and what is shown as a name is none that joins anything.
			if !strings.Contains(key, "#") && segment(key) != key && !slices.Contains(d.Identity.NodeName, key) {
				e.identity = append(e.identity, key)
			}
		}
	}
	e.evidence(bit, d)
	e.dialects = append(e.dialects, c)
}

// content notes keys that hold what was said. Those that end with a dot or a colon stand for all that begin so.
func (e *Engine) content(bit dialects, keys ...string) {
	for _, key := range keys {
		key, _, _ = strings.Cut(key, "#")
		if isPrefix(key) {
			e.index.prefix(key).content |= bit
		} else {
			e.index.key(key).content |= bit
		}
	}
}

func (e *Engine) evidence(bit dialects, d *Dialect) {
	for _, key := range d.Evidence.Keys {
		if isPrefix(key) {
			e.index.prefix(key).marks |= bit
		} else {
			e.index.key(key).marks |= bit
		}
	}
	for _, key := range d.Evidence.Hints {
		e.index.key(key).hints |= bit
	}
	for _, pair := range d.Evidence.Values {
		key, value, _ := strings.Cut(pair, "=")
		k := e.index.key(key)
		if k.values == nil {
			k.values = map[string]dialects{}
		}
		k.values[value] |= bit
	}
	for _, scope := range d.Evidence.Scopes {
		e.scopes.add(scope, bit)
	}
	for _, name := range d.Evidence.Spans {
		e.spans.add(name, bit)
	}
	for _, name := range d.Evidence.Events {
		e.markEvents[name] |= bit
	}
}

// refs resolves keys of a dialect's table that are about a subject.
func (e *Engine) refs(bit dialects, keys []string, about subject) spellings {
	if len(keys) == 0 {
		return spellings{}
	}
	e.index.facts++
	list := spellings{refs: make([]*ref, 0, len(keys)), id: int32(e.index.facts)}
	for _, key := range keys {
		name, path, _ := strings.Cut(key, "#")
		r := &ref{slot: e.index.slot(name), path: path, key: key}
		if strings.ContainsAny(path, "+*") {
			members := strings.LastIndexByte(path, '.') + 1
			r.path, r.sum = strings.TrimSuffix(path[:members], "."), path[members:]
		}
		list.refs = append(list.refs, r)
		k := e.index.key(name)
		k.facts = append(k.facts, list.id)
		k.about |= about
		k.of |= bit
	}
	return list
}

func isPrefix(key string) bool { return strings.HasSuffix(key, ".") || strings.HasSuffix(key, ":") }

// names are names that tell dialects, whole or by their begin.
type names struct {
	whole  map[string]dialects
	begins []begin
}

type begin struct {
	begin string
	marks dialects
}

func (n *names) add(name string, bit dialects) {
	if prefix, ok := strings.CutSuffix(name, "*"); ok {
		n.begins = append(n.begins, begin{prefix, bit})
		return
	}
	if n.whole == nil {
		n.whole = map[string]dialects{}
	}
	n.whole[name] |= bit
}

func (n *names) marks(name string) dialects {
	marks := n.whole[name]
	for _, b := range n.begins {
		if strings.HasPrefix(name, b.begin) {
			marks |= b.marks
		}
	}
	return marks
}
