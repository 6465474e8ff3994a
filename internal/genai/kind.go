package genai

// Kind is what kind of work a span is; its text is what the processor writes into orcheo.ai.kind.
type Kind string

// The kinds.
const (
	KindUnknown   Kind = ""
	KindLLM       Kind = "llm"
	KindEmbedding Kind = "embedding"
	KindRerank    Kind = "rerank"
	KindRetrieval Kind = "retrieval"
	KindTool      Kind = "tool"
	KindAgent     Kind = "agent"
	KindWorkflow  Kind = "workflow"
	KindChain     Kind = "chain"
	KindTask      Kind = "task"
	KindGuardrail Kind = "guardrail"
	KindEvaluator Kind = "evaluator"
	KindPrompt    Kind = "prompt"
	KindMemory    Kind = "memory"
	KindPlan      Kind = "plan"
	KindHandoff   Kind = "handoff"
	KindMCP       Kind = "mcp"
	KindOther     Kind = "other"
)

// callsModel reports whether a span of this kind is one call of a model, whose usage counts. A span that does not say what
// it is does so by having usage.
func (k Kind) callsModel() bool {
	switch k {
	case KindLLM, KindEmbedding, KindRerank, KindOther, KindUnknown:
		return true
	}
	return false
}

// Operation is the kind in the words of gen_ai.operation.name, "" where there is none for it.
func (k Kind) Operation() string {
	switch k {
	case KindLLM:
		return "chat"
	case KindEmbedding:
		return "embeddings"
	case KindTool:
		return "execute_tool"
	case KindRetrieval:
		return "retrieval"
	case KindAgent:
		return "invoke_agent"
	case KindWorkflow:
		return "invoke_workflow"
	case KindPlan:
		return "plan"
	}
	return ""
}
