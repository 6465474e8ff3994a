package canvaswire

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func TestEveryKnownKeyHasANumber(t *testing.T) {
	seen := map[string]bool{}
	for i, key := range knownKeys {
		assert.False(t, seen[key], "%s stands there twice", key)
		seen[key] = true
		assert.EqualValues(t, i+1, NumberOf(key), key)
	}
	assert.LessOrEqual(t, len(knownKeys), 255)
	assert.Zero(t, NumberOf(""))
	assert.Zero(t, NumberOf("orcheo.node.ids"))
}

func TestASourceHoldsNumbersOfKnownKeysAndGivesTheirTextsBack(t *testing.T) {
	s := ptrace.NewSpan()
	for i, key := range knownKeys {
		s.Attributes().PutInt(key, int64(i))
	}
	s.Attributes().PutStr("somebody's own", "x")
	s.Events().AppendEmpty().Attributes().PutEmptyMap("message").PutStr("role", "user")
	e := NewEncoder(Limits{Attributes: 500})
	source, ok := e.AppendSource(nil, s)
	require.True(t, ok)
	assert.Less(t, len(source), 8*len(knownKeys))
	back := ptrace.NewSpan()
	require.NoError(t, DecodeSource(source, back))
	assert.Equal(t, s.Attributes().AsRaw(), back.Attributes().AsRaw())
	assert.Equal(t, s.Events().At(0).Attributes().AsRaw(), back.Events().At(0).Attributes().AsRaw())
	assert.Equal(t, s.Attributes().Len(), back.Attributes().Len())
}

func TestASourceIsTheSameWhoeverLooksAtTheKeys(t *testing.T) {
	s := llmSpan()
	s.Attributes().PutStr("somebody's own", "x")
	var keys []KeyNumber
	for key := range s.Attributes().All() {
		keys = append(keys, NumberOf(key))
	}
	e := NewEncoder(DefaultLimits())
	want, ok := e.AppendSource(nil, s)
	require.True(t, ok)
	for name, keys := range map[string][]KeyNumber{"all": keys, "too few": keys[1:], "too many": append(keys, 1), "none": {}} {
		source, ok := e.AppendSourceKeyed(nil, s, keys)
		require.True(t, ok)
		assert.Equal(t, want, source, name)
	}
}

func TestAKeyWithoutANumberIsNoSource(t *testing.T) {
	e := NewEncoder(Limits{})
	s := ptrace.NewSpan()
	s.Attributes().PutBool("status", true)
	source, ok := e.AppendSource(nil, s)
	require.True(t, ok)
	for at := range source {
		if source[at] == kindKnownKey && source[at+1] == byte(NumberOf("status")) {
			for _, n := range []byte{0, 255} {
				source[at+1] = n
				require.ErrorContains(t, DecodeSource(source, ptrace.NewSpan()), "no key has the number")
			}
			return
		}
	}
	t.Fatal("the key is not there")
}
