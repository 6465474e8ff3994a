package canvaswire

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/orcheo/otelcol-canvas/internal/execution"
)

func TestASkewIsPartOfTheTailOnlyWhereThereIsOne(t *testing.T) {
	tail := execution.Tail{State: execution.StateEnded}
	plain := string(appendTail(nil, nil, tail))
	assert.NotContains(t, plain, "clock_skew")
	for skew, word := range map[execution.Skew]string{execution.SkewBeforeParent: "before_parent", execution.SkewFuture: "future"} {
		tail.Skew = skew
		assert.Equal(t, plain[:len(plain)-1]+`,"clock_skew":"`+word+`"}`, string(appendTail(nil, nil, tail)))
	}
}
