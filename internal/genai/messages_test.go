package genai

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"pgregory.net/rapid"
)

const textLimit = 4096

// said renders the messages of one attribute as "role: text".
func said(t testing.TB, key string, value any) []string {
	t.Helper()
	var list []string
	for _, m := range read(t, "", "chat", map[string]any{key: value}).Messages {
		list = append(list, string(m.Role)+": "+m.Text(textLimit))
	}
	return list
}

func TestMessagesInEveryForm(t *testing.T) {
	file := base64.StdEncoding.EncodeToString(make([]byte, 182_000))
	for name, tt := range map[string]struct {
		json string
		want []string
	}{
		"OpenTelemetry parts": {
			`[{"role":"user","parts":[{"type":"text","content":"Hi"},{"type":"text","content":"there"}]}]`,
			[]string{"user: Hi\nthere"},
		},
		"a tool call and its answer": {
			`[{"role":"assistant","parts":[{"type":"tool_call","id":"c1","name":"weather","arguments":{"city":"Zürich","n":[1,2.5,null]}}]},` +
				`{"role":"tool","parts":[{"type":"tool_call_response","id":"c1","response":"rainy"}]}]`,
			[]string{`assistant: weather({"city":"Zürich","n":[1,2.5,null]})`, "tool: rainy"},
		},
		"OpenAI content and tool calls": {
			`[{"role":"system","content":"Be brief"},{"role":"user","content":[{"type":"text","text":"Look"},` +
				`{"type":"image_url","image_url":{"url":"data:image/png;base64,` + file + `"}}]},` +
				`{"role":"assistant","content":null,"tool_calls":[{"type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]}]`,
			[]string{"system: Be brief", "user: Look\n[image image/png 182 KB]", `assistant: f({"a":1})`},
		},
		"Anthropic blocks": {
			`[{"role":"assistant","content":[{"type":"thinking","thinking":"hmm"},{"type":"tool_use","name":"f","input":{"q":"x"}}]},` +
				`{"role":"user","content":[{"type":"tool_result","content":[{"type":"text","text":"ok"}]},` +
				`{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"AAAA"}}]}]`,
			[]string{"assistant: [reasoning 3 B]\nf({\"q\":\"x\"})", "user: ok\n[image image/jpeg 3 B]"},
		},
		"Gemini parts": {
			`[{"role":"model","parts":[{"text":"Hi"},{"function_call":{"name":"f","args":{"a":true}}}]}]`,
			[]string{"assistant: Hi\nf({\"a\":true})"},
		},
		"blobs, files and addresses": {
			`[{"role":"user","parts":[{"type":"blob","modality":"audio","mime_type":"audio/wav","content":"AAAA","byte_size":2000000},` +
				`{"type":"file","modality":"image","file_id":"f1"},{"type":"uri","modality":"video","uri":"https://x.example/v?sig=1"}]}]`,
			[]string{"user: [audio audio/wav 2.0 MB]\n[image]\n[video]"},
		},
		"other words for the roles": {
			`[{"role":"human","content":"a"},{"role":"ai","content":"b"},{"role":"developer","content":"c"},{"role":"function","content":"d"}]`,
			[]string{"user: a", "assistant: b", "system: c", "tool: d"},
		},
		"no role, and a list of texts": {`[{"content":"a"},"b"]`, []string{"user: a", "user: b"}},
		"messages in an object":        {`{"messages":[{"role":"user","content":"a"}]}`, []string{"user: a"}},
		"one message":                  {`{"role":"user","content":"a"}`, []string{"user: a"}},
		"an unknown part":              {`[{"role":"user","parts":[{"type":"weird","z":1,"a":"b"}]}]`, []string{`user: {"a":"b","type":"weird","z":1}`}},
		"Bedrock blocks": {
			`[{"role":"assistant","content":[{"text":"Hi"},{"toolUse":{"toolUseId":"t","name":"f","input":{"a":1}}}]},` +
				`{"role":"user","content":[{"toolResult":{"toolUseId":"t","content":[{"text":"ok"}]}},{"image":{"format":"png","source":{"bytes":"AAAA"}}}]}]`,
			[]string{"assistant: Hi\nf({\"a\":1})", "user: ok\n[image png 3 B]"},
		},
		"Gemini files and answers of tools": {
			`{"contents":[{"role":"user","parts":[{"inline_data":{"mime_type":"image/png","data":"AAAA"}},{"functionResponse":{"name":"f","response":{"result":"ok"}}}]}]}`,
			[]string{"user: [data image/png 3 B]\nok"},
		},
		"LangChain's constructors": {
			`{"messages":[[{"lc":1,"type":"constructor","id":["langchain","schema","messages","HumanMessage"],"kwargs":{"content":"Hi","type":"human"}}]]}`,
			[]string{"user: Hi"},
		},
		"LangChain's generations": {
			`{"generations":[[{"text":"Yes","message":{"lc":1,"kwargs":{"content":"Yes","type":"ai"}}}]]}`,
			[]string{"assistant: Yes"},
		},
		"an answer of OpenAI":    {`{"id":"1","choices":[{"index":0,"message":{"role":"assistant","content":"Yes"}}]}`, []string{"assistant: Yes"}},
		"an answer of Gemini":    {`{"candidates":[{"content":{"role":"model","parts":[{"text":"Yes"}]}}]}`, []string{"assistant: Yes"}},
		"an answer of Anthropic": {`{"id":"1","role":"assistant","content":[{"type":"text","text":"Yes"}]}`, []string{"assistant: Yes"}},
		"results of tools in the user's name": {
			`[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"17"}]}]`, []string{"tool: 17"},
		},
		"what was hidden already": {`[{"role":"user","content":"__REDACTED__"}]`, []string{"user: __REDACTED__"}},
		"nothing":                 {`[]`, nil},
		"empty messages":          {`[{},null,"",{"role":"user"}]`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.want, said(t, "gen_ai.input.messages", tt.json), "as a JSON string")

			twice, err := json.Marshal(tt.json)
			require.NoError(t, err)
			assert.Equal(t, tt.want, said(t, "gen_ai.input.messages", string(twice)), "as JSON in JSON")

			var structured any
			require.NoError(t, json.Unmarshal([]byte(tt.json), &structured))
			assert.Equal(t, tt.want, said(t, "gen_ai.input.messages", structured), "as a structured value")
		})
	}
}

