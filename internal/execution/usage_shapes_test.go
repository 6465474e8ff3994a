package execution_test

import (
	"maps"
	"slices"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

const replay = execution.UsageReplay

func call(input, output int64) edit { return scoped(tracestore.ScopeCall, input, output) }

func sum(input, output int64) edit { return scoped(tracestore.ScopeAggregate, input, output) }

func replays(input, output int64) edit { return scoped(tracestore.ScopeReplay, input, output) }

func scoped(scope tracestore.UsageScope, input, output int64) edit {
	return func(r *tracestore.Record) {
		uses(input, output)(r)
		r.Facts.Scope = scope
	}
}

// actor is a tool or an agent.
func actor(r *tracestore.Record) { r.Facts.Boundary = true }

func asClient(r *tracestore.Record) { r.Facts.Side = tracestore.SideClient }

func asServer(r *tracestore.Record) { r.Facts.Side = tracestore.SideServer }

func root() *tracestore.Record { return span(1, 0, workflow("run"), actor) }

// figures are spans, input tokens, output tokens.
type figures [3]int64

// usageShape is a way in which telemetry tells of the same usage several times, with what must come of it worked out by hand.
type usageShape struct {
	spans    []*tracestore.Record
	roles    []execution.UsageRole // of the spans, in their order
	counted  figures
	cost     float64
	excluded map[execution.UsageRole]figures
}

func usageShapes() map[string]usageShape {
	shapes := agentShapes()
	for _, more := range []map[string]usageShape{frameworkShapes(), remoteShapes(), cacheShapes(), nestedShapes(), bareShapes()} {
		maps.Copy(shapes, more)
	}
	return shapes
}

func agentShapes() map[string]usageShape {
	return map[string]usageShape{
		"invoke_agent carries the sum of its chats": {
			spans: []*tracestore.Record{
				root(), span(2, 1, actor, sum(300, 50), costs(3)), span(3, 2, call(100, 20), costs(1)), span(4, 2, call(200, 30), costs(2)),
			},
			roles:   []execution.UsageRole{none, aggregate, counted, counted},
			counted: figures{2, 300, 50}, cost: 3, excluded: map[execution.UsageRole]figures{aggregate: {1, 300, 50}},
		},
		"invoke_agent and its agent_step both carry sums": {
			spans: []*tracestore.Record{
				root(), span(2, 1, actor, sum(300, 50)), span(3, 2, sum(300, 50)), span(4, 3, call(100, 20)), span(5, 3, call(200, 30)),
			},
			roles:   []execution.UsageRole{none, aggregate, aggregate, counted, counted},
			counted: figures{2, 300, 50}, excluded: map[execution.UsageRole]figures{aggregate: {2, 600, 100}},
		},
		"an agent's figures are of its latest turn only": {
			spans: []*tracestore.Record{
				root(), span(2, 1, actor, sum(200, 30)), span(3, 2, call(100, 20)), span(4, 2, call(200, 30)),
			},
			roles:   []execution.UsageRole{none, aggregate, counted, counted},
			counted: figures{2, 300, 50}, excluded: map[execution.UsageRole]figures{aggregate: {1, 200, 30}},
		},
		"an aggregate without calls below it stands in for them": {
			spans:   []*tracestore.Record{root(), span(2, 1, actor, sum(300, 50), costs(3)), span(3, 2, actor), span(4, 3)},
			roles:   []execution.UsageRole{none, counted, none, none},
			counted: figures{1, 300, 50}, cost: 3,
		},
		"of two aggregates without calls the deeper one stands in": {
			spans:   []*tracestore.Record{root(), span(2, 1, actor, sum(300, 50)), span(3, 2, actor, sum(280, 40))},
			roles:   []execution.UsageRole{none, aggregate, counted},
			counted: figures{1, 280, 40}, excluded: map[execution.UsageRole]figures{aggregate: {1, 300, 50}},
		},
		"a chat that reports nothing but zeros keeps no agent from counting": {
			spans:   []*tracestore.Record{root(), span(2, 1, actor, sum(300, 50)), span(3, 2, call(0, 0))},
			roles:   []execution.UsageRole{none, counted, none},
			counted: figures{1, 300, 50},
		},
		"Logfire's metrics are the sums of all descendants at every level": {
			spans: []*tracestore.Record{
				span(1, 0, workflow("run"), actor, sum(300, 50)), span(2, 1, sum(300, 50)), span(3, 2, sum(100, 20)),
				span(4, 3, call(100, 20)), span(5, 2, call(200, 30)),
			},
			roles:   []execution.UsageRole{aggregate, aggregate, aggregate, counted, counted},
			counted: figures{2, 300, 50}, excluded: map[execution.UsageRole]figures{aggregate: {3, 700, 120}},
		},
		"a Codex turn is the rollup of its responses": {
			spans: []*tracestore.Record{
				span(1, 0, sum(300, 50)), span(2, 1), span(3, 2, call(100, 20)), span(4, 2, call(200, 30)),
			},
			roles:   []execution.UsageRole{aggregate, none, counted, counted},
			counted: figures{2, 300, 50}, excluded: map[execution.UsageRole]figures{aggregate: {1, 300, 50}},
		},
		"a Codex turn whose responses report nothing counts": {
			spans:   []*tracestore.Record{span(1, 0, sum(300, 50)), span(2, 1), span(3, 2)},
			roles:   []execution.UsageRole{counted, none, none},
			counted: figures{1, 300, 50},
		},
	}
}

func frameworkShapes() map[string]usageShape {
	return map[string]usageShape{
		"Vercel's generateText and its doGenerate": {
			spans:   []*tracestore.Record{root(), span(2, 1, sum(100, 20)), span(3, 2, call(100, 20), reply("r1"))},
			roles:   []execution.UsageRole{none, aggregate, counted},
			counted: figures{1, 100, 20}, excluded: map[execution.UsageRole]figures{aggregate: {1, 100, 20}},
		},
		"Vercel's embed and its doEmbed, both of them calls": {
			spans:   []*tracestore.Record{root(), span(2, 1, call(57, 0)), span(3, 2, call(57, 0))},
			roles:   []execution.UsageRole{none, duplicate, counted},
			counted: figures{1, 57, 0}, excluded: map[execution.UsageRole]figures{duplicate: {1, 57, 0}},
		},
		"Vercel's embedMany and the parts that it was split into": {
			spans:   []*tracestore.Record{root(), span(2, 1, call(90, 0)), span(3, 2, call(50, 0)), span(4, 2, call(40, 0))},
			roles:   []execution.UsageRole{none, aggregate, counted, counted},
			counted: figures{2, 90, 0}, excluded: map[execution.UsageRole]figures{aggregate: {1, 90, 0}},
		},
		"LangChain's call and the OpenAI instrumentor's": {
			spans: []*tracestore.Record{
				root(), span(2, 1, call(100, 20), costs(1)), span(3, 2), span(4, 3, call(100, 20), costs(1), reply("r1")),
			},
			roles:   []execution.UsageRole{none, duplicate, none, counted},
			counted: figures{1, 100, 20}, cost: 1, excluded: map[execution.UsageRole]figures{duplicate: {1, 100, 20}},
		},
		"LiteLLM's call and OpenAI's, which tell of other figures but one response": {
			spans: []*tracestore.Record{
				root(), span(2, 1, call(130, 20), reply("r1")), span(3, 2, call(100, 20), reply("r1")),
			},
			roles:   []execution.UsageRole{none, duplicate, counted},
			counted: figures{1, 100, 20}, excluded: map[execution.UsageRole]figures{duplicate: {1, 130, 20}},
		},
		"two instrumentations of one library, one around the other": {
			spans: []*tracestore.Record{
				root(), span(2, 1, call(100, 20), reply("r1")), span(3, 2, call(100, 20), reply("r1")),
			},
			roles:   []execution.UsageRole{none, duplicate, counted},
			counted: figures{1, 100, 20}, excluded: map[execution.UsageRole]figures{duplicate: {1, 100, 20}},
		},
		"two instrumentations of one library, side by side": {
			spans: []*tracestore.Record{
				root(), span(2, 1, call(100, 20), reply("r1")), span(3, 1, call(100, 25), reply("r1")),
			},
			roles:   []execution.UsageRole{none, counted, duplicate},
			counted: figures{1, 100, 20}, excluded: map[execution.UsageRole]figures{duplicate: {1, 100, 25}},
		},
		"three views of one request, one in another": {
			spans: []*tracestore.Record{
				root(), span(2, 1, call(100, 20)), span(3, 2, call(100, 20)), span(4, 3, call(101, 20)),
			},
			roles:   []execution.UsageRole{none, duplicate, duplicate, counted},
			counted: figures{1, 101, 20}, excluded: map[execution.UsageRole]figures{duplicate: {2, 200, 40}},
		},
		"a framework's call made of two requests, 2 % off": {
			spans:   []*tracestore.Record{root(), span(2, 1, call(300, 50)), span(3, 2, call(104, 20)), span(4, 2, call(202, 31))},
			roles:   []execution.UsageRole{none, aggregate, counted, counted},
			counted: figures{2, 306, 51}, excluded: map[execution.UsageRole]figures{aggregate: {1, 300, 50}},
		},
		"a call with another one below that has nothing to do with it": {
			spans:   []*tracestore.Record{root(), span(2, 1, call(300, 50)), span(3, 2, call(107, 20)), span(4, 2, call(200, 30))},
			roles:   []execution.UsageRole{none, counted, counted, counted},
			counted: figures{3, 607, 100},
		},
		"a call with its request and a small other one below": {
			spans:   []*tracestore.Record{root(), span(2, 1, call(300, 50)), span(3, 2, call(300, 50)), span(4, 2, call(20, 3))},
			roles:   []execution.UsageRole{none, duplicate, counted, counted},
			counted: figures{2, 320, 53}, excluded: map[execution.UsageRole]figures{duplicate: {1, 300, 50}},
		},
		"a call that a library which knows no figures lies between": {
			spans:   []*tracestore.Record{root(), span(2, 1, call(100, 20)), span(3, 2, call(0, 0)), span(4, 3, call(100, 20))},
			roles:   []execution.UsageRole{none, duplicate, none, counted},
			counted: figures{1, 100, 20}, excluded: map[execution.UsageRole]figures{duplicate: {1, 100, 20}},
		},
	}
}

func remoteShapes() map[string]usageShape {
	return map[string]usageShape{
		"the client's span and the server's, with other figures and no ids": {
			spans: []*tracestore.Record{
				root(), span(2, 1, asClient, call(100, 20)), span(3, 2, asClient), span(4, 3, asServer, call(140, 25)),
			},
			roles:   []execution.UsageRole{none, duplicate, none, counted},
			counted: figures{1, 140, 25}, excluded: map[execution.UsageRole]figures{duplicate: {1, 100, 20}},
		},
		"a proxy that has the usage on its server span, and the provider's below": {
			spans: []*tracestore.Record{
				root(), span(2, 1, asClient, call(100, 20)), span(3, 2, asServer, call(100, 20), reply("r1")), span(4, 3, asClient, call(100, 20), reply("r1")),
			},
			roles:   []execution.UsageRole{none, duplicate, duplicate, counted},
			counted: figures{1, 100, 20}, excluded: map[execution.UsageRole]figures{duplicate: {2, 200, 40}},
		},
		"a proxy's server span alone": {
			spans:   []*tracestore.Record{span(1, 0, asServer, call(100, 20), reply("r1")), span(2, 1)},
			roles:   []execution.UsageRole{counted, none},
			counted: figures{1, 100, 20},
		},
		"a server that answers with calls of its own is no client's call": {
			spans:   []*tracestore.Record{root(), span(2, 1, asServer, call(100, 20)), span(3, 2, asClient, call(40, 5))},
			roles:   []execution.UsageRole{none, counted, counted},
			counted: figures{2, 140, 25},
		},
		"the client's and the server's span of an MCP tool carry no usage": {
			spans:   []*tracestore.Record{root(), span(2, 1, call(100, 20)), span(3, 1, asClient, actor), span(4, 3, asServer, actor)},
			roles:   []execution.UsageRole{none, counted, none, none},
			counted: figures{1, 100, 20},
		},
	}
}

func cacheShapes() map[string]usageShape {
	return map[string]usageShape{
		"a cache's replay of a call of this execution": {
			spans: []*tracestore.Record{
				root(), span(2, 1, call(100, 20), costs(0.5), reply("r1")), span(3, 1, replays(100, 20), costs(0), reply("r1")),
			},
			roles:   []execution.UsageRole{none, counted, replay},
			counted: figures{1, 100, 20}, cost: 0.5, excluded: map[execution.UsageRole]figures{replay: {1, 100, 20}},
		},
		"a replay whose clock is before the call's": {
			spans: []*tracestore.Record{
				root(), span(3, 1, call(100, 20), reply("r1"), costs(0.5)), span(2, 1, replays(0, 0), costs(0), reply("r1")),
			},
			roles:   []execution.UsageRole{none, counted, replay},
			counted: figures{1, 100, 20}, cost: 0.5, excluded: map[execution.UsageRole]figures{replay: {1, 0, 0}},
		},
		"a replay of another execution's call, under an agent that sums it up": {
			spans: []*tracestore.Record{
				root(), span(2, 1, actor, sum(100, 20)), span(3, 2, replays(0, 0), reply("r1")),
			},
			roles:    []execution.UsageRole{none, aggregate, replay},
			excluded: map[execution.UsageRole]figures{aggregate: {1, 100, 20}, replay: {1, 0, 0}},
		},
		"a framework's call around a replay": {
			spans: []*tracestore.Record{
				root(), span(2, 1, call(100, 20), reply("r1")), span(3, 2, replays(0, 0), reply("r1")),
			},
			roles:    []execution.UsageRole{none, duplicate, replay},
			excluded: map[execution.UsageRole]figures{duplicate: {1, 100, 20}, replay: {1, 0, 0}},
		},
		"a failed attempt without usage and its fallback": {
			spans: []*tracestore.Record{
				root(), span(2, 1, failed("overloaded")), span(3, 1, call(100, 20), costs(1)),
			},
			roles:   []execution.UsageRole{none, none, counted},
			counted: figures{1, 100, 20}, cost: 1,
		},
		"a framework's call around a failed attempt and the one that worked": {
			spans: []*tracestore.Record{
				root(), span(2, 1, call(100, 20)), span(3, 2, failed("overloaded")), span(4, 2, call(100, 20)),
			},
			roles:   []execution.UsageRole{none, duplicate, none, counted},
			counted: figures{1, 100, 20}, excluded: map[execution.UsageRole]figures{duplicate: {1, 100, 20}},
		},
		"two attempts that both cost": {
			spans:   []*tracestore.Record{root(), span(2, 1, failed("cut"), call(100, 5), reply("r1")), span(3, 1, call(100, 20), reply("r2"))},
			roles:   []execution.UsageRole{none, counted, counted},
			counted: figures{2, 200, 25},
		},
	}
}

func nestedShapes() map[string]usageShape {
	return map[string]usageShape{
		"a tool that calls a model, with the figures of the call above it": {
			spans: []*tracestore.Record{
				root(), span(2, 1, call(100, 20)), span(3, 2, actor), span(4, 3, call(100, 20)),
			},
			roles:   []execution.UsageRole{none, counted, none, counted},
			counted: figures{2, 200, 40},
		},
		"an agent in a tool of an agent": {
			spans: []*tracestore.Record{
				root(), span(2, 1, actor, sum(330, 56)), span(3, 2, call(130, 26)), span(4, 2, actor),
				span(5, 4, actor, sum(200, 30)), span(6, 5, call(200, 30)),
			},
			roles:   []execution.UsageRole{none, aggregate, counted, none, aggregate, counted},
			counted: figures{2, 330, 56}, excluded: map[execution.UsageRole]figures{aggregate: {2, 530, 86}},
		},
		"an agent that only sums up, in a tool below a call": {
			spans:   []*tracestore.Record{root(), span(2, 1, call(100, 20)), span(3, 2, actor), span(4, 3, actor, sum(100, 20))},
			roles:   []execution.UsageRole{none, counted, none, counted},
			counted: figures{2, 200, 40},
		},
		"one response behind a tool is still one": {
			spans: []*tracestore.Record{
				root(), span(2, 1, call(100, 20), reply("r1")), span(3, 2, actor), span(4, 3, call(100, 20), reply("r1")),
			},
			roles:   []execution.UsageRole{none, counted, none, duplicate},
			counted: figures{1, 100, 20}, excluded: map[execution.UsageRole]figures{duplicate: {1, 100, 20}},
		},
		"an aggregate without calls that names another call's response": {
			spans: []*tracestore.Record{
				root(), span(2, 1, sum(100, 20), reply("r1")), span(3, 1, call(100, 20), reply("r1")),
			},
			roles:   []execution.UsageRole{none, counted, duplicate},
			counted: figures{1, 100, 20}, excluded: map[execution.UsageRole]figures{duplicate: {1, 100, 20}},
		},
		"nine views below a call are seen by their sum": {
			spans:   append([]*tracestore.Record{root(), span(2, 1, call(900, 90))}, nine(2, call(100, 10))...),
			roles:   append([]execution.UsageRole{none, aggregate}, slices.Repeat([]execution.UsageRole{counted}, 9)...),
			counted: figures{9, 900, 90}, excluded: map[execution.UsageRole]figures{aggregate: {1, 900, 90}},
		},
		"nine calls below a call are not compared with it one by one": {
			spans:   append([]*tracestore.Record{root(), span(2, 1, call(100, 10))}, nine(2, call(100, 10))...),
			roles:   append([]execution.UsageRole{none, counted}, slices.Repeat([]execution.UsageRole{counted}, 9)...),
			counted: figures{10, 1000, 100},
		},
	}
}

func nine(parent int, edits ...edit) (spans []*tracestore.Record) {
	for i := range 9 {
		spans = append(spans, span(10+i, parent, edits...))
	}
	return spans
}

// bareShapes are without the processor: nobody says which figures are a call's.
func bareShapes() map[string]usageShape {
	return map[string]usageShape{
		"the deepest span that reports usage counts": {
			spans: []*tracestore.Record{
				span(1, 0, uses(300, 50)), span(2, 1, uses(300, 50)), span(3, 2, uses(100, 20)), span(4, 2, uses(180, 30)),
			},
			roles:   []execution.UsageRole{aggregate, aggregate, counted, counted},
			counted: figures{2, 280, 50}, excluded: map[execution.UsageRole]figures{aggregate: {2, 600, 100}},
		},
		"a node of Orcheo around a call that nobody calls one": {
			spans:   []*tracestore.Record{root(), span(2, 1, orcheoNode, call(100, 20)), span(3, 2, uses(100, 20))},
			roles:   []execution.UsageRole{none, duplicate, counted},
			counted: figures{1, 100, 20}, excluded: map[execution.UsageRole]figures{duplicate: {1, 100, 20}},
		},
		"a node of Orcheo alone": {
			spans:   []*tracestore.Record{root(), span(2, 1, orcheoNode, call(100, 20))},
			roles:   []execution.UsageRole{none, counted},
			counted: figures{1, 100, 20},
		},
	}
}
