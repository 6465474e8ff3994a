package canvaswire

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/orcheo/otelcol-canvas/internal/execution"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func TestTheFirstArrivalIsToldOnlyOfWhatCameMoreThanOnce(t *testing.T) {
	tail := execution.Tail{State: execution.StateEnded, LastSeen: ended}
	plain := string(appendTail(nil, nil, tail))
	once := &tracestore.Record{Received: ended, FirstReceived: ended}
	assert.Equal(t, plain, string(appendTail(nil, once, tail)), "came once")
	assert.Equal(t, plain, string(appendTail(nil, &tracestore.Record{Received: ended}, tail)), "nobody knows when it came first")
	twice := &tracestore.Record{Received: ended, FirstReceived: 1_500_000_000}
	assert.Equal(t, plain[:len(plain)-1]+`,"first_seen_time":"1970-01-01T00:00:01.500000Z"}`, string(appendTail(nil, twice, tail)))
}
