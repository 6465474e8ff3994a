// Package semconv names the attribute keys and event names that the components of this repository share.
//
// The orcheo.* names are what Orcheo's backend puts on its spans, or what our own processor adds; the gen_ai.* names are
// those of the OpenTelemetry GenAI semantic conventions. Everything behind the processor (exporter, store, view, server)
// reads these canonical names only; translating other dialects into them is the processor's business.
package semconv

// What Orcheo's backend writes (source: orcheo src/orcheo/tracing/workflow.py).
const (
	// SpanWorkflowExecution is the name of the root span of one workflow execution.
	SpanWorkflowExecution = "workflow.execution"

	ExecutionID      = "orcheo.execution.id"        // string
	ExecutionThread  = "orcheo.execution.thread_id" // string
	ExecutionRunName = "orcheo.execution.run_name"  // string
	ExecutionTags    = "orcheo.execution.tags"      // string array
	WorkflowID       = "orcheo.workflow.id"         // string

	NodeID          = "orcheo.node.id"           // string
	NodeDisplayName = "orcheo.node.display_name" // string
	NodeKind        = "orcheo.node.kind"         // string
	NodeStatus      = "orcheo.node.status"       // string, lower case
	NodeLatency     = "orcheo.node.latency_ms"   // int or double, milliseconds

	TokenInput  = "orcheo.token.input"  // int, tokens
	TokenOutput = "orcheo.token.output" // int, tokens
	ArtifactIDs = "orcheo.artifact.ids" // string array

	AIKind           = "orcheo.ai.kind"            // string: llm, embedding …
	AIModelRequested = "orcheo.ai.model.requested" // string, may be provider:model
	AIModelActual    = "orcheo.ai.model.actual"    // string
	AIProvider       = "orcheo.ai.provider"        // string

	EventWorkflowCompleted = "workflow.completed"
	EventWorkflowFailed    = "workflow.failed"
	EventWorkflowCancelled = "workflow.cancelled"
	EventPrompt            = "prompt"      // attributes: preview
	EventResponse          = "response"    // attributes: preview
	EventMessage           = "message"     // attributes: role, preview
	EventTokenChunk        = "token.chunk" // attributes: input, output, reason
	EventErrorDetail       = "error.detail"

	AttrPreview = "preview"
	AttrRole    = "role"
)

// What our own components add.
const (
	// TraceSpanCount on a root span tells how many spans its trace has, so that completeness needs no waiting. int.
	TraceSpanCount = "orcheo.trace.span_count"
	// RedactionCount is how many values the processor replaced on this span. int, absent when zero.
	RedactionCount = "orcheo.redaction.count"
	// RedactionRules is the receipt: which rule hit how often, as "rule=count" strings, sorted. string array.
	RedactionRules = "orcheo.redaction.rules"
	// UsageInference tells how the token figures were derived where they are not simply what was reported. string array.
	UsageInference = "orcheo.usage.inference"
	// UsageScope tells whether a span's token figures are of one call of a model or repeat those of the spans below it. string:
	// UsageScopeCall or UsageScopeAggregate.
	UsageScope = "orcheo.usage.scope"
	// UsageReplay marks a model call that was answered from a cache of answers: it cost nothing. bool.
	UsageReplay = "orcheo.usage.replay"
	// CostUSD is the cost of this span in US dollars as counted for the execution. double.
	CostUSD = "orcheo.cost.usd"
	// CostSource tells where the cost comes from. string: CostReported or CostTable.
	CostSource = "orcheo.cost.source"
	// CostTableVersion names the price table that gave the cost, with its date. string.
	CostTableVersion = "orcheo.cost.table"
	// PartialKind marks a span that still runs: "start", "heartbeat" or "synthetic" (a final made up for a lost span). string.
	PartialKind = "orcheo.partial.kind"
	// PartialFrequency is the promised heartbeat interval in milliseconds. int.
	PartialFrequency = "orcheo.partial.frequency_ms"
	// PartialObserved is when a span that still runs was seen, in Unix nanoseconds by the sender's clock. It puts the observations
	// of such a span in order; without it they are ordered by the span's start. int.
	PartialObserved = "orcheo.partial.observed"
	// PreviewSource on an event says that the processor made it, and from which attribute; it makes the processor idempotent.
	PreviewSource = "orcheo.preview.source"
)

// OpenTelemetry GenAI semantic conventions
// (https://github.com/open-telemetry/semantic-conventions-genai, model/gen-ai/registry.yaml).
const (
	GenAIOperation          = "gen_ai.operation.name"
	GenAIProvider           = "gen_ai.provider.name"
	GenAIRequestModel       = "gen_ai.request.model"
	GenAIResponseModel      = "gen_ai.response.model"
	GenAIResponseID         = "gen_ai.response.id"
	GenAIInputTokens        = "gen_ai.usage.input_tokens"             // int; includes cache read and write
	GenAIOutputTokens       = "gen_ai.usage.output_tokens"            // int; includes reasoning
	GenAICacheReadTokens    = "gen_ai.usage.cache_read.input_tokens"  // int
	GenAICacheWriteTokens   = "gen_ai.usage.cache_write.input_tokens" // int; newest spelling
	GenAICacheCreationOld   = "gen_ai.usage.cache_creation.input_tokens"
	GenAIReasoningTokens    = "gen_ai.usage.reasoning.output_tokens" // int
	GenAIAudioInputTokens   = "gen_ai.usage.audio.input_tokens"      // int; part of the input
	GenAIAudioOutputTokens  = "gen_ai.usage.audio.output_tokens"     // int; part of the output
	GenAIInputMessages      = "gen_ai.input.messages"                // JSON string or structured value
	GenAIOutputMessages     = "gen_ai.output.messages"               // JSON string or structured value
	GenAISystemInstructions = "gen_ai.system_instructions"           // JSON string or structured value
	GenAIConversationID     = "gen_ai.conversation.id"
	GenAIWorkflowName       = "gen_ai.workflow.name"
	GenAIToolName           = "gen_ai.tool.name"
	GenAIToolCallID         = "gen_ai.tool.call.id"
	GenAIToolArguments      = "gen_ai.tool.call.arguments"
	GenAIToolResult         = "gen_ai.tool.call.result"
	GenAIAgentName          = "gen_ai.agent.name"
)

// Values of the attributes above.
const (
	UsageScopeCall      = "call"
	UsageScopeAggregate = "aggregate"

	CostReported = "reported" // by the instrumentation
	CostTable    = "table"    // computed from a price table
)
