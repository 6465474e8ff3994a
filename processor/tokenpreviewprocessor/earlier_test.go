package tokenpreviewprocessor

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// chatSpan is a chat with a history of messages, in the conventions.
func chatSpan(t require.TestingT, history []string) map[string]any {
	var messages []map[string]any
	for i, text := range history {
		messages = append(messages, map[string]any{"role": []string{"user", "assistant"}[i%2], "parts": []any{map[string]any{"type": "text", "content": text}}})
	}
	input, err := json.Marshal(messages)
	require.NoError(t, err)
	return map[string]any{
		"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o", "gen_ai.input.messages": string(input),
		"gen_ai.output.messages": `[{"role":"assistant","parts":[{"type":"text","content":"Here it is."}]}]`,
	}
}

// The model is a processor that has seen nothing.
func TestPreviewsThatWereMadeBeforeAreTheSame(t *testing.T) {
	known := newProcessor(t, nil)
	rapid.Check(t, func(rt *rapid.T) {
		said := rapid.SampledFrom([]string{
			"Summarise the report.", strings.Repeat("A long answer. ", 60), "mail ab@example.com", `{"text":"a \"b\""}`, "ü 界 \u0000", "",
			strings.Repeat("x", 505) + " key sk-proj-abcdefghij0123456789ABCD", `[{"type":"text","text":"inner"}]`, "[REDACTED]",
		})
		history := rapid.SliceOfN(said, 1, 8).Draw(rt, "history")
		traces, _ := oneSpan(chatSpan(t, history))
		fresh, _ := newTokenPreview(createDefaultConfig().(*Config), known.telemetry, known.book)
		want := asJSON(t, processed(t, fresh, traces))
		for range 2 {
			assert.Equal(t, want, asJSON(t, processed(t, known, traces)))
		}
	})
}

func TestPreviewsOfWhatHeldASecretAreNotRemembered(t *testing.T) {
	p := newProcessor(t, nil)
	traces, _ := oneSpan(map[string]any{"gen_ai.operation.name": "chat", "gen_ai.input.messages": "to ab@example.com", "gen_ai.output.messages": "sent"})
	p.redactor = nil // what the redaction of the attributes left over is what previews have to take out
	for range 2 {
		shown := asJSON(t, processed(t, p, traces))
		assert.Contains(t, shown, "to [REDACTED]")
		assert.Contains(t, shown, "email=")
	}
	for i := range p.previews.earlier.places {
		if made := p.previews.earlier.places[i].Load(); made != nil {
			assert.Equal(t, "sent", made.text)
		}
	}
}

func TestPreviewsAreRememberedInABoundedNumberOfPlaces(t *testing.T) {
	for _, characters := range []int{minPreview, 512, maxPreview} {
		e := newEarlierPreviews(characters)
		assert.LessOrEqual(t, len(e.places)*characters*4, maxEarlier)
		for i := range 3 * len(e.places) {
			key := e.key(fmt.Sprint(i), 1)
			e.put(key, "x")
			text, ok := e.get(key)
			assert.True(t, ok)
			assert.Equal(t, "x", text)
			_, other := e.get(e.key(fmt.Sprint(i), 2))
			assert.False(t, other, "what was written in another form is another text")
		}
	}
}
