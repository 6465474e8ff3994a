package tokenpreviewprocessor

import (
	"slices"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// keys are the attributes that are written where they are absent. The reading knows which are, so that nothing is looked for
// a second time.
type keys struct {
	tokenInput, tokenOutput, usageScope, usageInference, usageReplay, costUSD, costSource, costTable genai.Key
	inputTokens, outputTokens, cacheRead, cacheWrite, reasoning, audioInput, audioOutput             genai.Key
	kind, modelRequested, modelActual, provider, operation, requestModel, responseModel, genAIWho    genai.Key
	conversation, thread, workflowID, workflowName, nodeID, nodeName, artifacts, responseID          genai.Key
	inputValue, outputValue                                                                          genai.Key
}

func newKeys(e *genai.Engine) keys {
	return keys{
		tokenInput: e.Key(semconv.TokenInput), tokenOutput: e.Key(semconv.TokenOutput), usageScope: e.Key(semconv.UsageScope),
		usageInference: e.Key(semconv.UsageInference), usageReplay: e.Key(semconv.UsageReplay),
		costUSD: e.Key(semconv.CostUSD), costSource: e.Key(semconv.CostSource), costTable: e.Key(semconv.CostTableVersion),

		inputTokens: e.Key(semconv.GenAIInputTokens), outputTokens: e.Key(semconv.GenAIOutputTokens), cacheRead: e.Key(semconv.GenAICacheReadTokens),
		cacheWrite: e.Key(semconv.GenAICacheWriteTokens), reasoning: e.Key(semconv.GenAIReasoningTokens),
		audioInput: e.Key(semconv.GenAIAudioInputTokens), audioOutput: e.Key(semconv.GenAIAudioOutputTokens),

		kind: e.Key(semconv.AIKind), modelRequested: e.Key(semconv.AIModelRequested), modelActual: e.Key(semconv.AIModelActual),
		provider: e.Key(semconv.AIProvider), operation: e.Key(semconv.GenAIOperation), requestModel: e.Key(semconv.GenAIRequestModel),
		responseModel: e.Key(semconv.GenAIResponseModel), genAIWho: e.Key(semconv.GenAIProvider),

		conversation: e.Key(semconv.GenAIConversationID), thread: e.Key(semconv.ExecutionThread), workflowID: e.Key(semconv.WorkflowID),
		workflowName: e.Key(semconv.GenAIWorkflowName), nodeID: e.Key(semconv.NodeID), nodeName: e.Key(semconv.NodeDisplayName),
		artifacts: e.Key(semconv.ArtifactIDs), responseID: e.Key(semconv.GenAIResponseID),

		inputValue: e.Key(inputValue), outputValue: e.Key(outputValue),
	}
}

// commonlyAdded is for how many attributes of a span there is room at first.
const commonlyAdded = 24

// attributes are what is added to the attributes of one span, none of which it has. They are collected first and written at once, so
// that the span's memory grows once and by no more than it needs.
type attributes struct {
	*keys
	read  *genai.Reading
	added []addition
}

// addition is one attribute to add. Its kind tells which of the others is the value, and which are those of a span before; a bool is true.
type addition struct {
	key     string
	number  int64
	dollars float64
	text    string
	texts   []string
	kind    pcommon.ValueType
}

// of begins with a span that was read.
func (a *attributes) of(r *genai.Reading) { a.read, a.added = r, a.added[:0] }

// one is the next addition, for its value to be filled in.
func (a *attributes) one(key string, kind pcommon.ValueType) *addition {
	n := len(a.added)
	a.added = slices.Grow(a.added, 1)[:n+1]
	one := &a.added[n]
	one.key, one.kind = key, kind
	return one
}

func (a *attributes) putInt(key genai.Key, n int64) {
	if !a.read.Has(key) {
		a.one(key.Name, pcommon.ValueTypeInt).number = n
	}
}

func (a *attributes) putTrue(key genai.Key) {
	if !a.read.Has(key) {
		a.one(key.Name, pcommon.ValueTypeBool)
	}
}

// putDollars also replaces what is no cost.
func (a *attributes) putDollars(key genai.Key, usd float64) {
	a.one(key.Name, pcommon.ValueTypeDouble).dollars = usd
}

func (a *attributes) putFigure(key genai.Key, figure *genai.Figure) {
	if figure.Known() {
		a.putInt(key, figure.N)
	}
}

func (a *attributes) putText(key genai.Key, text string) {
	if text != "" {
		a.text(key, text)
	}
}

// text is putText for a text that is not empty, which few are.
func (a *attributes) text(key genai.Key, text string) {
	if !a.read.Has(key) {
		a.one(key.Name, pcommon.ValueTypeStr).text = text
	}
}

func (a *attributes) putTexts(key genai.Key, texts []string) {
	if len(texts) > 0 && !a.read.Has(key) {
		a.one(key.Name, pcommon.ValueTypeSlice).texts = texts
	}
}

// write adds them to the attributes of the span, with room for a few more. The reading's texts are valid until then.
func (a *attributes) write(to pcommon.Map, more int) {
	to.EnsureCapacity(to.Len() + len(a.added) + more)
	for i := range a.added {
		switch one := &a.added[i]; one.kind {
		case pcommon.ValueTypeInt:
			to.PutInt(one.key, one.number)
		case pcommon.ValueTypeDouble:
			to.PutDouble(one.key, one.dollars)
		case pcommon.ValueTypeBool:
			to.PutBool(one.key, true)
		case pcommon.ValueTypeStr:
			to.PutStr(one.key, one.text)
		case pcommon.ValueTypeSlice:
			list := to.PutEmptySlice(one.key)
			list.EnsureCapacity(len(one.texts))
			for _, text := range one.texts {
				list.AppendEmpty().SetStr(text)
			}
		}
	}
}
