package canvaswire

import (
	"hash/fnv"
	"math"
)

// knownKeys are keys of attributes that many spans have: a source holds the number of such a key instead of its text, which would be
// a third of all that is kept of a small span. They are those of Orcheo, of OpenTelemetry's GenAI and general conventions, and of
// OpenInference; what stands here in which order is part of SourceSchema.
var knownKeys = [...]string{
	// Orcheo, and what our components add
	"orcheo.execution.id", "orcheo.execution.thread_id", "orcheo.execution.run_name", "orcheo.execution.tags",
	"orcheo.execution.input_keys", "orcheo.execution.input_count", "orcheo.execution.tag_count", "orcheo.execution.metadata_keys",
	"orcheo.execution.recursion_limit", "orcheo.execution.max_concurrency", "orcheo.execution.callbacks.count",
	"orcheo.workflow.id", "orcheo.node.id", "orcheo.node.display_name", "orcheo.node.kind", "orcheo.node.status", "orcheo.node.latency_ms",
	"orcheo.token.input", "orcheo.token.output", "orcheo.artifact.ids", "orcheo.error.code",
	"orcheo.ai.kind", "orcheo.ai.model.requested", "orcheo.ai.model.actual", "orcheo.ai.provider",
	"orcheo.ai.embedding.vector_size", "orcheo.ai.embedding.operation",
	"orcheo.cost.source", "orcheo.cost.table", "orcheo.cost.usd", "orcheo.partial.frequency_ms", "orcheo.partial.kind",
	"orcheo.partial.observed", "orcheo.preview.source", "orcheo.redaction.count", "orcheo.redaction.rules", "orcheo.trace.span_count",
	"orcheo.usage.inference", "orcheo.usage.replay", "orcheo.usage.scope",
	"preview", "role", "status", "reason", "input", "output", "message",
	// GenAI
	"gen_ai.agent.id", "gen_ai.agent.name", "gen_ai.conversation.id", "gen_ai.input.messages", "gen_ai.operation.name",
	"gen_ai.output.messages", "gen_ai.output.type", "gen_ai.provider.name", "gen_ai.request.max_tokens", "gen_ai.request.model",
	"gen_ai.request.temperature", "gen_ai.request.top_p", "gen_ai.response.finish_reasons", "gen_ai.response.id", "gen_ai.response.model",
	"gen_ai.system", "gen_ai.system_instructions", "gen_ai.tool.call.arguments", "gen_ai.tool.call.id", "gen_ai.tool.call.result",
	"gen_ai.tool.definitions", "gen_ai.tool.name", "gen_ai.tool.type", "gen_ai.usage.audio.input_tokens", "gen_ai.usage.audio.output_tokens",
	"gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_write.input_tokens",
	"gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.total_tokens",
	"gen_ai.workflow.name",
	// OpenInference, as agent-prism reads it, too
	"input.value", "input.mime_type", "output.value", "output.mime_type", "openinference.span.kind", "llm.model_name", "llm.provider",
	"llm.token_count.prompt", "llm.token_count.completion", "llm.token_count.total", "llm.invocation_parameters", "session.id", "user.id",
	// What spans have in general
	"error.type", "exception.type", "exception.message", "exception.stacktrace", "exception.escaped", "server.address", "server.port",
	"client.address", "network.peer.address", "network.peer.port", "network.protocol.version", "url.full", "url.path", "url.scheme",
	"http.request.method", "http.response.status_code", "http.route", "user_agent.original", "db.system.name", "db.query.text",
	"rpc.system", "rpc.service", "rpc.method", "code.function.name", "code.file.path", "code.line.number", "thread.id", "thread.name",
}

// KeyNumber is the number of a known key, from 1. 0 is that of all other keys.
type KeyNumber uint8

// keyNumbers is where the numbers of known keys stand, by keyPlace. Of two with the same place the later one stands beside it; a
// third would have no number, and be written as a text.
var keyNumbers = func() (numbers [1 << keyPlaceBits]KeyNumber) {
	for i, key := range knownKeys {
		at := keyPlace(key)
		if numbers[at] != 0 {
			at ^= 1
		}
		if numbers[at] == 0 {
			numbers[at] = KeyNumber(i + 1)
		}
	}
	return numbers
}()

// keysByNumber are the known keys, and the empty one in the places of other numbers.
var keysByNumber = func() (keys [math.MaxUint8 + 1]string) {
	copy(keys[1:], knownKeys[:])
	return keys
}()

// NumberOf is the number of a key, 0 if it is none of those that many spans have.
func NumberOf(key string) KeyNumber {
	at := keyPlace(key)
	if n := keyNumbers[at]; keysByNumber[n] == key {
		return n
	}
	if n := keyNumbers[at^1]; keysByNumber[n] == key {
		return n
	}
	return 0
}

const keyPlaceBits = 11

// keyPlace mixes the length, the middle and the end of a key, which tell known keys apart. It looks at no more of a key, so that it
// takes the same few steps for all of them.
func keyPlace(key string) uint64 {
	const odd = 0x9e3779b97f4a7c15 // 2^64 over the golden ratio: its product spreads neighbours over the high bits
	n := len(key)
	h := uint64(n)
	switch {
	case n >= 8:
		h += load64(key[(n-8)/2:])*odd ^ load64(key[n-8:])
	case n >= 4:
		h += uint64(load32(key))<<32 | uint64(load32(key[n-4:]))
	}
	return h * odd >> (64 - keyPlaceBits)
}

// SourceSchema tells versions of sources apart: only the one that wrote a source can read it.
var SourceSchema = func() uint64 {
	const format = 3 // of everything but the known keys
	digest := fnv.New64a()
	for _, key := range knownKeys {
		_, _ = digest.Write([]byte(key))
		_, _ = digest.Write([]byte{0})
	}
	return digest.Sum64() ^ format
}()
