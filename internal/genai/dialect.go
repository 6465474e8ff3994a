package genai

// Dialect is one way of writing down a model call. Every list of keys is in the order in which they win.
type Dialect struct {
	// Name names the dialect in documentation and tests.
	Name string
	// Scopes are instrumentation scopes, by the begin of their name, whose spans speak the dialect.
	Scopes []string
	// Markers are attribute keys of which one is enough to tell the dialect. One that ends with a dot stands for every key of
	// the table that begins with it.
	Markers []string
	// MarkerEvents are names of span events of which one is enough.
	MarkerEvents []string

	Usage     Usage
	Models    Models
	Operation []string        // keys of what kind of work the span is
	Kinds     map[string]Kind // what the values of Operation mean, in lower case
	Roots     []string        // names of spans that sum up a whole execution

	Messages []MessageAttribute
	Events   []MessageEvent
	Tool     Tool
	// Identity are the keys of ids that join spans, executions and other systems; nobody may alter their values.
	Identity []string
}

// Usage are the keys of token figures.
type Usage struct {
	Input, Output         []string
	CacheRead, CacheWrite []string // parts of the input
	Reasoning             []string // part of the output
}

// Models are the keys of the model that was asked for, the one that answered, and who serves it.
type Models struct {
	Requested, Actual, Provider []string
	// ProviderPrefix: Requested may be provider:model.
	ProviderPrefix bool
}

// Tool are the keys of one tool call's span.
type Tool struct {
	Name, CallID, Arguments, Result []string
}

// Form is how an attribute holds messages. Every form is read from a JSON string and from a structured value alike.
type Form uint8

// The forms.
const (
	FormMessages Form = iota // a list of messages, each with a role and parts or content
	FormParts                // a list of parts of one message
	FormText                 // one message as text
)

// MessageAttribute is an attribute that holds messages.
type MessageAttribute struct {
	Key    string
	Form   Form
	Role   Role // of messages that name none
	Output bool // what the model said, not what it was told
}

// MessageEvent is a span event that holds one message.
type MessageEvent struct {
	Name    string // of the event
	Text    string // key of its text
	RoleKey string // key of its role, "" if Role is fixed
	Role    Role
	Output  bool
}

// Role is who says a message, in OpenTelemetry's words.
type Role string

// The roles. Others are passed on as they are.
const (
	RoleSystem    Role = "system"
	RoleUser      Role = "user"
	RoleAssistant Role = "assistant"
	RoleTool      Role = "tool"
	RoleUnknown   Role = "unknown" // Orcheo's word for a message without a role
)

// Kind is what kind of work a span is; its text is what Orcheo writes into orcheo.ai.kind.
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
	KindMemory    Kind = "memory"
	KindPlan      Kind = "plan"
)

// callsModel reports whether a span of this kind is one call of a model, whose usage counts. A span that does not say what
// it is does so by having usage.
func (k Kind) callsModel() bool {
	return k == KindLLM || k == KindEmbedding || k == KindRerank || k == KindUnknown
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

// Dialects are the tables in the order in which they are read.
func Dialects() []Dialect { return []Dialect{Orcheo(), OpenTelemetry()} }