func TestPythonReprsAreRead(t *testing.T) {
	assert.Equal(t, []string{`user: It's "here"`, "assistant: a\nb\nü"},
		said(t, "gen_ai.input.messages", `[{'role': 'user', 'content': 'It\'s "here"', 'n': None, 'ok': True}, {'role': 'assistant', 'content': ('a', 'b', '\xfc',)}]`))
}

func TestSystemInstructionsAreOneMessage(t *testing.T) {
	for _, value := range []any{
		`[{"type":"text","content":"Be brief"},{"type":"text","content":"Be kind"}]`,
		[]any{map[string]any{"type": "text", "content": "Be brief"}, map[string]any{"type": "text", "content": "Be kind"}},
		"Be brief\nBe kind",
	} {
		assert.Equal(t, []string{"system: Be brief\nBe kind"}, said(t, "gen_ai.system_instructions", value))
	}
}

func TestWhatIsNoJSONIsShownAsItIs(t *testing.T) {
	for _, text := range []string{
		`[HumanMessage(content='Hi')]`,
		`[{"role":"user","content":"cut o`,
		"just text",
		strings.Repeat("[", 20_000),
	} {
		assert.Equal(t, []string{"assistant: " + text[:min(len(text), textLimit)]}, said(t, "gen_ai.output.messages", text))
	}
}

func TestBytesAndBase64AreNeverShown(t *testing.T) {
	assert.Equal(t, []string{"user: [bytes 5 B]"}, said(t, "gen_ai.input.messages", []any{map[string]any{"role": "user", "content": []byte("12345")}}))
	run := strings.Repeat("QUJD", 500)
	assert.Equal(t, []string{"user: see [base64 2 KB] and [data image/gif 3 B]."},
		said(t, "gen_ai.input.messages", "see "+run+" and data:image/gif;base64,QUJD."))
}

func TestAToolSpan(t *testing.T) {
	for _, arguments := range []any{`{"q":"x"}`, map[string]any{"q": "x"}} {
		r := read(t, "", "execute_tool search", map[string]any{
			"gen_ai.tool.name": "search", "gen_ai.tool.call.arguments": arguments, "gen_ai.tool.call.result": []any{int64(1), "two"},
		})
		assert.Equal(t, KindTool, r.Kind)
		assert.False(t, r.ModelCall)
		assert.Equal(t, `search({"q":"x"})`, r.Tool.Text(textLimit))
		assert.Equal(t, `[1,"two"]`, r.Tool.ResultText(textLimit))
		assert.Equal(t, "gen_ai.tool.call.result", r.Tool.ResultKey)
	}
}

