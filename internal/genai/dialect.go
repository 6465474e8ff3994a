package genai

// Dialect is one way of writing down a model call: that of one emitter. Every list of keys is in the order in which they win.
//
// A key is the name of an attribute. "key#a.b" is member b of member a of the JSON that the attribute holds; "key#a+b*" is
// the sum of the member a and of all members that begin with b.
type Dialect struct {
	// Name names the dialect in documentation, tests and metrics.
	Name string
	// Canonical: what is read is written under the dialect's names. It is read wherever any other is, so that reading what was
	// written yields the same.
	Canonical bool
	// Evidence is what tells the dialect.
	Evidence Evidence

	Usage  Usage
	Models Models
	Cost   Cost

	Operation []string        // keys of what kind of work the span is
	Kinds     map[string]Kind // what the values of Operation mean, in lower case
	SpanKinds map[string]Kind // what the names of spans mean; a name that ends with * stands for all that begin so
	// Aggregates are keys of which one is enough to tell that the usage repeats that of other spans.
	Aggregates []string
	// Scope are keys that say so themselves, in the words of orcheo.usage.scope.
	Scope []string
	// Replays are keys that are set where the answer came from a cache of answers, so that the call cost nothing.
	Replays []string

	Messages []MessageAttribute
	Events   []MessageEvent
	Tool     Tool
	Identity Identity
	// Artifacts are keys of ids or addresses of files, or of lists of them.
	Artifacts []string
	// Content are further keys of what was said, which no preview is made from.
	Content []string
}

// Evidence tells a dialect. A mark is decisive; of hints it takes two. A scope or a name that ends with * stands for all
// that begin so, and a key that ends with a dot or a colon for every key that begins so.
type Evidence struct {
	Scopes []string // instrumentation scopes
	Keys   []string // attribute keys
	Values []string // attributes as key=value, in lower case
	Spans  []string // names of spans
	Events []string // names of span events
	Hints  []string // attribute keys that others write, too
}

// Usage are the keys of token figures, and what the emitter counts as what.
type Usage struct {
	Input, Output                    []string
	CacheRead, CacheWrite            []string // parts of the input
	CacheWrite5m, CacheWrite1h       []string // parts of what was written to the cache, by how long it is kept
	Reasoning                        []string // part of the output
	AudioInput, AudioOutput, Overall []string // parts of both; the total, for arithmetic only

	Cache    Inclusion // whether the input includes what was read from and written to the cache
	Thoughts Inclusion // whether the output includes reasoning
	// Except are rules for some of the emitter's scopes and providers; the first that fits wins over Cache.
	Except []UsageRule
	// InclusiveIf are keys of which one is enough to tell that the input includes the cache, whatever the rules say.
	InclusiveIf []string
}

// UsageRule says whether the input includes the cache for a scope (by its begin) or a provider, "" for any.
type UsageRule struct {
	Scope, Provider string
	Cache           Inclusion
}

// Models are the keys of the model that was asked for, the one that answered, and who serves it.
type Models struct {
	Requested, Actual, Provider []string
	System                      []string // whose interface it is, where several are served by one provider
	OfCalls                     []string // the model, where the kind tells that it is one and no flow or tool
	Vendor                      string   // who serves all models of the emitter, where it names nobody
}

// Cost are the keys of a cost in US dollars.
type Cost struct {
	Total []string
	Parts []string // are added up where there is no total
}

// Tool are the keys of one tool call's span.
type Tool struct {
	Name, CallID, Arguments, Result []string
	ArgumentEvents, ResultEvents    []ToolEvent
}

// ToolEvent is a span event that holds what a tool was given or answered.
type ToolEvent struct {
	Name string // of the event
	Text []string
}

// Identity are the keys of ids that join spans, executions and other systems; nobody may alter their values.
type Identity struct {
	Thread     []string // conversation, session
	WorkflowID []string
	NodeID     []string
	ResponseID []string
	Other      []string // ids that are kept, and not read
	// The names are no ids: they are redacted as any text.
	WorkflowName, NodeName, AgentName []string
}

// Form is how an attribute holds messages. Every form is read from a JSON string and from a structured value alike.
type Form uint8

// The forms.
const (
	FormMessages Form = iota // messages, each with a role and parts or content, in any of the providers' shapes
	FormParts                // a list of parts of one message
	FormText                 // one message as text
	FormFlat                 // the attribute is the begin of many: key.0.role, key.0.content, key.1.…
)

// MessageAttribute is an attribute that holds messages. The first of a direction that says anything wins.
type MessageAttribute struct {
	Key    string
	Form   Form
	Role   Role // of messages that name none
	Output bool // what the model said, not what it was told
	Joins  bool // is read beside the others: system instructions, tool calls that stand apart from the text
	Last   bool // is read only where no dialect has anything better
}

// MessageEvent is a span event that holds a message, or several.
type MessageEvent struct {
	Name   string // of the event
	Text   string // key of what was said
	Form   Form
	Role   Role
	Output bool
	// Sent: the event is a preview in Orcheo's form already.
	Sent    bool
	RoleKey string // key of the role, "" if Role is fixed
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
