package memorystore

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// leaving is the context of a client that leaves while it is looked at for the given time.
type leaving struct {
	context.Context
	looks, leaves int
}

func (c *leaving) Err() error {
	if c.looks++; c.looks < c.leaves {
		return nil
	}
	return context.Canceled
}

func TestAListOverManyExecutionsStopsWhenItsClientHasLeft(t *testing.T) {
	s, err := New(Config{})
	require.NoError(t, err)
	const steps = 4
	for n := range steps * listStep {
		put(t, s, n+1, "sender", realisticSpan(n, tracestore.ClassFinal))
	}
	nobody := tracestore.Query{Text: "what no execution is called"}

	client := &leaving{Context: t.Context(), leaves: 2}
	_, err = s.Executions(client, nobody)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 2, client.looks, "it is looked for after each step, and no step comes after it has left")

	stays := &leaving{Context: t.Context(), leaves: steps + 2}
	page, err := s.Executions(stays, nobody)
	require.NoError(t, err)
	assert.Empty(t, page.Rows)
}

func TestAListThatIsReadInOneStepIsAnsweredInAnyCase(t *testing.T) {
	s, err := New(Config{})
	require.NoError(t, err)
	put(t, s, 1, "sender", realisticSpan(1, tracestore.ClassFinal))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	page, err := s.Executions(gone, tracestore.Query{})
	require.NoError(t, err)
	assert.Len(t, page.Rows, 1)
}