func TestRenderingStopsAtItsLimit(t *testing.T) {
	huge := strings.Repeat("ü ", 1<<19)
	for _, value := range []any{
		huge,
		[]any{map[string]any{"role": "user", "content": huge}},
		[]any{map[string]any{"role": "user", "parts": []any{map[string]any{"type": "tool_call", "name": "f", "arguments": map[string]any{"a": huge}}}}},
	} {
		for _, m := range read(t, "", "x", map[string]any{"gen_ai.input.messages": value}).Messages {
			text := m.Text(100)
			assert.LessOrEqual(t, len(text), 101)
			assert.True(t, utf8.ValidString(text))
		}
	}
}

// Data URLs may follow each other, and what is no data URL, in any way; none of their bodies is shown.
func TestMediaInTextBecomesTags(t *testing.T) {
	for text, want := range map[string]string{
		"see data:image/png;base64,QUJD and data:image/gif;base64,REVG":    "see [data image/png 3 B] and [data image/gif 3 B]",
		"data:image/png;base64,QUJDdata:image/gif;base64,REVG":             "[data image/png 3 B][data image/gif 3 B]",
		strings.Repeat("QUJD", minBase64/4) + "data:image/gif;base64,REVG": "[base64 768 B][data image/gif 3 B]",
		"data:a/b;base64,datadata:a/b;base64,REVG":                         "[data a/b 3 B][data a/b 3 B]",
		"data:a/b;base64,data:c/d;base64,REVG":                             "[data a/b 3 B][data c/d 3 B]",
		"data:a/b;base64,QUJD;base64,REVG":                                 "[data a/b 3 B];base64,REVG",
		";base64,REVG":                                                     ";base64,REVG",
	} {
		assert.Equal(t, want, withoutMedia(text, 1000), text)
	}
	const body = "SECRETSECRETSECRET"
	pieces := []string{"data:", "image/png", ";base64,", "data:a/b;base64," + body, "data", ":", "QUJD", " ", "\"", "=", "é", "\xff", strings.Repeat("QUJD", 80)}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 30).Draw(t, "pieces"), "")
		if got := withoutMedia(text, rapid.IntRange(0, 1000).Draw(t, "limit")); strings.Contains(got, body) {
			t.Fatalf("%q shows the body of a data URL: %q", text, got)
		}
	})
}

func FuzzMessages(f *testing.F) {
	f.Add(`[{"role":"user","parts":[{"type":"text","content":"Hi"}]}]`)
	f.Add(`{"messages":[{"role":"ai","content":[{"type":"image_url","image_url":{"url":"data:a;base64,AA"}}],"tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}]}`)
	f.Add(`[{'role': 'user', 'content': None}]`)
	f.Add(`"\"[{\\\"role\\\":\\\"tool\\\",\\\"parts\\\":[{\\\"type\\\":\\\"blob\\\",\\\"content\\\":[]}]}]\""`)
	f.Add(strings.Repeat("[", 100) + "\xff")
	f.Add("data:a/b;base64,AAAAdata:a/b;base64,BBBB") // the second one begins where the first one's body ends
	for _, form := range []Form{FormMessages, FormParts, FormText} {
		f.Add(string(rune('a' + form)))
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, form := range []Form{FormMessages, FormParts, FormText} {
			var r Reader
			r.Begin()
			c := collector{reader: &r}
			c.add(r.tree.decoded(pcommon.NewValueStr(text)), form, Message{Role: RoleUser})
			for _, m := range r.reading.Messages {
				rendered := m.Text(200)
				if len(rendered) > 200 || !utf8.ValidString(rendered) {
					t.Fatalf("%d bytes: %q", len(rendered), rendered)
				}
			}
		}
	})
}

func TestAMessageKnowsWhetherItWasReadFromItsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := []string{"hi", " ", "\n", `"`, `\`, "[", "{", `"type":"text"`, "…", "data:a/b;base64,QUJD", "\xff", "é", strings.Repeat("x", minBase64), strings.Repeat("QUJD", 300)}
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 5).Draw(t, "pieces"), "")
		limit := rapid.IntRange(0, 2000).Draw(t, "limit")
		var r Reader
		r.Begin()
		m := Message{body: r.tree.text(text)}
		assert.Equal(t, text != "" && m.Text(limit) == text, m.IsItsText(limit), text)
	})
}
