package genai

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// The model is the general case, which a member that says nothing leads to.
func TestAPlainMessageIsReadAsAnyOther(t *testing.T) {
	texts := rapid.SampledFrom([]string{`"a"`, `""`, `" "`, `"user"`, `"human"`, `"a\nb"`, `null`, `7`, `[]`, `[{"type":"text","content":"x"}]`, `[{"type":"text","text":""}]`, `[{"type":"text","content":"[{\"type\":\"text\"…"}]`, `"data:image/png;base64,AAAA"`, `[{"type":"tool_result","content":"x"}]`, `{"text":"x"}`})
	roles := rapid.SampledFrom([]string{`"user"`, `"assistant"`, `"Human"`, `" "`, `""`, `"sys\u0074em"`, `null`, `5`, `"other"`})
	rapid.Check(t, func(t *rapid.T) {
		members := fmt.Sprintf(`"role":%s,%q:%s`, roles.Draw(t, "role"), rapid.SampledFrom([]string{"parts", "content", "text"}).Draw(t, "key"), texts.Draw(t, "body"))
		read := func(text string) (said []string, plain bool) {
			tree := &tree{}
			tree.reset()
			parsed, ok := tree.parse(text)
			assert.True(t, ok, text)
			var list []Message
			addMessages(&list, parsed, Message{Role: RoleUser}, 0)
			for i := range list {
				said = append(said, fmt.Sprint(list[i].Role, list[i].Output, list[i].Text(100)))
				assert.Equal(t, list[i].Text(16) != "", list[i].saysAnything(), text)
			}
			_, plain = parsed.plainMessage()
			return said, plain
		}
		got, plain := read("{" + members + "}")
		if want, _ := read("{" + members + `,"nothing":null}`); plain {
			assert.Equal(t, want, got, members)
		}
	})
}

func TestAPlainPartHoldsNoArtifact(t *testing.T) {
	for text, plain := range map[string]bool{
		`{"type":"text","content":"file-1"}`: true, `{"type":"text","text":"file-1"}`: true, `{"type":"text","content":[{"type":"file","file_id":"x"}]}`: false,
		`{"type":"file","content":"x"}`: false, `{"content":"x"}`: false, `{}`: false, `{"type":"text","content":"x","message_content":{"file_id":"x"}}`: false,
	} {
		tree := &tree{}
		tree.reset()
		parsed, ok := tree.parse(text)
		assert.True(t, ok)
		assert.Equal(t, plain, parsed.plainPart(), text)
	}
}
