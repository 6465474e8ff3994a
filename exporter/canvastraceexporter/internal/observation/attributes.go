package observation

import (
	"math"
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// attribute is one of those that facts are read from.
type attribute uint8

const (
	noAttribute attribute = iota
	nodeLatency
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

// attributeKeys are the keys of attributes. All of them are known keys of sources, so that a key has to be looked up once.
var attributeKeys = [attributeCount]string{
	nodeLatency:      semconv.NodeLatency,
	workflowID:       semconv.WorkflowID,
	executionRunName: semconv.ExecutionRunName,
	executionThread:  semconv.ExecutionThread,
	executionTags:    semconv.ExecutionTags,
	nodeID:           semconv.NodeID,
	aiModelActual:    semconv.AIModelActual,
	aiModelRequested: semconv.AIModelRequested,
	responseModel:    semconv.GenAIResponseModel,
	requestModel:     semconv.GenAIRequestModel,
	responseID:       semconv.GenAIResponseID,
	traceSpanCount:   semconv.TraceSpanCount,
	partialKind:      semconv.PartialKind,
	partialFrequency: semconv.PartialFrequency,
	partialObserved:  semconv.PartialObserved,
	tokenInput:       semconv.TokenInput,
	tokenOutput:      semconv.TokenOutput,
	inputTokens:      semconv.GenAIInputTokens,
	outputTokens:     semconv.GenAIOutputTokens,
	cacheReadTokens:  semconv.GenAICacheReadTokens,
	cacheWriteTokens: semconv.GenAICacheWriteTokens,
	cacheCreationOld: semconv.GenAICacheCreationOld,
	reasoningTokens:  semconv.GenAIReasoningTokens,
	costUSD:          semconv.CostUSD,
	usageReplay:      semconv.UsageReplay,
	usageScope:       semconv.UsageScope,
	aiKind:           semconv.AIKind,
	operation:        semconv.GenAIOperation,
}

// attributeOf finds the attribute of a known key, noAttribute for keys that tell no fact.
var attributeOf = func() (of [math.MaxUint8 + 1]attribute) {
	for a, key := range attributeKeys {
		if n := canvaswire.NumberOf(key); n != 0 {
			of[n] = attribute(a)
		}
	}
	return of
}()

// attributes are those of one span that facts are read from, found in one pass over the map: a look-up by key is a pass of its
// own. Of a key that stands twice the first value counts. They are pdata's memory, so they live no longer than the call.
type attributes struct {
	values [attributeCount]pcommon.Value
	has    uint64 // bit by attribute
}

// read fills a, and returns the id of the execution that the map names, "" if none. It leaves the numbers of the keys in o.keys.
func (o *Observer) read(a *attributes, m pcommon.Map) (execution string) {
	best, seen := len(o.attributes), uint64(0)
	keys := o.keys[:0]
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
		n := canvaswire.NumberOf(key)
		keys = append(keys, n)
		if at := attributeOf[n]; at != noAttribute && a.has&(1<<at) == 0 {
			a.values[at] = v
			a.has |= 1 << at
		}
	}
	o.keys = keys
	return execution
}

func (a *attributes) get(at attribute) (v pcommon.Value, ok bool) {
	if a.has&(1<<at) == 0 {
		return v, false
	}
	return a.values[at], true
}

// word is a text as it stands there, to be compared and not kept; "" where there is none, which is asked first because most are
// not there.
func (a *attributes) word(at attribute) string {
	if a.has&(1<<at) == 0 {
		return ""
	}
	return stringOf(a.values[at])
}

func stringOf(v pcommon.Value) string {
	if v.Type() != pcommon.ValueTypeStr {
		return ""
	}
	return v.Str()
}

// integer takes digits for a number, too; 0 where there is none.
func (a *attributes) integer(at attribute) int64 {
	if a.has&(1<<at) == 0 {
		return 0
	}
	return integerOf(a.values[at])
}

func integerOf(v pcommon.Value) int64 {
	switch v.Type() {
	case pcommon.ValueTypeInt:
		return v.Int()
	case pcommon.ValueTypeStr:
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
