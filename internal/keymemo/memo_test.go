package keymemo

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestAMemoSaysWhatItsFunctionSays(t *testing.T) {
	m := New(func(key string) (string, bool) { return strings.ToUpper(key), true })
	rapid.Check(t, func(t *rapid.T) {
		alike := rapid.StringMatching(`begin_that_is_alike[a-c]{0,60}end_that_is_alike`)
		key := rapid.OneOf(rapid.StringMatching(`[a-d.]{0,20}`), rapid.StringMatching(`[ab\x00]{0,10}`), alike, rapid.StringN(0, 200, -1)).Draw(t, "key")
		for range 2 {
			assert.Equal(t, strings.ToUpper(key), m.Of(key))
		}
	})
}

func TestAKeyIsWorkedOutOnce(t *testing.T) {
	calls := 0
	m := New(func(key string) (int, bool) { calls++; return len(key), key != "secret" })
	for range 3 {
		assert.Equal(t, 10, m.Of("gen_ai.key"))
	}
	assert.Equal(t, 1, calls)
	long := strings.Repeat("x", longest+1)
	m.Of(long)
	m.Of(long)
	assert.Equal(t, 3, calls, "a long key is not kept")
	m.Of("secret")
	m.Of("secret")
	assert.Equal(t, 5, calls, "nor is one that must not be")
}

func TestTheKeysOfASpanHavePlacesOfTheirOwn(t *testing.T) {
	taken := map[uint64]bool{}
	for i := range 100 {
		taken[outlineOf(fmt.Sprintf("llm.input_messages.%d.message.role", i)).place()] = true
		taken[outlineOf(fmt.Sprintf("gen_ai.usage.%d", i)).place()] = true
	}
	assert.Greater(t, len(taken), 150)
	outlines := map[outline]bool{}
	for i := range 20 {
		for _, list := range []string{"llm.input_messages.%d.message.content", "llm.output_messages.%d.message.tool_calls.0.tool_call.function.arguments", "gen_ai.prompt.%d.tool_calls.0.arguments"} {
			outlines[outlineOf(fmt.Sprintf(list, i))] = true
		}
	}
	assert.Len(t, outlines, 60)
}

func TestManyGoroutinesShareAMemo(t *testing.T) {
	m := New(func(key string) (string, bool) { return key, true })
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range 20_000 {
				if key := fmt.Sprint(i % 3000); m.Of(key) != key {
					t.Error("another key's")
				}
			}
		})
	}
	all.Wait()
}

func BenchmarkOf(b *testing.B) {
	m := New(func(key string) (int, bool) { return len(key), true })
	keys := []string{"orcheo.node.id", "orcheo.node.display_name", "gen_ai.usage.input_tokens", "gen_ai.operation.name", "url.full", "llm.token_count.prompt"}
	b.ReportAllocs()
	for b.Loop() {
		for _, key := range keys {
			m.Of(key)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(keys)), "ns/key")
}
