package tokenpreviewprocessor

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/orcheo/otelcol-canvas/internal/genai"
)

func TestMetricsKnowABoundedNumberOfModels(t *testing.T) {
	l := ledger{models: map[string]*series{}}
	first := l.of("model-0")
	for i := range 10 * maxModels {
		l.of("model-" + strconv.Itoa(i))
	}
	assert.Same(t, first, l.of("model-0"))
	assert.Same(t, l.of("another"), l.of("yet another"), "all others are one")
	assert.Same(t, l.of(otherModels), l.of(strings.Repeat("x", maxModelName+1)))
	assert.LessOrEqual(t, len(l.models), maxModels+1)
	assert.NotSame(t, first, l.of(""))
}

func TestAReplayTookNothing(t *testing.T) {
	var a account
	r := genai.Reading{Usage: genai.TokenUsage{Input: genai.Figure{N: 5, Key: "k"}, Output: genai.Figure{N: 7, Key: "k"}}}
	a.add(&r, 0.5)
	r.Replay = true
	a.add(&r, 0.5)
	assert.Equal(t, account{tokens: [len(tokenTypes)]int64{5, 7}, usd: 0.5}, a)
}
