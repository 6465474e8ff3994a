package genai

// Strands is AWS's Strands Agents (https://github.com/strands-agents/sdk-python, src/strands/telemetry/tracer.py). Its input is the
// provider's, without the cache. It writes every figure under two names, and its own name where the provider belongs; an agent's
// usage is that of all its cycles.
func Strands() Dialect {
	u := openTelemetryUsage(Exclusive)
	u.Except = nil
	return Dialect{
		Name: "strands",
		Evidence: Evidence{
			Scopes: []string{"strands.telemetry.tracer"},
			Keys:   []string{"event_loop.cycle_id", "event_loop.parent_cycle_id", "gen_ai.event.start_time"},
			Values: []string{"gen_ai.system=strands-agents", "gen_ai.provider.name=strands-agents"},
		},
		Usage:     u,
		SpanKinds: map[string]Kind{"execute_event_loop_cycle": KindChain},
		Tool:      Tool{ArgumentEvents: []ToolEvent{{Name: "gen_ai.tool.message", Text: []string{"content"}}}, Result: []string{"gen_ai.tool.message"}, ResultEvents: []ToolEvent{{Name: "gen_ai.choice", Text: []string{"message"}}}},
		Identity:  Identity{Thread: []string{"session.id"}, Other: []string{"event_loop.cycle_id", "event_loop.parent_cycle_id"}},
	}
}
