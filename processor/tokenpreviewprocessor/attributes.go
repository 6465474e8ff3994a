package tokenpreviewprocessor

import (
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
	}
}

// attributes adds to the attributes of one span, and never replaces one.
type attributes struct {
	pcommon.Map
	*keys
	read *genai.Reading
}

// commonlyAdded is for how many attributes room is made at once.
const commonlyAdded = 12

func (a attributes) putInt(key genai.Key, n int64) {
	if !a.read.Has(key) {
		a.PutInt(key.Name, n)
	}
}

func (a attributes) putFigure(key genai.Key, figure genai.Figure) {
	if figure.Known() {
		a.putInt(key, figure.N)
	}
}

func (a attributes) putText(key genai.Key, text string) {
	if text != "" && !a.read.Has(key) {
		a.PutStr(key.Name, text)
	}
}

func (a attributes) putTexts(key genai.Key, texts []string) {
	if len(texts) == 0 || a.read.Has(key) {
		return
	}
	list := a.PutEmptySlice(key.Name)
	list.EnsureCapacity(len(texts))
	for _, text := range texts {
		list.AppendEmpty().SetStr(text)
	}
}
