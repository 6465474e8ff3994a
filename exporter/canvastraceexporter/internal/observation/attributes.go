package observation

import (
	"math"
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// attribute is one of those that facts are read from.
type attribute uint8

const (
	nodeLatency attribute = iota
	workflowID
	executionRunName
	executionThread
	executionTags
	nodeID
	aiModelActual
	aiModelRequested
	responseModel
	requestModel
	responseID
	traceSpanCount
	partialKind
	partialFrequency
	partialObserved
	tokenInput
	tokenOutput
	inputTokens
	outputTokens
	cacheReadTokens
	cacheWriteTokens
	cacheCreationOld
	reasoningTokens
	costUSD
	usageReplay
	usageScope
	aiKind
	operation
	attributeCount
)

// attributeOf finds the attribute of a key. It is a switch because the compiler makes a few comparisons of it.
func attributeOf(key string) (a attribute, ok bool) {
	switch key {
	case semconv.NodeLatency:
		return nodeLatency, true
	case semconv.WorkflowID:
		return workflowID, true
	case semconv.ExecutionRunName:
		return executionRunName, true
	case semconv.ExecutionThread:
		return executionThread, true
	case semconv.ExecutionTags:
		return executionTags, true
	case semconv.NodeID:
		return nodeID, true
	case semconv.AIModelActual:
		return aiModelActual, true
	case semconv.AIModelRequested:
		return aiModelRequested, true
	case semconv.GenAIResponseModel:
		return responseModel, true
	case semconv.GenAIRequestModel:
		return requestModel, true
	case semconv.GenAIResponseID:
		return responseID, true
	case semconv.TraceSpanCount:
		return traceSpanCount, true
	case semconv.PartialKind:
		return partialKind, true
	case semconv.PartialFrequency:
		return partialFrequency, true
	case semconv.PartialObserved:
		return partialObserved, true
	case semconv.TokenInput:
		return tokenInput, true
	case semconv.TokenOutput:
		return tokenOutput, true
	case semconv.GenAIInputTokens:
		return inputTokens, true
	case semconv.GenAIOutputTokens:
		return outputTokens, true
	case semconv.GenAICacheReadTokens:
		return cacheReadTokens, true
	case semconv.GenAICacheWriteTokens:
		return cacheWriteTokens, true
	case semconv.GenAICacheCreationOld:
		return cacheCreationOld, true
	case semconv.GenAIReasoningTokens:
		return reasoningTokens, true
	case semconv.CostUSD:
		return costUSD, true
	case semconv.UsageReplay:
		return usageReplay, true
	case semconv.UsageScope:
		return usageScope, true
	case semconv.AIKind:
		return aiKind, true
	case semconv.GenAIOperation:
		return operation, true
	default:
		return 0, false
	}
}

// attributes are those of one span that facts are read from, found in one pass over the map: a look-up by key is a pass of its
// own. Of a key that stands twice the first value counts. They are pdata's memory, so they live no longer than the call.
type attributes struct {
	values [attributeCount]pcommon.Value
	has    uint64 // bit by attribute
}

// read fills a, and returns the id of the execution that the map names, "" if none.
func (o *Observer) read(a *attributes, m pcommon.Map) (execution string) {
	best, seen := len(o.attributes), uint64(0)
	for key, v := range m.All() {
		for i, name := range o.attributes[:best] {
			if key != name || seen&(1<<i) != 0 {
				continue
			}
			seen |= 1 << i
			if id := o.executionOf(v); id != "" {
				best, execution = i, id
			}
		}
		if at, known := attributeOf(key); known && a.has&(1<<at) == 0 {
			a.values[at] = v
			a.has |= 1 << at
		}
	}
	return execution
}

func (a *attributes) get(at attribute) (v pcommon.Value, ok bool) {
	if a.has&(1<<at) == 0 {
		return v, false
	}
	return a.values[at], true
}

// word is a text as it stands there, to be compared and not kept; "" where there is none.
func (a *attributes) word(at attribute) string {
	if v, ok := a.get(at); ok && v.Type() == pcommon.ValueTypeStr {
		return v.Str()
	}
	return ""
}

// integer takes digits for a number, too; 0 where there is none.
func (a *attributes) integer(at attribute) int64 {
	v, ok := a.get(at)
	switch {
	case !ok:
		return 0
	case v.Type() == pcommon.ValueTypeInt:
		return v.Int()
	case v.Type() == pcommon.ValueTypeStr:
		n, err := strconv.ParseInt(v.Str(), 10, 64)
		if err != nil {
			return 0
		}
		return n
	default:
		return 0
	}
}

// tokens is the first of some figures that is one.
func (a *attributes) tokens(first, second attribute) (int64, bool) {
	if n, ok := a.figure(first); ok {
		return n, true
	}
	return a.figure(second)
}

func (a *attributes) figure(at attribute) (int64, bool) {
	if v, ok := a.get(at); ok && v.Type() == pcommon.ValueTypeInt && v.Int() >= 0 && v.Int() <= maxTokens {
		return v.Int(), true
	}
	return 0, false
}

// cost is the amount in US dollars, if there is one.
func (a *attributes) cost() (float64, bool) {
	v, ok := a.get(costUSD)
	if ok && v.Type() == pcommon.ValueTypeDouble && v.Double() >= 0 && !math.IsInf(v.Double(), 0) {
		return v.Double(), true
	}
	return 0, false
}

func (a *attributes) replayed() bool {
	v, ok := a.get(usageReplay)
	return ok && v.Type() == pcommon.ValueTypeBool && v.Bool()
}
